"""Which reader takes in a file of the book? One module for each format; other packages may bring more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from networkscope.importers import folder, installed, unsupported
from networkscope.importers.address_books import READERS as ADDRESS_BOOKS
from networkscope.importers.address_books import TRIMMED
from networkscope.importers.base import Parsed, Reader, SourceFile, Unusable
from networkscope.importers.calendar import READERS as CALENDAR
from networkscope.importers.facebook import READERS as FACEBOOK
from networkscope.importers.linkedin import READERS as LINKEDIN
from networkscope.importers.linkedin_messages import MESSAGES
from networkscope.importers.mail import READERS as MAIL
from networkscope.importers.monica import READERS as MONICA
from networkscope.importers.own_tables import READERS as OWN
from networkscope.importers.phone_chats import READERS as PHONE_CHATS
from networkscope.importers.slack import READERS as SLACK
from networkscope.importers.telegram import READERS as TELEGRAM
from networkscope.importers.vcard import READERS as VCARD
from networkscope.importers.whatsapp import READERS as WHATSAPP
from networkscope.settings import Settings

__all__ = ["READERS", "Unusable", "find_reader", "reader_versions", "walk"]


def _refuse(file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
    raise Unusable(f"not read: {unsupported.described(file)}")


NOT_READ = Reader("not a table", lambda file: bool(unsupported.described(file)), _refuse)
# The strictest come first.
READERS: tuple[Reader, ...] = (
    *VCARD,
    *CALENDAR,
    MESSAGES,
    *LINKEDIN,
    *MAIL,
    *ADDRESS_BOOKS,
    *PHONE_CHATS,
    *WHATSAPP,
    *MONICA,
    *FACEBOOK,
    *TELEGRAM,
    *SLACK,
)


def find_reader(file: SourceFile) -> Reader | None:
    """Which reader knows this file? None where nobody does.

    An own table is whatever has the right columns and belongs to nobody else, so those readers come last.
    """
    others = installed.readers()
    candidates = (*READERS, *others.readers, *OWN, *TRIMMED, *others.failing, NOT_READ)
    if unsupported.started(file.head):
        candidates = (*others.readers, NOT_READ)
    found = next((reader for reader in candidates if reader.recognises(file)), None)
    return _of_a_copy(found, file.original) if found in OWN and file.original else found


def _of_a_copy(reader: Reader, original: str) -> Reader:
    """The reader of an own table that says that it is a copy; under a version of its own, since the cache asks that."""

    def read(file: SourceFile, settings: Settings) -> Parsed:
        parsed = reader.read(file, settings)
        parsed.notes.append(
            f"named like a copy of {original}: rows that are in both count once; if it is one, move what is new "
            f"into {original} and delete it"
        )
        return parsed

    return replace(reader, read=read, version=f"copy of {original}")


def _is_copy(file: SourceFile) -> bool:
    reader = find_reader(file) if file.original else None
    return reader is not None and reader.name in {own.name for own in OWN}


def reader_versions() -> tuple[str, ...]:
    """The readers of other packages, each with the version of its package: what they find depends on it."""
    return tuple(f"{reader.name}: {reader.version}" for reader in installed.readers().readers)


def walk(book: Path) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """The sources of a book, and what was passed over with the reason (`folder.walk`).

    A copy of an own table comes last: what the table itself says counts. A reader of another package that cannot be
    used is among what was passed over.
    """
    files, skipped = folder.walk(book)
    files.sort(key=_is_copy)
    return files, sorted([*skipped, *installed.readers().problems])
