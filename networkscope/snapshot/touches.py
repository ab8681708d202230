"""Touches and conversations: the events that every measure counts, seen as of one instant."""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, schema

_LEFT_OPEN = ("purpose", "due_on", "thread_id", "subject")
_BY_CONTENT = ("channel", "direction", "purpose", "due_on", "group_size", "thread_id", "subject", "event_id")


def seen(
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str,
    columns: tuple[str, ...],
    group_max: int | None = None,
    notes: bool = False,
) -> pd.DataFrame:
    """Which events were known at `as_of`? The columns asked for and `day` (local date), the index as given.

    With `group_max`, what touches nobody is left out: events of more people than that (Kossinets and Watts
    2006; an unknown group size counts as small), and promises that were only noted, unless `notes`; and a talk
    of which several sources tell is one (`told_once`).
    """
    needed = () if group_max is None else ("group_size", "direction", "channel", "purpose", "source")
    wanted = dict.fromkeys(("contact_id", "occurred_at", *columns, *needed))
    frame = schema.conform("interactions", interactions, wanted)
    if group_max is not None:
        frame = told_once(
            frame, as_of=as_of, timezone=timezone, group_max=group_max, purposes="purpose" in columns
        ).drop(columns="source")
    keep = frame["occurred_at"] < dates.as_instant(as_of, timezone)
    if group_max is not None:
        keep &= ~(frame["group_size"] > group_max).fillna(False).astype(bool)
        keep &= True if notes else ~is_note(frame)
    frame = frame[keep]
    return frame.assign(day=dates.local_dates(frame["occurred_at"], timezone))


def told_once(
    log: pd.DataFrame, *, as_of: dates.AsOf, timezone: str, group_max: int, purposes: bool
) -> pd.DataFrame:
    """The events, where a talk of which several sources tell, as a calendar and a note do, stands once.

    Of one person and local day the first talk of one source is the first of the other, the second the second, and so
    on. The row without a group size stands (mostly the note), else that of the smallest group. It takes from the
    others what it leaves open, is mutual where they differ, and its `source_ref` names them all. An event is a
    meeting, call or video where another says so. It was at the earliest time that is told: midnight is a note
    without one. With `purposes` it goes the way of the row that says what it was for: their promise is none of yours.
    """
    talks = np.flatnonzero(np.isin([*schema.CHANNELS, ""], schema.TOGETHER)[log["channel"].cat.codes])
    if log["source"].iloc[talks].nunique() < 2:
        return log
    few = schema.conform("interactions", log.iloc[talks]).assign(row=talks)
    few = few[few["source"].notna() & (few["occurred_at"] < dates.as_instant(as_of, timezone))]
    few = few[~(few["group_size"] > group_max).fillna(False).astype(bool)]
    few["day"] = dates.local_dates(few["occurred_at"], timezone)
    day, talk = ["contact_id", "day"], ["contact_id", "day", "nth"]
    few = few[few.groupby(day)["source"].transform("nunique") > 1]
    few = few.sort_values([*day, "occurred_at", "source", "source_ref", *_BY_CONTENT])
    few["nth"] = few.groupby([*day, "source"]).cumcount()
    few = few.sort_values([*talk, "group_size"], na_position="first", kind="stable")
    few["purpose"] = few["purpose"].where(has_purpose(few))
    few["untimed"] = few["occurred_at"] <= dates.midnight(few["day"], timezone)
    few["talk"] = few["channel"].where(is_conversation(few))
    few["way"] = few["direction"].where(few["purpose"].notna() & purposes)
    same = few.groupby(talk)
    own = few.columns.difference(schema.TABLES["interactions"].names).intersection(log.columns)
    firsts = {name: same[name].first().array for name in (*_LEFT_OPEN, *own, "talk", "way")}
    told = few.drop_duplicates(talk).assign(**firsts)
    told["direction"] = told["direction"].mask(same["direction"].nunique().to_numpy() > 1, "mutual")
    told["direction"] = told["way"].fillna(told["direction"])
    told["channel"] = told["talk"].fillna(told["channel"])
    timed = few.sort_values([*talk, "untimed", "occurred_at"]).drop_duplicates(talk)
    told["occurred_at"] = timed["occurred_at"].array
    refs = few.dropna(subset="source_ref").groupby(talk)["source_ref"].agg(schema.SEPARATOR.join)
    told["source_ref"] = refs.reindex(pd.MultiIndex.from_frame(told[talk])).array
    others = np.ones(len(log), bool)
    others[few["row"]] = False
    return pd.concat([log[others], told[[*log]]])


def is_note(events: pd.DataFrame) -> pd.Series:
    """Which events are no more than a note of what you promised?

    A promise that you noted is not a message that you sent. Made in a talk or at an event it is a touch like any other.
    """
    noted = (events["purpose"] == "promise").to_numpy(copy=True)
    promises = events[noted]  # few: looking at the channels of all events would take longest
    meeting = promises["channel"].isin(schema.TOGETHER)
    noted[noted] = (promises["direction"] != "inbound") & ~meeting
    return pd.Series(noted, events.index)


def by_you(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] != "inbound") & ~is_note(events)


def by_them(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] != "outbound") & ~is_note(events)


def has_purpose(events: pd.DataFrame) -> pd.Series:
    """Of which events is the purpose on record?"""
    return events["purpose"].notna() & (events["purpose"] != "unknown")


def messages(events: pd.DataFrame, direction: str = "outbound") -> pd.Series:
    """Which events are messages, by default those that you sent?"""
    return (events["direction"] == direction) & events["channel"].isin(schema.MESSAGES) & ~is_note(events)


def alone(events: pd.DataFrame) -> pd.Series:
    """Which events are between the two of you? An unknown group size counts as small."""
    return ~(events["group_size"] > 2).fillna(False).astype(bool)


def is_conversation(events: pd.DataFrame) -> pd.Series:
    """Which events are talks? Calls, meetings and video calls."""
    return events["channel"].isin(schema.CONVERSATIONS)


def conversations(
    interactions: pd.DataFrame, *, as_of: dates.AsOf, timezone: str, group_max: int = 4
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
