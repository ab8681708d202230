"""The commands about what leaves this machine: search a page, learn who a pseudonym is, forget somebody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from networkscope.cli.answer import NAMELESS, answer, printable
from networkscope.cli.daily import FOLDER, one_person
from networkscope.errors import ParameterError

if TYPE_CHECKING:
    from networkscope.sharing.forget import Taken


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("book", type=FOLDER)
@click.option("--share", metavar="LEVEL", help="Another level than the page says it has.")
def verify(file: Path, book: Path, share: str | None) -> None:
    """Search a shared page for what its level forbids.

    Looks for everything of BOOK that the share level of FILE takes away, also in packed data. Exit code 1 where
    something is found.
    """
    from networkscope.book import open_book
    from networkscope.reports.html import own_scripts
    from networkscope.reports.share import WHAT_TO_DO
    from networkscope.sharing.verify import Search
    from networkscope.wording import many

    hits = Search(open_book(book), own_scripts()).page(file, share)
    lines = [printable(f"{file.name}: {hit.in_short()}") for hit in hits]
    found = f"{many(len(hits), 'thing')} found that should not be there" if hits else "nothing found"
    answer({"found": lines}, *lines, found)
    if hits:
        click.echo(WHAT_TO_DO, err=True)
    sys.exit(1 if hits else 0)


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("pseudonym")
def unmask(book: Path, pseudonym: str) -> None:
    """Tell who a pseudonym of a shared page is."""
    from networkscope.book import open_book
    from networkscope.people.lookup import person_keys
    from networkscope.sharing.copy import unmask as find

    opened = open_book(book)
    contact_id = find(opened, pseudonym)
    person = opened.contacts.set_index("contact_id").loc[contact_id]
    called = ", ".join(text for text in person[["name", "organization"]] if isinstance(text, str)) or NAMELESS
    key = person_keys(opened.contacts)[contact_id]
    answer({"person": called, "key": key}, f"{called}  {key}")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--pages", multiple=True, type=FOLDER, metavar="DIR", help="Also pages in DIR; may be repeated."
)
@click.option("--undo", is_flag=True, help="Let NAME in again; what was taken out does not come back.")
def forget(book: Path, name: str, yes: bool, pages: tuple[Path, ...], undo: bool) -> None:
    """Remove a person from the book, for good.

    Takes NAME out of your own tables, out of what was kept and written in BOOK, and out of all that is imported
    later. Exports are yours to delete: they are never changed, and named at the end.
    """
    from networkscope.book import open_book
    from networkscope.reports.weeks import list_weeks
    from networkscope.sharing.forget import forget as take_out
    from networkscope.wording import many

    if undo:
        _let_in(book, name)
        return
    opened = open_book(book)
    person = one_person(opened, name)
    called = person["name"] if isinstance(person["name"], str) else NAMELESS
    if not yes:
        click.confirm(f"Forget {called} for good?", abort=True, err=True)
    taken = take_out(opened, person["contact_id"], pages)
    list_weeks(book / "reports")
    lines = [f"{table}: {many(count, 'line')} taken out" for table, count in taken.lines.items()]
    lines += [
        f"{page.relative_to(book) if page.is_relative_to(book) else page}: deleted" for page in taken.pages
    ]
    answer(taken._asdict(), *lines, "kept out from now on")
    for line in _places_left(taken):
        click.echo(printable(line), err=True)


def _places_left(taken: Taken) -> Iterator[str]:
    """Where the person still is, or may be."""
    if taken.left:
        yield "still in these files, which are yours to delete: " + ", ".join(taken.left)
    if taken.mentions:
        yield "still named in notes, subjects or settings, for you to look at: " + ", ".join(taken.mentions)
    if taken.elsewhere:
        pages = ", ".join(map(str, taken.elsewhere))
        yield f"still in pages outside of the book (--pages {taken.elsewhere[0].parent} deletes them): {pages}"
    if taken.in_never:
        yield "the name is in book.toml, [share] never: it has no effect any more, and you may take it out"
    yield "not looked at: pages that you wrote to other folders or gave away, and copies of the book"


def _let_in(book: Path, name: str) -> None:
    from networkscope.book.forgotten import let_in

    if not let_in(book, name):
        raise ParameterError("nobody of that name, address or profile is kept out of this book")
    answer(
        {"let_in": name},
        "no longer kept out: what your exports say comes back; lines of your own tables do not",
    )
