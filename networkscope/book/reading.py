"""What is in the files of a book: parsed now, or kept from an earlier opening?"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.book import cache
from networkscope.book.forgotten import without
from networkscope.errors import LoadError
from networkscope.importers import Unusable, base, find_reader, reader_versions, walk
from networkscope.importers.base import OwnerUnknown, Parsed, Reader, SourceFile, marks
from networkscope.importers.database import queried
from networkscope.importers.whatsapp import OWNER_IN_MOST
from networkscope.settings import Settings

SMALL_BYTES = 2**16  # parsed again as fast as it is fetched
SETTLED_NS = 2 * 10**9  # the coarsest clock of a file system in use ticks every two seconds


@dataclass
class File:
    """A file of the book on its way into the tables; `problem` says why it was passed over, `key` where it is kept."""

    label: str
    source: str = ""
    parsed: Parsed = field(default_factory=Parsed)
    problem: str = ""
    repeats: bool = False
    key: str = ""


@dataclass(frozen=True)
class BookFiles:
    """What is in the folder of a book, and where what was parsed is kept, if anywhere.

    `signatures` are those of the file system; `settled` are the sources to which nobody can write unnoticed.
    """

    place: Path | None
    sources: Sequence[SourceFile]
    skipped: Sequence[tuple[str, str]]
    signatures: Sequence[tuple[Any, ...]]
    settled: Sequence[bool]
    progress: Callable[[str], None]


def scan(folder: Path, *, keep: bool, progress: Callable[[str], None] | None) -> BookFiles:
    """Which files are in this folder, and is there a place to keep what they hold?"""
    sources, skipped = walk(folder)
    # Nothing is written into a folder that is no book.
    is_book = (folder / "book.toml").exists() or any(map(find_reader, sources))
    place = cache.usable(folder) if keep and is_book else None
    now = time.time_ns()
    signatures = [_signature(source, as_found=True) for source in sources]
    # A write in the same tick of the clock as the one before leaves the signature as it is.
    changes = [[changed for marks in signature[3:] for changed in marks[-2:]] for signature in signatures]
    settled = [all(abs(now - changed) > SETTLED_NS for changed in source) for source in changes]
    return BookFiles(place, sources, skipped, signatures, settled, _once_a_second(progress))


def _signature(source: SourceFile, *, as_found: bool = False) -> tuple[Any, ...]:
    """What the source is called, and how the file system marks its files: a write changes that.

    With `as_found`, the marks are those from when the folder was looked through, before anything was opened.
    """
    found: dict[str, tuple[int, ...]] = {}
    try:
        for part in source.parts or (source,):
            path = os.fspath(part.path)
            if path not in found:
                found[path] = part.seen if as_found and part.seen else marks(os.stat(path))  # noqa: PTH116
    except OSError as error:
        raise LoadError(f"{source.label} disappeared while it was being read; try again") from error
    return (source.label, source.member, [part.label for part in source.parts], *found.values())


def _once_a_second(progress: Callable[[str], None] | None) -> Callable[[str], None]:
    """Report no more often than that, and nothing of what takes less."""
    last = time.monotonic()

    def report(text: str) -> None:
        nonlocal last
        if progress and time.monotonic() - last >= 1:
            progress(text)
            last = time.monotonic()

    return report


def tables_key(found: BookFiles, settings: Settings) -> str:
    """Under which name are the tables of these files kept? "" where they cannot be.

    A database may change unnoticed, so the tables of a book with [sql] are made anew at each opening. A package that
    was installed since may read what could not be read before.
    """
    if found.place is None or settings.sql_url or not all(found.settled):
        return ""
    installed = Path(pd.__file__).parents[1].stat().st_mtime_ns, reader_versions()
    return cache.key_of("tables", settings, found.signatures, found.skipped, installed)


def read_files(found: BookFiles, settings: Settings, horizon: pd.Timestamp) -> list[File]:
    """Every file with what its reader found in it, and those that were passed over.

    What repeats is expanded up to `horizon`. A LoadError says which file is broken, hostile, or changed after `scan`.
    """
    files = [File(label, problem=reason) for label, reason in found.skipped]
    waiting: list[tuple[LoadError, File, Reader, int, Settings]] = []
    for number, source in enumerate(found.sources):
        reader = find_reader(source)
        file = File(source.label, reader.name if reader else "")
        files.append(file)
        if reader is None:
            file.problem = "not recognised: no known export or table has these columns"
            continue
        file.repeats = reader.repeats
        given = replace(settings, horizon=horizon) if reader.repeats else settings
        try:
            file.key, file.parsed = _parsed(found, reader, number, given)
        except LoadError as error:
            if isinstance(error, Unusable):
                file.source, file.problem = "", str(error)
            if isinstance(error, OwnerUnknown) or not file.problem:  # another file may say who the owner is
                waiting.append((error, file, reader, number, given))
    in_chats = _in_chats(files, [why for why, *_ in waiting])
    for why, file, reader, number, given in waiting:
        known = _with_owner(given, files, in_chats)
        try:
            if known == given:
                raise why
            file.key, file.parsed = _parsed(found, reader, number, known)
        except LoadError:
            if not file.problem:
                raise why from None
            continue
        if file.problem:
            file.source, file.problem = reader.name, ""
            file.parsed.notes.append(OWNER_IN_MOST)
    for label, database, parsed in queried(settings):
        files.append(File(label, database, without(parsed, settings.forgotten)))
    return files


def _in_chats(files: Iterable[File], errors: Iterable[LoadError]) -> str:
    """The name under which the owner writes in nearly all chats; empty where no name stands out."""
    known = [[key for key in file.parsed.owner if key.startswith(base.CHAT_NAME)] for file in files]
    asked = [error.candidates for error in errors if isinstance(error, OwnerUnknown)]
    return base.on_nearly_all([*known, *asked])[0].removeprefix(base.CHAT_NAME)


def owner_of(files: Iterable[File]) -> tuple[list[str], set[str]]:
    """The names of the owner as accounts of his state them, and the keys by which these files know him."""
    names: dict[str, None] = {}
    known: set[str] = set()
    for file in files:
        known.update(file.parsed.owner)
        if (account := file.parsed.tables.get("owner")) is not None:
            names |= dict.fromkeys(account["name"].dropna())
            known.update(account["email"].dropna().map(keys.email_key))
            known.update(account["profile"].dropna().map(keys.profile_key))
    return list(names), known - {""}


def _with_owner(settings: Settings, files: Iterable[File], in_chats: str) -> Settings:
    """The settings, with the one owner whom these files know where book.toml does not say."""
    names, known = owner_of(files)
    profiles = tuple(key for key in known if key.startswith("linkedin.com/"))
    return replace(
        settings,
        owner_name=settings.owner_name or next(iter(names), ""),
        owner_profiles=settings.owner_profiles or (profiles if len(profiles) == 1 else ()),
        owner_emails=settings.owner_emails or tuple(key for key in sorted(known) if "@" in key),
        chat_name=settings.chat_name or in_chats,
    )


def _parsed(found: BookFiles, reader: Reader, number: int, settings: Settings) -> tuple[str, Parsed]:
    """What this reader finds in one of the sources, and the key under which that is kept."""
    source, signature = found.sources[number], found.signatures[number]
    found.progress(f"{source.label}: reading")
    place = found.place if found.settled[number] and source.size > SMALL_BYTES else None
    key = cache.key_of("file", settings, signature, reader.name, reader.version)
    if kept := cache.load(place, key):
        return key, cache.from_frames(*kept)
    parsed = without(reader.read(source, settings), settings.forgotten)
    if _signature(source) != signature:
        raise LoadError(
            f"{source.label} changed while it was being read; try again when nothing writes to it"
        )
    cache.save(place, key, *cache.to_frames(parsed))
    return key, parsed
