"""A small language for phrases that a speaker can write: from `thank you [so much] for … (time|help)` to a pattern.

In a phrase are words; `(a|b c|d)` alternatives; `<call>` the alternatives of a group of that name; `[word]` what may be
missing; `…` up to five words of anything; `*` at the end of a word any ending; `^` and `$` the start and the end of the
sentence, `?` at the end a sentence that ends in a question mark; `#` a number; NAME one to three capitalised words,
COMPANY one to four. ä, ö, ü and ß fit ae, oe, ue and ss as well. The pattern is for RE2, which takes time linear in the
text whatever the phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from networkscope import keys

SPACE = r"[\s,;:()\"“”«»–—-]+"  # between two words
GAP = rf"(?:{SPACE}[^\s]+){{0,5}}?"
_PARTICLE = r"(?:van|von|de|da|del|della|di|le|la|der|den|dos|ten|bin|al|st)"
_CAPITALISED = r"\p{Lu}[\pL'’.-]+"
NAME = rf"(?-i:(?P<name>{_CAPITALISED}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_CAPITALISED}){{0,2}}))"
COMPANY = r"(?-i:(?P<company>\p{Lu}[\pL\pN&'’.-]*(?:\s+\p{Lu}[\pL\pN&'’.-]*){0,3}))"
PLACES = {"NAME": NAME, "COMPANY": COMPANY}
_OR_E = "\x01"
_UMLAUTS = {"ä": "a", "ö": "o", "ü": "u"}
_PART = re.compile(rf"[a-z0-9{_OR_E}]+\*?")
_SIGNS = re.compile(r"[(\[…#]|\.\.\.|NAME|COMPANY")
_TO_WRITE = re.compile(r"NAME|COMPANY|[^a-z0-9|)]")
_PATTERNS = {**PLACES, "(": "(?:", "#": "[0-9][0-9.,:]*", "*": "[a-z0-9]*", _OR_E: "e?"}
_BRACKET = re.compile(r"\([^()]*\)|<[^<>]*>")


@cache
def pattern(phrase: str) -> str:
    """The phrase as a regular expression for RE2, for lower-case text without accents (NAME: for text with its case).

    >>> import pyarrow.compute as pc
    >>> wanted = pattern("thank you [so much] for … help")
    >>> pc.match_substring_regex(["thank you for all the help!", "no help"], wanted).to_pylist()
    [True, False]
    """
    text = _plain(phrase)
    start, end, asks = text.startswith("^"), text.endswith("$"), text.endswith("?")
    text = text.removeprefix("^").rstrip("$?").strip()
    if any(text.count(left) != text.count(right) for left, right in ("()", "[]")):
        raise ValueError(f"a bracket is not closed: {phrase}")
    parts, first = [], True
    for token in _tokens(text):
        if token in ("…", "..."):
            parts.append(GAP)
            continue
        optional = token.startswith("[")
        word = _word(token[1:-1] if optional else token)
        if optional:
            parts.append(rf"(?:{word}{SPACE})?" if first else rf"(?:{SPACE}{word})?")
        else:
            parts.append(word if first else rf"{SPACE}{word}")
            first = False
    before = r"^\W*" if start else r"(?:^|[^a-z0-9])"
    after = r"\W*$" if end else r"(?:[^a-z0-9].*)?\?\W*$" if asks else r"(?:$|[^a-z0-9])"
    core = "".join(parts)
    for group in ("name", "company"):  # a group has one name: the second is another
        lead, mark, rest = core.partition(f"(?P<{group}>")
        if mark:
            between, again, others = rest.partition(mark)
            core = lead + mark + between + (f"(?P<{group}2>" if again else "") + others.replace(mark, "(?:")
    return f"{before}(?P<phrase>{core}){after}"


Needed = tuple[tuple[str, ...], ...]  # of each alternative all the words


@cache
def needed_words(phrase: str) -> list[Needed]:
    """The words that a sentence must have to hold the phrase: for each part the alternatives, each with all its words;
    `thank*` is any word that starts so. `spellings` of a word are the forms that it may have.

    >>> needed_words("thank* [so much] for (the|your great) … help")
    [(('thank*',),), (('for',),), (('the',), ('your', 'great')), (('help',),)]
    """
    return _needed(_plain(phrase).removeprefix("^").rstrip("$?"))


def one_word_of(phrase: str) -> bool:
    """Is the phrase one word, or one of several? Then whoever has the word holds the phrase."""
    needs = needed_words(phrase)
    alternatives = needs[0] if len(needs) == 1 else ()
    return _plain(phrase).strip("()") == "|".join(words[0] for words in alternatives)


def spellings(word: str) -> list[str]:
    """The forms of a word of `needed_words`: with and without an e where an umlaut was."""
    return [word.replace(_OR_E, ""), word.replace(_OR_E, "e")] if _OR_E in word else [word]


def _needed(text: str) -> list[Needed]:
    """What each part of a phrase, or of an alternative in it, needs; nothing of those that it can do without."""
    if not _SIGNS.search(text):
        words = tuple(_PART.findall(text))
        return [(words,)] if words else []
    tokens = [token for token in _tokens(text) if token not in ("…", "...", "NAME", "COMPANY")]
    pieces = [_pieces(token) for token in tokens if not token.startswith("[")]
    return [need for each in pieces for at in range(len(each)) if (need := _needed_of_piece(each, at))]


def _needed_of_piece(pieces: list[str], at: int) -> Needed:
    """What one piece of a token needs: a group of alternatives, or the words between two groups."""
    piece = pieces[at]
    goes_back = at > 0 and _goes_on(piece, 0, True) and _goes_on(pieces[at - 1], -1, at == 1)
    goes_on = at + 1 < len(pieces) and _goes_on(piece, -1, True)
    goes_on = goes_on and _goes_on(pieces[at + 1], 0, at + 2 == len(pieces))
    if not piece.startswith("("):
        if goes_back:
            piece = re.sub(r"^[a-z0-9\x01]+", "", piece)
        words = tuple(_PART.findall(piece + "*" if goes_on and piece[-1:].isalnum() else piece))
        return (words,) if words else ()
    if goes_back or goes_on:  # its words go on outside
        return ()
    options = [_needed(option) for option in _options(piece)]
    return tuple(words for needs in options for words in _of_one(needs)) if all(options) else ()


def _goes_on(piece: str, end: int, is_last: bool) -> bool:
    """May a word go on over that end of a piece? Over one that may be empty, too, into what is behind it."""
    signs = [option[end:][:1] if option else "" for option in _options(piece)]
    return any(sign.isalnum() or sign in ("(", ")", "*") if sign else not is_last for sign in signs)


def _of_one(needs: list[Needed]) -> Needed:
    """What an alternative needs: all its words, but for those of which it needs one of several."""
    words = tuple(word for need in needs if len(need) == 1 for word in need[0])
    return (words,) if words else min(needs, key=len)


def _pieces(token: str) -> list[str]:
    """The groups of a token, each in its brackets, and what is between them: `a(b|(c|d))` gives `a` and the group."""
    if "(" not in token:
        return [token]
    pieces, depth = [""], 0
    for sign in re.split(r"([()])", token):
        if sign == "(" and not depth:
            pieces.append("")
        pieces[-1] += sign
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and not depth:
            pieces.append("")
    return [piece for piece in pieces if piece]


def _options(group: str) -> list[str]:
    """The alternatives of a group, those of the groups in it not among them."""
    inner = group.removeprefix("(").removesuffix(")") if group.startswith("(") else group
    return _split(inner, r"\|") if "(" in inner else inner.split("|")


def expanded(phrase: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The phrase with the alternatives of each group in the place of its name.

    >>> expanded("<could you> … (a <call>|coffee)", {"could you": ["could you", "can you"], "call": ["call", "chat"]})
    '(could you|can you) … (a call|a chat|coffee)'
    """
    return _BRACKET.sub(lambda found: _alternatives(found[0], groups), phrase)


