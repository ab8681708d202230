"""What may I ask of whom now: the step that each contact stands on, whether they are ready, and when to wait?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import periods, schema
from networkscope.measures import rhythm
from networkscope.measures.leads import referral_steps
from networkscope.measures.owed import UNSET, by_them, by_you, dates, messages, words
from networkscope.measures.timeline import NEVER, Ints, Timeline, first_after, instant_of, timeline

STEPS = ("none", "catch_up", "advice", "introduction", "job")
RECONTACT = ("wait", "open", "missed", "done")
RECONTACT_DAYS = 90, 180
DEBTS = {"thank_you": "thanks", "owed_reply": "a reply", "report_back": "news of a name"}

_STEP_OF_ASK = {"advice_ask": 2, "referral_ask": 3, "recommendation_ask": 3, "job_ask": 4}
_NEEDS_NO_ANSWER = ("thank_you", "reply", "update", "promise", "outcome", "favour_done", "referral_given")


def ask_ladder(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    rapport_days: int = 60,
) -> pd.DataFrame:
    """Which step has each contact reached, and are they ready for the next?

    Practices C1, C3 and C4; the rules are the project's own. A step is reached by an ask that they answered (a
    later touch of theirs), or by what they gave unasked: catch_up (a touch of each side), advice (advice_ask),
    introduction (referral_ask, recommendation_ask, or a name given), job (job_ask). Ready to be asked is a tie
    with a touch of theirs within `rapport_days`, touches of both sides, no open debt of yours, and fewer than
    two unanswered messages (`hold_off`). A catch-up never needs that, and is what comes first where it is missing.

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
    rhythm.require_positive(whole=True, rapport_days=rapport_days)
    people = schema.conform("contacts", contacts, ("contact_id", "notes"))
    line = timeline(
        interactions, as_of=as_of, timezone=timezone, group_max=group_max, others=[people["contact_id"]]
    )
    who, size = line.people.get_indexer(people["contact_id"]), len(line.people)
    theirs, yours = (_last_day(line, side(line.events)) for side in (by_them, by_you))
    unanswered, _ = _unanswered(line)
    step, step_on, ref = _reached(line, referrals, as_of, timezone)
    near = theirs >= _day_of(as_of, timezone) - rapport_days
    both = (theirs != UNSET) & (yours != UNSET)
    parts = [
        np.where(near, "", f"no touch of theirs within {rapport_days} days"),
        np.where(both, "", "not two-way"),
        *_debts(line, gaps, as_of, timezone),
        np.where(unanswered < 2, "", words(unanswered, lambda n: f"{n} messages without an answer")),
    ]
    missing = [
        "; ".join(filter(None, row)) for row in zip(*(part[who].tolist() for part in parts), strict=True)
    ]
    topic = _last_topic(line, size)[who]
    note = people["notes"].astype(schema.TEXT).str.strip().replace("", pd.NA)
    names = np.array([name.replace("_", " ") for name in STEPS], dtype=object)
    said = words(step_on, lambda day: "" if day == UNSET else f" on {np.datetime64(day, 'D')}")
    heard = words(theirs, lambda day: "never" if day == UNSET else f"on {np.datetime64(day, 'D')}")
    why = names[step] + said + "; last touch of theirs " + heard
    kind = schema.choice(STEPS)
    facts: dict[str, Any] = {
        "step_reached": pd.Categorical.from_codes(step[who], dtype=kind),
        "next_step": pd.Categorical.from_codes(np.array([1, 2, 3, 4, 1])[step[who]], dtype=kind),
        "step_on": _days(step_on[who]),
        "ready": pd.array([not text for text in missing], dtype=schema.FLAG),
        "missing": pd.array([text or None for text in missing], dtype=schema.TEXT),
        "rapport_on": _days(theirs[who]),
        "unanswered_count": pd.array(unanswered[who], dtype=schema.COUNT),
        "has_hook": pd.array(topic.notna() | note.notna().to_numpy(), dtype=schema.FLAG),
        "last_topic": topic.array,
        "note": note.array,
        "why": pd.array(why[who], dtype=schema.TEXT),
        "source_ref": ref.reindex(who).array,
    }
    return people[["contact_id"]].assign(**facts)


