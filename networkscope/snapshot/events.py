"""What happened, one row per event and person: each talk once, local days, flags, and one order for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, schema
from networkscope.words.subjects import outcome_of

_LEFT_OPEN = ("purpose", "due_on", "thread_id", "subject")  # what a note may say and a calendar does not
_CONTENT = ["from_contact_only", "direction", "channel", "purpose", "due_on", "group_size",
            "thread_id", "subject", "source_ref"]  # fmt: skip


def prepare_events(
    interactions: pd.DataFrame, timezone: str, group_max: int, acts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The interactions with each talk once, sorted by contact and instant, and with flags.

    At one instant what they sent comes before what you sent: a log without times has no order within a day, and
    the order that owes nothing is assumed. Ties beyond that are ordered by content, so that the order of rows
    never matters.

    Columns
    -------
    those of `interactions`, and
    day : local date
    from_owner, from_contact : a touch of yours, of theirs; a talk that both told of is both
    is_message, is_sent, is_talk, is_ask : written; written by you; a call, meeting or video call; an ask of yours
    is_alone : between the two of you, as far as is known
    has_purpose : what it was for is on record
    is_thanks : it says thank you, whatever else it does
    is_update : a word of yours on how the search goes, whatever else it does
    outcome : what came of it, as noted, else as its subject says (only where the purpose is "outcome")
    is_note : no more than a note of what you promised: it touches nobody
    is_crowd : of more people than `group_max`: it touches nobody (Kossinets and Watts 2006; unknown counts as small)
    """
    events = merge_duplicate_talks(interactions, timezone, group_max)
    day = dates.local_dates(events["occurred_at"], timezone)
    # Made in a talk or at an event, or read in a message, a promise is a touch like any other.
    is_note = (events["purpose"] == "promise") & (events["direction"] != "inbound")
    is_note &= ~events["channel"].isin(schema.TOGETHER) & events["source"].fillna("own").str.startswith("own")
    mutual = events.pop("is_mutual") | (events["direction"] == "mutual")
    asks = (events["direction"] == "outbound") & events["purpose"].isin(schema.ASKS)
    purpose, message = events["purpose"], ~is_note & events["channel"].isin(schema.MESSAGES)
    message &= events["direction"] != "mutual"
    subjects = events.loc[(purpose == "outcome") & events["outcome"].isna(), "subject"]
    events = events.assign(
        day=day,
        from_owner=~is_note & (mutual | (events["direction"] == "outbound")),
        from_contact=~is_note & (mutual | (events["direction"] == "inbound")),
        is_message=message,
        is_sent=message & (events["direction"] == "outbound"),
        is_alone=~(events["group_size"] > 2).fillna(False).astype(bool),
        is_thanks=(purpose == "thank_you") | _does(events["event_id"], acts, "thank_you"),
        is_update=(events["direction"] == "outbound")
        & ((purpose == "update") | _does(events["event_id"], acts, "update")),
        has_purpose=purpose.notna() & (purpose != "unknown"),
        outcome=events["outcome"].astype(schema.TEXT).fillna(outcome_of(subjects)),
        is_talk=events["channel"].isin(schema.CONVERSATIONS),
        is_ask=asks,
        is_note=is_note,
        is_crowd=(events["group_size"] > group_max).fillna(False).astype(bool),
    )
    return _sorted(events)


def _does(event_ids: pd.Series, acts: pd.DataFrame | None, act: str) -> pd.Series:
    """Which events do this, by the words that were read?"""
    if acts is None or acts.empty:
        return pd.Series(False, event_ids.index)
    return among(event_ids, acts.loc[acts["act"] == act, "event_id"])


def _sorted(events: pd.DataFrame) -> pd.DataFrame:
    by = ["contact_id", "occurred_at"]
    tied = events[events.duplicated(by, keep=False)]  # few: comparing the content of all would take long
    tied = tied.assign(from_contact_only=tied["direction"] != "inbound").sort_values(
        _CONTENT, na_position="first"
    )
    rank = pd.Series(0, events.index)
    rank[tied.index] = range(len(tied))
    person = pd.factorize(events["contact_id"], sort=True)[0]
    order = np.lexsort([rank, events["occurred_at"].astype("int64"), person])
    return events.iloc[order].reset_index(drop=True)


