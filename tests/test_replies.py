"""Replies: the chance worked out by hand, the wait before a nudge, and reply rates."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.replies import nudge_after_days, reply_chance, reply_rates
from tests.on_tables import on_tables

reply_rates = on_tables(reply_rates, "interactions")


def log(*rows: tuple, **columns: list) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at", "direction", "purpose"])
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], format="ISO8601", utc=True).astype(
        schema.INSTANT
    )
    return schema.conform("interactions", frame.assign(**columns))


def test_the_chance_by_hand():
    # pi = (0.6 + 4) / (1.1 + 9) = 0.45545; after 7 days F = 0.81, after 14 F = 0.91.
    pi = 4.6 / 10.1
    assert reply_chance(9, 4, 7, 7) == pytest.approx(pi * (0.91 - 0.81) / (1 - pi * 0.81))
    # At once: all of F(1) = 0.53 is still to come.
    assert reply_chance(9, 4, 0, 1) == pytest.approx(pi * 0.53)
    # Half-way between 7 and 14 days on the log scale, 7 * sqrt(2), F is half-way too: 0.86.
    assert reply_chance(9, 4, 0, 7 * math.sqrt(2)) == pytest.approx(pi * 0.86)
    # Below a quarter of a day linear in days: after an eighth half of 0.38.
    assert reply_chance(9, 4, 0, 0.125) == pytest.approx(pi * 0.19)
    assert reply_chance(9, 4, 30, 100) == 0.0


def test_the_chance_of_someone_without_history_starts_near_one_half():
    assert reply_chance(0, 0, 0, 30) == pytest.approx(0.6 / 1.1)


def test_arguments_are_broadcast():
    assert reply_chance([[5], [6]], 1, [0, 1, 2], 7).shape == (2, 3)


@pytest.mark.parametrize("wrong", [(1, 2, 0, 1), (-1, 0, 0, 1), (1, 0, -1, 1), (1, 0, 0, -1)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ParameterError):
        reply_chance(*wrong)


@given(st.integers(0, 200), st.floats(0, 1), st.floats(0, 60), st.floats(0, 60))
def test_the_chance_is_one_and_grows_with_time_given(asks, share, silent, ahead):
    replies = int(asks * share)
    chance = float(reply_chance(asks, replies, silent, ahead))
    assert 0 <= chance < 1
    assert chance <= float(reply_chance(asks, replies, silent, ahead + 1)) + 1e-12


@given(st.integers(0, 200), st.floats(0, 1))
def test_a_nudge_is_due_on_the_first_day_of_little_hope(asks, share):
    replies = int(asks * share)
    wait = nudge_after_days(asks, replies)
    assert 5 <= wait <= 30
    assert reply_chance(asks, replies, wait, 7) < 0.15
    assert all(reply_chance(asks, replies, day, 7) >= 0.15 for day in range(5, wait))


def test_a_nudge_by_hand():
    # Nobody answers: the fifth day. 2 of 2 answered: pi = 2.6 / 3.1 = 0.839; on day 18 the chance is
    # 0.839 (F(25) - F(18)) / (1 - 0.839 F(18)) = 0.839 (0.9796 - 0.9410) / 0.2108 = 0.153,
    # on day 19 it is 0.839 (0.9840 - 0.9477) / 0.2052 = 0.148.
    assert nudge_after_days(50, 0) == 5
    assert nudge_after_days(2, 2) == 19


ASKS = log(
    ("a", "2026-01-05 12:00", "outbound", "advice_ask"),
    ("a", "2026-01-06 12:00", "inbound", None),  # after 1 day
    ("b", "2026-01-05 12:00", "outbound", "advice_ask"),
    ("b", "2026-01-08 12:00", "mutual", None),  # after 3 days
    ("c", "2026-01-05 12:00", "outbound", "advice_ask"),
    ("c", "2026-02-14 12:00", "inbound", None),  # after 40 days: not an answer to this
    ("d", "2026-02-20 12:00", "outbound", "advice_ask"),  # 9 days old: not known
    ("e", "2026-02-20 12:00", "outbound", "job_ask"),  # not known either
    ("f", "2026-02-28 12:00", "outbound", "referral_ask"),
    ("f", "2026-02-28 18:00", "inbound", None),  # answered, so known, after a quarter of a day
    ("g", "2026-01-05 12:00", "inbound", "job_ask"),  # theirs
    ("g", "2026-01-05 12:00", "outbound", "social"),  # no ask
)


def test_rates_by_hand():
    rates = reply_rates(ASKS, as_of="2026-03-01").set_index("purpose")
    assert rates.index.tolist() == ["advice_ask", "job_ask", "referral_ask"]
    assert rates["ask_count"].tolist() == [4, 1, 1]
    assert rates["known_count"].tolist() == [3, 0, 1]
    assert rates["reply_count"].tolist() == [2, 0, 1]
    assert rates["reply_share"].round(3).tolist()[::2] == [0.667, 1.0]
    assert rates["median_latency_days"].tolist()[::2] == [2.0, 0.25]
    unknown = ["reply_share", "reply_low", "reply_high", "median_latency_days"]
    assert rates.loc["job_ask", unknown].isna().all()
    inside = rates.drop(index="job_ask")
    assert (inside["reply_low"] < inside["reply_share"]).all()
    assert (inside["reply_high"] >= inside["reply_share"]).all()


def test_an_answer_from_the_future_is_not_seen():
    early = reply_rates(ASKS, as_of="2026-01-07").iloc[0]
    assert early[["ask_count", "known_count", "reply_count"]].tolist() == [3, 1, 1]
    cut = ASKS[ASKS["occurred_at"] < pd.Timestamp("2026-01-07", tz="UTC")]
    pd.testing.assert_frame_equal(reply_rates(ASKS, as_of="2026-01-07"), reply_rates(cut, as_of="2026-01-07"))


def test_rates_by_channel():
    events = ASKS.assign(channel=pd.Categorical(["email"] * 6 + ["chat"] * 6, categories=schema.CHANNELS))
    rates = reply_rates(events, as_of="2026-03-01", by="channel")
    assert rates[["channel", "known_count"]].to_numpy().tolist() == [["chat", 1], ["email", 3]]
    with pytest.raises(ParameterError):
        reply_rates(ASKS, as_of="2026-03-01", by="subject")


def test_a_large_round_is_no_ask():
    assert reply_rates(ASKS.assign(group_size=5), as_of="2026-03-01").empty


def test_empty_and_mixed_logs():
    full, empty = reply_rates(ASKS, as_of="2026-03-01"), reply_rates(ASKS.iloc[:0], as_of="2026-03-01")
    assert not len(empty)
    assert empty.dtypes.equals(full.dtypes)
    before = ASKS.copy()
    mixed = ASKS.iloc[np.random.default_rng(1).permutation(len(ASKS))].set_axis([7] * len(ASKS))
    pd.testing.assert_frame_equal(full, reply_rates(mixed, as_of="2026-03-01"))
    pd.testing.assert_frame_equal(ASKS, before)
