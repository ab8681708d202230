"""How well would the dormancy report have predicted the owner's own past?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from networkscope import schema
from networkscope.errors import require_positive
from networkscope.measures.chances import (
    MIN_CONTACTS,
    MIN_OUTCOMES,
    WINDOWS,
    chance_and_fading,
    fitted_kappa,
    has_enough,
    past_windows,
)
from networkscope.measures.rates import share_interval
from networkscope.measures.registry import measure
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import many

Flags: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

METHODS = ("model", "recency", "90_day_rule")
RULE_DAYS, BAND_COUNT, LEVEL, RESAMPLES = 90, 10, 0.95, 500
OF_TEN = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "all ten")
BLOCK = 20  # resamples at once: few enough to stay within the processor's cache
_SCORES = (
    *("auc", "auc_low", "auc_high", "auc_lead", "auc_lead_low", "auc_lead_high"),
    *("average_precision", "brier", "base_brier", "ece"),
)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the past says about the dormancy report; `backtest` describes the two tables."""

    enough: bool
    verdict: str
    scores: pd.DataFrame
    bands: pd.DataFrame
    contact_count: int
    window_count: int


@measure
def backtest(now: Snapshot, *, horizon_days: int = 60) -> Backtest:
    """How well would the dormancy report have predicted the owner's own past?

    Goes back six times by `horizon_days` from the start of today. At each cut-off it takes everybody touched before
    it, forecasts as the report of that day would have (`kappa` too was fitted to what lay before), and looks who was
    touched within the horizon. Three ways to sort people are compared: the model of `dormant_contacts`, days of
    silence alone (recency), and silence below 90 days (90_day_rule). Intervals are 95% percentile intervals over 500
    resamples of contacts, all cut-offs of a contact together (Efron and Tibshirani 1993), the same for all three.

    Returns
    -------
    Backtest
        `enough` is False below 30 contacts or 10 forecasts of either outcome: then `verdict` says so and the
        tables have no rows. Otherwise `verdict` says in plain words how many of ten people marked likely (a chance
        of one half or more), and of ten marked unlikely, came back; whether the chances came closer than the same
        chance for everybody (`brier` against `base_brier`); and whether days of silence alone sort people as well
        (where 0 is between `auc_lead_low` and `auc_lead_high`). `contact_count` people were forecast, at
        `window_count` cut-offs.

        `scores`, one row per `method`: `auc` (the chance that someone touched stands above someone not
        touched, ties counting half; Hanley and McNeil 1982) with `auc_low, auc_high`; `auc_lead` over recency
        with `auc_lead_low, auc_lead_high`; `average_precision` for the silent, ties taken together; `brier`
        (mean squared error; Brier 1950; NA for recency, which gives no chance) beside `base_brier`, that of
        the observed share for everybody; `ece`, the mean gap over ten equal bands (model only).

        `bands`, one row per tenth of the forecast chance: `chance_from, chance_to, forecast_count,
        contact_count, touched_count, predicted_share, observed_share, observed_low, observed_high`. The
        interval counts every contact once, for the forecasts about one person are not independent.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> nothing = (schema.empty("contacts"), schema.empty("interactions"))
    >>> found = backtest(snapshot(*nothing, as_of="2026-11-16"))
    >>> found.enough, found.verdict[:27], len(found.scores)
    (False, 'There is too little history', 0)
    """
    require_positive(whole=True, horizon_days=horizon_days)
    windows = past_windows(now, horizon_days, 2 * WINDOWS)
    judged = windows[:WINDOWS]
    past = pd.concat(judged, ignore_index=True)
    touched = past["touched"].to_numpy(bool)
    # In the order of the ids, so that the resamples do not depend on the order of the rows.
    code, population = pd.factorize(past["contact_id"], sort=True)
    counts = len(population), sum(len(window) > 0 for window in judged)
    if not has_enough(judged):
        none = _bands(np.zeros(0), touched[:0], code[:0]).iloc[:0]
        return Backtest(False, _too_little(counts[0], touched), _table({}), none, *counts)
    kappas = [fitted_kappa(windows[cut : cut + WINDOWS], horizon_days) for cut in range(1, WINDOWS + 1)]
    kappa = np.repeat(kappas, [len(window) for window in judged])
    silent = past["days_silent"].to_numpy()
    days, unseen = past["contact_days"].to_numpy(), past["days_unseen"].to_numpy()
    chance, _ = chance_and_fading(days, silent, unseen, kappa * horizon_days)
    bands = _bands(chance, touched, code)
    scores = _scores(chance, silent, touched, code, bands)
    verdict = f"{_came_back(chance, touched, horizon_days)} {_worth(scores)} {_compared(scores)}"
    return Backtest(True, verdict, scores, bands, *counts)


