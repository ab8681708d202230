"""Text columns as Arrow arrays, looked at as a whole (their bytes answer faster), and the numbers that stand for texts.

In the columns that readers work on an empty cell is empty text and none is missing; elsewhere a cell may be missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()
# Letters from À to ž that NFKC takes apart, or whose folded form is not their small one.
_FOLDED = [int.from_bytes(letter.encode(), "big") for letter in "ßİıĲĳĿŀŉſ"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def distinct_pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Each pair of numbers once, in order."""
    base = int(other.max(initial=0)) + 1
    packed = np.sort(one * base + other)
    first, second = np.divmod(packed[np.diff(packed, prepend=-1) > 0], base)
    return first, second


def hexadecimal(numbers: npt.NDArray[Any], digits: int) -> Any:
    """Numbers as texts of so many digits.

    >>> hexadecimal(np.array([255, -1]), 4).to_pylist()
    ['00ff', 'ffff']
    """
    signs = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)[:, -(digits // 2) :].tobytes().hex().encode()
    cells = pa.FixedSizeBinaryArray.from_buffers(pa.binary(digits), len(numbers), [None, pa.py_buffer(signs)])
    return cells.cast(pa.large_binary()).cast(TEXT)


def as_arrow(texts: Any) -> Any:
    """A pandas array of texts as Arrow's own; to ask Arrow for the type would copy text by text."""
    found = pa.array(texts)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def laid_out(texts: Any) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The bytes of all cells of a column, and where each begins (one more: where the last ends)."""
    if not len(texts):
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, offsets, cells = texts.buffers()
    begin = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    signs = np.frombuffer(cells, dtype=np.uint8) if cells else np.empty(0, dtype=np.uint8)
    return signs[begin[0] : begin[-1]], begin - begin[0]


def encoded(texts: Any) -> tuple[Ints, Any]:
    """Numbers for texts, -1 for missing ones, and the distinct texts in the order of their first appearance."""
    found = texts.dictionary_encode()
    numbers = found.indices.fill_null(-1) if found.indices.null_count else found.indices
    return numbers.to_numpy().astype(np.int64), found.dictionary


def holds(texts: Any, signs: str) -> bool:
    """Does any of these ASCII signs stand anywhere in the column?"""
    cells, _ = laid_out(texts)
    return any((cells == ord(sign)).any() for sign in signs)


def holding(texts: Any, signs: str) -> Flags:
    """Which texts hold one of these ASCII signs?

    >>> holding(pa.array(["a;b", "", "c"], TEXT), ";").tolist()
    [True, False, False]
    """
    cells, begin = laid_out(texts)
    return _rows(begin, *(np.flatnonzero(cells == ord(sign)) for sign in signs))


def uneven(texts: Any) -> Flags:
    """Which texts need a closer look before they are compared?

    The others hold but printable ASCII and the plain letters from À to ž, with single spaces in between.

    >>> uneven(pa.array(["Zoë Ng", "Jan  Łuk", " Ann", "Groß", ""], TEXT)).tolist()
    [False, True, True, True, False]
    """
    cells, begin = laid_out(texts)
    at = np.flatnonzero((cells - 32) > 94)  # unsigned: no ASCII that can be printed
    spaces = np.flatnonzero(cells == 32)
    if not len(at) and not len(spaces):
        return np.zeros(len(texts), dtype=bool)
    at = at[(cells[at] < 0x80) | (cells[at] >= 0xC0)]  # not the second byte of a letter, or a later one
    plain = (cells[at] >= 0xC3) & (cells[at] <= 0xC5)
    plain[plain] = ~np.isin(cells[at[plain]] * np.int64(256) + cells[at[plain] + 1], _FOLDED)
    full = np.diff(begin) > 0
    ends = np.append(begin[:-1][full], begin[1:][full] - 1)
    return _rows(begin, at[~plain], spaces[1:][np.diff(spaces) == 1], ends[cells[ends] == 32])


def _rows(begin: Ints, *places: Ints) -> Flags:
    """The cells in which these bytes lie."""
    found = np.zeros(len(begin) - 1, dtype=bool)
    for at in places:
        found[np.searchsorted(begin[1:], at, side="right")] = True
    return found


def missing_if_empty(texts: Any) -> Any:
    """A column with its empty cells missing."""
    if texts.null_count:
        return pc.if_else(pc.equal(texts, ""), pa.scalar(None, texts.type), texts)
    signs, begin = laid_out(texts)
    known = np.packbits(np.diff(begin) > 0, bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(begin), pa.py_buffer(signs)]
    return pa.Array.from_buffers(TEXT, len(texts), buffers)


def joined(first: Any, second: Any) -> Any:
    """Two columns with a space between, and none where one of them is empty."""
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(first, second, pa.scalar(" ", TEXT)))


def separated(texts: Any) -> Any:
    """Several values of one cell, separated as everywhere in the tables."""
    return pc.replace_substring_regex(texts, r"\s*[,;]\s*", "; ") if holds(texts, ",;") else texts
