"""Who is who across the sources?

Two mentions are one person where they share an exact key: the user's own id, an e-mail address, a phone
number, a profile, or the same line of a contact list seen twice (name, organization and date connected).
Keys join transitively, unless strangers share them (`people.exact`). A likeness of names never joins two entries
of contact lists; but a bare name that the user typed, or that a message carries, refers to the one person of that
name. Of several it is the one at the organization that is given with it, else the only one in the user's own
contacts, else the only one in touch, unless two of them have profiles; else it is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys, schema
from networkscope.people.aliases import NO_DECISIONS, decide
from networkscope.people.contacts import contacts_of
from networkscope.people.exact import KINDS, PROFILE, components, exact_keys, folded
from networkscope.people.ids import DIGITS, identifiers

NOBODY, SEVERAL = -1, -2
TYPES = {
    **dict.fromkeys(("own_id", "name", "organization", "emails", "phones", "profiles"), schema.TEXT),
    **dict.fromkeys(("past_organizations", "tags", "notes", "source"), schema.TEXT),
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
    decisions : those given, with their `fate` (`aliases.USED`, UNKNOWN or SEVERAL) and the contact_ids `a_id`, `b_id`
    register : the ids given so far, for the next time
    """

    contacts: pd.DataFrame
    contact_ids: pd.Series
    in_doubt: Flags
    first: Flags
    keys: pd.DataFrame
    decisions: pd.DataFrame
    register: pd.DataFrame


def resolve(
    mentions: pd.DataFrame,
    owner: Iterable[str] = (),
    *,
    region: str = "",
    decisions: pd.DataFrame | None = None,
    register: pd.DataFrame | None = None,
) -> Resolution:
    """Which mentions are the same person, and what is known of each?

    Parameters
    ----------
    mentions : columns of `importers.base.MENTION` and `source` (the reader's name); where two mentions disagree
        the earlier row wins
    owner : keys of the owner; a mention that carries one of them is nobody's contact
    region : two letters, the country of phone numbers without a country code
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
    decisions = NO_DECISIONS if decisions is None else decisions
    found, fates, codes = decide(decisions, exact_keys(mentions, names, region), names, region)
    read = found[found["readable"]]
    keyless = ~mentions.index.isin(read["mention"])
    owners = set(owner)
    is_owner = names.isin(owners).to_numpy() & keyless
    is_owner |= mentions.index.isin(read.loc[read["key"].isin(owners), "mention"])
    labels = components(len(mentions), found)
    labels, in_doubt = _by_name(mentions, names, read, labels, keyless & ~is_owner, ~is_owner)
    is_owner |= np.isin(labels, labels[is_owner])

    known = np.flatnonzero(~(is_owner | in_doubt))
    _, first, person_of_known = np.unique(labels[known], return_index=True, return_inverse=True)
    person = np.full(len(mentions), NOBODY)
    person[known] = person_of_known
    firsts = np.zeros(len(mentions), dtype=bool)
    firsts[known[first]] = True
    numbers, register = identifiers(mentions, read, names, person, len(first), register)
    ids = pd.Series([f"{number:0{DIGITS}x}" for number in numbers.tolist()], dtype=schema.TEXT)
    contact_ids = ids.reindex(person).reset_index(drop=True)
    bearers = contact_ids.take(read["mention"]).set_axis(read["code"])
    bearers = bearers[~bearers.index.duplicated()]
    sides = {side: bearers.reindex(codes[:, at]).array for at, side in enumerate(("a_id", "b_id"))}
    kinds = pd.Series(KINDS, dtype=schema.TEXT).take(read["kind"]).array
    return Resolution(
        contacts=contacts_of(mentions, found, person, ids),
        contact_ids=contact_ids,
        in_doubt=in_doubt & ~is_owner,
        first=firsts,
        keys=read.assign(kind=kinds)[["mention", "kind", "key", "joins"]].reset_index(drop=True),
        decisions=decisions.assign(fate=fates, **sides),
        register=register,
    )


def contacts_named(contacts: pd.DataFrame, names: pd.Series, organizations: pd.Series) -> pd.Series:
    """Who is meant by a name and a company? The contact_id where exactly one person fits, else NA.

    The company decides only between people of one name.
    """
    known = _keys_of_name(folded(contacts["name"], keys.name_key), contacts["organization"])
    asked = _keys_of_name(folded(names, keys.name_key), organizations)
    place = pd.Series(range(len(contacts)), contacts.index)
    fit = _meant((one, place, other) for one, other in zip(known, asked, strict=True))
    found = contacts["contact_id"].array.take(fit.clip(NOBODY).to_numpy(), allow_fill=True)
    return pd.Series(found, index=names.index, dtype=schema.TEXT)


def _by_name(
    mentions: pd.DataFrame,
    names: pd.Series,
    read: pd.DataFrame,
    labels: Ints,
    keyless: Flags,
    candidates: Flags,
) -> tuple[Ints, Flags]:
    """Bare names join the one person they fit; those that fit several people are in doubt."""
    own = mentions["source"].str.startswith("own", na=False)
    bare = keyless & names.notna() & (own | ~mentions["listed"].fillna(False)).to_numpy(dtype=bool)
    names = names.where(names.isin(names[bare]))
    label = pd.Series(labels)
    fit = _meant(
        (key[there], label[there], key[bare])
        for key, there in _evidence(mentions, names, read, label, candidates & ~bare)
    )
    together = label[bare].groupby(names[bare]).transform("first")
    label[bare] = fit.where(fit >= 0, together.where(fit == NOBODY, label[bare]))
    return label.to_numpy(), bare & (fit.reindex(label.index) == SEVERAL).to_numpy()


def _evidence(
    mentions: pd.DataFrame, names: pd.Series, read: pd.DataFrame, label: pd.Series, candidates: Flags
) -> Iterator[tuple[pd.Series, Flags]]:
    """What tells who a bare name is, first things first: a key that must agree, and the mentions that count."""
    name, with_place = _keys_of_name(names, mentions["organization"])
    yield name, candidates
    yield with_place, candidates
    yield name, candidates & (mentions["source"] == "own contacts").to_numpy()
    # The one in touch is meant, where the others may be but their cards: two profiles are two people.
    profiled = candidates & mentions.index.isin(read.loc[read["kind"] == PROFILE, "mention"])
    several = _the_one(name[profiled], label[profiled], name) == SEVERAL
    yield name.mask(several), candidates & ~mentions["listed"].fillna(False).to_numpy(dtype=bool)


def _keys_of_name(names: pd.Series, organizations: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The name, and the name with the organization in any case; missing where one of them is."""
    return names, names + "|" + organizations.str.strip().str.lower()


def _meant(evidence: Iterable[tuple[pd.Series, pd.Series, pd.Series]]) -> pd.Series:
    """Whose label is meant? NOBODY's where nobody fits, SEVERAL where nothing decides between several.

    Each piece of evidence has keys, the labels that they stand for, and the keys asked for; a later one counts only
    where those before it left several.
    """
    fit = None
    for known, labels, asked in evidence:
        one = _the_one(known, labels, asked)
        fit = one if fit is None else fit.mask((fit == SEVERAL) & (one >= 0), one)
    return fit


def _the_one(known: pd.Series, labels: pd.Series, asked: pd.Series) -> pd.Series:
    """The one label of each key asked for: NOBODY where there is none, SEVERAL where there are more."""
    label = labels.groupby(known).agg(["min", "max"])
    one = label["min"].where(label["min"] == label["max"], SEVERAL)
    return asked.map(one).fillna(NOBODY).astype(np.int64)
