"""What messages do, by their words: acts, purposes, outcomes, names, days, and nothing of the text beyond a phrase."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope.words.reading import SHOWN, read
from networkscope.words.rules import ACTS


def acts(*texts: str) -> list[str]:
    return read(list(texts)).acts["act"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thank you so much for your time yesterday.", ["thank_you"]),
        ("Thank you in advance for your help.", []),
        ("Would you be open to a quick chat about your move into product?", ["advice_ask"]),
        ("She asked me whether you would be open to a quick chat.", []),
        ("Happy birthday, Bo!", ["social"]),
        ("Congratulations on your new role!", ["congratulation"]),
        ("The weather is fine.", []),
    ],
)
def test_one_message(text, expected):
    assert acts(text) == expected


def test_what_was_quoted_is_not_read():
    assert (
        acts("See you.\n\nOn Monday, 2 November 2026 Bo Lind wrote:\n> Thank you so much for your time!")
        == []
    )


def test_the_weightiest_act_is_the_purpose_and_an_answer_is_wanted():
    found = read(
        ["Thank you so much for your help. Could I ask you for some advice on my next step?", "Thanks!", None]
    )
    assert found.purpose.tolist()[0] == "advice_ask"
    assert found.needs_answer.tolist()[0] is True
    assert pd.isna(found.needs_answer[2])


def test_what_came_of_it_depends_on_who_wrote():
    texts = [
        "I am delighted to accept your offer.",
        "See you then!",
        "I'm afraid we have decided to proceed with another candidate.",
        None,
    ]
    mine, theirs = ([wrote] * 4 for wrote in (True, False))
    assert read(texts, outbound=np.array(mine)).outcome.fillna("").tolist() == [
        "accepted",
        "",
        "declined",
        "",
    ]
    assert read(texts, outbound=np.array(theirs)).outcome.fillna("").tolist() == ["", "", "no", ""]


def test_equal_messages_each_have_their_own_day():
    text = "I'll send you the slides by Friday."
    days = pd.Series(pd.to_datetime(["2026-11-16", "2026-11-23", "2026-11-16"]))
    found = read([text, text, "Thanks!"], days).acts
    assert found[["row", "act"]].to_numpy().tolist() == [[0, "promise"], [1, "promise"], [2, "thank_you"]]
    assert found["due_on"].astype(str).tolist()[:2] == ["2026-11-20", "2026-11-27"]


@pytest.mark.parametrize("name", ["Łukasz Øre", "Анна Иванова", "Ann Lee"])
def test_names_in_any_alphabet(name):
    found = read([f"You should talk to {name}, she hires.", "You should talk to 😀😀 😀😀."]).acts
    assert found[["row", "about"]].to_numpy().tolist() == [[0, name]]


def test_names_and_days():
    friday = read(["I'll send you the slides by Friday."], pd.Series([pd.Timestamp("2026-11-16")])).acts
    assert friday[["act", "due_on"]].values.tolist() == [["promise", pd.Timestamp("2026-11-20")]]
    named = read(["You should talk to Bo Lind at Acme."]).acts
    assert named[["act", "about"]].values.tolist() == [["referral_given", "Bo Lind"]]


def test_a_phrase_is_short_and_never_the_message():
    secret = "Thank you so much for your time with my sister Xanthippe"
    found = read([secret, "I really appreciate you taking the time " + "x" * 200]).acts
    assert (found["phrase"].str.len() <= SHOWN).all()
    assert not found["phrase"].str.contains("Xanthippe", case=False).any()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=4))
def test_whatever_the_text(texts):
    found = read(pa.array(texts, pa.large_string()))
    assert len(found.purpose) == len(found.outcome) == len(found.needs_answer) == len(texts)
    assert set(found.acts["act"]) <= set(ACTS)
    assert found.acts["row"].between(0, max(len(texts) - 1, 0)).all()
