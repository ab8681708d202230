"""The commands for what runs by itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from networkscope.cli.answer import answer, printable
from networkscope.cli.daily import AS_OF, FOLDER
from networkscope.errors import ParameterError


@click.command()
@click.argument("book", type=FOLDER)
@click.option(
    "--weekly", "time", default="mon 07:30", show_default=True, help="Day and time of this computer's clock."
)
@click.option(
    "--with",
    "form",
    type=click.Choice(["cron", "systemd", "launchd", "windows"]),
    help="The scheduler. [default: the one that this computer has]",
)
@click.option("--install", "what", flag_value="install", help="Install it; another one of BOOK is replaced.")
@click.option("--remove", "what", flag_value="remove", help="Remove it.")
@click.option("--status", "what", flag_value="status", help="Is it installed, and when was and is it run?")
def schedule(book: Path, time: str, form: str | None, what: str | None) -> None:
    """Have the weekly reports written by themselves.

    Prints the entry for a scheduler, or installs it. What it does is logged in BOOK's reports/log.txt. A time slept
    through is made up for; a run that failed is tried again the next day.
    """
    from networkscope.automation.due import WeeklyTime
    from networkscope.automation.job import Job
    from networkscope.automation.schedule import FORMS, status, usual_form

    job = Job(book, WeeklyTime.parse(time))
    form = form or usual_form()
    chosen = FORMS[form]
    if what == "status":
        answer({"status": status(job, form)}, *status(job, form))
    elif what == "remove":
        removed = chosen.remove(job)
        answer({"removed": removed}, f"{form}: {'removed' if removed else 'nothing was installed'}")
    elif what == "install":
        chosen.install(job)
        answer({"status": status(job, form)}, *status(job, form))
        click.echo(chosen.HINT, err=True)
    else:
        for name, text in chosen.files(job).items():
            click.echo(f"# {name}" if form != "windows" else f"<!-- {name} -->", err=True)
            answer({name: text}, text.removesuffix("\n"))
        click.echo(f"{chosen.HINT}\nTo install it, add --install.", err=True)


@click.command()
@click.argument("book", type=FOLDER)
@click.option(
    "--from", "folder", type=FOLDER, default=Path("~/Downloads"), show_default=True, help="Where to look."
)
def inbox(book: Path, folder: Path) -> None:
    """Copy new exports into a book.

    Looks for exports in a folder, by what is in the files, and copies those that are new into BOOK's exports.
    """
    from networkscope.automation.inbox import fetch_exports
    from networkscope.wording import many

    found = fetch_exports(book, folder.expanduser())
    lines = [
        f"{one.file.name}: {', '.join(one.sources)}; copied to {one.copied_to.relative_to(book).as_posix()}"
        for one in found
    ]
    answer([one._asdict() for one in found], *map(printable, lines))
    click.echo(f"{many(len(found), 'new export')}." if found else "No new export.", err=True)


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("-o", "--output", type=FOLDER, required=True, help="The folder for the pages.")
@click.option("--jobs", type=click.IntRange(1, 64), help="How many books at once.  [default: 1]")
@click.option("--scheduler", metavar="URL", help="Let the workers of a dask scheduler do it.")
@click.option("--quiet", is_flag=True, help="Hide progress.")
@click.option("--share", metavar="LEVEL", default="coach", show_default=True,
              help="The level for those who allow it: coach, public or counts.")  # fmt: skip
@AS_OF
def fleet(folder: Path, output: Path, jobs: int | None, quiet: bool, **options: Any) -> None:
    """Write the weekly sets of many books.

    Of all books below DIR, with a page on all of them: who is stuck, and who does well. Books with `coach = true` under
    [share] in book.toml are shown with names, the others in counts alone; with `introductions = true` there, the page
    tells who knows somebody where another client wants to go. A run that was broken off goes on where it stopped.
    """
    from networkscope.automation.fleet import fleet as write_all

    if jobs and options["scheduler"]:
        raise ParameterError(
            "--jobs is for this computer; with --scheduler, start as many workers as you want"
        )
    with _progress(quiet) as progress:
        clients = write_all(folder, output=output, jobs=jobs or 1, progress=progress, **options)
    failed = [client for client in clients if client.error]
    failures = {client.name: client.error for client in failed}
    answer({"page": output / "index.html", "failed": failures}, str(output / "index.html"))
    for client in failed:
        click.echo(f"networkscope: {printable(client.name)}: {client.error}", err=True)
    sys.exit(1 if failed else 0)


def _last_done(what: Any) -> str | None:
    return printable(what) if what else None


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """How far it is: a bar on a terminal, a line for each book elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None if quiet else lambda done, total, what: click.echo(f"{done} of {total}: {what}", err=True)
        return
    bar: Any = click.progressbar(length=0, file=sys.stderr, show_pos=True, item_show_func=_last_done)
    with bar:

        def show(done: int, total: int, what: str) -> None:
            bar.length = total
            bar.update(done - bar.pos, what)

        yield show


def write_week(
    book: Path, if_due: str | None, options: dict[str, Any], *, notify: bool, digest: bool
) -> None:
    """Write a week of the archive, or what is due of it, and say so."""
    from networkscope.automation import scheduled
    from networkscope.automation.due import WeeklyTime, due_as_of
    from networkscope.reports import weeks

    if if_due:
        if options["as_of"]:
            raise ParameterError("--if-due decides on the week by itself: leave out --as-of")
        options["as_of"] = due_as_of(book, WeeklyTime.parse(if_due))
        if options["as_of"] is None:
            return
    if notify and not scheduled.wants_notices(book):
        raise ParameterError("where is the notice to go? Add [notify] with desktop or mail to book.toml")
    write = scheduled.write_due_week if if_due else weeks.write_week
    result = write(book, **options)
    is_written = not result.failures
    said = scheduled.week_digest(book, result.index.parent) if digest and is_written else str(result.index)
    answer({"page": result.index, "failed": result.failures}, said)
    for failure in result.failures.values():
        click.echo(f"networkscope: {failure}", err=True)
    if result.failures:
        click.echo(f"networkscope: the last good week stays; {weeks.AGAIN}", err=True)
    if notify and not if_due:
        for error in scheduled.notify(book, result):
            raise error
    sys.exit(result.exit_code)
