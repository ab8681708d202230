"""Where do I stand with each person? The one judgement that every page, command and count draws from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from networkscope import keys, schema
from networkscope.advice.candidates import candidates
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.advice.move_texts import MoveTexts
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followups, still_owed
from networkscope.measures.replies import answers
from networkscope.roles.apart import SET_APART
from networkscope.roles.roles import people_only, people_roles
from networkscope.snapshot.events import joined
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

STANDING = {
    "role": schema.choice(schema.ROLES), "roles": schema.TEXT, "role_why": schema.TEXT, "tie_state": schema.TEXT,
    "tie_band": schema.TEXT, "value": "float64", "fading": "float64", "last_exchange_on": schema.DATE,
    "owed_to_them": schema.TEXT, "owed_by_them": schema.TEXT, "ladder_step": schema.TEXT,
    "hold_off_until": schema.DATE, "next_move": schema.TEXT, "move_key": schema.TEXT, "due_on": schema.DATE,
    "due_state": schema.TEXT, "why": schema.TEXT, "draft": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip


@answered
def standing(now: Snapshot, *, drafts: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Where do I stand with each person, what is owed, what may be asked, and what comes next?

    Parameters
    ----------
    drafts : the owner's own texts by kind of move (`advice.desk.read_drafts`), in place of the standard ones

    Returns
    -------
    One row per contact, indexed by `contact_id`: `role` (the strictest), `roles`, `role_why` (`people_roles`);
    `tie_state`, `tie_band`, `value`, `fading` (`dormant_contacts`), `last_exchange_on` (last touch of theirs); what is
    `owed_to_them` (kinds of open follow-ups, due or not) and `owed_by_them` (answers to asks of the last 30 days,
    promises); `ladder_step` asked so far (`ask_ladder`), `hold_off_until` (while nobody should write); `next_move` (its
    kind), `move_key`, `due_on`, `due_state`, `why`, `draft`, `source_ref` (of what it rests on), NA without a move.
    Machines and the owner have a role and nothing else.

    Examples
    --------
    >>> import networkscope as ns
    >>> people = standing(ns.open_book("data/sample", as_of="2026-11-16").at())
    >>> people.index.name, len(people.columns)
    ('contact_id', 19)
    """
    key = ("standing", repr(drafts or {}))
    if key not in now.prepared:
        now.prepared[key] = _standing(now, drafts)
    return now.prepared[key].copy(deep=False)


@answered
def chosen_moves(now: Snapshot, drafts: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The one move with each person who has any, with its texts.

    The columns of `candidates` and `move, why, draft, subject, more, reason_count, move_key`.
    """
    now = people_only(now)
    key = ("chosen_moves", repr(drafts or {}))
    if key not in now.prepared:
        now.prepared[key] = _chosen(now, drafts)
    return now.prepared[key].copy(deep=False)


def _standing(now: Snapshot, drafts: Mapping[str, str] | None) -> pd.DataFrame:
    roles, people = people_roles(now), people_only(now)
    chosen = chosen_moves(now, drafts).set_index("contact_id")
    ties = dormant_contacts(now).set_index("contact_id")
    ladder, pause = ask_ladder(now).set_index("contact_id"), hold_off(now).set_index("contact_id")
    table = roles.set_index("contact_id")[["role", "roles", "role_why"]]
    held = pause["is_held_off"].fillna(False).astype(bool)
    parts = {
        "tie_state": ties["state"], "tie_band": ties["tie_band"],
        "value": ties["value"], "fading": ties["fading"],
        "last_exchange_on": ladder["rapport_on"], "owed_to_them": _owed_to_them(now),
        "owed_by_them": _owed_by_them(people), "ladder_step": ladder["step_asked"],
        "hold_off_until": pause["hold_off_until"].where(held), "next_move": chosen["kind"],
        **{name: chosen[name] for name in ("move_key", "due_on", "due_state", "why", "draft", "source_ref")},
    }  # fmt: skip
    apart = table["role"].isin(SET_APART)
    table = table.assign(**{name: part.reindex(table.index) for name, part in parts.items()})
    table.loc[apart, list(parts)] = None
    return table[list(STANDING)].astype(STANDING)


def _owed_to_them(now: Snapshot) -> pd.Series:
    once = still_owed(followups(now)).drop_duplicates(["contact_id", "kind"])
    return joined(once["contact_id"], once["kind"])


def _owed_by_them(now: Snapshot) -> pd.Series:
    """Answers to asks of the last 30 days, and promises of theirs that are not over."""
    asks = answers(now)
    asks = asks[~asks["known"]]
    purpose = asks["purpose"].astype(schema.TEXT).str.replace("_", " ")
    events = now.events
    promised = events[(events["direction"] == "inbound") & (events["purpose"] == "promise")]
    promised = promised[promised["due_on"] >= now.today]
    asked = asks[["contact_id"]].assign(what="an answer (" + purpose + ")")
    both = pd.concat([asked, promised[["contact_id"]].assign(what="a promise")]).drop_duplicates()
    return joined(both["contact_id"], both["what"])


def _chosen(now: Snapshot, drafts: Mapping[str, str] | None) -> pd.DataFrame:
    every = candidates(now)
    best = every.drop_duplicates("contact_id").reset_index(drop=True)
    others = every[every["contact_id"].duplicated()]
    said = MoveTexts(now, drafts or {})
    more = joined(others["contact_id"], said.reasons(others), " ")
    ids = (
        best["contact_id"]
        + "\x1f"
        + best["kind"]
        + "\x1f"
        + best["gap_id"].fillna(best["about_id"]).fillna("")
    )
    counts = every["contact_id"].value_counts()
    return best.assign(
        **said.texts(best),
        more=more.reindex(best["contact_id"]).array,
        reason_count=counts.reindex(best["contact_id"]).fillna(0).astype(int).array,
        move_key=keys.short_keys("k", ids.tolist()),
    )
