"""How a number, a day and a month are said in a sentence."""

from __future__ import annotations

import datetime as dt
import re

ISO_DATE = re.compile(r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?![\w/-]|\.\w)")
ISO_MONTH = re.compile(r"\d{4}-\d\d")


def many(count: int, one: str, several: str = "") -> str:
    """So many of something, in the singular or the plural.

    >>> many(1, "day"), many(1200, "person", "people")
    ('1 day', '1,200 people')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def plain_dates(text: str) -> str:
    """The text with its dates as they stand in every table.

    >>> plain_dates("due 2026-11-05").replace("\u00a0", " ")
    'due 5 Nov 2026'
    """
    return ISO_DATE.sub(_plain_date, text)


def plain_month(text: str) -> str:
    """A month in words; any other text as it is.

    >>> plain_month("2026-11").replace("\u00a0", " "), plain_month("no touch yet")
    ('Nov 2026', 'no touch yet')
    """
    return plain_dates(f"{text}-01").partition("\u00a0")[2] if ISO_MONTH.fullmatch(text) else text


def _plain_date(found: re.Match[str]) -> str:
    try:
        day = dt.date(*map(int, found.groups()))
    except ValueError:
        return found.group()
    return f"{day.day}\u00a0{day:%b\u00a0%Y}"
