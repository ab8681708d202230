"""What does an iCalendar file say of each event: when, with whom, over which channel?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from networkscope import keys
from networkscope.importers import contentlines
from networkscope.importers.contentlines import Component
from networkscope.importers.mail_headers import is_robot
from networkscope.importers.recurrence import Observance, Time, Zones, parse_time

LARGE_GROUP = 12
THINGS = ("ROOM", "RESOURCE", "GROUP")
AWAY = ("DECLINED", "DELEGATED")

_VIDEO_ONLY = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_PLACES = ("LOCATION", "URL", *_VIDEO_ONLY)
_OBSERVANCE = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE")
_VIDEO_LINK = re.compile(
    r"://[^/\s]*(?:zoom\.us|teams\.(?:microsoft|live)\.com|meet\.google\.com|webex\.com|whereby\.com|meet\.jit\.si"
    r"|gotomeeting\.com|bluejeans\.com|chime\.aws|skype\.com)",
    re.IGNORECASE,
)
_LINES = contentlines.line_pattern(
    "BEGIN END METHOD UID SUMMARY STATUS CREATED DTSTAMP SEQUENCE ATTENDEE ORGANIZER DTSTART RRULE EXRULE RDATE EXDATE "
    f"RECURRENCE-ID TZID TZOFFSETFROM TZOFFSETTO X-LIC-LOCATION DESCRIPTION {' '.join(_PLACES)}"
)
_VIDEO_PLACE = re.compile(r"\b(?:zoom|teams|meet|hangouts?|webex|skype|video\w*)\b", re.IGNORECASE)
_CALL = re.compile(r"\b(?:call|phone|telephone|telefon\w*|anruf)\b", re.IGNORECASE)
# What Outlook puts before the title of a meeting that its organizer cancelled, and what people write themselves.
_CANCELLED_WORDS = (
    "cancell?ed|abgesagt(?:er termin)?|annul[ée]e?|(?:suspendi|desconvoca)d[oa]|cancelad[oa]"
    "|annullat[oa]|geannuleerd|inställ[td]|avlyst|aflyst|peruutettu|odwołan[aeoy]|zrušen[oaý]|törölve|anulat[ăa]?"
    "|otkazano|iptal edildi|ακυρώθηκε|отмен(?:ено|ена|[её]н)|скасовано|キャンセル(?:済み)?|已取消|취소됨"
    "|ملغ[ىاي]ة?|מבוטלת?|בוטלה?"
)
_CANCELLED = re.compile(
    rf"^(?:(?:re|fwd?|aw|wg):\s*)*(?:{_CANCELLED_WORDS})(?:\s(?:event|meeting))?\s*(?::|\s[-–]\s)"
    rf"|^[\[(](?:{_CANCELLED_WORDS})[\])]|[\[(](?:{_CANCELLED_WORDS})[\])]$",
    re.IGNORECASE,
)
_ROBOT = re.compile(r"[@.]calendar\.google\.com$")


@dataclass(frozen=True)
class Guest:
    """Somebody or something on the list of an event."""

    key: str
    email: str
    name: str
    is_person: bool
    was_there: bool


@dataclass(frozen=True)
class Event:
    """One VEVENT; `slot` is the time that it would have in the series which it belongs to.

    A `version` is higher the newer it is, and where it is the one that cancels.
    """

    line: int
    uid: str
    subject: str
    start: Time
    slot: Time | None
    version: tuple[int, bool]
    guests: tuple[Guest, ...]
    content: Component

    @property
    def is_repeated(self) -> bool:
        return self.slot is None and ("RRULE" in self.content or "RDATE" in self.content)

    @property
    def is_onward(self) -> bool:
        """Does it change all later times of its series too?"""
        return any("THISANDFUTURE" in params.upper() for params, _ in self.content.get("RECURRENCE-ID", ()))

    @property
    def known_at(self) -> int | None:
        """The second in which the event was in the calendar: as it was created, else as it was written down."""
        for name in ("CREATED", "DTSTAMP"):
            try:
                at = parse_time(self.content.text(name), dt.UTC)
            except ValueError:
                continue
            if isinstance(at, dt.datetime):
                return int(at.timestamp())
        return None

    def noted(self, owner: tuple[str, ...]) -> str:
        """What the owner noted of it; nothing in a series, or where somebody else invited."""
        by_others = [
            value for _, value in self.content.get("ORGANIZER", ()) if not value.lower().endswith(owner)
        ]
        if self.is_repeated or self.slot or by_others:
            return ""
        return f"{self.subject}.\n{contentlines.readable(self.content.text('DESCRIPTION'))}"

    def channel(self, group_size: int) -> str:
        """How people met there: a link or a place to meet on a screen says more than the title."""
        values = [value for name in (*_PLACES, "DESCRIPTION") for _, value in self.content.get(name, ())]
        place = self.content.text("LOCATION")
        by_phone = self.content.text("CONFERENCE").lower().startswith("tel:")
        has_link = any(map(_VIDEO_LINK.search, values))
        if has_link or _VIDEO_PLACE.search(place):
            return "video"
        if by_phone or _CALL.search(place) or _CALL.search(self.subject):
            return "call"
        if not self.content.keys().isdisjoint(_VIDEO_ONLY):
            return "video"
        return "event" if group_size > LARGE_GROUP else "meeting"


def events_in(text: str, own: dt.tzinfo) -> tuple[list[Event], int, Zones]:
    """Every event of an unfolded file, how many have no date that can be, and the clocks of the file."""
    parts = list(contentlines.components(_LINES, text))
    definitions: dict[str, tuple[list[str], list[Observance]]] = {}
    for part in parts:
        if part.name in ("STANDARD", "DAYLIGHT") and part.parent is not None:
            names, observances = definitions.setdefault(_zone_name(part.parent.text("TZID")), ([], []))
            names.append(part.parent.text("X-LIC-LOCATION"))
            start, before, after, rule = map(part.text, _OBSERVANCE)
            observances.append((start, before, after, rule))
    zones = Zones(own, definitions)
    found = [_event(part, zones) for part in sorted(parts, key=lambda part: part.line) if part.line]
    return [event for event in found if event], found.count(None), zones


def times_in(content: Component, name: str, zones: Zones) -> tuple[list[Time], int]:
    """The times in all lists of this name, and how many entries cannot be read."""
    found, lost = [], 0
    for params, value in content.get(name, ()):
        # Microsoft writes TZID=tzone://Microsoft/Utc without the quotation marks that a colon needs.
        rest, colon, value = value.rpartition(":")
        zone_name = _zone_name(contentlines.parameters(params + colon + rest).get("TZID", ""))
        for text in value.split(","):
            zone = zones.own if text[-1:] in "zZ" else zones.find(zone_name)
            try:
                found.append(parse_time(text.partition("/")[0], zone))
            except ValueError:
                lost += 1
    return found, lost


def _zone_name(text: str) -> str:
    """A zone's name, whether or not the parameter, or the definition, has the escapes of a text."""
    return contentlines.unescaped(text).strip().strip('"')


