"""Who may be the same person, though no key says so? Pairs to decide; nothing is ever merged by likeness.

Contacts are compared only where they share a block: all words of the name (whatever their order, accents and
nicknames), a company or mail domain and a last name with an initial, or a first name with a company or with one end
of a rare last name. So half a million contacts take seconds. Blocks of more than `CROWD` are left out: many namesakes
are compared by company only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from networkscope import keys, schema
from networkscope.people.domains import company_domain
from networkscope.people.exact import folded
from networkscope.people.names import one_edit, readings

CROWD = 12
LEAST_SCORE = 0.5
RARE = 3  # so many bearers of a last name in one book, with all its spellings
SAME, WORDS, INITIALS, LETTER = range(4)
LIKENESS = {
    SAME: "same name",
    WORDS: "name in other words",
    INITIALS: "initials",
    LETTER: "one letter differs",
}
SCORES = {SAME: 0.6, WORDS: 0.5, INITIALS: 0.4, LETTER: 0.4}


def duplicate_candidates(contacts: pd.DataFrame, *, apart: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which contacts may be one person? The likeliest pairs first.

    Parameters
    ----------
    contacts : canonical contacts
    apart : pairs (`a_id`, `b_id`) that the user has decided upon; they do not come back

    Returns
    -------
    DataFrame
        `a_id`, `b_id`, their names, `score` (from 0.5 to 1: how like the names are and what else agrees), and
        `evidence`, what agrees and what speaks against it. Empty where there is nobody or nobody alike.

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
        company=folded(table["organization"], keys.company_key),
        domain=folded(
            table["emails"], lambda cell: company_domain(cell.partition(";")[0].rpartition("@")[2])
        ),
    )
    pairs = _pairs(_readings(facts))
    found = _scored(pairs.join(facts.add_prefix("a_"), on="a").join(facts.add_prefix("b_"), on="b"))
    found = found[found["score"] >= LEAST_SCORE]
    if apart is not None:
        decided = set(map(frozenset, apart[["a_id", "b_id"]].to_numpy()))
        found = found.loc[[frozenset(pair) not in decided for pair in found[["a_id", "b_id"]].to_numpy()]]
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


class _Reading(NamedTuple):
    """One way to read the name of the contact in a row, and where that contact works."""

    row: int
    name: str
    words: str
    first: str
    letter: str
    last: str
    head: str
    tail: str
    company: str | None
    domain: str | None


def _readings(facts: pd.DataFrame) -> list[_Reading]:
    columns = facts[["key", "company", "domain"]].astype(object)
    found = []
    for row, name, *places in columns.where(columns.notna(), None).itertuples(name=None):
        for words in readings(name or ""):
            if len(words) > 1:
                first, last = words[0], words[-1]
                parts = (" ".join(sorted(words)), first, first[0], last, last[:3], last[-3:])
                found.append(_Reading(row, name, *parts, *places))
    return found


def _pairs(read: list[_Reading]) -> pd.DataFrame:
    """Each two contacts (`a`, `b`) that share a block, and `how` their names are alike: the strongest way."""
    bearers = Counter(last for _, last in {(one.row, one.last) for one in read})
    rare = [one for one in read if bearers[one.last] <= RARE and len(one.last) > 4]
    initials = {(one.last, one.first) for one in read if len(one.first) == 1}
    short = [one for one in read if (one.last, one.letter) in initials]
    found: dict[tuple[int, int], int] = {}
    for how, some, block in (
        (WORDS, read, ("words", "company")),
        (WORDS, read, ("words", "domain")),
        (WORDS, read, ("words",)),
        (INITIALS, short, ("last", "letter", "company")),
        (INITIALS, short, ("last", "letter", "domain")),
        (LETTER, read, ("first", "company")),
        (LETTER, read, ("first", "domain")),
        (LETTER, rare, ("first", "head")),
        (LETTER, rare, ("first", "tail")),
    ):
        for one, other in _sharing(some, block):
            if how == INITIALS and 1 not in (len(one.first), len(other.first)):
                continue
            if how == LETTER and not one_edit(one.last, other.last):
                continue
            same = how == WORDS and one.name == other.name
            found.setdefault((one.row, other.row), SAME if same else how)
    return pd.DataFrame([(*pair, how) for pair, how in found.items()], columns=["a", "b", "how"], dtype=int)


def _sharing(read: list[_Reading], block: tuple[str, ...]) -> Iterator[tuple[_Reading, _Reading]]:
    """All pairs of readings of two contacts that agree in these parts, but for those of a crowd."""
    blocks = defaultdict(list)
    for one in read:
        key = tuple(getattr(one, part) for part in block)
        if None not in key:
            blocks[key].append(one)
    for together in blocks.values():
        if len(together) <= CROWD:
            yield from (pair for pair in combinations(together, 2) if pair[0].row != pair[1].row)
