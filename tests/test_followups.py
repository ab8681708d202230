"""Follow-ups: every kind and state worked out by hand, the laws, and the engine against plain loops."""

import datetime as dt
import pickle
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures import followup_inputs
from networkscope.measures import followups as engine
from networkscope.measures.followup_kinds import KINDS, Kind
from networkscope.measures.followups import ITEM_COLUMNS, STATES, to_do, were_due
from networkscope.settings import Employer
from networkscope.snapshot.snapshot import Snapshot
from tests.on_tables import on_tables, snapshot_of

followups = on_tables(engine.followups, "contacts interactions referrals")

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


def people(**circles: str | None) -> pd.DataFrame:
    """Contacts with the circle that the owner put them in."""
    return pd.DataFrame({"contact_id": list(circles), "circle": list(circles.values())})


def items_of(
    kind: str, events: pd.DataFrame, names: pd.DataFrame | None = None, *, among=engine.followups, **options
):
    """The items of one kind as of the end of March, unless told otherwise."""
    inferred = {"include_inferred": options.pop("include_inferred")} if "include_inferred" in options else {}
    options.setdefault("contacts", pd.DataFrame({"contact_id": events["contact_id"].dropna().unique()}))
    options |= {"interactions": events, "referrals": names, "as_of": options.get("as_of", "2026-03-31")}
    items = among(looked_at(pickle.dumps(options)), **inferred)
    return items[items["kind"] == kind].reset_index(drop=True)


@cache
def looked_at(options: bytes) -> Snapshot:
    """A snapshot, made once for all the kinds that a test looks at."""
    return snapshot_of(**pickle.loads(options))  # noqa: S301


def suggested(kind: str, events: pd.DataFrame, **options) -> list[str]:
    return items_of(kind, events, among=engine.suggestions, **options)["contact_id"].tolist()


def rows_of(items: pd.DataFrame) -> list[tuple]:
    """(contact, opened_on, due_on, closed_on, state, days_overdue), days as month-day."""
    out = []
    for row in items.itertuples():
        days = (
            d.strftime("%m-%d") if pd.notna(d) else None for d in (row.opened_on, row.due_on, row.closed_on)
        )
        out.append(
            (row.contact_id, *days, row.state, None if pd.isna(row.days_overdue) else row.days_overdue)
        )
    return out


# thank_you: two days

ASKED = ("mutual", "call", "advice_ask")  # a talk for advice: help, whatever came of it


def test_thanks_in_every_state():
    events = log(
        ("a", "2026-03-02 10:00", *ASKED),  # Monday; thanked on Wednesday: in time
        ("a", "2026-03-04 23:00", "outbound", "email", "thank_you"),
        ("b", "2026-03-02 10:00", *ASKED),  # due on the 4th, thanked on the 9th: 5 days late
        ("b", "2026-03-09 08:00", "outbound", "email", "thank_you"),
        ("c", "2026-03-02 10:00", *ASKED),  # as of the 13th: due on the 4th, 9 days over
        ("d", "2026-03-11 10:00", *ASKED),  # due on the 13th, which is not over
        ("e", "2026-03-12 10:00", *ASKED),
        ("f", "2025-11-10 10:00", *ASKED),  # due on November 12; 120 days later is March 12: too late by now
        ("g", "2025-11-11 10:00", *ASKED),  # the last day on which one would still do it
    )
    items = items_of("thank_you", events, as_of="2026-03-13")
    assert rows_of(items) == [
        ("f", "11-10", "11-12", None, "expired", 121),
        ("g", "11-11", "11-13", None, "overdue", 120),
        ("a", "03-02", "03-04", "03-04", "closed_in_time", 0),
        ("b", "03-02", "03-04", "03-09", "closed_late", 5),
        ("c", "03-02", "03-04", None, "overdue", 9),
        ("d", "03-11", "03-13", None, "due_today", 0),
        ("e", "03-12", "03-14", None, "not_due", None),
    ]
    assert items["why"].str.split(r": |; ").str[1].tolist() == [
        "too late by now", "120 days overdue", "done in time on 2026-03-04",
        "done 5 days late on 2026-03-09", "9 days overdue", "that is today", "there is time",
    ]  # fmt: skip
    assert to_do(items)["contact_id"].tolist() == ["g", "c", "d"]


@pytest.mark.parametrize(
    ("day", "due"), [("2026-03-02", ""), ("2026-03-04", "a b"), ("2026-03-05", "a b"), ("2026-03-08", "b")]
)
def test_what_was_due_on_an_earlier_day_as_it_is_known_now(day, due):
    """Thanks for two calls of 2 March are due on the 4th; those to Ana came on the 7th, those to Bo never."""
    events = log(
        ("a", "2026-03-02 10:00", "mutual", "call", "advice_ask"),
        ("b", "2026-03-02 10:00", "mutual", "call", "advice_ask"),
        ("a", "2026-03-07 10:00", "outbound", "email", "thank_you"),
    )
    now = snapshot_of(contacts=people(a=None, b=None), interactions=events, as_of="2026-03-31")
    items, then = engine.followups(now), now.at(day)
    assert " ".join(were_due(items, then)["contact_id"]) == due
    assert " ".join(to_do(engine.followups(then))["contact_id"]) == due
    assert were_due(items, now)["gap_id"].tolist() == to_do(items)["gap_id"].tolist()


def test_a_talk_on_friday_is_due_on_sunday_and_overdue_on_monday():
    events = log(("a", "2026-03-06 10:00", *ASKED))
    sunday, monday = (items_of("thank_you", events, as_of=day) for day in ("2026-03-08 23:59", "2026-03-09"))
    assert rows_of(sunday) == [("a", "03-06", "03-08", None, "due_today", 0)]
    assert rows_of(monday) == [("a", "03-06", "03-08", None, "overdue", 1)]


def test_the_due_date_is_one_of_the_owner():
    # 23:30 UTC on the 2nd is the 3rd in Vienna: due on the 5th there.
    events = log(("a", "2026-03-02 23:30", *ASKED))
    items = items_of("thank_you", events, timezone="Europe/Vienna")
    assert rows_of(items)[0][:3] == ("a", "03-03", "03-05")
    late = "2026-03-05T23:30Z"  # half past midnight of the 6th in Vienna
    assert items_of("thank_you", events, timezone="Europe/Vienna", as_of=late)["state"].tolist() == [
        "overdue"
    ]
    assert items_of("thank_you", events, as_of=late)["state"].tolist() == ["overdue"]  # due on the 4th in UTC


def test_a_message_of_unknown_purpose_is_likely_thanks_within_the_window_only():
    events = log(
        ("a", "2026-03-02 10:00", *ASKED),
        ("a", "2026-03-04 20:00", "outbound", "email"),  # the last hours of the window
        ("a", "2026-03-20 10:00", "outbound", "email", "thank_you"),  # does not matter any more
        ("b", "2026-03-02 10:00", *ASKED),
        ("b", "2026-03-05 00:00", "outbound", "email", "unknown"),  # too late to be a guess
        ("c", "2026-03-02 10:00", *ASKED),
        ("c", "2026-03-03 10:00", "outbound", "email", "thank_you"),  # sooner than the guess
        ("c", "2026-03-04 10:00", "outbound", "email"),
        ("d", "2026-03-02 10:00", *ASKED),
        ("d", "2026-03-03 10:00", "outbound", "email", "update"),  # known to be something else
        ("e", "2026-03-02 10:00", *ASKED),
        ("e", "2026-03-03 10:00", "outbound", "event"),  # not a message
    )
    items = items_of("thank_you", events)
    assert items["state"].tolist() == ["closed_in_time", "overdue", "closed_in_time", "overdue", "overdue"]
    assert items["likely"].tolist() == [True, False, False, False, False]
    assert items["closed_by"].tolist()[0] == "log:2"
    assert items["why"][0].endswith(
        "done in time on 2026-03-04 (likely: the purpose of the message is unknown)"
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
        ("i", "2026-03-02", "mutual", "meeting", "advice_ask"),  # of nine people: touches nobody
        ("j", "2026-03-02", "mutual", "call", "promise"),  # what was promised in a talk says nothing of help
        ("k", "2026-03-02", "outbound", "call", "job_ask"),
        ("l", "2026-03-02", "inbound", "call", "advice_ask"),  # they asked me
        ("m", "2026-03-02", "mutual", "call"),  # nobody knows what for
        ("n", "2026-03-02", "mutual", "call", "catch_up"),  # no part of any search
        ("o", "2026-03-02", "mutual", "event", "advice_ask"),  # no talk
        ("p", "2026-03-02", "outbound", None, "favour_received"),  # as the owner noted it
        group_size=[None] * 8 + [9] + [None] * 7,
    )
    items = items_of("thank_you", events)
    assert items["contact_id"].tolist() == ["a", "b", "d", "e", "k", "p"]
    assert items["what"].tolist() == [
        *("referral given", "introduction", "favour received", "outcome", "call", "favour received"),
    ]


def test_the_title_of_a_talk_says_whether_it_was_help():
    titles = {
        "a": "Second interview", "b": "Coffee chat", "c": "Informational interview", "d": "Weekly sync",
        "e": "Birthday party", "f": "Lunch with mum", "g": "Vorstellungsgespräch", "h": "User interview",
        "i": "Plans",
    }  # fmt: skip
    events = log(*[(who, "2026-03-25", "mutual", "meeting") for who in titles], subject=list(titles.values()))
    assert items_of("thank_you", events)["contact_id"].tolist() == ["a", "b", "c", "g"]
    # Of the others only what might have been help is worth a thought.
    assert suggested("thank_you", events) == ["h", "i"]
    # What the owner noted it was for stands above a title, but for an interview's.
    noted = events.assign(purpose=["promise"] * 9)
    assert items_of("thank_you", noted)["contact_id"].tolist() == ["a", "g"]


def test_a_catch_up_is_help_where_the_other_is_part_of_the_search():
    ask = ("z", "2026-01-10", "outbound", "email", "advice_ask")
    meet = ("mutual", "meeting", "catch_up")
    rows = [
        ("a", "2026-03-25", *meet, None),
        ("b", "2026-03-25", *meet, None),  # a friend of old
        ("c", "2026-03-25", *meet, "Weekly"),
        ("d", "2026-02-28", *meet, None),  # before the name was given
        *[("e", f"2026-03-{day}", *meet, None) for day in (10, 17, 24)],
        *[("f", f"2026-03-{day}", *meet, "Jazz at Porgy's") for day in (10, 17, 24)],  # three times: a habit
        *[("g", f"2026-03-{day}", *meet, "Jazz at Porgy's") for day in (10, 17)],
    ]
    names = given_names(*({**NAME, "referral_id": who, "referrer_id": "z", "referred_id": who,
                           "given_on": "2026-03-01"} for who in "acdefg"))  # fmt: skip
    events = log(ask, *[row[:5] for row in rows], subject=[None, *[row[5] for row in rows]])
    items = items_of("thank_you", events, names)
    assert items["contact_id"].tolist() == [*"z", *"eg", *"eg", *"e", *"a"]  # z for the names
    alone = items_of("thank_you", events.iloc[1:], names.iloc[:1])
    assert alone["contact_id"].tolist() == ["z"]  # one act is no search


