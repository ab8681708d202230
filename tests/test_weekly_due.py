"""networkscope.automation.due: when the weekly report is due, also after sleep, failure, and changes of the clock."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.automation.due import WeeklyTime, due_as_of
from networkscope.errors import ParameterError

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = WeeklyTime.parse("mon 07:30")


def at(text, zone=VIENNA):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "07:30",
        "mon 7",
        "mo 07:30",
        "xyz 07:30",
        "mon 24:00",
        "mon 07:60",
        "tue 07:30 x",
        "mon 7:3",
    ],
)
def test_what_is_no_weekly_time(text):
    with pytest.raises(ParameterError, match='is not a weekly time; write it like "mon 07:30"'):
        WeeklyTime.parse(text)


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ("2026-11-16 07:30", "2026-11-16 07:30", "2026-11-23 07:30"),
        ("2026-11-16 07:29", "2026-11-09 07:30", "2026-11-16 07:30"),
        ("2026-11-22 23:59", "2026-11-16 07:30", "2026-11-23 07:30"),
        ("2026-03-29 12:00", "2026-03-23 07:30", "2026-03-30 07:30"),  # summer time began that morning
        ("2027-01-01 00:00", "2026-12-28 07:30", "2027-01-04 07:30"),
    ],
)
def test_the_time_before_and_the_next(now, before, after):
    assert MONDAY.before(at(now)) == at(before)
    assert MONDAY.after(at(now)) == at(after)


def test_a_time_that_the_clock_skips_or_has_twice():
    night = WeeklyTime.parse("sun 02:30")
    assert str(night.before(at("2026-03-29 12:00"))) == "2026-03-29 03:30:00+02:00"
    assert str(night.before(at("2026-10-25 12:00"))) == "2026-10-25 02:30:00+02:00"


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1)),
    st.integers(0, 6), st.integers(0, 23), st.integers(0, 59),
    st.sampled_from(["UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
)  # fmt: skip
def test_there_is_always_one_before_and_one_after_a_week_apart(now, weekday, hour, minute, name):
    now, time = now.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(name)), WeeklyTime(weekday, hour, minute)
    before, after = (moment.astimezone(dt.UTC) for moment in (time.before(now), time.after(now)))
    assert before <= now < after
    assert abs(after - before - dt.timedelta(days=7)) <= dt.timedelta(hours=2)
    assert WeeklyTime.parse(str(time)) == time


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text("[time]\ntimezone = 'Europe/Vienna'\n")
    return tmp_path


def written(book, week, as_of):
    folder = book / "reports" / week
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"as_of": as_of}))


def ran(book, as_of, started_at, exit_code):
    (book / "reports").mkdir(exist_ok=True)
    run = {"week": "", "as_of": as_of, "started_at": started_at, "exit_code": exit_code, "messages": []}
    (book / "reports" / "last_run.json").write_text(json.dumps(run))


def test_each_week_once(book):
    assert due_as_of(book, MONDAY, now=at("2026-11-16 07:30")) == "2026-11-16 07:30"
    written(book, "2026-W46", "2026-11-16 07:30")
    assert due_as_of(book, MONDAY, now=at("2026-11-16 07:30")) is None
    assert due_as_of(book, MONDAY, now=at("2026-11-23 07:29")) is None
    assert due_as_of(book, MONDAY, now=at("2026-11-23 07:30")) == "2026-11-23 07:30"


def test_who_slept_through_it_gets_it_as_of_its_time(book):
    assert due_as_of(book, MONDAY, now=at("2026-11-18 21:00")) == "2026-11-16 07:30"


def test_a_week_that_was_looked_at_before_its_end_is_still_due(book):
    written(book, "2026-W46", "2026-11-12 10:00")
    assert due_as_of(book, MONDAY, now=at("2026-11-16 08:00")) == "2026-11-16 07:30"


def test_a_failed_run_is_tried_again_the_next_day(book):
    ran(book, "2026-11-16 07:30", "2026-11-16T06:30:05Z", 1)
    assert due_as_of(book, MONDAY, now=at("2026-11-16 08:30")) is None
    assert due_as_of(book, MONDAY, now=at("2026-11-17 07:30")) == "2026-11-16 07:30"
    ran(book, "2026-11-09 07:30", "2026-11-16T06:30:05Z", 1)
    assert due_as_of(book, MONDAY, now=at("2026-11-16 08:30")) == "2026-11-16 07:30", "another week failed"
    ran(book, "2026-11-16 07:30", "2026-11-16T06:30:05Z", 0)
    assert due_as_of(book, MONDAY, now=at("2026-11-16 08:30")) == "2026-11-16 07:30", "the week was removed"


def test_a_clock_that_jumps_back_or_ahead(book):
    written(book, "2026-W46", "2026-11-16 07:30")
    assert due_as_of(book, MONDAY, now=at("2026-11-16 07:10")) == "2026-11-09 07:30", (
        "an older week is not there"
    )
    written(book, "2026-W45", "2026-11-09 07:30")
    assert due_as_of(book, MONDAY, now=at("2026-11-16 07:10")) is None
    ran(book, "2026-11-09 07:30", "2027-05-01T00:00:00Z", 1)
    (book / "reports" / "2026-W45" / "manifest.json").unlink()
    assert due_as_of(book, MONDAY, now=at("2026-11-16 07:10")) == "2026-11-09 07:30", (
        "it failed in the future"
    )


def test_the_week_is_the_owners_and_the_time_that_of_the_computer(book):
    sunday = WeeklyTime.parse("sun 22:00")
    now = at("2026-11-15 22:30", ZoneInfo("America/New_York"))
    assert due_as_of(book, sunday, now=now) == "2026-11-16 04:00"
    written(book, "2026-W46", "2026-11-16 04:00")
    assert due_as_of(book, sunday, now=now) is None
