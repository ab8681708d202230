"""The command line. Results go to stdout, progress and errors to stderr.

Exit codes: 0 done, 1 a report failed, 2 the input or the call is wrong. Whatever is heavy is imported inside
the command that needs it, so that `networkscope --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from networkscope.cli.answer import JSON, answer, printable
from networkscope.cli.daily import AS_OF, FOLDER, export, log, moves
from networkscope.cli.decide import done, never, role, snooze, undo
from networkscope.cli.people import act, duplicates, know, merge, part, who
from networkscope.cli.schedule import fleet, inbox, schedule, write_week
from networkscope.cli.share import forget, unmask, verify
from networkscope.cli.start import start
from networkscope.errors import LoadError, NetworkscopeError, ParameterError, one_line


class _Commands(click.Group):
    """Every error in the input is one line on stderr; an error of ours keeps its traceback."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of use

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NetworkscopeError as error:
            click.echo(f"networkscope: {one_line(error, 500)}", err=True)
            for line in error.details:
                click.echo(printable(line), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("networkscope: stopped", err=True)
            ctx.exit(130)


@click.group(
    cls=_Commands,
    # A fixed width: to find that of the terminal, click would import shutil, which costs 5 ms at each start.
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 78},
    epilog="Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 a report failed, "
    "2 the input or the call is wrong.",
)
@click.version_option(package_name="networkscope")
def main() -> None:
    """Who should I contact next? Reports on your own network, from the logs you already have.

    A BOOK is a folder with your exports and notes, in any nesting; `networkscope new DIR` makes one.
    """


def _report_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--quiet", is_flag=True, help="Hide progress."),
        click.option("--show-code", is_flag=True, help="Show the code above its results."),
        click.option(
            "--share",
            metavar="LEVEL",
            default="private",
            show_default=True,
            help="For whom: private, coach, public or counts.",
        ),
        AS_OF,
    ):
        command = option(command)
    return command


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
def new(folder: Path) -> None:
    """Make an empty book.

    Puts settings, own tables and a place for exports into DIR.
    """
    from networkscope.book.new import make_book

    make_book(folder)
    answer({"book": folder}, str(folder))
    click.echo(f"Put your exports into {folder / 'exports'}, then: networkscope check {folder}", err=True)


@click.command()
@click.argument("book", type=FOLDER)
@click.option("--all", "every", is_flag=True, help="Show every file and every remark.")
@AS_OF
def check(book: Path, every: bool, as_of: str | None) -> None:
    """Show what was imported, what was skipped, and what is missing."""
    from networkscope.book import open_book
    from networkscope.cli.summary import summary_data, summary_lines

    opened = open_book(book, as_of=as_of, progress=_report_progress)
    answer(summary_data(opened), *summary_lines(opened, every=every))


@click.command()
@click.argument("notebook")
@click.argument("book", type=FOLDER)
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
              help="Set a parameter of the notebook; may be repeated.")  # fmt: skip
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("reports"),
    show_default=True,
    help="The folder for the pages.",
)
@_report_options
def report(
    notebook: str, book: Path, parameters: tuple[tuple[str, str], ...], quiet: bool, **options: Any
) -> None:
    """Write the page of one report.

    Runs NOTEBOOK, a path or one of weekly_report, dormant_contacts, referral_yield, followup_gaps, asks_and_favours,
    target_companies, leaving_a_job, network_map and explore, on BOOK.
    """
    from networkscope.reports import weekly as reports

    progress = None if quiet else _report_progress
    page = reports.report(notebook, book, parameters=dict(parameters), progress=progress, **options)
    answer({"page": page}, str(page))


@click.command()
@click.argument("book", type=FOLDER)
@click.option(
    "--jobs",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="How many notebooks to run at once.",
)
@click.option(
    "-o", "--output", type=FOLDER, help="A folder for the pages alone. [default: the book's archive of weeks]"
)
@click.option(
    "--if-due", metavar="TIME", help='Only if the week due at this time, as "mon 07:30", is missing.'
)
@click.option("--notify", is_flag=True, help="Send the notices that BOOK's book.toml asks for.")
@click.option("--digest", is_flag=True, help="Print the week in Markdown, in place of where it is.")
@_report_options
def weekly(
    book: Path,
    output: Path | None,
    quiet: bool,
    share: str,
    if_due: str | None,
    notify: bool,
    digest: bool,
    **options: Any,
) -> None:
    """Write the weekly set of reports, with an index page.

    Without -o the week is kept in BOOK/reports, as 2026-W46 for example, with its tables, and added to the list of
    weeks; where a report fails, the last good week stays as it was.
    """
    options["progress"] = None if quiet else _report_progress
    if output is None:
        if share != "private":
            raise ParameterError(
                "the archive is for you alone: give a shared copy a folder of its own, with -o"
            )
        write_week(book, if_due, options, notify=notify, digest=digest)
        return
    if if_due or notify or digest:
        raise ParameterError("--if-due, --notify and --digest are for the archive of weeks: leave out -o")
    from networkscope.reports import weekly as reports

    result = reports.weekly(book, output=output, share=share, **options)
    answer({"page": result.index, "failed": result.failures}, str(result.index))
    for failure in result.failures.values():
        click.echo(f"networkscope: {failure}", err=True)
    sys.exit(result.exit_code)


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
def sample(folder: Path) -> None:
    """Copy the invented sample book, to try things out."""
    import shutil

    package = Path(__file__).resolve().parents[1]
    installed = package / "sample_book"
    book = installed if installed.is_dir() else package.parent / "data" / "sample"
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise LoadError(f"{folder} is not an empty folder; name a new one or empty it first")
        hidden = shutil.ignore_patterns(".*", "reports")  # made here, where the sample was opened before
        shutil.copytree(book, folder, ignore=hidden, copy_function=shutil.copyfile, dirs_exist_ok=True)
    except OSError as error:
        raise LoadError(f"{folder} cannot be written: {one_line(error.strerror or error)}") from error
    answer({"book": folder}, str(folder))


def _report_progress(text: str) -> None:
    click.echo(text, err=True)


for command in (
    *(start, new, inbox, check, weekly, report, schedule),
    *(moves, done, snooze, never, log, who, know, role, act, duplicates, merge, part, undo),
    *(export, verify, unmask, forget, fleet, sample),
):
    command.params.append(JSON)
    main.add_command(command)
