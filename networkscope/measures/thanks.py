"""What is thanked for? Help: advice, a name, an introduction, an interview, a favour, an answer, a no as well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.measures.followup_inputs import Known, outcome_told
from networkscope.roles.conduct import may
from networkscope.roles.search import search_members, thanked_talks
from networkscope.snapshot.events import value_of
from networkscope.words.subjects import says_any

ONE_THING_DAYS = 2  # what comes so close together is thanked for once
GIFTS = ("referral_given", "introduction")
REGULAR_TIMES = 3
NO_HELP = ("work_meeting", "family_event", "party")
DUE_DAYS = 2
SUGGESTED_DAYS = 12  # after that, thanks for a talk that nobody noted would surprise
TALK_FOLLOWS_DAYS = 14
ASKED_FOR_DAYS = 30  # a talk so soon after an ask is what was asked for
NAMED = "name or lead given"


def helped(known: Known, names: pd.DataFrame) -> pd.DataFrame:
    """What opens a thank-you: help of the log, and `names`, leads and recommendations; `owed`, or only suggested."""
    log = known.log
    help_owed, help_noted, talk_owed = (
        may(known.now, act, log["contact_id"], noted=noted)
        for act, noted in (("help", False), ("help", True), ("talk", False))
    )
    what = _what(known)
    gift = what.isin(("gift", "favour")) & help_noted
    owed = gift | (what.isin(("asked", "interview", "answer", "outcome")) & help_owed)
    owed |= (what == "networking") & talk_owed
    noted = ~log.get("suggested", pd.Series(False, log.index)).eq(True).fillna(False)
    owed |= (what == "answer") & log["is_message"] & noted & log["has_purpose"] & help_noted
    recent = log["day"] >= known.now.today - pd.Timedelta(days=DUE_DAYS + SUGGESTED_DAYS)
    maybe = (what == "talk") & talk_owed & ~owed & recent
    rows = log[owed | maybe]
    purpose = rows["purpose"].astype(schema.TEXT).str.replace("_", " ")
    by_talk = rows["is_talk"]
    words = rows["channel"].astype(schema.TEXT).where(by_talk, purpose)
    words = words.mask(~by_talk & (what[rows.index] == "answer"), "answer").fillna("message")
    found = rows[["contact_id", "occurred_at", "day", "source_ref"]].assign(
        topic=rows["subject"], what=words, owed=owed[rows.index]
    )
    names = names[may(known.now, "help", names["contact_id"], noted=True)].assign(owed=True)
    both = _one_thing(known, pd.concat([found, names], ignore_index=True))
    unknown = log["is_sent"] & ~log["has_purpose"] & log["is_alone"]
    sent = known.next(both, unknown)
    soon = sent["day"] <= both["day"] + pd.Timedelta(days=ONE_THING_DAYS)
    return both.assign(
        other_at=sent["occurred_at"].where(soon),
        other_ref=sent["source_ref"].where(soon),
        lapse_days=both["owed"].map({True: pd.NA, False: SUGGESTED_DAYS}).astype(schema.COUNT),
    )


def _what(known: Known) -> pd.Series:
    """What help each row of the log was; empty for none."""
    log, now = known.log, known.now
    purpose, talk, theirs = log["purpose"], log["is_talk"], log["direction"] != "outbound"
    members = search_members(now).set_index("contact_id")["joined_on"]
    member = log["day"] >= value_of(log["contact_id"], members)
    talks = log[talk]
    who_and_when = ["contact_id", "occurred_at"]
    meant = pd.MultiIndex.from_frame(thanked_talks(now)[who_and_when])
    thanked = talks.index[pd.MultiIndex.from_frame(talks[who_and_when]).isin(meant)]
    titles = {
        name: flag.reindex(log.index, fill_value=False)
        for name, flag in says_any(talks["subject"], ("interview", "advice", *NO_HELP)).items()
    }
    plain = titles["work_meeting"] | titles["family_event"] | titles["party"] | _regular(log)
    asked = talk & (log["direction"] != "inbound") & purpose.isin(schema.ASKS)
    asked |= talk & ~log["has_purpose"] & (titles["advice"] | _asked_for(known)) & ~plain
    answer = known.answers & ~purpose.isin(("thank_you", "outcome", *GIFTS)) & (log["is_message"] | talk)
    # Where it asks back, the answer to that is enough; where a talk follows, thanks are owed for the talk.
    answer &= ~log["needs_answer"].eq(True).fillna(False).astype(bool)
    follows = known.next(log[answer], talk, strict=True)["day"] - log.loc[answer, "day"]
    answer &= ~(follows <= pd.Timedelta(days=TALK_FOLLOWS_DAYS)).reindex(log.index, fill_value=False)
    sent = now.events[now.events["direction"] != "inbound"].groupby("contact_id")["occurred_at"].min()
    wrote = value_of(log["contact_id"], sent) <= log["occurred_at"]
    about_life = _about_life(known)
    answer &= ~about_life
    noted = ~log.get("suggested", pd.Series(False, log.index)).eq(True).fillna(False)
    cases = {
        "gift": theirs & purpose.isin(GIFTS),
        "favour": purpose == "favour_received",
        "outcome": outcome_told(log)
        & ~(log["outcome"] == "offer").fillna(False)
        & (wrote | noted | known.answers)
        & ~(log["outcome"].isin(("later", "no")) & about_life),
        "interview": talk & titles["interview"],
        "asked": asked,
        "answer": answer,
        "networking": talk & ((purpose == "catch_up") & member & ~plain | log.index.isin(thanked)),
        "talk": talk & (~log["has_purpose"] | (purpose == "catch_up")) & ~plain,
    }
    flags = [case.fillna(False).to_numpy(bool) for case in cases.values()]
    return pd.Series(np.select(flags, list(cases), ""), log.index, dtype=schema.TEXT)


def _asked_for(known: Known) -> pd.Series:
    """Which talks are the first after an ask of the owner's?"""
    asks = known.now.asks
    talk = known.next(asks, known.log["is_talk"] & known.log["is_alone"], strict=True)
    soon = talk["day"] - asks["day"] <= pd.Timedelta(days=ASKED_FOR_DAYS)
    return pd.Series(known.log.index.isin(talk.loc[soon, "row"]), known.log.index)