def merge_duplicate_talks(interactions: pd.DataFrame, timezone: str, group_max: int) -> pd.DataFrame:
    """The events, where a talk that several sources hold, as a calendar and a note do, is one row.

    Of one person and local day the first talk of one source is the first of the other, the second the second, and so
    on. The row without a group size is kept (mostly the note), else that of the smallest group. It takes from the
    others what it leaves open, and its `source_ref` names them all. An event is a meeting, call or video where
    another says so. It was at the earliest time that is known: midnight is a note without one. Its direction is that
    of the row that says what it was for (their promise is none of yours); `is_mutual`, where the sources differ.
    """
    log = interactions.reset_index(drop=True).assign(is_mutual=False)
    talks = log[log["channel"].isin(schema.TOGETHER) & log["source"].notna()]
    talks = talks[~(talks["group_size"] > group_max).fillna(False).astype(bool)]
    if talks["source"].nunique() < 2:
        return log
    talks = talks.assign(day=dates.local_dates(talks["occurred_at"], timezone))
    day, talk = ["contact_id", "day"], ["contact_id", "day", "nth"]
    talks = talks[talks.groupby(day)["source"].transform("nunique") > 1]
    talks = talks.sort_values([*day, "occurred_at", "source", "source_ref", "channel", "direction", "purpose",
                               "due_on", "group_size", "thread_id", "subject", "event_id"])  # fmt: skip
    talks["nth"] = talks.groupby([*day, "source"]).cumcount()
    talks = talks.sort_values([*talk, "group_size"], na_position="first", kind="stable")
    talks["purpose"] = talks["purpose"].mask(talks["purpose"] == "unknown")
    talks["untimed"] = talks["occurred_at"] <= dates.midnight(talks["day"], timezone)
    talks["talk"] = talks["channel"].where(talks["channel"].isin(schema.CONVERSATIONS))
    talks["way"] = talks["direction"].where(talks["purpose"].notna())
    same = talks.groupby(talk)
    own = [name for name in log if name not in schema.TABLES["interactions"].names and name != "is_mutual"]
    firsts = {name: same[name].first().array for name in (*_LEFT_OPEN, *own, "talk", "way")}
    merged = talks.drop_duplicates(talk).assign(**firsts)
    merged["is_mutual"] = same["direction"].nunique().to_numpy() > 1
    merged["direction"] = merged["way"].fillna(merged["direction"].mask(merged["is_mutual"], "mutual"))
    merged["channel"] = merged["talk"].fillna(merged["channel"])
    timed = talks.sort_values([*talk, "untimed", "occurred_at"]).drop_duplicates(talk)
    merged["occurred_at"] = timed["occurred_at"].array
    refs = (talks["source_ref"] + schema.SEPARATOR).fillna("").groupby([talks[name] for name in talk]).sum()
    merged["source_ref"] = refs.str.removesuffix(schema.SEPARATOR).replace("", None).array
    return pd.concat([log.drop(talks.index), merged[[*log]]], ignore_index=True)


def people_facts(contacts: pd.DataFrame, touches: pd.DataFrame) -> pd.DataFrame:
    """How far has it gone with each contact? One row per contact, in the order and with the index of `contacts`.

    A talk counts in both directions, whoever started it; so who was met is also two-way, and who is two-way was
    also contacted.

    Columns
    -------
    contact_id, name, circle, connected_on, listed (never NA)
    touch_count, outbound_count, inbound_count, talk_count : touches; of them yours, theirs; talks
    contact_days, first_touch_on, last_touch_on : days with a touch; local dates, NA without one
    started : the first touch was yours (at one instant yours counts before theirs)
    contacted, two_way, met : a touch of yours; touches both ways; a talk
    last_topic, last_channel, source_ref : latest subject that is not blank; of the latest touch
    """
    ours = touches.assign(
        outbound=touches["from_owner"] | touches["is_talk"],
        inbound=touches["from_contact"] | touches["is_talk"],
        topic=touches["subject"].where(touches["subject"].str.strip().fillna("") != "").str.strip(),
    )
    first = ours.groupby("contact_id", sort=False)["occurred_at"].transform("min")
    ours["started"] = ours["outbound"] & (ours["occurred_at"] == first)
    facts = ours.groupby("contact_id", sort=False).agg(
        touch_count=("day", "size"),
        outbound_count=("outbound", "sum"),
        inbound_count=("inbound", "sum"),
        talk_count=("is_talk", "sum"),
        contact_days=("day", "nunique"),
        first_touch_on=("day", "first"),
        last_touch_on=("day", "last"),
        started=("started", "any"),
        last_topic=("topic", "last"),
    )
    last = ours.drop_duplicates("contact_id", keep="last").set_index("contact_id")
    facts["last_channel"], facts["source_ref"] = last["channel"], last["source_ref"]
    people = contacts[["contact_id", "name", "circle", "connected_on"]]
    people = people.assign(listed=contacts["listed"].fillna(False).astype(bool))
    facts = facts.reindex(people["contact_id"]).set_axis(people.index)
    counts = ["touch_count", "outbound_count", "inbound_count", "talk_count", "contact_days"]
    facts[counts] = facts[counts].fillna(0).astype("int64")
    facts["started"] = facts["started"].eq(True)
    return people.join(facts).assign(
        contacted=facts["outbound_count"] > 0,
        two_way=(facts["outbound_count"] > 0) & (facts["inbound_count"] > 0),
        met=facts["talk_count"] > 0,
    )


def value_of(ids: pd.Series, values: pd.Series) -> pd.Series:
    """The value of each id, of its own type also where there is none; the index of `ids`.

    >>> value_of(pd.Series(["b", "x"]), pd.Series([1.0, 2.0], ["a", "b"])).tolist()
    [2.0, nan]
    """
    return values.reindex(ids).set_axis(ids.index)


def among(ids: pd.Series, people: Iterable[Any]) -> pd.Series:
    """Which of these ids are among these people? As `Series.isin`, by Arrow, which is some ten times as fast.

    >>> among(pd.Series(["a", "b", None]), ["b", None]).tolist()
    [False, True, False]
    """
    wanted = pa.array(pd.Series(people, dtype=schema.TEXT).dropna().array, pa.large_string())
    found = pc.is_in(pa.array(ids.astype(schema.TEXT).array, pa.large_string()), value_set=wanted)
    return pd.Series(found.to_numpy(zero_copy_only=False).astype(bool), ids.index)


def joined(ids: pd.Series, texts: pd.Series, separator: str = schema.SEPARATOR) -> pd.Series:
    """The texts of each id in one, in their order.

    >>> joined(pd.Series(["a", "b", "a"]), pd.Series(["x", "y", "z"])).to_dict()
    {'a': 'x; z', 'b': 'y'}
    """
    cells: dict[str, list[str]] = {}
    for one, text in zip(ids.tolist(), texts.tolist(), strict=True):
        cells.setdefault(one, []).append(text)
    return pd.Series({one: separator.join(parts) for one, parts in cells.items()}, dtype=schema.TEXT)
