"""Facebook's list of friends."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.importers import facebook
from networkscope.importers.base import Unusable

# 1,600,000,000 s is 13 September 2020, 12:26:40 UTC.
FRIENDS = r"""{ "friends_v2": [
    {"name": "Jos\u00c3\u00a9 N\u00c3\u00ba\u00c3\u00b1ez", "timestamp": 1600000000},
    {"name": "Ann Lee", "timestamp": 0}, {"name": "", "timestamp": 1}, {"name": "Zoë", "timestamp": 99999999999}
]}"""


def test_names_are_mended_and_dated(tmp_path):
    name, parsed = parse(tmp_path, FRIENDS, "friends.json")
    assert name == "Facebook friends"
    assert column(parsed.people, "name") == ["José Núñez", "Ann Lee", "Zoë"]
    assert column(parsed.people, "connected_on") == [pd.Timestamp("2020-09-13"), None, None]
    assert column(parsed.people, "source_ref") == [f"friends.json:{n}" for n in (1, 2, 4)]
    assert parsed.people["listed"].all()
    assert (parsed.rows_read, parsed.rejected) == (4, {facebook.NOBODY: 1})
    assert parsed.interactions is None
    assert parsed.notes == ["2 friends without a date that can be read"]


def test_half_a_pair_of_signs_is_no_letter(tmp_path):
    _, parsed = parse(tmp_path, r'{"friends_v2": [{"name": "Ann \ud83d"}, {"name": "Bo \ud83d\ude42"}]}')
    assert column(parsed.people, "name") == ["Ann ?", "Bo 🙂"]


def test_an_older_and_an_empty_list(tmp_path):
    assert column(parse(tmp_path, '{"friends":[{"name":"Ann"}]}')[1].people, "name") == ["Ann"]
    assert parse(tmp_path, '{"friends_v2": []}')[1].people.empty


@pytest.mark.parametrize(
    "text", ['{"friends_v2": [', '{"friends_v2": [' + "[" * 100_000, '{"friends_v2": [] \0']
)
def test_damaged_files(tmp_path, text):
    with pytest.raises(Unusable, match="export it again"):
        parse(tmp_path, text)


@given(
    entries=st.lists(
        st.dictionaries(
            st.sampled_from(["name", "timestamp"]), st.none() | st.integers() | st.text() | st.floats()
        )
    )
)
def test_any_entries_are_accounted_for(tmp_path_factory, entries):
    _, parsed = parse(tmp_path_factory.mktemp("f"), json.dumps({"friends_v2": entries}))
    assert parsed.rows_read == len(entries)


def test_a_book_with_it(tmp_path):
    (tmp_path / "friends.json").write_text(FRIENDS, encoding="utf-8")
    (tmp_path / "again.json").write_text(FRIENDS, encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    # A friend with a date is the same in every export; one without is only a name, and a name alone joins nobody.
    assert book.contacts["name"].tolist() == ["Ann Lee", "Ann Lee", "José Núñez", "Zoë", "Zoë"]
    assert (book.summary["rows_read"] == book.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()
