"""Which mails were introductions: a contact writes to the owner and somebody new, who then stays in the thread?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.importers.base import digest

GROUP_MAX = 4  # the owner, who introduces, and at most two who are introduced


def introductions(interactions: pd.DataFrame, co_mentions: pd.DataFrame, *, timezone: str) -> pd.DataFrame:
    """Who was introduced to the owner by mail, by which contact, and when did the owner first write to them?

    An introduction is a mail of a contact to the owner and at most two others. One of these others is introduced
    where the owner had never exchanged mail with them before (being in one Cc line is no exchange), and where they
    take part in what follows: at least one later mail of the thread has them, or the subject calls the mail an
    introduction and nothing has followed yet, and every later mail of the thread has them but those between the owner
    and the introducer alone. A person is introduced once, by the first such
    mail; since what follows confirms it, a mail of yesterday may become an introduction tomorrow, dated yesterday.

    Gives referrals, one row per person introduced, by id: `inferred`, `source` and `source_ref` those of the mail,
    `contacted_on` the day of the owner's first mail to them (NA where there is none), in `timezone`.

    >>> mails = pd.DataFrame([["m1", "ann", "2026-01-01", "inbound", 3], ["m2", "bob", "2026-01-02", "outbound", 2]],
    ...                      columns=["event_id", "contact_id", "occurred_at", "direction", "group_size"])
    >>> mails["occurred_at"] = pd.to_datetime(mails["occurred_at"], utc=True)
    >>> others = pd.DataFrame({"event_id": ["m1"], "contact_id": ["bob"]})
    >>> found = introductions(mails.assign(channel="email", thread_id="t"), others, timezone="UTC")
    >>> found[["referrer_id", "referred_id", "contacted_on"]].astype(str).values.tolist()
    [['ann', 'bob', '2026-01-02']]
    """
    mails = interactions[interactions["channel"] == "email"]
    mails = schema.conform("interactions", mails).rename(columns={"occurred_at": "at", "thread_id": "thread"})
    heard = mails[mails["direction"] == "inbound"].rename(columns={"contact_id": "referrer_id"})
    heard = heard[
        ["event_id", "referrer_id", "at", "thread", "group_size", "purpose", "source", "source_ref"]
    ]
    others = co_mentions[["event_id", "contact_id"]].merge(heard, on="event_id")
    people = pd.concat([mails, others])[["event_id", "contact_id", "at", "thread"]]
    new = others[others["group_size"].between(3, GROUP_MAX) & (others["contact_id"] != others["referrer_id"])]
    new = new[~(_first_with(mails, new["contact_id"]) <= new["at"].array)]
    new = new[_stays(new, people)].sort_values(["at", "event_id", "contact_id"]).drop_duplicates("contact_id")
    ids = [digest(*pair) for pair in zip(new["event_id"], new["contact_id"], strict=True)]
    contacted = _first_with(mails[mails["direction"] == "outbound"], new["contact_id"])  # before: never
    found = new.rename(columns={"contact_id": "referred_id"}).assign(
        referral_id=pd.array(ids, dtype=schema.TEXT),
        kind="person",
        given_on=dates.local_dates(new["at"], timezone),
        contacted_on=dates.local_dates(pd.Series(contacted, new.index), timezone),
        inferred=True,
    )
    found = found.sort_values("referral_id", ignore_index=True)
    return schema.conform("referrals", found, schema.TABLES["referrals"].names)


def _first_with(mails: pd.DataFrame, people: pd.Series) -> Any:
    """When the first of these mails with each of these people was; NaT where there is none."""
    mails = mails[mails["contact_id"].isin(people)]
    return mails.groupby("contact_id")["at"].min().reindex(people).array


def _stays(new: pd.DataFrame, people: pd.DataFrame) -> np.ndarray:
    """Which new people are in every later mail of the thread that is not between owner and introducer alone?"""
    numbered = new[["contact_id", "referrer_id", "at", "thread"]].assign(row=np.arange(len(new)))
    called = (new["purpose"] == "introduction").to_numpy(bool)
    people = people[people["thread"].isin(new["thread"].dropna())]
    later = numbered.merge(people, on="thread", suffixes=("", "_later"))
    later = later[later["at_later"] > later["at"]]
    later["there"] = later["contact_id_later"] == later["contact_id"]
    later["aside"] = later["contact_id_later"] == later["referrer_id"]
    mails = later.groupby(["row", "event_id"]).agg(there=("there", "any"), aside=("aside", "all"))
    counted = mails[mails["there"] | ~mails["aside"]].groupby("row")["there"].all()
    stays = counted.reindex(range(len(new)))
    return stays.fillna(pd.Series(called)).to_numpy(dtype=bool)
