"""When did the owner look for work, and who is part of that search?"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.roles.employers import at_present_employer
from networkscope.snapshot.events import among
from networkscope.snapshot.snapshot import Snapshot

SECOND_ACT_DAYS = 60  # one act alone makes no search
GOES_ON_ACTS = (
    2  # so many after an accepted offer: it was a job for the time being, and the noted search goes on
)
THANKED_WITHIN_DAYS = 3
QUIET_DAYS = 120  # so long without an act ends it
SEARCHES = {
    "started_on": schema.DATE, "ended_on": schema.DATE, "why_started": schema.TEXT, "why_ended": schema.TEXT,
}  # fmt: skip


def searches(now: Snapshot) -> pd.DataFrame:
    """Which searches for work are in the log, the last one first?

    A search starts with an act of search (an ask for advice, a name, a recommendation or a job in whatever channel, an
    application, a name given to the owner) that another one follows within 60 days; or on [search] from. It ends with
    an accepted offer, a new position (one of [search] from only where fewer than two acts follow), [search] until, or
    120 days without an act. What happens with people at the present employer is work, and no act of search.

    Columns: `started_on, ended_on` (the first day that does not belong to it; NA while it is open), `why_started,
    why_ended`. No search, no rows.

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": "outbound", "purpose": "advice_ask",
    ...     "occurred_at": pd.to_datetime(["2026-09-01", "2026-10-01"], utc=True)})
    >>> searches(snapshot(log[["contact_id"]], log, as_of="2026-11-16"))["started_on"].tolist()
    [Timestamp('2026-09-01 00:00:00')]
    """
    if "searches" not in now.prepared:
        now.prepared["searches"] = _searches(now)
    return now.prepared["searches"].copy(deep=False)


def search_members(now: Snapshot) -> pd.DataFrame:
    """Who is part of the search that is open: since which day, and why?

    Whoever was asked, gave a name, was named, recommended the owner, answered with an outcome or helped, was thanked
    for a talk or sent an update, since it started. Columns: `contact_id, joined_on, why`; a row per person. No open
    search, no rows.
    """
    if "search_members" not in now.prepared:
        now.prepared["search_members"] = _members(now)
    return now.prepared["search_members"].copy(deep=False)


def thanked_talks(now: Snapshot) -> pd.DataFrame:
    """The talks of small groups after which the owner soon thanked somebody who was there.

    Rows of `events`, with `thanked_at`: when this person was thanked, NA for those who were there as well.
    """
    if "thanked_talks" not in now.prepared:
        events = now.events
        talks = events[events["is_talk"] & ~events["is_crowd"] & (events["direction"] != "inbound")]
        sent = events[(events["direction"] == "outbound") & events["is_thanks"] & ~events["is_talk"]]
        near = pd.merge_asof(
            talks[["contact_id", "occurred_at"]].reset_index().sort_values("occurred_at"),
            sent[["contact_id", "occurred_at"]].assign(thanked_at=sent["occurred_at"]).sort_values("occurred_at"),
            on="occurred_at", by="contact_id", direction="forward", tolerance=pd.Timedelta(days=THANKED_WITHIN_DAYS),
        ).set_index("index")["thanked_at"]  # fmt: skip
        talks = talks.assign(thanked_at=near)
        thanked = talks["thanked_at"].notna()
        same = talks["event_id"].isin(talks.loc[thanked, "event_id"].dropna())
        now.prepared["thanked_talks"] = talks[thanked | same]
    found: pd.DataFrame = now.prepared["thanked_talks"]
    return found


def open_search(now: Snapshot) -> pd.Timestamp:
    """The day on which the search that is open started; NaT where none is."""
    last = searches(now).head(1)
    return last["started_on"].iat[0] if len(last) and last["ended_on"].isna().all() else pd.NaT


def _searches(now: Snapshot) -> pd.DataFrame:
    acts = _acts(now)
    days, why = acts["day"].tolist(), acts["why"].tolist()
    ends = _ends(now)
    first, until = _day(now.settings.search_from), _day(now.settings.search_until)
    found: list[tuple[object, ...]] = []
    at = 0
    while at < len(days):
        start, near = days[at], days[at + 1] if at + 1 < len(days) else pd.NaT
        if not (near - start).days <= SECOND_ACT_DAYS or start >= first:
            at += 1
            continue
        last = at
        ended, ending = next(((day, text) for day, text in ends if day >= start), (pd.NaT, None))
        while (
            last + 1 < len(days)
            and (days[last + 1] - days[last]).days <= QUIET_DAYS
            and not days[last + 1] > ended
        ):
            last += 1
        quiet = days[last] + pd.Timedelta(days=QUIET_DAYS)
        if not ended <= quiet and quiet < now.today:
            ended, ending = quiet, f"{QUIET_DAYS} days without an act of search"
        if until < ended or (pd.isna(ended) and start <= until < now.today):
            ended, ending = until + pd.Timedelta(days=1), "[search] until in book.toml"
        found.append((start, ended, why[at], ending))
        at = next((n for n in range(last + 1, len(days)) if not days[n] <= ended), len(days))
    if first <= now.today:
        over = until < now.today
        settled = (day for day, _ in ends if day >= first and sum(act > day for act in days) < GOES_ON_ACTS)
        ended = until + pd.Timedelta(days=1) if over else next(settled, pd.NaT)
        found = [row for row in found if row[0] < first]
        found = [
            (start, end, why, ending) if end <= first else (start, first, why, "a new search")
            for start, end, why, ending in found
        ]
        found.append(
            (first, ended, "[search] from in book.toml", "[search] until in book.toml" if over else None)
        )
    return pd.DataFrame(found[::-1], columns=list(SEARCHES)).astype(SEARCHES)


def _day(day: dt.date | None) -> pd.Timestamp:
    return pd.NaT if day is None else pd.Timestamp(day)


def _acts(now: Snapshot) -> pd.DataFrame:
    """The acts of search by day: `day, why`."""
    asked = _asked(now)
    named = now.referrals[now.referrals["referrer_id"] != now.referrals["referred_id"]]
    found = [
        pd.DataFrame({"day": asked["day"], "why": "asked: " + asked["purpose"].astype(schema.TEXT)}),
        pd.DataFrame({"day": now.applications["applied_on"].dropna(), "why": "an application"}),
        pd.DataFrame({"day": named["given_on"].dt.normalize(), "why": "a name or lead was given"}),
    ]
    acts = pd.concat(found, ignore_index=True).sort_values(["day", "why"], ignore_index=True)
    return acts.assign(why=acts["why"].str.replace("_", " "))


def _asked(now: Snapshot) -> pd.DataFrame:
    """What the owner asked of people outside the present employer."""
    events = now.events
    asked = events[
        ~events["is_note"] & (events["direction"] != "inbound") & events["purpose"].isin(schema.ASKS)
    ]
    present = at_present_employer(now).notna()
    return asked[~among(asked["contact_id"], now.contacts.loc[present, "contact_id"])]


def _ends(now: Snapshot) -> list[tuple[pd.Timestamp, str]]:
    """The days on which an offer was accepted, or a new position started."""
    events = now.events
    accepted = events.loc[(events["outcome"] == "accepted").fillna(False), "day"]
    begun = now.positions["started_on"].dropna()
    days = [(day, "an accepted offer") for day in accepted] + [(day, "a new position") for day in begun]
    return sorted(days)


def _members(now: Snapshot) -> pd.DataFrame:
    start = open_search(now)
    columns = {"contact_id": schema.TEXT, "joined_on": schema.DATE, "why": schema.TEXT}
    if pd.isna(start):
        return pd.DataFrame(columns=list(columns)).astype(columns)
    events, given = now.events, now.referrals
    asked = _asked(now)
    helped = events[
        (events["direction"] != "outbound")
        & events["purpose"].isin(("referral_given", "introduction", "favour_received", "outcome"))
    ]
    updated = events[(events["direction"] == "outbound") & (events["purpose"] == "update")]
    thanked = thanked_talks(now)
    # Thanks for a lunch among several are no sign of help.
    lunch = ~thanked["is_alone"] & (thanked["purpose"] == "catch_up")
    thanked = thanked[thanked["thanked_at"].notna() & ~lunch]
    praise = now.recommendations[now.recommendations["direction"] == "received"]
    parts = [
        (asked["contact_id"], asked["day"], "asked for " + _ask_word(asked["purpose"])),
        (given["referrer_id"], given["given_on"], "gave a name or a lead"),
        (given["referred_id"], given["given_on"], "named by somebody"),
        (
            helped["contact_id"],
            helped["day"],
            "helped: " + helped["purpose"].astype(schema.TEXT).str.replace("_", " "),
        ),
        (praise["contact_id"], praise["written_on"], "recommended you"),
        (thanked["contact_id"], thanked["day"], "thanked for a talk"),
        (updated["contact_id"], updated["day"], "got an update"),
    ]
    found = pd.concat(
        [
            pd.DataFrame(
                {"contact_id": who.array, "joined_on": day.dt.normalize().array, "why": np.asarray(why)}
            )
            if len(who)
            else pd.DataFrame(columns=["contact_id", "joined_on", "why"])
            for who, day, why in parts
        ],
        ignore_index=True,
    ).astype(columns)
    found = found[(found["joined_on"] >= start) & among(found["contact_id"], now.contacts["contact_id"])]
    found = found.sort_values(["contact_id", "joined_on", "why"]).drop_duplicates("contact_id")
    day = found["joined_on"].dt.strftime("%Y-%m-%d")
    return found.assign(why=found["why"] + " on " + day).reset_index(drop=True)


def _ask_word(purposes: pd.Series) -> pd.Series:
    words = {"advice_ask": "advice", "referral_ask": "a name", "job_ask": "a job",
             "recommendation_ask": "a recommendation"}  # fmt: skip
    return purposes.astype(object).map(words)
