"""The texts that could be sent: what is filled in, what is left out, in which language and form."""

import re
import string

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_candidates import QUIET_NOBODY, item, looked_at
from test_followups import log

from networkscope import schema
from networkscope.advice.drafts import (
    LANGUAGES,
    LATE_DAYS,
    PLACES,
    SHOWN,
    draft_kind,
    fill,
    plain_topic,
    standard_drafts,
)
from networkscope.advice.moves import next_moves

# filling


@pytest.mark.parametrize(
    ("template", "facts", "text"),
    [
        ("Hi {first}!", {"first": "Ann"}, "Hi Ann!"),
        ("Hi {first}!", {}, "Hi …!"),
        ("Hi {first}!", {"first": ""}, "Hi …!"),
        ("Hi {first}!", {"first": None}, "Hi …!"),
        (
            "Thanks{topic}.",
            {"topic": "tea"},
            "Thanks (tea).",
        ),  # outside of brackets a topic is in parentheses
        ("Thanks{topic}.", {}, "Thanks."),
        ("Thanks[ for {topic}].", {"topic": "tea"}, "Thanks for tea."),
        ("Thanks[ for {topic}].", {}, "Thanks."),
        ("[{other} sent me. ]Hi", {"other": "Bo"}, "Bo sent me. Hi"),
        ("[{other} sent me. ]Hi", {}, "Hi"),
        ("A[ {other} and {about}]", {"other": "Bo"}, "A"),  # all of it is needed
        ("A[ {other} and {about}]", {"other": "Bo", "about": "x"}, "A Bo and x"),
        ("A[ {topic}][ {other}]", {"other": "Bo"}, "A Bo"),
        ("[no place] stays", {}, "[no place] stays"),
        ("A  b[ {topic}]  c", {}, "A b c"),  # no gaps
        ("One\n\n[{topic}]\nTwo  ", {}, "One\n\n\nTwo"),
        ("{{smile}} {first}", {"first": "Ann"}, "{smile} Ann"),
        (
            "Hi {first}",
            {"first": "{name} [x]", "name": "no"},
            "Hi {name} [x]",
        ),  # what is filled in is no template
        ("Hi[ {first}]", {"first": 7}, "Hi"),
        ("Hi[ {first}]", {"first": "Ann", "shoe": "41"}, "Hi Ann"),
    ],
)
def test_what_is_filled_in_and_what_is_left_out(template, facts, text):
    assert fill(template, facts) == text


@settings(max_examples=15)
@given(
    st.dictionaries(st.sampled_from(PLACES), st.text(max_size=20) | st.none()),
    st.sampled_from(LANGUAGES),
    st.booleans(),
)
def test_every_standard_text_can_be_filled_with_anything(facts, language, familiar):
    for text in standard_drafts(language, familiar).values():
        filled = fill(text, facts)
        assert filled == filled.strip()
        if not any(set("[]{}") & set(value or "") for value in facts.values()):
            assert not set("[]{}") & set(filled)


# topics


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("Supply planning", "Supply planning"), ("Re: Supply planning", "Supply planning"),
        ("RE: AW: Fwd: Supply planning", "Supply planning"), ("Danke: Ablauf", "Ablauf"),
        ("Thanks: the plan", "the plan"), ("Coffee", ""), ("coffee?", ""), ("Lunch!", ""), ("Re: Call", ""),
        ("Kaffee", ""), ("Coffee with data", "Coffee with data"), ("  Tea  ", "Tea"), ("Result: good", "Result: good"),
        ("", ""), ("Re:", ""), (None, ""), (float("nan"), ""), (7, ""),
    ],
)  # fmt: skip
def test_what_a_message_was_about(subject, topic):
    assert plain_topic(subject) == topic


def test_an_endless_topic_is_cut():
    cut = plain_topic("word " * 60)
    assert len(cut) <= SHOWN
    assert cut.endswith("word…")
    assert plain_topic("x" * SHOWN) == "x" * SHOWN


# which text


