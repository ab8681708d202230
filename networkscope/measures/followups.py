"""What do I owe, to whom, and since when? Follow-ups that are due, kept, missed, or too late to do.

One engine for every kind of `followup_kinds.KINDS`: what opens it, for each opening the first later event of the same
person that closes it, and what that makes of it at the cut-off.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.dates import iso_days
from networkscope.measures.followup_inputs import Known, read_marks, read_referrals
from networkscope.measures.followup_kinds import KINDS, OPENING, Kind
from networkscope.measures.registry import measure
from networkscope.measures.replies import unanswered
from networkscope.snapshot.events import among
from networkscope.snapshot.snapshot import Snapshot
from networkscope.words.subjects import says_any

STATES = (*dates.DUE_STATES, "closed_in_time", "closed_late", "expired")
OPEN = dates.DUE_STATES
HOLD_OFF_DAYS, HOLD_OFF_FROM = 60, 2
RHYTHMS = ("nudge", "monthly_update")  # due by an estimate or a rhythm, and never while somebody is held off
ITEM_COLUMNS = {
    "gap_id": schema.TEXT, "kind": schema.TEXT, "contact_id": schema.TEXT, "about_id": schema.TEXT,
    "referral_id": schema.TEXT, "opened_at": schema.INSTANT, "opened_on": schema.DATE, "due_on": schema.DATE,
    "lapses_on": schema.DATE, "closed_at": schema.INSTANT, "closed_on": schema.DATE, "state": schema.choice(STATES),
    "days_overdue": schema.COUNT, "likely": schema.FLAG, "left_alone": schema.FLAG, "what": schema.TEXT,
    "topic": schema.TEXT, "rule": schema.TEXT, "why": schema.TEXT, "opened_by": schema.TEXT, "closed_by": schema.TEXT,
}  # fmt: skip
_DONE = " (marked as done)"


@measure
def followups(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """What do I owe, to whom, since when, and what did I keep?

    An item opens at an event, closes at the first later touch of the right sort with the same person, and is due some
    days after the opening (local days). Not closed it is `not_due`, `due_today` or `overdue` (`dates.due_state`), and
    `expired` once nobody would do it any more; closed on or before the due date it was in time. What the owner marked
    as done in moves.csv is closed by that word. The rules are the project's own (`followup_kinds.KINDS`); who is owed
    what follows from the roles (`roles.conduct`).

    Parameters
    ----------
    include_inferred : whether referrals read off introduction mails count

    Returns
    -------
    DataFrame
        A row per item, by `kind, opened_at, contact_id, gap_id`: `gap_id` (the same in every run), `kind`, `contact_id`
        (who to write to; of a lead to a company whoever gave it), `about_id` (the other person of a referral),
        `referral_id`, `opened_at`, `closed_at` (UTC), `opened_on`, `due_on`, `closed_on`, `lapses_on` (local dates; the
        last day on which it is still owed, NA for ever), `state`, `days_overdue` (at `as_of`, or at a late closing; 0
        in time, NA when not due), `likely` (a message of unknown purpose passes for thanks), `left_alone` (never
        wanted, or a rhythm while nobody should write: in no count of things to do), `what` (opened it), `topic`,
        `rule`, `why`, `opened_by`, `closed_by` (source_refs). No events, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({
    ...     "contact_id": ["a", "b"], "direction": "mutual", "channel": "call", "purpose": "advice_ask",
    ...     "occurred_at": pd.to_datetime(["2026-11-02 10:00", "2026-11-14 10:00"], utc=True),
    ... })
    >>> found = followups(snapshot(log[["contact_id"]], log, as_of="2026-11-16"))
    >>> found.loc[found["kind"] == "thank_you", ["contact_id", "due_on", "state", "days_overdue"]]
      contact_id     due_on      state  days_overdue
    2          a 2026-11-04    overdue            12
    3          b 2026-11-16  due_today             0
    >>> found["why"][2]
    'call on 2026-11-02, due 2026-11-04: 12 days overdue'
    """
    items = _items(now, include_inferred)
    return items[items["owed"].fillna(True).to_numpy(bool)].drop(columns="owed").reset_index(drop=True)


@measure
def suggestions(now: Snapshot) -> pd.DataFrame:
    """What is nobody's due, but worth a thought: a line of thanks, an answer?

    Talks and messages of the last days of which nobody noted what they were for, and after which nothing of the owner's
    came. The columns of `followups`.
    """
    items = _items(now, True)
    items = items[~items["owed"].fillna(True).to_numpy(bool) & items["state"].isin(OPEN)]
    return items.drop(columns="owed").reset_index(drop=True)


def to_do(items: pd.DataFrame) -> pd.DataFrame:
    """What is due today or overdue, but for people who are to be left alone: what every count counts."""
    due = items["state"].isin(("due_today", "overdue")) & ~items["left_alone"].fillna(False).astype(bool)
    return items[due]


def were_due(items: pd.DataFrame, then: Snapshot) -> pd.DataFrame:
    """What of these was `to_do` at an earlier moment? By what is known now, without working all out anew for then."""
    items = items[(items["opened_at"] < then.as_of) & ~(items["closed_at"] < then.as_of)]
    due = (items["due_on"] <= then.today) & ~(items["lapses_on"] < then.today)
    return items[due & ~items["left_alone"].fillna(False).astype(bool)]


def still_owed(items: pd.DataFrame) -> pd.DataFrame:
    """What is open, due or not, but for people who are to be left alone, and for a rhythm before its day."""
    is_open = items["state"].isin(OPEN) & ~items["left_alone"].fillna(False).astype(bool)
    return items[is_open & ~((items["state"] == "not_due") & items["kind"].isin(RHYTHMS))]


def held_off(now: Snapshot) -> pd.DataFrame:
    """Who has not answered two messages, or got the owner's condolences, and until when is nothing to be asked of them?

    `contact_id, unanswered_count, last_on, mourns_since, until` of everybody with an unanswered message, or who mourns;
    `until` is NA where there is nothing to hold off for.
    """
    sent = unanswered(now).groupby("contact_id")["day"].agg(unanswered_count="size", last_on="last")
    acts = now.acts[says_any(now.acts["phrase"], ("condolence",))["condolence"]]
    mourns = now.touches[now.touches["is_sent"] & among(now.touches["event_id"], acts["event_id"])]
    both = sent.join(mourns.groupby("contact_id")["day"].last().rename("mourns_since"), how="outer")
    both["unanswered_count"] = both["unanswered_count"].fillna(0).astype(int)
    silent = both["last_on"].where(both["unanswered_count"] >= HOLD_OFF_FROM)
    last = pd.concat([silent, both["mourns_since"]], axis=1).max(axis=1)
    return both.assign(until=last + pd.Timedelta(days=HOLD_OFF_DAYS)).reset_index()


def held_off_today(now: Snapshot) -> pd.Series:
    """The people of whom nothing is to be asked yet."""
    held = held_off(now)
    return held.loc[held["until"] > now.today, "contact_id"]


def _items(now: Snapshot, include_inferred: bool) -> pd.DataFrame:
    key = ("followup_items", include_inferred)
    if key not in now.prepared:
        given = read_referrals(now)
        if not include_inferred:
            given = given[~given["inferred"].fillna(False).astype(bool)].reset_index(drop=True)
        known = Known(now, given, read_marks(now))
        kinds = sorted(KINDS, key=lambda kind: kind.kind)
        items = pd.concat([_opened(known, kind) for kind in kinds], ignore_index=True)
        now.prepared[key] = _described(now, _with_ids(_closed(items)))
    found: pd.DataFrame = now.prepared[key]
    return found


def _opened(known: Known, kind: Kind) -> pd.DataFrame:
    """What opened this kind, each with the first touch that closes it, and with the first mark of the owner's."""
    gaps = kind.opens(known).reindex(columns=["contact_id", "occurred_at", *OPENING]).astype(OPENING)
    gaps = gaps.dropna(subset=["contact_id", "occurred_at"]).reset_index(drop=True)
    touch = known.next(gaps, kind.closes(known.log), strict=kind.strict)
    mark = known.next_mark(kind.kind, gaps)
    never = pd.NA if kind.lapse_days is None else kind.lapse_days
    return gaps.assign(
        kind=kind.kind, rule=kind.rule.format(days=kind.due_days), due_days=kind.due_days, other=kind.other,
        is_guess=kind.likely, lapse_days=gaps["lapse_days"].fillna(never), closed_at=touch["occurred_at"],
        closed_by=touch["source_ref"], marked_at=mark["since"], marked_by=mark["source_ref"],
    )  # fmt: skip


