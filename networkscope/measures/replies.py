"""Do people answer, how soon, and when is another message worth it?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares
from networkscope.snapshot import touches
from networkscope.snapshot.timeline import NEVER, Ints, Timeline, first_after, instant_of, micros, timeline

ANSWERED_WITHIN_DAYS = 30
SHORTEST_WAIT_DAYS = 5
WORTH_WAITING_CHANCE = 0.15
DAY = 86_400_000_000  # microseconds

# Of the replies that come at all, the share that has come after so many days.
_DAYS = (0.25, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 21.0, 30.0)
_ARRIVED = (0.38, 0.53, 0.61, 0.67, 0.75, 0.81, 0.91, 0.96, 1.0)


def reply_chance(
    asks: npt.ArrayLike, replies: npt.ArrayLike, silent_days: npt.ArrayLike, next_days: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """How likely is a reply within the next days, after so many days of silence?

    ``pi (F(t + h) - F(t)) / (1 - pi F(t))`` with ``pi = (0.6 + replies) / (1.1 + asks)``, the owner's own rate
    drawn towards one half, and F the share of replies that have come by day t: linear in the logarithm of days between
    the values above, linear in days below a quarter of a day. Arguments are broadcast; a ParameterError
    where one is negative, or there are more replies than asks.

    >>> reply_chance(20, 10, [0, 7, 30], 7).round(3).tolist()
    [0.407, 0.085, 0.0]
    """
    a, r, t, h = (np.asarray(value, dtype=float) for value in (asks, replies, silent_days, next_days))
    if any((value < 0).any() for value in (a, r, t, h)) or (r > a).any():
        raise ParameterError("reply_chance needs 0 <= replies <= asks and no negative days")
    share = (0.6 + r) / (1.1 + a)
    return share * (_arrived(t + h) - _arrived(t)) / (1 - share * _arrived(t))


def _arrived(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    late = np.interp(np.log(np.maximum(days, _DAYS[0])), np.log(_DAYS), _ARRIVED)
    return np.where(days < _DAYS[0], _ARRIVED[0] * days / _DAYS[0], late)


def nudge_after_days(asks: int, replies: int) -> int:
    """After how many days of silence is a nudge due?

    The first whole day, not before the fifth, on which a reply within the next week has become less likely than 0.15.

    >>> nudge_after_days(0, 0), nudge_after_days(20, 19)
    (5, 27)
    """
    days = np.arange(SHORTEST_WAIT_DAYS, ANSWERED_WITHIN_DAYS + 1)
    return int(days[reply_chance(asks, replies, days, 7) < WORTH_WAITING_CHANCE][0])


def answers(line: Timeline, as_of: pd.Timestamp, rows: Ints | None = None) -> pd.DataFrame:
    """Which asks of yours were answered? A row each: `row` (its place), `latency_days`, `replied`, `known`.

    `rows` are the places of other messages, to be looked at in place of asks. A reply is the next inbound or
    mutual touch of that person within 30 days; an ask is known when it was answered or is 30 days old.
    """
    events = line.events
    if rows is None:
        rows = np.flatnonzero((events["direction"] == "outbound") & events["purpose"].isin(schema.ASKS))
    at = events["at"].to_numpy()[rows]
    theirs = events["direction"].isin(("inbound", "mutual")) & ~touches.is_note(events)
    reply_at = instant_of(line, first_after(line, theirs, events["person"].to_numpy()[rows], at))
    latency_days = np.where(reply_at == NEVER, np.inf, (reply_at - at) / DAY)
    replied = latency_days <= ANSWERED_WITHIN_DAYS
    age_days = (micros(pd.Series([as_of]))[0] - at) / DAY
    known = replied | (age_days >= ANSWERED_WITHIN_DAYS)
    latency_days = np.where(replied, latency_days, np.nan)
    return pd.DataFrame({"row": rows, "latency_days": latency_days, "replied": replied, "known": known})


@on_snapshot()
def reply_rates(
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    by: str = "purpose",
    group_max: int = 4,
) -> pd.DataFrame:
    """Which kind of ask is answered, and how soon?

    An ask counts once its answer is known: it has one, or it is 30 days old. A reply is the next inbound
    or mutual touch of that person within 30 days. The interval is Jeffreys' below ten asks, Wilson's from ten.

    Returns
    -------
    A row per value of `by` (`purpose` or `channel`, else a ParameterError) that occurs, in alphabetical order: it,
    `ask_count` (all), `known_count`, `reply_count`, `reply_share` (0 to 1), `reply_low` and `reply_high` (90%
    interval), `median_latency_days` (of the replies). A share of nothing is NA. Without asks no rows.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "contact_id": ["a", "a", "b"],
    ...     "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-03", "2026-01-01"], utc=True),
    ...     "direction": ["outbound", "inbound", "outbound"],
    ...     "purpose": ["advice_ask", None, "advice_ask"],
    ... })
    >>> reply_rates(log, as_of="2026-03-01")[["purpose", "known_count", "reply_count", "reply_share"]]
          purpose  known_count  reply_count  reply_share
    0  advice_ask            2            1          0.5
    """
    if by not in ("purpose", "channel"):
        raise ParameterError(f"by must be 'purpose' or 'channel', not '{by}'")
    line = timeline(interactions, as_of=as_of, timezone=timezone, group_max=group_max)
    asks = answers(line, dates.as_instant(as_of, timezone))
    group = line.events[by].astype(schema.TEXT).iloc[asks["row"]].to_numpy()
    groups = asks.assign(asked=True).groupby(pd.Index(group, dtype=schema.TEXT, name=by))
    rates = groups[["asked", "known", "replied"]].sum()
    rates.columns = pd.Index(["ask_count", "known_count", "reply_count"])
    rates = add_shares(rates, {"reply": "known"})
    return rates.assign(median_latency_days=groups["latency_days"].median()).reset_index()
