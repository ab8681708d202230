"""What came next between the owner and a person? All touches in order, and a search for the first after an instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import dates as periods
from networkscope import schema
from networkscope.snapshot import touches

Ints: TypeAlias = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).max  # an instant that no event reaches
UNSET = np.iinfo(np.int64).min  # no day
_EVENT = ("direction", "channel", "purpose", "due_on")
_TEXT = ("thread_id", "subject", "source_ref")


@dataclass(frozen=True)
class Timeline:
    """The touches known at the cut-off, ordered by person and instant.

    `events` holds `person` (a place in `people`), `at` (microseconds since 1970, UTC), `day` (local, days
    since 1970), `group_size` and the categories of each event. `keys` packs person and instant into one
    ascending number, so that a search is one `numpy.searchsorted`.
    """

    people: pd.Index
    events: pd.DataFrame
    instants: Ints
    keys: Ints
    _log: pd.DataFrame
    _order: Ints

    def text(self, name: str, rows: Ints) -> pd.Series:
        """A column of the log (`thread_id`, `subject`, `source_ref`, one of its own) at places in `events`.

        As text; NA where the place is -1, or the log has no such column.
        """
        # Only the texts that are asked for are moved: filtering and sorting all of them costs more than all else.
        if name not in self._log:
            return pd.Series(pd.NA, index=range(len(rows)), dtype=schema.TEXT)
        origin = np.append(self._order, -1)[rows]
        return pd.Series(self._log[name].astype(schema.TEXT).array.take(origin, allow_fill=True))

    def only(self, keep: npt.ArrayLike) -> Timeline:
        """The timeline of the marked events, of the same people."""
        rows = np.flatnonzero(np.asarray(keep))
        events = self.events.iloc[rows].reset_index(drop=True)
        return replace(self, events=events, keys=self.keys[rows], _order=self._order[rows])


def timeline(
    interactions: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str,
    group_max: int = 4,
    others: Sequence[pd.Series] = (),
    notes: bool = False,
) -> Timeline:
    """Who was touched when? The touches before `as_of`, ordered; `others` are ids that may be unknown to the log.

    With `notes`, promises that were only noted stand among them.

    At one instant what they sent stands before what you sent: a log without times has no order within a day,
    and the order that owes nothing is assumed.
    """
    log = schema.conform("interactions", interactions)
    log = touches.told_once(log, as_of=as_of, timezone=timezone, group_max=group_max, purposes=True)
    log = log.drop(columns="source").set_axis(range(len(log)))
    frame = touches.seen(
        log, as_of=as_of, timezone=timezone, columns=_EVENT, group_max=group_max, notes=notes
    )
    codes, ids = pd.factorize(frame["contact_id"])
    people = pd.Index(pd.concat([pd.Series(ids, dtype=frame["contact_id"].dtype), *others]).dropna().unique())
    people = people.sort_values()
    person = people.get_indexer(ids)[codes].astype(np.int64)
    at = micros(frame["occurred_at"])
    instants, rank = np.unique(at, return_inverse=True)
    keys = person * (len(instants) + 1) + rank
    position = frame.index.to_numpy()
    order = _settle_ties(frame, log, keys, np.argsort(keys))
    events = frame[[*_EVENT, "group_size"]].iloc[order].reset_index(drop=True)
    day = periods.day_numbers(frame["day"])
    events = events.assign(person=person[order], at=at[order], day=day[order])
    return Timeline(people, events, instants, keys[order], log, position[order])


def _settle_ties(frame: pd.DataFrame, log: pd.DataFrame, keys: Ints, order: Ints) -> Ints:
    """Order events of one person and instant by their content, so that the order of rows never matters."""
    tied = tied_places(order, (keys,))
    if not len(tied):
        return order
    rows = order[tied]
    few = frame.iloc[rows]
    few = few.join(log.loc[few.index, list(_TEXT)]).reset_index(drop=True)
    few = few.assign(key=keys[rows], mine=(few["direction"] != "inbound").to_numpy())
    settled = few.sort_values(["key", "mine", *_EVENT, "group_size", *_TEXT], kind="stable").index
    order = order.copy()
    order[tied] = rows[settled]
    return order


def tied_places(order: Ints, keys: Sequence[Ints]) -> Ints:
    """Where in this order does a row stand beside one with the same keys?"""
    again = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
    return np.flatnonzero(np.append(again, False) | np.append(False, again))


def settled(order: Ints, keys: Sequence[Ints], least_first: Sequence[npt.NDArray[Any]]) -> Ints:
    """An order by `keys` made one by all of `least_first` (the last counts most): few ties are soon settled."""
    tied = tied_places(order, keys)
    rows = order[tied]
    order[tied] = rows[np.lexsort([key[rows] for key in least_first])]
    return order


def first_after(
    line: Timeline,
    where: npt.ArrayLike,
    person: Ints,
    at: Ints,
    *,
    strict: bool = False,
    rows: Ints | None = None,
) -> Ints:
    """Which is the earliest of the marked events of this person at or after (`strict`: after) this instant?

    Places in `line.events`, -1 where there is none. `rows`, where known, are the events at these instants (else
    -1): it takes long to find an instant among all.
    """
    places = np.append(np.flatnonzero(np.asarray(where)), -1)
    keys = np.append(line.keys[places[:-1]], NEVER)
    width = len(line.instants) + 1
    rank = np.append(line.keys, 0)[rows] % width + strict if rows is not None else np.zeros(len(at), np.int64)
    unknown = slice(None) if rows is None else np.flatnonzero(rows < 0)
    rank[unknown] = np.searchsorted(line.instants, at[unknown], side="right" if strict else "left")
    slot = np.searchsorted(keys, person * width + rank)
    return np.where(keys[slot] // width == person, places[slot], -1)


def instant_of(line: Timeline, rows: Ints) -> Ints:
    """When were these events? NEVER where the place is -1."""
    return np.append(line.events["at"].to_numpy(), NEVER)[rows]


def micros(instants: pd.Series) -> Ints:
    """Instants as microseconds since 1970, NEVER where missing."""
    numbers = instants.dt.tz_convert(None).to_numpy().astype("datetime64[us]").astype(np.int64)
    return np.where(instants.isna(), NEVER, numbers)


def from_micros(numbers: Ints) -> pd.Series:
    """The reverse of `micros`."""
    nat = np.iinfo(np.int64).min
    return pd.Series(np.where(numbers == NEVER, nat, numbers).astype("datetime64[us]")).dt.tz_localize("UTC")


def words(values: Ints, render: Callable[[int], str]) -> Any:
    """Numbers as text, each distinct number rendered once."""
    codes, distinct = pd.factorize(values)
    return pd.array([render(int(value)) for value in distinct], dtype=schema.TEXT).take(codes)


def dates(days: Ints) -> Any:
    """Day numbers as text, like 2026-11-16; empty where UNSET."""
    return words(days, lambda day: "" if day == UNSET else str(np.datetime64(day, "D")))
