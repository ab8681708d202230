"""Who is who across the sources?

Two mentions are one person where they share an exact key: the user's own id, an e-mail address, a phone
number, a profile, or the same line of a contact list seen twice (name, organization and date connected).
Keys join transitively, unless strangers share them (`identity.exact`). A likeness of names never joins two entries
of contact lists; but a bare name that the user typed, or that a message carries, refers to the one person of that
name. Of several it is the one at the organization that stands beside it, else the only one in the user's own
contacts, else the only one in touch, unless two of them have profiles; else it is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import schema
from networkscope.identity.decisions import NO_DECISIONS, decide
from networkscope.identity.exact import (
    KINDS,
    PROFILE,
    Flags,
    Ints,
    Keys,
    Names,
    column,
    components,
    encoded,
    exact_keys,
    flags,
    folded_names,
)
from networkscope.identity.ids import identifiers, written
from networkscope.identity.people import contacts_of

NOBODY, SEVERAL = -1, -2
SIDES = ("a_id", "b_id")


@dataclass(frozen=True)
class Resolution:
    """Who each mention is.

    Attributes
    ----------
    contacts : the canonical contacts
    contact_ids : the contact_id of each mention, in the order given; NA for the owner and where in doubt
    in_doubt : True for a mention by bare name that fits several people
    first : True for the mention that brought its person in; the others were merged into it
    found : the exact keys of the mentions
    decisions : those given, with their `fate` (`decisions.USED`, UNKNOWN or SEVERAL) and the contact_ids `a_id`, `b_id`
    register : the ids given so far, for the next time
    """

    contacts: pd.DataFrame
    contact_ids: pd.Series
    in_doubt: Flags
    first: Flags
    found: Keys
    decisions: pd.DataFrame
    register: pd.DataFrame

    @property
    def keys(self) -> pd.DataFrame:
        """One row per exact key of a mention: `mention, kind, key, joins` (False for a shared address)."""
        found = self.found
        real = found.readable[found.code]
        code = found.code[real]
        return pd.DataFrame(
            {
                "mention": found.mention[real],
                "kind": schema.TEXT.__from_arrow__(
                    pa.array(KINDS, pa.large_string()).take(pa.array(found.kind[code]))
                ),
                "key": schema.TEXT.__from_arrow__(found.text.take(pa.array(code))),
                "joins": found.joins[real],
            }
        )


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
    mentions : columns of `sources.base.MENTION` and `source` (the reader's name); where two mentions disagree
        the earlier row wins
    owner : keys of the owner; a mention that carries one of them is nobody's contact
    region : two letters, where phone numbers without a country code are at home
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
    names = folded_names(column(mentions, "name"))
    found = exact_keys(mentions, names, region)
    told = NO_DECISIONS if decisions is None else decisions
    found, fates, pairs = decide(told, found, names, region)
    keyless = np.ones(len(mentions), dtype=bool)
    keyless[found.mention[found.readable[found.code]]] = False
    is_owner = _owners(names, found, keyless, owner)
    labels = components(len(mentions), found)
    labels, in_doubt = _by_name(mentions, names, found, labels, keyless & ~is_owner, ~is_owner)
    is_owner |= np.isin(labels, labels[is_owner])
    known = np.flatnonzero(~(is_owner | in_doubt))

    unique, first, persons = np.unique(labels[known], return_index=True, return_inverse=True)
    person = np.full(len(mentions), NOBODY)
    person[known] = persons
    ids, register = identifiers(found, names, person, len(unique), register)
    firsts = np.zeros(len(mentions), dtype=bool)
    firsts[known[first]] = True
    texts = written(ids)
    contact_ids = texts.take(pa.array(person, mask=person < 0))
    contacts = contacts_of(mentions, found, person, ids, texts)
    contact_ids = pd.Series(schema.TEXT.__from_arrow__(contact_ids))
    told = told.assign(
        fate=fates, **{side: _bearers(pairs[:, at], found, contact_ids) for at, side in enumerate(SIDES)}
    )
    return Resolution(contacts, contact_ids, in_doubt & ~is_owner, firsts, found, told, register)


def contacts_named(contacts: pd.DataFrame, names: pd.Series, organizations: pd.Series) -> pd.Series:
    """Who is meant by a name and a company? The contact_id where exactly one person fits, else NA.

    The company decides only between people of one name.
    """
    both = pd.concat([contacts["name"], names]), pd.concat([contacts["organization"], organizations])
    name = folded_names(column(pd.DataFrame({"name": both[0]}), "name")).code
    place = _folded(pd.DataFrame({"organization": both[1]}))
    count = len(contacts)
    fit = _the_one(name[:count], np.arange(count))(name[count:])
    pair = np.where((name >= 0) & (place >= 0), name * (place.max(initial=0) + 1) + place, NOBODY)
    closer = _the_one(pair[:count], np.arange(count))(pair[count:])
    fit = np.where((fit == SEVERAL) & (closer >= 0), closer, fit)
    found = contacts["contact_id"].take(np.maximum(fit, 0)) if count else pd.Series(pd.NA, range(len(fit)))
    return pd.Series(found.to_numpy(), index=names.index, dtype=schema.TEXT).where(fit >= 0)


def _bearers(codes: Ints, found: Keys, contact_ids: pd.Series) -> pd.Series:
    """The contact_id of whoever carries each of these keys."""
    rows = dict(zip(found.code[::-1], found.mention[::-1], strict=True)) if len(codes) else {}
    who = [contact_ids.iat[rows[code]] if code in rows else None for code in codes]
    return pd.Series(who, dtype=schema.TEXT)


def _owners(names: Names, found: Keys, keyless: Flags, owner: Iterable[str]) -> Flags:
    """The mentions that carry a key of the owner, or only his name."""
    owners = pa.array([*owner], pa.large_string())
    mine = np.append(pc.is_in(names.text, owners).to_numpy(zero_copy_only=False), False)[names.code] & keyless
    keys = pc.is_in(found.text, owners).to_numpy(zero_copy_only=False) & found.readable
    mine[found.mention[keys[found.code]]] = True
    return mine


def _by_name(
    mentions: pd.DataFrame, names: Names, found: Keys, labels: Ints, keyless: Flags, candidates: Flags
) -> tuple[Ints, Flags]:
    """Bare names join the one person whom they fit; those that fit several people are in doubt."""
    in_doubt = np.zeros(len(mentions), dtype=bool)
    bare = np.flatnonzero(keyless & (names.code >= 0))
    if len(bare):
        few = mentions.iloc[bare]
        own = pc.fill_null(pc.starts_with(column(few, "source"), "own"), False).to_numpy(zero_copy_only=False)
        bare = bare[own | ~flags(few, "listed")]
    if not len(bare):
        return labels, in_doubt
    labels, candidates = labels.copy(), candidates.copy()
    candidates[bare] = False
    rows = np.flatnonzero(candidates)
    rows = rows[np.isin(names.code[rows], names.code[bare])]
    name = names.code[bare]
    fit = _the_one(names.code[rows], labels[rows])(name)
    if (fit == SEVERAL).any():
        for groups, told in _closer(mentions, names, found, labels):
            among = rows[told[rows]]
            closer = _the_one(groups[among], labels[among])(groups[bare])
            fit = np.where((fit == SEVERAL) & (closer >= 0), closer, fit)
    _, first, again = np.unique(name, return_index=True, return_inverse=True)
    labels[bare] = np.select([fit >= 0, fit == NOBODY], [fit, labels[bare[first]][again]], labels[bare])
    in_doubt[bare[fit == SEVERAL]] = True
    return labels, in_doubt


def _closer(mentions: pd.DataFrame, names: Names, found: Keys, labels: Ints) -> Iterator[tuple[Ints, Flags]]:
    """What decides between people of one name: a number per mention that must agree, and the mentions that tell."""
    place = _folded(mentions)
    together = np.where(place >= 0, names.code * (place.max() + 1) + place, NOBODY)
    yield together, np.ones(len(mentions), dtype=bool)
    own = pc.fill_null(pc.equal(column(mentions, "source"), "own contacts"), False)
    yield names.code, own.to_numpy(zero_copy_only=False)
    # Whoever is in touch is meant, where the others may be but cards of his: two profiles are two people.
    profiled = found.mention[found.strength == PROFILE]
    several = _the_one(names.code[profiled], labels[profiled])(names.code) == SEVERAL
    yield np.where(several, NOBODY, names.code), ~flags(mentions, "listed")


def _the_one(groups: Ints, values: Ints) -> Callable[[Ints], Ints]:
    """A look-up of the one value that stands in a group: NOBODY where there is none, SEVERAL where there are more."""
    known = groups >= 0
    pairs = np.unique(np.stack([groups[known], values[known]]), axis=1)
    unique, first, count = np.unique(pairs[0], return_index=True, return_counts=True)
    lone = np.where(count == 1, pairs[1][first], SEVERAL)

    def look(asked: Ints) -> Ints:
        at = np.searchsorted(unique, asked)
        at[at == len(unique)] = 0
        return np.where(unique[at] == asked, lone[at], NOBODY) if len(unique) else np.full(len(asked), NOBODY)

    return look


def _folded(frame: pd.DataFrame) -> Ints:
    """Numbers for the organizations, whatever their case; -1 where there is none."""
    return encoded(pc.utf8_lower(pc.utf8_trim_whitespace(column(frame, "organization"))))[0]
