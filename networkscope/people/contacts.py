"""What is known of each person, once it is clear who every mention is?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.people.exact import EMAIL, PHONE, PROFILE, Keys, column, flags, split_cells
from networkscope.people.ids import Hashes
from networkscope.texts import Ints, encoded

ADDRESSES = {"emails": EMAIL, "phones": PHONE, "profiles": PROFILE}
JOINED = ("past_organizations", "tags", "notes")
ELSEWHERE = {*ADDRESSES, *JOINED, "own_id", "name", "source", "source_ref", "listed"}


def contacts_of(mentions: pd.DataFrame, found: Keys, person: Ints, ids: Hashes, texts: Any) -> pd.DataFrame:
    """One row per person, ordered by name: the first known value of each column, all of those that hold several."""
    count, rows = len(ids), np.flatnonzero(person >= 0)
    names = column(mentions, "name")
    first = _firsts(
        person, rows[names.is_valid().to_numpy(zero_copy_only=False)[rows]], _firsts(person, rows, count)
    )
    names = keys.display_names(names.take(pa.array(first)))
    by_id = np.argsort(ids)
    by_name = pc.array_sort_indices(names.take(pa.array(by_id))).to_numpy()  # keeps the order of equal names
    order = by_id[by_name]
    place = np.empty(count + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(count), -1
    person = place[person]
    first = _firsts(person, rows, count)

    out: dict[str, Any] = {"contact_id": texts.take(pa.array(order)), "name": names.take(pa.array(order))}
    for name in [name for name in mentions if name not in ELSEWHERE]:
        values = mentions[name].array
        told = rows[~values.isna()[rows]]
        out[str(name)] = values.take(_firsts(person, told, first) if len(told) < len(rows) else first)
    of, kinds = person[found.mention], found.kind[found.code]
    for name, kind in ADDRESSES.items():
        told = (kinds == kind) & (of >= 0)
        out[name] = _unions(of[told], found.code[told], found.text, count)
    source, sources = encoded(column(mentions, "source"))
    told = (person >= 0) & (source >= 0)
    out["sources"] = _unions(person[told], source[told], sources, count)
    for name in JOINED:
        at, cells = split_cells(column(mentions, name))
        code, unique = encoded(cells)
        told = person[at] >= 0
        out[name] = _unions(person[at[told]], code[told], unique, count)
    former = _former(mentions, source, person, rows, count)
    out["past_organizations"] = pc.coalesce(out["past_organizations"], former)
    listed = np.zeros(count, dtype=bool)
    listed[person[rows[flags(mentions, "listed")[rows]]]] = True
    out["listed"] = pd.array(listed, dtype=schema.FLAG)
    columns = {
        name: schema.TEXT.__from_arrow__(values) if isinstance(values, pa.Array) else values
        for name, values in out.items()
    }
    return schema.filled("contacts", columns, count)


def _firsts(person: Ints, rows: Ints, otherwise: Ints | int) -> Ints:
    """For each person the first of these rows."""
    found = np.zeros(otherwise, dtype=np.int64) if isinstance(otherwise, int) else otherwise.copy()
    back = rows[::-1]
    found[person[back]] = back  # of several, the last one written stays: the first row
    return found


def _unions(person: Ints, code: Ints, texts: Any, count: int) -> Any:
    """Per person the distinct texts, in the order of their first appearance, in one cell."""
    if not len(person):
        return pa.nulls(count, texts.type)
    lone = np.full(count, -1)
    lone[person] = code
    cells = texts.take(pa.array(lone, mask=lone < 0))
    several = np.zeros(count, dtype=bool)
    several[person[lone[person] != code]] = True
    if not several.any():
        return cells
    person, code = person[several[person]], code[several[person]]
    _, first = np.unique(person * len(texts) + code, return_index=True)
    first.sort()
    first = first[np.argsort(person[first], kind="stable")]
    sizes = np.bincount(person[first], minlength=count)[several]
    lists = pa.LargeListArray.from_arrays(np.append(0, np.cumsum(sizes)), texts.take(pa.array(code[first])))
    joined = pc.binary_join(lists, pa.scalar(schema.SEPARATOR, pa.large_string()))
    return pc.replace_with_mask(cells, pa.array(several), joined)


def _former(mentions: pd.DataFrame, source: Ints, person: Ints, rows: Ints, count: int) -> Any:
    """Organizations that an older copy of the same list still gives a person."""
    rows = rows[np.bincount(person[rows], minlength=count)[person[rows]] > 1]
    organization, texts = encoded(column(mentions, "organization").take(pa.array(rows)))
    told = (organization >= 0) & (source[rows] >= 0)
    organization, source, person = organization[told], source[rows[told]], person[rows[told]]
    first = _firsts(person, np.arange(len(person)), count)[person]
    mixed = np.zeros(count, dtype=bool)
    mixed[person[source != source[first]]] = True
    older = (organization != organization[first]) & ~mixed[person]
    return _unions(person[older], organization[older], texts, count)
