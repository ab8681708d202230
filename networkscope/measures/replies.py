"""Do people answer, how soon, and when is another message worth it?"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.rates import add_shares
from networkscope.measures.registry import measure
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot

ANSWERED_WITHIN_DAYS = 30
SHORTEST_WAIT_DAYS = 5
WORTH_WAITING_CHANCE = 0.15
DAY = pd.Timedelta(days=1)
_NEEDS_NO_ANSWER = ("thank_you", "reply", "update", "promise", "outcome", "favour_done", "referral_given")

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


def answers(now: Snapshot, sent: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which asks of yours were answered? The asks (or the touches `sent`) with `latency_days`, `replied`, `known`.

    A reply is the next touch of theirs within 30 days; an ask is known when it was answered or is 30 days old.
    """
    asks = now.asks if sent is None else sent
    reply = now.next_touch(asks, now.touches["from_contact"])
    latency = (reply["occurred_at"] - asks["occurred_at"]) / DAY
    replied = latency <= ANSWERED_WITHIN_DAYS
    known = replied | (now.as_of - asks["occurred_at"] >= ANSWERED_WITHIN_DAYS * DAY)
    return asks.assign(latency_days=latency.where(replied), replied=replied, known=known)


def last_heard(touches: pd.DataFrame) -> pd.Series:
    """The instant of the last touch of theirs, for each touch."""
    last = touches[touches["from_contact"]].groupby("contact_id")["occurred_at"].last()
    return value_of(touches["contact_id"], last)


def unanswered(now: Snapshot) -> pd.DataFrame:
    """The first message of each day, of those that ask for an answer and have none, of the owner's.

    Thanks, replies, updates without a question and other messages that ask for nothing do not count, nor does the
    first word after one of theirs, which answers it, unless it asks for something or wants to catch up.
    """
    touches = now.touches
    answered = touches["occurred_at"] <= last_heard(touches)
    after_theirs = touches.groupby("contact_id")["from_contact"].shift(fill_value=False)
    answers_it = after_theirs & ~touches["purpose"].isin((*schema.ASKS, "catch_up"))
    asks = touches["needs_answer"].eq(True).fillna(False).astype(bool) & touches["is_alone"]
    asks_back = (touches["purpose"] == "update") & asks  # "have you heard how it stands?"
    wants = asks_back | ~touches["purpose"].isin(_NEEDS_NO_ANSWER)
    waits = touches[touches["is_sent"] & wants & ~answered & ~answers_it]
    return waits.drop_duplicates(["contact_id", "day"])


@measure
def reply_rates(now: Snapshot, by: Literal["purpose", "channel"] = "purpose") -> pd.DataFrame:
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
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({
    ...     "contact_id": ["a", "a", "b"], "direction": ["outbound", "inbound", "outbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-03", "2026-01-01"], utc=True),
    ...     "purpose": ["advice_ask", None, "advice_ask"],
    ... })
    >>> now = snapshot(log[["contact_id"]].iloc[1:], log, as_of="2026-03-01")
    >>> reply_rates(now)[["purpose", "known_count", "reply_count", "reply_share"]]
          purpose  known_count  reply_count  reply_share
    0  advice_ask            2            1          0.5
    """
    if by not in ("purpose", "channel"):
        raise ParameterError(f"by must be 'purpose' or 'channel', not '{by}'")
    asks = answers(now).assign(ask_count=1)
    groups = asks.groupby(asks[by].astype(schema.TEXT))
    rates = groups[["ask_count", "known", "replied"]].sum()
    rates = rates.rename(columns={"known": "known_count", "replied": "reply_count"})
    rates = add_shares(rates, {"reply": "known"})
    return rates.assign(median_latency_days=groups["latency_days"].median()).reset_index()
