"""Time to close: Kaplan-Meier worked out by hand, censoring, and the share within 48 hours."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from networkscope import schema
from networkscope.measures.closing import closing_curve, time_to_close
from networkscope.measures.rates import share_interval
from tests.on_tables import on_tables

closing_curve = on_tables(closing_curve, "gaps")
time_to_close = on_tables(time_to_close, "gaps")

START = pd.Timestamp("2026-01-01", tz="UTC").as_unit("us")
AS_OF = "2026-01-11"  # ten days after START


def gaps(*rows: tuple[str, float, float | None], due: str = "2026-01-05", as_of: str = AS_OF) -> pd.DataFrame:
    """Items as (kind, days from START to the opening, days from the opening to the closing)."""
    frame = pd.DataFrame(rows, columns=["kind", "opened", "took"])
    opened_at = START + pd.to_timedelta(frame["opened"].astype(float), unit="D")
    closed_at = opened_at + pd.to_timedelta(frame["took"].astype(float), unit="D")
    open_state = "overdue" if due < as_of else "due_today" if due == as_of else "not_due"
    return pd.DataFrame(
        {
            "kind": frame["kind"].astype(schema.TEXT),
            "opened_at": opened_at.astype(schema.INSTANT),
            "closed_at": closed_at.astype(schema.INSTANT),
            "due_on": pd.Series(pd.Timestamp(due), index=frame.index).astype(schema.DATE),
            "state": pd.Series("closed_in_time", frame.index).where(closed_at.notna(), open_state),
            "left_alone": pd.Series(False, frame.index).astype(schema.FLAG),
        }
    )


FIVE = gaps(
    ("thank_you", 0, 1), ("thank_you", 0, 2.5), ("thank_you", 8, None), ("thank_you", 0, 4), ("thank_you", 0, None),
    ("promise", 0, 1),
)  # fmt: skip


def test_the_curve_by_hand():
    # Ages: closed 1, 2.5, 4; open 2 (opened on day 8) and 10. Open share after 1: 4/5; one leaves at 2 unclosed;
    # after 2.5: 4/5 * 2/3 = 8/15; after 4: 8/15 * 1/2 = 4/15.
    curve = closing_curve(FIVE, "thank_you", as_of=AS_OF)
    assert curve["days"].tolist() == [1, 2, 2.5, 4, 10]
    assert curve["closed_share"].tolist() == pytest.approx([1 / 5, 1 / 5, 7 / 15, 11 / 15, 11 / 15])
    assert curve["at_risk_count"].tolist() == [5, 4, 3, 2, 1]
    # Greenwood at the first step: the error of ln(-ln S) is sqrt(1 / (5 * 4)) / |ln 0.8| = 1.0021, so that the open
    # share goes down to 0.8 ** exp(1.6449 * 1.0021).
    assert curve["high"][0] == pytest.approx(1 - 0.8 ** np.exp(1.6449 * 1.0021), abs=1e-3)
    assert (curve["low"] <= curve["closed_share"]).all()
    assert (curve["high"] >= curve["closed_share"]).all()


def test_where_the_interval_is_undefined_it_is_missing_and_nothing_is_printed():
    curve = closing_curve(FIVE, "promise", as_of=AS_OF)
    assert curve[["days", "closed_share"]].to_numpy().tolist() == [[1.0, 1.0]]
    assert curve[["low", "high"]].isna().all(axis=None)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(1, 12)), min_size=1, max_size=40))
def test_the_curve_is_that_of_scipy(rows):
    curve = closing_curve(gaps(*(("promise", start, took) for start, took in rows)), "promise", as_of=AS_OF)
    open_days = [10 - start for start, took in rows if took is None or start + took >= 10]
    closed = [took for start, took in rows if took is not None and start + took < 10]
    expected = stats.ecdf(stats.CensoredData(uncensored=closed, right=open_days)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where the interval is undefined
        ends = expected.confidence_interval(0.9, method="log-log")
    assert curve["days"].tolist() == expected.quantiles.tolist()
    for name, theirs in (("closed_share", expected), ("low", ends.high), ("high", ends.low)):
        np.testing.assert_allclose(curve[name], 1 - theirs.probabilities, atol=1e-12)


def test_open_gaps_are_not_failures():
    only_open = gaps(("owed_reply", 0, None), ("owed_reply", 5, None))
    assert closing_curve(only_open, "owed_reply", as_of=AS_OF)["closed_share"].tolist() == [0, 0]
    assert pd.isna(time_to_close(only_open, as_of=AS_OF)["median_days"][0])


def test_a_closing_after_the_cut_off_is_not_seen():
    curve = closing_curve(FIVE, "thank_you", as_of="2026-01-03")  # two days in: only the first has closed
    assert curve["days"].tolist() == [1, 2]
    assert curve["closed_share"].tolist() == [0.25, 0.25]  # the one opened on day 8 does not exist yet


def test_the_cut_off_is_one_of_the_owner():
    hours = (
        closing_curve(gaps(("nudge", 0, None)), "nudge", as_of="2026-01-02", timezone="Europe/Vienna")["days"]
        * 24
    )
    assert hours.tolist() == [23]  # midnight in Vienna is 23:00 UTC


def test_time_to_close_by_hand():
    table = time_to_close(FIVE, as_of=AS_OF).set_index("kind")
    assert table.index.tolist() == ["promise", "thank_you"]
    thanks = table.loc["thank_you"]
    assert thanks["opened_count"] == 5
    assert thanks["closed_count"] == 3
    assert thanks["open_count"] == 2
    assert thanks["overdue_count"] == 2  # due on the 5th, as of the 11th
    assert thanks["median_days"] == 4  # the open share is 8/15 until then
    # Within 48 hours: one of five; all are known, the one opened on day 8 is just 48 hours old.
    assert thanks[["within_48h_count", "within_48h_known_count"]].tolist() == [1, 5]
    low, high = share_interval([1], [5])
    assert thanks[["within_48h_share", "within_48h_low", "within_48h_high"]].tolist() == [
        0.2,
        low[0],
        high[0],
    ]


def test_what_follows_a_rhythm_is_no_debt_to_close_soon():
    both = pd.concat([FIVE, gaps(("nudge", 0, 1), ("monthly_update", 0, 1))], ignore_index=True)
    pd.testing.assert_frame_equal(time_to_close(both, as_of=AS_OF), time_to_close(FIVE, as_of=AS_OF))


def test_a_young_open_gap_does_not_count_in_the_share():
    young = gaps(("promise", 9, None), ("promise", 0, 2), due="2026-01-11")
    table = time_to_close(young, as_of=AS_OF)
    assert table[["within_48h_count", "within_48h_known_count", "overdue_count"]].to_numpy().tolist() == [
        [1, 1, 0]
    ]
    alone = time_to_close(young.iloc[:1], as_of=AS_OF)
    assert alone[["within_48h_share", "within_48h_low", "within_48h_high"]].isna().all(axis=None)


def test_overdue_counts_what_is_still_to_do():
    """What is due today is not over, what nobody would do any more is missed, and some are to be left alone."""
    six = gaps(*[("promise", 0, None)] * 6)
    six["state"] = ["overdue", "overdue", "overdue", "due_today", "not_due", "expired"]
    six["left_alone"] = pd.array([False, True, pd.NA, False, False, False], schema.FLAG)
    counts = ["opened_count", "open_count", "overdue_count", "within_48h_count", "within_48h_known_count"]
    assert time_to_close(six, as_of=AS_OF)[counts].values.tolist() == [[6, 6, 2, 0, 6]]
    # In the curve it counts for as long as it could have been done.
    assert closing_curve(six, "promise", as_of=AS_OF)["at_risk_count"].tolist() == [6]


def test_half_is_half_in_spite_of_rounding():
    # Six gaps: after the third closing the open share is 5/6 * 4/5 * 3/4 = 1/2.
    six = gaps(*[("owed_reply", 0, days) for days in (1, 2, 3, 4, 5, 6)])
    assert time_to_close(six, as_of=AS_OF)["median_days"].tolist() == [3]


def test_empty_gaps_give_empty_tables_of_the_same_types():
    full, empty = closing_curve(FIVE, "thank_you", as_of=AS_OF), closing_curve(FIVE, "none", as_of=AS_OF)
    assert not len(empty)
    assert empty.dtypes.equals(full.dtypes)
    full, empty = time_to_close(FIVE, as_of=AS_OF), time_to_close(FIVE.iloc[:0], as_of=AS_OF)
    assert not len(empty)
    assert empty.dtypes.equals(full.dtypes)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["owed_reply", "promise"]),
        st.integers(0, 12),
        st.sampled_from([None, 0, 0.5, 1, 2, 3, 20]),
    ),
    max_size=12,
)


@settings(max_examples=10)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_index_never_matter_and_gaps_stay(rows, random):
    table = gaps(*rows)
    before = table.copy()
    mixed = table.iloc[random.sample(range(len(table)), len(table))].set_axis([1] * len(table))
    curve = closing_curve(table, "owed_reply", as_of=AS_OF)
    pd.testing.assert_frame_equal(curve, closing_curve(mixed, "owed_reply", as_of=AS_OF))
    pd.testing.assert_frame_equal(time_to_close(table, as_of=AS_OF), time_to_close(mixed, as_of=AS_OF))
    pd.testing.assert_frame_equal(table, before)
    assert curve["closed_share"].is_monotonic_increasing
    assert curve["closed_share"].between(0, 1).all()


@settings(max_examples=15)
@given(ROWS)
def test_without_censoring_the_curve_is_the_share_closed(rows):
    table = gaps(*[(kind, 0, took if took is not None and took < 9 else 1) for kind, _, took in rows])
    days = (table["closed_at"] - table["opened_at"])[table["kind"] == "owed_reply"] / pd.Timedelta(days=1)
    for row in closing_curve(table, "owed_reply", as_of=AS_OF).itertuples():
        assert row.closed_share == pytest.approx((days <= row.days).mean())


def test_the_share_within_two_days_counts_only_what_is_two_days_old():
    """Ten calls of yesterday, three thanked at once: nothing is known yet; three of ten a day later."""
    opened = pd.Series(pd.to_datetime(["2026-01-04 12:00"] * 10).tz_localize("UTC"))
    closed = opened.where(opened.index < 3) + pd.Timedelta(hours=1)
    gaps = pd.DataFrame({
        "kind": "thank_you", "opened_at": opened, "closed_at": closed, "due_on": pd.Timestamp("2026-01-06"),
        "state": "due_today", "left_alone": False,
    })  # fmt: skip
    columns = ["within_48h_count", "within_48h_known_count"]
    assert time_to_close(gaps, as_of="2026-01-05 12:00")[columns].values.tolist() == [[0, 0]]
    assert time_to_close(gaps, as_of="2026-01-06 12:00")[columns].values.tolist() == [[3, 10]]
