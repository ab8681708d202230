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
import pyarrow.compute as pc

from networkscope.identity.exact import LINE, NAME, Keys, Names, column
from networkscope.texts import Ints

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
    place = _places(mentions, person, best)
    if register is None:
        return _distinct(best & _MASK, best, place), NOTHING
    key = np.append(value, best).view(np.int64)
    of = np.append(person[mention], np.arange(count))
    ids = _distinct(*_claimed(key, of, best, register), place)
    return ids, _remembered(key, ids[of], register)


def _name_hashes(names: Names, mentions: Ints) -> Hashes:
    """The hash of each name, 0 where there is none or where none of these mentions asks for it."""
    asked = np.unique(names.code[mentions])
    asked = asked[asked >= 0]
    found = np.zeros(len(names.text) + 1, dtype=np.uint64)
    found[asked] = hashed(names.text.take(pa.array(asked)), NAME)
    return found[names.code]


def _places(mentions: pd.DataFrame, person: Ints, best: Hashes) -> Hashes:
    """A number for the organization and title of those whose best keys are equal, 0 for all others."""
    found = np.zeros(len(best), dtype=np.uint64)
    if _all_differ(best):
        return found
    _, again, count = np.unique(best, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(person >= 0)
    rows = rows[count[again[person[rows]]] > 1]
    if len(rows):
        few = mentions.iloc[rows]
        parts = [column(few, name).fill_null("") for name in ("organization", "title")]
        texts = pc.binary_join_element_wise(*parts, pa.scalar("|", pa.large_string()))
        found[person[rows]] = np.iinfo(np.uint64).max
        np.minimum.at(found, person[rows], hashed(texts, LINE))
    return found


def _claimed(key: Ints, of: Ints, best: Hashes, register: pd.DataFrame) -> tuple[Hashes, Hashes]:
    """The id that each person had, else the one that follows from its keys; and its claim, the smallest the best."""
    age = pd.Index(register["key"]).get_indexer(key)
    oldest = np.full(len(best), len(register))
    np.minimum.at(oldest, of[age >= 0], age[age >= 0])
    had = oldest < len(register)
    ids = best & _MASK
    ids[had] = register["contact"].to_numpy()[oldest[had]].view(np.uint64)
    return ids, np.where(had, best, best | np.uint64(1 << 63))


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


def _distinct(ids: Hashes, claim: Hashes, tie: Hashes) -> Hashes:
    """The same ids; of several persons with one id all but the one with the best claim get another.

    `tie` decides between equal claims, so that the order of rows does not.
    """
    for step in range(1, 9):  # once is enough, but for a chance of one in millions
        if _all_differ(ids):
            break
        again = np.unique(ids, return_inverse=True)[1]
        order = np.lexsort((tie, claim, again))
        place = np.arange(len(ids)) - np.searchsorted(again[order], again[order])
        later = place > 0
        ids = ids.copy()
        with np.errstate(over="ignore"):
            ids[order[later]] = (
                _mixed(claim[order[later]] + place[later].astype(np.uint64), np.asarray(step)) & _MASK
            )
    return ids


def written(ids: Hashes) -> Any:
    """The ids as text."""
    digits = ids.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:].tobytes().hex().encode()
    cells = pa.FixedSizeBinaryArray.from_buffers(pa.binary(BITS // 4), len(ids), [None, pa.py_buffer(digits)])
    return cells.cast(pa.binary()).cast(pa.large_string())


def _ranked(digest: Hashes, strength: Any) -> Hashes:
    """Numbers of which the smallest belongs to the strongest key."""
    return (np.asarray(strength).astype(np.uint64) << np.uint64(BITS)) | (digest >> np.uint64(64 - BITS))


def _mixed(digest: Hashes, salt: Any) -> Hashes:
    with np.errstate(over="ignore"):
        mixed = (digest ^ (salt.astype(np.uint64) * _ODD)) * _ODD
    return mixed ^ (mixed >> np.uint64(29))
