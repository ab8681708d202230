"""What did the user decide about pairs of keys in aliases.csv: the same person, or not?

`same` joins whatever carries the two keys. `not the same` keeps two keys in different persons for ever: the ways that
would join them are laid again one by one, the strongest kind of key first, and whatever would close the circle is
left out. So the weakest link gives way, and the order of files and rows never matters.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.errors import LoadError
from networkscope.people.exact import EMAIL, ID, LINE, NAME, PHONE, PROFILE, Keys, Names, components
from networkscope.texts import Flags, Ints

USED, UNKNOWN, SEVERAL = range(3)
NO_DECISIONS = pd.DataFrame(columns=["a", "b", "same", "source_ref"], dtype=schema.TEXT).astype(
    {"same": bool}
)


def key_codes(texts: list[str], found: Keys, region: str) -> list[int]:
    """Which of the keys is meant by each text? -1 where nobody carries it."""

    def forms_of(text: str) -> list[tuple[int, str]]:
        if "@" in text:
            return [(EMAIL, keys.email_key(text))]
        address = [(PROFILE, keys.profile_key(text)), (PHONE, keys.phone_key(text, region))]
        return [(ID, text), (LINE, text), *address]

    forms = list(map(forms_of, texts))
    wanted = pa.array({text for form in forms for _, text in form if text}, found.text.type)
    rows = np.flatnonzero(pc.is_in(found.text, wanted).to_numpy(zero_copy_only=False) & found.readable)
    told = zip(found.kind[rows].tolist(), found.text.take(pa.array(rows)).to_pylist(), strict=True)
    codes = dict(zip(told, rows.tolist(), strict=True))
    return [next((codes[form] for form in known if form in codes), -1) for known in forms]


def decide(decisions: pd.DataFrame, found: Keys, names: Names, region: str) -> tuple[Keys, Ints, Ints]:
    """The keys as the decisions leave them, each decision's fate, and the codes of its two keys.

    Raises
    ------
    LoadError
        The decisions contradict each other; the lines are named.
    """
    if decisions.empty:
        return found, np.empty(0, dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    labels = components(len(names.code), found)
    texts = [*decisions["a"], *decisions["b"]]
    codes = key_codes(texts, found, region)
    fates = [USED if code >= 0 else UNKNOWN for code in codes]
    told: dict[str, tuple[int, int]] = {}  # a name in several lines is one key
    for at, text in enumerate(texts):
        if fates[at] == UNKNOWN:
            name = keys.name_key(text)
            if name not in told:
                found, code, use = _by_name(name, found, names, labels)
                told[name] = code, use
            codes[at], fates[at] = told[name]
    pairs = np.array(codes).reshape(2, -1).T
    fate = np.array(fates).reshape(2, -1).max(axis=0)
    same = decisions["same"].to_numpy(dtype=bool)
    for at in np.flatnonzero(same & (fate == USED)).tolist():
        if any(len(np.unique(found.group[found.code == code])) > 1 for code in pairs[at]):
            fate[at] = SEVERAL  # a shared address is nobody's
    return _cut(found, names, pairs, same, fate == USED, decisions["source_ref"].tolist()), fate, pairs


def _by_name(name: str, found: Keys, names: Names, labels: Ints) -> tuple[Keys, int, int]:
    """A bare name stands for the one person who bears it, and for the mentions that say nothing but the name."""
    at = pc.index(names.text, pa.scalar(name, names.text.type)).as_py()
    if not name or at < 0:
        return found, -1, UNKNOWN
    mentions = np.flatnonzero(names.code == at)
    keyed = np.isin(mentions, found.mention[found.readable[found.code]])
    if len(np.unique(labels[mentions[keyed]])) > 1:
        return found, -1, SEVERAL
    code, more = len(found.kind), np.ones(len(mentions), dtype=np.int64)
    found = Keys(
        mention=np.append(found.mention, mentions),
        code=np.append(found.code, code * more),
        joins=np.append(found.joins, more > 0),
        group=np.append(found.group, (found.group.max(initial=code) + 1) * more),
        kind=np.append(found.kind, NAME),
        text=pa.concat_arrays([found.text, pa.array([name], found.text.type)]),
        readable=np.append(found.readable, True),
    )
    return found, code, USED


class _Persons:
    """Nodes that are united one by one, but never so that two of them meet which must stay apart."""

    def __init__(self) -> None:
        self.parent: dict[Any, Any] = {}
        self.marks: dict[Any, set[int]] = defaultdict(set)  # 2n and 2n+1 are the two sides of decision n

    def root(self, node: Any) -> Any:
        while self.parent.setdefault(node, node) != node:
            self.parent[node] = node = self.parent[self.parent[node]]
        return node

    def against(self, one: Any, other: Any) -> list[int]:
        """The decisions that keep these two apart."""
        return sorted(
            {mark >> 1 for mark in self.marks[self.root(one)] if mark ^ 1 in self.marks[self.root(other)]}
        )

    def unite(self, one: Any, other: Any) -> bool:
        if self.against(one, other):
            return False
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[other] = one
            self.marks[one] |= self.marks.pop(other, set())
        return True


def _cut(found: Keys, names: Names, pairs: Ints, same: Flags, used: Flags, where: list[str]) -> Keys:
    """The keys in new groups; `where` names the lines of the decisions in a complaint."""
    groups: dict[int, set[int]] = defaultdict(set)
    for row in np.flatnonzero(np.isin(found.code, pairs)):
        groups[int(found.code[row])].add(int(found.group[row]))
    persons = _Persons()
    for at in np.flatnonzero(~same & used).tolist():
        for side, code in enumerate(pairs[at].tolist()):
            for group in groups[code]:
                persons.marks[group].add(2 * at + side)
        if pairs[at][0] == pairs[at][1]:
            raise LoadError(
                f"{where[at]}: both sides are the same key; nobody can be kept apart from himself"
            )
    for at in np.flatnonzero(same & used).tolist():
        (one,), (other,) = groups[pairs[at][0]], groups[pairs[at][1]]
        if against := persons.against(one, other):
            lines = ", ".join(where[line] for line in against)
            raise LoadError(f"{where[at]} says 'same' where {lines} says 'not the same'; remove one of them")
        persons.unite(one, other)
    joined = {number: persons.root(number) for number in list(persons.parent)}
    moved = found.group.copy()
    changed = np.isin(moved, list(joined))
    moved[changed] = [joined[number] for number in moved[changed].tolist()]
    found = replace(found, group=moved)
    return _apart(found, names, pairs[~same & used], persons) if (~same & used).any() else found


def _apart(found: Keys, names: Names, apart: Ints, persons: _Persons) -> Keys:
    """Lay the links of those anew who carry both keys of a pair that must stay apart."""
    labels = components(len(names.code), found)[found.mention]
    both = [np.intersect1d(labels[found.code == one], labels[found.code == other]) for one, other in apart]
    rows = np.flatnonzero(np.isin(labels, np.concatenate(both)) & found.readable[found.code])
    texts = found.text.take(pa.array(found.code[rows])).to_pylist()
    parts = (found.strength[rows].tolist(), texts, found.mention[rows].tolist(), rows.tolist())
    links = sorted(zip(*parts, strict=True))
    told: dict[int, list[Any]] = defaultdict(list)
    for kind, text, mention, _ in links:
        told[mention].append((kind, text))

    def order(link: tuple[int, str, int, int]) -> tuple[Any, ...]:
        """By what the row says, never by where it stands."""
        name = int(names.code[link[2]])
        return link[:2], told[link[2]], names.text[name].as_py() if name >= 0 else ""

    loose = [
        row
        for _, _, mention, row in sorted(links, key=order)
        if not persons.unite(int(found.group[row]), ("mention", mention))
    ]
    joins, group, keep = found.joins.copy(), found.group.copy(), np.ones(len(found.code), dtype=bool)
    joins[loose] = False
    group[loose] = group.max(initial=0) + 1 + np.arange(len(loose))
    keep[loose] = ~np.isin(found.code[loose], apart)  # else the person would still show the key
    return replace(
        found, mention=found.mention[keep], code=found.code[keep], joins=joins[keep], group=group[keep]
    )
