"""What the commands wrote into the owner's tables, and how the last of them is taken back.

`own_files.append_all` notes each row that it adds in `<book>/.networkscope/journal.csv` before it adds it. A command
that was killed in between left a note of a row that is not there: nothing is to be taken back then.
"""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from networkscope.book.locks import locked
from networkscope.book.own_files import (
    JOURNAL,
    NEW_FILE,
    OPEN_END,
    journal_held,
    read_rows,
    replace_all,
    row_hash,
)
from networkscope.errors import LoadError, one_line

NOTHING = (
    "nothing to take back: no command wrote into this book, or all that they wrote is taken back already"
)


class Undone(NamedTuple):
    """What `undo` did.

    `taken` are the rows taken back, each a pair of its place, as in "moves.csv:3", and its text; `left` are the places
    of those that are not as they were written.
    """

    command: str
    noted_at: str
    taken: list[tuple[str, str]]
    left: list[str]


class _Row(NamedTuple):
    """A row of a table as the journal has it; `at` is the line of the journal, `line` and `lines` are the table's."""

    at: int
    entry: str
    noted_at: str
    command: str
    file: str
    line: int
    lines: int
    hash: str
    before: str


def undo(book: str | Path) -> Undone:
    """Take back all rows of the last command that wrote into this book's tables; again for the one before.

    A row that was changed or removed since is left alone, and named; one that only moved, since lines above it came or
    went, is found again. Where nothing else was changed, each file ends up as it was, to the byte.

    Raises
    ------
    LoadError
        No command wrote here, or all were taken back; a table or the journal cannot be read or written.
    """
    folder = Path(book)
    if not (folder / JOURNAL).exists():
        what = NOTHING if folder.is_dir() else f"the book '{folder.name}' does not exist"
        raise LoadError(what)
    with ExitStack() as held:
        held.enter_context(journal_held(folder))
        noted = _noted(folder / JOURNAL)
        if not noted:
            raise LoadError(NOTHING)
        rows = [row for row in noted if row.entry == noted[-1].entry]
        claimed = Counter((row.file, row.hash) for row in noted if row.entry != noted[-1].entry)
        result = Undone(rows[0].command, rows[0].noted_at, [], [])
        contents: dict[Path, bytes] = {}
        for file in dict.fromkeys(row.file for row in rows):
            path = folder / file
            held.enter_context(locked(path))
            content = _without(path, [row for row in rows if row.file == file], claimed, result)
            if content is None:
                path.unlink(missing_ok=True)
            else:
                contents[path] = content
        # The journal last: a row that is gone already does no harm, one that nobody knows of could not be taken back.
        own = {row.at - 1 for row in rows}
        lines = (folder / JOURNAL).read_bytes().splitlines(keepends=True)
        kept = b"".join(line for at, line in enumerate(lines) if at not in own)
        replace_all(contents | {folder / JOURNAL: kept})
    return result


def _noted(journal: Path) -> list[_Row]:
    """The rows of the journal, in their order."""
    found = []
    for at, cells in read_rows(journal):
        try:
            texts = {name: cells[name] for name in _Row._fields[1:]}
            row = _Row(at, **texts | {"line": int(texts["line"]), "lines": int(texts["lines"])})  # type: ignore[arg-type]
            if row.file != Path(row.file).name or row.line < 1 or row.lines < 1:
                raise ValueError("it is no line of a table")
        except (KeyError, ValueError) as error:
            what = f"this is not as it was written ({one_line(error)}); remove the line"
            raise LoadError(f"{JOURNAL.as_posix()}, line {at}: {what}") from error
        found.append(row)
    return found


def _without(
    path: Path, rows: Sequence[_Row], claimed: Counter[tuple[str, str]], result: Undone
) -> bytes | None:
    """The content of the table without these rows; None where the command made it and nothing else is in it."""
    lines = re.findall(rb"[^\n]*\n|[^\n]+", path.read_bytes()) if path.exists() else []
    taken, end = [], False
    for row in sorted(rows, key=lambda row: row.line, reverse=True):
        where = f"{row.file}:{row.line}"
        at = _place(lines, row, claimed[row.file, row.hash])
        if at is None:
            result.left.append(where)
            continue
        content = b"".join(lines[at : at + row.lines])
        taken.append((where, content.decode("utf-8", "replace").strip()))
        end = at + row.lines == len(lines)
        del lines[at : at + row.lines]
    result.taken.extend(reversed(taken))
    before = rows[0].before
    if before == NEW_FILE and len(lines) <= 1 and taken:
        return None
    kept = b"".join(lines)
    return kept.rstrip(b"\r\n") if before == OPEN_END and end else kept


def _place(lines: Sequence[bytes], row: _Row, claimed: int) -> int | None:
    """The index of this row in the table; None where it is not there as it was written.

    `claimed` are the rows with the same text that earlier commands wrote.
    """

    def is_it(at: int) -> bool:
        return row_hash(b"".join(lines[at : at + row.lines])) == row.hash

    if row.line <= len(lines) and is_it(row.line - 1):
        return row.line - 1
    places = [at for at in range(1, len(lines)) if is_it(at)]
    return places[-1] if len(places) > claimed else None
