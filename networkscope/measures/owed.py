"""Which follow-ups are there? Each kind as data: what opens it, what closes it, how many days it may take.

A new kind is a function that finds its openers and an entry in KINDS. Where the definitions leave room:

- A touch at the same instant closes (a log without hours has no order within a day), but never a promise.
- Thanks are owed once per person and day, from the hour of the first reason whose hour is known.
- An inbound thank-you opens no owed reply: nobody owes an answer to thanks.
- Each ask is nudged on its own; two more messages of yours without an answer, and it is left alone.
- Monthly updates are owed from the day on which somebody became part of the search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from networkscope import periods, schema
from networkscope.measures import replies, touches
from networkscope.measures.timeline import NEVER, Ints, Timeline, first_after, instant_of

UNSET = np.iinfo(np.int64).min  # no due date of its own: so many days after the opening as the kind allows
SETTLED = ("offer", "declined", "dead_end")

Mask: TypeAlias = pd.Series
# Columns of equal length: `person` and `at`, and of OPTIONAL whatever differs from the default.
Openers: TypeAlias = dict[str, Any]
OPTIONAL = {"what": "", "row": -1, "ref": -1, "about": -1, "due": UNSET, "other_at": NEVER, "other_row": -1}


@dataclass(frozen=True)
class Known:
    """What was known at the cut-off.

    In `referrals` (index 0, 1, …) `referrer` and `referred` are places in `line.people` (-1: nobody), and `given`,
    `contacted`, `met`, `reported`, `closed` are instants like those of the timeline (NEVER: not known).
    """

    contacts: pd.DataFrame
    line: Timeline
    referrals: pd.DataFrame
    as_of: pd.Timestamp
    search_since: int


@dataclass(frozen=True)
class GapKind:
    """One kind of follow-up.

    `openers` gives who (`person`), when (`at`), `what` it was in words, its place in the timeline (`row`) or
    the referrals (`ref`), whom it is `about`, and where they apply a `due` day and another closing (`other_at`,
    `other_row`), which `other` explains and `likely` calls a guess. `closes` marks the touches that close it.
    """

    kind: str
    title: str
    rule: str
    due_days: int
    openers: Callable[[Known, int], Openers]
    closes: Callable[[pd.DataFrame], Mask]
    strict: bool = False
    other: str = ""
    likely: bool = False


def words(values: Ints, render: Callable[[int], str]) -> Any:
    """Numbers as text, each distinct number rendered once."""
    codes, distinct = pd.factorize(values)
    return pd.array([render(int(value)) for value in distinct], dtype=schema.TEXT).take(codes)


def dates(days: Ints) -> Any:
    """Day numbers as text, like 2026-11-16; empty where UNSET."""
    return words(days, lambda day: "" if day == UNSET else str(np.datetime64(day, "D")))


def _from_log(line: Timeline, rows: Ints, **more: Any) -> Openers:
    person, at = (line.events[name].to_numpy()[rows] for name in ("person", "at"))
    return {"person": person, "at": at, "row": rows, **more}


def _from_referrals(given: pd.DataFrame, who: str, about: str, at: str, **more: Any) -> Openers:
    person, other, when = (given[name].to_numpy() for name in (who, about, at))
    return {"person": person, "about": other, "at": when, "ref": given.index.to_numpy(), **more}


def _spoken(events: pd.DataFrame, column: str, rows: Ints) -> Any:
    """A category in words."""
    kind = events[column].cat
    names = pd.array([name.replace("_", " ") for name in kind.categories], dtype=schema.TEXT)
    return names.take(kind.codes.to_numpy()[rows], allow_fill=True)


def by_you(events: pd.DataFrame) -> Mask:
    return events["direction"] != "inbound"


def by_them(events: pd.DataFrame) -> Mask:
    return events["direction"] != "outbound"


def has_purpose(events: pd.DataFrame) -> Mask:
    """Of which events is the purpose on record?"""
    return events["purpose"].notna() & (events["purpose"] != "unknown")


def messages(events: pd.DataFrame, direction: str = "outbound") -> Mask:
    """Which events are messages, by default those that you sent?"""
    return (events["direction"] == direction) & events["channel"].isin(schema.MESSAGES)


def _thanks(events: pd.DataFrame) -> Mask:
    return (events["direction"] == "outbound") & (events["purpose"] == "thank_you")


def _new_day(events: pd.DataFrame) -> Mask:
    return ~events.duplicated(["person", "day"])


def _helped(known: Known, due_days: int) -> Openers:
    line, given, events = known.line, known.referrals, known.line.events
    talked, purpose = touches.is_conversation(events), events["purpose"]
    gift = (events["direction"] == "inbound") & purpose.isin(("referral_given", "introduction"))
    answer = by_them(events) & (purpose == "outcome")
    rows = np.flatnonzero(talked | gift | answer | (purpose == "favour_received"))
    what = pd.Series(_spoken(events, "channel", rows)).where(
        talked.to_numpy()[rows], _spoken(events, "purpose", rows)
    )
    happened = _from_log(line, rows, what=what, day=events["day"].to_numpy()[rows], about=-1, ref=-1)
    day = periods.day_numbers(given["given_on"])
    names = _from_referrals(
        given, "referrer", "referred", "given", what="name or lead given", day=day, row=-1
    )
    both = pd.concat([pd.DataFrame(happened), pd.DataFrame(names)], ignore_index=True)
    owed = both.drop_duplicates(["person", "day"])
    count = both.groupby(["person", "day"], sort=False).size().to_numpy()
    many = words(count, lambda n: f" (one of {n} reasons that day)" if n > 1 else "")
    unknown = messages(events) & ~has_purpose(events)
    sent = first_after(line, unknown, owed["person"].to_numpy(), owed["at"].to_numpy())
    soon = np.append(events["day"].to_numpy(), NEVER)[sent] <= owed["day"].to_numpy() + due_days
    sent = np.where(soon, sent, -1)
    extra = {"what": owed["what"] + many, "other_at": instant_of(line, sent), "other_row": sent}
    return dict(owed.drop(columns="day").assign(**extra).items())


def _unanswered(known: Known, _: int) -> Openers:
    line, events = known.line, known.line.events
    alone = ~(events["group_size"] > 2).fillna(False).astype(bool)
    rows = np.flatnonzero(messages(events, "inbound") & alone & (events["purpose"] != "thank_you"))
    # Both terms only ever grow, so their sum names one person's stretch between two touches of yours.
    stretch = (by_you(events).cumsum() + events["person"]).to_numpy()[rows]
    thread, threads = pd.factorize(line.text("thread_id", rows))
    group = pd.Series(pd.factorize(stretch * (len(threads) + 1) + thread + 1)[0])
    what = words(np.bincount(group), lambda n: f"first of {n} messages" if n > 1 else "message")
    return _from_log(line, rows[~group.duplicated().to_numpy()], what=what)


def _asked(known: Known, _: int) -> Openers:
    line, events = known.line, known.line.events
    asks = replies.answers(line, known.as_of)
    wait = replies.nudge_after_days(int(asks["known"].sum()), int(asks["replied"].sum()))
    rows = asks["row"].to_numpy()
    opened = _from_log(line, rows)
    who, yours = opened["person"], messages(events)
    answered = instant_of(line, first_after(line, by_them(events), who, opened["at"]))
    nudge = first_after(line, yours, who, opened["at"], strict=True)
    second = first_after(line, yours, who, instant_of(line, nudge), strict=True)
    nudged = instant_of(line, nudge) < answered
    since = words(nudged.astype(np.int64), lambda n: " (one more message since)" if n else "")
    due = events["day"].to_numpy()[np.where(nudged, nudge, rows)] + wait
    what = _spoken(events, "purpose", rows) + since
    return {**opened, "what": what, "due": due, "other_at": instant_of(line, second), "other_row": second}


def _names_to_call(known: Known, _: int) -> Openers:
    given = known.referrals[known.referrals["kind"].fillna("person") == "person"]
    noted = given[["contacted", "met", "closed"]].min(axis=1).to_numpy()
    return _from_referrals(given, "referred", "referrer", "given", what="name given", other_at=noted)


def _news_of_names(known: Known, _: int) -> Openers:
    line, given = known.line, known.referrals
    given = given[given["referrer"] != given["referred"]]
    touch = first_after(
        line, line.events["at"] < NEVER, given["referred"].to_numpy(), given["given"].to_numpy()
    )
    touched = instant_of(line, touch)
    noted = given[["contacted", "met"]].min(axis=1).clip(lower=given["given"])
    contact = np.minimum(noted, touched)
    given = given.assign(first=contact.where(contact < NEVER, given["closed"].clip(lower=given["given"])))
    called = (contact < NEVER).to_numpy().astype(np.int64)
    what = words(called, lambda yes: "first contact with the referred person" if yes else "referral closed")
    row = np.where(touched <= noted, touch, -1)
    told = given["reported"].to_numpy()
    return _from_referrals(given, "referrer", "referred", "first", what=what, row=row, other_at=told)


def _settled(known: Known, _: int) -> Openers:
    given = known.referrals[known.referrals["outcome"].isin(SETTLED)]
    told = given["reported"].where(given["reported"] >= given["closed"], NEVER)
    what = "outcome " + given["outcome"].astype(schema.TEXT).str.replace("_", " ")
    referrer = _from_referrals(
        given, "referrer", "referred", "closed", what=what.array, other_at=told.to_numpy()
    )
    given, what = (part[given["referrer"] != given["referred"]] for part in (given, what))
    referred = _from_referrals(given, "referred", "referrer", "closed", what=what.array, other_at=NEVER)
    both = pd.concat([pd.DataFrame(referrer), pd.DataFrame(referred)], ignore_index=True)
    return dict(both.items())


def _search_days(known: Known, _: int) -> Openers:
    events, given = known.line.events, known.referrals[known.referrals["given"] >= known.search_since]
    talked = events[touches.is_conversation(events) & (events["at"] >= known.search_since)]
    joined = np.full(len(known.line.people) + 1, NEVER)  # the last place is for nobody (-1)
    np.minimum.at(joined, talked["person"].to_numpy(), talked["day"].to_numpy())
    for side in ("referrer", "referred"):
        np.minimum.at(joined, given[side].to_numpy(), periods.day_numbers(given["given_on"]))
    due = _new_day(events) & (events["day"] >= joined[events["person"]])
    return _from_log(known.line, np.flatnonzero(due), what="touch")


def _promised(known: Known, _: int) -> Openers:
    events = known.line.events
    rows = np.flatnonzero(by_you(events) & (events["purpose"] == "promise"))
    due_on = events["due_on"].iloc[rows].reset_index(drop=True)
    due = np.full(len(rows), UNSET)
    due[due_on.notna()] = periods.day_numbers(due_on.dropna())
    return _from_log(known.line, rows, what="promise", due=due)


_NOTED = " (a date noted with the referral)"
KINDS: Sequence[GapKind] = (
    GapKind(
        "thank_you", "Thanks", "Thank within {days} days of a talk, a name, a favour or an answer.", 2,
        _helped, _thanks, other=" (likely: the purpose of the message is unknown)", likely=True,
    ),
    GapKind(
        "owed_reply", "Replies owed", "Answer within {days} days a message that nothing of yours has followed.", 3,
        _unanswered, by_you,
    ),
    GapKind(
        "nudge", "Nudges", "Ask once more when a reply within a week has become unlikely; at most twice.",
        replies.SHORTEST_WAIT_DAYS, _asked, by_them, other=" (hold off: two messages since, no reply)",
    ),
    GapKind(
        "uncontacted_referral", "Names to call", "Contact within {days} days a person whom you were referred to.", 7,
        _names_to_call, by_you, other=_NOTED,
    ),
    GapKind(
        "report_back", "News for referrers", "Tell the referrer within {days} days what came of the name.", 7,
        _news_of_names, by_you, other=_NOTED,
    ),
    GapKind(
        "close_the_loop", "Loops to close",
        "Tell those who offered and those who referred you within {days} days how it ended.", 7,
        _settled, by_you, other=_NOTED,
    ),
    GapKind(
        "monthly_update", "Monthly updates",
        "Be in touch every {days} days with everyone met in the search.", 30,
        _search_days, _new_day, strict=True,
    ),
    GapKind(
        "promise", "Promises", "Keep a promise by its date, or within {days} days where it has none.", 7,
        _promised, by_you, strict=True,
    ),
)  # fmt: skip
