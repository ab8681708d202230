"""Follow-up gaps: every kind and state worked out by hand, the laws, and the engine against plain loops."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures import followup_inputs, followups
from networkscope.measures.followup_kinds import KINDS, Kind
from networkscope.measures.followups import GAP_COLUMNS, followup_gaps
from tests.on_tables import on_tables, snapshot_of

followup_gaps = on_tables(followup_gaps, "contacts interactions referrals")

EVENT = ("contact_id", "occurred_at", "direction", "channel", "purpose")


def log(*rows: tuple, **columns: list) -> pd.DataFrame:
    """Events as (contact, local time in UTC, direction, channel, purpose); `columns` adds others."""
    frame = pd.DataFrame([row + (None,) * (5 - len(row)) for row in rows], columns=list(EVENT))
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], format="ISO8601", utc=True).astype(
        schema.INSTANT
    )
    frame = frame.assign(source_ref=[f"log:{n}" for n in range(1, len(rows) + 1)], **columns)
    return schema.conform("interactions", frame)


def given_names(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows)) if rows else schema.empty("referrals")
    for name in frame.columns[frame.columns.str.endswith("_on")]:
        frame[name] = pd.to_datetime(frame[name])
    return schema.conform("referrals", frame)


def gaps_of(
    kind: str, events: pd.DataFrame, names: pd.DataFrame | None = None, as_of="2026-03-31", **options
):
    contacts = pd.DataFrame({"contact_id": events["contact_id"].dropna().unique()})
    names = schema.empty("referrals") if names is None else names
    gaps = followup_gaps(contacts, events, names, as_of=as_of, **options)
    return gaps[gaps["kind"] == kind].reset_index(drop=True)


def rows_of(gaps: pd.DataFrame) -> list[tuple]:
    """(contact, opened_on, due_on, closed_on, state, days_overdue), days as month-day."""
    out = []
    for row in gaps.itertuples():
        days = (
            d.strftime("%m-%d") if pd.notna(d) else None for d in (row.opened_on, row.due_on, row.closed_on)
        )
        out.append(
            (row.contact_id, *days, row.state, None if pd.isna(row.days_overdue) else row.days_overdue)
        )
    return out


# thank_you: two days


def test_thanks_in_every_state():
    events = log(
        ("a", "2026-03-02 10:00", "mutual", "call"),  # Monday; thanked on Wednesday: in time
        ("a", "2026-03-04 23:00", "outbound", "email", "thank_you"),
        ("b", "2026-03-02 10:00", "mutual", "video"),  # due on the 4th, thanked on the 9th: 5 days late
        ("b", "2026-03-09 08:00", "outbound", "email", "thank_you"),
        ("c", "2026-03-02 10:00", "mutual", "meeting"),  # as of the 13th: due on the 4th, 9 days over
        ("d", "2026-03-11 10:00", "mutual", "call"),  # due on the 13th, which is not over
    )
    assert rows_of(gaps_of("thank_you", events, as_of="2026-03-13")) == [
        ("a", "03-02", "03-04", "03-04", "closed_in_time", 0),
        ("b", "03-02", "03-04", "03-09", "closed_late", 5),
        ("c", "03-02", "03-04", None, "open", 9),
        ("d", "03-11", "03-13", None, "censored", None),
    ]


def test_a_talk_on_friday_is_no_gap_on_sunday_but_one_on_monday():
    events = log(("a", "2026-03-06 10:00", "mutual", "call"))
    states = [gaps_of("thank_you", events, as_of=day)["state"][0] for day in ("2026-03-08", "2026-03-09")]
    assert states == ["censored", "open"]
    assert gaps_of("thank_you", events, as_of="2026-03-09")["days_overdue"].tolist() == [1]


def test_the_due_date_is_one_of_the_owner():
    # 23:30 UTC on the 2nd is the 3rd in Vienna: due on the 5th there.
    events = log(("a", "2026-03-02 23:30", "mutual", "call"))
    gaps = gaps_of("thank_you", events, timezone="Europe/Vienna")
    assert rows_of(gaps)[0][:3] == ("a", "03-03", "03-05")


def test_a_message_of_unknown_purpose_is_likely_thanks_within_the_window_only():
    events = log(
        ("a", "2026-03-02 10:00", "mutual", "call"),
        ("a", "2026-03-04 20:00", "outbound", "email"),  # the last hours of the window
        ("a", "2026-03-20 10:00", "outbound", "email", "thank_you"),  # does not matter any more
        ("b", "2026-03-02 10:00", "mutual", "call"),
        ("b", "2026-03-05 00:00", "outbound", "email", "unknown"),  # too late to be a guess
        ("c", "2026-03-02 10:00", "mutual", "call"),
        ("c", "2026-03-03 10:00", "outbound", "email", "thank_you"),  # sooner than the guess
        ("c", "2026-03-04 10:00", "outbound", "email"),
        ("d", "2026-03-02 10:00", "mutual", "call"),
        ("d", "2026-03-03 10:00", "outbound", "email", "update"),  # known to be something else
        ("e", "2026-03-02 10:00", "mutual", "call"),
        ("e", "2026-03-03 10:00", "outbound", "event"),  # not a message
    )
    gaps = gaps_of("thank_you", events)
    assert gaps["state"].tolist() == ["closed_in_time", "open", "closed_in_time", "open", "open"]
    assert gaps["likely"].tolist() == [True, False, False, False, False]
    assert gaps["closed_by"].tolist()[0] == "log:2"
    assert gaps["why"][0].endswith(
        "closed in time on 2026-03-04 (likely: the purpose of the message is unknown)"
    )


def test_what_opens_thanks_and_what_does_not():
    events = log(
        ("a", "2026-03-02", "inbound", "email", "referral_given"),
        ("b", "2026-03-02", "inbound", "email", "introduction"),
        ("c", "2026-03-02", "outbound", "email", "introduction"),  # mine: nothing to thank for
        ("d", "2026-03-02", "inbound", "email", "favour_received"),
        ("e", "2026-03-02", "inbound", "email", "outcome"),  # also a "no"
        ("f", "2026-03-02", "outbound", "email", "outcome"),
        ("g", "2026-03-02", "mutual", "email", "promise"),  # only noted
        ("h", "2026-03-02", "inbound", "email", "social"),
        ("i", "2026-03-02", "mutual", "meeting"),  # of nine people: touches nobody
        ("j", "2026-03-02", "mutual", "call", "promise"),  # a talk, whatever was promised in it
        group_size=[None] * 8 + [9, None],
    )
    assert gaps_of("thank_you", events)["contact_id"].tolist() == ["a", "b", "d", "e", "j"]


def test_a_name_given_asks_for_thanks_and_joins_the_talk_of_its_day():
    events = log(
        ("a", "2026-03-02 15:00", "mutual", "call"), ("a", "2026-03-02 17:00", "inbound", "email", "outcome")
    )
    names = given_names(
        {"referral_id": "r1", "referrer_id": "a", "referred_id": "x", "given_on": "2026-03-02"},
        {"referral_id": "r2", "referrer_id": "b", "organization": "Acme", "kind": "company",
         "given_on": "2026-03-05", "source_ref": "referrals.csv:2"},
    )  # fmt: skip
    gaps = gaps_of("thank_you", events, names)
    assert gaps["contact_id"].tolist() == ["a", "b"]
    assert gaps["opened_at"][0] == pd.Timestamp("2026-03-02 15:00", tz="UTC")  # not the midnight of the name
    assert gaps["why"][0].startswith("call (one of 3 reasons that day) on 2026-03-02; due 2026-03-04; ")
    assert gaps.loc[1, ["referral_id", "topic", "opened_by"]].tolist() == ["r2", "Acme", "referrals.csv:2"]


def test_a_talk_in_the_calendar_and_in_a_note_is_one_reason():
    events = log(
        ("a", "2026-03-02 00:00", "outbound", "call", "promise"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "calendar"],
        subject=[None, "Plans"],
    )
    gap = gaps_of("thank_you", events).loc[0]
    assert gap["why"].startswith("call on 2026-03-02; due")
    assert (gap["topic"], gap["opened_by"]) == ("Plans", "log:1; log:2")
    # What the note says of it stands: a promise was made.
    assert gaps_of("promise", events)["opened_by"].tolist() == ["log:1; log:2"]


def test_what_was_said_in_a_talk_goes_its_own_way_whatever_the_calendar_tells():
    def noted(direction: str, purpose: str) -> pd.DataFrame:
        return log(
            ("a", "2026-03-01 10:00", "mutual", "call", "catch_up"),
            ("a", "2026-03-02 10:00", direction, "call", purpose),
            ("a", "2026-03-02 10:00", "mutual", "meeting", "unknown"),
            source=["notes", "notes", "calendar"],
        )

    thanks = gaps_of("thank_you", noted("outbound", "thank_you"))
    assert thanks["closed_by"].tolist() == ["log:3; log:2", "log:3; log:2"]
    assert gaps_of("promise", noted("inbound", "promise")).empty
    assert gaps_of("close_the_loop", noted("outbound", "outcome")).empty
    assert gaps_of("nudge", noted("inbound", "advice_ask")).empty
    assert len(gaps_of("nudge", noted("outbound", "advice_ask"))) == 1


def test_a_talk_was_when_the_calendar_says_where_the_note_has_no_hour():
    events = log(
        ("a", "2026-03-02 09:00", "inbound", "email"),
        ("b", "2026-03-02 09:00", "outbound", "email", "advice_ask"),
        *[(who, "2026-03-02 00:00", "mutual", "meeting", "catch_up") for who in "ab"],
        *[(who, "2026-03-02 10:00", "mutual", "meeting") for who in "ab"],
        source=["mail", "mail", "notes", "notes", "calendar", "calendar"],
    )
    for kind, refs in (("owed_reply", "log:3; log:5"), ("nudge", "log:4; log:6")):
        assert gaps_of(kind, events)["closed_by"].tolist() == [refs]
    # A note written in the evening moves nothing, not even where the calendar knows no size of the group.
    late = log(
        ("a", "2026-03-02 18:00", "mutual", "meeting", "catch_up"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        ("a", "2026-03-02 11:00", "outbound", "email", "thank_you"),
        source=["notes", "calendar", "mail"],
        group_size=[None, 2, None],
    )
    assert gaps_of("thank_you", late)["state"].tolist() == ["closed_in_time"]


def test_a_meeting_that_was_noted_as_an_event_is_a_talk():
    events = log(
        ("a", "2026-03-02 00:00", "mutual", "event"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "calendar"],
        group_size=[None, 3],
    )
    assert gaps_of("thank_you", events)["why"].str[:21].tolist() == ["meeting on 2026-03-02"]


def test_what_else_a_note_tells_stays_where_the_row_of_the_calendar_stands():
    events = log(
        ("a", "2026-03-02 09:00", "mutual", "meeting"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "calendar"],
        group_size=[3, 2],
    ).assign(notes=["Milena named her", None])
    assert snapshot_of(interactions=events, as_of="2026-03-31").touches["notes"].tolist() == [
        "Milena named her"
    ]


def test_which_of_two_notes_the_calendar_tells_of_does_not_hang_on_the_order_of_rows():
    events = log(
        ("a", "2026-03-02 00:00", "outbound", "call", "promise"),
        ("a", "2026-03-02 00:00", "outbound", "call", "catch_up"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "notes", "calendar"],
        subject=[None, None, "Plans"],
    ).assign(source_ref=None)
    people, names = pd.DataFrame({"contact_id": ["a"]}), schema.empty("referrals")
    one, other = (followup_gaps(people, rows, names, as_of="2026-03-31") for rows in (events, events[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_same_day_thanks_close_where_the_log_has_no_hours():
    events = log(("a", "2026-03-02", "mutual", "call"), ("a", "2026-03-02", "outbound", "email", "thank_you"))
    assert rows_of(gaps_of("thank_you", events)) == [("a", "03-02", "03-04", "03-02", "closed_in_time", 0)]


# owed_reply: three days


def test_replies_owed_in_every_state():
    events = log(
        ("a", "2026-03-01 10:00", "outbound", "email"),
        ("a", "2026-03-02 10:00", "inbound", "email"),  # answered by phone on the 4th
        ("a", "2026-03-03 10:00", "inbound", "email"),
        ("a", "2026-03-04 10:00", "outbound", "call"),
        (
            "a",
            "2026-03-05 10:00",
            "inbound",
            "email",
        ),  # a new one after it: due on the 8th, closed on the 10th
        ("a", "2026-03-10 10:00", "mutual", "meeting"),
        ("b", "2026-03-02 10:00", "inbound", "chat"),  # due on the 5th, as of the 12th: 7 days over
        ("c", "2026-03-10 10:00", "inbound", "linkedin"),
    )
    gaps = gaps_of("owed_reply", events, as_of="2026-03-12")
    assert rows_of(gaps) == [
        ("a", "03-02", "03-05", "03-04", "closed_in_time", 0),
        ("b", "03-02", "03-05", None, "open", 7),
        ("a", "03-05", "03-08", "03-10", "closed_late", 2),
        ("c", "03-10", "03-13", None, "censored", None),
    ]
    assert gaps["why"][0] == "first of 2 messages on 2026-03-02; due 2026-03-05; closed in time on 2026-03-04"


def test_threads_are_owed_apart_and_groups_and_thanks_owe_nothing():
    events = log(
        ("a", "2026-03-02 10:00", "inbound", "email"),
        ("a", "2026-03-03 10:00", "inbound", "email"),
        ("a", "2026-03-04 10:00", "inbound", "email"),
        ("b", "2026-03-02 10:00", "inbound", "email"),  # three people
        ("c", "2026-03-02 10:00", "inbound", "email", "thank_you"),
        ("d", "2026-03-02 10:00", "inbound", "call"),  # no message
        thread_id=["t1", "t2", "t1", None, None, None],
        group_size=[2, None, 2, 3, 2, 2],
    )
    assert rows_of(gaps_of("owed_reply", events)) == [
        ("a", "03-02", "03-05", None, "open", 26),
        ("a", "03-03", "03-06", None, "open", 25),
    ]


# nudge: by the formula. OLD makes 2 replies to 6 asks: pi = 2.6 / 7.1 = 0.366. After 5 days the chance for 7 more is
# 0.366 (F(12) - F(5)) / (1 - 0.366 F(5)) = 0.366 (0.888 - 0.75) / 0.725 = 0.07, under 0.15: nudges are due on day 5.

OLD = [(f"old{n}", "2026-01-02 10:00", "outbound", "email", "job_ask") for n in range(4)]


def test_nudges_in_every_state():
    events = log(
        *OLD,
        ("a", "2026-03-02 10:00", "outbound", "email", "advice_ask"),  # answered on the 5th
        ("a", "2026-03-05 10:00", "inbound", "email"),
        ("b", "2026-03-02 10:00", "outbound", "email", "job_ask"),  # due on the 7th, answered on the 12th
        ("b", "2026-03-12 10:00", "mutual", "call"),
        (
            "c",
            "2026-03-02 10:00",
            "outbound",
            "email",
            "referral_ask",
        ),  # one nudge on the 8th: due again on the 13th
        ("c", "2026-03-08 10:00", "outbound", "email"),
        ("d", "2026-03-02 10:00", "outbound", "email", "advice_ask"),  # two nudges: hold off
        ("d", "2026-03-08 10:00", "outbound", "email"),
        ("d", "2026-03-12 10:00", "outbound", "linkedin"),
        ("e", "2026-03-11 10:00", "outbound", "email", "recommendation_ask"),
    )
    gaps = gaps_of("nudge", events, as_of="2026-03-15").iloc[4:].reset_index(drop=True)
    assert rows_of(gaps) == [
        ("a", "03-02", "03-07", "03-05", "closed_in_time", 0),
        ("b", "03-02", "03-07", "03-12", "closed_late", 5),
        ("c", "03-02", "03-13", None, "open", 2),
        ("d", "03-02", "03-13", "03-12", "closed_in_time", 0),
        ("e", "03-11", "03-16", None, "censored", None),
    ]
    assert gaps["why"][2] == (
        "referral ask (one more message since) on 2026-03-02; due 2026-03-13; not closed, 2 days overdue"
    )
    assert gaps["why"][3].endswith("closed in time on 2026-03-12 (hold off: two messages since, no reply)")
    assert gaps["closed_by"][3] == "log:13"


def test_a_nudge_waits_longer_for_those_who_are_used_to_answer():
    # 20 asks, all answered within an hour: pi = 20.6 / 21.1 = 0.976; the chance for the next week falls under 0.15 when
    # 0.976 (1 - F) / (1 - 0.976 F) does, at F above 0.995: on day 29 F = 0.96 + 0.04 ln(29/21) / ln(30/21) = 0.9962.
    asks = [(f"p{n}", "2026-01-05 10:00", "outbound", "email", "advice_ask") for n in range(20)]
    answers = [(f"p{n}", "2026-01-05 11:00", "inbound", "email") for n in range(20)]
    events = log(*asks, *answers, ("z", "2026-03-01 10:00", "outbound", "email", "advice_ask"))
    gaps = gaps_of("nudge", events)
    assert rows_of(gaps)[-1] == ("z", "03-01", "03-30", None, "open", 1)


def test_a_person_is_nudged_at_most_twice_however_many_asks():
    ask = ("outbound", "email", "advice_ask")
    events = log(
        ("a", "2026-01-05 10:00", *ask),  # followed up twice, each time by another ask: hold off
        ("a", "2026-01-15 10:00", *ask),
        ("a", "2026-01-25 10:00", *ask),
        ("a", "2026-02-25 10:00", *ask),  # still no answer: nothing new
        ("b", "2026-01-05 10:00", *ask),
        ("b", "2026-01-15 10:00", *ask),
        ("b", "2026-01-20 10:00", "inbound", "email"),  # an answer: what is asked from now on counts anew
        ("b", "2026-03-02 10:00", *ask),
    )
    assert rows_of(gaps_of("nudge", events)) == [
        ("a", "01-05", "01-20", "01-25", "closed_late", 5),
        ("b", "01-05", "01-20", "01-20", "closed_in_time", 0),
        ("b", "03-02", "03-07", None, "open", 24),
    ]


def test_a_promise_noted_is_not_a_message_sent():
    """Only what was promised in a talk or at an event touches: it closes what a talk closes."""
    events = log(
        ("a", "2026-03-03", "inbound", "email"),
        ("a", "2026-03-04", "outbound", "email", "promise"),
        ("b", "2026-03-03", "inbound", "email"),
        ("b", "2026-03-04", "outbound", None, "promise"),
        ("c", "2026-03-03", "inbound", "email"),
        ("c", "2026-03-04", "mutual", "call", "promise"),
        ("c", "2026-03-05", "outbound", "email", "promise"),
    )
    names = given_names(*({**NAME, "referral_id": who, "referred_id": who} for who in "abc"))
    closed = {kind: gaps_of(kind, events, names).set_index("contact_id")["closed_on"] for kind in
              ("owed_reply", "uncontacted_referral")}  # fmt: skip
    for days in closed.values():
        assert days.isna().to_dict() == {"a": True, "b": True, "c": False}
    assert len(gaps_of("report_back", events.drop(index=[0, 2, 4]), names)) == 1  # of c, who was called
    promises = gaps_of("promise", events)
    assert promises["contact_id"].tolist() == ["a", "b", "c", "c"]
    assert promises["closed_at"].isna().all()  # a new promise keeps no old one


def test_what_is_marked_as_done_is_closed_for_every_report():
    events = log(
        ("a", "2026-03-02 10:00", "outbound", None, "promise"),
        ("a", "2026-03-02 10:00", "mutual", "call"),
        ("a", "2026-03-10 15:00", "outbound", None, "promise"),  # on the day of the mark
        ("a", "2026-03-11 10:00", "outbound", None, "promise"),  # after it
        ("b", "2026-03-02 10:00", "outbound", None, "promise"),
    )
    done = pd.DataFrame({"contact_id": ["a", "b", "z"], "kind": ["promise", None, None], "until": pd.NaT,
                         "done_on": pd.to_datetime(["2026-03-10", None, "2026-03-10"])})  # fmt: skip
    gaps = gaps_of("promise", events, done=done)
    assert rows_of(gaps) == [
        ("a", "03-02", "03-09", "03-10", "closed_late", 1),
        ("b", "03-02", "03-09", None, "open", 22),
        ("a", "03-10", "03-17", "03-10", "closed_in_time", 0),
        ("a", "03-11", "03-18", None, "open", 13),
    ]
    assert gaps["why"][0].endswith("closed 1 day late on 2026-03-10 (marked as done)")
    assert gaps["closed_by"].isna().all()
    told = gaps_of(
        "promise", events, done=done.assign(source_ref=["moves.csv:2", "moves.csv:3", "moves.csv:4"])
    )
    assert told["closed_by"].fillna("nothing").tolist() == ["moves.csv:2", "nothing"] * 2
    assert gaps_of("thank_you", events, done=done)["state"].tolist() == ["open"]
    all_kinds = done.assign(kind=None)
    assert gaps_of("thank_you", events, done=all_kinds)["state"].tolist() == ["closed_late"]
    assert gaps_of("promise", events, done=done, as_of="2026-03-10")["state"].tolist() == ["open", "open"]


def done_on(*days: str, kind: str | None = None) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": "a", "kind": kind, "done_on": pd.to_datetime(list(days))})


def test_a_mark_begins_the_next_month():
    ask, talk = (
        ("z", "2026-01-01", "outbound", "email", "job_ask"),
        ("a", "2026-01-01 10:00", "mutual", "call"),
    )
    later = ("a", "2026-02-06", "outbound", "email", "update")  # without an hour: on the day after the mark
    stranger = ("b", "2025-12-01", "outbound", "email")  # no part of the search
    marks = pd.concat([done_on("2026-02-05"), done_on("2026-02-05", kind="monthly_update")])
    marks = pd.concat([marks, marks.assign(contact_id="b"), done_on("2026-02-20", kind="promise")])
    first = ("a", "01-01", "01-31", "02-05", "closed_late", 5)
    gaps = gaps_of("monthly_update", log(ask, talk, stranger), done=marks)
    assert rows_of(gaps) == [first, ("a", "02-06", "03-08", None, "open", 23)]
    assert gaps["why"][1].startswith("new month (marked as done the day before) on 2026-02-06; ")
    told = marks.assign(source_ref=[f"moves.csv:{n}" for n in range(2, 2 + len(marks))])
    told = gaps_of("monthly_update", log(ask, talk, stranger), done=told)
    assert told["opened_by"].tolist() == ["log:2", "moves.csv:2"]
    assert rows_of(gaps_of("monthly_update", log(ask, talk), done=marks, as_of="2026-02-06")) == [first]
    again = pd.concat([marks, done_on("2026-03-01")])
    assert rows_of(gaps_of("monthly_update", log(ask, talk), done=again))[1:] == [
        ("a", "02-06", "03-08", "03-01", "closed_in_time", 0),
        ("a", "03-02", "04-01", None, "censored", None),
    ]
    gaps = gaps_of("monthly_update", log(ask, talk, later), done=marks)
    assert rows_of(gaps) == [first, ("a", "02-06", "03-08", None, "open", 23)]
    assert gaps["opened_by"][1] == "log:3"


def test_what_comes_after_a_mark_opens_anew():
    mark = done_on("2026-01-20")
    events = log(
        ("a", "2026-01-01 10:00", "inbound", "email"),
        ("a", "2026-01-20 23:00", "inbound", "email"),  # on the day of the mark, which covers it
        ("a", "2026-01-21", "inbound", "email"),
        ("a", "2026-03-01 10:00", "inbound", "email"),
        ("b", "2026-01-01 10:00", "inbound", "email"),  # of another: no mark
        ("b", "2026-03-01 10:00", "inbound", "email"),
    )
    gaps = gaps_of("owed_reply", events, done=mark)
    assert rows_of(gaps) == [
        ("a", "01-01", "01-04", "01-20", "closed_late", 16),
        ("b", "01-01", "01-04", None, "open", 86),
        ("a", "01-21", "01-24", None, "open", 66),
    ]
    assert gaps["why"].str.startswith("first of 2 messages").all()
    outcomes = gaps_of("close_the_loop", events.assign(purpose="outcome"), done=mark)
    assert outcomes["opened_by"].tolist() == ["log:1", "log:5", "log:3"]
    assert outcomes["state"].tolist() == ["closed_late", "open", "open"]
    other_kind = gaps_of("close_the_loop", events.assign(purpose="outcome"), done=mark.assign(kind="promise"))
    assert other_kind["opened_by"].tolist() == ["log:1", "log:5"]
    asks = events.iloc[[0, 3]].assign(direction="outbound", purpose="advice_ask")
    assert rows_of(gaps_of("nudge", asks, done=mark)) == [
        ("a", "01-01", "01-06", "01-20", "closed_late", 14),  # the later ask does not move its due date
        ("a", "03-01", "03-06", None, "open", 25),
    ]


def test_an_end_is_news_where_the_first_contact_was_marked_as_told():
    events = log(("b", "2026-03-03 10:00", "outbound", "email"), ("a", "2026-02-01", "inbound", "email"))
    names = given_names({"referral_id": "1", "referrer_id": "a", "referred_id": "b", "given_on": "2026-03-02",
                         "closed_on": "2026-03-20", "outcome": "declined"})  # fmt: skip
    marks = (None, done_on("2026-03-10", kind="report_back"), done_on("2026-03-20", kind="report_back"))
    told = [gaps_of("close_the_loop", events, names, done=mark)["contact_id"].tolist() for mark in marks]
    assert told == [["b"], ["a", "b"], ["b"]]  # waits for both; told of the first; told on the day of the end


# referrals: seven days

NAME = {"referrer_id": "ref", "kind": "person", "given_on": "2026-03-02"}


def test_names_to_call_in_every_state():
    events = log(
        ("a", "2026-03-01 10:00", "outbound", "email"),  # before the name was given
        ("a", "2026-03-09 10:00", "outbound", "email"),
        ("c", "2026-03-05 10:00", "inbound", "email"),  # they wrote, you did not
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referred_id": "a"},
        {**NAME, "referral_id": "r2", "referred_id": "b", "contacted_on": "2026-03-12"},
        {**NAME, "referral_id": "r3", "referred_id": "c"},
        {**NAME, "referral_id": "r4", "referred_id": "d", "given_on": "2026-03-08"},
        {**NAME, "referral_id": "r5", "referred_id": "e", "contacted_on": "2026-03-20"},  # not known yet
        {**NAME, "referral_id": "r6", "referred_id": "f", "closed_on": "2026-03-04", "outcome": "dead_end"},
        {**NAME, "referral_id": "r7", "referred_id": "g", "contacted_on": "2026-02-20"},  # noted as earlier
        {**NAME, "referral_id": "r8", "kind": "company", "organization": "Acme"},
        {**NAME, "referral_id": "r9", "referred_id": "h", "given_on": "2026-03-14"},  # not known yet
    )
    gaps = gaps_of("uncontacted_referral", events, names, as_of="2026-03-14")
    assert rows_of(gaps) == [
        ("a", "03-02", "03-09", "03-09", "closed_in_time", 0),
        ("b", "03-02", "03-09", "03-12", "closed_late", 3),
        ("c", "03-02", "03-09", None, "open", 5),
        ("e", "03-02", "03-09", None, "open", 5),
        ("f", "03-02", "03-09", "03-04", "closed_in_time", 0),
        ("g", "03-02", "03-09", "03-02", "closed_in_time", 0),
        ("d", "03-08", "03-15", None, "censored", None),
    ]
    assert gaps["about_id"].unique().tolist() == ["ref"]
    assert gaps["referral_id"].tolist() == ["r1", "r2", "r3", "r5", "r6", "r7", "r4"]


def test_news_for_referrers_in_every_state():
    events = log(
        ("a", "2026-03-04 10:00", "inbound", "email"),  # a first touch in either direction
        ("ref", "2026-03-05 10:00", "outbound", "email"),
        ("ref2", "2026-03-15 10:00", "mutual", "call"),
        ("d", "2026-03-10 10:00", "outbound", "email"),
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referred_id": "a"},
        {**NAME, "referral_id": "r2", "referrer_id": "ref2", "referred_id": "b", "met_on": "2026-03-06"},
        {**NAME, "referral_id": "r3", "referrer_id": "ref3", "referred_id": "c", "closed_on": "2026-03-06"},
        {**NAME, "referral_id": "r4", "referrer_id": "ref4", "referred_id": "d"},
        {**NAME, "referral_id": "r5", "referrer_id": "ref5", "referred_id": "e"},  # nothing happened
        {**NAME, "referral_id": "r6", "referrer_id": "ref6", "referred_id": "f", "contacted_on": "2026-03-03",
         "reported_back_on": "2026-03-12"},
        {**NAME, "referral_id": "r7", "referrer_id": "me", "referred_id": "me", "met_on": "2026-03-06"},
    )  # fmt: skip
    gaps = gaps_of("report_back", events, names, as_of="2026-03-16")
    assert rows_of(gaps) == [
        ("ref6", "03-03", "03-10", "03-12", "closed_late", 2),
        ("ref", "03-04", "03-11", "03-05", "closed_in_time", 0),
        ("ref2", "03-06", "03-13", "03-15", "closed_late", 2),
        ("ref3", "03-06", "03-13", None, "open", 3),
        ("ref4", "03-10", "03-17", None, "censored", None),
    ]
    assert gaps["about_id"].tolist() == ["f", "a", "b", "c", "d"]
    assert gaps["opened_by"].tolist()[1] == "log:1"
    assert gaps["why"][3].startswith("referral closed on 2026-03-06; ")


def test_a_contact_or_an_outcome_after_the_closing_opens_no_other_news():
    told = ("ref", "2026-03-08 10:00", "outbound", "email")
    later = ("a", "2026-03-20 10:00", "outbound", "email")
    outcome = ("b", "2026-03-20 10:00", "inbound", "email", "outcome")
    end = {"closed_on": "2026-03-06", "outcome": "conversation"}
    names = given_names(*({**NAME, **end, "referral_id": who, "referred_id": who} for who in "ab"))
    for events in (log(told), log(told, later), log(told, outcome)):
        gaps = gaps_of("report_back", events, names)
        assert rows_of(gaps) == [("ref", "03-06", "03-13", "03-08", "closed_in_time", 0)] * 2
        assert gaps["why"].str.startswith("referral closed on 2026-03-06; ").all()
    assert gaps_of("close_the_loop", log(told, outcome), names)["contact_id"].tolist() == ["b", "ref"]
    waits = gaps_of("close_the_loop", log(outcome), names)  # the referrer still waits for the first news
    assert waits["contact_id"].tolist() == ["b"]


def test_loops_to_close_for_both_sides():
    events = log(
        ("ref", "2026-03-10 10:00", "outbound", "email"),
        ("b", "2026-03-20 10:00", "mutual", "call"),
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referred_id": "a", "closed_on": "2026-03-05", "outcome": "declined"},
        {**NAME, "referral_id": "r2", "referrer_id": "ref2", "referred_id": "b", "closed_on": "2026-03-06",
         "outcome": "offer", "reported_back_on": "2026-03-07"},
        {**NAME, "referral_id": "r3", "referrer_id": "ref3", "organization": "Acme", "kind": "opening",
         "closed_on": "2026-03-18", "outcome": "dead_end", "reported_back_on": "2026-03-17"},  # told before it closed
        {**NAME, "referral_id": "r4", "referred_id": "d", "closed_on": "2026-03-06", "outcome": "interview"},
        {**NAME, "referral_id": "r5", "referred_id": "e", "closed_on": "2026-03-25", "outcome": "declined"},
        {**NAME, "referral_id": "r6", "referrer_id": "f", "referred_id": "f", "closed_on": "2026-03-20",
         "outcome": "declined"},
    )  # fmt: skip
    gaps = gaps_of("close_the_loop", events, names, as_of="2026-03-22")
    assert rows_of(gaps) == [
        ("a", "03-05", "03-12", None, "open", 10),
        ("ref", "03-05", "03-12", "03-10", "closed_in_time", 0),
        ("b", "03-06", "03-13", "03-20", "closed_late", 7),
        ("ref2", "03-06", "03-13", "03-07", "closed_in_time", 0),
        ("ref3", "03-18", "03-25", None, "censored", None),
        ("f", "03-20", "03-27", None, "censored", None),
    ]
    assert gaps["why"][4].startswith("outcome dead end on 2026-03-18; ")


def test_one_referral_is_one_debt_to_its_referrer():
    events = log(
        ("a", "2026-03-04 10:00", "outbound", "email"),
        ("b", "2026-03-04 10:00", "outbound", "email"),
        ("refb", "2026-03-05 10:00", "outbound", "email"),  # told of the first contact
        ("c", "2026-03-12 10:00", "outbound", "email"),  # to c, who had been given up
    )
    end = {"closed_on": "2026-03-10", "outcome": "declined"}
    names = given_names(
        {**NAME, **end, "referral_id": "r1", "referrer_id": "refa", "referred_id": "a"},
        {**NAME, **end, "referral_id": "r2", "referrer_id": "refb", "referred_id": "b"},
        {**NAME, **end, "referral_id": "r3", "referrer_id": "refc", "referred_id": "c"},
        {
            **NAME,
            **end,
            "referral_id": "r4",
            "referrer_id": "refd",
            "referred_id": "d",
            "outcome": "interview",
        },
    )
    news, ends = (gaps_of(kind, events, names) for kind in ("report_back", "close_the_loop"))
    assert rows_of(news) == [
        ("refa", "03-04", "03-11", None, "open", 20),
        ("refb", "03-04", "03-11", "03-05", "closed_in_time", 0),
        ("refd", "03-10", "03-17", None, "open", 14),  # closed without a contact, not settled
    ]
    referrers = ends[ends["contact_id"].str.startswith("ref")]
    assert referrers["contact_id"].tolist() == [
        "refb",
        "refc",
    ]  # refa still waits for news, which will tell both
    assert sorted(ends["contact_id"]) == ["a", "b", "c", "refb", "refc"]


def test_a_report_before_there_was_news_is_none():
    events = log(
        ("a", "2026-03-10 10:00", "outbound", "email"), ("b", "2026-03-10 10:00", "outbound", "email")
    )
    names = given_names(
        {
            **NAME,
            "referral_id": "r1",
            "referrer_id": "refa",
            "referred_id": "a",
            "reported_back_on": "2026-03-05",
        },
        {
            **NAME,
            "referral_id": "r2",
            "referrer_id": "refb",
            "referred_id": "b",
            "reported_back_on": "2026-03-10",
        },
    )
    assert rows_of(gaps_of("report_back", events, names)) == [
        ("refa", "03-10", "03-17", None, "open", 14),
        ("refb", "03-10", "03-17", "03-10", "closed_in_time", 0),  # on the same day, so after it
    ]


def test_an_outcome_in_the_log_is_to_be_told():
    events = log(
        (
            "a",
            "2026-03-06 10:00",
            "inbound",
            "email",
            "outcome",
        ),  # they decided; the table says so a day later
        ("x", "2026-03-06 10:00", "inbound", "email", "outcome"),  # nobody's referral
        ("x", "2026-03-08 10:00", "inbound", "email", "outcome"),  # one word answers both
        ("x", "2026-03-09 10:00", "outbound", "email"),
        ("y", "2026-03-06 10:00", "mutual", "call", "outcome"),  # talked over
        ("z", "2026-03-06 10:00", "outbound", "email", "outcome"),  # your own word to them
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referrer_id": "ref", "referred_id": "a", "closed_on": "2026-03-07",
         "outcome": "declined"},
    )  # fmt: skip
    gaps = gaps_of("close_the_loop", events, names)
    assert sorted(rows_of(gaps)) == [
        ("a", "03-06", "03-13", None, "open", 18),
        ("ref", "03-06", "03-13", None, "open", 18),
        ("x", "03-06", "03-13", "03-09", "closed_in_time", 0),
        ("y", "03-06", "03-13", "03-06", "closed_in_time", 0),
    ]
    assert gaps["opened_by"].dropna().isin(["log:1", "log:2", "log:5"]).all()


def test_inferred_names_can_be_left_out():
    names = given_names({**NAME, "referral_id": "r1", "referred_id": "a", "inferred": True})
    assert len(gaps_of("uncontacted_referral", log(), names)) == 1
    assert len(gaps_of("uncontacted_referral", log(), names, include_inferred=False)) == 0


# monthly_update and promise


def test_monthly_updates_of_those_met_in_the_search():
    events = log(
        (
            "x",
            "2026-01-05 10:00",
            "outbound",
            "email",
            "advice_ask",
        ),  # here the search begins; x never talked
        ("a", "2025-12-20 10:00", "mutual", "call"),  # before it
        ("a", "2026-01-08 10:00", "outbound", "email"),  # not yet met in the search
        ("a", "2026-01-10 10:00", "mutual", "call"),
        ("a", "2026-01-10 15:00", "outbound", "email"),  # the same day
        ("a", "2026-02-09 10:00", "inbound", "call"),  # 30 days later, on the due day: they called
        ("a", "2026-02-20 10:00", "inbound", "email"),  # their message is no word of yours
        ("a", "2026-02-25 10:00", "mutual", "meeting"),  # of four
        ("a", "2026-03-20 10:00", "outbound", "email", "update"),  # due on March 11: 9 days late, to four
        ("b", "2026-02-20 10:00", "outbound", "email"),  # a name given on the 1st; due on March 22
        group_size=[None, None, None, 2, None, None, None, 4, 4, None],
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referrer_id": "c", "referred_id": "b", "given_on": "2026-02-01"}
    )
    assert rows_of(gaps_of("monthly_update", events, names)) == [
        ("a", "01-10", "02-09", "02-09", "closed_in_time", 0),
        ("a", "02-09", "03-11", "03-20", "closed_late", 9),
        ("b", "02-20", "03-22", None, "open", 9),
        ("a", "03-20", "04-19", None, "censored", None),
    ]
    assert len(gaps_of("monthly_update", events.iloc[1:])) == 0  # no ask, no referral: no search


def test_a_talk_of_several_begins_the_first_month_of_those_met_in_it():
    events = log(
        ("z", "2026-01-05 10:00", "outbound", "email", "advice_ask"),
        ("a", "2026-02-25 10:00", "mutual", "meeting"),  # of three: first met there
        ("a", "2026-02-26 10:00", "mutual", "meeting"),  # of three again: begins no month anew
        ("b", "2026-02-25 10:00", "mutual", "meeting"),
        ("b", "2026-03-02 10:00", "outbound", "email"),
        ("c", "2026-02-20 10:00", "outbound", "email"),  # a name given on the 1st: the month has begun
        ("c", "2026-02-25 10:00", "mutual", "meeting"),
        ("d", "2026-02-25 10:00", "mutual", "meeting"),  # of five: touches nobody
        group_size=[None, 3, 3, 3, None, None, 3, 5],
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referrer_id": "z", "referred_id": "c", "given_on": "2026-02-01"}
    )
    gaps = gaps_of("monthly_update", events, names)
    assert rows_of(gaps[gaps["contact_id"] != "z"]) == [
        ("c", "02-20", "03-22", None, "open", 9),
        ("a", "02-25", "03-27", None, "open", 4),
        ("b", "02-25", "03-27", "03-02", "closed_in_time", 0),
        ("b", "03-02", "04-01", None, "censored", None),
    ]
    assert gaps["why"][gaps["contact_id"] == "a"].item().startswith("met with others on 2026-02-25; due")


def test_promises_in_every_state():
    events = log(
        ("a", "2026-03-02 10:00", "outbound", "email", "promise"),
        ("a", "2026-03-06 10:00", "outbound", "email"),
        ("b", "2026-03-02 10:00", "mutual", "call", "promise"),
        ("b", "2026-03-12 10:00", "mutual", "call"),
        ("c", "2026-03-02 10:00", "outbound", "email", "promise"),  # no date: 7 days
        ("c", "2026-03-03 10:00", "inbound", "email"),
        ("d", "2026-03-02 10:00", "outbound", "email", "promise"),
        ("e", "2026-03-02 10:00", "inbound", "email", "promise"),  # theirs
        ("f", "2026-03-12", "outbound", "email", "promise"),
        ("f", "2026-03-12", "outbound", "email"),  # the same instant: not after it
        due_on=pd.to_datetime(
            ["2026-03-06", None, "2026-03-10", None, None, None, "2026-04-30", None, None, None]
        ),
    )
    assert rows_of(gaps_of("promise", events, as_of="2026-03-14")) == [
        ("a", "03-02", "03-06", "03-06", "closed_in_time", 0),
        ("b", "03-02", "03-10", "03-12", "closed_late", 2),
        ("c", "03-02", "03-09", None, "open", 5),
        ("d", "03-02", "04-30", None, "censored", None),
        ("f", "03-12", "03-19", None, "censored", None),
    ]


# options, faults, shapes


def test_a_new_kind_is_one_function_and_one_entry(monkeypatch):
    def liked(known: followup_inputs.Known) -> pd.DataFrame:
        return known.log[known.log["purpose"] == "social"]

    kind = Kind(
        "smile", "Smiles", "Smile back within {days} days.", 1, liked, lambda events: events["from_owner"]
    )
    events = log(("a", "2026-03-02", "inbound", "chat", "social"), ("a", "2026-03-05", "outbound", "chat"))
    monkeypatch.setattr(followups, "KINDS", (*KINDS, kind))
    gaps = gaps_of("smile", events)
    assert rows_of(gaps) == [("a", "03-02", "03-03", "03-05", "closed_late", 2)]
    assert gaps["rule"].tolist() == ["Smile back within 1 days."]


@pytest.mark.parametrize("options", [{"timezone": "Mars/Olympus"}, {"as_of": "soon"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ParameterError):
        followup_gaps(log()[["contact_id"]], log(), given_names(), **{"as_of": "2026-03-31", **options})


def test_a_missing_column_is_refused():
    with pytest.raises(SchemaError, match="direction"):
        followup_gaps(
            log()[["contact_id"]], log().drop(columns="direction"), given_names(), as_of="2026-03-31"
        )


def test_empty_tables_give_an_empty_table_of_the_same_types():
    empty = followup_gaps(schema.empty("contacts"), log(), given_names(), as_of="2026-03-31")
    full = gaps_of("thank_you", log(("a", "2026-03-02", "mutual", "call")))
    assert list(empty.columns) == list(GAP_COLUMNS)
    assert not len(empty)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict() == GAP_COLUMNS


def test_the_fewest_columns_and_unknown_people_do():
    events = log(("a", "2026-03-02", "mutual", "call"))[["contact_id", "occurred_at", "direction"]]
    names = given_names({**NAME, "referral_id": "r1", "referred_id": "nobody"})
    names = names[["referral_id", "referrer_id", "referred_id", "given_on"]]
    gaps = followup_gaps(events[["contact_id"]], events, names, as_of="2026-03-31")
    assert set(zip(gaps["kind"], gaps["contact_id"], strict=True)) == {
        ("thank_you", "ref"), ("uncontacted_referral", "nobody"),
    }  # fmt: skip


def test_two_like_events_are_two_gaps_with_ids_of_their_own():
    promises = [("a", "2026-03-02", "outbound", "email", "promise")] * 2
    gaps = gaps_of("promise", log(*promises))
    assert len(gaps) == 2
    assert gaps["gap_id"].is_unique


def test_no_name_or_text_of_a_person_in_the_reasons():
    events = log(("ann@example.org", "2026-03-02", "mutual", "call"), subject=["Secret"])
    gaps = gaps_of("thank_you", events)
    assert gaps["topic"].tolist() == ["Secret"]
    assert not gaps[["gap_id", "why", "rule"]].to_csv().count("Secret")
    assert "ann" not in gaps[["gap_id", "why", "rule"]].to_csv()


# laws, on generated books

PEOPLE = list("abcd")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@st.composite
def books(draw):
    hours = st.sampled_from([0, 0, 0, 9, 15])  # many events of date-only logs share an instant
    event = st.tuples(
        st.sampled_from(PEOPLE), st.integers(0, 60), hours, st.sampled_from(schema.DIRECTIONS),
        st.sampled_from(["email", "email", "call", "chat", None]),
        st.sampled_from([*schema.PURPOSES, None, None, None]),
        st.sampled_from([None, 2, 3, 7]), st.sampled_from([None, "t1", "t2"]), st.sampled_from([None, 5, 40]),
    )  # fmt: skip
    rows = draw(st.lists(event, max_size=25))
    events = log(
        *[(r[0], START + dt.timedelta(days=r[1], hours=r[2]), *r[3:6]) for r in rows],
        group_size=[r[6] for r in rows],
        thread_id=[r[7] for r in rows],
        due_on=pd.to_datetime(
            [None if r[8] is None else "2026-01-01" if r[8] == 5 else "2026-02-10" for r in rows]
        ).as_unit("us"),
    )
    day = st.one_of(st.none(), st.integers(0, 70))
    name = st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from([*PEOPLE, None]), st.integers(0, 60), day, day, day, day,
        st.sampled_from(schema.OUTCOMES), st.booleans(), st.sampled_from([*schema.REFERRAL_KINDS, "person", None]),
    )  # fmt: skip
    found = draw(st.lists(name, max_size=6))
    dates = ["given_on", "contacted_on", "met_on", "reported_back_on", "closed_on"]
    names = given_names(
        *[
            {"referral_id": f"r{n}", "referrer_id": r[0], "referred_id": r[1],
             **{d: None if v is None else dt.datetime(2026, 1, 1) + dt.timedelta(days=v)
                for d, v in zip(dates, r[2:7], strict=True)},
             "outcome": r[7], "inferred": r[8], "kind": r[9], "source_ref": f"referrals:{n}"}
            for n, r in enumerate(found)
        ]
    )  # fmt: skip
    as_of = START + dt.timedelta(days=draw(st.integers(0, 75)), hours=draw(hours))
    return pd.DataFrame({"contact_id": PEOPLE}), events, names, as_of


def cut(frame: pd.DataFrame, as_of: dt.datetime) -> pd.DataFrame:
    """Referrals as they stood at the cut-off."""
    naive = pd.Timestamp(as_of).tz_localize(None)
    frame = frame[frame["given_on"] < naive].copy()
    frame.loc[~(frame["closed_on"] < naive), "outcome"] = "open"
    for name in frame.columns[frame.columns.str.endswith("_on")]:
        frame[name] = frame[name].where(frame[name] < naive)
    return frame


@settings(max_examples=20)
@given(books(), st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 70)), max_size=3))
def test_the_future_never_changes_the_past(book, marked):
    contacts, events, names, as_of = book
    days = [START.replace(tzinfo=None) + dt.timedelta(days=day) for _, day in marked]
    done = pd.DataFrame({"contact_id": [who for who, _ in marked], "kind": None, "done_on": days})
    done["done_on"] = pd.to_datetime(done["done_on"])
    seen = done[done["done_on"] < as_of.replace(tzinfo=None)]
    known = events[events["occurred_at"] < as_of], cut(names, as_of)
    gaps = followup_gaps(contacts, events, names, as_of=as_of, done=done)
    pd.testing.assert_frame_equal(gaps, followup_gaps(contacts, *known, as_of=as_of, done=seen))


@settings(max_examples=15)
@given(books(), st.randoms(use_true_random=False))
def test_row_order_and_index_never_matter_and_inputs_stay(book, random):
    contacts, events, names, as_of = book
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    gaps = followup_gaps(*tables, as_of=as_of)
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    mixed = [
        t.iloc[random.sample(range(len(t)), len(t))].set_axis([f"i{n % 2}" for n in range(len(t))])
        for t in tables
    ]
    pd.testing.assert_frame_equal(gaps, followup_gaps(*mixed, as_of=as_of))


@settings(max_examples=20)
@given(books())
def test_every_gap_is_consistent(book):
    *tables, as_of = book
    gaps = followup_gaps(*tables, as_of=as_of)
    today = pd.Timestamp(as_of).tz_localize(None).normalize()
    closed = gaps["closed_at"].notna()
    assert gaps["gap_id"].is_unique
    assert (gaps["opened_at"] < as_of).all()
    assert (gaps["closed_at"][closed] >= gaps["opened_at"][closed]).all()
    assert (gaps["closed_at"][closed] < as_of).all()
    assert closed.equals(gaps["state"].isin(["closed_in_time", "closed_late"]))
    assert (gaps["closed_on"] > gaps["due_on"]).equals(gaps["state"] == "closed_late")
    assert (~closed & (gaps["due_on"] < today)).equals(gaps["state"] == "open")
    assert gaps["days_overdue"].isna().equals(gaps["state"] == "censored")
    assert gaps["days_overdue"][gaps["state"].isin(["open", "closed_late"])].gt(0).all()
    order = gaps.sort_values(["kind", "opened_at", "contact_id", "gap_id"], kind="stable")
    assert order.index.equals(gaps.index)


@given(books(), st.booleans())
def test_the_search_finds_what_a_loop_finds(book, strict):
    _, events, _, as_of = book
    now = snapshot_of(interactions=events, as_of=as_of)
    marked = now.touches["direction"] == "outbound"
    strangers = pd.DataFrame({"contact_id": [None, "stranger"], "occurred_at": [START, START]})
    wanted = pd.concat(
        [
            now.touches[["contact_id", "occurred_at"]],
            strangers.astype(dict(now.touches.dtypes[["contact_id", "occurred_at"]])),
        ]
    )
    found = now.next_touch(wanted, marked, strict=strict)
    for who, when, row in zip(wanted["contact_id"], wanted["occurred_at"], found["row"], strict=True):
        after = [
            n for n, event in enumerate(now.touches.itertuples())
            if marked[n] and event.contact_id == who
            and (event.occurred_at > when if strict else event.occurred_at >= when)
        ]  # fmt: skip
        assert row == (after[0] if after else -1)


@settings(max_examples=40)
@given(books())
def test_gaps_equal_those_of_plain_loops(book):
    *tables, as_of = book
    gaps = followup_gaps(*tables, as_of=as_of)
    found = [
        (g.kind, g.contact_id, g.opened_at, None if pd.isna(g.closed_at) else g.closed_at)
        for g in gaps.itertuples()
    ]
    key = lambda gap: (*gap[:3], str(gap[3]))  # noqa: E731
    assert sorted(found, key=key) == sorted(loops(*tables[1:], as_of), key=key)


def loops(events: pd.DataFrame, names: pd.DataFrame, as_of: dt.datetime) -> list[tuple]:
    """The same definitions, written the slow way; (kind, contact, opened_at, closed_at)."""
    events = events[(events["occurred_at"] < as_of) & ~(events["group_size"] > 4).fillna(False).astype(bool)]
    names = cut(names, as_of)
    log_ = [event._asdict() for event in events.itertuples()]
    out: list[tuple] = []

    def first(who, keep, since, strict=False):
        times = [e["occurred_at"] for e in log_ if e["contact_id"] == who and keep(e)]
        times = [t for t in times if (t > since if strict else t >= since)]
        return min(times, default=None)

    def earliest(*times):
        return min((t for t in times if t is not None and not pd.isna(t)), default=None)

    def note(e):
        talk = e["channel"] in ("call", "meeting", "video", "event")
        return e["purpose"] == "promise" and e["direction"] != "inbound" and not talk

    yours, theirs = (lambda e, d=d: e["direction"] != d and not note(e) for d in ("inbound", "outbound"))
    message = lambda e: e["channel"] in schema.MESSAGES  # noqa: E731
    stretches = set()
    for event in sorted(log_, key=lambda e: e["occurred_at"]):
        who, at = event["contact_id"], event["occurred_at"]
        alone = pd.isna(event["group_size"]) or event["group_size"] <= 2
        if event["direction"] == "inbound" and message(event) and alone and event["purpose"] != "thank_you":
            closed = first(who, yours, at)
            stretch = (who, str(event["thread_id"]), closed)
            if stretch not in stretches:
                out.append(("owed_reply", who, at, closed))
            stretches.add(stretch)
        if event["direction"] != "inbound" and event["purpose"] == "promise":
            out.append(("promise", who, at, first(who, yours, at, strict=True)))
        if event["direction"] == "outbound" and event["purpose"] in schema.ASKS:
            sent = lambda e: e["direction"] == "outbound" and message(e) and not note(e)  # noqa: E731
            answered = first(who, theirs, at)
            nudge = first(who, sent, at, strict=True)
            second = first(who, sent, nudge, strict=True) if nudge is not None else None
            if (who, "ask", answered) not in stretches:
                out.append(("nudge", who, at, earliest(answered, second)))
            stretches.add((who, "ask", answered))
    outcome = lambda e: theirs(e) and e["purpose"] == "outcome"  # noqa: E731
    ends = [(e["contact_id"], e["occurred_at"]) for e in log_ if outcome(e)]
    for name in names.itertuples():
        day = {
            n: pd.Timestamp(getattr(name, n)).tz_localize("UTC") for n in names.columns if n.endswith("_on")
        }
        own = name.referrer_id == name.referred_id
        if pd.notna(name.referred_id) and (pd.isna(name.kind) or name.kind == "person"):
            noted = earliest(day["contacted_on"], day["met_on"], day["closed_on"])
            closed = earliest(first(name.referred_id, yours, day["given_on"]), noted)
            closed = max(closed, day["given_on"]) if closed is not None else None
            out.append(("uncontacted_referral", name.referred_id, day["given_on"], closed))
        settled = day["closed_on"] if name.outcome in followup_inputs.SETTLED else None
        end = earliest(settled, None if own else first(name.referred_id, outcome, day["given_on"]))
        told = lambda since, day=day["reported_back_on"]: (  # noqa: E731
            max(day, since) if day + pd.Timedelta(days=1) > since else None
        )
        waits = False
        if not own:
            touch = first(name.referred_id, lambda e: not note(e), day["given_on"])
            noted = earliest(day["contacted_on"], day["met_on"])
            contact = earliest(noted if noted is None else max(noted, day["given_on"]), touch)
            given_up = max(day["closed_on"], day["given_on"]) if pd.notna(day["closed_on"]) else None
            opened = earliest(contact, given_up)
            if end is not None and opened is not None and opened >= end:
                opened = None
            if opened is not None:
                closed = earliest(first(name.referrer_id, yours, opened), told(opened))
                out.append(("report_back", name.referrer_id, opened, closed))
                waits = end is not None and (closed is None or closed >= end)
        if end is not None and not waits:
            closed = earliest(first(name.referrer_id, yours, end), told(end))
            out.append(("close_the_loop", name.referrer_id, end, closed))
        noted = (
            end is not None and end == settled and first(name.referred_id, outcome, day["given_on"]) != end
        )
        if noted and not own and pd.notna(name.referred_id):
            ends.append((name.referred_id, end))
    answers = set()
    for who, at in sorted(ends, key=lambda end: end[1]):
        closed = first(who, yours, at)
        if (who, closed) not in answers:
            out.append(("close_the_loop", who, at, closed))
        answers.add((who, closed))
    reasons: dict[tuple, pd.Timestamp] = {}
    for event in sorted(log_, key=lambda e: e["occurred_at"]):
        talk = event["channel"] in schema.CONVERSATIONS
        gift = event["direction"] == "inbound" and event["purpose"] in ("referral_given", "introduction")
        answer = event["direction"] != "outbound" and event["purpose"] == "outcome"
        if talk or gift or answer or event["purpose"] == "favour_received":
            at = event["occurred_at"]
            reasons.setdefault((event["contact_id"], at.tz_localize(None).normalize()), at)
    for name in names.itertuples():
        reasons.setdefault((name.referrer_id, name.given_on), name.given_on.tz_localize("UTC"))
    vague = lambda e: pd.isna(e["purpose"]) or e["purpose"] == "unknown"  # noqa: E731
    for (who, day), at in reasons.items():
        thanks = first(who, lambda e: e["direction"] == "outbound" and e["purpose"] == "thank_you", at)
        guess = first(who, lambda e: e["direction"] == "outbound" and message(e) and vague(e), at)
        soon = guess is not None and guess.tz_localize(None) < day + pd.Timedelta(days=3)
        out.append(("thank_you", who, at, earliest(thanks, guess if soon else None)))
    asks = [e["occurred_at"] for e in log_ if e["direction"] == "outbound" and e["purpose"] in schema.ASKS]
    since = earliest(*asks, *names["given_on"].dt.tz_localize("UTC"))
    talks = snapshot_of(interactions=events, as_of=as_of).conversations
    for who in PEOPLE if since is not None else []:
        joined = earliest(
            *[t.day for t in talks.itertuples() if t.contact_id == who and t.occurred_at >= since],
            *[n.given_on for n in names.itertuples() if who in (n.referrer_id, n.referred_id)],
        )
        first_of = {}
        word = lambda e: (  # noqa: E731
            (
                (pd.isna(e["group_size"]) or e["group_size"] <= 2)
                and (yours(e) or e["channel"] in schema.CONVERSATIONS)
            )
            or (e["direction"] == "outbound" and e["purpose"] == "update")
        )
        for at in sorted(e["occurred_at"] for e in log_ if e["contact_id"] == who and word(e)):
            first_of.setdefault(at.tz_localize(None).normalize(), at)
        times = [at for day, at in first_of.items() if joined is not None and day >= joined]
        met = first(who, lambda e: e["channel"] in schema.CONVERSATIONS, since)
        if met is not None and (not times or met < times[0]):
            times.insert(0, met)
        out += [("monthly_update", who, a, b) for a, b in zip(times, [*times[1:], None], strict=False)]
    return out


def test_kinds_are_named_once_and_in_words():
    assert len({kind.kind for kind in KINDS}) == len(KINDS) == 8
    assert all(kind.title and kind.rule.endswith(".") for kind in KINDS)
