"""Take somebody out of a book: out of own tables, what was kept and written, and out of all that is imported later."""

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from networkscope import keys
from networkscope.book import Book
from networkscope.book.acts_file import event_key
from networkscope.book.forgotten import ADDRESSES, remember_to_forget
from networkscope.people.lookup import person_keys
from networkscope.settings import read_settings
from networkscope.sharing.groups import ATTRIBUTES, group_values
from networkscope.sharing.own_rows import SIDES, drop_rows
from networkscope.sharing.pseudonyms import FILE, read_key

PAGES = ("*.html", "*.csv", "*.json", "*.ipynb", "*.ics", "*.vcf", "*.md", "*.parquet")
OUR_PAGE = '<meta name="share" content='  # stands at the head of every page of ours
OF_OTHERS = ("exports", "backup", "reports")  # below the book: searched in another way, or not ours
REPORTS = Path("reports")  # where pages of single reports go by default, below the working directory


class Taken(NamedTuple):
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
    row = book.contacts.set_index("contact_id").loc[contact_id]
    mentions = book.mentions[book.mentions["contact_id"] == contact_id]
    person = _keys_of(book, row, mentions)
    texts = [
        part.strip() for cell in row[["name", "emails", "profiles"]].dropna() for part in cell.split(";")
    ]
    texts = [text for text in texts if len(text) > 1]
    has_key = (book.folder / FILE).exists()
    marks = [read_key(book.folder).pseudonym("person", contact_id)] if has_key else []
    is_in = _search(texts + marks)  # the pseudonym stands on pages alone
    remember_to_forget(book.folder, person)
    short = person_keys(book.contacts)[contact_id]
    is_meant = _meaning(person | {contact_id, short} | _events_of(book, contact_id), book)
    lines = {name: drop_rows(book.folder / name, is_meant) for name in SIDES if (book.folder / name).exists()}
    shutil.rmtree(book.folder / ".cache", ignore_errors=True)
    if has_key:
        _forget_groups(book, contact_id)
    found = [*_written(book.folder), *(page for folder in pages for page in _our_pages(folder))]
    gone = [page for page in dict.fromkeys(found) if _holds(page, is_in)]
    for page in gone:
        page.unlink()
    files = set(mentions["source_ref"].str.replace(r":\d+$", "", regex=True).dropna()) - set(SIDES)
    backups = {f"backup/{path.name}" for path in (book.folder / "backup").glob("*") if _holds(path, is_in)}
    never = read_settings(book.folder / "book.toml").share_never
    return Taken(
        {name: count for name, count in lines.items() if count},
        gone,
        sorted(files | backups),
        list(_mentioned(book.folder, _search(texts))),
        [page for page in _our_pages(REPORTS) if _holds(page, is_in)],
        any(map(_meaning(person | {contact_id}, book), never)),
    )


def _keys_of(book: Book, row: pd.Series, mentions: pd.DataFrame) -> set[str]:
    """Everything by which rows of files name this person; a namesake's name is somebody else's."""
    found = set(book.keys.loc[book.keys["mention"].isin(mentions.index), "key"].astype(str))
    for column, key_of in ADDRESSES.items():
        found |= set(map(key_of, row[column].split(";"))) if isinstance(row[column], str) else set()
    names = {keys.name_key(name) for name in [*mentions["name"].dropna(), *row[["name"]].dropna()]}
    names |= {keys.unaccented(name) for name in names if " " in name}
    others = set(
        book.contacts.loc[book.contacts["contact_id"] != row.name, "name"].dropna().map(keys.name_key)
    )
    return (found | (names - others - {keys.unaccented(name) for name in others})) - {""}


def _events_of(book: Book, contact_id: str) -> set[str]:
    """The keys of events with nobody else."""
    mine, events = book.interactions["contact_id"] == contact_id, book.interactions["event_id"]
    return {event_key(event) for event in set(events[mine].dropna()) - set(events[~mine])}


def _meaning(person: set[str], book: Book) -> Callable[[str], bool]:
    """Does a cell name this person?"""
    region = book.settings.home_region
    forms: list[Callable[[str], str]] = [
        str.strip, keys.email_key, keys.profile_key, keys.name_key, lambda cell: keys.phone_key(cell, region)
    ]  # fmt: skip
    return lambda cell: any(form(cell) in person for form in forms)


def _forget_groups(book: Book, contact_id: str) -> None:
    """What the key of shared pages keeps of groups in which nobody else was: a company, a domain, a circle."""
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
    yield from _our_pages(folder, "*.html")


def _our_pages(folder: Path, pattern: str = "**/*.html") -> Iterator[Path]:
    for page in sorted(folder.glob(pattern)):
        try:
            with page.open(encoding="utf-8", errors="replace") as file:
                if OUR_PAGE in file.read(20_000):
                    yield page
        except OSError:
            continue  # a folder of that name, or not ours to read


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
    whole = "|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(forms))
    pattern = re.compile(whole, re.IGNORECASE)
    return lambda text: bool(forms and pattern.search(text))


def _holds(path: Path, is_in: Callable[[str], bool]) -> bool:
    try:
        if path.suffix != ".parquet":
            return is_in(path.read_text(encoding="utf-8", errors="replace"))
        table: Any = pd.read_parquet(path).select_dtypes(["object", "str"])
        return is_in("\n".join(map(str, table.stack().dropna())))
    except (OSError, ValueError):
        return False
