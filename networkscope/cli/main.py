"""The command line. Results go to stdout, progress and complaints to stderr.

Exit codes: 0 done, 1 a report failed, 2 the input or the call is wrong. Whatever is heavy is imported inside
the command that needs it, so that `networkscope --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.daily import AS_OF, FOLDER, export, log, moves
from networkscope.cli.decide import done, never, snooze
from networkscope.errors import LoadError, NetworkscopeError, one_line
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.book import Book


class _Commands(click.Group):
    """Every fault of the input is one line on stderr; a fault of ours keeps its traceback."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of use

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NetworkscopeError as fault:
            click.echo(f"networkscope: {one_line(fault, 500)}", err=True)
            ctx.exit(fault.exit_code)
        except KeyboardInterrupt:
            click.echo("networkscope: stopped", err=True)
            ctx.exit(130)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Results go to stdout, progress and complaints to stderr. Exit codes: 0 done, 1 a report failed, "
    "2 the input or the call is wrong.",
)
@click.version_option(package_name="networkscope")
def main() -> None:
    """Whom should I call next? Reports on your own network, from the logs you already own.

    A BOOK is a folder with your exports and notes, in any nesting; `networkscope new DIR` makes one.
    """


def _report_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--quiet", is_flag=True, help="Say nothing of the progress."),
        click.option("--show-code", is_flag=True, help="Show the code above its results."),
        click.option(
            "-o", "--output", type=FOLDER, default=Path("reports"), show_default=True, help="Where pages go."
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
    from networkscope.book.own_files import OWN_TABLES
    from networkscope.settings import TEMPLATE, local_timezone

    files = {"book.toml": TEMPLATE.format(timezone=local_timezone())}
    files |= {name: header + "\n" for name, header in OWN_TABLES.items()}
    if taken := [name for name in files if (folder / name).exists()]:
        raise LoadError(f"'{folder.name}' holds a {taken[0]} already; nothing was changed")
    try:
        (folder / "exports").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with (folder / name).open("x", encoding="utf-8") as stream:
                stream.write(content)
    except OSError as fault:
        raise LoadError(f"no book can be made in '{folder.name}': {fault.strerror}") from fault
    click.echo(folder)
    click.echo(f"Put your exports into {folder / 'exports'}, then: networkscope check {folder}", err=True)


@click.command()
@click.argument("book", type=FOLDER)
@AS_OF
def check(book: Path, as_of: str | None) -> None:
    """What was read, what not, and what cannot be known."""
    from networkscope.book import open_book

    for line in _summary(open_book(book, as_of=as_of, progress=_tell)):
        click.echo(line)


@click.command()
@click.argument("notebook")
@click.argument("book", type=FOLDER)
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
              help="Set a parameter of the notebook; may be repeated.")  # fmt: skip
@_report_options
def report(
    notebook: str, book: Path, parameters: tuple[tuple[str, str], ...], quiet: bool, **options: Any
) -> None:
    """Write the page of one report.

    Runs NOTEBOOK, a path or one of weekly_report, dormant_contacts, referral_yield, followup_gaps, asks_and_favours,
    reach, target_companies, leaving_a_job, network_map and explore, on BOOK.
    """
    from networkscope.reports import weekly as reports

    progress = None if quiet else _tell
    click.echo(reports.report(notebook, book, parameters=dict(parameters), progress=progress, **options))


@click.command()
@click.argument("book", type=FOLDER)
@click.option("--jobs", type=click.IntRange(1, 16), default=1, show_default=True, help="Notebooks at once.")
@_report_options
def weekly(book: Path, quiet: bool, **options: Any) -> None:
    """Write the weekly set of reports, with an index page."""
    from networkscope.reports import weekly as reports

    result = reports.weekly(book, progress=None if quiet else _tell, **options)
    click.echo(result.index)
    for failure in result.failures.values():
        click.echo(f"networkscope: {failure}", err=True)
    sys.exit(result.exit_code)


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def who(book: Path, name: str, as_json: bool) -> None:
    """All that is known of one person, and from where.

    NAME may be an address, too. Tells keys, sources, touches, and why they are one person.
    """
    import json

    from networkscope.book import open_book
    from networkscope.people import lookup

    opened = open_book(book)
    people = lookup.people_named(opened.contacts, name, region=opened.settings.home_region)
    told = [lookup.person(opened, contact_id) for contact_id in people["contact_id"]]
    near = [] if told else lookup.nearest_names(opened.contacts, name)
    if as_json:
        click.echo(json.dumps({"people": told, "nearest": near}, ensure_ascii=False, indent=1))
    else:
        for line in [line for one in told for line in lookup.person_lines(one)] + [
            f"nearest: {n}" for n in near
        ]:
            click.echo(_clean(line))
    if not told:
        raise LoadError("nobody in this book is called so" + (", but some nearly are" if near else ""))


@click.command()
@click.argument("book", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def duplicates(book: Path, as_json: bool) -> None:
    """Pairs of contacts that may be one person.

    Each comes with the line for BOOK's aliases.csv that decides it.
    """
    from networkscope.book import open_book
    from networkscope.people import lookup

    found = lookup.duplicates(open_book(book))
    if as_json:
        click.echo(found.to_json(orient="records", force_ascii=False, indent=1))
        return
    for pair in found.itertuples():
        click.echo(_clean(f"{pair.score:.2f}  {pair.a_name} / {pair.b_name}: {pair.evidence}"))
        if isinstance(pair.line, str):
            click.echo(_clean(f"      {pair.line}"))
    what_to_do = (
        " Copy lines into aliases.csv below the header 'a,b,decision'; where two are not one person, write "
        "'not the same' in place of 'same'."
    )
    _tell(f"{many(len(found), 'pair')}.{what_to_do if len(found) else ''}")


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--seed", type=int, required=True, help="The same seed gives the same book.")
@click.option("--contacts", type=click.IntRange(1), default=320, show_default=True, help="So many people.")
@click.option(
    "--interactions",
    type=click.IntRange(1),
    default=1300,
    show_default=True,
    help="So many messages and meetings.",
)
def sample(folder: Path, **options: int) -> None:
    """Write an invented book, to try things out."""
    from networkscope.sample import write_sample

    write_sample(folder, **options)
    click.echo(folder)


def _tell(text: str) -> None:
    click.echo(text, err=True)


def _summary(book: Book) -> list[str]:
    """The load summary as lines: a table of counts, and below it what is to be said of single files."""
    counts = ["rows_read", "kept", "merged", "rejected"]
    head = ["file", "source", *(name.replace("_", " ") for name in counts), "from", "to"]
    rows, remarks = [head], []
    for line in book.summary.to_dict("records"):
        days = [f"{line[key]:%Y-%m-%d}" if line[key] == line[key] else "" for key in ("first_on", "last_on")]
        rows.append([_clean(line["file"]), line["source"], *(f"{line[name]:,}" for name in counts), *days])
        said = [line[key] for key in ("reasons", "note") if isinstance(line[key], str) and line[key]]
        if said:
            remarks.append(f"{_clean(line['file'])}: {_clean('; '.join(said))}")
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if 2 <= column < 6 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    for title, said in (("Remarks", remarks), ("Cannot be known from these sources", list(book.cannot_know))):
        if said:
            lines += ["", title, *(f"- {sentence}" for sentence in said)]
    return lines


def _clean(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)


for command in (
    *(new, check, weekly, report),
    *(moves, done, snooze, never, log, who, duplicates, export, sample),
):
    main.add_command(command)
