"""Who do I know inside, now or formerly, and how near am I to the companies that I want?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from networkscope import schema
from networkscope.measures.dormancy import ties_of
from networkscope.measures.followups import held_off_today, never_wanted
from networkscope.measures.registry import measure
from networkscope.people.domains import company_domain
from networkscope.roles.conduct import may
from networkscope.roles.employers import company_keys, email_domains
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import in_words

INSIDE = ("now", "past")
TOUCHED_WITHIN_DAYS = 365
LONG_WORD = 6  # letters; a short first word ("air", "delta") is that of many companies
NEXT_STEPS = {
    "active": "Ask for advice about the company",
    "late": "Ask how things are, then for advice",
    "drifting": "Warm up first, then ask for advice",
    "dormant": "Warm up first, then ask for advice",
    "one_way": "Find another way to this person, or somebody who introduces you",
    "never_touched": "Write for the first time, without an ask",
}
NOBODY = "Ask your strongest ties whom they know there"
NO_ASK = "Nothing about your search here: find another way in"
LEAVE_ALONE = "Leave them alone for now, and find another way in"


@measure
def insiders(now: Snapshot, companies: Sequence[str] | None = None) -> pd.DataFrame:
    """Who is or was inside which company? (E4)

    From `organization` (now) and `past_organizations` (past); names are matched by `company_key`. Whoever has
    no organization is inside (now) where their address is: at a domain that is called like the company
    (acme.com, Acme GmbH) or like its first word (noordkade.nl, Noordkade Fulfilment), or at which two others
    work there and nobody elsewhere. Who is there now is not listed as past too.

    Parameters
    ----------
    companies : only these, by name or domain; None for every company that somebody is or was at

    Returns
    -------
    A row per person and company, by company, now before past, and name: `company` (as asked for, else its most
    frequent spelling), `contact_id`, `name`, `inside` ("now" or "past"), `title` (now only), `circle`, `why`
    (the entry as it stands). Nobody in, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "organization": ["Acme GmbH", "Other"],
    ...                        "past_organizations": [None, "ACME; Third Ltd"]})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    >>> insiders(now, ["Acme"])[["company", "contact_id", "inside"]]
      company contact_id inside
    0    Acme          a    now
    1    Acme          b   past
    """
    people = now.contacts[["contact_id", "name", "title", "circle"]].reset_index(drop=True)
    at, before = (
        now.contacts[name].reset_index(drop=True).dropna() for name in ("organization", "past_organizations")
    )
    before = before.str.split(";").explode()
    written = pd.concat([at, before]).astype(schema.TEXT).str.strip()
    rows = pd.DataFrame({"written": written, "key": company_keys(written)})
    rows["inside"] = [INSIDE[0]] * len(at) + [INSIDE[1]] * len(before)
    asked = None if companies is None else asked_keys(companies)
    if companies is None:
        spelled = rows[rows["key"] != ""].groupby(["key", "written"]).size().reset_index(name="count")
        spelled = spelled.sort_values(["count", "written"], ascending=[False, True]).drop_duplicates("key")
        company = spelled.set_index("key")["written"]
    else:
        company = pd.Series(list(companies), asked, schema.TEXT)
        company = company[~company.index.duplicated() & (company.index != "")]
    by_address = _by_address(now.contacts.reset_index(drop=True), rows, asked)
    rows = pd.concat([rows, by_address]).astype({"inside": schema.choice(INSIDE), "written": schema.TEXT})
    rows = rows[rows["key"] != ""].rename_axis("person").reset_index().drop_duplicates(["person", "key"])
    rows["company"] = rows["key"].map(company).astype(schema.TEXT)
    found = rows[rows["company"].notna()].join(people, on="person")
    found = found.sort_values(["company", "inside", "name", "contact_id"], ignore_index=True)
    found["title"] = found["title"].where(found["inside"] == "now")
    found["why"] = (found["inside"].astype(schema.TEXT) + ": " + found["written"]).astype(schema.TEXT)
    return found[["company", "contact_id", "name", "inside", "title", "circle", "why"]]


def asked_keys(companies: Sequence[str]) -> list[str]:
    """What each company is called for comparison; a domain is called like the company that owns it.

    >>> asked_keys(["Acme GmbH", "acme.co.uk", "Amazon.com"])
    ['acme', 'acme', 'amazon']
    """
    given = pd.Series(list(companies), dtype=schema.TEXT)
    is_domain = given.str.fullmatch(r"\S+\.[a-zA-Z]{2,}").fillna(False).tolist()
    plain = company_keys(given).tolist()
    return [
        _called(company_domain(name)) or key if domain else key
        for name, key, domain in zip(given, plain, is_domain, strict=True)
    ]


def _called(domain: str) -> str:
    """The name in a domain: acme of acme.co.uk."""
    return domain.partition(".")[0].replace("-", " ")


def _names_in_domains(companies: Iterable[str]) -> dict[str, str]:
    """The companies by what a domain of theirs may be called: the whole name, or its first word where that is long
    and no other company begins with it."""
    every = sorted(set(companies) - {""})
    first = [key.split()[0] for key in every]
    count = Counter(first)
    long = {word: key for word, key in zip(first, every, strict=True) if len(word) >= LONG_WORD}
    short = {word: key for word, key in long.items() if count[word] == 1}
    return short | {key.replace(" ", ""): key for key in every}


def _by_address(contacts: pd.DataFrame, rows: pd.DataFrame, asked: Sequence[str] | None) -> pd.DataFrame:
    """Those without an organization, by the domains of their addresses: more rows of `rows`."""
    mails = email_domains(contacts["emails"])
    mails["domain"] = mails["domain"].map(company_domain).astype(schema.TEXT)
    mails = mails[mails["domain"] != ""]
    known = _names_in_domains([*rows["key"], *(asked or ())])
    company = {domain: known.get(_called(domain).replace(" ", ""), "") for domain in mails["domain"].unique()}
    there = mails.merge(rows[rows["inside"] == INSIDE[0]], left_on="row", right_index=True)
    for domain, keys in there.groupby("domain")["key"]:
        if keys.nunique() == 1 and len(keys) > 1 and not company[domain]:
            company[domain] = keys.iat[0]
    homeless = mails[~mails["row"].isin(rows.index[rows["inside"] == INSIDE[0]])].drop_duplicates("row")
    found = pd.DataFrame(
        {"written": "an address at " + homeless["domain"], "key": homeless["domain"].map(company)}
    )
    return found.assign(inside=INSIDE[0]).set_axis(homeless["row"].to_numpy())


@measure
def target_coverage(now: Snapshot, companies: Sequence[str]) -> pd.DataFrame:
    """How near am I to the companies that I want? (A4)

    Parameters
    ----------
    companies : the companies wanted, each once (see `company_key`)

    Returns
    -------
    A row per company, in the order given: `company`, `insider_now_count`, `insider_past_count`, `touched_count` (of
    both, touched within a year), `contact_id`, `name`, `inside`, `strength`, `state`, `last_touch_on`,
    `source_ref` of the strongest tie there (at equal strength somebody inside now; NA where there is nobody),
    `next_step`, `why`. No companies, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a"], "organization": ["Acme GmbH"]})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    >>> target_coverage(now, ["ACME", "Other"])[["company", "insider_now_count", "next_step"]]
      company  insider_now_count                                     next_step
    0    ACME                  1      Write for the first time, without an ask
    1   Other                  0  Ask your strongest ties whom they know there
    """
    keys = pd.Series(asked_keys(companies), dtype=schema.TEXT)
    wanted = pd.Index([name for name, key in zip(companies, keys, strict=True) if key], dtype=schema.TEXT)
    wanted = wanted[~keys[keys != ""].duplicated().to_numpy()]
    tie = ties_of(now, "strength", "state", "last_touch_on", "days_silent")
    found = insiders(now, wanted.tolist()).merge(tie, on="contact_id", how="left")
    found["recent"] = (found["days_silent"] <= TOUCHED_WITHIN_DAYS).fillna(False).astype(bool)
    order = ["strength", "inside", "contact_id"]
    found = found.sort_values(order, ascending=[False, True, True])
    best = found.drop_duplicates("company").set_index("company").reindex(wanted)
    counts = {"insider_now": found["inside"] == "now", "insider_past": found["inside"] == "past"}
    table = pd.DataFrame({"company": wanted}, index=wanted)
    for name, flag in {**counts, "touched": found["recent"]}.items():
        table[f"{name}_count"] = flag.groupby(found["company"]).sum().reindex(wanted, fill_value=0)
    table = table.astype(dict.fromkeys(table.columns[1:], schema.COUNT))
    shown = ["contact_id", "name", "inside", "strength", "state", "last_touch_on", "source_ref"]
    step = best["state"].astype(schema.TEXT).map(NEXT_STEPS).astype(schema.TEXT)
    step = step.mask(best["contact_id"].isin([*held_off_today(now), *never_wanted(now)]), LEAVE_ALONE)
    step = step.mask(~may(now, "ask", best["contact_id"]), NO_ASK).fillna(NOBODY)
    counted = (
        "{insider_now_count} inside now, {insider_past_count} formerly; {touched_count} in touch within "
    )
    why = in_words(table, f"{counted}{TOUCHED_WITHIN_DAYS} days")
    return table.join(best[shown]).assign(next_step=step, why=why).reset_index(drop=True)
