"""What is known of each person, once it is clear who every mention is?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys, schema
from networkscope.people.exact import EMAIL, PHONE, PROFILE, split_cells

ADDRESSES = {"emails": EMAIL, "phones": PHONE, "profiles": PROFILE}
JOINED = ("past_organizations", "tags", "notes")
ELSEWHERE = {*ADDRESSES, *JOINED, "own_id", "name", "source", "source_ref", "listed"}


def contacts_of(
    mentions: pd.DataFrame, found: pd.DataFrame, person: npt.NDArray[np.int64], ids: pd.Series
) -> pd.DataFrame:
    """One row per person, ordered by name: the first known value of each column, all of those that hold several.

    `found` are the keys of the mentions, `person` says who each mention is (-1: nobody), `ids` are the contact_ids.
    """
    known = mentions.set_axis(person)[person >= 0]
    everybody = ids.index
    columns = {
        "contact_id": ids,
        "name": _first(known["name"], everybody).map(keys.display_name, na_action="ignore"),
    }
    columns |= {str(name): _first(known[name], everybody) for name in known if name not in ELSEWHERE}
    of = person[found["mention"]]
    for column, kind in ADDRESSES.items():
        rows = (of >= 0) & (found["kind"] == kind).to_numpy()
        columns[column] = _union(found.loc[rows, "key"].set_axis(of[rows]), everybody)
    columns["sources"] = _union(known["source"].dropna(), everybody)
    for column in JOINED:
        columns[column] = _union(split_cells(known[column]), everybody)
    columns["past_organizations"] = columns["past_organizations"].fillna(_union(_former(known), everybody))
    columns["listed"] = known["listed"].fillna(False).groupby(level=0).any().reindex(everybody)
    table = pd.DataFrame(columns).astype({"name": schema.TEXT, "listed": schema.FLAG})
    table = table.sort_values(["name", "contact_id"], ignore_index=True)
    return schema.filled("contacts", {name: column.array for name, column in table.items()}, len(table))


def _first(values: pd.Series, everybody: pd.Index) -> pd.Series:
    """Each person's first known value."""
    told = values.dropna()
    return told[~told.index.duplicated()].reindex(everybody)


def _union(values: pd.Series, everybody: pd.Index) -> pd.Series:
    """Per person the distinct values, in the order of their first appearance, in one cell."""
    cells: dict[int, dict[str, None]] = {}
    for who, value in zip(values.index.tolist(), values.tolist(), strict=True):
        cells.setdefault(who, {})[value] = None
    texts = {who: schema.SEPARATOR.join(distinct) for who, distinct in cells.items()}
    return pd.Series(texts, dtype=schema.TEXT).reindex(everybody)


def _former(known: pd.DataFrame) -> pd.Series:
    """Organizations that an older copy of the same list still gives a person."""
    rows = known[["organization", "source"]].dropna().rename_axis("person").reset_index()
    rows = rows[rows["person"].duplicated(keep=False)]
    sources = rows.drop_duplicates(["person", "source"])["person"]
    rows = rows[~rows["person"].isin(sources[sources.duplicated()])]
    newest = rows.groupby("person")["organization"].transform("first")
    return rows[rows["organization"] != newest].set_index("person")["organization"]