def test_an_answer_to_an_ask_is_thanked_for_and_answered_where_it_asks():
    events = log(
        ("a", "2026-03-02 10:00", "outbound", "email", "advice_ask"),
        ("a", "2026-03-05 10:00", "inbound", "email"),  # the answer, which asks something itself
        ("a", "2026-03-09 10:00", "inbound", "email"),  # the second word wants an answer
        ("b", "2026-01-20 10:00", "outbound", "email", "advice_ask"),
        ("b", "2026-02-19 10:00", "mutual", "call"),  # 30 days later, by phone
        ("c", "2026-01-20 10:00", "outbound", "email", "advice_ask"),
        ("c", "2026-02-19 10:01", "inbound", "email"),  # after more than 30 days it is something else
        ("d", "2026-03-02 10:00", "outbound", "email", "advice_ask"),
        ("d", "2026-03-05 10:00", "inbound", "email", "thank_you"),
        ("e", "2026-03-02 10:00", "outbound", "email", "advice_ask"),
        ("e", "2026-03-05 10:00", "inbound", "email", "outcome"),  # a no
        ("f", "2026-03-02 10:00", "outbound", "email", "catch_up"),  # nothing was asked
        ("f", "2026-03-05 10:00", "inbound", "email"),
        needs_answer=[None, True, True, None, None, None, True, None, True, None, None, None, True],
    )
    thanks = items_of("thank_you", events)
    assert thanks[["contact_id", "opened_by", "what"]].values.tolist() == [
        *(
            ["b", "log:5", "call"],
            ["e", "log:11", "outcome"],
        ),  # what asks back is owed an answer, and no thanks
    ]
    assert items_of("owed_reply", events)["opened_by"].tolist() == ["log:7", "log:2", "log:9", "log:13"]


def test_thanks_are_owed_by_role():
    circles = dict.fromkeys("abc", "Family") | {"d": "Friends", "e": "Friends"}
    contacts = pd.concat([
        people(**circles),
        pd.DataFrame({"contact_id": [*"ghijkl"], "organization": ["Acme"] * 4 + ["Beta"] * 2,
                      "title": [None] * 4 + ["Recruiter"] * 2}),
    ])  # fmt: skip
    events = log(
        ("a", "2026-03-25", *ASKED),  # advice of the family's is help
        ("b", "2026-03-25", "mutual", "meeting", "catch_up"),  # a visit is none
        ("c", "2026-03-25", "mutual", "meeting"),
        ("d", "2026-03-25", *ASKED),
        ("e", "2026-03-25", "mutual", "meeting", "catch_up"),
        ("g", "2026-03-25", *ASKED),  # at work one asks one another every day
        ("h", "2026-03-25", "inbound", "email", "favour_received"),  # but the owner noted this one
        ("j", "2026-03-25", "mutual", "meeting"),
        ("k", "2026-03-25", *ASKED),
        ("l", "2026-03-25", "mutual", "meeting", "catch_up"),
    )
    names = given_names(
        {"referral_id": "r1", "referrer_id": "i", "referred_id": "x", "given_on": "2026-03-02"}
    )
    options = {"contacts": contacts, "employers": [Employer("Acme")], "search_from": dt.date(2026, 1, 1)}
    items = items_of("thank_you", events, names, **options)
    assert items["contact_id"].tolist() == ["i", "a", "d", "h", "k"]
    assert suggested("thank_you", events, **options) == []


def test_a_name_given_asks_for_thanks_and_joins_the_talk_of_its_day():
    events = log(("a", "2026-03-02 15:00", *ASKED), ("a", "2026-03-02 17:00", "inbound", "email", "outcome"))
    names = given_names(
        {"referral_id": "r1", "referrer_id": "a", "referred_id": "x", "given_on": "2026-03-02"},
        {"referral_id": "r2", "referrer_id": "b", "organization": "Acme", "kind": "company",
         "given_on": "2026-03-05", "source_ref": "referrals.csv:2"},
        {"referral_id": "r3", "referrer_id": "c", "referred_id": "c", "given_on": "2026-03-05"},  # named themselves
    )  # fmt: skip
    items = items_of("thank_you", events, names)
    assert items["contact_id"].tolist() == ["a", "b"]
    assert items["opened_at"][0] == pd.Timestamp("2026-03-02 15:00", tz="UTC")  # not the midnight of the name
    assert items["why"][0].startswith("name or lead given (and 2 more) on 2026-03-02, due 2026-03-04: ")
    assert items.loc[1, ["referral_id", "topic", "opened_by"]].tolist() == ["r2", "Acme", "referrals.csv:2"]


def test_what_came_within_two_days_is_thanked_for_once():
    favour, thanks = ("inbound", "email", "favour_received"), ("outbound", "email", "thank_you")
    events = log(
        *[("a", day, *favour) for day in ("2026-03-02 10:00", "2026-03-04 09:00")],
        *[("b", day, *favour) for day in ("2026-03-02 10:00", "2026-03-05 09:00")],
        *[("c", day, *favour) for day in ("2026-03-02", "2026-03-04")],
        ("c", "2026-03-03", *thanks),  # between the two
        *[("d", day, *favour) for day in ("2026-03-02", "2026-03-04")],
        ("d", "2026-03-05", *thanks),
        *[("e", day, *favour) for day in ("2026-03-02 09:00", "2026-03-02 15:00")],
        ("e", "2026-03-02 12:00", *thanks),  # one day, one thing
    )
    items = items_of("thank_you", events)
    opened = items["opened_on"].dt.strftime("%m-%d").groupby(items["contact_id"]).agg(list)
    assert opened.to_dict() == {
        "a": ["03-02"], "b": ["03-02", "03-05"], "c": ["03-02", "03-04"], "d": ["03-02"], "e": ["03-02"],
    }  # fmt: skip


def test_a_talk_in_the_calendar_and_in_a_note_is_one_reason():
    events = log(
        ("a", "2026-03-02 00:00", "outbound", "call", "advice_ask"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "calendar"],
        subject=[None, "Plans"],
    )
    item = items_of("thank_you", events).loc[0]
    assert item["why"].startswith("call on 2026-03-02, due")
    assert (item["topic"], item["opened_by"]) == ("Plans", "log:1; log:2")
    # What the note says of it stands: a promise was made.
    promised = events.assign(purpose=["promise", None])
    assert items_of("promise", promised)["opened_by"].tolist() == ["log:1; log:2"]
    assert items_of("thank_you", promised).empty


def test_what_was_said_in_a_talk_goes_its_own_way_whatever_the_calendar_tells():
    said = {
        "a": ("outbound", "thank_you"), "b": ("inbound", "promise"), "c": ("outbound", "outcome"),
        "d": ("outbound", "advice_ask"), "e": ("inbound", "advice_ask"),
    }  # fmt: skip
    noted = [(who, "2026-03-02 10:00", way, "call", purpose) for who, (way, purpose) in said.items()]
    met = [(who, "2026-03-02 10:00", "mutual", "meeting", "unknown") for who in said]
    events = log(("a", "2026-02-01 10:00", *ASKED), *noted, *met, source=["notes"] * 6 + ["calendar"] * 5)
    thanks = items_of("thank_you", events)
    assert thanks[["opened_by", "closed_by"]].fillna("").values.tolist() == [
        ["log:1", "log:7; log:2"], ["log:10; log:5", ""],  # e asked me
    ]  # fmt: skip
    # What was said face to face is nudged by nobody.
    assert all(items_of(kind, events).empty for kind in ("promise", "close_the_loop", "nudge"))


def test_a_talk_was_when_the_calendar_says_where_the_note_has_no_hour():
    events = log(
        ("a", "2026-03-02 09:00", "inbound", "email"),
        ("b", "2026-03-02 09:00", "outbound", "email", "advice_ask"),
        *[(who, "2026-03-02 00:00", "mutual", "meeting", "catch_up") for who in "ab"],
        *[(who, "2026-03-02 10:00", "mutual", "meeting") for who in "ab"],
        source=["mail", "mail", "notes", "notes", "calendar", "calendar"],
        needs_answer=[True, *[None] * 5],
    )
    for kind, refs in (("owed_reply", "log:3; log:5"), ("nudge", "log:4; log:6")):
        assert items_of(kind, events)["closed_by"].tolist() == [refs]
    # A note written in the evening moves nothing, not even where the calendar knows no size of the group.
    late = log(
        ("a", "2026-03-02 18:00", "mutual", "meeting", "advice_ask"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        ("a", "2026-03-02 11:00", "outbound", "email", "thank_you"),
        source=["notes", "calendar", "mail"],
        group_size=[None, 2, None],
    )
    assert items_of("thank_you", late)["state"].tolist() == ["closed_in_time"]


def test_a_meeting_that_was_noted_as_an_event_is_a_talk():
    events = log(
        ("a", "2026-03-02 00:00", "mutual", "event", "advice_ask"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "calendar"],
        group_size=[None, 3],
    )
    assert items_of("thank_you", events)["why"].str[:21].tolist() == ["meeting on 2026-03-02"]


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
        ("a", "2026-03-02 00:00", "outbound", "call", "advice_ask"),
        ("a", "2026-03-02 10:00", "mutual", "meeting"),
        source=["notes", "notes", "calendar"],
        subject=[None, None, "Plans"],
    ).assign(source_ref=None)
    contacts, names = pd.DataFrame({"contact_id": ["a"]}), schema.empty("referrals")
    one, other = (followups(contacts, rows, names, as_of="2026-03-31") for rows in (events, events[::-1]))
    pd.testing.assert_frame_equal(one, other)
    assert one["kind"].tolist() == ["promise", "thank_you"]


def test_same_day_thanks_close_where_the_log_has_no_hours():
    events = log(("a", "2026-03-02", *ASKED), ("a", "2026-03-02", "outbound", "email", "thank_you"))
    assert rows_of(items_of("thank_you", events)) == [("a", "03-02", "03-04", "03-02", "closed_in_time", 0)]


def test_thanks_for_a_talk_that_nobody_noted_are_a_thought_of_some_days():
    events = log(
        ("a", "2026-03-17", "mutual", "call"),  # due on the 19th; twelve days later is the 31st
        ("b", "2026-03-16", "mutual", "call"),  # by now it would surprise
        ("c", "2026-03-29", "mutual", "call", "catch_up"),
        ("d", "2026-03-28", "mutual", "call"),
        ("d", "2026-03-29", "outbound", "email"),  # likely the thanks
        ("e", "2026-03-28", "mutual", "call"),
        ("e", "2026-03-30", "outbound", "email", "thank_you"),
        ("f", "2026-03-28", "mutual", "call", "promise"),  # known to be something else
        ("g", "2026-03-28", "mutual", "call", "social"),
    )
    # Whoever was thanked for it was to be thanked.
    assert rows_of(items_of("thank_you", events)) == [("e", "03-28", "03-30", "03-30", "closed_in_time", 0)]
    assert suggested("thank_you", events) == ["a", "c"]
    items = items_of("thank_you", events, among=engine.suggestions)
    assert items["state"].tolist() == ["overdue", "due_today"]
    assert items.dtypes.to_dict() == ITEM_COLUMNS
    assert suggested("thank_you", events, as_of="2026-04-01") == ["c"]


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
        ("d", "2026-03-09 10:00", "inbound", "letter"),
        ("e", "2025-03-08 10:00", "inbound", "email"),  # due on March 11 of last year: a year and a day ago
        needs_answer=[None, True, True, None, True, None, True, True, True, True],
    )
    items = items_of("owed_reply", events, as_of="2026-03-12")
    assert rows_of(items) == [
        ("e", "03-08", "03-11", None, "expired", 366),
        ("a", "03-02", "03-05", "03-04", "closed_in_time", 0),
        ("b", "03-02", "03-05", None, "overdue", 7),
        ("a", "03-05", "03-08", "03-10", "closed_late", 2),
        ("d", "03-09", "03-12", None, "due_today", 0),
        ("c", "03-10", "03-13", None, "not_due", None),
    ]
    assert items["why"][1] == "first of 2 messages on 2026-03-02, due 2026-03-05: done in time on 2026-03-04"


