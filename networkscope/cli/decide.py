"""The commands that decide about moves: done, put off, never again. Each adds lines to the book's moves.csv."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.answer import NAMELESS, answer, noted, printable
from networkscope.cli.daily import AS_OF, FOLDER, allowed, one_person
from networkscope.errors import LoadError, ParameterError
from networkscope.wording import many

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
@click.option("--off", is_flag=True, help="Propose moves with them again.")
def never(book: Path, names: tuple[str, ...], as_of: str | None, off: bool) -> None:
    """Propose no move any more for these people.

    Noted in BOOK's moves.csv. KEY_OR_NAME is somebody's key or name, or the key of a move with them. They stay in all
    numbers; what is owed to them is left alone.
    """
    _decide(book, names, as_of, "off" if off else "never")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@click.argument("role", required=False)
@click.option("--knows-of-search/--not-to-know", default=None, help="May they hear of your search?")
def role(book: Path, name: str, role: str | None, knows_of_search: bool | None) -> None:
    """Say what somebody is to you.

    Noted in BOOK's roles.csv, where it holds until you say otherwise. ROLE is family, friend, colleague, boss, report,
    former_colleague, client, vendor, recruiter, search_contact, contact, robot or self. Nobody at a present employer is
    proposed an update on your search, whatever their role, unless they know of it.
    """
    from networkscope import schema
    from networkscope.book import open_book
    from networkscope.book.roles_file import note_role

    if role is None and knows_of_search is None:
        raise ParameterError("say a ROLE, or --knows-of-search")
    opened = open_book(book)
    meant = allowed("role", role.replace(" ", "_").replace("-", "_").lower(), schema.ROLES) if role else ""
    knows = {None: "", True: "yes", False: "no"}[knows_of_search]
    person = one_person(opened, name)
    line = note_role(
        book, person, role=meant, knows_of_search=knows, noted_on=f"{opened.as_of_date:%Y-%m-%d}"
    )
    search = {"yes": "knows of your search", "no": "is not to know of your search"}.get(knows, "")
    what = ", ".join(filter(None, [meant, search]))
    noted(f"roles.csv:{line}", person["name"], what)


@click.command()
@click.argument("book", type=FOLDER)
def undo(book: Path) -> None:
    """Take back the last command that wrote into BOOK's tables.

    That is log, done, snooze, never, role, act, merge or part; all lines that it wrote go. Run it again to take back
    the one before. A line that you have changed since stays, and is named.
    """
    from networkscope.book.journal import undo as take_back

    result = take_back(book)
    left = ", ".join(result.left)
    if not result.taken:
        raise LoadError(
            f"nothing of '{result.command}' was taken back: {left} changed since, and stays as it is"
        )
    lines = [f"  {where}  {' '.join(text.split())}" for where, text in result.taken]
    said = f"{result.command}: {many(len(lines), 'line')} taken back"
    answer(result._asdict(), *map(printable, (said, *lines)))
    if left:
        click.echo(printable(f"networkscope: {left} changed since, and stays as it is"), err=True)


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
        of_one = "" if action in ("never", "off") else of_move or of_all
        rows.append(decision_row(person, action=action, noted_on=today, kind=of_one, until=last))
    first = note_decisions(book.folder, rows, command="never" if action == "off" else action)
    what = f"snoozed until {last}" if last else "moves again" if action == "off" else action
    lines = [
        f"moves.csv:{line}  {row['name'] or NAMELESS}: {' '.join(filter(None, [row['kind'], what]))}"
        for line, row in enumerate(rows, start=first)
    ]
    answer({"first_line": first, "noted": rows}, *lines)


def _meant(book: Book, text: str) -> tuple[dict[str, Any], str]:
    """The contact whom a key or a name means and, where it is the key of a move, the kind of that move."""
    from networkscope.advice.standing import chosen_moves

    if not re.fullmatch("k[a-z2-7]{4,12}", text):
        return one_person(book, text), ""
    moves = chosen_moves(book.at())
    found = moves[moves["move_key"] == text]
    if len(found) == 1:
        return one_person(book, found["contact_id"].iat[0]), str(found["kind"].iat[0])
    try:
        return one_person(book, text), ""
    except ParameterError as error:
        raise ParameterError(
            f"no move has the key '{text}' now: it is done, put off or too late, or it never was one; "
            "`networkscope moves` lists what there is"
        ) from error
