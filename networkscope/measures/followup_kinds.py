"""Which follow-ups are there? Each kind as data: what opens it, what closes it, how many days it may take.

A new kind is a function that finds what opens it and an entry in KINDS. Where the definitions leave room:

- A touch at the same instant closes (a log without hours has no order within a day), but never a promise.
- A promise that was only noted is no message: it opens, and closes nothing.
- Thanks are owed once per person and day, from the hour of the first reason whose hour is known.
- An inbound thank-you opens no owed reply: nobody owes an answer to thanks.
- Somebody is nudged, not an ask: all asks until the next answer are one, and after two more messages of yours
  whatever else you ask opens nothing until they answer.
- Your mark that something is done parts what came before its day's end from what comes after, as a word of yours does.
- An end opens no second debt to a referrer who still waits for news of the first contact: one report tells both.
- Monthly updates are owed from the day on which somebody became part of the search. The month starts anew with a talk
  of the two of you, a message of yours to that person alone, an update, or your mark that it is done (on the next day);
  with a talk of more only where it is the first. An update to a crowd touches nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.measures.followup_inputs import Known, came_before, outcome_told, told_on
from networkscope.measures.replies import SHORTEST_WAIT_DAYS, answers, nudge_after_days
from networkscope.snapshot.events import value_of

OPENING = {  # what an opening may tell, and what it is where it does not
    "about_id": schema.TEXT, "referral_id": schema.TEXT, "what": schema.TEXT, "topic": schema.TEXT,
    "source_ref": schema.TEXT, "due_on": schema.DATE, "other_at": schema.INSTANT, "other_ref": schema.TEXT,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of follow-up.

    `opens` gives `contact_id` and `occurred_at`, and of OPENING what applies: the person and the referral that it is
    about, what it was in words, when it is due, and another way in which it may be closed (`other_at`, `other_ref`),
    which `other` explains and `likely` calls a guess. `closes` marks the events that close it.
    """

    kind: str
    title: str
    rule: str
    due_days: int
    opens: Callable[[Known], pd.DataFrame]
    closes: Callable[[pd.DataFrame], pd.Series]
    strict: bool = False
    other: str = ""
    likely: bool = False


def _from_events(events: pd.DataFrame, **more: Any) -> pd.DataFrame:
    columns = ["contact_id", "occurred_at", "day", "source_ref"]
    return events[columns].assign(topic=events["subject"], **more)


def _from_referrals(given: pd.DataFrame, who: str, about: str, at: str, **more: Any) -> pd.DataFrame:
    """Openings out of referrals; `event_ref` and `event_topic` stand in for those of the row where an event told."""
    found = pd.DataFrame({
        "contact_id": given[who], "about_id": given[about], "occurred_at": given[at], "day": given["given_on"],
        "referral_id": given["referral_id"], "source_ref": given["source_ref"],
        "topic": given["opening"].fillna(given["organization"]), "other_ref": given["source_ref"],
    })  # fmt: skip
    return found.assign(**more)


def _spoken(column: pd.Series) -> pd.Series:
    return column.astype(schema.TEXT).str.replace("_", " ")


def _alone(events: pd.DataFrame) -> pd.Series:
    """Which events are between the two of you? An unknown group size counts as small."""
    return ~(events["group_size"] > 2).fillna(False).astype(bool)


def _sent(events: pd.DataFrame) -> pd.Series:
    return events["is_message"] & (events["direction"] == "outbound")


def _from_owner(events: pd.DataFrame) -> pd.Series:
    return events["from_owner"]


def _from_contact(events: pd.DataFrame) -> pd.Series:
    return events["from_contact"]


def _thanks(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] == "outbound") & (events["purpose"] == "thank_you")


def _word(events: pd.DataFrame) -> pd.Series:
    """Which touches are the first word of yours to somebody on a day, in a talk, a message or an update?"""
    update = (events["direction"] == "outbound") & (events["purpose"] == "update")
    word = _alone(events) & (events["from_owner"] | events["is_talk"]) | update
    first = ~events.loc[word, ["contact_id", "day"]].duplicated()
    return word & first.reindex(events.index, fill_value=False)


