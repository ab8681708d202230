"""Take somebody out of a book: out of own tables, what was kept and written, and out of all that is imported later."""

from __future__ import annotations

import codecs
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from networkscope import keys
from networkscope.book import Book
from networkscope.book.acts_file import event_key
from networkscope.book.forgotten import ADDRESSES, remember_to_forget
from networkscope.book.own_files import locked, replace_all
from networkscope.people.lookup import person_keys
from networkscope.settings import read_settings
from networkscope.sharing.groups import ATTRIBUTES, group_values
from networkscope.sharing.own_rows import SIDES, kept_rows
from networkscope.sharing.pseudonyms import FILE, read_key

PAGES = ("*.html", "*.csv", "*.json", "*.ipynb", "*.ics", "*.vcf", "*.md", "*.parquet")
OUR_PAGE = '<meta name="share" content='  # stands at the head of every page of ours
OF_OTHERS = ("exports", "backup", "reports")  # below the book: searched in another way, or not ours
REPORTS = Path("reports")  # where pages of single reports go by default, below the working directory


@dataclass(frozen=True)
class Taken:
    """What was taken out, and what still holds the person: that is for the owner to look at, or to delete.

    `left` are files of others, `mentions` places of own tables and settings, as in "interactions.csv:12", `elsewhere`
    pages outside of the book; `in_never` says that [share] never has the name.
    """

    lines: dict[str, int]
    pages: list[Path]
    left: list[str]
    mentions: list[str]
    elsewhere: list[Path]
    in_never: bool


def forget(book: Book, contact_id: str, pages: Iterable[Path] = ()) -> Taken:
    """Forget this contact, also in our pages in the folders `pages`: see the module.

    Whatever cannot be written is a LoadError, and can be tried again.
    """
    person, events = _keys_of(book, contact_id), _events_of(book, contact_id)
    texts, marks = _texts_of(book, contact_id), _marks_of(book, contact_id)
    short = person_keys(book.contacts)[contact_id]
    is_in = _search(texts + marks)
    remember_to_forget(book.folder, person - {contact_id})
    lines = {}
    for name in SIDES:
        path = book.folder / name
        if path.exists() and (count := _drop_rows(path, _meaning(person | events | {short}, book))):
            lines[name] = count
    shutil.rmtree(book.folder / ".cache", ignore_errors=True)
    _forget_groups(book, contact_id)
    found = [*_written(book.folder), *(page for folder in pages for page in _our_pages(folder))]
    gone = [page for page in dict.fromkeys(found) if _holds(page, is_in)]
    for page in gone:
        page.unlink()
    mentions = book.mentions[book.mentions["contact_id"] == contact_id]
    files = mentions["source_ref"].str.replace(r":\d+$", "", regex=True).dropna().unique()
    backups = [f"backup/{path.name}" for path in (book.folder / "backup").glob("*") if _holds(path, is_in)]
    never = read_settings(book.folder / "book.toml").share_never
    return Taken(
        lines,
        gone,
        sorted({name for name in files if name not in SIDES} | set(backups)),
        list(_mentioned(book.folder, _search(texts))),
        [page for page in _our_pages(REPORTS) if _holds(page, is_in)],
        any(_meaning(person, book)(text) for text in never),
    )


def _keys_of(book: Book, contact_id: str) -> set[str]:
    """Everything by which rows of files name this person; a namesake's name is somebody else's."""
    row = book.contacts.set_index("contact_id").loc[contact_id]
    found = {contact_id, *book.keys.loc[_of(book, contact_id), "key"].astype(str)}
    for column, key_of in ADDRESSES.items():
        found |= (
            {key_of(part) for part in str(row[column]).split(";")} if isinstance(row[column], str) else set()
        )
    named = book.mentions.loc[book.mentions["contact_id"] == contact_id, "name"].dropna()
    names = {keys.name_key(name) for name in [*named, *row[["name"]].dropna()]}
    names |= {keys.unaccented(name) for name in names if " " in name}
    others = set(
        book.contacts.loc[book.contacts["contact_id"] != contact_id, "name"].dropna().map(keys.name_key)
    )
    return (found | (names - others - {keys.unaccented(name) for name in others})) - {""}


def _of(book: Book, contact_id: str) -> pd.Series:
    mentions = book.mentions.index[book.mentions["contact_id"] == contact_id]
    return book.keys["mention"].isin(mentions)


