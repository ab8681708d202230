"""How a number, a day, a month and a row of a table are said in a sentence."""

from __future__ import annotations

import datetime as dt
import os
import re
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ISO_DATE = re.compile(r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?![\w/-]|\.\w)")
ISO_MONTH = re.compile(r"\d{4}-\d\d")
SAME_YEAR = 300  # days within which nobody needs to hear the year
SHARE_LEVEL = "NETWORKSCOPE_SHARE"  # set in the kernels of a shared run


def many(count: int, one: str, several: str = "") -> str:
    """So many of something, in the singular or the plural.

    >>> many(1, "day"), many(1200, "person", "people")
    ('1 day', '1,200 people')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def in_a_row(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> in_a_row(["Ann"]), in_a_row(["Ann", "Bo", "Cy"])
    ('Ann', 'Ann, Bo and Cy')
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def in_words(table: pd.DataFrame, sentence: str) -> pd.Series:
    """The sentence for each row of a table, filled in from the columns that it names.

    >>> import pandas as pd
    >>> in_words(pd.DataFrame({"out": [3, 0], "back": [1, 2]}), "{out} out, {back} back").tolist()
    ['3 out, 1 back', '0 out, 2 back']
    """
    import pandas as pd  # here, so that the command line starts without it

    names = [name for _, name, *_ in string.Formatter().parse(sentence) if name]
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    texts = [sentence.format(**dict(zip(names, row, strict=True))) for row in rows]
    return pd.Series(texts, table.index, dtype="str")


def plain_dates(text: str) -> str:
    """The text with its dates as they stand in every table.

    >>> plain_dates("due 2026-11-05").replace("\u00a0", " ")
    'due 5 Nov 2026'
    """
    return ISO_DATE.sub(_plain_date, text)


def share_level() -> str:
    """For whom is what is written here: "private", or the level of the shared run in which this is?"""
    return os.environ.get(SHARE_LEVEL, "private")


def tells_weeks() -> bool:
    """Does a date stand for its week, and is a duration said in weeks?"""
    return share_level() in ("public", "counts")


def plain_month(text: str) -> str:
    """A month in words; any other text as it is.

    >>> plain_month("2026-11").replace("\u00a0", " "), plain_month("not in touch yet")
    ('Nov 2026', 'not in touch yet')
    """
    return plain_dates(f"{text}-01").partition("\u00a0")[2] if ISO_MONTH.fullmatch(text) else text


def _plain_date(found: re.Match[str]) -> str:
    try:
        day = dt.date(*map(int, found.groups()))
    except ValueError:
        return found.group()
    return plain_day(day)


def plain_day(day: dt.date) -> str:
    """A day as people write it; where it stands for its week, that is said.

    >>> plain_day(dt.date(2026, 11, 5)).replace("\u00a0", " ")
    '5 Nov 2026'
    """
    return ("week of " if tells_weeks() else "") + f"{day.day}\u00a0{day:%b\u00a0%Y}"


def plain_weeks(days: float) -> str:
    """Days as whole weeks.

    >>> plain_weeks(3), plain_weeks(7), plain_weeks(20)
    ('under a week', '1 week', '2 weeks')
    """
    return many(int(days // 7), "week") if days >= 7 else "under a week"


def spoken_day(day: dt.date, today: dt.date) -> str:
    """A day as a person says it, with how far it is from today.

    >>> spoken_day(dt.date(2026, 11, 5), dt.date(2026, 11, 16)).replace("\u00a0", " ")
    'Thu 5 Nov, 11 days ago'
    >>> spoken_day(dt.date(2024, 11, 5), dt.date(2026, 11, 16)).replace("\u00a0", " ")
    '5 Nov 2024, 2 years ago'
    """
    if share_level() != "private":
        return plain_day(day)
    days = (today - day).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    span = days_in_words(abs(days))
    how_far = near.get(days) or (f"{span} ago" if days > 0 else f"in {span}")
    written = f"{day:%a}\u00a0{day.day}\u00a0{day:%b}" if abs(days) < SAME_YEAR else plain_day(day)
    return f"{written}, {how_far}"


def days_in_words(days: int) -> str:
    """So many days, in the unit that a person would use.

    >>> [days_in_words(days) for days in (1, 45, 90, 800)]
    ['1 day', '45 days', '3 months', '2 years']
    """
    if days < 60:
        return many(days, "day")
    return many(round(days / 30.4), "month") if days < 700 else many(round(days / 365.25), "year")


def spoken_days(text: str, today: dt.date) -> str:
    """The text with its dates as `spoken_day` gives them; one that goes on after the date goes on after a comma.

    >>> spoken_days("You met on 2026-11-05 in Graz.", dt.date(2026, 11, 16)).replace("\u00a0", " ")
    'You met on Thu 5 Nov, 11 days ago, in Graz.'
    """

    def written(found: re.Match[str]) -> str:
        try:
            day = dt.date(*map(int, found.groups()))
        except ValueError:
            return found.group()
        goes_on = re.match(r" \w", text[found.end() :])
        return spoken_day(day, today) + ("," if goes_on else "")

    return ISO_DATE.sub(written, text)
