"""A run that nobody sits at: everything that it says goes into the book's `reports/log.txt`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from networkscope.automation.digest import failure_notice, markdown, week_notice
from networkscope.automation.notices import NOTIFY, secret, send_all
from networkscope.book.own_files import output_folder
from networkscope.errors import NoticeError
from networkscope.reports.weekly import Result
from networkscope.reports.weeks import write_week
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
    ways = dict(read_settings(book / "book.toml").notify)
    level = str(ways.get("share", "counts"))
    notice = failure_notice(result) if result.failures else week_notice(result.index.parent, level)
    return send_all(notice, ways)


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
