"""The files that this package writes, each whole or not at all; and the owner's own tables, to which it only appends.

A table is locked while rows are added, and put in place in one step: whoever reads it meanwhile sees the old file or
the new one, nothing between. The lock belongs to the process, so one that is killed leaves none. Every row added is
noted in the book's journal first, so that `book.journal.undo` can take it back.
"""

import csv
import datetime as dt
import hashlib
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from networkscope.book.locks import locked, unwritable
from networkscope.errors import LoadError, one_line

PRIVATE = ".networkscope"  # what this package keeps in a book for itself
JOURNAL = Path(PRIVATE, "journal.csv")  # below the folder of the tables
JOURNAL_HEADER = ("entry", "noted_at", "command", "file", "line", "lines", "hash", "before")
NEW_FILE, OPEN_END = "no file", "no line end"  # what the journal says of a file as it was before
OWN_TABLES = {  # what the owner notes, and the header with which a new one starts
    "interactions.csv": (
        "contact,email,profile,occurred_at,channel,direction,purpose,due_on,group_size,subject,notes"
    ),
    "referrals.csv": (
        "referrer,referred,organization,opening,kind,given_on,contacted_on,met_on,reported_back_on,closed_on,outcome"
    ),
}


class Addition(NamedTuple):
    """Rows for one own table; a file that does not exist starts with `header`.

    What is `optional` is left out where the file has no such column.
    """

    path: Path
    rows: Sequence[Mapping[str, str]]
    header: Sequence[str]
    optional: Sequence[str] = ()


def append_rows(
    path: Path, rows: Sequence[Mapping[str, str]], *, header: Sequence[str], optional: Sequence[str] = (),
    command: str = "note",
) -> int:  # fmt: skip
    """Add rows to an own table, as those of this command, and return the line number of the first.

    The file keeps its own header, delimiter, encoding mark and line ends; one that does not exist starts with
    `header`. Where the file cannot be read or written, is locked by another program for too long, or lacks a column
    that a row has a value for and that is not `optional`, a LoadError says so, and nothing is written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "interactions.csv"
    ...     append_rows(path, [{"contact": "Ann; Lee"}], header=("contact", "channel"))
    ...     path.read_text()
    2
    'contact,channel\\nAnn; Lee,\\n'
    """
    return append_all([Addition(path, rows, header, optional)], command=command)[0]


def append_all(additions: Sequence[Addition], *, command: str = "note") -> list[int]:
    """`append_rows` for several tables of one folder: all of them take their rows, or none does."""
    folder = additions[0].path.parent
    with ExitStack() as held:
        held.enter_context(journal_held(folder))
        for path, *_ in additions:
            held.enter_context(locked(path))
        found = [_with_rows(addition) for addition in additions]
        noted = Addition(folder / JOURNAL, _journal_rows(command, additions, found), JOURNAL_HEADER)
        every = [(noted, _with_rows(noted)), *zip(additions, found, strict=True)]  # the journal first
        replace_all({path: before + "".join(rows).encode() for (path, *_), (before, rows, _) in every})
        return [line for *_, line in found]


def replace_all(contents: Mapping[Path, bytes]) -> None:
    """Put these contents at their paths, one after the other, once all of them are down on the disk."""
    drafts: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
            drafts[path] = _draft(path, content, mode)
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def row_hash(row: bytes) -> str:
    """What the journal keeps of a row, whatever its line ends: enough to see whether it was changed.

    >>> row_hash(b"Ann,call\\r\\n") == row_hash(b"Ann,call")
    True
    """
    plain = row.replace(b"\r\n", b"\n").rstrip(b"\r\n")
    return hashlib.blake2b(plain, digest_size=8).hexdigest()


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of an own table without spaces around cells, each with its line in the file; no file, no rows.

    A LoadError names the line that is no text.
    """
    _, text, delimiter, columns = opened(path)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in lines:
            if any(cells) and lines.line_num > 1:
                yield lines.line_num, dict(zip(columns, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise LoadError(f"{path.name}, line {lines.line_num}: {one_line(error)}") from error


def write_atomically(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Put the content at this path in one step; what was there stays until then.

    `mode` are the rights of the file, by default those of any new file.
    """
    draft = _draft(path, content.encode("utf-8", "replace") if isinstance(content, str) else content, mode)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def copy_whole(file: Path, target: Path) -> None:
    """Copy a file in one step, however large it is."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with file.open("rb") as source, draft.open("xb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Can this file be written? A LoadError where it cannot, and nothing is changed."""
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            why = "it is a folder" if path.is_dir() else ""
    except OSError as error:
        why = one_line(error.strerror)
    if why:
        raise LoadError(f"'{path.name}' cannot be written ({why}); choose another place")


