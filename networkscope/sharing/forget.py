"""Take somebody out of a book: out of own tables, what was kept and written, and out of all that is imported later."""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.book import Book
from networkscope.book.forgotten import ADDRESSES, remember_to_forget
from networkscope.book.own_files import locked, opened, replace_all
from networkscope.sharing.pseudonyms import FILE, read_key

TABLES = (
    "contacts.csv",
    "interactions.csv",
    "referrals.csv",
    "aliases.csv",
    "moves.csv",
    "roles.csv",
    "acts.csv",
)
PAGES = ("*.html", "*.csv", "*.json", "*.ipynb", "*.ics", "*.vcf", "*.md", "*.parquet")


@dataclass(frozen=True)
class Taken:
    """What was taken out, and which files of others still hold the person: those are for the owner to delete."""

    lines: dict[str, int]
    pages: list[Path]
    left: list[str]


def forget(book: Book, contact_id: str) -> Taken:
    """Forget this contact: see the module. Whatever cannot be written is a LoadError, and can be tried again."""
    person = _keys_of(book, contact_id)
    texts = _texts_of(book, contact_id)
    remember_to_forget(book.folder, person - {contact_id})
    lines = {}
    for name in TABLES:
        path = book.folder / name
        if path.exists() and (count := _drop_lines(path, lambda cell: _meant(cell, person))):
            lines[name] = count
    shutil.rmtree(book.folder / ".cache", ignore_errors=True)
    pages = [page for page in _written(book.folder) if _holds(page, texts)]
    for page in pages:
        page.unlink()
    mentions = book.mentions[book.mentions["contact_id"] == contact_id]
    files = mentions["source_ref"].str.replace(r":\d+$", "", regex=True).dropna().unique()
    backups = [f"backup/{path.name}" for path in (book.folder / "backup").glob("*") if _holds(path, texts)]
    return Taken(lines, pages, sorted({name for name in files if name not in TABLES} | set(backups)))


def _keys_of(book: Book, contact_id: str) -> set[str]:
    """Everything by which rows of files name this person."""
    row = book.contacts.set_index("contact_id").loc[contact_id]
    found = {contact_id, *book.keys.loc[_of(book, contact_id), "key"].astype(str)}
    for column, key_of in ADDRESSES.items():
        found |= (
            {key_of(part) for part in str(row[column]).split(";")} if isinstance(row[column], str) else set()
        )
    named = book.mentions.loc[book.mentions["contact_id"] == contact_id, "name"].dropna()
    names = {keys.name_key(name) for name in [*named, *row[["name"]].dropna()]}
    others = book.contacts.loc[book.contacts["contact_id"] != contact_id, "name"].dropna().map(keys.name_key)
    return (found | (names - set(others))) - {""}  # a namesake is somebody else


def _of(book: Book, contact_id: str) -> pd.Series:
    mentions = book.mentions.index[book.mentions["contact_id"] == contact_id]
    return book.keys["mention"].isin(mentions)


def _texts_of(book: Book, contact_id: str) -> list[str]:
    """What a page that holds this person has in it: name, addresses, profiles, pseudonym."""
    row = book.contacts.set_index("contact_id").loc[contact_id]
    texts = [part.strip() for name in ("name", "emails", "profiles") if isinstance(row[name], str)
             for part in row[name].split(";")]  # fmt: skip
    if (book.folder / FILE).exists():
        texts.append(read_key(book.folder).pseudonym("person", contact_id))
    return [text for text in texts if len(text) > 1]


def _meant(cell: str, person: set[str]) -> bool:
    forms: list[Callable[[str], str]] = [str.strip, keys.email_key, keys.profile_key, keys.name_key]
    return any(form(cell) in person for form in forms)


def _drop_lines(path: Path, is_meant: Callable[[str], bool]) -> int:
    """Take the records that name the person out of an own table; of several people in a cell, only this one."""
    with locked(path):
        content, text, delimiter, _ = opened(path)
        kept, dropped = _kept_lines(text, delimiter, is_meant)
        if dropped:
            mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
            replace_all({path: mark + "".join(kept).encode()})
    return dropped


def _kept_lines(text: str, delimiter: str, is_meant: Callable[[str], bool]) -> tuple[list[str], int]:
    """The records that stay, as they are written, and how many were changed or dropped."""
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    physical = text.splitlines(keepends=True)
    reader, kept, dropped, last = csv.reader(physical, delimiter=delimiter), [], 0, 0
    for cells in reader:
        raw, last = "".join(physical[last : reader.line_num]), reader.line_num
        left = _without(cells, is_meant) if last > 1 else cells
        if left == cells:
            kept.append(raw)
            continue
        dropped += 1
        if left:
            line = io.StringIO()
            csv.writer(line, delimiter=delimiter, lineterminator=end).writerow(left)
            kept.append(line.getvalue())
    return kept, dropped


def _without(cells: list[str], is_meant: Callable[[str], bool]) -> list[str]:
    """The cells of a record without the person; none where it is about nobody else.

    A name does not count where an address beside it is another person's.
    """
    addresses = [
        key for cell in cells if (key := keys.email_key(cell)) and "@" in cell and len(cell.split()) == 1
    ]
    strangers = [key for key in addresses if not is_meant(key)]
    left = []
    for cell in cells:
        parts = [part.strip() for part in cell.split(";")]
        others = [part for part in parts if not (part and is_meant(part))]
        if len(others) == len(parts):
            left.append(cell)
        elif others:
            left.append("; ".join(others))
        elif not strangers or is_meant(keys.email_key(cell) or "\0"):
            return []
        else:
            left.append(cell)
    return left


def _written(folder: Path) -> list[Path]:
    """What reports wrote into the book's own folder of reports."""
    return sorted(path for pattern in PAGES for path in (folder / "reports").rglob(pattern) if path.is_file())


def _holds(path: Path, texts: list[str]) -> bool:
    try:
        content = _text(path)
    except (OSError, ValueError):
        return False
    return any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", content, re.IGNORECASE) for text in texts)


def _text(path: Path) -> str:
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8", errors="replace")
    table: Any = pd.read_parquet(path)
    return "\n".join(
        str(value) for name in table.select_dtypes(["object", "str"]) for value in table[name].dropna()
    )