def test_what_wants_an_answer_and_what_does_not():
    mine = [(who, "2026-01-01", "outbound", "email") for who in "abcdefghi"]
    theirs = [
        ("a", True, None, None),  # read, and it wants one
        ("b", False, "advice_ask", "Can you help?"),  # the owner noted that it wants none
        ("c", None, "advice_ask", None),  # they ask for something
        ("d", None, None, "Are you free on Friday?"),  # the subject is a question
        ("e", None, None, "Re: are you free on Friday?"),  # it was one of somebody's earlier
        ("f", None, "thank_you", "How are you?"),  # a courtesy end
        ("g", True, "thank_you", None),  # what was read stands above the purpose
        ("h", None, "catch_up", "Photos"),  # nothing says so
        ("i", None, "update", "Photos"),
        ("s", None, None, "Are you free on Friday?"),  # of a stranger
        ("t", None, "job_ask", None),  # a stranger's ask
        ("u", None, None, "Photos"),  # a stranger's word
        ("v", None, None, "Can we talk?"),  # in the address book
    ]
    rows = [(who, "2026-03-20", "inbound", "email", purpose) for who, _, purpose, _ in theirs]
    events = log(
        *mine, *rows,
        needs_answer=[None] * 9 + [needs for _, needs, *_ in theirs], subject=[None] * 9 + [row[3] for row in theirs],
        source=["own interactions" if row[0] == "b" else "mail" for row in [*mine, *theirs]],
    )  # fmt: skip
    contacts = pd.DataFrame({"contact_id": [*"abcdefghistuv"], "listed": [None] * 12 + [True]})
    items = items_of("owed_reply", events, contacts=contacts)
    assert items["contact_id"].tolist() == ["a", "c", "d", "g", "t", "v"]
    # By a question mark alone nothing is owed for a year, but for two weeks.
    lapse = (items["lapses_on"] - items["due_on"]).dt.days
    assert lapse.tolist() == [365, 365, 14, 365, 365, 14]
    # Of somebody to whom the owner has written, an answer is at least worth a thought.
    assert suggested("owed_reply", events, contacts=contacts) == ["e", "h"]
    assert (
        suggested("owed_reply", events, contacts=contacts, as_of="2026-04-23") == []
    )  # 30 days after the 23rd


def test_answers_are_owed_by_role():
    contacts = pd.DataFrame({
        "contact_id": [*"abcdef"], "organization": ["Acme", "Acme", None, None, None, "Talent Recruiting"],
        "emails": [None, None, "no-reply@shop.example", None, None, None],
        "circle": [None, None, None, "Family", "Friends", None],
    })  # fmt: skip
    mine = [(who, "2026-01-01", "outbound", "email") for who in "abcdef"]
    theirs = [(who, "2026-03-20", "inbound", "email") for who in "abcdef"]
    events = log(*mine, *theirs, subject=[None] * 6 + ["Can we talk?"] * 6,
                 needs_answer=[None] * 6 + [None, True, True, None, None, None])  # fmt: skip
    # At work a question is the day's work, unless the owner noted that it waits; machines wait for nothing.
    items = items_of("owed_reply", events, contacts=contacts, employers=[Employer("Acme")])
    assert items["contact_id"].tolist() == ["b", "d", "e", "f"]


def test_threads_are_owed_apart_and_groups_and_thanks_owe_nothing():
    events = log(
        ("a", "2026-03-02 10:00", "inbound", "email"),
        ("a", "2026-03-03 10:00", "inbound", "email"),
        ("a", "2026-03-04 10:00", "inbound", "email"),
        ("b", "2026-03-02 10:00", "inbound", "email"),  # among three people, and meant
        ("d", "2026-03-02 10:00", "inbound", "call"),  # no message
        thread_id=["t1", "t2", "t1", None, None],
        group_size=[2, None, 2, 3, 2],
        needs_answer=[True] * 5,
    )
    items = items_of("owed_reply", events)
    assert rows_of(items) == [
        ("a", "03-02", "03-05", None, "overdue", 26),
        ("b", "03-02", "03-05", None, "overdue", 26),
        ("a", "03-03", "03-06", None, "overdue", 25),
    ]
    # A word that wants no answer opens nothing; the first that does opens for all of the thread.
    second = events.assign(needs_answer=[False, False, True, *[None] * 2])
    assert rows_of(items_of("owed_reply", second)) == [("a", "03-04", "03-07", None, "overdue", 24)]


# nudge: by the formula. OLD makes 2 replies to 6 asks: pi = 2.6 / 7.1 = 0.366. After 5 days the chance for 7 more is
# 0.366 (F(12) - F(5)) / (1 - 0.366 F(5)) = 0.366 (0.888 - 0.75) / 0.725 = 0.07, under 0.15: nudges are due on day 5.

OLD = [(f"old{n}", "2026-01-02 10:00", "outbound", "email", "job_ask") for n in range(4)]  # out of the blue


def test_nudges_in_every_state():
    events = log(
        *OLD,
        ("a", "2026-03-02 10:00", "outbound", "email", "advice_ask"),  # answered on the 5th
        ("a", "2026-03-05 10:00", "inbound", "email"),
        ("b", "2026-02-20 10:00", "inbound", "email", "social"),
        ("b", "2026-03-02 10:00", "outbound", "email", "job_ask"),  # due on the 7th, answered on the 12th
        ("b", "2026-03-12 10:00", "mutual", "call"),
        ("c", "2026-03-02 10:00", "outbound", "email", "referral_ask"),  # nudged a day late
        ("c", "2026-03-08 10:00", "outbound", "email"),
        ("c", "2026-03-10 10:00", "outbound", "email"),  # a third message is no second nudge
        ("d", "2026-03-02 10:00", "outbound", "email", "advice_ask"),
        ("d", "2026-03-03 10:00", "outbound", "linkedin"),  # a second message, too soon; now it is their turn
        ("e", "2026-03-11 10:00", "outbound", "email", "recommendation_ask"),
        ("f", "2026-03-10 10:00", "outbound", "email", "advice_ask"),
        ("g", "2026-03-02 10:00", "outbound", "email", "advice_ask"),
        ("g", "2026-03-04 10:00", "outbound", "call"),  # no message: nobody was at home
        ("h", "2026-01-08 10:00", "outbound", "email", "advice_ask"),  # due on January 13
    )
    items = items_of("nudge", events, as_of="2026-03-15")
    assert rows_of(items) == [
        ("h", "01-08", "01-13", None, "expired", 61),
        ("a", "03-02", "03-07", "03-05", "closed_in_time", 0),
        ("b", "03-02", "03-07", "03-12", "closed_late", 5),
        ("c", "03-02", "03-07", "03-08", "closed_late", 1),
        ("d", "03-02", "03-07", "03-03", "closed_in_time", 0),
        ("g", "03-02", "03-07", None, "overdue", 8),
        ("f", "03-10", "03-15", None, "due_today", 0),
        ("e", "03-11", "03-16", None, "not_due", None),
    ]
    assert items["why"][3] == (
        "referral ask on 2026-03-02, due 2026-03-07: done 1 day late on 2026-03-08 "
        "(you wrote once more: now it is their turn)"
    )
    assert items["closed_by"][3] == "log:11"
    assert items.loc[0, "lapses_on"] == pd.Timestamp("2026-03-14")


def test_a_nudge_waits_longer_for_those_who_are_used_to_answer():
    # 20 asks, all answered within an hour: pi = 20.6 / 21.1 = 0.976; the chance for the next week falls under 0.15 when
    # 0.976 (1 - F) / (1 - 0.976 F) does, at F above 0.995: on day 29 F = 0.96 + 0.04 ln(29/21) / ln(30/21) = 0.9962.
    asks = [(f"p{n}", "2026-01-05 10:00", "outbound", "email", "advice_ask") for n in range(20)]
    answers = [(f"p{n}", "2026-01-05 11:00", "inbound", "email") for n in range(20)]
    events = log(*asks, *answers, ("z", "2026-03-01 10:00", "outbound", "email", "advice_ask"))
    assert rows_of(items_of("nudge", events))[-1] == ("z", "03-01", "03-30", None, "overdue", 1)


def test_a_person_is_nudged_once_however_many_asks():
    ask = ("outbound", "email", "advice_ask")
    events = log(
        ("a", "2026-01-05 10:00", *ask),  # followed up by another ask: hold off
        ("a", "2026-01-15 10:00", *ask),
        ("a", "2026-02-25 10:00", *ask),  # still no answer: nothing new
        ("b", "2026-01-05 10:00", *ask),
        ("b", "2026-01-08 10:00", *ask),
        ("b", "2026-01-20 10:00", "inbound", "email"),  # an answer: what is asked from now on counts anew
        ("b", "2026-03-02 10:00", *ask),
    )
    assert rows_of(items_of("nudge", events)) == [
        ("a", "01-05", "01-10", "01-15", "closed_late", 5),
        ("b", "01-05", "01-10", "01-08", "closed_in_time", 0),
        ("b", "03-02", "03-07", None, "overdue", 24),
    ]


def test_an_ask_that_should_not_have_been_made_is_never_nudged():
    job, advice = ("outbound", "email", "job_ask"), ("outbound", "email", "advice_ask")
    events = log(
        ("a", "2026-03-02", *job),  # before any touch of theirs
        ("b", "2025-12-31", "inbound", "email", "social"),  # 61 days before
        ("b", "2026-03-02", *job),
        ("c", "2026-01-01", "inbound", "email", "social"),  # 60 days before
        ("c", "2026-03-02", *job),
        ("d", "2026-03-02", *advice),  # advice may be asked of strangers
        ("e", "2025-09-02", "inbound", "email", "social"),  # 181 days before
        ("e", "2026-03-02", *advice),
        ("f", "2025-09-03", "mutual", "call", "social"),  # 180 days before
        ("f", "2026-03-02", *advice),
        ("g", "2026-03-01", "outbound", "email", "social"),  # a message without answer warms nothing
        ("g", "2026-03-02", *job),
        ("h", "2026-03-02 10:00", *advice),  # to twelve at once
        group_size=[None] * 12 + [12],
    )
    assert items_of("nudge", events, group_max=12)["contact_id"].tolist() == ["c", "d", "f"]
    many = log(*[(who, "2026-03-02", *advice) for who in "abcde"], subject=["A question"] * 5)
    assert items_of("nudge", many)["contact_id"].tolist() == []
    assert items_of("nudge", many[:4])["contact_id"].tolist() == [*"abcd"]  # the same to four is no blast


def test_nudges_are_for_those_who_may_be_asked_again():
    contacts = pd.DataFrame({"contact_id": [*"abc"], "organization": ["Acme", None, None],
                             "circle": [None, "Family", None]})  # fmt: skip
    events = log(*[(who, "2026-03-02", "outbound", "email", "advice_ask") for who in "abc"],
                 ("c", "2026-03-02", "outbound", "call", "advice_ask"))  # fmt: skip
    items = items_of("nudge", events, contacts=contacts, employers=[Employer("Acme")])
    assert items["contact_id"].tolist() == ["b", "c"]  # of work, and said in a talk, nothing is nudged


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
        needs_answer=[True, None, True, None, True, None, None],
    )
    names = given_names(*({**NAME, "referral_id": who, "referred_id": who} for who in "abc"))
    closed = {kind: items_of(kind, events, names).set_index("contact_id")["closed_on"] for kind in
              ("owed_reply", "uncontacted_referral")}  # fmt: skip
    for days in closed.values():
        assert days.isna().to_dict() == {"a": True, "b": True, "c": False}
    assert len(items_of("report_back", events.drop(index=[0, 2, 4]), names)) == 1  # of c, who was called
    promises = items_of("promise", events)
    assert promises["contact_id"].tolist() == ["a", "b", "c", "c"]
    assert promises["closed_at"].isna().all()  # a new promise keeps no old one


# marks: what the owner says is done


