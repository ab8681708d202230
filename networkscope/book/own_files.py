"""Note what just happened: one row more in a table of the user's own, and never a row changed.

The file is locked, copied to a temporary one beside it, the row added, written through to the disk, and put in
place in one step: whoever reads it meanwhile sees the old file or the new one, nothing between.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from networkscope.book.files import write_draft
from networkscope.errors import LoadError, one_line

LOCK_SECONDS = 10.0
OWN_TABLES = {  # what the owner notes, and the header that a new one begins with
    "interactions.csv": (
        "contact,email,profile,occurred_at,channel,direction,purpose,due_on,group_size,subject,notes"
    ),
    "referrals.csv": (
        "referrer,referred,organization,opening,kind,given_on,contacted_on,met_on,reported_back_on,closed_on,outcome"
    ),
}


def append_rows(path: Path, rows: Sequence[Mapping[str, str]], *, header: Sequence[str]) -> int:
    """Add rows to an own table and return the line number of the first.

    The file keeps its own header, delimiter, encoding mark and line ends; one that does not exist begins with
    `header`.

    Raises
    ------
    LoadError
        The file cannot be read or written, is locked by another program for too long, or lacks a column that a
        row has a value for. Nothing is written then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "interactions.csv"
    ...     append_rows(path, [{"contact": "Ann; Lee"}], header=("contact", "channel"))
    ...     path.read_text()
    2
    'contact,channel\\nAnn; Lee,\\n'
    """
    return append_all([Addition(path, rows, header)])[0]


class Addition(NamedTuple):
    """Rows for one own table; a file that does not exist begins with `header`."""

    path: Path
    rows: Sequence[Mapping[str, str]]
    header: Sequence[str]


def append_all(additions: Sequence[Addition]) -> list[int]:
    """`append_rows` for several tables: all of them take their rows, or none does."""
    with ExitStack() as held:
        for added in additions:
            held.enter_context(_locked(added.path))
        contents, lines = zip(*map(_with_rows, additions), strict=True)
        drafts: list[Path] = []
        try:
            for added, content in zip(additions, contents, strict=True):
                with _writing(added.path):
                    mode = added.path.stat().st_mode & 0o777 if added.path.exists() else 0o600
                    drafts.append(write_draft(added.path, content, mode=mode))
            for added, draft in zip(additions, drafts, strict=True):
                with _writing(added.path):
                    draft.replace(added.path)
        finally:
            for draft in drafts:
                draft.unlink(missing_ok=True)
        return list(lines)


def _with_rows(addition: Addition) -> tuple[bytes, int]:
    """What the file is to hold, and the line of the first row added."""
    path, rows, header = addition
    before = _content(path) or (",".join(header) + "\n").encode()
    text, delimiter, columns = _opened(path, before)
    end = "\r\n" if text.split("\n", 1)[0].endswith("\r") else "\n"
    wanted = {name for row in rows for name, value in row.items() if value}
    if missing := sorted(wanted - set(columns)):
        raise LoadError(f"{path.name} has no column '{missing[0]}'; add it to the first line of the file")
    added = io.StringIO()
    writer = csv.writer(added, delimiter=delimiter, lineterminator=end)
    for row in rows:
        writer.writerow([row.get(column, "") for column in columns])
    joint = b"" if before.endswith(b"\n") else end.encode()
    return before + joint + added.getvalue().encode(), text.count("\n") + bool(joint) + 1


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that `append_rows` wrote, each with its line in the file; no file, no rows.

    Raises
    ------
    LoadError
        The file cannot be read, or a line is no text; it is named.
    """
    text, delimiter, columns = _opened(path, _content(path))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in lines:
            if any(cells) and lines.line_num > 1:
                yield lines.line_num, dict(zip(columns, cells, strict=False))
    except csv.Error as fault:
        raise LoadError(f"{path.name}, line {lines.line_num}: {one_line(fault)}") from fault


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as fault:
        raise LoadError(f"{path.name} cannot be read: {one_line(fault.strerror)}") from fault


def _opened(path: Path, content: bytes) -> tuple[str, str, list[str]]:
    """The text, what stands between its cells, and its columns in lower case."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise LoadError(
            f"{path.name}, line {line}: this cannot be read as UTF-8 text; save it as UTF-8"
        ) from fault
    head = io.StringIO(text, newline="").readline()
    delimiter = max(",;\t", key=head.count)
    columns = next(csv.reader([head], delimiter=delimiter), [])
    return text, delimiter, [column.strip().lower() for column in columns]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """A lock file beside the table; it goes when its owner goes, and an orphan is broken after a while."""
    lock = path.with_name(f".{path.name}.lock")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > deadline:
                what = f"{path.name} is in use by another program; if none is running, delete {lock.name}"
                raise LoadError(what) from None
            time.sleep(0.05)
        except OSError as fault:
            raise LoadError(f"{path.name} cannot be written: {one_line(fault.strerror)}") from fault
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise LoadError(f"{path.name} cannot be written: {one_line(fault.strerror)}") from fault
