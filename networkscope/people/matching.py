"""Who is who across the sources?

Two mentions are one person where they share an exact key: the user's own id, an e-mail address, a phone
number, a profile, or the same line of a contact list seen twice (name, organization and date connected).
Keys join transitively, unless strangers share them (`people.exact`). A likeness of names never joins two entries
of contact lists; but a bare name that the user typed, or that a message carries, refers to the one person of that
name. Of several it is the one at the organization that is given with it, else the only one in the user's own
contacts, else the only one in touch, unless two of them have profiles; else it is in doubt. One exception to all this:
a calendar guest or mail sender at a connection's company (`people.by_company`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys, schema
from networkscope.people.aliases import NO_DECISIONS, USED, decide
from networkscope.people.by_company import Join, joins
from networkscope.people.contacts import contacts_of
from networkscope.people.exact import KINDS, PROFILE, components, exact_keys, folded
from networkscope.people.ids import DIGITS, identifiers

NOBODY, SEVERAL = -1, -2
TYPES = {
    **dict.fromkeys(("own_id", "name", "organization", "emails", "phones", "profiles"), schema.TEXT),
    **dict.fromkeys(("past_organizations", "tags", "notes", "role", "source"), schema.TEXT),
    "connected_on": schema.DATE,
    "listed": schema.FLAG,
}

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Resolution:
    """Who each mention is.

    Attributes
    ----------
    contacts : the canonical contacts
    contact_ids : the contact_id of each mention, in the order given; NA for the owner and where in doubt
    in_doubt : True for a mention by bare name that fits several people
    first : True for the mention that brought its person in; the others were merged into it
    keys : one row per exact key of a mention: `mention, kind, key, joins` (False for a shared address)
    joined : who was joined by name and company: `contact_id`, `name`, `a` and `b` (keys to part them by), `reason`
    decisions : those given, with their `use` (`aliases.USED`, UNKNOWN or SEVERAL) and the contact_ids `a_id`, `b_id`
    register : the ids given so far, for the next time
    """

    contacts: pd.DataFrame
    contact_ids: pd.Series
    in_doubt: Flags
    first: Flags
    keys: pd.DataFrame
    joined: pd.DataFrame
    decisions: pd.DataFrame
    register: pd.DataFrame


def resolve(
    mentions: pd.DataFrame,
    owner: Iterable[str] = (),
    *,
    region: str = "",
    domains: Mapping[str, str] | None = None,
    decisions: pd.DataFrame = NO_DECISIONS,
    register: pd.DataFrame | None = None,
) -> Resolution:
    """Which mentions are the same person, and what is known of each?

    Parameters
    ----------
    mentions : columns of `importers.base.MENTION` and `source` (the reader's name); where two mentions disagree
        the earlier row wins
    owner : keys of the owner; a mention that carries one of them is nobody's contact
    region : two letters, the country of phone numbers without a country code
    domains : those of companies, each with its name, as the user gave them
    decisions : of the user, columns `a`, `b` (keys), `same` and `source_ref`; they overrule the keys for ever
    register : what an earlier call returned as `register`, so that nobody's contact_id changes

    Raises
    ------
    LoadError
        The decisions contradict each other.

    Examples
    --------
    >>> mentions = pd.DataFrame({"name": ["Ana Lee", "A. Lee"], "emails": ["ana@x.example", "ANA@x.example"]})
    >>> resolve(mentions).contacts[["name", "emails"]].values.tolist()
    [['Ana Lee', 'ana@x.example']]
    """
    mentions = mentions.reset_index(drop=True).reindex(columns=[*dict.fromkeys([*mentions, *TYPES])])
    mentions = mentions.astype(TYPES)
    names = folded(mentions["name"], keys.name_key)
    found, uses, codes = decide(decisions, exact_keys(mentions, names, region), names, region)
    read = found[found["readable"]]
    labels = components(len(mentions), found)
    apart = _kept_apart(found, labels, codes[(uses == USED) & ~decisions["same"].to_numpy(dtype=bool)])
    is_owner = _is_owner(names, read, set(owner))
    joining = read[read["joins"] & ~is_owner[read["mention"]]]
    by_company = joins(mentions, names, joining, labels, domains=domains or {}, apart=apart)
    same = {labels[join.guest]: labels[join.connection] for join in by_company}
    labels = pd.Series(labels).replace(same).to_numpy()
    labels, in_doubt = _by_name(mentions, names, read, labels, is_owner)
    is_owner |= np.isin(labels, labels[is_owner])
    person, first = _numbered(labels, ~(is_owner | in_doubt))
    numbers, register = identifiers(mentions, read, names, person, int(first.sum()), register)
    ids = pd.Series([f"{number:0{DIGITS}x}" for number in numbers.tolist()], dtype=schema.TEXT)
    contact_ids = ids.reindex(person).reset_index(drop=True)
    return Resolution(
        contacts=contacts_of(mentions, found, person, ids),
        contact_ids=contact_ids,
        in_doubt=in_doubt & ~is_owner,
        first=first,
        keys=_shown(read),
        joined=_joined(by_company, mentions["name"], contact_ids),
        decisions=decisions.assign(use=uses, **_sides(contact_ids, read, codes)),
        register=register,
    )


def _is_owner(names: pd.Series, read: pd.DataFrame, owner: set[str]) -> Flags:
    """Which mentions carry a key of the owner: where there is no other, the name is one."""
    by_name = names.isin(owner).to_numpy() & ~names.index.isin(read["mention"])
    by_key = names.index.isin(read.loc[read["key"].isin(owner), "mention"])
    found: Flags = by_name | by_key
    return found


def _numbered(labels: Ints, known: Flags) -> tuple[Ints, Flags]:
    """The person of each mention, a number, NOBODY where that is not known; and is it the first of its person?"""
    person, is_first = np.full(len(labels), NOBODY), np.zeros(len(labels), dtype=bool)
    rows = np.flatnonzero(known)
    _, first, person[rows] = np.unique(labels[rows], return_index=True, return_inverse=True)
    is_first[rows[first]] = True
    return person, is_first


def _shown(read: pd.DataFrame) -> pd.DataFrame:
    """The keys as they are shown, each with the name of its kind."""
    kinds = pd.Series(KINDS, dtype=schema.TEXT).take(read["kind"]).array
    return read.assign(kind=kinds)[["mention", "kind", "key", "joins"]].reset_index(drop=True)


def _sides(contact_ids: pd.Series, read: pd.DataFrame, codes: Ints) -> dict[str, Any]:
    """The contacts who carry the two keys of each decision."""
    bearers = contact_ids.take(read["mention"]).set_axis(read["code"])
    bearers = bearers[~bearers.index.duplicated()]
    return {side: bearers.reindex(codes[:, at]).array for at, side in enumerate(("a_id", "b_id"))}


def _kept_apart(found: pd.DataFrame, labels: Ints, pairs: Ints) -> set[frozenset[int]]:
    """The pairs of persons that a decision keeps apart."""
    bearers = [[labels[found.loc[found["code"] == code, "mention"]] for code in pair] for pair in pairs]
    return {frozenset(two) for a, b in bearers for two in product(a.tolist(), b.tolist()) if len({*two}) == 2}


def _joined(by_company: list[Join], names: pd.Series, contact_ids: pd.Series) -> pd.DataFrame:
    at = [join.connection for join in by_company]
    columns = {name: [getattr(join, name) for join in by_company] for name in ("a", "b", "reason")}
    table = pd.DataFrame({"contact_id": contact_ids.take(at).array, "name": names.take(at).array, **columns})
    return table.astype(dict.fromkeys(table, schema.TEXT))


def contacts_named(contacts: pd.DataFrame, names: pd.Series, organizations: pd.Series) -> pd.Series:
    """Who is meant by a name and a company? The contact_id where exactly one person fits, else NA.

    The company decides only between people of one name.
    """
    name, place = _names_and_places(folded(contacts["name"], keys.name_key), contacts["organization"])
    asked = _names_and_places(folded(names, keys.name_key), organizations)
    rows = range(len(contacts))
    by_name, by_place = _the_one(name, rows, rows), _the_one(place, rows, rows)
    found = []
    for one, other in zip(*asked, strict=True):
        fit = by_name.get(one, NOBODY)
        found.append(max(by_place.get(other, NOBODY) if fit == SEVERAL else fit, NOBODY))
    ids = contacts["contact_id"].array.take(np.array(found, dtype=np.int64), allow_fill=True)
    return pd.Series(ids, index=names.index, dtype=schema.TEXT)


def _by_name(
    mentions: pd.DataFrame,
    names: pd.Series,
    read: pd.DataFrame,
    labels: Ints,
    is_owner: Flags,
) -> tuple[Ints, Flags]:
    """Bare names join the one person they fit; those that fit several people are in doubt."""
    keyless = ~mentions.index.isin(read["mention"]) & ~is_owner
    source, listed = mentions["source"], mentions["listed"].fillna(False).to_numpy(dtype=bool)
    own = source.str.startswith("own", na=False).to_numpy()
    bare = np.flatnonzero(keyless & names.notna().to_numpy() & (own | ~listed))
    name, place = _names_and_places(names, mentions["organization"])
    wanted = {name[at] for at in bare}
    rows = [at for at in np.setdiff1d(np.flatnonzero(~is_owner), bare).tolist() if name[at] in wanted]
    label = labels.tolist()
    by_name, by_place = _the_one(name, label, rows), _the_one(place, label, rows)
    own_contacts = set(np.flatnonzero(source == "own contacts").tolist())
    in_own = _the_one(name, label, [at for at in rows if at in own_contacts])
    # The one in touch is meant, where the others may be but their cards: two profiles are two people.
    profiled = set(read.loc[read["kind"] == PROFILE, "mention"])
    profiles = _the_one(name, label, [at for at in rows if at in profiled])
    in_touch = [at for at in rows if not listed[at] and profiles.get(name[at]) != SEVERAL]
    touched = _the_one(name, label, in_touch)
    in_doubt = np.zeros(len(labels), dtype=bool)
    for at in bare.tolist():
        fit = by_name.setdefault(name[at], label[at])  # of those of an unknown name, the first
        evidence = ((by_place, place[at]), (in_own, name[at]), (touched, name[at]))
        for known, key in evidence:
            fit = known.get(key, SEVERAL) if fit == SEVERAL else fit
        in_doubt[at] = fit == SEVERAL
        label[at] = label[at] if fit == SEVERAL else fit
    return np.array(label, dtype=np.int64), in_doubt


def _names_and_places(names: pd.Series, organizations: pd.Series) -> tuple[list[Any], list[Any]]:
    """The name, and the name with the organization in any case; None where one of them is missing."""
    name = names.astype(object).where(names.notna(), None).tolist()
    pairs = zip(name, organizations.str.strip().str.lower().tolist(), strict=True)
    return name, [(one, place) if one and isinstance(place, str) else None for one, place in pairs]


def _the_one(keys: list[Any], labels: Sequence[int], rows: Iterable[int]) -> dict[Any, int]:
    """The one label of each key in these rows, SEVERAL where there are more."""
    found: dict[Any, int] = {}
    for at in rows:
        if keys[at] is not None and found.setdefault(keys[at], labels[at]) != labels[at]:
            found[keys[at]] = SEVERAL
    return found
