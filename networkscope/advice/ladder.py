"""What may I ask of whom now: the step that each contact stands on, whether they are ready, and when to wait?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import require_positive
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.rhythm import as_dates
from networkscope.snapshot.timeline import Ints, Timeline, timeline
from networkscope.snapshot.touches import by_them, by_you, messages

STEPS = ("none", "catch_up", "advice", "introduction", "job")
RECONTACT = ("wait", "open", "missed", "done")
RECONTACT_DAYS = 90, 180
DEBTS = {"thank_you": "thanks", "owed_reply": "a reply", "report_back": "news of a name"}

_LADDER = {
    "contact_id": schema.TEXT, "step_reached": schema.choice(STEPS), "next_step": schema.choice(STEPS),
    "step_on": schema.DATE, "ready": schema.FLAG, "missing": schema.TEXT, "rapport_on": schema.DATE,
    "unanswered_count": schema.COUNT, "has_hook": schema.FLAG, "last_topic": schema.TEXT, "note": schema.TEXT,
    "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_HOLD_OFF = {
    "contact_id": schema.TEXT, "unanswered_count": schema.COUNT, "last_unanswered_on": schema.DATE,
    "hold_off_until": schema.DATE, "is_held_off": schema.FLAG, "not_now_on": schema.DATE,
    "recontact_from": schema.DATE, "recontact_until": schema.DATE, "recontact": schema.choice(RECONTACT),
    "why": schema.TEXT,
}  # fmt: skip
_STEP_OF_ASK = {"advice_ask": 2, "referral_ask": 3, "recommendation_ask": 3, "job_ask": 4}
_NEEDS_NO_ANSWER = ("thank_you", "reply", "update", "promise", "outcome", "favour_done", "referral_given")


@on_snapshot()
def ask_ladder(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    rapport_days: int = 60,
) -> pd.DataFrame:
    """Which step has each contact reached, and are they ready for the next?

    Practices C1, C3 and C4; the rules are the project's own. A step is reached by an ask that they answered (a
    later touch of theirs, or the talk in which you asked), or by what they gave unasked: catch_up (a touch of each
    side), advice (advice_ask), introduction (referral_ask, recommendation_ask, or a name given), job (job_ask).
    Ready to be asked is a tie with a touch of theirs within `rapport_days`, touches of both sides, no open debt
    of yours, and fewer than two unanswered messages (`hold_off`). A catch-up never needs that, and is what comes
    first where it is missing.

    Parameters
    ----------
    gaps : the frame of `followup_gaps` as of the same instant; open thank_you, owed_reply and report_back count

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `step_reached` and `next_step` (of STEPS; after a job
    ask a catch-up), `step_on`, `ready`, `missing` (the conditions that do not hold, NA where ready),
    `rapport_on` (last touch of theirs), `unanswered_count`, `has_hook` (something to refer to: a topic or a
    note), `last_topic`, `note`, `why`, `source_ref` (of the touch that reached the step).

    Raises
    ------
    ParameterError, SchemaError
        `rapport_days` is not a positive whole number; a table does not fit.

    Examples
    --------
    >>> from networkscope.measures.followups import followup_gaps
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "purpose": ["advice_ask", "reply"], "occurred_at": pd.to_datetime(["2026-04-05", "2026-04-07"], utc=True)})
    >>> tables = pd.DataFrame({"contact_id": ["a", "b"]}), log, schema.empty("referrals")
    >>> ladder = ask_ladder(*tables, followup_gaps(*tables, as_of="2026-05-01"), as_of="2026-05-01")
    >>> ladder[["contact_id", "step_reached", "next_step", "ready"]]
      contact_id step_reached     next_step  ready
    0          a       advice  introduction   True
    1          b         none      catch_up  False
    >>> ladder["missing"][1]
    'no touch of theirs within 60 days; not two-way'
    """
    require_positive(whole=True, rapport_days=rapport_days)
    people = schema.conform("contacts", contacts, ("contact_id", "notes")).reset_index(drop=True)
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    ids = people["contact_id"]
    line = timeline(interactions, group_max=group_max, others=[ids], **seen)
    who = line.people.get_indexer(ids)
    heard, written = (_dates(_last(line.events, side(line.events)), who) for side in (by_them, by_you))
    unanswered = _unanswered(line.events)["person"].value_counts().reindex(who, fill_value=0).array
    reached = _reached(line, counted_leads(referrals, **seen))
    step, step_on = reached["step"].reindex(who, fill_value=0).to_numpy(), _dates(reached, who)
    near = heard >= dates.as_of_date(**seen) - pd.Timedelta(days=rapport_days)
    parts = [
        np.where(near, "", f"no touch of theirs within {rapport_days} days").tolist(),
        np.where(heard.notna() & written.notna(), "", "not two-way").tolist(),
        *_debts(ids, gaps, dates.as_instant(**seen)),
        [f"{n} messages without an answer" if n >= 2 else "" for n in unanswered],
    ]
    missing = ["; ".join(filter(None, row)) for row in zip(*parts, strict=True)]
    note = people["notes"].str.strip().replace("", pd.NA)
    topic = _last_topic(line).reindex(who).array
    said = pd.Series(np.array([name.replace("_", " ") for name in STEPS])[step], dtype=schema.TEXT)
    said += (" on " + step_on.dt.strftime("%Y-%m-%d")).fillna("")
    said += "; last touch of theirs " + ("on " + heard.dt.strftime("%Y-%m-%d")).fillna("never")
    table = people[["contact_id"]].assign(
        step_reached=np.array(STEPS)[step],
        next_step=np.array([*STEPS[1:], STEPS[1]])[step],
        step_on=step_on,
        ready=[not text for text in missing],
        missing=[text or None for text in missing],
        rapport_on=heard,
        unanswered_count=unanswered,
        has_hook=pd.notna(topic) | note.notna(),
        last_topic=topic,
        note=note,
        why=said,
        source_ref=reached["ref"].reindex(who).array,
    )
    return table.astype(_LADDER).set_axis(contacts.index)


@on_snapshot()
def hold_off(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    hold_off_days: int = 60,
) -> pd.DataFrame:
    """Whom should I leave alone for now, and who said "not now" and may be asked again?

    Practice A10; the rules are the project's own. Unanswered are the local days with a message of yours since
    their last touch; thanks, replies, updates and other messages that ask for nothing do not count. From two on,
    hold off for `hold_off_days` after the last. A "not now" is an outcome that they told (inbound), or a
    referral to them that was declined, unless they made an offer; they may be asked again 90 to 180 days after.

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `unanswered_count`, `last_unanswered_on`,
    `hold_off_until` (NA below two), `is_held_off`, `not_now_on`, `recontact_from`, `recontact_until`, `recontact`
    (wait, open, missed; done after a touch of yours since `recontact_from`), `why`. NA where there is no such thing.

    Raises
    ------
    ParameterError, SchemaError
        `hold_off_days` is not a positive whole number; a table does not fit.

    Examples
    --------
    >>> log = pd.DataFrame({"contact_id": ["a", "b"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["outcome", "social"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> table = hold_off(log[["contact_id"]], log, schema.empty("referrals"), as_of="2026-05-01")
    >>> table[["contact_id", "recontact", "recontact_until", "is_held_off"]]
      contact_id recontact recontact_until  is_held_off
    0          a      open      2026-07-04        False
    1          b       NaN             NaT        False
    """
    require_positive(whole=True, hold_off_days=hold_off_days)
    people = schema.conform("contacts", contacts, ("contact_id",)).reset_index(drop=True)
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    ids = people["contact_id"]
    line = timeline(interactions, group_max=group_max, others=[ids], **seen)
    who, today = line.people.get_indexer(ids), dates.as_of_date(**seen)
    sent = _unanswered(line.events)
    streak = pd.Series(sent["person"].value_counts().reindex(who, fill_value=0).array)
    last = _dates(sent.groupby("person")[["day"]].last(), who)
    until = (last + pd.Timedelta(days=hold_off_days)).where(streak >= 2)
    yours = _dates(_last(line.events, by_you(line.events)), who)
    refused = _refused(line, counted_leads(referrals, **seen), ids, who)
    first, final = (refused + pd.Timedelta(days=days) for days in RECONTACT_DAYS)
    states = [refused.isna(), yours >= first, today < first, today <= final]
    silent = streak.astype(schema.TEXT) + " without an answer, the last on " + last.dt.strftime("%Y-%m-%d")
    refusal = "not now on " + refused.dt.strftime("%Y-%m-%d")
    table = people.assign(
        unanswered_count=streak,
        last_unanswered_on=last,
        hold_off_until=until,
        is_held_off=today < until,
        not_now_on=refused,
        recontact_from=first,
        recontact_until=final,
        recontact=pd.Categorical.from_codes(np.select(states, [-1, 3, 0, 1], 2), RECONTACT),
        why=(silent + "; " + refusal).fillna(silent).fillna(refusal),
    )
    return table.astype(_HOLD_OFF).set_axis(contacts.index)


def _dates(found: pd.DataFrame, who: Ints) -> pd.Series:
    """The `day` found for each of these people as a date, NA where there is none."""
    day = found["day"].reindex(who)
    return pd.Series(as_dates(day.fillna(0).to_numpy(np.int64), day.notna().to_numpy()))


def _last(events: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    """`at` and `day` of the last of the marked events, by person."""
    found = events.loc[where, ["person", "at", "day"]]
    return found.drop_duplicates("person", keep="last").set_index("person")


def _unanswered(events: pd.DataFrame) -> pd.DataFrame:
    """The first message of each day, of those that ask for an answer and have none."""
    sent = events[messages(events) & ~events["purpose"].isin(_NEEDS_NO_ANSWER)]
    answered = sent["at"] <= sent["person"].map(_last(events, by_them(events))["at"])
    return sent[~answered].drop_duplicates(["person", "day"])


def _reached(line: Timeline, given: pd.DataFrame) -> pd.DataFrame:
    """By person the highest `step` above none, the latest `day` that reached it, and where that is written (`ref`)."""
    events, theirs = line.events, by_them(line.events)
    asks = events[by_you(events) & events["purpose"].isin(schema.ASKS)]
    asks = asks[asks["at"] <= asks["person"].map(_last(events, theirs)["at"])]
    gifts = (events["direction"] == "inbound") & events["purpose"].isin(("referral_given", "introduction"))
    both = theirs & events["person"].isin(events.loc[by_you(events), "person"].unique())
    step = np.zeros(len(events), np.int64)
    step[events.loc[both, "person"].drop_duplicates(keep="last").index] = 1
    step[gifts.to_numpy(bool)] = 3
    step[asks.index] = asks["purpose"].astype(schema.TEXT).map(_STEP_OF_ASK)
    rows = np.flatnonzero(step)
    logged = events[["person", "day"]].iloc[rows].assign(step=step[rows])
    named = pd.DataFrame({"person": line.people.get_indexer(given["referrer_id"]), "step": 3})
    named["day"] = dates.day_numbers(given["given_on"])
    found = pd.concat([logged, named])
    found["ref"] = pd.concat([line.text("source_ref", rows), given["source_ref"]]).array
    found = found.sort_values(["step", "day", "ref"], na_position="first")
    return found.drop_duplicates("person", keep="last").set_index("person")


def _debts(ids: pd.Series, gaps: pd.DataFrame, as_of: pd.Timestamp) -> list[list[str]]:
    """For each kind of debt: since when it is open with each of these people, in words."""
    known = gaps[["kind", "contact_id", "opened_on"]][(gaps["state"] == "open") & (gaps["opened_at"] < as_of)]
    found = []
    for kind, spoken in DEBTS.items():
        owed = known[known["kind"] == kind].groupby("contact_id")["opened_on"].min()
        since = owed.astype(schema.DATE).reindex(ids).dt.strftime("%Y-%m-%d")
        found.append((f"{spoken} owed since " + since).fillna("").tolist())
    return found


def _refused(line: Timeline, given: pd.DataFrame, ids: pd.Series, who: Ints) -> pd.Series:
    """The last day on which each of these people said no, as far as they have made no offer."""
    told = (line.events["direction"] == "inbound") & (line.events["purpose"] == "outcome")
    declined = given[given["outcome"] == "declined"].groupby("referred_id")["closed_on"].max().reindex(ids)
    last = pd.concat([_dates(_last(line.events, told), who), declined.reset_index(drop=True)], axis=1).max(
        axis=1
    )
    return last.mask(ids.isin(given.loc[given["outcome"] == "offer", "referred_id"]))


def _last_topic(line: Timeline) -> pd.Series:
    """The latest subject of each person that is not blank."""
    subject = line.text("subject", np.arange(len(line.events))).dropna().str.strip()
    subject = subject[subject != ""]
    person = line.events["person"].iloc[subject.index]
    last = ~person.duplicated(keep="last")
    return subject[last].set_axis(person[last])
