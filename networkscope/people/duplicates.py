"""Who may be the same person, though no key says so? Pairs to decide; nothing is ever merged by likeness.

Contacts are compared only where they share a block: all words of the name (whatever their order, accents and
nicknames), a company or mail domain and a last name with an initial, or a first name with a company or with one end
of a rare last name. So half a million contacts take seconds. Blocks of more than `CROWD` are left out: many namesakes
are compared by company only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.people.exact import column, folded_names
from networkscope.people.names import one_edit, readings
from networkscope.texts import Flags, Ints, encoded

CROWD = 12
RARE = 3  # so many bearers of a last name in one book, with all its spellings
COLUMNS = {
    "a_id": schema.TEXT, "b_id": schema.TEXT, "a_name": schema.TEXT, "b_name": schema.TEXT, "score": "float64",
    "evidence": schema.TEXT,
}  # fmt: skip
_LEGAL = re.compile(
    r"\b(gmbh|ag|kg|ltd|limited|inc|llc|plc|corp|corporation|co|company|group|sa|sarl|bv|nv|ab|oy|as|srl)\b"
)
_FREE = re.compile(
    r"^(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|me|gmx|web|aol|proton|protonmail|mail)\."
)


def duplicate_candidates(
    contacts: pd.DataFrame, *, apart: pd.DataFrame | None = None, min_score: float = 0.5
) -> pd.DataFrame:
    """Which contacts may be one person? The likeliest pairs first.

    Parameters
    ----------
    contacts : canonical contacts
    apart : pairs (`a_id`, `b_id`) that the user has decided upon; they do not come back
    min_score : from 0 to 1; the score adds up how like the names are and what else agrees

    Returns
    -------
    DataFrame
        `a_id`, `b_id`, their names, `score`, and `evidence`, what agrees and what speaks against it. Empty where
        there is nobody or nobody alike.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "name": ["Bob Ek", "Ek, Robert"]})
    >>> contacts["organization"] = ["Nord", "Nord AG"]
    >>> duplicate_candidates(contacts)[["a_id", "b_id", "evidence"]].values.tolist()
    [['1', '2', 'name in other words; same company']]
    """
    table = schema.conform("contacts", contacts).reset_index(drop=True)
    facts = _facts(table)
    a, b, how = _pairs(facts)
    score = np.array([0.6, 0.5, 0.4, 0.4])[how]
    evidence = np.array(["same name", "name in other words", "initials", "one letter differs"], dtype=object)[
        how
    ]
    for title, weight, agree in _support(facts, a, b):
        score = score + weight * agree
        evidence = evidence + np.where(agree, f"; {title}", "").astype(object)
    a, b = facts["row"][a], facts["row"][b]
    found = pd.DataFrame(
        {
            **{f"{side}_{name}": table[source].to_numpy()[rows]
               for side, rows in (("a", a), ("b", b)) for name, source in (("id", "contact_id"), ("name", "name"))},
            "score": np.clip(score, 0, 1).round(2),
            "evidence": evidence,
        },
        columns=list(COLUMNS),
    ).astype(COLUMNS)  # fmt: skip
    found = found[found["score"] >= min_score]
    if apart is not None and len(apart):
        decided = {frozenset(pair) for pair in zip(apart["a_id"], apart["b_id"], strict=True)}
        known = [frozenset(pair) in decided for pair in zip(found["a_id"], found["b_id"], strict=True)]
        found = found[~np.array(known, dtype=bool)]
    return found.sort_values(
        ["score", "a_name", "a_id", "b_id"], ascending=[False, True, True, True], ignore_index=True
    )


def _facts(table: pd.DataFrame) -> dict[str, Any]:
    """What contacts are compared by, in numbers: -1 where nothing is known. One entry per reading of a name."""
    names = folded_names(column(table, "name"))
    told = pd.DataFrame(
        [(code, *way) for code, name in enumerate(names.text.to_pylist()) for way in _parts(name)],
        columns=["name", "bag", "first", "last", "head", "tail"],
    )
    told["initial"] = told["first"].str.len().eq(1)
    told["letter"], told["text"] = told["first"].str[:1], told["last"]
    for part in ("bag", "first", "last", "head", "tail", "letter"):
        told[part] = pd.factorize(told[part])[0]
    known = pd.DataFrame({"name": names.code, "row": np.arange(len(table))}).merge(told, on="name")
    bearers = known.drop_duplicates(["row", "last"])["last"].value_counts()
    known["rare"] = known["last"].map(bearers) <= RARE
    facts = {str(name): known[name].to_numpy() for name in known}
    for name, numbers in {
        "company": _numbers(table["organization"], _company),
        "domain": _numbers(table["emails"], _domain),
        "place": encoded(column(table, "location"))[0],
        "profile": encoded(column(table, "profiles"))[0],
    }.items():
        facts[name] = numbers[facts["row"]]
    return facts


def _numbers(texts: pd.Series, normal: Callable[[str], str]) -> Ints:
    code, unique = encoded(column(texts.to_frame("text"), "text"))
    folded = np.array([*(normal(text) or None for text in unique.to_pylist()), None], dtype=object)
    return pd.factorize(folded)[0][code]


def _company(text: str) -> str:
    """The name without what only says of which legal form it is."""
    return " ".join(_LEGAL.sub(" ", re.sub(r"[^\w\s]", " ", text.casefold())).split())


def _domain(emails: str) -> str:
    """Where the first address is, unless everybody may have one there."""
    domain = emails.partition(";")[0].rpartition("@")[2].strip()
    return "" if _FREE.match(domain) else domain


def _parts(name: str) -> Iterator[tuple[str | None, ...]]:
    """Of each reading of a name all words, the first, the last, and the first with either end of a long last one."""
    for words in readings(name):
        if len(words) > 1:
            first, last = words[0], words[-1]
            ends = (f"{first} {last[:3]}", f"{first} {last[-3:]}") if len(last) > 4 else (None, None)
            yield " ".join(sorted(words)), first, last, *ends


def _pairs(facts: dict[str, Any]) -> tuple[Ints, Ints, Ints]:
    """Pairs of readings that share a block, one for each two contacts, and in which way their names are alike."""
    company, rare = facts["company"], facts["rare"]
    bag = facts["bag"]
    found = [_blocks(_both(bag, company)), _blocks(_both(bag, facts["domain"])), _blocks(bag)]
    alike = _both(facts["last"], facts["letter"])
    short = np.isin(alike, alike[facts["initial"]])
    for shared in (company, facts["domain"]):
        one, other = _blocks(np.where(short, _both(alike, shared), -1))
        some = facts["initial"][one] | facts["initial"][other]
        found.append((one[some], other[some]))
    first = _both(facts["first"], company), _both(facts["first"], facts["domain"])
    for code in (*first, *(np.where(rare, facts[end], -1) for end in ("head", "tail"))):
        one, other = _blocks(code)
        near = [one_edit(x, y) for x, y in zip(facts["text"][one], facts["text"][other], strict=True)]
        found.append((one[near], other[near]))
    a, b = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    way = np.repeat([0, 0, 0, 2, 2, 3, 3, 3, 3], [len(pair[0]) for pair in found])
    way[(way == 0) & (facts["name"][a] != facts["name"][b])] = 1
    row, two = facts["row"], np.stack([np.minimum(a, b), np.maximum(a, b)])
    _, at = np.unique(row[two], axis=1, return_index=True)
    at = at[row[a[at]] != row[b[at]]]
    return *two[:, at], way[at]


def _both(one: Ints, other: Ints) -> Ints:
    return np.where((one >= 0) & (other >= 0), one * (other.max(initial=0) + 1) + other, -1)


def _blocks(code: Ints) -> tuple[Ints, Ints]:
    """All pairs of rows with one code, but for the codes of a crowd."""
    rows = np.flatnonzero(code >= 0)
    _, block, size = np.unique(code[rows], return_inverse=True, return_counts=True)
    rows = rows[(size[block] > 1) & (size[block] <= CROWD)]
    rows = rows[np.argsort(code[rows], kind="stable")]
    parts = []
    for step in range(1, CROWD):
        same = code[rows[step:]] == code[rows[:-step]]
        parts.append((rows[:-step][same], rows[step:][same]))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _support(facts: dict[str, Any], a: Ints, b: Ints) -> list[tuple[str, float, Flags]]:
    def agree(name: str) -> Flags:
        return (facts[name][a] == facts[name][b]) & (facts[name][a] >= 0)

    profiles = (facts["profile"][a] >= 0) & (facts["profile"][b] >= 0)
    return [
        ("same company", 0.3, agree("company")),
        ("same mail domain", 0.3, agree("domain")),
        ("same place", 0.1, agree("place")),
        ("two profiles", -0.2, profiles & ~agree("profile")),
    ]
