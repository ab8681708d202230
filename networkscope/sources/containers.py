"""Which tables lie in a file that is not text: the sheets of an Excel workbook, a Parquet file?

Each becomes a text table of its own, one row per line, and is then recognised and read like any CSV: an export that
somebody saved as a workbook is still that export.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from networkscope.errors import LoadError
from networkscope.sources.archives import printable, refuse_bomb
from networkscope.sources.base import SourceFile, Unusable
from networkscope.sources.tabular import TEXT

MAX_CELLS = 40_000_000
MAX_BYTES = 2**30
BATCH_ROWS = 5000
BROKEN = "it is damaged, or not what it says; open it and save it again, or save its table as CSV"
TOO_LARGE = (
    f"it spans more than {MAX_CELLS:,} cells; delete what stands far from the table, or save the table as CSV"
)

_BREAKS = re.compile(r"[\r\n\x00]+")
_INDEX = re.compile(r"__index_level_\d+__")  # how pandas names what it adds
_MIDNIGHT = re.compile(r"[ T]00:00:00(\.0+)?$")
# The cells of a sheet: those with a style only, which fill many a row to its end; all; those with their address.
_STYLED = re.compile(rb'<c r="[A-Z]+\d+"(?: [a-z]+="\d+")* ?/>')
_ROW, _PLAIN_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]"), re.compile(rb'<(?:\w+:)?row r="\d')
_CELL, _PLAIN_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]"), re.compile(rb'<(?:\w+:)?c r="[A-Z]+\d')
_ANY_ADDRESS = re.compile(rb"\sr\s*=\s*[\"']")
_LETTERS = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})\d{1,7}[\"']")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{0,3}(\d{0,7})[\"']")


def tables_in(file: SourceFile) -> list[SourceFile]:
    """The tables of a workbook or a Parquet file; any other file as it is.

    Raises
    ------
    Unusable
        The file is damaged, locked with a password, or larger than it could be meant.
    LoadError
        The workbook would unpack to more than an archive may.
    """
    head = file.head[:4] if not file.parts else b""
    if head == b"PAR1":
        return [_table(file, "", _parquet(file))]
    if head == b"PK\x03\x04":
        return _sheets(file)
    return [file]


def text_table(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as comma-separated text: one line each, a blank one for a row without content.

    >>> text_table([["Name", "Phone"], [None, ""], ["Ann\\nLee", 436641234567.0]])
    b'Name,Phone\\n\\nAnn Lee,436641234567\\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        cells = [_text(value) for value in row]
        if any(cells):
            writer.writerow(cells)
        else:
            out.write("\n")
    return out.getvalue().encode("utf-8", "replace")


def _table(file: SourceFile, name: str, content: bytes) -> SourceFile:
    where = f"[{printable(name)}]" if name else ""
    member = f"{file.member or ''}[{name}]"
    return SourceFile(file.path, file.label + where, len(content), member, content=content)


def _text(value: Any) -> str:
    """A value as somebody would type it."""
    if isinstance(value, str):
        return _BREAKS.sub(" ", value)
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else str(value)
    if isinstance(value, dt.datetime):
        shown = value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
        text = shown.isoformat(" ")
        return f"{text} UTC" if value.tzinfo else _MIDNIGHT.sub("", text)
    if isinstance(value, list | tuple | set):
        return "; ".join(map(_text, value))
    return "" if value is None else _BREAKS.sub(" ", str(value))


def _sheets(file: SourceFile) -> list[SourceFile]:
    try:
        with ZipFile(io.BytesIO(file.read())) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return [file]
            refuse_bomb(archive.infolist(), file.size, file.label)
            workbook = CalamineWorkbook.from_filelike(_harmless(archive))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        texts = {name: text_table(sheet.to_python(skip_empty_area=False)) for name, sheet in sheets.items()}
    except LoadError:
        raise
    except Exception as fault:  # zipfile and calamine raise whatever a damaged file makes them stumble over
        raise Unusable(BROKEN) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # calamine's, and no Exception
            raise
        raise Unusable(BROKEN) from fault
    return [_table(file, name, text) for name, text in texts.items() if text]


def _harmless(archive: ZipFile) -> io.BytesIO:
    """What calamine needs of the workbook, in the sizes that were announced, and not spread over too many cells:
    it allocates every cell between the first and the last, and the process dies of it.
    """
    out, cells = io.BytesIO(), 0
    with ZipFile(out, "w") as copy:
        for info in archive.infolist():
            if info.filename.endswith((".xml", ".rels")) and "calcChain" not in info.filename:
                xml = archive.read(info)
                cells += _span(xml) if b"sheetData" in xml else 0
                if cells > MAX_CELLS:
                    raise Unusable(TOO_LARGE)
                copy.writestr(info.filename, xml)
    out.seek(0)
    return out


def _span(xml: bytes) -> int:
    """How many cells lie between the first of a sheet and the last? Never too few."""
    xml = _STYLED.sub(b"", xml)
    if b"\0" in xml or len(_ANY_ADDRESS.findall(xml)) != len(numbers := _NUMBER.findall(xml)):
        raise Unusable(BROKEN)
    rows = max(map(int, {number for number in numbers if number}), default=0)
    columns = max(map(_column, set(_LETTERS.findall(xml))), default=0)
    if len(_ROW.findall(xml)) > len(_PLAIN_ROW.findall(xml)):  # a row may leave its number to be counted
        rows += len(_ROW.findall(xml))
    if len(_CELL.findall(xml)) > len(_PLAIN_CELL.findall(xml)):
        columns += max(len(_CELL.findall(row)) for row in _ROW.split(xml))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _parquet(file: SourceFile) -> bytes:
    try:
        table = pq.ParquetFile(io.BytesIO(file.read()))
        if table.metadata.num_rows * table.metadata.num_columns > MAX_CELLS:
            raise Unusable(TOO_LARGE)
        names = [name for name in table.schema_arrow.names if not _INDEX.fullmatch(name)]
        out = io.BytesIO()
        out.write(text_table([names]))
        for batch in table.iter_batches(BATCH_ROWS, columns=names):
            texts = pa.table({str(at): _as_text(column) for at, column in enumerate(batch.columns)})
            arrow_csv.write_csv(texts, out, arrow_csv.WriteOptions(include_header=False))
            if out.tell() > MAX_BYTES:
                raise Unusable(TOO_LARGE)
    except LoadError:
        raise
    except Exception as fault:  # a damaged file makes pyarrow stumble over anything
        raise Unusable(BROKEN) from fault
    return out.getvalue()


def _as_text(column: Any) -> Any:
    """The column as somebody would type it; empty where its values are nothing that can be typed."""
    try:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_finite(column), column, None)
            if pc.all(pc.equal(pc.round(column), column)).as_py():
                column = pc.cast(column, pa.int64(), safe=False)
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            column = pc.binary_join(pc.cast(column, pa.list_(pa.string())), "; ")
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        if pa.types.is_timestamp(column.type):
            column = pc.cast(column, pa.timestamp("us"), safe=False)
        text = pc.cast(column, TEXT)
        if zoned:
            text = pc.binary_join_element_wise(text, pa.scalar(" UTC", TEXT), pa.scalar("", TEXT))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.repeat(pa.scalar("", TEXT), len(column))
    return pc.replace_substring_regex(pc.fill_null(text, ""), _BREAKS.pattern, " ")
