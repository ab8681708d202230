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


ATTRIBUTIONS = [
    "Le 18/10/2026 à 09:00, Bo Lind <bo@acme.example> a écrit :",
    "Le dim. 18 oct. 2026 à 09:00, Bo Lind <bo@acme.example> a\nécrit :",
    "Le 18 octobre 2026 09:00, Bo a écrit :",
    "El dom., 18 oct. 2026 9:00, Bo Lind escribió:",
    "El dom, 18 oct 2026 a las 9:00, Bo Lind (<bo@acme.example>) escribió:",
    "Em dom., 18 de out. de 2026 às 09:00, Bo Lind <bo@acme.example> escreveu:",
    "Am So., 18. Okt. 2026 um 09:00 Uhr schrieb Bo Lind <\nbo@acme.example>:",
    "Bo Lind <bo@acme.example> schrieb am So., 18. Okt. 2026, 09:00:",
    "søn. 18. okt. 2026 kl. 09:00 skrev Bo Lind <bo@acme.example>:",
    "2026-10-18 9:00 GMT+02:00 Bo Lind <bo@acme.example>:",
    "De : Bo Lind\nEnvoyé : dimanche\nÀ : Ann\nObjet : x",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_the_line_above_a_quote_goes_with_its_accents_and_in_any_language(line):
    assert own(f"Fine by me.\n\n{line}\n\n> Shall we?") == "Fine by me."


def test_a_manager_who_is_asked_for_is_no_footer():
    asked = "Kannst du mich eurem Geschäftsführer oder dem Vorstand vorstellen?"
    assert own(f"{asked}\nAcme GmbH\nGeschäftsführer: Bo Lind") == f"{asked}\nAcme GmbH"
