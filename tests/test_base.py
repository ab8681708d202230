"""What every reader uses: frames, values of one cell, who is on most lists."""

import pandas as pd
import pytest

from networkscope import schema
from networkscope.importers import base


@pytest.mark.parametrize("table", ["people", "interactions", "referrals", "positions"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_frame_of_nothing_has_every_column_in_its_type(table, count):
    frame = base.rows(table, count, {})
    assert frame.dtypes.to_dict() == base.declared(table)
    assert (len(frame), frame.isna().all(axis=None)) == (count, True)


def test_a_column_may_be_one_value_a_list_or_an_array():
    columns = {
        "channel": "call",
        "person": range(2),
        "subject": ["", "x"],
        "occurred_at": pd.to_datetime([0, 1], unit="s", utc=True),
        "further": "y",
    }
    frame = base.rows("interactions", 2, columns)
    assert frame["channel"].astype(str).tolist() == ["call", "call"]
    assert frame["person"].tolist() == [0, 1]
    assert frame["subject"].fillna("-").tolist() == ["-", "x"]
    assert frame["occurred_at"].dtype == schema.INSTANT
    assert frame["further"].tolist() == ["y", "y"]


def test_several_values_of_a_cell_are_told_once():
    assert base.several(["a@x.org", "", "b@x.org", "a@x.org"]) == "a@x.org; b@x.org"


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("see https://www.linkedin.com/in/Ann-Lee/?x=1", "linkedin.com/in/ann-lee"),
        ("https://acme.example", ""),
    ],
)
def test_only_a_profile_of_linkedin_is_one_persons(text, profile):
    assert base.linkedin_profile(text) == profile


def test_the_owner_is_on_nearly_all_lists_and_nobody_else_is():
    assert base.on_nearly_all([["ann", "me"], ["bo", "me"], ["cy", "me"]])[0] == "me"
    assert base.on_nearly_all([["ann", "me"]]) == ("", ["ann", "me"])
    assert base.on_nearly_all([]) == ("", [])


def test_the_name_of_some_content_depends_on_where_its_parts_end():
    assert base.digest("a", "b") == base.digest("a", "b") != base.digest("ab")
