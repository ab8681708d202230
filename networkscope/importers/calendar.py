"""Whom did the owner meet, and when, as far as a calendar knows? (iCalendar)

An event is a touch with everybody who was in it, unless the owner declined it, it was cancelled, or nobody else was
in it. A repeated one counts each time it took place. Names in titles are not guessed at.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.importers import contentlines
from networkscope.importers.base import (
    Parsed,
    Reader,
    SourceFile,
    digest,
    on_nearly_all,
    owner_unclear,
    rows,
    source_refs,
    texts,
)
from networkscope.importers.calendar_clock import Clock, in_utc
from networkscope.importers.calendar_events import Event, Guest, events_in, listed
from networkscope.importers.calendar_rules import DAY, LAST_SECOND, UnreadableError, Wall, expand, parse_rule
from networkscope.importers.purposes import UNKNOWN, suggest_purpose
from networkscope.settings import Settings
from networkscope.texts import Ints

OLD = "the file holds a newer version of the event"
UNDATED = "the date of the event cannot be read, or lies before 1900 or after 2199"
CANCELLED = "the event was cancelled"
DECLINED = "the owner declined the event"
ALONE = "nobody else is in the event"
FUTURE = "the event lies after the as-of date"
REPLACED = "every time of the event was cancelled or moved"

MAX_OCCURRENCES = 5_000  # of one event: the latest
MAX_REPEATED_ROWS = 300_000  # of one file
MAX_RULES = 3  # of one event; nowadays only one is allowed


Met = list[tuple[Event, list[Guest]]]
Gone = tuple[list[int], list[int]]


def recognises(file: SourceFile) -> bool:
    """Does the file begin with a calendar?"""
    return contentlines.begins(file.head, "VCALENDAR")


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
    clock = Clock(dates.zone(settings.timezone), definitions, until)
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
        raise owner_unclear(label, "guests", candidates)
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


def _times(met: Met, events: list[Event], clock: Clock, until: int, notes: list[str]) -> list[Ints]:
    """When each event took place, on the clock of its zone, and perhaps some days beyond `until`."""
    moved: dict[str, list[Wall]] = defaultdict(list)
    for event in events:
        if event.slot and event.uid:
            moved[event.uid].append(event.slot)
    gone: dict[tuple[str, str, bool], Gone] = {}
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
    onward = sum(event.is_onward for event, _ in met)
    for count, what in (
        (unread, "rules of repetition cannot be read, or repeat within a day: they were left out"),
        (cut, "events are repeated so often that only the latest times were taken"),
        (onward, "changes of a time and all that follow it were taken for that time only"),
    ):
        if count:
            notes.append(f"{count} {what}")
    return times


def _repeated(event: Event, clock: Clock, until: int) -> tuple[Ints, int]:
    """All times of a series, and how many of its rules could not be read."""
    start = event.start
    last = clock.on(Wall(until, "UTC"), start.zone)
    more, faults = listed(event, "RDATE")
    found = [np.array([start.seconds, *(clock.on(at, start.zone) for at in more)], dtype=np.int64)]
    out = [found[0][:0]]
    for name, side in (("RRULE", found), ("EXRULE", out)):
        rules = event.content.get(name, [])
        faults += len(rules[MAX_RULES:])
        for _, text in rules[:MAX_RULES]:
            try:
                rule = parse_rule(text, start.zone)
            except UnreadableError:
                faults += 1
                continue
            end = clock.on(rule.until, start.zone) + (DAY - 1) * rule.until.all_day if rule.until else last
            side.append(expand(rule, start.seconds, min(end, last)))
    times = np.sort(np.concatenate(found))  # np.unique takes ten times as long
    times = times[np.append(True, np.diff(times) > 0) & (times <= last)]
    return _without(times, ([], np.concatenate(out).tolist())), faults


def _gone(event: Event, walls: list[Wall], clock: Clock) -> Gone:
    """The days, and the times on the event's clock, at which it does not take place."""
    days = [at.seconds // DAY for at in walls if at.all_day or event.start.all_day]
    return days, [clock.on(at, event.start.zone) for at in walls if not at.all_day]


def _without(times: Ints, gone: Gone) -> Ints:
    days, exact = gone
    if not (days or exact):
        return times
    return times[~(np.isin(times // DAY, days) | np.isin(times, exact))]


def _frames(
    file: SourceFile, settings: Settings, met: Met, times: list[Ints], clock: Clock,
    until: int, parsed: Parsed,
) -> None:  # fmt: skip
    """Put people and interactions into `parsed`, and count the events that left none."""
    events = [event for event, _ in met]
    at = [
        in_utc(found.tolist(), clock.zone(one.start.zone)) for one, found in zip(events, times, strict=True)
    ]
    happened = [(number, second) for number, found in enumerate(at) for second in found if second < until]
    for number in sorted({*range(len(met))}.difference(number for number, _ in happened)):
        parsed.rejected[FUTURE if clock.utc(events[number].start) >= until else REPLACED] += 1
    seen = pd.DataFrame(happened, columns=["event", "at"], dtype="int64")
    # A time that was moved keeps the name of the one that it had.
    slots = {number: clock.utc(one.slot) for number, one in enumerate(events) if one.slot}
    seen["event_id"] = [
        digest("event", events[number].uid or events[number].subject, str(slots.get(number, second)))
        for number, second in happened
    ]
    guests = pd.DataFrame(
        [(number, one.key, one.name, one.email) for number, (_, people) in enumerate(met) for one in people],
        columns=["event", "key", "name", "emails"],
    ).astype({"event": "int64"})
    subjects = [one.subject for one in events]
    purposes = (
        {one: suggest_purpose(one, "mutual") for one in set(subjects)} if settings.suggest_purposes else {}
    )
    about = pd.DataFrame({
        "channel": [one.channel(len(people) + 1) for one, people in met],
        "purpose": [purposes.get(one, UNKNOWN) for one in subjects],
        "group_size": [len(people) + 1 for _, people in met],
        "thread_id": texts([one.uid for one in events]),
        "subject": texts(subjects),
        "source_ref": source_refs(file.label, [one.line for one in events]),
    })  # fmt: skip
    touches = seen.merge(guests, on="event").join(about, on="event")  # one row per time and guest
    first = touches.drop_duplicates("key")
    columns = {name: touches[name] for name in ("event_id", *about)} | {
        "person": pd.Index(first["key"]).get_indexer(touches["key"]),
        "occurred_at": pd.to_datetime(touches["at"], unit="s", utc=True),
        "direction": "mutual",
    }
    parsed.interactions = rows("interactions", len(touches), columns)
    parsed.interactions["suggested"] = (parsed.interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    # Everybody bears the name under which he stands on most lists.
    named = guests[guests["event"].isin(seen["event"]) & (guests["name"] != "")]
    used = named.groupby(["key", "name"], as_index=False).size().sort_values(["size", "name"])
    names = dict(zip(used["key"], used["name"], strict=True))
    people = {
        "name": [names.get(key, "") for key in first["key"]],
        "emails": first["emails"].tolist(),
        "listed": False,
        "source_ref": first["source_ref"].tolist(),
    }
    parsed.people = rows("people", len(first), people)
