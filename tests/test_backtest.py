"""The backtest: scores against hand-worked and brute-force values, honest words, and a log from the model."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.backtest import Backtest, _came_back, average_precision, backtest, weighted_auc
from networkscope.measures.dormancy import dormant_contacts, fit_kappa
from tests.on_tables import on_tables

backtest = on_tables(backtest, "contacts interactions")
dormant_contacts = on_tables(dormant_contacts, "contacts interactions")
fit_kappa = on_tables(fit_kappa, "contacts interactions")

AS_OF = "2026-11-16"
TODAY = pd.Timestamp(AS_OF, tz="UTC")


def tables(days_before: dict[str, list[int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People, and their touches, each given as days before the as-of date."""
    rows = [(who, TODAY - pd.Timedelta(days=ago)) for who, days in days_before.items() for ago in days]
    log = pd.DataFrame(rows, columns=["contact_id", "occurred_at"]).assign(direction="mutual")
    return pd.DataFrame({"contact_id": list(days_before)}), log


def two_kinds() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Twenty regulars, in touch every ten days, and twenty touched once, 260 days ago; five of those return."""
    regulars = {f"r{i:02d}": list(range(5, 400, 10)) for i in range(20)}
    rare = {f"s{i:02d}": [260, 30] if i < 5 else [260] for i in range(20)}
    return tables(regulars | rare)


def as_of_dates(count: int) -> list[str]:
    return [str((TODAY - pd.Timedelta(days=60 * j)).date()) for j in range(1, count + 1)]


def same(one: Backtest, other: Backtest) -> None:
    assert (one.enough, one.verdict, one.contact_count, one.window_count) == (
        other.enough, other.verdict, other.contact_count, other.window_count,
    )  # fmt: skip
    assert_frame_equal(one.scores, other.scores, check_exact=True)
    assert_frame_equal(one.bands, other.bands, check_exact=True)


# --- the scores themselves


def test_auc_by_hand() -> None:
    score = np.array([3.0, 1.0, 2.0, 1.0])
    touched = np.array([True, True, False, False])
    # Pairs touched : silent. 3 beats 2 and 1; 1 loses to 2 and ties with 1: (1 + 1 + 0 + 0.5) / 4.
    auc = weighted_auc(score, touched, np.arange(4))
    assert auc(np.ones(4)) == 0.625
    # The contact with score 3 twice, the silent one with score 1 not at all: 3 > 2 twice, 1 < 2: 2 / 3.
    assert auc(np.array([2.0, 1.0, 1.0, 0.0])) == pytest.approx(2 / 3)
    assert math.isnan(auc(np.array([1.0, 1.0, 0.0, 0.0])))


def test_average_precision_by_hand() -> None:
    # Hits at ranks 1 and 3: (1/1 + 2/3) / 2.
    assert average_precision(np.array([9.0, 8, 7, 6]), np.array([True, False, True, False])) == pytest.approx(
        5 / 6
    )
    # A tie of two, one hit: precision 1/2 at recall 1/2; then the last, 2/3 at recall 1.
    assert average_precision(np.array([5.0, 5, 1]), np.array([True, False, True])) == pytest.approx(
        (1 / 2 + 2 / 3) / 2
    )  # fmt: skip


ROWS = st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 5)), min_size=2, max_size=30)


@given(ROWS, st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_auc_against_all_pairs(rows: list[tuple[int, bool, int]], weights: list[int]) -> None:
    score, touched, code = (np.array(part) for part in zip(*rows, strict=True))
    pairs = [
        (weights[c1] * weights[c2], (s1 > s2) + 0.5 * (s1 == s2))
        for s1, t1, c1 in rows
        for s2, t2, c2 in rows
        if t1 and not t2
    ]
    total = sum(weight for weight, _ in pairs)
    auc = weighted_auc(score.astype(float), touched, code)(np.array(weights, dtype=float))
    if total:
        assert auc == pytest.approx(sum(weight * win for weight, win in pairs) / total)
    else:
        assert math.isnan(auc)


@given(ROWS.filter(lambda rows: any(hit for _, hit, _ in rows)))
def test_average_precision_against_its_definition(rows: list[tuple[int, bool, int]]) -> None:
    score, hit, _ = (np.array(part) for part in zip(*rows, strict=True))
    # Each hit counts the precision among all that score at least as high.
    expected = np.mean([hit[score >= own].mean() for own in score[hit]])
    assert average_precision(score.astype(float), hit) == pytest.approx(expected)


# --- the backtest


def test_two_kinds_of_people_by_hand() -> None:
    contacts, log = two_kinds()
    found = backtest(contacts, log, as_of=AS_OF, WINDOWS=1, RESAMPLES=200)
    assert (found.enough, found.contact_count, found.window_count) == (True, 40, 1)
    scores = found.scores.set_index("method")
    # 25 touched, 15 silent. Each of the 20 regulars stands above all 15; the 5 who return tie with them:
    # (20 x 15 + 5 x 15 / 2) / (25 x 15) = 0.9 for all three methods.
    assert scores["auc"].tolist() == pytest.approx([0.9] * 3)
    # All twenty rare ones come first, tied, and 15 of them are silent.
    assert scores["average_precision"].tolist() == pytest.approx([0.75] * 3)
    # The rule is wrong about the 5 who return; the base rate is 25 / 40.
    assert scores.loc["90_day_rule", "brier"] == pytest.approx(5 / 40)
    assert scores["base_brier"].tolist() == pytest.approx([25 / 40 * 15 / 40] * 3)
    # Before the cut-off the regulars have 34 contact-days (65, 75, … 395) and 5 days of silence, the others
    # 1 and 200; kappa as the report fitted it on that day, here to the one block before it.
    kappa = fit_kappa(contacts, log, as_of=as_of_dates(1)[0], WINDOWS=1)
    regular = 34 * 60 * kappa / (34 * 60 * kappa + 5 + 30)
    rare = 60 * kappa / (60 * kappa + 200 + 30)
    brier = (20 * (1 - regular) ** 2 + 5 * (1 - rare) ** 2 + 15 * rare**2) / 40
    assert scores.loc["model", "brier"] == pytest.approx(brier)
    gap = (20 * (1 - regular) + 20 * abs(rare - 5 / 20)) / 40
    assert scores.loc["model", "ece"] == pytest.approx(gap)
    assert scores.loc["recency", ["brier", "ece", "auc_lead", "auc_lead_low"]].isna().all()
    assert scores.loc["model", ["auc_lead", "auc_lead_low", "auc_lead_high"]].tolist() == [0, 0, 0]
    # Likely are the 20 regulars, who all came, unlikely the others, of whom 5 did: 2.5 of ten.
    assert (10 * regular, 10 * rare) == pytest.approx((9.4, 0.6), abs=0.1)
    assert found.verdict == (
        "Held against your own past: of ten people marked likely to be in touch within 60 days, all ten came back "
        "(nine expected); of ten people marked unlikely, two came back (one expected). "
        "Its chances came closer to what happened than the same chance for everybody. "
        "As for the order, recency does as well: of 1,000 pairs of one who came back and one who did not, this report "
        "has the right one first in 900, days of silence alone in 900, a coin in 500."
    )
    low, high = scores.loc["model", ["auc_low", "auc_high"]]
    assert 0.8 < low < 0.9 < high < 1
    filled = found.bands[found.bands["forecast_count"] > 0]
    assert filled[["forecast_count", "contact_count"]].to_numpy().tolist() == [[20, 20], [20, 20]]
    assert filled["touched_count"].tolist() == [5, 20]
    assert filled["predicted_share"].tolist() == pytest.approx([rare, regular])
    assert filled["observed_share"].tolist() == [0.25, 1.0]
    assert ((filled["observed_low"] < 0.25) & (filled["observed_high"] > 0.25)).tolist() == [True, False]
    assert found.bands["observed_share"].isna().sum() == 8


def test_each_cut_off_sees_what_the_report_saw_on_that_day() -> None:
    random = np.random.default_rng(3)
    contacts, log = tables(
        {f"p{i}": random.integers(1, 800, random.integers(1, 9)).tolist() for i in range(50)}
    )
    size, number = (
        pd.array([9, None], dtype=schema.COUNT)[random.integers(2, size=len(log))],
        np.arange(len(log)),
    )
    all_log = log.assign(group_size=size, direction="inbound", event_id=[f"e{n}" for n in number])
    named = all_log[["event_id"]].assign(
        contact_id=contacts["contact_id"].sample(len(log), replace=True, random_state=1).array
    )
    found = backtest(contacts, all_log, co_mentions=named, as_of=AS_OF, RESAMPLES=5)
    forecasts, log = [], all_log[all_log["group_size"].isna()]
    for day in as_of_dates(6):
        cut = pd.Timestamp(day, tz="UTC")
        report = dormant_contacts(contacts, all_log, co_mentions=named, as_of=day)
        assert (report["days_unseen"] < report["days_silent"]).any()
        window = log[(log["occurred_at"] >= cut) & (log["occurred_at"] < cut + pd.Timedelta(days=60))]
        report = report.assign(touched=report["contact_id"].isin(window["contact_id"]))
        forecasts.append(report[report["contact_days"] > 0])
    rows = pd.concat(forecasts)
    assert len(rows) == found.bands["forecast_count"].sum()
    up, down = rows.loc[rows["touched"], "contact_chance"], rows.loc[~rows["touched"], "contact_chance"]
    wins = (up.to_numpy()[:, None] > down.to_numpy()) + 0.5 * (up.to_numpy()[:, None] == down.to_numpy())
    assert found.scores.loc[0, "auc"] == pytest.approx(wins.mean())
    assert found.scores.loc[0, "brier"] == pytest.approx(
        ((rows["contact_chance"] - rows["touched"]) ** 2).mean()
    )


def test_a_contact_over_several_cut_offs_counts_once_in_the_interval() -> None:
    contacts, log = two_kinds()
    bands = backtest(contacts, log, as_of=AS_OF, WINDOWS=3, RESAMPLES=5).bands
    assert (bands["forecast_count"].sum(), bands["contact_count"].max()) == (120, 20)


def test_the_future_and_the_order_of_rows_do_not_matter() -> None:
    contacts, log = two_kinds()
    before = log.copy(deep=True)
    found = backtest(contacts, log, as_of=AS_OF, RESAMPLES=20)
    assert_frame_equal(log, before)
    later = pd.DataFrame({"contact_id": contacts["contact_id"], "occurred_at": TODAY, "direction": "inbound"})
    mixed = pd.concat([log, later]).sample(frac=1, random_state=1).set_index(pd.Index([0] * (len(log) + 40)))
    turned = contacts.iloc[::-1]
    same(backtest(turned, mixed, as_of=AS_OF, RESAMPLES=20), found)
    same(backtest(contacts, log, as_of=f"{AS_OF}T15:00", RESAMPLES=20), found)


@pytest.mark.parametrize("kept", [0, 29, 40])
def test_not_enough_history_says_so_and_nothing_else(kept: int) -> None:
    contacts, log = two_kinds()
    full = backtest(contacts, log, as_of=AS_OF, RESAMPLES=5)
    if kept == 40:  # enough people, but nobody was ever silent
        log = log[log["contact_id"].str.startswith("r")]
    found = backtest(contacts.iloc[-kept:] if kept else contacts.iloc[:0], log, as_of=AS_OF)
    assert not found.enough
    assert found.verdict.startswith("There is too little history to judge this report by: ")
    assert found.verdict.endswith("it takes 30 people and 10 times of either.")
    assert_frame_equal(found.scores, full.scores.iloc[:0], check_index_type=False)
    assert_frame_equal(found.bands, full.bands.iloc[:0], check_index_type=False)


@pytest.mark.parametrize(
    "options",
    [{"horizon_days": 0}, {"horizon_days": 7.5}, {"group_max": 0}],
)  # fmt: skip
def test_nonsense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        backtest(schema.empty("contacts"), schema.empty("interactions"), as_of=AS_OF, **options)


def test_says_where_the_model_is_better_or_worse_than_recency() -> None:
    # At each cut-off: long-standing people, silent 50 days, who return, and newcomers, touched once 10 days
    # before, who do not. Recency has it the wrong way round.
    old = {
        f"a{i:02d}": [60 * j + back for j in range(10) for back in (50, 52, 54, 56, 58)] for i in range(30)
    }
    new = {f"b{j}{i:02d}": [60 * j + 10] for j in range(1, 9) for i in range(30)}
    better = backtest(*tables(old | new), as_of=AS_OF, WINDOWS=1, RESAMPLES=50)
    assert "Its order is better than recency: of 100 pairs" in better.verdict
    # The other way round: many contact-days of old that have ended, and newcomers who stay.
    ended = {f"a{i:02d}": list(range(130, 400, 2)) for i in range(30)}
    stay = {f"b{i:02d}": [61, 20] for i in range(30)}
    worse = backtest(*tables(ended | stay), as_of=AS_OF, WINDOWS=1, RESAMPLES=50)
    assert "As for the order, recency does better: of 100 pairs" in worse.verdict
    # Of the long-standing none came, and the newcomers did: one chance for all would have been closer.
    assert worse.scores.loc[0, "brier"] > worse.scores.loc[0, "base_brier"]
    assert "would have come closer to what happened: go by the order, not by the chances." in worse.verdict
    for verdict in (better.verdict, worse.verdict):
        assert not re.search("AUC|Brier|interval|calibrat|kappa|%", verdict)


def test_few_who_were_marked_are_told_as_they_are() -> None:
    chance, touched = np.array([0.5, 0.9, 0.2]), np.array([False, True, False])
    assert _came_back(chance, touched, 1) == (
        "Held against your own past: of 2 marked likely to be in touch within 1 day, 1 came back (1 expected); "
        "of 1 marked unlikely, 0 came back (0 expected)."
    )
    assert _came_back(chance[2:], touched[2:], 60).startswith(
        "Held against your own past: nobody was marked likely"
    )
    six = _came_back(np.full(50, 0.71), np.arange(50) < 31, 60)
    assert "of ten people marked likely to be in touch within 60 days, six came back (seven expected);" in six


def log_from_the_model(kappa: float, count: int, windows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody once at some time; then in each window of 60 days once more, with the model's own chance."""
    random = np.random.default_rng(11)
    last = -random.integers(1, 400, count)
    n = np.ones(count, dtype=np.int64)
    events = [(np.arange(count), last.copy())]
    for start in range(0, 60 * windows, 60):
        chance = kappa * n * 60 / (kappa * n * 60 + start - last + 30)
        back = np.flatnonzero(random.random(count) < chance)
        day = start + random.integers(0, 60, back.size)
        last[back], n[back] = day, n[back] + 1
        events.append((back, day))
    code, day = (np.concatenate(part) for part in zip(*events, strict=True))
    ids = np.array([f"p{i:05d}" for i in range(count)])
    moment = TODAY + pd.to_timedelta(day - 60 * windows, unit="D")
    log = pd.DataFrame({"contact_id": ids[code], "occurred_at": moment, "direction": "mutual"})
    return pd.DataFrame({"contact_id": ids}), log


@pytest.mark.parametrize("kappa", [0.1, 0.8])
def test_a_log_drawn_from_the_model_gives_its_kappa_back_and_is_calibrated(kappa: float) -> None:
    contacts, log = log_from_the_model(kappa, count=4_000, windows=12)  # six to judge, six before the first
    # 24,000 outcomes: the standard error of ln kappa is about 0.02.
    assert math.log(fit_kappa(contacts, log, as_of=AS_OF)) == pytest.approx(math.log(kappa), abs=0.06)
    found = backtest(contacts, log, as_of=AS_OF, RESAMPLES=20)
    model = found.scores.iloc[0]
    assert model["ece"] < 0.02
    assert model["brier"] < model["base_brier"]
    inside = found.bands["predicted_share"].between(found.bands["observed_low"], found.bands["observed_high"])
    assert inside[found.bands["contact_count"] >= 100].mean() >= 0.8
