"""Which sentences hold a phrase? Only those that have its rarest word are compared with its pattern."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope.words.phrases import needed_words, pattern

Found = dict[int, dict[str, str]]


class Sentences:
    """Sentences with an index of their words: `lowered` in lower case, `cased` as written, both without accents."""

    def __init__(self, lowered: Any, cased: Any) -> None:
        self._lowered, self._cased = lowered, cased
        lists = pc.split_pattern_regex(lowered, "[^a-z0-9]+")
        words = pd.Series(pc.list_flatten(lists).to_pandas(), dtype=object)
        of = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        codes, vocabulary = pd.factorize(words, sort=True)
        order = np.argsort(codes, kind="stable")
        self._sentence_of = of[order]
        self._start = np.searchsorted(codes[order], np.arange(len(vocabulary) + 1))
        self._vocabulary = list(vocabulary)
        self._found: dict[str, Found] = {}

    def __len__(self) -> int:
        return len(self._lowered)

    def holding(self, phrase: str) -> Found:
        """Each sentence (its number) that holds the phrase, with the parts that match: `phrase`, names."""
        if phrase not in self._found:
            self._found[phrase] = self._search(phrase)
        return self._found[phrase]

    def _search(self, phrase: str) -> Found:
        at = self._hopeful(phrase)
        if not len(at):
            return {}
        named = "NAME" in phrase or "COMPANY" in phrase
        wanted = ("(?i)" if named else "") + pattern(phrase)
        texts = (self._cased if named else self._lowered).take(pa.array(at))
        fits = pc.match_substring_regex(texts, re.sub(r"\?P<\w+>", "?:", wanted))
        at, texts = at[fits.to_numpy(zero_copy_only=False)], texts.filter(fits)
        groups = pc.extract_regex(texts, wanted).to_pylist() if len(at) else []
        return {int(row): found for row, found in zip(at, groups, strict=True) if found}

    def _hopeful(self, phrase: str) -> npt.NDArray[np.int64]:
        """The sentences that have a word that the phrase cannot do without: of several such words the rarest."""
        every = [self._spans(words) for words in needed_words(phrase)]
        if not every:
            return np.arange(len(self))
        rarest = min(every, key=lambda spans: sum(stop - start for start, stop in spans))
        parts = [self._sentence_of[start:stop] for start, stop in rarest]
        return np.unique(np.concatenate(parts)) if parts else np.array([], dtype=np.int64)

    def _spans(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where each of these words (`thank*`: each that starts so) stands in the index."""
        spans = []
        for word in words:
            start = bisect_left(self._vocabulary, word.rstrip("*"))
            end_word = word.rstrip("*") + ("\uffff" if word.endswith("*") else "\0")
            stop = bisect_left(self._vocabulary, end_word)
            if start < stop:
                spans.append((int(self._start[start]), int(self._start[stop])))
        return spans
