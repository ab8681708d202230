"""A run that nobody sits at: everything that it says goes into the book's `reports/log.txt`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from networkscope.automation.digest import failure_notice, markdown, stopped_notice, week_notice
from networkscope.automation.notices import NOTIFY, Notice, secret, send_all
from networkscope.book.own_files import output_folder
from networkscope.errors import NetworkscopeError, NoticeError
from networkscope.reports.weekly import Result
from networkscope.reports.weeks import last_run, write_week
from networkscope.settings import read_settings

LOG_BYTES, OLD_LOGS = 200_000, 2


def wants_notices(book: Path) -> bool:
    """Does the owner of this book want to hear of new reports?"""
    ways = dict(read_settings(book / "book.toml").notify)
    return bool(ways.get("desktop") or ways.get("mail") or secret(NOTIFY))


def notify(book: Path, result: Result) -> list[NoticeError]:
    """Send the notices that book.toml asks for; what could not be sent, and why."""
    if not wants_notices(book):
        return []
    level = str(dict(read_settings(book / "book.toml").notify).get("share", "counts"))
    return _send(book, failure_notice(result) if result.failures else week_notice(result.index.parent, level))


def _send(book: Path, notice: Notice) -> list[NoticeError]:
    return send_all(notice, dict(read_settings(book / "book.toml").notify))


def week_digest(book: Path, week: Path) -> str:
    """A week of the archive in Markdown, with names where book.toml has them in notices."""
    return markdown(week, str(dict(read_settings(book / "book.toml").notify).get("share", "counts")))


def write_due_week(book: Path, *, as_of: str, progress: Any = None, **options: Any) -> Result:
    """`write_week`, with a log and notices; what goes wrong is logged and raised.

    The log is begun anew at 200,000 bytes, and the two before it are kept.
    """
    with log_file(output_folder(book / "reports", instead="make it writable")) as log:

        def say(text: str) -> None:
            log.info(text)
            if progress:
                progress(text)

        say(f"weekly reports as of {as_of}")
        try:
            result = write_week(book, as_of=as_of, progress=say, **options)
        except BaseException as error:
            log.error("stopped: %s", error or type(error).__name__)
            if isinstance(error, NetworkscopeError):
                for missed in _tell_of(error, book, as_of):
                    log.error("%s", missed)
            raise
        for failure in result.failures.values():
            log.error("%s", failure)
        say("failed; the last good week stays" if result.failures else f"done: {result.index}")
        unsent = notify(book, result)
        for missed in unsent:
            log.error("%s", missed)
        if unsent and not result.failures:
            raise unsent[0]
        return result


def _tell_of(error: NetworkscopeError, book: Path, as_of: str) -> list[NoticeError]:
    """Send a notice on a run that stopped; none where it did not begin, because another one was writing."""
    reports, last = book / "reports", last_run(book / "reports")
    if last.get("as_of") != as_of or not last["exit_code"] or not wants_notices(book):
        return []
    return _send(book, stopped_notice(error, reports / "index.html"))


@contextmanager
def log_file(folder: Path) -> Iterator[logging.Logger]:
    """A log in this folder that does not grow without end."""
    log = logging.Logger("networkscope.scheduled", logging.INFO)
    handler = RotatingFileHandler(
        folder / "log.txt", maxBytes=LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
