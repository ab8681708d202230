"""The owner's own words and decisions about moves: drafts.toml and moves.csv of the book."""

from __future__ import annotations

import csv
import difflib
import string
import tomllib
from pathlib import Path

import pandas as pd

from networkscope import moves, periods, schema
from networkscope.errors import LoadError, one_line

DRAFTS = "drafts.toml"
DECISIONS = "moves.csv"
HEADER = ("contact_id", "kind", "action", "noted_on", "until")
PLACES = ("first", "other", "topic", "activity", "prospects", "wanted")


def read_drafts(book: str | Path) -> dict[str, str]:
    """Which texts does the owner use in place of the standard ones? Those of the book's drafts.toml, by kind.

    Raises
    ------
    LoadError
        The file is not TOML, names an unknown kind of move, or a text has a place that nothing fills.
    """
    path = Path(book) / DRAFTS
    if not path.exists():
        return {}
    try:
        drafts = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise LoadError(f"{DRAFTS} cannot be read: {one_line(fault)}") from fault
    for kind, text in drafts.items():
        if kind not in moves.MOVES:
            near = difflib.get_close_matches(kind, moves.MOVES, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"allowed: {', '.join(moves.MOVES)}"
            raise LoadError(f"{DRAFTS}: '{kind}' is no kind of move; {hint}")
        if not isinstance(text, str):
            raise LoadError(f"{DRAFTS}: '{kind}' must be text in quotes")
        try:
            places = {
                name
                for _, name, form, turn in string.Formatter().parse(text)
                if name is not None or form or turn
            }
        except ValueError as fault:
            raise LoadError(f"{DRAFTS}: '{kind}' has a single {{ or }}; write it twice") from fault
        if unknown := sorted(map(str, places - set(PLACES))):
            allowed = ", ".join(f"{{{place}}}" for place in PLACES)
            raise LoadError(f"{DRAFTS}: nothing fills {{{unknown[0]}}} in '{kind}'; allowed: {allowed}")
    return drafts


def read_postponed(book: str | Path, *, as_of: periods.AsOf, timezone: str = "UTC") -> pd.DataFrame:
    """Which moves did the owner put off, or has done? `contact_id, kind, until, done_on`, as known at the cut-off.

    Raises
    ------
    LoadError
        A line of the book's moves.csv cannot be read; it is named.
    """
    today = periods.local_date(periods.as_instant(as_of, timezone), timezone)
    rows = []
    path = Path(book) / DECISIONS
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, line in enumerate(csv.DictReader(stream), start=2):
                rows.append(_decision(line, number))
    frame = pd.DataFrame(rows, columns=["contact_id", "kind", "noted_on", "until", "done_on"])
    types = {"contact_id": schema.TEXT, "kind": schema.TEXT}
    frame = frame.astype(types | dict.fromkeys(("noted_on", "until", "done_on"), schema.DATE))
    known = frame["noted_on"] <= today
    waiting = frame["done_on"].notna() | (frame["until"] > today)
    return frame[known & waiting].drop(columns="noted_on").reset_index(drop=True)


def _decision(line: dict[str, str | None], number: int) -> dict[str, object]:
    """One line of moves.csv: a snooze with its `until`, or a done."""
    action, kind = line.get("action"), line.get("kind") or None
    try:
        noted, until = (pd.Timestamp(line.get(name) or pd.NaT) for name in ("noted_on", "until"))
    except ValueError as fault:
        raise LoadError(
            f"{DECISIONS}, line {number}: a date cannot be read; write it as 2026-11-16"
        ) from fault
    fits = action == "done" or (action == "snooze" and pd.notna(until))
    if not fits or pd.isna(noted) or not line.get("contact_id") or kind not in (None, *moves.MOVES):
        raise LoadError(
            f"{DECISIONS}, line {number}: it takes a contact_id, a kind of move or nothing, snooze or done, "
            "the date noted_on, and for a snooze the date until"
        )
    done = noted if action == "done" else pd.NaT
    return {
        "contact_id": line["contact_id"],
        "kind": kind,
        "noted_on": noted,
        "until": until,
        "done_on": done,
    }
