"""Which jobs does this file list? A table of postings of any origin, or LinkedIn's saved jobs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from networkscope import schema
from networkscope.errors import LoadError, one_line
from networkscope.importers import sheets, tables
from networkscope.importers.base import SourceFile, source_refs
from networkscope.importers.columns import known


def read_postings(path: str | Path) -> pd.DataFrame:
    """The postings of a file: `company`, `title`, `url` (NA where there is none) and `source_ref`.

    The file is a CSV with a column `company`, or a plain list with a company on each line. A row without a company is
    left out. A LoadError where there is no such file, or no column of companies.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "jobs.csv"
    ...     _ = file.write_text("Saved Date,Job Url,Job Title,Company Name\\n1/2/26,x.example/1,Analyst,Acme\\n")
    ...     read_postings(file)[["company", "title"]].values.tolist()
    [['Acme', 'Analyst']]
    """
    path = Path(path)
    try:
        file = SourceFile(path, path.name, path.stat().st_size)
        columns = known("postings")
        header = tables.find_header(file, lambda names: "company" in {columns.get(name) for name in names})
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {one_line(error.strerror)}") from error
    if header is None and not any(sign in file.head.decode("utf-8", "replace") for sign in tables.DELIMITERS):
        header, columns = tables.Header(0, ",", ("company",)), {"company": "company"}
    if header is None:
        raise LoadError(f"{path.name} has no column 'company' in its first line; add one, or use --company")
    table = tables.read_table(file, header, columns)
    found = {name: sheets.cleaned(column).to_pylist() for name, column in table.columns.items()}
    frame = pd.DataFrame(
        {name: found.get(name, [""] * len(table.lines)) for name in ("company", "title", "url")}
    )
    frame = (
        frame.replace("", None)
        .astype(schema.TEXT)
        .assign(source_ref=source_refs(path.name, table.lines).array)
    )
    return frame[frame["company"].notna()].reset_index(drop=True)
