"""How well would the dormancy report have predicted the owner's own past?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from networkscope import dates, schema
from networkscope.errors import ParameterError, require_positive
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import share_interval
from networkscope.snapshot import rhythm
from networkscope.snapshot.rhythm import Flags, Floats, Ints

METHODS = ("model", "recency", "90_day_rule")
RULE_DAYS, BAND_COUNT, LEVEL = 90, 10, 0.95
BLOCK = 20  # resamples at once: few enough to stay within the processor's cache
_SCORES = (
    *("auc", "auc_low", "auc_high", "auc_lead", "auc_lead_low", "auc_lead_high"),
    *("average_precision", "brier", "base_brier", "ece"),
)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the past says about the dormancy report; `backtest_dormancy` describes the two tables."""

    enough: bool
    verdict: str
    scores: pd.DataFrame
    bands: pd.DataFrame
    contact_count: int
    window_count: int


@on_snapshot()
def backtest_dormancy(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    horizon_days: int = 60,
    cutoffs: int = 6,
    group_max: int = 4,
    timezone: str = "UTC",
    bootstrap: int = 500,
    seed: int = 0,
) -> Backtest:
    """How well would the dormancy report have predicted the owner's own past?

    Goes back `cutoffs` times by `horizon_days` from the beginning of the day of `as_of`. At each cut-off it
    takes everybody touched before it, forecasts with what was known then (`kappa` from the block before it
    alone), and looks who was touched within the horizon. Three ways to sort people are compared: the model
    of `dormant_contacts`, days of silence alone (recency), and silence below 90 days (90_day_rule).
    Intervals are 95% percentile intervals over `bootstrap` resamples of contacts, all cut-offs of a contact
    together (Efron and Tibshirani 1993), the same resamples for all three.

    Returns
    -------
    Backtest
        `enough` is False below 30 contacts or 10 forecasts of either outcome: then `verdict` says so and the
        tables have no rows. Otherwise `verdict` tells a lay reader how many of those called silent (chance
        below one half) at the latest cut-off were, and whether the model beats recency. `contact_count`
        people were forecast, at `window_count` cut-offs.

        `scores`, one row per `method`: `auc` (the chance that someone touched stands above someone not
        touched, ties counting half; Hanley and McNeil 1982) with `auc_low, auc_high`; `auc_lead` over recency
        with `auc_lead_low, auc_lead_high`; `average_precision` for the silent, ties taken together; `brier`
        (mean squared error; Brier 1950; NA for recency, which gives no chance) beside `base_brier`, that of
        the observed share for everybody; `ece`, the mean gap over ten equal bands (model only).

        `bands`, one row per tenth of the forecast chance: `chance_from, chance_to, forecast_count,
        contact_count, touched_count, predicted_share, observed_share, observed_low, observed_high`. The
        interval counts every contact once, for the forecasts about one person are not independent.

    Raises
    ------
    ParameterError, SchemaError
        An option is not a positive whole number or cannot be read; a table does not fit its declaration.

    Examples
    --------
    >>> found = backtest_dormancy(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16")
    >>> found.enough, found.verdict[:18], len(found.scores)
    (False, 'Not enough history', 0)
    """
    require_positive(whole=True, horizon_days=horizon_days, cutoffs=cutoffs, bootstrap=bootstrap)
    if seed < 0:
        raise ParameterError(f"seed must be 0 or more, not {seed!r}")
    # In the order of the ids, so that the resamples do not depend on the order of the rows.
    ids = schema.conform("contacts", contacts, ("contact_id",))["contact_id"].sort_values()
    touches, today = rhythm.known_touches(ids, interactions, as_of, timezone, group_max)
    past = rhythm.windows(rhythm.day_keys(touches), len(ids), today, horizon_days, cutoffs + 1)
    sizes = [window.code.size for window in past[:-1]]
    code, n, silent, touched = (np.concatenate(parts) for parts in zip(*past[:-1], strict=True))
    population, code = np.unique(code, return_inverse=True)
    counts = int(population.size), sum(size > 0 for size in sizes)
    if not rhythm.has_enough(past[:-1]):
        none = _bands(np.zeros(0), touched[:0], code[:0]).iloc[:0]
        return Backtest(False, _too_little(counts[0], touched), _table({}), none, *counts)
    kappa = [rhythm.fitted_kappa([before], horizon_days) for before in past[1:]]
    chance, _ = rhythm.chance_and_fading(n, silent, np.repeat(kappa, sizes) * horizon_days)
    bands = _bands(chance, touched, code)
    scores = _scores(chance, silent, touched, code, bands, bootstrap, seed)
    day = f"{np.datetime64(today - horizon_days, 'D')}"
    told = _called_silent(chance[: sizes[0]], touched[: sizes[0]], day, horizon_days)
    return Backtest(True, f"{told} {_compared(scores)}", scores, bands, *counts)


