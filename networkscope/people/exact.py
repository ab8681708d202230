"""Which exact keys do the mentions carry, and which of them may join?

A key that several people share joins only the mentions that bear one name besides: the address of an office or of a
role, an address under the names of three people, and a phone under those of two. Spellings of one name are one person
(`identity.likeness`); a last name in common is a family.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networkscope import keys, schema
from networkscope.people.names import count_people
from networkscope.texts import Flags, Ints, as_arrow, encoded, holds

# From the strongest to the weakest. A line is a contact list's row without any address, a name a bare one.
KINDS = ("id", "profile", "email", "phone", "line", "name")
ID, PROFILE, EMAIL, PHONE, LINE, NAME = range(len(KINDS))
COLUMNS = {"own_id": ID, "profiles": PROFILE, "emails": EMAIL, "phones": PHONE}
SHARED_BY = 3  # an address of so many different people is an office's
CROWD = 20  # so many names are not one person's
ROLES = (
    "info|office|sales|contact|kontakt|hello|hallo|team|mail|admin|support|service|help|jobs|job|careers|karriere"
    "|hr|recruiting|recruitment|reception|empfang|accounts|billing|invoice|press|presse|marketing|events|welcome"
)


@dataclass(frozen=True)
class Keys:
    """What the mentions say: row by row, that mention `mention` carries the value `code`; and the values.

    Attributes
    ----------
    mention, code, joins : one per row; a row that does not join was shared, or cut by a decision
    group : one per row: rows of one group are one person
    kind, text, readable : one per value; a value that could not be read is shown, but is no key
    """

    mention: Ints
    code: Ints
    joins: Flags
    group: Ints
    kind: Ints
    text: Any
    readable: Flags

    @property
    def strength(self) -> Ints:
        return self.kind[self.code]


@dataclass(frozen=True)
class Names:
    """The folded name of each mention: its code, -1 where there is none."""

    code: Ints
    text: Any


def column(frame: pd.DataFrame, name: str) -> Any:
    """A text column as an Arrow array, missing where the frame lacks it."""
    if name not in frame:
        return pa.nulls(len(frame), pa.large_string())
    texts = frame[name].array
    return as_arrow(texts if texts.dtype == schema.TEXT else texts.astype(schema.TEXT))


def flags(frame: pd.DataFrame, name: str) -> Flags:
    """A column of flags, False where nothing is said."""
    if name not in frame:
        return np.zeros(len(frame), dtype=bool)
    given = frame[name].array
    told = given if given.dtype == schema.FLAG else pd.array(given, dtype=schema.FLAG)
    return told.to_numpy(dtype=bool, na_value=False, copy=True)


def folded_names(texts: Any) -> Names:
    code, found = encoded(keys.name_keys(texts))
    nothing = pc.index(found, pa.scalar("", found.type)).as_py()
    return Names(np.where(code == nothing, -1, code) if nothing >= 0 else code, found)


def split_cells(texts: Any) -> tuple[Ints, Any]:
    """Each value of cells that hold several, with the row in which it stands."""
    rows = np.flatnonzero(texts.is_valid()) if texts.null_count else np.arange(len(texts))
    if not len(rows):
        return rows, texts[:0]
    values = texts.drop_null()
    if holds(values, ";"):
        lists = pc.split_pattern(values, ";")
        rows = rows[pc.list_parent_indices(lists).to_numpy()]
        values = pc.list_flatten(lists)
    values = pc.utf8_trim_whitespace(values)
    full = pc.binary_length(values).to_numpy() > 0
    return (rows, values) if full.all() else (rows[full], values.filter(pa.array(full)))


def exact_keys(mentions: pd.DataFrame, names: Names, region: str = "") -> Keys:
    """All keys of all mentions."""
    normal: dict[int, Callable[[Any], Any]] = {
        ID: lambda texts: texts,
        PROFILE: keys.profile_keys,
        EMAIL: keys.email_keys,
        PHONE: lambda texts: keys.phone_keys(texts, region),
    }
    parts, keyed = [], []
    for name, kind in COLUMNS.items():
        rows, cells = split_cells(column(mentions, name))
        found = normal[kind](cells)
        read = pc.binary_length(found).to_numpy() > 0
        code, texts = encoded(found if read.all() else pc.if_else(pa.array(read), found, cells))
        readable = np.zeros(len(texts), dtype=bool)
        readable[code[read]] = True
        parts.append((rows, code, np.full(len(texts), kind), texts, readable))
        keyed.append(rows[read])
    parts.append(_lines(mentions, np.concatenate(keyed)))
    return _shared(_together(parts), names)


def _together(parts: list[tuple[Any, ...]]) -> Keys:
    mention, code, kind, texts, readable = zip(*parts, strict=True)
    starts = np.cumsum([0, *map(len, texts)])
    codes = np.concatenate([part + start for part, start in zip(code, starts[:-1], strict=True)])
    real = np.concatenate(readable)
    return Keys(
        mention=np.concatenate(mention),
        code=codes,
        joins=real[codes],
        group=codes,
        kind=np.concatenate(kind),
        text=pa.concat_arrays(texts),
        readable=real,
    )


def _lines(mentions: pd.DataFrame, keyed: Ints) -> tuple[Any, ...]:
    """Rows of contact lists that carry no other key: they are known by name, organization and date."""
    line = flags(mentions, "listed")
    line[keyed] = False
    if line.any() and "connected_on" in mentions:
        line &= mentions["connected_on"].notna().to_numpy()
        few = mentions.loc[line, ["connected_on"]].astype(schema.TEXT)
        parts = [column(mentions, name).filter(pa.array(line)) for name in ("name", "organization")]
        parts = [part.fill_null("") for part in (*parts, column(few, "connected_on"))]
        code, texts = encoded(pc.binary_join_element_wise(*parts, pa.scalar("|", pa.large_string())))
    else:
        line[:] = False
        code, texts = encoded(pa.array([], pa.large_string()))
    return np.flatnonzero(line), code, np.full(len(texts), LINE), texts, np.ones(len(texts), dtype=bool)


def _shared(found: Keys, names: Names) -> Keys:
    """Keys that strangers share join only the mentions of one name."""
    shared = np.zeros(len(found.kind), dtype=bool)
    emails = found.kind == EMAIL
    if emails.any():
        roles = pc.match_substring_regex(found.text.filter(pa.array(emails)), f"^({ROLES})@")
        shared[emails] = roles.to_numpy(zero_copy_only=False)
    repeated = np.bincount(found.code, minlength=len(shared)) > 1
    repeated &= emails | (found.kind == PHONE)
    name = names.code[found.mention]
    rows = repeated[found.code] & (name >= 0)
    if rows.any():
        unnamed = pc.match_substring(names.text, "@").to_numpy(zero_copy_only=False)  # it is no name at all
        rows[rows] &= ~unnamed[name[rows]]
        pairs = np.unique(found.code[rows] * len(names.text) + name[rows])
        code, bearer = np.divmod(pairs, len(names.text))
        count = np.bincount(code, minlength=len(shared))
        few = np.where(found.kind == PHONE, 2, SHARED_BY)
        for value in np.flatnonzero((count >= few) & ~shared).tolist():
            start, stop = np.searchsorted(code, [value, value + 1])
            borne = names.text.take(pa.array(bearer[start : min(stop, start + CROWD)])).to_pylist()
            shared[value] = count[value] > CROWD or count_people(borne) >= few[value]
    apart = shared[found.code]
    if not apart.any():
        return found
    group = found.group.copy()
    both = found.code[apart] * (len(names.text) + 1) + name[apart] + 1
    group[apart] = len(shared) + np.unique(both, return_inverse=True)[1]
    return replace(found, joins=found.joins & ~apart, group=group)


def components(count: int, found: Keys) -> Ints:
    """A label per mention, the same for mentions that exact keys join."""
    real = found.readable[found.code]
    group, mention = found.group[real], found.mention[real]
    several = np.bincount(group)[group] > 1 if len(group) else real[:0]
    if not several.any():
        return np.arange(count)
    group, codes = np.unique(group[several], return_inverse=True)
    nodes = count + len(group)
    graph = coo_array(
        (np.ones(len(codes), dtype=np.int8), (mention[several], count + codes)), shape=(nodes, nodes)
    )
    return connected_components(graph, directed=False)[1][:count].astype(np.int64)
