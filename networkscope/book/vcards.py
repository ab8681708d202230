"""Take your network with you: contacts as vCards that every address book reads."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd

from networkscope import schema

FOLDER = "backup"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def to_vcards(contacts: pd.DataFrame) -> str:
    """Who is in my network, in a form that outlives the employer's mailbox? One vCard 3.0 per contact.

    Takes canonical contacts; people of whom no list knows (`listed` is not True) are left out.

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
    days = []
    for path in (book / FOLDER).glob("contacts-*.vcf"):
        if re.fullmatch(r"contacts-\d{4}-\d{2}-\d{2}", path.stem):
            with suppress(ValueError):  # contacts-2026-13-45.vcf is not one of ours
                days.append(dt.date.fromisoformat(path.stem.removeprefix("contacts-")))
    return max(days, default=None)


def _lines(card: dict[str, str]) -> Iterator[str]:
    first, _, last = card["name"].rpartition(" ")
    yield from ("BEGIN:VCARD", "VERSION:3.0")
    yield f"FN:{escaped(card['name'] or card['emails'] or card['phones'] or 'unknown')}"
    yield f"N:{escaped(last)};{escaped(first)};;;"
    for field, column in (("EMAIL", "emails"), ("TEL", "phones"), ("URL", "profiles")):
        for value in filter(None, card[column].split(schema.SEPARATOR)):
            address = f"https://www.{value}" if value.startswith("linkedin.com/") else value
            yield f"{field}:{address if field == 'URL' else escaped(address)}"
    for field, column in (("ORG", "organization"), ("TITLE", "title"), ("NOTE", "notes")):
        if card[column]:
            yield f"{field}:{escaped(card[column])}"
    if groups := [*filter(None, [card["circle"], *card["tags"].split(schema.SEPARATOR)])]:
        yield "CATEGORIES:" + ",".join(map(escaped, groups))
    yield "END:VCARD"


def escaped(value: str) -> str:
    """A text as a field of a vCard or a calendar."""
    return value.translate(_ESCAPES)


def folded(lines: Iterable[str]) -> Iterator[str]:
    """Lines of at most 75 bytes, the rest on lines that start with a space; no character is cut in two."""
    for line in lines:
        rest, indent = line, ""
        while len((indent + rest).encode()) > 75:
            cut = len((indent + rest).encode()[:75].decode(errors="ignore")) - len(indent)
            yield indent + rest[:cut]
            rest, indent = rest[cut:], " "
        yield indent + rest
