"""Which tables are in a file that is not text: the sheets of a workbook (Excel, OpenDocument), a Parquet file?

Each becomes a text table of its own, one row per line, and is then recognised and read like any CSV: an export that
somebody saved as a workbook is still that export.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from networkscope.errors import LoadError, one_line
from networkscope.importers import workbook_process
from networkscope.importers.archives import printable, refuse_bomb
from networkscope.importers.base import SourceFile, Unusable
from networkscope.importers.tables import TEXT
from networkscope.importers.workbook_process import BREAKS, MAX_CELLS, TOO_MANY_CELLS, text_table

MAX_BYTES = 2**30
BATCH_ROWS = 5000
SECONDS, SECONDS_PER_MB = 60, 20
BROKEN = "it is damaged, or not what it says; open it and save it again, or save its table as CSV"
OLD_OFFICE = (
    "it is damaged, locked with a password, or no workbook but another old Office document; open it and save its "
    "table as CSV"
)
TOO_LARGE = (
    f"it spans more than {MAX_CELLS:,} cells; delete what is far from the table, or save the table as CSV"
)

_INDEX = re.compile(r"__index_level_\d+__")  # how pandas names what it adds


def tables_in(file: SourceFile) -> list[SourceFile]:
    """The tables of a workbook or a Parquet file; any other file as it is.

    Unusable where the file is damaged, locked with a password, or larger than anybody could mean; LoadError where
    the workbook would unpack to more than an archive may.
    """
    head = file.head[:4] if not file.parts else b""
    if head == b"PAR1":
        return [_table(file, "", _parquet(file))]
    if head == b"PK\x03\x04":
        return _sheets(file, BROKEN) if _is_workbook(file) else [file]
    if head == b"\xd0\xcf\x11\xe0":
        return _sheets(file, OLD_OFFICE)
    return [file]


def _is_workbook(file: SourceFile) -> bool:
    """Is this zip archive one that Excel or OpenOffice wrote as a workbook?"""
    try:
        with ZipFile(io.BytesIO(file.read())) as archive:
            names = set(archive.namelist())
            is_open = "mimetype" in names and b"spreadsheet" in archive.open("mimetype").read(100)
            if not is_open and names.isdisjoint(("xl/workbook.xml", "xl/workbook.bin")):
                return False
            refuse_bomb(archive.infolist(), file.size, file.label)
            return True
    except LoadError:
        raise
    except Exception as error:  # zipfile raises whatever a damaged file makes it stumble over
        raise Unusable(BROKEN) from error


def _sheets(file: SourceFile, problem: str) -> list[SourceFile]:
    """The sheets, read by a process that a hostile file may end."""
    # -P: no module of this folder hides one of Python's
    command = [sys.executable, "-P", workbook_process.__file__]
    seconds = SECONDS + SECONDS_PER_MB * file.size / 2**20
    try:
        done = subprocess.run(command, input=file.read(), capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unusable(TOO_LARGE) from error
    except OSError as error:
        raise Unusable(f"the program that reads workbooks cannot be started: {one_line(error)}") from error
    if done.returncode:  # below 0: it was ended, because it asked for more memory than there may be
        raise Unusable(TOO_LARGE if done.returncode in (TOO_MANY_CELLS, -6, -9) else problem)
    tables = json.loads(done.stdout)
    return [_table(file, name, text.encode("utf-8", "replace")) for name, text in tables.items() if text]


def _table(file: SourceFile, name: str, content: bytes) -> SourceFile:
    where = f"[{printable(name)}]" if name else ""
    member = f"{file.member or ''}[{name}]"
    return SourceFile(file.path, file.label + where, len(content), member, content=content, seen=file.seen)


def _parquet(file: SourceFile) -> bytes:
    try:
        table = pq.ParquetFile(io.BytesIO(file.read()))
        if table.metadata.num_rows * table.metadata.num_columns > MAX_CELLS:
            raise Unusable(TOO_LARGE)
        names = [name for name in table.schema_arrow.names if not _INDEX.fullmatch(name)]
        out = io.BytesIO()
        out.write(text_table([names]).encode())
        for batch in table.iter_batches(BATCH_ROWS, columns=names):
            texts = pa.table({str(at): _as_text(column) for at, column in enumerate(batch.columns)})
            arrow_csv.write_csv(texts, out, arrow_csv.WriteOptions(include_header=False))
            if out.tell() > MAX_BYTES:
                raise Unusable(TOO_LARGE)
    except LoadError:
        raise
    except Exception as error:  # a damaged file makes pyarrow stumble over anything
        raise Unusable(BROKEN) from error
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
            column = _joined(column)
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        if pa.types.is_timestamp(column.type):
            column = pc.cast(column, pa.timestamp("us"), safe=False)
        text = pc.cast(column, TEXT)
        if zoned:
            text = pc.binary_join_element_wise(text, pa.scalar(" UTC", TEXT), pa.scalar("", TEXT))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.repeat(pa.scalar("", TEXT), len(column))
    return pc.replace_substring_regex(pc.fill_null(text, ""), BREAKS, " ")


def _joined(lists: Any) -> Any:
    """The lists as texts, without their empty places: one would make `binary_join` give up the whole list."""
    values = pc.cast(pc.list_flatten(lists), pa.string())
    owners = pc.list_parent_indices(lists).filter(values.is_valid())
    ends = np.append(0, np.bincount(owners, minlength=len(lists)).cumsum())
    return pc.binary_join(pa.ListArray.from_arrays(ends.astype(np.int32), values.drop_null()), "; ")
