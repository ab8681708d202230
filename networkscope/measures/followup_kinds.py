"""Which follow-ups are there? Each kind as data: what opens it, what closes it, how long it may take, when it lapses.

A new kind is a function that finds what opens it and an entry in KINDS. Where the definitions leave room:

- A touch at the same instant closes (a log without hours has no order within a day), but never a promise.
- A promise that was only noted is no message: it opens, and closes nothing.
- Thanks are owed once for what came within two days, however many rules saw it, from the hour of the first reason.
- The first word of theirs after an ask is an answer to it: it is thanked for, and needs no other answer.
- Somebody is nudged, not an ask: all asks until the next answer are one, and a second message ends it. An ask out of
  the blue, or to many, is never nudged.
- Your mark that something is done parts what came before its day's end from what comes after, as a word of yours does.
- An end opens no second thing to tell a referrer who still waits for news of the first contact: one report tells both.
- Monthly updates are owed while a search is open, to those who are part of it (`roles.search`), from the day on which
  they joined. The month starts anew with a talk of the two of you, a message of yours to that person alone, an update
  however it was sent, or your mark that it is done (on the next day); with a talk of more only where it is the first.

An opening whose `owed` is False is none of the owner's duties, only worth a thought (`followups.suggestions`): a talk
or a message of which nobody knows what it was for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.measures import thanks, unanswered
from networkscope.measures.followup_inputs import Known, came_before, outcome_told, told_on
from networkscope.measures.replies import SHORTEST_WAIT_DAYS, answers, nudge_after_days
from networkscope.roles.conduct import may
from networkscope.roles.search import search_members
from networkscope.snapshot.events import among, value_of
from networkscope.words.subjects import says

OPENING = {  # what an opening may tell, and what it is where it does not
    "about_id": schema.TEXT, "referral_id": schema.TEXT, "what": schema.TEXT, "topic": schema.TEXT,
    "source_ref": schema.TEXT, "due_on": schema.DATE, "other_at": schema.INSTANT, "other_ref": schema.TEXT,
    "owed": schema.FLAG, "lapse_days": schema.COUNT,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of follow-up.

    `opens` gives `contact_id` and `occurred_at`, and of OPENING what applies: the person and the referral that it is
    about, what it was in words, when it is due, whether it is owed, and another way in which it may be closed
    (`other_at`, `other_ref`), which `other` explains and `likely` calls a guess. `closes` marks the events that close
    it. It lapses `lapse_days` after it was due (None: never): then nobody would do it any more.
    """

    kind: str
    title: str
    rule: str
    due_days: int
    lapse_days: int | None
    opens: Callable[[Known], pd.DataFrame]
    closes: Callable[[pd.DataFrame], pd.Series]
    strict: bool = False
    other: str = ""
    likely: bool = False


def from_events(events: pd.DataFrame, **more: Any) -> pd.DataFrame:
    columns = ["contact_id", "occurred_at", "day", "source_ref"]
    return events[columns].assign(topic=events["subject"], **more)


def _from_referrals(given: pd.DataFrame, who: str, about: str, at: str, **more: Any) -> pd.DataFrame:
    """Openings out of referrals."""
    found = pd.DataFrame({
        "contact_id": given[who], "about_id": given[about], "occurred_at": given[at], "day": given["given_on"],
        "referral_id": given["referral_id"], "source_ref": given["source_ref"],
        "topic": given["opening"].fillna(given["organization"]), "other_ref": given["source_ref"],
    })  # fmt: skip
    return found.assign(**more)


def _spoken(column: pd.Series) -> pd.Series:
    return column.astype(schema.TEXT).str.replace("_", " ")


def _from_owner(events: pd.DataFrame) -> pd.Series:
    return events["from_owner"]


def _from_contact(events: pd.DataFrame) -> pd.Series:
    return events["from_contact"]


def _thanks(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] == "outbound") & events["is_thanks"]


def _nothing(events: pd.DataFrame) -> pd.Series:
    return pd.Series(False, events.index)


