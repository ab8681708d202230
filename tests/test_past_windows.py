"""The owner's past in stretches: what was known before each, who came in it, and the one parameter fitted to it."""

import numpy as np
import pandas as pd
import pytest

from networkscope import schema
from networkscope.errors import ParameterError, require_positive
from networkscope.measures.chances import chance_and_fading, fitted_kappa, has_enough, past_windows
from tests.on_tables import snapshot_of

TODAY = pd.Timestamp("2026-06-01", tz="UTC")


def log(**days_ago: list[int]) -> pd.DataFrame:
    rows = [(who, TODAY - pd.Timedelta(days=ago, hours=-9)) for who, agos in days_ago.items() for ago in agos]
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at"]).assign(direction="mutual")
    return frame.astype({"occurred_at": schema.INSTANT})


def past(first: int, count: int, touched_count: int) -> pd.DataFrame:
    number = np.arange(count)
    return pd.DataFrame({
        "contact_id": [f"p{first + n}" for n in number], "contact_days": number + 1,
        "days_silent": number + 1, "days_unseen": number + 1, "touched": number < touched_count,
    })  # fmt: skip


def test_windows_look_forward_from_what_was_known():
    # The horizon is 20 days: cut-offs 20 and 40 days ago.
    now = snapshot_of(interactions=log(a=[50, 20], b=[30], c=[90, 21]), as_of=TODAY)
    latest, before = past_windows(now, 20, 2)
    # 20 days ago: a silent for 30 days and touched on the first day; b only before; c known twice, silent for 1.
    assert latest["contact_id"].tolist() == ["a", "b", "c"]
    assert latest["contact_days"].tolist() == [1, 1, 2]
    assert latest["days_silent"].tolist() == [30, 10, 1]
    assert latest["touched"].tolist() == [True, False, False]
    # 40 days ago b is not known yet; c is touched on the last day of the window.
    assert before["contact_id"].tolist() == ["a", "c"]
    assert before["days_silent"].tolist() == [10, 50]
    assert before["touched"].tolist() == [False, True]


def test_a_day_counts_once():
    now = snapshot_of(interactions=log(a=[50, 50, 45]), as_of=TODAY)
    assert past_windows(now, 20, 1)[0]["contact_days"].tolist() == [2]


def test_windows_look_forward_from_who_was_seen_last():
    events = log(a=[90, 70, 45, 10], b=[60]).assign(group_size=[1, 9, 9, 9, 1], direction="inbound")
    events.loc[2, "direction"] = "outbound"
    latest, before = past_windows(snapshot_of(interactions=events, as_of=TODAY), 20, 2)
    # 20 and 40 days ago a had last been seen 70 days ago: the mail to all of 45 days ago was the owner's.
    assert latest[["days_silent", "days_unseen"]].values.tolist() == [[70, 50], [40, 40]]
    assert before[["days_silent", "days_unseen"]].values.tolist() == [[50, 30], [20, 20]]
    assert not latest["touched"].any()


def test_kappa_is_fitted_with_the_distance_of_both():
    # n H / sqrt((90 + 30) (0 + 30)) = 60 / 60 = 1: the odds are kappa, as for a silence of 30 days alone.
    one, other = (past(0, 60, 20).assign(contact_days=1, days_silent=a, days_unseen=b)
                  for a, b in ((90, 0), (30, 30)))  # fmt: skip
    assert fitted_kappa([one], 60) == pytest.approx(fitted_kappa([other], 60)) != 0.27


def at_even_odds(first: int, touched_count: int) -> pd.DataFrame:
    """Forty people with n H / (R + 30) = 1, so that each has the chance kappa / (1 + kappa)."""
    return past(first, 40, touched_count).assign(contact_days=1, days_silent=30, days_unseen=30)


def test_a_kappa_that_did_worse_on_the_blocks_left_out_is_dropped():
    # 0.27 is a chance of .2126. Of one block 30 of 40 come, of the other 2: either is a bad teacher of the other.
    blocks = [at_even_odds(0, 30), at_even_odds(100, 2)]
    odds = fitted_kappa(
        blocks[:1], 60
    )  # what one block alone says is taken: there is nothing to hold it against
    assert 30 - 40 * odds / (1 + odds) - 4 * np.log(odds / 0.27) == pytest.approx(0, abs=1e-9)
    chance, prior = odds / (1 + odds), 0.27 / 1.27
    assert 2 * (1 - chance) ** 2 + 38 * chance**2 > 2 * (1 - prior) ** 2 + 38 * prior**2
    assert fitted_kappa(blocks, 60) == 0.27
    # Three blocks that agree: whichever is left out, the others tell its share better than 0.27.
    agree = [at_even_odds(100 * number, 20) for number in range(3)]
    odds = fitted_kappa(agree, 60)
    assert 60 - 120 * odds / (1 + odds) - 4 * np.log(odds / 0.27) == pytest.approx(0, abs=1e-9)
    # Blocks before which nobody was known say nothing.
    assert fitted_kappa([*agree, past(0, 0, 0)], 60) == odds


def test_enough_counts_people_over_all_windows():
    assert has_enough([past(0, 20, 5), past(10, 20, 5)])
    assert not has_enough([past(0, 20, 5), past(10, 19, 5)])
    assert not has_enough([past(0, 20, 5), past(10, 20, 4)])


def test_chance_and_fading_of_the_never_touched_are_missing():
    silent = np.array([0, 10])
    chance, fading = chance_and_fading(np.array([0, 1]), silent, silent, 20.0)
    # 20 / (20 + 10 + 30), 10 / (20 + 10 + 30)
    assert np.isnan([chance[0], fading[0]]).all()
    assert (chance[1], fading[1]) == pytest.approx((1 / 3, 1 / 6))


def test_whole_numbers_are_whole():
    require_positive(whole=True, top=np.int64(3))
    require_positive(kappa=np.float64(0.1))
    for options in ({"top": 2.0}, {"top": True}, {"top": None}):
        with pytest.raises(ParameterError, match="top must be a positive whole number"):
            require_positive(whole=True, **options)


def test_kappa_is_found_from_far_away():
    # 4,000 people of 400 contact-days, silent for one day: n H / (R + 30) = 774, so the prior expects nearly
    # all of them, and 1,000 come. Unbounded Newton steps would leap between the two flat ends for ever.
    people = past(0, 4_000, 1_000).assign(contact_days=400, days_silent=1, days_unseen=1)
    theta = np.linspace(-12, 0, 120_001)
    logit = theta + np.log(400 * 60 / 31)
    posterior = 1_000 * logit - 4_000 * np.logaddexp(0, logit) - 2 * (theta - np.log(0.27)) ** 2
    assert np.log(fitted_kappa([people], 60)) == pytest.approx(theta[posterior.argmax()], abs=2e-4)
