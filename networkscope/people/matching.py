"""Who is who across the sources?

Two mentions are one person where they share an exact key: the user's own id, an e-mail address, a phone
number, a profile, or the same line of a contact list seen twice (name, organization and date connected).
Keys join transitively, unless strangers share them (`identity.exact`). A likeness of names never joins two entries
of contact lists; but a bare name that the user typed, or that a message carries, refers to the one person of that
name. Of several it is the one at the organization that stands beside it, else the only one in the user's own
contacts, else the only one in touch, unless two of them have profiles; else it is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import schema
from networkscope.people.aliases import NO_DECISIONS, decide
from networkscope.people.contacts import contacts_of
from networkscope.people.exact import (
    KINDS,
    PROFILE,
    Keys,
    Names,
    column,
    components,
    exact_keys,
    flags,
    folded_names,
)
from networkscope.people.ids import BITS, identifiers
from networkscope.texts import Flags, Ints, encoded, hexadecimal

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
    ids, register = identifiers(mentions, found, names, person, len(unique), register)
    firsts = np.zeros(len(mentions), dtype=bool)
    firsts[known[first]] = True
    texts = hexadecimal(ids, BITS // 4)
    contact_ids = texts.take(pa.array(person, mask=person < 0))
    contacts = contacts_of(mentions, found, person, ids, texts)
    contact_ids = pd.Series(schema.TEXT.__from_arrow__(contact_ids))
    bearers = {side: _bearers(pairs[:, at], found, contact_ids) for at, side in enumerate(SIDES)}
    told = told.assign(fate=fates, **bearers)
    return Resolution(contacts, contact_ids, in_doubt & ~is_owner, firsts, found, told, register)


def contacts_named(contacts: pd.DataFrame, names: pd.Series, organizations: pd.Series) -> pd.Series:
    """Who is meant by a name and a company? The contact_id where exactly one person fits, else NA.

    The company decides only between people of one name.
    """
    both = pd.DataFrame(
        {
            "name": pd.concat([contacts["name"], names], ignore_index=True),
            "organization": pd.concat([contacts["organization"], organizations], ignore_index=True),
        }
    )
    name, rows = folded_names(column(both, "name")).code, np.arange(len(both))
    known, asked = np.split(rows, [len(contacts)])
    fit = _meant(asked, rows, [(name, known), (_with_place(name, both), known)])
    found = contacts["contact_id"].array.take(np.maximum(fit, NOBODY), allow_fill=True)
    return pd.Series(found, index=names.index, dtype=schema.TEXT)


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
    fit = _meant(bare, labels, _tellers(mentions, names, found, labels, rows))
    _, first, again = np.unique(names.code[bare], return_index=True, return_inverse=True)
    labels[bare] = np.select([fit >= 0, fit == NOBODY], [fit, labels[bare[first]][again]], labels[bare])
    in_doubt[bare[fit == SEVERAL]] = True
    return labels, in_doubt


def _tellers(
    mentions: pd.DataFrame, names: Names, found: Keys, labels: Ints, rows: Ints
) -> Iterator[tuple[Ints, Ints]]:
    """What a bare name may be told by, as `_meant` wants it: the name itself, then what decides between namesakes."""
    yield names.code, rows
    yield _with_place(names.code, mentions), rows
    own = pc.fill_null(pc.equal(column(mentions, "source"), "own contacts"), False)
    yield names.code, rows[own.to_numpy(zero_copy_only=False)[rows]]
    # Whoever is in touch is meant, where the others may be but cards of his: two profiles are two people.
    profiled = rows[np.isin(rows, found.mention[found.strength == PROFILE])]
    several = _the_one(names.code[profiled], labels[profiled], names.code) == SEVERAL
    yield np.where(several, NOBODY, names.code), rows[~flags(mentions, "listed")[rows]]


def _meant(asked: Ints, labels: Ints, tellers: Iterable[tuple[Ints, Ints]]) -> Ints:
    """Whose label do these rows mean? NOBODY's where nobody fits, SEVERAL where nothing tells who of several.

    Each teller has a number per row, which must agree, and the rows that tell; a later one is asked where those
    before it left several.
    """
    fit = np.full(len(asked), SEVERAL)
    for turn, (groups, rows) in enumerate(tellers):
        one = _the_one(groups[rows], labels[rows], groups[asked])
        fit = one if turn == 0 else np.where((fit == SEVERAL) & (one >= 0), one, fit)
        if not (fit == SEVERAL).any():
            break
    return fit


def _the_one(groups: Ints, values: Ints, asked: Ints) -> Ints:
    """The one value that stands in each group asked for: NOBODY where there is none, SEVERAL where there are more."""
    known = groups >= 0
    span = values.max(initial=0) + 1
    group, value = np.divmod(np.unique(groups[known] * span + values[known]), span)
    unique, first, count = np.unique(group, return_index=True, return_counts=True)
    if not len(unique):
        return np.full(len(asked), NOBODY)
    lone = np.where(count == 1, value[first], SEVERAL)
    at = np.minimum(np.searchsorted(unique, asked), len(unique) - 1)
    return np.where(unique[at] == asked, lone[at], NOBODY)


def _with_place(name: Ints, frame: pd.DataFrame) -> Ints:
    """A number per name and organization, whatever its case; NOBODY where one of them is missing."""
    place = encoded(pc.utf8_lower(pc.utf8_trim_whitespace(column(frame, "organization"))))[0]
    return np.where((name >= 0) & (place >= 0), name * (place.max(initial=0) + 1) + place, NOBODY)
