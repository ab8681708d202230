"""What does a database say, asked by the queries in book.toml?

Each query gives one own table and is read as if its result were a file. A file of SQLite or DuckDB is opened
for reading only, and a server is asked in a transaction that may not write. The password of a URL is in no message.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from networkscope.errors import LoadError, one_line
from networkscope.importers.base import Parsed, SourceFile
from networkscope.importers.own_tables import READERS
from networkscope.importers.workbook_process import text_table
from networkscope.settings import Settings

MISSING = "[sql] in book.toml needs more packages for this database: pip install 'networkscope[sql]'"
NO_ROWS = "the query gives no rows; write a SELECT"
CONNECT_WITHIN_SECONDS = 10
# What these say is about the query or the server; the others may quote a value, and so a person.
HARMLESS = {
    *("OperationalError", "ProgrammingError", "ReadOnlySqlTransaction"),
    *("CatalogException", "BinderException", "ParserException"),
}

Rows = Iterable[Iterable[Any]]


def queried(settings: Settings) -> Iterator[tuple[str, str, Parsed]]:
    """Of each query its label in the load summary, what it was read as, and what it gave.

    A LoadError where a package is missing, the database cannot be reached, or a query fails.
    """
    readers = {reader.name.removeprefix("own "): reader for reader in READERS}
    url = settings.sql_url
    for table, query in settings.sql_queries:
        label, reader = f"book.toml [sql] {table}", readers[table]
        try:
            rows = _from_server(url, query) if "://" in url else _from_file(Path(url), query)
            content = text_table(rows).encode("utf-8", "replace")
        except Exception as error:  # each driver has errors of its own, and they may carry the URL along
            why = str(error) if isinstance(error, LoadError) else _why(error, url)
            raise LoadError(f"{label}: {why}") from None
        source = SourceFile(Path("book.toml"), label, len(content), content=content)
        if not reader.recognises(source):
            raise LoadError(
                f"{label}: the query gives not the columns that {table} need; name them as in {table}.csv"
            )
        yield label, reader.name, reader.read(source, settings)


def _from_file(path: Path, query: str) -> Rows:
    if not path.is_file():
        raise LoadError(f"the database '{path.name}' does not exist; its path is relative to the book")
    with path.open("rb") as stream:
        head = stream.read(16)
    if head[8:12] == b"DUCK":
        try:
            import duckdb
        except ImportError:
            raise LoadError(MISSING) from None
        # It would otherwise fetch extensions, and files from anywhere, for a query that asks for them.
        connection: Any = duckdb.connect(
            str(path), read_only=True, config={"enable_external_access": "false"}
        )
    elif head == b"SQLite format 3\0":
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    else:
        raise LoadError(f"'{path.name}' is neither a SQLite nor a DuckDB database")
    with closing(connection):
        cursor = connection.execute(query)
        if not cursor.description:
            raise LoadError(NO_ROWS)
        yield [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(1000):
            yield from rows


def _from_server(text: str, query: str) -> Rows:
    try:
        import sqlalchemy
    except ImportError:
        raise LoadError(MISSING) from None
    try:
        url = sqlalchemy.make_url(text)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise LoadError("url cannot be read; write it as in postgresql://user@host/database") from None
    options: dict[str, Any] = {"no_parameters": True}  # a % in the query is a %
    timeout = {}
    if url.get_backend_name() in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg") if "+" not in url.drivername else url
        options["postgresql_readonly"] = True
        timeout["connect_timeout"] = CONNECT_WITHIN_SECONDS
    try:
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, connect_args=timeout)
    except (ImportError, sqlalchemy.exc.NoSuchModuleError):
        raise LoadError(f"{MISSING}; for others than PostgreSQL, the driver of the database too") from None
    with engine.connect() as connection:
        result = connection.execution_options(**options).exec_driver_sql(query)
        if not result.returns_rows:
            raise LoadError(NO_ROWS)
        yield from chain([list(result.keys())], result)


def _why(error: Exception, url: str) -> str:
    """What the database says is wrong, without the password, and without any value of a row."""
    error = getattr(error, "orig", None) or error
    if HARMLESS.isdisjoint(kind.__name__ for kind in type(error).__mro__):
        return f"the query failed ({type(error).__name__})"
    text = one_line(error)
    secret = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    secrets = [secret, *re.findall("password=([^&]+)", url)]
    for hidden in filter(None, [*secrets, *map(unquote, secrets)]):
        text = text.replace(hidden, "***")
    return text