def _scores(
    chance: Floats, silent: Ints, touched: Flags, code: Ints, bands: pd.DataFrame, bootstrap: int, seed: int
) -> pd.DataFrame:
    fresh = (silent < RULE_DAYS).astype(np.float64)
    ranked = (chance, -silent.astype(np.float64), fresh)
    size = int(code.max()) + 1
    rankings = [weighted_auc(score, touched, code) for score in ranked]
    auc = np.array([ranking(np.ones(size)) for ranking in rankings])
    draws = _resampled(rankings, size, bootstrap, seed)
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


def _resampled(rankings: list[Callable[[Floats], Floats]], size: int, bootstrap: int, seed: int) -> Floats:
    """The AUC of each ranking in each resample of the contacts."""
    random = np.random.default_rng(seed)
    draws = np.zeros((0, len(rankings)))
    while len(draws) < bootstrap:
        drawn = (random.integers(size, size=size) for _ in range(BLOCK))
        weights = np.stack([np.bincount(one, minlength=size) for one in drawn], axis=1).astype(np.float64)
        found = np.stack([ranking(weights) for ranking in rankings], axis=1)
        # A resample that lost one of the outcomes has no AUC; another takes its place.
        draws = np.concatenate([draws, found[~np.isnan(found[:, 0])]])
    return draws[:bootstrap]


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
        f"Not enough history: {contact_count} people, {touched.sum()} outcomes of contact and "
        f"{(~touched).sum()} of silence; it takes {rhythm.MIN_CONTACTS} people and {rhythm.MIN_OUTCOMES} of either."
    )


def _called_silent(chance: Floats, touched: Flags, day: str, horizon_days: int) -> str:
    called, all_silent = chance < 0.5, f"{(~touched).sum()} of all {touched.size} known then"
    if not called.any():
        return f"On {day} this report would have called nobody silent; {all_silent} were, for {horizon_days} days."
    people = f"{called.sum()} {'person' if called.sum() == 1 else 'people'}"
    were = f"{(called & ~touched).sum()} were, for at least {horizon_days} days (against {all_silent})"
    return f"Of {people} this report would have called silent on {day}, {were}."


def _compared(scores: pd.DataFrame) -> str:
    """Does the model sort people better than recency? In words, with the interval of the difference."""
    model, recency = scores.set_index("method").loc[["model", "recency"]].to_dict("records")
    low, high = model["auc_lead_low"], model["auc_lead_high"]
    interval = f"the {LEVEL:.0%} interval of the difference is {100 * low:+.1f} to {100 * high:+.1f} points"
    if low <= 0 <= high:
        finding = "Whether it sorts people better than days of silence alone cannot be told from this log"
        interval += ", which includes 0"
    else:
        finding = f"It sorts people {'better' if low > 0 else 'worse'} than days of silence alone"
    return (
        f"{finding}: someone who was in touch again stood above someone who was not in {model['auc']:.0%} of all "
        f"pairs, by days of silence in {recency['auc']:.0%}; {interval}."
    )
