"""Which calendar guest or mail sender is a LinkedIn connection, though they share no key?

Only where the full name, two words or more, belongs to one person in each source; the guest's address is at a domain
that is known as that of the connection's company otherwise (book.toml, or somebody else's line that has an address
there and the company) or is its name (borealparcels.example); and no key speaks against it. A false join costs more
than one that is left out: whatever else looks alike is proposed by `networkscope duplicates`.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys
from networkscope.people.domains import company_domain
from networkscope.people.exact import EMAIL, ID, PHONE, PROFILE, split_cells

GUESTS, CONNECTIONS = ("calendar", "mail"), "LinkedIn connections"
SHORTEST = 5  # letters of a domain that may be told by a company's name
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
    who = labels[read["mention"]]
    of_pairs = np.isin(who, [label for pair in pairs for label in pair])
    keys_of: dict[tuple[int, int], set[str]] = defaultdict(set)
    keys_of.update(read[of_pairs].groupby([who[of_pairs], "kind"])["key"].agg(set).to_dict())
    addresses = {address for guest, _ in pairs for address in keys_of[guest, EMAIL]}
    companies = _companies(mentions, labels, {_domain(address) for address in addresses} - {""})
    known = {company_domain(domain) or domain: keys.company_key(name) for domain, name in domains.items()}
    found = []
    for (guest, connection), (at, to) in pairs.items():
        both = [(keys_of[guest, kind], keys_of[connection, kind]) for kind in AGREEING]
        differ = any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in both)
        company, profiles = mentions["organization"].iat[to], keys_of[connection, PROFILE]
        if differ or frozenset((guest, connection)) in apart or not (isinstance(company, str) and profiles):
            continue
        own = {_domain(address) for address in keys_of[connection, EMAIL]}
        for address in sorted(keys_of[guest, EMAIL]):
            domain = _domain(address)
            others = {key for key, label in companies[domain] if label not in (guest, connection)}
            said = {known[domain]} if domain in known else others or _named_so(domain, company)
            if domain and domain not in own and said == {keys.company_key(company)}:
                source = "book.toml" if domain in known else "another address there" if others else "its name"
                reason = f"the only one of that name in each source, and {domain} is {company}'s by {source}"
                found.append(Join(at, to, address, min(profiles), reason))
                break
    return found


def _pairs(
    mentions: pd.DataFrame, names: pd.Series, read: pd.DataFrame, labels: Ints
) -> dict[tuple[int, int], tuple[int, int]]:
    """A guest and a connection of one full name that no other person has in any source, with a mention of each."""
    known = mentions.index.isin(read["mention"]) | mentions["listed"].fillna(False).to_numpy(dtype=bool)
    with_mail = mentions.index.isin(read.loc[read["kind"] == EMAIL, "mention"])
    facts = pd.DataFrame({"name": names, "source": mentions["source"], "who": labels, "at": mentions.index})
    is_guest, is_connection = facts["source"].isin(GUESTS) & with_mail, facts["source"] == CONNECTIONS
    both = set(names[is_guest].dropna()) & set(names[is_connection].dropna())
    some = facts[known & names.isin({name for name in both if _is_full(name)})]
    guests, connections = some[is_guest.take(some.index)], some[is_connection.take(some.index)]
    by_source = pd.concat([some, guests.assign(source="guests")])  # by each source, and all guests together
    people = by_source.groupby(["name", "source"])["who"].nunique()
    crowded = people.index.get_level_values("name")[people > 1]
    pairs = guests.drop_duplicates("name").merge(connections.drop_duplicates("name"), on="name")
    pairs = pairs[~pairs["name"].isin(crowded) & (pairs["who_x"] != pairs["who_y"])]
    rows = pairs[["who_x", "who_y", "at_x", "at_y"]].itertuples(index=False, name=None)
    return {(guest, connection): (at, to) for guest, connection, at, to in rows}


def _is_full(name: str) -> bool:
    """Two words or more, the first and the last of them no initials."""
    words = [word.strip(".") for word in name.split()]
    return len(words) > 1 and min(len(words[0]), len(words[-1])) > 1 and "@" not in name


def _domain(address: str) -> str:
    return company_domain(address.rpartition("@")[2])


def _named_so(domain: str, company: str) -> set[str]:
    """The company, where the domain is its whole name, and no short one."""
    label, name = domain.partition(".")[0].replace("-", ""), keys.company_key(company)
    return {name} if len(label) >= SHORTEST and label == name.replace(" ", "") else set()


def _companies(mentions: pd.DataFrame, labels: Ints, domains: set[str]) -> dict[str, set[tuple[str, int]]]:
    """For each of these domains the companies that lines with an address there give, each with who that is."""
    company = mentions["organization"].tolist()
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for at, address in split_cells(mentions["emails"][mentions["organization"].notna()]):
        if (domain := _domain(address.lower())) in domains:
            found[domain].add((keys.company_key(company[at]), labels[at]))
    return found
