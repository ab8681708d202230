"""Asks: every flag worked out by hand, which asks work, and the laws on generated books."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_followups import books, cut, given_names, log

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures import ask_flags as asks
from networkscope.measures import ask_outcomes
from networkscope.measures.ask_flags import FLAG_COLUMNS, KINDS, FlagKind, ask_flag_summary, ask_flags
from networkscope.measures.ask_outcomes import ask_mix, ask_share, pitch_rates
from networkscope.measures.dormancy import dormant_contacts
from tests.on_tables import on_tables, snapshot_of

ask_flags = on_tables(ask_flags, "contacts interactions referrals")
ask_flag_summary = on_tables(ask_flag_summary, "flags interactions")
ask_mix = on_tables(ask_mix, "interactions referrals")
ask_share = on_tables(ask_share, "contacts interactions")
pitch_rates = on_tables(pitch_rates, "interactions referrals")

NOBODY = schema.empty("referrals")
MARK = "0123456789abcdef" * 2  # a fingerprint


def flags_of(kind: str, events: pd.DataFrame, names=NOBODY, as_of="2026-12-31", people=None, **options):
    contacts = pd.DataFrame({"contact_id": events["contact_id"].unique()}) if people is None else people
    flags = ask_flags(contacts, events, names, as_of=as_of, **options)
    return flags[flags["flag"] == kind].reset_index(drop=True)


def named(**names: str) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": list(names), "name": list(names.values())})


def test_a_note_counts_beside_a_crowd_in_the_calendar_and_once_beside_a_small_meeting():
    events = log(
        ("a", "2026-03-01 10:00", "mutual", "call", "advice_ask"),
        ("a", "2026-03-02 10:00", "mutual", "call", "advice_ask"),
        ("a", "2026-03-03 10:00", "mutual", "meeting", "advice_ask"),
        ("a", "2026-03-03 09:00", "mutual", "event", "social"),
        source=["notes", "notes", "notes", "calendar"],
        group_size=[None, None, None, 40],
    )
    assert len(flags_of("called_only_in_need", events)) == 1
    small = events.assign(group_size=pd.array([None, None, None, 3], dtype="Int64"))
    assert len(flags_of("called_only_in_need", small)) == 1
    people = events[["contact_id"]].iloc[:1]
    share = ask_share(people, small, as_of="2026-05-01")
    assert share["why"].tolist() == ["0 of 3 messages and talks of yours without an ask"]


# cold_job_ask and ask_without_warm_up


def test_a_job_ask_is_cold_beyond_sixty_days_or_as_the_first_touch():
    events = log(
        ("a", "2026-01-01 10:00", "inbound", "email"),
        ("a", "2026-03-02 10:00", "outbound", "email", "job_ask"),  # 31 + 28 + 1 = 60 days: just warm
        ("b", "2026-01-01 10:00", "inbound", "email"),
        ("b", "2026-03-01 10:00", "outbound", "email", "catch_up"),  # unanswered: it warms nobody
        ("b", "2026-03-03 10:00", "outbound", "email", "job_ask"),  # 61 days
        ("c", "2026-03-03 10:00", "outbound", "email", "job_ask"),  # the first touch ever
        ("d", "2026-01-01 10:00", "mutual", "call"),
        ("d", "2026-04-01 10:00", "outbound", "email", "advice_ask"),  # no job ask
        ("e", "2026-03-03 10:00", "inbound", "email", "job_ask"),  # theirs
    )
    flags = flags_of("cold_job_ask", events)
    assert flags["contact_id"].tolist() == ["b", "c"]
    assert flags["why"].tolist() == [
        "job ask on 2026-03-03 after 61 days of silence (last heard from on 2026-01-01)",
        "job ask on 2026-03-03, never heard from before",
    ]
    assert flags["source_ref"].tolist() == ["log:5", "log:6"]
    assert set(flags["practice"]) == {"C1"}


def test_silence_is_counted_in_local_days_and_a_crowd_does_not_break_it():
    events = log(
        ("a", "2026-01-01 23:30", "inbound", "email"),  # the 2nd in Vienna
        ("a", "2026-02-10 10:00", "mutual", "event"),  # forty people
        ("a", "2026-03-03 10:00", "outbound", "email", "job_ask"),
        group_size=[None, 40, None],
    )
    assert len(flags_of("cold_job_ask", events)) == 1
    assert flags_of("cold_job_ask", events, timezone="Europe/Vienna").empty


def test_what_you_do_at_one_instant_is_no_warm_up_for_itself():
    events = log(
        ("a", "2026-03-03", "outbound", "chat", "social"),
        ("a", "2026-03-03", "outbound", "email", "job_ask"),
        ("b", "2026-03-03", "inbound", "chat", "social"),  # theirs of that day is
        ("b", "2026-03-03", "outbound", "email", "job_ask"),
    )
    assert flags_of("cold_job_ask", events)["contact_id"].tolist() == ["a"]


def test_other_asks_need_a_warm_up_after_half_a_year():
    events = log(
        ("a", "2026-01-01", "mutual", "call"),
        ("a", "2026-06-30", "outbound", "email", "advice_ask"),  # 180 days
        ("b", "2026-01-01", "mutual", "call"),
        ("b", "2026-07-01", "outbound", "email", "referral_ask"),  # 181 days
        ("c", "2026-07-01", "outbound", "email", "advice_ask"),  # a new person is no old tie
        ("d", "2026-01-01", "mutual", "call"),
        ("d", "2026-07-01", "outbound", "email", "job_ask"),  # another flag
    )
    flags = flags_of("ask_without_warm_up", events)
    assert flags["contact_id"].tolist() == ["b"]
    assert flags["why"][0].startswith("referral ask on 2026-07-01 after 181 days")


def test_an_ask_for_a_name_as_the_first_word_on_linkedin_is_cold():
    events = log(
        ("a", "2026-07-01", "outbound", "linkedin", "referral_ask"),
        ("b", "2026-07-01", "outbound", "linkedin", "advice_ask"),  # advice may be asked of somebody new
        ("c", "2026-07-01", "outbound", "email", "referral_ask"),  # what was said before may be elsewhere
        ("d", "2026-07-01", "outbound", "linkedin", "referral_ask"),  # named by somebody
        ("e", "2026-06-01", "inbound", "linkedin"),
        ("e", "2026-07-01", "outbound", "linkedin", "referral_ask"),
        ("f", "2026-07-01", "outbound", "linkedin", "referral_ask"),
    )
    people = pd.DataFrame({"contact_id": list("abcdef"), "circle": [*[None] * 5, "family"]})
    names = given_names(
        {"referral_id": "1", "referrer_id": "b", "referred_id": "d", "given_on": "2026-06-20"}
    )
    flags = flags_of("ask_without_warm_up", events, names, people=people)
    assert flags[["contact_id", "why"]].to_numpy().tolist() == [
        ["a", "referral ask on 2026-07-01, never heard from before"]
    ]


# blast


def sent(subject: list, people: str, at: str = "2026-03-03 10:00", purpose: str = "advice_ask", **columns):
    return log(*[(who, at, "outbound", "email", purpose) for who in people], subject=subject, **columns)


def test_near_identical_subjects_to_five_people_are_a_blast():
    subjects = ["Hi Ann, news 1", "RE: hi Bo: News 22!", "Fwd: Re: hi  cy news", "HI DI news?", "hi Eve news"]
    people = named(a="Ann Lee", b="Bo", c="Cy Ono", d="Di", e="Eve", f="Fay")
    flags = flags_of("blast", sent(subjects, "abcde"), people=people)
    assert flags["people_count"].tolist() == [5]
    assert flags["contact_id"].isna().all()
    assert flags["source_ref"][0] == "log:1; log:2; log:3; log:4; log:5"
    assert "Ann" not in flags.to_csv()
    # Four people are none, nor are five with one of another mind, on another day, or thanked.
    assert flags_of("blast", sent(subjects[:4], "abcd"), people=people).empty
    assert flags_of("blast", sent([*subjects[:4], "Lunch?"], "abcde"), people=people).empty
    assert flags_of("blast", sent(subjects, "abcde", purpose="thank_you"), people=people).empty
    later = sent(subjects[4:], "e", at="2026-03-04 10:00")
    assert flags_of("blast", pd.concat([sent(subjects[:4], "abcd"), later]), people=people).empty
    # The same person five times is one person.
    assert flags_of("blast", sent(["News"] * 5, "aaaaa"), people=people).empty


def test_one_message_to_more_than_ten_is_a_blast_without_a_subject_too():
    flags = flags_of("blast", sent([None, None], "ab", group_size=[12, 12]))
    assert flags[["people_count", "why"]].to_numpy().tolist() == [
        [11, "one message, or near-identical ones, to 11 people on 2026-03-03"]
    ]
    assert flags_of("blast", sent([None, None], "ab", group_size=[10, 10])).empty
    assert flags_of("blast", sent([None] * 6, "abcdef")).empty  # no subjects are not alike
    assert flags_of("blast", sent(["2026"] * 6, "abcdef")).empty  # nor are bare numbers


def test_near_identical_words_to_five_people_are_a_blast_whatever_the_subjects():
    marks = [MARK, MARK[:-2] + "00", "00" + MARK[2:], MARK, MARK]
    own_subjects = ["Hi", "Work", None, "Ardel", "Lunch?"]
    flags = flags_of("blast", sent(own_subjects, "abcde", purpose="job_ask", fingerprint=marks))
    assert flags["people_count"].tolist() == [5]
    other = [*marks[:4], MARK[::-1]]
    assert flags_of("blast", sent(["Hi"] * 5, "abcde", purpose="job_ask", fingerprint=other)).empty


def test_two_blasts_of_one_instant_are_two():
    both = pd.concat([sent(["News"] * 5, "abcde"), sent(["Party"] * 5, "fghij")])
    flags = flags_of("blast", both)
    assert len(flags) == 2
    assert flags["flag_id"].is_unique


# no_purpose, attachment_first, referrer_not_named, called_only_in_need


def test_messages_without_a_purpose_are_one_share():
    events = log(
        ("a", "2026-03-01", "outbound", "email", "update"),
        ("a", "2026-03-03", "outbound", "email"),
        ("b", "2026-03-02", "outbound", "chat", "unknown"),
        ("b", "2026-03-04", "outbound", "call"),  # no message
        ("c", "2026-03-04", "inbound", "email"),
        ("c", "2026-03-04", "outbound", "email"),  # to three
        group_size=[None, 2, None, None, None, 3],
    )
    flags = flags_of("no_purpose", events)
    assert flags["contact_id"].isna().all()
    assert flags[["people_count", "source_ref"]].to_numpy().tolist() == [[2, "log:3"]]
    assert flags["why"][0].startswith(
        "of 2 of your 3 messages to one person it is not known what they were for (67%, "
    )
    assert flags_of("no_purpose", events.iloc[:1]).empty


def test_an_attachment_in_the_first_message():
    events = log(
        ("a", "2026-03-01", "outbound", "email"),
        ("b", "2026-03-01", "outbound", "email"),
        ("b", "2026-03-02", "outbound", "email"),  # the second message
        ("c", "2026-03-01", "inbound", "email"),  # they wrote first
        ("c", "2026-03-02", "outbound", "email"),
        ("d", "2026-03-01", "outbound", "call"),
        ("d", "2026-03-02", "outbound", "email"),
    )
    counts = [1, 0, 2, 0, 1, 0, 1]
    for column in (counts, [bool(n) for n in counts], ["yes" if n else "no" for n in counts]):
        flags = flags_of("attachment_first", events.assign(attachments=column))
        assert flags["contact_id"].tolist() == ["a", "d"]
    assert flags_of("attachment_first", events).empty
    close = pd.DataFrame({"contact_id": list("abcd"), "circle": ["friends", None, None, "family"]})
    assert flags_of("attachment_first", events.assign(attachments=counts), people=close).empty


def test_a_first_message_that_does_not_name_the_referrer():
    people = named(r="Zoë Kovač-Li, PhD", a="Al", b="Bo", c="Cy", d="Di", e="Ed", f="Fay")
    names = given_names(
        *[
            {"referral_id": who, "referrer_id": "r", "referred_id": who, "given_on": "2026-03-01"}
            for who in "abcdef"
        ]
    )
    events = log(
        ("a", "2026-03-02", "outbound", "email"),
        ("b", "2026-03-02", "outbound", "email"),
        ("c", "2026-02-01", "mutual", "call"),  # known before
        ("c", "2026-03-02", "outbound", "email"),
        ("d", "2026-03-02", "outbound", "email"),
        ("e", "2026-03-02", "outbound", "email"),
        ("f", "2026-03-02", "inbound", "email"),
        ("f", "2026-03-03", "outbound", "email"),
        subject=["Your work", "ZOE gave me your name", None, "Your work", None, "From Ms Li", "Hi", "Hi"],
    )
    flags = flags_of("referrer_not_named", events, names, people=people)
    assert flags["contact_id"].tolist() == ["a"]
    assert flags["why"][0] == (
        "name given on 2026-03-01; your first message on 2026-03-02 does not say by whom, "
        "as far as its subject shows"
    )
    noted = events.assign(notes=["sent by Zoe", *[None] * 7])
    assert flags_of("referrer_not_named", noted, names, people=people).empty
    assert flags_of("referrer_not_named", events, names.assign(inferred=True), people=people).empty
    assert flags_of("referrer_not_named", events, names, people=people.drop(columns="name")).empty


def test_one_of_two_referrers_is_enough():
    people = named(r="Zoe", s="Max", a="Al")
    names = given_names(
        {"referral_id": "1", "referrer_id": "r", "referred_id": "a", "given_on": "2026-03-01"},
        {"referral_id": "2", "referrer_id": "s", "referred_id": "a", "given_on": "2026-03-02"},
    )
    events = log(("a", "2026-03-03", "outbound", "email"), subject=["Max told me"])
    assert flags_of("referrer_not_named", events, names, people=people).empty


def test_called_only_in_need():
    ask = [("a", f"2026-03-0{n}", "outbound", "email", "advice_ask") for n in (1, 2, 3)]
    events = log(
        *ask, ("a", "2026-03-04", "outbound", "email"), ("a", "2026-03-05", "inbound", "email", "social")
    )
    flags = flags_of("called_only_in_need", events)
    assert flags[["contact_id", "source_ref"]].to_numpy().tolist() == [["a", "log:3"]]
    assert flags["why"][0] == (
        "all 3 messages and talks of yours that were for something known were asks, the last on 2026-03-03; "
        "of 1 more it is not known"
    )
    assert flags_of("called_only_in_need", events.iloc[1:]).empty  # two asks
    assert flags_of("called_only_in_need", log(*ask, ("a", "2026-03-04", "mutual", "call", "social"))).empty
    thanks = log(*ask, ("a", "2026-03-04", "outbound", "email", "thank_you"))  # not for the tie's own sake
    assert len(flags_of("called_only_in_need", thanks)) == 1


# the mechanism


def test_a_new_kind_is_a_function_and_an_entry(monkeypatch):
    late = FlagKind(
        "late_call", "D2", "Call nobody at night.",
        lambda now: now.touches[now.touches["channel"] == "call"].assign(why="at night"),
    )  # fmt: skip
    events = log(
        ("a", "2026-03-01 23:00", "outbound", "call"), ("b", "2026-03-01 23:00", "outbound", "email")
    )
    monkeypatch.setattr(asks, "KINDS", (*KINDS, late))
    flags = flags_of("late_call", events)
    assert flags[["flag", "practice", "contact_id", "why"]].to_numpy().tolist() == [
        ["late_call", "D2", "a", "at night"]
    ]


def test_the_summary_says_what_would_light_up_each_kind():
    events = log(("a", "2026-03-01", "outbound", "email", "job_ask"))
    flags = ask_flags(named(a="Al"), events, NOBODY, as_of="2026-03-02")
    table = ask_flag_summary(flags, events, as_of="2026-03-02").set_index("flag")
    assert table.index.tolist() == [kind.flag for kind in KINDS]
    assert table.loc["cold_job_ask", ["flag_count", "people_count"]].tolist() == [1, 1]
    assert pd.isna(table.loc["cold_job_ask", "to_see_this"])
    assert ".mbox" in table.loc["attachment_first", "to_see_this"]
    assert "subject" in table.loc["blast", "to_see_this"]
    lit = ask_flag_summary(flags, events.assign(attachments=0, subject="x"), as_of="2026-03-02")
    assert lit["to_see_this"].isna().all()
    # As of the day before, no purpose was logged yet.
    before = ask_flag_summary(flags.iloc[:0], events, as_of="2026-03-01").set_index("flag")
    assert "purpose" in before.loc["cold_job_ask", "to_see_this"]


# which asks work


def test_strength_before_an_ask_by_hand(monkeypatch):
    events = log(
        ("a", "2026-01-01", "mutual", "meeting"),  # weight 3
        ("a", "2026-01-11", "outbound", "email", "advice_ask"),  # 3 halved once
        ("a", "2026-01-11", "inbound", "email"),  # weight 1; of that instant, and stands before
        (
            "a",
            "2026-01-31",
            "outbound",
            "email",
            "job_ask",
        ),  # (3/2 + 1) / 4: the ask before it has no answer yet
        ("b", "2026-01-31", "outbound", "email", "job_ask"),
        ("b", "2026-02-28", "mutual", "meeting"),  # afterwards
        ("c", "2026-01-01", "inbound", "email"),
        ("c", "2026-01-11", "outbound", "email", "advice_ask"),  # they alone had written until then
        (
            "c",
            "2026-01-21",
            "outbound",
            "email",
            "job_ask",
        ),  # 1 / 4: now both have, and the ask of before is unanswered
        ("c", "2026-01-31", "mutual", "call"),
        ("c", "2026-02-10", "outbound", "email", "job_ask"),  # 1 / 16 + 1 / 8 + 1 / 4 + 2 / 2
    )
    now = snapshot_of(interactions=events, as_of="2026-03-31")
    monkeypatch.setattr(ask_outcomes, "HALF_LIFE_DAYS", 10)
    strength = ask_outcomes.strength_before(now)
    assert strength[now.touches["purpose"].notna()].tolist() == pytest.approx(
        [2.5, 0.625, 0.0, 0.0, 0.25, 1.4375]
    )


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.integers(0, 40),
            st.sampled_from(schema.DIRECTIONS),
            st.sampled_from(["email", "call", "event", None]),
        ),
        max_size=12,
        unique_by=lambda event: event[:2],
    )
)
def test_strength_before_is_that_of_the_report_of_that_moment(drawn):
    start = pd.Timestamp("2026-01-01", tz="UTC")
    events = pd.DataFrame(drawn, columns=["contact_id", "day", "direction", "channel"])
    events["occurred_at"] = start + pd.to_timedelta(events.pop("day").astype("int64"), unit="D")
    now = snapshot_of(interactions=events.astype({"contact_id": str}), as_of="2026-03-31")
    found = now.touches[["contact_id", "occurred_at"]].assign(strength=ask_outcomes.strength_before(now))
    for who, moment, strength in found.itertuples(index=False):
        ties = dormant_contacts(now.at(moment), kappa=1.0).set_index("contact_id")
        assert strength == pytest.approx(ties.loc[who, "strength"])


def test_the_mix_of_asks_by_hand():
    events = log(
        ("a", "2026-01-01", "outbound", "email", "advice_ask"),  # strength 0: weak
        ("a", "2026-01-02", "inbound", "email"),  # a reply, but no more
        ("b", "2026-01-01", "mutual", "meeting"),
        ("b", "2026-01-02", "outbound", "email", "advice_ask"),  # about 3: middle
        ("b", "2026-01-20", "mutual", "call"),  # a reply, and a talk
        *[("c", f"2026-01-0{n}", "mutual", "meeting") for n in (1, 2, 3)],
        ("c", "2026-01-04", "outbound", "email", "job_ask"),  # about 9: strong; neither
        ("d", "2026-04-20", "outbound", "email", "advice_ask"),  # too young to be known
    )
    names = given_names(
        {"referral_id": "1", "referrer_id": "c", "referred_id": "x", "given_on": "2026-02-10"}
    )
    mix = ask_mix(events, names, as_of="2026-05-01").set_index(["purpose", "band"])
    assert mix.index.tolist() == [("advice_ask", "weak"), ("advice_ask", "middle"), ("job_ask", "strong")]
    columns = ["ask_count", "reply_known_count", "reply_count", "positive_known_count", "positive_count"]
    assert mix[columns].to_numpy().tolist() == [[2, 1, 1, 1, 0], [1, 1, 1, 1, 1], [1, 1, 0, 1, 1]]
    assert mix["reply_share"].tolist() == [1.0, 1.0, 0.0]
    assert (mix["reply_low"] <= mix["reply_share"]).all()
    assert mix["strength_from"].round().tolist() == [0, 3, 9]
    # Without the name that c gave on the 10th of February, nothing came of that ask.
    assert ask_mix(events, NOBODY, as_of="2026-05-01")["positive_count"].tolist() == [0, 1, 0]


def test_pitches_by_hand():
    events = log(
        ("a", "2026-01-01", "outbound", "email", "advice_ask"),
        ("a", "2026-01-02", "inbound", "email"),
        ("b", "2026-01-01", "outbound", "email"),
        ("c", "2026-01-01", "outbound", "email"),
        ("c", "2026-01-05", "inbound", "email", "introduction"),
        ("d", "2026-01-01", "outbound", "email"),
        notes=["pitch:A", None, "a call; pitch:B-2, long", None, "pitch:x", None],
        tags=[None, None, None, "old; pitch:A", None, None],
    )
    names = given_names(
        {"referral_id": "1", "referrer_id": "b", "referred_id": "x", "given_on": "2026-01-01"}
    )
    rates = pitch_rates(events, names, as_of="2026-05-01").set_index("pitch")
    columns = ["ask_count", "reply_known_count", "reply_count", "referral_known_count", "referral_count"]
    assert rates[columns].to_dict("index") == {
        "A": dict(zip(columns, [2, 2, 2, 2, 1], strict=True)),
        "B-2": dict(zip(columns, [1, 1, 0, 1, 1], strict=True)),
    }
    assert pitch_rates(events.drop(columns=["notes", "tags"]), names, as_of="2026-05-01").empty


def test_asks_in_nearly_the_same_words_are_a_pitch_without_a_tag():
    events = log(
        ("a", "2026-01-03", "outbound", "email", "advice_ask"),
        ("b", "2026-01-01", "outbound", "email", "advice_ask"),
        ("b", "2026-01-02", "inbound", "email"),
        ("c", "2026-01-05", "outbound", "email", "job_ask"),
        ("d", "2026-01-05", "outbound", "email", "thank_you"),
        ("e", "2026-01-06", "outbound", "email", "advice_ask"),
        ("f", "2026-01-07", "outbound", "email", "advice_ask"),
        tags=[None, None, None, None, None, None, "pitch:A"],
        fingerprint=[MARK, "00" + MARK[2:], None, MARK, MARK, MARK[::-1], MARK],
    )
    rates = pitch_rates(events, NOBODY, as_of="2026-05-01").set_index("pitch")
    assert rates[["ask_count", "reply_count"]].to_dict("index") == {
        "A": {"ask_count": 1, "reply_count": 0},
        "worded as on 2026-01-01": {"ask_count": 3, "reply_count": 1},
    }
    two = events[~events["contact_id"].isin(["a", "c"])]
    assert pitch_rates(two, NOBODY, as_of="2026-05-01")["pitch"].tolist() == ["A"]


def test_touches_without_an_ask_by_hand():
    events = log(
        ("a", "2026-01-01", "outbound", "email", "job_ask"),
        ("a", "2026-01-02", "mutual", "call", "social"),
        ("a", "2026-01-03", "outbound", "email", "thank_you"),
        ("a", "2026-01-04", "outbound", "email"),
        ("a", "2026-01-05", "inbound", "email", "social"),
        ("stranger", "2026-01-05", "outbound", "email", "social"),
    )
    people = pd.DataFrame({"contact_id": ["b", "a"]}, index=[7, 9])
    table = ask_share(people, events, as_of="2026-02-01")
    assert table.index.tolist() == [0, 1]
    assert table[["touch_count", "ask_count", "unknown_count"]].to_numpy().tolist() == [[0, 0, 0], [3, 1, 1]]
    assert np.isnan(table["without_ask_share"][0])
    assert table["without_ask_share"][1] == pytest.approx(2 / 3)
    overall = ask_share(people, events, as_of="2026-02-01", by="all")
    assert overall["why"].tolist() == ["2 of 3 messages and talks of yours without an ask"]
    assert ask_share(people, events.iloc[:0], as_of="2026-02-01", by="all").empty
    with pytest.raises(ParameterError):
        ask_share(people, events, as_of="2026-02-01", by="week")


# laws

SUBJECTS = st.lists(st.sampled_from(["News", "news a", "Re: news", "", None, "Hi"]), min_size=25, max_size=25)
MEASURES = {
    "flags": lambda c, e, r, as_of: ask_flags(c, e, r, as_of=as_of),
    "mix": lambda _, e, r, as_of: ask_mix(e, r, as_of=as_of),
    "pitch": lambda _, e, r, as_of: pitch_rates(e, r, as_of=as_of),
    "share": lambda c, e, _, as_of: ask_share(c, e, as_of=as_of),
    "overall": lambda c, e, _, as_of: ask_share(c, e, as_of=as_of, by="all"),
}


def dressed(book, subjects):
    contacts, events, names, as_of = book
    subject = pd.array(subjects[: len(events)], dtype=schema.TEXT)
    size = events["group_size"].replace(7, 12)
    events = events.assign(subject=subject, group_size=size, notes="pitch:A", attachments=size.eq(3))
    called = (["Ann A", "Bo", None, "Di"] * len(contacts))[: len(contacts)]
    return contacts.assign(name=called), events, names, as_of


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@settings(max_examples=10)
@given(book=books(), subjects=SUBJECTS, random=st.randoms(use_true_random=False))
def test_the_laws(measure, book, subjects, random):
    contacts, events, names, as_of = dressed(book, subjects)
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    table = measure(*tables, as_of)
    for given_table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(given_table, copy)
    # The future never changes the past.
    known = contacts, events[events["occurred_at"] < as_of], cut(names, as_of)
    pd.testing.assert_frame_equal(table, measure(*known, as_of))
    # Neither the order of rows nor the index matters.
    mixed = [
        t.iloc[random.sample(range(len(t)), len(t))].set_axis([n % 2 for n in range(len(t))]) for t in tables
    ]
    again = measure(*mixed, as_of)
    if "touch_count" in table and "contact_id" in table:
        table, again = (t.sort_values("contact_id", ignore_index=True) for t in (table, again))
    pd.testing.assert_frame_equal(table, again)
    # Nothing in, nothing out, of the same types.
    empty = measure(contacts.iloc[:0], events.iloc[:0], names.iloc[:0], as_of)
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, table.dtypes)


@settings(max_examples=10)
@given(books(), SUBJECTS)
def test_flags_are_told_apart_and_complete(book, subjects):
    contacts, events, names, as_of = dressed(book, subjects)
    flags = ask_flags(contacts, events, names, as_of=as_of)
    assert flags.columns.tolist() == list(FLAG_COLUMNS)
    assert flags["flag_id"].is_unique
    assert (
        flags[["flag_id", "flag", "practice", "occurred_at", "day", "rule", "why", "people_count"]]
        .notna()
        .all()
        .all()
    )
    assert (flags["occurred_at"] < as_of).all()
