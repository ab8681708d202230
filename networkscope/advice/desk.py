"""What the owner should do next, in own words and after own decisions: the book's drafts.toml and moves.csv.

The one place where a book becomes next moves, so that the command, the weekly report and the notebook where one
looks around propose the same.
"""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from networkscope import dates as periods
from networkscope import schema
from networkscope.advice import moves
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.book import Book
from networkscope.book.own_files import read_rows
from networkscope.errors import LoadError, ParameterError, nearest, one_line
from networkscope.measures.dormancy import dormant_contacts, fit_kappa
from networkscope.measures.followups import followup_gaps

DRAFTS = "drafts.toml"
DECISIONS = "moves.csv"
HEADER = ("contact_id", "kind", "action", "noted_on", "until")
PLACES = ("first", "other", "topic", "activity", "prospects", "wanted")


class Standing(NamedTuple):
    """How things stand with everybody: `ties` (`dormant_contacts`), `gaps` (`followup_gaps`), and the `kappa` used."""

    ties: pd.DataFrame
    gaps: pd.DataFrame
    kappa: float


def standing(
    book: Book, *, as_of: periods.AsOf | None = None, kappa: float | None = None, group_max: int = 4
) -> Standing:
    """How do things stand with everybody in this book?

    Parameters
    ----------
    as_of : the cut-off; None for the book's own
    kappa : for the chance of contact; None fits it to the log
    group_max : a meeting or message of more people touches nobody

    Examples
    --------
    >>> import networkscope as ns
    >>> now = ns.standing(ns.open_book("data/sample", as_of="2026-11-16"))
    >>> len(now.ties), round(now.kappa, 1)
    (332, 0.2)
    """
    seen: dict[str, Any] = {"as_of": book.as_of if as_of is None else as_of, "timezone": book.timezone}
    both = book.contacts, book.interactions
    marks = read_postponed(book.folder, **seen)
    seen["group_max"] = group_max
    used = fit_kappa(*both, **seen) if kappa is None else kappa
    return Standing(
        dormant_contacts(*both, kappa=used, cadence_days=book.settings.cadence, **seen),
        followup_gaps(*both, book.referrals, done=marks, **seen),
        used,
    )


def propose_moves(book: Book, now: Standing | None = None, *, count: int | None = None) -> pd.DataFrame:
    """What should the owner of this book do next, for whom, and why? (E10: five minutes a day)

    The columns are those of `next_moves`; `now` is the `standing` of the book, where it is known already, and
    `count` how many moves to give (None: all).

    Raises
    ------
    LoadError
        The book's drafts.toml or moves.csv has a fault; it is named.
    ParameterError
        `count` is less than one: no moves would say that there is nothing to do.

    Examples
    --------
    >>> import networkscope as ns
    >>> len(ns.propose_moves(ns.open_book("data/sample", as_of="2026-11-16"), count=5))
    5
    """
    if count is not None and count < 1:
        raise ParameterError(f"moves must be 1 or more, not {count}")
    seen: dict[str, Any] = {"as_of": book.as_of, "timezone": book.timezone}
    tables = book.contacts, book.interactions, book.referrals
    ties, gaps, _ = now or standing(book)
    return moves.next_moves(
        book.contacts,
        ties,
        gaps,
        ladder=ask_ladder(*tables, gaps, **seen),
        pause=hold_off(*tables, **seen),
        postponed=read_postponed(book.folder, **seen),
        drafts=read_drafts(book.folder),
        facts=moves.month_facts(*tables[1:], book.settings.target_companies, **seen),
        count=count,
    )


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
            raise LoadError(f"{DRAFTS}: '{kind}' is no kind of move; {nearest(kind, moves.MOVES)}")
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
    """Which moves did the owner put off, or has done? As known at the cut-off.

    A row per decision: `contact_id`, `kind` (NA: all), `until`, `done_on`, `source_ref` (its line in moves.csv).

    Raises
    ------
    LoadError
        A line of the book's moves.csv cannot be read, or a date in it is not like 2026-11-16; it is named.
    """
    today = periods.as_of_date(as_of, timezone)
    rows = [_decision(line, number) for number, line in read_rows(Path(book) / DECISIONS)]
    frame = pd.DataFrame(rows, columns=["contact_id", "kind", "noted_on", "until", "done_on", "source_ref"])
    dates = ("noted_on", "until", "done_on")
    frame = frame.astype({name: schema.DATE if name in dates else schema.TEXT for name in frame})
    known = frame["noted_on"] <= today
    waiting = frame["done_on"].notna() | (frame["until"] > today)
    return frame[known & waiting].drop(columns="noted_on").reset_index(drop=True)


def _decision(line: dict[str, str], number: int) -> dict[str, object]:
    """One line of moves.csv: a snooze with its `until`, or a done."""
    cells = {name: line.get(name, "").strip() for name in HEADER}
    who, kind, action, *days = cells.values()
    try:
        noted, until = map(_date, days)
    except ValueError as fault:
        raise LoadError(
            f"{DECISIONS}, line {number}: a date cannot be read; write it as 2026-11-16"
        ) from fault
    fits = action == "done" or (action == "snooze" and pd.notna(until))
    if not fits or pd.isna(noted) or not who or kind not in ("", *moves.MOVES):
        raise LoadError(
            f"{DECISIONS}, line {number}: it takes a contact_id, a kind of move or nothing, snooze or done, "
            "the date noted_on, and for a snooze the date until"
        )
    done = noted if action == "done" else pd.NaT
    told = {"contact_id": who, "kind": kind or None, "noted_on": noted, "until": until, "done_on": done}
    return {**told, "source_ref": f"{DECISIONS}:{number}"}


def _date(text: str) -> pd.Timestamp:
    """Only in full and in one way: others would pass for another day. Nothing is NaT."""
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return pd.Timestamp(text or pd.NaT)
