"""What is in the sheets of a workbook? Run as a program: the workbook comes in, its sheets as text go out.

A damaged or hostile workbook can make the parser take all the memory there is, or end the process that it runs in.
So it runs in one of its own, which imports nothing of this package and may take only so much.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

MAX_CELLS = 40_000_000
MAX_MEMORY_BYTES = 4 * 2**30
TOO_MANY_CELLS = 3  # the exit status that says so

_MIDNIGHT = re.compile(r"[ T]00:00:00(\.0+)?$")


def text_table(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as comma-separated text: one line each, a blank one for a row without content.

    >>> text_table([["Name", "Phone"], [None, ""], ["Ann\\nLee", 436641234567.0]])
    'Name,Phone\\n\\nAnn Lee,436641234567\\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        cells = [_text(value) for value in row]
        if any(cells):
            writer.writerow(cells)
        else:
            out.write("\n")
    return out.getvalue()


def _text(value: Any) -> str:
    """A value as somebody would type it; empty where it is nothing that can be typed."""
    if isinstance(value, str):
        return value if value.isprintable() else re.sub(r"[\x00-\x1f\x7f]+", " ", value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else str(value)
    if isinstance(value, dt.datetime):
        shown = value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
        text = shown.isoformat(" ")
        return f"{text} UTC" if value.tzinfo else _MIDNIGHT.sub("", text)
    if isinstance(value, list | tuple | set):
        return "; ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, dict | bytes) else str(value)


def _limit_memory() -> None:
    # Windows has no such limit, and a lower one may be set already.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """From stdin a workbook in whatever format; to stdout a JSON object of its sheets by name."""
    _limit_memory()
    from python_calamine import load_workbook

    workbook = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    tables, room = {}, MAX_CELLS
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        room -= sheet.total_height * sheet.total_width
        if room < 0:
            return TOO_MANY_CELLS
        tables[name] = text_table(sheet.to_python(skip_empty_area=False))
    sys.stdout.buffer.write(json.dumps(tables).encode())
    return 0


if __name__ == "__main__":
    try:
        status = main()
    except MemoryError:
        status = TOO_MANY_CELLS
    sys.exit(status)
