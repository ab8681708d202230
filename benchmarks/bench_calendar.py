"""A calendar of 20,000 events, against icalendar with recurring_ical_events: the same instants with the same people."""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
from pathlib import Path

from benchmarks import compare
from networkscope.importers import calendar
from networkscope.importers.base import Parsed, SourceFile
from networkscope.settings import Settings

try:
    import icalendar
    import recurring_ical_events
except ImportError:
    icalendar = None

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
ZONES = ("Europe/Vienna", "America/New_York", "Asia/Kolkata")
RULES = (
    "FREQ=WEEKLY;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=20240901T000000Z",
    "FREQ=MONTHLY;BYDAY=2TU;COUNT=12",
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=9",
    "FREQ=DAILY;COUNT=20",
)
FIRST, HORIZON = dt.datetime(2022, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def event(rng: random.Random, number: int) -> list[str]:
    """One of many kinds; every twentieth is repeated, with an exception and a time that was moved."""
    zone = rng.choice(ZONES)
    begin = dt.datetime(2022, 1, 3, 9) + dt.timedelta(days=rng.randrange(900), minutes=15 * rng.randrange(32))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{number}@calendar.example",
        "DTSTAMP:20220101T000000Z",
        f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{begin + dt.timedelta(hours=1):%Y%m%dT%H%M%S}",
        f"SUMMARY:Meeting about topic {number % 500}\\, continued",
        "DESCRIPTION:" + "words of an agenda that nobody keeps \\n" * 6,
        "LOCATION:Room 5",
        "STATUS:CONFIRMED",
        "ORGANIZER;CN=Owner:mailto:owner@x.example",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Owner:mailto:owner@x.example",
    ]
    for _ in range(rng.randrange(1, 5)):
        who = rng.randrange(800)
        lines.append(f'ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;CN="Lee, P{who}":mailto:p{who}@x.example')
    if number % 20:
        return [*lines, "END:VEVENT"]
    rule = RULES[number // 20 % len(RULES)]
    if rule == RULES[2]:  # the first time must be one of the rule's, else every program does as it likes
        begin = begin.replace(day=14) - dt.timedelta(days=(begin.replace(day=14).weekday() - 1) % 7)
        lines[3] = f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}"
    elif rule == RULES[3]:
        begin = (begin.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        lines[3] = f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}"
    lines[4] = "DURATION:PT1H"
    out, slot = begin + dt.timedelta(days=14), begin + dt.timedelta(days=7)
    if not rule.startswith("FREQ=MONTHLY"):
        lines.append(f"EXDATE;TZID={zone}:{out:%Y%m%dT%H%M%S}")
    series = [*lines, f"RRULE:{rule}", "END:VEVENT"]
    if not rule.startswith(("FREQ=WEEKLY;COUNT", "FREQ=DAILY")):
        return series
    moved = [line for line in lines if not line.startswith("EXDATE")]
    moved[3] = f"DTSTART;TZID={zone}:{slot + dt.timedelta(hours=3):%Y%m%dT%H%M%S}"
    return [*series, *moved, f"RECURRENCE-ID;TZID={zone}:{slot:%Y%m%dT%H%M%S}", "END:VEVENT"]


def folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


def write_calendar(path: Path) -> None:
    rng = random.Random(1)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN"]
    for number in range(EVENTS):
        lines += event(rng, number)
    path.write_text("\r\n".join([*map(folded, lines), "END:VCALENDAR", ""]), encoding="utf-8", newline="")


def ours(path: Path) -> Parsed:
    settings = Settings(owner_emails=("owner@x.example",), horizon=HORIZON)
    return calendar.read(SourceFile(path, path.name, path.stat().st_size), settings)


def rows(parsed: Parsed) -> set[tuple[str, dt.datetime, str]]:
    assert parsed.interactions is not None
    assert parsed.people is not None
    emails = parsed.people["emails"].to_numpy()[parsed.interactions["person"].to_numpy()]
    found = parsed.interactions
    return set(zip(found["thread_id"], found["occurred_at"].dt.to_pydatetime(), emails, strict=True))


def theirs(path: Path) -> set[tuple[str, dt.datetime, str]]:
    parsed = icalendar.Calendar.from_ical(path.read_bytes())
    found = set()
    for one in recurring_ical_events.of(parsed).between(FIRST, HORIZON):
        guests = one.get("ATTENDEE", [])
        for guest in guests if isinstance(guests, list) else [guests]:
            email = str(guest).removeprefix("mailto:")
            if email != "owner@x.example":
                found.add((str(one["UID"]), one["DTSTART"].dt.astimezone(dt.UTC), email))
    return found


def parsed_only(path: Path) -> None:
    for one in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
        _ = one["DTSTART"].dt, str(one["SUMMARY"]), one["ATTENDEE"]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "calendar.ics")
        write_calendar(path)
        peers = {}
        if icalendar is None:
            print("icalendar and recurring_ical_events are not installed: skipped")
        else:
            mine, others = rows(ours(path)), theirs(path)
            assert mine == others, f"the two do not read the same: {len(mine - others)}, {len(others - mine)}"
            peers["icalendar, no recurrence"] = lambda: parsed_only(path)
            peers["icalendar and recurring_ical_events"] = lambda: theirs(path)
        compare(
            f"read {EVENTS:,} events, {path.stat().st_size / 2**20:.0f} MB", lambda: ours(path), peers, runs=3
        )


if __name__ == "__main__":
    main()
