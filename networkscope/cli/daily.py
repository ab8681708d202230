"""The commands that a person uses every day: note what happened, see the next moves, save the contacts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.errors import ParameterError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from networkscope.book import Book

FOLDER = click.Path(path_type=Path)
AS_OF = click.option("--as-of", metavar="DATE", help="See nothing later, as in 2026-11-16. [default: now]")


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
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--csv", "table", type=FOLDER, help="Also write them to this table.")
@click.option("--ics", "calendar", type=FOLDER, help="Also write them to this calendar.")
@click.option("--snooze", metavar="NAME", help="Put off everything with NAME for --days.")
@click.option("--days", type=click.IntRange(1, 3650), default=14, show_default=True, help="For --snooze.")
@click.option("--done", metavar="NAME", help="All that is owed to NAME by now is done, a promise kept.")
@click.option("--kind", help="For --snooze and --done: only this, as in promise or thank_you.")
def moves(
    book: Path,
    count: int,
    as_of: str | None,
    as_json: bool,
    table: Path | None,
    calendar: Path | None,
    snooze: str | None,
    days: int,
    done: str | None,
    kind: str | None,
) -> None:
    """What to do next, best first, each with a draft.

    Tells the reasons of each move; --done and --snooze are noted in BOOK's moves.csv.
    """
    from networkscope.advice.desk import propose_moves
    from networkscope.book import open_book
    from networkscope.book.files import check_writable, write_atomically

    opened = open_book(book, as_of=as_of)
    for file in filter(None, (table, calendar)):
        check_writable(file)
    _decide(opened, {"snooze": snooze, "done": done}, kind, days)
    found = propose_moves(opened, count=count)
    names = opened.contacts.set_index("contact_id")["name"]
    found.insert(1, "name", found["contact_id"].map(names).fillna("(no name)"))
    if table:
        from networkscope.reports.spreadsheet import save_csv

        save_csv(found, table)
    if calendar:
        write_atomically(calendar, _calendar(found, opened.as_of_date.date()))
    if as_json:
        click.echo(
            json.dumps(json.loads(found.to_json(orient="records", date_format="iso")), ensure_ascii=False)
        )
        return
    for row in found.itertuples():
        draft = "\n".join(f"     {line}" for line in row.draft.splitlines())
        click.echo(f"{row.rank:>2}. {row.move}: {row.name}\n     {row.why}\n{draft}\n")
    if found.empty:
        click.echo("Nothing to do: no follow-up is overdue and no tie is fading.")


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("file", type=FOLDER, required=False)
@AS_OF
def export(book: Path, file: Path | None, as_of: str | None) -> None:
    """Save all contacts as vCards, or as a table.

    Writes them to FILE, a .vcf or a .csv. [default: BOOK/backup/contacts-DATE.vcf]
    """
    from networkscope.book import open_book
    from networkscope.book.files import check_writable, output_folder, write_atomically
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


def _decide(book: Book, told: dict[str, str | None], kind: str | None, days: int) -> None:
    """Note the decisions, by action the name, in one step and after all else that can be wrong was looked at."""
    from networkscope.advice.desk import read_drafts
    from networkscope.advice.moves import MOVES
    from networkscope.book.decisions import DECISIONS, HEADER, read_decisions
    from networkscope.book.own_files import append_rows

    today = book.as_of_date
    what = {"kind": _allowed("kind", kind, tuple(MOVES)) if kind else "", "noted_on": f"{today.date()}"}
    until = {"snooze": f"{today.date() + dt.timedelta(days=days)}"}
    rows = [
        {"contact_id": _person(book, name)["contact_id"], "action": action, "until": until.get(action, "")}
        | what
        for action, name in told.items()
        if name
    ]
    read_drafts(book.folder)
    read_decisions(book.folder)
    if rows:
        append_rows(book.folder / DECISIONS, rows, header=HEADER)


def _person(book: Book, name: str) -> dict[str, Any]:
    """The one contact of this name, address or profile."""
    from networkscope.people.lookup import people_named

    found = people_named(book.contacts, name, region=book.settings.home_region)
    if len(found) > 1:
        raise ParameterError(f"{len(found)} contacts fit; name one by an e-mail address or a profile")
    if found.empty:
        raise ParameterError("no contact fits; check the spelling, or add --new to note somebody new")
    return dict(found.iloc[0])


def _named(book: Book, name: str) -> dict[str, str]:
    """The cells by which a row of interactions.csv names this person, and nobody else."""
    from networkscope import keys, schema

    person = _person(book, name)
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