def _scores(chance: Floats, silent: Floats, touched: Flags, code: Ints, bands: pd.DataFrame) -> pd.DataFrame:
    fresh = (silent < RULE_DAYS).astype(np.float64)
    ranked = (chance, -silent.astype(np.float64), fresh)
    size = int(code.max()) + 1
    rankings = [weighted_auc(score, touched, code) for score in ranked]
    auc = np.array([ranking(np.ones(size)) for ranking in rankings])
    draws = _resampled(rankings, size)
    ends = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    low, high = np.quantile(draws, ends, axis=0)
    recency = METHODS.index("recency")
    lead = np.vstack([auc - auc[recency], *np.quantile(draws - draws[:, [recency]], ends, axis=0)])
    lead[:, recency] = np.nan
    miss = (bands["predicted_share"] - bands["observed_share"]).abs() * bands["forecast_count"]
    return _table({
        "auc": auc, "auc_low": low, "auc_high": high,
        "auc_lead": lead[0], "auc_lead_low": lead[1], "auc_lead_high": lead[2],
        "average_precision": [average_precision(-score, ~touched) for score in ranked],
        "brier": [np.mean((chance - touched) ** 2), np.nan, np.mean((fresh - touched) ** 2)],
        "base_brier": touched.mean() * (1 - touched.mean()), "ece": [miss.sum() / touched.size, np.nan, np.nan],
    })  # fmt: skip


def _table(columns: dict[str, Any]) -> pd.DataFrame:
    methods = pd.Series(METHODS if columns else [], dtype=schema.TEXT)
    return pd.DataFrame({"method": methods, **{name: columns.get(name, np.zeros(0)) for name in _SCORES}})


def weighted_auc(score: Floats, touched: Flags, code: Ints) -> Callable[[Floats], Floats]:
    """The AUC of a score, sorted once, as a function of how often each contact counts; NaN without pairs.

    The function takes one weight per contact, or a column of them for each of many resamples.
    """
    _, level = np.unique(score, return_inverse=True)
    shape = int(level.max(initial=0)) + 1, int(code.max(initial=-1)) + 1
    mass = [
        sparse.csr_array((np.ones(keep.sum()), (level[keep], code[keep])), shape=shape)
        for keep in (touched, ~touched)
    ]

    def auc(weight: Floats) -> Floats:
        above, rest = (part @ weight[: shape[1]] for part in mass)
        below = np.cumsum(rest, axis=0)
        pairs = above.sum(axis=0) * below[-1]
        return (above * (2 * below - rest)).sum(axis=0) / np.where(pairs > 0, 2 * pairs, np.nan)

    return auc


def _resampled(rankings: list[Callable[[Floats], Floats]], size: int) -> Floats:
    """The AUC of each ranking in each resample of the contacts."""
    random = np.random.default_rng(0)
    draws = np.zeros((0, len(rankings)))
    while len(draws) < RESAMPLES:
        drawn = (random.integers(size, size=size) for _ in range(BLOCK))
        weights = np.stack([np.bincount(one, minlength=size) for one in drawn], axis=1).astype(np.float64)
        found = np.stack([ranking(weights) for ranking in rankings], axis=1)
        # A resample that lost one of the outcomes has no AUC; another takes its place.
        draws = np.concatenate([draws, found[~np.isnan(found[:, 0])]])
    return draws[:RESAMPLES]


