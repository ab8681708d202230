"""How far have I gone with everybody whom I know, circle by circle and month by month?"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.rates import add_shares
from networkscope.measures.registry import measure
from networkscope.roles.employers import company_keys, email_domains
from networkscope.roles.seniority import seniority_in
from networkscope.snapshot.events import value_of
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import in_words

GROUPS = ("circle", "seniority", "domain", "organization")
# Each step and the one that its share is of.
STEPS = {"contacted": "people", "replied": "contacted", "met": "contacted", "gave_name": "contacted"}
_WHY = """{people_count} people, {contacted_count} contacted, {replied_count} replied, {met_count} met, \
{gave_name_count} gave a name"""


@measure
def circle_coverage(
    now: Snapshot, by: Literal["circle", "seniority", "domain", "organization"] = "circle"
) -> pd.DataFrame:
    """How far have I gone in each circle, and what did it yield? (B6; by domain E2; by seniority E3)

    Contacted by you, replied (touches both ways), met (a talk): see `snapshot.events.people_facts`. Whoever gave you a
    name (`snapshot.leads.referral_steps`; nobody names themselves) was contacted and replied, whatever the log says.
    Companies are told apart by `companies.company_key`, seniority by `seniority.seniority_of`; a person with
    addresses in two domains counts in both.

    Returns
    -------
    A row per group, also where nothing was done, the largest first, the unknown (NA) last: the group; `people_count`,
    `listed_count` (in a contact list); for `contacted`, `replied`, `met`, `gave_name` each `_count`, `_share`
    (contacted: of the people, the others: of those contacted; NA of nothing), `_low`, `_high` (90%);
    `name_count` (names they gave); `why`. Nobody in, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b", "c"], "circle": ["alumni", "alumni", None]})
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["mutual"], "channel": ["call"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05"], utc=True)})
    >>> found = circle_coverage(snapshot(people, log, as_of="2026-02-01"))
    >>> found[["circle", "people_count", "contacted_share", "met_share"]]
       circle  people_count  contacted_share  met_share
    0  alumni             2              0.5        1.0
    1     NaN             1              0.0        NaN
    """
    if by not in GROUPS:
        raise ParameterError(f"by must be one of {', '.join(GROUPS)}, not '{by}'")
    people = now.contacts
    facts = _facts(now)
    if by == "domain":
        domains = email_domains(people["emails"]).drop_duplicates().set_index("row")["domain"]
        facts = facts.join(domains.rename("label"))
    else:
        label = seniority_in(people).astype(schema.TEXT) if by == "seniority" else people[by]
        facts["label"] = label.array
    facts["label"] = facts["label"].astype(schema.TEXT).str.strip().fillna("")
    folded = company_keys(facts["label"]) if by == "organization" else facts["label"].str.casefold()
    table = _stages(facts, folded).reset_index(names="key")
    table.insert(0, by, value_of(table["key"], facts["label"].groupby(folded).min()))
    table = table.assign(unknown=table["key"] == "").sort_values(
        ["unknown", "people_count", "key"], ascending=[True, False, True], ignore_index=True
    )
    return table.assign(**{by: table[by].mask(table["unknown"])}).drop(columns=["key", "unknown"])


@measure
def funnel(now: Snapshot) -> pd.DataFrame:
    """Of the people I started with in a month, how many have replied, met me, and given me a name by now? (B7)

    A cohort are the people with their first touch, in either direction, in one local month. The steps are those of
    `circle_coverage`.

    Returns
    -------
    The columns of `circle_coverage` with `cohort` in place of the group: a row per month ("2026-07") with a first
    touch, then "not in touch yet", then "all". Young cohorts have had less time. Nobody in, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"]})
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["outbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05"], utc=True)})
    >>> found = funnel(snapshot(people, log, as_of="2026-02-01"))
    >>> found[["cohort", "people_count", "contacted_count", "replied_share"]]
             cohort  people_count  contacted_count  replied_share
    0       2026-01             1                1            0.0
    1  not in touch yet             1                0            NaN
    2           all             2                1            0.0
    """
    facts = _facts(now)
    cohort = facts["first_touch_on"].dt.strftime("%Y-%m").fillna("not in touch yet")
    everybody = pd.Series("all", facts.index, dtype=schema.TEXT)
    both = pd.concat([_stages(facts, cohort), _stages(facts, everybody)])
    both.insert(0, "cohort", both.index.astype(schema.TEXT))
    return both.reset_index(drop=True)


def _facts(now: Snapshot) -> pd.DataFrame:
    """How far it has gone with each contact, index 0, 1, …"""
    names = counted_leads(now)
    count = names.loc[names["is_name"], "referrer_id"].value_counts()
    facts = now.people.reset_index(drop=True)
    facts = facts.assign(people=True, name=value_of(facts["contact_id"], count).fillna(0).astype(int))
    gave = facts["name"] > 0
    return facts.assign(gave_name=gave, contacted=facts["contacted"] | gave, replied=facts["two_way"] | gave)


def _stages(facts: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    sums = facts[["people", "listed", *STEPS, "name"]].groupby(group.astype(schema.TEXT)).sum()
    table = sums.add_suffix("_count")
    why = in_words(table, _WHY)
    return add_shares(table, STEPS).assign(why=why)
