"""Who did the owner meet, and when, as far as a calendar knows? (iCalendar)

An event is a touch with everybody who was in it, unless the owner declined it, it was cancelled, or nobody else was
in it. A repeated one counts each time it took place. Names in titles are not guessed at.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from networkscope import dates, schema
from networkscope.importers import contentlines
from networkscope.importers.base import Parsed, Reader, SourceFile, digest, on_nearly_all, owner_unclear, rows
from networkscope.importers.calendar_events import Event, Guest, events_in, times_in
from networkscope.importers.message_acts import read_acts
from networkscope.importers.purposes import UNKNOWN, suggest_purpose
from networkscope.importers.recurrence import Time, Zones, expand, wall
from networkscope.settings import Settings

OLD = "the file holds a newer version of the event"
UNDATED = "the date of the event cannot be read, or lies before 1900 or after 2199"
CANCELLED = "the event was cancelled"
DECLINED = "the owner declined the event"
ALONE = "nobody else is in the event"
FUTURE = "the event is later than this report"
DAY_SECONDS = 86_400
AHEAD_SECONDS = dates.AHEAD_DAYS * DAY_SECONDS
REPLACED = "every time of the event was cancelled or moved"
UNREAD = "rules of repetition cannot be read, or repeat within a day: they were left out"
CUT = "events are repeated so often that only the latest times, or the first, were taken"

MAX_OCCURRENCES = 5_000  # of one event: the latest
MAX_REPEATED_ROWS = 300_000  # of one file
MAX_RULES = 3  # of one event; nowadays only one is allowed


def recognises(file: SourceFile) -> bool:
    """Does the file start with a calendar?"""
    return contentlines.begins(file.head, "VCALENDAR")


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Who did the owner meet, and when?

    Rows: one per person and time that an event took place before `settings.horizon`; without one, up to the latest
    date at which an event of the file starts. `suggested` says that the purpose was read off the title.

    Raises
    ------
    LoadError
        The file does not show which of the guests is the owner; the candidates are named.
    """
    parsed, notes = Parsed(), dict[str, None]()
    parts = []
    for part in file.parts or (file,):
        text, encoding = contentlines.unfolded(part.read(), "VEVENT")
        events, undated, zones = events_in(text, dates.zone(settings.timezone))
        parsed.rows_read += len(events) + undated
        parsed.rejected += Counter({UNDATED: undated})
        parts.append((part.label, _newest(events, zones, parsed.rejected), zones))
        notes |= dict.fromkeys(contentlines.encoding_notes(text, encoding))
    every = [event for _, events, _ in parts for event in events]
    owner = _owner(every, settings, file.label)
    parsed.owner = tuple(sorted(owner & {guest.key for event in every for guest in event.guests}))
    starts = (zones.instant(event.start) for _, events, zones in parts for event in events)
    until = int(settings.horizon.timestamp()) if settings.horizon else 1 + max(starts, default=0)
    met: list[_Met] = []
    ahead: list[_Met] = []
    problems: Counter[str] = Counter()
    room = MAX_REPEATED_ROWS
    for label, events, zones in parts:
        series = _Series(events, zones, until + AHEAD_SECONDS if settings.horizon else until, room)
        for event in events:
            reason, people = _people(event, owner)
            planned = [] if reason else series.times(event, len(people))
            times = [pair for pair in planned if pair[1] < until]
            coming = [pair for pair in planned if pair[1] >= until - DAY_SECONDS]
            if event.known_at is not None and coming:
                ahead.append((event, people, coming, f"{label}:{event.line}"))
            if not reason and not times:
                reason = FUTURE if zones.instant(event.start) >= until else REPLACED
            if reason:
                parsed.rejected[reason] += 1
            else:
                met.append((event, people, times, f"{label}:{event.line}"))
        room = series.room
        problems += series.problems
    _frames(settings, met, parsed)
    if settings.horizon is not None:
        _appointments(ahead, parsed)
    parsed.notes += [f"{count} {what}" for what, count in problems.items() if count]
    if met and not parsed.owner:
        parsed.notes.append("none of the owner's emails in book.toml is in an event: is one missing?")
    if unknown := {zone for *_, zones in parts for zone in zones.unknown}:
        parsed.notes.append(f"{len(unknown)} time zones are unknown; the owner's was taken instead")
    parsed.notes += notes
    return parsed


READERS = (Reader("calendar", recognises, read, repeats=True),)


def _newest(events: list[Event], zones: Zones, rejected: Counter[str]) -> list[Event]:
    """The last version of each event, or of each time in a series that differs from the others."""
    names = [(event.uid, zones.instant(event.slot) if event.slot else None) for event in events]
    newest: dict[tuple[str, int | None], tuple[int, bool]] = {}
    for name, event in zip(names, events, strict=True):
        newest[name] = max(newest.get(name, event.version), event.version)
    kept = [e for name, e in zip(names, events, strict=True) if not e.uid or e.version == newest[name]]
    rejected.update([OLD] * (len(events) - len(kept)))
    return kept


