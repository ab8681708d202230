import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ann@x.example", "ann@x.example"),
        ("mailto:Ann@X.Example", "ann@x.example"),
        ('"Lee, Ann" <ann@x.example>', "ann@x.example"),
        ("NA", ""),
        ("", ""),
        ("ann at x", ""),
        ("@x.example", ""),
    ],
)
def test_email(text, key):
    assert keys.email_key(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://www.linkedin.com/in/ann-lee", "linkedin.com/in/ann-lee"),
        ("http://de.linkedin.com/in/Ann-Lee/?trk=x#top", "linkedin.com/in/ann-lee"),
        ("linkedin.com/in/ann-lee/", "linkedin.com/in/ann-lee"),
        ("https://www.linkedin.com/in/j%C3%BCrgen", "linkedin.com/in/jürgen"),
        ("https://other.example/u/7/", "other.example/u/7"),
        ("", ""),
        ("no url", ""),
    ],
)
def test_profile(text, key):
    assert keys.profile_key(text) == key


def test_name():
    assert keys.name_key("Ann Lee, PhD, MBA") == keys.name_key("ANN  LEE (she/her)") == "ann lee"
    assert keys.name_key("Na") == "na"
    assert keys.name_key("李小龙") == "李小龙"


def test_marks_that_turn_text_around_are_removed():
    assert keys.clean("a\u202eb\u2066c\u200fd\x00") == "abcd"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    for fold in (keys.email_key, keys.clean, keys.name_key):
        assert fold(fold(text)) == fold(text)
