"""The ladder of asks and the times to wait, worked out by hand; the laws on generated books."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_followups import books, cut, given_names, log, machines, plain_log

from networkscope import schema
from networkscope.advice import ladder
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.measures import followups
from networkscope.settings import Employer
from tests.on_tables import on_tables, snapshot_of

ask_ladder = on_tables(ask_ladder, "contacts interactions referrals")
hold_off = on_tables(hold_off, "contacts interactions referrals")

NOBODY = schema.empty("referrals")


def test_whoever_got_condolences_is_left_alone_for_sixty_days():
    events = log(
        ("a", "2026-03-01", "outbound", "chat", "social"), ("b", "2026-03-01", "outbound", "chat", "social")
    )
    events["event_id"] = ["x", "y"]
    acts = pd.DataFrame(
        {"event_id": ["x", "y"], "act": "social", "phrase": ["mein herzliches Beileid", "gute Reise"]}
    )
    table = ladder.hold_off(snapshot_of(interactions=events, acts=acts, as_of="2026-04-01")).set_index(
        "contact_id"
    )
    assert table["is_held_off"].to_dict() == {"a": True, "b": False}
    assert table.loc["a", "why"] == "condolences on 2026-03-01"
    assert str(table.loc["a", "hold_off_until"].date()) == "2026-04-30"


def ladder_of(events, names=NOBODY, as_of="2026-04-01", people="abcdefgh", **options):
    contacts = pd.DataFrame({"contact_id": [who for who in people if who in set(events["contact_id"])]})
    contacts = options.pop("contacts", contacts)
    return ask_ladder(contacts, events, names, as_of=as_of, **options).set_index("contact_id")


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
    assert table["step_asked"].to_dict() == table["step_reached"].to_dict() | {"a": "advice"}
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
    assert table["why"]["f"] == "job on 2026-02-01; last heard from on 2026-03-06"
    assert table["why"]["a"] == "none; last heard from never"


def test_an_ask_in_a_talk_is_answered_there():
    talk = log(("a", "2026-03-01", "mutual", "meeting", "advice_ask"))
    assert ladder_of(talk)["step_reached"].tolist() == ["advice"]


def test_ready_and_what_is_missing_by_hand():
    thanked = [("a", "2026-02-02", "outbound", "email", "thank_you")]
    events = log(
        ("a", "2026-01-31", "mutual", "call"), *thanked,  # 28 + 31 + 1 = 60 days: still warm
        ("b", "2026-01-30", "mutual", "call"), ("b", "2026-01-31", "outbound", "email", "thank_you"),
        ("c", "2026-03-20", "mutual", "call", "advice_ask"),  # not thanked
        ("d", "2026-03-20", "inbound", "email"), ("d", "2026-03-21", "outbound", "email", "reply"),
        ("d", "2026-03-22", "outbound", "email", "social"), ("d", "2026-03-24", "outbound", "email", "advice_ask"),
        ("e", "2026-03-30", "inbound", "email", "thank_you"),
    )  # fmt: skip
    table = ladder_of(events)
    assert table["ready"].tolist() == [True, False, False, False, False]
    assert pd.isna(table["missing"]["a"])
    assert table["missing"].tolist()[1:] == [
        "not heard from within 60 days", "thanks owed since 2026-03-20", "2 messages without an answer",
        "only one of you has written",
    ]  # fmt: skip
    assert ladder_of(events, RAPPORT_DAYS=61)["ready"]["b"]
    names = given_names(
        {"referral_id": "1", "referrer_id": "a", "referred_id": "d", "given_on": "2026-03-19"}
    )
    told = ladder_of(events, names)["missing"]["a"]
    assert told == "thanks owed since 2026-03-19; news of a name owed since 2026-03-21"


def test_what_is_owed_and_not_due_speaks_against_an_ask_and_what_lapsed_does_not():
    events = log(
        ("a", "2026-03-31", "mutual", "call", "advice_ask"),  # due on April 2
        ("b", "2025-11-27", "mutual", "call", "advice_ask"),  # due on November 29; 120 days later is March 29
        ("b", "2026-03-30", "mutual", "call", "social"),
        ("c", "2026-03-20", "inbound", "email", "social"),
        ("c", "2026-03-21", "outbound", "email", "promise"),
        ("c", "2026-03-19", "outbound", "email", "social"),
        ("d", "2026-03-20", "inbound", "email"),
        ("d", "2026-03-01", "outbound", "email", "social"),
        ("e", "2026-03-20", "inbound", "email", "outcome"),
        ("e", "2026-03-01", "outbound", "email", "social"),
        ("f", "2026-03-20", "mutual", "call"),  # of unknown purpose: a line of thanks would be nice, no more
        needs_answer=[None] * 6 + [True] + [None] * 4,
        outcome=[None] * 8 + ["offer"] + [None] * 2,
    )
    assert ladder_of(events)["missing"].fillna("").to_dict() == {
        "a": "thanks owed since 2026-03-31", "b": "", "c": "what you promised owed since 2026-03-21",
        "d": "an answer owed since 2026-03-20", "e": "a word on how it ended owed since 2026-03-20", "f": "",
    }  # fmt: skip


def test_some_are_not_to_be_asked_whatever_the_tie():
    talks = log(*[(who, "2026-03-20", "mutual", "call", "social") for who in "abcd"])
    contacts = pd.DataFrame(
        {
            "contact_id": [*"abcd"],
            "organization": [None, "Acme", None, None],
            "title": ["Recruiter", None, None, None],
            "circle": [None, None, "family", None],
        }
    )
    options = {"contacts": contacts, "employers": [Employer("Acme")]}
    assert ladder_of(talks, **options)["ready"].tolist() == [False, False, True, True]
    told = ladder_of(talks, **options, search_secret=False)
    assert told["ready"].tolist() == [False, True, True, True]
    assert told["missing"]["a"] == "not to be asked: who they are to you speaks against it"
    assert told["next_step"].tolist() == ["advice"] * 4


def test_a_hook_is_a_topic_or_a_note():
    events = log(
        ("a", "2026-03-01", "mutual", "call"),
        ("a", "2026-03-02", "mutual", "call"),
        ("b", "2026-03-01", "mutual", "call"),
        ("c", "2026-03-01", "mutual", "call"),
        subject=["Chess", " ", None, None],
    )
    contacts = pd.DataFrame({"contact_id": list("abcd"), "notes": [None, " plays the cello ", " ", None]})
    table = ask_ladder(contacts, events, NOBODY, as_of="2026-04-01")
    assert table["has_hook"].tolist() == [True, True, False, False]
    assert table["last_topic"].tolist()[0] == "Chess"
    assert table["note"].tolist()[1] == "plays the cello"


def test_hold_off_by_hand(monkeypatch):
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
    monkeypatch.setattr(followups, "HOLD_OFF_DAYS", 100)
    assert held(events)["is_held_off"]["e"]
    news = log(
        *[(who, day, "outbound", "email", "update") for who in "ab" for day in ("2026-03-01", "2026-03-09")],
        needs_answer=pd.array([True, True, False, False], dtype="boolean"),
    )
    assert held(news)["unanswered_count"].tolist() == [2, 0]  # "is there any news?", and news alone


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


def test_an_offer_is_no_not_now():
    events = log(
        ("a", "2026-01-01", "inbound", "email", "outcome"),
        ("b", "2026-01-01", "inbound", "email", "outcome"),  # a no, then an offer
        ("b", "2026-01-05", "inbound", "email", "outcome"),
        ("c", "2026-01-01", "inbound", "email", "outcome"),  # an offer, then a no
        ("c", "2026-01-05", "inbound", "email", "outcome"),
        ("d", "2026-01-01", "outbound", "email", "outcome"),  # the owner's own word
        ("e", "2026-01-01", "mutual", "call", "outcome"),  # talked over, which nobody told
        outcome=["offer", "no", "offer", "offer", "later", "declined", "no"],
    )
    found = held(events)["not_now_on"].dropna().dt.strftime("%m-%d")
    assert found.to_dict() == {"c": "01-05"}


def climb(contacts, events, names, as_of):
    return ask_ladder(contacts, events, names, as_of=as_of)


def wait(contacts, events, names, as_of):
    return hold_off(contacts, events, names, as_of=as_of)


@pytest.mark.parametrize("measure", [climb, wait])
@settings(max_examples=3)
@given(book=books(), random=st.randoms(use_true_random=False))
def test_the_laws(measure, book, random):
    contacts, events, names, as_of = book
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    table = measure(*tables, as_of)
    for given_table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(given_table, copy)
    gone = machines(plain_log(events, as_of))
    assert table["contact_id"].tolist() == [who for who in contacts["contact_id"] if who not in gone]
    # Neither what came later nor the order of rows matters.
    known = events[events["occurred_at"] < as_of], cut(names, as_of)
    mixed = [t.iloc[random.sample(range(len(t)), len(t))].set_axis([0] * len(t)) for t in known]
    pd.testing.assert_frame_equal(table, measure(contacts, *mixed, as_of))


@pytest.mark.parametrize("measure", [climb, wait])
def test_an_empty_book_gives_an_empty_table_of_the_same_types(measure):
    events = log(("a", "2026-03-01", "mutual", "call"))
    full = measure(events[["contact_id"]], events, NOBODY, "2026-04-01")
    empty = measure(schema.empty("contacts"), log(), NOBODY, "2026-04-01")
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


@settings(max_examples=3)
@given(books())
def test_nobody_is_ready_with_anything_missing(book):
    table = climb(*book)
    assert (table["ready"] == table["missing"].isna()).all()
    assert table["unanswered_count"].tolist() == wait(*book)["unanswered_count"].tolist()
    assert (table.loc[table["ready"], "unanswered_count"] < 2).all()
