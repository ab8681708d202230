"""Where was a practice broken? One form for all such flags: who, when, by which rule, on what evidence.

A kind of flag is a function that finds its cases and a `FlagKind` that names it. `ask_flags` has the first of
them; a new kind is those few lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from networkscope import dates, schema
from networkscope.snapshot import touches
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.timeline import Ints, Timeline, from_micros, timeline

FLAG_COLUMNS = {
    "flag_id": schema.TEXT, "flag": schema.TEXT, "practice": schema.TEXT, "contact_id": schema.TEXT,
    "people_count": schema.COUNT, "occurred_at": schema.INSTANT, "day": schema.DATE, "rule": schema.TEXT,
    "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_FOUND = {
    "at": "int64", "about": schema.TEXT, "contact_id": schema.TEXT, "people_count": schema.COUNT,
    "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_SUMMARY = {
    "flag": schema.TEXT, "practice": schema.TEXT, "rule": schema.TEXT, "lit_by": schema.TEXT,
    "flag_count": schema.COUNT, "people_count": schema.COUNT,
}  # fmt: skip
REFS_SHOWN = 10
_EVERYBODY = 10**6


@dataclass(frozen=True)
class Record:
    """What was known at the cut-off: contacts, all events (`log`), those that touch somebody (`line`), and the
    referrals that count (`counted_leads`)."""

    contacts: pd.DataFrame
    log: Timeline
    line: Timeline
    referrals: pd.DataFrame


@dataclass(frozen=True)
class FlagKind:
    """One kind of flag.

    `finds` returns columns of equal length: `at` (microseconds since 1970: when the rule was first broken),
    `why`, and where they apply `contact_id`, `people_count`, `source_ref`, and `about`, which tells apart
    flags of one instant that concern nobody in particular. `needs` is the column of interactions without
    which nothing can be found, and `lit_by` what brings it.
    """

    flag: str
    practice: str
    rule: str
    finds: Callable[[Record], dict[str, Any]]
    needs: str = "purpose"
    lit_by: str = field(
        default="log the purpose of what you send (advice_ask, catch_up, …) in interactions.csv"
    )


def on_record(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str,
    group_max: int,
) -> Record:
    """What was known at `as_of`?"""
    log = timeline(interactions, as_of=as_of, timezone=timezone, group_max=_EVERYBODY)
    line = log.only(~(log.events["group_size"] > group_max).fillna(False).astype(bool))
    people = schema.conform("contacts", contacts, ("contact_id", "name"))
    return Record(people, log, line, counted_leads(referrals, as_of=as_of, timezone=timezone))


def raise_flags(kinds: Sequence[FlagKind], known: Record, timezone: str) -> pd.DataFrame:
    """Which flags do these kinds raise? FLAG_COLUMNS, by `flag, occurred_at, contact_id`; none, no rows."""
    parts = [
        pd.DataFrame(kind.finds(known))
        .reindex(columns=list(_FOUND))
        .astype(_FOUND)
        .assign(flag=kind.flag, practice=kind.practice, rule=kind.rule)
        for kind in kinds
    ]
    order = ["flag", "at", "contact_id", "about", "source_ref"]
    # Two asks of one person at one instant are one case.
    found = pd.concat(parts).sort_values(order).drop_duplicates(order[:-1], ignore_index=True)
    found["occurred_at"] = from_micros(found["at"].to_numpy())
    found["day"] = dates.local_dates(found["occurred_at"], timezone)
    found["people_count"] = found["people_count"].fillna(1)
    found["flag_id"] = _ids(found)
    return found[list(FLAG_COLUMNS)].astype(FLAG_COLUMNS)


def summary(
    kinds: Sequence[FlagKind],
    flags: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str,
) -> pd.DataFrame:
    """How many flags of each kind, and what would have to be known to see more? See `ask_flag_summary`."""
    table = pd.DataFrame([(k.flag, k.practice, k.rule, k.lit_by) for k in kinds], columns=list(_SUMMARY)[:4])
    people = flags.groupby("flag")["people_count"].agg(["size", "sum"]).reindex(table["flag"], fill_value=0)
    declared = {kind.needs for kind in kinds} & {*schema.TABLES["interactions"].names}
    seen = touches.seen(interactions, as_of=as_of, timezone=timezone, columns=tuple(sorted(declared)))
    told = {name for name in declared if (seen[name].notna() & (seen[name] != "unknown")).any()}
    told |= {*interactions} - declared
    table["lit_by"] = table["lit_by"].mask([kind.needs in told for kind in kinds])
    table = table.assign(flag_count=people["size"].array, people_count=people["sum"].array)
    return table.astype(_SUMMARY)[["flag", "practice", "rule", "flag_count", "people_count", "lit_by"]]


def from_line(line: Timeline, rows: Ints, why: Any, **more: Any) -> dict[str, Any]:
    """Flags for events at these places of a timeline."""
    person, at = (line.events[name].to_numpy()[rows] for name in ("person", "at"))
    who = pd.Series(line.people, dtype=schema.TEXT).array.take(person)
    return {"at": at, "contact_id": who, "why": why, "source_ref": line.text("source_ref", rows), **more}


def _ids(found: pd.DataFrame) -> list[str]:
    parts = [found[name].fillna("") for name in ("contact_id", "about")]
    content = found["flag"] + "\x1f" + parts[0] + "\x1f" + found["at"].astype(schema.TEXT) + "\x1f" + parts[1]
    numbers = pd.util.hash_array(content.to_numpy(object)).tolist()
    return [f"{flag}-{number:016x}" for flag, number in zip(found["flag"], numbers, strict=True)]
