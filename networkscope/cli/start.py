"""From the zip that LinkedIn sent to the first page, in one command."""

from __future__ import annotations

import zipfile
from pathlib import Path

import click

from networkscope.cli.answer import answer
from networkscope.cli.daily import FOLDER
from networkscope.errors import LoadError, NetworkscopeError


@click.command()
@click.argument("export", metavar="FILE.zip", type=FOLDER)
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("my-network"))
@click.option("--no-open", is_flag=True, help="Do not open the page in the browser.")
def start(export: Path, folder: Path, no_open: bool) -> None:
    """Make a book of LinkedIn's zip and open its page.

    The book is DIR. [default: ./my-network] Where there is one already, it takes the zip in. FILE.zip stays as it is.
    """
    import webbrowser

    from networkscope.book import open_book
    from networkscope.book.new import make_book, take_in
    from networkscope.cli.summary import summary_lines
    from networkscope.reports.weeks import write_week

    if not export.is_file() or not zipfile.is_zipfile(export):
        raise LoadError(
            f"'{export.name}' is no zip file; give the one that LinkedIn sent (Data privacy, Get a copy of your data)"
        )
    is_new = not (folder / "book.toml").exists()
    if is_new:
        make_book(folder)
    was_there = set((folder / "exports").glob("*")) if not is_new else set()
    taken = take_in(export, folder)
    try:
        opened = open_book(folder, progress=_say)
    except NetworkscopeError:
        if taken not in was_there:
            taken.unlink()
        raise
    click.echo(summary_lines(opened)[0], err=True)
    result = write_week(folder, progress=_say)
    answer({"book": folder, "page": result.index}, str(result.index))
    if not no_open:
        webbrowser.open(result.index.resolve().as_uri())
    for failure in result.failures.values():
        click.echo(f"networkscope: {failure}", err=True)
    click.get_current_context().exit(result.exit_code)


def _say(text: str) -> None:
    click.echo(text, err=True)
