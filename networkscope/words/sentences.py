"""The sentences of a text: each alone, a greeting apart, without what somebody else is quoted to have said."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from networkscope import keys
from networkscope.words.own_words import changed
from networkscope.words.rules import marks

_END = "\x1e"
_TITLES = "dr|mr|mrs|ms|prof|sr|sra|dra|dott|sig|ing|mag|st|nr|no|bzw|ca|dhr|mevr|exmo|exma"
_DAY = (  # "1. Oktober" ends no sentence
    r"\b(\d\d?)\. (januar|jänner|feber|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    r"jan|feb|mär|apr|jun|jul|aug|sep|sept|okt|nov|dez)\b"
)
_QUOTED = r"[\"“„«»][^\"“”„«»\n]{12,}[\"”“»«]"


def split(texts: Any) -> tuple[Any, npt.NDArray[np.int64]]:
    """The sentences of all texts (an Arrow array), each with its end mark, and of which text each is.

    >>> import pyarrow as pa
    >>> sentences, of = split(pa.array(["Hi Ann, ask Dr. Lind. He said: \\"Nobody here can help.\\""]))
    >>> sentences.to_pylist(), of.tolist()
    (['Hi Ann,', 'ask Dr Lind.', 'He said:'], [0, 0, 0])
    """
    for unwanted, instead in (
        (_QUOTED, " "),
        (rf"(?i)\b({_TITLES})\. ", r"\1 "),
        (rf"(?i){_DAY}", r"\1 \2"),
        (_greeting(), rf"\0{_END}"),
        (r"([.!?…]+[)\"'»”]*)(\s+|$)", rf"\1{_END}"),
        (r"\n+", _END),
    ):
        texts = pc.replace_substring_regex(texts, unwanted, instead)
    parts = pc.split_pattern(texts, _END)
    of = pc.list_parent_indices(parts).to_numpy(zero_copy_only=False)
    flat = pc.utf8_trim_whitespace(pc.list_flatten(parts))
    filled = pc.greater(pc.utf8_length(flat), 0)
    return flat.filter(filled), of[filled.to_numpy(zero_copy_only=False)]


def folded(texts: Any) -> Any:
    """Without accents, with plain apostrophes and spaces."""
    plain = changed(texts, pc.invert(pc.string_is_ascii(texts)), _in_ascii)
    return pc.replace_substring_regex(pc.replace_substring(plain, "`", "'"), r"\s+", " ")


def _in_ascii(texts: Any) -> Any:
    plain = pc.utf8_normalize(texts, "NFKD")
    for old, new in ((r"\pM", ""), ("[’‘´]", "'"), ("ß", "ss")):
        plain = pc.replace_substring_regex(plain, old, new)
    return plain


def is_question(sentences: Any) -> npt.NDArray[np.bool_]:
    """Which of the sentences end in a question mark?"""
    return pc.match_substring_regex(sentences, r"\?[^\pL\pN]*$").to_numpy(zero_copy_only=False)


@cache
def _greeting() -> str:
    """ "Dear Ms Lind," at the start of a line."""
    words = "|".join(re.escape(word) for word in sorted(marks("greeting"), key=len, reverse=True))
    return rf"(?im)^[^\pL\n]*(?:{words})(?:[ ]+[^\s,.!:;?]+){{0,4}}?[ ]*[,!:–-]+[ ]+"


def is_name(name: str) -> bool:
    """Can these capitalised words be a name? "HR", "Monday" and "I" are none (`no_name` in the rules)."""
    return keys.unaccented(name.split()[0]).casefold().strip(".,'") not in _no_names()


@cache
def _no_names() -> frozenset[str]:
    return frozenset(keys.unaccented(word) for word in marks("no_name"))
