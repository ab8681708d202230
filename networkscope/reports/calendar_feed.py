"""The next moves as a calendar: import it again, and what it holds already is brought up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from networkscope.book.vcards import escaped, folded


def moves_calendar(moves: pd.DataFrame, day: dt.date) -> str:
    """Five minutes each, from nine o'clock on that day, wherever the owner is.

    Takes `rank, move, name, key, why, draft`. The key of a move names its event on every day, and a later day counts as
    the newer version, so that no calendar shows a move twice.

    >>> move = {"rank": 1, "move": "Say thanks", "name": "Ana Lee", "key": "kx7f2", "why": "", "draft": ""}
    >>> moves_calendar(pd.DataFrame([move]), dt.date(2026, 11, 16)).splitlines()[4:7]
    ['UID:kx7f2@networkscope', 'SEQUENCE:20773', 'DTSTAMP:20261116T000000Z']
    """

    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//networkscope//next moves//EN")
        for row in moves.itertuples():
            start = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=5 * (row.rank - 1))
            title, text = escaped(f"{row.move}: {row.name}"), escaped(f"{row.why}\n\n{row.draft}")
            version = (day - dt.date(1970, 1, 1)).days
            yield from ("BEGIN:VEVENT", f"UID:{row.key}@networkscope", f"SEQUENCE:{version}")
            yield from (f"DTSTAMP:{day:%Y%m%d}T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%S}", "DURATION:PT5M")
            yield from (f"SUMMARY:{title}", f"DESCRIPTION:{text}", "END:VEVENT")
        yield "END:VCALENDAR"

    return "".join(f"{line}\r\n" for line in folded(lines()))
