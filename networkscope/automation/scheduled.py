"""A run that nobody sits at: everything that it says goes into the book's `reports/log.txt`."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from networkscope.automation.digest import failure_notice, markdown, week_notice
from networkscope.automation.notices import NOTIFY, secret, send_all
from networkscope.book.own_files import output_folder
from networkscope.errors import NetworkscopeError, NoticeError, one_line
from networkscope.reports.weekly import Result
from networkscope.reports.weeks import last_run, write_week
from networkscope.settings import read_settings
from networkscope.wording import many

LOG_BYTES, OLD_LOGS = 200_000, 2


def _ways(book: Path) -> dict[str, Any]:
    """[notify] of the book's book.toml."""
    return {"share": "counts", **dict(read_settings(book / "book.toml").notify)}


def wants_notices(book: Path) -> bool:
    """Does the owner of this book want to hear of new reports?"""
    ways = _ways(book)
    return bool(ways.get("desktop") or ways.get("mail") or secret(NOTIFY))


def notify(book: Path, result: Result) -> list[NoticeError]:
    """Send the notices that book.toml asks for; what could not be sent, and why."""
    if not wants_notices(book):
        return []
    ways, failed = _ways(book), many(len(result.failures), "report")
    if result.failures:
        return send_all(failure_notice(f"{failed} failed", result.index), ways)
    return send_all(week_notice(result.index.parent, ways["share"]), ways)


def week_digest(book: Path, week: Path) -> str:
    """A week of the archive in Markdown, with names where book.toml has them in notices."""
    return markdown(week, _ways(book)["share"])


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
            last = last_run(book / "reports")
            began = last.get("as_of") == as_of and last["exit_code"]  # else another one was writing
            if isinstance(error, NetworkscopeError) and began and wants_notices(book):
                notice = failure_notice(one_line(error), book / "reports" / "index.html")
                _log_all(log, send_all(notice, _ways(book)))
            raise
        _log_all(log, result.failures.values())
        say("failed; the last good week stays" if result.failures else f"done: {result.index}")
        unsent = notify(book, result)
        _log_all(log, unsent)
        if unsent and not result.failures:
            raise unsent[0]
        return result


def _log_all(log: logging.Logger, errors: Iterable[Exception]) -> None:
    for error in errors:
        log.error("%s", error)


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
