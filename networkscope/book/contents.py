"""What do the files of a book hold, told by their bytes, and hashed again only where they may have changed?

A file is not hashed again while the file system's marks of it (device, number, size, time of change of content
and of state) are the same, and were two seconds old when it was hashed. What that misses: a program that goes on
writing to a file that it has mapped into memory, and a disk that was written to behind the system's back.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from networkscope.book import cache
from networkscope.errors import LoadError
from networkscope.importers import base
from networkscope.importers.base import SourceFile

SETTLED_NS = 2 * 10**9  # the coarsest clock of a file system in use ticks every two seconds
INDEX = cache.digest("index")


@dataclass(frozen=True)
class Content:
    """One source as it was when it was looked at.

    Attributes
    ----------
    mark : how the file system marks it; a write changes that, unless it follows the last one too soon
    blocks : the hash of each `base.PIECE_BYTES` of the file (of an archive: of all of it); () where not hashed
    settled : no write can have come too soon
    """

    mark: str
    blocks: tuple[str, ...]
    settled: bool


def contents(place: Path | None, sources: Sequence[SourceFile], tell: Callable[[str], None]) -> list[Content]:
    """What each source holds; hashed only with a place to keep anything, and where it may have changed."""
    kept = cache.load(place, INDEX)
    known = kept[1] if kept else {}
    marks = [_stamp(source) for source in sources]
    for source in sources:
        _refuse_newer(source)
    now = _now(place) if place and any(mark not in known for mark, _, _ in marks) else (0, 0)
    hashes: dict[Path, tuple[str, ...]] = {}
    found = []
    for source, (mark, newest, device) in zip(sources, marks, strict=True):
        blocks = tuple(known.get(mark, ()))
        settled = bool(blocks) or (os.name != "nt" and device == now[0] and newest < now[1] - SETTLED_NS)
        if place and not blocks:
            tell(f"{source.label}: looking for changes")
            if source.path not in hashes:  # an archive is hashed once for all that lies in it
                hashes = {source.path: hashed(source)}
            blocks = hashes[source.path]
        found.append(Content(mark, blocks, settled))
    index = {content.mark: content.blocks for content in found if content.settled and content.blocks}
    if index.keys() != known.keys():
        cache.save(place, INDEX, {}, index)
    return found


def unchanged(source: SourceFile, content: Content) -> bool:
    """Does the source still hold what it held? Hashed again where the marks alone cannot tell."""
    same = _stamp(source)[0] == content.mark
    return same and (content.settled or not content.blocks or hashed(source) == content.blocks)


def changed(source: SourceFile) -> LoadError:
    """What is said of a source that somebody writes to."""
    return LoadError(f"{source.label} changed while it was being read; try again when nothing writes to it")


def _refuse_newer(source: SourceFile) -> None:
    """Raise LoadError where what was opened when the file was found is no longer what lies on the disk."""
    early = [part for part in source.parts or (source,) if part.archive or part.content is not None]
    for path, seen in {part.path: part.seen for part in early if part.seen}.items():
        if not path.exists() or base.marks(path.stat()) != seen:
            raise changed(source)


def _paths(source: SourceFile) -> list[Path]:
    return list(dict.fromkeys(part.path for part in source.parts or (source,)))


def _stamp(source: SourceFile) -> tuple[str, int, int]:
    """How the file system marks this source, when that changed last (ns), and on which device."""
    try:
        found = [path.stat() for path in _paths(source)]
    except OSError as fault:
        raise LoadError(f"{source.label} disappeared while it was being read; try again") from fault
    marks = [base.marks(status) for status in found]
    newest = max(max(status.st_mtime_ns, status.st_ctime_ns) for status in found)
    return cache.digest(source.member, marks), newest, max(status.st_dev for status in found)


def hashed(source: SourceFile) -> tuple[str, ...]:
    """The hash of each piece of each file of this source; () where one of them cannot be read."""
    blocks = []
    try:
        for path in _paths(source):
            with path.open("rb") as stream:
                left = 0
                while not left:  # the last piece is the one that is not full, be it empty
                    block, left = hashlib.blake2b(digest_size=20), base.PIECE_BYTES
                    while left and (data := stream.read(min(left, 2**20))):
                        block.update(data)
                        left -= len(data)
                    blocks.append(block.hexdigest())
    except OSError:
        return ()
    return tuple(blocks)


def _now(place: Path) -> tuple[int, int]:
    """Device and clock of the file system that the cache lies on; (0, 0) where nothing can be written there."""
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            status = os.fstat(file.fileno())
            return status.st_dev, status.st_mtime_ns
    except OSError:
        return 0, 0
