"""Texts that are written to hurt a reader: endless, deeply quoted, near matches everywhere, letters that hide."""

import time

import pytest

from networkscope.words.reading import read
from networkscope.words.rules import rules

ENDLESS = "could you introduce me to somebody at Acme please " * 200_000  # 10 MB
NEARLY = [
    "could you ",
    "thank you so much ",
    "Bo Lind ",
    "((((((",
    "? ",
    "könntest du mir ",
    "I'll send ",
    "^$ * … ",
]


def test_ten_megabytes_and_a_thousand_quotes_are_read_at_once():
    read(["warm"])
    started = time.process_time()
    quoted = "\n".join(">" * depth + " thank you for your help" for depth in range(1, 1_000))
    assert read([ENDLESS, "x" * 10_000_000]).purpose.tolist()[0] == "referral_ask"
    assert read([quoted]).acts.empty
    assert time.process_time() - started < 20


def test_near_matches_take_time_in_proportion():
    read(["warm"])

    def seconds(length: int) -> float:
        texts = [part * (length // len(part)) for part in NEARLY]
        started = time.process_time()
        read(texts)
        return time.process_time() - started

    short, long = seconds(2_000), seconds(20_000)
    assert long < 10 * short + 5


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted({rule.language for rule in rules()}))
def test_every_phrase_reads_its_own_words_over_and_over(language):
    words = [
        phrase.replace("(", " ").replace(")", " ").replace("|", " ")
        for rule in rules()
        if rule.language == language
        for phrase in rule.says
    ]
    started = time.process_time()
    read([(text + " ") * (100_000 // (len(text) + 1)) for text in words[::10]])
    assert time.process_time() - started < 120


def test_letters_that_hide_and_turn_around():
    found = read(["Th\u200bank y\u202eou s\u2060o much for your time yester\u00adday.\u202c"]).acts
    assert found["act"].tolist() == ["thank_you"]
    assert all(map(str.isprintable, found["phrase"]))