def test_what_is_marked_as_done_is_closed_for_every_report():
    events = log(
        ("a", "2026-03-02 10:00", "outbound", None, "promise"),
        ("a", "2026-03-02 10:00", *ASKED),
        ("a", "2026-03-10 15:00", "outbound", None, "promise"),  # on the day of the mark
        ("a", "2026-03-11 10:00", "outbound", None, "promise"),  # after it
        ("b", "2026-03-02 10:00", "outbound", None, "promise"),
    )
    done = pd.DataFrame({"contact_id": ["a", "b", "z"], "kind": ["promise", None, None], "until": pd.NaT,
                         "is_never": False,
                         "done_on": pd.to_datetime(["2026-03-10", None, "2026-03-10"])})  # fmt: skip
    items = items_of("promise", events, done=done)
    assert rows_of(items) == [
        ("a", "03-02", "03-09", "03-10", "closed_late", 1),
        ("b", "03-02", "03-09", None, "overdue", 22),
        ("a", "03-10", "03-17", "03-10", "closed_in_time", 0),
        ("a", "03-11", "03-18", None, "overdue", 13),
    ]
    assert items["why"][0].endswith("done 1 day late on 2026-03-10 (marked as done)")
    assert items["closed_by"].isna().all()
    assert items_of("thank_you", events, done=done)["state"].tolist() == ["overdue"]
    all_kinds = done.assign(kind=None, source_ref=["moves.csv:2", "moves.csv:3", "moves.csv:4"])
    assert items_of("thank_you", events, done=all_kinds)["state"].tolist() == ["closed_late"]
    told = items_of("promise", events, done=all_kinds)["closed_by"].fillna("nothing")
    assert told.tolist() == ["moves.csv:2", "nothing"] * 2
    before = items_of("promise", events, done=done, as_of="2026-03-10")
    assert before["state"].tolist() == ["overdue", "overdue"]


def done_on(*days: str, kind: str | None = None) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": "a", "kind": kind, "done_on": pd.to_datetime(list(days))})


def test_a_mark_begins_the_next_month():
    events = log(
        ("z", "2026-01-01", "outbound", "email", "job_ask"),
        *[(who, "2026-01-01 10:00", *ASKED) for who in "acd"],
        ("d", "2026-02-06", "outbound", "email", "update"),  # without an hour: on the day after the mark
        ("b", "2025-12-01", "outbound", "email"),  # no part of the search
    )
    rows = [(who, kind, "2026-02-05") for who in "abcd" for kind in (None, "monthly_update")]
    rows += [("a", "promise", "2026-02-20"), ("c", None, "2026-03-01")]
    marks = pd.DataFrame(rows, columns=["contact_id", "kind", "done_on"])
    marks = marks.assign(
        done_on=pd.to_datetime(marks["done_on"]),
        source_ref=[f"moves.csv:{n}" for n in range(2, 2 + len(marks))],
    )
    items = items_of("monthly_update", events, done=marks)
    months = {who: rows_of(items[items["contact_id"] == who]) for who in "abcd"}
    first = ("01-01", "01-31", "02-05", "closed_late", 5)
    assert months == {
        "a": [("a", *first), ("a", "02-06", "03-08", None, "overdue", 23)],
        "b": [],
        "c": [("c", *first), ("c", "02-06", "03-08", "03-01", "closed_in_time", 0),
              ("c", "03-02", "04-01", None, "not_due", None)],
        "d": [("d", *first), ("d", "02-06", "03-08", None, "overdue", 23)],
    }  # fmt: skip
    new = items[items["opened_on"] == "2026-02-06"].set_index("contact_id")
    assert new.loc["a", "why"].startswith("new month (marked as done the day before) on 2026-02-06, ")
    assert new["opened_by"].to_dict() == {"a": "moves.csv:2", "c": "moves.csv:6", "d": "log:5"}
    # The day of the mark is over only on the next.
    assert items_of("monthly_update", events, done=marks, as_of="2026-02-06")["contact_id"].tolist() == [
        *"zacd"
    ]


def test_what_comes_after_a_mark_opens_anew():
    mark = done_on("2026-01-20")
    events = log(
        ("a", "2026-01-01 10:00", "inbound", "email"),
        ("a", "2026-01-20 23:00", "inbound", "email"),  # on the day of the mark, which covers it
        ("a", "2026-01-21", "inbound", "email"),
        ("a", "2026-03-01 10:00", "inbound", "email"),
        ("b", "2026-01-01 10:00", "inbound", "email"),  # of another: no mark
        ("b", "2026-03-01 10:00", "inbound", "email"),
        needs_answer=[True] * 6,
    )
    items = items_of("owed_reply", events, done=mark)
    assert rows_of(items) == [
        ("a", "01-01", "01-04", "01-20", "closed_late", 16),
        ("b", "01-01", "01-04", None, "overdue", 86),
        ("a", "01-21", "01-24", None, "overdue", 66),
    ]
    assert items["why"].str.startswith("first of 2 messages").all()
    asks = events.iloc[[0, 3]].assign(direction="outbound", purpose="advice_ask")
    assert rows_of(items_of("nudge", asks, done=mark)) == [
        ("a", "01-01", "01-06", "01-20", "closed_late", 14),  # the later ask does not move its due date
        ("a", "03-01", "03-06", None, "overdue", 25),
    ]


def test_an_offer_after_a_mark_is_another_offer():
    offers = log(
        *[("a", day, "inbound", "email", "outcome") for day in ("2026-01-01", "2026-01-10", "2026-03-01")],
        outcome=["offer"] * 3,
    )
    assert rows_of(items_of("close_the_loop", offers)) == [("a", "01-01", "01-08", None, "overdue", 82)]
    marked = items_of("close_the_loop", offers, done=done_on("2026-01-20"))
    assert rows_of(marked) == [
        ("a", "01-01", "01-08", "01-20", "closed_late", 12),
        ("a", "03-01", "03-08", None, "overdue", 23),
    ]
    other_kind = items_of("close_the_loop", offers, done=done_on("2026-01-20", kind="promise"))
    assert rows_of(other_kind) == [("a", "01-01", "01-08", None, "overdue", 82)]


def test_an_end_is_news_where_the_first_contact_was_marked_as_told():
    events = log(("b", "2026-03-03 10:00", "outbound", "email"), ("a", "2026-02-01", "inbound", "email"))
    names = given_names({"referral_id": "1", "referrer_id": "a", "referred_id": "b", "given_on": "2026-03-02",
                         "closed_on": "2026-03-20", "outcome": "declined"})  # fmt: skip
    marks = (None, done_on("2026-03-10", kind="report_back"), done_on("2026-03-20", kind="report_back"))
    told = [items_of("close_the_loop", events, names, done=mark)["contact_id"].tolist() for mark in marks]
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
        {**NAME, "referral_id": "r8", "referred_id": "ref"},  # who named themselves
        {**NAME, "referral_id": "r9", "referred_id": "h", "given_on": "2026-03-14"},  # not known yet
        {**NAME, "referral_id": "s1", "referred_id": "i", "given_on": "2026-03-07"},
        {**NAME, "referral_id": "s2", "referred_id": "j", "outcome": "interview"},  # it must have been called
        {
            **NAME,
            "referral_id": "s3",
            "referred_id": "k",
            "given_on": "2025-03-06",
        },  # due a year and a day ago
    )
    items = items_of("uncontacted_referral", events, names, as_of="2026-03-14")
    assert rows_of(items) == [
        ("k", "03-06", "03-13", None, "expired", 366),
        ("a", "03-02", "03-09", "03-09", "closed_in_time", 0),
        ("b", "03-02", "03-09", "03-12", "closed_late", 3),
        ("c", "03-02", "03-09", None, "overdue", 5),
        ("e", "03-02", "03-09", None, "overdue", 5),
        ("f", "03-02", "03-09", "03-04", "closed_in_time", 0),
        ("g", "03-02", "03-09", "03-02", "closed_in_time", 0),
        ("j", "03-02", "03-09", "03-02", "closed_in_time", 0),
        ("i", "03-07", "03-14", None, "due_today", 0),
        ("d", "03-08", "03-15", None, "not_due", None),
    ]
    assert items["about_id"].unique().tolist() == ["ref"]
    assert items["referral_id"].tolist() == ["s3", "r1", "r2", "r3", "r5", "r6", "r7", "s2", "s1", "r4"]
    assert items["why"][2].endswith("done 3 days late on 2026-03-12 (a date noted with the referral)")


LEAD = {"referrer_id": "ref", "kind": "company", "organization": "Acme GmbH", "given_on": "2026-03-02"}


def test_leads_to_companies_and_openings_are_followed_like_names():
    firms = ("Acme GmbH", "Beta", None, "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota")
    more = {
        2: {"kind": "opening", "opening": "Data engineer"}, 3: {"kind": "opening", "opening": "Analyst"},
        4: {"contacted_on": "2026-03-11"}, 5: {"closed_on": "2026-03-05", "outcome": "dead_end"},
        6: {"outcome": "declined"},
    }  # fmt: skip
    names = given_names(*(
        {**LEAD, "referral_id": f"r{n:02}", "organization": firm, **more.get(n, {})} for n, firm in enumerate(firms, 1)
    ))  # fmt: skip
    staff = {"ref": "Zeta", "ann": "ACME", "ann2": "Acme", "bob": "Beta", "eve": "Eta", "theo": "Theta"}
    contacts = pd.DataFrame({"contact_id": [*staff], "organization": [*staff.values()]})
    events = log(
        ("ann", "2026-03-01", "outbound", "email"),  # before the lead was given
        ("ann", "2026-03-04", "inbound", "email"),  # a word of theirs
        ("ann2", "2026-03-06", "outbound", "linkedin"),  # the first word to somebody there
        ("ann", "2026-03-09", "mutual", "call"),
        ("bob", "2026-03-01", "mutual", "call"),  # before
        ("ref", "2026-03-04", "outbound", "email"),  # whoever gave the lead is no new way in
        ("eve", "2026-03-04", "mutual", "meeting"),
        ("theo", "2026-03-12", "outbound", "email"),
    )
    applied = pd.DataFrame(
        {
            "organization": ["The Theta Corp.", "Iota", "Beta", None],
            "applied_on": pd.to_datetime(["2026-03-10", "2026-03-08", "2026-02-20", None]),
        }
    )
    items = items_of("uncontacted_referral", events, names, contacts=contacts, applications=applied)
    items = items.sort_values("referral_id")
    assert items["contact_id"].unique().tolist() == ["ref"]
    assert items["about_id"].isna().all()
    days = [None if pd.isna(day) else f"{day:%m-%d}" for day in items["closed_on"]]
    assert list(zip(items["what"].str.removeprefix("lead to "), items["topic"], days, strict=True)) == [
        ("a company", "Acme GmbH", "03-06"),
        ("an opening", "Data engineer at Beta", None),
        ("an opening", "Analyst", None),
        ("a company", "Gamma", "03-11"),
        ("a company", "Delta", "03-05"),
        ("a company", "Epsilon", "03-02"),  # it had come to something
        ("a company", "Zeta", None),
        ("a company", "Eta", "03-04"),
        ("a company", "Theta", "03-10"),  # applied two days before the first word
        ("a company", "Iota", "03-08"),
    ]
    late = ["overdue", "overdue", "closed_late"]
    assert items["state"].tolist() == ["closed_in_time", *late, *["closed_in_time"] * 2, "overdue",
                                       "closed_in_time", "closed_late", "closed_in_time"]  # fmt: skip


def test_what_came_of_a_lead_is_reported_back_like_that_of_a_name():
    contacts = pd.DataFrame({"contact_id": ["ref", "ann"], "organization": [None, "Acme"]})
    names = given_names(
        {**LEAD, "referral_id": "r1", "closed_on": "2026-03-20", "outcome": "dead_end"},
        {**LEAD, "referral_id": "r2", "referrer_id": "ref2", "organization": "Beta"},  # nobody did anything
    )
    events = log(("ann", "2026-03-06 10:00", "outbound", "email"), ("ref", "2026-03-15", "outbound", "email"))
    assert rows_of(items_of("report_back", events, names, contacts=contacts)) == [
        ("ref", "03-06", "03-13", "03-15", "closed_late", 2)
    ]
    assert rows_of(items_of("close_the_loop", events, names, contacts=contacts)) == [
        ("ref", "03-20", "03-27", None, "overdue", 4)
    ]


