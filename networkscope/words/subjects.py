"""What does a subject line say: an offer, a no, a question, an interview, a meeting of work?

The phrases are data: `subjects.toml` has them by what they say and by language. They are looked for as whole words,
without case and accents. A subject that answers or forwards ("Re:", "AW:") was written for an earlier message.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys

LONGEST = 500
UNLESS = {"offer": "not_offer", "interview": "not_interview", "no": "not_no"}
_QUESTION_MARK = re.compile(r"\?\s*$|\?\s")
_ANSWERS = re.compile(
    r"\s*(re|aw|sv|antw?|rv|res|ref|rif|odp|fwd?|wg|tr)\s?(\[\d+\])?\s?[:：]", re.IGNORECASE
)


def says(subjects: pd.Series, what: str) -> pd.Series:
    """Which of these subjects say so? `what` is a table of `subjects.toml`; False where there is no subject.

    >>> says(pd.Series(["Your offer letter", "Offer ends soon", None]), "offer").tolist()
    [True, False, False]
    """
    return says_any(subjects, [what])[what]


def says_any(subjects: pd.Series, names: Iterable[str]) -> dict[str, pd.Series]:
    """`says` for several tables at once."""
    codes, distinct = pd.factorize(subjects)
    texts = _folded(pa.array([str(text)[:LONGEST] for text in distinct], pa.large_string()))
    found = {}
    for what in names:
        hit = pc.match_substring_regex(texts, _pattern(what))
        if what in UNLESS:
            hit = pc.and_not(hit, pc.match_substring_regex(texts, _pattern(UNLESS[what])))
        flags = np.append(hit.to_numpy(zero_copy_only=False).astype(bool), False)  # -1: no subject
        found[what] = pd.Series(flags[codes], subjects.index)
    return found


def outcome_of(subjects: pd.Series) -> pd.Series:
    """What came of it, as far as the subject says so: offer, accepted, declined, later, no, or missing.

    >>> outcome_of(pd.Series(["We would like to offer you the job", "Re: Wednesday"])).tolist()
    ['offer', nan]
    """
    found = pd.Series(float("nan"), subjects.index, dtype="str")
    for outcome, says_so in says_any(subjects, ("later", "no", "declined", "accepted", "offer")).items():
        found = found.mask(says_so, outcome)
    return found


def is_question(subjects: pd.Series) -> pd.Series:
    """Does the subject itself want an answer? One that answers or forwards says nothing of that."""
    text = subjects.fillna("").str.slice(0, LONGEST)
    asks = text.str.contains(_QUESTION_MARK) | says(text, "question")
    return (asks & ~text.str.match(_ANSWERS)).astype(bool)


@cache
def _pattern(what: str) -> str:
    """The phrases of a table as whole words, as RE2 reads them: in time linear in the text."""
    phrases = sorted(
        {keys.unaccented(text) for part in _file()[what].values() for text in part}, key=len, reverse=True
    )
    return rf"(?:^|[^\pL\pN])(?:{'|'.join(map(re.escape, phrases))})(?:$|[^\pL\pN])"


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _folded(texts: Any) -> Any:
    """Lower case, without accents and with plain signs, for a whole Arrow array."""
    plain = pc.utf8_normalize(pc.utf8_lower(texts), "NFKD")
    for old, new in ((r"\pM", ""), ("’", "'"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), (r"\s+", " ")):
        plain = pc.replace_substring_regex(plain, old, new)
    return plain
