"""How a number, a day, a month and a row of a table are said in a sentence."""

from __future__ import annotations

import datetime as dt
import os
import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ISO_DATE = re.compile(r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?![\w/-]|\.\w)")
ISO_MONTH = re.compile(r"\d{4}-\d\d")
SHARE_LEVEL = "NETWORKSCOPE_SHARE"  # set in the kernels of a shared run


def many(count: int, one: str, several: str = "") -> str:
    """So many of something, in the singular or the plural.

    >>> many(1, "day"), many(1200, "person", "people")
    ('1 day', '1,200 people')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def in_words(table: pd.DataFrame, sentence: str) -> pd.Series:
    """The sentence for each row of a table, filled in from the columns that it names.

    >>> import pandas as pd
    >>> in_words(pd.DataFrame({"out": [3, 0], "back": [1, 2]}), "{out} out, {back} back").tolist()
    ['3 out, 1 back', '0 out, 2 back']
    """
    import pandas as pd  # here, so that the command line starts without it

    names = [name for _, name, *_ in string.Formatter().parse(sentence) if name]
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    told = [sentence.format(**dict(zip(names, row, strict=True))) for row in rows]
    return pd.Series(told, table.index, dtype="str")


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

    >>> plain_month("2026-11").replace("\u00a0", " "), plain_month("no touch yet")
    ('Nov 2026', 'no touch yet')
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
