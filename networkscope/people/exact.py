"""Which exact keys do the mentions carry, and which of them may join?

A key that several people share joins only the mentions that also bear one name: the address of an office or of a role,
an address under the names of three people, and a phone under those of two. Spellings of one name are one person
(`people.names`); a last name in common is a family.

The keys are a frame with a row for each key of a mention: `mention` (its row), `kind`, `key`, `code` (a number for the
two), `readable` (False where the text could not be read: it is shown, but is no key), `joins` (False where the key is
shared, or was cut by a decision), and `group`: the rows of one group are one person.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache, partial

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
OFFICE = re.compile(
    "(?:info|office|sales|contact|kontakt|hello|hallo|team|mail|admin|support|service|help|jobs|job|careers|karriere"
    "|hr|recruiting|recruitment|reception|empfang|accounts|billing|invoice|press|presse|marketing|events|welcome)@"
)


def folded(texts: pd.Series, fold: Callable[[str], str]) -> pd.Series:
    """`fold` of each text, computed once for equal texts; missing where it leaves nothing."""
    found = {text: fold(text) or None for text in texts.dropna().unique().tolist()}
    return texts.map(found).astype(schema.TEXT)


def split_cells(texts: pd.Series) -> Iterator[tuple[int, str]]:
    """Each value of cells that hold several, with the index of its cell."""
    known = texts.dropna()
    for at, cell in zip(known.index.tolist(), known.tolist(), strict=True):
        for value in cell.split(";"):
            if text := value.strip():
                yield at, text


def exact_keys(mentions: pd.DataFrame, names: pd.Series, region: str = "") -> pd.DataFrame:
    """All keys of all mentions."""
    normal: dict[int, Callable[[str], str]] = {
        ID: str,
        PROFILE: cache(keys.profile_key),
        EMAIL: cache(keys.email_key),
        PHONE: cache(partial(keys.phone_key, region=region)),
    }
    rows = []
    for column, kind in COLUMNS.items():
        read = [(mention, text, normal[kind](text)) for mention, text in split_cells(mentions[column])]
        rows += [(mention, kind, key or text, bool(key)) for mention, text, key in read]
    keyless = ~mentions.index.isin([mention for mention, _, _, readable in rows if readable])
    rows += [(mention, LINE, line, True) for mention, line in _lines(mentions[keyless]).items()]
    found = pd.DataFrame(rows, columns=["mention", "kind", "key", "readable"])
    found = found.astype({"mention": int, "kind": int, "key": schema.TEXT, "readable": bool})
    found["code"] = pd.factorize(found["key"])[0] * len(KINDS) + found["kind"]
    shared, group = _shared(found, names)
    return found.assign(joins=found["readable"] & ~shared, group=group)


def _lines(keyless: pd.DataFrame) -> pd.Series:
    """The lines of contact lists that carry no other key: they are known by name, organization and date."""
    some = keyless[keyless["listed"].fillna(False) & keyless["connected_on"].notna()]
    parts = some[["name", "organization", "connected_on"]].astype(schema.TEXT).fillna("")
    return parts["name"].str.cat([parts["organization"], parts["connected_on"]], sep="|")


def _shared(found: pd.DataFrame, names: pd.Series) -> tuple[np.ndarray, list[int]]:
    """Which keys do strangers share? And the groups: a shared key joins only the mentions of one name."""
    bearers = names.take(found["mention"]).tolist()
    people: dict[int, set[str]] = defaultdict(set)
    codes, shared = found["code"].tolist(), set()
    for code, key, name in zip(codes, found["key"].tolist(), bearers, strict=True):
        kind = code % len(KINDS)
        if kind == EMAIL and OFFICE.match(key):
            shared.add(code)
        elif kind in SHARED_BY and isinstance(name, str) and "@" not in name:
            people[code].add(name)
    for code, known in people.items():
        least = SHARED_BY[code % len(KINDS)]
        if len(known) >= least and (len(known) > CROWD or count_people(known) >= least):
            shared.add(code)
    start = found["code"].max() + 1
    groups: dict[tuple[int, str], int] = {}
    group = [
        start + groups.setdefault((code, str(name)), len(groups)) if code in shared else code
        for code, name in zip(codes, bearers, strict=True)
    ]
    return found["code"].isin(shared).to_numpy(), group


def components(count: int, found: pd.DataFrame) -> np.ndarray:
    """A label per mention, the same for mentions that exact keys join."""
    read = found[found["readable"]]
    group, _ = pd.factorize(read["group"])
    nodes = count + len(read)
    edges = (np.ones(len(read), dtype=np.int8), (read["mention"], count + group))
    labels: np.ndarray = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)[1]
    return labels[:count].astype(np.int64)
