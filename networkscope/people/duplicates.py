"""Who may be the same person, though no key says so? Pairs to decide; nothing is ever merged by likeness.

Contacts are compared only where they share a block: all words of the name (whatever their order, accents and
nicknames), a company or mail domain and a last name with an initial, or a first name with a company or with one end
of a rare last name. So half a million contacts take seconds. Blocks of more than `CROWD` are left out: many namesakes
are compared by company only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.people.exact import folded
from networkscope.people.names import one_edit, readings

CROWD = 12
RARE = 3  # so many bearers of a last name in one book, with all its spellings
SAME, WORDS, INITIALS, LETTER = range(4)
LIKENESS = {
    SAME: "same name",
    WORDS: "name in other words",
    INITIALS: "initials",
    LETTER: "one letter differs",
}
SCORES = {SAME: 0.6, WORDS: 0.5, INITIALS: 0.4, LETTER: 0.4}
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
    facts = table[["name", "location", "profiles"]].assign(
        id=table["contact_id"],
        key=folded(table["name"], keys.name_key),
        company=folded(table["organization"], _company),
        domain=folded(table["emails"], _domain),
    )
    pairs = _pairs(_readings(facts))
    found = _scored(pairs.join(facts.add_prefix("a_"), on="a").join(facts.add_prefix("b_"), on="b"))
    found = found[found["score"] >= min_score]
    if apart is not None and len(apart):
        decided = {
            *zip(apart["a_id"], apart["b_id"], strict=True),
            *zip(apart["b_id"], apart["a_id"], strict=True),
        }
        found = found[~pd.MultiIndex.from_frame(found[["a_id", "b_id"]]).isin(decided)]
    order = {"score": False, "a_name": True, "a_id": True, "b_id": True}
    return found.sort_values([*order], ascending=[*order.values()], ignore_index=True)


def _scored(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the sum of what agrees."""

    def same(column: str) -> pd.Series:
        return pairs[f"a_{column}"] == pairs[f"b_{column}"]

    score, evidence = pairs["how"].map(SCORES), pairs["how"].map(LIKENESS).astype(schema.TEXT)
    profiles = pairs[["a_profiles", "b_profiles"]].notna().all(axis=1)
    for title, weight, agrees in (
        ("same company", 0.3, same("company")),
        ("same mail domain", 0.3, same("domain")),
        ("same place", 0.1, same("location")),
        ("two profiles", -0.2, profiles & ~same("profiles")),
    ):
        score = score + weight * agrees
        evidence = evidence.where(~agrees, evidence + f"; {title}")
    scored = pairs.assign(score=score.clip(0, 1).round(2), evidence=evidence)
    return scored[["a_id", "b_id", "a_name", "b_name", "score", "evidence"]]


def _company(text: str) -> str:
    """The name without what only says of which legal form it is."""
    return " ".join(_LEGAL.sub(" ", re.sub(r"[^\w\s]", " ", text.casefold())).split())


def _domain(emails: str) -> str:
    """The domain of the first address, unless anybody may have an address there."""
    domain = emails.partition(";")[0].rpartition("@")[2].strip()
    return "" if _FREE.match(domain) else domain


def _parts(name: str) -> Iterator[tuple[str | None, ...]]:
    """Of each reading of a name all words, the first, the last, and the first with either end of a long last one."""
    for words in readings(name):
        if len(words) > 1:
            first, last = words[0], words[-1]
            ends = (f"{first} {last[:3]}", f"{first} {last[-3:]}") if len(last) > 4 else (None, None)
            yield name, " ".join(sorted(words)), first, last, *ends, first[0]


def _readings(facts: pd.DataFrame) -> pd.DataFrame:
    """One row per contact (`row`) and reading of the name; what blocks are made of, as numbers, -1 for nothing."""
    parts = ("key", "bag", "first", "last", "head", "tail", "letter")
    read = [parts for name in facts["key"].dropna().unique() for parts in _parts(name)]
    ways = pd.DataFrame(read, columns=parts, dtype=schema.TEXT)
    ways["initial"], ways["text"] = ways["first"].str.len() == 1, ways["last"]
    found = facts[["key", "company", "domain"]].rename_axis("row").reset_index().merge(ways, on="key")
    bearers = found.drop_duplicates(["row", "last"])["last"].value_counts()
    rare = found["last"].map(bearers) <= RARE
    found[["head", "tail"]] = found[["head", "tail"]].where(rare)
    for column in (*parts, "company", "domain"):
        found[column] = pd.factorize(found[column])[0]
    return found


def _pairs(read: pd.DataFrame) -> pd.DataFrame:
    """Each two contacts (`a`, `b`) that share a block, and `how` their names are alike: the strongest way."""
    found = []
    for block in (["bag", "company"], ["bag", "domain"], ["bag"]):
        pairs = _sharing(read, block)
        found.append(pairs.assign(how=np.where(pairs["key_x"] == pairs["key_y"], SAME, WORDS)))
    short = read[read.groupby(["last", "letter"])["initial"].transform("any")]
    for place in ("company", "domain"):
        pairs = _sharing(short, ["last", "letter", place])
        found.append(pairs[pairs["initial_x"] | pairs["initial_y"]].assign(how=INITIALS))
    for block in (["first", "company"], ["first", "domain"], ["head"], ["tail"]):
        pairs = _sharing(read, block)
        near = [one_edit(x, y) for x, y in zip(pairs["text_x"], pairs["text_y"], strict=True)]
        found.append(pairs[np.array(near, dtype=bool)].assign(how=LETTER))
    every = pd.concat(found)[["row_x", "row_y", "how"]].set_axis(["a", "b", "how"], axis="columns")
    return every[every["a"] != every["b"]].drop_duplicates(["a", "b"])


def _sharing(read: pd.DataFrame, block: list[str]) -> pd.DataFrame:
    """All pairs of readings that agree in these columns, but for those of a crowd."""
    known = read[(read[block] >= 0).all(axis=1)]
    size = known.groupby(block)["row"].transform("size")
    known = known[size.between(2, CROWD)].rename_axis("reading").reset_index()
    pairs = known.merge(known, on=block)
    return pairs[pairs["reading_x"] < pairs["reading_y"]]
