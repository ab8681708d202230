"""Moves as appointments: a calendar file that every calendar reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from networkscope.book.vcards import escaped, folded

MINUTES = 5


class Entry(NamedTuple):
    """One appointment: who it is about (an id), its title and its text."""

    contact_id: str
    title: str
    text: str


def to_calendar(entries: Iterable[Entry], day: dt.date) -> str:
    """When do I do this? Five minutes each, from nine o'clock on, wherever the owner is.

    >>> to_calendar([Entry("a", "Say thank you: Ann", "Hi")], dt.date(2026, 11, 16)).splitlines()[7:9]
    ['DURATION:PT5M', 'SUMMARY:Say thank you: Ann']
    """

    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//networkscope//next moves//EN")
        for place, entry in enumerate(entries):
            start = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=MINUTES * place)
            yield from ("BEGIN:VEVENT", f"UID:{day:%Y%m%d}-{entry.contact_id}@networkscope")
            yield from (f"DTSTAMP:{day:%Y%m%d}T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%S}")
            yield from (f"DURATION:PT{MINUTES}M", f"SUMMARY:{escaped(entry.title)}")
            yield from (f"DESCRIPTION:{escaped(entry.text)}", "END:VEVENT")
        yield "END:VCALENDAR"

    return "".join(f"{line}\r\n" for line in folded(lines()))
