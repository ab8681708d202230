"""Who is in no list, who would remember, whose entry is due, whom colleagues meet."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import SchemaError
from networkscope.measures.contact_lists import capture_lag, through_colleagues, uncaptured, would_remember
from networkscope.settings import Employer
from tests.on_tables import on_tables

capture_lag = on_tables(capture_lag, "contacts interactions")
through_colleagues = on_tables(through_colleagues, "contacts interactions")
uncaptured = on_tables(uncaptured, "contacts interactions")
would_remember = on_tables(would_remember, "contacts interactions")

WORK = (Employer("Work", ("work.example",), dt.date(2020, 1, 1), None),)
IDS = ["ann", "bo", "cy", "di", "ed"]
PEOPLE = pd.DataFrame(
    {
        "contact_id": IDS,
        "listed": [True, False, None, False, True],
        "emails": ["a@work.example", "b@home.example; b@mail.work.example", "c@home.example", None, None],
        "connected_on": pd.to_datetime(["2025-01-10", None, None, None, "2026-06-01"]),
    }
)


def log(*rows):
    """Interactions from (contact, day, direction) and perhaps channel, event, thread, group size."""
    columns = ["contact_id", "occurred_at", "direction", "channel", "event_id", "thread_id", "group_size"]
    frame = pd.DataFrame([(*row, None, None, None, None)[:7] for row in rows], columns=columns)
    frame = frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True))
    return frame.assign(source_ref=[f"l{number}" for number in range(len(frame))])


EVENTS = log(
    ("ann", "2025-01-02", "outbound"), ("ann", "2025-01-03", "inbound"),
    ("bo", "2026-01-02", "outbound"), ("bo", "2026-01-03", "inbound"),
    ("cy", "2026-01-02", "mutual", "meeting", None, None, 4),
    ("di", "2026-01-02", "mutual", "meeting", None, None, 5), ("di", "2026-01-04", "outbound"),
)  # fmt: skip


def test_uncaptured():
    found = uncaptured(PEOPLE, EVENTS, as_of="2026-02-01", employers=WORK)
    assert found["contact_id"].tolist() == ["bo", "cy"]  # ann is listed; di met in a crowd and never answered
    assert found["contact_days"].tolist() == [2, 1]
    assert found["talk_count"].tolist() == [0, 1]
    assert found["at_employer"].tolist() == [True, False]
    assert found["source_ref"].tolist() == ["l3", "l4"]
    assert found.loc[0, "why"] == "in no contact list; 2 days with contact: 1 out, 1 back, 0 talks"
    assert uncaptured(PEOPLE, EVENTS, as_of="2026-02-01")["at_employer"].isna().all()


def test_who_is_listed_later_is_not_yet_captured():
    events = log(("ed", "2026-01-02", "mutual", "call"))
    assert uncaptured(PEOPLE, events, as_of="2026-06-01")["contact_id"].tolist() == ["ed"]
    assert uncaptured(PEOPLE, events, as_of="2026-06-02").empty


def test_would_remember():
    found = would_remember(PEOPLE, EVENTS, as_of="2026-02-01", REMEMBERED_DAYS=365)
    assert [None if pd.isna(yes) else yes for yes in found["remembers"]] == [False, True, True, False, None]
    longer = would_remember(
        PEOPLE, EVENTS, as_of="2026-02-01", REMEMBERED_DAYS=395
    )  # 2 January 2025 is 395 days ago
    assert longer["remembers"].tolist()[0] is True
    assert (
        would_remember(PEOPLE, EVENTS, as_of="2026-02-01", REMEMBERED_DAYS=394)["remembers"].tolist()[0]
        is False
    )


def test_capture_lag_and_refresh():
    found = capture_lag(PEOPLE, EVENTS, as_of="2026-01-10")
    assert found["contact_id"].tolist() == ["ann"]  # ed is recorded only in June
    assert found["lag_days"].tolist() == [8]
    assert found["refresh_due_on"].tolist() == [pd.Timestamp("2026-01-10")]  # a year after 10 January 2025
    assert found["is_due"].tolist() == [True]
    assert found["days_overdue"].tolist() == [0]
    assert capture_lag(PEOPLE, EVENTS, as_of="2026-01-09")["is_due"].tolist() == [False]
    later = capture_lag(PEOPLE, EVENTS, as_of="2026-07-01")
    assert later["lag_days"].isna().tolist() == [False, True]
    undated = capture_lag(PEOPLE.drop(columns="connected_on").iloc[[4]], EVENTS, as_of="2026-07-01")
    assert undated["is_due"].isna().all()
    assert undated["why"].tolist() == ["no date of recording, last touch none"]


def test_through_colleagues():
    known = pd.DataFrame({"contact_id": [*IDS, "fay"], "listed": [True, True, True, False, False, True]})
    day = "2026-01-02"
    events = log(
        *((who, day, "mutual", "meeting", "standup", None, 6) for who in ("ann", "bo", "di", "ed")),
        *((who, "2026-01-03", "inbound", "email", f"m{who}", "t1") for who in ("cy", "bo", "di")),
        ("fay", day, "inbound", "email", "m8", "t2", 2), ("ed", day, "inbound", "email", "m9", "t2", 2),
    )  # fmt: skip
    found = through_colleagues(known, events, as_of="2026-02-01")
    # di meets ann and bo at the standup, bo and cy in the thread; ed only two; the notes in t2 went to one each.
    assert found["contact_id"].tolist() == ["di"]
    assert found["met_ids"].tolist() == ["bo; ann; cy"]
    assert found["met_count"].tolist() == [3]
    assert found["shared_count"].tolist() == [2]
    assert found["last_shared_on"].tolist() == [pd.Timestamp("2026-01-03")]
    assert found["source_ref"].tolist() == ["l6"]
    assert found["why"].tolist() == ["meets 3 listed contacts, in 2 events and threads"]
    assert through_colleagues(known, events, as_of="2026-01-03", MEETS_AT_LEAST=2)["contact_id"].tolist() == [
        "di",
        "ed",
    ]
    assert through_colleagues(known, events, as_of="2026-02-01", MEETS_AT_LEAST=2, CROWD_MAX=5)[
        "met_count"
    ].tolist() == [2]
    assert through_colleagues(known, events.drop(columns="group_size"), as_of="2026-01-03", CROWD_MAX=4).empty


WHO = st.sampled_from([*IDS, "nobody"])
DAYS = st.integers(0, 60).map(lambda day: pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
LOGS = st.lists(
    st.tuples(
        WHO, DAYS, st.sampled_from(schema.DIRECTIONS), st.sampled_from(["call", "email"]),
        st.sampled_from([None, "e1", "e2"]), st.sampled_from([None, "t1", "t2"]), st.sampled_from([None, 2, 3, 9]),
    ),
    max_size=10,
).map(lambda rows: log(*rows))  # fmt: skip
MEASURES = {
    "uncaptured": lambda people, events, as_of: uncaptured(people, events, as_of=as_of, employers=WORK),
    "would_remember": lambda people, events, as_of: would_remember(
        people, events, as_of=as_of, REMEMBERED_DAYS=20
    ),
    "capture_lag": lambda people, events, as_of: capture_lag(people, events, as_of=as_of, REFRESH_DAYS=30),
    "through_colleagues": lambda people, events, as_of: through_colleagues(
        people, events, as_of=as_of, MEETS_AT_LEAST=1
    ),
}


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=15)
@given(LOGS, DAYS, st.permutations(range(len(PEOPLE))), st.randoms(use_true_random=False))
def test_order_index_and_future_do_not_matter(name, events, as_of, order, random):
    measure = MEASURES[name]
    before = PEOPLE.copy(), events.copy()
    out = measure(PEOPLE, events, as_of)
    pd.testing.assert_frame_equal(PEOPLE, before[0])
    pd.testing.assert_frame_equal(events, before[1])
    mixed = events.iloc[random.sample(range(len(events)), len(events))].set_axis([3] * len(events))
    again = measure(PEOPLE.iloc[order].set_axis([3] * len(PEOPLE)), mixed, as_of)
    pd.testing.assert_frame_equal(by_id(again), by_id(out))
    past = events[events["occurred_at"] < as_of.tz_localize("UTC")]
    pd.testing.assert_frame_equal(measure(PEOPLE, past, as_of), out)


def by_id(frame):
    return frame.sort_values("contact_id", ignore_index=True)


@pytest.mark.parametrize("name", MEASURES)
def test_nothing_in_nothing_out(name):
    contacts, events = schema.empty("contacts"), schema.empty("interactions")
    something = MEASURES[name](PEOPLE, EVENTS.assign(event_id="e"), "2026-02-01")
    for nothing in (
        MEASURES[name](contacts, events, "2026-02-01"),
        MEASURES[name](contacts, EVENTS, "2026-02-01"),
    ):
        assert nothing.empty
        pd.testing.assert_series_equal(nothing.dtypes, something.dtypes)
    with pytest.raises(SchemaError, match="occurred_at"):
        MEASURES[name](PEOPLE, events.drop(columns="occurred_at"), "2026-02-01")
