"""Which words of a message are the sender's own and new? Without quotes, forwards, signatures and disclaimers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from networkscope.words.phrases import pattern
from networkscope.words.rules import marks

WORD, WHOLE = r"(?:$|[^a-z0-9])", r"\W*$"  # how a pattern ends
LONGEST = 20_000  # characters; nobody writes more to one person
_SAID = (  # "Le 18/10 à 9:00, Bo Ek <bo@nord.example> a écrit :", in whatever language, over two lines at most
    r"(?s)(?:^|\n)[^\n]{0,200}[<(]\n?[^\s<>()@]+@[^\s<>()@]+[>)][^\n]{0,60}(?:\n[^\n]{0,20})?:[ \t]*(?:\n.*|\z)"
)
_ACCENTED = {
    "a": "aàáâãä", "c": "cç", "e": "eèéêë", "i": "iìíîï", "n": "nñ", "o": "oòóôõö", "u": "uùúûü",
}  # fmt: skip
_LETTER = re.compile(r"\\(?:[pPx]\{[^}]*\}|.)|\[[^\]]*\]|\(\?[^:)]*:|([aceinou])")
_INVISIBLE = r"[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{ad}]"


def own_words(texts: Any) -> Any:
    """The texts (an Arrow array) without what others wrote and what stands under every mail.

    >>> mail = "Thanks, see you then!\\n\\n-- \\nAnn\\n\\nOn Monday Bo wrote:\\n> Shall we?"
    >>> own_words(pa.array([mail], pa.large_string())).to_pylist()
    ['Thanks, see you then!']
    """
    texts = pc.fill_null(texts.cast(pa.large_string()), "")
    texts = pc.utf8_slice_codeunits(texts, 0, LONGEST)
    for unwanted, instead, sign in (
        (_INVISIBLE, "", ""),
        (r"\r\n?", "\n", "\r"),
        (r"(?m)^[ \t]*>.*$", "", ">"),
    ):
        has = pc.match_substring(texts, sign) if sign else pc.invert(pc.string_is_ascii(texts))
        texts = changed(texts, has, pc.replace_substring_regex, unwanted, instead)
    texts = changed(texts, pc.match_substring(texts, "@"), pc.replace_substring_regex, _SAID, "")
    ascii_only = pc.string_is_ascii(texts)
    for accented, where in ((False, ascii_only), (True, pc.invert(ascii_only))):
        for cut in _cuts(accented=accented):
            texts = changed(texts, where, pc.replace_substring_regex, cut, "")
    return pc.utf8_trim_whitespace(texts)


def changed(texts: Any, has: Any, change: Callable[..., Any], *how: str) -> Any:
    """The texts, of which only those are changed that have what is to be changed."""
    if not pc.any(has).as_py():
        return texts
    return pc.replace_with_mask(texts, has, change(texts.filter(has), *how))


@cache
def _cuts(*, accented: bool) -> tuple[str, ...]:
    """From a line that starts a quote, a signature or a disclaimer on, all goes; plain letters are found faster."""
    quotes, signatures, legal = (
        [_line(phrase, accented) for phrase in marks(name)] for name in ("quote", "signature", "disclaimer")
    )
    quotes += [r"-{3,} ?(?:original|forwarded|urspr|weitergeleitete|message|mensaje|mensagem|messaggio)"]
    signatures += [r"-- ?(?:\n|\z)", r"_{5,}"]
    starts = (  # a message may begin with a quote, but "Thanks" in its first line is no sign-off
        (r"(?:^|\n)[ \t*_]*", quotes),
        (r"\n[ \t*_]*", signatures),
        (r"(?:^|\n)[^\n]*\b", legal),
    )
    return tuple(rf"(?is){start}(?:{'|'.join(part)}).*\z" for start, part in starts if part)


def _line(phrase: str, accented: bool) -> str:
    """A phrase at the start of a line; with `$` the whole line."""
    core = pattern("^" + phrase.lstrip("^")).removeprefix(r"^\W*").replace("?P<phrase>", "?:")
    if accented:
        core = _LETTER.sub(lambda at: f"[{_ACCENTED[at[1]]}]" if at[1] else at[0], core)
    if core.endswith(WHOLE):
        return core.removesuffix(WHOLE) + r"[^\w\n]*(?:\n|\z)"
    word = core.removesuffix(WORD)
    return word + r"(?:\b|[\s:,]|\z)" if phrase[-1:].isalnum() else word
