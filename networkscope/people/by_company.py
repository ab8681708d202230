"""Which calendar guest or mail sender is a LinkedIn connection, though they share no key?

Only where the full name, two words or more, belongs to one person in each source; the guest's address is at a domain
that is known as that of the connection's company otherwise (book.toml, or somebody else's line that has an address
there and the company); and no key speaks against it. A false join costs more than one that is left out: whatever else
looks alike is proposed by `networkscope duplicates`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys
from networkscope.people.domains import company_domain
from networkscope.people.exact import EMAIL, ID, PHONE, PROFILE

GUESTS, CONNECTIONS = ("calendar", "mail"), "LinkedIn connections"
AGREEING = (ID, PROFILE, PHONE)  # where both sides have some of these, one must be the same

Ints = npt.NDArray[np.int64]


class Join(NamedTuple):
    """Two persons who are one: a mention of each, the keys by which they can be parted, and why they are one."""

    guest: int
    connection: int
    a: str
    b: str
    reason: str


def joins(
    mentions: pd.DataFrame,
    names: pd.Series,
    read: pd.DataFrame,
    labels: Ints,
    *,
    domains: Mapping[str, str],
    apart: set[frozenset[int]],
) -> list[Join]:
    """The guests and senders who are connections; `labels` are the persons by keys, `read` those keys.

    `domains` are those of companies by book.toml, `apart` pairs of persons that the owner keeps apart. A shared
    address is nobody's, so it is not among the keys.
    """
    pairs = _pairs(mentions, names, read, labels)
    if not pairs:
        return []
    keys_of: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    wanted = {label for pair in pairs for label in pair}
    owners = labels[read["mention"]]
    of_pairs = np.isin(owners, [*wanted])
    for label, kind, key in zip(
        owners[of_pairs].tolist(),
        read["kind"][of_pairs].tolist(),
        read["key"][of_pairs].tolist(),
        strict=True,
    ):
        keys_of[label][kind].add(key)
    addresses = {address for guest, _ in pairs for address in keys_of[guest][EMAIL]}
    companies = _companies(mentions, labels, {_domain(address) for address in addresses} - {""})
    known = {company_domain(domain) or domain: keys.company_key(name) for domain, name in domains.items()}
    found = []
    for (guest, connection), (at, to) in pairs.items():
        mine, theirs = keys_of[guest], keys_of[connection]
        if frozenset((guest, connection)) in apart or any(
            mine[kind] and theirs[kind] and not mine[kind] & theirs[kind] for kind in AGREEING
        ):
            continue
        company = mentions["organization"].iat[to]
        if not isinstance(company, str) or not theirs[PROFILE]:
            continue
        own = {_domain(address) for address in theirs[EMAIL]}
        for address in sorted(mine[EMAIL]):
            domain = _domain(address)
            others = {key for key, label in companies[domain] if label not in (guest, connection)}
            said = {known[domain]} if domain in known else others
            if domain and domain not in own and said == {keys.company_key(company)}:
                source = "book.toml" if domain in known else "another address there"
                reason = f"the only one of that name in each source, and {domain} is {company}'s by {source}"
                found.append(Join(at, to, address, min(theirs[PROFILE]), reason))
                break
    return found


def _pairs(
    mentions: pd.DataFrame, names: pd.Series, read: pd.DataFrame, labels: Ints
) -> dict[tuple[int, int], tuple[int, int]]:
    """A guest and a connection of one full name that no other person has in any source, with a mention of each."""
    source = mentions["source"]
    is_guest = (
        source.isin(GUESTS) & mentions.index.isin(read.loc[read["kind"] == EMAIL, "mention"])
    ).to_numpy()
    is_connection = (source == CONNECTIONS).to_numpy()
    both = set(names[is_guest].dropna()) & set(names[is_connection].dropna())
    both = {name for name in both if _is_full(name)}
    if not both:
        return {}
    keyed = mentions.index.isin(read["mention"]) | mentions["listed"].fillna(False).to_numpy(dtype=bool)
    some = np.flatnonzero(names.isin(both).to_numpy() & keyed).tolist()
    said, of, who = names.tolist(), source.tolist(), labels.tolist()
    people: dict[tuple[str, str], set[int]] = defaultdict(
        set
    )  # of a name, by source; all guests together too
    guest: dict[str, int] = {}
    connection: dict[str, int] = {}
    for at in some:
        name = said[at]
        people[name, of[at]].add(who[at])
        if is_guest[at]:
            guest.setdefault(name, at)
            people[name, "guests"].add(who[at])
        elif is_connection[at]:
            connection.setdefault(name, at)
    crowded = {name for (name, _), found in people.items() if len(found) > 1}
    pairs = [(guest[name], connection[name]) for name in guest if name in connection and name not in crowded]
    return {(who[at], who[to]): (at, to) for at, to in pairs if who[at] != who[to]}


def _is_full(name: str) -> bool:
    """Two words or more, the first and the last of them no initials."""
    words = [word.strip(".") for word in name.split()]
    return len(words) > 1 and min(len(words[0]), len(words[-1])) > 1 and "@" not in name


def _domain(address: str) -> str:
    return company_domain(address.rpartition("@")[2])


def _companies(mentions: pd.DataFrame, labels: Ints, domains: set[str]) -> dict[str, set[tuple[str, int]]]:
    """For each of these domains the companies that lines with an address there give, each with who that is."""
    rows = mentions[mentions["organization"].notna() & mentions["emails"].notna()]
    said: dict[str, set[tuple[str, int]]] = defaultdict(set)
    cells = zip(rows.index.tolist(), rows["emails"].tolist(), rows["organization"].tolist(), strict=True)
    for at, cell, company in cells:
        for address in cell.split(";"):
            said[address.rpartition("@")[2].strip().lower()].add((company, labels[at]))
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for domain, told in said.items():
        if (own := company_domain(domain)) in domains:
            found[own] |= {(keys.company_key(company), label) for company, label in told}
    return found
