"""In which language, and in which form of address, does somebody write? By the little words of subject lines."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CLEAR_WORDS = 2  # so many little words of a language, and more than of any other
SURE_WORDS = 3  # so many times as many as of the next: it is surely no other language


def language_of(texts: Iterable[str]) -> str:
    """The language of the first of these texts that shows one, as two letters; empty where none does.

    >>> language_of(["Hallo", "Danke für das Gespräch mit dir"])
    'de'
    """
    return next(filter(None, map(_language, texts)), "")


def is_familiar(texts: Iterable[str], language: str) -> bool:
    """Do these texts address somebody in the familiar form of this language, and in none that is formal?

    A formal word that is written with a capital ("Sie", "Lei") counts only so, and not at the start of a sentence.
    """
    forms = _file().get(language, {})
    formal = set(forms.get("formal", ()))
    texts = list(texts)
    words = {word for text in texts for word in _words(text)}
    inside = {word for text in texts for word in re.findall(r"(?<=[\w,;] )[^\W\d_]+", text)}
    polite = inside & formal | words & {word for word in formal if word.islower()}
    return bool(words & set(forms.get("familiar", ()))) and not polite


@cache
def _language(text: str) -> str:
    language, most, second = _counted(text)
    return language if most >= CLEAR_WORDS and most > second else ""


def other_languages(text: str) -> set[str]:
    """The languages in which this text surely is not: where one leads by far, all the others.

    >>> sorted(other_languages("Thank you for the hour that you gave me, and for all of your help"))
    ['de', 'es', 'fr', 'it', 'nl', 'pt']
    """
    language, most, second = _counted(text)
    return set(_file()) - {language} if most >= SURE_WORDS * max(second, 1) else set()


@cache
def _counted(text: str) -> tuple[str, int, int]:
    """The language with the most little words in this text, how many, and how many of the next."""
    counts = Counter(language for word in _words(text) for language in _languages().get(word, ()))
    (language, most), (_, second), *_ = [*counts.most_common(2), ("", 0), ("", 0)]
    return language, most, second


@cache
def _languages() -> dict[str, list[str]]:
    """The languages of each little word."""
    found: dict[str, list[str]] = {}
    for language, lists in _file().items():
        for word in {
            word.casefold() for name in ("words", "familiar", "formal") for word in lists.get(name, ())
        }:
            found.setdefault(word, []).append(language)
    return found


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]+", text)[:60]]
