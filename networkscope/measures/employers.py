"""Which addresses does an employer own, and how long are they still there?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.settings import Employer


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
