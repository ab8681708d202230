"""The commands about people: what is known of one, and which contacts may be one person."""

from __future__ import annotations

from pathlib import Path

import click

from networkscope.cli.daily import FOLDER

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@JSON
def who(book: Path, name: str, as_json: bool) -> None:
    """Show all that is known of one person, and from where.

    NAME may be an e-mail address, too. Shows keys, sources, touches, and why they are one person.
    """
    import json

    from networkscope.book import open_book
    from networkscope.errors import LoadError
    from networkscope.people import lookup

    opened = open_book(book)
    found = lookup.people_named(opened.contacts, name, region=opened.settings.home_region)
    people = [lookup.person(opened, contact_id) for contact_id in found["contact_id"]]
    near = [] if people else lookup.nearest_names(opened.contacts, name)
    if as_json:
        click.echo(json.dumps({"people": people, "nearest": near}, ensure_ascii=False, indent=1))
    else:
        lines = [line for person in people for line in lookup.person_lines(person)]
        for line in (*lines, *(f"nearest: {other}" for other in near)):
            click.echo(printable(line))
    if not people:
        raise LoadError("nobody in this book is called so" + (", but some nearly are" if near else ""))


@click.command()
@click.argument("book", type=FOLDER)
@JSON
def duplicates(book: Path, as_json: bool) -> None:
    """List pairs of contacts that may be one person.

    Each comes with the line for BOOK's aliases.csv that decides it.
    """
    from networkscope.book import open_book
    from networkscope.people import lookup
    from networkscope.wording import many

    found = lookup.duplicates(open_book(book))
    if as_json:
        click.echo(found.to_json(orient="records", force_ascii=False, indent=1))
        return
    for pair in found.itertuples():
        click.echo(printable(f"{pair.score:.2f}  {pair.a_name} / {pair.b_name}: {pair.evidence}"))
        if isinstance(pair.line, str):
            click.echo(printable(f"      {pair.line}"))
    what_to_do = (
        " Copy lines into aliases.csv below the header 'a,b,decision'; where two are not one person, write "
        "'not the same' in place of 'same'."
    )
    click.echo(f"{many(len(found), 'pair')}.{what_to_do if len(found) else ''}", err=True)


def printable(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return "".join(character if character.isprintable() else "�" for character in text)