def test_news_for_referrers_in_every_state():
    events = log(
        ("a", "2026-03-03 10:00", "inbound", "email"),  # a word of theirs is no contact of yours yet
        ("a", "2026-03-04 10:00", "outbound", "email"),
        ("ref", "2026-03-05 10:00", "outbound", "email"),
        ("ref2", "2026-03-15 10:00", "mutual", "call"),
        ("d", "2026-03-10 10:00", "outbound", "email"),
        ("g", "2026-03-09 10:00", "outbound", "email"),
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
        {**NAME, "referral_id": "r8", "referrer_id": "ref8", "referred_id": "g"},
        {**NAME, "referral_id": "r9", "referrer_id": "ref9", "referred_id": "h", "given_on": "2025-09-01",
         "contacted_on": "2025-09-09"},  # due on September 16; 180 days later is March 15
    )  # fmt: skip
    items = items_of("report_back", events, names, as_of="2026-03-16")
    assert rows_of(items) == [
        ("ref9", "09-09", "09-16", None, "expired", 181),
        ("ref6", "03-03", "03-10", "03-12", "closed_late", 2),
        ("ref", "03-04", "03-11", "03-05", "closed_in_time", 0),
        ("ref2", "03-06", "03-13", "03-15", "closed_late", 2),
        ("ref3", "03-06", "03-13", None, "overdue", 3),
        ("ref8", "03-09", "03-16", None, "due_today", 0),
        ("ref4", "03-10", "03-17", None, "not_due", None),
    ]
    assert items["about_id"].tolist() == ["h", "f", "a", "b", "c", "g", "d"]
    assert items["opened_by"].tolist()[2] == "log:2"
    assert items["why"][4].startswith("referral closed on 2026-03-06, ")


def test_a_contact_or_an_outcome_after_the_closing_opens_no_other_news():
    end = {"closed_on": "2026-03-06", "outcome": "conversation"}
    names = given_names(*(
        {**NAME, **end, "referral_id": who, "referrer_id": f"ref{who}", "referred_id": who} for who in "abcd"
    ))  # fmt: skip
    events = log(
        *[(f"ref{who}", "2026-03-08 10:00", "outbound", "email") for who in "abc"],
        ("b", "2026-03-20 10:00", "outbound", "email"),
        *[(who, "2026-03-20 10:00", "inbound", "email", "outcome") for who in "cd"],
    )
    items = items_of("report_back", events, names)
    told = [(f"ref{who}", "03-06", "03-13", "03-08", "closed_in_time", 0) for who in "abc"]
    assert rows_of(items) == [*told, ("refd", "03-06", "03-13", None, "overdue", 18)]
    assert items["why"].str.startswith("referral closed on 2026-03-06, ").all()
    # Whoever still waits for the first news hears of the end with it.
    assert items_of("close_the_loop", events, names)["contact_id"].tolist() == ["refc"]


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
        {**NAME, "referral_id": "r7", "referrer_id": "ref7", "referred_id": "g", "closed_on": "2026-03-15",
         "outcome": "dead_end"},  # nothing is left to tell the one who never answered
    )  # fmt: skip
    items = items_of("close_the_loop", events, names, as_of="2026-03-22")
    assert rows_of(items) == [
        ("a", "03-05", "03-12", None, "overdue", 10),
        ("ref", "03-05", "03-12", "03-10", "closed_in_time", 0),
        ("b", "03-06", "03-13", "03-20", "closed_late", 7),
        ("ref2", "03-06", "03-13", "03-07", "closed_in_time", 0),
        ("ref7", "03-15", "03-22", None, "due_today", 0),
        ("ref3", "03-18", "03-25", None, "not_due", None),
        ("f", "03-20", "03-27", None, "not_due", None),
    ]
    assert items["why"][5].startswith("outcome dead end on 2026-03-18, ")


def test_one_referral_is_one_debt_to_its_referrer():
    events = log(
        ("a", "2026-03-04 10:00", "outbound", "email"),
        ("b", "2026-03-04 10:00", "outbound", "email"),
        ("refb", "2026-03-05 10:00", "outbound", "email"),  # told of the first contact
        ("c", "2026-03-12 10:00", "outbound", "email"),  # to c, who had been given up
    )
    end = {"closed_on": "2026-03-10", "outcome": "declined"}
    names = given_names(*(
        {**NAME, **end, "referral_id": who, "referrer_id": f"ref{who}", "referred_id": who} for who in "abc"
    ), {**NAME, **end, "referral_id": "d", "referrer_id": "refd", "referred_id": "d",
        "outcome": "interview"})  # fmt: skip
    news, ends = (items_of(kind, events, names) for kind in ("report_back", "close_the_loop"))
    assert rows_of(news) == [
        ("refa", "03-04", "03-11", None, "overdue", 20),
        ("refb", "03-04", "03-11", "03-05", "closed_in_time", 0),
        ("refd", "03-10", "03-17", None, "overdue", 14),  # closed without a contact, not settled
    ]
    # refa still waits for news, which will tell both
    assert sorted(ends["contact_id"]) == ["a", "b", "c", "refb", "refc"]


def test_a_report_before_there_was_news_is_none():
    events = log(
        ("a", "2026-03-10 10:00", "outbound", "email"), ("b", "2026-03-10 10:00", "outbound", "email")
    )
    names = given_names(*(
        {**NAME, "referral_id": who, "referrer_id": f"ref{who}", "referred_id": who, "reported_back_on": told}
        for who, told in (("a", "2026-03-05"), ("b", "2026-03-10"))
    ))  # fmt: skip
    assert rows_of(items_of("report_back", events, names)) == [
        ("refa", "03-10", "03-17", None, "overdue", 14),
        ("refb", "03-10", "03-17", "03-10", "closed_in_time", 0),  # on the same day, so after it
    ]


def test_an_outcome_in_the_log_is_thanked_for_and_told_to_the_referrer():
    events = log(
        ("a", "2026-03-06 10:00", "inbound", "email", "outcome"),  # the table says so a day later
        ("x", "2026-03-06 10:00", "inbound", "email", "outcome"),  # nobody's referral
        ("x", "2026-03-08 10:00", "inbound", "email", "outcome"),  # one word thanks for both
        ("x", "2026-03-09 10:00", "outbound", "email", "thank_you"),
        ("y", "2026-03-06 10:00", "mutual", "call", "outcome"),  # talked over
        ("z", "2026-03-06 10:00", "outbound", "email", "outcome"),  # your own word to them
        outcome=["no", "later", "no", None, None, "declined"],
    )
    names = given_names({**NAME, "referral_id": "r1", "referred_id": "a", "closed_on": "2026-03-07",
                         "outcome": "declined"})  # fmt: skip
    loops = items_of("close_the_loop", events, names)
    assert rows_of(loops) == [("ref", "03-06", "03-13", None, "overdue", 18)]
    assert loops["opened_by"].tolist() == ["log:1"]
    assert rows_of(items_of("thank_you", events)) == [
        ("a", "03-06", "03-08", None, "overdue", 23),
        ("x", "03-06", "03-08", "03-09", "closed_late", 1),
        ("y", "03-06", "03-08", None, "overdue", 23),
    ]


def test_an_offer_is_open_until_it_is_accepted_or_declined():
    offer, mine = ("inbound", "email", "outcome"), ("outbound", "email")
    events = log(
        ("a", "2026-03-06 10:00", *offer),
        ("a", "2026-03-07 10:00", *mine, "thank_you"),  # thanks are no answer
        ("a", "2026-03-09 10:00", *mine, "reply"),
        ("b", "2026-03-06 10:00", *offer),
        ("b", "2026-03-12 10:00", *mine, "outcome"),  # the owner's own word on it
        ("c", "2026-03-06 10:00", *offer),
        ("c", "2026-03-14 10:00", *mine),  # by its subject a no
        ("d", "2026-03-06 10:00", *offer),
        ("d", "2026-03-07 10:00", *offer),  # again: one answer is enough
        ("d", "2026-03-08 10:00", *mine),  # noted as accepted
        ("d", "2026-03-20 10:00", *offer),  # another one
        ("e", "2026-03-06 10:00", *offer),  # by its subject an offer
        ("f", "2026-03-06 10:00", *offer),  # the subject says nothing, nobody noted more
        outcome=["offer", None, None, "offer", None, "offer", None, "offer", "offer", "accepted", "offer", None, None],
        subject=[None] * 6 + ["Declining your offer"] + [None] * 4 + ["Your job offer", "Wednesday"],
    )  # fmt: skip
    items = items_of("close_the_loop", events)
    assert rows_of(items) == [
        ("a", "03-06", "03-13", None, "overdue", 18),
        ("b", "03-06", "03-13", "03-12", "closed_in_time", 0),
        ("c", "03-06", "03-13", "03-14", "closed_late", 1),
        ("d", "03-06", "03-13", "03-08", "closed_in_time", 0),
        ("e", "03-06", "03-13", None, "overdue", 18),
        ("d", "03-20", "03-27", None, "overdue", 4),
    ]
    assert set(items["what"]) == {"offer"}
    # An offer is answered, not thanked for.
    assert items_of("thank_you", events)["contact_id"].tolist() == ["f"]


def test_an_offer_made_in_a_talk_is_not_answered_by_that_talk():
    events = log(
        ("a", "2026-03-06 10:00", "mutual", "call", "outcome"),
        ("b", "2026-03-06 10:00", "mutual", "call", "outcome"),
        ("b", "2026-03-09 10:00", "outbound", "email", "outcome"),
        outcome=["offer", "offer", "accepted"],
    )
    assert rows_of(items_of("close_the_loop", events)) == [
        ("a", "03-06", "03-13", None, "overdue", 18),
        ("b", "03-06", "03-13", "03-09", "closed_in_time", 0),
    ]


def test_inferred_names_can_be_left_out():
    names = given_names({**NAME, "referral_id": "r1", "referred_id": "a", "inferred": True})
    assert len(items_of("uncontacted_referral", log(), names)) == 1
    assert len(items_of("uncontacted_referral", log(), names, include_inferred=False)) == 0


# monthly_update and promise


def test_monthly_updates_of_those_who_are_part_of_the_search():
    events = log(
        ("x", "2026-01-05 10:00", "outbound", "email", "advice_ask"),  # here the search begins
        ("a", "2025-12-20 10:00", "mutual", "call"),  # before it
        ("a", "2026-01-08 10:00", "outbound", "email"),  # not yet part of it
        ("a", "2026-01-10 10:00", *ASKED),
        ("a", "2026-01-10 15:00", "outbound", "email"),  # the same day
        ("a", "2026-02-09 10:00", "inbound", "call"),  # 30 days later, on the due day: they called
        ("a", "2026-02-20 10:00", "inbound", "email"),  # their message is no word of yours
        ("a", "2026-02-25 10:00", "mutual", "meeting"),  # of four
        ("a", "2026-03-20 10:00", "outbound", "email", "update"),  # due on March 11: 9 days late, to four
        ("b", "2026-02-20 10:00", "outbound", "email"),  # a name given on the 1st; due on March 22
        ("y", "2026-02-20 10:00", "mutual", "call"),  # met, but no part of the search
        group_size=[None, None, None, 2, None, None, None, 4, 4, None, None],
    )
    names = given_names(
        {**NAME, "referral_id": "r1", "referrer_id": "c", "referred_id": "b", "given_on": "2026-02-01"}
    )
    items = items_of("monthly_update", events, names)
    assert rows_of(items) == [
        ("x", "01-05", "02-04", None, "overdue", 55),
        ("a", "01-10", "02-09", "02-09", "closed_in_time", 0),
        ("a", "02-09", "03-11", "03-20", "closed_late", 9),
        ("b", "02-20", "03-22", None, "overdue", 9),
        ("a", "03-20", "04-19", None, "not_due", None),
    ]
    assert items["lapses_on"].isna().all()
    # One name given is no search.
    assert items_of("monthly_update", events.drop(index=[0, 3]), names).empty


