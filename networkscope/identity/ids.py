"""Under which id does a person stand? One that follows from the strongest key, so that it outlives all others."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from networkscope.identity.exact import LINE, NAME, Ints, Keys, Names

BITS = 48
_MASK = np.uint64((1 << BITS) - 1)
_ODD = np.uint64(0x9E3779B97F4A7C15)

Hashes = npt.NDArray[np.uint64]


def hashed(texts: Any, kind: Any) -> Hashes:
    """A number per text that stays the same between runs, machines and books; another one for each kind."""
    found = pd.util.hash_array(texts.to_numpy(zero_copy_only=False).astype(object), categorize=False)
    return _mixed(found, np.asarray(kind))


def identifiers(found: Keys, names: Names, person: Ints, count: int) -> Hashes:
    """The id of each of `count` persons; `person` says who each mention is, -1 for nobody."""
    digest = hashed(found.text, found.kind)
    name = np.append(hashed(names.text, NAME), np.uint64(0))[names.code]
    best = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    there = person >= 0
    np.minimum.at(best, person[there], _ranked(name[there], NAME))
    rows = found.readable[found.code] & there[found.mention]
    mention, code = found.mention[rows], found.code[rows]
    # A shared key names a person only together with the name.
    alone = found.joins[rows]
    value = np.where(alone, digest[code], _mixed(digest[code] ^ name[mention], np.asarray(LINE)))
    np.minimum.at(best, person[mention], _ranked(value, np.where(alone, found.kind[code], LINE)))
    return distinct(best & _MASK)


def distinct(ids: Hashes) -> Hashes:
    """The same ids, and others in place of those that stand for somebody already."""
    ids = ids.copy()
    for step in range(1, 65):
        _, first = np.unique(ids, return_index=True)
        again = np.ones(len(ids), dtype=bool)
        again[first] = False
        if not again.any():
            break
        ids[again] = _mixed(ids[again], np.asarray(step)) & _MASK
    return ids


def written(ids: Hashes) -> Any:
    """The ids as text."""
    text = ids.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:].tobytes().hex()
    return pa.array([text[at : at + 12] for at in range(0, len(text), 12)], pa.large_string())


def _ranked(digest: Hashes, strength: Any) -> Hashes:
    """Numbers of which the smallest belongs to the strongest key."""
    return (np.asarray(strength).astype(np.uint64) << np.uint64(BITS)) | (digest >> np.uint64(64 - BITS))


def _mixed(digest: Hashes, salt: Any) -> Hashes:
    with np.errstate(over="ignore"):
        mixed = (digest ^ (salt.astype(np.uint64) * _ODD)) * _ODD
    return mixed ^ (mixed >> np.uint64(29))
