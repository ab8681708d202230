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
from dataclasses import replace
from zipfile import ZipFile

import pyarrow.parquet as pq

from networkscope.errors import LoadError, one_line
from networkscope.importers import workbook_process
from networkscope.importers.archives import printable
from networkscope.importers.base import SourceFile, Unusable
from networkscope.importers.workbook_process import MAX_CELLS, TOO_MANY_CELLS, text_table

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


def is_workbook(archive: ZipFile) -> bool:
    """Is this zip archive one that Excel or OpenOffice wrote as a workbook? Unusable where it is damaged."""
    names = set(archive.namelist())
    try:
        if "mimetype" in names and b"spreadsheet" in archive.open("mimetype").read(100):
            return True
    except Exception as error:  # zipfile raises whatever a damaged file makes it stumble over
        raise Unusable(BROKEN) from error
    return not names.isdisjoint(("xl/workbook.xml", "xl/workbook.bin"))


def sheets(file: SourceFile, problem: str = BROKEN) -> list[SourceFile]:
    """The sheets of a workbook, read by a process that a hostile file may end; Unusable where it cannot be read."""
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
    return [_table(file, name, text) for name, text in tables.items() if text]


def parquet(file: SourceFile) -> list[SourceFile]:
    """The table of a Parquet file; Unusable where it is damaged, or too large."""
    try:
        table = pq.ParquetFile(io.BytesIO(file.read()))
        if table.metadata.num_rows * table.metadata.num_columns > MAX_CELLS:
            raise Unusable(TOO_LARGE)
        names = [name for name in table.schema_arrow.names if not _INDEX.fullmatch(name)]
        texts = [text_table([names])]
        size = 0
        for batch in table.iter_batches(BATCH_ROWS, columns=names):
            texts.append(text_table(zip(*(column.to_pylist() for column in batch.columns), strict=True)))
            size += len(texts[-1])
            if size > MAX_BYTES:
                raise Unusable(TOO_LARGE)
    except LoadError:
        raise
    except Exception as error:  # a damaged file makes pyarrow stumble over anything
        raise Unusable(BROKEN) from error
    return [_table(file, "", "".join(texts))]


def _table(file: SourceFile, name: str, text: str) -> SourceFile:
    label = f"{file.label}[{printable(name)}]" if name else file.label
    member = f"{file.member or ''}[{name}]"
    content = text.encode("utf-8", "replace")
    return replace(file, label=label, size=len(content), member=member, archive=None, content=content)
