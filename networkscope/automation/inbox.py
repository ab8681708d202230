"""Which new exports lie where a browser puts what was downloaded? Known by content, copied into the book."""

import filecmp
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from networkscope.book.new import take_in
from networkscope.errors import LoadError, one_line
from networkscope.importers import READERS, find_reader
from networkscope.importers.base import SourceFile
from networkscope.importers.folder import grouped, tables_in
from networkscope.importers.unsupported import described

OURS = {reader.name for reader in READERS}


class Arrival(NamedTuple):
    """An export that was found: what it holds, and where it is in the book now."""

    file: Path
    sources: tuple[str, ...]
    copied_to: Path


def fetch_exports(book: Path, folder: Path) -> list[Arrival]:
    """Copy the exports that lie in this folder (not below it) and not yet in the book into the book's `exports/`.

    A file is known by what is in it. What the book holds already, under whatever name, is left alone, and so is what is
    no export; nothing is taken away from the folder.

    Raises
    ------
    LoadError
        Book or folder is none, or a file cannot be copied; what had been copied by then stays.
    """
    for what, path in (("book", book), ("folder", folder)):
        if not path.is_dir():
            raise LoadError(f"the {what} '{path.name}' is not a folder")
    sizes: dict[int, list[Path]] = defaultdict(list)
    for path in book.rglob("*"):
        if path.is_file() and "reports" not in path.relative_to(book).parts[:1]:
            sizes[path.stat().st_size].append(path)
    found = []
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            same_size, sources = sizes[path.stat().st_size], sources_in(path)
            if not sources or any(filecmp.cmp(path, known, shallow=False) for known in same_size):
                continue
            target = take_in(path, book)
            same_size.append(target)
            found.append(Arrival(path, sources, target))
    except OSError as error:
        raise LoadError(f"an export cannot be copied: {one_line(error.strerror or error)}") from error
    return found


def sources_in(path: Path) -> tuple[str, ...]:
    """What an export holds, by the names of its readers; nothing where the file is none, or cannot be read.

    Own tables are no exports: any table may look like one.
    """
    try:
        tables = grouped(tables_in(SourceFile(path, path.name, path.stat().st_size)))
        readers = [find_reader(table) for table in tables if not described(table)]
        return tuple(dict.fromkeys(reader.name for reader in readers if reader and reader.name in OURS))
    except LoadError:
        return ()
