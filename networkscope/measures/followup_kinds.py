"""Which follow-ups are there? Each kind as data: what opens it, what closes it, how many days it may take.

A new kind is a function that finds its openers and an entry in KINDS. Where the definitions leave room:

- A touch at the same instant closes (a log without hours has no order within a day), but never a promise.
- A promise that was only noted is no message: it opens, and closes nothing (`touches.is_note`).
- Thanks are owed once per person and day, from the hour of the first reason whose hour is known.
- An inbound thank-you opens no owed reply: nobody owes an answer to thanks.
- Somebody is nudged, not an ask: all asks until the next answer are one, and after two more messages of yours
  whatever else you ask opens nothing until they answer.
- Your mark that something is done parts what came before its day's end from what comes after, as a word of yours does.
- An end opens no second debt to a referrer who still waits for news of the first contact: one report tells both.
- Monthly updates are owed from the day on which somebody became part of the search. The month begins anew with a talk
  of the two of you, a message of yours to that person alone, an update, or your mark that it is done (on the next day);
  with a talk of more only where it is the first. An update to a crowd touches nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.measures import replies
from networkscope.snapshot import touches
from networkscope.snapshot.marks import Marks
from networkscope.snapshot.timeline import (
    NEVER,
    UNSET,
    Ints,
    Timeline,
    first_after,
    instant_of,
    micros,
    words,
)
from networkscope.snapshot.touches import alone, by_them, by_you, has_purpose, messages

SETTLED = ("offer", "declined", "dead_end")

# A frame, or columns of equal length: `person` and `at`, and of OPTIONAL whatever differs from the default.
Openers: TypeAlias = Mapping[str, Any] | pd.DataFrame
OPTIONAL = {
    "what": "", "row": -1, "ref": -1, "mark": -1, "about": -1, "due": UNSET, "other_at": NEVER, "other_row": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What was known at the cut-off.

    In `referrals` (index 0, 1, …) `referrer` and `referred` are places in `line.people` (-1: nobody), and `given`,
    `contacted`, `met`, `reported`, `closed` are instants like those of the timeline (NEVER: not known).
    """

    line: Timeline
    referrals: pd.DataFrame
    as_of: pd.Timestamp
    search_since: int
    marks: Marks


@dataclass(frozen=True)
class GapKind:
    """One kind of follow-up.

    `openers` gives who (`person`), when (`at`), `what` it was in words, its place in the timeline (`row`), the
    referrals (`ref`) or the marks (`mark`), whom it is `about`, and where they apply a `due` day and another closing
    (`other_at`, `other_row`), which `other` explains and `likely` calls a guess. `closes` marks what closes it.
    """

    kind: str
    title: str
    rule: str
    due_days: int
    openers: Callable[[Known, int], Openers]
    closes: Callable[[pd.DataFrame], pd.Series]
    strict: bool = False
    other: str = ""
    likely: bool = False


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


def _answer(events: pd.DataFrame) -> pd.Series:
    return by_them(events) & (events["purpose"] == "outcome")


def _thanks(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] == "outbound") & (events["purpose"] == "thank_you")


def _word(events: pd.DataFrame) -> pd.Series:
    """Which touches are the first word of yours to somebody on a day, in a talk, a message or an update?"""
    update = (events["direction"] == "outbound") & (events["purpose"] == "update")
    word = alone(events) & (by_you(events) | touches.is_conversation(events)) | update
    first = word.to_numpy(copy=True)
    first[first] = ~events.loc[word, ["person", "day"]].duplicated()
    return pd.Series(first, events.index)


def _helped(known: Known, due_days: int) -> Openers:
    line, given, events = known.line, known.referrals, known.line.events
    talked, purpose = touches.is_conversation(events), events["purpose"]
    gift = (events["direction"] == "inbound") & purpose.isin(("referral_given", "introduction"))
    rows = np.flatnonzero(talked | gift | _answer(events) | (purpose == "favour_received"))
    what = pd.Series(_spoken(events, "channel", rows)).where(
        talked.to_numpy()[rows], _spoken(events, "purpose", rows)
    )
    happened = _from_log(line, rows, what=what, day=events["day"].to_numpy()[rows], about=-1, ref=-1)
    day = dates.day_numbers(given["given_on"])
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
    return owed.drop(columns="day").assign(**extra)


