"""The rules that say what a message does: one file a language in `rules/`, and what a book adds in its words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from networkscope.errors import LoadError, nearest
from networkscope.words.phrases import expanded, pattern

ASKS = ("advice_ask", "referral_ask", "job_ask", "recommendation_ask")
ACTS = (  # the weightiest first
    "offer", "accept", "decline", "later", *ASKS, "referral_given", "introduction", "promise", "thank_you", "new_job",
    "update", "catch_up", "congratulation", "social", "bulk",
)  # fmt: skip
ABOUT_ANSWERS = ("needs_answer", "no_answer", "courtesy")
NAMED = ("referral_given", "introduction")
KNOWN = (*ACTS, *ABOUT_ANSWERS)
LISTS = ("quote", "signature", "disclaimer", "until", "greeting", "no_name")


@dataclass(frozen=True)
class Rule:
    """Phrases that show one act in one language, those of which one must be there as well, and those that cancel it."""

    act: str
    language: str
    says: tuple[str, ...]
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    certainty: str = "sure"
    number: int = 0
    kind: str = ""

    @property
    def name(self) -> str:
        return ".".join(filter(None, (self.language, self.kind, self.act, str(self.number))))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of all languages."""
    return tuple(rule for language in languages() for rule in _rules(language, _file(language)))


@cache
def note_rules() -> tuple[Rule, ...]:
    """The rules for what the owner notes of a talk, in all languages: notes.toml."""
    content = tomllib.loads(Path(__file__).with_name("notes.toml").read_text(encoding="utf-8"))
    return tuple(
        replace(rule, kind="note") for language, own in content.items() for rule in _rules(language, own)
    )


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (Path(__file__).parent / "rules").glob("*.toml")))


@cache
def marks(name: str) -> tuple[str, ...]:
    """The phrases of one list (`LISTS`) in all languages."""
    return tuple(
        phrase for language in languages() for phrase in _file(language).get(name, {}).get("says", ())
    )


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a book's words.toml, none where there is no such file.

    Raises
    ------
    LoadError
        The file is not TOML, a rule lacks `act` or `says`, the act is unknown (the nearest one is named), or a phrase
        cannot be read.
    """
    if not path.exists():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LoadError(f"{path.name} cannot be read: {error}") from error
    for number, entry in enumerate(content.get("rule", ()), start=1):
        for key in ("says", "also", "unless"):
            listed = entry.get(key, [])
            if not isinstance(listed, list) or not all(isinstance(phrase, str) for phrase in listed):
                raise LoadError(
                    f'{path.name}: {key} of rule {number} must be a list of texts, as in ["thanks for …"]'
                )
        if not entry.get("says") or not isinstance(entry.get("act"), str):
            raise LoadError(f"{path.name}: rule {number} needs an act and, in says, at least one phrase")
        if entry["act"] not in KNOWN:
            raise LoadError(f"{path.name}: act '{entry['act']}' is unknown; {nearest(entry['act'], KNOWN)}")
        for phrase in (*entry["says"], *entry.get("also", ()), *entry.get("unless", ())):
            try:
                pc.match_substring_regex(pa.array([""]), pattern(expanded(phrase, content.get("groups", {}))))
            except ValueError as error:
                raise LoadError(
                    f"{path.name}: the phrase '{phrase}' of rule {number} cannot be read"
                ) from error
    return _rules("own", content)


def _rules(language: str, content: Mapping[str, Any]) -> tuple[Rule, ...]:
    groups = content.get("groups", {})

    def phrases(listed: Iterable[str]) -> tuple[str, ...]:
        return tuple(expanded(phrase, groups) for phrase in listed)

    always = phrases(content.get("always_unless", {}).get("says", ()))
    of_act = {act: phrases(listed) for act, listed in content.get("unless", {}).items()}
    return tuple(
        Rule(
            entry["act"], language, phrases(entry["says"]), phrases(entry.get("also", ())),
            (*phrases(entry.get("unless", ())), *of_act.get(entry["act"], ()), *always),
            entry.get("certainty", "sure"), number,
        )
        for number, entry in enumerate(content.get("rule", ()), start=1)
    )  # fmt: skip


@cache
def _file(language: str) -> dict[str, Any]:
    path = Path(__file__).parent / "rules" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
