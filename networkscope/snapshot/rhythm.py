"""On which days was a contact touched, and what do those days say about the days to come?

One sorted array of packed (contact, day) keys answers this for any cut-off day. So the dormancy report, the
fit of its one parameter and the backtest that judges it see a contact through the same few functions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from networkscope import dates as periods
from networkscope import schema
from networkscope.errors import require_positive
from networkscope.snapshot.touches import seen

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

KAPPA = 0.27  # found on e-mail networks at work; `dormancy.fit_kappa` gives the owner's own
PRIOR_SD = 0.5  # of ln(kappa): a factor of 2.7 either way is still believable
FRESH_DAYS = 30  # added to every silence: without it, whoever was touched today would be certain to return
MIN_CONTACTS, MIN_OUTCOMES = 30, 10

_CODE_BITS = 32
_DAY_MASK = (1 << _CODE_BITS) - 1
_DAY_ZERO = 1 << (_CODE_BITS - 1)  # days before 1970 have negative numbers


class Window(NamedTuple):
    """The contacts known before a cut-off day, and whether each was touched within the horizon from it on."""

    code: Ints
    contact_days: Ints
    days_silent: Ints
    touched: Flags


def known_touches(
    ids: pd.Series,
    interactions: pd.DataFrame,
    as_of: periods.AsOf,
    timezone: str,
    group_max: int,
    columns: tuple[str, ...] = (),
) -> tuple[pd.DataFrame, int]:
    """The touches of these contacts seen at `as_of`, and today's day number.

    Adds `code` (the contact's position in `ids`), `day` as day number, and `age` in microseconds.
    """
    require_positive(whole=True, group_max=group_max)
    touches = seen(interactions, as_of=as_of, timezone=timezone, columns=columns, group_max=group_max)
    now = periods.as_instant(as_of, timezone)
    found, names = pd.factorize(touches["contact_id"])
    code = pd.Index(ids).get_indexer(names).astype(np.int64)[found]
    age = (now - touches["occurred_at"]).astype(np.int64)
    touches = touches.assign(code=code, day=periods.day_numbers(touches["day"]), age=age)
    today = periods.day_numbers(pd.Series([periods.local_date(now, timezone)]))
    known = code >= 0
    return touches if known.all() else touches[known], int(today[0])


def day_keys(touches: pd.DataFrame) -> Ints:
    """Each contact-day once, contact and day packed into one sorted number."""
    keys = np.sort((touches["code"].to_numpy() << _CODE_BITS) | (touches["day"].to_numpy() + _DAY_ZERO))
    return keys[np.diff(keys, prepend=-1) > 0]


def history(keys: Ints, size: int, before_day: int) -> tuple[Ints, Ints, Ints]:
    """Per contact: how many contact-days before a day, the first and the last (`before_day` where none).

    The gaps between them add up to the last minus the first.
    """
    keys = keys[(keys & _DAY_MASK) < before_day + _DAY_ZERO]
    n = np.bincount(keys >> _CODE_BITS, minlength=size)
    touched, end = n > 0, np.cumsum(n)
    first, last = np.full((2, size), before_day, dtype=np.int64)
    first[touched] = (keys[(end - n)[touched]] & _DAY_MASK) - _DAY_ZERO
    last[touched] = (keys[end[touched] - 1] & _DAY_MASK) - _DAY_ZERO
    return n, first, last


def as_dates(days: Ints, known: Flags) -> Any:
    """Day numbers as naive dates, NA where not known."""
    dates = np.where(known, days.astype("datetime64[D]"), np.datetime64("NaT", "D"))
    return pd.array(dates.astype("datetime64[us]"), dtype=schema.DATE)


def least_age(touches: pd.DataFrame, size: int) -> Ints:
    """The age of the latest touch of each contact."""
    least = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(least, touches["code"].to_numpy(), touches["age"].to_numpy())
    return least


def latest(touches: pd.DataFrame, size: int) -> pd.DataFrame:
    """The latest row of each contact; of several at one instant the last by content, whatever their order."""
    tied = touches[touches["age"].to_numpy() == least_age(touches, size)[touches["code"].to_numpy()]]
    ranked = tied.sort_values(["code", *touches.columns.drop(["code", "age"])], na_position="first")
    return ranked.drop_duplicates("code", keep="last").set_index("code").reindex(range(size))


def windows(keys: Ints, size: int, today: int, horizon_days: int, count: int) -> list[Window]:
    """The last completed windows before today, the latest first, each with what was known before it began."""
    states = [history(keys, size, today - j * horizon_days) for j in range(count + 1)]
    found = []
    for j, ((later, _, _), (n, _, last)) in enumerate(pairwise(states), start=1):
        code = np.flatnonzero(n)
        found.append(Window(code, n[code], today - j * horizon_days - last[code], (later > n)[code]))
    return found


def has_enough(windows: Sequence[Window]) -> bool:
    """Is there enough of the past to fit to, or to judge by: 30 contacts, 10 outcomes of either kind?"""
    outcomes = np.concatenate([past.touched for past in windows])
    people = np.unique(np.concatenate([past.code for past in windows]))
    return people.size >= MIN_CONTACTS and min(outcomes.sum(), (~outcomes).sum()) >= MIN_OUTCOMES


def fitted_kappa(windows: Sequence[Window], horizon_days: int) -> float:
    """The posterior mode of `kappa` over past windows; see `fit_kappa`."""
    if not has_enough(windows):
        return KAPPA
    odds = [past.contact_days * horizon_days / (past.days_silent + FRESH_DAYS) for past in windows]
    # Sorted, so that the sums below do not depend on the order of the contacts in their last digit.
    offset = np.sort(np.log(np.concatenate(odds)))
    touched = sum(int(past.touched.sum()) for past in windows)
    centre = theta = math.log(KAPPA)
    for _ in range(100):
        chance = special.expit(theta + offset)
        slope = touched - chance.sum() - (theta - centre) / PRIOR_SD**2
        curvature = (chance * (1 - chance)).sum() + 1 / PRIOR_SD**2
        # A bounded step cannot overshoot for good: the curvature changes at most e-fold within it.
        step = float(np.clip(slope / curvature, -1, 1))
        theta += step
        if abs(step) < 1e-12:
            break
    return math.exp(theta)


def chance_and_fading(contact_days: Ints, days_silent: Ints, scale: float | Floats) -> tuple[Floats, Floats]:
    """The chance of any contact, and how much of it has gone since the last; `scale` is kappa x horizon.

    NaN for whoever was never touched. Fading is ``1 - P(R) / P(0)``, written out.
    """
    known = np.where(contact_days > 0, scale * contact_days, np.nan)
    whole = known + days_silent + FRESH_DAYS
    return known / whole, days_silent / whole
