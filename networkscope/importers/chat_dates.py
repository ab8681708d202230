"""When was each message of a chat written? Every date and time that a phone writes, in whatever language it speaks.

A chat has one layout for all its dates, that of its first line. Which number is the day only all of them together show.
The words of the languages are in `chats.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

FIRST_YEAR, LAST_YEAR = 2009, 2051  # nobody wrote there before; a later two-digit year is a Buddhist one
BUDDHIST, PERSIAN = range(2500, 2600), range(1388, 1421)
ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}  # where year, month and day are

_GAP = r"[^\d\n\[\]]"
_SPACE = r"[^\S\n]"
_MARK = rf"(?:{_SPACE}|\u200e){{0,2}}[./\-年년月월](?:{_SPACE}|\u200e){{0,2}}"
_DATE = rf"(?P<date>\d{{1,4}}{_MARK}\d{{1,2}}{_MARK}\d{{1,4}}[日일]?)"
_CLOCK = rf"(?P<clock>\d{{1,2}}(?:[:.]|{_SPACE}h{_SPACE})\d{{1,2}}(?:[:.]\d{{1,2}})?)"
_STAMPS = (
    rf"(?P<era>{_GAP}{{0,12}}){_DATE}(?P<before>{_GAP}{{1,30}}?){_CLOCK}(?P<after>{_GAP}{{0,24}}?)",
    rf"(?P<before>{_GAP}{{0,24}}){_CLOCK}(?P<after>{_GAP}{{1,30}}?)(?P<era>){_DATE}",
)
STYLES = [
    re.compile(rf"^{style}[ ]?(?P<rest>.*)$", re.MULTILINE)
    for stamp in _STAMPS
    for style in (rf"\[{stamp}\]", rf"{stamp}{_SPACE}[-–](?=\s)")
]
# A line that looks like a message, however its date is written.
_MESSAGE = re.compile(r"(\[[^\]\n]{8,60}\]|[^\n\[]{8,60}? [-–])\s[^\n:]{1,100}: ")


@cache
def words(section: str) -> dict[str, Any]:
    """One section of `chats.toml`."""
    text = Path(__file__).with_name("chats.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)[section]
    return found


@cache
def _halves() -> dict[str, tuple[str, str]]:
    """Words for the halves of the day: which half, and the order of the dates that they come with."""
    return {
        _plain(word): (half, order)
        for half in ("am", "pm")
        for order, listed in words(half).items()
        for word in listed
    }


@cache
def _eras() -> dict[str, int]:
    return {_plain(era): years for era, years in words("eras").items()}


def _plain(text: str) -> str:
    return re.sub(r"[\s.,،、()\u200c\u200e'\"’״]+", "", text.casefold())


@lru_cache(maxsize=4096)
def _word(text: str) -> str:
    """What a piece of text between numbers says, without the words that say nothing."""
    parts = map(_plain, re.split(r"[\s.,،、()\u200e]+", text))
    filler = {*map(_plain, words("filler")["words"])}
    return "".join(part for part in parts if part not in filler)


def layout(line: re.Match[str]) -> tuple[str, ...]:
    """How the date and the time of this line are written: in one chat only numbers and halves of the day differ."""
    return _layout(*line.group("era", "before", "after"), _zeros(line["date"]), _zeros(line["clock"]))


@lru_cache(maxsize=4096)
def _layout(era: str, before: str, after: str, date: str, clock: str) -> tuple[str, ...]:
    halves = ("a" if _word(text) else _zeros(text) for text in (before, after))
    return "era" if _plain(era) in _eras() else era, date, clock, *halves


@lru_cache(maxsize=4096)
def _zeros(text: str) -> str:
    return re.sub(r"[\s\u200e]+", " ", re.sub(r"\d+", "0", text))


def style_of(text: str) -> re.Pattern[str] | None:
    """The style of the first line, if it is one of a chat whose words are known."""
    for style in STYLES:
        if (found := style.match(text)) and _known(found):
            return style
    return None


def looks_like_chat(text: str) -> bool:
    """Is the first line a message, if under a date that is not understood?

    >>> looks_like_chat("2 Jan 2025, 15:05 - Ann: hi"), looks_like_chat("2 January")
    (True, False)
    """
    found = _MESSAGE.match(text)
    return bool(found and re.search(r"\d[:.]\d\d", found[1]) and len(re.findall(r"\d+", found[1])) >= 4)


def _known(line: re.Match[str]) -> bool:
    halves = {_word(line["before"]), _word(line["after"])} - {""}
    return halves <= _halves().keys() and _plain(line["era"]) in {"", *_eras()}


def moments(lines: list[re.Match[str]], wanted: str | None) -> Any:
    """The local time of each line, NaT where there is none such; None where the order of the numbers is unclear."""
    dates = [line.group("era", "before", "date") for line in lines]
    found = {date: (_plain(date[0]), _zeros(date[2] + date[1]), date[2]) for date in dict.fromkeys(dates)}
    said = [word for line in lines[:100] for word in _said(line) if word in _halves()]
    hints = {_halves()[word][1] for word in said} - {"any"}
    days = _days([*found.values()], hints, wanted)
    if days is None:
        return None
    at = dict(zip(found, days, strict=True))
    return np.array([at[date] for date in dates], dtype="datetime64[s]") + np.array(
        [_time(line["clock"], *_said(line)) for line in lines], dtype="timedelta64[s]"
    )


def _said(line: re.Match[str]) -> tuple[str, str]:
    return _word(line["before"]), _word(line["after"])


@lru_cache(maxsize=4096)
def _time(clock: str, before: str, after: str) -> Any:
    """The time since midnight, NaT where there is none such or its half of the day is a word that is not known."""
    hour, minute, *second = map(int, re.findall(r"\d+", clock))
    half = ""
    if before or after:
        half = _halves().get(before or after, ("unknown", ""))[0]
        hour = hour % 12 + 12 * (half == "pm") if hour <= 12 else hour
    fine = (
        hour < 24
        and minute < 60
        and sum(second) < 60
        and half != "unknown"
        and not (half == "am" and hour > 12)
    )
    return np.timedelta64(hour * 3600 + minute * 60 + sum(second) if fine else "NaT", "s")


def _days(different: list[tuple[str, str, str]], hints: set[str], wanted: str | None) -> Any:
    """The day of each date, NaT where there is none such; None where the numbers may be read in two ways.

    Under the right order all days exist, and time never runs back.
    """
    numbers = np.array([[*map(int, re.findall(r"\d+", date))] for _, _, date in different]).reshape(-1, 3)
    added = np.array([_eras().get(era, 0) for era, _, _ in different], dtype=np.int64)
    readings = {order: _read(numbers, order, added) for order in _orders(different)}
    missing = {order: int(np.isnat(days).sum()) for order, days in readings.items()}
    week = np.timedelta64(-7, "D")
    back = {order: int((np.diff(days[~np.isnat(days)]) < week).sum()) for order, days in readings.items()}
    fit = [order for order in readings if missing[order] == min(missing.values())]
    best = [order for order in fit if back[order] == min(back[other] for other in fit)]
    best = [order for order in best if {order} == hints] or best
    if len(best) > 1 and "ymd" in best:  # rare: only where nothing else fits
        best.remove("ymd")
    if len(best) > 1 and not np.array_equal(readings["dmy"], readings["mdy"], equal_nan=True):
        best = [wanted] if wanted else []
    return readings[best[0]] if best else None


def _orders(different: Iterable[tuple[str, str, str]]) -> list[str]:
    """In which orders may these dates be written?"""
    eras, layouts, dates = map(set, zip(*different, strict=True)) if different else (set(), set(), set())
    lengths = [[len(number) for number in re.findall(r"\d+", date)] for date in dates]
    alone = any(each.strip() in words("layouts")["ymd"] for each in layouts)
    if (
        eras - {""}
        or any(first > 2 for first, _, _ in lengths)
        or any(re.search("[年년]", date) for date in dates)
    ):
        return ["ymd"]
    dotted = all("." in date for date in dates)
    if any(last > 2 for *_, last in lengths):
        return ["dmy"] if dotted else ["dmy", "mdy"]
    if alone:
        return ["ymd"]
    return ["dmy", "ymd"] if dotted else ["dmy", "mdy", "ymd"]


def _read(numbers: Any, order: str, added: Any) -> Any:
    """These days, if they were written in that order."""
    year, month, day = (numbers[:, at] for at in ORDERS[order])
    two_digits = np.where(year <= LAST_YEAR - 2000, year + 2000, year + 1957)
    year = np.where(added > 0, year + added, np.where(year < 100, two_digits, year))
    year = np.where(np.isin(year, BUDDHIST), year - 543, year)
    persian = np.isin(year, PERSIAN)
    fine = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    fine &= persian | (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    year, month, day = (np.where(fine, part, 1) for part in (year, month, day))
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = start.astype("datetime64[D]") + (day - 1)
    fine &= persian | (days.astype("datetime64[M]") == start)
    # The Persian year has six months of 31 days, five of 30 and one of 29 or 30; 33 of them have 8 leap years.
    passed = (
        (year - 1) * 365
        + (8 * year + 21) // 33
        + np.where(month <= 7, 31 * (month - 1), 30 * (month - 1) + 6)
    )
    days = np.where(persian, np.datetime64("0622-03-21") + (passed + day - 1), days)
    fine &= ~persian | (day <= np.where(month <= 6, 31, 30))
    return np.where(fine, days, np.datetime64("NaT")).astype("datetime64[s]")
