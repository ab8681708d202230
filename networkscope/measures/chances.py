"""How likely is contact by itself: the formula, the past that it is held against, and its one parameter."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from networkscope import schema
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot

KAPPA = 0.27  # found on e-mail networks at work, with V = R; `fit_kappa` gives the owner's own
PRIOR_SD = 0.5  # of ln(kappa): a factor of 2.7 either way is still believable
FRESH_DAYS = 30  # added to every silence: without it, whoever was touched today would be certain to return
MIN_CONTACTS, MIN_OUTCOMES = 30, 10
WINDOWS = 6
DAY = pd.Timedelta(days=1)


def seen_days(now: Snapshot) -> pd.DataFrame:
    """Each day on which somebody was in anything that the owner got or sent: `contact_id, day`.

    Groups of any size count where that person wrote or was a guest, and so do the others to whom a mail went that
    the owner got. A mail of the owner to more than `group_max` people does not: one to all would show everybody.
    """
    events = now.events
    there = ~events["is_crowd"] | events["from_contact"] | events["channel"].isin(schema.TOGETHER)
    heard = events.loc[there & ~events["is_note"], ["event_id", "contact_id", "day"]]
    others = now.co_mentions[["event_id", "contact_id"]]
    day = heard[heard["event_id"].isin(others["event_id"])].groupby("event_id")["day"].max()
    others = others.assign(day=value_of(others["event_id"], day)).dropna(subset="day")
    return pd.concat([heard, others])[["contact_id", "day"]].drop_duplicates(ignore_index=True)


def past_windows(now: Snapshot, horizon_days: int, count: int) -> list[pd.DataFrame]:
    """The last completed stretches before today, the latest first: whom did one know before each, and who came?

    Columns, by contact: `contact_id, contact_days, days_silent, days_unseen` (at its start), `touched` within it.
    """
    people = pd.Index(now.contacts["contact_id"].sort_values())
    touches, seen = (
        days.assign(row=people.get_indexer(days["contact_id"])).query("row >= 0").sort_values("day")
        for days in (now.contact_days, seen_days(now))
    )

    def before(days: pd.DataFrame, start: pd.Timestamp) -> Any:
        return days.iloc[: days["day"].searchsorted(start)].groupby("row")["day"]

    starts = [now.today - pd.Timedelta(days=number * horizon_days) for number in range(count + 1)]
    states = [before(touches, start).agg(["size", "max"]) for start in starts]
    return [
        pd.DataFrame({
            "contact_id": people[known.index], "contact_days": known["size"].to_numpy(),
            "days_silent": ((start - known["max"]) / DAY).to_numpy(),
            "days_unseen": ((start - before(seen, start).max().reindex(known.index)) / DAY).to_numpy(),
            "touched": later["size"].reindex(known.index).to_numpy() > known["size"].to_numpy(),
        })
        for start, (later, known) in zip(starts[1:], pairwise(states), strict=True)
    ]  # fmt: skip


def has_enough(windows: list[pd.DataFrame]) -> bool:
    """Is there enough of the past to fit to, or to judge by: 30 contacts, 10 outcomes of either kind?"""
    past = pd.concat(windows)
    touched = int(past["touched"].sum())
    enough = min(touched, len(past) - touched) >= MIN_OUTCOMES
    return bool(enough and past["contact_id"].nunique() >= MIN_CONTACTS)


def fitted_kappa(windows: list[pd.DataFrame], horizon_days: float) -> float:
    """The posterior mode of `kappa` over past windows, unless 0.27 did better; see `fit_kappa`."""
    if not has_enough(windows):
        return KAPPA
    past = pd.concat([window.assign(block=number) for number, window in enumerate(windows)])
    distance = _distance(past["days_silent"], past["days_unseen"])
    offset = np.log(past["contact_days"] * horizon_days / distance).to_numpy()
    touched, block = past["touched"].to_numpy(bool), past["block"].to_numpy()
    theta = _posterior_mode(offset, touched, math.log(KAPPA))
    lead = 0.0
    for number in np.unique(block):
        left_out = block == number
        if not left_out.all():
            other = _posterior_mode(offset[~left_out], touched[~left_out], theta)
            given, fitted = (special.expit(each + offset[left_out]) for each in (math.log(KAPPA), other))
            lead += ((given - touched[left_out]) ** 2 - (fitted - touched[left_out]) ** 2).sum()
    return math.exp(theta) if lead >= 0 else KAPPA


def _posterior_mode(offset: npt.NDArray[np.float64], touched: npt.NDArray[np.bool_], theta: float) -> float:
    """The most likely ``ln kappa`` where `offset` is the rest of the log-odds, by Newton's steps from `theta`."""
    for _ in range(100):
        chance = special.expit(theta + offset)
        slope = touched.sum() - chance.sum() - (theta - math.log(KAPPA)) / PRIOR_SD**2
        curvature = (chance * (1 - chance)).sum() + 1 / PRIOR_SD**2
        # A bounded step cannot overshoot for good: the curvature changes at most e-fold within it.
        step = float(np.clip(slope / curvature, -1, 1))
        theta += step
        if abs(step) < 1e-12:
            break
    return theta


def chance_and_fading(
    contact_days: npt.NDArray[Any], days_silent: npt.NDArray[Any], days_unseen: npt.NDArray[Any], scale: Any
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The chance of any contact, and how much of it has gone since the last; `scale` is kappa x horizon.

    NaN for whoever was never touched. Fading is ``1 - P(R, V) / P(0, 0)``, written out.
    """
    known = np.where(contact_days > 0, scale * contact_days, np.nan)
    distance = _distance(days_silent, days_unseen)
    return known / (known + distance), (distance - FRESH_DAYS) / (known + distance)


def _distance(days_silent: Any, days_unseen: Any) -> Any:
    """How far away somebody is, in days: between silence and being out of sight, and never 0."""
    return np.sqrt((days_silent + FRESH_DAYS) * (days_unseen + FRESH_DAYS))
