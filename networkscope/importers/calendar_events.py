"""What does an iCalendar file say of each event: when, with whom, over which channel?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from networkscope import keys
from networkscope.importers import contentlines
from networkscope.importers.calendar_rules import UnreadableError, Wall, wall
from networkscope.importers.mail_headers import is_robot

LARGE_GROUP = 12
THINGS = ("ROOM", "RESOURCE", "GROUP")
AWAY = ("DECLINED", "DELEGATED")

_VIDEO_ONLY = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_PLACES = ("LOCATION", "URL", *_VIDEO_ONLY)
_LINES = contentlines.line_pattern(
    "BEGIN END METHOD UID SUMMARY DESCRIPTION STATUS SEQUENCE ATTENDEE ORGANIZER DTSTART RRULE EXRULE RDATE EXDATE "
    f"RECURRENCE-ID TZID TZOFFSETFROM TZOFFSETTO X-LIC-LOCATION {' '.join(_PLACES)}"
)
_TIMES = ("DTSTART", "RDATE", "EXDATE", "RECURRENCE-ID")
_VIDEO_LINK = re.compile(
    r"://[^/\s]*(?:zoom\.us|teams\.(?:microsoft|live)\.com|meet\.google\.com|webex\.com|whereby\.com|meet\.jit\.si"
    r"|gotomeeting\.com|bluejeans\.com|chime\.aws|skype\.com)",
    re.IGNORECASE,
)
_VIDEO_PLACE = re.compile(r"\b(?:zoom|teams|meet|hangouts?|webex|skype|video\w*)\b", re.IGNORECASE)
_CALL = re.compile(r"\b(?:call|phone|telephone|telefon\w*|anruf)\b", re.IGNORECASE)

_ROBOT = re.compile(r"[@.]calendar\.google\.com$")


class Component(dict[str, list[tuple[str, str]]]):
    """What one part of the file says: of each property the parameters and the value of every line."""

    def text(self, name: str) -> str:
        """The first value of a property, empty where there is none; cut where only harm would be longer."""
        return self[name][0][1][: contentlines.LONGEST].strip() if name in self else ""


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
    start: Wall
    slot: Wall | None
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

    @cached_property
    def subject(self) -> str:
        return contentlines.readable(self.content.text("SUMMARY"))

    def channel(self, group_size: int) -> str:
        """How people met there: a link or a place to meet on a screen tells more than the title."""
        values = [value for name in _PLACES for _, value in self.content.get(name, ())]
        place = self.content.text("LOCATION")
        by_phone = self.content.text("CONFERENCE").lower().startswith("tel:")
        has_link = "DESCRIPTION" in self.content or any(map(_VIDEO_LINK.search, values))
        if has_link or _VIDEO_PLACE.search(place):
            return "video"
        if by_phone or _CALL.search(place) or _CALL.search(self.subject):
            return "call"
        if not self.content.keys().isdisjoint(_VIDEO_ONLY):
            return "video"
        return "event" if group_size > LARGE_GROUP else "meeting"


def events_in(text: str) -> tuple[list[Event], int, dict[str, list[dict[str, str]]]]:
    """Every event of an unfolded file, how many have no date that can be, and the zones that it defines.

    A zone is the list of its observances, each with its properties.
    """
    components, zones = _components(text)
    events = []
    for component in components:
        try:
            events.append(_event(component))
        except UnreadableError:
            continue
    return events, len(components) - len(events), zones


def listed(event: Event, name: str) -> tuple[list[Wall], int]:
    """The times in all lists of this name, and how many entries cannot be read."""
    found, lost = [], 0
    for params, value in event.content.get(name, ()):
        for text in value.split(","):
            try:
                found.append(_wall(params, text.partition("/")[0]))
            except UnreadableError:
                lost += 1
    return found, lost


def _components(text: str) -> tuple[list[Component], dict[str, list[dict[str, str]]]]:
    """The properties of every event, and those of the observances of every zone by the zone's name."""
    events: list[Component] = []
    zones: list[Component] = []
    event = target = None
    method = ""
    for name, params, value in contentlines.properties(_LINES, text):
        name = name.upper()
        if name == "BEGIN":
            what, line = contentlines.begun(value)
            target = None  # what an alarm, a task or a day in a journal says is of no interest
            if line:
                target = event = Component(LINE=[("", str(line))], METHOD=[("", method)])
                events.append(event)
            elif what in ("VTIMEZONE", "STANDARD", "DAYLIGHT"):
                target = Component(KIND=[("", what)])
                zones.append(target)
            elif what == "VCALENDAR":
                event, method = None, ""
        elif name == "END":
            event = None if value.strip().upper() in ("VEVENT", "VCALENDAR") else event
            target = event
        elif name == "METHOD":
            method = value.strip().upper()
        elif target is not None and (name != "DESCRIPTION" or _VIDEO_LINK.search(value)):
            if name in _TIMES and ":" in value:
                params, value = _unquoted(params, value)
            target.setdefault(name, []).append((params, "" if name == "DESCRIPTION" else value))
    return events, _definitions(zones)


def _definitions(zones: Iterable[Component]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    name, everywhere = "", {}
    for part in zones:
        values = {key: pairs[0][1].strip() for key, pairs in part.items()}
        if values.pop("KIND") == "VTIMEZONE":
            name, everywhere = values.get("TZID", ""), values
        else:
            found[name].append({**everywhere, **values})
    return dict(found)


def _event(content: Component) -> Event:
    cancelled = "CANCEL" in content.text("METHOD") or content.text("STATUS").upper() == "CANCELLED"
    sequence = content.text("SEQUENCE")
    return Event(
        line=int(content.text("LINE")),
        uid=content.text("UID"),
        start=_wall(*content.get("DTSTART", [("", "")])[0]),
        slot=_wall(*content["RECURRENCE-ID"][0]) if "RECURRENCE-ID" in content else None,
        version=(int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0, cancelled),
        guests=_guests(content),
        content=content,
    )


def _wall(params: str, value: str) -> Wall:
    return wall(value, contentlines.parameters(params).get("TZID", "") if params else "")


def _unquoted(params: str, value: str) -> tuple[str, str]:
    """Microsoft writes TZID=tzone://Microsoft/Utc without the quotation marks that a colon needs."""
    rest, colon, value = value.rpartition(":")
    return params + colon + rest, value


def _guests(content: Component) -> tuple[Guest, ...]:
    """Everybody on the list, once; what he answered stands where he is a guest, not where he invites."""
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
