"""Who would I lose because they are in no contact list, who would still know me, and which entries grow old?"""

from __future__ import annotations

import pandas as pd

from networkscope import dates, schema
from networkscope.measures.registry import measure
from networkscope.roles.employers import on_employer_domains
from networkscope.snapshot.events import people_facts, value_of
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import in_words

REMEMBERED_DAYS = 1095
REFRESH_DAYS = 365
MEETS_AT_LEAST, CROWD_MAX = 3, 30
_TOUCHES = "{outbound_count} out, {inbound_count} back, {talk_count} talks"
_SHOWN = 10


@measure
def uncaptured(now: Snapshot) -> pd.DataFrame:
    """Who do I deal with who is in no contact list of mine? (E1)

    Touches both ways, or a talk, and not `listed` by then.

    Returns
    -------
    A row per person, the most contact-days first: `contact_id, name, organization, emails`, `contact_days`,
    `outbound_count`, `inbound_count`, `talk_count`, `first_touch_on`, `last_touch_on`, `at_employer` (an address
    on the domain of an employer of yours; NA without any address or without employers), `employer`, `source_ref`,
    `why`. Nobody, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"], "listed": [True, None]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "bo"], "direction": "mutual", "channel": "call",
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z", "2026-01-03 09:00Z"])})
    >>> uncaptured(snapshot(people, log, as_of="2026-02-01"))[["contact_id", "contact_days", "talk_count"]]
      contact_id  contact_days  talk_count
    0         bo             1           1
    """
    people = now.people.join(now.contacts[["organization", "emails"]])
    found = people[people["two_way"] & ~people["listed"]]
    found = found.join(on_employer_domains(found["emails"], now.settings.employers, now.today))
    inside = (found["employer_email_count"] > 0).astype(schema.FLAG)
    found["at_employer"] = inside.mask((found["email_count"] == 0) | (not now.settings.employers))
    found["why"] = in_words(found, "in no contact list; {contact_days} days with contact: " + _TOUCHES)
    found = found.sort_values(["contact_days", "contact_id"], ascending=[False, True], ignore_index=True)
    return found[[
        *("contact_id", "name", "organization", "emails", "contact_days", "outbound_count", "inbound_count"),
        *("talk_count", "first_touch_on", "last_touch_on", "at_employer", "employer", "source_ref", "why"),
    ]]  # fmt: skip


@measure
def would_remember(now: Snapshot) -> pd.DataFrame:
    """Would they remember me? (E5)

    Yes where, within the last three years, there were touches both ways, or a talk. The three years are ours, after
    the age of the ties that Levin, Walter and Murnighan (2011) found worth reviving.

    Returns
    -------
    A row per contact, the index as given: `contact_id`, `name`, `remembers` (NA for whom the whole log has no touch),
    `outbound_count`, `inbound_count`, `talk_count` (within those days), `last_touch_on`, `source_ref`, `why`.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"]})
    >>> log = pd.DataFrame({"contact_id": ["ann"], "direction": ["inbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z"])})
    >>> would_remember(snapshot(people, log, as_of="2026-02-01"))["remembers"].tolist()
    [False, <NA>]
    """
    recent = now.touches[now.touches["day"] >= now.today - pd.Timedelta(days=REMEMBERED_DAYS)]
    facts = people_facts(now.contacts, recent)[["outbound_count", "inbound_count", "talk_count", "two_way"]]
    facts = now.people[["contact_id", "name", "last_touch_on", "source_ref"]].join(facts)
    remembers = facts["two_way"].astype(schema.FLAG).where(now.people["touch_count"] > 0)
    facts = facts.assign(remembers=remembers, why=in_words(facts, f"in {REMEMBERED_DAYS} days: {_TOUCHES}"))
    return facts[[
        *("contact_id", "name", "remembers", "outbound_count", "inbound_count", "talk_count"),
        *("last_touch_on", "source_ref", "why"),
    ]]  # fmt: skip


@measure
def capture_lag(now: Snapshot) -> pd.DataFrame:
    """How long did I wait to record people whom I met, and which entries are due for a look? (E6)

    A contact is fresh for a year from its last touch, or from `connected_on` where that is later.

    Returns
    -------
    A row per contact that is listed or has `connected_on`, the index as given: `contact_id`, `name`, `first_touch_on`,
    `connected_on`, `lag_days` from the first to the second (negative where recorded before; NA where one is not
    known), `last_touch_on`, `refresh_due_on`, `is_due` (NA where nothing is dated), `days_overdue` (0 where not due),
    `source_ref`, `why`.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann"], "connected_on": pd.to_datetime(["2025-01-12"])})
    >>> log = pd.DataFrame({"contact_id": ["ann"], "direction": ["inbound"],
    ...     "occurred_at": pd.to_datetime(["2025-01-02 09:00Z"])})
    >>> capture_lag(snapshot(people, log, as_of="2026-02-01"))[["lag_days", "is_due", "days_overdue"]]
       lag_days  is_due  days_overdue
    0        10    True            20
    """
    people = now.people[now.people["listed"] | now.people["connected_on"].notna()]
    first, connected = people["first_touch_on"], people["connected_on"]
    due_on = people[["last_touch_on", "connected_on"]].max(axis=1) + pd.Timedelta(days=REFRESH_DAYS)
    late = (now.today - due_on).dt.days.astype(schema.COUNT)
    why = ("recorded " + connected.dt.strftime("%Y-%m-%d")).fillna("no date of recording")
    why += ", last touch " + people["last_touch_on"].dt.strftime("%Y-%m-%d").fillna("none")
    found = people.assign(
        lag_days=(connected - first).dt.days.astype(schema.COUNT),
        refresh_due_on=due_on.astype(schema.DATE),
        is_due=late >= 0,
        days_overdue=late.clip(lower=0),
        why=why.astype(schema.TEXT),
    )
    return found[[
        *("contact_id", "name", "first_touch_on", "connected_on", "lag_days", "last_touch_on"),
        *("refresh_due_on", "is_due", "days_overdue", "source_ref", "why"),
    ]]  # fmt: skip


