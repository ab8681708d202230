"""Until when was something promised, in words?"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

import pandas as pd

from networkscope.words.rules import marks

LONGEST_WORDS = 5
FAR_DAYS = 366


def due_day(text: str, language: str, written_on: pd.Timestamp) -> pd.Timestamp:
    """The day that follows "by", "bis", "avant" …, or that a promise names; NaT where there is none.

    >>> due_day("I'll send you the slides by Friday", "en", pd.Timestamp("2026-11-16"))
    Timestamp('2026-11-20 00:00:00')
    """
    import dateparser

    base = written_on.to_pydatetime() if pd.notna(written_on) else None
    if base is None:
        return pd.NaT
    options = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False}
    marked = [*_until().finditer(text.casefold())][:3]
    starts = [start for found in marked for start in (found.end(), found.start())]  # "by Friday", "tomorrow"
    for start in starts:
        words = re.split(r"\s+", text[start:].strip(" :,"))[:LONGEST_WORDS]
        for length in range(len(words) if words != [""] else 0, 0, -1):
            phrase = re.sub(r"[.!?,;:]+$", "", " ".join(words[:length]))
            found = dateparser.parse(phrase, languages=_languages(language), settings=options)
            if found and dt.timedelta() <= found - base <= dt.timedelta(days=FAR_DAYS):
                return pd.Timestamp(found).normalize()
    return pd.NaT


def _languages(language: str) -> list[str] | None:
    return [language] if re.fullmatch("[a-z]{2}", language) else None


@cache
def _until() -> re.Pattern[str]:
    words = "|".join(re.escape(word.casefold()) for word in sorted(marks("until"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words or 'by'})(?!\w)")
