"""Which sentences hold a phrase? Only those that have its rarest word are compared with its pattern."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from networkscope.words.phrases import needed_words, one_word_of, pattern, spellings

Ints = npt.NDArray[np.int64]
Span = tuple[int, int]
_NOWHERE: Ints = np.empty(0, dtype=np.int64)
_BEYOND = r"\x{80}-\x{10FFFF}"
_ANY_SIGN = {r"\p{Lu}": f"[A-Z{_BEYOND}]", r"\pL": f"A-Za-z{_BEYOND}", r"\pN": "0-9"}


class Sentences:
    """Sentences (an Arrow array, without accents) with an index of their words."""

    def __init__(self, cased: Any) -> None:
        lowered = pc.utf8_lower(cased)
        lists = pc.split_pattern_regex(lowered, "[^a-z0-9]+")
        words = pc.dictionary_encode(pc.list_flatten(lists))
        order = pc.array_sort_indices(words.dictionary)
        self._vocabulary = words.dictionary.take(order).to_pylist()
        place = np.empty(len(order), dtype=np.int32)
        place[order.to_numpy()] = np.arange(len(order))
        columns, starts = place[words.indices.to_numpy()], lists.offsets.to_numpy()
        held = np.ones(len(columns), dtype=bool)
        index = sparse.csr_matrix((held, columns, starts), shape=(len(lists), max(len(order), 1)))
        self._known: dict[str, list[Span]] = {}
        self._fill(index, lowered, cased)

    def _fill(self, index: sparse.csr_matrix, lowered: Any, cased: Any) -> None:
        self._index, self._lowered, self._cased = index, lowered, cased
        by_word = index.tocsc()
        self._start, self._sentence_of = by_word.indptr.tolist(), by_word.indices
        self._marked = np.zeros(len(lowered), dtype=bool)
        self._held: dict[str, Ints] = {}

    def only(self, at: Ints) -> Sentences:
        """Some of the sentences, numbered anew."""
        some = object.__new__(Sentences)
        some._vocabulary, some._known = self._vocabulary, self._known
        rows = pa.array(at)
        some._fill(self._index[at], self._lowered.take(rows), self._cased.take(rows))
        return some

    def parts(self, phrase: str, among: Ints | None = None) -> tuple[Ints, Any]:
        """Each sentence (its number; of `among` if given) that holds the phrase, and what matches: phrase, names.
        None where no sentence can.

        Capitals beyond ASCII make a pattern slow to build: what fits with any sign there is looked at again.
        """
        at = self._hopeful(phrase)
        if among is not None:
            at = np.intersect1d(at, among)
        if not len(at):
            return at, None
        at, groups = self._extracted(phrase, at, any_sign=True)
        if _is_named(phrase):
            plain = pc.string_is_ascii(self._cased.take(pa.array(at))).to_numpy(zero_copy_only=False)
            if not plain.all():
                foreign, of_foreign = self._extracted(phrase, at[~plain])
                groups = pa.concat_arrays([groups.filter(pa.array(plain)), of_foreign])
                at = np.concatenate([at[plain], foreign])
        return at, groups

    def _extracted(self, phrase: str, at: Ints, *, any_sign: bool = False) -> tuple[Ints, Any]:
        groups = pc.extract_regex(self._texts(phrase, at), _wanted(phrase, any_sign=any_sign))
        fits = groups.is_valid()
        return at[fits.to_numpy(zero_copy_only=False)], groups.filter(fits)

    def holding(self, phrases: Iterable[str]) -> Ints:
        """The sentences that hold one of the phrases."""
        held = [self._holding(phrase) for phrase in phrases]
        return self._distinct(held)

    def _holding(self, phrase: str) -> Ints:
        if phrase not in self._held:
            at = self._hopeful(phrase)
            if len(at) and not one_word_of(phrase):
                wanted = re.sub(r"\?P<\w+>", "?:", _wanted(phrase))
                fits = pc.match_substring_regex(self._texts(phrase, at), wanted)
                at = at[fits.to_numpy(zero_copy_only=False)]
            self._held[phrase] = at
        return self._held[phrase]

    def _texts(self, phrase: str, at: Ints) -> Any:
        return (self._cased if _is_named(phrase) else self._lowered).take(pa.array(at))

    def _hopeful(self, phrase: str) -> Ints:
        """The sentences that have all the words that the phrase cannot do without: few, found without its pattern."""
        every = []
        for options in needed_words(phrase):
            rarest = [min(map(self._spans, words), key=self._size) for words in options]
            every.append([span for spans in rarest for span in spans])
            if not every[-1]:  # most phrases, in few messages
                return _NOWHERE
        if not every:
            return np.arange(len(self._lowered))
        every.sort(key=self._size)
        hopeful = self._distinct(self._with(every[0]))
        for spans in every[1:]:
            if not len(hopeful):
                break
            places = self._with(spans)
            for some in places:
                self._marked[some] = True
            hopeful = hopeful[self._marked[hopeful]]
            for some in places:
                self._marked[some] = False
        return hopeful

    def _distinct(self, places: Sequence[Ints]) -> Ints:
        for some in places:
            self._marked[some] = True
        found = np.flatnonzero(self._marked)
        self._marked[found] = False
        return found

    def _with(self, spans: list[Span]) -> list[Ints]:
        return [self._sentence_of[self._start[start] : self._start[stop]] for start, stop in spans]

    def _size(self, spans: list[Span]) -> int:
        return sum(self._start[stop] - self._start[start] for start, stop in spans)

    def _spans(self, word: str) -> list[Span]:
        """Where this word (`thank*`: each that starts so) stands in the vocabulary, in each of its spellings."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = [span for form in spellings(word) if (span := self._span(form))]
        return found

    def _span(self, word: str) -> Span | None:
        start = bisect_left(self._vocabulary, word.rstrip("*"))
        stop = bisect_left(self._vocabulary, word.rstrip("*") + ("\uffff" if word.endswith("*") else "\0"))
        return (start, stop) if start < stop else None


def _is_named(phrase: str) -> bool:
    return "NAME" in phrase or "COMPANY" in phrase


def _wanted(phrase: str, *, any_sign: bool = False) -> str:
    """The pattern of a phrase; with `any_sign`, letters and capitals beyond ASCII are any sign beyond it."""
    wanted = pattern(phrase)
    if any_sign:
        for letters, instead in _ANY_SIGN.items():
            wanted = wanted.replace(letters, instead)
    return ("(?i)" if _is_named(phrase) else "") + wanted
