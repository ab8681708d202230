"""Take your network with you: contacts as vCards that every address book reads."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from networkscope import schema

FOLDER = "backup"
_NAME = re.compile(r"contacts-(\d{4}-\d{2}-\d{2})\.vcf")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def to_vcards(contacts: pd.DataFrame) -> str:
    """Who is in my network, in a form that outlives the employer's mailbox? One vCard 3.0 per contact.

    Takes canonical contacts; people of whom no list knows (`listed` is not True) are left out.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "name": ["Ann Lee"], "emails": ["a@x.example"], "listed": [True]})
    >>> to_vcards(contacts).splitlines()[2:5]
    ['FN:Ann Lee', 'N:Lee;Ann;;;', 'EMAIL:a@x.example']
    """
    table = schema.conform("contacts", contacts)
    table = table[table["listed"].fillna(False).astype(bool)]
    cards = table.astype(object).where(table.notna(), "").to_dict("records")
    return "".join(line + "\r\n" for card in cards for line in folded(_lines(card)))


def last_backup(book: Path) -> dt.date | None:
    """When were the contacts of this book last saved? The newest date in a file name of its `backup/`."""
    names = [found[1] for path in (book / FOLDER).glob("*.vcf") if (found := _NAME.fullmatch(path.name))]
    days = []
    for name in names:
        try:
            days.append(dt.date.fromisoformat(name))
        except ValueError:
            continue  # contacts-2026-13-45.vcf is not one of ours
    return max(days, default=None)


def _lines(card: dict[str, str]) -> Iterator[str]:
    first, _, last = card["name"].rpartition(" ")
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"FN:{escaped(card['name'] or card['emails'] or card['phones'] or 'unknown')}"
    yield f"N:{escaped(last)};{escaped(first)};;;"
    for field, column in (("EMAIL", "emails"), ("TEL", "phones"), ("URL", "profiles")):
        for value in filter(None, card[column].split(schema.SEPARATOR)):
            address = f"https://www.{value}" if value.startswith("linkedin.com/") else value
            yield f"{field}:{address if field == 'URL' else escaped(address)}"
    for field, column in (("ORG", "organization"), ("TITLE", "title"), ("NOTE", "notes")):
        if card[column]:
            yield f"{field}:{escaped(card[column])}"
    groups = [card["circle"], *card["tags"].split(schema.SEPARATOR)]
    if any(groups):
        yield "CATEGORIES:" + ",".join(escaped(group) for group in groups if group)
    yield "END:VCARD"


def escaped(value: str) -> str:
    """A text as a field of a vCard or a calendar."""
    return value.translate(_ESCAPES)


def folded(lines: Iterable[str]) -> Iterator[str]:
    """Lines of at most 75 bytes, the rest on lines that begin with a space; no character is cut in two."""
    for line in lines:
        rest, limit = line, 75
        while len(rest.encode()) > limit:
            cut = len(rest.encode()[:limit].decode(errors="ignore"))
            yield (" " if limit == 74 else "") + rest[:cut]
            rest, limit = rest[cut:], 74
        yield (" " if limit == 74 else "") + rest
