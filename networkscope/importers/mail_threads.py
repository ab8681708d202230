"""Which mails belong together? By the ids that they name, else by subject and people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope.importers.purposes import ANSWERS


def threads_of(table: pd.DataFrame, people: pd.DataFrame) -> Any:
    """The thread of each mail: that of the mail which it answers, as far back as the file goes.

    `table` has the mails (`event`, `thread`, `orphan`, `subject`, `at`), `people` who but the owner is in them (`mail`,
    `person`).
    """
    events, threads = table["event"], table["thread"].copy()
    _adopt(table, people, threads)
    numbers, ids = pd.factorize(pd.concat([events, threads]))
    event, thread = np.split(numbers, 2)
    answers = np.arange(len(ids))
    answers[event[::-1]] = thread[::-1]  # of several copies of a mail the first counts
    for _ in range(32):  # each turn doubles the distance; a circle ends it
        if (answers[thread] == thread).all():
            break
        thread, answers = answers[thread], answers[answers]
    return ids[thread]


def _adopt(table: pd.DataFrame, people: pd.DataFrame, threads: pd.Series) -> None:
    """An answer that names no mail belongs to the last one with its subject and one of its people."""
    if not table["orphan"].any():
        return
    bare = pd.Series([ANSWERS.sub("", subject).strip().casefold() for subject in table["subject"]])
    wanted = table[bare.isin(set(bare[table["orphan"]]) - {""})].sort_values("at", kind="stable")
    people = people[people["mail"].isin(wanted.index)]
    of_mail = people.groupby("mail")["person"].agg(list).to_dict()
    last: dict[tuple[str, int], str] = {}
    for mail, orphan in wanted["orphan"].items():
        keys = [(bare[mail], person) for person in of_mail.get(mail, [])]
        if orphan:
            threads[mail] = next((last[key] for key in keys if key in last), threads[mail])
        last.update(dict.fromkeys(keys, threads[mail]))
