"""Text columns of a file, as a whole: Arrow arrays in which an empty cell is empty text, and none is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys

TEXT = pa.large_string()
_PLAIN = "^([!-~À-ÿ]+( [!-~À-ÿ]+)*)?$"  # what keys.clean leaves as it is; it looks closer at the rest


def laid_out(column: Any) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of all cells of a column, and where each begins (one more: where the last ends)."""
    if not len(column):
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, offsets, cells = column.buffers()
    begin = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    signs = np.frombuffer(cells, dtype=np.uint8) if cells else np.empty(0, dtype=np.uint8)
    return signs[begin[0] : begin[-1]], begin - begin[0]


def holds(column: Any, signs: str) -> bool:
    """Does any of these ASCII signs stand anywhere in the column?"""
    cells, _ = laid_out(column)
    return any((cells == ord(sign)).any() for sign in signs)


def missing_if_empty(column: Any) -> Any:
    """A column with its empty cells missing."""
    if column.null_count:
        return pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
    signs, begin = laid_out(column)
    known = np.packbits(np.diff(begin) > 0, bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(begin), pa.py_buffer(signs)]
    return pa.Array.from_buffers(TEXT, len(column), buffers)


def cleaned(column: Any) -> Any:
    """The column as a person would read it (`keys.clean`)."""
    signs, begin = laid_out(column)
    if not ((signs - 32) > 94).any():  # unsigned: ASCII that can be printed
        spaces = np.flatnonzero(signs == 32)
        full = np.diff(begin) > 0
        ends = np.append(begin[:-1][full], begin[1:][full] - 1) if len(spaces) else spaces
        if not (np.diff(spaces) == 1).any() and not (signs[ends] == 32).any():
            return column
    odd = pc.invert(pc.match_substring_regex(column, _PLAIN))
    some = column.filter(odd).dictionary_encode()
    texts = pa.array([keys.clean(text) for text in some.dictionary.to_pylist()], TEXT)
    return pc.replace_with_mask(column, odd, texts.take(some.indices))


def joined(first: Any, second: Any) -> Any:
    """Two columns with a space between, and none where one of them is empty."""
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(first, second, pa.scalar(" ", TEXT)))


def separated(column: Any) -> Any:
    """Several values of one cell, separated as everywhere in the tables."""
    return pc.replace_substring_regex(column, r"\s*[,;]\s*", "; ") if holds(column, ",;") else column
