"""What the owner decided about moves: the book's moves.csv, a line per move that is done or put off."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from networkscope import schema
from networkscope.book.own_files import read_rows
from networkscope.errors import LoadError

DECISIONS = "moves.csv"
HEADER = ("contact_id", "kind", "action", "noted_on", "until")
_DATES = ("noted_on", "until", "done_on")


def read_decisions(book: str | Path) -> pd.DataFrame:
    """Which moves did the owner put off, or has done?

    A row per decision: `contact_id`, `kind` (NA: all), `noted_on`, `until`, `done_on`, `source_ref` (its line in
    moves.csv).

    Raises
    ------
    LoadError
        A line of the book's moves.csv cannot be read, or a date in it is not like 2026-11-16; it is named.
    """
    rows = [_decision(line, number) for number, line in read_rows(Path(book) / DECISIONS)]
    frame = pd.DataFrame(rows, columns=["contact_id", "kind", "noted_on", "until", "done_on", "source_ref"])
    return frame.astype({name: schema.DATE if name in _DATES else schema.TEXT for name in frame})


def waiting(decisions: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """The decisions that still hold on this day: what is done, and what is put off until later."""
    known = decisions["noted_on"] <= today
    holds = decisions["done_on"].notna() | (decisions["until"] > today)
    return decisions[known & holds].reset_index(drop=True)


def _decision(line: dict[str, str], number: int) -> dict[str, object]:
    """One line of moves.csv: a snooze with its `until`, or a done."""
    cells = {name: line.get(name, "").strip() for name in HEADER}
    who, kind, action, *days = cells.values()
    try:
        noted, until = map(_date, days)
    except ValueError as error:
        raise LoadError(
            f"{DECISIONS}, line {number}: a date cannot be read; write it as 2026-11-16"
        ) from error
    fits = action == "done" or (action == "snooze" and pd.notna(until))
    if not fits or pd.isna(noted) or not who or kind not in ("", *schema.MOVE_KINDS):
        raise LoadError(
            f"{DECISIONS}, line {number}: it takes a contact_id, a kind of move or nothing, snooze or done, "
            "the date noted_on, and for a snooze the date until"
        )
    done = noted if action == "done" else pd.NaT
    row = {"contact_id": who, "kind": kind or None, "noted_on": noted, "until": until, "done_on": done}
    return {**row, "source_ref": f"{DECISIONS}:{number}"}


def _date(text: str) -> pd.Timestamp:
    """Only in full and in one way: others would pass for another day. Nothing is NaT."""
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return pd.Timestamp(text or pd.NaT)
