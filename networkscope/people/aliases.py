"""What did the user decide about pairs of keys in aliases.csv: the same person, or not?

`same` joins whatever carries the two keys. `not the same` keeps two keys in different persons for ever: the links that
would join them are added again one by one, the strongest kind of key first, and those that would join the two are
left out. So the weakest link gives way, and the order of files and rows never matters.
"""

from collections import defaultdict
from collections.abc import Hashable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import keys, schema
from networkscope.errors import LoadError
from networkscope.people.exact import EMAIL, ID, LINE, NAME, PHONE, PROFILE, components

USED, UNKNOWN, SEVERAL = range(3)
NO_DECISIONS = pd.DataFrame(columns=["a", "b", "same", "source_ref"], dtype=schema.TEXT).astype(
    {"same": bool}
)

Ints = npt.NDArray[np.int64]


def decide(
    decisions: pd.DataFrame, found: pd.DataFrame, names: pd.Series, region: str
) -> tuple[pd.DataFrame, Ints, Ints]:
    """The keys as the decisions leave them, whether each decision was used, and the codes of its two keys.

    Raises
    ------
    LoadError
        The decisions contradict each other; the lines are named.
    """
    if decisions.empty:
        return found, np.empty(0, dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    found, codes, uses = _carriers([*decisions["a"], *decisions["b"]], found, names, region)
    pairs, use = codes.reshape(2, -1).T, uses.reshape(2, -1).max(axis=0)
    same = decisions["same"].to_numpy(dtype=bool)
    rows = found[found["code"].isin(codes)].drop_duplicates(["code", "group"])
    groups: dict[int, list[int]] = rows.groupby("code")["group"].agg(list).to_dict()
    shared = [any(len(groups.get(code, ())) > 1 for code in pair) for pair in pairs.tolist()]
    use[same & (use == USED) & shared] = SEVERAL  # a shared address belongs to nobody
    where, used = decisions["source_ref"].tolist(), use == USED
    persons = _Persons()
    for at in np.flatnonzero(used & ~same).tolist():
        if pairs[at][0] == pairs[at][1]:
            what = "both sides are the same key; remove this line or correct one of them"
            raise LoadError(f"{where[at]}: {what}")
        for side, code in enumerate(pairs[at].tolist()):
            for group in groups[code]:
                persons.sides[group].add((at, side))
    for at in np.flatnonzero(used & same).tolist():
        (one,), (other,) = (groups[code] for code in pairs[at].tolist())
        if not persons.unite(one, other):
            lines = ", ".join(where[line] for line in persons.against(one, other))
            raise LoadError(f"{where[at]} says 'same' where {lines} says 'not the same'; remove one of them")
    joined = {group: persons.root(group) for group in [*persons.parent]}
    found["group"] = found["group"].map(joined).fillna(found["group"]).astype(np.int64)
    return _apart(found, names, pairs[used & ~same], persons), use, pairs


def _carriers(
    texts: list[str], found: pd.DataFrame, names: pd.Series, region: str
) -> tuple[pd.DataFrame, Ints, Ints]:
    """The keys, with bare names where a text is one; the code that each text means (-1: none), and how it fits."""
    read = found[found["readable"]]
    codes = dict(zip(zip(read["kind"], read["key"], strict=True), read["code"].tolist(), strict=True))
    labels, bearers = components(len(names), found), names.groupby(names).indices
    free = found[["code", "group"]].to_numpy().max(initial=0) + 1
    more: list[pd.DataFrame] = []

    def carrier(text: str) -> tuple[int, int]:
        phone = keys.phone_key(text, region)
        forms = [(ID, text), (LINE, text), (PROFILE, keys.profile_key(text)), (PHONE, phone)]
        if "@" in text:
            forms = [(EMAIL, keys.email_key(text))]
        code = next((codes[form] for form in forms if form in codes), None)
        return bare_name(keys.name_key(text)) if code is None else (code, USED)

    @cache  # a name in several lines is one key
    def bare_name(name: str) -> tuple[int, int]:
        """It means the one person who bears it, and the mentions that say nothing but the name."""
        mentions = bearers.get(name)
        if mentions is None:
            return -1, UNKNOWN
        if len(set(labels[mentions[np.isin(mentions, read["mention"])]])) > 1:
            return -1, SEVERAL
        code = free + len(more)
        rows = {"mention": mentions, "kind": NAME, "key": name, "code": code, "group": code}
        more.append(pd.DataFrame(rows).assign(readable=True, joins=True))
        return code, USED

    meant = np.array([carrier(text) for text in texts], dtype=np.int64)
    return pd.concat([found, *more], ignore_index=True), meant[:, 0], meant[:, 1]


class _Persons:
    """Groups and mentions that are united one by one, but never two that must stay apart."""

    def __init__(self) -> None:
        self.parent: dict[Hashable, Hashable] = {}
        self.sides: dict[Hashable, set[tuple[int, int]]] = defaultdict(set)  # decision and side, 0 or 1

    def root(self, node: Any) -> Any:
        while self.parent.setdefault(node, node) != node:
            node = self.parent[node]
        return node

    def against(self, one: Any, other: Any) -> list[int]:
        """The decisions that keep these two apart."""
        others = self.sides[self.root(other)]
        return sorted({at for at, side in self.sides[self.root(one)] if (at, 1 - side) in others})

    def unite(self, one: Any, other: Any) -> bool:
        if self.against(one, other):
            return False
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[other] = one
            self.sides[one] |= self.sides.pop(other, set())
        return True


def _apart(found: pd.DataFrame, names: pd.Series, apart: Ints, persons: _Persons) -> pd.DataFrame:
    """The keys, the links of those who carry both keys of a pair that must stay apart added one by one."""
    if not len(apart):
        return found
    label = pd.Series(components(len(names), found)).take(found["mention"]).array
    both = [set(label[found["code"] == one]) & set(label[found["code"] == other]) for one, other in apart]
    links = found[pd.Series(label, found.index).isin(set().union(*both)) & found["readable"]]
    links = links.sort_values(["kind", "key"])
    said = links.groupby("mention")[["kind", "key"]].apply(lambda rows: rows.to_numpy().tolist())

    def content(row: Any) -> tuple[Any, ...]:
        """What the row says, never where it is."""
        name = names[row.mention]
        return row.kind, row.key, said[row.mention], name if isinstance(name, str) else ""

    loose = [
        row.Index
        for row in sorted(links.itertuples(), key=content)
        if not persons.unite(row.group, ("mention", row.mention))
    ]
    found.loc[loose, "joins"] = False
    found.loc[loose, "group"] = found["group"].max() + 1 + np.arange(len(loose))
    # The person must not show the key either.
    return found.drop(index=[at for at in loose if found["code"][at] in apart])
