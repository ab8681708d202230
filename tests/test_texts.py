"""Text columns looked at by their bytes: what they say must be what a look at each cell says."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import keys, texts

CELLS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from([" a", "b ", "c  d", ";", "ß"])
)


def column(cells):
    return pa.array(cells, texts.TEXT)


def test_every_letter_that_is_called_plain_is_folded_by_lower_case_alone():
    letters = [chr(code) for code in range(0x250)] + ["𝗔", "ﬁ", "\u202e", "\u2003", "名"]
    plain = [letter for letter in letters if not texts.uneven(column([letter])).any()]
    assert {"A", "'", "é", "Ø", "ł", "Ž", "ž"} <= set(plain)
    assert not {" ", "\t", "\x7f", "\xa0", "ß", "İ", "ĳ", "ſ", "ƀ", "ﬁ", "𝗔"} & set(plain)
    told = [f"a{letter}{letter.upper()} b" for letter in plain if letter not in "(,"]
    assert keys.name_keys(column(told)).to_pylist() == [keys.name_key(text) for text in told]
    assert keys.cleaned(column(told)).to_pylist() == told


@given(CELLS)
def test_a_cell_is_uneven_where_cleaning_or_folding_would_change_more_than_case(cells):
    found = texts.uneven(column(cells)).tolist()
    for cell, odd in zip(cells, found, strict=True):
        if not odd:
            assert keys.clean(cell) == cell
            assert cell.lower() == cell.casefold()


@given(CELLS, st.integers(0, 3))
def test_signs_are_found_in_the_cell_that_holds_them(cells, start):
    some = column(cells)[start:]
    assert texts.holding(some, ";,").tolist() == [";" in cell or "," in cell for cell in cells[start:]]
    assert texts.holds(some, ";") == any(";" in cell for cell in cells[start:])
    assert keys.cleaned(some).to_pylist() == [keys.clean(cell) for cell in cells[start:]]
    assert texts.missing_if_empty(some).to_pylist() == [cell or None for cell in cells[start:]]


@pytest.mark.parametrize("cells", [[], [""], [None, ""], ["a", None]])
def test_empty_and_missing_cells(cells):
    some = column(cells)
    assert not texts.uneven(some).any()
    assert not texts.holding(some, ";").any()
    numbers, distinct = texts.encoded(some)
    assert [distinct[number].as_py() if number >= 0 else None for number in numbers.tolist()] == cells
