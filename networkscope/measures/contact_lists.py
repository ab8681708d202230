"""Whom would I lose because they stand in no contact list, who would still know me, and whose entry grows old?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import require_positive
from networkscope.measures.employers import Employer, on_employer_domains
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.snapshot import touches
from networkscope.snapshot.exchanges import exchanges
from networkscope.wording import in_words

_COUNTED = ("contact_days", "outbound_count", "inbound_count", "talk_count")
_TOUCHES = "{outbound_count} out, {inbound_count} back, {talk_count} talks"
_UNCAPTURED = "in no contact list; {contact_days} contact-days: " + _TOUCHES
_SHOWN = 10


@on_snapshot()
def uncaptured(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    employers: Sequence[Employer] = (),
    timezone: str = "UTC",
    group_max: int = 4,
) -> pd.DataFrame:
    """With whom do I deal who is in no contact list of mine? (E1)

    Touches both ways, or a talk of at most `group_max` people (`exchanges.exchanges`), and not `listed` by then.

    Returns
    -------
    A row per person, the most contact-days first: `contact_id, name, organization, emails`, `contact_days`,
    `outbound_count`, `inbound_count`, `talk_count`, `first_touch_on`, `last_touch_on`, `at_employer` (an address
    on the domain of one of `employers`; NA without any address or without employers), `employer`, `source_ref`,
    `why`. Nobody, no rows. A SchemaError where a table does not fit.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"], "listed": [True, None]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "bo"], "direction": "mutual", "channel": "call",
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z", "2026-01-03 09:00Z"])})
    >>> uncaptured(people, log, as_of="2026-02-01")[["contact_id", "contact_days", "talk_count"]]
      contact_id  contact_days  talk_count
    0         bo             1           1
    """
    facts = exchanges(contacts, interactions, as_of=as_of, timezone=timezone, group_max=group_max)
    keep = (facts["two_way"] & ~facts["listed"]).to_numpy()
    known = schema.conform("contacts", contacts[keep], ("organization", "emails"))
    mail = on_employer_domains(known["emails"], employers, dates.as_of_date(as_of, timezone))
    found = pd.concat([facts[keep], known, mail], axis=1)
    inside = (found["employer_email_count"] > 0).astype(schema.FLAG)
    found["at_employer"] = inside.mask((found["email_count"] == 0) | (not employers))
    found = found.assign(why=in_words(found, _UNCAPTURED)).sort_values(
        ["contact_days", "contact_id"], ascending=[False, True]
    )
    shown = ["contact_id", "name", "organization", "emails", *_COUNTED, "first_touch_on", "last_touch_on"]
    return found[[*shown, "at_employer", "employer", "source_ref", "why"]].reset_index(drop=True)


@on_snapshot()
def would_remember(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    within_days: int = 1095,
    timezone: str = "UTC",
    group_max: int = 4,
) -> pd.DataFrame:
    """Would they remember me? (E5)

    Yes where, within the last `within_days` days, there were touches both ways, or a talk of at most `group_max`
    people. The three years are ours, after the age of the ties that Levin, Walter and Murnighan (2011) found
    worth reviving.

    Returns
    -------
    A row per contact, the index as given: `contact_id`, `name`, `remembers` (NA for whom the whole log has no touch),
    `outbound_count`, `inbound_count`, `talk_count` (within those days), `last_touch_on`, `source_ref`, `why`. A
    ParameterError where the days are not a positive whole number.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"]})
    >>> log = pd.DataFrame({"contact_id": ["ann"], "direction": ["inbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z"])})
    >>> would_remember(people, log, as_of="2026-02-01")["remembers"].tolist()
    [False, <NA>]
    """
    require_positive(whole=True, within_days=within_days)
    facts = exchanges(
        contacts, interactions, as_of=as_of, timezone=timezone, group_max=group_max, within_days=within_days
    )
    why = in_words(facts, f"in {within_days} days: {_TOUCHES}")
    remembers = facts["two_way"].astype(schema.FLAG).where(facts["first_touch_on"].notna())
    facts = facts.assign(remembers=remembers, why=why)
    return facts[["contact_id", "name", "remembers", *_COUNTED[1:], "last_touch_on", "source_ref", "why"]]


@on_snapshot()
def capture_lag(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    refresh_days: int = 365,
    timezone: str = "UTC",
    group_max: int = 4,
) -> pd.DataFrame:
    """How long did I wait to record whom I met, and whose entry is due for a look? (E6)

    A contact is fresh for `refresh_days` from its last touch, or from `connected_on` where that is later.

    Returns
    -------
    A row per contact that is listed or has `connected_on`, the index as given: `contact_id`, `name`, `first_touch_on`,
    `connected_on`, `lag_days` from the first to the second (negative where recorded before; NA where one is not
    known), `last_touch_on`, `refresh_due_on`, `is_due` (on the day of `as_of`; NA where nothing is dated),
    `days_overdue` (0 where not due), `source_ref`, `why`. A ParameterError where the days are not positive.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann"], "connected_on": pd.to_datetime(["2025-01-12"])})
    >>> log = pd.DataFrame({"contact_id": ["ann"], "direction": ["inbound"],
    ...     "occurred_at": pd.to_datetime(["2025-01-02 09:00Z"])})
    >>> capture_lag(people, log, as_of="2026-02-01")[["lag_days", "is_due", "days_overdue"]]
       lag_days  is_due  days_overdue
    0        10    True            20
    """
    require_positive(whole=True, refresh_days=refresh_days)
    facts = exchanges(contacts, interactions, as_of=as_of, timezone=timezone, group_max=group_max)
    facts = facts[facts["listed"] | facts["connected_on"].notna()]
    first, connected = facts["first_touch_on"], facts["connected_on"]
    due_on = facts[["last_touch_on", "connected_on"]].max(axis=1) + pd.Timedelta(days=refresh_days)
    late = (dates.as_of_date(as_of, timezone) - due_on).dt.days.astype(schema.COUNT)
    words = ("recorded " + connected.dt.strftime("%Y-%m-%d")).fillna("no date of recording")
    words += ", last touch " + facts["last_touch_on"].dt.strftime("%Y-%m-%d").fillna("none")
    found = facts.assign(
        lag_days=(connected - first).dt.days.astype(schema.COUNT),
        refresh_due_on=due_on.astype(schema.DATE),
        is_due=late >= 0,
        days_overdue=late.clip(lower=0),
        why=words.astype(schema.TEXT),
    )
    shown = ["contact_id", "name", "first_touch_on", "connected_on", "lag_days", "last_touch_on"]
    return found[[*shown, "refresh_due_on", "is_due", "days_overdue", "source_ref", "why"]]


@on_snapshot()
def through_colleagues(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    at_least: int = 3,
    crowd_max: int = 30,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """Whom, though in no contact list of mine, do several of my contacts meet? (E7)

    Two people meet where they are in one event or thread. Group events count, whatever their size up to `crowd_max`
    people: in a larger crowd nobody meets. Messages with one person alone (`group_size` 2) bring nobody together.

    Returns
    -------
    A row per unlisted person who meets `at_least` listed ones, the most of them first: `contact_id`, `name`,
    `met_count` (distinct listed people), `met_ids` (up to ten of them, the most often met first), `shared_count`
    (events and threads with any), `last_shared_on`, `source_ref` (of the last), `why`. Nobody, no
    rows. A ParameterError where an option is not a positive whole number.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo", "cy"], "listed": [True, True, False]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "bo", "cy"], "event_id": "standup", "direction": "mutual",
    ...     "occurred_at": pd.Timestamp("2026-01-02 09:00Z")})
    >>> through_colleagues(people, log, as_of="2026-02-01", at_least=2)[["contact_id", "met_ids"]]
      contact_id  met_ids
    0         cy  ann; bo
    """
    require_positive(whole=True, at_least=at_least, crowd_max=crowd_max)
    people = schema.conform("contacts", contacts, ("contact_id", "name", "connected_on", "listed"))
    people = people.sort_values("contact_id", ignore_index=True)
    later = people["connected_on"] > dates.last_day(as_of, timezone)
    listed = people["listed"].fillna(False).to_numpy(bool) & ~later.to_numpy()
    rows = _meetings(people["contact_id"], interactions, as_of, timezone, crowd_max)
    known = listed[rows["person"]]
    shared = rows[~known & rows["place"].isin(rows.loc[known, "place"])]
    once = shared[["person", "place"]].drop_duplicates()
    others = rows.loc[known, ["person", "place"]].drop_duplicates().rename(columns={"person": "met"})
    often = once.merge(others, on="place").groupby(["person", "met"], as_index=False).size()
    met_count = often["person"].value_counts()
    met_count = met_count[met_count >= at_least]
    often = often[often["person"].isin(met_count.index)]
    often = often.sort_values(["person", "size", "met"], ascending=[True, False, True])
    often = (
        often.groupby("person").head(_SHOWN).assign(met=lambda few: people["contact_id"].array[few["met"]])
    )
    last = shared.sort_values(["day", "source_ref"], na_position="first").drop_duplicates(
        "person", keep="last"
    )
    last = last.set_index("person").rename(columns={"day": "last_shared_on"})
    counted = {"met_count": met_count, "shared_count": once["person"].value_counts().reindex(met_count.index)}
    found = people[["contact_id", "name"]].join(pd.DataFrame(counted, dtype=schema.COUNT), how="inner")
    found.insert(3, "met_ids", often.groupby("person")["met"].agg(schema.SEPARATOR.join).astype(schema.TEXT))
    why = in_words(found, "meets {met_count} listed contacts, in {shared_count} events and threads")
    found = found.join(last[["last_shared_on", "source_ref"]]).assign(why=why)
    return found.sort_values(["met_count", "contact_id"], ascending=[False, True], ignore_index=True)


def _meetings(
    ids: pd.Series, interactions: pd.DataFrame, as_of: dates.AsOf, timezone: str, crowd_max: int
) -> pd.DataFrame:
    """Who (`person`, a place in `ids`) was in which event or thread (`place`), when, and where it is written."""
    size = schema.conform("interactions", interactions, ("group_size",))["group_size"]
    maybe = interactions[~((size <= 2) | (size > crowd_max)).fillna(False).to_numpy(bool)]
    columns = ("event_id", "thread_id", "source_ref")
    events = touches.seen(maybe, as_of=as_of, timezone=timezone, columns=columns)
    events["person"] = pd.Index(ids).get_indexer(events["contact_id"])
    events = events[events["person"] >= 0]
    event, thread = (pd.factorize(events[name])[0] for name in columns[:2])
    rows = pd.concat([events.assign(place=2 * event), events.assign(place=2 * thread + 1)])
    rows = rows.loc[rows["place"] >= 0, ["person", "place", "day", "source_ref"]]
    seen_there = ~(rows["place"] * len(ids) + rows["person"]).duplicated()
    present = np.bincount(rows.loc[seen_there, "place"])
    met = (present > 1) & (present < crowd_max)  # the owner is one more
    return rows[met[rows["place"]]]
