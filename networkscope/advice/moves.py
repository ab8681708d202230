"""What should I do next? One list, a person once, no longer than what can be done in a week."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from networkscope import dates, schema
from networkscope.advice.standing import chosen_moves
from networkscope.errors import ParameterError
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

QUIET_IN_A_WEEK = 7
IN_A_WEEK = 15
COLUMNS = {
    "rank": "int64", "contact_id": schema.TEXT, "kind": schema.TEXT, "move": schema.TEXT, "why": schema.TEXT,
    "more": schema.TEXT, "reason_count": "int64", "due_on": schema.DATE, "due_state": schema.TEXT, "class": "int64",
    "score": "float64", "value": "float64", "urgency": "float64", "draft": schema.TEXT, "subject": schema.TEXT,
    "move_key": schema.TEXT, "about_id": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip


@answered
def next_moves(
    now: Snapshot, *, drafts: Mapping[str, str] | None = None, count: int | None = None
) -> pd.DataFrame:
    """What should I do next, for each person, and why? (E10: five minutes a day)

    The moves of `standing`, those first that `advice.candidates` ranks first: at most 15, less those done since the
    week began. The first five are a day's.

    Parameters
    ----------
    drafts : texts by kind, in place of the standard ones
    count : how many moves to give at most, 1 or more

    Returns
    -------
    DataFrame
        One row per person: `rank`, `contact_id`, `kind` and `move`, `why` (the reason in a sentence), `more` (what else
        speaks for it, NA for nothing), `reason_count`, `due_on`, `due_state`, `class`, `score` = value x urgency and
        its parts (without unit; how each is counted is at the head of `advice.candidates`), `draft` and `subject` (of a
        mail), `move_key`, `about_id`, `source_ref`. Nothing to do, no rows.

    Examples
    --------
    >>> import networkscope as ns
    >>> len(next_moves(ns.open_book("data/sample", as_of="2026-11-16").at(), count=5))
    5
    """
    if count is not None and count < 1:
        raise ParameterError(f"moves must be 1 or more, not {count}")
    moves = chosen_moves(now, drafts)
    order = ["class", "score", "contact_id"]
    moves = moves.sort_values(order, ascending=[True, False, True])
    # A week of nothing but lines to quiet ties would leave people waiting who wrote or helped.
    many_quiet = moves["kind"].eq("reconnect") & (moves.groupby("kind").cumcount() >= QUIET_IN_A_WEEK)
    moves = pd.concat([moves[~many_quiet], moves[many_quiet]]).head(_room(now))
    moves = moves.head(len(moves) if count is None else count)
    return moves.assign(rank=range(1, len(moves) + 1))[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def _room(now: Snapshot) -> int:
    """How many moves are left of the week's fifteen?"""
    if now.decisions is None:
        return IN_A_WEEK
    started = dates.WEEKDAYS.index(now.settings.week_starts_on)
    monday = now.today - pd.Timedelta(days=(now.today.weekday() - started) % 7)
    done = now.decisions["done_on"]
    return max(IN_A_WEEK - int(((done >= monday) & (done <= now.today)).sum()), 0)
