"""Whom did the owner meet, and when, as far as a calendar knows? (iCalendar)

An event is a touch with everybody who was in it, unless the owner declined it, it was cancelled, or nobody else was
in it. A repeated one counts each time it took place. Names in titles are not guessed at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from networkscope import periods, schema
from networkscope.errors import LoadError
from networkscope.settings import Settings
from networkscope.sources import contentlines
from networkscope.sources.base import Parsed, Reader, SourceFile, digest, on_nearly_all, rows, source_refs
from networkscope.sources.calendar_clock import Clock, to_utc
from networkscope.sources.calendar_events import Event, Guest, events_in, listed
from networkscope.sources.calendar_rules import (
    DAY,
    LAST_SECOND,
    Numbers,
    UnreadableError,
    Wall,
    expand,
    parse_rule,
)
from networkscope.sources.columns import TEXT
from networkscope.sources.suggest import UNKNOWN, suggest_purpose

OLD = "the file holds a newer version of the event"
UNDATED = "the date of the event cannot be read, or lies before 1970 or after 2199"
CANCELLED = "the event was cancelled"
DECLINED = "the owner declined the event"
ALONE = "nobody else is in the event"
FUTURE = "the event lies after the as-of date"
REPLACED = "every time of the event was cancelled or moved"

MAX_OCCURRENCES = 5_000  # of one event: the latest
MAX_REPEATED_ROWS = 300_000  # of one file
MAX_RULES = 3  # of one event; nowadays only one is allowed

_BEGIN = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*BEGIN:VCALENDAR\s", re.IGNORECASE)

Met = list[tuple[Event, list[Guest]]]


def recognises(file: SourceFile) -> bool:
    """Does the file begin with a calendar?"""
    return _BEGIN.match(file.head[:2000].replace(b"\0", b"")) is not None


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Whom did the owner meet, and when?

    Rows: one per person and time that an event took place before `settings.horizon`; without one, up to the latest
    date at which an event of the file begins. `suggested` says that the purpose was read off the title.

    Raises
    ------
    LoadError
        It cannot be told which of the guests is the owner; the candidates are named.
    """
    text, encoding = contentlines.unfolded(file.read(), "VEVENT")
    events, undated, definitions = events_in(text)
    parsed = Parsed(rows_read=len(events) + undated, rejected=+Counter({UNDATED: undated}))
    until = int(settings.horizon.timestamp()) if settings.horizon else LAST_SECOND
    clock = Clock(periods.zone(settings.timezone), definitions, until)
    if settings.horizon is None:
        until = 1 + max((clock.utc(event.start) for event in events), default=0)
    events = _newest(events, clock, parsed.rejected)
    owner = _owner(events, settings, file.label)
    parsed.owner = tuple(sorted(owner & {guest.key for event in events for guest in event.guests}))
    met: Met = []
    for event in events:
        fault, people = _people(event, owner)
        if fault:
            parsed.rejected[fault] += 1
        else:
            met.append((event, people))
    times = _times(met, events, clock, until, parsed.notes)
    _frames(file, settings, met, times, clock, until, parsed)
    if met and not parsed.owner:
        parsed.notes.append("none of the owner's emails in book.toml stands in an event: is one missing?")
    if clock.unknown:
        parsed.notes.append(f"{len(clock.unknown)} time zones are unknown; the owner's was taken instead")
    if encoding != "utf-8":
        parsed.notes.append(f"read as {encoding}")
    return parsed


READERS = (Reader("calendar", recognises, read, repeats=True),)


def _newest(events: list[Event], clock: Clock, rejected: Counter[str]) -> list[Event]:
    """The last version of each event, or of each time in a series that differs from the others."""
    names = [(event.uid, clock.utc(event.slot) if event.slot else None) for event in events]
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
        raise LoadError(
            f"{label}: the owner's address cannot be told from the guests; candidates: {', '.join(candidates)}; "
            f'write yours into book.toml under [owner]: emails = ["{candidates[0]}"]'
        )
    return frozenset(filter(None, (best,)))


def _people(event: Event, owner: frozenset[str]) -> tuple[str, list[Guest]]:
    """Whom the owner met there, or why nobody."""
    people = [
        guest for guest in event.guests if guest.is_person and guest.was_there and guest.key not in owner
    ]
    if event.version[1]:
        return CANCELLED, []
    if any(guest.key in owner and not guest.was_there for guest in event.guests):
        return DECLINED, []
    return "" if people else ALONE, people


