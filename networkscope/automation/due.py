"""When is a weekly report due, and is it there already?

The time is that of this computer's clock, like in every scheduler; the week that a report belongs to is the owner's.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from networkscope.dates import WEEKDAYS, as_instant, iso_week, zone
from networkscope.errors import ParameterError, one_line
from networkscope.reports.weeks import last_run, weeks_of
from networkscope.settings import local_timezone, read_settings

AGAIN_AFTER = dt.timedelta(hours=20)  # a run that failed is tried again the next day


@dataclass(frozen=True)
class WeeklyTime:
    """A weekday (0 is Monday), an hour and a minute.

    >>> str(WeeklyTime.parse("Monday 7:30")), str(WeeklyTime.parse("sun 23:05"))
    ('mon 07:30', 'sun 23:05')
    """

    weekday: int
    hour: int
    minute: int

    @classmethod
    def parse(cls, text: str) -> WeeklyTime:
        """A ParameterError where it is not like "mon 07:30"."""
        found = re.fullmatch(r"([a-z]{3,})\s+(\d{1,2}):(\d\d)", text.strip().lower(), re.ASCII)
        days = [number for number, name in enumerate(WEEKDAYS) if found and name.startswith(found[1])]
        if not found or not days or int(found[2]) > 23 or int(found[3]) > 59:
            raise ParameterError(f"'{one_line(text, 40)}' is not a weekly time; write it like \"mon 07:30\"")
        return cls(days[0], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday][:3]} {self.hour:02}:{self.minute:02}"

    def before(self, now: dt.datetime) -> dt.datetime:
        """The last such time up to `now`, in the time zone of `now`; where the clock skips it, just after.

        >>> str(WeeklyTime(0, 7, 30).before(dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)))
        '2026-11-16 07:30:00+00:00'
        """
        day = now.date() - dt.timedelta(days=(now.weekday() - self.weekday) % 7)
        moment = self._on(day, now)
        return moment if moment <= now else self._on(day - dt.timedelta(days=7), now)

    def after(self, now: dt.datetime) -> dt.datetime:
        """The next such time after `now`."""
        return self._on(self.before(now).date() + dt.timedelta(days=7), now)

    def _on(self, day: dt.date, now: dt.datetime) -> dt.datetime:
        moment = dt.datetime.combine(day, dt.time(self.hour, self.minute), now.tzinfo)
        return moment.astimezone(dt.UTC).astimezone(now.tzinfo)


def clock() -> dt.datetime:
    """The time on this computer's clock."""
    return dt.datetime.now(zone(local_timezone()))


def due_as_of(book: Path, time: WeeklyTime, *, now: dt.datetime | None = None) -> str | None:
    """For which moment is the weekly report of this book to be written now? None where it is there, or has just failed.

    Whoever slept through the time gets the report as of that time, so that each week is there, once.
    """
    now = now or clock()
    settings = read_settings(book / "book.toml")
    due = time.before(now)
    as_of = f"{due.astimezone(zone(settings.timezone)):%Y-%m-%d %H:%M}"
    week = iso_week(as_of, settings.timezone)
    written = weeks_of(book / "reports").get(week, {}).get("as_of")
    if written and as_instant(written, settings.timezone) >= as_instant(as_of, settings.timezone):
        return None
    last = last_run(book / "reports")
    if last.get("exit_code") and last.get("as_of") == as_of:
        started = dt.datetime.fromisoformat(last["started_at"])
        if dt.timedelta() <= now - started < AGAIN_AFTER:
            return None
    return as_of
