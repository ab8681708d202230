"""Which files does a book hold, and which reader takes each of them in?"""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

from networkscope.errors import LoadError
from networkscope.importers.address_books import READERS as ADDRESS_BOOKS
from networkscope.importers.base import Parsed, Reader, SourceFile, Unusable, marks
from networkscope.importers.calendar import READERS as CALENDAR
from networkscope.importers.containers import tables_in
from networkscope.importers.facebook import READERS as FACEBOOK
from networkscope.importers.folder import is_archive, members, printable
from networkscope.importers.linkedin import READERS as LINKEDIN
from networkscope.importers.linkedin_messages import MESSAGES
from networkscope.importers.mail import READERS as MAIL
from networkscope.importers.mailboxes import gathered
from networkscope.importers.monica import READERS as MONICA
from networkscope.importers.own_tables import READERS as OWN
from networkscope.importers.tables import foreign
from networkscope.importers.vcard import READERS as VCARD
from networkscope.importers.whatsapp import READERS as WHATSAPP
from networkscope.settings import Settings

# Not sources: settings, what our own commands wrote, and what can be made again.
OF_THE_BOOK = ("book.toml", "drafts.toml", "moves.csv", "backup", ".cache")

__all__ = ["READERS", "Unusable", "find_reader", "walk"]


def _is_foreign(file: SourceFile) -> bool:
    return foreign(file.head) is not None


def _refuse(file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
    raise Unusable(f"not read: {foreign(file.head)}")


# The strictest come first: an own table is whatever has the right columns and is nobody else's.
READERS: tuple[Reader, ...] = (
    Reader("not a table", _is_foreign, _refuse),
    MESSAGES,
    *LINKEDIN,
    *VCARD,
    *CALENDAR,
    *MAIL,
    *ADDRESS_BOOKS,
    *WHATSAPP,
    *MONICA,
    *FACEBOOK,
    *OWN,
)


def find_reader(file: SourceFile) -> Reader | None:
    """Which reader knows this file? None where nobody does."""
    return next((reader for reader in READERS if reader.recognises(file)), None)


def walk(folder: Path) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """Which files lie below the folder, those inside zip archives among them, and what was passed over?

    Both lists are sorted by label, the path below the folder; the second pairs each label with the reason. Each
    source has a label of its own.
    What belongs to the book itself (OF_THE_BOOK) stands in neither. A Maildir, or a folder of several `.eml`,
    is one file; each table of a workbook is one of its own.
    """
    found: list[SourceFile] = []
    skipped: list[tuple[str, str]] = []

    def label_of(path: Path) -> str:
        return printable(path.relative_to(folder).as_posix())

    def unreadable(fault: OSError) -> None:
        skipped.append((label_of(Path(fault.filename)), "skipped: the folder cannot be opened"))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        for path in [Path(parent, name) for name in (*folders, *names)]:
            if path.parent == folder and path.name in OF_THE_BOOK:
                continue
            if _is_hidden(path):
                skipped.append((label_of(path), "skipped: hidden"))
            elif path.is_symlink():
                skipped.append((label_of(path), "skipped: a link; put the file itself here"))
            elif path.is_file():
                found += _files(path, label_of(path))
            elif not path.is_dir():
                skipped.append((label_of(path), "skipped: not a regular file"))
        folders[:] = [name for name in folders if not _is_hidden(Path(parent, name))]
        if Path(parent) == folder:
            folders[:] = [name for name in folders if name not in OF_THE_BOOK]
    tables: list[SourceFile] = []
    for file in gathered(_told_apart(found)):
        try:
            tables += tables_in(file)
        except Unusable as fault:
            skipped.append((file.label, f"not read: {fault}"))
    return _told_apart(tables), sorted(skipped)


def _told_apart(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, sorted by label; where two have the same (what cannot be printed is a "?"), with a number."""
    taken = {file.label for file in files}
    told: dict[str, SourceFile] = {}
    for file in sorted(files, key=lambda file: (file.label, file.path, file.member or "")):
        label = file.label
        if label in told:
            path = PurePosixPath(label)
            numbered = (str(path.with_name(f"{path.stem} ({n}){path.suffix}")) for n in itertools.count(2))
            label = next(name for name in numbered if name not in taken)
            taken.add(label)
        told[label] = file if label == file.label else replace(file, label=label)
    return [told[label] for label in sorted(told)]


def _is_hidden(path: Path) -> bool:
    """A Maildir keeps its folders under names like `.Sent`: those are not meant to be hidden."""
    return path.name.startswith(".") and not (path / "cur").is_dir()


def _files(path: Path, label: str) -> list[SourceFile]:
    status = path.stat()
    seen = marks(status)
    if is_archive(path):
        try:
            return [replace(file, seen=seen) for file in members(path, label)]
        except LoadError:
            if path.name.lower().endswith(".zip"):
                raise
    return [SourceFile(path, label, status.st_size, seen=seen)]
