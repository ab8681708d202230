"""What messages did by the owner's word, where they were read wrongly: the book's acts.csv; the last line counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from networkscope import schema
from networkscope.book.own_files import append_rows, read_rows
from networkscope.errors import LoadError, nearest
from networkscope.keys import short_key

if TYPE_CHECKING:
    from networkscope.book.book import Book

ACTS_FILE = "acts.csv"
HEADER = ("event_id", "purpose", "noted_on", "name", "day")
KEY_LENGTH = 6


def event_key(event_id: str) -> str:
    """A key of an event to type: e and six letters or digits.

    >>> event_key("some event")
    'e6no6rx'
    """
    return short_key("e", event_id, KEY_LENGTH)


def corrected(interactions: pd.DataFrame, book: str | Path) -> pd.DataFrame:
    """The interactions with the purposes that the owner noted in acts.csv.

    Whether such a message wants an answer follows from its purpose then. A LoadError names the line that cannot be
    read.
    """
    lines = list(read_rows(Path(book) / ACTS_FILE))
    noted = {line.get("event_id", ""): _purpose(line, number) for number, line in lines}
    if not noted:
        return interactions
    purpose = interactions["event_id"].map(noted)
    is_noted = purpose.notna()
    changed = interactions["purpose"].astype(schema.TEXT).mask(is_noted, purpose)
    return interactions.assign(
        purpose=changed.astype(schema.choice(schema.PURPOSES)),
        needs_answer=interactions["needs_answer"].mask(is_noted, pd.NA),
        outcome=interactions["outcome"].mask(is_noted & (purpose != "outcome")),
    )


def note_act(book: Book, event: pd.Series, purpose: str) -> tuple[int, str]:
    """Add a line about this event; its number, and the name of the person (empty where there is none).

    Nothing is added to a file with an error.
    """
    path = book.folder / ACTS_FILE
    for number, line in read_rows(path):
        _purpose(line, number)
    name = book.contacts.set_index("contact_id")["name"].get(event["contact_id"])
    name = name if isinstance(name, str) else ""
    row = {"event_id": str(event["event_id"]), "purpose": purpose, "noted_on": f"{book.as_of_date:%Y-%m-%d}",
           "name": name, "day": f"{event['occurred_at']:%Y-%m-%d}"}  # fmt: skip
    return append_rows(path, [row], header=HEADER, command="act"), name


def event_line(event: Any, timezone: str) -> str:
    """A row of interactions, as `itertuples` gives it, in a line: the day, who wrote, and what it is taken for."""
    purpose = event.purpose.replace("_", " ") if isinstance(event.purpose, str) else "unknown"
    return f"{event.occurred_at.tz_convert(timezone):%Y-%m-%d} {event.direction} {event.channel}: {purpose}"


def events_with_key(interactions: pd.DataFrame, key: str) -> pd.DataFrame:
    """The events that a key means."""
    if not re.fullmatch("e[a-z2-7]{6}", key):
        return interactions.iloc[:0]
    return interactions[interactions["event_id"].map(event_key, na_action="ignore").eq(key)]


def _purpose(line: dict[str, str], number: int) -> str:
    purpose = line.get("purpose", "")
    if purpose in schema.PURPOSES:
        return purpose
    what = f"purpose '{purpose}' is not allowed; {nearest(purpose, schema.PURPOSES)}"
    raise LoadError(f"{ACTS_FILE}, line {number}: {what}")
