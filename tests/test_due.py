"""The day that a promise names."""

import pandas as pd
import pytest

from networkscope.words.due import due_day

MONDAY = pd.Timestamp("2026-11-16")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I'll send you the slides by Friday", "en", "2026-11-20"),
        ("I'll send it tomorrow", "en", "2026-11-17"),
        ("I'll let you know by December 3", "en", "2026-12-03"),
        ("I'll send you the slides", "en", None),
        ("", "en", None),
    ],
)
def test_the_day(text, language, expected):
    found = due_day(text, language, MONDAY)
    assert (None if pd.isna(found) else f"{found:%Y-%m-%d}") == expected


def test_without_a_day_on_which_it_was_written_there_is_none():
    assert pd.isna(due_day("I'll send it by Friday", "en", pd.NaT))
