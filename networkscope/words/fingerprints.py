"""Which messages are nearly the same? A fingerprint of their words, out of which no text can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from networkscope import schema

LEAST_WORDS = 8  # fewer are soon the same by chance, and could be guessed
PARTS, ALIKE = 16, 7
_FACTORS = np.random.default_rng(PARTS).integers(1, 2**63, PARTS + 1, dtype=np.uint64) | np.uint64(1)


def fingerprints(texts: Any) -> pd.Series:
    """Of each text (an Arrow array) a mark of 32 letters and digits; NA of fewer than eight words.

    Each of its 16 parts is one byte of the smallest hash among all pairs of neighbouring words (MinHash, Broder 1997):
    texts that share most pairs share most parts.

    >>> import pyarrow as pa
    >>> fingerprints(pa.array(["See you on Monday!"], pa.large_string())).isna().tolist()
    [True]
    """
    plain = pc.replace_substring_regex(pc.utf8_lower(texts), r"[^\pL\pN]+", " ")
    words = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(plain))
    is_long = pc.fill_null(pc.greater_equal(pc.list_value_length(words), LEAST_WORDS), False)
    marks = pd.Series(schema.missing(schema.TEXT, len(words)))
    words = words.filter(is_long)
    if len(words):
        marks[is_long.to_numpy(zero_copy_only=False)] = [part.tobytes().hex() for part in _parts(words)]
    return marks


def _parts(words: Any) -> Any:
    each = pc.list_flatten(words).dictionary_encode()
    hashes = pd.util.hash_array(each.dictionary.to_numpy(zero_copy_only=False))[each.indices.to_numpy()]
    ends = pc.list_value_length(words).to_numpy().cumsum()
    pairs = hashes * _FACTORS[-1] ^ np.roll(hashes, -1)
    parts = np.empty((len(words), PARTS), np.uint8)
    for number, factor in enumerate(_FACTORS[:-1]):
        mixed = pairs * factor
        mixed[ends - 1] = np.iinfo(np.uint64).max  # no pair goes from one text into the next
        parts[:, number] = np.minimum.reduceat(mixed, ends - np.diff(ends, prepend=0)) >> np.uint64(16)
    return parts


def alike(marks: pd.Series) -> pd.Series:
    """The first of the fingerprints that each is nearly the same as: itself, where there was none; NA stays.

    >>> alike(pd.Series(["00" * 16, "00" * 10 + "11" * 6, "22" * 16])).tolist() == ["00" * 16] * 2 + ["22" * 16]
    True
    """
    first: dict[str, str] = {}
    parts = np.empty((0, PARTS), np.uint8)
    leaders: list[str] = []
    for mark in marks.dropna().unique():
        own = np.frombuffer(bytes.fromhex(mark), np.uint8)
        near = np.flatnonzero((parts == own).sum(axis=1) >= ALIKE)
        first[mark] = leaders[near[0]] if len(near) else mark
        if not len(near):
            parts = np.vstack([parts, own])
            leaders.append(mark)
    return marks.map(first)
