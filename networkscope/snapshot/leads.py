"""Which names and leads were given, and how far has each of them got?"""

from __future__ import annotations

import pandas as pd

from networkscope.snapshot.snapshot import Snapshot

TALKED = ("conversation", "interview", "offer")
ENDED_WITHOUT = ("dead_end", "declined")
FURTHEST_LAST = ("open", *ENDED_WITHOUT, *TALKED)
_DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")
_PAIR = ["referrer_id", "referred_id"]


def referral_steps(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """Which names and leads are known, and how far has each of them got? In the order of giving.

    The same name from the same person again is one name: the first row is kept, with the earliest steps and the
    furthest outcome of all. With `include_inferred`, an inferred row counts like any other; without, it stays
    apart, and is left out where the name was also logged.

    Columns
    -------
    all of the table `referrals`, `inferred` and `outcome` never NA
    own : somebody named themselves
    is_name : a referral to a person, not to a company or an opening
    first_contact_on : the first touch of yours with the referred person on or after the day of giving, or an earlier
        day that the row itself tells
    first_talk_on : likewise the first conversation

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> mail = pd.DataFrame({"contact_id": ["bo"], "direction": ["outbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-09 09:00Z"])})
    >>> names = pd.DataFrame({"referral_id": ["1"], "referrer_id": ["ann"], "referred_id": ["bo"],
    ...     "given_on": pd.to_datetime(["2026-01-02"])})
    >>> referral_steps(snapshot(mail[["contact_id"]], mail, names, as_of="2026-02-01"))["first_contact_on"].tolist()
    [Timestamp('2026-01-09 00:00:00')]
    """
    key = ("referral_steps", include_inferred)
    if key not in now.prepared:
        now.prepared[key] = _each_once(_with_steps(now), include_inferred)
    return now.prepared[key].copy(deep=False)


def counted_leads(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """Which names and leads count? Nobody names themselves, and what is only inferred counts where it is wanted."""
    given = referral_steps(now, include_inferred)
    return given[~given["own"] & (include_inferred | ~given["inferred"])]


def talk_before(given: pd.DataFrame, talks: pd.DataFrame) -> pd.DataFrame:
    """`talk_on` and `channel` of the latest conversation with the referrer up to the day of giving."""
    return nearest(given, talks, "referrer_id", "backward").rename(columns={"day": "talk_on"})


def nearest(given: pd.DataFrame, events: pd.DataFrame, person: str, direction: str) -> pd.DataFrame:
    """`day` and `channel` of the last event with a person up to the day of giving ("backward"), or of the first
    from then on ("forward")."""
    found = pd.merge_asof(
        given[["given_on", person]],
        events[["contact_id", "day", "channel"]].sort_values("day", kind="stable"),
        left_on="given_on",
        right_on="day",
        left_by=person,
        right_by="contact_id",
        direction=direction,
    )
    return found.set_axis(given.index)[["day", "channel"]]


def _with_steps(now: Snapshot) -> pd.DataFrame:
    given = now.referrals
    given = given.assign(
        **{name: given[name].dt.normalize() for name in _DATES},
        outcome=given["outcome"].fillna("open"),
        inferred=given["inferred"].fillna(False).astype(bool),
        own=given["referrer_id"] == given["referred_id"],
        is_name=given["kind"].eq("person") | (given["kind"].isna() & given["referred_id"].notna()),
    ).sort_values(["given_on", "inferred", "referral_id"], ignore_index=True)
    outcome = given["outcome"]
    settled = given["closed_on"].fillna(given[[*_DATES]].max(axis=1))
    sent = now.touches[now.touches["from_owner"]]
    next_sent, next_talk = (
        nearest(given, events, "referred_id", "forward")["day"] for events in (sent, now.conversations)
    )
    talked = [given["met_on"], settled.where(outcome.isin(TALKED)), next_talk]
    reached = [given["contacted_on"], settled.where(outcome == "declined"), next_sent, *talked]
    return given.assign(
        first_contact_on=pd.concat(reached, axis=1).min(axis=1),
        first_talk_on=pd.concat(talked, axis=1).min(axis=1),
    )


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