def _unanswered(known: Known, _: int) -> Openers:
    line, events = known.line, known.line.events
    rows = np.flatnonzero(messages(events, "inbound") & alone(events) & (events["purpose"] != "thank_you"))
    # All terms only ever grow, so their sum names one person's stretch between two touches or marks of yours.
    who, at = (events[name].to_numpy()[rows] for name in ("person", "at"))
    stretch = by_you(events).cumsum().to_numpy()[rows] + who + known.marks.stretch("owed_reply", who, at)
    thread, threads = pd.factorize(line.text("thread_id", rows))
    group = pd.Series(pd.factorize(stretch * (len(threads) + 1) + thread + 1)[0])
    what = words(np.bincount(group), lambda n: f"first of {n} messages" if n > 1 else "message")
    return _from_log(line, rows[~group.duplicated().to_numpy()], what=what)


def _asked(known: Known, _: int) -> Openers:
    line, events = known.line, known.line.events
    asks = replies.answers(line, known.as_of)
    wait = replies.nudge_after_days(int(asks["known"].sum()), int(asks["replied"].sum()))
    rows = asks["row"].to_numpy()
    who, at = (events[name].to_numpy()[rows] for name in ("person", "at"))
    answer = first_after(line, by_them(events), who, at)
    marked = known.marks.stretch("nudge", who, at)
    first = ~pd.DataFrame({"person": who, "answer": answer, "marked": marked}).duplicated().to_numpy()
    rows, who, at, answered = rows[first], who[first], at[first], instant_of(line, answer)[first]
    nudge = first_after(line, messages(events), who, at, strict=True)
    sent = instant_of(line, nudge)
    second = first_after(line, messages(events), who, sent, strict=True)
    nudged = (sent < answered) & (known.marks.stretch("nudge", who, sent) == marked[first])
    since = words(nudged.astype(np.int64), lambda n: " (one more message since)" if n else "")
    due = events["day"].to_numpy()[np.where(nudged, nudge, rows)] + wait
    what = _spoken(events, "purpose", rows) + since
    return _from_log(line, rows, what=what, due=due, other_at=instant_of(line, second), other_row=second)


def _names_to_call(known: Known, _: int) -> Openers:
    given = known.referrals[known.referrals["kind"].fillna("person") == "person"]
    noted = given[["contacted", "met", "closed"]].min(axis=1).to_numpy()
    return _from_referrals(given, "referred", "referrer", "given", what="name given", other_at=noted)


def _course(known: Known) -> pd.DataFrame:
    """The referrals with the `contact` and the `end`, both with the event (`_row`) that tells of them.

    `first` is what there is to report at first: the contact, or the closing where that came sooner.

    The end is an outcome that the log tells, or a noted one of SETTLED; `is_news` says whether the referrer is to
    be told of it apart. `own`: somebody named themselves.
    """
    line, given, events = known.line, known.referrals, known.line.events
    given = given.assign(own=given["referrer"] == given["referred"])
    whom, since = given["referred"].mask(given["own"], -1).to_numpy(), given["given"].to_numpy()
    noted = given[["contacted", "met"]].min(axis=1).clip(lower=given["given"]).mask(given["own"], NEVER)
    settled = given["closed"].where(given["outcome"].isin(SETTLED), NEVER)
    for name, dated, marked in (
        ("contact", noted, ~touches.is_note(events)),
        ("end", settled, _answer(events)),
    ):
        row = first_after(line, marked, whom, since)
        at = instant_of(line, row)
        given[name], given[f"{name}_row"] = np.minimum(dated, at), np.where(at <= dated, row, -1)
    end, closed = given["end"], given["closed"].clip(lower=given["given"])
    given["first"] = first = np.minimum(given["contact"], closed)
    referrer = given["referrer"].to_numpy()
    report = first_after(line, by_you(events), referrer, first.to_numpy())
    marked = (known.marks.stretch("report_back", referrer, at.to_numpy()) for at in (first, end))
    waits = (first < end) & (np.minimum(_told(given, first), instant_of(line, report)) >= end)
    return given.assign(is_news=(end < NEVER) & ~(waits & np.equal(*marked)))


def _told(given: pd.DataFrame, since: pd.Series) -> Any:
    """When does a note say that the referrer was told? NEVER where that was before there was anything to tell."""
    return given["reported"].where(given["reported_by"] > since, NEVER).to_numpy()


