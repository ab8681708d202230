"""What should I do next? One ranked list over all measures, a person once, each with a draft to send.

The score is a sum that everybody can check:

    score = debt + value x urgency

`debt` is the weight of the heaviest thing owed (table DEBT), halved for every 30 days that it is overdue: a
thank-you that is a month late is still owed, one that is a year late is a reason to get in touch again.
`value` (0 to 1) is the tie's value at its last touch, v / (v + 3): three is one meeting. `urgency` (0 to 1)
is how much of the chance of contact is gone (`fading`), or for what is due how late it is, d / (d + 7).
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pandas as pd

from networkscope import schema

HALF_VALUE = 3.0
HALF_URGENCY_DAYS = 7.0
DEBT_HALF_LIFE_DAYS = 30.0
DEBT = {
    "promise": 1.0,
    "thank_you": 0.9,
    "owed_reply": 0.8,
    "uncontacted_referral": 0.8,
    "close_the_loop": 0.7,
    "report_back": 0.6,
    "nudge": 0.4,
    "monthly_update": 0.2,
    "reconnect": 0.0,
}
MOVES = {
    "promise": "Keep your promise",
    "thank_you": "Say thank you",
    "owed_reply": "Answer",
    "uncontacted_referral": "Contact the name you were given",
    "close_the_loop": "Tell how it ended",
    "report_back": "Report back",
    "nudge": "Ask once more, kindly",
    "monthly_update": "Send an update",
    "reconnect": "Get back in touch",
}
QUIET = ("late", "drifting", "dormant")
COLUMNS = {
    "rank": "int64", "contact_id": schema.TEXT, "kind": schema.TEXT, "move": schema.TEXT, "why": schema.TEXT,
    "reason_count": "int64", "due_on": schema.DATE, "score": "float64", "debt": "float64", "value": "float64",
    "urgency": "float64", "draft": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip


def next_moves(
    contacts: pd.DataFrame,
    dormant: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    count: int | None = None,
) -> pd.DataFrame:
    """What should I do next, for whom, and why?

    Parameters
    ----------
    contacts : canonical contacts; names go into the drafts only
    dormant : the frame of `dormant_contacts`
    gaps : the frame of `followup_gaps`, of the same as-of date
    count : how many moves to give; None gives all

    Returns
    -------
    DataFrame
        One row per person with anything to do, best first: `rank`, `contact_id`, `kind` and `move` (the
        heaviest reason), `why` (all reasons), `reason_count`, `due_on`, the parts of the score (`debt`,
        `value`, `urgency`, all without unit), `draft`, `source_ref`. Empty in, empty out.

    Examples
    --------
    >>> import networkscope as ns
    >>> book = ns.open_book("data/sample", as_of="2026-11-16")
    >>> dormant = ns.dormant_contacts(book.contacts, book.interactions, as_of=book.as_of)
    >>> gaps = ns.followup_gaps(book.contacts, book.interactions, book.referrals, as_of=book.as_of)
    >>> len(next_moves(book.contacts, dormant, gaps, count=5))
    5
    """
    known = contacts[["contact_id"]].assign(name=contacts.get("name", pd.NA))
    reasons = pd.concat([_owed(gaps), _quiet(dormant)], ignore_index=True)
    reasons = reasons[reasons["contact_id"].isin(known["contact_id"])]
    if reasons.empty:
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in COLUMNS.items()})
    worth = dormant.set_index("contact_id")["value"].astype("float64")
    value = reasons["contact_id"].map(worth).fillna(0.0)
    reasons["value"] = value / (value + HALF_VALUE)
    reasons["score"] = reasons["debt"] + reasons["value"] * reasons["urgency"]
    reasons = reasons.sort_values(
        ["score", "contact_id", "kind", "source_ref"], ascending=[False, True, True, True]
    )
    groups = reasons.groupby("contact_id", sort=False)
    moves = groups.head(1).set_index("contact_id")
    moves["why"] = groups["why"].agg(lambda sentences: " ".join(dict.fromkeys(sentences)))
    moves["reason_count"] = groups.size()
    moves = moves.reset_index().head(count if count is not None else len(moves))
    names = known.set_index("contact_id")["name"].fillna("")
    texts = zip(moves["kind"], moves["contact_id"], moves["about_id"], moves["topic"], strict=True)
    drafts = tomllib.loads(files("networkscope").joinpath("drafts.toml").read_text(encoding="utf-8"))
    moves["draft"] = [
        _draft(drafts[kind], names.get(who, ""), names.get(other, ""), topic)
        for kind, who, other, topic in texts
    ]
    moves["move"] = moves["kind"].map(MOVES)
    moves["rank"] = range(1, len(moves) + 1)
    return moves[list(COLUMNS)].astype(COLUMNS)


def _owed(gaps: pd.DataFrame) -> pd.DataFrame:
    """Reasons out of overdue follow-ups: the oldest of each kind and person, debts fading with their age."""
    overdue = gaps[gaps["state"] == "open"].sort_values("opened_at", ascending=False, kind="stable")
    overdue = overdue.drop_duplicates(["kind", "contact_id"])
    days = overdue["days_overdue"].astype("float64")
    return pd.DataFrame(
        {
            "contact_id": overdue["contact_id"],
            "kind": overdue["kind"].astype(schema.TEXT),
            "why": overdue["why"],
            "due_on": overdue["due_on"],
            "debt": overdue["kind"].astype(schema.TEXT).map(DEBT).astype("float64")
            * 0.5 ** (days / DEBT_HALF_LIFE_DAYS),
            "urgency": days / (days + HALF_URGENCY_DAYS),
            "topic": overdue["topic"],
            "about_id": overdue["about_id"],
            "source_ref": overdue["opened_by"],
        }
    )


def _quiet(dormant: pd.DataFrame) -> pd.DataFrame:
    """Reasons out of ties that have gone quiet."""
    quiet = dormant[dormant["state"].isin(QUIET)]
    return pd.DataFrame(
        {
            "contact_id": quiet["contact_id"],
            "kind": pd.Series("reconnect", index=quiet.index, dtype=schema.TEXT),
            "why": quiet["why"],
            "due_on": pd.Series(pd.NaT, index=quiet.index, dtype=schema.DATE),
            "debt": 0.0,
            "urgency": quiet["fading"].astype("float64"),
            "topic": quiet["last_topic"],
            "about_id": pd.Series(pd.NA, index=quiet.index, dtype=schema.TEXT),
            "source_ref": quiet["last_source_ref"],
        }
    )


def _draft(template: str, name: str, other: str, topic: object) -> str:
    """The template of a kind, filled in; words that are not known are left out or shown as an ellipsis."""
    about = f" ({topic})" if isinstance(topic, str) and topic else ""
    return template.format(first=name.split(" ")[0] or "there", other=other or "…", topic=about)
