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
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, keys, schema
from networkscope.importers import columns

UNREADABLE = "a date cannot be read: write it as 2026-11-16 or 2026-11-16 14:30"
AMBIGUOUS = "day and month of a date cannot be told apart: write it as 2026-11-16"
FIRST, END = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")

# What most exports write, and pandas reads at once.
_ISO = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:[0-5]\d(\.\d{1,6})?)?( UTC)?)?$"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
_TAIL = rf"(?:(?:,|t|\s|\s-)\s*{_CLOCK}(?:\s*(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d))?)?"
_WORD, _DAY = r"(?P<word>[^\W\d_]{3,})\.?", r"(?P<day>\d{1,2})"
_NUMERIC = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[./-])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_TAIL}"
)
_STYLES = [
    re.compile(style)
    for style in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.]{_DAY}{_TAIL}",
        rf"(?:[^\W\d_]+\.?,?\s)?{_DAY}(?:\.|er|º)?[\s/-]*(?:d[ei]\s)?{_WORD}[\s,/-]*(?:del?\s)?(?P<year>\d{{4}}|\d\d){_TAIL}",
        rf"{_WORD}\s{_DAY},?\s(?P<year>\d{{4}}){_TAIL}",
        rf"[a-z]{{3}}\s{_WORD}\s+{_DAY}\s{_CLOCK}\s(?P<zone>utc|gmt)\s(?P<year>\d{{4}})",
        _NUMERIC.pattern,
    )
]
_MONTH_ONLY = re.compile(rf"(?:{_WORD}[\s/-]*)?(?P<year>\d{{4}})")


def to_dates(values: Any, *, timezone: str, order: str | None = None, month_only: bool = False) -> pd.Series:
    """On which day of the owner's calendar was each of these? NaT where a value cannot be read.

    `order` ("dmy" or "mdy") reads 03/04/2024; `month_only` also reads "Mar 2024" and "2024", as the first day.

    >>> to_dates(["05 Mar 2024", "12-feb-21", "5. März 2024"], timezone="UTC").astype(str).tolist()
    ['2024-03-05', '2021-02-12', '2024-03-05']
    """
    wall, in_utc = _moments(values, order, month_only)
    days = wall.dt.normalize()
    days[in_utc] = dates.local_dates(wall[in_utc].dt.tz_localize("UTC"), timezone)
    return days


def to_instants(values: Any, *, timezone: str, order: str | None = None) -> pd.Series:
    """At which UTC instant was each of these? A value without a zone is local to `timezone`.

    >>> to_instants(["2026-07-01 10:00:00 UTC", "7/8/26, 3:43 PM"], timezone="UTC", order="mdy").dt.hour.tolist()
    [10, 15]
    """
    wall, in_utc = _moments(values, order, month_only=False)
    instants = wall.dt.tz_localize("UTC")
    instants[~in_utc] = dates.midnight(wall[~in_utc], timezone)
    return instants


def numeric_order(values: Any) -> str | None:
    """Which comes first in the numeric dates, "dmy" or "mdy"? None where the values do not show it.

    >>> numeric_order(["03/04/2024", "25/04/2024"]), numeric_order(["03/04/2024"])
    ('dmy', None)
    """
    votes = set()
    column = _column(values)
    for value in column.filter(pc.match_substring_regex(column, r"^\s*\d\d?\s*[/-]")).unique().to_pylist():
        if found := _NUMERIC.fullmatch(_plain(value)):
            votes |= {"dmy"} if int(found["one"]) > 12 else set()
            votes |= {"mdy"} if int(found["two"]) > 12 else set()
    return votes.pop() if len(votes) == 1 else None


def why_unread(value: str) -> str:
    """What the user should do about a value that came out as NaT."""
    return AMBIGUOUS if _NUMERIC.fullmatch(_plain(value)) else UNREADABLE


def _column(values: Any) -> Any:
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.large_string())
    return column.fill_null("")


def _moments(values: Any, order: str | None, month_only: bool) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    """Wall-clock times, and which of them are UTC: each distinct text is read once."""
    column = _column(values).dictionary_encode()
    texts = column.dictionary
    iso = np.asarray(pc.match_substring_regex(texts, _ISO), dtype=bool)
    in_utc = np.asarray(pc.ends_with(texts, "UTC"), dtype=bool)
    plain = pc.if_else(pa.array(iso), pc.replace_substring(texts, " UTC", ""), None)
    wall = pd.to_datetime(pd.Series(plain, dtype=schema.TEXT), format="ISO8601", errors="coerce")
    wall = wall.astype(schema.DATE).dt.floor("s")
    if not iso.all():
        others = [_parse(text, order, month_only) for text in texts.filter(pa.array(~iso)).to_pylist()]
        wall[~iso] = np.array([at and at.replace(tzinfo=None) for at in others], dtype="datetime64[us]")
        in_utc[~iso] = [at is not None and at.tzinfo is not None for at in others]
    wall = wall.where((wall >= FIRST) & (wall < END))
    rows = column.indices.to_numpy()
    return wall.take(rows).reset_index(drop=True), (in_utc & wall.notna().to_numpy())[rows]


def _plain(value: str) -> str:
    """In small letters, without marks of direction, with ordinary spaces (U+202F is in front of many a PM)."""
    return " ".join(value.replace("\u200e", "").lower().split()) if len(value) < 60 else ""


def _parse(value: str, order: str | None, month_only: bool) -> dt.datetime | None:
    text = _plain(value)
    found = next((match for style in _STYLES if (match := style.fullmatch(text))), None)
    if found is None and month_only:
        found = _MONTH_ONLY.fullmatch(text)
    if found is None:
        return None
    parts = {"month": "1", "day": "1"} | {name: part for name, part in found.groupdict().items() if part}
    if "one" in parts:
        parts["day"], parts["month"] = _day_and_month(parts["one"], parts["two"], parts["mark"], order)
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


def _day_and_month(one: str, two: str, mark: str, order: str | None) -> tuple[str, str]:
    """Which number is the day? Month 0 where nothing shows it."""
    if mark == "." or order == "dmy" or (order is None and (int(one) > 12 or one == two)):
        return one, two
    return (two, one) if order == "mdy" or int(two) > 12 else (one, "0")


def _in_utc(at: dt.datetime, zone: str) -> dt.datetime:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        shift = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        at = at - shift if zone[0] == "+" else at + shift
    return at.replace(tzinfo=dt.UTC)


@lru_cache(maxsize=256)
def _month(word: str) -> int:
    """The number of a month, 0 where the word is none, or may mean two of them."""
    start = keys.unaccented(word)
    months = columns.section("months").values()
    found = [at for at, names in enumerate(months, 1) if any(name.startswith(start) for name in names)]
    return found[0] if len(found) == 1 else 0
