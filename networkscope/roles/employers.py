"""Which employers are and were the owner's, which addresses do they own, and who works or worked there?"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.keys import company_key as company_key
from networkscope.people.domains import free_mail
from networkscope.settings import Employer
from networkscope.snapshot.snapshot import Snapshot


def company_keys(names: pd.Series) -> pd.Series:
    """`company_key` of each name, empty where there is none; the index as given."""
    codes, distinct = pd.factorize(names)
    folded = np.array([*(company_key(name) for name in distinct), ""], dtype=object)
    return pd.Series(folded[codes], names.index, dtype=schema.TEXT)


def started(employers: Sequence[Employer], today: pd.Timestamp) -> list[Employer]:
    """The employers that the owner had started to work for, former ones too; an unknown start counts as started."""
    return [firm for firm in employers if firm.since is None or pd.Timestamp(firm.since) <= today]


def next_exit(employers: Sequence[Employer], today: pd.Timestamp) -> tuple[Employer | None, int]:
    """Which employer is left next, and how many days are there, today and the last one included?

    (None, 0) where no end is known or all of them have passed.
    """
    ends = [(pd.Timestamp(firm.until), firm) for firm in started(employers, today) if firm.until is not None]
    coming = [(last, firm) for last, firm in ends if last >= today]
    if not coming:
        return None, 0
    last, firm = min(coming, key=lambda end: (end[0], end[1].name))
    return firm, (last - today).days + 1


def email_domains(emails: pd.Series) -> pd.DataFrame:
    """The domain of each address: `row` (a place in `emails`) and `domain`; what has no @ is left out.

    >>> email_domains(pd.Series(["ann@x.example; Ann@Y.example", None])).values.tolist()
    [[0, 'x.example'], [0, 'y.example']]
    """
    cells = emails.astype(schema.TEXT).reset_index(drop=True).dropna()
    many = cells.str.contains(";", regex=False)
    each = pd.concat([cells[~many], cells[many].str.split(";").explode()]).sort_index(kind="stable")
    each = each.astype(schema.TEXT)
    each = each[each.str.contains("@", regex=False)]
    domain = each.str.rsplit("@", n=1).str[-1].str.strip().str.casefold().astype(schema.TEXT)
    return pd.DataFrame({"row": each.index.to_numpy(np.int64), "domain": domain.array})


def on_employer_domains(
    emails: pd.Series, employers: Sequence[Employer], today: pd.Timestamp
) -> pd.DataFrame:
    """How many addresses does each cell hold, and how many of them are an employer's?

    `email_count`, `employer_email_count` and `employer` (the name, of several the first in the alphabet), the
    index as given. A domain under the employer's (mail.firm.example) is the employer's.
    """
    owners = {
        domain.strip().lstrip("@").casefold(): firm.name
        for firm in sorted(started(employers, today), key=lambda firm: firm.name, reverse=True)
        for domain in firm.domains
    }
    found = email_domains(emails)
    owner = {domain: _owner(domain, owners) for domain in found["domain"].unique()}
    each = found.assign(employer=found["domain"].map(owner).astype(schema.TEXT)).groupby("row")
    sums = each.agg(
        email_count=("domain", "size"),
        employer_email_count=("employer", "count"),
        employer=("employer", "min"),
    ).reindex(range(len(emails)))
    counts = ["email_count", "employer_email_count"]
    return sums.assign(**sums[counts].fillna(0).astype("int64")).set_axis(emails.index)


def _owner(domain: str, owners: dict[str, str]) -> str | None:
    while domain and domain not in owners:
        domain = domain.partition(".")[2]
    return owners.get(domain)


def own_employers(now: Snapshot) -> tuple[list[Employer], list[Employer]]:
    """The present and the former employers, by book.toml and by the owner's own positions.

    Where neither knows any, the domains of the owner's own addresses stand for the present one, but for those of
    free mail providers and of a family name.
    """
    today = now.today
    firms = started(now.settings.employers, today)
    named = {company_key(firm.name) for firm in firms}
    for held in now.positions.dropna(subset="organization").itertuples():
        if company_key(held.organization) not in named:
            until = held.finished_on.date() if pd.notna(held.finished_on) else None
            firms.append(Employer(held.organization, until=until))
    if not firms:
        own = dict.fromkeys(address.rpartition("@")[2] for address in now.settings.owner_emails)
        name = keys.unaccented(now.settings.owner_name.casefold()).split()
        firms = [
            Employer(domain, (domain,))
            for domain in own
            if domain not in free_mail() and not any(len(part) > 2 and part in domain for part in name)
        ]
    present = [firm for firm in firms if firm.until is None or pd.Timestamp(firm.until) >= today]
    here = {company_key(firm.name) for firm in present}
    return present, [firm for firm in firms if company_key(firm.name) not in here]


def at_present_employer(now: Snapshot) -> pd.Series:
    """Who is where the owner works now? The reason; NA for nobody else."""
    if "at_present_employer" not in now.prepared:
        now.prepared["at_present_employer"] = at_employers(now, own_employers(now)[0])
    found: pd.Series = now.prepared["at_present_employer"]
    return found.reindex(now.contacts.index)


def at_employers(now: Snapshot, employers: Sequence[Employer]) -> pd.Series:
    """Who is at one of these employers now, by organization or address? The reason; NA for nobody.

    An old address does not count where they are known to have left for another organization.
    """
    firms = {company_key(firm.name): firm.name for firm in employers}
    organization = company_keys(now.contacts["organization"])
    at = organization.map(firms).astype(schema.TEXT)
    left = once_at_employers(now, employers).notna() & (organization != "") & at.isna()
    mail = on_employer_domains(now.contacts["emails"], employers, now.today)["employer"].mask(left)
    return ("works at " + at).fillna("has an address at " + mail).astype(schema.TEXT)


def once_at_employers(now: Snapshot, employers: Sequence[Employer]) -> pd.Series:
    """Who was at one of these employers, by past organizations? The reason; NA for nobody."""
    firms = {company_key(firm.name): firm.name for firm in employers}
    past = now.contacts["past_organizations"].dropna().str.split(";").explode().str.strip()
    was = company_keys(past).map(firms).dropna()
    was = was.astype(schema.TEXT)
    return ("was at " + was.groupby(level=0).first()).reindex(now.contacts.index).astype(schema.TEXT)


@cache
def words() -> dict[str, Any]:
    """The words that tell a role, by role and kind; see `words.toml`."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