def _about_life(known: Known) -> pd.Series:
    """To which messages of theirs did the owner answer with condolences, or with wishes to get well?"""
    log = known.log
    answer = known.next(log, log["is_sent"], strict=True)
    soon = answer["day"] - log["day"] <= pd.Timedelta(days=ONE_THING_DAYS)
    return soon & answer["row"].isin(log.index[(log["purpose"] == "social").fillna(False)])


def _regular(log: pd.DataFrame) -> pd.Series:
    """Which talks are held again and again under one title?"""
    talks = log[log["is_talk"] & log["subject"].notna()]
    times = talks.groupby(["contact_id", "subject"])["day"].transform("nunique")
    return pd.Series(log.index.isin(times.index[times >= REGULAR_TIMES]), log.index)


def _one_thing(known: Known, found: pd.DataFrame) -> pd.DataFrame:
    """What came on one day, or within two days without thanks between, once: it is owed where any of it is."""
    found = found[found["contact_id"].notna()]
    log = known.log
    thanks = (log["direction"] == "outbound") & log["is_thanks"]
    found = found.assign(thanked=known.next(found, thanks)["row"], at=range(len(found)))
    found = found.sort_values(["contact_id", "day", "at"])
    gap = found["day"] - found.groupby("contact_id")["day"].shift()
    same = (gap <= pd.Timedelta(days=ONE_THING_DAYS)) & found["thanked"].eq(
        found.groupby("contact_id")["thanked"].shift()
    )
    same |= gap == pd.Timedelta(0)
    group = (~same).cumsum()
    several = found.groupby(group)["what"].transform("size")
    reasons = (" (and " + (several - 1).astype(schema.TEXT) + " more)").where(several > 1, "")
    named = (found["what"] == NAMED).groupby(group).transform("any")
    found = found.assign(
        what=found["what"].mask(named, NAMED) + reasons,
        owed=found["owed"].astype(bool).groupby(group).transform("any"),
        **{name: found.groupby(group)[name].transform("first") for name in ("about_id", "topic")},
    )
    return found[~group.duplicated()].drop(columns=["thanked", "at"]).reset_index(drop=True)
