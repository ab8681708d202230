"""How fast do I close what I owe? A gap that is still open counts for as long as it has been open, not as a failure."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from networkscope import dates, schema
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares

TWO_DAYS = 2.0
RHYTHMS = ("nudge", "monthly_update")  # due by an estimate or a rhythm: closing one soon is no merit


@on_snapshot()
def closing_curve(
    gaps: pd.DataFrame, kind: str, *, as_of: dates.AsOf, timezone: str = "UTC", level: float = 0.90
) -> pd.DataFrame:
    """Which share of the gaps of one kind is closed so many days after opening?

    One minus the estimate of Kaplan and Meier (1958), with the pointwise interval of Greenwood's variance on
    the log-log scale. A gap not closed at `as_of` is censored at its age.

    Parameters
    ----------
    gaps : the frame of `followup_gaps`; openings and closings from `as_of` on are not seen
    level : coverage of the interval

    Returns
    -------
    A row per distinct age of a gap, at its closing or at `as_of`: `days` (with fractions), `closed_share` (0 to 1),
    `low`, `high` (NA where undefined), `at_risk_count` (gaps open until then). Without gaps of the kind no rows.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-05", None], utc=True)
    >>> gaps = pd.DataFrame({"kind": "promise", "opened_at": day[[0, 0, 0]], "closed_at": day[[1, 2, 3]]})
    >>> closing_curve(gaps, "promise", as_of="2026-01-09")[["days", "closed_share", "at_risk_count"]].round(3)
       days  closed_share  at_risk_count
    0   1.0         0.333              3
    1   4.0         0.667              2
    2   8.0         0.667              1
    """
    known = _ages(gaps[gaps["kind"] == kind], dates.as_instant(as_of, timezone))
    ages = np.sort(known["days"].to_numpy())
    days = closed_share = low = high = np.array([], dtype=np.float64)
    if len(ages):
        open_share = _kaplan_meier(known)
        days, closed_share = open_share.quantiles, 1 - open_share.probabilities
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
            ends = open_share.confidence_interval(level, method="log-log")
        low, high = 1 - ends.high.probabilities, 1 - ends.low.probabilities
    curve = pd.DataFrame({"days": days, "closed_share": closed_share, "low": low, "high": high})
    return curve.assign(at_risk_count=pd.array(len(ages) - np.searchsorted(ages, days), dtype=schema.COUNT))


@on_snapshot()
def time_to_close(gaps: pd.DataFrame, *, as_of: dates.AsOf, timezone: str = "UTC") -> pd.DataFrame:
    """How many gaps of each kind were closed, how soon, and how many within two days?

    Nudges and monthly updates follow a rhythm and are left out. The median is that of `closing_curve`. The share
    within 48 hours counts the gaps that are at least 48 hours old, closed or not (younger ones that are closed already
    would flatter it); its 90% interval is that of `rates.share_interval`.

    Returns
    -------
    A row per kind that occurs, in alphabetical order: `kind`, `opened_count`, `closed_count`, `open_count` (not
    closed at `as_of`), `overdue_count` (of these, past due), `median_days` (NA where fewer than half are closed),
    `within_48h_known_count`, `within_48h_count`, `within_48h_share` (0 to 1), `within_48h_low`, `within_48h_high`.
    Without gaps no rows.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-05", None], utc=True)
    >>> gaps = pd.DataFrame({"kind": "promise", "opened_at": day[[0, 0, 0]], "closed_at": day[[1, 2, 3]],
    ...                      "due_on": pd.Timestamp("2026-01-08")})
    >>> time_to_close(gaps, as_of="2026-01-09")[["kind", "closed_count", "overdue_count", "median_days"]]
          kind  closed_count  overdue_count  median_days
    0  promise             2              1          4.0
    """
    instant = dates.as_instant(as_of, timezone)
    known = _ages(gaps[~gaps["kind"].isin(RHYTHMS)], instant)
    closed, days = known["closed"], known["days"]
    old = instant - known["opened_at"] >= pd.Timedelta(days=TWO_DAYS)  # younger ones would flatter
    flags = {
        "opened_count": True,
        "closed_count": closed,
        "open_count": ~closed,
        "overdue_count": ~closed & (known["due_on"] < dates.local_date(instant, timezone)),
        "within_48h_known_count": old,
        "within_48h_count": old & closed & (days <= TWO_DAYS),
    }
    by_kind = known.assign(**flags).groupby(known["kind"].astype(schema.TEXT))
    table = by_kind[list(flags)].sum()
    median = pd.Series({kind: _median_days(part) for kind, part in by_kind}, dtype="float64")
    table.insert(4, "median_days", median.reindex(table.index))
    return add_shares(table, {"within_48h": "within_48h_known"}).reset_index()


def _ages(gaps: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The gaps opened by then, with `closed` and their age in days when they closed, or by then."""
    known = gaps[gaps["opened_at"] < as_of]
    closed = known["closed_at"] < as_of
    until = known["closed_at"].where(closed, as_of)
    return known.assign(closed=closed, days=(until - known["opened_at"]) / pd.Timedelta(days=1))


def _kaplan_meier(known: pd.DataFrame) -> Any:
    days, closed = known["days"].to_numpy(np.float64), known["closed"].to_numpy(bool)
    return stats.ecdf(stats.CensoredData(uncensored=days[closed], right=days[~closed])).sf


def _median_days(known: pd.DataFrame) -> float:
    open_share = _kaplan_meier(known)
    # A product of fractions that should be one half may come out a hair above it.
    halved = open_share.quantiles[open_share.probabilities <= 0.5 + 1e-9]
    return float(halved[0]) if len(halved) else float("nan")
