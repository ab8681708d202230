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
from networkscope.importers.columns import normal

TEXT = pa.large_string()
HEADER_WITHIN_LINES = 40
DELIMITERS = ",;\t|"
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
    encoding: str = "utf-8"
    rejected: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


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
        split = {delimiter: _cells(line, delimiter) for delimiter in DELIMITERS if delimiter in line}
        delimiter = max(split, key=lambda each: len(split[each]), default=",")
        names = tuple(map(normal, split.get(delimiter, [line])))
        if any(names):
            found.append(Header(number, delimiter, names))
    return tuple(found)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])
    except csv.Error:
        return []


def as_utf8(data: bytes, nul: bytes = b"") -> tuple[bytes, str]:
    """Any text file as UTF-8 with line feeds, `nul` in place of zero bytes, and the encoding that it had."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    encoding = _encoding(data)
    if encoding != "utf-8" or not data.isascii():
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    data = data.replace(b"\0", nul)
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data, encoding


def _encoding(data: bytes) -> str:
    """UTF-8 if it is, or if it mostly is (a damaged file); else what Western European Windows writes."""
    first = data[:200]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for zeros, encoding in ((first[1::2], "utf-16-le"), (first[::2], "utf-16-be")):
        if zeros.count(0) > len(first) // 4:
            return encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            text = data.decode("utf-8", "replace")
            if sum(letter > "\x7f" for letter in text) > 2 * text.count("\ufffd"):
                return "utf-8"
        else:
            return encoding
    return "latin-1"


def read_table(file: SourceFile, header: Header, fields: Mapping[str, str]) -> Table:
    """The rows below the header, their columns renamed; `fields` says which column (normal form) is which.

    A LoadError where the file cannot be read.
    """
    wanted: dict[str, int] = {}
    for position, name in enumerate(header.names):
        if name in fields:
            wanted.setdefault(fields[name], position)
    text, encoding = as_utf8(file.read(), nul=b" ")
    start = 0
    for _ in range(header.line):
        start = text.find(b"\n", start) + 1 or len(text)
    body = text[start:]
    table = _regular(body, header, wanted) or _irregular(body, header, wanted, file.label)
    table.encoding = encoding
    return table


def _regular(body: bytes, header: Header, wanted: Mapping[str, int]) -> Table | None:
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
    starts = _record_starts(body)
    if len(starts) != found.num_rows:
        return None
    columns = {name: found.column(at).chunk(0) for at, name in enumerate(wanted)}
    return Table(columns, starts + header.line + 1)


def _record_starts(body: bytes) -> Ints:
    """The lines (from 0) on which records start: a line feed within quotes ends none, an empty line is none."""
    letters = np.frombuffer(body, dtype=np.uint8)
    breaks = np.append(np.flatnonzero(letters == ord("\n")), len(body))
    quotes = np.flatnonzero(letters == ord('"'))
    ends = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0)
    first = np.append(-1, breaks[ends][:-1]) + 1
    length = breaks[ends] - first
    if len(body):
        length -= (length == 1) & (letters[np.minimum(first, len(body) - 1)] == ord("\r"))
    return np.append(0, ends[:-1] + 1)[length > 0]


def _irregular(body: bytes, header: Header, wanted: Mapping[str, int], label: str) -> Table:
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
    table = Table(columns, np.array(lines, dtype=np.int64) + header.line + 1, rejected=rejected)
    if padded:
        table.notes.append(f"{padded} rows have fewer cells than the header; the others were taken as empty")
    if rows and text.count('"') % 2 and reader.line_num > last + 1:
        table.notes.append(
            f"a quotation mark in or after line {last + header.line + 1} is never closed: what follows it was "
            "taken for one cell; correct that line"
        )
    return table
