"""The commands that a person uses every day: note what happened, see the next moves, save the contacts."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.errors import ParameterError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from networkscope.book import Book

FOLDER = click.Path(path_type=Path)
AS_OF = click.option("--as-of", metavar="DATE", help="Ignore everything from DATE on. [default: now]")
NAMELESS = "(no name)"


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name")
@click.option("--channel", help="call, meeting, video, email, chat, … [default: as above]")
@click.option("--direction", help="outbound, inbound or mutual. [default: as above, else outbound]")
@click.option("--purpose", help="catch_up, advice_ask, thank_you, promise, … [default: unknown]")
@click.option("--on", metavar="DATE", help="When, as in 2026-11-16 or '2026-11-16 14:30'. [default: now]")
@click.option("--topic", default="", help="What it was about.")
@click.option("--due", metavar="DATE", default="", help="Until when a promise is to be kept.")
@click.option("--note", default="", help="A detail to remember.")
@click.option("--named", multiple=True, metavar="PERSON", help="A name that you were given; may be repeated.")
@click.option("--new", is_flag=True, help="NAME is somebody whom the book does not know yet.")
def log(book: Path, name: str, new: bool, on: str | None, named: tuple[str, ...], **told: str | None) -> None:
    """Note a touch, a promise, or names you were given.

    Adds a line on NAME (or an e-mail address) to BOOK's interactions.csv, and one for each name to referrals.csv.

    Where --channel and --direction do not tell otherwise, a promise is only noted; an ask, a thank_you, an update or
    a reply is an e-mail of yours; all else is a call. A talk or an event is mutual, but for these and a favour_done.
    Anything else is outbound, but for a favour_received.
    """
    from networkscope import keys, schema
    from networkscope.book import open_book
    from networkscope.book.own_files import OWN_TABLES, Addition, append_all
    from networkscope.dates import as_instant

    if not all(keys.clean(each) for each in (name, *named)):
        raise ParameterError("a name is empty: say whom you met, and whom you were told of")
    opened = open_book(book)
    who = {"contact": name} if new else _named(opened, name)
    purpose = _allowed("purpose", told["purpose"] or "unknown", schema.PURPOSES)
    written = (*schema.ASKS, "thank_you", "update", "reply")
    usual = "email" if purpose in written else "call"
    only_noted = purpose == "promise" and told["channel"] is None
    channel = "" if only_noted else _allowed("channel", told["channel"] or usual, schema.CHANNELS)
    both = channel in schema.TOGETHER and purpose not in (*written, "favour_done")
    usual = "mutual" if both else "inbound" if purpose == "favour_received" else "outbound"
    direction = _allowed("direction", told["direction"] or usual, schema.DIRECTIONS)
    moment = as_instant(on, opened.timezone) if on else as_instant(dt.datetime.now(dt.UTC))
    when = f"{moment.tz_convert(opened.timezone):%Y-%m-%d %H:%M}"
    due = f"{as_instant(told['due']):%Y-%m-%d}" if told["due"] else ""
    row = {**who, "occurred_at": when, "channel": channel, "direction": direction, "purpose": purpose}
    row |= {"due_on": due, "subject": told["topic"] or "", "notes": told["note"] or ""}
    names = [{**_referrer(who), "referred": one, "given_on": when[:10]} for one in named]
    told_of = {file: rows for file, rows in (("interactions.csv", [row]), ("referrals.csv", names)) if rows}
    lines = append_all(
        [Addition(book / file, rows, OWN_TABLES[file].split(",")) for file, rows in told_of.items()]
    )
    for file, line in zip(told_of, lines, strict=True):
        click.echo(f"{file}:{line}")


@click.command()
@click.argument("book", type=FOLDER)
@click.option("--count", type=click.IntRange(1), default=5, show_default=True, help="How many moves.")
@AS_OF
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "table", type=FOLDER, help="Also write them to this table.")
@click.option("--ics", "calendar", type=FOLDER, help="Also write them to this calendar.")
def moves(
    book: Path, count: int, as_of: str | None, as_json: bool, table: Path | None, calendar: Path | None
) -> None:
    """What to do next, best first, each with a draft.

    Gives the reasons of each move, and its key for the commands done, snooze and never.
    """
    from networkscope.advice.desk import propose_moves
    from networkscope.book import open_book
    from networkscope.book.decisions import move_keys
    from networkscope.book.own_files import check_writable, write_atomically

    opened = open_book(book, as_of=as_of)
    for file in filter(None, (table, calendar)):
        check_writable(file)
    found = propose_moves(opened, count=count)
    names = opened.contacts.set_index("contact_id")["name"]
    found.insert(1, "name", found["contact_id"].map(names).fillna(NAMELESS))
    found.insert(2, "key", move_keys(found))
    if table:
        from networkscope.reports.spreadsheet import save_csv

        save_csv(found, table)
    if calendar:
        write_atomically(calendar, _calendar(found, opened.as_of_date.date()))
    if as_json:
        records = json.loads(found.to_json(orient="records", date_format="iso"))
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    for row in found.itertuples():
        draft = "\n".join(f"     {line}" for line in row.draft.splitlines())
        click.echo(f"{row.rank:>2}. {row.move}: {row.name}  {row.key}\n     {row.why}\n{draft}\n")
    if found.empty:
        click.echo("Nothing to do: no follow-up is overdue and no tie is fading.")


MOVES = click.argument("names", metavar="KEY_OR_NAME...", nargs=-1, required=True)
KIND = click.option("--kind", help="Of whoever is named only this, as in promise or thank_you.")


@click.command()
@click.argument("book", type=FOLDER)
@MOVES
@KIND
@AS_OF
def done(book: Path, names: tuple[str, ...], kind: str | None, as_of: str | None) -> None:
    """Note moves as done, in BOOK's moves.csv.

    KEY_OR_NAME is the key of a move, or somebody's key or name: then all that is owed to them by now is done, a
    promise kept.
    """
    _decide(book, names, as_of, "done", kind)


@click.command()
@click.argument("book", type=FOLDER)
@MOVES
@click.option("--until", metavar="DATE", help="The day on which they come back.")
@click.option("--days", type=click.IntRange(1, 3650), help="For how many days. [default: 14]")
@KIND
@AS_OF
def snooze(
    book: Path,
    names: tuple[str, ...],
    kind: str | None,
    as_of: str | None,
    until: str | None,
    days: int | None,
) -> None:
    """Put moves off, in BOOK's moves.csv.

    KEY_OR_NAME is the key of a move, or somebody's key or name: then everything with them is put off.
    """
    if until and days:
        raise ParameterError("give either --until or --days")
    _decide(book, names, as_of, "snooze", kind, until, days or 14)


@click.command()
@click.argument("book", type=FOLDER)
@MOVES
@AS_OF
def never(book: Path, names: tuple[str, ...], as_of: str | None) -> None:
    """Propose no move any more for these people.

    Noted in BOOK's moves.csv. KEY_OR_NAME is somebody's key or name, or the key of a move with them.
    """
    _decide(book, names, as_of, "never")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("file", type=FOLDER, required=False)
@AS_OF
def export(book: Path, file: Path | None, as_of: str | None) -> None:
    """Save all contacts as vCards, or as a table.

    Writes them to FILE, a .vcf or a .csv. [default: BOOK/backup/contacts-DATE.vcf]
    """
    from networkscope.book import open_book
    from networkscope.book.own_files import check_writable, output_folder, write_atomically
    from networkscope.book.vcards import FOLDER as BACKUP
    from networkscope.book.vcards import to_vcards
    from networkscope.reports.spreadsheet import save_csv

    opened = open_book(book, as_of=as_of)
    name = f"contacts-{opened.as_of_date:%Y-%m-%d}.vcf"
    target = file or output_folder(book / BACKUP, instead="name a FILE to write") / name
    check_writable(target)
    if target.suffix.lower() == ".csv":
        save_csv(opened.contacts, target)
    elif target.suffix.lower() == ".vcf":
        write_atomically(target, to_vcards(opened.contacts))
    else:
        raise ParameterError(f"'{target.name}' must end in .vcf or .csv")
    click.echo(target)


def _decide(
    folder: Path,
    names: tuple[str, ...],
    as_of: str | None,
    action: str,
    kind: str | None = None,
    until: str | None = None,
    days: int = 0,
) -> None:
    """Note this decision on whatever is named, in one step and after all else that can be wrong was looked at."""
    from networkscope import schema
    from networkscope.book import open_book
    from networkscope.book.decisions import decision_row, note_decisions
    from networkscope.dates import as_instant

    book = open_book(folder, as_of=as_of)
    today, last = book.as_of_date, ""
    of_all = _allowed("kind", kind, schema.MOVE_KINDS) if kind else ""
    if action == "snooze":
        day = as_instant(until).tz_localize(None) if until else today + dt.timedelta(days=days)
        if day <= today:
            raise ParameterError(f"--until must be later than {today:%Y-%m-%d}")
        last = f"{day:%Y-%m-%d}"
    rows, lines = [], []
    for number, name in enumerate(names, start=1):
        try:
            person, of_move = _meant(book, name)
        except ParameterError as error:
            raise ParameterError(f"name {number}: {error}" if len(names) > 1 else str(error)) from error
        one = "" if action == "never" else of_move or of_all
        rows.append(decision_row(person, action=action, noted_on=today, kind=one, until=last))
        what = {"snooze": f"snoozed until {last}"}.get(action, action)
        lines.append(f"{rows[-1]['name'] or NAMELESS}: {one} {what}".replace(":  ", ": "))
    first = note_decisions(book.folder, rows)
    for number, line in enumerate(lines, start=first):
        click.echo(f"moves.csv:{number}  {line}")


def _meant(book: Book, text: str) -> tuple[dict[str, Any], str]:
    """The contact whom a key or a name means and, where it is the key of a move, the kind of that move."""
    if re.fullmatch("m[a-z]{6}", text):
        from networkscope.advice.desk import propose_moves
        from networkscope.book.decisions import move_keys

        moves = propose_moves(book)
        found = moves[[key == text for key in move_keys(moves)]]
        if len(found) == 1:
            person = book.contacts[book.contacts["contact_id"] == found["contact_id"].iat[0]]
            return dict(person.iloc[0]), str(found["kind"].iat[0])
    return _person(book, text), ""


def _person(book: Book, name: str, *, if_none: str = "") -> dict[str, Any]:
    """The one contact of this key, name, address or profile; where several fit, they are listed."""
    from networkscope.keys import short_key
    from networkscope.people.lookup import people_named

    found = book.contacts.head(0)
    if re.fullmatch("k[a-z]{6}", name):
        found = book.contacts[[short_key("k", one) == name for one in book.contacts["contact_id"]]]
    if found.empty:
        found = people_named(book.contacts, name, region=book.settings.home_region)
    if len(found) > 1:
        for row in found[["contact_id", "name", "organization"]].itertuples():
            called = ", ".join(text for text in (row.name, row.organization) if isinstance(text, str))
            click.echo(f"{called or NAMELESS}  {short_key('k', row.contact_id)}")
        raise ParameterError(
            f"{len(found)} contacts fit; name one by its key, an e-mail address or a profile"
        )
    if found.empty:
        raise ParameterError(f"no contact fits; check the spelling{if_none}")
    return dict(found.iloc[0])


def _named(book: Book, name: str) -> dict[str, str]:
    """The cells by which a row of interactions.csv names this person, and nobody else."""
    from networkscope import keys, schema

    person = _person(book, name, if_none=", or add --new to note somebody new")
    bearers = book.contacts["name"].dropna().map(keys.name_key)
    if isinstance(person["name"], str) and (bearers == keys.name_key(person["name"])).sum() == 1:
        return {"contact": person["name"]}
    for column, cell in (("emails", "email"), ("profiles", "profile")):
        if isinstance(person[column], str):
            return {cell: person[column].split(schema.SEPARATOR)[0]}
    raise ParameterError(
        "this contact has neither a name of its own nor an e-mail address or profile; "
        "give it one of them, together with its phone, in contacts.csv"
    )


def _referrer(cells: dict[str, str]) -> dict[str, str]:
    """The same person in referrals.csv, where a name, an e-mail address or a LinkedIn profile stands in one column."""
    ((column, value),) = cells.items()
    other = column == "profile" and "linkedin.com/" not in value
    return {"referrer_profile" if other else "referrer": value}


def _allowed(what: str, value: str | None, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return str(value)
    raise ParameterError(f"{what} '{value}' is not allowed; {nearest(str(value), allowed)}")


def _calendar(found: pd.DataFrame, day: dt.date) -> str:
    """Five minutes each, from nine o'clock on, wherever the owner is."""
    from networkscope.book.vcards import escaped, folded

    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//networkscope//next moves//EN")
        for row in found.itertuples():
            start = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=5 * (row.rank - 1))
            title, text = escaped(f"{row.move}: {row.name}"), escaped(f"{row.why}\n\n{row.draft}")
            yield from ("BEGIN:VEVENT", f"UID:{day:%Y%m%d}-{row.contact_id}@networkscope")
            yield from (f"DTSTAMP:{day:%Y%m%d}T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%S}", "DURATION:PT5M")
            yield from (f"SUMMARY:{title}", f"DESCRIPTION:{text}", "END:VEVENT")
        yield "END:VCALENDAR"

    return "".join(f"{line}\r\n" for line in folded(lines()))