def _word(events: pd.DataFrame) -> pd.Series:
    """Which touches are the first word of yours to somebody on a day, in a talk, a message or an update?"""
    word = events["is_alone"] & (events["from_owner"] | events["is_talk"]) | events["is_update"]
    first = ~events.loc[word, ["contact_id", "day"]].duplicated()
    return word & first.reindex(events.index, fill_value=False)


def _asked(known: Known) -> pd.DataFrame:
    every = answers(known.now)
    wait = pd.Timedelta(days=nudge_after_days(int(every["known"].sum()), int(every["replied"].sum())))
    asks = known.asks
    asks = asks.assign(
        answer=known.next(asks, known.log["from_contact"])["row"], mark=known.next_mark("nudge", asks)["by"]
    ).drop_duplicates(["contact_id", "answer", "mark"])
    asks = asks[may(known.now, "answer", asks["contact_id"])]
    second = known.next(asks, known.log["is_sent"], strict=True)
    return from_events(
        asks,
        what=_spoken(asks["purpose"]),
        due_on=asks["day"] + wait,
        other_at=second["occurred_at"],
        other_ref=second["source_ref"],
    )


def _names_to_call(known: Known) -> pd.DataFrame:
    given = known.given[known.given["is_person"] & ~known.given["own"]]
    return _from_referrals(
        given, "referred_id", "referrer_id", "given_at", what="name given", other_at=_noted_step(given)
    )


def _leads_to_follow(known: Known) -> pd.DataFrame:
    """Leads to companies and openings, with whoever gave them: they are followed at the company, not with the giver."""
    given = known.given[~known.given["is_person"]]
    both = given["opening"] + " at " + given["organization"]
    name = both.fillna(given["opening"]).fillna(given["organization"])
    what = given["opening"].notna().map({True: "lead to an opening", False: "lead to a company"})
    found = _from_referrals(
        given, "referrer_id", "referred_id", "given_at", what=what, other_at=_noted_step(given)
    )
    return found.assign(topic=name)


def _noted_step(given: pd.DataFrame) -> pd.Series:
    """When the owner's notes, or an application, say that it was followed."""
    step = given[["contacted_at", "met_at", "closed_at", "followed_at"]].min(axis=1)
    settled = given["outcome"].notna() & (given["outcome"] != "open")
    return step.fillna(given["given_at"].where(settled))


