"""What stands in this CSV file, whoever saved it last?

Files are decoded, their header is searched for, and every row keeps the physical line that it begins in.
Regular files go through pyarrow; whatever it refuses (ragged rows, stray quotes) is read by the csv module.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from networkscope.errors import LoadError, one_line
from networkscope.sources.base import HEAD_BYTES, SourceFile

HEADER_WITHIN_LINES = 40
CHUNK_BYTES = 2**17
DELIMITERS = ",;\t|"
FOREIGN = {
    b"PK\x03\x04": "a document or another archive; save a table as CSV, unpack an archive",
    b"%PDF": "a PDF document",
    b"SQLite format 3\0": "a SQLite database; ask it by queries under [sql] in book.toml",
}
TOO_WIDE = "the row has more cells than the header"
EMPTY = "the row is empty"
TEXT = pa.large_string()

csv.field_size_limit(2**31 - 1)  # a cell may be as long as it likes; the file is in memory anyway


@dataclass(frozen=True)
class Header:
    """A line that may be a header: its cells in normal form, and where they stand."""

    line: int
    delimiter: str
    names: tuple[str, ...]


@dataclass
class Sheet:
    """The rows below a header: one text column per field, empty cells as empty text."""

    table: Any
    lines: npt.NDArray[np.int64]
    encoding: str
    rows_read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        """A column; one that the file lacks is empty."""
        if name in self.table.column_names:
            return self.table.column(name)
        return pa.repeat(pa.scalar("", TEXT), len(self.lines))

    def __setitem__(self, name: str, column: Any) -> None:
        """Add or replace a column; rows that are rejected later leave it too."""
        if name in self.table.column_names:
            self.table = self.table.drop_columns(name)
        self.table = self.table.append_column(name, column)

    def empty(self, *names: str) -> npt.NDArray[np.bool_]:
        """The rows in which all of these columns are empty."""
        flags = [pc.equal(self[name], "").to_numpy(zero_copy_only=False) for name in names]
        return np.logical_and.reduce(flags) if flags else np.ones(len(self.lines), dtype=bool)

    def strings(self, name: str) -> list[str]:
        return self[name].to_pylist()

    def reject(self, bad: Any, reason: str) -> None:
        """Leave the rows out for which `bad` holds, and count them."""
        bad = np.asarray(bad, dtype=bool)
        if bad.any():
            self.rejected[reason] += int(bad.sum())
            self.lines = self.lines[~bad]
            self.table = self.table.filter(pa.array(~bad))


def foreign(head: bytes) -> str | None:
    """What is this file, if it is certainly not a table of text? None for all others."""
    return next((what for magic, what in FOREIGN.items() if head.startswith(magic)), None)


def normal(name: str) -> str:
    """A column's name for comparison.

    >>> normal(" E-Mail_Adresse "), normal("Prénom")
    ('e mail adresse', 'prenom')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def find_header(file: SourceFile, fits: Callable[[frozenset[str]], bool]) -> Header | None:
    """The first line whose cells fit; preambles differ too much to be skipped by count."""
    return next((header for header in _headers(file.head) if fits(frozenset(header.names))), None)


def read_sheet(file: SourceFile, header: Header, fields: Mapping[str, str]) -> Sheet:
    """The rows below the header, their columns renamed; `fields` says which column (normal form) is which.

    Raises
    ------
    LoadError
        The file cannot be read, or its header moved since it was looked at.
    """
    data = file.read()
    wanted: dict[str, int] = {}
    for position, name in enumerate(header.names):
        if name in fields:
            wanted.setdefault(fields[name], position)
    sheet = None
    if b"\0" not in data:  # then it may be UTF-8 as it stands, which pyarrow checks
        sheet = _regular(_below(data, header.line), header, wanted, "utf-8")
    if sheet is None:
        text, encoding = as_utf8(data)
        body = _below(text, header.line)
        sheet = _regular(body, header, wanted, encoding)
        sheet = sheet or _irregular(body, header, wanted, encoding, file.label)
    sheet.rows_read = len(sheet.lines) + sheet.rejected.total()
    sheet.reject(sheet.empty(*wanted), EMPTY)
    return sheet


