"""Where was a practice broken? One form for all such flags: who, when, by which rule, on what evidence.

A kind of flag is a function that finds its cases and a `FlagKind` that names it. `ask_flags` has the first of
them; a new kind is those few lines, there or in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from networkscope import periods, schema
from networkscope.errors import ParameterError
from networkscope.measures import touches
from networkscope.measures.leads import referral_steps
from networkscope.measures.timeline import Ints, Timeline, from_micros, timeline

FLAG_COLUMNS = {
    "flag_id": schema.TEXT, "flag": schema.TEXT, "practice": schema.TEXT, "contact_id": schema.TEXT,
    "people_count": schema.COUNT, "occurred_at": schema.INSTANT, "day": schema.DATE, "rule": schema.TEXT,
    "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
REFS_SHOWN = 10
_EVERYBODY = 10**6


@dataclass(frozen=True)
class Record:
    """What was known at the cut-off: contacts, referrals, all events (`log`), those that touch somebody (`line`)."""

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
    as_of: periods.AsOf,
    timezone: str,
    group_max: int,
) -> Record:
    """What was known at `as_of`? Referrals as `referral_steps` reads them, without what is merely inferred."""
    log = timeline(interactions, as_of=as_of, timezone=timezone, group_max=_EVERYBODY)
    line = log.only(~(log.events["group_size"] > group_max).fillna(False).astype(bool))
    given = referral_steps(schema.empty("interactions"), referrals, as_of=as_of, timezone=timezone)
    people = schema.conform("contacts", contacts, ("contact_id", "name"))
    return Record(people, log, line, given[~given["inferred"]])


def raise_flags(kinds: Sequence[FlagKind], known: Record, timezone: str) -> pd.DataFrame:
    """Which flags do these kinds raise? FLAG_COLUMNS, by `flag, occurred_at, contact_id`; none, no rows."""
    parts = [pd.DataFrame(kind.finds(known)).assign(place=place) for place, kind in enumerate(kinds)]
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    found = found.reindex(columns=["at", "why", "contact_id", "people_count", "source_ref", "about", "place"])
    content = {name: found[name].astype(schema.TEXT) for name in ("contact_id", "about", "source_ref", "why")}
    found = found.assign(
        **content, flag=pd.array([kinds[place].flag for place in found["place"]], dtype=schema.TEXT)
    )
    order = ["flag", "at", "contact_id", "about", "source_ref"]
    # Two asks of one person at one instant are one case.
    found = found.sort_values(order, kind="stable").drop_duplicates(order[:-1], ignore_index=True)
    occurred_at = from_micros(found["at"].to_numpy(np.int64))
    return pd.DataFrame(
        {
            "flag_id": _ids(found),
            "flag": found["flag"],
            "practice": [kinds[place].practice for place in found["place"]],
            "contact_id": found["contact_id"],
            "people_count": found["people_count"].fillna(1),
            "occurred_at": occurred_at,
            "day": periods.local_dates(occurred_at, timezone),
            "rule": [kinds[place].rule for place in found["place"]],
            "why": found["why"],
            "source_ref": found["source_ref"],
        }
    ).astype(FLAG_COLUMNS)


def summary(
    kinds: Sequence[FlagKind],
    flags: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str,
) -> pd.DataFrame:
    """How many flags of each kind, and what would have to be known to see more? See `ask_flag_summary`."""
    columns = sorted({kind.needs for kind in kinds} & set(schema.TABLES["interactions"].names))
    seen = touches.seen(interactions, as_of=as_of, timezone=timezone, columns=tuple(columns))
    told = {name: bool((seen[name].notna() & (seen[name] != "unknown")).any()) for name in columns}
    told |= {name: True for name in interactions.columns if name not in told}
    by_kind = flags.groupby(flags["flag"])["people_count"].agg(["size", "sum"])
    rows = [
        (
            k.flag,
            k.practice,
            k.rule,
            *by_kind.reindex([k.flag], fill_value=0).iloc[0],
            None if told.get(k.needs) else k.lit_by,
        )
        for k in kinds
    ]
    names = ["flag", "practice", "rule", "flag_count", "people_count", "lit_by"]
    types = {name: schema.COUNT if name.endswith("_count") else schema.TEXT for name in names}
    return pd.DataFrame(rows, columns=names).astype(types)


def chosen(kinds: Sequence[str | FlagKind] | None, known: Sequence[FlagKind]) -> list[FlagKind]:
    """The kinds that were asked for: names out of `known`, or kinds of one's own; None for all."""
    named = {kind.flag: kind for kind in known}
    wanted = known if kinds is None else kinds
    if not wanted or any(isinstance(kind, str) and kind not in named for kind in wanted):
        raise ParameterError(f"kinds must name kinds of flags, out of: {', '.join(named)}")
    return [named[kind] if isinstance(kind, str) else kind for kind in wanted]


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
