"""The ladder of asks and the times to wait, worked out by hand; the laws on generated books."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_followups import books, cut, given_names, log

from networkscope import schema
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.measures.followups import followup_gaps
from tests.on_tables import on_tables

ask_ladder = on_tables(ask_ladder, "contacts interactions referrals gaps")
hold_off = on_tables(hold_off, "contacts interactions referrals")
followup_gaps = on_tables(followup_gaps, "contacts interactions referrals")

NOBODY = schema.empty("referrals")


def ladder_of(events, names=NOBODY, as_of="2026-04-01", people="abcdefgh", **options):
    contacts = pd.DataFrame({"contact_id": [who for who in people if who in set(events["contact_id"])]})
    gaps = followup_gaps(contacts, events, names, as_of=as_of)
    return ask_ladder(contacts, events, names, gaps, as_of=as_of, **options).set_index("contact_id")


def held(events, names=NOBODY, as_of="2026-04-01", **options):
    contacts = pd.DataFrame({"contact_id": events["contact_id"].unique()})
    return hold_off(contacts, events, names, as_of=as_of, **options).set_index("contact_id")


def test_the_steps_by_hand():
    events = log(
        ("a", "2026-03-01", "outbound", "email", "advice_ask"),  # never answered: no step
        ("b", "2026-03-01", "mutual", "call", "social"),
        ("c", "2026-03-01", "outbound", "email", "advice_ask"),
        ("c", "2026-03-02", "inbound", "email", "reply"),
        ("d", "2026-03-01", "inbound", "email", "introduction"),  # given unasked
        ("e", "2026-03-01", "outbound", "email", "referral_ask"),
        ("e", "2026-03-02", "inbound", "email"),
        ("f", "2026-02-01", "outbound", "email", "job_ask"),
        ("f", "2026-03-02", "inbound", "email", "outcome"),
        ("f", "2026-03-05", "outbound", "email", "advice_ask"),
        ("f", "2026-03-06", "inbound", "email", "reply"),  # a lower step later: the highest stands
        ("g", "2026-03-01", "inbound", "email", "social"),  # one-way
        ("h", "2026-03-01", "mutual", "call", "social"),
    )
    names = given_names(
        {"referral_id": "1", "referrer_id": "h", "referred_id": "x", "given_on": "2026-03-09"}
    )
    table = ladder_of(events, names)
    assert table["step_reached"].to_dict() == {
        "a": "none", "b": "catch_up", "c": "advice", "d": "introduction", "e": "introduction", "f": "job",
        "g": "none", "h": "introduction",
    }  # fmt: skip
    assert table["next_step"].tolist() == [
        "catch_up", "advice", "introduction", "job", "job", "catch_up", "catch_up", "job",
    ]  # fmt: skip
    assert table["step_on"].dt.strftime("%m-%d").tolist()[1:6] == [
        "03-01",
        "03-01",
        "03-01",
        "03-01",
        "02-01",
    ]
    assert table["source_ref"].tolist()[1:4] == ["log:2", "log:3", "log:5"]
    assert table["why"]["f"] == "job on 2026-02-01; last touch of theirs on 2026-03-06"
    assert table["why"]["a"] == "none; last touch of theirs never"


def test_an_ask_in_a_talk_is_answered_there():
    talk = log(("a", "2026-03-01", "mutual", "meeting", "advice_ask"))
    assert ladder_of(talk)["step_reached"].tolist() == ["advice"]


def test_ready_and_what_is_missing_by_hand():
    thanked = [("a", "2026-02-02", "outbound", "email", "thank_you")]
    events = log(
        ("a", "2026-01-31", "mutual", "call"), *thanked,  # 28 + 31 + 1 = 60 days: still warm
        ("b", "2026-01-30", "mutual", "call"), ("b", "2026-01-31", "outbound", "email", "thank_you"),
        ("c", "2026-03-20", "mutual", "call"),  # not thanked
        ("d", "2026-03-20", "inbound", "email"), ("d", "2026-03-21", "outbound", "email", "reply"),
        ("d", "2026-03-22", "outbound", "email", "social"), ("d", "2026-03-24", "outbound", "email", "advice_ask"),
        ("e", "2026-03-30", "inbound", "email", "thank_you"),
    )  # fmt: skip
    table = ladder_of(events)
    assert table["ready"].tolist() == [True, False, False, False, False]
    assert pd.isna(table["missing"]["a"])
    assert table["missing"].tolist()[1:] == [
        "no touch of theirs within 60 days", "thanks owed since 2026-03-20", "2 messages without an answer",
        "not two-way",
    ]  # fmt: skip
    assert ladder_of(events, RAPPORT_DAYS=61)["ready"]["b"]
    names = given_names(
        {"referral_id": "1", "referrer_id": "a", "referred_id": "d", "given_on": "2026-03-19"}
    )
    told = ladder_of(events, names)["missing"]["a"]
    assert told == "thanks owed since 2026-03-19; news of a name owed since 2026-03-20"


def test_a_hook_is_a_topic_or_a_note():
    events = log(
        ("a", "2026-03-01", "mutual", "call"),
        ("a", "2026-03-02", "mutual", "call"),
        ("b", "2026-03-01", "mutual", "call"),
        ("c", "2026-03-01", "mutual", "call"),
        subject=["Chess", " ", None, None],
    )
    contacts = pd.DataFrame({"contact_id": list("abcd"), "notes": [None, " plays the cello ", " ", None]})
    gaps = followup_gaps(contacts, events, NOBODY, as_of="2026-04-01")
    table = ask_ladder(contacts, events, NOBODY, gaps, as_of="2026-04-01")
    assert table["has_hook"].tolist() == [True, True, False, False]
    assert table["last_topic"].tolist()[0] == "Chess"
    assert table["note"].tolist()[1] == "plays the cello"


def test_hold_off_by_hand():
    events = log(
        ("a", "2026-03-01", "outbound", "email", "advice_ask"),
        ("a", "2026-03-10", "outbound", "email"),  # the second: hold off until 60 days after, the 9th of May
        ("b", "2026-03-01", "outbound", "chat", "social"),
        ("b", "2026-03-01 01:00", "outbound", "chat", "social"),  # one day, one message
        ("c", "2026-03-01", "outbound", "email", "social"),
        ("c", "2026-03-05", "outbound", "email", "thank_you"),  # asks for nothing
        ("d", "2026-03-01", "outbound", "email", "social"),
        ("d", "2026-03-02", "outbound", "email", "social"),
        ("d", "2026-03-02", "inbound", "email"),  # answered
        ("e", "2025-12-01", "outbound", "email", "social"),
        ("e", "2026-01-01", "outbound", "email", "social"),  # until the 2nd of March
    )
    table = held(events)
    assert table["unanswered_count"].tolist() == [2, 1, 1, 0, 2]
    assert table["hold_off_until"].dropna().dt.strftime("%m-%d").to_dict() == {"a": "05-09", "e": "03-02"}
    assert table["is_held_off"].tolist() == [True, False, False, False, False]
    assert table["why"]["a"] == "2 without an answer, the last on 2026-03-10"
    assert held(events, HOLD_OFF_DAYS=100)["is_held_off"]["e"]


def test_recontact_after_a_not_now_by_hand():
    events = log(
        *[(who, "2026-01-01", "inbound", "email", "outcome") for who in "abc"],
        ("b", "2026-04-01", "outbound", "email"),  # 90 days later: done
        ("d", "2026-01-01", "mutual", "call"),
    )
    names = given_names(
        {"referral_id": "1", "referrer_id": "x", "referred_id": "c", "given_on": "2025-12-01",
         "closed_on": "2026-01-01", "outcome": "offer"},
        {"referral_id": "2", "referrer_id": "x", "referred_id": "d", "given_on": "2025-12-01",
         "closed_on": "2026-01-11", "outcome": "declined"},
    )  # fmt: skip
    # The 1st of January and 90 days is the 1st of April, and 180 days the 30th of June.
    states = {day: held(events, names, as_of=day)["recontact"].tolist()[:2] for day in
              ("2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01")}  # fmt: skip
    assert states == {
        "2026-03-31": ["wait", "wait"], "2026-04-01": ["open", "open"], "2026-06-30": ["open", "done"],
        "2026-07-01": ["missed", "done"],
    }  # fmt: skip
    table = held(events, names)
    assert pd.isna(table["recontact"]["c"])
    assert table["not_now_on"]["d"] == pd.Timestamp("2026-01-11")
    assert table["why"]["a"] == "not now on 2026-01-01"


def climb(contacts, events, names, as_of):
    gaps = followup_gaps(contacts, events, names, as_of=as_of)
    return ask_ladder(contacts, events, names, gaps, as_of=as_of)


def wait(contacts, events, names, as_of):
    return hold_off(contacts, events, names, as_of=as_of)


@pytest.mark.parametrize("measure", [climb, wait])
@settings(max_examples=8)
@given(book=books(), random=st.randoms(use_true_random=False))
def test_the_laws(measure, book, random):
    contacts, events, names, as_of = book
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    table = measure(*tables, as_of)
    for given_table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(given_table, copy)
    assert table["contact_id"].tolist() == contacts["contact_id"].tolist()
    known = events[events["occurred_at"] < as_of], cut(names, as_of)
    pd.testing.assert_frame_equal(table, measure(contacts, *known, as_of))
    mixed = [t.iloc[random.sample(range(len(t)), len(t))].set_axis([0] * len(t)) for t in tables[1:]]
    pd.testing.assert_frame_equal(table, measure(contacts, *mixed, as_of))
    empty = measure(*(frame.iloc[:0] for frame in tables), as_of)
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, table.dtypes)


@settings(max_examples=8)
@given(books())
def test_nobody_is_ready_with_anything_missing(book):
    table = climb(*book)
    assert (table["ready"] == table["missing"].isna()).all()
    assert table["unanswered_count"].tolist() == wait(*book)["unanswered_count"].tolist()
    assert (table.loc[table["ready"], "unanswered_count"] < 2).all()
