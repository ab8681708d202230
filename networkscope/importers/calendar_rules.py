"""When does a repeated event take place? (RFC 5545)

Times are whole seconds since 1970 on the wall clock of their zone. A rule is answered from a table of
days, so it takes the same short time however absurd it is: nothing is searched for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from networkscope.texts import Flags, Ints

DAY = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2199
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_DAY = (dt.date(FIRST_YEAR, 1, 1) - EPOCH.date()).days
LAST_DAY = (dt.date(LAST_YEAR, 12, 31) - EPOCH.date()).days
LAST_SECOND = LAST_DAY * DAY + DAY - 1
MAX_TIMES_PER_DAY = 24
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PERIOD = {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day"}

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LIMITS = {
    "BYMONTH": (1, 12), "BYWEEKNO": (-53, 53), "BYYEARDAY": (-366, 366), "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSECOND": (0, 59), "BYSETPOS": (-366, 366),
}  # fmt: skip


class UnreadableError(ValueError):
    """A date, a rule or a zone of which nothing can be made."""


@dataclass(frozen=True)
class Wall:
    """A time as a calendar writes it: seconds on the wall clock; `zone` is "" where it is the owner's own."""

    seconds: int
    zone: str = ""
    all_day: bool = False


@dataclass(frozen=True)
class Rule:
    """A recurrence rule; `by` holds its BY… parts but for BYDAY, which is `days` (ordinal or 0, weekday)."""

    frequency: str
    interval: int
    count: int | None
    until: Wall | None
    week_start: int
    days: tuple[tuple[int, int], ...]
    by: Mapping[str, tuple[int, ...]]


def wall(text: str, zone: str = "") -> Wall:
    """A date or a time; only years from FIRST_YEAR to LAST_YEAR can be.

    >>> wall("19700102"), wall("19700101T000100Z", "Europe/Vienna").zone
    (Wall(seconds=86400, zone='', all_day=True), 'UTC')
    """
    found = _TIME.fullmatch(text.strip().upper())
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise UnreadableError
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        at = dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC)
    except ValueError as fault:
        raise UnreadableError from fault
    if found[4] is None:
        return Wall(int(at.timestamp()), "", all_day=True)
    return Wall(int(at.timestamp()), "UTC" if found[7] else zone)


