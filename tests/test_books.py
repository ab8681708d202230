"""The whole judgement on books written by hand: what an adviser wrote down first is what the workbook says."""

import shutil
from pathlib import Path

import pytest

from tests.books.judge import judged

BOOKS = Path(__file__).parent / "books"
VARIANTS = sorted(path.name for path in (BOOKS / "variants").iterdir())
AS_OF = "2026-11-16"


def wrong(folder, rows_at_least=1, as_of=AS_OF):
    """What is not as expected, but for what `needs` more than is judged today, or may be judged otherwise."""
    rows = judged(folder, as_of)
    assert len(rows) >= rows_at_least
    return [
        (row["n"], row["who"], row["where"], row["what"], row["expected"], row["answer"])
        for row in rows
        if not row["right"] and not row.get("needs")
    ]


@pytest.mark.parametrize(
    ("name", "as_of"),
    [
        ("isla", AS_OF),
        ("camille", AS_OF),
        pytest.param("giulia", "2026-11-23", marks=pytest.mark.slow),
        pytest.param("renata", "2026-09-28", marks=pytest.mark.slow),
        pytest.param("priya", "2026-11-09", marks=pytest.mark.slow),
        pytest.param("juergen", "2026-10-19", marks=pytest.mark.slow),
    ],
)
def test_a_whole_search_is_judged_as_an_adviser_would(tmp_path, name, as_of):
    """Each book was written by hand, with what is right, before it was judged here for the first time."""
    shutil.copytree(BOOKS / name, tmp_path / name)
    assert not wrong(tmp_path / name, rows_at_least=150, as_of=as_of)


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_small_case_is_judged_as_an_adviser_would(tmp_path, name):
    shutil.copytree(BOOKS / "variants" / name, tmp_path / name)
    assert not wrong(tmp_path / name)
