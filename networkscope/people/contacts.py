"""What is known of each person, once it is clear who every mention is?"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys, schema
from networkscope.people.exact import EMAIL, PHONE, PROFILE, split_cells

ADDRESSES = {"emails": EMAIL, "phones": PHONE, "profiles": PROFILE}
JOINED = ("past_organizations", "tags", "notes")
ELSEWHERE = {*ADDRESSES, *JOINED, "own_id", "source", "source_ref", "listed"}


def contacts_of(
    mentions: pd.DataFrame, found: pd.DataFrame, person: npt.NDArray[np.int64], ids: pd.Series
) -> pd.DataFrame:
    """One row per person, ordered by name: the first known value of each column, all of those that hold several.

    `found` are the keys of the mentions, `person` says who each mention is (-1: nobody), `ids` are the contact_ids.
    """
    known = mentions.set_axis(person)[person >= 0]
    everybody = ids.index
    given = {str(name): known[name].dropna() for name in known if name not in ELSEWHERE}
    columns = {name: cells[~cells.index.duplicated()].reindex(everybody) for name, cells in given.items()}
    columns["name"] = columns["name"].map(keys.display_name, na_action="ignore").astype(schema.TEXT)
    of = person[found["mention"]]
    for column, kind in ADDRESSES.items():
        rows = (of >= 0) & (found["kind"] == kind).to_numpy()
        columns[column] = _union(zip(of[rows], found["key"][rows].tolist(), strict=True), everybody)
    columns["sources"] = _union(zip(known.index, known["source"].tolist(), strict=True), everybody)
    for column in JOINED:
        columns[column] = _union(split_cells(known[column]), everybody)
    former = _union(_former(known), everybody)
    columns["past_organizations"] = columns["past_organizations"].fillna(former)
    columns["listed"] = known["listed"].fillna(False).groupby(level=0).any().reindex(everybody)
    table = pd.DataFrame({"contact_id": ids, **columns}).astype({"listed": schema.FLAG})
    table = table.sort_values(["name", "contact_id"], ignore_index=True)
    return schema.filled("contacts", {name: column.array for name, column in table.items()}, len(table))


def _union(pairs: Iterable[tuple[Any, str]], everybody: pd.Index) -> pd.Series:
    """Per person the distinct values, in the order of their first appearance, in one cell."""
    cells: dict[int, dict[str, None]] = {}
    for who, value in pairs:
        if isinstance(value, str):
            cells.setdefault(who, {})[value] = None
    texts = [schema.SEPARATOR.join(cells[who]) if who in cells else None for who in everybody.tolist()]
    return pd.Series(texts, everybody, dtype=schema.TEXT)


def _former(known: pd.DataFrame) -> list[tuple[int, str]]:
    """Organizations that an older copy of the same list still gives a person."""
    rows = known[["organization", "source"]].dropna().rename_axis("who").reset_index()
    first = rows.groupby("who")[["organization", "source"]].transform("first")
    is_mixed = (rows["source"] != first["source"]).groupby(rows["who"]).transform("any")
    former = rows[(rows["organization"] != first["organization"]) & ~is_mixed]
    return list(zip(former["who"], former["organization"], strict=True))
