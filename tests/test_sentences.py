"""Texts in sentences: greetings and titles, quoted speech, question marks, names that are none."""

import pyarrow as pa
import pytest

from networkscope.words.sentences import folded, is_name, is_question, split


def sentences(text: str) -> list[str]:
    return split(pa.array([text], pa.large_string()))[0].to_pylist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Hi Kim, any openings?", ["Hi Kim,", "any openings?"]),
        ("Sehr geehrte Frau Dr. Weber,\nich danke.", ["Sehr geehrte Frau Dr Weber,", "ich danke."]),
        ("Hiking is fun, come along.", ["Hiking is fun, come along."]),
        ("Ask Dr. Lind at Acme.", ["Ask Dr Lind at Acme."]),
        ("Seit 1. Oktober leite ich den Vertrieb.", ["Seit 1 Oktober leite ich den Vertrieb."]),
        ("Ich schicke es bis 3. März. Danke!", ["Ich schicke es bis 3 März.", "Danke!"]),
        ('He wrote: "Could you introduce me to Bo?" I laughed.', ["He wrote: I laughed."]),
        ('The "final" round.', ['The "final" round.']),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert [" ".join(one.split()) for one in sentences(text)] == expected


def test_of_which_text_each_is():
    _, of = split(pa.array(["One. Two.", "", "Three."], pa.large_string()))
    assert of.tolist() == [0, 0, 2]


def test_questions_and_folded_letters():
    assert is_question(pa.array(["Really?", "Really? Yes", "Really? 🙂"])).tolist() == [True, False, True]
    assert folded(pa.array(["Dürfte  ich’s"])).to_pylist() == ["Durfte ich's"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Bo Lind", True), ("Monday", False), ("HR", False), ("I've", False), ("März", False)],
)
def test_names(name, expected):
    assert is_name(name) is expected