def test_an_update_to_many_is_a_word_to_each():
    ask = [(who, "2026-01-05 10:00", "outbound", "email", "advice_ask") for who in "ab"]
    update = [(who, "2026-02-01 10:00", "outbound", "email", "update") for who in "abc"]
    mail = [(who, "2026-02-20 10:00", "outbound", "email", "social") for who in "abc"]
    sizes = [None] * 2 + [12] * 3 + [12] * 3
    events = log(*ask, *update, *mail, group_size=sizes)
    assert rows_of(items_of("monthly_update", events)) == [
        *((who, "01-05", "02-04", "02-01", "closed_in_time", 0) for who in "ab"),
        *((who, "02-01", "03-03", None, "overdue", 28) for who in "abc"),  # a mail to twelve is no word
    ]


def test_monthly_updates_end_with_the_search():
    ask = [("x", day, "outbound", "email", "advice_ask") for day in ("2026-01-05", "2026-01-20")]
    accepted = log(
        *ask, ("x", "2026-02-10", "outbound", "email", "outcome"), outcome=[None, None, "accepted"]
    )
    assert len(items_of("monthly_update", accepted, as_of="2026-02-10")) == 2
    assert items_of("monthly_update", accepted).empty
    # After 120 days without an act nobody waits for news any more: May 20 is the last.
    assert len(items_of("monthly_update", log(*ask), as_of="2026-05-20")) == 2
    assert items_of("monthly_update", log(*ask), as_of="2026-05-21").empty


def test_nobody_at_a_present_employer_hears_of_the_search():
    contacts = pd.DataFrame(
        {"contact_id": ["a", "b"], "organization": ["Acme", None], "circle": ["Friends", None]}
    )
    events = log(*[("b", f"2026-01-{day}", "outbound", "email", "advice_ask") for day in (10, 20)],
                 ("a", "2026-02-01", "outbound", "email"))  # fmt: skip
    names = given_names(
        {**NAME, "referral_id": "r1", "referrer_id": "a", "referred_id": "x", "given_on": "2026-01-15"}
    )
    options = {"contacts": contacts, "employers": [Employer("Acme")]}
    secret = items_of("monthly_update", events, names, **options)
    assert secret["contact_id"].unique().tolist() == ["b"]
    open_one = items_of("monthly_update", events, names, **options, search_secret=False)
    assert open_one["contact_id"].unique().tolist() == ["b", "a"]
    knows = pd.DataFrame({"contact_id": ["a"], "role": [None], "knows_of_search": [True],
                          "noted_on": pd.to_datetime(["2026-02-02"]), "source_ref": [None]})  # fmt: skip
    told = items_of("monthly_update", events, names, **options, corrections=knows)
    assert told["contact_id"].unique().tolist() == ["b", "a"]


def test_a_talk_of_several_begins_the_first_month_of_those_met_in_it():
    events = log(
        ("z", "2026-01-05 10:00", "outbound", "email", "advice_ask"),
        ("a", "2026-02-25 10:00", "mutual", "meeting"),  # of three: first met there
        ("a", "2026-02-26 10:00", "mutual", "meeting"),  # of three again: begins no month anew
        ("b", "2026-02-25 10:00", "mutual", "meeting"),
        ("b", "2026-03-02 10:00", "outbound", "email"),
        ("c", "2026-02-20 10:00", "outbound", "email"),  # the month has begun
        ("c", "2026-02-25 10:00", "mutual", "meeting"),
        ("d", "2026-02-25 10:00", "mutual", "meeting"),  # of five: touches nobody
        group_size=[None, 3, 3, 3, None, None, 3, 5],
    )
    names = given_names(*(
        {**NAME, "referral_id": who, "referrer_id": "y", "referred_id": who, "given_on": "2026-02-01"}
        for who in "abcd"
    ))  # fmt: skip
    items = items_of("monthly_update", events, names)
    assert rows_of(items[items["contact_id"] != "z"]) == [
        ("c", "02-20", "03-22", None, "overdue", 9),
        ("a", "02-25", "03-27", None, "overdue", 4),
        ("b", "02-25", "03-27", "03-02", "closed_in_time", 0),
        ("b", "03-02", "04-01", None, "not_due", None),
    ]
    assert items["why"][items["contact_id"] == "a"].item().startswith("met with others on 2026-02-25, due")


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
        ("g", "2026-03-12", "outbound", "email", "promise"),
        ("h", "2025-09-01", "outbound", "email", "promise"),  # 180 days after its date is March 13
        due_on=pd.to_datetime(
            ["2026-03-06", None, "2026-03-10", None, None, None, "2026-04-30", None, None, None, "2026-03-14",
             "2025-09-14"]
        ),
    )  # fmt: skip
    assert rows_of(items_of("promise", events, as_of="2026-03-14")) == [
        ("h", "09-01", "09-14", None, "expired", 181),
        ("a", "03-02", "03-06", "03-06", "closed_in_time", 0),
        ("b", "03-02", "03-10", "03-12", "closed_late", 2),
        ("c", "03-02", "03-09", None, "overdue", 5),
        ("d", "03-02", "04-30", None, "not_due", None),
        ("f", "03-12", "03-19", None, "not_due", None),
        ("g", "03-12", "03-14", None, "due_today", 0),
    ]


# who is to be left alone


def test_who_wants_no_move_is_in_no_count_and_stays_in_the_table():
    events = log(("a", "2026-03-02", *ASKED), ("b", "2026-03-02", *ASKED), ("c", "2026-03-02", *ASKED))
    for_ever, later = pd.Timestamp("2199-12-31"), pd.Timestamp("2026-06-01")
    decisions = pd.DataFrame({"contact_id": ["a", "b"], "kind": None, "noted_on": pd.Timestamp("2026-03-10"),
                              "until": [for_ever, later], "done_on": pd.NaT,
                              "is_never": [True, False]})  # fmt: skip
    items = items_of("thank_you", events, decisions=decisions)
    assert items["state"].tolist() == ["overdue"] * 3
    assert items["left_alone"].tolist() == [True, False, False]
    assert to_do(items)["contact_id"].tolist() == ["b", "c"]
    assert not items_of("thank_you", events, decisions=decisions, as_of="2026-03-09")["left_alone"].any()


def test_a_rhythm_rests_while_two_messages_wait_for_an_answer():
    events = log(
        ("a", "2026-02-20", "outbound", "email", "advice_ask"),
        ("b", "2026-02-20", "outbound", "email", "advice_ask"),
        ("b", "2026-03-01", "outbound", "email"),  # two without an answer: nothing more before April 30
        ("b", "2026-02-19", "mutual", "call", "advice_ask"),
    )
    assert items_of("monthly_update", events)["left_alone"].tolist() == [True, False, True, True]
    assert items_of("thank_you", events)["left_alone"].tolist() == [False]  # thanks are owed all the same
    assert not items_of("monthly_update", events, as_of="2026-04-30")["left_alone"].any()
    found = on_tables(engine.held_off, "interactions")(events, as_of="2026-03-31")
    assert found["contact_id"].tolist() == ["a", "b"]
    assert found["unanswered_count"].tolist() == [1, 2]
    assert [*found["until"]] == [pd.NaT, pd.Timestamp("2026-04-30")]


# options, faults, shapes


def test_a_new_kind_is_one_function_and_one_entry(monkeypatch):
    def liked(known: followup_inputs.Known) -> pd.DataFrame:
        return known.log[known.log["purpose"] == "social"]

    kind = Kind(
        "smile", "Smiles", "Smile back within {days} days.", 1, 30, liked, lambda events: events["from_owner"]
    )
    events = log(("a", "2026-03-02", "inbound", "chat", "social"), ("a", "2026-03-05", "outbound", "chat"))
    monkeypatch.setattr(engine, "KINDS", (*KINDS, kind))
    items = items_of("smile", events)
    assert rows_of(items) == [("a", "03-02", "03-03", "03-05", "closed_late", 2)]
    assert items["rule"].tolist() == ["Smile back within 1 days."]
    assert items_of("smile", events.iloc[:1], as_of="2026-04-03")["state"].tolist() == ["expired"]


@pytest.mark.parametrize("options", [{"timezone": "Mars/Olympus"}, {"as_of": "soon"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ParameterError):
        followups(log()[["contact_id"]], log(), given_names(), **{"as_of": "2026-03-31", **options})


def test_a_missing_column_is_refused():
    with pytest.raises(SchemaError, match="direction"):
        followups(log()[["contact_id"]], log().drop(columns="direction"), given_names(), as_of="2026-03-31")


def test_empty_tables_give_an_empty_table_of_the_same_types():
    full = items_of("thank_you", log(("a", "2026-03-02", *ASKED)))
    for measure in (engine.followups, engine.suggestions):
        empty = measure(snapshot_of(interactions=log()))
        assert list(empty.columns) == list(ITEM_COLUMNS)
        assert not len(empty)
        assert empty.dtypes.to_dict() == full.dtypes.to_dict() == ITEM_COLUMNS
    assert full["state"].cat.categories.tolist() == list(STATES)


def test_the_fewest_columns_and_unknown_people_do():
    events = log(("a", "2026-03-02", "mutual", "call"))[["contact_id", "occurred_at", "direction"]]
    names = given_names({**NAME, "referral_id": "r1", "referred_id": "nobody"})
    names = names[["referral_id", "referrer_id", "referred_id", "given_on"]]
    items = followups(events[["contact_id"]], events, names, as_of="2026-03-31")
    assert set(zip(items["kind"], items["contact_id"], strict=True)) == {
        ("thank_you", "ref"), ("uncontacted_referral", "nobody"),
    }  # fmt: skip


def test_two_like_events_are_two_items_with_ids_of_their_own():
    promises = [("a", "2026-03-02", "outbound", "email", "promise")] * 2
    items = items_of("promise", log(*promises))
    assert len(items) == 2
    assert items["gap_id"].is_unique


def test_no_name_or_text_of_a_person_in_the_reasons():
    events = log(("ann@example.org", "2026-03-02", *ASKED), subject=["Secret"])
    items = items_of("thank_you", events)
    assert items["topic"].tolist() == ["Secret"]
    assert not items[["gap_id", "why", "rule"]].to_csv().count("Secret")
    assert "ann" not in items[["gap_id", "why", "rule"]].to_csv()


# laws, on generated books

PEOPLE = list("abcdefgh")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SUBJECTS = ("Second interview", "Coffee chat", "Weekly sync", "Are you free?", "Re: are you free?", "Plans")
NOTED_OUTCOMES = ("offer", "accepted", "declined", "later", "no")


@st.composite
def books(draw):
    hours = st.sampled_from([0, 0, 0, 9, 15])  # many events of date-only logs share an instant
    event = st.tuples(
        st.sampled_from(PEOPLE), st.integers(0, 60), hours, st.sampled_from(schema.DIRECTIONS),
        st.sampled_from(["email", "email", "call", "chat", "event", None]),
        st.sampled_from([*schema.PURPOSES, *schema.ASKS, "outcome", "catch_up", None, None, None, None]),
        st.sampled_from([None, None, 2, 3, 7]), st.sampled_from([None, None, "t1", "t2"]),
        st.sampled_from([None, 5, 40]), st.sampled_from([None, None, True, False]),
        st.sampled_from([None, *NOTED_OUTCOMES]), st.sampled_from([None, None, None, *SUBJECTS]),
    )  # fmt: skip
    rows = draw(st.lists(event, max_size=60))
    frame = log(
        *[(r[0], START + dt.timedelta(days=r[1], hours=r[2]), *r[3:6]) for r in rows],
        group_size=[r[6] for r in rows],
        thread_id=[r[7] for r in rows],
        due_on=pd.to_datetime(
            [None if r[8] is None else "2026-01-01" if r[8] == 5 else "2026-02-10" for r in rows]
        ).as_unit("us"),
        needs_answer=[r[9] for r in rows],
        # An offer that both made would be one of nobody's.
        outcome=[None if r[5] != "outcome" or (r[3] != "inbound" and r[10] == "offer") else r[10] for r in rows],
        subject=[r[11] for r in rows],
    )  # fmt: skip
    day = st.one_of(st.none(), st.integers(0, 70))
    name = st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from([*PEOPLE, None]), st.integers(0, 60), day, day, day, day,
        st.sampled_from(schema.OUTCOMES), st.booleans(), st.sampled_from([*schema.REFERRAL_KINDS, "person", None]),
    )  # fmt: skip
    found = draw(st.lists(name, max_size=12))
    dates = ["given_on", "contacted_on", "met_on", "reported_back_on", "closed_on"]
    names = given_names(
        *[
            {"referral_id": f"r{n:02}", "referrer_id": r[0], "referred_id": r[1],
             **{d: None if v is None else dt.datetime(2026, 1, 1) + dt.timedelta(days=v)
                for d, v in zip(dates, r[2:7], strict=True)},
             "outcome": r[7], "inferred": r[8], "kind": r[9], "source_ref": f"referrals:{n}"}
            for n, r in enumerate(found)
        ]
    )  # fmt: skip
    as_of = START + dt.timedelta(days=draw(st.integers(0, 75)), hours=draw(hours))
    return pd.DataFrame({"contact_id": PEOPLE}), frame, names, as_of


def cut(frame: pd.DataFrame, as_of: dt.datetime) -> pd.DataFrame:
    """Referrals as they stood at the cut-off: without what came later, and without an outcome reached later."""
    naive = pd.Timestamp(as_of).tz_localize(None)
    steps = frame.columns[frame.columns.str.endswith("_on")]
    frame = frame[frame["given_on"] < naive].copy()
    reached = frame["closed_on"].fillna(frame[[*steps]].max(axis=1))
    frame.loc[~(reached < naive), "outcome"] = "open"
    for name in steps:
        frame[name] = frame[name].where(frame[name] < naive)
    return frame


@settings(max_examples=3)
@given(books(), st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 70)), max_size=6))
def test_the_future_never_changes_the_past(book, marked):
    contacts, events, names, as_of = book
    days = [START.replace(tzinfo=None) + dt.timedelta(days=day) for _, day in marked]
    done = pd.DataFrame({"contact_id": [who for who, _ in marked], "kind": None, "done_on": days})
    done["done_on"] = pd.to_datetime(done["done_on"])
    seen = done[done["done_on"] < as_of.replace(tzinfo=None)]
    known = events[events["occurred_at"] < as_of], cut(names, as_of)
    items = followups(contacts, events, names, as_of=as_of, done=done)
    pd.testing.assert_frame_equal(items, followups(contacts, *known, as_of=as_of, done=seen))