def _owner(events: list[Event], settings: Settings, label: str) -> frozenset[str]:
    """The addresses of the owner: as book.toml says, else the one that is on nearly every list."""
    if settings.owner_emails:
        return frozenset(settings.owner_emails)
    best, candidates = on_nearly_all(
        [guest.key for guest in event.guests if guest.email and guest.is_person] for event in events
    )
    if candidates and not best:
        raise owner_unclear(label, "guests", candidates)
    return frozenset(filter(None, (best,)))


def _people(event: Event, owner: frozenset[str]) -> tuple[str, list[Guest]]:
    """Why the event is no touch, or else who the owner met there."""
    if event.version[1]:
        return CANCELLED, []
    if any(guest.key in owner and not guest.was_there for guest in event.guests):
        return DECLINED, []
    people = [one for one in event.guests if one.is_person and one.was_there and one.key not in owner]
    return "" if people else ALONE, people


_Met = tuple[Event, list[Guest], list[tuple[int, int]], str]


class _Series:
    """When the repeated events of one file took place, as far as it is worth the time to find out."""

    def __init__(self, events: list[Event], zones: Zones, until: int, room: int = MAX_REPEATED_ROWS) -> None:
        self.zones, self.until, self.room = zones, until, room
        self.problems: Counter[str] = Counter()
        self.series: dict[str, Event] = {}
        self.changes: dict[str, list[Event]] = defaultdict(list)
        self.onward: dict[str, list[Event]] = defaultdict(list)
        self.slots: dict[int, tuple[list[dt.datetime], list[dt.datetime]]] = {}
        self.moved: dict[tuple[str, dt.tzinfo, bool], _Removed] = {}
        for event in events:
            if event.slot and event.uid:
                self.changes[event.uid].append(event)
                if event.is_onward:
                    self.onward[event.uid].append(event)
            elif event.is_repeated:
                self.series.setdefault(event.uid, event)

    def times(self, event: Event, people: int) -> list[tuple[int, int]]:
        """Each instant of an event before `until`, behind the one that its series had planned; at most the latest."""
        found = [(self.zones.instant(event.slot or event.start), self.zones.instant(event.start))]
        series = event if event.is_repeated else self.series.get(event.uid) if event.is_onward else None
        if series:
            zone = self.zones.of(series.start)
            slots, changes = self._slots(series, zone)
            first, shift, start, after = None, dt.timedelta(), 0, 0
            if event.slot:
                first = wall(event.slot, zone)
                shift = wall(event.start, zone) - first
                start, after = bisect_right(slots, first), bisect_right(changes, first)
            end = bisect_left(slots, changes[after]) if after < len(changes) else len(slots)
            slots = [first, *slots[start:end]] if first else slots[:end]
            most = max(min(MAX_OCCURRENCES, self.room // people), 1)
            self.problems[CUT] += len(slots) > most or self.room <= 0
            self.room -= len(slots) * people
            instants = (
                (slot.replace(tzinfo=zone), (slot + shift).replace(tzinfo=zone)) for slot in slots[-most:]
            )
            found = [(int(slot.timestamp()), int(at.timestamp())) for slot, at in instants]
        return [(slot, at) for slot, at in found if at < self.until]

    def _slots(self, series: Event, zone: dt.tzinfo) -> tuple[list[dt.datetime], list[dt.datetime]]:
        """The times that a series has planned, on its clock; and from which of them on a change holds."""
        if series.line in self.slots:
            return self.slots[series.line]
        all_day, content = not isinstance(series.start, dt.datetime), series.content
        onward = self.onward[series.uid] if self.series.get(series.uid) is series else []
        changes = [(wall(event.slot, zone), wall(event.start, zone)) for event in onward if event.slot]
        last = wall(dt.datetime.fromtimestamp(self.until, dt.UTC), zone)
        last += max((slot - start for slot, start in changes if slot > start), default=dt.timedelta())
        added, unread = times_in(content, "RDATE", self.zones)
        start = wall(series.start, zone)
        planned, removed = {start, *(wall(at, zone) for at in added)}, set[dt.datetime]()
        for name, side in (("RRULE", planned), ("EXRULE", removed)):
            rules = content.get(name, [])
            unread += len(rules[MAX_RULES:])
            for _, rule in rules[:MAX_RULES] if self.room > 0 else ():
                try:
                    side.update(expand(rule, start, last, zone))
                except ValueError:
                    unread += 1
                except OverflowError:  # to find that out has taken long
                    unread += 1
                    self.room -= MAX_REPEATED_ROWS // 4
        self.problems[UNREAD] += unread
        key = series.uid, zone, all_day
        if key not in self.moved:
            slots = [event.slot for event in self.changes[series.uid] if event.slot]
            self.moved[key] = _removed(slots, zone, all_day)
        exceptions = _removed(times_in(content, "EXDATE", self.zones)[0], zone, all_day)
        for walls, days in (self.moved[key], exceptions):
            removed.update(at for at in planned if at in walls or at.date() in days)
        found = sorted(at for at in planned - removed if at <= last), sorted(slot for slot, _ in changes)
        self.room -= len(planned) + len(removed) - len(found[0])  # what was worked out for nothing
        if onward:
            self.slots[series.line] = found
            self.room -= len(found[0])
        return found


_Removed = tuple[set[dt.datetime], set[dt.date]]


def _removed(times: Iterable[Time], zone: dt.tzinfo, all_day: bool) -> _Removed:
    """The times on the clock of the zone, and the days, at which an event does not take place."""
    walls = {wall(at, zone) for at in times if isinstance(at, dt.datetime)}
    days = {at for at in times if not isinstance(at, dt.datetime)}
    return walls, days | {at.date() for at in walls if all_day}


def _columns(met: list[_Met], persons: list[list[int]], **facts: Any) -> dict[str, Any]:
    """One row per time and guest; `persons` has the numbers of the guests of each event, `facts` more columns."""
    facts["channel"] = [event.channel(len(guests) + 1) for event, guests, *_ in met]
    facts["group_size"] = [len(guests) + 1 for _, guests, *_ in met]
    facts["subject"] = [event.subject for event, *_ in met]
    facts["source_ref"] = [source_ref for *_, source_ref in met]
    found = []
    for row, (event, _, times, _) in enumerate(met):
        for slot, at in times:  # a time that was moved keeps the id of the one that it had
            event_id = digest("event", event.uid or event.subject, str(slot))
            found += [(row, event_id, at, person) for person in persons[row]]
    frame = pd.DataFrame(found, columns=["row", "event_id", "occurred_at", "person"])
    columns = {name: [values[row] for row in frame["row"]] for name, values in facts.items()}
    occurred_at = frame["occurred_at"].to_numpy("datetime64[s]")
    return {**columns, "event_id": frame["event_id"], "person": frame["person"], "occurred_at": occurred_at}


def _frames(settings: Settings, met: list[_Met], parsed: Parsed) -> None:
    """Put people and interactions into `parsed`."""
    people: dict[str, tuple[int, str, str]] = {}
    names: Counter[tuple[str, str]] = Counter()
    persons, purposes = [], []
    for event, guests, _, ref in met:
        purposes.append(suggest_purpose(event.subject, "mutual") if settings.suggest_purposes else UNKNOWN)
        names.update((guest.key, guest.name) for guest in guests if guest.name)
        persons.append([people.setdefault(one.key, (len(people), one.email, ref))[0] for one in guests])
    threads, noted = [event.uid for event, *_ in met], [event.noted(parsed.owner) for event, *_ in met]
    columns = _columns(met, persons, purpose=purposes, thread_id=threads, noted=noted)
    texts = columns.pop("noted")
    parsed.interactions = rows("interactions", len(texts), {**columns, "direction": "mutual"})
    suggested = [purpose != UNKNOWN for purpose in columns["purpose"]]
    parsed.interactions["suggested"] = pd.array(suggested, dtype=schema.FLAG)
    # Everybody gets the name that is on most lists.
    best = {key: name for (key, name), _ in sorted(names.items(), key=lambda item: (item[1], item[0][1]))}
    _, emails, source_refs = map(list, zip(*people.values(), strict=True)) if people else ([], [], [])
    listed = {"name": [best.get(key, "") for key in people], "emails": emails, "listed": False}
    parsed.people = rows("people", len(people), {**listed, "source_ref": source_refs})
    read_acts(parsed, pa.array(texts, pa.large_string()), settings, notes=True)


def _appointments(ahead: list[_Met], parsed: Parsed) -> None:
    """Put what lies ahead into `parsed`, with those of its people who are in the calendar's past or are named here."""
    people = rows("people", 0, {}) if parsed.people is None else parsed.people
    place = {key: at for at, key in enumerate(people["emails"].fillna(people["name"]))}
    new: list[Guest] = []
    for one in (guest for _, guests, *_ in ahead for guest in guests):
        if place.setdefault(one.email or one.name, len(people) + len(new)) == len(people) + len(new):
            new.append(one)
    persons = [[place[one.email or one.name] for one in guests] for _, guests, *_ in ahead]
    known_at = np.array([event.known_at for event, *_ in ahead], dtype="datetime64[s]")
    columns = _columns(ahead, persons, known_at=known_at)
    parsed.tables["appointments"] = rows("appointments", len(columns["person"]), columns)
    if new:
        names, emails = [one.name for one in new], [one.email for one in new]
        more = rows("people", len(new), {"name": names, "emails": emails, "listed": False})
        parsed.people = pd.concat([people, more], ignore_index=True)