def hold_off(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
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
    rhythm.require_positive(whole=True, hold_off_days=hold_off_days)
    people = schema.conform("contacts", contacts, ("contact_id",))
    line = timeline(
        interactions, as_of=as_of, timezone=timezone, group_max=group_max, others=[people["contact_id"]]
    )
    who, today = line.people.get_indexer(people["contact_id"]), _day_of(as_of, timezone)
    streak, last = (part[who] for part in _unanswered(line))
    refused = _refused(line, referrals, as_of, timezone)[who]
    yours = _last_day(line, by_you(line.events))[who]
    held, told = streak >= 2, refused != UNSET
    until = np.where(held, last + hold_off_days, UNSET)
    first, final = (np.where(told, refused + days, UNSET) for days in RECONTACT_DAYS)
    status = np.select([~told, yours >= first, today < first, today <= final], [-1, 3, 0, 1], 2)
    silent = np.where(
        streak > 0, words(streak, lambda n: f"{n} without an answer, the last on ") + dates(last), ""
    )
    refusal = np.where(told, "not now on " + dates(refused), "")
    between = np.where((streak > 0) & told, "; ", "")
    why = pd.Series(silent + between + refusal, people.index, dtype=schema.TEXT)
    return people.assign(
        unanswered_count=pd.array(streak, dtype=schema.COUNT),
        last_unanswered_on=_days(last),
        hold_off_until=_days(until),
        is_held_off=pd.array(held & (today < until), dtype=schema.FLAG),
        not_now_on=_days(refused),
        recontact_from=_days(first),
        recontact_until=_days(final),
        recontact=pd.Categorical.from_codes(status, dtype=schema.choice(RECONTACT)),
        why=why.mask(why == ""),
    )


def _day_of(as_of: periods.AsOf, timezone: str) -> int:
    today = periods.as_of_date(as_of, timezone)
    return int(periods.day_numbers(pd.Series([today]))[0])


def _latest(size: int, person: Ints, value: Ints) -> Ints:
    latest = np.full(size, UNSET)
    np.maximum.at(latest, person, value)
    return latest


def _last_day(line: Timeline, where: pd.Series) -> Ints:
    """The last day of the marked events, for each of the people."""
    found = line.events.loc[where, ["person", "day"]].to_numpy(np.int64)
    return _latest(len(line.people), found[:, 0], found[:, 1])


def _unanswered(line: Timeline) -> tuple[Ints, Ints]:
    """For each of the people: on how many days you wrote without an answer, and the last of them."""
    events, size = line.events, len(line.people)
    theirs = by_them(events)
    heard = _latest(size, *(events.loc[theirs, name].to_numpy() for name in ("person", "at")))
    sent = events[messages(events) & ~events["purpose"].isin(_NEEDS_NO_ANSWER)]
    sent = sent[sent["at"] > heard[sent["person"]]].drop_duplicates(["person", "day"])
    person, day = sent["person"].to_numpy(), sent["day"].to_numpy()
    return np.bincount(person, minlength=size), _latest(size, person, day)


def _given(referrals: pd.DataFrame, as_of: periods.AsOf, timezone: str) -> pd.DataFrame:
    given = referral_steps(schema.empty("interactions"), referrals, as_of=as_of, timezone=timezone)
    return given[~given["inferred"] & ~given["own"]]


def _reached(
    line: Timeline, referrals: pd.DataFrame, as_of: periods.AsOf, timezone: str
) -> tuple[npt.NDArray[Any], Ints, pd.Series]:
    """For each of the people the highest step, the latest day that reached it, and where that is written."""
    events, theirs = line.events, by_them(line.events)
    asks = np.flatnonzero((events["direction"] == "outbound") & events["purpose"].isin(schema.ASKS))
    person, at = (events[name].to_numpy()[asks] for name in ("person", "at"))
    asks = asks[instant_of(line, first_after(line, theirs, person, at)) < NEVER]
    gifts = np.flatnonzero(
        (events["direction"] == "inbound") & events["purpose"].isin(("referral_given", "introduction"))
    )
    mutual = np.isin(events["person"], events.loc[by_you(events), "person"].unique()) & theirs
    heard = events[mutual].drop_duplicates("person", keep="last").index.to_numpy()
    rows = np.concatenate([asks, gifts, heard])
    steps = [events["purpose"].iloc[asks].astype(schema.TEXT).map(_STEP_OF_ASK).to_numpy(np.int64)]
    steps += [np.full(len(gifts), 3), np.full(len(heard), 1)]
    day, who = (events[name].to_numpy()[rows] for name in ("day", "person"))
    logged = {"person": who, "step": np.concatenate(steps), "day": day, "ref": line.text("source_ref", rows)}
    given = _given(referrals, as_of, timezone)
    day = periods.day_numbers(given["given_on"])
    named = {
        "person": line.people.get_indexer(given["referrer_id"]),
        "step": 3,
        "day": day,
        "ref": given["source_ref"],
    }
    both = pd.concat([pd.DataFrame(logged), pd.DataFrame(named)], ignore_index=True)
    both = both[both["person"] >= 0].sort_values(["person", "step", "day", "ref"], na_position="first")
    best = both.drop_duplicates("person", keep="last").set_index("person")
    step, step_on = np.zeros(len(line.people), np.int64), np.full(len(line.people), UNSET)
    step[best.index], step_on[best.index] = best["step"], best["day"]
    return step, step_on, best["ref"]


def _debts(line: Timeline, gaps: pd.DataFrame, as_of: periods.AsOf, timezone: str) -> list[npt.NDArray[Any]]:
    """For each kind of debt and each of the people: since when it is open, in words."""
    gaps = gaps[
        ["kind", "contact_id", "state", "opened_at", "opened_on"]
    ]  # the texts of all others cost the most
    gaps = gaps[(gaps["state"] == "open") & (gaps["opened_at"] < periods.as_instant(as_of, timezone))]
    found = []
    for kind, spoken in DEBTS.items():
        owed = gaps[gaps["kind"] == kind]
        since = np.full(len(line.people) + 1, NEVER)  # the last place is for whoever is not known
        place = line.people.get_indexer(owed["contact_id"])
        np.minimum.at(since, place, periods.day_numbers(owed["opened_on"]))
        text = np.full(len(since), "", dtype=object)
        text[since < NEVER] = f"{spoken} owed since " + pd.Series(dates(since[since < NEVER]))
        found.append(text[:-1])
    return found


def _refused(line: Timeline, referrals: pd.DataFrame, as_of: periods.AsOf, timezone: str) -> Ints:
    """The last day on which each of the people said no, as far as they have made no offer."""
    told = _last_day(line, (line.events["direction"] == "inbound") & (line.events["purpose"] == "outcome"))
    given = _given(referrals, as_of, timezone)
    given = given.assign(person=line.people.get_indexer(given["referred_id"]))
    given = given[given["person"] >= 0]
    declined = given[(given["outcome"] == "declined") & given["closed_on"].notna()]
    np.maximum.at(told, declined["person"].to_numpy(), periods.day_numbers(declined["closed_on"]))
    told[given.loc[given["outcome"] == "offer", "person"]] = UNSET
    return told


def _last_topic(line: Timeline, size: int) -> pd.Series:
    """The latest subject of each of the people that is not blank."""
    subject = line.text("subject", np.arange(len(line.events)))
    person = line.events["person"].to_numpy()[subject.notna()]
    subject = subject.dropna().str.strip() if len(person) else subject.dropna()
    person, subject = person[(subject != "").to_numpy()], subject[subject != ""]
    last = np.append(person[1:] != person[:-1], True)[: len(person)]
    return subject[last].set_axis(person[last]).reindex(range(size)).reset_index(drop=True)


def _days(days: Ints) -> Any:
    return rhythm.as_dates(days, days != UNSET)
