"""What do I owe, to whom, and since when? Follow-ups that were missed, kept, or are not yet due.

One engine for every kind of `followup_kinds.KINDS`: what opens it, for each opening the first later event of the same
person that closes it, and what that makes of it at the cut-off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.measures.followup_inputs import Known, read_marks, read_referrals
from networkscope.measures.followup_kinds import KINDS, OPENING, Kind
from networkscope.measures.registry import measure
from networkscope.snapshot.snapshot import Snapshot

STATES = ("open", "closed_in_time", "closed_late", "censored")
GAP_COLUMNS = {
    "gap_id": schema.TEXT, "kind": schema.TEXT, "contact_id": schema.TEXT, "about_id": schema.TEXT,
    "referral_id": schema.TEXT, "opened_at": schema.INSTANT, "opened_on": schema.DATE, "due_on": schema.DATE,
    "closed_at": schema.INSTANT, "closed_on": schema.DATE, "state": schema.choice(STATES),
    "days_overdue": schema.COUNT, "likely": schema.FLAG, "topic": schema.TEXT, "rule": schema.TEXT,
    "why": schema.TEXT, "opened_by": schema.TEXT, "closed_by": schema.TEXT,
}  # fmt: skip
_DONE = " (marked as done)"


@measure
def followup_gaps(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """What do I owe, to whom, since when, and what did I keep?

    A gap opens at an event, closes at the first later touch of the right sort with the same person, and is
    due some days after the opening (local days). Not closed it is `open` once the due date has passed, and
    `censored` until then; closed on or before the due date it was in time. What the owner marked as done in moves.csv
    is closed by that word. The rules are the project's own (`followup_kinds.KINDS`).

    Parameters
    ----------
    include_inferred : whether referrals read off introduction mails count

    Returns
    -------
    DataFrame
        A row per gap, by `kind, opened_at, contact_id, gap_id`: `gap_id` (the same in every run), `kind`, `contact_id`
        (who to write to), `about_id` (the other person of a referral), `referral_id`, `opened_at`,
        `closed_at` (UTC), `opened_on`, `due_on`, `closed_on` (local dates), `state`, `days_overdue` (at `as_of`, or at
        a late closing; 0 in time, NA when censored), `likely` (a message of unknown purpose passes for
        thanks), `topic`, `rule`, `why`, `opened_by`, `closed_by` (source_refs). No events, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({
    ...     "contact_id": ["a", "b"], "direction": ["mutual", "mutual"], "channel": ["call", "call"],
    ...     "occurred_at": pd.to_datetime(["2026-11-02 10:00", "2026-11-15 10:00"], utc=True),
    ... })
    >>> gaps = followup_gaps(snapshot(log[["contact_id"]], log, as_of="2026-11-16"))
    >>> gaps[["kind", "contact_id", "due_on", "state", "days_overdue"]]
            kind contact_id     due_on     state  days_overdue
    0  thank_you          a 2026-11-04      open            12
    1  thank_you          b 2026-11-17  censored          <NA>
    >>> gaps["why"][0]
    'call on 2026-11-02; due 2026-11-04; not closed, 12 days overdue'
    """
    given = read_referrals(now)
    if not include_inferred:
        given = given[~given["inferred"].fillna(False).astype(bool)].reset_index(drop=True)
    known = Known(now, given, read_marks(now))
    kinds = sorted(KINDS, key=lambda kind: kind.kind)
    gaps = pd.concat([_closed(known, kind) for kind in kinds], ignore_index=True)
    return _described(now, _with_ids(gaps))


def _closed(known: Known, kind: Kind) -> pd.DataFrame:
    """What opened this kind, each with its closing: by the first touch that counts, in the other way, or by a mark."""
    gaps = kind.opens(known).reindex(columns=["contact_id", "occurred_at", *OPENING]).astype(OPENING)
    gaps = gaps.dropna(subset=["contact_id", "occurred_at"]).reset_index(drop=True)
    opened = gaps["occurred_at"]
    touch = known.next(gaps, kind.closes(known.log), strict=kind.strict)
    closed, closed_by, how = touch["occurred_at"], touch["source_ref"], pd.Series("", gaps.index, schema.TEXT)
    mark = known.next_mark(kind.kind, gaps)
    ways = ((gaps["other_at"], gaps["other_ref"], kind.other), (mark["since"], mark["source_ref"], _DONE))
    for when, ref, words in ways:
        when = when.where(when >= opened, opened.where(when.notna()))
        sooner = when.notna() & ~(closed <= when)
        closed, closed_by, how = (
            closed.mask(sooner, when),
            closed_by.mask(sooner, ref),
            how.mask(sooner, words),
        )
    likely = (how == kind.other) & kind.likely
    rule = kind.rule.format(days=kind.due_days)
    return gaps.assign(kind=kind.kind, rule=rule, due_days=kind.due_days, closed_at=closed, closed_by=closed_by,
                       how=how, likely=likely)  # fmt: skip


def _with_ids(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps by kind, opening and person, each with an `id` made of its content, the same in every run."""
    hashes = [pd.util.hash_array(gaps[name].to_numpy(object)) for name in ("kind", "contact_id")]
    ref = gaps["referral_id"]
    hashes.append(np.where(ref.isna(), np.uint64(0), pd.util.hash_array(ref.fillna("").to_numpy(object))))
    hashes.append(gaps["occurred_at"].astype("int64").to_numpy().astype(np.uint64))
    mixed = np.zeros(len(gaps), np.uint64)
    for part in hashes:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + part  # wraps, as a hash may
    order = ["kind", "occurred_at", "contact_id", "id"]
    gaps = gaps.assign(id=mixed).sort_values(order, kind="stable", ignore_index=True)
    # Openings come in an order made of their content, so counting on tells equal ones apart for good.
    nth = gaps.groupby(order, sort=False).cumcount().to_numpy().astype(np.uint64)
    return gaps.assign(id=gaps["id"].to_numpy() + nth)


