"""What did each week say? The archive of a book: `reports/2026-W46/` for each week, and the list of them.

A week is written beside its place and put there whole once all its reports have worked out; until then, and where one
fails, what was there stays. Only one run at a time writes into the archive of a book.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from networkscope.book import Book
from networkscope.book.exports import old_exports
from networkscope.book.own_files import output_folder, write_atomically
from networkscope.book.whole_folders import alone, heal, staged_folder
from networkscope.dates import iso_week, zone
from networkscope.errors import LoadError, NetworkscopeError, ReportError, one_line
from networkscope.importers import walk
from networkscope.reports.calendar_feed import moves_calendar
from networkscope.reports.index import write_index
from networkscope.reports.key_figures import save_tables, week_tables
from networkscope.reports.parameters import read_parameters
from networkscope.reports.run import find_notebook
from networkscope.reports.weekly import WEEKLY, Progress, Result, weekly
from networkscope.reports.weeks_page import write_weeks_page
from networkscope.settings import read_settings
from networkscope.snapshot.snapshot import Snapshot

WEEK = re.compile(r"\d{4}-W\d\d")
MANIFEST, LAST_RUN = "manifest.json", "last_run.json"
PACKAGES = ("networkscope", "pandas", "numpy", "networkx", "papermill", "nbconvert", "plotly", "pyarrow")
BUSY = "another run is writing the weekly reports of this book; wait until it is done"
AGAIN = "put that right and run the same command again"


def write_week(
    book: Path,
    *,
    as_of: str | None = None,
    notebooks: Sequence[str | Path] = WEEKLY,
    jobs: int = 1,
    show_code: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Run the weekly set on a book and keep it as `reports/<ISO week>/` in the book.

    The week is that of the day before `as_of` in the owner's time zone. Its folder holds the pages, `tables/` (CSV and
    Parquet), `notebooks/` (as they ran, without outputs) and `manifest.json`; `reports/index.html` lists all weeks. A
    week that is there is replaced as a whole. Where a report fails, the week stays as it was, and the notebook is kept
    in `reports/failed/` as it stopped; the result has the failures and leads to the list of weeks.

    Raises
    ------
    ParameterError, LoadError
        Notebook, book or folder cannot be used, or another run is writing into it.
    """
    folder = book / "reports"
    settings = read_settings(book / "book.toml") if book.is_dir() else None
    if settings is None:
        raise LoadError(
            f"the book '{book.name}' is not a folder; make one with: networkscope new {book.name}"
        )
    moment = as_of or f"{dt.datetime.now(zone(settings.timezone)):%Y-%m-%d %H:%M}"
    week = iso_week(moment, settings.timezone)
    output_folder(folder, instead="choose another with -o")
    with alone(folder, BUSY), _noted(folder, week, moment) as note:
        heal(folder)
        paths = [find_notebook(name) for name in notebooks]
        failed = folder / "failed"
        shutil.rmtree(failed, ignore_errors=True)
        prepared: dict[str, Any] = {}
        with contextlib.suppress(_FailedError), staged_folder(folder / week) as staged:

            def meanwhile(opened: Book, now: Snapshot) -> None:
                prepared.update(_prepared(opened, now, staged / "tables"))

            result = weekly(
                book, as_of=moment, output=staged, notebooks=paths, jobs=jobs, show_code=show_code,
                progress=progress, failed=failed, executed=staged / "notebooks", meanwhile=meanwhile,
                known=_known_figures(folder),
            )  # fmt: skip
            if result.failures:
                raise _FailedError
            write_index(staged, paths, (), moment, book=book.resolve().name, weeks="../index.html",
                        notes=prepared["old"], figures=result.figures)  # fmt: skip
            manifest = _manifest(week, moment, paths, result, prepared)
            write_atomically(staged / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        if not result.failures:
            write_atomically(folder / "moves.ics", prepared["feed"])
        note(result.failures)
        if not result.failures:
            _forget_old(folder, settings.keep_weeks, week)
    pages = () if result.failures else tuple(folder / week / page.name for page in result.pages)
    index = folder / ("index.html" if result.failures else f"{week}/index.html")
    return Result(index, pages, result.failures, result.seconds)


def list_weeks(folder: Path) -> None:
    """Write the list of weeks anew, where there are any: without links to pages that are gone."""
    if weeks := weeks_of(folder):
        write_weeks_page(folder, weeks, last_run(folder))


def weeks_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifests of the weeks in this folder, by week, the earliest first; a folder without one is none."""
    found = {}
    for path in sorted(folder.glob("*-W*")):
        with contextlib.suppress(OSError, ValueError):
            manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
            if WEEK.fullmatch(path.name) and isinstance(manifest, dict):
                found[path.name] = manifest
    return found


def _known_figures(folder: Path) -> dict[str, dict[str, int]]:
    """The key figures that past weeks kept, where this version of the package wrote them."""
    mine = {"networkscope": version("networkscope")}.items()
    return {
        week: manifest["key_figures"]
        for week, manifest in weeks_of(folder).items()
        if mine <= manifest.get("versions", {}).items() and isinstance(manifest.get("key_figures"), dict)
    }


def last_run(folder: Path) -> dict[str, Any]:
    """What came of the last run: `week`, `as_of`, `started_at`, `exit_code`, `messages`; empty where there was none."""
    with contextlib.suppress(OSError, ValueError):
        noted = json.loads((folder / LAST_RUN).read_text(encoding="utf-8"))
        return noted if isinstance(noted, dict) else {}
    return {}


class _FailedError(Exception):
    """A report failed, so the staged week is given up."""


@contextlib.contextmanager
def _noted(folder: Path, week: str, as_of: str) -> Iterator[Any]:
    """Note what comes of the run, for the list of weeks and for `schedule --status`, also where it breaks off."""
    started = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"

    def note(failures: Mapping[str, NetworkscopeError]) -> None:
        code = min((error.exit_code for error in failures.values()), default=0)
        run = {"week": week, "as_of": as_of, "started_at": started, "exit_code": code}
        run["messages"] = [str(error) for error in failures.values()]
        write_atomically(folder / LAST_RUN, json.dumps(run, indent=1) + "\n")
        write_weeks_page(folder, weeks_of(folder), run)

    try:
        yield note
    except OSError as error:
        failure = ReportError(
            f"the reports cannot be written ({one_line(error.strerror or error)}): make room on the disk or give "
            f"yourself the right to write, then run the same command again; the last good week stays"
        )
        with contextlib.suppress(OSError):
            note({"": failure})
        raise failure from error
    except NetworkscopeError as error:
        with contextlib.suppress(OSError):
            note({"": error})
        raise


def _prepared(book: Book, now: Snapshot, folder: Path) -> dict[str, Any]:
    """The week's tables written into the folder; the notes on old exports, the calendar of moves, and the inputs."""
    names = book.contacts.set_index("contact_id")["name"]
    tables = week_tables(book, now)
    save_tables(tables, names, folder)
    moves = tables["moves"].rename(columns={"move_key": "key"})
    moves = moves.assign(name=moves["contact_id"].map(names).fillna("(no name)"))
    feed = moves_calendar(moves, book.as_of_date.date())
    return {"old": old_exports(book), "feed": feed, "inputs": _inputs(book.folder)}


def _manifest(
    week: str, as_of: str, paths: Sequence[Path], result: Result, prepared: Mapping[str, Any]
) -> dict[str, Any]:
    """What went into this week: enough to write it again, and to see why another run gives something else."""
    parameters = {
        path.stem: {
            each.name: as_of if each.name == "as_of" else each.default
            for each in read_parameters(path)
            if each.name != "book"
        }
        for path in paths
    }
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    return {
        "week": week,
        "as_of": as_of,
        "key_figures": result.figures[week],
        "seconds": result.seconds,
        "parameters": parameters,
        "versions": versions,
        "inputs": prepared["inputs"],
    }


def _inputs(book: Path) -> dict[str, str]:
    """The SHA-256 of each file that was read, by its path in the book."""
    sources, _ = walk(book)
    files = {Path(part.path) for source in sources for part in source.parts or (source,)}
    files |= {*book.glob("*.toml"), *book.glob("*.csv")}
    found = {}
    for path in sorted(files):
        with path.open("rb") as stream:
            found[path.relative_to(book).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _forget_old(folder: Path, keep: int | None, written: str) -> None:
    """Remove the oldest weeks beyond those to keep, never the one just written."""
    weeks = list(weeks_of(folder))
    for week in weeks[: -keep if keep else 0]:
        if week != written:
            shutil.rmtree(folder / week)