def _event(content: Component, zones: Zones) -> Event | None:
    start, slot = times_in(content, "DTSTART", zones)[0], times_in(content, "RECURRENCE-ID", zones)[0]
    if not start or ("RECURRENCE-ID" in content and not slot):
        return None
    sequence, subject = content.text("SEQUENCE"), contentlines.readable(content.text("SUMMARY"))
    calendar = content.parent if content.parent is not None else content
    is_cancelled = (
        "CANCEL" in calendar.text("METHOD").upper()
        or content.text("STATUS").upper() == "CANCELLED"
        or _CANCELLED.search(subject) is not None
    )
    return Event(
        line=content.line,
        uid=content.text("UID"),
        subject=subject,
        start=start[0],
        slot=slot[0] if slot else None,
        version=(int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0, is_cancelled),
        guests=_guests(content),
        content=content,
    )


def _guests(content: Component) -> tuple[Guest, ...]:
    """Everybody on the list, once; the answer is taken from the guest's line, not from the organizer's."""
    found: dict[str, Guest] = {}
    for pair in (*content.get("ATTENDEE", ()), *content.get("ORGANIZER", ())[:1]):
        guest = _guest(*pair)
        found.setdefault(guest.key, guest)
    found.pop("", None)
    return tuple(found.values())


@lru_cache(maxsize=65_536)  # the same people meet again and again
def _guest(params: str, value: str) -> Guest:
    options = contentlines.parameters(params)
    email = contentlines.address(options.get("EMAIL", value))
    name = contentlines.readable(options.get("CN", ""))
    name = "" if "@" in name else name
    is_thing = options.get("CUTYPE", "").upper() in THINGS or _ROBOT.search(email) or is_robot(email)
    away = options.get("PARTSTAT", "").upper() in AWAY or options.get("ROLE", "").upper() == "NON-PARTICIPANT"
    return Guest(email or keys.name_key(name), email, name, is_person=not is_thing, was_there=not away)