@settings(max_examples=3)
@given(books(), st.randoms(use_true_random=False))
def test_row_order_and_index_never_matter_and_inputs_stay(book, random):
    contacts, events, names, as_of = book
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    items = followups(*tables, as_of=as_of)
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    mixed = [
        t.iloc[random.sample(range(len(t)), len(t))].set_axis([f"i{n % 2}" for n in range(len(t))])
        for t in tables
    ]
    pd.testing.assert_frame_equal(items, followups(*mixed, as_of=as_of))


@settings(max_examples=4)
@given(books())
def test_every_item_is_consistent(book):
    contacts, events, names, as_of = book
    now = snapshot_of(contacts=contacts, interactions=events, referrals=names, as_of=as_of)
    items, thoughts = engine.followups(now), engine.suggestions(now)
    today = pd.Timestamp(as_of).tz_localize(None).normalize()
    assert not set(items["gap_id"]) & set(thoughts["gap_id"])
    assert set(thoughts["kind"]) <= {"thank_you", "owed_reply"}
    assert thoughts["closed_at"].isna().all()
    assert thoughts["state"].isin(["not_due", "due_today", "overdue"]).all()
    assert (to_do(items)["due_on"] <= today).all()
    closed = items["closed_at"].notna()
    assert items["gap_id"].is_unique
    assert (items["opened_at"] < as_of).all()
    assert (items["closed_at"][closed] >= items["opened_at"][closed]).all()
    assert (items["closed_at"][closed] < as_of).all()
    assert closed.equals(items["state"].isin(["closed_in_time", "closed_late"]))
    assert (items["closed_on"] > items["due_on"]).equals(items["state"] == "closed_late")
    late = ~closed & (items["due_on"] < today)
    assert late.equals(items["state"].isin(["overdue", "expired"]))
    assert (late & (items["lapses_on"] < today)).equals(items["state"] == "expired")
    assert (~closed & (items["due_on"] == today)).equals(items["state"] == "due_today")
    assert items["days_overdue"].isna().equals(items["state"] == "not_due")
    assert items["days_overdue"][late | (items["state"] == "closed_late")].gt(0).all()
    assert items["days_overdue"][items["state"] == "due_today"].eq(0).all()
    order = items.sort_values(["kind", "opened_at", "contact_id", "gap_id"], kind="stable")
    assert order.index.equals(items.index)


@settings(max_examples=3)
@given(books())
def test_an_item_keeps_its_name_as_time_passes(book):
    """Nothing happens in three weeks: what was owed has the same opening, and the same key."""
    contacts, events, names, as_of = book
    tables = contacts, events[events["occurred_at"] < as_of], cut(names, as_of)
    before, after = (followups(*tables, as_of=as_of + dt.timedelta(days=days)) for days in (0, 21))
    columns = ["gap_id", "kind", "contact_id", "opened_on", "closed_at", "opened_by"]
    lasting = (table.loc[table["kind"] != "monthly_update", columns] for table in (before, after))
    pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in lasting))


@settings(max_examples=15)
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


@settings(max_examples=5)
@given(books())
def test_items_equal_those_of_plain_loops(book):
    contacts, events, names, as_of = book
    items = followups(contacts, events, names, as_of=as_of)
    found = [
        (g.kind, g.contact_id, g.opened_at, None if pd.isna(g.closed_at) else g.closed_at)
        for g in items.itertuples()
    ]
    key = lambda item: (*item[:3], str(item[3]))  # noqa: E731
    assert sorted(found, key=key) == sorted(loops(events, names, as_of), key=key)


HELP = {"Second interview": "interview", "Coffee chat": "advice"}
WANTS_NO_ANSWER = ("thank_you", "reply", "update", "outcome", "favour_done", "favour_received", "promise",
                   "referral_given", "introduction")  # fmt: skip
DAY = pd.Timedelta(days=1)


def called_by_name(e: dict) -> bool:
    return e["direction"] == "inbound" and e["needs_answer"] is True


def plain_log(events: pd.DataFrame, as_of: dt.datetime) -> list[dict]:
    """What is between two people, in order: theirs first at one instant, and else by content; unknown is None."""
    rows = []
    orders = (schema.DIRECTIONS, schema.CHANNELS, schema.PURPOSES)
    for event in events[events["occurred_at"] < as_of].to_dict("records"):
        e = {name: None if pd.isna(value) else value for name, value in event.items()}
        e["day"] = e["occurred_at"].tz_localize(None).normalize()
        e["crowd"] = (e["group_size"] or 0) > 4
        e["alone"] = (e["group_size"] or 0) <= 2
        e["talk"] = e["channel"] in ("call", "meeting", "video")
        together = e["talk"] or e["channel"] == "event"
        e["note"] = e["purpose"] == "promise" and e["direction"] != "inbound" and not together
        e["mine"] = e["direction"] != "inbound" and not e["note"] and not e["crowd"]
        e["theirs"] = e["direction"] != "outbound" and not e["note"] and not e["crowd"]
        written = e["channel"] in schema.MESSAGES and not e["note"] and (not e["crowd"] or called_by_name(e))
        e["message"] = written and e["direction"] != "mutual"
        e["sent"] = e["message"] and e["direction"] == "outbound"
        e["known"] = e["purpose"] not in (None, "unknown")
        choices = zip((e["direction"], e["channel"], e["purpose"]), orders, strict=True)
        ranks = [-1 if value is None else order.index(value) for value, order in choices]
        rest = (e["due_on"], e["group_size"], e["thread_id"], e["subject"], e["source_ref"])
        plain = [
            (value is not None, value or 0) if not isinstance(value, str) else (True, value) for value in rest
        ]
        e["order"] = (e["contact_id"], e["occurred_at"], e["direction"] != "inbound", *ranks, *plain)
        rows.append(e)
    return sorted(rows, key=lambda e: e["order"])


def machines(rows: list[dict]) -> set[str]:
    """Who only ever wrote, three times or more and always under one subject."""
    found = set()
    for who in PEOPLE:
        theirs = [e for e in rows if e["contact_id"] == who]
        mails = [e["subject"] for e in theirs if e["channel"] in ("email", "linkedin")]
        never = all(e["direction"] == "inbound" for e in theirs)
        if never and len(mails) >= 3 and len(set(mails)) == 1 and mails[0] is not None:
            found.add(who)
    return found


def search_since(acts: list[pd.Timestamp], accepted: list[pd.Timestamp]) -> pd.Timestamp | None:
    """When did the search that is open start? (No act is 120 days from the next, and as_of is not either.)"""
    acts = sorted(acts)
    while len(acts) > 1:
        if acts[1] - acts[0] > 60 * DAY:
            acts = acts[1:]
            continue
        ended = min((day for day in accepted if day >= acts[0]), default=None)
        if ended is None:
            return acts[0]
        acts = [day for day in acts if day > ended]
    return None


