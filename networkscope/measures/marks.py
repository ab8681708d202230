"""What did the owner mark as done, and what came before a mark and what after it?

What was owed before the end of a mark's day is closed by it; what comes after that opens anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from networkscope import periods, schema
from networkscope.measures.timeline import Ints, Timeline, micros


@dataclass(frozen=True)
class Marks:
    """The marks known at a cut-off, as instants like those of the timeline.

    In `table`, by `by`: whose (`person`), which `kind` (NA: all), and its local `day` `since` when and `by` when.
    """

    table: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        """The marks that hold for this kind of follow-up."""
        return self.table[(self.table["kind"] == kind).fillna(False) | self.table["kind"].isna()]

    def stretch(self, kind: str, person: Ints, at: Ints) -> Ints:
        """In which stretch between two of these marks is it? A number that never falls by person and instant."""
        marks = self.of(kind)
        ends, place = np.unique(marks["by"], return_inverse=True)
        keys = np.sort(marks["person"].to_numpy() * (len(ends) + 1) + place)
        return np.searchsorted(keys, person * (len(ends) + 1) + np.searchsorted(ends, at, side="right"))


def read_marks(line: Timeline, done: pd.DataFrame | None, *, as_of: pd.Timestamp, timezone: str) -> Marks:
    """The marks out of `contact_id, kind, done_on`; None for no marks."""
    columns = ["contact_id", "kind", "done_on"]
    marks = pd.DataFrame(columns=columns) if done is None else done[columns].dropna(subset="done_on")
    days = marks["done_on"].astype(schema.DATE)
    since, by = (micros(periods.midnight(days + pd.Timedelta(days=n), timezone)) for n in (0, 1))
    person, kind = line.people.get_indexer(marks["contact_id"]), marks["kind"].array
    day = periods.day_numbers(days)
    table = pd.DataFrame({"person": person, "kind": kind, "since": since, "by": by, "day": day})
    return Marks(table[table["since"] < micros(pd.Series([as_of]))[0]].sort_values("by", kind="stable"))
