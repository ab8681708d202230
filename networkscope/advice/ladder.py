"""What may I ask of each contact now: which step was reached, are they ready for the next, and when to wait?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.dates import iso_days
from networkscope.measures.followups import HOLD_OFF_FROM, OPEN, followups, held_off
from networkscope.measures.registry import measure
from networkscope.measures.replies import last_heard
from networkscope.roles.conduct import may
from networkscope.snapshot.events import among, value_of
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot

STEPS = ("none", "catch_up", "advice", "introduction", "job")
RECONTACT = ("wait", "open", "missed", "done")
RECONTACT_DAYS = 90, 180
RAPPORT_DAYS = 60
DEBTS = {
    "thank_you": "thanks", "owed_reply": "an answer", "promise": "what you promised", "report_back": "news of a name",
    "close_the_loop": "a word on how it ended",
}  # fmt: skip

_LADDER = {
    "contact_id": schema.TEXT, "step_reached": schema.choice(STEPS), "step_asked": schema.choice(STEPS),
    "next_step": schema.choice(STEPS), "step_on": schema.DATE, "ready": schema.FLAG, "missing": schema.TEXT,
    "rapport_on": schema.DATE, "unanswered_count": schema.COUNT, "has_hook": schema.FLAG, "last_topic": schema.TEXT,
    "note": schema.TEXT, "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_HOLD_OFF = {
    "contact_id": schema.TEXT, "unanswered_count": schema.COUNT, "last_unanswered_on": schema.DATE,
    "hold_off_until": schema.DATE, "is_held_off": schema.FLAG, "not_now_on": schema.DATE,
    "recontact_from": schema.DATE, "recontact_until": schema.DATE, "recontact": schema.choice(RECONTACT),
    "why": schema.TEXT,
}  # fmt: skip
_STEP_OF_ASK = {"advice_ask": 2, "referral_ask": 3, "recommendation_ask": 3, "job_ask": 4}


@measure
def ask_ladder(now: Snapshot) -> pd.DataFrame:
    """Which step has each contact reached, and are they ready for the next?

    Practices C1, C3 and C4; the rules are the project's own. A step is reached by an ask that they answered (a
    later touch of theirs, or the talk in which you asked), or by what they gave unasked: catch_up (a touch of each
    side), advice (advice_ask), introduction (referral_ask, recommendation_ask, or a name given), job (job_ask).
    Ready to be asked is a tie with a touch of theirs within 60 days, touches of both sides, nothing owed to them
    (due or not: DEBTS), fewer than two unanswered messages (`hold_off`), and no role that speaks against it
    (`roles.conduct`). A catch-up never needs that, and is what comes first where it is missing.

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `step_reached`, `step_asked` (asks without an answer
    included), `next_step` (of STEPS; after a job ask a catch-up), `step_on`, `ready`, `missing` (the conditions that
    do not hold, NA where ready), `rapport_on` (last touch of theirs), `unanswered_count`, `has_hook` (something to
    refer to: a topic or a note), `last_topic`, `note`, `why`, `source_ref` (of the touch that reached the step).

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "purpose": ["advice_ask", "reply"], "occurred_at": pd.to_datetime(["2026-04-05", "2026-04-07"], utc=True)})
    >>> ladder = ask_ladder(snapshot(pd.DataFrame({"contact_id": ["a", "b"]}), log, as_of="2026-05-01"))
    >>> ladder[["contact_id", "step_reached", "next_step", "ready"]]
      contact_id step_reached     next_step  ready
    0          a       advice  introduction   True
    1          b         none      catch_up  False
    >>> ladder["missing"][1]
    'not heard from within 60 days; only one of you has written'
    """
    touches, ids = now.touches, now.contacts["contact_id"]
    heard, written = (
        value_of(ids, touches[touches[side]].groupby("contact_id")["day"].last())
        for side in ("from_contact", "from_owner")
    )
    streak = held_off(now).set_index("contact_id")["unanswered_count"]
    unanswered = value_of(ids, streak).fillna(0).astype(int)
    reached = _reached(touches, counted_leads(now)).reindex(ids).set_axis(ids.index)
    step, step_on = reached["step"].fillna(0).astype(int), reached["day"].astype(schema.DATE)
    highest = now.asks["purpose"].astype(object).map(_STEP_OF_ASK).groupby(now.asks["contact_id"]).max()
    asked = np.maximum(value_of(ids, highest).fillna(0).astype(int), step)
    missing = _missing(now, heard, written, unanswered)
    note = now.contacts["notes"].str.strip().replace("", pd.NA)
    topic = now.people["last_topic"]
    table = now.contacts[["contact_id"]].assign(
        step_reached=np.array(STEPS)[step],
        step_asked=np.array(STEPS)[asked],
        next_step=np.array([*STEPS[1:], STEPS[1]])[step],
        step_on=step_on,
        ready=[not text for text in missing],
        missing=[text or None for text in missing],
        rapport_on=heard,
        unanswered_count=unanswered,
        has_hook=topic.notna() | note.notna(),
        last_topic=topic,
        note=note,
        why=_why(step, step_on, heard),
        source_ref=reached["source_ref"],
    )
    return table.astype(_LADDER)


@measure
def hold_off(now: Snapshot) -> pd.DataFrame:
    """Who should I leave alone for now, and who said "not now" and may be asked again?

    Practice A10; the rules are the project's own. Unanswered are the local days with a message of yours since
    their last touch; thanks, replies, updates and other messages that ask for nothing do not count. From two on,
    hold off for 60 days after the last; and as long after your condolences. A "not now" is an outcome that they told
    (inbound) and no offer, or a referral to them that was declined, unless they made an offer; they may be asked
    again 90 to 180 days after, or from the day that they named ("after Thanksgiving") on.

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `unanswered_count`, `last_unanswered_on`,
    `hold_off_until`, `is_held_off`, `not_now_on`, `recontact_from`, `recontact_until`, `recontact` (wait, open,
    missed; done after a touch of yours since `recontact_from`), `why`. NA where there is no such thing.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["outcome", "social"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> table = hold_off(snapshot(log[["contact_id"]], log, as_of="2026-05-01"))
    >>> table[["contact_id", "recontact", "recontact_until", "is_held_off"]]
      contact_id recontact recontact_until  is_held_off
    0          a      open      2026-07-04        False
    1          b       NaN             NaT        False
    """
    touches, ids = now.touches, now.contacts["contact_id"]
    held = held_off(now).set_index("contact_id")
    streak = value_of(ids, held["unanswered_count"]).fillna(0).astype(int)
    last, until = (value_of(ids, held[name]) for name in ("last_on", "until"))
    yours = value_of(ids, touches[touches["from_owner"]].groupby("contact_id")["day"].last())
    refused = _refused(now)
    first, final = (refused + pd.Timedelta(days=days) for days in RECONTACT_DAYS)
    named = value_of(ids, touches[touches["outcome"] == "later"].groupby("contact_id")["due_on"].last())
    named = named.where(named > refused)
    first, final = named.fillna(first), (named + (final - first)).fillna(final)
    states = [refused.isna(), yours >= first, now.today < first, now.today <= final]
    silent = streak.astype(schema.TEXT) + " without an answer, the last on " + iso_days(last)
    silent = ("condolences on " + iso_days(value_of(ids, held["mourns_since"]))).fillna(silent)
    refusal = "not now on " + iso_days(refused)
    table = now.contacts[["contact_id"]].assign(
        unanswered_count=streak,
        last_unanswered_on=last,
        hold_off_until=until,
        is_held_off=now.today < until,
        not_now_on=refused,
        recontact_from=first,
        recontact_until=final,
        recontact=pd.Categorical.from_codes(np.select(states, [-1, 3, 0, 1], 2), RECONTACT),
        why=(silent + "; " + refusal).fillna(silent).fillna(refusal),
    )
    return table.astype(_HOLD_OFF)


def _reached(touches: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """By person the highest `step` above none, the latest `day` that reached it, and where that is noted."""
    theirs, yours, purpose = touches["from_contact"], touches["from_owner"], touches["purpose"]
    answered = touches["occurred_at"] <= last_heard(touches)
    asked = (touches["direction"] != "inbound") & purpose.isin(schema.ASKS) & answered
    gifts = (touches["direction"] == "inbound") & purpose.isin(("referral_given", "introduction"))
    both = theirs & among(touches["contact_id"], touches.loc[yours, "contact_id"])
    last_of_both = touches.index.isin(touches[both].drop_duplicates("contact_id", keep="last").index)
    asks = purpose.astype(object).map(_STEP_OF_ASK)
    step = pd.Series(np.select([asked, gifts, last_of_both], [asks, 3, 1], 0), touches.index).astype(int)
    columns = ["contact_id", "day", "source_ref"]
    named = given[["referrer_id", "given_on", "source_ref"]].set_axis(columns, axis=1)
    found = pd.concat([touches[columns].assign(step=step)[step > 0], named.assign(step=3)])
    found = found.sort_values(["step", "day", "source_ref"], na_position="first")
    return found.drop_duplicates("contact_id", keep="last").set_index("contact_id")


def _why(step: pd.Series, step_on: pd.Series, heard: pd.Series) -> pd.Series:
    """The step reached and when, and when they were last heard from, in words."""
    reached = pd.Series([STEPS[place].replace("_", " ") for place in step], step.index, dtype=schema.TEXT)
    reached += (" on " + iso_days(step_on)).fillna("")
    return reached + "; last heard from " + ("on " + iso_days(heard)).fillna("never")


def _missing(now: Snapshot, heard: pd.Series, written: pd.Series, unanswered: pd.Series) -> list[str]:
    """Which conditions of being asked do not hold for each contact? Empty where all do."""
    near = heard >= now.today - pd.Timedelta(days=RAPPORT_DAYS)
    allowed = may(now, "ask", now.contacts["contact_id"])
    parts = [
        np.where(allowed, "", "not to be asked: who they are to you speaks against it"),
        np.where(near, "", f"not heard from within {RAPPORT_DAYS} days"),
        np.where(heard.notna() & written.notna(), "", "only one of you has written"),
        *_debts(now),
        np.where(unanswered >= HOLD_OFF_FROM, unanswered.astype(str) + " messages without an answer", ""),
    ]
    return ["; ".join(filter(None, row)) for row in zip(*parts, strict=True)]


def _debts(now: Snapshot) -> list[pd.Series]:
    """For each kind that is owed: since when it is open with each contact, in words."""
    items, ids = followups(now), now.contacts["contact_id"]
    open_items = items[items["state"].isin(OPEN)]
    found = []
    for kind, spoken in DEBTS.items():
        owed = open_items[open_items["kind"] == kind].groupby("contact_id")["opened_on"].min()
        since = iso_days(value_of(ids, owed))
        found.append((f"{spoken} owed since " + since).fillna(""))
    return found


def _refused(now: Snapshot) -> pd.Series:
    """The last day on which each contact said no, as far as they have made no offer."""
    touches, ids, given = now.touches, now.contacts["contact_id"], counted_leads(now)
    told = touches[(touches["direction"] == "inbound") & (touches["purpose"] == "outcome")]
    offer = told["outcome"].isin(("offer", "accepted"))
    offered = told[offer].groupby("contact_id")["day"].last()
    told = told[~offer & ~(told["day"] <= value_of(told["contact_id"], offered))]
    declined = given[given["outcome"] == "declined"].groupby("referred_id")["closed_on"].max()
    days = [value_of(ids, told.groupby("contact_id")["day"].last()), value_of(ids, declined)]
    last = pd.concat(days, axis=1).max(axis=1)
    return last.mask(among(ids, given.loc[given["outcome"] == "offer", "referred_id"]))