def output_folder(
    folder: Path, pages: Sequence[str] = (), *, instead: str = "choose another with -o"
) -> Path:
    """Can reports be written there? Make the folder where it is missing; `pages` are to be written.

    Where it is not a folder, or nothing can be written into it, a LoadError says what to do `instead`.
    """
    what = f"the output folder '{folder.name}'"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as error:
        raise LoadError(f"{what} is not a folder; {instead}") from error
    except OSError as error:
        raise LoadError(f"nothing can be written into {what} ({error.strerror}); {instead}") from error
    for name in ("index", *pages):
        if (folder / f"{name}.html").is_dir():
            raise LoadError(f"'{name}.html' in the output folder is a folder; remove it, or {instead}")
    if (folder / "failed").exists() and not (folder / "failed").is_dir():
        raise LoadError(f"'failed' in the output folder is not a folder; remove it, or {instead}")
    return folder


def _with_rows(addition: Addition) -> tuple[bytes, list[str], int]:
    """What the file holds, with a line end; the rows to add, as text; and the line of the first of them."""
    path, rows, header, optional = addition
    before, text, delimiter, columns = opened(path, ",".join(header) + "\n")
    end = "\r\n" if text.split("\n", 1)[0].endswith("\r") else "\n"
    wanted = {name for row in rows for name, value in row.items() if value}
    if missing := sorted(wanted - {*columns, *optional}):
        raise LoadError(f"{path.name} has no column '{missing[0]}'; add it to the first line of the file")
    added = [csv_row([row.get(column, "") for column in columns], delimiter, end) for row in rows]
    joint = b"" if before.endswith(b"\n") else end.encode()
    return before + joint, added, text.count("\n") + bool(joint) + 1


def csv_row(cells: Sequence[str], delimiter: str, end: str) -> str:
    """A row of a table as text."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=end).writerow(cells)
    return line.getvalue()


def _journal_rows(
    command: str, additions: Sequence[Addition], found: Sequence[tuple[bytes, list[str], int]]
) -> list[dict[str, str]]:
    """A row for each row that is added: where it will be, and what the file was like before."""
    moment = dt.datetime.now(dt.UTC)
    entry = {"entry": secrets.token_hex(4), "noted_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "command": command}
    noted = []
    for (path, *_), (_, added, line) in zip(additions, found, strict=True):
        content = path.read_bytes() if path.exists() else None
        before = NEW_FILE if content is None else "" if content.endswith(b"\n") or not content else OPEN_END
        for row in added:
            count, mark = row.count("\n"), row_hash(row.encode())
            where = {"file": path.name, "line": str(line), "lines": str(count), "hash": mark}
            noted.append(entry | where | {"before": before})
            line, before = line + count, ""
    return noted


def opened(path: Path, header: str = "") -> tuple[bytes, str, str, list[str]]:
    """The content of a table, the same as text, what separates its cells, and its columns in lower case."""
    try:
        content = (path.read_bytes() if path.exists() else b"") or header.encode()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {one_line(error.strerror)}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"{path.name}, line {line}: this cannot be read as UTF-8 text; save it as UTF-8"
        raise LoadError(what) from error
    head = io.StringIO(text, newline="").readline()
    delimiter = max(",;\t", key=head.count)
    columns = next(csv.reader([head], delimiter=delimiter), [])
    return content, text, delimiter, [column.strip().lower() for column in columns]


def _draft(path: Path, content: bytes, mode: int | None) -> Path:
    """The content in a new file beside `path`, down on the disk."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as stream:
            if mode is not None:
                draft.chmod(mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


@contextmanager
def journal_held(folder: Path) -> Iterator[None]:
    """Nobody else adds to the tables of this folder, or takes back, meanwhile; and there is a place for the journal."""
    place = folder / JOURNAL.parent
    with locked(folder / JOURNAL.name):
        try:
            place.mkdir(exist_ok=True)
            yield
        except OSError as error:
            raise unwritable(place, error) from error
        finally:
            with suppress(OSError):  # it stays where something is in it
                place.rmdir()
