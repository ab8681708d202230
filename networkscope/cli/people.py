"""The commands about people: what is known of one, and which contacts may be one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.daily import FOLDER, NAMELESS, allowed

if TYPE_CHECKING:
    import pandas as pd

    from networkscope.book import Book

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

    from networkscope.advice.desk import read_drafts
    from networkscope.advice.standing import standing
    from networkscope.book import open_book
    from networkscope.errors import LoadError
    from networkscope.people import lookup

    opened = open_book(book)
    found = lookup.people_named(opened.contacts, name, region=opened.settings.home_region)
    people = [lookup.person(opened, contact_id) for contact_id in found["contact_id"]]
    if people:
        table = standing(opened.at(), drafts=read_drafts(book))
        for person in people:
            person["standing"] = _plain(table.loc[person["contact_id"]])
            person["last_events"] = _last_events(opened, person["contact_id"])
    near = [] if people else lookup.nearest_names(opened.contacts, name)
    if as_json:
        click.echo(json.dumps({"people": people, "nearest": near}, ensure_ascii=False, indent=1))
    else:
        lines = []
        for one in people:
            name, *found_in = lookup.person_lines(one)
            standing_lines = _standing_lines(one["standing"], one["last_events"])
            lines += [name, *standing_lines, *found_in]  # what one looks for first
        for line in (*lines, *(f"nearest: {other}" for other in near)):
            click.echo(click.style(printable(line), bold=not line.startswith(" ")))
    if not people:
        raise LoadError("nobody in this book is called so" + (", but some nearly are" if near else ""))


def _last_events(book: Book, contact_id: str) -> list[str]:
    """The last five events with this person, each with its key and what it was for."""
    from networkscope.book.acts_file import event_key

    now = book.at()
    mine = now.interactions[now.interactions["contact_id"] == contact_id].sort_values("occurred_at").tail(5)
    phrases = now.acts.dropna(subset="phrase").drop_duplicates("event_id").set_index("event_id")["phrase"]
    lines = []
    for event in mine.itertuples():
        purpose = str(event.purpose).replace("_", " ") if isinstance(event.purpose, str) else "unknown"
        read = f" (“{phrases[event.event_id]}”)" if event.event_id in phrases.index else ""
        day = f"{event.occurred_at.tz_convert(book.timezone):%Y-%m-%d}"
        lines.append(f"{day} {event.direction} {event.channel}: {purpose}{read}  {event_key(event.event_id)}")
    return lines


def _plain(row: pd.Series) -> dict[str, Any]:
    """A row of `standing` for JSON, without what is missing."""
    import pandas as pd

    given = {str(name): value for name, value in row.items() if not pd.isna(value)}
    return {
        name: f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value
        for name, value in given.items()
    }


def _standing_lines(facts: dict[str, Any], events: list[str]) -> list[str]:
    """Who this is to the owner, how the tie is, what is owed, what happened last, and what comes next."""
    said = [f"  role: {facts['role'].replace('_', ' ')} ({facts['role_why']})"]
    if "tie_state" in facts:
        seen = f", last heard from on {facts['last_exchange_on']}" if "last_exchange_on" in facts else ""
        said.append(f"  tie: {facts['tie_state'].replace('_', ' ')}{seen}")
    titles = {"owed_to_them": "you owe", "owed_by_them": "they owe", "hold_off_until": "leave alone until"}
    for name, title in titles.items():
        if name in facts:
            said.append(f"  {title}: {facts[name].replace('_', ' ')}")
    said += [f"  {line}" for line in events]
    if "next_move" in facts:
        said.append(f"  next: {facts['why']}  {facts['move_key']}")
    return said


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("key", metavar="EVENT-KEY")
@click.argument("purpose")
def act(book: Path, key: str, purpose: str) -> None:
    """Say what a message did, where its words were read wrongly.

    Noted in BOOK's acts.csv. EVENT-KEY is e and six letters, as `who` shows it; PURPOSE is advice_ask, thank_you,
    promise, social, reply, …
    """
    from networkscope import schema
    from networkscope.book import open_book
    from networkscope.book.acts_file import events_with_key, note_act
    from networkscope.errors import ParameterError

    opened = open_book(book)
    meant = allowed("purpose", purpose.replace("-", "_").lower(), schema.PURPOSES)
    found = events_with_key(opened.interactions, key).drop_duplicates("event_id")
    if len(found) != 1:
        raise ParameterError(f"no event has the key '{key}'; `networkscope who BOOK NAME` shows the keys")
    event = found.iloc[0]
    name = opened.contacts.set_index("contact_id")["name"].get(event["contact_id"], "")
    name = name if isinstance(name, str) else ""
    line = note_act(opened.folder, event, meant, opened.as_of_date, name)
    click.echo(printable(f"acts.csv:{line}  {name or NAMELESS}, {event['occurred_at']:%Y-%m-%d}: {meant}"))


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
