"""Which sentences hold a phrase? Only those that have its rarest word are compared with its pattern."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
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
            at = self._hopeful(phrase)
            groups = (
                self._matched(phrase, at, pc.extract_regex, _wanted(phrase)).to_pylist() if len(at) else []
            )
            self._found[phrase] = {int(row): found for row, found in zip(at, groups, strict=True) if found}
        return self._found[phrase]

    def held(self, phrases: Sequence[str], among: Iterable[int]) -> set[int]:
        """Those of these sentences that hold one of the phrases."""
        at = np.array(sorted(among), dtype=np.int64)
        held: set[int] = set()
        for phrase in phrases:
            if not len(at):
                break
            known = self._found.get(phrase)
            if known is None:
                wanted = re.sub(r"\?P<\w+>", "?:", _wanted(phrase))
                fits = self._matched(phrase, at, pc.match_substring_regex, wanted)
                held.update(at[fits.to_numpy(zero_copy_only=False)].tolist())
            else:
                held.update(known.keys() & set(at.tolist()))
        return held

    def _matched(self, phrase: str, at: npt.NDArray[np.int64], match: Callable[..., Any], wanted: str) -> Any:
        return match((self._cased if _is_named(phrase) else self._lowered).take(pa.array(at)), wanted)

    def _hopeful(self, phrase: str) -> npt.NDArray[np.int64]:
        """The sentences that have all the words that the phrase cannot do without: few, found without its pattern."""
        every = [self._spans(words) for words in needed_words(phrase)]
        if not every:
            return np.arange(len(self))
        every.sort(key=lambda spans: sum(stop - start for start, stop in spans))
        hopeful = self._with_one_of(every[0])
        for spans in every[1:]:
            if not len(hopeful):
                break
            has = np.zeros(len(self), dtype=bool)
            for start, stop in spans:
                has[self._sentence_of[start:stop]] = True
            hopeful = hopeful[has[hopeful]]
        return hopeful

    def _with_one_of(self, spans: list[tuple[int, int]]) -> npt.NDArray[np.int64]:
        parts = [self._sentence_of[start:stop] for start, stop in spans]
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


def _is_named(phrase: str) -> bool:
    return "NAME" in phrase or "COMPANY" in phrase


def _wanted(phrase: str) -> str:
    return ("(?i)" if _is_named(phrase) else "") + pattern(phrase)
