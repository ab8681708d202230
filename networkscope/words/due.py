"""Until when was something promised, or put off, in words?"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any

import pandas as pd
from dateutil import easter

from networkscope import keys
from networkscope.words.rules import marks

LONGEST_WORDS = 5
FAR_DAYS = 366
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def due_day(text: str, language: str, written_on: pd.Timestamp, of_month: str = "last") -> pd.Timestamp:
    """The day that follows "by", "bis", "avant" …, or that a promise names; NaT where there is none.

    Of a month alone it is the first or the last day, as `of_month` says.

    >>> due_day("I'll send you the slides by Friday", "en", pd.Timestamp("2026-11-16"))
    Timestamp('2026-11-20 00:00:00')
    >>> due_day("I'm swamped until after Thanksgiving", "en", pd.Timestamp("2026-10-29"))
    Timestamp('2026-11-27 00:00:00')
    """
    import dateparser

    base = written_on.to_pydatetime() if pd.notna(written_on) else None
    if base is None:
        return pd.NaT
    holiday = _holidays().search(keys.unaccented(text.casefold()))
    if holiday:
        days = (_on(_rule_of()[holiday[1]], base.year + more) + dt.timedelta(days=1) for more in (0, 1))
        return pd.Timestamp(next(day for day in days if day > base.date()))
    options = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False,
               "PREFER_DAY_OF_MONTH": of_month}  # fmt: skip
    marked = [*_until().finditer(text.casefold())][:3]
    starts = [start for found in marked for start in (found.end(), found.start())]  # "by Friday", "tomorrow"
    for start in starts:
        words = re.split(r"\s+", text[start:].strip(" :,"))[:LONGEST_WORDS]
        words = [*takewhile(lambda word: _may_be_of_a_date(word, language), words)]
        for length in range(len(words), 0, -1):
            phrase = re.sub(r"[.!?,;:]+$", "", " ".join(words[:length]))
            if _is_no_date(phrase, language):
                continue
            found = dateparser.parse(phrase, languages=_languages(language), settings=options)
            if found and dt.timedelta() <= found - base <= dt.timedelta(days=FAR_DAYS):
                return pd.Timestamp(found).normalize()
    return pd.NaT


@lru_cache(maxsize=4096)
def _is_no_date(phrase: str, language: str) -> bool:
    """Is this no date on whichever day it was written? Words such as "in the" come again and again."""
    import dateparser

    has_digits = any(map(str.isdigit, phrase))
    return not has_digits and dateparser.parse(phrase, languages=_languages(language)) is None


def _languages(language: str) -> list[str] | None:
    return [language] if re.fullmatch("[a-z]{2}", language) else None


def _may_be_of_a_date(word: str, language: str) -> bool:
    """Does dateparser, which takes its time, know this word at all? In a language that it is not told: yes."""
    known = _date_words(language)
    return bool(word) and (not known or all(part in known for part in _letters(word)))


@cache
def _date_words(language: str) -> frozenset[str]:
    if not _languages(language):
        return frozenset()
    content = import_module(f"dateparser.data.date_translation_data.{language}").info
    return frozenset(word for text in _texts(content) for word in _letters(text))


def _texts(content: Any) -> Iterator[str]:
    """All keys and values of nested data that are texts."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _texts(value)


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", keys.unaccented(text.casefold()))


@cache
def _rule_of() -> dict[str, str]:
    """When each holiday is, by its names in all languages."""
    listed = tomllib.loads(Path(__file__).with_name("holidays.toml").read_text(encoding="utf-8"))["holiday"]
    return {name: holiday["on"] for holiday in listed for name in holiday["names"]}


@cache
def _holidays() -> re.Pattern[str]:
    names = sorted(_rule_of(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")


def _on(rule: str, year: int) -> dt.date:
    """The day of a holiday in a year: easter, a month and day, or the nth weekday of a month."""
    if rule == "easter":
        return easter.easter(year)
    month, number, *weekday = rule.split("-")
    if not weekday:
        return dt.date(year, int(month), int(number))
    first = dt.date(year, int(month), 1)
    ahead = (WEEKDAYS.index(weekday[0]) - first.weekday()) % 7
    return first + dt.timedelta(days=ahead + 7 * (int(number) - 1))


@cache
def _until() -> re.Pattern[str]:
    words = "|".join(re.escape(word.casefold()) for word in sorted(marks("until"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words or 'by'})(?!\w)")
