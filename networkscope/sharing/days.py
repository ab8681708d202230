"""Which days and lengths of time does a text tell that are finer than a week?"""

import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from networkscope.sharing.own_text import MONTHS, is_ours
from networkscope.wording import SAME_YEAR

WRITTEN = {*MONTHS, *(name[:3] for name in MONTHS), "Sept"}
NAMES = "|".join(sorted(WRITTEN | {name.upper() for name in WRITTEN}, key=len, reverse=True))
GAP = r"[\s\u00a0]"
ISO = re.compile(r"(?<![\w./-])(\d{4})([-/.])(\d\d)\2(\d\d)(?:[T ](\d\d):(\d\d))?(?!\d)")
COMPACT = re.compile(r"(?<![\w./+-])((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\w|[./-]\w)")
NUMBERS = re.compile(r"(?<![\w./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\w/-])")
DAY_FIRST = re.compile(
    rf"(?<![\w.])(\d{{1,2}})(?:\.|st|nd|rd|th)?{GAP}(?:of{GAP})?({NAMES})\b\.?(?:,?{GAP}(\d{{4}}))?(?!\d)"
)
MONTH_FIRST = re.compile(
    rf"\b({NAMES})\.?{GAP}(\d{{1,2}})(?:st|nd|rd|th)?(?:,?{GAP}(\d{{4}}))?(?![\d:]|\.\d)"
)
STAMP = re.compile(r"(?<![\w.-])(1\d{9}|1\d{12})(?![\w.])")
SPAN = re.compile(
    r"\b(?:silent|quiet|overdue|late|waiting)(?: for| since| by)? (\d+) days?\b"
    r"|\b(\d+) days? (?:silent|quiet|overdue|late|ago|left)\b",
    re.IGNORECASE,
)


def told_days(text: str, today: dt.date, timezone: str) -> Iterator[str]:
    """What in a text tells a day that is no Monday, an hour, or a length that is no whole weeks.

    A day without a year is near `today`; `timezone` is the owner's, for instants.

    >>> list(told_days("16 Nov 2026, 17.11.2026, silent 45 days", dt.date(2026, 11, 20), "UTC"))
    ['17.11.2026', 'silent 45 days']
    """
    for found in ISO.finditer(text):
        hour = found[5] not in (None, "00") or found[6] not in (None, "00")
        if _is_told(int(found[1]), int(found[3]), int(found[4])) or (hour and found[1].startswith("20")):
            yield found[0]
    for found in COMPACT.finditer(text):
        if _is_told(*map(int, found.groups())):
            yield found[0]
    for found in NUMBERS.finditer(text):
        first, second, plain_year = int(found[1]), int(found[3]), int(found[4])
        if _is_told(plain_year, second, first) or (found[2] == "/" and _is_told(plain_year, first, second)):
            yield found[0]
    named = [(found[0], found[1], found[2], found[3]) for found in DAY_FIRST.finditer(text)]
    named += [(found[0], found[2], found[1], found[3]) for found in MONTH_FIRST.finditer(text)]
    for said, day, month, given in named:
        number = [name[:3] for name in MONTHS].index(month[:3].capitalize()) + 1
        years = [int(given)] if given else _years_near(today, number, int(day))
        if years and all(_is_told(each, number, int(day)) for each in years):
            yield said
    for found in STAMP.finditer(text):
        seconds = int(found[1]) / (1000 if len(found[1]) > 10 else 1)
        moments = [dt.datetime.fromtimestamp(seconds, zone) for zone in (dt.UTC, ZoneInfo(timezone))]
        if not any(f"{moment:%w %H:%M:%S}" == "1 00:00:00" for moment in moments):
            yield found[0]
    for found in SPAN.finditer(text):
        if int(found[1] or found[2]) % 7 and not is_ours(found[0]):
            yield found[0]


def _years_near(today: dt.date, month: int, day: int) -> list[int]:
    """The years that a day without a year may mean; 29 February is in those that have it."""
    around = (today.year - 1, today.year, today.year + 1)
    days = [dt.date(year, month, min(day, 28)) for year in around]
    return [each.year for each in days if abs((each - today).days) <= SAME_YEAR]


def _is_told(year: int, month: int, day: int) -> bool:
    """Is this a day, and no Monday?"""
    try:
        return dt.date(year, month, day).weekday() != 0
    except ValueError:
        return False