def _times(met: Met, events: list[Event], clock: Clock, until: int, notes: list[str]) -> list[Numbers]:
    """When each event took place, on the clock of its zone, and perhaps some days beyond `until`."""
    moved: dict[str, list[Wall]] = defaultdict(list)
    for event in events:
        if event.slot and event.uid:
            moved[event.uid].append(event.slot)
    gone: dict[tuple[str, str, bool], tuple[list[int], list[int]]] = {}
    times, unread, cut, room = [], 0, 0, MAX_REPEATED_ROWS
    for event, people in met:
        found = np.array([event.start.seconds])
        if event.is_repeated:
            found, faults = _repeated(event, clock, until)
            series = (event.uid, event.start.zone, event.start.all_day)
            if series not in gone:
                gone[series] = _gone(event, moved[event.uid], clock)
            found = _without(_without(found, gone[series]), _gone(event, listed(event, "EXDATE")[0], clock))
            most = max(min(MAX_OCCURRENCES, room // len(people)), 1)
            unread, cut = unread + faults, cut + (len(found) > most)
            found = found[-most:]
            room -= len(found) * len(people)
        times.append(found)
    if unread:
        notes.append(
            f"{unread} rules of repetition cannot be read, or repeat within a day: they were left out"
        )
    if cut:
        notes.append(f"{cut} events are repeated so often that only the latest times were taken")
    return times


def _repeated(event: Event, clock: Clock, until: int) -> tuple[Numbers, int]:
    """All times of a series, and how many of its rules could not be read."""
    start, rules = event.start, event.content.get("RRULE", [])
    faults = len(rules[MAX_RULES:])
    last = clock.on(Wall(until, "UTC"), start.zone)
    found = [np.array([start.seconds])]
    for _, text in rules[:MAX_RULES]:
        try:
            rule = parse_rule(text, start.zone)
        except UnreadableError:
            faults += 1
            continue
        end = clock.on(rule.until, start.zone) + (DAY - 1) * rule.until.all_day if rule.until else last
        found.append(expand(rule, start.seconds, min(end, last)))
    more, lost = listed(event, "RDATE")
    found.append(np.array([clock.on(at, start.zone) for at in more], dtype=np.int64))
    times = np.sort(np.concatenate(found))
    times = times[np.append(True, np.diff(times) > 0)]
    return times[times <= last], faults + lost


def _gone(event: Event, walls: list[Wall], clock: Clock) -> tuple[list[int], list[int]]:
    """The days, and the times on the event's clock, at which it does not take place."""
    days = [at.seconds // DAY for at in walls if at.all_day or event.start.all_day]
    return days, [clock.on(at, event.start.zone) for at in walls if not at.all_day]


def _without(times: Numbers, gone: tuple[list[int], list[int]]) -> Numbers:
    days, exact = gone
    if not (days or exact):
        return times
    return times[~(np.isin(times // DAY, days) | np.isin(times, exact))]


def _frames(
    file: SourceFile, settings: Settings, met: Met, times: list[Numbers], clock: Clock,
    until: int, parsed: Parsed,
) -> None:  # fmt: skip
    """Put people and interactions into `parsed`, and count the events that left none."""
    zones = {zone: number for number, zone in enumerate({event.start.zone for event, _ in met})}
    counts = np.array([len(found) for found in times], dtype=np.int64)
    which = np.repeat(np.arange(len(met)), counts)
    at = np.concatenate([*times, np.zeros(0, dtype=np.int64)])
    zone_of = np.array([zones[event.start.zone] for event, _ in met], dtype=np.int64)[which]
    for zone, code in zones.items():
        at[zone_of == code] = to_utc(at[zone_of == code], clock.zone(zone))
    which, at = which[at < until], at[at < until]
    for number in np.flatnonzero(np.bincount(which, minlength=len(met)) == 0).tolist():
        later = clock.utc(met[number][0].start) >= until
        parsed.rejected[FUTURE if later else REPLACED] += 1
    size = np.array([len(people) for _, people in met], dtype=np.int64)
    numbers: dict[str, int] = {}
    guests = [guest for _, people in met for guest in people]
    flat = np.array([numbers.setdefault(guest.key, len(numbers)) for guest in guests], dtype=np.int64)
    # One row per time and guest: the guests of an event stand together in `flat`.
    occurrence = np.repeat(np.arange(len(which)), size[which])
    nth = np.arange(len(occurrence)) - np.repeat(np.cumsum(size[which]) - size[which], size[which])
    event = which[occurrence]
    guest_of = (np.cumsum(size) - size)[event] + nth
    known, first, person = np.unique(flat[guest_of], return_index=True, return_inverse=True)
    refs = source_refs(file.label, np.array([one.line for one, _ in met], dtype=np.int64))
    taken = pa.array(event)
    subjects = [one.subject for one, _ in met]
    purposes = [_purpose(subject) if settings.suggest_purposes else UNKNOWN for subject in subjects]
    channels = [one.channel(len(people) + 1) for one, people in met]
    slots = {n: clock.utc(one.slot) for n, (one, _) in enumerate(met) if one.slot}
    ids = [
        digest("event", met[n][0].uid or subjects[n], str(slots.get(n, second)))
        for n, second in zip(which.tolist(), at.tolist(), strict=True)
    ]
    happened = pd.Series(at[occurrence].astype("datetime64[s]").astype("datetime64[us]"))
    columns = {
        "event_id": pa.array(ids, TEXT).take(pa.array(occurrence)),
        "person": person,
        "occurred_at": happened.dt.tz_localize("UTC"),
        "channel": np.array(channels, dtype=object)[event],
        "direction": "mutual",
        "purpose": np.array(purposes, dtype=object)[event],
        "group_size": size[event] + 1,
        "thread_id": pa.array([one.uid for one, _ in met], TEXT).take(taken),
        "subject": pa.array(subjects, TEXT).take(taken),
        "source_ref": refs.iloc[event],
    }
    parsed.interactions = rows("interactions", len(event), columns)
    parsed.interactions["suggested"] = (parsed.interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    by_number = {number: guests[at].email for at, number in reversed([*enumerate(flat.tolist())])}
    people = {
        "name": _names([met[n][1] for n in np.unique(which)], numbers, known),
        "emails": [by_number[number] for number in known.tolist()],
        "listed": False,
        "source_ref": refs.iloc[event[first]],
    }
    parsed.people = rows("people", len(known), people)


def _names(lists: list[list[Guest]], numbers: dict[str, int], known: Numbers) -> list[str]:
    """The name under which each person stands on most lists."""
    used = Counter((numbers[guest.key], guest.name) for people in lists for guest in people if guest.name)
    best = {
        number: name for (number, name), _ in sorted(used.items(), key=lambda item: (item[1], item[0][1]))
    }
    return [best.get(number, "") for number in known.tolist()]


@lru_cache(maxsize=4096)
def _purpose(subject: str) -> str:
    return suggest_purpose(subject, "mutual")
