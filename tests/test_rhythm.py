"""Contact-days as packed keys: what was known before a day, and what came in the windows after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from networkscope.errors import ParameterError, require_positive
from networkscope.snapshot import rhythm


def keys(*days: tuple[int, int]) -> rhythm.Ints:
    frame = pd.DataFrame(days, columns=["code", "day"], dtype="int64")
    return rhythm.day_keys(frame)


def test_history_before_a_day() -> None:
    # Contact 0 on days -5, 3 (twice) and 10; contact 1 never; contact 2 on day 4. Unsorted on purpose.
    packed = keys((2, 4), (0, 10), (0, 3), (0, -5), (0, 3))
    n, first, last = rhythm.history(packed, 3, before_day=11)
    assert (n.tolist(), first.tolist(), last.tolist()) == ([3, 0, 1], [-5, 11, 4], [10, 11, 4])
    # Day 10 is not before day 10, and day 4 not before day 4.
    assert rhythm.history(packed, 3, before_day=10)[0].tolist() == [2, 0, 1]
    assert rhythm.history(packed, 3, before_day=4)[0].tolist() == [2, 0, 0]


def test_windows_look_forward_from_what_was_known() -> None:
    # Today is day 100, the horizon 20 days: cut-offs on days 80 and 60.
    packed = keys((0, 50), (0, 80), (1, 70), (1, 100), (2, 10), (2, 79))
    latest, before = rhythm.windows(packed, 3, today=100, horizon_days=20, count=2)
    # At 80: contact 0 silent since 50 and touched on the first day; 1 only after the window; 2 known, silent 1.
    assert latest.code.tolist() == [0, 1, 2]
    assert latest.contact_days.tolist() == [1, 1, 2]
    assert latest.days_silent.tolist() == [30, 10, 1]
    assert latest.touched.tolist() == [True, False, False]
    # At 60: contact 1 is not known yet; contact 2 is touched on the last day of the window.
    assert before.code.tolist() == [0, 2]
    assert before.days_silent.tolist() == [10, 50]
    assert before.touched.tolist() == [False, True]


def test_enough_counts_people_over_all_windows() -> None:
    def past(codes: range, touched_count: int) -> rhythm.Window:
        code = np.array(codes)
        return rhythm.Window(code, code + 1, code + 1, code - code[0] < touched_count)

    assert rhythm.has_enough([past(range(20), 5), past(range(10, 30), 5)])
    assert not rhythm.has_enough([past(range(20), 5), past(range(10, 29), 5)])
    assert not rhythm.has_enough([past(range(20), 5), past(range(10, 30), 4)])


def test_chance_and_fading_of_the_never_touched_are_missing() -> None:
    chance, fading = rhythm.chance_and_fading(np.array([0, 1]), np.array([0, 10]), 20.0)
    # 20 / (20 + 10 + 30), 10 / (20 + 10 + 30)
    assert np.isnan([chance[0], fading[0]]).all()
    assert (chance[1], fading[1]) == pytest.approx((1 / 3, 1 / 6))


def test_whole_numbers_are_whole() -> None:
    require_positive(whole=True, top=np.int64(3))
    require_positive(kappa=np.float64(0.1))
    for options in ({"top": 2.0}, {"top": True}, {"top": None}):
        with pytest.raises(ParameterError, match="top must be a positive whole number"):
            require_positive(whole=True, **options)


def test_kappa_is_found_from_far_away() -> None:
    # 4,000 people of 400 contact-days, silent for one day: n H / (R + 30) = 774, so the prior expects nearly
    # all of them, and 1,000 come. Unbounded Newton steps would leap between the two flat ends for ever.
    people = np.arange(4_000)
    past = rhythm.Window(people, np.full(4_000, 400), np.ones(4_000, dtype=np.int64), people < 1_000)
    theta = np.linspace(-12, 0, 120_001)
    logit = theta + np.log(400 * 60 / 31)
    posterior = 1_000 * logit - 4_000 * np.logaddexp(0, logit) - 2 * (theta - np.log(0.27)) ** 2
    assert np.log(rhythm.fitted_kappa([past], 60)) == pytest.approx(theta[posterior.argmax()], abs=2e-4)