def _helped(known: Known) -> pd.DataFrame:
    log, given = known.log, known.given
    purpose = log["purpose"]
    gift = (log["direction"] == "inbound") & purpose.isin(("referral_given", "introduction"))
    rows = log[log["is_talk"] | gift | outcome_told(log) | (purpose == "favour_received")]
    what = _spoken(rows["channel"]).where(rows["is_talk"], _spoken(rows["purpose"]))
    names = _from_referrals(given, "referrer_id", "referred_id", "given_at", what="name or lead given")
    both = pd.concat([_from_events(rows, what=what), names], ignore_index=True)
    both = both[both["contact_id"].notna()]
    same_day = both.groupby(["contact_id", "day"])["what"].transform("size")
    reasons = (" (one of " + same_day.astype(schema.TEXT) + " reasons that day)").where(same_day > 1, "")
    owed = both.assign(what=both["what"] + reasons).drop_duplicates(["contact_id", "day"])
    unknown = _sent(log) & (purpose.isna() | (purpose == "unknown"))
    sent = known.next(owed, unknown)
    soon = sent["day"] <= owed["day"] + pd.Timedelta(days=2)
    return owed.assign(other_at=sent["occurred_at"].where(soon), other_ref=sent["source_ref"].where(soon))


def _unanswered(known: Known) -> pd.DataFrame:
    log = known.log
    yours_before = log["from_owner"].cumsum()
    rows = log[log["is_message"] & (log["direction"] == "inbound") & _alone(log)]
    rows = rows[(rows["purpose"] != "thank_you").fillna(True)]
    # All that came in one thread since your last word, or mark, is answered at once.
    rows = rows.assign(since=yours_before[rows.index], mark=known.next_mark("owed_reply", rows)["by"])
    group = rows.groupby(["contact_id", "since", "mark", "thread_id"], dropna=False, sort=False)
    count = group["day"].transform("size")
    what = ("first of " + count.astype(schema.TEXT) + " messages").where(count > 1, "message")
    return _from_events(rows, what=what)[group.cumcount() == 0]


def _asked(known: Known) -> pd.DataFrame:
    asks = answers(known.now)
    wait = pd.Timedelta(days=nudge_after_days(int(asks["known"].sum()), int(asks["replied"].sum())))
    sent, answer = _sent(known.log), known.next(asks, known.log["from_contact"])
    asks = asks.assign(
        answer=answer["row"], answered=answer["occurred_at"], mark=known.next_mark("nudge", asks)["by"]
    )
    asks = asks.drop_duplicates(["contact_id", "answer", "mark"])
    nudge = known.next(asks, sent, strict=True)
    second = known.next(nudge, sent, strict=True)
    later_mark = known.next_mark("nudge", nudge)["by"]
    same_mark = (later_mark == asks["mark"]) | (later_mark.isna() & asks["mark"].isna())
    nudged = came_before(nudge["occurred_at"], asks["answered"]) & same_mark
    since = pd.Series(np.where(nudged, " (one more message since)", ""), asks.index, dtype=schema.TEXT)
    return _from_events(
        asks,
        what=_spoken(asks["purpose"]) + since,
        due_on=nudge["day"].where(nudged, asks["day"]) + wait,
        other_at=second["occurred_at"],
        other_ref=second["source_ref"],
    )


def _names_to_call(known: Known) -> pd.DataFrame:
    given = known.given[known.given["kind"].fillna("person") == "person"]
    noted = given[["contacted_at", "met_at", "closed_at"]].min(axis=1)
    return _from_referrals(given, "referred_id", "referrer_id", "given_at", what="name given", other_at=noted)


def _with_event(found: pd.DataFrame, given: pd.DataFrame, name: str, where: pd.Series) -> pd.DataFrame:
    """The openings, where an event tells of it with that event's source and topic."""
    told = given[f"{name}_event"] & where
    return found.assign(
        source_ref=found["source_ref"].mask(told, given[f"{name}_ref"]),
        topic=found["topic"].mask(told, given[f"{name}_topic"]),
    )


def _news_of_names(known: Known) -> pd.DataFrame:
    given = known.course
    given = given[~given["own"] & came_before(given["first"], given["end"])]
    called = given["contact"] == given["first"]
    what = np.where(called, "first contact with the referred person", "referral closed")
    found = _from_referrals(
        given, "referrer_id", "referred_id", "first", what=what, other_at=told_on(given, given["first"])
    )
    return _with_event(found, given, "contact", called)


