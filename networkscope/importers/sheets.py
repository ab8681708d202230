"""What the readers of tables share: columns under their right names, cleaned and typed, and rows that are rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.importers import base, date_texts, tables
from networkscope.importers.base import Parsed, Reader, SourceFile
from networkscope.importers.columns import normal
from networkscope.importers.tables import TEXT, Header, Table
from networkscope.settings import Settings

EXTRA = "extra "
EMPTY = "the row is empty"
CONTROLS = r"[\x00-\x1f\x7f-\x{9f}]"
CANONICAL = {normal(name) for table in schema.TABLES.values() for name in table.names}


@dataclass(kw_only=True)
class Sheet(Table):
    """The rows of a table on their way into frames: one cleaned text column per field, empty where there is nothing.

    `order` ("dmy" or "mdy") reads numeric dates where the file itself does not show which number is the day.
    """

    file: SourceFile
    header: Header
    settings: Settings
    order: str | None

    @property
    def label(self) -> str:
        return self.file.label

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Any:
        """A column; one that the file lacks is empty."""
        return self.columns[name] if name in self else pa.repeat(pa.scalar("", TEXT), len(self))

    def __setitem__(self, name: str, column: Any) -> None:
        self.columns[name] = column

    def strings(self, name: str) -> list[str]:
        return self[name].to_pylist()

    def read(self, fields: Mapping[str, str]) -> Table:
        """Other columns of the same file."""
        return tables.read_table(self.file, self.header, fields)

    def empty(self, *names: str) -> npt.NDArray[np.bool_]:
        """The rows in which all of these columns are empty."""
        found = np.ones(len(self), dtype=bool)
        for name in self.columns.keys() & set(names):
            found &= np.asarray(pc.equal(self.columns[name], ""))
        return found

    def reject(self, bad: Any, reason: str) -> None:
        """Leave the rows out for which `bad` holds, and count them."""
        bad = np.asarray(bad, dtype=bool)
        if bad.any():
            self.rejected[reason] += int(bad.sum())
            self.lines = self.lines[~bad]
            self.columns = {name: column.filter(pa.array(~bad)) for name, column in self.columns.items()}

    def refs(self, rows: Any = slice(None)) -> pd.Series:
        """Where these rows are."""
        return base.source_refs(self.label, self.lines[rows])

    def days(self, name: str, *, month_only: bool = False) -> pd.Series:
        """A column of days; what cannot be read is missing, and a note says so."""
        order = date_texts.numeric_order(self[name]) or self.order
        timezone = self.settings.timezone
        found = date_texts.to_dates(self[name], timezone=timezone, order=order, month_only=month_only)
        if lost := int((found.isna().to_numpy() & ~self.empty(name)).sum()):
            self.notes.append(f"{lost} dates in column '{name}' could not be read and are missing")
        return found

    def frame(self, table: str, *, month_only: bool = False, **columns: Any) -> pd.DataFrame:
        """All rows as a frame of a `Parsed`: `columns`, and what else this sheet has of the columns declared there."""
        for name, dtype in base.declared(table).items():
            if name in self and name not in columns:
                columns[name] = self.days(name, month_only=month_only) if dtype == schema.DATE else self[name]
        return base.rows(table, len(self), {**columns, "source_ref": self.refs()})


def cleaned(column: Any) -> Any:
    """The cells as a person would read them (`keys.clean`); a tab or a line break is a space between two words."""
    if pc.any(pc.match_substring_regex(column, CONTROLS)).as_py():
        column = pc.replace_substring_regex(column, CONTROLS, " ")
    return keys.cleaned(column)


def joined(first: Any, second: Any) -> Any:
    """Two columns with a space between, and none where one of them is empty."""
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(first, second, pa.scalar(" ", TEXT)))


def separated(column: Any) -> Any:
    """Several values of one cell, separated as everywhere in the tables."""
    return pc.replace_substring_regex(column, r"\s*[,;]\s*", schema.SEPARATOR)


def reader(
    name: str,
    columns: Mapping[str, str],
    fits: Callable[[set[str]], bool],
    take: Callable[[Sheet], Parsed],
    *,
    own: bool = False,
    order: str | None = None,
) -> Reader:
    """A reader of one kind of table, recognised by its fields.

    In a table of the user's own (`own`) the unknown columns are read too, as "extra …", and the summary shows
    which column was taken for which.
    """

    def header_of(file: SourceFile) -> Header | None:
        return tables.find_header(
            file, lambda names: fits({columns[name] for name in names & columns.keys()})
        )

    def read(file: SourceFile, settings: Settings) -> Parsed:
        header = header_of(file)
        if header is None:
            return Parsed(notes=["the header of this file changed while it was read"])
        fields = {name: columns.get(name, EXTRA + name) for name in header.names if name} if own else columns
        table = vars(tables.read_table(file, header, fields))
        sheet = Sheet(**table, file=file, header=header, settings=settings, order=order)
        rows_read = len(sheet) + sheet.rejected.total()
        sheet.reject(sheet.empty(*sheet.columns), EMPTY)
        sheet.columns = {name: cleaned(column) for name, column in sheet.columns.items()}
        parsed = take(sheet)
        parsed.rows_read, parsed.rejected, parsed.notes = rows_read, sheet.rejected, sheet.notes
        if sheet.encoding != "utf-8":
            parsed.notes.append(f"read as {sheet.encoding}")
        if own:
            known = {name: columns[name] for name in header.names if name in columns}
            obvious = {name for name, field in known.items() if name in CANONICAL or name == normal(field)}
            parsed.mapping = {name: field for name, field in known.items() if name not in obvious}
        return parsed

    return Reader(name, lambda file: header_of(file) is not None, read)
