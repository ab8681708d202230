"""How is a table given away as CSV so that no spreadsheet takes a name for a formula?"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from networkscope.book.own_files import write_atomically
from networkscope.reports.sanitize import INVISIBLE

FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠\t\r]")  # Excel takes the wide forms too


def save_csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame as CSV that Excel, LibreOffice and pandas read alike.

    UTF-8 with a byte-order mark, since Excel takes it for the local code page otherwise. A text that begins
    like a formula gets an apostrophe in front, which spreadsheets show as text; numbers stay as they are.
    Control characters and marks that turn the direction of text are left out; line breaks inside a cell stay.
    The index is not written. An empty frame gives its header line.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"who": ["=1+1", "Ann"], "days": [-3, 4]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_csv(frame, Path(folder) / "a.csv").read_text(encoding="utf-8-sig").split()
    ['who,days', "'=1+1,-3", 'Ann,4']
    """
    safe = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        if not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)):
            safe.isetitem(position, frame.iloc[:, position].astype(object).map(_as_text))
    safe.columns = [_as_text(str(column)) for column in frame.columns]
    write_atomically(path, safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace"))
    return path


def _as_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    clean = INVISIBLE.sub("", value)
    return f"'{clean}" if FORMULA.match(clean) else clean
