"""The next moves as a calendar: import it again, and what it holds already is brought up to date."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from networkscope.book.calendars import Entry, to_calendar


def moves_calendar(moves: pd.DataFrame, day: dt.date) -> str:
    """Five minutes for each move, from nine o'clock on that day; takes `rank, move, name, key, why, draft`.

    The key of a move names its event on every day.

    >>> move = {"rank": 1, "move": "Say thanks", "name": "Ana Lee", "key": "kx7f2", "why": "", "draft": ""}
    >>> moves_calendar(pd.DataFrame([move]), dt.date(2026, 11, 16)).splitlines()[4:7]
    ['UID:kx7f2@networkscope', 'SEQUENCE:20773', 'DTSTAMP:20261116T000000Z']
    """
    entries = [
        Entry(row.key, f"{row.move}: {row.name}", f"{row.why}\n\n{row.draft}", row.rank - 1)
        for row in moves.itertuples()
    ]
    return to_calendar(entries, day, replaces=True)
