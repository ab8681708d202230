"""The reason of a move in one sentence, as a friend would say it."""

import re

import pandas as pd
import pytest
from test_candidates import QUIET_NOBODY, item, looked_at
from test_followups import LEAD, given_names, log

from networkscope import schema
from networkscope.advice.drafts import draft_kind
from networkscope.advice.moves import next_moves
from networkscope.advice.reasons import SPECIAL, TITLES, sentence, title
from tests.on_tables import snapshot_of

FACTS = {
    "first": "Pam",
    "day": "2026-11-03",
    "due": "2026-11-10",
    "topic": "",
    "other": "",
    "about": "",
    "meets": "",
}


def said(
    kind: str,
    what: str = "",
    *,
    is_suggestion: bool = False,
    days_late: float = 0,
    condemned: bool = False,
    **facts,
) -> str:
    draft = draft_kind(kind, what, days_late=days_late, condemned=condemned)
    return sentence(kind, draft, what, {**FACTS, **facts}, is_suggestion=is_suggestion)


@pytest.mark.parametrize(
    ("kind", "what", "facts", "text"),
    [
        ("thank_you", "call", {"topic": "tea"}, "Pam gave you time on 2026-11-03 (tea) and has not been thanked yet."),
        ("thank_you", "call (and 2 more)", {}, "Pam gave you time on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "answer", {}, "Pam answered you on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "favour received", {}, "Pam did you a favour on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "introduction", {},
         "Pam introduced you to somebody on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "name or lead given", {"other": "Bo Ek"},
         "Pam gave you the name of Bo Ek on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "name or lead given", {"about": "Acme"},
         "Pam gave you a lead to Acme on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "name or lead given", {}, "Pam gave you a name on 2026-11-03 and has not been thanked yet."),
        ("thank_you", "outcome", {}, "Pam told you on 2026-11-03 how it ended: a no deserves thanks as well."),
        ("owed_reply", "message", {"topic": "Plans"},
         "Pam wrote to you on 2026-11-03 (Plans) and waits for an answer."),
        ("uncontacted_referral", "name given", {"other": "Bo Ek"},
         "Bo Ek gave you Pam's name on 2026-11-03: get in touch, and say who sent you."),
        ("uncontacted_referral", "lead to a company", {"about": "Acme"},
         "Pam told you of Acme on 2026-11-03, and you have not followed it yet."),
        ("uncontacted_referral", "lead to an opening", {},
         "Pam told you of a lead on 2026-11-03, and you have not followed it yet."),
        ("report_back", "first contact with the referred person", {"other": "Bo Ek"},
         "Pam gave you the name of Bo Ek, whom you have reached: say what came of it."),
        ("close_the_loop", "outcome declined", {"other": "Bo Ek"},
         "It ended with Bo Ek on 2026-11-03: Pam should hear it from you."),
        ("close_the_loop", "offer", {}, "Pam made you an offer on 2026-11-03 and waits for your yes or no."),
        ("nudge", "job ask", {}, "You asked Pam on 2026-11-03 and have not heard since."),
        ("monthly_update", "your last word", {}, "Pam has not heard of your search since 2026-11-03."),
        ("promise", "promise", {"topic": "slides"},
         "You promised Pam something on 2026-11-03 (slides), for 2026-11-10."),
        ("reconnect", "", {"topic": "tea"}, "You and Pam were last in touch on 2026-11-03 (tea)."),
    ],
)  # fmt: skip
def test_each_kind_in_a_sentence(kind, what, facts, text):
    assert said(kind, what, **facts) == text


def test_special_cases_in_a_sentence():
    late = said("owed_reply", "message", days_late=31)
    assert late == "Pam wrote to you on 2026-11-03 and never got an answer."
    cold = said("reconnect", condemned=True)
    assert (
        cold == "You asked Pam out of the blue on 2026-11-03: get back in touch without asking for anything."
    )
    thanks, answer = (said(kind, is_suggestion=True, topic="tea") for kind in ("thank_you", "owed_reply"))
    assert thanks == "You talked with Pam on 2026-11-03 (tea): a line of thanks, if it helped?"
    assert answer == "Pam wrote to you on 2026-11-03 (tea) and has no answer: does it want one?"
    met = said("thank_you", "call", meets="2026-11-20")
    assert met.startswith("You meet Pam on 2026-11-20: say it then. Pam gave you time on ")


def test_what_to_do_in_a_few_words():
    assert set(TITLES) == set(schema.MOVE_KINDS)
    assert title("thank_you", "thank_for_no", is_suggestion=False) == "Say thank you"
    assert title("thank_you", "thank_you", is_suggestion=True) == "A line of thanks?"
    assert title("owed_reply", "owed_reply", is_suggestion=True) == "Answer?"
    assert title("uncontacted_referral", "follow_lead", is_suggestion=False) == "Follow the lead"
    assert title("close_the_loop", "accept_or_decline", is_suggestion=False) == SPECIAL["accept_or_decline"]


@pytest.mark.parametrize("kind", schema.MOVE_KINDS)
@pytest.mark.parametrize("facts", [{}, {"topic": "tea", "other": "Bo Ek", "about": "Acme"}])
def test_every_kind_is_one_whole_sentence(kind, facts):
    for what in ("", "call", "outcome", "offer", "lead to a company", "message"):
        for is_suggestion in {False, kind in ("thank_you", "owed_reply")}:
            text = said(kind, what, is_suggestion=is_suggestion, **facts)
            assert text[0].isupper()
            assert text[-1] in ".?"
            assert not re.search(r"[{}]|\(\)|  |None|nan", text)


@pytest.mark.parametrize("kind", schema.MOVE_KINDS)
def test_of_somebody_without_a_name_it_is_said_in_good_english(kind):
    text = said(kind, first="")
    assert not re.search(r"(?<=[a-z,] )They|They's", text), text


# the reason is true


def test_whoever_made_an_offer_waits_for_a_yes_or_no_and_does_not_hear_of_the_referrer():
    """The offer was noted with the name: it did not end with the one who gave it."""
    contacts = pd.DataFrame({"contact_id": ["ref", "a"], "name": ["Rita Ref", "Ann Lee"]})
    names = given_names({"referral_id": "1", "referrer_id": "ref", "referred_id": "a", "given_on": "2026-10-01",
                         "contacted_on": "2026-10-02", "reported_back_on": "2026-10-03",
                         "closed_on": "2026-11-01", "outcome": "offer"})  # fmt: skip
    moves = next_moves(snapshot_of(contacts=contacts, referrals=names)).set_index("contact_id")
    assert moves.loc["ref", "why"] == "It ended with Ann Lee on 2026-11-01: Rita should hear it from you."
    assert moves.loc["a", "move"] == "Accept or decline the offer"
    assert "Rita" not in moves.loc["a", "why"] + moves.loc["a", "draft"]


def test_whoever_was_declined_does_not_hear_that_it_ended_with_the_referrer():
    contacts = pd.DataFrame({"contact_id": ["ref", "a"], "name": ["Rita Ref", "Ann Lee"]})
    names = given_names({"referral_id": "1", "referrer_id": "ref", "referred_id": "a", "given_on": "2026-10-01",
                         "closed_on": "2026-11-01", "outcome": "declined"})  # fmt: skip
    moves = next_moves(snapshot_of(contacts=contacts, referrals=names)).set_index("contact_id")
    assert "ended with Rita" not in moves.loc["a", "why"] + moves.loc["a", "draft"]


def test_news_of_a_lead_name_the_lead():
    contacts = pd.DataFrame(
        {"contact_id": ["ref", "a"], "name": ["Rita Ref", "Ann Lee"], "organization": [None, "Acme"]}
    )
    lead = given_names({**LEAD, "referral_id": "1", "given_on": "2026-10-20"})
    events = log(
        ("ref", "2026-10-21", "outbound", "email", "thank_you"), ("a", "2026-11-01", "outbound", "email")
    )
    moves = next_moves(snapshot_of(contacts=contacts, referrals=lead, interactions=events)).set_index(
        "contact_id"
    )
    assert moves.loc["ref", "kind"] == "report_back"
    assert "Acme" in moves.loc["ref", "why"]
    assert "somebody" not in moves.loc["ref", "why"]


def test_a_name_that_was_given_up_was_not_reached():
    gone = item(3, "a", "report_back", what="referral closed", about_id="c")
    why = next_moves(looked_at(gone, dormant=QUIET_NOBODY))["why"].iat[0]
    assert "whom you have reached" not in why
