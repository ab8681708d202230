"""What the owner decided about moves: the book's moves.csv, a line per move that is done, put off, or never wanted."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import schema
from networkscope.book.own_files import append_rows, read_rows
from networkscope.errors import LoadError

DECISIONS = "moves.csv"
READABLE = ("name", "key")  # for people, and where the contact has another id now
HEADER = ("contact_id", "kind", "action", "noted_on", "until", *READABLE)
FOR_EVER = pd.Timestamp("2199-12-31")
COLUMNS = {
    "contact_id": schema.TEXT, "kind": schema.TEXT, "noted_on": schema.DATE, "until": schema.DATE,
    "done_on": schema.DATE, "is_never": "bool", "source_ref": schema.TEXT,
}  # fmt: skip


def read_decisions(book: str | Path, contacts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which moves did the owner put off, or has done?

    A row per decision ("off" is none: it ends what was "never" wanted on its day): `contact_id` (where `contacts` have
    no such id any more, that of the one whom the line names by its key), `kind` (NA: all), `noted_on`, `until`,
    `done_on`, `is_never`, `source_ref` (its line in moves.csv). A LoadError names the line that cannot be read, as
    where a date in it is not like 2026-11-16.
    """
    lines = list(read_rows(Path(book) / DECISIONS))
    rows: list[dict[str, Any]] = [_decision(line, number) for number, line in lines]
    for at, row in enumerate(rows):
        if row["lifts"]:
            for earlier in rows[:at]:
                if earlier["contact_id"] == row["contact_id"] and earlier["is_never"]:
                    earlier["until"] = min(earlier["until"], row["noted_on"])
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "lifts"]).astype(COLUMNS)
    if contacts is not None:
        keys = [line.get("key") for _, line in lines]
        frame["contact_id"] = current_ids(frame["contact_id"], keys, contacts)
    return frame[~frame.pop("lifts").eq(True)].reset_index(drop=True)


def current_ids(ids: pd.Series, keys: Sequence[str | None], contacts: pd.DataFrame) -> pd.Series:
    """These ids; where no contact has one any more, that of the only contact with this address, profile or name."""
    known = ids.isin(contacts["contact_id"])
    if known.all():
        return ids
    cells = contacts.set_index("contact_id")[["name", "emails", "profiles"]].stack().dropna()
    bearers = cells.str.split(schema.SEPARATOR).explode().droplevel(1).drop_duplicates(keep=False)
    named = pd.Series(list(keys), ids.index, dtype=schema.TEXT)
    return ids.where(known, named.map(pd.Series(bearers.index, bearers.array)).fillna(ids))


def waiting(decisions: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """The decisions that still hold on this day: what is done, and what is put off until later."""
    known = decisions["noted_on"] <= today
    holds = decisions["done_on"].notna() | (decisions["until"] > today)
    return decisions[known & holds].reset_index(drop=True)


def decision_row(
    contact: Mapping[str, Any], *, action: str, noted_on: pd.Timestamp, kind: str = "", until: str = ""
) -> dict[str, str]:
    """A line of moves.csv about this contact, named by an address of his or, where he has none, by his name."""
    row = {"kind": kind, "action": action, "noted_on": f"{noted_on:%Y-%m-%d}", "until": until}
    return row | naming(contact)


def naming(contact: Mapping[str, Any]) -> dict[str, str]:
    """The cells by which a line names this contact to the program and to people: `contact_id, name, key`."""
    texts = {name: value if isinstance(value, str) else "" for name, value in contact.items()}
    key = texts["emails"] or texts["profiles"] or texts["name"]
    named = {name: texts[name] for name in ("contact_id", "name")}
    return named | {"key": key.split(schema.SEPARATOR)[0]}


def note_decisions(book: str | Path, rows: Sequence[Mapping[str, str]], *, command: str = "note") -> int:
    """Add these to moves.csv and return the line number of the first; nothing is added to a file with an error."""
    read_decisions(book)
    path = Path(book) / DECISIONS
    return append_rows(path, rows, header=HEADER, optional=READABLE, command=command)


def _decision(line: dict[str, str], number: int) -> dict[str, object]:
    """One line of moves.csv."""
    who, kind, action, *days = (line.get(name, "") for name in HEADER[:5])
    where = f"{DECISIONS}, line {number}"
    noted, until = (written_day(day, f"{where}: {name}") for day, name in zip(days, HEADER[3:], strict=False))
    fits = action in ("done", "never", "off") or (action == "snooze" and pd.notna(until))
    if not fits or pd.isna(noted) or not who or kind not in ("", *schema.MOVE_KINDS):
        raise LoadError(
            f"{where}: it takes a contact_id, a kind of move or nothing, snooze, done, never or off, the date "
            "noted_on, and for a snooze the date until"
        )
    return {
        "contact_id": who, "kind": kind or None, "noted_on": noted, "source_ref": f"{DECISIONS}:{number}",
        "until": FOR_EVER if action == "never" else until, "done_on": noted if action == "done" else pd.NaT,
        "is_never": action == "never", "lifts": action == "off",
    }  # fmt: skip


def written_day(text: str, what: str) -> pd.Timestamp:
    """The day, only in full and in one way: others would pass for another day. Nothing is NaT."""
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise LoadError(f"{what} cannot be read; write it as 2026-11-16")
    try:
        return pd.Timestamp(text or pd.NaT)
    except ValueError as error:
        raise LoadError(f"{what} is no date; write it as 2026-11-16") from error
