"""Under which id does a person stand?

The id follows from the strongest key, so it outlives whatever comes or goes beside that key. A register of the ids
given so far keeps it also when a stronger key arrives, or when two persons turn out to be one: the oldest id wins.
Where the register is gone, every id is what the keys alone say; then only those differ that it had kept alive.
The register never says who is who: two persons never share an id, and where both have a claim to one, it goes to the
person with the stronger key.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from networkscope import schema
from networkscope.people.exact import LINE, NAME, Keys, Names
from networkscope.texts import Flags, Ints

BITS = 48
_MASK = np.uint64((1 << BITS) - 1)
_ODD = np.uint64(0x9E3779B97F4A7C15)

NOTHING = pd.DataFrame({"key": [], "contact": []}, dtype="int64")

Hashes = npt.NDArray[np.uint64]


def hashed(texts: Any, kind: Any) -> Hashes:
    """A number per text that stays the same between runs, machines and books; another one for each kind."""
    found = pd.util.hash_array(texts.to_numpy(zero_copy_only=False).astype(object), categorize=False)
    return _mixed(found, np.asarray(kind))


def checked(register: pd.DataFrame | None) -> pd.DataFrame:
    """The register as it was kept; an empty one where that makes no sense."""
    if (
        register is None
        or list(register.columns) != ["key", "contact"]
        or set(register.dtypes) != {np.dtype("int64")}
    ):
        return NOTHING
    fits = register["key"].is_unique and register["contact"].between(0, int(_MASK)).all()
    return register if fits else NOTHING


def identifiers(
    mentions: pd.DataFrame,
    found: Keys,
    names: Names,
    person: Ints,
    count: int,
    register: pd.DataFrame | None = None,
) -> tuple[Hashes, pd.DataFrame]:
    """The id of each of `count` persons, and the register that remembers them.

    `person` says who each mention is, -1 for nobody. The register has a row per key ever seen, the oldest first:
    numbers for `key` and `contact`, from which neither can be read.
    """
    there = person >= 0
    rows = found.readable[found.code] & there[found.mention]
    mention, code, alone = found.mention[rows], found.code[rows], found.joins[rows]
    bare = np.ones(count, dtype=bool)
    bare[person[mention]] = False
    keyless = np.flatnonzero(there)[bare[person[there]]]
    digest = hashed(found.text, found.kind)
    name = _name_hashes(names, np.append(keyless, mention[~alone]))
    best = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(best, person[keyless], _ranked(name[keyless], NAME))
    # A shared key names a person only together with the name.
    value = np.where(alone, digest[code], _mixed(digest[code] ^ name[mention], np.asarray(LINE)))
    np.minimum.at(best, person[mention], _ranked(value, np.where(alone, found.kind[code], LINE)))
    tie = _all_said(mentions, person, best)
    if register is None:
        return _distinct(best & _MASK, np.zeros(count, dtype=bool), best, tie), NOTHING
    key = np.append(value, best).view(np.int64)
    of = np.append(person[mention], np.arange(count))
    if tie.any():  # a key of several persons is remembered for the one who would claim it first
        order = np.lexsort((tie[of], best[of]))
        key, of = key[order], of[order]
    ids = _distinct(*_had(key, of, best, register), best, tie)
    return ids, _remembered(key, ids[of], register)


def _name_hashes(names: Names, mentions: Ints) -> Hashes:
    """The hash of each name, 0 where there is none or where none of these mentions asks for it."""
    asked = np.unique(names.code[mentions])
    asked = asked[asked >= 0]
    found = np.zeros(len(names.text) + 1, dtype=np.uint64)
    found[asked] = hashed(names.text.take(pa.array(asked)), NAME)
    return found[names.code]


def _all_said(mentions: pd.DataFrame, person: Ints, best: Hashes) -> Hashes:
    """A number for all that is said of those whose best keys are equal, wherever it stands; 0 for all others."""
    found = np.zeros(len(best), dtype=np.uint64)
    if _all_differ(best):
        return found
    _, again, count = np.unique(best, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(person >= 0)
    rows = rows[count[again[person[rows]]] > 1]
    few = mentions.drop(columns="source_ref", errors="ignore").iloc[rows].set_axis(person[rows])
    said = few.astype(schema.TEXT).stack().dropna().reset_index(level=1)  # a line per cell, and its column
    np.add.at(found, said.index.to_numpy(), pd.util.hash_pandas_object(said, index=False).to_numpy())
    return found


def _had(key: Ints, of: Ints, best: Hashes, register: pd.DataFrame) -> tuple[Hashes, Flags]:
    """The id that each person had, else the one that follows from its keys; and who had one."""
    age = pd.Index(register["key"]).get_indexer(key)
    oldest = np.full(len(best), len(register))
    np.minimum.at(oldest, of[age >= 0], age[age >= 0])
    had = oldest < len(register)
    ids = best & _MASK
    ids[had] = register["contact"].to_numpy()[oldest[had]].view(np.uint64)
    return ids, had


def _remembered(key: Ints, ids: Hashes, register: pd.DataFrame) -> pd.DataFrame:
    now = pd.Series(ids.view(np.int64), index=pd.Index(key, name="key"), name="contact")
    now = now[~now.index.duplicated()].sort_index()
    # In between gaps make floats of them, which hold 48 bits without loss.
    contact = register["key"].map(now).fillna(register["contact"]).astype("int64")
    new = now[~now.index.isin(register["key"])].reset_index()
    return pd.concat([register.assign(contact=contact), new], ignore_index=True)


def _all_differ(numbers: Hashes) -> bool:
    ordered = np.sort(numbers)
    return bool((ordered[1:] != ordered[:-1]).all())


def _distinct(ids: Hashes, had: Flags, best: Hashes, tie: Hashes) -> Hashes:
    """The same ids; of several persons with one id it stays with the one who had it, then with the best key.

    `tie` decides between equal keys, so that the order of rows does not.
    """
    for step in range(1, 9):  # once is enough, but for a chance of one in millions
        if _all_differ(ids):
            break
        again = np.unique(ids, return_inverse=True)[1]
        order = np.lexsort((tie, best, ~had, again))
        place = np.arange(len(ids)) - np.searchsorted(again[order], again[order])
        later = order[place > 0]
        ids = ids.copy()
        with np.errstate(over="ignore"):
            another = best[later] + place[place > 0].astype(np.uint64)
        ids[later] = _mixed(another, np.asarray(step)) & _MASK
    return ids


def _ranked(digest: Hashes, strength: Any) -> Hashes:
    """Numbers of which the smallest belongs to the strongest key."""
    return (np.asarray(strength).astype(np.uint64) << np.uint64(BITS)) | (digest >> np.uint64(64 - BITS))


def _mixed(digest: Hashes, salt: Any) -> Hashes:
    with np.errstate(over="ignore"):
        mixed = (digest ^ (salt.astype(np.uint64) * _ODD)) * _ODD
    return mixed ^ (mixed >> np.uint64(29))
