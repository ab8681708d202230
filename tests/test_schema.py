import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import SchemaError
from networkscope.importers.base import rows


def test_conform_adds_what_is_missing_and_keeps_what_is_more():
    frame = pd.DataFrame({"contact_id": ["a", "b"], "shoe": [41, 42]}, index=[7, 3])
    table = schema.conform("contacts", frame)
    assert table.index.tolist() == [7, 3]
    assert table.columns.tolist() == [*schema.TABLES["contacts"].names, "shoe"]
    assert table["connected_on"].dtype == schema.DATE
    assert table["listed"].isna().all()


def test_only_the_columns_asked_for():
    frame = pd.DataFrame({"contact_id": ["a"], "name": ["Ann"]})
    assert schema.conform("contacts", frame, ("name", "tags")).columns.tolist() == ["name", "tags"]


def test_one_error_lists_every_fault():
    frame = pd.DataFrame(
        {
            "contact_id": ["a", None],
            "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "direction": ["outbound", "sideways"],
        }
    )
    with pytest.raises(SchemaError) as caught:
        schema.conform("interactions", frame)
    message = str(caught.value)
    assert "'contact_id' is empty in 1 of 2 rows" in message
    assert "'occurred_at' must hold instants with a time zone" in message
    assert "'direction' holds 1 values that are not allowed (allowed: outbound, inbound, mutual)" in message
    assert "sideways" not in message


def test_a_key_must_be_unique():
    with pytest.raises(SchemaError, match="'contact_id' repeats 1 values"):
        schema.conform("contacts", pd.DataFrame({"contact_id": ["a", "a"]}))


def test_dates_are_naive():
    frame = pd.DataFrame({"contact_id": ["a"], "connected_on": [pd.Timestamp("2026-01-01", tz="UTC")]})
    with pytest.raises(SchemaError, match="'connected_on' must hold dates without a time zone"):
        schema.conform("contacts", frame)


def test_another_zone_and_resolution_become_utc_microseconds():
    when = pd.Series(pd.to_datetime(["2026-01-01 12:00"]).tz_localize("Europe/Vienna")).dt.as_unit("s")
    frame = pd.DataFrame({"contact_id": ["a"], "occurred_at": when, "direction": ["mutual"]})
    table = schema.conform("interactions", frame)
    assert table["occurred_at"].dtype == schema.INSTANT
    assert table["occurred_at"].iat[0] == pd.Timestamp("2026-01-01 11:00", tz="UTC")


@pytest.mark.parametrize("name", schema.TABLES)
def test_an_empty_table_conforms_to_itself(name):
    table = schema.empty(name)
    again = schema.conform(name, table)
    pd.testing.assert_frame_equal(table, again)
    assert [str(t) for t in again.dtypes] == [str(c.dtype) for c in schema.TABLES[name].columns]


@given(st.lists(st.text(min_size=1), unique=True), st.randoms())
def test_conform_changes_neither_input_nor_order(ids, random):
    index = list(range(len(ids)))
    random.shuffle(index)
    frame = pd.DataFrame({"contact_id": pd.Series(ids, dtype=schema.TEXT, index=index)})
    before = frame.copy(deep=True)
    table = schema.conform("contacts", frame)
    pd.testing.assert_frame_equal(frame, before)
    assert table["contact_id"].tolist() == ids


def test_columns_in_which_nothing_stands_do_not_share_their_cells():
    key, day = schema.TABLES["referrals"].key, pd.Timestamp("2026-11-16")
    told = {name: pd.array(["a", "b"], dtype=schema.TEXT) for name in (key, "referrer_id")}
    told["given_on"] = pd.array([day, day], dtype=schema.DATE)
    for frame in (schema.filled("referrals", told, 2), rows("referrals", 2, {key: ["a", "b"]})):
        frame.loc[0, "met_on"] = day
        frame.loc[0, ["opening", "outcome", "inferred"]] = ["x", "open", True]
        others = frame.columns.difference([*told, "met_on", "opening", "outcome", "inferred"])
        assert frame[others].isna().all(axis=None)
        assert frame["met_on"].isna().tolist() == [False, True]
