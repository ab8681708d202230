"""How sure is a rate? Intervals for shares and for counts per conversation, and shares fit for ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from networkscope import schema
from networkscope.errors import ParameterError

Floats = npt.NDArray[np.float64]

# Small enough to be outvoted by a dozen groups, strong enough to hold where the groups say nothing.
_WEIGHT_CENTRE, _WEIGHT_SPREAD, _MEAN_SPREAD = np.log(2.0), 1.0, 2.0


def share_interval(
    successes: npt.ArrayLike, trials: npt.ArrayLike, level: float = 0.90
) -> tuple[Floats, Floats]:
    """Between which two shares does the true one lie, given `successes` out of `trials`?

    Below ten trials the equal-tailed Jeffreys interval, with 0 as its lower end when nothing succeeded and 1
    as its upper end when everything did; from ten trials on the Wilson interval: the choices that Brown, Cai
    and DasGupta (2001) recommend. Works element by element; NaN where there were no trials.
    A ParameterError where `level` is not between 0 and 1, or successes are not between 0 and the trials.

    >>> low, high = share_interval([0, 3, 6, 0], [0, 3, 20, 4])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([nan, 0.556, 0.164, 0.0], [nan, 1.0, 0.484, 0.362])
    """
    x, n = _counted(successes, trials)
    if not 0 < level < 1:
        raise ParameterError(f"level must lie between 0 and 1, not {level}")
    tail = (1 - level) / 2
    known = np.where(n > 0, n, np.nan)
    low, high = (special.betaincinv(x + 0.5, known - x + 0.5, end) for end in (tail, 1 - tail))
    z2 = special.ndtri(tail) ** 2
    centre = (x + z2 / 2) / (known + z2)
    reach = np.sqrt(z2 * (x * (1 - x / known) + z2 / 4)) / (known + z2)
    low, high = np.where(n < 10, [low, high], [centre - reach, centre + reach])
    # Rounding must not move an end off 0 where nothing succeeded, or off 1 where everything did.
    return np.where((x == 0) & (n > 0), 0.0, low), np.where((x == n) & (n > 0), 1.0, high)


def shares(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The share of `successes` in `trials`, and the two ends of its `share_interval`; NaN of nothing.

    >>> [part.round(2).tolist() for part in shares([1, 0], [2, 0])]
    [[0.5, nan], [0.1, nan], [0.9, nan]]
    """
    x, n = _counted(successes, trials)
    return x / np.where(n > 0, n, np.nan), *share_interval(x, n)


def add_shares(table: pd.DataFrame, parts: Mapping[str, str]) -> pd.DataFrame:
    """The table, its counts typed, and after each part's count its share of the whole with a 90% interval.

    >>> add_shares(pd.DataFrame({"ask_count": [4], "reply_count": [3]}), {"reply": "ask"}).round(2)
       ask_count  reply_count  reply_share  reply_low  reply_high
    0          4            3         0.75       0.35        0.95
    """
    out: dict[str, Any] = {}
    for name in table:
        out[name] = table[name].astype(schema.COUNT) if str(name).endswith("_count") else table[name]
        part = str(name).removesuffix("_count")
        if part in parts:
            x, n = (table[f"{one}_count"].to_numpy(np.float64) for one in (part, parts[part]))
            out[f"{part}_share"], out[f"{part}_low"], out[f"{part}_high"] = shares(x, n)
    return pd.DataFrame(out, index=table.index)


def count_rate_intervals(
    totals: npt.ArrayLike, trials: npt.ArrayLike, squares: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """How many per conversation, at least and at most, for each of many groups?

    `totals` is the sum s of a group's counts y, `trials` their number n (conversations), `squares` the sum of
    their squares. The 90% equal-tailed interval of the posterior

        Gamma(1 + s/phi, 0.5 + n/phi)        phi = max(1, (X2 + 8) / (n + 3))
        X2 = sum((y - s/n)^2) / m            m = (s + 0.5) / n

    A quasi-Poisson likelihood (McCullagh and Nelder 1989, ch. 6) under the prior Gamma(1, 0.5), which is worth
    half a conversation with one name. X2 is Pearson's statistic; over its n - 1 degrees of freedom it estimates the
    dispersion phi, here together with four imagined degrees that say 2: names come in clumps, and a plain Poisson
    interval is then too narrow. Both priors are the project's own choice, made for coverage. The lower end is 0
    where nothing was counted; NaN where there were no trials; a ParameterError where a number is negative.

    >>> low, high = count_rate_intervals([0, 8], [5, 4], [0, 30])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 0.77], [0.54, 3.69])
    """
    s, n, q = (np.asarray(part, dtype=np.float64) for part in (totals, trials, squares))
    if any((part < 0).any() for part in (s, n, q)):
        raise ParameterError("counts must not be negative")
    known = np.where(n > 0, n, np.nan)
    pearson = np.maximum(q - s**2 / known, 0.0) * known / (s + 0.5)
    phi = np.maximum(1.0, (pearson + 8) / (known + 3))
    low, high = (special.gammaincinv(1 + s / phi, p) / (0.5 + known / phi) for p in (0.05, 0.95))
    return np.where((s == 0) & (n > 0), 0.0, low), high


def shrunken_shares(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Floats:
    """Which share may each group be ranked by, so that one lucky case does not lead the list?

    The beta-binomial mean `(x + a) / (n + a + b)`, with `a` and `b` fitted to all groups (empirical Bayes;
    cf. Casella 1985). The fit maximises the beta-binomial likelihood under a weak prior: the logit of the
    common mean is N(0, 2^2), the log of the weight `a + b` is N(ln 2, 1). So few groups, or groups that do
    not differ more than chance, leave the weight near two imagined cases, and many groups outvote it. A
    group without trials gets the common mean.

    >>> shrunken_shares([1, 8, 0], [1, 10, 0]).round(2).tolist()
    [0.8, 0.78, 0.73]
    """
    x, n = _counted(successes, trials)
    # One term per distinct pair: fast for many groups, and the order of the groups cannot matter.
    pairs, repeats = np.unique(np.column_stack([x.ravel(), n.ravel()]), axis=0, return_counts=True)

    def surprise(point: Floats) -> float:
        logit, weight = point
        a, b = special.expit(logit) * np.exp(weight), special.expit(-logit) * np.exp(weight)
        fit = special.betaln(pairs[:, 0] + a, pairs[:, 1] - pairs[:, 0] + b) - special.betaln(a, b)
        prior = (logit / _MEAN_SPREAD) ** 2 + ((weight - _WEIGHT_CENTRE) / _WEIGHT_SPREAD) ** 2
        return float(prior / 2 - (repeats * fit).sum())

    from scipy import optimize  # here, since few reports need it

    best = optimize.minimize(surprise, np.array([0.0, _WEIGHT_CENTRE]), method="Nelder-Mead").x
    weight = np.exp(best[1])
    return np.asarray((x + special.expit(best[0]) * weight) / (n + weight), dtype=np.float64)


def _counted(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (successes, trials)))
    if not ((x >= 0) & (x <= n)).all():
        raise ParameterError("successes must lie between 0 and the number of trials")
    return x, n