def _described(now: Snapshot, gaps: pd.DataFrame) -> pd.DataFrame:
    """What the closings mean at the cut-off, in the columns that the user sees."""
    opened_on, closed_on = (
        dates.local_dates(gaps[name], now.timezone) for name in ("occurred_at", "closed_at")
    )
    due_on = gaps["due_on"].fillna(opened_on + pd.to_timedelta(gaps["due_days"], unit="D"))
    closed = gaps["closed_at"].notna()
    late = (closed_on.fillna(now.today) - due_on).dt.days.clip(lower=0)
    state = np.select([closed & (late > 0), closed, late > 0], [2, 1, 0], 3)
    numbers = pd.Series(map("-{:016x}".format, gaps["id"].tolist()), gaps.index, dtype=schema.TEXT)
    columns = {
        "gap_id": gaps["kind"] + numbers,
        "opened_at": gaps["occurred_at"],
        "opened_on": opened_on,
        "due_on": due_on,
        "closed_on": closed_on,
        "state": pd.Categorical.from_codes(state, dtype=GAP_COLUMNS["state"]),
        "days_overdue": late.mask(state == 3),
        "opened_by": gaps["source_ref"],
    }
    ending = _ending(state, late, closed_on) + gaps["how"]
    columns["why"] = gaps["what"] + " on " + _iso(opened_on) + "; due " + _iso(due_on) + "; " + ending
    return gaps.assign(**columns)[list(GAP_COLUMNS)].astype(GAP_COLUMNS)


def _iso(days: pd.Series) -> pd.Series:
    return days.dt.strftime("%Y-%m-%d").astype(schema.TEXT)


def _ending(state: Any, late: pd.Series, closed_on: pd.Series) -> pd.Series:
    """How it ended, in words."""
    days = late.astype(schema.TEXT) + np.where(late == 1, " day", " days")
    day = _iso(closed_on).fillna("")
    endings = [
        "not closed, " + days + " overdue",
        "closed in time on " + day,
        "closed " + days + " late on " + day,
    ]
    words = np.select([state == code for code in range(3)], endings, "not closed, not yet due")
    return pd.Series(words, late.index, dtype=schema.TEXT)
