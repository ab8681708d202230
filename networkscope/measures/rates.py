"""How sure is a rate? Intervals for shares and for counts per conversation, and shares fit for ranking."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

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
    x, n = _shares(successes, trials)
    tail = _tail(level)
    known = np.where(n > 0, n, np.nan)
    low, high = (special.betaincinv(x + 0.5, known - x + 0.5, end) for end in (tail, 1 - tail))
    z2 = special.ndtri(tail) ** 2
    centre = (x + z2 / 2) / (known + z2)
    reach = np.sqrt(z2 * (x * (1 - x / known) + z2 / 4)) / (known + z2)
    low, high = np.where(n < 10, [low, high], [centre - reach, centre + reach])
    # Rounding must not move an end off 0 where nothing succeeded, or off 1 where everything did.
    return np.where((x == 0) & (n > 0), 0.0, low), np.where((x == n) & (n > 0), 1.0, high)


def shares(
    successes: npt.ArrayLike, trials: npt.ArrayLike, level: float = 0.90
) -> tuple[Floats, Floats, Floats]:
    """The share of `successes` in `trials`, and the two ends of its `share_interval`; NaN of nothing.

    >>> [part.round(2).tolist() for part in shares([1, 0], [2, 0])]
    [[0.5, nan], [0.1, nan], [0.9, nan]]
    """
    x, n = _shares(successes, trials)
    return x / np.where(n > 0, n, np.nan), *share_interval(x, n, level)


def count_rate_interval(counts: npt.ArrayLike, level: float = 0.90) -> tuple[float, float]:
    """How many per conversation, at least and at most, given the count of each conversation of one group?

    `count_rate_intervals` has the definition.

    >>> [round(end, 2) for end in count_rate_interval([0, 2, 1, 1])]
    [0.38, 2.25]
    """
    y = np.asarray(counts, dtype=np.float64).ravel()
    if (y < 0).any():
        raise ParameterError("counts must not be negative")
    low, high = count_rate_intervals(y.sum(), y.size, (y**2).sum(), level)
    return float(low), float(high)


def count_rate_intervals(
    totals: npt.ArrayLike, trials: npt.ArrayLike, squares: npt.ArrayLike, level: float = 0.90
) -> tuple[Floats, Floats]:
    """How many per conversation, at least and at most, for each of many groups?

    `totals` is the sum of a group's counts, `trials` their number (conversations), `squares` the sum of their
    squares. Equal-tailed quantiles of Gamma(1 + total/phi, 0.5 + trials/phi), a quasi-Poisson posterior. The
    dispersion `phi` is Pearson's statistic over the degrees of freedom, drawn towards a value a little above
    1 and never below 1, because names come in clumps and a plain Poisson interval is then too narrow. The
    lower end is 0 where nothing was counted. NaN where there were no trials.

    >>> low, high = count_rate_intervals([0, 8], [5, 4], [0, 30])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 0.77], [0.54, 3.69])
    """
    s, n, q = (np.asarray(part, dtype=np.float64) for part in (totals, trials, squares))
    tail = _tail(level)
    known = np.where(n > 0, n, np.nan)
    spread = np.maximum(q - s**2 / known, 0.0) * known / (s + 0.5)
    phi = np.maximum(1.0, (spread + 8) / (known + 3))
    low, high = (special.gammaincinv(1 + s / phi, p) / (0.5 + known / phi) for p in (tail, 1 - tail))
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
    x, n = _shares(successes, trials)
    # One term per distinct pair: fast for many groups, and the order of the groups cannot matter.
    pairs, repeats = np.unique(np.column_stack([x.ravel(), n.ravel()]), axis=0, return_counts=True)

    def surprise(point: Floats) -> float:
        logit, weight = point
        a, b = special.expit(logit) * np.exp(weight), special.expit(-logit) * np.exp(weight)
        fit = special.betaln(pairs[:, 0] + a, pairs[:, 1] - pairs[:, 0] + b) - special.betaln(a, b)
        prior = (logit / _MEAN_SPREAD) ** 2 + ((weight - _WEIGHT_CENTRE) / _WEIGHT_SPREAD) ** 2
        return float(prior / 2 - (repeats * fit).sum())

    best = optimize.minimize(surprise, np.array([0.0, _WEIGHT_CENTRE]), method="Nelder-Mead").x
    weight = np.exp(best[1])
    return np.asarray((x + special.expit(best[0]) * weight) / (n + weight), dtype=np.float64)


def _shares(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (successes, trials)))
    if not ((x >= 0) & (x <= n)).all():
        raise ParameterError("successes must lie between 0 and the number of trials")
    return x, n


def _tail(level: float) -> float:
    if 0 < level < 1:
        return (1 - level) / 2
    raise ParameterError(f"level must lie between 0 and 1, not {level}")