def parse_rule(text: str, zone: str = "") -> Rule:
    """The rule as data; UnreadableError where a part of it means nothing, or where it repeats within a day."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    try:
        rule = Rule(
            frequency=parts["FREQ"].strip(),
            interval=min(int(parts.get("INTERVAL", "1")), LAST_DAY),
            count=int(parts["COUNT"]) if "COUNT" in parts else None,
            until=wall(parts["UNTIL"], zone) if "UNTIL" in parts else None,
            week_start=WEEKDAYS.index(parts.get("WKST", "MO").strip()),
            days=_weekdays(parts.get("BYDAY", "")),
            by={name: _numbers(name, parts[name]) for name in _LIMITS if name in parts},
        )
    except (KeyError, ValueError) as fault:
        raise UnreadableError from fault
    few = len(_times(rule, 0)) <= MAX_TIMES_PER_DAY
    if rule.frequency not in _PERIOD or rule.interval < 1 or (rule.count or 1) < 1 or not few:
        raise UnreadableError
    return rule


def expand(rule: Rule, start: int, until: int) -> Ints:
    """All times of the rule from `start` to `until`, both included, on the wall clock of `start`.

    >>> rule = parse_rule("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")
    >>> expand(rule, wall("20240126T090000").seconds, 2**33).astype("datetime64[s]").astype(str).tolist()
    ['2024-01-26T09:00:00', '2024-02-23T09:00:00', '2024-03-29T09:00:00']
    """
    table, begin, last = _table(rule.week_start), start // DAY - FIRST_DAY, until // DAY - FIRST_DAY
    origin = {name: int(column[begin]) for name, column in table.items()}
    if "BYSETPOS" in rule.by:  # positions are counted within whole periods, of at most a year
        begin, last = begin - 366, last + 366
    table = {name: column[max(begin, 0) : max(last + 1, 0)] for name, column in table.items()}
    fits = _fits(rule, table, origin)
    times = _times(rule, start % DAY)
    found = (table["day"][fits, None] * DAY + times).ravel()
    if "BYSETPOS" in rule.by:
        period = np.repeat(table[_PERIOD[rule.frequency]][fits], len(times))
        found = found[_in_position(period, rule.by["BYSETPOS"])]
    found = found[found >= start][: rule.count]
    return found[found <= until]


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    days = {part.strip() for part in text.split(",")} - {""}
    found = tuple(sorted((int(day[:-2] or 0), WEEKDAYS.index(day[-2:])) for day in days))
    if found and not -53 <= found[0][0] <= found[-1][0] <= 53:
        raise UnreadableError
    return found


def _numbers(name: str, text: str) -> tuple[int, ...]:
    low, high = _LIMITS[name]
    numbers = tuple(sorted({int(part) for part in text.split(",")}))
    if numbers[0] < low or numbers[-1] > high or (low < 0 and 0 in numbers):
        raise UnreadableError
    return numbers


def _times(rule: Rule, start: int) -> Ints:
    """The seconds of the day at which the rule takes place, those of its beginning where it does not say."""
    hours = np.array(rule.by.get("BYHOUR", (start // 3600,)), dtype=np.int64)
    minutes = np.array(rule.by.get("BYMINUTE", (start // 60 % 60,)), dtype=np.int64)
    seconds = np.array(rule.by.get("BYSECOND", (start % 60,)), dtype=np.int64)
    return (hours[:, None, None] * 3600 + minutes[None, :, None] * 60 + seconds).ravel()


def _fits(rule: Rule, table: Mapping[str, Ints], origin: Mapping[str, int]) -> Flags:
    """On which days of the table does the rule hold? What it leaves open is as it was on the first day."""
    by, days, period = dict(rule.by), rule.days, _PERIOD[rule.frequency]
    if not (days or {"BYYEARDAY", "BYMONTHDAY"} & by.keys()):
        if rule.frequency == "WEEKLY" or (rule.frequency == "YEARLY" and "BYWEEKNO" in by):
            days = ((0, origin["weekday"]),)
        elif rule.frequency != "DAILY":
            by["BYMONTHDAY"] = (origin["BYMONTHDAY"],)
            if rule.frequency == "YEARLY":
                by.setdefault("BYMONTH", (origin["BYMONTH"],))
    fits = (table[period] - origin[period]) % rule.interval == 0
    for name in by.keys() & table.keys():
        from_end = table.get(f"-{name}", table[name])
        fits &= np.isin(table[name], by[name]) | np.isin(from_end, by[name])
    if days:
        scope = "BYMONTHDAY" if period == "month" or "BYMONTH" in rule.by else "BYYEARDAY"
        match = np.zeros(len(fits), dtype=bool)
        for ordinal, weekday in days:
            on = table["weekday"] == weekday
            if ordinal and period in ("year", "month"):  # the second Monday is that of days 8 to 14
                place = table[scope] if ordinal > 0 else -table[f"-{scope}"]
                on &= (place - 1) // 7 + 1 == abs(ordinal)
            match |= on
        fits &= match
    return fits


def _in_position(period: Ints, positions: tuple[int, ...]) -> Flags:
    """Which of the times, sorted, have one of these positions within their period? -1 is the last."""
    _, begin, count = np.unique(period, return_index=True, return_counts=True)
    place = np.arange(len(period)) - np.repeat(begin, count) + 1
    return np.isin(place, positions) | np.isin(place - np.repeat(count, count) - 1, positions)


@cache
def _table(week_start: int) -> dict[str, Ints]:
    """Every day that can be: in which periods it lies, and its places there from the beginning and the end (-)."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    weekday = (days + 3) % 7
    in_week = (weekday - week_start) % 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # A week belongs to the year in which most of it lies.
    week_of_year, weeks_left = _places(days - in_week + 3, "Y")
    day_of_year, days_left_in_year = _places(days, "Y")
    day_of_month, days_left_in_month = _places(days, "M")
    return {
        "day": days,
        "week": (days - in_week) // 7,
        "month": months,
        "year": months // 12,
        "weekday": weekday,
        "BYMONTH": months % 12 + 1,
        "BYMONTHDAY": day_of_month,
        "-BYMONTHDAY": days_left_in_month,
        "BYYEARDAY": day_of_year,
        "-BYYEARDAY": days_left_in_year,
        "BYWEEKNO": (week_of_year - 1) // 7 + 1,
        "-BYWEEKNO": -((-weeks_left - 1) // 7) - 1,
    }


def _places(days: Ints, unit: str) -> tuple[Ints, Ints]:
    """The place of each day in its year or month: from 1 up, and from -1 down."""
    which = days.astype("datetime64[D]").astype(f"datetime64[{unit}]")
    after = which + np.array(1, f"timedelta64[{unit}]")
    begin, end = (at.astype("datetime64[D]").astype(np.int64) for at in (which, after))
    return days - begin + 1, days - end
