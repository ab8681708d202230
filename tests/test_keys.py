import re
import unicodedata

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import example, given
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


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Acme\nVienna", "Acme Vienna"),
        ("Acme\r\nVienna", "Acme Vienna"),
        ("Head of\tData \n Science", "Head of Data Science"),
        ("Bo\tAndré Ek", "Bo André Ek"),
        ("Ana\u2028Maria\u2029Lee", "Ana Maria Lee"),
        ("a\x00b\x0bc\x0cd\x1fe\x7ff\x85g\x9fh", "a b c d e f g h"),
        ("\nAna\u202e\n\n\u200bLee\t", "Ana Lee"),
        ("\x01\r", ""),
        ("A\u200bna\u00a0Lee", "Ana Lee"),
    ],
)
def test_line_breaks_and_tabs_divide_words(text, read):
    assert keys.clean(text) == read
    column = pa.array(["plain", text, "", text], pa.large_string())
    assert keys.cleaned(column).to_pylist() == ["plain", read, "", read]


@pytest.mark.parametrize("separator", [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029)])
def test_no_control_character_glues_words(separator):
    assert keys.clean(f"Ana{separator}Lee") == "Ana Lee"
    assert keys.cleaned(pa.array([f"Ana{separator}Lee"], pa.large_string())).to_pylist() == ["Ana Lee"]
    assert keys.name_key(f"Ana{separator}LEE") == "ana lee"


@given(st.text())
def test_cleaning_a_column_leaves_no_control_character(text):
    text = text.encode("utf-8", "replace").decode()
    (read,) = keys.cleaned(pa.array([text], pa.large_string())).to_pylist()
    assert read == keys.clean(text) == keys.clean(read)
    assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in read)


def test_short_keys_are_stable_and_differ():
    assert keys.short_key("k", "some contact") == "ko4rrcbupuubq"
    assert keys.short_key("k", "some contact", 4) == "ko4rr"
    found = [keys.short_key("p", str(number)) for number in range(1000)]
    assert all(re.fullmatch("p[a-z2-7]{12}", key) for key in found)
    assert len(set(found)) == 1000
    assert keys.short_key("k", "\udc80")  # a name that is no Unicode has a key as well


def test_four_letters_do_and_more_where_two_would_be_alike():
    alike = ["270", "1877"]  # found by trying
    assert len({keys.short_key("p", name, 4) for name in alike}) == 1
    assert keys.short_keys("p", ["a", "b"]) == [keys.short_key("p", name, 4) for name in "ab"]
    found = keys.short_keys("p", ["a", *alike, "b"])
    assert [len(key) for key in found] == [5, 13, 13, 5]
    assert len(set(found)) == 4
    # Whoever else is there changes the key of nobody who is like none of them.
    assert found[::3] == keys.short_keys("p", ["a", "b"])
    assert keys.short_keys("p", []) == []


@given(st.text())
def test_folding_twice_is_folding_once(text):
    for fold in (keys.email_key, keys.clean, keys.name_key):
        assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("+43 (0)664 123 45 67", "", "+436641234567"),
        ("0664/1234567", "AT", "+436641234567"),
        ("0664/1234567", "", ""),
        ("tel:+43-1-2345678", "", "+4312345678"),
        ("+44 7700 900201 ext. 7", "", "+447700900201x7"),
        ("ask at the desk", "AT", ""),
        ("0", "AT", ""),
        ("9" * 300, "AT", ""),
        ("", "AT", ""),
    ],
)
def test_phone(text, region, key):
    assert keys.phone_key(text, region) == key


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kwame Boateng, MBA", "Kwame Boateng"),
        ("Ann Lee, Ph.D., PMP®", "Ann Lee, Ph.D., PMP®"),
        ("Ann Lee, PhD, MBA (she/her)", "Ann Lee"),
        ("Lee, Ann", "Lee, Ann"),
        ("Ma, Yo-Yo", "Ma, Yo-Yo"),
        ("Rn, Ann", "Rn, Ann"),
        ("Ann (Annie) Lee", "Ann (Annie) Lee"),
        ("Sammy Davis, Jr.", "Sammy Davis"),
        (", MBA", ", MBA"),
        ("", ""),
    ],
)
def test_display_name(text, shown):
    assert keys.display_name(text) == shown


def test_last_name_first_is_the_same_name():
    assert keys.name_key("Lee, Ann") == keys.name_key("Ann Lee") != keys.name_key("Lee, Bo")
    assert keys.name_key("Madonna, MBA") == "madonna"


TEXT = st.text() | st.sampled_from(
    [
        "a.B@x.Example",
        "https://www.linkedin.com/in/Ann-Lee",
        "Ann LEE",
        "+436641234567",
        "+1 650 253 0000",
        "+12",
    ]
)


@given(st.lists(TEXT))
def test_a_whole_column_is_cleaned_like_each_of_its_texts(texts):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    column = pa.array(texts, pa.large_string())
    assert keys.cleaned(column).to_pylist() == [keys.clean(text) for text in texts]


@given(st.lists(st.from_regex(r"\+(1|3[1-4]|4[1346-9]|91)(180020|[0-9])[0-9]{5,11}", fullmatch=True)))
@example(["+346786907366", "+34 678 690 7366", "+32412345678", "+4418002012345678"])
def test_numbers_that_are_not_possible_are_no_keys(texts):
    for text in texts:
        number = phonenumbers.parse(text)
        possible = phonenumbers.is_possible_number(number)
        assert keys.phone_key(text) == (e164(number) if possible else "")


def test_plain_phones_are_what_the_library_makes_of_them():
    """Numbers that are taken as they are must be those that `phonenumbers` would leave alone."""
    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    plain = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in kinds:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                text = e164(number)
                plain += keys._PLAIN_PHONE.fullmatch(text) is not None
                assert keys.phone_key(text) == e164(phonenumbers.parse(text))
    assert plain > 30


def e164(number) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