def _news_of_names(known: Known, _: int) -> Openers:
    given = _course(known)
    given = given[~given["own"]]
    given = given[given["first"] < given["end"]]
    called = given["contact"] == given["first"]
    said = ("referral closed", "first contact with the referred person")
    what = words(called.to_numpy(np.int64), lambda yes: said[yes])
    row = given["contact_row"].where(called, -1).to_numpy()
    told = _told(given, given["first"])
    return _from_referrals(given, "referrer", "referred", "first", what=what, row=row, other_at=told)


def _settled(known: Known, _: int) -> Openers:
    line, given = known.line, _course(known)
    given = given[given["end"] < NEVER]
    outcome = given["outcome"].astype(schema.TEXT).str.replace("_", " ")
    given["what"] = ("outcome " + outcome).where(given["end_row"] < 0, "outcome")
    news = given[given["is_news"]]
    row, told = news["end_row"].to_numpy(), _told(news, news["end"])
    more = {"what": news["what"].array, "row": row, "other_at": told}
    referrer = _from_referrals(news, "referrer", "referred", "end", **more)
    noted = given[(given["end_row"] < 0) & ~given["own"]]
    offered = _from_referrals(noted, "referred", "referrer", "end", what=noted["what"].array)
    heard = _from_log(line, np.flatnonzero(_answer(line.events)), what="outcome")
    referrer, offered, heard = (pd.DataFrame({**OPTIONAL, **part}) for part in (referrer, offered, heard))
    both = pd.concat([offered, heard], ignore_index=True).sort_values(["person", "at"], kind="stable")
    person, at = (both[name].to_numpy() for name in ("person", "at"))
    word = first_after(line, by_you(line.events), person, at)
    marked = known.marks.stretch("close_the_loop", person, at)
    first = ~pd.DataFrame({"person": person, "word": word, "marked": marked}).duplicated().to_numpy()
    return pd.concat([referrer, both[first]], ignore_index=True)  # one word tells of them all


def _search_days(known: Known, _: int) -> Openers:
    events, given = known.line.events, known.referrals[known.referrals["given"] >= known.search_since]
    talked = events[touches.is_conversation(events) & (events["at"] >= known.search_since)]
    joined = np.full(len(known.line.people) + 1, NEVER)  # the last place is for nobody (-1)
    np.minimum.at(joined, talked["person"].to_numpy(), talked["day"].to_numpy())
    for side in ("referrer", "referred"):
        np.minimum.at(joined, given[side].to_numpy(), dates.day_numbers(given["given_on"]))
    due = _word(events) & (events["day"] >= joined[events["person"]])
    said, met = np.flatnonzero(due)[::-1], talked["person"].drop_duplicates()
    begun = np.full(len(known.line.people), NEVER)
    begun[events["person"].to_numpy()[said]] = said  # the first is written last, and stays
    first = np.zeros(len(events), np.int64)
    first[met.index[met.index < begun[met]]] = 1
    rows = np.flatnonzero(due | first)
    what = words(first[rows], ("your last word", "met with others").__getitem__)
    months = _from_log(known.line, rows, what=what)
    marks, now = known.marks.of("monthly_update"), micros(pd.Series([known.as_of]))[0]
    next_word = first_after(known.line, due, marks["person"].to_numpy(), marks["by"].to_numpy())
    begins = (marks["by"] < now) & (instant_of(known.line, next_word) != marks["by"])  # else a word does
    marks = marks[begins & (marks["day"] >= joined[marks["person"]])].drop_duplicates(["person", "by"])
    if marks.empty:
        return months
    month = "new month (marked as done the day before)"
    noted = {"person": marks["person"], "at": marks["by"], "mark": marks.index, "row": -1, "what": month}
    return pd.concat([pd.DataFrame({"mark": -1, **part}) for part in (months, noted)], ignore_index=True)


def _promised(known: Known, _: int) -> Openers:
    events = known.line.events
    rows = np.flatnonzero((events["direction"] != "inbound") & (events["purpose"] == "promise"))
    due = dates.day_numbers(events["due_on"].iloc[rows])  # no date is UNSET
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
        "nudge", "Nudges", "Ask once more when a reply within a week has become unlikely; each person at most twice.",
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
        "Send everybody met in the search a word every {days} days.", 30,
        _search_days, _word, strict=True,
    ),
    GapKind(
        "promise", "Promises", "Keep a promise by its date, or within {days} days where it has none.", 7,
        _promised, by_you, strict=True,
    ),
)  # fmt: skip
