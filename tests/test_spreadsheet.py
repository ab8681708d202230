"""networkscope.reports.spreadsheet: a spreadsheet never takes a name for a formula."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.reports.spreadsheet import save_csv

HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\r=1",
    " =1",
    "\u202e=1",
    "plain",
    "two\nlines",
    'a "b", c',
    None,
]


def read(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_cells_that_look_like_formulas_are_text(tmp_path):
    frame = pd.DataFrame({"=who": HOSTILE, "days": range(-5, 7)})
    before = frame.copy(deep=True)
    rows = read(save_csv(frame, tmp_path / "a.csv"))
    pd.testing.assert_frame_equal(frame, before)
    assert rows[0] == ["'=who", "days"]
    assert [row[0] for row in rows[1:]] == [
        *("'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\r=1", "' =1", "'=1"),
        *("plain", "two\nlines", 'a "b", c', ""),
    ]
    assert rows[1][1] == "-5"  # numbers stay numbers


def test_types_without_text_stay_as_they_are(tmp_path):
    frame = pd.DataFrame(
        {
            "share": [-0.5, None],
            "on": pd.to_datetime(["2026-11-16", None]),
            "flag": pd.array([True, None], dtype="boolean"),
            "kind": pd.Categorical(["=x", "y"]),
            "mixed": pd.Series([-3, "-3"], dtype=object),
        }
    )
    assert read(save_csv(frame, tmp_path / "a.csv"))[1:] == [
        ["-0.5", "2026-11-16", "True", "'=x", "-3"],
        ["", "", "", "y", "'-3"],
    ]


def test_an_empty_frame_gives_its_header(tmp_path):
    assert read(save_csv(pd.DataFrame({"a": [], "b": []}), tmp_path / "a.csv")) == [["a", "b"]]


def test_the_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_csv(pd.DataFrame({"a": [1]}), path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_no_cell_begins_like_a_formula(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    rows = read(save_csv(pd.DataFrame({"a": texts, "b": 1}), path))
    assert len(rows) == len(texts) + 1
    assert not any(row[0].lstrip().startswith(("=", "+", "-", "@")) for row in rows)
