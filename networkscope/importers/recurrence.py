"""When does a repeated event take place, and which clock does a calendar file mean? (RFC 5545)

dateutil answers the rules, but only those that it can answer soon: a file may come from anybody.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_right
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from dateutil.rrule import rrulestr
from tzlocal.windows_tz import win_tz

from networkscope import dates
from networkscope.errors import ParameterError

MAX_TIMES = 100_000  # of one rule
MAX_TIMES_PER_DAY = 24
MAX_ZONES = 100  # of one file
MAX_CHANGES = 1_000  # of one zone
# The calendar repeats itself every 400 years. Rules are asked that much later, near the last year that Python knows:
# there the search for a day that never comes is short.
CYCLES = dt.timedelta(days=19 * 146_097)
_HIGHEST = {"BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366}
_CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
_PARTS = {*_HIGHEST, *_CLOCK, "FREQ", "INTERVAL", "WKST", "BYDAY"}
_LEAP_SECOND = re.compile(r"(?<=T\d{4})60")
_END = dt.datetime.fromisoformat(f"{dates.YEARS[-1]}-12-31")

Time: TypeAlias = dt.date | dt.datetime  # a whole day, or a time with its zone
Observance: TypeAlias = tuple[str, str, str, str]  # DTSTART, TZOFFSETFROM, TZOFFSETTO, RRULE


def parse_time(text: str, zone: dt.tzinfo) -> Time:
    """A day, or a time on the clock of `zone`; a ValueError where it is none of the years that can be.

    >>> str(parse_time("19700102", dt.UTC)), str(parse_time("19700101T000100Z", dates.zone("Europe/Vienna")))
    ('1970-01-02', '1970-01-01 00:01:00+00:00')
    """
    text = text.strip().upper()
    at = dt.datetime.fromisoformat(_LEAP_SECOND.sub("59", text))
    if at.year not in dates.YEARS:
        raise ValueError("the year is out of range")
    if "T" not in text:
        return at.date()
    return at if at.tzinfo else at.replace(tzinfo=zone)


def wall(at: Time, zone: dt.tzinfo) -> dt.datetime:
    """What does the clock of the zone show at that time? A day is the same day on all of them."""
    if not isinstance(at, dt.datetime):
        return dt.datetime.combine(at, dt.time())
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def expand(
    text: str, start: dt.datetime, last: dt.datetime, zone: dt.tzinfo = dt.UTC, most: int = MAX_TIMES
) -> list[dt.datetime]:
    """All times of a rule from `start` to `last`, both included, on the clock of the zone.

    A ValueError where a part of it means nothing or it repeats within a day, an OverflowError where it does so too
    often, or hardly ever.

    >>> found = expand("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", dt.datetime(2024, 1, 26, 9), dt.datetime(2030, 1, 1))
    >>> [f"{at:%m-%d %H:%M}" for at in found]
    ['01-26 09:00', '02-23 09:00', '03-29 09:00']
    """
    plain = "".join(text.upper().replace("\\", "").split())  # some programs escape it as if it were a text
    parts = dict(part.split("=", 1) for part in plain.split(";") if "=" in part)
    for name, highest in _HIGHEST.items():
        if not all(1 <= abs(int(number)) <= highest for number in parts.get(name, "1").split(",")):
            raise ValueError(f"{name} is out of range")
    per_day = math.prod(parts.get(name, "").count(",") + 1 for name in _CLOCK)
    if parts.get("FREQ") not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY") or per_day > MAX_TIMES_PER_DAY:
        raise ValueError("it repeats within a day")
    count = int(parts.get("COUNT", most + 1))
    if count < 1 or int(parts.get("INTERVAL", 1)) < 1:
        raise ValueError("it never repeats")
    if "UNTIL" in parts:
        until = parse_time(parts["UNTIL"], zone)
        end_of_day = dt.timedelta() if isinstance(until, dt.datetime) else dt.timedelta(hours=23, minutes=59)
        last = min(last, wall(until, zone) + end_of_day)
    if "BYWEEKNO" in parts and parts.keys().isdisjoint(("BYDAY", "BYMONTHDAY", "BYYEARDAY")):
        parts["BYDAY"] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
    known = ";".join(f"{name}={value}" for name, value in parts.items() if name in _PARTS)
    found: list[dt.datetime] = []
    try:
        for at in islice(rrulestr(f"RRULE:{known}", dtstart=start + CYCLES), min(count, most)):
            if at - CYCLES > last:
                return found
            found.append(at - CYCLES)
    except IndexError as error:  # of dateutil, where it is asked for the 99th Monday of a month
        raise ValueError("it never repeats") from error
    if len(found) != count:
        raise OverflowError("it repeats too often, or hardly ever")
    return found


@lru_cache(maxsize=1024)
def named_zone(name: str) -> dt.tzinfo | None:
    """The zone that a calendar calls so: by its IANA name, with or without a prefix, or as Windows names it.

    >>> str(named_zone("Romance Standard Time")), str(named_zone("/example.org/20050126/Europe/Berlin"))
    ('Europe/Paris', 'Europe/Berlin')
    """
    name = name.strip().strip('"')
    parts = name.strip("/").split("/")
    ends = ["/".join(parts[-2:]), "/".join(parts[-3:]), parts[-1].upper()]
    for candidate in (name, win_tz.get(name, ""), *ends):
        try:
            return dates.zone(candidate)
        except ParameterError:
            continue
    return None


class DefinedZone(dt.tzinfo):
    """A zone that only the file knows.

    As with any zone of Python, a time that occurs twice is the first one, and one that is skipped counts from before
    the gap. A ValueError where the definition cannot be read.
    """

    def __init__(self, observances: tuple[Observance, ...]) -> None:
        changes = []
        for start, *offsets, rule in observances:
            # Outlook starts every zone in 1601.
            if rule and "YEARLY" not in rule.upper():
                raise ValueError("a zone changes by the year")
            first = wall(parse_time(re.sub(r"^1[0-8]\d\d", "1970", start), dt.UTC), dt.UTC)
            before, after = (
                dt.datetime.strptime(text, "%z").utcoffset() or dt.timedelta() for text in offsets
            )
            onsets = expand(rule, first, _END, most=MAX_CHANGES) if rule else [first]
            changes += [(onset, before, after) for onset in onsets]
        changes.sort()
        self._ahead = [after for _, _, after in changes]
        self._on_the_wall = [onset + max(after - before, dt.timedelta()) for onset, before, after in changes]
        self._in_utc = [onset - before for onset, before, _ in changes]

    def utcoffset(self, at: dt.datetime | None) -> dt.timedelta:
        return self._since(self._on_the_wall, at)

    def fromutc(self, at: dt.datetime) -> dt.datetime:
        return at + self._since(self._in_utc, at)

    def dst(self, at: dt.datetime | None) -> None:  # noqa: ARG002
        return None

    tzname = dst

    def _since(self, onsets: list[dt.datetime], at: dt.datetime | None) -> dt.timedelta:
        return self._ahead[max(bisect_right(onsets, at.replace(tzinfo=None)) - 1, 0) if at else 0]


defined_zone = lru_cache(maxsize=256)(DefinedZone)  # files of one program define the same zones


class Zones:
    """All clocks of one file: the owner's own, for times without a zone, and those that the file names.

    `unknown` holds the names of zones that could not be found, for which the owner's was taken.
    """

    def __init__(self, own: dt.tzinfo, definitions: dict[str, tuple[list[str], list[Observance]]]) -> None:
        self.own = own
        self.unknown: set[str] = set()
        self._definitions = definitions
        self._known = {"": own}

    def find(self, name: str) -> dt.tzinfo:
        if name not in self._known:
            other_names, observances = self._definitions.get(name, ([], []))
            found = next(filter(None, map(named_zone, (name, *other_names))), None)
            if found is None and observances and len(self._known) < MAX_ZONES:
                with suppress(ValueError, OverflowError):
                    found = defined_zone(tuple(observances[:MAX_ZONES]))
            if found is None:
                self.unknown.add(name)
            self._known[name] = found or self.own
        return self._known[name]

    def of(self, at: Time) -> dt.tzinfo:
        """The clock that shows this time."""
        return (isinstance(at, dt.datetime) and at.tzinfo) or self.own

    def instant(self, at: Time) -> int:
        """In UTC seconds; a day starts at the owner's midnight."""
        if not isinstance(at, dt.datetime):
            at = dt.datetime.combine(at, dt.time(), self.own)
        return int(at.timestamp())
