"""What does a time on this clock mean in UTC? Zones by their IANA or Windows name, or as the file defines them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from tzlocal.windows_tz import win_tz

from networkscope import periods
from networkscope.errors import ParameterError
from networkscope.sources.calendar_rules import (
    FIRST_YEAR,
    LAST_YEAR,
    Numbers,
    UnreadableError,
    Wall,
    expand,
    parse_rule,
    wall,
)


@dataclass(frozen=True)
class Shifts:
    """A zone as a calendar file defines it: from which wall time on its clock is how far ahead of UTC."""

    onsets: Numbers
    ahead: Numbers


Zone = ZoneInfo | Shifts


@lru_cache(maxsize=1024)
def iana(name: str) -> ZoneInfo | None:
    """The zone that a calendar calls so: by its IANA name, with or without a prefix, or as Windows names it.

    >>> iana("Romance Standard Time").key, iana("/example.org/20050126/Europe/Berlin").key
    ('Europe/Paris', 'Europe/Berlin')
    """
    name = name.strip().strip('"')
    parts = name.strip("/").split("/")
    for candidate in (name, win_tz.get(name, ""), "/".join(parts[-2:]), "/".join(parts[-3:])):
        try:
            return periods.zone(candidate)
        except ParameterError:
            continue
    return None


def shifts(observances: Iterable[Mapping[str, str]], until: int) -> Shifts:
    """A zone that has no name, from the STANDARD and DAYLIGHT parts of its definition."""
    found = []
    for part in observances:
        try:
            before, after = _offset(part["TZOFFSETFROM"]), _offset(part["TZOFFSETTO"])
            # Outlook begins every zone in 1601.
            begin = wall(max(part["DTSTART"][:4], str(FIRST_YEAR)) + part["DTSTART"][4:]).seconds
            rule = parse_rule(part["RRULE"]) if "RRULE" in part else None
        except (KeyError, UnreadableError):
            continue
        # A time within the gap still counts as before it.
        onsets = (expand(rule, begin, until) if rule else np.array([begin])) + max(after - before, 0)
        found += [(onset, after) for onset in onsets[-(LAST_YEAR - FIRST_YEAR) :].tolist()]
    if not found:
        raise UnreadableError
    onsets, ahead = np.array(sorted(found), dtype=np.int64).T
    return Shifts(onsets, ahead)


def _offset(text: str) -> int:
    found = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", text.strip())
    if not found:
        raise UnreadableError
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return (hours * 3600 + minutes * 60 + seconds) * (-1 if found[1] == "-" else 1)


def to_utc(walls: Numbers, zone: ZoneInfo | Shifts) -> Numbers:
    """UTC seconds. A time that occurs twice is the first one; one that is skipped counts from before the gap."""
    if isinstance(zone, Shifts):
        at = np.searchsorted(zone.onsets, walls, side="right") - 1
        return walls - zone.ahead[np.maximum(at, 0)]
    index = pd.DatetimeIndex(walls.astype("datetime64[s]"))
    known = index.tz_localize(zone, ambiguous=np.ones(len(index), dtype=bool), nonexistent="NaT")
    utc = known.as_unit("s").asi8.copy()
    for row in np.flatnonzero(known.isna()):
        utc[row] = int(index[row].to_pydatetime().replace(tzinfo=zone).timestamp())
    return utc


@dataclass(frozen=True)
class Clock:
    """All clocks of one file: the owner's own, for times without a zone, and those that the file names.

    `definitions` holds, by the name of each zone that the file defines, its observances; `unknown` the names of
    zones that could not be found, for which the owner's was taken.
    """

    own: ZoneInfo
    definitions: Mapping[str, list[dict[str, str]]]
    until: int
    known: dict[str, Zone] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def zone(self, name: str) -> Zone:
        if name not in self.known:
            self.known[name] = self._find(name) if name else self.own
        return self.known[name]

    def _find(self, name: str) -> Zone:
        parts = self.definitions.get(name, [])
        named = [name, *(part["X-LIC-LOCATION"] for part in parts if "X-LIC-LOCATION" in part)]
        found = next(filter(None, map(iana, named)), None)
        try:
            return found or shifts(parts, self.until)
        except UnreadableError:
            self.unknown.add(name)
            return self.own

    def utc(self, at: Wall) -> int:
        """The instant, in UTC seconds."""
        if at.zone == "UTC":
            return at.seconds
        zone = self.zone(at.zone)
        if isinstance(zone, ZoneInfo):
            return int(dt.datetime.fromtimestamp(at.seconds, dt.UTC).replace(tzinfo=zone).timestamp())
        return int(to_utc(np.array([at.seconds]), zone)[0])

    def on(self, at: Wall, name: str) -> int:
        """What does the clock of the named zone show at that time? A day is the same day on all of them."""
        if at.all_day or at.zone == name:
            return at.seconds
        utc, zone = self.utc(at), self.zone(name)
        if isinstance(zone, Shifts):
            at_utc = int(np.searchsorted(zone.onsets - zone.ahead, utc, side="right")) - 1
            return utc + int(zone.ahead[max(at_utc, 0)])
        return int(dt.datetime.fromtimestamp(utc, zone).replace(tzinfo=dt.UTC).timestamp())
