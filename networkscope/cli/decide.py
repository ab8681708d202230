"""The commands that decide about moves: done, put off, never again. Each adds lines to the book's moves.csv."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.daily import AS_OF, FOLDER, NAMELESS, allowed, one_person
from networkscope.errors import ParameterError

if TYPE_CHECKING:
    from networkscope.book import Book

KIND = click.option("--kind", help="Of whoever is named only this, as in promise or thank_you.")


def _command(decide: Callable[..., None]) -> click.Command:
    """A command on a book and the keys or names of moves or people."""
    names = click.argument("names", metavar="KEY_OR_NAME...", nargs=-1, required=True)
    return click.command()(click.argument("book", type=FOLDER)(names(AS_OF(decide))))


@_command
@KIND
def done(book: Path, names: tuple[str, ...], as_of: str | None, kind: str | None) -> None:
    """Note moves as done, in BOOK's moves.csv.

    KEY_OR_NAME is the key of a move, or somebody's key or name: then all that is owed to them by now is done, a
    promise kept.
    """
    _decide(book, names, as_of, "done", kind=kind)


@_command
@click.option("--until", metavar="DATE", help="The day on which they come back.")
@click.option("--days", type=click.IntRange(1, 3650), help="For how many days. [default: 14]")
@KIND
def snooze(book: Path, names: tuple[str, ...], as_of: str | None, **options: Any) -> None:
    """Put moves off, in BOOK's moves.csv.

    KEY_OR_NAME is the key of a move, or somebody's key or name: then everything with them is put off.
    """
    if options["until"] and options["days"]:
        raise ParameterError("give either --until or --days")
    _decide(book, names, as_of, "snooze", **options)


@_command
def never(book: Path, names: tuple[str, ...], as_of: str | None) -> None:
    """Propose no move any more for these people.

    Noted in BOOK's moves.csv. KEY_OR_NAME is somebody's key or name, or the key of a move with them.
    """
    _decide(book, names, as_of, "never")


def _decide(
    folder: Path,
    names: tuple[str, ...],
    as_of: str | None,
    action: str,
    *,
    kind: str | None = None,
    until: str | None = None,
    days: int | None = None,
) -> None:
    """Note this decision on all of them, in one step and after all else that can be wrong was checked."""
    import pandas as pd

    from networkscope import schema
    from networkscope.book import open_book
    from networkscope.book.decisions import decision_row, note_decisions
    from networkscope.dates import as_instant

    book = open_book(folder, as_of=as_of)
    today, last = book.as_of_date, ""
    of_all = allowed("kind", kind, schema.MOVE_KINDS) if kind else ""
    if action == "snooze":
        day = as_instant(until).tz_localize(None) if until else today + pd.Timedelta(days=days or 14)
        if day <= today:
            raise ParameterError(f"--until must be later than {today:%Y-%m-%d}")
        last = f"{day:%Y-%m-%d}"
    rows = []
    for number, name in enumerate(names, start=1):
        try:
            person, of_move = _meant(book, name)
        except ParameterError as error:
            raise ParameterError(f"name {number}: {error}" if len(names) > 1 else str(error)) from error
        of_one = "" if action == "never" else of_move or of_all
        rows.append(decision_row(person, action=action, noted_on=today, kind=of_one, until=last))
    first = note_decisions(book.folder, rows)
    what = f"snoozed until {last}" if last else action
    for line, row in enumerate(rows, start=first):
        click.echo(
            f"moves.csv:{line}  {row['name'] or NAMELESS}: {' '.join(filter(None, [row['kind'], what]))}"
        )


def _meant(book: Book, text: str) -> tuple[dict[str, Any], str]:
    """The contact whom a key or a name means and, where it is the key of a move, the kind of that move."""
    if re.fullmatch("m[a-z]{6}", text):
        from networkscope.advice.desk import propose_moves
        from networkscope.book.decisions import move_keys

        moves = propose_moves(book)
        found = moves[[key == text for key in move_keys(moves)]]
        if len(found) == 1:
            return one_person(book, found["contact_id"].iat[0]), str(found["kind"].iat[0])
    return one_person(book, text), ""
