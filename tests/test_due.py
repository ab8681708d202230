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
        ("I'll ping you after Thanksgiving", "en", "2026-11-27"),
        ("swamped until after Labor Day", "en", "2027-09-07"),
        ("Ich melde mich nach den Feiertagen", "de", "2027-01-02"),
        ("Je te réponds après Noël", "fr", "2026-12-27"),
        ("Te escribo después de Semana Santa", "es", "2027-03-29"),
        ("", "en", None),
    ],
)
def test_the_day(text, language, expected):
    found = due_day(text, language, MONDAY)
    assert (None if pd.isna(found) else f"{found:%Y-%m-%d}") == expected


def test_without_a_day_on_which_it_was_written_there_is_none():
    assert pd.isna(due_day("I'll send it by Friday", "en", pd.NaT))


def test_a_month_alone_ends_for_a_promise_and_begins_for_what_is_put_off():
    assert due_day("Ich schicke es bis Januar", "de", MONDAY) == pd.Timestamp("2027-01-31")
    assert due_day("Melden Sie sich bis Januar nicht", "de", MONDAY, "first") == pd.Timestamp("2027-01-01")
