"""Does a finished page hold anything of a book that its level forbids? It is searched as a stranger would search it."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import networkscope
from networkscope import keys
from networkscope.book import Book
from networkscope.errors import LoadError, ParameterError
from networkscope.sharing.copy import left_out
from networkscope.sharing.decode import Said, read_page
from networkscope.sharing.levels import ANONYMOUS, check_level

WORD = re.compile(r"\w+")
PHONE = re.compile(r"\+?\d[\d\s()./-]{5,}\d")
DAY = re.compile(
    r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?!\d)|(?<!\w)(\d{1,2})[\s\u00a0]([A-Z][a-z]{2,8})[\s\u00a0](\d{4})(?!\d)"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PHONE_DIGITS = 7
LONG_ENOUGH = 3  # words of a subject, note or title; shorter ones count only where they fill a cell
SAYINGS = ("a subject", "a note", "a phrase", "a title", "a tag", "a place")
ROOMS = ("display", "advice", "measures", "network", "reports", "roles")


class Hit(NamedTuple):
    """One find: `what` kind of thing it is, `where` it stands, and the text of the book that was found."""

    what: str
    where: str
    text: str


class _Forbidden(NamedTuple):
    words: tuple[str, ...]
    what: str
    text: str
    anywhere: bool
    """Also in running text; else in data alone."""


class Search:
    """Looks for whatever of one book a level forbids, in as many pages as there are.

    `ours` are scripts that every page carries, which are not searched.
    """

    def __init__(self, book: Book, ours: Collection[str] = ()) -> None:
        self._book, self._ours = book, ours
        self._phones = _digits(book.contacts["phones"])
        self._indexes: dict[str, dict[str, list[_Forbidden]]] = {}

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
            self._indexes[level] = _index(forbidden(self._book, level), self._book.contacts["name"])
        found = (
            _search(piece, self._indexes[level], self._phones, is_anonymous=level in ANONYMOUS)
            for piece in said
        )
        return list(dict.fromkeys(hit for hits in found for hit in hits))


def verify_page(page: Path, book: Book, level: str | None = None) -> list[Hit]:
    """What does this page hold of the book that its level forbids? `Search.page`, for one page."""
    return Search(book).page(page, level)


def forbidden(book: Book, level: str) -> list[tuple[str, str]]:
    """What of this book no page of the level may hold: kind and text."""
    contacts, never = book.contacts, left_out(book.at(), book.settings.share_never)
    found = [
        ("an address", contacts["emails"], True), ("a profile", contacts["profiles"], True),
        ("a note", contacts["notes"], False), ("a tag", contacts["tags"], True),
        ("a subject", book.interactions["subject"], False), ("a phrase", book.acts["phrase"], False),
        ("somebody never to be shared", contacts.loc[contacts["contact_id"].isin(never), "name"], False),
    ]  # fmt: skip
    if level in ANONYMOUS:
        owner = pd.Series([book.settings.owner_name, *book.settings.owner_emails], dtype="str")
        firms = [*book.settings.target_companies, *(firm.name for firm in book.settings.employers)]
        found += [
            ("a name", contacts["name"], False), ("the owner", owner, False),
            ("a company", contacts["organization"], False), ("a company", pd.Series(firms, dtype="str"), False),
            ("a company", book.positions["organization"], False), ("a title", contacts["title"], False),
            ("a place", contacts["location"], False), ("a circle", contacts["circle"], False) if level == "counts" else
            ("an application", book.applications["organization"], False),
        ]  # fmt: skip
    texts = []
    for what, values, is_list in found:
        each = values.dropna().astype(str)
        each = each.str.split(";").explode() if is_list else each
        texts += [(what, text) for text in dict.fromkeys(each.str.strip()) if text]
    stays = ("circle",) if level in ANONYMOUS else ("circle", "name", "organization", "title")
    allowed = (
        {text.casefold() for name in stays for text in contacts[name].dropna()}
        if level != "counts"
        else set()
    )
    return [
        (what, text)
        for what, text in texts
        if what == "somebody never to be shared" or text.casefold() not in allowed
    ]


def _index(texts: Iterable[tuple[str, str]], names: pd.Series) -> dict[str, list[_Forbidden]]:
    """By their first word: what is searched for, and where it counts."""
    own = _own_words()
    of_names = {word.casefold() for name in names.dropna() for word in WORD.findall(name)}
    index: dict[str, list[_Forbidden]] = defaultdict(list)
    for what, text in texts:
        plain = keys.profile_key(text) if what == "a profile" else text
        words = tuple(WORD.findall(plain))
        if not words or (len(words) == 1 and len(words[0]) < 2):
            continue
        folded = tuple(word.casefold() for word in words)
        if what in SAYINGS and _is_own_sentence([word for word in folded if word not in of_names]):
            continue
        least = LONG_ENOUGH if what in SAYINGS else 2
        is_ours = " ".join(folded) in own
        index[folded[0]].append(_Forbidden(words, what, text, len(words) >= least and not is_ours))
    return index


def _search(
    piece: Said, index: dict[str, list[_Forbidden]], phones: set[str], *, is_anonymous: bool
) -> Iterator[Hit]:
    words = WORD.findall(piece.text)
    folded = [word.casefold() for word in words]
    for place, word in enumerate(folded):
        for item in index.get(word, ()):
            end = place + len(item.words)
            if folded[place:end] != [part.casefold() for part in item.words]:
                continue
            fills = len(words) == len(item.words)
            alone = len(item.words) == 1 and words[place] == item.words[0] and word not in _own_words()
            in_data = piece.is_data and (fills or (alone and item.what in ("a name", "a company")))
            if (item.anywhere or in_data) and not (fills and _is_own(item.text)):
                yield Hit(item.what, piece.where, item.text)
    for found in PHONE.finditer(piece.text):
        digits = re.sub(r"\D", "", found[0])
        if digits[-9:] in phones and len(digits) >= PHONE_DIGITS:
            yield Hit("a phone number", piece.where, found[0])
    if is_anonymous and not piece.where.startswith("a script"):
        for found in DAY.finditer(piece.text):
            day = _day(found)
            if day and day.weekday() != 0:
                yield Hit("a day", piece.where, found[0])


def _is_own_sentence(words: list[str]) -> bool:
    """Is this made of what our own pages and drafts say?"""
    parts = [" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))]
    return bool(words) and all(part in _own_words() for part in parts)


def _is_own(text: str) -> bool:
    """Is this a text that a page of ours has, whatever the book?"""
    return " ".join(word.casefold() for word in WORD.findall(text)) in _own_words()


def _digits(phones: pd.Series) -> set[str]:
    """The last nine digits of each number: with or without the code of its country it is the same."""
    each = phones.dropna().str.split(";").explode().str.replace(r"\D", "", regex=True)
    return {number[-9:] for number in each if len(number) >= PHONE_DIGITS}


def _day(found: re.Match[str]) -> dt.date | None:
    year, month, day, plain_day, name, plain_year = found.groups()
    try:
        if year:
            return dt.date(int(year), int(month), int(day))
        return dt.date(int(plain_year), MONTHS.index(name[:3]) + 1, int(plain_day))
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _own_words() -> frozenset[str]:
    """What stands on our pages whatever the book: up to three words from notebooks, templates and sentences."""
    package = Path(networkscope.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in (package / "reports" / "template").glob("*.j2")]
    inside = package / "notebooks"  # of an installed package; in a checkout it stands beside it
    for notebook in (inside if inside.is_dir() else package.parent / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells]
    texts += [path.read_text(encoding="utf-8") for path in (package / "advice" / "drafts").glob("*.toml")]
    texts += _constants(ast.parse((package / "schema.py").read_text(encoding="utf-8")))
    for room in ROOMS:
        for module in sorted((package / room).glob("*.py")):
            texts += _constants(ast.parse(module.read_text(encoding="utf-8")))
    phrases = set()
    for text in texts:
        words = [word.casefold() for word in WORD.findall(text.replace("_", " "))]
        phrases |= {" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}
    return frozenset(phrases)


def _constants(tree: ast.AST) -> list[str]:
    """The texts of a module, without its docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]
