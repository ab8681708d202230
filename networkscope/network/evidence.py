"""Which two contacts were together, in what, and when?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, keys, schema
from networkscope.roles.employers import company_keys
from networkscope.snapshot.snapshot import Snapshot

COMPANY_MAX = 30  # in a larger company, working there says too little about who knows whom
KINDS = ("introduced by", "referral", "same company", "shared meeting", "shared thread")


def shared_groups(now: Snapshot, group_max: int) -> tuple[pd.DataFrame, int]:
    """Who acted in which meeting or thread, once each, and how many of these were too large.

    Whoever was only written to has not acted: a mail of the owner to several shows no tie between them.
    """
    needed = ["event_id", "contact_id", "occurred_at", "channel", "direction", "thread_id", "group_size"]
    rows = now.interactions[[*needed, "source_ref"]]
    is_message = rows["channel"].isin(schema.MESSAGES)
    rows = (
        rows[~is_message | (rows["direction"] != "outbound")].drop(columns="direction").reset_index(drop=True)
    )
    threaded = rows["thread_id"].notna() & rows["channel"].isin(schema.MESSAGES)
    # Most events and threads have one row, and show nobody together with anybody.
    in_event = rows["event_id"].duplicated(keep=False) & rows["event_id"].notna()
    several = in_event | (rows["thread_id"].duplicated(keep=False) & threaded)
    rows, threaded = rows[several], threaded[several]

    is_talk = rows["channel"].isin(schema.TOGETHER)
    people_count = rows.groupby("event_id")["contact_id"].transform("nunique").astype("float64") + 1
    day = dates.local_dates(rows["occurred_at"], now.timezone)
    rows = rows.assign(
        kind=np.where(threaded, "shared thread", "shared meeting"),
        group=rows["thread_id"].where(threaded, rows["event_id"]),
        size=np.fmax(rows["group_size"].to_numpy("float64", na_value=np.nan), people_count),
        first_on=day,
        last_on=day,
    )
    rows = rows[
        (rows["size"] > 2) & rows["group"].notna() & (threaded | is_talk | rows["channel"].isna())
    ].sort_values(["first_on", "source_ref"])
    members = rows.groupby(["kind", "group", "contact_id"]).agg(
        {"size": "max", "first_on": "min", "last_on": "max", "source_ref": "last"}
    )
    members = members.reset_index()
    group = members.groupby(["kind", "group"])["size"]
    members["size"] = np.fmax(group.transform("max"), group.transform("size") + 1.0)
    small = members["size"] <= group_max
    return members[small], len(members.loc[~small, ["kind", "group"]].drop_duplicates())


def together(members: pd.DataFrame) -> pd.DataFrame:
    """A row for every two people of a group."""
    pairs = _pairs(members, ["kind", "group", "size"])
    first = np.maximum(pairs["first_on_one"], pairs["first_on_other"])
    last = np.maximum(first, np.minimum(pairs["last_on_one"], pairs["last_on_other"]))
    return pd.DataFrame(
        {
            "one_id": pairs["contact_id_one"], "other_id": pairs["contact_id_other"],
            "kind": pairs["kind"], "weight": 1 / (pairs["size"] - 1), "first_on": first, "last_on": last,
            "inferred": False, "source_ref": pairs["source_ref_one"],
        }
    )  # fmt: skip


def _pairs(members: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    pairs = members.merge(members, on=by, suffixes=("_one", "_other"))
    return pairs[pairs["contact_id_one"] < pairs["contact_id_other"]]


def referred(leads: pd.DataFrame) -> pd.DataFrame:
    """Who gave the name of whom, out of `counted_leads`."""
    given = leads.dropna(subset="referred_id").drop_duplicates(["referrer_id", "referred_id"])
    given = given.rename(columns={"referrer_id": "one_id", "referred_id": "other_id", "given_on": "first_on"})
    given = given[["one_id", "other_id", "first_on", "inferred", "source_ref"]]
    return given.assign(kind="referral", weight=1.0, last_on=given["first_on"])


def introduced(people: pd.DataFrame) -> pd.DataFrame:
    """Who came through whom, where the contact list says so by id or by a name that only one person has."""
    # A snapshot marks those who came later as not yet listed.
    noted = people[people["introduced_by"].notna() & people["listed"].fillna(True).astype(bool)]
    by_id = noted["introduced_by"].where(noted["introduced_by"].isin(people["contact_id"]))
    named = people.dropna(subset="name") if len(noted) else noted
    named = named.assign(key=named["name"].map(keys.name_key)).drop_duplicates("key", keep=False)
    ids = named[named["key"] != ""].set_index("key")["contact_id"]
    by_name = noted["introduced_by"].map(keys.name_key).map(ids)
    found = pd.DataFrame({"one_id": by_id.fillna(by_name), "other_id": noted["contact_id"]})
    return found.assign(
        kind="introduced by", weight=1.0, first_on=noted["connected_on"], last_on=noted["connected_on"],
        inferred=False, source_ref="contacts: introduced_by",
    ).dropna(subset="one_id")  # fmt: skip


def colleagues(people: pd.DataFrame) -> pd.DataFrame:
    """Who is at the same company now, where it is small enough for that to say something."""
    company = company_keys(people["organization"])
    staff = people[["contact_id"]].assign(company=company)[company != ""]
    staff["size"] = staff.groupby("company")["company"].transform("size")
    pairs = _pairs(staff[staff["size"] <= COMPANY_MAX], ["company", "size"])
    found = pairs.rename(columns={"contact_id_one": "one_id", "contact_id_other": "other_id"})
    return found[["one_id", "other_id"]].assign(
        kind="same company", weight=1 / (pairs["size"] - 1), first_on=pd.NaT, last_on=pd.NaT,
        inferred=True, source_ref="contacts: organization",
    )  # fmt: skip


def edges(found: list[pd.DataFrame], ids: pd.Series) -> pd.DataFrame:
    """All evidence on the same two of these people as one edge."""
    evidence = pd.concat([part for part in found if len(part)] or found)
    known = evidence["one_id"].isin(ids) & evidence["other_id"].isin(ids)
    evidence = evidence[known & (evidence["one_id"] != evidence["other_id"])]
    swapped = evidence["one_id"] > evidence["other_id"]
    evidence["one_id"], evidence["other_id"] = (
        evidence["one_id"].mask(swapped, evidence["other_id"]),
        evidence["other_id"].mask(swapped, evidence["one_id"]),
    )
    pair = ["one_id", "other_id"]
    order = [*pair, "last_on", "kind", "source_ref", "weight"]
    evidence = evidence.sort_values(order, na_position="first")
    ties = evidence.groupby(pair)
    table = ties.agg(
        {"weight": "sum", "first_on": "min", "last_on": "max", "inferred": "all", "source_ref": "last"}
    )
    table["evidence_count"] = ties.size()
    counts = evidence.groupby([*pair, "kind"]).size().unstack(fill_value=0).reindex(columns=list(KINDS))
    words = np.full(len(table), "", dtype=object)
    for kind in KINDS:  # not row by row: there may be a hundred thousand edges
        count = counts[kind]
        several = ("; " + kind + " x" + count.astype("Int64").astype("str")).to_numpy(object)
        words += np.select([count > 1, count == 1], [several, "; " + kind], "")
    table["evidence"] = pd.Series(words, table.index, dtype=object).str.slice(2)
    return table.reset_index()
