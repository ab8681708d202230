"""The commands about what leaves this machine: search a page, learn who a pseudonym is, forget somebody."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from networkscope.cli.daily import FOLDER, NAMELESS, one_person
from networkscope.cli.people import printable


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
    for hit in hits:
        click.echo(printable(f"{file.name}: {hit.in_short()}"))
    click.echo(f"{many(len(hits), 'thing')} found that should not be there" if hits else "nothing found")
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
    called = ", ".join(text for text in person[["name", "organization"]] if isinstance(text, str))
    click.echo(f"{called or NAMELESS}  {person_keys(opened.contacts)[contact_id]}")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(book: Path, name: str, yes: bool) -> None:
    """Remove a person from the book, for good.

    Takes NAME out of your own tables, out of what was kept and written in BOOK, and out of all that is imported
    later. Exports are yours to delete: they are never changed, and named at the end.
    """
    from networkscope.book import open_book
    from networkscope.sharing.forget import forget as take_out
    from networkscope.wording import many

    opened = open_book(book)
    person = one_person(opened, name)
    called = person["name"] if isinstance(person["name"], str) else NAMELESS
    if not yes:
        click.confirm(f"Forget {called} for good?", abort=True, err=True)
    taken = take_out(opened, person["contact_id"])
    for table, count in taken.lines.items():
        click.echo(f"{table}: {many(count, 'line')} taken out")
    for page in taken.pages:
        click.echo(f"{page.relative_to(book)}: deleted")
    click.echo("kept out from now on")
    if taken.left:
        click.echo("still in these files, which are yours to delete: " + ", ".join(taken.left), err=True)
