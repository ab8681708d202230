"""What should I do next? One ranked list over all measures, a person once, each with a draft to send.

The score is a sum that everybody can check:

    score = debt + value x urgency

`debt` is the weight of the heaviest thing owed (table DEBT), halved for every 30 days that it is overdue: a
thank-you that is a month late is still owed, one that is a year late is a reason to get in touch again.
`value` (0 to 1) is the tie's value at its last touch, v / (v + 3): three is one meeting. `urgency` (0 to 1) is
how much of the chance of contact is gone (`fading`), or for what is due how late it is, d / (d + 7); the next
step with somebody who is ready for it is not urgent: 0.3.

Nobody who has not answered twice is written to before the hold-off ends, and nobody is asked for a job who was
not warmed up: the steps come from `ask_ladder`, which says who is ready for which.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

import pandas as pd

from networkscope import schema
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.errors import ParameterError
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followup_gaps
from networkscope.measures.registry import measure
from networkscope.snapshot.events import value_of
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import many

HALF_VALUE = 3.0
HALF_URGENCY_DAYS = 7.0
DEBT_HALF_LIFE_DAYS = 30.0
DONE_HOLDS_DAYS = 90
# What to do, and the weight of the debt.
_KINDS = {
    "promise": ("Keep your promise", 1.0),
    "thank_you": ("Say thank you", 0.9),
    "owed_reply": ("Answer", 0.8),
    "uncontacted_referral": ("Contact the name you were given", 0.8),
    "close_the_loop": ("Tell how it ended", 0.7),
    "report_back": ("Report back", 0.6),
    "nudge": ("Ask once more, kindly", 0.4),
    "recontact": ("Ask again: the time may be right now", 0.3),
    "monthly_update": ("Send an update", 0.2),
    "ask_advice": ("Ask for advice", 0.0),
    "ask_introduction": ("Ask for a name", 0.0),
    "ask_job": ("Say what you are looking for", 0.0),
    "reconnect": ("Get back in touch", 0.0),
}
MOVES = {kind: move for kind, (move, _) in _KINDS.items()}
DEBT = {kind: weight for kind, (_, weight) in _KINDS.items()}
QUIET = ("late", "drifting", "dormant")
NAGGING = ("nudge", "monthly_update", "recontact", "reconnect", "ask_advice", "ask_introduction", "ask_job")
STEP_URGENCY = 0.3
REASONS_SHOWN = 5  # of one person
COLUMNS = {
    "rank": "int64", "contact_id": schema.TEXT, "kind": schema.TEXT, "move": schema.TEXT, "why": schema.TEXT,
    "reason_count": "int64", "due_on": schema.DATE, "score": "float64", "debt": "float64", "value": "float64",
    "urgency": "float64", "draft": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip


@measure
def next_moves(
    now: Snapshot, *, drafts: Mapping[str, str] | None = None, count: int | None = None
) -> pd.DataFrame:
    """What should I do next, for each person, and why? (E10: five minutes a day)

    What the owner put off or has done (`Snapshot.decisions`) is left out: no move of that kind (of any, where none is
    named) as long as `until` is not reached, nor for what opened up to `done_on`. A reason that no event opened (a
    quiet tie, a next step, asking again) is back after the next touch, or 90 days after `done_on`.

    Parameters
    ----------
    drafts : texts by kind, in place of those of drafts.toml
    count : how many moves to give, 1 or more; None gives all

    Returns
    -------
    DataFrame
        One row per person with anything to do, best first: `rank`, `contact_id`, `kind` and `move` (the
        heaviest reason), `why` (the five heaviest reasons), `reason_count` (of all), `due_on`, `score` = debt +
        value x urgency and its parts (`debt`, `value`, `urgency`, all without unit; how each is counted is at
        the head of this module), `draft`, `source_ref`. Empty in, empty out.

    Examples
    --------
    >>> import networkscope as ns
    >>> len(next_moves(ns.open_book("data/sample", as_of="2026-11-16").at(), count=5))
    5
    """
    if count is not None and count < 1:
        raise ParameterError(f"moves must be 1 or more, not {count}")
    dormant, pause = dormant_contacts(now), hold_off(now)
    owed, steps = _owed(followup_gaps(now)), _steps(ask_ladder(now))
    steps = steps[
        ~steps["contact_id"].isin(owed["contact_id"])
    ]  # what is owed comes first, the next step after it
    reasons = pd.concat([owed, _quiet(dormant), steps, _again(pause)], ignore_index=True)
    reasons = reasons[reasons["contact_id"].isin(now.contacts["contact_id"])]
    reasons = _left_alone(reasons, dormant, pause, waiting(now.decisions, now.today))
    if reasons.empty:
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in COLUMNS.items()})
    value = value_of(reasons["contact_id"], dormant.set_index("contact_id")["value"]).fillna(0.0)
    reasons["value"] = value / (value + HALF_VALUE)
    reasons["score"] = reasons["debt"] + reasons["value"] * reasons["urgency"]
    order = ["score", "contact_id", "kind", "source_ref"]
    reasons = reasons.sort_values(order, ascending=[False, True, True, True])
    groups = reasons.groupby("contact_id", sort=False)
    moves = groups.head(1).set_index("contact_id")
    moves["reason_count"] = groups.size()
    shown = groups.head(REASONS_SHOWN).groupby("contact_id")["why"]
    moves["why"] = shown.agg(lambda reasons: " ".join(map(_sentence, reasons)))
    more = moves["reason_count"] - REASONS_SHOWN
    moves.loc[more > 0, "why"] += " And " + more.astype(schema.TEXT) + " more."
    moves = moves.reset_index().head(len(moves) if count is None else count)
    names = now.contacts.set_index("contact_id")["name"].fillna("")
    templates, facts = {**standard_drafts(), **(drafts or {})}, month_facts(now)
    moves["draft"] = [
        _draft(templates[kind], names.get(who, ""), names.get(other, ""), topic, facts)
        for kind, who, other, topic in zip(
            moves["kind"], moves["contact_id"], moves["about_id"], moves["topic"], strict=True
        )
    ]
    moves["move"] = moves["kind"].map(MOVES)
    moves["rank"] = range(1, len(moves) + 1)
    return moves[list(COLUMNS)].astype(COLUMNS)


def standard_drafts() -> dict[str, str]:
    """Which text goes with which kind of move, where the owner has no own one?"""
    text = files("networkscope.advice").joinpath("drafts.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text))


@measure
def month_facts(now: Snapshot) -> dict[str, str]:
    """What can a monthly update say? (B11) Activity, prospects and target companies, nobody named.

    Activity counts the conversations of the last 30 days; prospects the interviews and offers that had come of names
    and leads by then and are not closed (`counted_leads`). What there is none of is an ellipsis to fill in.
    """
    talks, leads = now.conversations, counted_leads(now)
    recent = talks.loc[talks["day"] >= now.today - pd.Timedelta(days=30), "contact_id"].nunique()
    coming = leads.loc[leads["closed_on"].isna(), "outcome"].value_counts()
    hopes = [many(int(coming[kind]), kind) for kind in ("interview", "offer") if coming.get(kind)]
    return {
        "activity": f"in the last month I talked with {many(recent, 'person', 'people')}" if recent else "…",
        "prospects": f"Coming up: {' and '.join(hopes)}." if hopes else "…",
        "wanted": ", ".join(now.settings.target_companies) or "…",
    }


def waiting(decisions: pd.DataFrame | None, today: pd.Timestamp) -> pd.DataFrame:
    """The decisions that still hold on this day: what is done, and what is put off until later."""
    if decisions is None:
        return pd.DataFrame(columns=["contact_id", "kind", "until", "done_on"])
    return decisions[decisions["done_on"].notna() | (decisions["until"] > today)]


def _left_alone(
    reasons: pd.DataFrame, dormant: pd.DataFrame, pause: pd.DataFrame, postponed: pd.DataFrame
) -> pd.DataFrame:
    """Without those to be left alone, and without what the owner put off or has done."""
    held = pause.loc[pause["is_held_off"].fillna(False).astype(bool), "contact_id"]
    reasons = reasons[~(reasons["contact_id"].isin(held) & reasons["kind"].isin(NAGGING))]
    tie = dormant.set_index("contact_id")
    touched_on = value_of(reasons["contact_id"], tie["last_touch_on"])
    silent = pd.to_timedelta(value_of(reasons["contact_id"], tie["days_silent"].astype("float64")), unit="D")
    lasting, today = reasons["opened_on"].isna(), touched_on + silent
    since, hidden = reasons["opened_on"].fillna(touched_on), pd.Series(False, reasons.index)
    for decision in postponed.itertuples():
        same = reasons["contact_id"] == decision.contact_id
        if isinstance(decision.kind, str):
            same &= reasons["kind"] == decision.kind
        if pd.notna(decision.done_on):
            old = today >= decision.done_on + pd.Timedelta(days=DONE_HOLDS_DAYS)
            same &= ~((since > decision.done_on) | (lasting & old))
        hidden |= same
    return reasons[~hidden]


def _owed(gaps: pd.DataFrame) -> pd.DataFrame:
    """Reasons out of overdue follow-ups, debts fading with their age."""
    overdue = gaps[gaps["state"] == "open"]
    days = overdue["days_overdue"].astype("float64")
    kinds = overdue["kind"].astype(schema.TEXT)
    return _reasons(
        overdue,
        kind=kinds,
        debt=kinds.map(DEBT).astype("float64") * 0.5 ** (days / DEBT_HALF_LIFE_DAYS),
        urgency=days / (days + HALF_URGENCY_DAYS),
        topic="topic",
        source_ref="opened_by",
    )


def _quiet(dormant: pd.DataFrame) -> pd.DataFrame:
    """Reasons out of ties that have gone quiet."""
    quiet = dormant[dormant["state"].isin(QUIET)]
    urgency = quiet["fading"].astype("float64")
    return _reasons(
        quiet, kind="reconnect", urgency=urgency, topic="last_topic", source_ref="last_source_ref"
    )


def _steps(ladder: pd.DataFrame) -> pd.DataFrame:
    """The next step with those who are ready for it."""
    ready = ladder[
        ladder["ready"].fillna(False).astype(bool) & (ladder["next_step"] != "catch_up").fillna(False)
    ]
    kinds = "ask_" + ready["next_step"].astype(schema.TEXT)
    return _reasons(ready, kind=kinds, urgency=STEP_URGENCY, topic="last_topic", source_ref="source_ref")


def _again(pause: pd.DataFrame) -> pd.DataFrame:
    """Those who said "not now" some months ago."""
    again = pause[(pause["recontact"] == "open").fillna(False)]
    return _reasons(again, kind="recontact", debt=DEBT["recontact"], urgency=1.0, due_on="recontact_from")


def _reasons(
    rows: pd.DataFrame, *, kind: object, urgency: object, debt: object = 0.0, **columns: str
) -> pd.DataFrame:
    """Reasons in one form: the columns of `rows` that are named, missing where there are none."""
    dates = ("due_on", "opened_on")
    names = (*dates, "topic", "about_id", "source_ref")
    known = rows.reindex(columns=[columns.get(name, name) for name in names]).set_axis(names, axis=1)
    frame = known.assign(
        contact_id=rows["contact_id"], why=rows["why"], kind=kind, debt=debt, urgency=urgency
    )
    types = {name: schema.DATE if name in dates else schema.TEXT for name in names}
    return frame.astype({**types, "kind": schema.TEXT, "debt": "float64", "urgency": "float64"})


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _draft(template: str, name: str, other: str, topic: object, facts: Mapping[str, str]) -> str:
    """The template of a kind, filled in; words that are not known are left out or shown as an ellipsis."""
    about = f" ({topic})" if isinstance(topic, str) and topic else ""
    return template.format(first=name.split(" ")[0] or "there", other=other or "…", topic=about, **facts)
