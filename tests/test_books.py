"""The whole judgement on books written by hand: what an adviser wrote down first is what the workbook says."""

import shutil
from pathlib import Path

import pytest

from tests.books.judge import judged

BOOKS = Path(__file__).parent / "books"


@pytest.mark.parametrize(("book", "as_of"), [("isla", "2026-11-16")])
def test_the_workbook_says_what_the_adviser_says(tmp_path, book, as_of):
    """What `needs` more than is read today (the words of a message, headers of bulk mail) is written down, not judged."""
    shutil.copytree(BOOKS / book, tmp_path / book)
    rows = judged(tmp_path / book, as_of)
    assert len(rows) >= 150
    wrong = [
        (row["n"], row["who"], row["where"], row["what"], row["expected"], row["answer"])
        for row in rows
        if not row["right"] and not row["needs"]
    ]
    assert not wrong
