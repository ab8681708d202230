"""How far have I gone with everybody whom I know, circle by circle and month by month?"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError
from networkscope.measures.companies import company_keys
from networkscope.measures.employers import email_domains
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares
from networkscope.measures.seniority import seniority_in
from networkscope.snapshot.exchanges import exchanges
from networkscope.snapshot.leads import counted_leads
from networkscope.wording import in_words

GROUPS = ("circle", "seniority", "domain", "organization")
# Each step and the one that its share is of.
STEPS = {"contacted": "people", "replied": "contacted", "met": "contacted", "gave_name": "contacted"}
_WHY = """{people_count} people, {contacted_count} contacted, {replied_count} replied, {met_count} met, \
{gave_name_count} gave a name"""


@on_snapshot()
def circle_coverage(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    by: Literal["circle", "seniority", "domain", "organization"] = "circle",
    timezone: str = "UTC",
    group_max: int = 4,
    include_inferred: bool = False,
) -> pd.DataFrame:
    """How far have I gone in each circle, and what did it yield? (B6; by domain E2; by seniority E3)

    Contacted by you, replied (touches both ways), met (a talk): see `exchanges.exchanges`. Whoever gave you a
    name (`leads.referral_steps`; nobody names themselves) was contacted and replied, whatever the log says.
    Companies are told apart by `targets.company_key`, seniority by `seniority.seniority_of`; a person with
    addresses in two domains counts in both.

    Returns
    -------
    A row per group, also where nothing was done, the largest first, the unknown (NA) last: the group; `people_count`,
    `listed_count` (in a contact list); for `contacted`, `replied`, `met`, `gave_name` each `_count`, `_share`
    (contacted: of the people, the others: of those contacted; NA of nothing), `_low`, `_high` (90%);
    `name_count` (names they gave); `why`. Nobody in, no rows. A ParameterError where `by` is unknown, a
    SchemaError where a table does not fit.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b", "c"], "circle": ["alumni", "alumni", None]})
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["mutual"], "channel": ["call"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05"], utc=True)})
    >>> found = circle_coverage(people, log, schema.empty("referrals"), as_of="2026-02-01")
    >>> found[["circle", "people_count", "contacted_share", "met_share"]]
       circle  people_count  contacted_share  met_share
    0  alumni             2              0.5        1.0
    1     NaN             1              0.0        NaN
    """
    if by not in GROUPS:
        raise ParameterError(f"by must be one of {', '.join(GROUPS)}, not '{by}'")
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone, "group_max": group_max}
    people = schema.conform("contacts", contacts, ("circle", "seniority", "organization", "title", "emails"))
    facts = _facts(contacts, interactions, referrals, include_inferred, seen)
    if by == "domain":
        domains = email_domains(people["emails"]).drop_duplicates().set_index("row")["domain"]
        facts = facts.join(domains.rename("label"))
    else:
        label = seniority_in(people).astype(schema.TEXT) if by == "seniority" else people[by]
        facts["label"] = label.array
    facts["label"] = facts["label"].str.strip().fillna("")
    folded = company_keys(facts["label"]) if by == "organization" else facts["label"].str.casefold()
    table = _stages(facts, folded)
    table.insert(0, by, facts["label"].groupby(folded).min().astype(schema.TEXT))
    unknown = table.index == ""
    order = np.lexsort((table.index.to_numpy(str), -table["people_count"].to_numpy(int), unknown))
    return table.assign(**{by: table[by].mask(unknown)}).iloc[order].reset_index(drop=True)


@on_snapshot()
def funnel(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    include_inferred: bool = False,
) -> pd.DataFrame:
    """Of those whom I began with in a month, how many have replied, met me, and given me a name by now? (B7)

    A cohort are the people with their first touch, in either direction, in one local month. Steps and options
    are those of `circle_coverage`.

    Returns
    -------
    The columns of `circle_coverage` with `cohort` in place of the group: a row per month ("2026-07") with a first
    touch, then "no touch yet", then "all". Young cohorts have had less time. Nobody in, no rows.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b"]})
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["outbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05"], utc=True)})
    >>> found = funnel(people, log, schema.empty("referrals"), as_of="2026-02-01")
    >>> found[["cohort", "people_count", "contacted_count", "replied_share"]]
             cohort  people_count  contacted_count  replied_share
    0       2026-01             1                1            0.0
    1  no touch yet             1                0            NaN
    2           all             2                1            0.0
    """
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone, "group_max": group_max}
    facts = _facts(contacts, interactions, referrals, include_inferred, seen)
    cohort = facts["first_touch_on"].dt.strftime("%Y-%m").fillna("no touch yet")
    both = pd.concat(
        [_stages(facts, cohort), _stages(facts, pd.Series("all", facts.index, dtype=schema.TEXT))]
    )
    both.insert(0, "cohort", both.index.astype(schema.TEXT))
    return both.reset_index(drop=True)


def _facts(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    include_inferred: bool,
    seen: Any,
) -> pd.DataFrame:
    """How far it has gone with each contact, index 0, 1, …"""
    facts = exchanges(contacts, interactions, **seen).reset_index(drop=True)
    names = counted_leads(
        referrals, as_of=seen["as_of"], timezone=seen["timezone"], include_inferred=include_inferred
    )
    names = names.loc[names["is_name"], "referrer_id"]
    facts["name"] = names.value_counts().reindex(facts["contact_id"], fill_value=0).to_numpy()
    facts["gave_name"] = facts["name"] > 0
    facts["contacted"] |= facts["gave_name"]
    facts["replied"] = facts["two_way"] | facts["gave_name"]
    return facts.assign(people=True)


def _stages(facts: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    sums = facts[["people", "listed", *STEPS, "name"]].groupby(group.astype(schema.TEXT)).sum()
    table = sums.add_suffix("_count")
    why = in_words(table, _WHY)
    return add_shares(table, STEPS).assign(why=why)
