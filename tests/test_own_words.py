"""What the sender wrote himself: quotes, forwards, signatures and disclaimers go."""

import pyarrow as pa
import pytest

from networkscope.words.own_words import LONGEST, own_words


def own(text: str | None) -> str:
    return own_words(pa.array([text], pa.large_string())).to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "See you then!\n\nOn Mon, 2 Nov 2026 at 10:00, Bo Lind <bo@acme.example> wrote:\n> Shall we?",
            "See you then!",
        ),
        ("Fine.\n> Is this?\n> Yes\nBye", "Fine.\n\n\nBye"),
        ("Fine.\r\n-----Original Message-----\r\nFrom: Bo\r\nWould you hire me?", "Fine."),
        ("Thanks for the call.\n\nBest regards,\nAnn\n+1 555 0100", "Thanks for the call."),
        ("Thanks for the call.\n-- \nAnn", "Thanks for the call."),
        ("Thanks for the call, Bo.\n\nThanks,\nAnn", "Thanks for the call, Bo."),
        ("Yes.\nSent from my iPhone", "Yes."),
        ("On Monday we talked about what Bo wrote", "On Monday we talked about what Bo wrote"),
        ("Best of all was the talk.", "Best of all was the talk."),
        ("Thanks\nI'll call Bo tomorrow.", "Thanks\nI'll call Bo tomorrow."),
        ("ze\u200bro", "zero"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_is_left(text, expected):
    assert own(text) == expected


def test_a_very_long_text_is_cut():
    assert len(own("a" * 100_000)) == LONGEST
