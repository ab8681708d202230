"""Intervals and shrinkage: numbers by hand, scipy as the referee, properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from networkscope.errors import ParameterError
from networkscope.measures import rates

GROUPS = st.lists(
    st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def names_per_talk(*groups):
    """The ends of the interval for the counts of each group, or for the one group."""
    sums = [(sum(y), len(y), sum(v * v for v in y)) for y in groups]
    ends = np.column_stack(rates.count_rate_intervals(*zip(*sums, strict=True)))
    return ends if len(groups) > 1 else ends[0]


def test_wilson_by_hand():
    # x=6, n=20, z=1.645, z2=2.7055: centre = (6+1.35277)/22.7055 = 0.32383,
    # reach = sqrt(2.7055*(6*0.7+0.67639))/22.7055 = sqrt(13.1930)/22.7055 = 0.15997
    low, high = rates.share_interval(6, 20)
    assert (low.round(4), high.round(4)) == (0.1639, 0.4838)
    for x, n in ((6, 20), (3, 10)):  # ten is the first
        expected = stats.binomtest(x, n).proportion_ci(0.90, "wilson")
        assert rates.share_interval(x, n) == pytest.approx((expected.low, expected.high))


def test_jeffreys_below_ten():
    low, high = rates.share_interval([2, 0, 9, 5], [9, 9, 9, 9], level=0.95)
    for i, x in enumerate([2, 0, 9, 5]):
        posterior = stats.beta(x + 0.5, 9 - x + 0.5)
        assert low[i] == pytest.approx(0 if x == 0 else posterior.ppf(0.025))
        assert high[i] == pytest.approx(1 if x == 9 else posterior.ppf(0.975))


def test_no_trials_is_undefined():
    low, high = rates.share_interval([0, 0], [0, 1])
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] == 0
    assert np.isnan(names_per_talk([])).all()
    low, high = rates.share_interval([], [])
    assert low.shape == high.shape == (0,)


@given(GROUPS)
def test_an_interval_holds_its_share_and_mirrors(groups):
    x, n = (np.array(part, dtype=float) for part in zip(*groups, strict=True))
    low, high = rates.share_interval(x, n)
    some = n > 0
    share = x[some] / n[some]
    assert (low[some] <= share).all()
    assert (share <= high[some]).all()
    assert ((low[some] >= 0) & (high[some] <= 1)).all()
    mirrored_low, mirrored_high = rates.share_interval(n - x, n)
    np.testing.assert_allclose(mirrored_low, 1 - high, atol=1e-9)
    np.testing.assert_allclose(mirrored_high, 1 - low, atol=1e-9)


@pytest.mark.parametrize(("x", "n", "level"), [(3, 2, 0.9), (-1, 2, 0.9), (1, 2, 1.0), (1, 2, 0)])
def test_nonsense_is_refused(x, n, level):
    with pytest.raises(ParameterError):
        rates.share_interval(x, n, level)


def test_gamma_by_hand():
    # y = 0 2 1 1: s=4, n=4, mean 1, m = 4.5/4 = 1.125; squares about the mean 1+1 = 2, over m = 1.7778
    # phi = max(1, (1.7778+8)/7) = 1.39683; shape 1+4/phi = 3.86364, rate 0.5+4/phi = 3.36364
    posterior = stats.gamma(3.863636, scale=1 / 3.363636)
    assert names_per_talk([0, 2, 1, 1]) == pytest.approx(posterior.ppf([0.05, 0.95]), rel=1e-5)


def test_clumped_counts_widen_the_interval_and_none_starts_at_zero():
    even, clumped = names_per_talk([2] * 10, [20] + [0] * 9)
    assert clumped[0] < even[0] < 2 < even[1] < clumped[1]
    assert names_per_talk([0, 0, 0])[0] == 0
    for negative in ([-1, 1, 5], [1, -1, 5], [1, 2, -5]):
        with pytest.raises(ParameterError):
            rates.count_rate_intervals(*negative)


def test_many_groups_equal_one_by_one():
    groups = [[0, 0], [3, 1, 4, 1], [9]]
    np.testing.assert_array_equal(names_per_talk(*groups), [names_per_talk(y) for y in groups])


@pytest.mark.parametrize("size", [1.0, 1000.0])
@pytest.mark.parametrize("n", [8, 25])
def test_the_gamma_interval_covers_as_promised(size, n):
    # Counts with mean 1: nearly Poisson (size 1000), and clumped with variance 2 (size 1).
    draws = np.random.default_rng(7).negative_binomial(size, size / (size + 1), (4000, n))
    low, high = rates.count_rate_intervals(draws.sum(1), np.full(4000, n), (draws**2).sum(1))
    covered = ((low <= 1) & (high >= 1)).mean()
    assert 0.86 <= covered <= 0.98


def test_one_lucky_case_does_not_lead():
    # 1 of 1 against 18 of 20 among many who get half of what they try.
    scores = rates.shrunken_shares([1, 18] + [5] * 20, [1, 20] + [10] * 20)
    assert scores[1] > scores[0] > scores[2]


def test_the_fit_finds_the_common_prior():
    rng = np.random.default_rng(3)
    trials = rng.integers(1, 30, 3000)
    successes = rng.binomial(trials, rng.beta(2, 6, 3000))
    empty = rates.shrunken_shares([*successes, 0], [*trials, 0])[-1]
    assert empty == pytest.approx(0.25, abs=0.02)
    # With a=2, b=6 a group of 0 out of 8 stands at 2/16.
    assert rates.shrunken_shares([*successes, 0], [*trials, 8])[-1] == pytest.approx(2 / 16, abs=0.02)


def test_few_groups_leave_about_two_imagined_cases():
    score = float(rates.shrunken_shares([4], [4])[0])
    assert 0.8 < score < 1
    assert rates.shrunken_shares([], []).shape == (0,)


@settings(max_examples=15)
@given(GROUPS, st.randoms(use_true_random=False))
def test_shrinkage_keeps_order_bounds_and_independence(groups, random):
    x, n = (np.array(part, dtype=float) for part in zip(*groups, strict=True))
    scores = rates.shrunken_shares(x, n)
    assert ((scores > 0) & (scores < 1)).all()
    order = np.array(random.sample(range(len(x)), len(x)))
    np.testing.assert_array_equal(rates.shrunken_shares(x[order], n[order]), scores[order])
    same = n[:, None] == n[None, :]
    assert (((x[:, None] - x) * (scores[:, None] - scores) >= 0) | ~same).all()
