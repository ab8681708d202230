"""What stands in the files of a book: parsed now, or remembered from an earlier opening?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope.book import cache, contents
from networkscope.book.contents import Content
from networkscope.errors import LoadError
from networkscope.importers import Unusable, base, find_reader, reader_versions, walk
from networkscope.importers.base import (
    CHAT_NAME,
    Frames,
    OwnerUnknown,
    Parsed,
    Reader,
    SourceFile,
    on_nearly_all,
)
from networkscope.importers.database import queried
from networkscope.importers.whatsapp import OWNER_IN_MOST
from networkscope.settings import Settings

SMALL_BYTES = 2**16  # parsed again as fast as it is fetched

Tell = Callable[[str], None]


@dataclass
class File:
    """A file of the book on its way into the tables."""

    label: str
    source: str = ""
    parsed: Parsed = field(default_factory=Parsed)
    trouble: str = ""
    repeats: bool = False
    key: str = ""


@dataclass(frozen=True)
class Shelf:
    """What lies in the folder of a book, and where what was parsed is kept, if anywhere."""

    place: Path | None
    sources: Sequence[SourceFile]
    skipped: Sequence[tuple[str, str]]
    contents: Sequence[Content]
    tell: Tell


def look_at(folder: Path, *, keep: bool, progress: Tell | None) -> Shelf:
    """Which files lie in this folder, and what do they hold?"""
    tell = once_a_second(progress)
    sources, skipped = walk(folder)
    # Nothing is written into a folder that is no book.
    is_book = (folder / "book.toml").exists() or any(map(find_reader, sources))
    place = cache.usable(folder) if keep and is_book else None
    return Shelf(place, sources, skipped, contents.contents(place, sources, tell), tell)


def once_a_second(progress: Tell | None) -> Tell:
    """Tell no more often than that, and nothing of what takes less."""
    last = time.monotonic()

    def tell(text: str) -> None:
        nonlocal last
        if progress and time.monotonic() - last >= 1:
            progress(text)
            last = time.monotonic()

    return tell


def _all(shelf: Shelf) -> list[Any]:
    """What all files together are."""
    files = [(*_name(s), content.blocks) for s, content in zip(shelf.sources, shelf.contents, strict=True)]
    return [*shelf.skipped, *files]


def tables_key(shelf: Shelf, settings: Settings) -> str:
    """The name of the tables of these files; "" where not all of them can be told by their content.

    A database may change unseen, so the tables of a book with [sql] are made anew at each opening. A package that was
    installed since may read what could not be read before.
    """
    if shelf.place is None or settings.sql_url or not all(content.blocks for content in shelf.contents):
        return ""
    installed = Path(pd.__file__).parents[1].stat().st_mtime_ns
    return cache.key_of("tables", replace(settings, horizon=None), _all(shelf), installed, reader_versions())


def known_tables(shelf: Shelf, settings: Settings) -> Frames | None:
    """The tables that an earlier opening made of the same files with the same settings; None where there are none."""
    key = tables_key(shelf, settings)
    kept = cache.load(shelf.place, key, mapped=True) if key else None
    if shelf.place is None or kept is None or kept[1]["horizon"] not in ("", str(settings.horizon)):
        return None
    cache.touch(shelf.place, kept[1]["files"])
    return kept[0]


def keep_tables(shelf: Shelf, settings: Settings, files: Sequence[File], tables: Frames) -> None:
    """Keep these for `known_tables`; throw out what nobody asked for in a while, and what the files no longer hold."""
    key, used = tables_key(shelf, settings), [file.key for file in files if file.key]
    if key:
        horizon = str(settings.horizon) if any(file.repeats for file in files) else ""
        cache.save(shelf.place, key, tables, {"horizon": horizon, "files": used}, compression=None)
    current = [cache.made_of("tables", _all(shelf))]
    for source, content in zip(shelf.sources, shelf.contents, strict=True):
        current.append(cache.made_of("file", content.blocks))
        pieces = range(len(content.blocks))
        current += [cache.made_of("piece", _near(source, content, number)) for number in pieces]
    cache.prune(shelf.place, [key, contents.INDEX, cache.REGISTER, *used], current)


def _near(source: SourceFile, content: Content, number: int) -> tuple[str, ...]:
    """The blocks on which a piece of a file may depend."""
    whole = source.member or source.parts
    return content.blocks if whole else content.blocks[max(number - 1, 0) : number + 2]


def _name(source: SourceFile) -> tuple[str, str | None, list[str]]:
    return source.label, source.member, [part.label for part in source.parts]


def read_files(shelf: Shelf, settings: Settings) -> list[File]:
    """Every file with what its reader found in it, and those that were passed over.

    Raises
    ------
    LoadError
        A file is broken, hostile, or changed after `look_at`.
    """
    files = [File(label, trouble=reason) for label, reason in shelf.skipped]
    waiting: list[tuple[File, LoadError, Reader, SourceFile, Content, Settings]] = []
    for source, content in zip(shelf.sources, shelf.contents, strict=True):
        reader = find_reader(source)
        file = File(source.label, reader.name if reader else "")
        if reader is None:
            file.trouble = "not recognised: no known export or table has these columns"
        else:
            file.repeats = reader.repeats
            told = settings if reader.repeats else replace(settings, horizon=None)
            try:
                file.key, file.parsed = _parsed(shelf, reader, source, content, told)
            except LoadError as fault:
                if isinstance(fault, Unusable):
                    file.source, file.trouble = "", str(fault)
                # Perhaps another file tells who the owner is.
                if isinstance(fault, OwnerUnknown) or not file.trouble:
                    waiting.append((file, fault, reader, source, content, told))
        files.append(file)
    in_chats = _in_chats(files, [trouble for _, trouble, *_ in waiting])
    for file, trouble, reader, source, content, told in waiting:
        known = _with_owner(told, files, in_chats)
        try:
            if known == told:
                raise trouble
            file.key, file.parsed = _parsed(shelf, reader, source, content, known)
        except LoadError:
            if not file.trouble:
                raise trouble from None
            continue
        if file.trouble:
            file.source, file.trouble = reader.name, ""
            file.parsed.notes.append(OWNER_IN_MOST)
    return files + [File(label, source, parsed) for label, source, parsed in queried(settings)]


def _in_chats(files: Sequence[File], troubles: Sequence[LoadError]) -> str:
    """The name under which the owner writes in nearly all chats; empty where no name stands out."""
    told = [[key for key in file.parsed.owner if key.startswith(CHAT_NAME)] for file in files]
    asked = [trouble.candidates for trouble in troubles if isinstance(trouble, OwnerUnknown)]
    return on_nearly_all([*told, *asked])[0].removeprefix(CHAT_NAME)


def _with_owner(settings: Settings, files: Sequence[File], in_chats: str) -> Settings:
    """The settings, with the one owner whom these files know where book.toml does not say."""
    owner = sorted({key for file in files for key in file.parsed.owner})
    profiles = tuple(key for key in owner if key.startswith("linkedin.com/"))
    return replace(
        settings,
        owner_profiles=settings.owner_profiles or (profiles if len(profiles) == 1 else ()),
        owner_emails=settings.owner_emails or tuple(key for key in owner if "@" in key),
        chat_name=settings.chat_name or in_chats,
    )


def _parsed(
    shelf: Shelf, reader: Reader, source: SourceFile, content: Content, settings: Settings
) -> tuple[str, Parsed]:
    shelf.tell(f"{source.label}: reading")
    which = (*_name(source), reader.name, reader.version)
    place = shelf.place if content.blocks and source.size > SMALL_BYTES else None
    key = cache.key_of("file", settings, content.blocks, which)
    if kept := cache.load(place, key):
        return key, cache.parsed_of(kept)

    def recall(start: int, work: Callable[[], Frames]) -> Frames:
        shelf.tell(f"{source.label}: {100 * start // source.size} %")
        near = _near(source, content, start // base.PIECE_BYTES)
        name = cache.key_of("piece", settings, near, which, start)
        if kept := cache.load(place, name):
            return kept[0]
        found = work()
        if content.settled and contents.unchanged(source, content):
            cache.save(place, name, found, {})
        return found

    parsed = reader.read(source.recalling(recall), settings)
    if not contents.unchanged(source, content):
        raise contents.changed(source)
    cache.save(place, key, *cache.told(parsed))
    return key, parsed
