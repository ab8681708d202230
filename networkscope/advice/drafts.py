"""What could the owner write? A draft about the right event, in the language and form last used with that person."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
GREETINGS = {
    "en": "Hello", "de": "Hallo", "fr": "Bonjour", "es": "Hola", "pt": "Olá", "it": "Buongiorno", "nl": "Hallo",
}  # fmt: skip
LATE_DAYS = 30
PLACES = (
    *("first", "name", "other", "topic", "about", "detail", "via", "outcome"),
    *("activity", "prospects", "wanted"),
)
SHOWN = 120
NO_TOPIC = frozenset(
    """coffee lunch dinner breakfast call meeting chat talk catch-up hello hi kaffee mittagessen gespräch telefonat
    treffen café déjeuner appel rendez-vous almuerzo comida llamada reunión almoço chamada reunião caffè pranzo
    chiamata riunione koffie gesprek afspraak""".split()  # noqa: SIM905
)
_OPTIONAL = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
_ANSWERING = re.compile(
    r"^\s*((re|aw|sv|antw?|rv|res|fwd?|wg|tr|thanks|thank you|danke|merci)\s*:\s*)+", re.IGNORECASE
)


@cache
def standard_drafts(language: str, familiar: bool) -> dict[str, str]:
    """The texts of a language by kind, in the familiar form or the formal one."""
    text = files("networkscope.advice").joinpath(f"drafts/{language}.toml").read_text(encoding="utf-8")
    forms: dict[str, dict[str, str]] = tomllib.loads(text)
    return forms["familiar" if familiar else "formal"]


def draft_kind(kind: str, what: str, *, days_late: float = 0, condemned: bool = False) -> str:
    """Which text fits this move: its kind, or a special one for what opened it."""
    if kind == "thank_you" and what.startswith("name or lead"):
        return "thank_for_name"
    if kind == "thank_you" and what.startswith("recommendation"):
        return "thank_for_recommendation"
    if kind == "thank_you" and what.startswith("outcome"):
        return "thank_for_no"
    if kind == "owed_reply" and days_late >= LATE_DAYS:
        return "late_reply"
    if kind == "uncontacted_referral" and what.startswith("lead"):
        return "follow_lead"
    if kind == "close_the_loop" and what == "offer":
        return "accept_or_decline"
    return "reconnect_after_ask" if kind == "reconnect" and condemned else kind


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """The template with what is known. A part in square brackets is left out where it needs something unknown.

    Outside of brackets an unknown word is an ellipsis, and `{topic}` is the topic in parentheses, or nothing.

    >>> fill("Hi {first}, thank you[ for your advice on {topic}].", {"first": "Ann", "topic": "cranes"})
    'Hi Ann, thank you for your advice on cranes.'
    >>> fill("Hi {first}, thank you[ for your advice on {topic}]. {other}", {"first": "Ann"})
    'Hi Ann, thank you. …'
    """
    known = {place: facts[place] for place in PLACES if isinstance(facts.get(place), str) and facts[place]}
    outside = dict.fromkeys(PLACES, "…") | known
    outside["topic"] = f" ({known['topic']})" if "topic" in known else ""
    filled = "".join(
        part.format_map(outside)
        if needed is None
        else part.format_map(known)
        if needed <= known.keys()
        else ""
        for part, needed in _parts(template)
    )
    return "\n".join(re.sub(r"[ \t]{2,}", " ", line).strip() for line in filled.strip().splitlines())


@cache
def _parts(template: str) -> list[tuple[str, frozenset[str] | None]]:
    """The parts of a template; those in brackets with the words that they need, all others with None."""
    found: list[tuple[str, frozenset[str] | None]] = []
    end = 0
    for part in _OPTIONAL.finditer(template):
        needed = frozenset(name for _, name, *_ in string.Formatter().parse(part[1]) if name)
        found += [(template[end : part.start()], None), (part[1], needed)]
        end = part.end()
    return [*found, (template[end:], None)]


def plain_topic(subject: object) -> str:
    """What a message was about, as one would say it: without "Re:", and not too long.

    >>> plain_topic("Re: AW: Supply planning"), plain_topic(None)
    ('Supply planning', '')
    """
    if not isinstance(subject, str):
        return ""
    text = _ANSWERING.sub("", subject).strip()
    if text.casefold().rstrip(".!?") in NO_TOPIC:
        return ""
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"