def loops(events: pd.DataFrame, names: pd.DataFrame, as_of: dt.datetime) -> list[tuple]:
    """The same definitions, written the slow way; (kind, contact, opened_at, closed_at)."""
    rows = plain_log(events, as_of)
    names = cut(names, as_of)
    gone = machines(rows)
    rows = [e for e in rows if e["contact_id"] not in gone]
    names = names[~names["referrer_id"].isin(gone) & ~names["referred_id"].isin(gone)]
    updates = lambda e: e["direction"] == "outbound" and e["purpose"] == "update"  # noqa: E731
    log_ = [e for e in rows if not e["crowd"] or updates(e) or called_by_name(e)]
    out: list[tuple] = []

    def first(who, keep, since, strict=False):
        """The first such event of the person's from then on."""
        return next(
            (e for e in log_ if e["contact_id"] == who and keep(e)
             and (e["occurred_at"] > since if strict else e["occurred_at"] >= since)), None,
        )  # fmt: skip

    def when(event):
        return None if event is None else event["occurred_at"]

    def earliest(*times):
        return min((t for t in times if t is not None and not pd.isna(t)), default=None)

    mine, theirs = (lambda e, name=name: e[name] for name in ("mine", "theirs"))
    outcome = lambda e: e["direction"] != "outbound" and e["purpose"] == "outcome"  # noqa: E731
    thanks = lambda e: e["direction"] == "outbound" and e["purpose"] == "thank_you"  # noqa: E731

    # Asks, and what answered them.
    asks = [
        e for e in rows if e["direction"] == "outbound" and e["purpose"] in schema.ASKS and not e["crowd"]
    ]
    answering = set()
    for ask in asks:
        answer = first(ask["contact_id"], theirs, ask["occurred_at"])
        thanked = first(ask["contact_id"], thanks, ask["occurred_at"], strict=True)
        if answer is None or (thanked is not None and thanked["order"] < answer["order"]):
            continue
        if answer["occurred_at"] - ask["occurred_at"] <= 30 * DAY:
            answering.add(answer["source_ref"])

    def out_of_the_blue(ask):
        before = [e["day"] for e in rows if e["contact_id"] == ask["contact_id"] and e["theirs"]
                  and e["order"] < ask["order"]]  # fmt: skip
        if ask["purpose"] == "job_ask":
            return not before or ask["day"] - before[-1] > 60 * DAY
        return bool(before) and ask["day"] - before[-1] > 180 * DAY

    nudged = set()
    for ask in asks:
        if ask["talk"] or out_of_the_blue(ask):
            continue
        answer = first(ask["contact_id"], theirs, ask["occurred_at"])
        if (ask["contact_id"], answer and answer["source_ref"]) not in nudged:
            again = first(ask["contact_id"], lambda e: e["sent"], ask["occurred_at"], strict=True)
            closed = earliest(when(answer), when(again))
            out.append(("nudge", ask["contact_id"], ask["occurred_at"], closed))
        nudged.add((ask["contact_id"], answer and answer["source_ref"]))

    # What wants an answer.
    answered_at: dict[tuple, pd.Timestamp | None] = {}
    contacted = {
        e["contact_id"] for e in rows if not e["crowd"] and (e["mine"] or (e["talk"] and not e["note"]))
    }
    for e in log_:
        asks_me = e["needs_answer"] is True
        called = e["alone"] or asks_me
        if not (e["message"] and e["direction"] == "inbound" and called):
            continue
        if e["source_ref"] in answering and not asks_me:
            continue
        wants = e["needs_answer"] is True or (e["needs_answer"] is None and e["purpose"] in schema.ASKS)
        question = e["subject"] == "Are you free?" and e["contact_id"] in contacted
        question = question and e["needs_answer"] is not False and e["purpose"] not in WANTS_NO_ANSWER
        closing = first(e["contact_id"], mine, e["occurred_at"])
        thread = (e["contact_id"], closing and closing["source_ref"], e["thread_id"])
        if (wants or question) and thread not in answered_at:
            out.append(("owed_reply", e["contact_id"], e["occurred_at"], when(closing)))
            answered_at[thread] = when(closing)

    for e in log_:
        if e["direction"] != "inbound" and e["purpose"] == "promise":
            closing = first(e["contact_id"], mine, e["occurred_at"], strict=True)
            out.append(("promise", e["contact_id"], e["occurred_at"], when(closing)))

    def says_yes_or_no(e):
        return e["mine"] and (e["purpose"] == "outcome" or e["outcome"] in ("accepted", "declined"))

    # Offers: answered by the owner's own word on them.
    offers = set()
    for e in log_:
        if outcome(e) and e["outcome"] == "offer":
            closed = when(first(e["contact_id"], says_yes_or_no, e["occurred_at"]))
            if (e["contact_id"], closed) not in offers:
                out.append(("close_the_loop", e["contact_id"], e["occurred_at"], closed))
            offers.add((e["contact_id"], closed))

    # Names and leads: what was noted is not read once more.
    noted_pairs = {(n.referrer_id, n.referred_id) for n in names.itertuples() if not n.inferred}
    read_pairs = set()
    kept = []
    for name in names.sort_values("referral_id").itertuples():
        pair = (name.referrer_id, name.referred_id)
        if name.inferred and pd.notna(name.referred_id) and (pair in noted_pairs or pair in read_pairs):
            continue
        kept.append(name.referral_id)
        read_pairs.add(pair)
    names = names[names["referral_id"].isin(kept)]
    for name in names.itertuples():
        day = {
            n: pd.Timestamp(getattr(name, n)).tz_localize("UTC") for n in names.columns if n.endswith("_on")
        }
        given_at, own = day["given_on"], name.referrer_id == name.referred_id
        person = pd.notna(name.referred_id) and (pd.isna(name.kind) or name.kind == "person")
        not_before = lambda t, g=given_at: None if t is None else max(t, g)  # noqa: E731
        noted = earliest(day["contacted_on"], day["met_on"], day["closed_on"])
        if noted is None and name.outcome != "open":
            noted = given_at
        if person and not own:
            called = when(first(name.referred_id, mine, given_at))
            out.append(
                ("uncontacted_referral", name.referred_id, given_at, earliest(called, not_before(noted)))
            )
        if not person:
            out.append(("uncontacted_referral", name.referrer_id, given_at, not_before(noted)))
        settled = day["closed_on"] if name.outcome in followup_inputs.SETTLED else None
        heard = None if own else when(first(name.referred_id, outcome, given_at))
        end = earliest(settled, heard)
        told = lambda since, day=day["reported_back_on"]: (  # noqa: E731
            max(day, since) if day + DAY > since else None
        )
        waits = False
        if not own:
            touch = when(first(name.referred_id, mine, given_at))
            contact = earliest(not_before(earliest(day["contacted_on"], day["met_on"])), touch)
            opened = earliest(contact, not_before(earliest(day["closed_on"])))
            if end is not None and opened is not None and opened >= end:
                opened = None
            if opened is not None:
                closed = earliest(when(first(name.referrer_id, mine, opened)), told(opened))
                out.append(("report_back", name.referrer_id, opened, closed))
                waits = end is not None and (closed is None or closed >= end)
        if end is not None and not waits:
            closed = earliest(when(first(name.referrer_id, mine, end)), told(end))
            out.append(("close_the_loop", name.referrer_id, end, closed))
        only_noted = end is not None and end != heard and name.outcome in ("offer", "declined")
        if only_noted and not own and pd.notna(name.referred_id):
            closed = when(first(name.referred_id, mine, end))
            out.append(("close_the_loop", name.referred_id, end, closed))

    # The search, and who is part of it.
    asked = [e for e in rows if not e["note"] and e["direction"] != "inbound" and e["purpose"] in schema.ASKS]
    acts = [e["day"] for e in asked]
    acts += [n.given_on for n in names.itertuples() if n.referrer_id != n.referred_id]
    start = search_since(acts, [e["day"] for e in rows if e["outcome"] == "accepted"])
    joined: dict[str, pd.Timestamp] = {}
    gifts = ("referral_given", "introduction", "favour_received", "outcome")
    joining = [(e["contact_id"], e["day"]) for e in asked]
    joining += [
        (e["contact_id"], e["day"]) for e in rows if e["direction"] != "outbound" and e["purpose"] in gifts
    ]
    joining += [
        (e["contact_id"], e["day"]) for e in rows if e["direction"] == "outbound" and e["purpose"] == "update"
    ]
    thanked_talks = [
        e for e in rows
        if e["talk"] and not e["crowd"] and e["direction"] != "inbound"
        and any(thanks(t) and not t["talk"] and t["contact_id"] == e["contact_id"]
                and DAY * 0 <= t["occurred_at"] - e["occurred_at"] <= 3 * DAY for t in rows)
    ]  # fmt: skip
    joining += [(e["contact_id"], e["day"]) for e in thanked_talks]
    joining += [(who, n.given_on) for n in names.itertuples() for who in (n.referrer_id, n.referred_id)]
    for who, day in sorted((who, day) for who, day in joining if isinstance(who, str)):
        if start is not None and day >= start:
            joined.setdefault(who, day)

    # Thanks: what helped, and once for what came within two days.
    habits = [
        (who, title) for who in PEOPLE for title in SUBJECTS
        if len({e["day"] for e in log_ if e["talk"] and (e["contact_id"], e["subject"]) == (who, title)}) >= 3
    ]  # fmt: skip
    friends = set()  # with whom all that is known of is social, and who is nothing else
    for who in set(PEOPLE) - set(joined):
        known = [
            e["purpose"]
            for e in rows
            if e["contact_id"] == who and e["known"] and not e["crowd"] and not e["note"]
        ]
        if len(known) >= 6 and set(known) == {"social"}:
            friends.add(who)

    def leads_to_no_talk(e):
        talk = first(e["contact_id"], lambda t: t["talk"], e["occurred_at"], strict=True)
        return talk is None or talk["day"] - e["day"] > 14 * DAY

    reasons: list[tuple] = []
    for e in log_:
        who, gives = e["contact_id"], e["direction"] != "outbound"
        title = HELP.get(e["subject"]) if e["talk"] else None
        plain = e["talk"] and e["subject"] != "Weekly sync" and (who, e["subject"]) not in habits
        member = who in joined and e["day"] >= joined[who]
        helped = (
            (gives and e["purpose"] in ("referral_given", "introduction")) or e["purpose"] == "favour_received"
            or (outcome(e) and e["outcome"] != "offer") or title == "interview"
            or (e["talk"] and e["direction"] != "inbound" and e["purpose"] in schema.ASKS)
            or (title == "advice" and not e["known"])
            or (e["source_ref"] in answering and (e["message"] or e["talk"]) and leads_to_no_talk(e)
                and e["needs_answer"] is not True
                and e["purpose"] not in ("thank_you", "outcome", "referral_given", "introduction"))
        )  # fmt: skip
        thanked = e["talk"] and (
            e in thanked_talks
            or (e["event_id"] is not None and e["event_id"] in {t["event_id"] for t in thanked_talks})
        )
        helped = helped or (plain and e["purpose"] == "catch_up" and member) or thanked
        maybe = plain and (not e["known"] or e["purpose"] == "catch_up") and who not in friends
        if helped or maybe:
            reasons.append((who, e["day"], e["occurred_at"], helped))
    for name in names.sort_values("referral_id").itertuples():
        if name.referrer_id != name.referred_id:
            at = name.given_on.tz_localize("UTC")
            reasons.append((name.referrer_id, name.given_on, at, True))
    things: list[list] = []
    for who, day, at, owed in sorted(reasons, key=lambda reason: reason[:2]):
        thanked = first(who, thanks, at)
        thanked = thanked and thanked["source_ref"]
        last = things[-1] if things else None
        if last and last[0] == who and (day == last[1] or (day - last[1] <= 2 * DAY and thanked == last[2])):
            last[1], last[2], last[4] = day, thanked, last[4] or owed
        else:
            things.append([who, day, thanked, (day, at), owed])
    for who, _, _, (day, at), owed in things:
        guess = first(who, lambda e: e["sent"] and not e["known"] and e["alone"], at)
        soon = guess is not None and guess["day"] <= day + 2 * DAY
        if owed:
            out.append(
                ("thank_you", who, at, earliest(when(first(who, thanks, at)), when(guess) if soon else None))
            )

    # Months.
    for who, since in joined.items():
        of_theirs = [e for e in log_ if e["contact_id"] == who]
        update = lambda e: e["direction"] == "outbound" and e["purpose"] == "update"  # noqa: E731
        words = [e for e in of_theirs if (e["alone"] and (e["mine"] or e["talk"])) or update(e)]
        words = [e for n, e in enumerate(words) if e["day"] not in [before["day"] for before in words[:n]]]
        months = [e for e in words if e["day"] >= since]
        met = next((e for e in of_theirs if e["talk"] and e["day"] >= since), None)
        if met is not None and (not months or met["order"] < months[0]["order"]):
            months.insert(0, met)
        for month in months:
            ends = [e["occurred_at"] for e in words if e["occurred_at"] > month["occurred_at"]]
            out.append(("monthly_update", who, month["occurred_at"], min(ends, default=None)))
    return out


def test_kinds_are_in_words_and_each_lapses_but_for_the_rhythm_of_the_search():
    assert len({kind.title for kind in KINDS}) == len(KINDS) == 10
    assert len({kind.kind for kind in KINDS}) == 8
    assert all(kind.title and kind.rule.endswith(".") for kind in KINDS)
    lapses = {kind.title: kind.lapse_days for kind in KINDS}
    assert lapses == {
        "Thanks": 120, "Replies owed": 365, "Nudges": 60, "Names to call": 365, "Leads to follow": 365,
        "News for referrers": 180, "Loops to close": 180, "Offers to answer": 180, "Monthly updates": None,
        "Promises": 180,
    }  # fmt: skip
