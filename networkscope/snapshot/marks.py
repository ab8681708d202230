"""What did the owner mark as done, and what came before a mark and what after it?

What was owed before the end of a mark's day is closed by it; what comes after that opens anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.snapshot.timeline import Ints, Timeline, micros


@dataclass(frozen=True)
class Marks:
    """The marks known at a cut-off, as instants like those of the timeline.

    In `table`, by `person` and `by`: whose, which `kind` (NA: all), its local `day`, `since` when and `by` when, and
    where it is written (`source_ref`).
    """

    table: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        """The marks that hold for this kind of follow-up."""
        return self.table[(self.table["kind"] == kind).fillna(False) | self.table["kind"].isna()]

    def stretch(self, kind: str, person: Ints, at: Ints) -> Ints:
        """In which stretch between two of these marks is it? A number that never falls by person and instant.

        It is the place, in `of(kind)`, of the first of that person's marks whose day is not over, if there is one.
        """
        marks = self.of(kind)
        ends, place = np.unique(marks["by"], return_inverse=True)
        keys = marks["person"].to_numpy() * (len(ends) + 1) + place
        return np.searchsorted(keys, person * (len(ends) + 1) + np.searchsorted(ends, at, side="right"))

    def first_after(self, kind: str, person: Ints, at: Ints) -> Ints:
        """Which mark closes what was owed to this person at this instant? Places in `table`, -1 where none does."""
        if self.table.empty:
            return np.full(len(person), -1)
        marks, place = self.of(kind), self.stretch(kind, person, at)
        return np.where(
            np.append(marks["person"], -1)[place] == person, np.append(marks.index, -1)[place], -1
        )


def read_marks(line: Timeline, done: pd.DataFrame | None, *, as_of: pd.Timestamp, timezone: str) -> Marks:
    """The marks out of `contact_id, kind, done_on` and, if there, `source_ref`; None for no marks."""
    columns = ["contact_id", "kind", "done_on"]
    marks = pd.DataFrame(columns=columns) if done is None else done.dropna(subset="done_on")
    days = marks["done_on"].astype(schema.DATE)
    since, by = (micros(dates.midnight(days + pd.Timedelta(days=n), timezone)) for n in (0, 1))
    told = {"person": line.people.get_indexer(marks["contact_id"]), "kind": marks["kind"].array}
    told |= {"since": since, "by": by, "day": dates.day_numbers(days)}
    told["source_ref"] = marks.reindex(columns=["source_ref"])["source_ref"].astype(schema.TEXT).array
    table = pd.DataFrame(told)
    table = table[table["since"] < micros(pd.Series([as_of]))[0]]
    return Marks(table.sort_values(["person", "by", "source_ref"], ignore_index=True))
