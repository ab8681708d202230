"""How wide is the net, and how many of those whom I approach are strangers?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.measures.rates import add_shares
from networkscope.measures.registry import measure
from networkscope.roles.employers import company_keys
from networkscope.snapshot.events import value_of
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import in_words

KNOWN_DAYS = 30
KINDS = ("warm", "referred", "cold")


@measure
def reach_by_month(now: Snapshot) -> pd.DataFrame:
    """How many people, companies and circles do I reach each month, and how evenly? (A5)

    Reached are those whom you wrote to or talked with; what only came in is not your doing, and a noted promise
    is no touch. The effective number of a group is exp of the Shannon entropy (1948) of its shares in the
    contact-days of the month (Hill 1973): 3 where three companies have equal shares, near 1 where one has
    nearly all. A contact-day weighs 1 however many messages it holds. Companies are told apart by
    `companies.company_key`.

    Returns
    -------
    A row per local month from the first touch of yours to `as_of`, empty months included: `month` ("2026-07"),
    `contact_days`, `people_count`, and per group `<group>_count`, `<group>_days` (contact-days whose group is
    known, the n of the next) and `<group>_effective_count` (NA without such days); `why`. Without touches no
    rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "organization": ["X Ltd", "Y"], "circle": "alumni"})
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": "outbound",
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> reach_by_month(snapshot(people, log, as_of="2026-02-10")).iloc[:, [0, 2, 5, 8]]
         month  people_count  organization_effective_count  circle_effective_count
    0  2026-01             2                           2.0                     1.0
    1  2026-02             0                           NaN                     NaN
    """
    mine = now.touches[now.touches["from_owner"] | now.touches["is_talk"]]
    days = mine[["contact_id", "day"]].drop_duplicates()
    days = days.merge(now.contacts[["contact_id", "organization", "circle"]], on="contact_id")
    month = days["day"].dt.strftime("%Y-%m")
    every = _months_since(days["day"].min(), now)
    by_month = days.groupby(month)["contact_id"].agg(["size", "nunique"]).reindex(every, fill_value=0)
    table = pd.DataFrame({"month": every, "contact_days": by_month["size"].array})
    table["people_count"] = by_month["nunique"].array
    why = in_words(table, "{people_count} people")
    for group in ("organization", "circle"):
        names = days[group]
        names = company_keys(names) if group == "organization" else names.str.strip().str.casefold()
        breadth = _breadth(month, names.where(names != "")).reindex(every)
        for part in ("count", "days"):
            table[f"{group}_{part}"] = breadth[part].fillna(0).astype(int).array
        table[f"{group}_effective_count"] = breadth["effective"].array
        why += ", " + table[f"{group}_count"].astype(schema.TEXT) + f" {group}s"
    whole = [name for name in table if name != "month" and not name.endswith("effective_count")]
    table = table.astype(dict.fromkeys(whole, schema.COUNT))
    return table.assign(why=why + in_words(table, ", {contact_days} contact-days"))


def _months_since(first: pd.Timestamp, now: Snapshot) -> pd.Index:
    """Every local month from this day on, as text ("2026-07"); none where there is no first day."""
    every = [] if pd.isna(first) else dates.months(first, now.last_day).astype(str)
    return pd.Index(every, dtype=schema.TEXT, name="month")


def _breadth(month: pd.Series, label: pd.Series) -> pd.DataFrame:
    """Per month the distinct labels, the days with a known label, and the effective number of labels."""
    cells = label.groupby([month, label]).size()
    by_month = cells.groupby(level=0)
    n = by_month.sum()
    surplus = (cells * np.log(cells)).groupby(level=0).sum()
    return pd.DataFrame({"count": by_month.size(), "days": n, "effective": np.exp(np.log(n) - surplus / n)})


@measure
def first_touch_mix(now: Snapshot) -> pd.DataFrame:
    """Do I approach people whom I know, people whom I was referred to, or strangers? (B1)

    The first touch of a contact in the log, at one instant yours before theirs, is the first of these that holds:

    - inbound: it came from them; counted apart
    - warm: `connected_on` lies 30 days or more before it
    - referred: somebody gave you the name or introduced you by that day, or `introduced_by` is filled in
    - cold: `connected_on` is later than that, or the person is in no contact list
    - unknown: in a contact list since nobody knows when; counted apart

    Old ties look new when the log begins: read its first months with care.

    Returns
    -------
    A row per local month from the first to `as_of`, empty months included: `month`, `first_touch_count` (all of
    the five), `inbound_count`, `unknown_count`, `known_count` (warm, referred and cold: the n of the shares), and
    for each of these three `<kind>_count`, `<kind>_share` (0 to 1; NA of nothing), `<kind>_low`, `<kind>_high`
    (90%); `why`. Without touches no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "connected_on": pd.to_datetime(["2020-01-01", None])})
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": "outbound",
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> mix = first_touch_mix(snapshot(people, log, as_of="2026-02-01"))
    >>> mix[["month", "warm_count", "referred_count", "cold_count", "cold_share"]]
         month  warm_count  referred_count  cold_count  cold_share
    0  2026-01           1               0           1         0.5
    """
    facts = now.people.join(now.contacts[["introduced_by"]])
    facts = facts[facts["touch_count"] > 0]
    given = counted_leads(now, include_inferred=True)
    first, connected = facts["first_touch_on"], facts["connected_on"]
    named_on = value_of(facts["contact_id"], given[given["is_name"]].groupby("referred_id")["given_on"].min())
    kinds = {
        "inbound": ~facts["started"],
        "warm": connected + pd.Timedelta(days=KNOWN_DAYS) <= first,
        "referred": (named_on <= first) | (facts["introduced_by"].fillna("").str.strip() != ""),
        "cold": connected.notna() | ~facts["listed"],
    }
    kind = np.select([flag.to_numpy(bool) for flag in kinds.values()], list(kinds), "unknown")
    every = _months_since(first.min(), now)
    table = pd.crosstab(first.dt.strftime("%Y-%m"), kind).reindex(
        index=every, columns=[*kinds, "unknown"], fill_value=0
    )
    table = table.add_suffix("_count").rename_axis(columns=None).reset_index(names="month")
    table.insert(1, "first_touch_count", table.iloc[:, 1:].sum(axis=1))
    table["known_count"] = table["first_touch_count"] - table["inbound_count"] - table["unknown_count"]
    why = "{warm_count} warm, {referred_count} referred, {cold_count} cold"
    why += ", {inbound_count} came from them, {unknown_count} unknown"
    return add_shares(table, dict.fromkeys(KINDS, "known")).assign(why=in_words(table, why))
