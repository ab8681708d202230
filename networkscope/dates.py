"""Time as the owner lives it: the as-of cut-off, local days, weeks and months.

A date without a time means the midnight that begins it in the owner's time zone, so
``as_of="2026-11-16"`` sees everything up to the end of 15 November and nothing later.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from networkscope.errors import ParameterError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

AsOf: TypeAlias = str | dt.date | dt.datetime
YEARS = range(1900, 2200)
AHEAD_DAYS = 60  # so far ahead is known whom the calendar says the owner will meet
_WANTED = "write it in full, as 2026-11-16"


def zone(timezone: str) -> ZoneInfo:
    """The named IANA time zone; a ParameterError where there is none.

    >>> zone("Europe/Vienna").key
    'Europe/Vienna'
    """
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ParameterError(
            f"time zone '{timezone}' is unknown; use an IANA name such as Europe/Vienna"
        ) from error


def as_instant(as_of: AsOf, timezone: str = "UTC") -> pd.Timestamp:
    """The as-of cut-off as a UTC instant; a naive date or time is local to `timezone`.

    A ParameterError where it is no full date (and time) of the years 1900 to 2199.

    >>> as_instant("2026-11-16", "Europe/Vienna")
    Timestamp('2026-11-15 23:00:00+0000', tz='UTC')
    """
    # A year alone would pass for its first of January.
    if isinstance(as_of, str) and not re.match(r"\d{4}-\d\d-\d\d(?!\d)", as_of.strip()):
        raise ParameterError(f"'{as_of}' is not a date; {_WANTED}")
    try:
        moment = pd.Timestamp(as_of)
    except (ValueError, TypeError, OverflowError) as error:
        raise ParameterError(f"'{as_of}' is not a date; {_WANTED}") from error
    if moment is pd.NaT or moment.year not in YEARS:
        raise ParameterError(f"'{as_of}' is not a date in {YEARS[0]} to {YEARS[-1]}; {_WANTED}")
    if moment.tzinfo is None:
        moment = moment.tz_localize(zone(timezone), ambiguous=False, nonexistent="shift_forward")
    return moment.tz_convert("UTC").as_unit("us")


def local(instants: pd.Series, timezone: str) -> pd.Series:
    """UTC instants as naive wall-clock times of the owner."""
    return instants.dt.tz_convert(zone(timezone)).dt.tz_localize(None)


def local_date(moment: pd.Timestamp, timezone: str) -> pd.Timestamp:
    """The owner's calendar date at an instant, as a naive midnight.

    >>> local_date(pd.Timestamp("2026-11-15 23:30", tz="UTC"), "Europe/Vienna")
    Timestamp('2026-11-16 00:00:00')
    """
    return moment.tz_convert(zone(timezone)).tz_localize(None).normalize()


def as_of_date(as_of: AsOf, timezone: str) -> pd.Timestamp:
    """The owner's calendar date at the cut-off."""
    return local_date(as_instant(as_of, timezone), timezone)


def last_day(as_of: AsOf, timezone: str) -> pd.Timestamp:
    """The last calendar date of the owner's that the cut-off sees anything of."""
    return local_date(as_instant(as_of, timezone) - pd.Timedelta(1, "us"), timezone)


def iso_week(as_of: AsOf, timezone: str) -> str:
    """The ISO week of the day before the cut-off: on Monday morning that of the week that has ended.

    >>> iso_week("2026-11-16 07:30", "Europe/Vienna"), iso_week("2027-01-03", "Europe/Vienna")
    ('2026-W46', '2026-W53')
    """
    year, week, _ = (as_of_date(as_of, timezone) - pd.Timedelta(days=1)).isocalendar()
    return f"{year}-W{week:02}"


def look_back(as_of: AsOf, days: int, *, timezone: str = "UTC", week_starts_on: str = "") -> pd.Timestamp:
    """Which moment of the owner's was so many days ago, or began the week in which that day lies?

    A ParameterError where `days` is below 1, or `week_starts_on` neither a weekday nor empty.

    >>> str(look_back("2026-11-18 10:00", 7))
    '2026-11-11 10:00:00+00:00'
    >>> str(look_back("2026-11-18 10:00", 7, week_starts_on="monday"))
    '2026-11-09 00:00:00+00:00'
    """
    if days < 1:
        raise ParameterError(f"days must be 1 or more, not {days}")
    if week_starts_on and week_starts_on not in WEEKDAYS:
        raise ParameterError(f"week_starts_on must be one of {', '.join(WEEKDAYS)}, not '{week_starts_on}'")
    moment = as_instant(as_of, timezone).tz_convert(zone(timezone)) - pd.DateOffset(days=days)
    if not week_starts_on:
        return moment
    day = local_date(moment, timezone)
    day -= pd.DateOffset(days=(day.weekday() - WEEKDAYS.index(week_starts_on)) % 7)
    return as_instant(day, timezone).tz_convert(zone(timezone))


def local_dates(instants: pd.Series, timezone: str) -> pd.Series:
    """The owner's calendar date of each instant, as naive midnights."""
    return local(instants, timezone).dt.normalize()


def iso_days(days: pd.Series) -> pd.Series:
    """Dates as text, like 2026-11-16; missing where there is none.

    >>> iso_days(pd.Series(pd.to_datetime(["2026-11-16"]))).tolist()
    ['2026-11-16']
    """
    return days.dt.strftime("%Y-%m-%d").astype("str")


DUE_STATES = ("due_today", "overdue", "not_due")


def due_state(due_on: pd.Series, today: pd.Timestamp) -> pd.Series:
    """Is it due today, overdue, or not due? The one calendar rule; on a day that is not over it is due today.

    >>> days = pd.Series(pd.to_datetime(["2026-11-15", "2026-11-16", "2026-11-17"]))
    >>> due_state(days, pd.Timestamp("2026-11-16")).tolist()
    ['overdue', 'due_today', 'not_due']
    """
    found = np.select([due_on < today, due_on == today], ["overdue", "due_today"], "not_due")
    return pd.Series(found, due_on.index, dtype="str")


def midnight(dates: pd.Series, timezone: str) -> pd.Series:
    """The UTC instants at which naive dates begin for the owner."""
    return dates.dt.tz_localize(zone(timezone), ambiguous=False, nonexistent="shift_forward").dt.tz_convert(
        "UTC"
    )


def months(first: pd.Timestamp, last: pd.Timestamp) -> pd.PeriodIndex:
    """Every month from the first to the last, none left out.

    >>> months(pd.Timestamp("2026-01-31"), pd.Timestamp("2026-03-01")).astype(str).tolist()
    ['2026-01', '2026-02', '2026-03']
    """
    return pd.period_range(first, last, freq="M")