def _with_event(found: pd.DataFrame, given: pd.DataFrame, name: str, where: pd.Series) -> pd.DataFrame:
    """The openings, where an event tells of it with that event's source and topic."""
    has_event = given[f"{name}_event"] & where
    return found.assign(
        source_ref=found["source_ref"].mask(has_event, given[f"{name}_ref"]),
        topic=found["topic"].mask(has_event, given[f"{name}_topic"]),
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
    """How it ended: for the referrer, and for whoever the owner dealt with and of whose word there is no record."""
    given = known.course
    given = given[given["end"].notna()]
    given = given.assign(what=("outcome " + _spoken(given["outcome"])).mask(given["end_event"], "outcome"))
    news = given[given["is_news"]]
    referrer = _from_referrals(
        news, "referrer_id", "referred_id", "end", what=news["what"], other_at=told_on(news, news["end"])
    )
    referrer = _with_event(referrer, news, "end", news["end_event"])
    noted = given[~given["end_event"] & ~given["own"] & given["outcome"].isin(("offer", "declined"))]
    offered = _from_referrals(noted, "referred_id", "referrer_id", "end", what=noted["what"])
    return pd.concat([referrer, offered], ignore_index=True)


def _offered(known: Known) -> pd.DataFrame:
    """Offers, each open until the owner accepts, declines or marks it as done: thanks are no answer."""
    log = known.log
    offers = log[outcome_told(log) & (log["outcome"] == "offer").fillna(False)]
    mine = log[log["from_owner"] & among(log["contact_id"], offers["contact_id"])]
    answers = mine["purpose"].eq("outcome") | mine["outcome"].isin(("accepted", "declined"))
    answers |= says(mine["subject"], "accepted") | says(mine["subject"], "declined")
    answers &= mine["outcome"].fillna("") != "offer"  # an offer made in a talk is not answered by that talk
    answered = known.next(offers, pd.Series(log.index.isin(mine.index[answers.fillna(False)]), log.index))
    offers = offers.assign(
        other_at=answered["occurred_at"],
        other_ref=answered["source_ref"],
        mark=known.next_mark("close_the_loop", offers)["by"],
    ).drop_duplicates(["contact_id", "other_at", "mark"])
    return from_events(offers, what="offer", other_at=offers["other_at"], other_ref=offers["other_ref"])


def _search_days(known: Known) -> pd.DataFrame:
    now, log = known.now, known.log
    members = search_members(now)
    members = members[may(now, "update", members["contact_id"])]
    joined = members.set_index("contact_id")["joined_on"]
    since = value_of(log["contact_id"], joined)
    due = _word(log) & (log["day"] >= since)
    first_word = pd.Series(log.index, log.index)[due].groupby(log["contact_id"][due]).first()
    met = log[log["is_talk"] & (log["day"] >= since)].drop_duplicates("contact_id")
    met = met[~(met.index >= value_of(met["contact_id"], first_word).to_numpy(float))]
    rows = log[due | log.index.isin(met.index)]
    months = from_events(rows, what=np.where(rows.index.isin(met.index), "met with others", "your last word"))
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
    acts = known.now.acts
    said = acts[acts["act"] == "promise"].drop_duplicates("event_id").set_index("event_id")["phrase"]
    found = from_events(rows, what="promise", due_on=rows["due_on"])
    return found.assign(topic=value_of(rows["event_id"], said).astype(schema.TEXT).fillna(rows["subject"]))


def _helped(known: Known) -> pd.DataFrame:
    given = known.given[~known.given["own"]]
    names = _from_referrals(given, "referrer_id", "referred_id", "given_at", what=thanks.NAMED)
    praise = known.now.recommendations
    praise = praise[(praise["direction"] == "received") & praise["written_on"].notna()]
    praise = praise[["contact_id", "source_ref"]].assign(
        day=praise["written_on"],
        occurred_at=dates.midnight(praise["written_on"], known.now.timezone),
        what="recommendation",
    )
    return thanks.helped(known, pd.concat([names, praise], ignore_index=True))


_NOTED = " (a date noted with the referral)"
KINDS: Sequence[Kind] = (
    Kind(
        "thank_you", "Thanks", "Thank within {days} days for help: advice, a name, a favour, an answer.",
        thanks.DUE_DAYS, 120,
        _helped, _thanks, other=" (likely: the purpose of the message is unknown)", likely=True,
    ),
    Kind(
        "owed_reply", "Replies owed", "Answer within {days} days what wants an answer.", unanswered.DUE_DAYS, 365,
        unanswered.unanswered_messages, _from_owner,
    ),
    Kind(
        "nudge", "Nudges", "Ask once more when a reply within a week has become unlikely; then let it rest.",
        SHORTEST_WAIT_DAYS, 60, _asked, _from_contact, other=" (you wrote once more: now it is their turn)",
    ),
    Kind(
        "uncontacted_referral", "Names to call", "Contact within {days} days a person whom you were referred to.", 7,
        365, _names_to_call, _from_owner, other=_NOTED,
    ),
    Kind(
        "uncontacted_referral", "Leads to follow", "Follow within {days} days a lead to a company or an opening.", 7,
        365, _leads_to_follow, _nothing, other=_NOTED,
    ),
    Kind(
        "report_back", "News for referrers", "Tell the referrer within {days} days what came of the name.", 7, 180,
        _news_of_names, _from_owner, other=_NOTED,
    ),
    Kind(
        "close_the_loop", "Loops to close", "Tell those who referred you within {days} days how it ended.", 7, 180,
        _settled, _from_owner, other=_NOTED,
    ),
    Kind(
        "close_the_loop", "Offers to answer", "Accept or decline an offer within {days} days.", 7, 180,
        _offered, _nothing,
    ),
    Kind(
        "monthly_update", "Monthly updates", "Send everybody in the search a word every {days} days.", 30, None,
        _search_days, _word, strict=True,
    ),
    Kind(
        "promise", "Promises", "Keep a promise by its date, or within {days} days where it has none.", 7, 180,
        _promised, _from_owner, strict=True,
    ),
)  # fmt: skip
