"""Does a finished page hold anything of a book that its level forbids? It is searched as a stranger would search it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from networkscope.book import Book
from networkscope.errors import LoadError, ParameterError, one_line
from networkscope.sharing.days import told_days
from networkscope.sharing.decode import Said, read_page
from networkscope.sharing.forbidden import (
    NEVER,
    SAYINGS,
    Forbidden,
    forbidden,
    known_words,
    name_parts,
    phone_digits,
    shown_groups,
    spellings,
)
from networkscope.sharing.levels import ANONYMOUS, check_level
from networkscope.sharing.own_text import folded, is_telling, own_labels, own_phrases, words_of

PHONE = re.compile(r"\+?\d[\d\s()./-]{5,}\d")
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
PHONE_DIGITS = 7
RUN = 4  # so many words in a row of a note or subject tell which it is
LONG_ENOUGH = 3  # words of a note or subject; shorter ones count only where they fill a cell
LONG_ID = 8  # letters of a single word that nobody writes by chance
SHOWN = 60  # letters of a find
PEOPLE = ("a name", "the owner", NEVER)


class Hit(NamedTuple):
    """One find: `what` kind of thing it is, `where` it stands, and the text of the book that was found."""

    what: str
    where: str
    text: str

    def in_short(self) -> str:
        """In a line, the text shortened: for the owner, since it says what is private.

        >>> Hit("a name", "a cell", "Ana Lee").in_short()
        'a name in a cell: “Ana Lee”'
        """
        return f"{self.what} in {self.where}: “{one_line(self.text, SHOWN)}”"


class Search:
    """Looks for whatever of one book a level forbids, in as many pages as there are.

    `ours` are scripts that every page carries, which are not searched.
    """

    def __init__(self, book: Book, ours: Collection[str] = ()) -> None:
        self._book, self._ours = book, ours
        self._phones = phone_digits(book)
        self._indexes: dict[str, _Index] = {}

    def page(self, page: Path, level: str | None = None) -> list[Hit]:
        """What does this page hold that its level forbids? Nothing, no rows.

        `level` is by default the one that the page says it has. A ParameterError where it says none or is private: such
        a page holds everything. A LoadError where the file cannot be read.
        """
        try:
            html = page.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LoadError(f"'{page.name}' cannot be read as a page") from error
        said_level, said = read_page(html, self._ours)
        level = check_level(level or said_level or "private")
        if level == "private":
            raise ParameterError(f"'{page.name}' is no shared page: it says so at its head, and names people")
        if level not in self._indexes:
            self._indexes[level] = _Index(self._book, level)
        stem = page.name.removesuffix(".html").replace(f".{level}", "")
        said.append(Said(stem, "the file name", is_data=True))
        found = (self._search(piece, level) for piece in dict.fromkeys(said))
        return list(dict.fromkeys(hit for hits in found for hit in hits))

    def _search(self, piece: Said, level: str) -> Iterator[Hit]:
        for what, text in self._indexes[level].found(piece):
            yield Hit(what, piece.where, text)
        for found in PHONE.finditer(piece.text):
            digits = re.sub(r"\D", "", found[0])
            if digits[-9:] in self._phones and len(digits) >= PHONE_DIGITS:
                yield Hit("a phone number", piece.where, found[0])
        if level in ANONYMOUS and piece.where != "the style":
            for day in told_days(piece.text, self._book.as_of_date.date(), self._book.timezone):
                yield Hit("a day", piece.where, day)


class _Index:
    """What is searched for at one level, by how it is found; a key is folded words with a space between."""

    def __init__(self, book: Book, level: str) -> None:
        self._shown, self._known = shown_groups(book, level), known_words(book, level)
        self._whole: dict[str, Forbidden] = {}  # where it is all that a cell, attribute or label says
        self._within: dict[str, Forbidden] = {}  # one word, also in a longer cell, written as in the book
        self._starts: dict[str, list[tuple[str, Forbidden]]] = defaultdict(list)  # everywhere, by two words
        self._single: dict[str, Forbidden] = {}  # one word, everywhere
        self._runs: dict[str, Forbidden] = {}  # everywhere: RUN words of a note
        self._unspaced: dict[str, Forbidden] = {}  # everywhere, in scripts without spaces
        for item in forbidden(book, level):
            self._add(item)
        if level in ANONYMOUS:
            for name in dict.fromkeys([*book.contacts["name"].dropna(), book.settings.owner_name]):
                self._add_parts(name)

    def found(self, piece: Said) -> Iterator[Forbidden]:
        """What of this index stands in a piece of a page."""
        words = words_of(piece.text)
        low = [word.casefold() for word in words]
        if not low:
            return
        said = " ".join(low)
        is_group = piece.is_data and said in self._shown
        is_cell = piece.is_data and not is_group
        if is_cell and said in self._whole and self._is_case(piece, words, self._whole[said]):
            yield self._whole[said]
        for place, word in enumerate(low):
            if word in self._single:
                yield self._single[word]
            if is_cell and words[place] in self._within:
                yield self._within[words[place]]
            if place + 1 == len(low):
                break
            for key, item in self._starts.get(f"{word} {low[place + 1]}", ()):
                length = key.count(" ") + 1
                if " ".join(low[place : place + length]) == key and not (is_group and length == len(low)):
                    yield item
            run = " ".join(low[place : place + RUN]) if self._runs else ""
            if run in self._runs:
                yield self._runs[run]
        if self._unspaced and not piece.text.isascii() and UNSPACED.search(said):
            joined = "".join(low)
            yield from (item for key, item in self._unspaced.items() if key in joined)

    def _is_case(self, piece: Said, words: list[str], item: Forbidden) -> bool:
        """In the data of charts the words of the drawing program are in lower case: "pie" is no "Pie"."""
        chart = piece.where.startswith("a chart") and len(words) == 1 and words[0].islower()
        return not chart or words == words_of(item.text)

    def _add(self, item: Forbidden) -> None:
        low = folded(item.text)
        joined = "".join(low)
        is_unspaced = bool(UNSPACED.search(joined))
        if len(joined) < 2 and not is_unspaced:
            return
        if is_unspaced and len(item.text) > 1:
            self._unspaced.setdefault(joined, item)
        if item.what in SAYINGS:
            self._add_saying(item, low)
        elif item.what in PEOPLE:
            for spelling in spellings(item.text):
                self._add_words(folded(spelling), item)
        else:
            self._add_words(low, item)

    def _add_words(self, low: tuple[str, ...], item: Forbidden) -> None:
        key = " ".join(low)
        if key not in own_labels():
            self._whole.setdefault(key, item)
        if len(low) > 1:
            if key not in own_phrases():
                self._starts[f"{low[0]} {low[1]}"].append((key, item))
        elif item.what == "an id" and len(key) >= LONG_ID:
            self._single.setdefault(key, item)
        elif key not in own_phrases() and item.what in (*PEOPLE, "a company"):
            self._within.setdefault(words_of(item.text)[0], item)

    def _add_saying(self, item: Forbidden, low: tuple[str, ...]) -> None:
        if " ".join(low) in own_labels() or not is_telling(low, self._known):
            return
        self._whole.setdefault(" ".join(low), item)
        if len(low) == LONG_ENOUGH:
            self._starts[f"{low[0]} {low[1]}"].append((" ".join(low), item))
        for place in range(len(low) - RUN + 1):
            run = low[place : place + RUN]
            if is_telling(run, self._known):
                self._runs.setdefault(" ".join(run), item)

    def _add_parts(self, name: str) -> None:
        """A surname alone is a find where it fills a cell, unless it is a word of our pages."""
        parts = name_parts(name)
        for part in parts if len(parts) > 1 else ():
            key = part.casefold()
            if key not in own_phrases():
                self._whole.setdefault(key, Forbidden("a name", name))
