"""Who is who across the sources?

Two mentions are one person where they share an exact key: the user's own id, an e-mail address, a phone
number, a profile, or the same line of a contact list seen twice (name, organization and date connected).
Keys join transitively. A likeness of names never joins two entries of contact lists; but a bare name that the
user typed, or that a message carries, refers to the one person of that name, where there is exactly one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networkscope import keys, schema

# The strongest key names the person; so an id lives as long as that key does.
KINDS = ("id", "profile", "email", "phone", "line", "name")
NORMAL = {
    "own_id": ("id", str.strip),
    "profiles": ("profile", keys.profile_key),
    "emails": ("email", keys.email_key),
    "phones": ("phone", str.strip),
}
JOINED = ("emails", "phones", "profiles", "past_organizations", "tags", "sources", "notes")
SHARED_BY = 3  # an address under so many different names is an office, not a person


@dataclass(frozen=True)
class Resolution:
    """Who each mention is.

    Attributes
    ----------
    contacts : the canonical contacts
    contact_ids : the contact_id of each mention, in the order given; NA for the owner and where in doubt
    in_doubt : True for a mention by bare name that fits several people
    first : True for the mention that brought its person in; the others were merged into it
    keys : one row per exact key of a mention: `mention, kind, key, joins` (False for a shared address)
    """

    contacts: pd.DataFrame
    contact_ids: pd.Series
    in_doubt: npt.NDArray[np.bool_]
    first: npt.NDArray[np.bool_]
    keys: pd.DataFrame


def resolve(mentions: pd.DataFrame, owner: Iterable[str] = ()) -> Resolution:
    """Which mentions are the same person, and what is known of each?

    Parameters
    ----------
    mentions : columns of `sources.base.MENTION` and `source` (the reader's name); where two mentions disagree
        the earlier row wins
    owner : keys of the owner; a mention that carries one of them is nobody's contact

    Examples
    --------
    >>> mentions = pd.DataFrame({"name": ["Ana Lee", "A. Lee"], "emails": ["ana@x.example", "ANA@x.example"]})
    >>> resolve(mentions).contacts[["name", "emails"]].values.tolist()
    [['Ana Lee', 'ana@x.example']]
    """
    table = _complete(mentions)
    found = _exact_keys(table)
    names = _names(table)
    owners = set(owner)
    is_owner = np.zeros(len(table), dtype=bool)
    is_owner[found["mention"][found["key"].isin(owners)]] = True
    keyless = np.ones(len(table), dtype=bool)
    keyless[found["mention"]] = False
    is_owner |= keyless & names.isin(owners).to_numpy()

    labels = _components(len(table), found)
    labels, in_doubt = _by_name(table, names, labels, keyless & ~is_owner, ~is_owner)
    is_owner |= np.isin(labels, labels[is_owner])
    known = ~(is_owner | in_doubt)
    first = np.zeros(len(table), dtype=bool)
    first[np.flatnonzero(known)[np.unique(labels[known], return_index=True)[1]]] = True

    ids = _identifiers(found, names, labels)
    contacts = _contacts(table[known], ids[known], found)
    contact_ids = pd.Series(ids, dtype=schema.TEXT).where(known)
    return Resolution(contacts, contact_ids, in_doubt & ~is_owner, first, found)


def contacts_named(contacts: pd.DataFrame, names: pd.Series, organizations: pd.Series) -> pd.Series:
    """Who is meant by a name and a company? The contact_id where exactly one person fits, else NA.

    The company decides only between people of one name.
    """
    table = pd.DataFrame({"name": _names(contacts), "organization": _folded(contacts["organization"])})
    table["contact_id"] = contacts["contact_id"].to_numpy()
    asked = pd.DataFrame({"name": _fold_names(names), "organization": _folded(organizations)})
    by_name = table.drop_duplicates("name", keep=False).set_index("name")["contact_id"]
    by_both = table.drop_duplicates(["name", "organization"], keep=False)
    both = asked.merge(by_both, how="left", on=["name", "organization"])["contact_id"]
    found = both.fillna(asked["name"].map(by_name).reset_index(drop=True))
    return pd.Series(found.to_numpy(), index=names.index, dtype=schema.TEXT).where(names.notna())


def _complete(mentions: pd.DataFrame) -> pd.DataFrame:
    """The mentions with every column that a contact has, and the user's own id."""
    table = mentions.reset_index(drop=True)
    table = schema.conform("contacts", table.assign(contact_id=table.index.astype(schema.TEXT)))
    missing = {
        name: pd.Series(pd.NA, table.index, schema.TEXT) for name in ("own_id", "source") if name not in table
    }
    return table.drop(columns=["contact_id", "sources"]).assign(**missing)


def _exact_keys(table: pd.DataFrame) -> pd.DataFrame:
    """One row per mention and exact key; addresses that many names share are marked as not joining."""
    parts = []
    for column, (kind, normal) in NORMAL.items():
        cells = table[column].dropna()
        several = cells.str.contains(";", regex=False)
        cells = pd.concat([cells[~several], cells[several].str.split(";").explode()])
        codes, unique = pd.factorize(cells)
        folded = np.array([normal(text) for text in unique] or [""], dtype=np.object_)[codes]
        part = pd.DataFrame({"mention": cells.index.to_numpy(), "kind": kind, "key": folded})
        parts.append(part[part["key"].astype(bool)])
    found = pd.concat(parts, ignore_index=True)
    lines = table.index.difference(found["mention"])
    lines = lines[
        (table["listed"].loc[lines].fillna(False) & table["connected_on"].loc[lines].notna()).astype(bool)
    ]
    if len(lines):
        row = table.loc[lines]
        line = (
            row["name"].fillna("")
            + "|"
            + row["organization"].fillna("")
            + "|"
            + row["connected_on"].astype(str)
        )
        part = pd.DataFrame({"mention": lines.to_numpy(), "kind": "line", "key": line.to_numpy(dtype=object)})
        found = pd.concat([found, part], ignore_index=True)
    found["joins"] = True
    repeated = found["kind"].isin(("email", "phone")) & found.duplicated(["kind", "key"], keep=False)
    if repeated.any():
        shared = found[repeated].assign(name=_names(table).loc[found["mention"][repeated]].to_numpy())
        count = shared[shared["name"] != ""].groupby(["kind", "key"])["name"].nunique()
        many = pd.MultiIndex.from_frame(found[["kind", "key"]]).isin(count[count >= SHARED_BY].index)
        found.loc[many, "joins"] = False
    return found


def _fold_names(names: pd.Series) -> pd.Series:
    codes, unique = pd.factorize(names)
    folded = np.array([*(keys.name_key(name) for name in unique), ""], dtype=object)
    return pd.Series(folded[codes], index=names.index)


def _names(table: pd.DataFrame) -> pd.Series:
    """The folded name of each row, empty where there is none."""
    return _fold_names(table["name"])


def _folded(texts: pd.Series) -> pd.Series:
    return texts.fillna("").str.casefold().str.strip()


def _components(count: int, found: pd.DataFrame) -> npt.NDArray[np.intp]:
    """A label per mention, the same for mentions that exact keys join."""
    joining = found[found["joins"]]
    codes, unique = pd.factorize(joining["kind"] + ":" + joining["key"])
    nodes = count + len(unique)
    ends = (joining["mention"].to_numpy(), count + codes)
    graph = coo_array((np.ones(len(codes), dtype=bool), ends), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1][:count].astype(np.intp)


def _by_name(
    table: pd.DataFrame,
    names: pd.Series,
    labels: npt.NDArray[np.intp],
    keyless: npt.NDArray[np.bool_],
    candidates: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Bare names join the one person whom they fit; those that fit several people are in doubt."""
    own = table["source"].fillna("").str.startswith("own").to_numpy()
    listed = table["listed"].fillna(False).to_numpy(dtype=bool)
    bare = keyless & (own | ~listed) & (names != "").to_numpy()
    in_doubt = np.zeros(len(table), dtype=bool)
    if not bare.any():
        return labels, in_doubt
    people = pd.DataFrame({"name": names, "label": labels, "organization": _folded(table["organization"])})
    people = people[candidates & ~bare & names.isin(names[bare]).to_numpy()]
    by_name = {name: set(group) for name, group in people.groupby("name")["label"]}
    by_both = {both: set(group) for both, group in people.groupby(["name", "organization"])["label"]}
    new: dict[str, int] = {}
    labels = labels.copy()
    organizations = _folded(table["organization"])
    for row in np.flatnonzero(bare):
        name = names.iat[row]
        fits = by_name.get(name, set())
        if len(fits) > 1 and organizations.iat[row]:
            fits = by_both.get((name, organizations.iat[row]), fits)
        if len(fits) > 1:
            in_doubt[row] = True
        else:
            labels[row] = next(iter(fits)) if fits else new.setdefault(name, labels[row])
    return labels, in_doubt


def _identifiers(
    found: pd.DataFrame, names: pd.Series, labels: npt.NDArray[np.intp]
) -> npt.NDArray[np.object_]:
    """A short id per mention, drawn from the strongest key of its person."""
    bare = pd.DataFrame({"mention": names.index, "kind": "name", "key": names.to_numpy()})
    joining = found[found["joins"]]
    everything = pd.concat([joining, bare[~bare["mention"].isin(joining["mention"])]])
    everything["label"] = labels[everything["mention"]]
    everything["rank"] = everything["kind"].map({kind: rank for rank, kind in enumerate(KINDS)})
    best = everything.sort_values(["label", "rank", "key"]).drop_duplicates("label")
    repeated = best.duplicated(["kind", "key"], keep="first")
    occurrence = best[repeated].groupby(["kind", "key"]).cumcount() + 2
    texts = best["kind"] + ":" + best["key"]
    texts[repeated] += "#" + occurrence.astype(str)
    digests = [hashlib.blake2b(text.encode(), digest_size=6).hexdigest() for text in texts]
    named = np.full(labels.max(initial=-1) + 1, "", dtype=object)
    named[best["label"]] = digests
    return named[labels]


def _contacts(table: pd.DataFrame, ids: npt.NDArray[np.object_], found: pd.DataFrame) -> pd.DataFrame:
    """One row per person: the first known value of each column, all values of the ones that hold several."""
    table = table.drop(columns=["own_id", "source_ref", "file"], errors="ignore").rename(
        columns={"source": "sources"}
    )
    table = table.assign(contact_id=ids)
    for column in ("emails", "profiles"):
        kind, _ = NORMAL[column]
        keyed = found[(found["kind"] == kind) & found["mention"].isin(table.index)]
        once = keyed.drop_duplicates("mention", keep=False)
        table.loc[once["mention"], column] = once["key"].to_numpy()
    several = table["contact_id"].duplicated(keep=False)
    people = table[~several]
    if several.any():
        merged = table[several].groupby("contact_id", sort=False).first()
        merged["listed"] = table[several].groupby("contact_id")["listed"].max()
        for column in JOINED:
            merged[column] = _unions(table[several], column)
        merged["past_organizations"] = merged["past_organizations"].fillna(_former(table[several]))
        people = pd.concat([people, merged.reset_index()], ignore_index=True)
    contacts = schema.conform("contacts", people)
    return contacts.sort_values(["name", "contact_id"], ignore_index=True)


def _unions(table: pd.DataFrame, column: str) -> pd.Series:
    """Per person the distinct values of a column, in the order of their first appearance."""
    cells = table[["contact_id", column]].dropna().drop_duplicates()
    lists = cells[column].str.contains(";", regex=False)
    if lists.any():
        cells = pd.concat(
            [cells[~lists], cells[lists].assign(**{column: cells[column].str.split(";")}).explode(column)]
        )
        cells[column] = cells[column].str.strip()
        cells = cells[cells[column] != ""].sort_index(kind="stable").drop_duplicates()
    alone = ~cells["contact_id"].duplicated(keep=False)
    several: dict[str, list[str]] = {}
    for contact_id, value in zip(cells["contact_id"][~alone], cells[column][~alone], strict=True):
        several.setdefault(contact_id, []).append(value)
    joined = pd.Series(
        {key: schema.SEPARATOR.join(values) for key, values in several.items()}, dtype=schema.TEXT
    )
    return pd.concat([cells[alone].set_index("contact_id")[column], joined])


def _former(table: pd.DataFrame) -> pd.Series:
    """Organizations that an older copy of the same list still gives a person."""
    rows = table[["contact_id", "sources", "organization"]].dropna()
    rows = rows[rows.groupby("contact_id")["sources"].transform("nunique") == 1].drop_duplicates()
    return _unions(rows[rows["contact_id"].duplicated()], "organization")