def _alternatives(part: str, groups: Mapping[str, Sequence[str]]) -> str:
    bare = part.removeprefix("(").removesuffix(")") if part.startswith("(") else part
    options = [option for one in bare.split("|") for option in _filled(one, groups)]
    return f"({'|'.join(options)})" if part.startswith("(") or len(options) > 1 else options[0]


def _filled(option: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    lead, mark, rest = option.partition("<")
    if not mark:
        return [option]
    name, _, rest = rest.partition(">")
    if name not in groups:
        raise ValueError(f"no group is named {name}")
    return [lead + word + more for word in groups[name] for more in _filled(rest, groups)]


@cache
def _plain(phrase: str) -> str:
    """Without accents, and with a mark where ä, ö, ü may be written ae, oe, ue."""
    if phrase.isascii():
        return phrase.strip()
    text = unicodedata.normalize("NFC", phrase.strip()).replace("’", "'")
    text = re.sub("[äöü]", lambda found: _UMLAUTS[found[0]] + _OR_E, text)
    return _OR_E.join(keys.unaccented(part) for part in text.split(_OR_E))


def _tokens(text: str) -> list[str]:
    """The text at its spaces, but for those in brackets.

    >>> _tokens("(a|b (c|d e)) [so f] …")
    ['(a|b (c|d e))', '[so f]', '…']
    """
    parts = _split(text, r"\s") if "(" in text or "[" in text else text.split()
    return [token for token in parts if token]


def _split(text: str, separator: str) -> list[str]:
    """The text at each separator that is in no bracket."""
    parts, depth = [""], 0
    for piece in re.split(rf"([()\[\]]|{separator})", text):
        if depth == 0 and re.fullmatch(separator, piece):
            parts.append("")
            continue
        depth += (piece in ("(", "[")) - (piece in (")", "]"))
        parts[-1] += piece
    return parts


def _word(token: str) -> str:
    """One token: a word, alternatives, a name; the spaces in alternatives match any space."""
    return _TO_WRITE.sub(lambda found: _written(found[0]), token)


def _written(sign: str) -> str:
    return _PATTERNS.get(sign) or (SPACE if sign.isspace() else re.escape(sign))