def test_the_text_for_each_case():
    assert draft_kind("thank_you", "call (and 1 more)") == "thank_you"
    assert draft_kind("thank_you", "name or lead given") == "thank_for_name"
    assert draft_kind("thank_you", "outcome (and 1 more)") == "thank_for_no"
    assert draft_kind("owed_reply", "message", days_late=LATE_DAYS - 1) == "owed_reply"
    assert draft_kind("owed_reply", "message", days_late=LATE_DAYS) == "late_reply"
    assert draft_kind("uncontacted_referral", "name given") == "uncontacted_referral"
    assert draft_kind("uncontacted_referral", "lead to an opening") == "follow_lead"
    assert draft_kind("close_the_loop", "offer") == "accept_or_decline"
    assert draft_kind("close_the_loop", "outcome declined") == "close_the_loop"
    assert draft_kind("reconnect", "") == "reconnect"
    assert draft_kind("reconnect", "", condemned=True) == "reconnect_after_ask"
    for kind in schema.MOVE_KINDS:
        assert draft_kind(kind, "") in standard_drafts("en", False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_each_language(language):
    formal, familiar = (standard_drafts(language, is_familiar) for is_familiar in (False, True))
    assert set(formal) == set(familiar) == set(standard_drafts("en", True))
    english = {text for form in (False, True) for text in standard_drafts("en", form).values()}
    for kind, text in [*formal.items(), *familiar.items()]:
        places = {name for _, name, *_ in string.Formatter().parse(text) if name is not None}
        assert places <= set(PLACES), kind
        assert places & {"first", "name"}, kind  # it greets
        assert len(text) < 700, kind  # short
        assert text.count("[") == text.count("]"), kind
        assert not re.search(r"sorry|entschuldig|désol|perd[oó]n|desculp|scus|excuus", text.casefold()), kind
        assert (text in english) == (language == "en"), kind
    assert all("{first}" in text for text in familiar.values())
    if language not in ("en",):
        assert formal != familiar


# which language and form


def draft_of(*items: pd.DataFrame, **given) -> str:
    return next_moves(looked_at(*items, dormant=QUIET_NOBODY, **given)).set_index("contact_id")["draft"]["b"]


def test_a_draft_is_in_the_language_last_used_with_the_person():
    german = [("b", "2026-10-01", "inbound", "email"), ("a", "2026-10-02", "inbound", "email")]
    events = log(
        *german, subject=["Danke für das Gespräch mit Ihnen", "Thank you for the talk about your team"]
    )
    standard = standard_drafts("de", False)["thank_you"]
    assert (
        draft_of(item(3, topic=None), interactions=events).splitlines()[0]
        == fill(standard, {"first": "Bo", "name": "Bo Ek"}).splitlines()[0]
    )
    # The form that the log shows, the formal one where it shows none.
    for subject, familiar in (
        ("Danke für das Gespräch mit dir", True),
        ("Danke für das Gespräch über das Team", False),
    ):
        events = log(*german[:1], subject=[subject])
        standard = standard_drafts("de", familiar)["thank_you"]
        expected = fill(standard, {"first": "Bo", "name": "Bo Ek"})
        assert draft_of(item(3, topic=None), interactions=events) == expected
    # The last language counts, and one's own where nothing shows another.
    both = log(
        *german[:1],
        ("b", "2026-10-09", "inbound", "email"),
        subject=["Danke für das Gespräch mit dir", "Thank you for the talk about it"],
    )
    assert draft_of(item(3), interactions=both).startswith("Hi Bo")
    assert draft_of(item(3)).startswith("Hi Bo")


def test_friends_and_family_are_addressed_as_such():
    contacts = pd.DataFrame(
        {"contact_id": ["a", "b"], "name": ["Ann Lee", "Bo Ek"], "circle": [None, "Familie"]}
    )
    events = log(("b", "2026-10-01", "inbound", "email"), subject=["Danke für das Gespräch über das Team"])
    expected = fill(standard_drafts("de", True)["promise"], {"first": "Bo", "name": "Bo Ek"})
    assert draft_of(item(3, kind="promise", topic=None), contacts=contacts, interactions=events) == expected


def test_a_draft_remembers_a_detail_and_who_introduced_them():
    contacts = pd.DataFrame(
        {"contact_id": ["b"], "name": ["Bo Ek"], "notes": ["Grows roses. "], "introduced_by": ["Rita Ref"]}
    )
    ties = QUIET_NOBODY.iloc[[1]].assign(state="dormant")
    text = next_moves(looked_at(contacts=contacts, dormant=ties))["draft"].iat[0]
    assert "Grows roses" in text
    assert "Rita Ref" in text
    tagged = contacts.assign(notes=None, tags="friends; pitch:A; chess")  # neither a role nor a mark
    text = next_moves(looked_at(contacts=tagged, dormant=ties))["draft"].iat[0]
    assert "chess" in text
    assert "pitch" not in text


def test_a_text_of_ones_own_goes_before_the_standard_one_in_any_language():
    events = log(("b", "2026-10-01", "inbound", "email"), subject=["Danke für das Gespräch mit dir"])
    now = looked_at(
        item(3), item(40, "a", "owed_reply", what="message"), dormant=QUIET_NOBODY, interactions=events
    )
    own = {"thank_you": "Dear {first}!", "owed_reply": "Yes, {first}."}
    drafts = next_moves(now, drafts=own).set_index("contact_id")["draft"]
    assert drafts["b"] == "Dear Bo!"
    assert drafts["a"] == "Yes, Ann."  # a late answer too, unless there is a text for it
    own["late_reply"] = "At last, {first}."
    assert next_moves(now, drafts=own).set_index("contact_id")["draft"]["a"] == "At last, Ann."
