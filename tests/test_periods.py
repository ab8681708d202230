import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import dates as periods
from networkscope.errors import ParameterError


def test_a_date_is_the_midnight_that_begins_it():
    # Vienna is an hour ahead of UTC in winter, two in summer.
    assert periods.as_instant("2026-11-16", "Europe/Vienna") == pd.Timestamp("2026-11-15 23:00", tz="UTC")
    assert periods.as_instant("2026-07-01", "Europe/Vienna") == pd.Timestamp("2026-06-30 22:00", tz="UTC")


def test_an_instant_stays_what_it_is():
    moment = pd.Timestamp("2026-11-16 08:00", tz="America/New_York")
    assert periods.as_instant(moment, "Europe/Vienna") == moment


def test_a_midnight_that_never_was_moves_to_the_first_moment_of_the_day():
    # Beirut skipped 00:00 to 01:00 on 28 March 2021.
    assert periods.as_instant("2021-03-28", "Asia/Beirut") == pd.Timestamp("2021-03-27 22:00", tz="UTC")


@pytest.mark.parametrize(
    "wrong",
    ["yesterday", "2026-13-01", "", "now", "16/Nov", pd.NaT, "99999-01-01", "2026", "2026-11", "2026-W01-1", "20261116",
     "2026-11-161", "2026-11-16 soon", "2026-02-30", "0001-01-01", "9999-12-31", dt.date(1, 1, 1), dt.date(2200, 1, 1)],
)  # fmt: skip
def test_what_is_no_date_is_refused(wrong):
    with pytest.raises(ParameterError, match=r"is not a date.*write it in full, as 2026-11-16"):
        periods.as_instant(wrong)


@pytest.mark.parametrize(
    "right",
    [
        "2026-11-16",
        "2026-11-16 14:30",
        "2026-11-16T14:30:00",
        "2026-11-16T14:30:00+01:00",
        "2026-11-16T13:30Z",
    ],
)
def test_a_full_date_may_have_a_time(right):
    assert periods.as_instant(right, "Europe/Vienna").date() in (dt.date(2026, 11, 15), dt.date(2026, 11, 16))


@pytest.mark.parametrize("wrong", ["Europe/Wien", "", "../etc/passwd", "CET+1"])
def test_an_unknown_zone_is_named(wrong):
    with pytest.raises(ParameterError, match="use an IANA name"):
        periods.zone(wrong)


@given(st.datetimes(min_value=pd.Timestamp("1990-01-01"), max_value=pd.Timestamp("2090-01-01")))
def test_local_dates_agree_with_one_at_a_time(moment):
    instant = pd.Timestamp(moment, tz="UTC").as_unit("us")
    for zone in ("UTC", "Europe/Vienna", "America/St_Johns", "Pacific/Kiritimati"):
        expected = pd.Timestamp(instant.tz_convert(zone).date())
        assert periods.local_date(instant, zone) == expected
        assert periods.local_dates(pd.Series([instant]), zone).iat[0] == expected


def test_midnight_is_the_way_back():
    dates = pd.Series(pd.to_datetime(["2026-03-29", "2026-11-16"]))
    back = periods.local_dates(periods.midnight(dates, "Europe/Vienna"), "Europe/Vienna")
    assert back.tolist() == dates.tolist()


@pytest.mark.parametrize(
    ("as_of", "days", "week_starts_on", "expected"),
    [
        ("2026-11-18 10:00", 7, "", "2026-11-11 10:00"),  # a Wednesday
        ("2026-11-18 10:00", 7, "monday", "2026-11-09"),
        ("2026-11-18 10:00", 7, "sunday", "2026-11-08"),
        ("2026-11-18 10:00", 7, "wednesday", "2026-11-11"),
        ("2026-11-16", 7, "monday", "2026-11-09"),
        ("2026-11-15", 1, "monday", "2026-11-09"),
        ("2026-11-01 10:00", 10, "", "2026-10-22 10:00"),  # the clocks were turned back between them
        ("2026-03-31", 1, "sunday", "2026-03-29"),
    ],
)
def test_looking_back_by_days_or_to_the_beginning_of_a_week(as_of, days, week_starts_on, expected):
    zone = "Europe/Vienna"
    found = periods.look_back(as_of, days, timezone=zone, week_starts_on=week_starts_on)
    assert found == pd.Timestamp(expected, tz=zone)
    assert found.tzinfo == periods.zone(zone)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 7, "week_starts_on": "Montag"}])
def test_looking_back_needs_a_day_and_a_weekday(wrong):
    with pytest.raises(ParameterError, match="must be 1 or more" if wrong["days"] == 0 else "one of monday"):
        periods.look_back("2026-11-18", **wrong)
