"""What could be done next with each person? All that speaks for a move, ranked by class, then by value and urgency.

    0  what is owed and can still be done in time: thanks, answers, promises, news, an offer to answer; a name at a
       company that the owner wants
    1  names and leads to follow, a reminder, a new job of which somebody wrote
    2  what is owed for more than a month; ties worth a line: who goes quiet, a monthly update, "not now" of some months
       ago, a new job to congratulate on, thanks that nobody owes
    3  the next step of the search

Within a class the score is value x urgency. `value` (0 to 1) is the tie's at its last touch, v / (v + 3): three is one
meeting. `urgency` (0 to 1) is 1 on the day on which something is due, and halves every 30 days after it: what is a
month late is still owed, what is a year late is a reason to get in touch again. For a quiet tie it is how much of the
chance of contact is gone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.book.decisions import waiting
from networkscope.measures.ask_flags import condemned
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followups, never_wanted, still_owed, suggestions
from networkscope.measures.job_news import export_changes
from networkscope.roles.conduct import may
from networkscope.roles.employers import company_key, company_keys
from networkscope.snapshot.events import among, value_of
from networkscope.snapshot.snapshot import Snapshot

CLASSES = {
    **dict.fromkeys(("promise", "thank_you", "owed_reply", "close_the_loop", "report_back"), 0),
    **dict.fromkeys(("uncontacted_referral", "nudge"), 1),
    **dict.fromkeys(("recontact", "congratulate", "monthly_update", "reconnect"), 2),
    **dict.fromkeys(("ask_advice", "ask_introduction", "ask_job"), 3),
}
QUIET = ("late", "drifting", "dormant")
HALF_VALUE, LEAST_VALUE = 3.0, 0.05
AT_TARGET = 6.0  # what a name at a wanted company is worth more: two meetings
HALF_LIFE_DAYS = 30.0
IN_TIME_DAYS = 30
TOLD = "told"  # news of a new job in a message
NEWS_DAYS = 60  # what is older is no news
AHEAD_DAYS = 7  # what is due later is no work of this week
ASKED_DAYS = 30  # whoever was asked for something so lately is not asked for more
NOT_DUE_URGENCY, UPDATE_URGENCY, SUGGESTED_URGENCY, STEP_URGENCY, AGAIN_URGENCY = 0.8, 0.5, 0.6, 0.3, 0.8
DONE_HOLDS_DAYS = 90
WAITING = (
    "nudge",
    "monthly_update",
    "recontact",
    "congratulate",
    "reconnect",
    "ask_advice",
    "ask_introduction",
    "ask_job",
)
MEET_WITHIN_DAYS = 14
COLUMNS = {
    "contact_id": schema.TEXT, "kind": schema.TEXT, "what": schema.TEXT, "is_suggestion": bool, "condemned": bool,
    "class": "int64", "urgency": "float64", "value": "float64", "score": "float64", "days_late": "float64",
    "opened_on": schema.DATE, "due_on": schema.DATE, "due_state": schema.TEXT, "topic": schema.TEXT,
    "about_id": schema.TEXT, "gap_id": schema.TEXT, "source_ref": schema.TEXT, "seen_on": schema.DATE,
    "meets_on": schema.DATE,
}  # fmt: skip


def candidates(now: Snapshot) -> pd.DataFrame:
    """Everything that speaks for a move with anybody, the best of each person first: COLUMNS.

    Left out is what the owner put off, has done, or never wants; who does not answer is not written to again before
    the hold-off ends, and whoever is met soon is spoken to then (`meets_on`), not written to for the sake of the tie.
    """
    if "candidates" in now.prepared:
        kept: pd.DataFrame = now.prepared["candidates"]
        return kept
    dormant = dormant_contacts(now)
    found = pd.concat(
        [_owed(now), _suggested(now), _quiet(now, dormant), _steps(now), _again(now), _news(now)],
        ignore_index=True,
    )
    found = found[among(found["contact_id"], now.contacts["contact_id"])].reset_index(drop=True)
    found = _left_alone(found, now, dormant)
    found["meets_on"] = value_of(found["contact_id"], _meetings(now)).astype(schema.DATE)
    found = found[~(found["meets_on"].notna() & found["kind"].isin(("reconnect", "recontact")))]
    ties = dormant.set_index("contact_id")["value"]
    value = value_of(found["contact_id"], ties).fillna(0.0)
    # Somebody who is not known yet matters as much as whoever named them, and at a wanted company more than that.
    named = found["kind"] == "uncontacted_referral"
    giver = value_of(found["about_id"], ties).fillna(0.0)
    wanted = named & _at_targets(now, found["contact_id"])
    value = value.mask(named, np.maximum(value, giver)) + AT_TARGET * wanted
    found["class"] = found["kind"].map(CLASSES).mask(wanted, 0).mask(found["what"].eq(TOLD), 1)
    found["value"] = (value / (value + HALF_VALUE)).clip(lower=LEAST_VALUE)
    found["score"] = found["value"] * found["urgency"]
    found["class"] = found["class"].mask(found["is_suggestion"], 2)
    by = ["contact_id", "class", "score", "kind", "source_ref"]
    found = found.sort_values(by, ascending=[True, True, False, True, True], ignore_index=True)
    # What comes first with a person need not come first of all.
    found["class"] = found["class"].mask((found["class"] == 0) & (found["days_late"] > IN_TIME_DAYS), 2)
    now.prepared["candidates"] = found = found.reindex(columns=list(COLUMNS)).astype(COLUMNS)
    return found


def _at_targets(now: Snapshot, ids: pd.Series) -> pd.Series:
    """Who of these is at a company that the owner wants?"""
    wanted = {company_key(name) for name in now.settings.target_companies}
    company = company_keys(now.contacts["organization"]).set_axis(now.contacts["contact_id"])
    return value_of(ids, company).isin(wanted - {""})


def _owed(now: Snapshot) -> pd.DataFrame:
    items = still_owed(followups(now))
    items = items[~(items["due_on"] > now.today + pd.Timedelta(days=AHEAD_DAYS))]
    days = items["days_overdue"].astype("float64").fillna(0.0)
    urgency = (0.5 ** (days / HALF_LIFE_DAYS)).where(items["state"] != "not_due", NOT_DUE_URGENCY)
    urgency = urgency.mask(items["kind"] == "monthly_update", UPDATE_URGENCY)
    return _candidates(items, items["kind"], urgency, due_state=items["state"], days_late=days)


def _suggested(now: Snapshot) -> pd.DataFrame:
    items = suggestions(now)
    items = items[~items["left_alone"].fillna(False).astype(bool)]
    found = _candidates(items, items["kind"], SUGGESTED_URGENCY)
    return found.assign(is_suggestion=True, due_on=pd.NaT)


def _quiet(now: Snapshot, dormant: pd.DataFrame) -> pd.DataFrame:
    """Ties that go quiet; and whoever was asked out of the blue, whom only a line without an ask brings back."""
    ties = dormant.assign(
        source_ref=dormant["last_source_ref"], topic=dormant["last_topic"], seen_on=dormant["last_touch_on"]
    )
    keep = may(now, "keep", ties["contact_id"])
    quiet = ties[ties["state"].isin(QUIET) & keep]
    asks = now.asks.loc[condemned(now)].drop_duplicates("contact_id", keep="last")
    last = now.touches.drop_duplicates("contact_id", keep="last").index
    cold = asks[asks.index.isin(last)].set_index("contact_id")["day"]
    asked = ties[among(ties["contact_id"], cold.index) & keep]
    asked = asked.assign(seen_on=value_of(asked["contact_id"], cold), topic=None)
    updated = followups(now)  # an update of this month is a line already
    updated = updated[(updated["kind"] == "monthly_update") & (updated["state"] == "not_due")]
    quiet = quiet[~among(quiet["contact_id"], [*asked["contact_id"], *updated["contact_id"]])]
    found = [
        _candidates(quiet, "reconnect", quiet["fading"].astype("float64")),
        _candidates(asked, "reconnect", asked["fading"].astype("float64").fillna(0.5)).assign(condemned=True),
    ]
    return pd.concat(found, ignore_index=True)


def _steps(now: Snapshot) -> pd.DataFrame:
    """The next step with those who are ready for it, were not asked for anything of late, and did not say "not now"."""
    ladder, pause = ask_ladder(now), hold_off(now)
    lately = now.asks.loc[now.asks["day"] > now.today - pd.Timedelta(days=ASKED_DAYS), "contact_id"]
    rests = (pause["recontact"] == "wait").fillna(False) | pause["is_held_off"].fillna(False).astype(bool)
    waits = pause.loc[rests, "contact_id"]
    ready = ladder[
        ladder["ready"].fillna(False).astype(bool) & (ladder["next_step"] != "catch_up").fillna(False)
    ]
    ready = ready[may(now, "ask", ready["contact_id"]) & ~among(ready["contact_id"], [*lately, *waits])]
    ready = ready.assign(topic=ready["last_topic"], seen_on=ready["rapport_on"])
    return _candidates(ready, "ask_" + ready["next_step"].astype(schema.TEXT), STEP_URGENCY)


def _again(now: Snapshot) -> pd.DataFrame:
    """Those who said "not now" some months ago."""
    pause = hold_off(now)
    again = pause[(pause["recontact"] == "open").fillna(False)]
    again = again[may(now, "keep", again["contact_id"])]
    return _candidates(again.assign(seen_on=again["not_now_on"]), "recontact", AGAIN_URGENCY)


def _news(now: Snapshot) -> pd.DataFrame:
    """What there is to congratulate on: what an export shows, and what somebody wrote."""
    return pd.concat([_export_news(now), _told_news(now)], ignore_index=True)


def _export_news(now: Snapshot) -> pd.DataFrame:
    """Those with a new job or title, whom the owner has not written to or met since the export that shows it."""
    news = export_changes(now)
    news = news[news["change"].isin(("new_job", "new_title"))]
    news = news[may(now, "keep", news["contact_id"])].drop_duplicates("contact_id")
    ours = now.touches[now.touches["from_owner"] | now.touches["is_talk"]]
    last = value_of(news["contact_id"], ours.groupby("contact_id")["day"].max())
    news = news[~(last >= news["noticed_on"])]
    urgency = 0.5 ** ((now.today - news["noticed_on"]).dt.days / HALF_LIFE_DAYS)
    what = news["change"].map({"new_job": "new job", "new_title": "new title"})
    news = news.assign(what=what, topic=news["became"], opened_on=news["noticed_on"])
    return _candidates(news, "congratulate", urgency)


def _told_news(now: Snapshot) -> pd.DataFrame:
    """Those who wrote of their own new job, and have had no word since."""
    touches = now.touches
    told = now.acts.loc[now.acts["act"] == "new_job", "event_id"]
    news = touches[among(touches["event_id"], told) & (touches["direction"] == "inbound")]
    news = news[news["day"] > now.today - pd.Timedelta(days=NEWS_DAYS)]
    news = news[may(now, "keep", news["contact_id"])].drop_duplicates("contact_id", keep="last")
    ours = touches[touches["from_owner"] | touches["is_talk"]]
    last = value_of(news["contact_id"], ours.groupby("contact_id")["occurred_at"].max())
    news = news[~(last > news["occurred_at"])]
    urgency = 0.5 ** ((now.today - news["day"]).dt.days / HALF_LIFE_DAYS)
    return _candidates(news.assign(what=TOLD, opened_on=news["day"]), "congratulate", urgency)


def _candidates(rows: pd.DataFrame, kind: object, urgency: object, **more: object) -> pd.DataFrame:
    """Candidates in one form; `seen_on` is the day that the reason names where nothing opened it."""
    names = [
        "contact_id",
        "what",
        "opened_on",
        "due_on",
        "topic",
        "about_id",
        "gap_id",
        "source_ref",
        "seen_on",
    ]
    source = rows["opened_by"] if "opened_by" in rows else rows.get("source_ref")
    known = rows.assign(source_ref=source).reindex(columns=names)
    plain = {"is_suggestion": False, "condemned": False, "due_state": None, "days_late": 0.0}
    types = {
        **dict.fromkeys(("contact_id", "what", "topic", "about_id", "gap_id", "source_ref", "kind"), schema.TEXT),
        **dict.fromkeys(("opened_on", "due_on", "seen_on"), schema.DATE),
        "urgency": "float64", "due_state": schema.TEXT,
    }  # fmt: skip
    return known.assign(kind=kind, urgency=urgency, **(plain | more)).astype(types)


def _left_alone(found: pd.DataFrame, now: Snapshot, dormant: pd.DataFrame) -> pd.DataFrame:
    """Without those to be left alone, and without what the owner put off or has done."""
    pause = hold_off(now)
    held = pause.loc[pause["is_held_off"].fillna(False).astype(bool), "contact_id"]
    found = found[~(among(found["contact_id"], held) & found["kind"].isin(WAITING))]
    found = found[~among(found["contact_id"], never_wanted(now))]
    touched_on = value_of(found["contact_id"], dormant.set_index("contact_id")["last_touch_on"])
    lasting, since = found["opened_on"].isna(), found["opened_on"].fillna(touched_on)
    hidden = pd.Series(False, found.index)
    for decision in () if now.decisions is None else waiting(now.decisions, now.today).itertuples():
        same = found["contact_id"] == decision.contact_id
        if isinstance(decision.kind, str):
            same &= found["kind"] == decision.kind
        if pd.notna(decision.done_on):
            old = now.today >= decision.done_on + pd.Timedelta(days=DONE_HOLDS_DAYS)
            same &= ~((since > decision.done_on) | (lasting & old))
        hidden |= same
    return found[~hidden].reset_index(drop=True)


def _meetings(now: Snapshot) -> pd.Series:
    """The next day on which the owner meets each person, by the calendar; within two weeks, and not in a crowd."""
    coming = now.appointments
    soon = coming["day"] <= now.today + pd.Timedelta(days=MEET_WITHIN_DAYS)
    small = ~(coming["group_size"] > now.group_max).fillna(False).astype(bool)
    return coming[soon & small].groupby("contact_id")["day"].min()
