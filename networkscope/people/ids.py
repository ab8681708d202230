"""Which id does a person have?

The id follows from the strongest key, so it does not depend on what else is known. A register of the ids given so far
keeps it also when a stronger key arrives, or when two persons turn out to be one: the oldest id wins. Where the
register is lost, every id is what the keys alone say; then only those change that it had kept.
The register never says who is who: two persons never share an id, and where both have a claim to one, it goes to the
person with the stronger key.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import schema
from networkscope.people.exact import LINE, NAME

BITS = 48
DIGITS = BITS // 4
_MASK = np.uint64((1 << BITS) - 1)
_ODD = np.uint64(0x9E3779B97F4A7C15)

NOTHING = pd.DataFrame({"key": [], "contact": []}, dtype="int64")

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def hashed(texts: pd.Series, kind: Any) -> Hashes:
    """A number per text that stays the same between runs, machines and books; another one for each kind."""
    return _mixed(pd.util.hash_array(texts.to_numpy(object), categorize=False), kind)


def checked(register: pd.DataFrame | None) -> pd.DataFrame:
    """The register as it was kept; an empty one where that makes no sense."""
    if register is None or not register.dtypes.equals(NOTHING.dtypes):
        return NOTHING
    fits = register["key"].is_unique and register["contact"].between(0, int(_MASK)).all()
    return register if fits else NOTHING


def identifiers(
    mentions: pd.DataFrame,
    read: pd.DataFrame,
    names: pd.Series,
    person: Ints,
    count: int,
    register: pd.DataFrame | None = None,
) -> tuple[Hashes, pd.DataFrame]:
    """The id of each of `count` persons, and the register that remembers them.

    `read` holds the keys that could be read; `person` says who each mention is, -1 for nobody. The register has a row
    for every key so far, the oldest first: numbers for `key` and `contact`, from which neither can be read.
    """
    read = read[person[read["mention"]] >= 0]
    mention, alone = read["mention"].to_numpy(), read["joins"].to_numpy()
    of = person[mention]
    name = np.where(names.notna(), hashed(names.fillna(""), NAME), np.uint64(0))
    # A shared key names a person only together with the name.
    digest = hashed(read["key"], read["kind"].to_numpy())
    value = np.where(alone, digest, _mixed(digest ^ name[mention], LINE))
    best = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(best, of, _ranked(value, np.where(alone, read["kind"], LINE)))
    keyless = np.flatnonzero((person >= 0) & ~np.isin(person, of))
    np.minimum.at(best, person[keyless], _ranked(name[keyless], NAME))
    tie = _all_said(mentions, person, best)
    if register is None:
        return _distinct(best & _MASK, np.zeros(count, dtype=bool), best, tie), NOTHING
    key, of = np.append(value, best).view(np.int64), np.append(of, np.arange(count))
    if tie.any():  # a key of several persons is remembered for the one who would claim it first
        order = np.lexsort((tie[of], best[of]))
        key, of = key[order], of[order]
    ids = _distinct(*_known_ids(key, of, best, register), best, tie)
    return ids, _remembered(key, ids[of], register)


def _all_said(mentions: pd.DataFrame, person: Ints, best: Hashes) -> Hashes:
    """A number for all that is said of those whose best keys are equal, in any order; 0 for all others."""
    found = np.zeros(len(best), dtype=np.uint64)
    equal = pd.Series(best).duplicated(keep=False).to_numpy()
    if equal.any():
        rows = np.flatnonzero((person >= 0) & equal[person])
        few = mentions.drop(columns="source_ref", errors="ignore").iloc[rows].set_axis(person[rows])
        said = few.astype(schema.TEXT).stack().dropna().reset_index(level=1)  # a row per cell, and its column
        np.add.at(found, said.index.to_numpy(), pd.util.hash_pandas_object(said, index=False).to_numpy())
    return found


def _known_ids(key: Ints, of: Ints, best: Hashes, register: pd.DataFrame) -> tuple[Hashes, Flags]:
    """The oldest id that each person has, else the one that follows from the keys; and who has one."""
    age = pd.Index(register["key"]).get_indexer(key)
    oldest = np.full(len(best), len(register))
    np.minimum.at(oldest, of[age >= 0], age[age >= 0])
    known = oldest < len(register)
    ids = best & _MASK
    ids[known] = register["contact"].to_numpy()[oldest[known]].view(np.uint64)
    return ids, known


def _remembered(key: Ints, ids: Hashes, register: pd.DataFrame) -> pd.DataFrame:
    now = pd.Series(ids.view(np.int64), index=pd.Index(key, name="key"), name="contact")
    now = now[~now.index.duplicated()].sort_index()
    # In between gaps make floats of them, which hold 48 bits without loss.
    contact = register["key"].map(now).fillna(register["contact"]).astype("int64")
    new = now[~now.index.isin(register["key"])].reset_index()
    return pd.concat([register.assign(contact=contact), new], ignore_index=True)


def _distinct(ids: Hashes, known: Flags, best: Hashes, tie: Hashes) -> Hashes:
    """The same ids; of several persons with one id it stays with the one who had it, then with the best key.

    `tie` decides between equal keys, so that the order of rows does not.
    """
    for step in range(1, 9):  # once is enough, but for a chance of one in millions
        again = pd.factorize(ids)[0]
        order = np.lexsort((tie, best, ~known, again))
        place = pd.Series(again[order]).groupby(again[order]).cumcount().to_numpy()
        later = order[place > 0]
        if not len(later):
            break
        ids = ids.copy()
        ids[later] = _mixed(best[later] + place[place > 0].astype(np.uint64), step) & _MASK
    return ids


def _ranked(digest: Hashes, strength: Any) -> Hashes:
    """Numbers of which the smallest belongs to the strongest key."""
    return (np.asarray(strength).astype(np.uint64) << np.uint64(BITS)) | (digest >> np.uint64(64 - BITS))


def _mixed(digest: Hashes, salt: Any) -> Hashes:
    with np.errstate(over="ignore"):
        mixed = (digest ^ (np.asarray(salt).astype(np.uint64) * _ODD)) * _ODD
    return mixed ^ (mixed >> np.uint64(29))
