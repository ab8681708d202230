"""A small language for phrases that a speaker can write: from `thank you [so much] for … (time|help)` to a pattern.

In a phrase are words; `(a|b c|d)` alternatives; `[word]` what may be missing; `…` up to five words of anything; `*` at
the end of a word any ending; `^` and `$` the start and the end of the sentence; NAME one to three capitalised words,
COMPANY one to four. The pattern is for RE2, which takes time linear in the text whatever the phrase.
"""

from __future__ import annotations

import re

from networkscope import keys

GAP = r"(?:[\s,]+[^\s]+){0,5}?"
_PARTICLE = r"(?:van|von|de|da|del|della|di|le|la|der|den|dos|ten|bin|al|st)"
_CAPITALISED = r"\p{Lu}[\pL'’.-]+"
NAME = rf"(?-i:(?P<name>{_CAPITALISED}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_CAPITALISED}){{0,2}}))"
COMPANY = r"(?-i:(?P<company>\p{Lu}[\pL\pN&'’.-]*(?:\s+\p{Lu}[\pL\pN&'’.-]*){0,3}))"
PLACES = {"NAME": NAME, "COMPANY": COMPANY}
_FREE = re.compile(r"\((?:[^()|]*\s\||\|)*(?:[^()|]*\s)?\)(?=.)")
_PART = re.compile(r"[a-z0-9]+\*?")
_TOKEN = re.compile(r"\[[^\]]*\]|(?:\([^)]*\)|[^\s()\[\]])+")


def pattern(phrase: str) -> str:
    """The phrase as a regular expression for RE2, for lower-case text without accents (NAME: for text with its case).

    >>> import pyarrow.compute as pc
    >>> wanted = pattern("thank you [so much] for … help")
    >>> pc.match_substring_regex(["thank you for all the help!", "no help"], wanted).to_pylist()
    [True, False]
    """
    text = keys.unaccented(phrase.strip()).replace("’", "'")
    start, end = text.startswith("^"), text.endswith("$")
    text = text.removeprefix("^").removesuffix("$").strip()
    if any(text.count(left) != text.count(right) for left, right in ("()", "[]")):
        raise ValueError(f"a bracket is not closed: {phrase}")
    if re.search(r"\([^)]*\(", text):
        raise ValueError(f"a bracket is in a bracket: {phrase}")
    parts, first = [], True
    for token in _TOKEN.findall(text):
        if token in ("…", "..."):
            parts.append(GAP)
            continue
        optional = token.startswith("[")
        word = _word(token[1:-1] if optional else token)
        if optional:
            parts.append(rf"(?:{word}[\s,]+)?" if first else rf"(?:[\s,]+{word})?")
        else:
            parts.append(word if first else rf"[\s,]+{word}")
            first = False
    before = r"^\W*" if start else r"(?:^|[^a-z0-9])"
    after = r"\W*$" if end else r"(?:$|[^a-z0-9])"
    core = "".join(parts)
    for group in ("name", "company"):  # a group has one name: the second is another
        lead, mark, rest = core.partition(f"(?P<{group}>")
        if mark:
            between, again, others = rest.partition(mark)
            core = lead + mark + between + (f"(?P<{group}2>" if again else "") + others.replace(mark, "(?:")
    return f"{before}(?P<phrase>{core}){after}"


def needed_words(phrase: str) -> list[tuple[str, ...]]:
    """The words that a sentence must have to hold the phrase: of each tuple one; `thank*` is any word that starts so.

    >>> needed_words("thank* [so much] for (the|your great) … help")
    [('thank*',), ('for',), ('the', 'great'), ('help',)]
    """
    text = keys.unaccented(phrase.strip()).replace("’", "'").removeprefix("^").removesuffix("$")
    found = []
    for token in _TOKEN.findall(text):
        if token.startswith("[") or token in ("…", "...", "NAME", "COMPANY"):
            continue
        while lead := _FREE.match(token):  # "(a |b |)c" needs c alone
            token = token[lead.end() :]
        inner = token[1:-1] if token.startswith("(") and token.endswith(")") else token
        if "(" in inner or ")" in inner:
            continue
        options = [max(_PART.findall(option), key=len, default="") for option in inner.split("|")]
        if all(options):
            found.append(tuple(options))
    return found


def _word(token: str) -> str:
    """One token: a word, alternatives, a name; the spaces in alternatives match any space."""
    out = []
    for sign in re.findall("NAME|COMPANY|.", token):
        if sign in PLACES:
            out.append(PLACES[sign])
        elif sign == "(":
            out.append("(?:")
        elif sign in "|)":
            out.append(sign)
        elif sign == "*":
            out.append("[a-z0-9]*")
        elif sign.isspace():
            out.append(r"\s+")
        else:
            out.append(re.escape(sign))
    return "".join(out)
