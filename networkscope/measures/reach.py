"""How wide is the net, and how many of those whom I approach are strangers?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError, require_positive
from networkscope.measures.companies import company_keys
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares
from networkscope.snapshot import rhythm
from networkscope.snapshot.exchanges import exchanges
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.rhythm import Floats, Ints
from networkscope.snapshot.touches import is_conversation
from networkscope.wording import in_words

KINDS = ("warm", "referred", "cold")


@on_snapshot()
def reach_by_month(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    groups: Sequence[str] = ("organization", "circle"),
) -> pd.DataFrame:
    """How many people, companies and circles do I reach each month, and how evenly? (A5)

    Reached are those whom you wrote to or talked with; what only came in is not your doing, and a noted promise
    is no touch. The effective number of a group is exp of the Shannon entropy (1948) of its shares in the
    contact-days of the month (Hill 1973): 3 where three companies have equal shares, near 1 where one has
    nearly all. A contact-day weighs 1 however many messages it holds. Companies are told apart by
    `targets.company_key`. `groups` may be any columns of contacts, for instance communities that you added.

    Returns
    -------
    A row per local month from the first touch of yours to `as_of`, empty months included: `month` ("2026-07"),
    `contact_days`, `people_count`, and per group `<group>_count`, `<group>_days` (contact-days whose group is
    known, the n of the next) and `<group>_effective_count` (NA without such days); `why`. Without touches no
    rows. A ParameterError where a group is no column, a SchemaError where a table does not fit.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "organization": ["X Ltd", "Y"], "circle": "alumni"})
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": "outbound",
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> reach_by_month(people, log, as_of="2026-02-10").iloc[:, [0, 2, 5, 8]]
         month  people_count  organization_effective_count  circle_effective_count
    0  2026-01             2                           2.0                     1.0
    1  2026-02             0                           NaN                     NaN
    """
    people = schema.conform("contacts", contacts)
    if strange := [group for group in groups if group not in people]:
        raise ParameterError(f"groups must name columns of contacts; there is no '{strange[0]}'")
    columns = ("direction", "channel")
    known, _ = rhythm.known_touches(people["contact_id"], interactions, as_of, timezone, group_max, columns)
    mine = (known["direction"] != "inbound") | is_conversation(known)
    days = known.loc[mine.to_numpy(bool), ["code", "day"]].drop_duplicates()
    code, day = days["code"].to_numpy(), days["day"].to_numpy()
    every = months_since(min(day, default=None), as_of, timezone)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    at, size = month - min(month, default=0), len(every)
    table = pd.DataFrame({"month": every, "contact_days": np.bincount(at, minlength=size)})
    table["people_count"] = _breadth(at, code, size)[0]
    why = in_words(table, "{people_count} people")
    for group in groups:
        names = people[group].astype(schema.TEXT)
        names = company_keys(names) if group == "organization" else names.str.strip().str.casefold()
        # In alphabetical order, so that sums do not depend on the order of the contacts in their last digit.
        labels = pd.factorize(names.where(names != ""), sort=True)[0]
        breadth = _breadth(at, labels[code], size)
        table[f"{group}_count"], table[f"{group}_days"], table[f"{group}_effective_count"] = breadth
        why += ", " + table[f"{group}_count"].astype(schema.TEXT) + f" {group}s"
    counts = {name: schema.COUNT for name in table if table[name].dtype == np.int64}
    return table.astype(counts).assign(why=why + in_words(table, ", {contact_days} contact-days"))


def months_since(first: int | None, as_of: dates.AsOf, timezone: str) -> pd.Index:
    """Every local month from a first day number to `as_of`, as text ("2026-07"); none where there is no first."""
    every = pd.PeriodIndex([], freq="M")
    if first is not None:
        every = dates.months(pd.Timestamp(first, unit="D"), dates.last_day(as_of, timezone))
    return pd.Index(every.astype(str), dtype=schema.TEXT, name="month")


def _breadth(at: Ints, label: Ints, size: int) -> tuple[Ints, Ints, Floats]:
    """Per month the distinct labels, the days with a known label, and the effective number of labels."""
    known, width = label >= 0, label.max(initial=0) + 1
    cells, days = np.unique(at[known] * width + label[known], return_counts=True)
    month = cells // width
    n = np.bincount(month, days, minlength=size)
    surplus = np.bincount(month, days * np.log(days), minlength=size)
    whole = np.where(n > 0, n, np.nan)
    return np.bincount(month, minlength=size), n.astype(np.int64), np.exp(np.log(whole) - surplus / whole)


@on_snapshot()
def first_touch_mix(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    known_days: int = 30,
    include_inferred: bool = False,
) -> pd.DataFrame:
    """Do I approach people whom I know, people whom I was referred to, or strangers? (B1)

    The first touch of a contact in the log, at one instant yours before theirs, is the first of these that holds:

    - inbound: it came from them; counted apart
    - warm: `connected_on` lies `known_days` or more before it
    - referred: somebody gave you the name by that day, or `introduced_by` is filled in
    - cold: `connected_on` is later than that, or the person is in no contact list
    - unknown: in a contact list since nobody knows when; counted apart

    Old ties look new when the log begins: read its first months with care.

    Returns
    -------
    A row per local month from the first to `as_of`, empty months included: `month`, `first_touch_count` (all of
    the five), `inbound_count`, `unknown_count`, `known_count` (warm, referred and cold: the n of the shares), and
    for each of these three `<kind>_count`, `<kind>_share` (0 to 1; NA of nothing), `<kind>_low`, `<kind>_high`
    (90%); `why`. Without touches no rows. A SchemaError where a table does not fit.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "connected_on": pd.to_datetime(["2020-01-01", None])})
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": "outbound",
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> mix = first_touch_mix(people, log, schema.empty("referrals"), as_of="2026-02-01")
    >>> mix[["month", "warm_count", "referred_count", "cold_count", "cold_share"]]
         month  warm_count  referred_count  cold_count  cold_share
    0  2026-01           1               0           1         0.5
    """
    require_positive(whole=True, known_days=known_days)
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone, "group_max": group_max}
    people = schema.conform("contacts", contacts, ("contact_id", "introduced_by"))
    facts = exchanges(contacts, interactions, **seen)
    given = counted_leads(referrals, as_of=as_of, timezone=timezone, include_inferred=include_inferred)
    names = given[given["is_name"]]
    first, connected = facts["first_touch_on"], facts["connected_on"]
    named_on = (
        names.groupby("referred_id")["given_on"].min().reindex(facts["contact_id"]).set_axis(facts.index)
    )
    kinds = {
        "inbound": ~facts["began"],
        "warm": connected + pd.Timedelta(days=known_days) <= first,
        "referred": (named_on <= first) | (people["introduced_by"].fillna("").str.strip() != ""),
        "cold": connected.notna() | ~facts["listed"],
    }
    touched = first.notna().to_numpy()
    kind = np.select([flag.to_numpy(bool) for flag in kinds.values()], list(kinds), "unknown")[touched]
    every = months_since(min(dates.day_numbers(first[touched]), default=None), as_of, timezone)
    at = every.get_indexer(first[touched].dt.strftime("%Y-%m"))
    table = pd.DataFrame({"month": every, "first_touch_count": 0})
    for name in (*kinds, "unknown"):
        table[f"{name}_count"] = np.bincount(at[kind == name], minlength=len(every))
        table["first_touch_count"] += table[f"{name}_count"]
    table["known_count"] = table["first_touch_count"] - table["inbound_count"] - table["unknown_count"]
    why = "{warm_count} warm, {referred_count} referred, {cold_count} cold"
    why += ", {inbound_count} came from them, {unknown_count} unknown"
    shares = add_shares(table, dict.fromkeys(KINDS, "known"))
    return shares.assign(why=in_words(table, why))