@measure
def through_colleagues(now: Snapshot) -> pd.DataFrame:
    """Who, though no contact of mine, meets several of my contacts? (E7)

    Two people meet where they are in one meeting, or both write in one thread; a mail of yours to many brings nobody
    together. Meetings count whatever their size up to thirty people: in a larger crowd nobody meets. Whoever you wrote
    to or talked with alone is a contact already.

    Returns
    -------
    A row per unlisted person who meets three listed ones or more, the most of them first: `contact_id`, `name`,
    `met_count` (distinct listed people), `met_ids` (up to ten of them, the most often met first), `shared_count`
    (events and threads with any), `last_shared_on`, `source_ref` (of the last), `why`. Nobody, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo", "cy", "di"], "listed": [True, True, True, False]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "bo", "cy", "di"], "event_id": "standup", "direction": "mutual",
    ...     "occurred_at": pd.Timestamp("2026-01-02 09:00Z")})
    >>> through_colleagues(snapshot(people, log, as_of="2026-02-01"))[["contact_id", "met_ids"]]
      contact_id      met_ids
    0         di  ann; bo; cy
    """
    listed = now.people.loc[now.people["listed"], "contact_id"]
    meetings = _meetings(now)
    meetings = meetings[meetings["contact_id"].isin(listed) | ~meetings["contact_id"].isin(_known_alone(now))]
    known = meetings["contact_id"].isin(listed)
    shared = meetings[~known & meetings["place"].isin(meetings.loc[known, "place"])]
    once = shared[["contact_id", "place"]].drop_duplicates()
    met = meetings.loc[known, ["contact_id", "place"]].drop_duplicates().rename(columns={"contact_id": "met"})
    often = once.merge(met, on="place").groupby(["contact_id", "met"], as_index=False).size()
    counts = pd.DataFrame({
        "met_count": often["contact_id"].value_counts(), "shared_count": once["contact_id"].value_counts(),
    }, dtype=schema.COUNT)  # fmt: skip
    counts = counts[counts["met_count"] >= MEETS_AT_LEAST].rename_axis(None)
    often = often.sort_values(["contact_id", "size", "met"], ascending=[True, False, True])
    names = often.groupby("contact_id").head(_SHOWN).groupby("contact_id")["met"].agg(schema.SEPARATOR.join)
    last = shared.sort_values(["day", "source_ref"], na_position="first").drop_duplicates(
        "contact_id", keep="last"
    )
    last = last.set_index("contact_id")
    found = now.contacts[["contact_id", "name"]].merge(counts, left_on="contact_id", right_index=True)
    found.insert(3, "met_ids", value_of(found["contact_id"], names).astype(schema.TEXT))
    found = found.assign(
        last_shared_on=value_of(found["contact_id"], last["day"]),
        source_ref=value_of(found["contact_id"], last["source_ref"]),
        why=in_words(found, "meets {met_count} listed contacts, in {shared_count} events and threads"),
    )
    return found.sort_values(["met_count", "contact_id"], ascending=[False, True], ignore_index=True)


def _known_alone(now: Snapshot) -> pd.Series:
    """With whom did the owner have anything to do without others?"""
    mine = now.touches[now.touches["from_owner"] & now.touches["is_alone"]]
    others = mine.groupby("event_id")["contact_id"].transform("nunique")
    return mine.loc[~(others > 1), "contact_id"].drop_duplicates()


def _meetings(now: Snapshot) -> pd.DataFrame:
    """Which contact was in which event or thread (`place`) of several, when, and where it is written."""
    events = now.interactions
    events = events[events["channel"].isin(schema.TOGETHER) | (events["direction"] != "outbound")]
    size = events["group_size"]
    events = events[~((size <= 2) | (size > CROWD_MAX)).fillna(False).astype(bool)]
    events = events[events["contact_id"].isin(now.contacts["contact_id"])]
    events = events.assign(day=dates.local_dates(events["occurred_at"], now.timezone))
    places = [
        ("event " + events["event_id"]).rename("place"),
        ("thread " + events["thread_id"]).rename("place"),
    ]
    rows = pd.concat([events.assign(place=place) for place in places]).dropna(subset="place")
    present = rows.groupby("place")["contact_id"].transform("nunique")
    return rows[(present > 1) & (present < CROWD_MAX)][
        ["contact_id", "place", "day", "source_ref"]
    ]  # you are one more
