"""The commands that a person uses every day: note what happened, see the next moves, save the contacts."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.answer import NAMELESS, answer
from networkscope.errors import ParameterError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from networkscope.book import Book

FOLDER = click.Path(path_type=Path)
AS_OF = click.option("--as-of", metavar="DATE", help="Ignore everything from DATE on. [default: now]")
PSEUDONYM = re.compile("(?i)person [a-z2-7]{6,12}")
NOTHING = "Nothing to do: nothing is owed and no tie is fading."
SHORT = {
    "promise": "promised", "thank_you": "to thank", "owed_reply": "to answer", "uncontacted_referral": "to call",
    "close_the_loop": "to tell how it ended", "report_back": "to report back to", "nudge": "to remind",
    "monthly_update": "to update", "reconnect": "to get back in touch with", "recontact": "to ask again",
}  # fmt: skip


@click.command()
@click.argument("book", type=FOLDER)
@click.argument("name", metavar="NAMES")
@click.option("--channel", help="call, meeting, video, email, chat, … [default: as above]")
@click.option("--direction", help="outbound, inbound or mutual. [default: as above, else outbound]")
@click.option("--purpose", help="catch_up, advice_ask, thank_you, promise, … [default: unknown]")
@click.option("--on", metavar="DATE", help="When, as in 2026-11-16 or '2026-11-16 14:30'. [default: now]")
@click.option("--topic", default="", help="What it was about.")
@click.option("--due", metavar="DATE", default="", help="Until when a promise is to be kept.")
@click.option("--note", default="", help="A detail to remember.")
@click.option("--named", multiple=True, metavar="PERSON", help="A name that you were given; may be repeated.")
@click.option("--new", is_flag=True, help="NAME is somebody whom the book does not know yet.")
def log(
    book: Path, name: str, new: bool, on: str | None, named: tuple[str, ...], **given: str | None
) -> None:
    """Note a touch, a promise, or names you were given.

    Adds a line on NAMES ("Ana", "Ana; Bo; Cy" who were in it together, or an e-mail address) to BOOK's
    interactions.csv, and one for each name that you were given to referrals.csv.

    Where --channel and --direction do not say otherwise, a promise is only noted; an ask, a thank_you, an update or
    a reply is an e-mail of yours; all else is a call. A talk or an event is mutual, but for these and a favour_done.
    Anything else is outbound, but for a favour_received.
    """
    from networkscope import keys, schema
    from networkscope.book import open_book
    from networkscope.book.touches import note_touch
    from networkscope.dates import as_instant

    if not all(keys.clean(each) for each in (name, *named)):
        raise ParameterError("a name is empty: say who it was, and whose names you were given")
    opened = open_book(book)
    who = _all_named(opened, name, new=new)
    named = tuple(_plain_name(opened, each) for each in named)
    purpose = allowed("purpose", given["purpose"] or "unknown", schema.PURPOSES)
    written = (*schema.ASKS, "thank_you", "update", "reply")
    usual = "email" if purpose in written else "call"
    only_noted = purpose == "promise" and given["channel"] is None
    channel = "" if only_noted else allowed("channel", given["channel"] or usual, schema.CHANNELS)
    both = channel in schema.TOGETHER and purpose not in (*written, "favour_done")
    usual = "mutual" if both else "inbound" if purpose == "favour_received" else "outbound"
    direction = allowed("direction", given["direction"] or usual, schema.DIRECTIONS)
    moment = as_instant(on, opened.timezone) if on else as_instant(dt.datetime.now(dt.UTC))
    when = f"{moment.tz_convert(opened.timezone):%Y-%m-%d %H:%M}"
    due = f"{as_instant(given['due']):%Y-%m-%d}" if given["due"] else ""
    event = {"occurred_at": when, "channel": channel, "direction": direction, "purpose": purpose}
    event |= {"due_on": due, "subject": given["topic"] or "", "notes": given["note"] or ""}
    lines = note_touch(book, who, event, named)
    answer({"lines": lines, **event}, *lines)


@click.command()
@click.argument("book", type=FOLDER)
@click.option("--count", type=click.IntRange(1), default=5, show_default=True, help="How many moves.")
@AS_OF
@click.option("--csv", "table", type=FOLDER, help="Also write them to this table.")
@click.option("--ics", "calendar", type=FOLDER, help="Also write them to this calendar.")
def moves(book: Path, count: int, as_of: str | None, table: Path | None, calendar: Path | None) -> None:
    """What to do next, best first, each with a draft.

    Gives the reasons of each move, and its key for the commands done, snooze and never.
    """
    from networkscope.advice.desk import propose_moves
    from networkscope.book import open_book
    from networkscope.book.own_files import check_writable, write_atomically
    from networkscope.wording import spoken_days

    opened = open_book(book, as_of=as_of)
    for file in filter(None, (table, calendar)):
        check_writable(file)
    every = propose_moves(opened)
    found = every.head(count).copy()
    names = opened.contacts.set_index("contact_id")["name"]
    found.insert(1, "name", found["contact_id"].map(names).fillna(NAMELESS))
    found.insert(2, "key", found.pop("move_key"))
    if table:
        from networkscope.reports.spreadsheet import save_csv

        save_csv(found, table)
    if calendar:
        from networkscope.reports.calendar_feed import moves_calendar

        write_atomically(calendar, moves_calendar(found, opened.as_of_date.date()))
    lines = [click.style(_in_short(every["kind"]), bold=True) + "\n"] if len(every) else [NOTHING]
    today = opened.as_of_date.date()
    for row in found.itertuples():
        draft = "\n".join(f"     {line}" for line in row.draft.splitlines())
        more = f"\n     {spoken_days(row.more, today)}" if isinstance(row.more, str) else ""
        title = click.style(f"{row.move}: {row.name}", bold=True)
        why = f"{spoken_days(row.why, today)}{more}".replace("\u00a0", " ")
        lines.append(f"{row.rank:>2}. {title}  {click.style(row.key, dim=True)}\n     {why}\n{draft}\n")
    answer(found, *lines)


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
    answer({"file": target}, str(target))


def _in_short(kinds: pd.Series) -> str:
    """How many of what there are to do this week: "3 to answer, 2 to thank, 4 names to call"."""
    counts = kinds.map(lambda kind: SHORT.get(kind, "to ask")).value_counts(sort=False)
    return ", ".join(f"{count} {words}" for words, count in counts.items())


def people_meant(book: Book, name: str) -> pd.DataFrame:
    """The contacts of this key, name, address or profile, or of the pseudonym of a shared page.

    A ParameterError where nobody in the book has that pseudonym.
    """
    from networkscope.people.lookup import people_named

    found = people_named(book.contacts, name, region=book.settings.home_region)
    if found.empty and PSEUDONYM.fullmatch(name.strip()):  # what a coach says of a shared page
        from networkscope.sharing.copy import unmask
        from networkscope.sharing.pseudonyms import was_shared

        if was_shared(book.folder):
            return book.contacts[book.contacts["contact_id"] == unmask(book, name)]
    return found


def one_person(book: Book, name: str, *, if_none: str = "") -> dict[str, Any]:
    """The one contact of this key, name, address or profile; where several fit, they are listed."""
    from networkscope.people.lookup import person_keys

    found = people_meant(book, name)
    if len(found) > 1:
        known = person_keys(book.contacts)
        for row in found[["contact_id", "name", "organization"]].itertuples():
            called = ", ".join(text for text in (row.name, row.organization) if isinstance(text, str))
            click.echo(f"{called or NAMELESS}  {known[row.contact_id]}")
        raise ParameterError(
            f"{len(found)} contacts fit; name one by its key, an e-mail address or a profile"
        )
    if found.empty:
        raise ParameterError(f"no contact fits; check the spelling{if_none}")
    return dict(found.iloc[0])


def _all_named(book: Book, names: str, *, new: bool) -> list[dict[str, str]]:
    """The cells that name everybody in "Ana; Bo; Cy", who were in it together, or the one person."""
    parts = [part.strip() for part in names.split(";") if part.strip()]
    if new and any(len(people_meant(book, part)) for part in parts if PSEUDONYM.fullmatch(part)):
        raise ParameterError("that is the pseudonym of somebody in this book: leave out --new")
    return [{"contact": part} if new else _named(book, part) for part in parts]


def _plain_name(book: Book, name: str) -> str:
    """The name, also where a pseudonym of a shared page is given for it."""
    if not PSEUDONYM.fullmatch(name.strip()):
        return name
    found = people_meant(book, name)["name"].dropna()
    return str(found.iat[0]) if len(found) == 1 else name


def _named(book: Book, name: str) -> dict[str, str]:
    """The cells by which a row of interactions.csv names this person, and nobody else."""
    from networkscope.book.touches import cells_of

    person = one_person(book, name, if_none=", or add --new to note somebody new")
    return cells_of(book.contacts, person)


def allowed(what: str, value: str | None, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return str(value)
    raise ParameterError(f"{what} '{value}' is not allowed; {nearest(str(value), allowed)}")
