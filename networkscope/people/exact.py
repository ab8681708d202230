"""Which exact keys do the mentions carry, and which of them may join?

A key that several people share joins only the mentions that also bear one name: the address of an office or of a role,
an address under the names of three people, and a phone under those of two. Spellings of one name are one person
(`people.names`); a last name in common is a family.

The keys are a frame with a row for each key of a mention: `mention` (its row), `kind`, `key`, `code` (a number for the
two), `readable` (False where the text could not be read: it is shown, but is no key), `joins` (False where the key is
shared, or was cut by a decision), and `group`: the rows of one group are one person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networkscope import keys, schema
from networkscope.people.names import count_people

# From the strongest to the weakest. A line is a contact list's row without any address, a name a bare one.
KINDS = ("id", "profile", "email", "phone", "line", "name")
ID, PROFILE, EMAIL, PHONE, LINE, NAME = range(len(KINDS))
COLUMNS = {"own_id": ID, "profiles": PROFILE, "emails": EMAIL, "phones": PHONE}
SHARED_BY = {EMAIL: 3, PHONE: 2}  # a key of so many different people belongs to none of them
CROWD = 20  # so many names are not one person's
ROLES = (
    "info|office|sales|contact|kontakt|hello|hallo|team|mail|admin|support|service|help|jobs|job|careers|karriere"
    "|hr|recruiting|recruitment|reception|empfang|accounts|billing|invoice|press|presse|marketing|events|welcome"
)


def folded(texts: pd.Series, fold: Callable[[str], str]) -> pd.Series:
    """`fold` of each text, computed once for equal texts; missing where it leaves nothing."""
    found = {text: fold(text) or None for text in texts.dropna().unique().tolist()}
    return texts.map(found).astype(schema.TEXT)


def split_cells(texts: pd.Series) -> pd.Series:
    """Each value of cells that hold several, under the index of its cell."""
    values = texts.dropna()
    if values.str.contains(";", regex=False).any():
        values = values.str.split(";").explode().astype(schema.TEXT)
    values = values.str.strip()
    return values[values != ""]


def exact_keys(mentions: pd.DataFrame, names: pd.Series, region: str = "") -> pd.DataFrame:
    """All keys of all mentions."""
    normal: dict[int, Callable[[str], str]] = {
        ID: str,
        PROFILE: keys.profile_key,
        EMAIL: keys.email_key,
        PHONE: partial(keys.phone_key, region=region),
    }
    parts = []
    for column, kind in COLUMNS.items():
        cells = split_cells(mentions[column])
        key = folded(cells, normal[kind])
        parts.append(_rows(key.fillna(cells), kind, key.notna()))
    keyed = pd.concat(parts)
    lines = _lines(mentions[~mentions.index.isin(keyed.loc[keyed["readable"], "mention"])])
    found = pd.concat([keyed, _rows(lines, LINE, True)], ignore_index=True)
    found["code"] = pd.factorize(found["key"])[0] * len(KINDS) + found["kind"]
    return _without_shared(found.assign(joins=found["readable"], group=found["code"]), names)


def _rows(texts: pd.Series, kind: int, readable: pd.Series | bool) -> pd.DataFrame:
    return pd.DataFrame({"mention": texts.index, "kind": kind, "key": texts, "readable": readable})


def _lines(keyless: pd.DataFrame) -> pd.Series:
    """The lines of contact lists that carry no other key: they are known by name, organization and date."""
    some = keyless[keyless["listed"].fillna(False) & keyless["connected_on"].notna()]
    parts = some[["name", "organization", "connected_on"]].astype(schema.TEXT).fillna("")
    return parts["name"].str.cat([parts["organization"], parts["connected_on"]], sep="|")


def _without_shared(found: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The keys, of which those that strangers share join only the mentions of one name."""
    found["name"] = names.take(found["mention"]).array
    apart = (found["kind"] == EMAIL) & found["key"].str.match(f"(?:{ROLES})@")
    apart |= found["code"].isin(_shared_codes(found[~apart]))
    shared = found[apart]
    found.loc[apart, "joins"] = False
    own_group = shared.groupby(["code", "name"], dropna=False, sort=False).ngroup()
    found.loc[apart, "group"] = found["group"].max() + 1 + own_group
    return found.drop(columns="name")


def _shared_codes(found: pd.DataFrame) -> list[int]:
    """The addresses and phones that the names of several people carry."""
    named = found[found["kind"].isin(SHARED_BY) & found["name"].notna()]
    named = named[named["code"].duplicated(keep=False) & ~named["name"].str.contains("@")]
    bearers = named.drop_duplicates(["code", "name"])
    least = bearers["kind"].map(SHARED_BY)
    bearers = bearers[bearers.groupby("code")["code"].transform("size") >= least]
    return [
        code
        for (code, kind), several in bearers.groupby(["code", "kind"])["name"]
        if len(several) > CROWD or count_people(several) >= SHARED_BY[kind]
    ]


def components(count: int, found: pd.DataFrame) -> np.ndarray:
    """A label per mention, the same for mentions that exact keys join."""
    read = found[found["readable"]]
    group, _ = pd.factorize(read["group"])
    nodes = count + len(read)
    edges = (np.ones(len(read), dtype=np.int8), (read["mention"], count + group))
    labels: np.ndarray = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)[1]
    return labels[:count].astype(np.int64)