@lru_cache(maxsize=4)  # every reader asks about the same file
def _headers(head: bytes) -> tuple[Header, ...]:
    found = []
    if len(head) == HEAD_BYTES and b"\0" not in head:  # it may end within a letter
        head = head[: head.rfind(b"\n") + 1]
    text = as_utf8(head)[0].decode()
    for number, line in enumerate(text.split("\n")[:HEADER_WITHIN_LINES], start=1):
        cells = max(((d, _cells(line, d)) for d in DELIMITERS), key=lambda pair: len(pair[1]))
        names = tuple(normal(cell) for cell in cells[1])
        if any(names):
            found.append(Header(number, cells[0], names))
    return tuple(found)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])
    except csv.Error:
        return []


def as_utf8(data: bytes) -> tuple[bytes, str]:
    """Any text file as UTF-8 with line feeds, and the encoding that it had."""
    encoding = "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data[1:200:2].count(0) > len(data[:200]) // 4:
        encoding = "utf-16-le"
    elif data[0:200:2].count(0) > len(data[:200]) // 4:
        encoding = "utf-16-be"
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    elif not data.isascii():
        data, encoding = _eight_bit(data)
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data, encoding


def _below(text: bytes, line: int) -> memoryview:
    start = 0
    for _ in range(line):
        start = text.find(b"\n", start) + 1 or len(text)
    return memoryview(text)[start:]


def _eight_bit(data: bytes) -> tuple[bytes, str]:
    """UTF-8 if it is, or if it mostly is (a damaged file); else what Western European Windows writes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        if sum(sign > "\x7f" for sign in text) > 2 * broken:
            return text.encode("utf-8"), "utf-8"
        try:
            return data.decode("cp1252").encode("utf-8"), "cp1252"
        except UnicodeDecodeError:
            return data.decode("latin-1").encode("utf-8"), "latin-1"
    return data, "utf-8"


def _regular(body: memoryview, header: Header, wanted: Mapping[str, int], encoding: str) -> Sheet | None:
    """The fast way; None where the file is not as regular as that."""
    names = [str(position) for position in range(len(header.names))]
    picked = [str(position) for position in wanted.values()]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=max(len(body), 1) + 1),
            arrow_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False, include_columns=picked
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, OverflowError):
        return None
    starts = _record_starts(body)
    if len(starts) != table.num_rows:
        return None
    return Sheet(table.rename_columns(list(wanted)).combine_chunks(), starts + header.line + 1, encoding)


def _record_starts(body: memoryview) -> npt.NDArray[np.int64]:
    """The lines (from 0) in which records begin: a line feed within quotes ends none, an empty line is none."""
    signs = np.frombuffer(body, dtype=np.uint8)
    breaks = np.append(_positions(signs, "\n"), len(body))
    quotes = _positions(signs, '"')
    ends = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0)
    first = np.append(-1, breaks[ends][:-1]) + 1
    length = breaks[ends] - first
    if len(body):
        length -= (length == 1) & (signs[np.minimum(first, len(body) - 1)] == ord("\r"))
    return np.append(0, ends[:-1] + 1)[length > 0]


def _positions(signs: npt.NDArray[np.uint8], sign: str) -> npt.NDArray[np.int64]:
    """Where a sign stands; in pieces that fit into the processor's cache."""
    pieces = range(0, len(signs), CHUNK_BYTES)
    found = [np.flatnonzero(signs[start : start + CHUNK_BYTES] == ord(sign)) + start for start in pieces]
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _irregular(
    body: memoryview, header: Header, wanted: Mapping[str, int], encoding: str, label: str
) -> Sheet:
    text = bytes(body).decode("utf-8", "replace")
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
    except csv.Error as fault:
        raise LoadError(
            f"{label} cannot be read as a table from line {start + header.line + 1} on: {one_line(fault)}"
        ) from fault
    table = pa.table({name: pa.array([row[at] for row in rows], TEXT) for name, at in wanted.items()})
    sheet = Sheet(table, np.array(lines, dtype=np.int64) + header.line + 1, encoding, rejected=rejected)
    if padded:
        sheet.notes.append(f"{padded} rows have fewer cells than the header; the others were taken as empty")
    if rows and text.count('"') % 2 and reader.line_num > last + 1:
        sheet.notes.append(
            f"a quotation mark in or after line {last + header.line + 1} is never closed: what follows it was "
            "taken for one cell; correct that line"
        )
    return sheet
