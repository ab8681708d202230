"""Which names and leads were given, and how far has each of them got?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from networkscope import dates as periods
from networkscope import schema
from networkscope.snapshot import touches
from networkscope.snapshot.snapshot import known_referrals

TALKED = ("conversation", "interview", "offer")
ENDED_WITHOUT = ("dead_end", "declined")

FURTHEST_LAST = ("open", *ENDED_WITHOUT, *TALKED)
_DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")
_PAIR = ["referrer_id", "referred_id"]


def referral_steps(
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    include_inferred: bool = False,
) -> pd.DataFrame:
    """Which names and leads were known at `as_of`, and how far had each of them got by then?

    The referrals in the order of giving. Dates from `as_of` on are blanked, and an outcome reached from then
    on is "open" (it is reached on `closed_on` or, where that is empty, on the last of the row's own dates).

    The same name from the same person again is one name: the first row stands, with the earliest steps and
    the furthest outcome of all. With `include_inferred`, an inferred row counts like any other; without, it
    stays apart, and is left out where the name was also logged. A SchemaError where a table does not fit.

    Columns
    -------
    all of the table `referrals`, `inferred` and `outcome` never NA
    own : somebody named themselves
    is_name : a referral to a person, not to a company or an opening
    first_contact_on : the first outbound or mutual touch with the referred person on or after the day of
        giving, or an earlier day that the row itself tells
    first_talk_on : likewise the first conversation (`touches.conversations`)

    >>> mail = pd.DataFrame({"contact_id": ["bo"], "direction": ["outbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-09 09:00Z"])})
    >>> names = pd.DataFrame({"referral_id": ["1"], "referrer_id": ["ann"], "referred_id": ["bo"],
    ...     "given_on": pd.to_datetime(["2026-01-02"])})
    >>> referral_steps(mail, names, as_of="2026-02-01")["first_contact_on"].tolist()
    [Timestamp('2026-01-09 00:00:00')]
    """
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone, "group_max": group_max}
    given = _known(referrals, periods.last_day(as_of, timezone))
    theirs = touching(interactions, given["referred_id"])
    sent = touches.seen(theirs, columns=("direction",), **seen)
    sent = sent[sent["direction"].isin(("outbound", "mutual"))]
    talks = touches.conversations(theirs, **seen)

    settled, outcome = given.pop("settled_on"), given["outcome"]
    next_sent, next_talk = (_nearest(given, e, "referred_id", "forward")["day"] for e in (sent, talks))
    talked = [given["met_on"], settled.where(outcome.isin(TALKED)), next_talk]
    reached = [given["contacted_on"], settled.where(outcome == "declined"), next_sent, *talked]
    given["first_contact_on"] = pd.concat(reached, axis=1).min(axis=1)
    given["first_talk_on"] = pd.concat(talked, axis=1).min(axis=1)
    return _each_once(given, include_inferred)


def counted_leads(
    referrals: pd.DataFrame, *, as_of: periods.AsOf, timezone: str, include_inferred: bool = False
) -> pd.DataFrame:
    """Which names and leads count? Those of `referral_steps`, but nobody names themselves, and what is only
    inferred counts where it is wanted."""
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone, "include_inferred": include_inferred}
    given = referral_steps(schema.empty("interactions"), referrals, **seen)
    return given[~given["own"] & (include_inferred | ~given["inferred"])]


def talk_before(given: pd.DataFrame, talks: pd.DataFrame) -> pd.DataFrame:
    """`talk_on` and `channel` of the latest conversation with the referrer up to the day of giving."""
    return _nearest(given, talks, "referrer_id", "backward").rename(columns={"day": "talk_on"})


def touching(interactions: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """The events with these people: checking types and time zones of all others would cost the most."""
    who = schema.conform("interactions", interactions, ("contact_id",))["contact_id"]
    return interactions[who.isin(ids.dropna().unique())]


def _known(referrals: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    frame = known_referrals(schema.conform("referrals", referrals, schema.TABLES["referrals"].names), last)
    dates = pd.DataFrame({name: frame[name].dt.normalize() for name in _DATES})
    frame = frame.assign(
        **dates,
        settled_on=dates["closed_on"].fillna(dates.max(axis=1)),
        outcome=frame["outcome"].fillna("open"),
        inferred=frame["inferred"].fillna(False).astype(bool),
        own=frame["referrer_id"] == frame["referred_id"],
        is_name=frame["kind"].eq("person") | (frame["kind"].isna() & frame["referred_id"].notna()),
    )
    return frame.sort_values(["given_on", "inferred", "referral_id"], ignore_index=True)


def _nearest(given: pd.DataFrame, events: pd.DataFrame, person: str, direction: str) -> pd.DataFrame:
    """The last event with a person up to the day of giving (backward), or the first from then (forward)."""
    columns = [name for name in ("contact_id", "day", "channel") if name in events]
    found = pd.merge_asof(
        given[["given_on", person]],
        events[columns].sort_values("day", kind="stable"),
        left_on="given_on",
        right_on="day",
        left_by=person,
        right_by="contact_id",
        direction=direction,
    )
    return found.set_axis(given.index).drop(columns=["given_on", person, "contact_id"])


def _each_once(given: pd.DataFrame, include_inferred: bool) -> pd.DataFrame:
    is_pair = given["is_name"] & given["referred_id"].notna()
    names, others = given[is_pair], given[~is_pair]
    only_inferred = names.groupby(_PAIR)["inferred"].transform("all").astype(bool)
    names = names[include_inferred | ~names["inferred"] | only_inferred]
    furthest = names["outcome"].cat.reorder_categories(FURTHEST_LAST, ordered=True)
    same = names.assign(outcome=furthest).groupby(_PAIR)
    merged = {
        "inferred": same["inferred"].transform("all").astype(bool),
        "first_contact_on": same["first_contact_on"].transform("min"),
        "first_talk_on": same["first_talk_on"].transform("min"),
        "outcome": same["outcome"].transform("max").astype(given["outcome"].dtype),
    }
    return pd.concat([names.assign(**merged).drop_duplicates(_PAIR), others]).sort_index(ignore_index=True)
