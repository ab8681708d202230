"""Each style of writing a date, and what must not be guessed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.importers import date_texts


def day(value, **options):
    (found,) = date_texts.to_dates([value], timezone="Europe/Vienna", **options)
    return None if pd.isna(found) else str(found.date())


def instant(value, timezone="Europe/Vienna", **options):
    (found,) = date_texts.to_instants([value], timezone=timezone, **options)
    return None if pd.isna(found) else found.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("05 Mar 2024", "2024-03-05"),
        ("09 Jul 17", "2017-07-09"),
        ("29-Apr-23", "2023-04-29"),
        ("12-feb-21", "2021-02-12"),
        ("21 Jan 2021", "2021-01-21"),
        ("5. März 2024", "2024-03-05"),
        ("05 Mrz 2024", "2024-03-05"),
        ("3. Jänner 2020", "2020-01-03"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("05 ene. 2024", "2024-01-05"),
        ("14 août 2019", "2019-08-14"),
        ("1er janv. 2020", "2020-01-01"),
        ("02 déc. 2020", "2020-12-02"),
        ("7 juil. 2020", "2020-07-07"),
        ("7 juin 2020", "2020-06-07"),
        ("05 gen 2024", "2024-01-05"),
        ("05 giu 2024", "2024-06-05"),
        ("10 de out. de 2022", "2022-10-10"),
        ("05 set 2022", "2022-09-05"),
        ("05 maj 2022", "2022-05-05"),
        ("05 mrt 2022", "2022-03-05"),
        ("05 okt. 2022", "2022-10-05"),
        ("Mar 5, 2024", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
        ("25/03/2024", "2024-03-25"),
        ("03/25/2024", "2024-03-25"),
        ("04/04/2024", "2024-04-04"),
        ("2026-07-01 23:30:00 UTC", "2026-07-02"),  # half past one in Vienna
        ("29 Feb 2024", "2024-02-29"),
    ],
)
def test_days(value, expected):
    assert day(value) == expected


@pytest.mark.parametrize(
    "value",
    ["", "soon", "31 Feb 2024", "00 Mar 2024", "05 Jui 2024", "05 Foo 2024", "2024-13-01", "0001-01-01", "45234",
     "now", "today", "NaT", "03/04/2024", "5/6/24", "9999-01-01", "05 Mar 2024 at dawn", "x" * 5000],
)  # fmt: skip
def test_what_cannot_be_read_is_missing(value):
    assert day(value) is None
    assert instant(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-01 10:00:00 UTC", "2026-07-01 10:00:00"),
        ("Tue Jun 20 12:25:51 UTC 2023", "2023-06-20 12:25:51"),
        ("2024/02/24 14:03:38 UTC", "2024-02-24 14:03:38"),
        ("2024-02-24T14:03:38+02:00", "2024-02-24 12:03:38"),
        ("2024-02-24T14:03:38-0530", "2024-02-24 19:33:38"),
        ("2024-02-24T14:03:38.123Z", "2024-02-24 14:03:38"),
        ("2024-02-24 14:03:38.987654 UTC", "2024-02-24 14:03:38"),
        ("2024-02-24 14:03", "2024-02-24 13:03:00"),  # winter in Vienna: UTC+1
        ("2024-07-24", "2024-07-23 22:00:00"),  # summer: UTC+2
        ("24 Jul 2024 9:05 AM", "2024-07-24 07:05:00"),
        ("Tue, 20 Jun 2023 12:25:51 +0000", "2023-06-20 12:25:51"),
    ],
)
def test_instants(value, expected):
    assert instant(value) == expected


@pytest.mark.parametrize(
    ("value", "clock"),
    [
        ("7/8/26, 3:43 PM", "15:43"),
        ("7/8/26, 09:51 AM", "09:51"),
        ("7/8/26, 12:00 AM", "00:00"),
        ("7/8/26, 12:30\u202fPM", "12:30"),
        ("7/8/26, 5:46 p.m.", "17:46"),
    ],
)
def test_month_first_with_a_clock(value, clock):
    assert instant(value, "UTC", order="mdy") == f"2026-07-08 {clock}:00"


def test_order_is_told_by_the_whole_file_or_not_at_all():
    assert date_texts.numeric_order(["03/04/2024", "13/04/2024"]) == "dmy"
    assert date_texts.numeric_order(["03/04/2024", "04/13/2024"]) == "mdy"
    assert date_texts.numeric_order(["03/04/2024", "04/05/2024"]) is None
    assert date_texts.numeric_order(["13/04/2024", "04/13/2024"]) is None
    assert date_texts.numeric_order(["2024-04-13", "soon", "13.04.2024"]) is None
    assert day("03/04/2024", order="dmy") == "2024-04-03"
    assert day("03/04/2024", order="mdy") == "2024-03-04"
    assert day("25/04/2024", order="mdy") is None
    assert day("03.04.2024", order="mdy") == "2024-04-03"


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00"])
def test_the_edges_of_the_calendar_are_left_out_in_every_zone(value):
    assert instant(value) is None
    assert day(value) is None


def test_why_a_value_was_not_read():
    assert date_texts.why_unread("03/04/2024") == date_texts.AMBIGUOUS
    assert date_texts.why_unread("soon") == date_texts.UNREADABLE


def test_months_alone_only_where_they_are_asked_for():
    assert day("Mar 2024") is None
    assert day("Mar 2024", month_only=True) == "2024-03-01"
    assert day("2019", month_only=True) == "2019-01-01"


def test_hours_that_do_not_exist_or_exist_twice_are_settled():
    assert instant("2024-03-31 02:30") == "2024-03-31 01:00:00"  # skipped: the clock stands at 03:00 then
    assert instant("2024-10-27 02:30") == "2024-10-27 01:30:00"  # the second one


def test_one_column_may_mix_styles():
    values = ["21 Jan 2021", "12-feb-21", "", "2021-05-01", "03/04/2021", "30 Feb 2021"]
    found = date_texts.to_dates(values, timezone="UTC")
    assert found.dtype == schema.DATE
    assert found.dt.strftime("%m-%d").fillna("-").tolist() == ["01-21", "02-12", "-", "05-01", "-", "-"]


def test_no_values_give_no_dates():
    assert date_texts.to_dates([], timezone="UTC").dtype == schema.DATE
    assert date_texts.to_instants([], timezone="UTC").dtype == schema.INSTANT


MOMENTS = st.datetimes(pd.Timestamp("1950-01-01").to_pydatetime(), pd.Timestamp("2100-01-01").to_pydatetime())
STYLES = [
    "%d %b %Y",
    "%d-%b-%y",
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%B %d, %Y",
    "%Y/%m/%d %H:%M:%S",
    "%a %b %d %H:%M:%S UTC %Y",
]


@given(
    st.lists(
        st.tuples(MOMENTS.filter(lambda at: 1970 <= at.year < 2068), st.sampled_from(STYLES)), max_size=9
    )
)
def test_what_is_written_is_read_back(values):
    written = [moment.strftime(style) for moment, style in values]
    found = date_texts.to_dates(written, timezone="UTC")
    assert found.tolist() == [pd.Timestamp(moment.date()) for moment, _ in values]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_survived(values):
    assert len(date_texts.to_dates(values, timezone="UTC", month_only=True)) == len(values)
    assert len(date_texts.to_instants(values, timezone="America/New_York", order="dmy")) == len(values)
    date_texts.numeric_order(values)
