"""Messages in nearly the same words have nearly the same fingerprint, others have not; no text is in it."""

import pyarrow as pa
import pytest

from networkscope.words.fingerprints import alike, fingerprints

ASK = "Hi {}, I have bought for food makers for ten years. Could I ask you three questions about how {} buys?"
OTHER = "Hello {}, would you have a quarter of an hour to tell me what a day in purchasing at {} looks like?"


def groups(*texts: str) -> list[int]:
    found = alike(fingerprints(pa.array(texts, pa.large_string())))
    return [found.tolist().index(mark) if isinstance(mark, str) else -1 for mark in found]


def test_another_name_and_company_change_little():
    assert groups(
        ASK.format("Ann", "Ardel"),
        OTHER.format("Bo", "Orbis"),
        ASK.format("Li", "Acme"),
        OTHER.format("Cy", "Nova"),
    ) == [0, 1, 0, 1]


def test_neither_case_nor_punctuation_counts():
    assert groups(ASK.format("Ann", "Ardel"), ASK.format("Ann", "Ardel").upper().replace(",", " –")) == [0, 0]


@pytest.mark.parametrize("text", ["", "Happy birthday, dear Ann!", "Thank you so much for your time"])
def test_of_few_words_there_is_none(text):
    assert groups(text, text) == [-1, -1]


def test_it_is_the_same_whatever_stands_beside_it():
    alone = fingerprints(pa.array([ASK], pa.large_string()))[0]
    among = fingerprints(pa.array([OTHER, "Hi", ASK, None, OTHER], pa.large_string()))
    assert among[2] == alone
    assert len(alone) == 32
    assert set(alone) <= set("0123456789abcdef")
