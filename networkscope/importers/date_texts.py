"""When was that? Every way in which exports and people write dates, read value by value.

One column may mix several styles, so nothing is concluded from one value about the next, but for the order of
day and month in purely numeric dates, which only the values of a whole file can show.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, keys, schema
from networkscope.texts import Flags, holds, laid_out

UNREADABLE = "a date cannot be read: write it as 2026-11-16 or 2026-11-16 14:30"
AMBIGUOUS = "day and month of a date cannot be told apart: write it as 2026-11-16"
FIRST, END = np.datetime64("1900", "us"), np.datetime64("2200", "us")

# How most exports write: read letter by letter for all rows at once (Year, Month, b for its name, Day, and the clock).
LAYOUTS = (
    *("DD bbb YYYY", "YYYY-MM-DD hh:mm:ss UTC"),
    *("YYYY-MM-DD", "YYYY-MM-DD hh:mm", "YYYY-MM-DD hh:mm:ss", "YYYY-MM-DDThh:mm:ss"),
)

_NAMES = """
january januar janner enero janvier gennaio janeiro januari; february februar feber febrero fevrier febbraio
fevereiro februari; march marz marzo mars marco marts maart mrt mrz; april abril avril aprile; may mai mayo
maggio maio maj mei; june juni junio juin giugno junho; july juli julio juillet luglio julho; august agosto
aout augustus; september septiembre setiembre septembre settembre setembro; october oktober octubre octobre
ottobre outubro; november noviembre novembre novembro; december dezember diciembre decembre dicembre dezembro
"""
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
_TAIL = rf"(?:(?:,|t|\s|\s-)\s*{_CLOCK}(?:\s*(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d))?)?"
_WORD, _DAY = r"(?P<word>[^\W\d_]{3,})\.?", r"(?P<day>\d{1,2})"
_STYLES = [
    re.compile(style)
    for style in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.]{_DAY}{_TAIL}",
        rf"(?:[^\W\d_]+\.?,?\s)?{_DAY}(?:\.|er|º)?[\s/-]*(?:d[ei]\s)?{_WORD}[\s,/-]*(?:del?\s)?(?P<year>\d{{4}}|\d\d){_TAIL}",
        rf"{_WORD}\s{_DAY},?\s(?P<year>\d{{4}}){_TAIL}",
        rf"[a-z]{{3}}\s{_WORD}\s+{_DAY}\s{_CLOCK}\s(?P<zone>utc|gmt)\s(?P<year>\d{{4}})",
    )
]
_NUMERIC = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[./-])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_TAIL}",
)
_MONTH_ONLY = re.compile(rf"(?:{_WORD}[\s/-]*)?(?P<year>\d{{4}})")


def to_dates(values: Any, *, timezone: str, order: str | None = None, month_only: bool = False) -> pd.Series:
    """On which day of the owner's calendar was each of these? NaT where a value cannot be read.

    `order` ("dmy" or "mdy") reads 03/04/2024; `month_only` also reads "Mar 2024" and "2024", as the first day.

    >>> to_dates(["05 Mar 2024", "12-feb-21", "5. März 2024"], timezone="UTC").astype(str).tolist()
    ['2024-03-05', '2021-02-12', '2024-03-05']
    """
    wall, aware = _moments(_column(values), order, month_only)
    days = pd.Series(wall.astype("datetime64[D]").astype("datetime64[us]"), dtype=schema.DATE)
    if aware.any():
        days[aware] = dates.local_dates(pd.Series(wall[aware]).dt.tz_localize("UTC"), timezone).to_numpy()
    return days


def to_instants(values: Any, *, timezone: str, order: str | None = None) -> pd.Series:
    """At which UTC instant was each of these? A value without a zone is local to `timezone`.

    >>> to_instants(["2026-07-01 10:00:00 UTC", "7/8/26, 3:43 PM"], timezone="UTC", order="mdy").dt.hour.tolist()
    [10, 15]
    """
    wall, aware = _moments(_column(values), order, month_only=False)
    instants = pd.Series(wall, dtype=schema.INSTANT)
    if not aware.all():
        instants[~aware] = dates.midnight(pd.Series(wall)[~aware], timezone)
    return instants


def numeric_order(values: Any) -> str | None:
    """Which comes first in the numeric dates, "dmy" or "mdy"? None where the values do not tell.

    >>> numeric_order(["03/04/2024", "25/04/2024"]), numeric_order(["03/04/2024"])
    ('dmy', None)
    """
    votes = set()
    column = _column(values)
    if holds(column, "/-"):
        column = column.filter(pc.match_substring_regex(column, r"^\s*\d\d?\s*[/-]"))
        for value in column.unique().to_pylist():
            if found := _NUMERIC.fullmatch(_plain(value)):
                votes |= {"dmy"} if int(found["one"]) > 12 else set()
                votes |= {"mdy"} if int(found["two"]) > 12 else set()
    return votes.pop() if len(votes) == 1 else None


def why_unread(value: str) -> str:
    """What the user should do about a value that came out as NaT."""
    return AMBIGUOUS if _NUMERIC.fullmatch(_plain(value)) else UNREADABLE


def _column(values: Any) -> Any:
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.large_string())
    return column.fill_null("") if column.null_count else column


def _moments(column: Any, order: str | None, month_only: bool) -> tuple[Any, Flags]:
    """Wall-clock times, and which of them are UTC: by layout where there is one for them, else text by text."""
    wall = np.full(len(column), np.datetime64("NaT", "us"))
    aware = np.zeros(len(column), dtype=bool)
    signs, begin = laid_out(column)
    width = np.diff(begin)
    common = np.bincount(width.clip(max=64), minlength=65)
    for layout in [layout for layout in LAYOUTS if common[len(layout)]]:
        rows = np.flatnonzero((width == len(layout)) & np.isnat(wall))
        if len(rows):
            every = len(rows) == len(column)
            cells = signs if every else signs[begin[rows, None] + np.arange(len(layout))]
            wall[rows] = _laid_out(cells.reshape(-1, len(layout)).T, layout)
            aware[rows] = layout.endswith("UTC")
    rest = np.isnat(wall) & (width > 0)
    if rest.any():
        some = column.filter(pa.array(rest)).dictionary_encode()
        found = [_parse(text, order, month_only) for text in some.dictionary.to_pylist()]
        moments = np.array([at and at.replace(tzinfo=None) for at in found], dtype="datetime64[us]")
        zoned = np.array([at is not None and at.tzinfo is not None for at in found])
        which = some.indices.to_numpy()
        wall[rest], aware[rest] = moments[which], zoned[which]
    wall[(wall < FIRST) | (wall >= END)] = np.datetime64("NaT", "us")
    return wall, aware & ~np.isnat(wall)


def _laid_out(signs: Any, layout: str) -> Any:
    """The moments in texts that may be written in this layout (a row of `signs` per letter); NaT where they are not."""
    fits = np.ones(signs.shape[1], dtype=bool)
    parts: dict[str, Any] = {}
    for letter, cells in zip(layout, signs, strict=True):
        if letter in "YMDhms":
            digit = cells - ord("0")
            fits &= digit < 10
            parts[letter] = parts.get(letter, 0) * 10 + digit.astype(np.int64)
        elif letter == "b":
            parts["b"] = parts.get("b", 0) * 256 + (cells | 32).astype(np.int64)
        else:
            fits &= cells == ord(letter)
    if "b" in parts:
        at = np.searchsorted(_SHORT[0], parts["b"]).clip(max=len(_SHORT[0]) - 1)
        parts["M"] = np.where(_SHORT[0][at] == parts["b"], _SHORT[1][at], 0)
    hour, minute, second = (parts.get(letter, 0) for letter in "hms")
    fits &= (parts["M"] >= 1) & (parts["M"] <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    month = ((parts["Y"] - 1970) * 12 + parts["M"] - 1).astype("datetime64[M]")
    day = month.astype("datetime64[D]") + (parts["D"] - 1)
    fits &= day.astype("datetime64[M]") == month
    found = day.astype("datetime64[us]") + ((hour * 60 + minute) * 60 + second) * np.timedelta64(10**6, "us")
    return np.where(fits, found, np.datetime64("NaT", "us"))


def _plain(value: str) -> str:
    """In small letters, without marks of direction, with ordinary spaces (U+202F stands before many a PM)."""
    return " ".join(value.replace("\u200e", "").lower().split()) if len(value) < 60 else ""


def _parse(value: str, order: str | None, month_only: bool) -> dt.datetime | None:
    text = _plain(value)
    found = next((match for style in _STYLES if (match := style.fullmatch(text))), None)
    if found is None and month_only:
        found = _MONTH_ONLY.fullmatch(text)
    found = found or _NUMERIC.fullmatch(text)
    if found is None:
        return None
    parts = {"month": "1", "day": "1"} | {name: part for name, part in found.groupdict().items() if part}
    if "one" in parts:
        _settle(parts, order)
    try:
        month = _month(parts["word"]) if "word" in parts else int(parts["month"])
        year = int(parts["year"])
        if len(parts["year"]) == 2:
            year += 2000 if year < 69 else 1900
        hour = int(parts.get("hour", 0))
        if "half" in parts:
            hour = hour % 12 + (12 if parts["half"] == "p" else 0)
        at = dt.datetime(year, month, int(parts["day"]), hour, int(parts.get("minute", 0)))  # noqa: DTZ001
        at += dt.timedelta(seconds=int(parts.get("second", 0)))
        return _in_utc(at, parts["zone"]) if "zone" in parts else at
    except (ValueError, OverflowError):
        return None


def _settle(parts: dict[str, str], order: str | None) -> None:
    """Which number is the day? Left without an answer (month 0) where nothing tells."""
    one, two = parts["one"], parts["two"]
    if parts["mark"] == "." or order == "dmy" or (order is None and (int(one) > 12 or one == two)):
        parts["day"], parts["month"] = one, two
    elif order == "mdy" or int(two) > 12:
        parts["month"], parts["day"] = one, two
    else:
        parts["month"] = "0"


def _in_utc(at: dt.datetime, zone: str) -> dt.datetime:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        shift = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        at = at - shift if zone[0] == "+" else at + shift
    return at.replace(tzinfo=dt.UTC)


def _months() -> dict[str, int]:
    """Every beginning of at least three letters that means one month only."""
    meant: dict[str, set[int]] = {}
    for number, names in enumerate(_NAMES.split(";"), start=1):
        for name in names.split():
            for end in range(3, len(name) + 1):
                meant.setdefault(name[:end], set()).add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}


_MONTHS = _months()
_SHORT = np.array(
    sorted(
        (int.from_bytes(name.encode(), "big"), number) for name, number in _MONTHS.items() if len(name) == 3
    )
).T


@lru_cache(maxsize=256)
def _month(word: str) -> int:
    return _MONTHS.get(keys.unaccented(word), 0)
