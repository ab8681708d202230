"""Which two contacts were seen together, in what, and when?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, keys, schema
from networkscope.measures.companies import company_keys

COMPANY_MAX = 30  # in a larger company, working there says too little about who knows whom
KINDS = ("introduced by", "referral", "same company", "shared meeting", "shared message", "shared thread")

NODE: dict[str, Any] = dict.fromkeys(("contact_id", "organization", "circle"), schema.TEXT)
EDGE: dict[str, Any] = {
    "one_id": schema.TEXT, "other_id": schema.TEXT, "weight": "float64", "evidence": schema.TEXT,
    "evidence_count": "int64", "first_on": schema.DATE, "last_on": schema.DATE, "inferred": bool,
    "source_ref": schema.TEXT,
}  # fmt: skip


def groups(
    interactions: pd.DataFrame,
    co_mentions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str,
    group_max: int,
) -> tuple[pd.DataFrame, int]:
    """Who took part in which event or thread, once each, and how many of these were too large."""
    columns = ("event_id", "contact_id", "occurred_at", "channel", "thread_id", "group_size", "source_ref")
    rows = schema.conform("interactions", interactions, columns)
    rows = rows[(rows["occurred_at"] < dates.as_instant(as_of, timezone)).to_numpy()]
    beside = schema.conform("co_mentions", co_mentions, ("event_id", "contact_id"))
    events = rows[rows["event_id"].isin(beside["event_id"])].sort_values("source_ref")
    if len(events):
        events = events.drop(columns="contact_id").drop_duplicates("event_id")
        rows = pd.concat([rows, beside.merge(events, on="event_id")], ignore_index=True)
    threaded = (rows["thread_id"].notna() & rows["channel"].isin(schema.MESSAGES)).to_numpy()
    # An event or thread with one row shows nobody together with anybody: most rows end here, and cheaply.
    alone = ~rows["event_id"].duplicated(keep=False) | rows["event_id"].isna()
    in_thread = rows["thread_id"].duplicated(keep=False) & threaded
    rows, threaded = rows[~alone | in_thread], threaded[(~alone | in_thread).to_numpy()]
    told = rows["group_size"].to_numpy("float64", na_value=np.nan)
    seen = rows.groupby("event_id")["contact_id"].transform("nunique").to_numpy("float64")
    is_talk = rows["channel"].isin(schema.TOGETHER)
    kind = np.where(threaded, "shared thread", np.where(is_talk, "shared meeting", "shared message"))
    facts = {
        "kind": kind,
        "group": rows["thread_id"].where(threaded, rows["event_id"]),
        "size": np.fmax(told, seen + 1),
    }
    rows = rows.assign(**facts, day=dates.local_dates(rows["occurred_at"], timezone))
    rows = rows[(rows["size"] > 2) & rows["group"].notna()].sort_values(["day", "source_ref"])
    each = rows.groupby(["kind", "group", "contact_id"], observed=True)
    once = each.agg(
        size=("size", "max"),
        first_on=("day", "min"),
        last_on=("day", "max"),
        source_ref=("source_ref", "last"),
    ).reset_index()
    of_group = once.groupby(["kind", "group"])
    once["size"] = np.fmax(of_group["size"].transform("max"), of_group["size"].transform("size") + 1.0)
    small = once["size"] <= group_max
    return once[small], len(once.loc[~small, ["kind", "group"]].drop_duplicates())


def together(groups: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """A row for every two people of a group, whose rows come sorted by group and person."""
    groups = groups[groups["contact_id"].isin(ids)]
    one, other = _pairs(groups.groupby(["kind", "group"]).ngroup().to_numpy())
    a, b = groups.iloc[one].reset_index(drop=True), groups.iloc[other].reset_index(drop=True)
    begun = np.maximum(a["first_on"], b["first_on"])
    told = {"other_id": b["contact_id"], "weight": 1 / (a["size"] - 1), "first_on": begun, "inferred": False}
    told["last_on"] = np.maximum(begun, np.minimum(a["last_on"], b["last_on"]))
    return a.rename(columns={"contact_id": "one_id"}).assign(**told).drop(columns=["group", "size"])


def _pairs(group: Any) -> tuple[Any, Any]:
    """The positions of all pairs within each group, of which `group` gives the sorted numbers."""
    later = np.searchsorted(group, group, side="right") - np.arange(len(group)) - 1
    one = np.repeat(np.arange(len(group)), later)
    return one, one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)


def referred(leads: pd.DataFrame) -> pd.DataFrame:
    """Who gave the name of whom, out of `counted_leads`."""
    given = leads.dropna(subset="referred_id").drop_duplicates(["referrer_id", "referred_id"])
    given = given.rename(columns={"referrer_id": "one_id", "referred_id": "other_id", "given_on": "first_on"})
    told = given[["one_id", "other_id", "first_on", "inferred", "source_ref"]]
    return told.assign(kind="referral", weight=1.0, last_on=given["first_on"])


def introduced(people: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Who came through whom, where the contact list says so by id or by a name that only one person has."""
    noted = people[people["introduced_by"].notna() & ~(people["connected_on"] > today)]
    named = people if len(noted) else noted  # nobody is looked up in vain
    named = named.assign(key=named["name"].fillna("").map(keys.name_key)).drop_duplicates("key", keep=False)
    ids = named[named["key"] != ""].set_index("key")["contact_id"]
    by_name = noted["introduced_by"].map(keys.name_key).map(ids)
    by_id = noted["introduced_by"].where(noted["introduced_by"].isin(people["contact_id"]))
    told = {"one_id": by_id.fillna(by_name), "other_id": noted["contact_id"], "kind": "introduced by"}
    told |= {"first_on": noted["connected_on"], "last_on": noted["connected_on"], "inferred": False}
    return pd.DataFrame({**told, "weight": 1.0, "source_ref": "contacts: introduced_by"}).dropna(
        subset="one_id"
    )


