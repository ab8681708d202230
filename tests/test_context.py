"""One act beside another: what the rest of a message cancels."""

import pytest

from networkscope.words.reading import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Could you introduce me to Bo Lind? Thanks a million!", {"referral_ask"}),  # thanks in advance
        (
            "Thank you for your help with my CV! Could you introduce me to Bo Lind?",
            {"thank_you", "referral_ask"},
        ),
        ("Unfortunately I can't make it. Would Friday work for you?", set()),  # asks back: no refusal
        ("Unfortunately I can't make it. Good luck!", {"decline"}),
        ("We are not hiring right now, try again in spring.", {"later"}),  # later, so no refusal
        ("To unsubscribe click here. Could I pick your brain about your career?", {"bulk"}),
        ("Bo Lind asked me for your number.", set()),
    ],
)
def test_what_the_rest_cancels(text, expected):
    assert set(read([text]).acts["act"]) == expected


def test_who_asks_for_something_or_introduces_wants_an_answer_and_who_names_somebody_does_not():
    texts = [
        "I would like to apply for the position of cook.",
        "Ann, meet Bo Lind, who leads the lab.",
        "Talk to Bo Lind at Acme.",
    ]
    assert read(texts).needs_answer.tolist() == [True, True, False]
