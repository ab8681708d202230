"""How are all clients of a coach doing? The weekly set of every book below a folder, each in a process of its own.

What fails, fails alone: a book that cannot be read, or a process that dies, is listed with the reason. A run that was
broken off is taken up where it stopped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from networkscope.automation.client import RESULT
from networkscope.automation.fleet_page import write_fleet_page
from networkscope.book.own_files import output_folder, write_atomically
from networkscope.book.whole_folders import alone
from networkscope.dates import as_instant
from networkscope.errors import LoadError, ParameterError, one_line
from networkscope.sharing.levels import LEVELS, check_level

RUN = "run.json"
HOURS = 1  # so long may one book take
CLIENT = [sys.executable, "-m", "networkscope.automation.client"]


@dataclass
class Client:
    """One book of the fleet: `name` is its path below the folder, `said` what came of it, `error` why nothing did."""

    name: str
    book: Path
    said: dict[str, Any] = field(default_factory=dict)
    error: str = ""


def fleet(
    folder: Path,
    *,
    output: Path,
    as_of: str | None = None,
    jobs: int = 1,
    share: str = "coach",
    progress: Callable[[str], None] | None = None,
) -> list[Client]:
    """Write the weekly sets of all books below a folder, and `index.html` on all of them, into the folder `output`.

    A client who wrote `[share] coach = true` into book.toml is shown at the level `share`, everybody else in counts.
    A run that was broken off goes on as of its own time, and does nothing twice.

    Parameters
    ----------
    jobs : so many books at once, each in a process of its own
    share : "coach", "public" or "counts"

    Raises
    ------
    LoadError, ParameterError
        There is no book below the folder, no such level, nothing can be written into `output`, `as_of` is no date, or
        another run is writing there.
    """
    if check_level(share) == "private":
        raise ParameterError("a fleet is never private: share coach, public or counts")
    clients = find_books(folder, output)
    if as_of:
        as_instant(as_of)
    output_folder(output)
    with alone(output, f"another run is writing into '{output.name}'; wait until it is done"):
        as_of = _begin(clients, output, as_of)
        _run_all(clients, output, (as_of, share), jobs, progress)
        write_fleet_page(output, clients, as_of)
        write_atomically(output / RUN, json.dumps({"as_of": as_of, "is_finished": True}) + "\n")
    return clients


def find_books(folder: Path, output: Path) -> list[Client]:
    """Every folder below this one that has a book.toml, but none inside a book, nor in the output."""
    if not folder.is_dir():
        raise LoadError(f"'{folder.name}' is not a folder")
    found = []
    for walked, below, files in os.walk(folder):
        path = Path(walked)
        if path.resolve() == output.resolve():
            below.clear()
        elif "book.toml" in files:
            name = path.relative_to(folder).as_posix()
            found.append(Client(path.resolve().name if name == "." else name, path))
            below.clear()
        below[:] = sorted(name for name in below if not name.startswith("."))
    if not found:
        raise LoadError(f"there is no book below '{folder.name}': no folder there has a book.toml")
    for client in found:
        place = (output / client.name).resolve()
        if any(one.book.resolve() in (place, *place.parents) for one in found):
            raise LoadError(
                f"the pages of '{client.name}' would get into a book; choose another folder with -o"
            )
    return sorted(found, key=lambda client: client.name)


def _begin(clients: list[Client], output: Path, as_of: str | None) -> str:
    """The as-of of this run: the one given, that of a run that was broken off, or now."""
    before: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        before = dict(json.loads((output / RUN).read_text(encoding="utf-8")))
    if not as_of and before.get("is_finished") is False:
        as_of = before["as_of"]
    as_of = as_of or f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%MZ}"
    if before.get("is_finished") or before.get("as_of") != as_of:
        for client in clients:  # a new run: nothing is done yet
            (output / client.name / RESULT).unlink(missing_ok=True)
    write_atomically(output / RUN, json.dumps({"as_of": as_of, "is_finished": False}) + "\n")
    return as_of


def _run_all(
    clients: list[Client],
    output: Path,
    run: tuple[str, str],
    jobs: int,
    progress: Callable[[str], None] | None,
) -> None:
    with ThreadPoolExecutor(jobs) as pool:
        try:
            running = {pool.submit(_run, client, output / client.name, run): client for client in clients}
            for number, done in enumerate(as_completed(running), start=1):
                done.result()
                client = running[done]
                if progress:
                    what = f"failed: {client.error}" if client.error else "done"
                    progress(f"{number} of {len(clients)}: {client.name} {what}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run(client: Client, output: Path, run: tuple[str, str]) -> None:
    """Write the set of one client, unless this run did so already."""
    result = output / RESULT
    if result.exists():
        client.said = json.loads(result.read_text(encoding="utf-8"))
        if not client.said["failures"] and client.said["level"] in (run[1], "counts"):
            return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for old in [result, *(page for level in LEVELS for page in output.glob(f"*.{level}.html"))]:
            old.unlink(missing_ok=True)  # who allowed names before may allow them no more
        done = subprocess.run(
            [*CLIENT, str(client.book), str(output), *run],
            capture_output=True, text=True, timeout=HOURS * 3600, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        client.said, client.error = {}, one_line(getattr(error, "strerror", None) or "it took too long")
        return
    client.said = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
    last = (done.stderr.strip().splitlines() or [f"its process ended with exit code {done.returncode}"])[-1]
    client.error = one_line("; ".join(client.said["failures"]) if client.said else last)
