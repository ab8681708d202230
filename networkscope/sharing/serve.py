"""A kernel that may not hold what a level forbids: it asks the process that started it, and gets redacted results.

`Server` runs in the parent, which has the whole network; `open_shared` in the kernel stands in for `open_book`.
"""

import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import dates, errors, schema
from networkscope.book import Book
from networkscope.errors import NetworkscopeError, ParameterError
from networkscope.settings import Settings
from networkscope.sharing.copy import Source
from networkscope.snapshot.shared import NO_TIME, SharedSnapshot
from networkscope.wording import SHARE_LEVEL

SHARED_BOOK = "(shared copy)"  # in place of the folder, which a shared notebook does not know
ADDRESS, SECRET = "NETWORKSCOPE_SHARE_PORT", "NETWORKSCOPE_SHARE_SECRET"


@dataclass(frozen=True)
class SharedBook:
    """What a shared notebook sees of a book: no folder, no mentions, no files; `at` gives shared snapshots."""

    settings: Settings
    as_of: pd.Timestamp
    contacts: pd.DataFrame
    summary: pd.DataFrame
    cannot_know: tuple[str, ...]
    backed_up_on: Any = None
    name: str = SHARED_BOOK
    folder: Path = Path(SHARED_BOOK)
    request: Callable[[Any], Any] | None = None
    """Asks the process that has the whole network; set in the kernel."""

    @property
    def timezone(self) -> str:
        return self.settings.timezone

    @property
    def wanted(self) -> pd.DataFrame:
        """Saved jobs and companies followed: never shared, so none."""
        return pd.DataFrame({"organization": pd.Series(dtype=schema.TEXT)})

    @property
    def as_of_date(self) -> pd.Timestamp:
        """The owner's calendar date at the cut-off, as far as the level tells it."""
        return dates.local_date(self.as_of, self.timezone)

    def at(self, moment: dates.AsOf | None = None, *, group_max: int = 4) -> SharedSnapshot:
        """The shared network as it was known at this instant; see `Book.at`."""
        if self.request is None:
            raise ParameterError("this shared book has nobody to ask")
        request = self.request

        def ask(copy: SharedSnapshot, name: str, given: Any, options: Any) -> Any:
            sent = tuple(replace(one, ask=None) if isinstance(one, SharedSnapshot) else one for one in given)
            return request((copy.moment, copy.group_max, name, sent, options))

        now = replace(request((NO_TIME, group_max, "at", (NO_TIME,), {})), ask=ask)
        return now if moment is None else now.at(moment)


def shared_book(book: Book, source: Source) -> SharedBook:
    """The book as far as the level of this source allows."""
    redactor, known = source.redactor, book.summary
    return SharedBook(
        settings=redactor.settings(book.settings),
        as_of=redactor.week(book.as_of),
        contacts=redactor.frame(source.whole.contacts),
        summary=redactor.frame(known).assign(file=known["source"], reasons=known["reasons"]),
        cannot_know=book.cannot_know,
        backed_up_on=book.backed_up_on if redactor.level == "coach" else None,
    )


class Server:
    """Answers what shared kernels ask, on this machine alone; a context that ends with them."""

    def __init__(self, level: str) -> None:
        self._secret = secrets.token_bytes(32)
        self._listener = Listener(("127.0.0.1", 0), authkey=self._secret)
        self._source: Source | None = None
        self._book: SharedBook | None = None
        port = str(self._listener.address[1])
        self.environment = {SHARE_LEVEL: level, ADDRESS: port, SECRET: self._secret.hex()}

    def offer(self, book: Book, source: Source) -> SharedBook:
        """Answer from this book from now on."""
        self._source, self._book = source, shared_book(book, source)
        threading.Thread(target=self._accept, daemon=True).start()
        return self._book

    def close(self) -> None:
        """Answer nobody any more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except Exception:  # closed, or whoever cannot prove who they are
                if getattr(self._listener, "_listener", None) is None:
                    return
                continue
            threading.Thread(target=self._answer_all, args=(connection,), daemon=True).start()

    def _answer_all(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    asked = connection.recv()
                except (EOFError, OSError):
                    return
                connection.send(self._answer(asked))

    def _answer(self, asked: Any) -> tuple[str, Any]:
        if self._source is None:
            return "ParameterError", "no book was offered yet"
        try:
            return "given", self._book if asked == "book" else self._source.answer(*asked)
        except NetworkscopeError as error:
            return type(error).__name__, str(error)
        except Exception as error:
            return "Exception", type(error).__name__


def open_shared(*_given: Any, **_options: Any) -> SharedBook:
    """`open_book` in a shared kernel: the book that the parent offers, whatever folder is asked for."""
    connection = Client(("127.0.0.1", int(os.environ[ADDRESS])), authkey=bytes.fromhex(os.environ[SECRET]))
    lock = threading.Lock()

    def request(asked: Any) -> Any:
        with lock:
            connection.send(asked)
            kind, result = connection.recv()
        if kind == "given":
            return result
        if kind == "Exception":
            raise RuntimeError(f"what was asked of the shared copy failed with {result}")
        raise getattr(errors, kind, ParameterError)(result)

    book: SharedBook = request("book")
    return replace(book, request=request)
