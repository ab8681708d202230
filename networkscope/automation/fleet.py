"""How are all clients of a coach doing? The weekly set of every book below a folder, and a page on all of them.

Each set is written by a process of its own: of this computer, or of the workers of a dask scheduler
(`automation.workers`).

What fails, fails alone: a book that cannot be read, or a process that dies, is listed with the reason. A run that was
broken off is taken up where it stopped.
"""

import contextlib
import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from networkscope.automation.client import RESULT, does_well, done_before, said_in, why_stuck
from networkscope.automation.introductions import introductions, wanted_companies
from networkscope.automation.workers import GO_ON, Outcome, Task, outcome, workers, write_apart
from networkscope.book.own_files import output_folder, write_atomically
from networkscope.book.whole_folders import alone
from networkscope.dates import as_instant
from networkscope.display.cells import STATES
from networkscope.errors import LoadError, NetworkscopeError, ParameterError, ReportError, one_line
from networkscope.reports.html import TEMPLATE, page_head
from networkscope.settings import read_settings
from networkscope.sharing.levels import check_level
from networkscope.wording import many

RUN = "run.json"
TITLES = {
    "silent_days": "Days without contact", "conversations": "Conversations in 4 weeks", "names": "Names in 4 weeks",
    "overdue_count": "Follow-ups due", "active_count": "Active ties",
}  # fmt: skip
Progress = Callable[[int, int, str], None]  # how many are done, of how many, and what came of the last


@dataclass
class Client:
    """One book of the fleet: `name` is its path below the folder, `said` what came of it, `error` why nothing did.

    `wants` are the companies of its book.toml; `agrees`: it may be named in an introduction.
    """

    name: str
    book: Path
    said: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    wants: tuple[str, ...] = ()
    agrees: bool = False


def fleet(
    folder: Path,
    *,
    output: Path,
    as_of: str | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    share: str = "coach",
    progress: Progress | None = None,
) -> list[Client]:
    """Write the weekly sets of all books below a folder, and `index.html` on all of them, into the folder `output`.

    A client who wrote `[share] coach = true` into book.toml is shown at the level `share`, everybody else in counts.
    A run that was broken off goes on as of its own time, and does nothing twice.

    Parameters
    ----------
    jobs : so many books at once, each in a process of its own
    scheduler : the address of a dask scheduler, whose workers do it in place of this computer; they need this package,
        and the same folders at the same place
    share : "coach", "public" or "counts"

    Raises
    ------
    LoadError, ParameterError
        There is no book below the folder, no such level, nothing can be written into `output`, `as_of` is no date,
        another run is writing there, or the scheduler cannot be reached.
    ReportError
        The disk is full, or the like; what was written stays.

    Examples
    --------
    >>> clients = fleet(Path("clients"), output=Path("overview"), jobs=2)  # doctest: +SKIP
    >>> [client.name for client in clients if client.error]  # doctest: +SKIP
    []
    """
    if check_level(share) == "private":
        raise ParameterError("a fleet is never private: share coach, public or counts")
    folder, output = folder.absolute(), output.absolute()
    clients = find_books(folder, output)
    if as_of:
        as_instant(as_of)
    output_folder(output)
    busy = f"another run is writing into '{output.name}'; wait until it is done"
    with workers(jobs, scheduler) as pool, alone(output, busy):
        try:
            as_of = _begin(clients, output, as_of)
            _run_all(pool, clients, output, (as_of, share), progress)
            write_fleet_page(output, clients, as_of)
            write_atomically(output / RUN, json.dumps({"as_of": as_of, "is_finished": True}) + "\n")
        except OSError as error:
            raise ReportError(
                f"'{output.name}' cannot be written ({one_line(error.strerror or error)}): put that right; {GO_ON}"
            ) from error
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
    books = {client.book.resolve() for client in found}
    for client in found:
        place = (output / client.name).resolve()
        if books & {place, *place.parents}:
            raise LoadError(
                f"the pages of '{client.name}' would get into a book; choose another folder with -o"
            )
    for client in found:
        with contextlib.suppress(NetworkscopeError):  # its process will say what is wrong
            settings = read_settings(client.book / "book.toml")
            client.wants, client.agrees = settings.target_companies, settings.share_introductions
    return sorted(found, key=lambda client: client.name)


def _begin(clients: list[Client], output: Path, as_of: str | None) -> str:
    """The as-of of this run: the one given, that of a run that was broken off, or now."""
    before = said_in(output / RUN)
    if not as_of and before.get("is_finished") is False:
        as_of = before["as_of"]
    as_of = as_of or f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%MZ}"
    if before.get("is_finished") or before.get("as_of") != as_of:
        for client in clients:  # a new run: nothing is done yet
            (output / client.name / RESULT).unlink(missing_ok=True)
    run = {"as_of": as_of, "is_finished": False, "wanted": wanted_companies(clients)}
    write_atomically(output / RUN, json.dumps(run) + "\n", mode=0o600)
    return as_of


def _run_all(
    pool: Executor, clients: list[Client], output: Path, run: tuple[str, str], progress: Progress | None
) -> None:
    """Have the set of each client written, unless this run did so already."""
    running: dict[Future[Outcome], Client] = {}
    for client in clients:
        client.said = done_before(client.book, output / client.name, *run)
        if not client.said:
            task = Task(client.book, output / client.name, *run, output / RUN)
            running[pool.submit(write_apart, task)] = client
    before = len(clients) - len(running)
    if progress and before:
        progress(before, len(clients), "done before")
    try:
        for number, done in enumerate(as_completed(running), start=before + 1):
            client = running[done]
            client.said, client.error = outcome(done)
            if progress:
                what = f"failed: {client.error}" if client.error else "done"
                progress(number, len(clients), f"{client.name} {what}")
    except BaseException:
        for each in running:
            each.cancel()
        raise


def write_fleet_page(folder: Path, clients: Sequence[Client], as_of: str) -> Path:
    """Write `index.html`: who is stuck, those with most reasons first, everybody's counts, and what failed.

    Below it: which client can introduce another one, of those who both agree, and in how many cases more.
    """
    from jinja2 import Environment, FileSystemLoader

    rows = [_row(client) for client in clients if client.said]
    rows.sort(key=lambda row: (-len(row["reasons"]), row["name"]))
    stuck, well = sum(bool(row["reasons"]) for row in rows), sum(bool(row["does_well"]) for row in rows)
    failed = [{"name": client.name, "error": client.error} for client in clients if client.error]
    are_stuck, do_well = "is stuck" if stuck == 1 else "are stuck", "does well" if well == 1 else "do well"
    lead = f"Of {many(len(clients), 'client')}, {stuck} {are_stuck} and {well} {do_well}."
    template = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True).get_template("fleet.html.j2")
    found, more = introductions(clients)
    html = template.render(
        page=page_head("Your clients", as_of=as_of), lead=lead, rows=rows, titles=list(TITLES.values()),
        failed=failed, introductions=found, states=STATES, more=many(more, "case") if more else "",
    )  # fmt: skip
    write_atomically(folder / "index.html", html)
    return folder / "index.html"


def _row(client: Client) -> dict[str, Any]:
    figures = client.said["figures"]
    return {
        "name": client.name,
        "href": quote(f"{client.name}/{client.said['index']}"),
        "level": client.said["level"],
        "reasons": why_stuck(figures),
        "does_well": does_well(figures),
        "figures": [figures[name] for name in TITLES],
    }
