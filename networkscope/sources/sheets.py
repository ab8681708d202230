"""What the readers of tables share: columns under their right names, cleaned, and their days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.settings import Settings
from networkscope.sources import dates, tabular
from networkscope.sources.base import Parsed, Reader, SourceFile
from networkscope.sources.tabular import TEXT, Sheet

EXTRA = "extra "
CANONICAL = {tabular.normal(name) for table in schema.TABLES.values() for name in table.names}
# What keys.clean would change, or may change: it looks closer.
_ODD = r"^\s|\s$|\s\s|[^ -~À-ÿ]"

Take = Callable[[Sheet, SourceFile, Settings], Parsed]


def synonyms(**fields: str) -> dict[str, str]:
    """Column names in normal form, each with the field that it stands for.

    >>> synonyms(name="name|full name")
    {'name': 'name', 'full name': 'name'}
    """
    return {tabular.normal(name): field for field, names in fields.items() for name in names.split("|")}


def reader(
    name: str, columns: Mapping[str, str], fits: Callable[[set[str]], bool], take: Take, *, own: bool = False
) -> Reader:
    """A reader of one kind of table, recognised by its fields.

    In a table of the user's own (`own`) the unknown columns are read too, as "extra …", all cells are cleaned,
    and the summary tells which column was taken for which.
    """

    def fitting(names: frozenset[str]) -> bool:
        return fits({columns[name] for name in names if name in columns})

    def read(file: SourceFile, settings: Settings) -> Parsed:
        header = tabular.find_header(file, fitting)
        if header is None:
            return Parsed(notes=["the header of this file changed while it was read"])
        taken = {name: columns.get(name, EXTRA + name) for name in header.names if name} if own else columns
        sheet = tabular.read_sheet(file, header, taken)
        for column in sheet.table.column_names if own else ():
            sheet[column] = cleaned(sheet[column])
        parsed = take(sheet, file, settings)
        parsed.rows_read, parsed.rejected = sheet.rows_read, sheet.rejected
        parsed.notes = [*sheet.notes, *parsed.notes]
        if sheet.encoding != "utf-8":
            parsed.notes.append(f"read as {sheet.encoding}")
        if own:
            known = {name: columns[name] for name in header.names if name in columns}
            parsed.mapping = {
                name: to for name, to in known.items() if name not in CANONICAL | {tabular.normal(to)}
            }
        return parsed

    return Reader(name, lambda file: tabular.find_header(file, fitting) is not None, read)


def cleaned(column: Any) -> Any:
    """The column as a person would read it (`keys.clean`)."""
    odd = pc.match_substring_regex(column, _ODD)
    if not pc.any(odd).as_py():
        return column
    texts = column.to_pylist()
    return pa.array(
        [keys.clean(text) if strange else text for text, strange in zip(texts, odd.to_pylist(), strict=True)],
        TEXT,
    )


def joined(first: Any, second: Any) -> Any:
    """Two columns with a space between, and none where one of them is empty."""
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(first, second, pa.scalar(" ", TEXT)))


def separated(column: Any) -> Any:
    """Several values of one cell, separated as everywhere in the tables."""
    return pc.replace_substring_regex(column, r"\s*[,;]\s*", "; ")


def days(
    sheet: Sheet,
    name: str,
    settings: Settings,
    notes: list[str],
    *,
    order: str | None = None,
    month_only: bool = False,
) -> pd.Series:
    """A column of days; what cannot be read stays missing and is told.

    `order` reads numeric dates where the file itself does not show which number is the day.
    """
    column = sheet[name]
    if pc.any(pc.match_substring_regex(column, r"^\d+[/-]\d")).as_py():
        order = dates.numeric_order(pc.unique(column).to_pylist()) or order
    found = dates.to_dates(column, timezone=settings.timezone, order=order, month_only=month_only)
    if lost := int((found.isna().to_numpy() & ~sheet.empty(name)).sum()):
        notes.append(f"{lost} dates in column '{name}' could not be read and are missing")
    return found