def _events_of(book: Book, contact_id: str) -> set[str]:
    """The keys of events with nobody else."""
    mine = book.interactions["contact_id"] == contact_id
    own = set(book.interactions.loc[mine, "event_id"].dropna())
    return {event_key(event) for event in own - set(book.interactions.loc[~mine, "event_id"].dropna())}


def _texts_of(book: Book, contact_id: str) -> list[str]:
    """What names this person in a text: name, addresses, profiles."""
    row = book.contacts.set_index("contact_id").loc[contact_id]
    texts = [part.strip() for name in ("name", "emails", "profiles") if isinstance(row[name], str)
             for part in row[name].split(";")]  # fmt: skip
    return [text for text in texts if len(text) > 1]


def _marks_of(book: Book, contact_id: str) -> list[str]:
    """What names this person on pages alone."""
    return [read_key(book.folder).pseudonym("person", contact_id)] if (book.folder / FILE).exists() else []


def _meaning(person: set[str], book: Book) -> Callable[[str], bool]:
    """Does a cell name this person?"""
    region = book.settings.home_region
    forms: list[Callable[[str], str]] = [
        str.strip, keys.email_key, keys.profile_key, keys.name_key, lambda cell: keys.phone_key(cell, region)
    ]  # fmt: skip
    return lambda cell: any(form(cell) in person for form in forms)


def _drop_rows(path: Path, is_meant: Callable[[str], bool]) -> int:
    """Take the person out of an own table; of several people in a cell, only this one."""
    with locked(path):
        content, kept, dropped = kept_rows(path, is_meant)
        if dropped:
            mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
            replace_all({path: mark + "".join(kept).encode()})
    return dropped


def _forget_groups(book: Book, contact_id: str) -> None:
    """What the key of shared pages keeps of groups in which nobody else was: a company, a domain, a circle."""
    if not (book.folder / FILE).exists():
        return
    key, mine = read_key(book.folder), book.contacts["contact_id"] == contact_id
    for column in ATTRIBUTES:
        only = group_values(column, book.contacts[mine]) - group_values(column, book.contacts[~mine])
        for kept in (key.small, key.named):
            if column in kept:
                kept[column] = [value for value in kept[column] if value not in only]
    key.save()


def _written(folder: Path) -> Iterator[Path]:
    """What reports wrote into the book's own folder of reports, and our pages elsewhere in the book."""
    for pattern in PAGES:
        yield from sorted(path for path in (folder / "reports").rglob(pattern) if path.is_file())
    for place in sorted(folder.iterdir()):
        if place.is_dir() and place.name not in OF_OTHERS and not place.name.startswith("."):
            yield from _our_pages(place)
    yield from (page for page in sorted(folder.glob("*.html")) if _is_ours(page))


def _our_pages(folder: Path) -> Iterator[Path]:
    yield from (page for page in sorted(folder.rglob("*.html")) if page.is_file() and _is_ours(page))


def _is_ours(page: Path) -> bool:
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            return OUR_PAGE in file.read(20_000)
    except OSError:
        return False


def _mentioned(folder: Path, is_in: Callable[[str], bool]) -> Iterator[str]:
    """The lines of own tables and settings that still name the person: in notes, subjects, circles."""
    for path in [folder / name for name in SIDES] + sorted(folder.glob("*.toml")):
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            yield from (f"{path.name}:{number}" for number, line in enumerate(lines, start=1) if is_in(line))


def _search(texts: Iterable[str]) -> Callable[[str], bool]:
    """Is any of these in a text, also as HTML, JSON and addresses write it?"""
    forms = {form for text in texts for form in (text, escape(text), json.dumps(text)[1:-1], quote(text))}
    forms |= {keys.clean(form) for form in forms}
    pattern = re.compile(
        "|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(forms)), re.IGNORECASE
    )
    return lambda text: bool(forms and pattern.search(text))


def _holds(path: Path, is_in: Callable[[str], bool]) -> bool:
    try:
        return is_in(_text(path))
    except (OSError, ValueError):
        return False


def _text(path: Path) -> str:
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8", errors="replace")
    table: Any = pd.read_parquet(path)
    return "\n".join(
        str(value) for name in table.select_dtypes(["object", "str"]) for value in table[name].dropna()
    )
