"""The phrase language: what each sign means, and which words a phrase cannot do without."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.words.finding import Sentences
from networkscope.words.phrases import needed_words, pattern, spellings


def holds(phrase: str, text: str) -> bool:
    return pc.match_substring_regex(pa.array([text]), pattern(phrase)).to_pylist() == [True]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("thank you", "and thank you, bo", True),
        ("thank you", "thank youth", False),
        ("thank you", "(thank\nyou)", True),
        ("(a quick|short) call", "a quick call", True),
        ("(a quick|short) call", "a call", False),
        ("thank you [so much] for", "thank you for", True),
        ("thank you [so much] for", "thank you so much for", True),
        ("thank you [so much] for", "thank you so for", False),
        ("thanks … help", "thanks for all of your great help", True),
        ("thanks … help", "thanks for all that you did and said to help", False),
        ("recommend*", "recommendations", True),
        ("^thanks", "well, thanks", False),
        ("^thanks", "- thanks", True),
        ("thanks$", "thanks!", True),
        ("thanks$", "thanks bo", False),
        ("(my |)friend", "friend", True),
        ("don’t", "don't", True),
        ("(do (you|u)|are there)", "do u", True),
        ("should i … ?", "what should i do, wait?", True),
        ("should i … ?", "that is what i should do? i say it should i go", False),
        ("should i ?", "so should i?", True),
        ("week # of", "week 6 of the search", True),
        ("week # of", "week of", False),
        ("für dich", "fuer dich", True),
        ("für dich", "fur dich", True),
        ("für dich", "fr dich", False),
        ("follow up", "follow-up", True),
        ("NAME cc'd", "Bo Lind (cc'd)", True),
    ],
)
def test_what_the_signs_mean(phrase, text, expected):
    assert holds(phrase, text) is expected


def test_names_are_capitalised_words():
    text = pa.array(["Talk to Bo van der Lind at Acme Labs."])
    (found,) = pc.extract_regex(text, "(?i)" + pattern("to NAME at COMPANY")).to_pylist()
    assert (found["name"], found["company"].rstrip(".")) == ("Bo van der Lind", "Acme Labs")
    two = pc.extract_regex(pa.array(["Ann, meet Bo"]), "(?i)" + pattern("^NAME meet NAME")).to_pylist()[0]
    assert (two["name"], two["name2"]) == ("Ann", "Bo")


@pytest.mark.parametrize("phrase", ["thanks (for", "thanks for]"])
def test_a_bracket_that_is_not_closed(phrase):
    with pytest.raises(ValueError, match="bracket"):
        pattern(phrase)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("thank you", [(("thank", "you"),)]),
        ("(call|a quick chat) soon", [(("call",), ("a", "quick", "chat")), (("soon",),)]),
        ("(my |)friend", [(("friend",),)]),
        ("[so] … NAME", []),
        ("(a|) word*", [(("word*",),)]),
        ("(dich|# tage) ?", [(("dich",), ("tage",))]),
        ("NAME (copied|in copy)( here| is)", [(("copied",), ("in", "copy")), (("here",), ("is",))]),
        ("como estas( hoy|)", [(("como",),), (("estas",),)]),
        ("apresento-(te|vos) (a |o |)NAME", [(("apresento",),), (("te",), ("vos",))]),
        ("thank(s|you)", [(("thank*",),)]),
        ("(vouch for me|back (my bid|me))", [(("vouch", "for", "me"), ("back",))]),
        ("(a|b)c", []),
        ("(a|b)(c|d)", []),
        ("a(b|)c", [(("a*",),)]),
        ("a( b|)c d", [(("a*",),), (("d",),)]),
        ("(a |)(b|c)", [(("b",), ("c",))]),
    ],
)
def test_the_words_that_it_needs(phrase, expected):
    assert needed_words(phrase) == expected


def test_the_spellings_of_an_umlaut():
    ((word,),), *_ = needed_words("für … dich")
    assert spellings(word) == ["fur", "fuer"]


WORDS = st.sampled_from(["thanks", "thank", "you", "for", "the", "help", "call", "a", "quick", "don't"])
PHRASES = [
    "thank* you",
    "thanks … help",
    "(a |the |)(call|quick help)",
    "[thank] you for",
    "^thanks",
    "call$",
    "thank(s|) (you|the help)( for| a|)",
    "(a quick|for (the|you)) (call|help)",
    "(thank|call)(s|) (a|the|)",
    "call( a|)( quick|)",
    "don't",
]


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6))
def test_the_index_finds_what_the_pattern_finds(texts):
    given_texts = pa.array(texts)
    sentences = Sentences(given_texts)
    for phrase in PHRASES:
        expected = [at for at, text in enumerate(texts) if holds(phrase, text)]
        assert sentences.holding([phrase]).tolist() == expected
        assert sentences.parts(phrase)[0].tolist() == expected
