"""Touches and conversations: the events that every measure counts, seen as of one instant."""

from __future__ import annotations

import pandas as pd

from networkscope import periods, schema


def seen(
    interactions: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str,
    columns: tuple[str, ...],
    group_max: int | None = None,
) -> pd.DataFrame:
    """Which events were known at `as_of`? Their given columns and `day` (local date), the index as given.

    With `group_max`, events of more people than that are left out: they touch nobody (Kossinets and Watts
    2006). An unknown group size counts as small.
    """
    wanted = ("contact_id", "occurred_at", *columns, *(("group_size",) if group_max is not None else ()))
    frame = schema.conform("interactions", interactions, dict.fromkeys(wanted))
    keep = frame["occurred_at"] < periods.as_instant(as_of, timezone)
    if group_max is not None:
        keep &= ~(frame["group_size"] > group_max).fillna(False).astype(bool)
    frame = frame[keep]
    return frame.assign(day=periods.local_dates(frame["occurred_at"], timezone))


def is_conversation(events: pd.DataFrame) -> pd.Series:
    """Which events are talks that took place? Calls, meetings and video calls, but for those only promised."""
    return events["channel"].isin(schema.CONVERSATIONS) & (events["purpose"] != "promise").fillna(True)


def conversations(
    interactions: pd.DataFrame, *, as_of: periods.AsOf, timezone: str, group_max: int = 4
) -> pd.DataFrame:
    """Which conversations were completed? Calls, meetings and video calls of at most `group_max` people.

    One row per contact and local day (two calls on one day are one conversation), the earliest event of the
    day standing for it: `contact_id, day, occurred_at, channel, subject, source_ref`.
    """
    columns = ("channel", "purpose", "subject", "source_ref")
    frame = seen(interactions, as_of=as_of, timezone=timezone, columns=columns, group_max=group_max)
    order = ["contact_id", "day", "occurred_at", "channel", "source_ref"]
    frame = frame[is_conversation(frame)].sort_values(order, kind="stable")
    frame = frame.drop_duplicates(["contact_id", "day"])
    return frame[["contact_id", "day", "occurred_at", "channel", "subject", "source_ref"]]
