"""What is known of each person, once it is clear who every mention is?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.identity.exact import EMAIL, PHONE, PROFILE, Ints, Keys, column, encoded, flags, split_cells
from networkscope.identity.ids import Hashes

ADDRESSES = {"emails": EMAIL, "phones": PHONE, "profiles": PROFILE}
JOINED = {name: name for name in ("past_organizations", "tags", "notes")} | {"sources": "source"}
NOT_KEPT = ("own_id", "name", "source", "source_ref", "file", "listed")


def contacts_of(mentions: pd.DataFrame, found: Keys, person: Ints, ids: Hashes, texts: Any) -> pd.DataFrame:
    """One row per person, ordered by name: the first known value of each column, all of those that hold several."""
    count, rows = len(ids), np.flatnonzero(person >= 0)
    merged = len(rows) > count
    names = column(mentions, "name")
    first = _firsts(person, rows, ids)
    first = _firsts(person, rows[names.is_valid().to_numpy(zero_copy_only=False)[rows]], ids, first)
    names = keys.display_names(names.take(pa.array(first)))
    order = np.lexsort((ids, pc.rank(names, tiebreaker="dense").to_numpy()))
    place = np.append(np.argsort(order), -1)
    person = place[person]
    first = _firsts(person, rows, ids)

    out: dict[str, Any] = {"contact_id": texts.take(pa.array(order)), "name": names.take(pa.array(order))}
    for name in mentions.columns.difference([*NOT_KEPT, *ADDRESSES, *JOINED], sort=False):
        values = mentions[name].array
        known = rows[~values.isna()[rows]] if merged else rows
        out[name] = values.take(_firsts(person, known, ids, first))
    of = person[found.mention]
    for name, kind in ADDRESSES.items():
        told = (found.kind[found.code] == kind) & (of >= 0)
        out[name] = _unions(of[told], found.code[told], found.text, count)
    for name, source in JOINED.items():
        at, cells = split_cells(column(mentions, source))
        code, unique = encoded(cells)
        there = person[at] >= 0
        out[name] = _unions(person[at[there]], code[there], unique, count)
    if merged:
        former = _former(mentions, person, rows, ids)
        out["past_organizations"] = pc.coalesce(out["past_organizations"], former)
    listed = np.zeros(count, dtype=bool)
    listed[person[rows[flags(mentions, "listed")[rows]]]] = True
    out["listed"] = pd.array(listed, dtype=schema.FLAG)
    ready = {
        name: schema.TEXT.__from_arrow__(values) if isinstance(values, pa.Array | pa.ChunkedArray) else values
        for name, values in out.items()
    }
    return schema.conform("contacts", pd.DataFrame(ready))


def _firsts(person: Ints, rows: Ints, ids: Hashes, otherwise: Ints | None = None) -> Ints:
    """For each person the first of these rows."""
    found = np.zeros(len(ids), dtype=np.int64) if otherwise is None else otherwise.copy()
    back = rows[::-1]
    found[person[back]] = back  # of several, the last one written stays: the first row
    return found


def _unions(person: Ints, code: Ints, texts: Any, count: int) -> Any:
    """Per person the distinct texts, in the order of their first appearance, in one cell."""
    lone = np.full(count, -1)
    lone[person] = code
    cells = texts.take(pa.array(lone, mask=lone < 0))
    several = np.bincount(person, minlength=count)[person] > 1
    if not several.any():
        return cells
    person, code = person[several], code[several]
    _, first = np.unique(person * len(texts) + code, return_index=True)
    first.sort()
    first = first[np.argsort(person[first], kind="stable")]
    who, sizes = np.unique(person[first], return_counts=True)
    lists = pa.LargeListArray.from_arrays(np.append(0, np.cumsum(sizes)), texts.take(pa.array(code[first])))
    joined = pc.binary_join(lists, pa.scalar(schema.SEPARATOR, pa.large_string()))
    return pc.replace_with_mask(cells, pa.array(np.isin(np.arange(count), who)), joined)


def _former(mentions: pd.DataFrame, person: Ints, rows: Ints, ids: Hashes) -> Any:
    """Organizations that an older copy of the same list still gives a person."""
    organization, texts = encoded(column(mentions, "organization"))
    source, _ = encoded(column(mentions, "source"))
    rows = rows[(organization[rows] >= 0) & (source[rows] >= 0)]
    first = _firsts(person, rows, ids)[person[rows]]
    several = np.zeros(len(ids), dtype=bool)
    several[person[rows[source[rows] != source[first]]]] = True
    rows = rows[(organization[rows] != organization[first]) & ~several[person[rows]]]
    return _unions(person[rows], organization[rows], texts, len(ids))