def average_precision(score: Floats, hit: Flags) -> float:
    """Mean precision at the hits, the highest score first; equal scores are taken in together."""
    order = np.argsort(-score)
    last_of_tie = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    hits = np.cumsum(hit[order])[last_of_tie]
    return float(np.diff(hits, prepend=0) @ (hits / (last_of_tie + 1)) / hits[-1])


def _bands(chance: Floats, touched: Flags, code: Ints) -> pd.DataFrame:
    band = np.minimum((chance * BAND_COUNT).astype(np.int64), BAND_COUNT - 1)
    forecasts, hits = (np.bincount(part, minlength=BAND_COUNT) for part in (band, band[touched]))
    people = np.bincount(np.unique(code * BAND_COUNT + band) % BAND_COUNT, minlength=BAND_COUNT)
    known = np.where(forecasts > 0, forecasts, np.nan)
    low, high = share_interval(hits * people / np.maximum(forecasts, 1), people, LEVEL)
    edges = np.arange(BAND_COUNT + 1) / BAND_COUNT
    return pd.DataFrame({
        "chance_from": edges[:-1], "chance_to": edges[1:],
        "forecast_count": forecasts, "contact_count": people, "touched_count": hits,
        "predicted_share": np.bincount(band, chance, minlength=BAND_COUNT) / known,
        "observed_share": hits / known, "observed_low": low, "observed_high": high,
    })  # fmt: skip


def _too_little(contact_count: int, touched: Flags) -> str:
    return (
        f"There is too little history to judge this report by: {many(contact_count, 'person', 'people')}, who "
        f"came back {many(touched.sum(), 'time')} and did not {many((~touched).sum(), 'time')}; "
        f"it takes {MIN_CONTACTS} people and {MIN_OUTCOMES} times of either."
    )


def _came_back(chance: Floats, touched: Flags, horizon_days: int) -> str:
    """How many came back of those marked likely, and how many of the others?"""
    likely = chance >= 0.5
    days = many(horizon_days, "day")
    findings = (
        _of_ten(f"marked likely to be in touch within {days}", chance[likely], touched[likely]),
        _of_ten("marked unlikely", chance[~likely], touched[~likely]),
    )
    return f"Held against your own past: {'; '.join(findings)}."


def _of_ten(marked: str, chance: Floats, touched: Flags) -> str:
    size, expected, came = touched.size, chance.sum(), touched.sum()
    if not size:
        return f"nobody was {marked}"
    if size < len(OF_TEN) - 1:
        return f"of {size} {marked}, {came} came back ({expected:.0f} expected)"
    came_words, expected_words = (OF_TEN[round(10 * number / size)] for number in (came, expected))
    return f"of ten people {marked}, {came_words} came back ({expected_words} expected)"


def _worth(scores: pd.DataFrame) -> str:
    """Do the chances tell more than the same chance for everybody would?"""
    model = scores.set_index("method").loc["model"]
    if model["brier"] < model["base_brier"]:
        return "Its chances came closer to what happened than the same chance for everybody."
    return "The same chance for everybody would have come closer to what happened: go by the order, not by the chances."


def _compared(scores: pd.DataFrame) -> str:
    """Does the model sort people better than recency? In words, and in pairs."""
    model, recency = scores.set_index("method").loc[["model", "recency"]].to_dict("records")
    finding = "As for the order, recency does as well"
    if model["auc_lead_low"] > 0:
        finding = "Its order is better than recency"
    elif model["auc_lead_high"] < 0:
        finding = "As for the order, recency does better"
    pairs = 100 if round(100 * model["auc"]) != round(100 * recency["auc"]) else 1000
    return (
        f"{finding}: of {pairs:,} pairs of one who came back and one who did not, this report has the right one first "
        f"in {model['auc'] * pairs:.0f}, days of silence alone in {recency['auc'] * pairs:.0f}, a coin in {pairs // 2}."
    )
