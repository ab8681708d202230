"""Who is in this address book? vCard 2.1, 3.0 and 4.0, as phones and mail programs write them.

One card is one row. A card inside a card is a person of its own; a card that is never closed ends where its
file does, or the card around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

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
_LINKEDIN_TYPE = re.compile(r"(?:TYPE=[^;:]*\b|;)LINKEDIN\b", re.IGNORECASE)
_USER = re.compile(r"(?!\d*$)[\w-]{3,100}")  # a number alone is another id
COLUMNS = ("name", "emails", "phones", "profiles", "organization", "title", "location", "tags", "notes")


def recognises(file: SourceFile) -> bool:
    """Does the file start with a card?"""
    return contentlines.begins(file.head, "VCARD")


def read(file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
    """Everybody who has a card, each with the line in which it starts."""
    parsed, notes = Parsed(), dict[str, None]()
    people: list[tuple[str, ...]] = []
    for part in file.parts or (file,):
        text, encoding = contentlines.unfolded(part.read(), "VCARD")
        notes |= dict.fromkeys(contentlines.encoding_notes(text, encoding))
        for card in contentlines.components(_LINES, text):
            if not card.line:
                continue
            parsed.rows_read += 1
            if any("group" in card.text(name).lower() for name in KINDS):
                parsed.rejected[A_GROUP] += 1
            elif any((person := _person(card, encoding))[:4]):
                people.append((*person, f"{part.label}:{card.line}"))
            else:
                parsed.rejected[NOTHING] += 1
    parsed.notes = [*notes]
    columns = zip((*COLUMNS, "source_ref"), map(list, zip(*people, strict=True)), strict=bool(people))
    parsed.people = rows("people", len(people), {**dict(columns), "listed": True})
    return parsed


READERS = (Reader("vCard", recognises, read),)


def _person(card: contentlines.Component, encoding: str) -> tuple[str, ...]:
    """What the card says, in the order of COLUMNS; empty text where it says nothing."""

    def values(name: str) -> list[str]:
        lines = card.get(name, ())
        return [contentlines.decoded(value, params, encoding) if params else value for params, value in lines]

    def first(name: str, part: Callable[[str], str] = str) -> str:
        """The first of a property's values that says anything."""
        for value in values(name):
            if text := contentlines.readable(part(value[: contentlines.LONGEST])):
                return text
        return ""

    emails = several(address for value in values("EMAIL") for address in contentlines.addresses(value))
    organization = first("ORG", lambda value: next(filter(None, contentlines.split(value, ";")), ""))
    profiles = (
        _profile(name, params, contentlines.decoded(value, params, encoding))
        for name in PROFILES
        for params, value in card.get(name, ())
    )
    return (
        first("FN") or first("N", _full_name) or organization or emails.partition(";")[0],
        emails,
        several(map(contentlines.phone, values("TEL"))),
        several(profiles),
        organization,
        first("TITLE") or first("ROLE"),
        first("ADR", _place),
        several(tag for value in values("CATEGORIES") for tag in _tags(value)),
        first("NOTE")[:NOTE_LENGTH],
    )


def _full_name(value: str) -> str:
    family, given, additional = [*contentlines.split(value, ";"), "", ""][:3]
    return " ".join([given, *contentlines.split(additional, ","), family])


def _place(value: str) -> str:
    """City and country; of several, which commas separate without a space, the first."""
    parts = [*contentlines.split(value, ";"), *[""] * 6]
    return ", ".join(filter(None, (_LISTED.split(parts[n])[0].strip() for n in (3, 6))))


def _tags(value: str) -> Iterator[str]:
    parts = contentlines.split(value[: contentlines.LONGEST].replace(";", ","), ",")
    return map(contentlines.readable, parts)


def _profile(name: str, params: str, value: str) -> str:
    """The LinkedIn profile, which may be given by the name of its user only."""
    value = contentlines.unescaped(value[: contentlines.LONGEST])
    found = linkedin_profile(value)
    if found or not (name == "X-LINKEDIN" or _LINKEDIN_TYPE.search(params[: contentlines.LONGEST])):
        return found
    options = contentlines.parameters(params)
    user = options.get("X-USER") or options.get("USERNAME") or value.removeprefix("x-apple:").strip()
    user = re.sub("^(?:@|/?in/)", "", user)
    return linkedin_profile(f"linkedin.com/in/{user}") if _USER.fullmatch(user) else ""