def colleagues(people: pd.DataFrame, company_max: int) -> pd.DataFrame:
    """Who is at the same company now, where it is small enough for that to say something."""
    company = company_keys(people["organization"])
    staff = people.assign(company=company)[company != ""].sort_values(["company", "contact_id"])
    staff = staff.assign(size=staff.groupby("company")["company"].transform("size"))
    staff = staff[staff["size"] <= company_max]
    one, other = _pairs(staff.groupby("company").ngroup().to_numpy())
    a, b = staff.iloc[one], staff.iloc[other]
    told = {"one_id": a["contact_id"].array, "other_id": b["contact_id"].array, "kind": "same company"}
    told |= {"weight": 1.0 / (a["size"].to_numpy() - 1), "inferred": True}
    return pd.DataFrame(
        {**told, "first_on": pd.NaT, "last_on": pd.NaT, "source_ref": "contacts: organization"}
    )


def edges(found: list[pd.DataFrame], ids: pd.Series) -> pd.DataFrame:
    """All evidence on the same two people as one edge; `ids` are sorted."""
    evidence = pd.concat([part for part in found if len(part)] or found)
    place = pd.Index(ids)
    ends = np.sort([place.get_indexer(evidence[end]) for end in ("one_id", "other_id")], axis=0)
    evidence = evidence.assign(one=ends[0], other=ends[1])[(ends[0] >= 0) & (ends[0] != ends[1])]
    evidence = evidence.sort_values(
        ["one", "other", "last_on", "kind", "source_ref", "weight"], na_position="first"
    )
    pair = evidence["one"].to_numpy() * max(len(ids), 1) + evidence["other"].to_numpy()
    key, number = np.unique(pair, return_inverse=True)
    of_pair = evidence.groupby(number)
    words = np.full(len(key), "", dtype=object)
    for kind in KINDS:
        count = np.bincount(number[(evidence["kind"] == kind).to_numpy()], minlength=len(key))
        several = "; " + kind + " x" + pd.Series(count).astype("str")
        words = words + np.select([count == 0, count == 1], ["", "; " + kind], several.to_numpy(object))
    one, other = np.divmod(key, max(len(ids), 1))
    table = pd.DataFrame(
        {
            "one_id": ids.to_numpy()[one], "other_id": ids.to_numpy()[other],
            "weight": np.bincount(number, evidence["weight"], len(key)),
            "evidence": pd.Series(words, dtype=object).str.slice(2),
            "evidence_count": np.bincount(number, minlength=len(key)),
            "first_on": of_pair["first_on"].min(), "last_on": of_pair["last_on"].max(),
            "inferred": of_pair["inferred"].min(), "source_ref": of_pair["source_ref"].last(),
        }
    )  # fmt: skip
    return table.astype(EDGE)
