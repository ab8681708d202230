"""In which language, and in which form of address, does somebody write? By the little words of subject lines."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CLEAR_WORDS = 2  # so many little words of a language, and more than of any other
FIRST_WORDS = 60  # of a text
SURE_WORDS = 3  # so many times as many as of the next: it is surely no other language


def language_of(texts: Iterable[str]) -> str:
    """The language of the first of these texts that shows one, as two letters; empty where none does.

    >>> language_of(["Hallo", "Danke für das Gespräch mit dir"])
    'de'
    """
    return next(filter(None, map(_language, texts)), "")


def is_familiar(texts: Iterable[str], language: str) -> bool:
    """Do these texts address somebody in the familiar form of this language, and in none that is formal?

    A formal word that is written with a capital ("Sie", "Lei") counts only so, and not at the start of a sentence.
    """
    forms = _file().get(language, {})
    formal = set(forms.get("formal", ()))
    texts = list(texts)
    words = {word for text in texts for word in _words(text)}
    inside = {word for text in texts for word in re.findall(r"(?<=[\w,;] )[^\W\d_]+", text)}
    polite = inside & formal | words & {word for word in formal if word.islower()}
    return bool(words & set(forms.get("familiar", ()))) and not polite


@cache
def _language(text: str) -> str:
    """The language with the most little words in this text."""
    counts = Counter(language for word in _words(text) for language in _languages().get(word, ()))
    (language, most), (_, second), *_ = [*counts.most_common(2), ("", 0), ("", 0)]
    return language if most >= CLEAR_WORDS and most > second else ""


def sure_languages(texts: Any) -> npt.NDArray[np.object_]:
    """The language in which each text (an Arrow array) surely is, for it leads by far; empty where none does.

    >>> texts = ["Thank you for the hour that you gave me, and for all of your help", "un tu"]
    >>> sure_languages(pa.array(texts)).tolist()
    ['en', '']
    """
    lists = pc.split_pattern_regex(texts, r"[^\pL\p{Nl}\p{No}]+")
    flat, of = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    filled = pc.not_equal(flat, "").to_numpy(zero_copy_only=False)
    of = of[filled]
    early = np.arange(len(of)) - np.searchsorted(of, np.arange(len(texts)))[of] < FIRST_WORDS
    words = pc.dictionary_encode(flat.filter(pa.array(filled)).filter(pa.array(early)))
    of, codes = of[early], words.indices.to_numpy()
    languages_of = [_languages().get(word.casefold(), ()) for word in words.dictionary.to_pylist()]
    names = [*_file()]
    counts = np.zeros((len(names), len(texts)), dtype=np.int64)
    for language, count in zip(names, counts, strict=True):
        speaks = np.array([language in known for known in languages_of], dtype=bool)
        count += np.bincount(of[speaks[codes]], minlength=len(texts))
    leading, (*_, second, most) = counts.argmax(axis=0), np.sort(counts, axis=0)
    return np.where(most >= SURE_WORDS * np.maximum(second, 1), np.array(names, dtype=object)[leading], "")


@cache
def _languages() -> dict[str, list[str]]:
    """The languages of each little word."""
    found: dict[str, list[str]] = {}
    for language, lists in _file().items():
        for word in {
            word.casefold() for name in ("words", "familiar", "formal") for word in lists.get(name, ())
        }:
            found.setdefault(word, []).append(language)
    return found


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]+", text)[:FIRST_WORDS]]
