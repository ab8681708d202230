"""Who is in this address book? vCard 2.1, 3.0 and 4.0, as phones and mail programs write them.

One card is one row. A card inside a card is a person of its own; a card that is never closed ends where its
file does, or the card around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from networkscope.importers import contentlines
from networkscope.importers.base import (
    NOTE_LENGTH,
    Parsed,
    Reader,
    SourceFile,
    linkedin_profile,
    rows,
    several,
)
from networkscope.settings import Settings

NOTHING = "the card holds neither a name nor an address"
A_GROUP = "the card is a group of contacts, not a person"
PROFILES = ("URL", "IMPP", "X-SOCIALPROFILE", "SOCIALPROFILE", "X-LINKEDIN")
KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")

_LINES = contentlines.line_pattern(
    f"BEGIN END FN N EMAIL TEL ORG TITLE ROLE ADR CATEGORIES NOTE {' '.join((*PROFILES, *KINDS))}"
)

_LISTED = re.compile(r"(?<!\\),(?!\s)")
_LINKEDIN_TYPE = re.compile(r"TYPE=[^;:]*\bLINKEDIN\b", re.IGNORECASE)
_USER = re.compile(r"(?!\d*$)[\w-]{3,100}")  # a number alone is another id
COLUMNS = ("name", "emails", "phones", "profiles", "organization", "title", "location", "tags", "notes")

Card = dict[str, list[str]]


def recognises(file: SourceFile) -> bool:
    """Does the file start with a card?"""
    return contentlines.begins(file.head, "VCARD")


def read(file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
    """Everybody who has a card, each with the line in which it starts."""
    text, encoding = contentlines.unfolded(file.read(), "VCARD")
    parsed = Parsed(notes=contentlines.encoding_notes(text, encoding))
    people: list[tuple[str, ...]] = []
    for line, card in _cards(text, encoding):
        parsed.rows_read += 1
        if any("group" in kind.lower() for name in KINDS for kind in card.get(name, ())):
            parsed.rejected[A_GROUP] += 1
        elif any((person := _person(card))[:4]):
            people.append((*person, f"{file.label}:{line}"))
        else:
            parsed.rejected[NOTHING] += 1
    columns = zip((*COLUMNS, "source_ref"), map(list, zip(*people, strict=True)), strict=bool(people))
    parsed.people = rows("people", len(people), {**dict(columns), "listed": True})
    return parsed


READERS = (Reader("vCard", recognises, read),)


def _cards(text: str, encoding: str) -> Iterator[tuple[int, Card]]:
    """Each card with its line, as soon as it is closed; those never closed at the end."""
    unclosed: list[tuple[int, Card]] = []
    for name, params, value in contentlines.properties(_LINES, text):
        name = name.upper()
        if name == "BEGIN":
            _, line = contentlines.component_start(value)
            if line:
                unclosed.append((line, {}))
        elif not unclosed:
            continue
        elif name == "END":
            if value.strip().upper() == "VCARD":
                yield unclosed.pop()
        elif value:
            value = contentlines.decoded(value, params, encoding) if params else value
            value = _profile(name, params, value) if name in PROFILES else value
            unclosed[-1][1].setdefault(name, []).append(value)
    yield from reversed(unclosed)


def _person(card: Card) -> tuple[str, ...]:
    """What the card says, in the order of COLUMNS; empty text where it says nothing."""
    emails = several(chain.from_iterable(map(contentlines.addresses, card.get("EMAIL", ()))))
    organization = _first(card, "ORG", lambda value: next(filter(None, contentlines.split(value, ";")), ""))
    name = _first(card, "FN") or _first(card, "N", _full_name) or organization or emails.partition(";")[0]
    return (
        name,
        emails,
        several(map(contentlines.phone, card.get("TEL", ()))),
        several(profile for name in PROFILES for profile in card.get(name, ())),
        organization,
        _first(card, "TITLE") or _first(card, "ROLE"),
        _first(card, "ADR", _place),
        several(_tags(card)),
        _first(card, "NOTE")[:NOTE_LENGTH],
    )


def _first(card: Card, name: str, part: Callable[[str], str] = str) -> str:
    """The first of a property's values that says anything."""
    for value in card.get(name, ()):
        if text := contentlines.readable(part(value[: contentlines.LONGEST])):
            return text
    return ""


def _full_name(value: str) -> str:
    family, given, additional = [*contentlines.split(value, ";"), "", ""][:3]
    return " ".join([given, *contentlines.split(additional, ","), family])


def _place(value: str) -> str:
    """City and country; of several, which commas separate without a space, the first."""
    parts = [*contentlines.split(value, ";"), *[""] * 6]
    return ", ".join(filter(None, (_LISTED.split(parts[n])[0].strip() for n in (3, 6))))


def _tags(card: Card) -> Iterator[str]:
    for value in card.get("CATEGORIES", ()):
        for part in contentlines.split(value[: contentlines.LONGEST].replace(";", ","), ","):
            yield contentlines.readable(part)


def _profile(name: str, params: str, value: str) -> str:
    """The LinkedIn profile, which may be given by the name of its user only."""
    value = contentlines.unescaped(value[: contentlines.LONGEST])
    found = linkedin_profile(value)
    if found or not (name == "X-LINKEDIN" or _LINKEDIN_TYPE.search(params)):
        return found
    options = contentlines.parameters(params)
    user = options.get("X-USER") or options.get("USERNAME") or value.removeprefix("x-apple:").strip()
    return linkedin_profile(f"linkedin.com/in/{user}") if _USER.fullmatch(user) else ""
