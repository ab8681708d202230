"""What the readers of tables share: a table declared once, its columns under their right names, cleaned and typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from networkscope import keys, schema
from networkscope.importers import base, date_texts, tables
from networkscope.importers.base import Parsed, Reader, SourceFile
from networkscope.importers.tables import Table
from networkscope.settings import Settings
from networkscope.texts import TEXT, Flags, Ints, laid_out

EXTRA = "extra "
EMPTY = "the row is empty"
CANONICAL = {tables.normal(name) for table in schema.TABLES.values() for name in table.names}


@dataclass
class Sheet:
    """The rows of a table on their way into frames: one cleaned text column per field, empty where nothing stands.

    `order` ("dmy" or "mdy") reads numeric dates where the file itself does not show which number is the day; `read`
    reads other columns of the same file.
    """

    columns: dict[str, Any]
    lines: Ints
    label: str
    settings: Settings
    order: str | None
    rejected: Counter[str]
    notes: list[str]
    read: Callable[[Mapping[str, str]], Table]

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Any:
        """A column; one that the file lacks is empty."""
        found = self.columns.get(name)
        return pa.repeat(pa.scalar("", TEXT), len(self)) if found is None else found

    def __setitem__(self, name: str, column: Any) -> None:
        """Add or replace a column; rows that are rejected later leave it too."""
        self.columns[name] = column

    def strings(self, name: str) -> list[str]:
        return self[name].to_pylist()

    def empty(self, *names: str) -> Flags:
        """The rows in which all of these columns are empty."""
        found = np.ones(len(self), dtype=bool)
        for name in self.columns.keys() & set(names):
            begin = laid_out(self.columns[name])[1]
            found &= begin[1:] == begin[:-1]
        return found

    def reject(self, bad: Any, reason: str) -> None:
        """Leave the rows out for which `bad` holds, and count them."""
        bad = np.asarray(bad, dtype=bool)
        if bad.any():
            self.rejected[reason] += int(bad.sum())
            self.lines = self.lines[~bad]
            fine = pa.array(~bad)
            self.columns = {name: column.filter(fine) for name, column in self.columns.items()}

    def refs(self, rows: Any = slice(None)) -> pd.Series:
        """Where these rows stand."""
        return base.source_refs(self.label, self.lines[rows])

    def days(self, name: str, *, month_only: bool = False) -> pd.Series:
        """A column of days; what cannot be read stays missing and is told."""
        order = date_texts.numeric_order(self[name]) or self.order
        found = date_texts.to_dates(
            self[name], timezone=self.settings.timezone, order=order, month_only=month_only
        )
        if lost := int((found.isna().to_numpy() & ~self.empty(name)).sum()):
            self.notes.append(f"{lost} dates in column '{name}' could not be read and are missing")
        return found

    def frame(self, table: str, *, month_only: bool = False, **columns: Any) -> pd.DataFrame:
        """All rows as a frame of a `Parsed`: `columns`, and what else this sheet has of the columns declared there."""
        for name, dtype in base.declared(table).items():
            if name in self and name not in columns:
                columns[name] = self.days(name, month_only=month_only) if dtype == schema.DATE else self[name]
        return base.rows(table, len(self), {**columns, "source_ref": self.refs()})


Take = Callable[[Sheet], Parsed]


def synonyms(**fields: str) -> dict[str, str]:
    """Column names in normal form, each with the field that it stands for.

    >>> synonyms(name="name|full name")
    {'name': 'name', 'full name': 'name'}
    """
    return {tables.normal(name): field for field, names in fields.items() for name in names.split("|")}


def reader(
    name: str,
    columns: Mapping[str, str],
    fits: Callable[[set[str]], bool],
    take: Take,
    *,
    own: bool = False,
    order: str | None = None,
) -> Reader:
    """A reader of one kind of table, recognised by its fields.

    In a table of the user's own (`own`) the unknown columns are read too, as "extra …", and the summary tells
    which column was taken for which.
    """

    def fitting(names: frozenset[str]) -> bool:
        return fits({columns[name] for name in names if name in columns})

    def read(file: SourceFile, settings: Settings) -> Parsed:
        header = tables.find_header(file, fitting)
        if header is None:
            return Parsed(notes=["the header of this file changed while it was read"])
        taken = {name: columns.get(name, EXTRA + name) for name in header.names if name} if own else columns
        more = partial(tables.read_table, file, header)
        table = more(taken)
        sheet = Sheet(
            table.columns, table.lines, file.label, settings, order, table.rejected, table.notes, more
        )
        rows_read = len(sheet) + sheet.rejected.total()
        sheet.reject(sheet.empty(*sheet.columns), EMPTY)
        sheet.columns = {name: keys.cleaned(column) for name, column in sheet.columns.items()}
        parsed = take(sheet)
        parsed.rows_read, parsed.rejected, parsed.notes = rows_read, sheet.rejected, sheet.notes
        if table.encoding != "utf-8":
            parsed.notes.append(f"read as {table.encoding}")
        if own:
            known = {name: columns[name] for name in header.names if name in columns}
            parsed.mapping = {
                name: to for name, to in known.items() if name not in CANONICAL | {tables.normal(to)}
            }
        return parsed

    return Reader(name, lambda file: tables.find_header(file, fitting) is not None, read)
