"""The commands about people: what is known of one, and which contacts may be one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.answer import NAMELESS, answer, noted, printable
from networkscope.cli.daily import FOLDER, allowed, one_person, people_meant
from networkscope.wording import many

if TYPE_CHECKING:
    import pandas as pd

    from networkscope.book import Book


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
def who(book: Path, name: str) -> None:
    """Show all that is known of one person, and from where.

    NAME may be an e-mail address or the pseudonym of a shared page, too. Shows keys, sources, touches, and why they are
    one person.
    """
    from networkscope.advice.desk import read_drafts
    from networkscope.advice.standing import standing
    from networkscope.book import open_book
    from networkscope.errors import LoadError
    from networkscope.people import lookup

    opened = open_book(book)
    found = people_meant(opened, name)
    people = [lookup.person(opened, contact_id) for contact_id in found["contact_id"]]
    if people:
        table = standing(opened.at(), drafts=read_drafts(book))
        for person in people:
            person["standing"] = _plain(table.loc[person["contact_id"]])
            person["last_events"] = _last_events(opened, person["contact_id"])
    near = [] if people else lookup.nearest_names(opened.contacts, name)
    lines = []
    for one in people:
        name, *found_in = lookup.person_lines(one)
        lines += [name, *_standing_lines(one["standing"], one["last_events"]), *found_in]
    lines += [f"nearest: {other}" for other in near]
    bold = (click.style(printable(line), bold=not line.startswith(" ")) for line in lines)
    answer({"people": people, "nearest": near}, *bold)
    if not people:
        raise LoadError("nobody in this book is called so" + (", but some nearly are" if near else ""))


def _last_events(book: Book, contact_id: str) -> list[str]:
    """The last five events with this person, each with its key and what it was for."""
    from networkscope.book.acts_file import event_key, event_line

    now = book.at()
    mine = now.interactions[now.interactions["contact_id"] == contact_id].sort_values("occurred_at").tail(5)
    phrases = now.acts.dropna(subset="phrase").drop_duplicates("event_id").set_index("event_id")["phrase"]
    lines = []
    for event in mine.itertuples():
        read = f" (“{phrases[event.event_id]}”)" if event.event_id in phrases.index else ""
        lines.append(f"{event_line(event, book.timezone)}{read}  {event_key(event.event_id)}")
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
@click.option("--company", "companies", multiple=True, metavar="NAME", help="A company; may be repeated.")
@click.option(
    "--file",
    type=FOLDER,
    help="Job postings: a CSV file with a column 'company', or a list of companies, one per line.",
)
def know(book: Path, companies: tuple[str, ...], file: Path | None) -> None:
    """Tell who you know at a company, and the way in.

    For each company or job posting the insiders, now and formerly, the warmest way in, and its first step. LinkedIn's
    saved jobs are such a file. [default: the target companies of
    book.toml, else those of saved jobs in the book]
    """
    from networkscope.book import open_book
    from networkscope.errors import ParameterError
    from networkscope.importers.postings import read_postings
    from networkscope.network.know import know_anyone

    jobs = read_postings(file) if file else None
    opened = open_book(book)
    wanted = [*companies, *(jobs["company"] if jobs is not None else ())]
    wanted = (
        wanted or list(opened.settings.target_companies) or opened.wanted["organization"].dropna().tolist()
    )
    if not wanted:
        raise ParameterError("name a company: --company NAME, or --file with job postings")
    found = know_anyone(opened.at(), wanted)
    titles = ["" for _ in companies] + (jobs["title"].fillna("").tolist() if jobs is not None else [])
    if len(titles) == len(found):
        found.insert(1, "posting", titles)
    parts = {"inside now": "inside_now", "formerly": "inside_past", "warmest way": "way", "rests on": "why"}
    lines = []
    for row in found.to_dict("records"):
        posting = f": {row['posting']}" if row.get("posting") else ""
        lines.append(f"{row['company']}{posting}")
        lines += [f"  {title}: {row[name]}" for title, name in parts.items() if isinstance(row[name], str)]
        lines += [f"  first step: {row['first_step']}", ""]
    answer(found, *map(printable, lines))


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
    line, name = note_act(opened, event, meant)
    noted(f"acts.csv:{line}", name, f"{event['occurred_at']:%Y-%m-%d}, {meant}")


@click.command()
@click.argument("book", type=FOLDER)
def duplicates(book: Path) -> None:
    """List pairs of contacts that may be one person.

    Shows both sides, and the commands that decide it: merge where they are one person, part where they are not.
    """
    import shlex

    from networkscope.book import open_book
    from networkscope.people import lookup

    found = lookup.duplicates(open_book(book))
    lines = []
    for pair in found.itertuples():
        lines += [f"{pair.score:.2f}  {pair.evidence}", f"      {pair.a_side}", f"      {pair.b_side}"]
        if isinstance(pair.a, str) and isinstance(pair.b, str):
            lines.append(f"      networkscope merge {shlex.join([str(book), pair.a, pair.b])}")
    answer(found, *map(printable, lines))
    what_to_do = (
        " Where two are not one person, `part` in place of `merge` says so; `undo` takes either back."
    )
    click.echo(f"{many(len(found), 'pair')}.{what_to_do if len(found) else ''}", err=True)


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("a")
@click.argument("b")
def merge(book: Path, a: str, b: str) -> None:
    """Say that two contacts are one person.

    Noted in BOOK's aliases.csv. A and B are names, keys, e-mail addresses, profiles or phone numbers.
    """
    _decide_pair(book, a, b, same=True)


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("a")
@click.argument("b")
def part(book: Path, a: str, b: str) -> None:
    """Say that two contacts are not one person.

    Noted in BOOK's aliases.csv. A and B are names, keys, e-mail addresses, profiles or phone numbers; of a contact that
    holds two people, an address or profile of each.
    """
    _decide_pair(book, a, b, same=False)


def _decide_pair(folder: Path, a: str, b: str, *, same: bool) -> None:
    from networkscope.book import open_book
    from networkscope.book.aliases_file import bearer, joining_key, note_pair
    from networkscope.errors import ParameterError
    from networkscope.people.lookup import handles

    book = open_book(folder)
    known = handles(book)
    sides = [
        joining_key(book, text) or known.get(one_person(book, text)["contact_id"], "") for text in (a, b)
    ]
    if not all(sides):
        raise ParameterError(
            "one of them has neither a key nor a name of its own; give them one in contacts.csv"
        )
    line, after = note_pair(book, *sides, same=same)
    contacts = after.contacts.set_index("contact_id")
    names = [contacts["name"].get(bearer(after, side)) for side in sides]
    said = [name if isinstance(name, str) else NAMELESS for name in names]
    what = "one person now" if same else "two people"
    noted(f"aliases.csv:{line}", said[0] if same else f"{said[0]} / {said[1]}", what)