def _settled(known: Known) -> pd.DataFrame:
    given, log = known.course, known.log
    given = given[given["end"].notna()]
    given = given.assign(what=("outcome " + _spoken(given["outcome"])).mask(given["end_event"], "outcome"))
    news = given[given["is_news"]]
    referrer = _from_referrals(
        news, "referrer_id", "referred_id", "end", what=news["what"], other_at=told_on(news, news["end"])
    )
    referrer = _with_event(referrer, news, "end", news["end_event"])
    noted = given[~given["end_event"] & ~given["own"]]
    offered = _from_referrals(noted, "referred_id", "referrer_id", "end", what=noted["what"])
    heard = _from_events(log[outcome_told(log)], what="outcome")
    both = pd.concat([offered, heard], ignore_index=True)
    both = both.sort_values(["contact_id", "occurred_at"], kind="stable", ignore_index=True)
    # One word tells of them all.
    key = both[["contact_id"]].assign(word=known.next(both, log["from_owner"])["row"])
    key["mark"] = known.next_mark("close_the_loop", both)["by"]
    return pd.concat([referrer, both[~key.duplicated()]], ignore_index=True)


def _search_days(known: Known) -> pd.DataFrame:
    now, log = known.now, known.log
    since = pd.Series([now.asks["occurred_at"].min(), known.given["given_at"].min()]).min()
    talked = log[log["is_talk"] & (log["occurred_at"] >= since)]
    given = known.given[known.given["given_at"] >= since]
    joined = pd.concat([
        talked[["contact_id", "day"]],
        *(given[[side, "given_on"]].set_axis(["contact_id", "day"], axis=1) for side in ("referrer_id", "referred_id")),
    ]).groupby("contact_id")["day"].min()  # fmt: skip
    due = _word(log) & (log["day"] >= value_of(log["contact_id"], joined))
    first_word = pd.Series(log.index, log.index)[due].groupby(log["contact_id"][due]).first()
    met = talked.drop_duplicates("contact_id")
    met = met[~(met.index >= value_of(met["contact_id"], first_word).to_numpy(float))]
    rows = log[due | log.index.isin(met.index)]
    months = _from_events(
        rows, what=np.where(rows.index.isin(met.index), "met with others", "your last word")
    )
    marks = known.marks[known.marks["kind"].isna() | (known.marks["kind"] == "monthly_update")]
    marks = marks[(marks["by"] < now.as_of) & (marks["day"] >= value_of(marks["contact_id"], joined))]
    marks = marks.drop_duplicates(["contact_id", "by"]).assign(occurred_at=marks["by"])
    marks = marks[known.next(marks, due)["occurred_at"] != marks["by"]]  # else a word starts the month
    marked = marks[["contact_id", "occurred_at", "source_ref"]]
    return pd.concat(
        [months, marked.assign(what="new month (marked as done the day before)")], ignore_index=True
    )


def _promised(known: Known) -> pd.DataFrame:
    rows = known.log[(known.log["direction"] != "inbound") & (known.log["purpose"] == "promise")]
    return _from_events(rows, what="promise", due_on=rows["due_on"])


_NOTED = " (a date noted with the referral)"
KINDS: Sequence[Kind] = (
    Kind(
        "thank_you", "Thanks", "Thank within {days} days of a talk, a name, a favour or an answer.", 2,
        _helped, _thanks, other=" (likely: the purpose of the message is unknown)", likely=True,
    ),
    Kind(
        "owed_reply", "Replies owed", "Answer within {days} days a message that nothing of yours has followed.", 3,
        _unanswered, _from_owner,
    ),
    Kind(
        "nudge", "Nudges", "Ask once more when a reply within a week has become unlikely; each person at most twice.",
        SHORTEST_WAIT_DAYS, _asked, _from_contact, other=" (hold off: two messages since, no reply)",
    ),
    Kind(
        "uncontacted_referral", "Names to call", "Contact within {days} days a person whom you were referred to.", 7,
        _names_to_call, _from_owner, other=_NOTED,
    ),
    Kind(
        "report_back", "News for referrers", "Tell the referrer within {days} days what came of the name.", 7,
        _news_of_names, _from_owner, other=_NOTED,
    ),
    Kind(
        "close_the_loop", "Loops to close",
        "Tell those who offered and those who referred you within {days} days how it ended.", 7,
        _settled, _from_owner, other=_NOTED,
    ),
    Kind(
        "monthly_update", "Monthly updates",
        "Send everybody met in the search a word every {days} days.", 30,
        _search_days, _word, strict=True,
    ),
    Kind(
        "promise", "Promises", "Keep a promise by its date, or within {days} days where it has none.", 7,
        _promised, _from_owner, strict=True,
    ),
)  # fmt: skip
