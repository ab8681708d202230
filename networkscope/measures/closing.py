"""How fast do I close what I owe? A gap that is still open counts for as long as it has been open, not as a failure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from networkscope import schema
from networkscope.measures.followups import RHYTHMS, followups, to_do
from networkscope.measures.rates import add_shares
from networkscope.measures.registry import measure
from networkscope.snapshot.snapshot import Snapshot

TWO_DAYS = 2.0
LEVEL = 0.90


@measure
def closing_curve(now: Snapshot, kind: str, include_inferred: bool = True) -> pd.DataFrame:
    """Which share of the gaps of one kind is closed so many days after opening?

    One minus the estimate of Kaplan and Meier (1958), with the pointwise interval of Greenwood's variance on
    the log-log scale. A gap not closed at `as_of` is censored at its age.

    Returns
    -------
    A row per distinct age of a gap, at its closing or at `as_of`: `days` (with fractions), `closed_share` (0 to 1),
    `low`, `high` (NA where undefined), `at_risk_count` (gaps open until then). Without gaps of the kind no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a", "b"], "direction": ["mutual", "outbound", "mutual"],
    ...     "channel": ["call", "email", "call"], "purpose": ["advice_ask", "thank_you", "advice_ask"],
    ...     "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01"], utc=True)})
    >>> now = snapshot(log[["contact_id"]].iloc[1:], log, as_of="2026-01-09")
    >>> closing_curve(now, "thank_you")[["days", "closed_share", "at_risk_count"]]
       days  closed_share  at_risk_count
    0   1.0           0.5              2
    1   8.0           0.5              1
    """
    gaps = followups(now, include_inferred)
    at_risk, closed, open_share = _kaplan_meier(_ages(gaps[gaps["kind"] == kind], now.as_of))
    with np.errstate(divide="ignore", invalid="ignore"):  # where nothing was closed yet, or all is
        variance = (closed / (at_risk * (at_risk - closed))).cumsum() / np.log(open_share) ** 2
        middle, reach = np.log(-np.log(open_share)), special.ndtri((1 + LEVEL) / 2) * np.sqrt(variance)
        low, high = (1 - np.exp(-np.exp(middle + end)) for end in (-reach, reach))
    curve = pd.DataFrame({"closed_share": 1 - open_share, "low": low, "high": high})
    return curve.assign(at_risk_count=at_risk.astype(schema.COUNT)).rename_axis("days").reset_index()


@measure
def time_to_close(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """How many gaps of each kind were closed, how soon, and how many within two days?

    Nudges and monthly updates follow a rhythm and are left out. The median is that of `closing_curve`. The share
    within 48 hours counts the gaps that are at least 48 hours old, closed or not (younger ones that are closed already
    would flatter it); its 90% interval is that of `rates.share_interval`.

    Returns
    -------
    A row per kind that occurs, in alphabetical order: `kind`, `opened_count`, `closed_count`, `open_count` (not
    closed at `as_of`), `overdue_count` (of these, still owed and past due), `median_days` (NA where fewer than half
    are closed), `within_48h_known_count`, `within_48h_count`, `within_48h_share` (0 to 1), `within_48h_low`,
    `within_48h_high`. Without gaps no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["mutual", "outbound"],
    ...     "channel": ["call", "email"], "purpose": ["advice_ask", "thank_you"],
    ...     "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True)})
    >>> now = snapshot(log[["contact_id"]].iloc[1:], log, as_of="2026-01-09")
    >>> time_to_close(now)[["kind", "closed_count", "overdue_count", "median_days"]]
            kind  closed_count  overdue_count  median_days
    0  thank_you             1              0          1.0
    """
    gaps = followups(now, include_inferred)
    known = _ages(gaps[~gaps["kind"].isin(RHYTHMS)], now.as_of)
    closed, days = known["closed"], known["days"]
    old = now.as_of - known["opened_at"] >= pd.Timedelta(days=TWO_DAYS)  # younger ones would flatter
    flags = {
        "opened_count": True,
        "closed_count": closed,
        "open_count": ~closed,
        "overdue_count": known.index.isin(to_do(known).index) & (known["state"] == "overdue"),
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


def _kaplan_meier(known: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """By age in days: how many were open until then, how many were closed then, and the share open after it."""
    closed = known["closed"].groupby(known["days"]).agg(["size", "sum"])
    at_risk = closed["size"][::-1].cumsum()[::-1]
    return at_risk, closed["sum"], ((at_risk - closed["sum"]) / at_risk).cumprod()


def _median_days(known: pd.DataFrame) -> float:
    _, _, open_share = _kaplan_meier(known)
    # A product of fractions that should be one half may come out a hair above it.
    halved = open_share.index[open_share <= 0.5 + 1e-9]
    return float(halved[0]) if len(halved) else float("nan")
