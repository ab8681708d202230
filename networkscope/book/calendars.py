"""Moves as appointments: a calendar file that every calendar reads."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from networkscope.book.vcards import escaped, folded

MINUTES = 5


class Entry(NamedTuple):
    """One appointment: what it is known by, its title, its text, and its place in the row of them."""

    uid: str
    title: str
    text: str
    place: int = 0


def to_calendar(entries: Iterable[Entry], day: dt.date, *, replaces: bool = False) -> str:
    """When do I do this? Five minutes each, from nine o'clock on, wherever the owner is.

    With `replaces` a later day counts as the newer version of an entry: no calendar shows it twice.

    >>> to_calendar([Entry("a", "Say thank you: Ann", "Hi")], dt.date(2026, 11, 16)).splitlines()[7:9]
    ['DURATION:PT5M', 'SUMMARY:Say thank you: Ann']
    >>> to_calendar([Entry("kx7f2", "Call", "")], dt.date(2026, 11, 16), replaces=True).splitlines()[4:7]
    ['UID:kx7f2@networkscope', 'SEQUENCE:20773', 'DTSTAMP:20261116T000000Z']
    """

    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//networkscope//next moves//EN")
        for entry in entries:
            start = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(minutes=MINUTES * entry.place)
            yield from ("BEGIN:VEVENT", f"UID:{entry.uid}@networkscope")
            if replaces:
                yield f"SEQUENCE:{(day - dt.date(1970, 1, 1)).days}"
            yield from (f"DTSTAMP:{day:%Y%m%d}T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%S}")
            yield from (f"DURATION:PT{MINUTES}M", f"SUMMARY:{escaped(entry.title)}")
            yield from (f"DESCRIPTION:{escaped(entry.text)}", "END:VEVENT")
        yield "END:VCALENDAR"

    return "".join(f"{line}\r\n" for line in folded(lines()))
