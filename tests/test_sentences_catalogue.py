"""What pages and commands say is what a friend would say: no word of a ledger, one word per thing."""

import re

import pytest
from sentences import catalogue, of_code

SAID = catalogue()
LEDGER = re.compile(
    r"(?<!in )(?<!in\xa0)(?<!losing )\btouch(es|ed)?\b(?! with)|\bdebts?\b|\bblast\b|\bhold-off\b|\bis told of\b"
    r"|\bof which\b|\bnot closed\b|\bcontact-days?\b|\btie of strength\b|\bdrifting\b|\bas-of date\b|\bstands\b",
    re.IGNORECASE,
)


def test_the_sentences_of_a_piece_of_code():
    code = '"""What is it?"""\ndef f(n):\n    """No."""\n    return f"{n} people wait", "You owe {name} an answer"\n'
    assert list(of_code(code)) == ["{…} people wait", "You owe {…} an answer"]


def test_the_catalogue_holds_reasons_answers_captions_and_what_is_empty():
    every = {text for texts in SAID.values() for text in texts}
    assert "{…} wrote to you on {…}{…} and waits for an answer" in every
    assert "Nothing to do: nothing is owed and no tie is fading." in every
    assert "No follow-up changed." in every
    assert "Your next moves" in {text.removeprefix("## ") for text in every}
    assert len(every) > 800


@pytest.mark.parametrize("path", sorted(SAID))
def test_no_sentence_of_a_ledger(path):
    assert [text for text in SAID[path] if LEDGER.search(text)] == []
