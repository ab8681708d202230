"""What does a time on this clock mean in UTC? Zones by their IANA or Windows name, or as the file defines them."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from tzlocal.windows_tz import win_tz

from networkscope import dates
from networkscope.errors import ParameterError
from networkscope.importers.calendar_rules import (
    EPOCH,
    FIRST_YEAR,
    LAST_YEAR,
    UnreadableError,
    Wall,
    expand,
    parse_rule,
    wall,
)


class Defined(dt.tzinfo):
    """A zone that only the file knows, from the STANDARD and DAYLIGHT parts of its definition.

    As with any zone of Python, a time that occurs twice is the first one, and one that is skipped counts from before
    the gap. UnreadableError where no part can be read.
    """

    def __init__(self, observances: Iterable[Mapping[str, str]], until: int) -> None:
        found: list[tuple[int, int, int]] = []
        for part in observances:
            try:
                before, after = _offset(part["TZOFFSETFROM"]), _offset(part["TZOFFSETTO"])
                # Outlook begins every zone in 1601.
                begin = wall(max(part["DTSTART"][:4], str(FIRST_YEAR)) + part["DTSTART"][4:]).seconds
                rule = parse_rule(part["RRULE"]) if "RRULE" in part else None
            except (KeyError, UnreadableError):
                continue
            onsets = expand(rule, begin, until) if rule else np.array([begin])
            found += [(onset, before, after) for onset in onsets[-(LAST_YEAR - FIRST_YEAR) :].tolist()]
        if not found:
            raise UnreadableError
        self._ahead = [after for _, _, after in sorted(found)]
        self._on_the_wall = [onset + max(after - before, 0) for onset, before, after in sorted(found)]
        self._in_utc = [onset - before for onset, before, _ in sorted(found)]

    def utcoffset(self, at: dt.datetime | None) -> dt.timedelta:
        return self._since(self._on_the_wall, at)

    def fromutc(self, at: dt.datetime) -> dt.datetime:
        return at + self._since(self._in_utc, at)

    def dst(self, at: dt.datetime | None) -> None:  # noqa: ARG002
        return None

    tzname = dst

    def _since(self, onsets: list[int], at: dt.datetime | None) -> dt.timedelta:
        seconds = at.replace(tzinfo=dt.UTC).timestamp() if at else 0
        return dt.timedelta(seconds=self._ahead[max(bisect_right(onsets, seconds) - 1, 0)])


@lru_cache(maxsize=1024)
def iana(name: str) -> dt.tzinfo | None:
    """The zone that a calendar calls so: by its IANA name, with or without a prefix, or as Windows names it.

    >>> str(iana("Romance Standard Time")), str(iana("/example.org/20050126/Europe/Berlin"))
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


def _offset(text: str) -> int:
    found = re.fullmatch(r"([+-])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?", text.strip())
    if not found:
        raise UnreadableError
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return (hours * 3600 + minutes * 60 + seconds) * (-1 if found[1] == "-" else 1)


def in_utc(seconds: Iterable[int], zone: dt.tzinfo) -> list[int]:
    """The instants at which the clock of the zone shows these times."""
    walls = (EPOCH + dt.timedelta(seconds=second) for second in seconds)
    return [int(shown.replace(tzinfo=zone).timestamp()) for shown in walls]


@dataclass(frozen=True)
class Clock:
    """All clocks of one file: the owner's own, for times without a zone, and those that the file names.

    `definitions` holds, by the name of each zone that the file defines, its observances; `unknown` the names of
    zones that could not be found, for which the owner's was taken.
    """

    own: dt.tzinfo
    definitions: Mapping[str, list[dict[str, str]]]
    until: int
    known: dict[str, dt.tzinfo] = field(default_factory=lambda: {"UTC": dt.UTC})
    unknown: set[str] = field(default_factory=set)

    def zone(self, name: str) -> dt.tzinfo:
        if name not in self.known:
            self.known[name] = self._find(name) if name else self.own
        return self.known[name]

    def _find(self, name: str) -> dt.tzinfo:
        parts = self.definitions.get(name, [])
        named = [name, *(part["X-LIC-LOCATION"] for part in parts if "X-LIC-LOCATION" in part)]
        found = next(filter(None, map(iana, named)), None)
        try:
            return found or Defined(parts, self.until)
        except UnreadableError:
            self.unknown.add(name)
            return self.own

    def utc(self, at: Wall) -> int:
        """The instant, in UTC seconds."""
        return in_utc([at.seconds], self.zone(at.zone))[0]

    def on(self, at: Wall, name: str) -> int:
        """What does the clock of the named zone show at that time? A day is the same day on all of them."""
        if at.all_day or at.zone == name:
            return at.seconds
        shown = (EPOCH + dt.timedelta(seconds=self.utc(at))).astimezone(self.zone(name))
        return int(shown.replace(tzinfo=dt.UTC).timestamp())
