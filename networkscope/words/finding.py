"""Which sentences hold a phrase? Only those that have its rarest word are compared with its pattern."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope.words.phrases import needed_words, pattern, spellings

Found = dict[int, dict[str, str]]
Ints = npt.NDArray[np.int64]
Span = tuple[int, int]
_BEYOND = r"\x{80}-\x{10FFFF}"
_ANY_SIGN = {r"\p{Lu}": f"[A-Z{_BEYOND}]", r"\pL": f"A-Za-z{_BEYOND}", r"\pN": "0-9"}


class Sentences:
    """Sentences with an index of their words: `lowered` in lower case, `cased` as written, both without accents."""

    def __init__(self, lowered: Any, cased: Any) -> None:
        self._lowered, self._cased = lowered, cased
        self._ascii = pc.string_is_ascii(cased).to_numpy(zero_copy_only=False)
        lists = pc.split_pattern_regex(lowered, "[^a-z0-9]+")
        words = pd.Series(pc.list_flatten(lists).to_pandas(), dtype=object)
        of = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        codes, vocabulary = pd.factorize(words, sort=True)
        order = np.argsort(codes, kind="stable")
        self._sentence_of = of[order]
        self._start = np.searchsorted(codes[order], np.arange(len(vocabulary) + 1))
        self._vocabulary = list(vocabulary)
        self._found: dict[str, Found] = {}
        self._known: dict[str, list[Span]] = {}

    def __len__(self) -> int:
        return len(self._lowered)

    def holding(self, phrase: str, also: Sequence[str] = ()) -> Found:
        """Each sentence (its number) that holds the phrase, and one of `also`, if any, with the parts that match:
        `phrase`, names."""
        if also:  # looked for first: a bare NAME is nearly everywhere
            at = np.concatenate([self._hopeful(other) for other in also])
            return dict(
                self._extracted(phrase, np.array(sorted(self.held(also, {*at.tolist()})), dtype=np.int64))
            )
        if phrase not in self._found:
            self._found[phrase] = dict(self._extracted(phrase, self._hopeful(phrase)))
        return self._found[phrase]

    def _extracted(self, phrase: str, at: Ints) -> Iterable[tuple[int, dict[str, str]]]:
        """Capitals beyond ASCII make a pattern slow to build: what fits with any sign there is looked at again."""
        if not len(at):
            return ()
        at, groups = self._parts(phrase, at, _wanted(phrase, any_sign=True))
        foreign = ~self._ascii[at] & _is_named(phrase)
        if not foreign.any():
            return zip(at.tolist(), groups.to_pylist(), strict=True)
        plain = zip(at[~foreign].tolist(), groups.filter(pa.array(~foreign)).to_pylist(), strict=True)
        at, groups = self._parts(phrase, at[foreign], _wanted(phrase))
        return sorted([*plain, *zip(at.tolist(), groups.to_pylist(), strict=True)], key=itemgetter(0))

    def _parts(self, phrase: str, at: Ints, wanted: str) -> tuple[Ints, Any]:
        """Those of these sentences that the pattern fits, and the parts that match."""
        groups = self._matched(phrase, at, pc.extract_regex, wanted)
        fits = groups.is_valid()
        return at[fits.to_numpy(zero_copy_only=False)], groups.filter(fits)

    def held(self, phrases: Sequence[str], among: Iterable[int]) -> set[int]:
        """Those of these sentences that hold one of the phrases."""
        wanted = np.zeros(len(self), dtype=bool)
        wanted[[*among]] = True
        held: set[int] = set()
        for phrase in phrases:
            hopeful = self._hopeful(phrase)
            at = hopeful[wanted[hopeful]]
            if len(at):
                fits = self._matched(
                    phrase, at, pc.match_substring_regex, re.sub(r"\?P<\w+>", "?:", _wanted(phrase))
                )
                held.update(at[fits.to_numpy(zero_copy_only=False)].tolist())
        return held

    def _matched(self, phrase: str, at: Ints, match: Callable[..., Any], wanted: str) -> Any:
        return match((self._cased if _is_named(phrase) else self._lowered).take(pa.array(at)), wanted)

    def _hopeful(self, phrase: str) -> Ints:
        """The sentences that have all the words that the phrase cannot do without: few, found without its pattern."""
        every = []
        for options in needed_words(phrase):
            rarest = [min(map(self._spans, words), key=_size) for words in options]
            every.append([span for spans in rarest for span in spans])
        if not every:
            return np.arange(len(self))
        every.sort(key=_size)
        if not every[0]:
            return np.array([], dtype=np.int64)
        hopeful = np.flatnonzero(self._with_one_of(every[0]))
        for spans in every[1:]:
            if len(hopeful):
                hopeful = hopeful[self._with_one_of(spans)[hopeful]]
        return hopeful

    def _with_one_of(self, spans: list[Span]) -> npt.NDArray[np.bool_]:
        has = np.zeros(len(self), dtype=bool)
        for start, stop in spans:
            has[self._sentence_of[start:stop]] = True
        return has

    def _spans(self, word: str) -> list[Span]:
        """Where this word (`thank*`: each that starts so) stands in the index, in each of its spellings."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = [span for form in spellings(word) if (span := self._span(form))]
        return found

    def _span(self, word: str) -> Span | None:
        start = bisect_left(self._vocabulary, word.rstrip("*"))
        stop = bisect_left(self._vocabulary, word.rstrip("*") + ("\uffff" if word.endswith("*") else "\0"))
        return (int(self._start[start]), int(self._start[stop])) if start < stop else None


def _size(spans: list[Span]) -> int:
    return sum(stop - start for start, stop in spans)


def _is_named(phrase: str) -> bool:
    return "NAME" in phrase or "COMPANY" in phrase


def _wanted(phrase: str, *, any_sign: bool = False) -> str:
    """The pattern of a phrase; with `any_sign`, letters and capitals beyond ASCII are any sign beyond it."""
    wanted = pattern(phrase)
    if any_sign:
        for letters, instead in _ANY_SIGN.items():
            wanted = wanted.replace(letters, instead)
    return ("(?i)" if _is_named(phrase) else "") + wanted