def _closed(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps with their closing: by a touch, in the kind's other way or by a mark, whichever came first."""
    opened, closed, closed_by = gaps["occurred_at"], gaps["closed_at"], gaps["closed_by"]
    how = pd.Series("", gaps.index, schema.TEXT)
    ways = (("other_at", "other_ref", gaps["other"]), ("marked_at", "marked_by", _DONE))
    for at, ref, words in ways:
        when = gaps[at].where(gaps[at] >= opened, opened.where(gaps[at].notna()))
        sooner = when.notna() & ~(closed <= when)
        closed, closed_by = closed.mask(sooner, when), closed_by.mask(sooner, gaps[ref])
        how = how.mask(sooner, words)
    likely = (how == gaps["other"]) & gaps["is_guess"]
    return gaps.assign(closed_at=closed, closed_by=closed_by, how=how, likely=likely)


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


def _described(now: Snapshot, items: pd.DataFrame) -> pd.DataFrame:
    """What the closings mean at the cut-off, in the columns that the user sees."""
    opened_on, closed_on = (
        dates.local_dates(items[name], now.timezone) for name in ("occurred_at", "closed_at")
    )
    due_on = items["due_on"].fillna(opened_on + pd.to_timedelta(items["due_days"], unit="D"))
    lapses_on = due_on + pd.to_timedelta(items["lapse_days"].astype("float64"), unit="D")
    closed = items["closed_at"].notna()
    late = (closed_on.fillna(now.today) - due_on).dt.days.clip(lower=0)
    state = pd.Series(np.where(late > 0, "closed_late", "closed_in_time"), items.index)
    state = state.where(closed, dates.due_state(due_on, now.today)).mask(
        ~closed & (lapses_on < now.today), "expired"
    )
    numbers = pd.Series(map("-{:016x}".format, items["id"].tolist()), items.index, dtype=schema.TEXT)
    columns = {
        "gap_id": items["kind"] + numbers,
        "opened_at": items["occurred_at"],
        "opened_on": opened_on,
        "due_on": due_on,
        "lapses_on": lapses_on,
        "closed_on": closed_on,
        "state": state,
        "days_overdue": late.mask(state == "not_due"),
        "left_alone": _left_alone(now, items),
        "opened_by": items["source_ref"],
        "why": items["what"] + " on " + iso_days(opened_on) + ", due " + iso_days(due_on) + ": "
        + _ending(state, late, closed_on) + items["how"],
    }  # fmt: skip
    return items.assign(**columns)[[*ITEM_COLUMNS, "owed"]].astype(ITEM_COLUMNS)


def _left_alone(now: Snapshot, items: pd.DataFrame) -> pd.Series:
    """Is it with somebody of whom the owner wants no move any more, or a rhythm with somebody who does not answer?"""
    quiet = items["kind"].isin(RHYTHMS) & among(items["contact_id"], held_off_today(now))
    return quiet | among(items["contact_id"], never_wanted(now))


def never_wanted(now: Snapshot) -> pd.Series:
    """The people of whom the owner wants no move any more."""
    if now.decisions is None:
        return pd.Series(dtype=schema.TEXT)
    return now.decisions.loc[now.decisions["is_never"] & (now.decisions["until"] > now.today), "contact_id"]


def _ending(state: pd.Series, late: pd.Series, closed_on: pd.Series) -> pd.Series:
    """How it ended, in words."""
    days = late.astype(schema.TEXT) + np.where(late == 1, " day", " days")
    day = iso_days(closed_on).fillna("")
    words = {
        "closed_in_time": "done in time on " + day, "closed_late": "done " + days + " late on " + day,
        "overdue": days + " overdue", "expired": "too late by now",
        "due_today": "that is today",
    }  # fmt: skip
    found = np.select([state == name for name in words], list(words.values()), "there is time")
    return pd.Series(found, late.index, dtype=schema.TEXT)
