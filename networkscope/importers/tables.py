"""What is in this CSV file, whoever saved it last?

Files are decoded, their header is searched for, and every row keeps the physical line on which it starts.
Regular files go through pyarrow; whatever it refuses (ragged rows, stray quotes) is read by the csv module.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from networkscope.errors import LoadError, one_line
from networkscope.importers.base import HEAD_BYTES, SourceFile
from networkscope.importers.columns import normal as normal

TEXT = pa.large_string()
HEADER_WITHIN_LINES = 40
DELIMITERS = ",;\t|"
FOREIGN = {
    b"PK\x03\x04": "a document or another archive; save a table as CSV, unpack an archive",
    b"%PDF": "a PDF document",
    b"SQLite format 3\0": "a SQLite database; ask it by queries under [sql] in book.toml",
}
TOO_WIDE = "the row has more cells than the header"

Ints = npt.NDArray[np.int64]

csv.field_size_limit(2**31 - 1)  # a cell may be as long as it likes; the file is in memory anyway


@dataclass(frozen=True)
class Header:
    """A line that may be a header, with its cells in normal form."""

    line: int
    delimiter: str
    names: tuple[str, ...]


@dataclass
class Table:
    """The rows below a header: a text column per field (empty cells are empty text), and the line of each row."""

    columns: dict[str, Any]
    lines: Ints
    encoding: str
    rejected: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def foreign(head: bytes) -> str | None:
    """What is this file, if it is certainly not a table of text? None for all others."""
    return next((what for magic, what in FOREIGN.items() if head.startswith(magic)), None)


def find_header(file: SourceFile, fits: Callable[[frozenset[str]], bool]) -> Header | None:
    """The first line whose cells fit; what comes before it differs too much to be skipped by count."""
    return next((header for header in _headers(file.head) if fits(frozenset(header.names))), None)


@lru_cache(maxsize=4)  # every reader asks about the same file
def _headers(head: bytes) -> tuple[Header, ...]:
    found = []
    if len(head) == HEAD_BYTES and b"\0" not in head:  # it may end within a letter
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    lines = as_utf8(head)[0].decode().split("\n")[:HEADER_WITHIN_LINES]
    for number, line in enumerate(lines, start=1):
        split = {delimiter: _cells(line, delimiter) for delimiter in DELIMITERS}
        delimiter = max(split, key=lambda each: len(split[each]))
        names = tuple(map(normal, split[delimiter]))
        if any(names):
            found.append(Header(number, delimiter, names))
    return tuple(found)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])
    except csv.Error:
        return []


def as_utf8(data: bytes) -> tuple[bytes, str]:
    """Any text file as UTF-8 with line feeds, and the encoding that it had."""
    encoding = "utf-8"
    first = data[:200]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif first[1::2].count(0) > len(first) // 4:
        encoding = "utf-16-le"
    elif first[::2].count(0) > len(first) // 4:
        encoding = "utf-16-be"
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    elif not data.isascii():
        data, encoding = _eight_bit(data)
    data = data.replace(b"\0", b"")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data, encoding


def _eight_bit(data: bytes) -> tuple[bytes, str]:
    """UTF-8 if it is, or if it mostly is (a damaged file); else what Western European Windows writes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        if sum(sign > "\x7f" for sign in text) > 2 * text.count("\ufffd"):
            return text.encode("utf-8"), "utf-8"
        try:
            return data.decode("cp1252").encode("utf-8"), "cp1252"
        except UnicodeDecodeError:
            return data.decode("latin-1").encode("utf-8"), "latin-1"
    return data, "utf-8"


def read_table(file: SourceFile, header: Header, fields: Mapping[str, str]) -> Table:
    """The rows below the header, their columns renamed; `fields` says which column (normal form) is which.

    A LoadError where the file cannot be read.
    """
    wanted: dict[str, int] = {}
    for position, name in enumerate(header.names):
        if name in fields:
            wanted.setdefault(fields[name], position)
    data = file.read()
    table = None
    if b"\0" not in data[:HEAD_BYTES]:  # then it may be UTF-8 as it is, which pyarrow checks
        table = _regular(_below(data, header.line), header, wanted, "utf-8")
    if table is None:
        text, encoding = as_utf8(data)
        body = _below(text, header.line)
        table = _regular(body, header, wanted, encoding)
        table = table or _irregular(body, header, wanted, encoding, file.label)
    return table


def _below(text: bytes, line: int) -> bytes:
    start = 0
    for _ in range(line):
        start = text.find(b"\n", start) + 1 or len(text)
    return text[start:]


def _regular(body: bytes, header: Header, wanted: Mapping[str, int], encoding: str) -> Table | None:
    """The fast way; None where the file is not as regular as that."""
    names = [str(position) for position in range(len(header.names))]
    picked = [str(position) for position in wanted.values()]
    try:
        found = arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(body) + 1),
            arrow_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False, include_columns=picked
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, OverflowError):
        return None
    starts = _record_starts(body, found.num_rows)
    if len(starts) != found.num_rows:
        return None
    columns = {name: found.column(at).chunk(0) for at, name in enumerate(wanted)}
    return Table(columns, starts + header.line + 1, encoding)


def _record_starts(body: bytes, expected: int) -> Ints:
    """The lines (from 0) on which records start: a line feed within quotes ends none, an empty line is none."""
    lines = body.count(b"\n") + bool(body and not body.endswith(b"\n"))
    if lines == expected and body.count(b"\r") == body.count(b"\r\n"):
        return np.arange(expected)  # as many records as lines, and no other end of a line: each has its own
    signs = np.frombuffer(body, dtype=np.uint8)
    breaks = np.append(np.flatnonzero(signs == ord("\n")), len(body))
    quotes = np.flatnonzero(signs == ord('"'))
    ends = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0)
    first = np.append(-1, breaks[ends][:-1]) + 1
    length = breaks[ends] - first
    if len(body):
        length -= (length == 1) & (signs[np.minimum(first, len(body) - 1)] == ord("\r"))
    return np.append(0, ends[:-1] + 1)[length > 0]


def _irregular(body: bytes, header: Header, wanted: Mapping[str, int], encoding: str, label: str) -> Table:
    text = body.decode("utf-8", "replace")
    rows: list[list[str]] = []
    lines: list[int] = []
    rejected: Counter[str] = Counter()
    width, start, padded = len(header.names), 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=header.delimiter)
    try:
        for row in reader:
            if row and any(row[width:]):
                rejected[TOO_WIDE] += 1
            elif row:
                padded += len(row) < width
                rows.append((row + [""] * width)[:width])
                lines.append(start)
            last, start = start, reader.line_num
    except csv.Error as error:
        raise LoadError(
            f"{label} cannot be read as a table from line {start + header.line + 1} on: {one_line(error)}"
        ) from error
    columns = {name: pa.array([row[at] for row in rows], TEXT) for name, at in wanted.items()}
    table = Table(columns, np.array(lines, dtype=np.int64) + header.line + 1, encoding, rejected)
    if padded:
        table.notes.append(f"{padded} rows have fewer cells than the header; the others were taken as empty")
    if rows and text.count('"') % 2 and reader.line_num > last + 1:
        table.notes.append(
            f"a quotation mark in or after line {last + header.line + 1} is never closed: what follows it was "
            "taken for one cell; correct that line"
        )
    return table
