"""What does the workbook say where an adviser wrote down what is right? One answer per row of an expectations.csv."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd

import networkscope as ns
from networkscope.advice.standing import chosen_moves

OPEN = ("due_today", "overdue", "not_due")


class Judge:
    """The answers of one book at one instant."""

    def __init__(self, folder: Path, as_of: str) -> None:
        self.book = ns.open_book(folder, as_of=as_of)
        self.now = self.book.at()
        self.standing, self.followups = ns.standing(self.now), ns.followups(self.now)
        self.moves, self.chosen = ns.next_moves(self.now), chosen_moves(self.now).set_index("contact_id")
        self.flags = ns.ask_flags(self.now)
        self.pause = ns.hold_off(self.now).set_index("contact_id")

    def id_of(self, who: str) -> str:
        found = ns.people_named(self.book.contacts, who)
        if len(found) != 1:
            raise LookupError(f"{who}: {len(found)} contacts")
        return str(found["contact_id"].iat[0])

    def answer(self, who: str, where: str, what: str) -> str:
        """What the workbook says, in the words of the expectations."""
        return str(getattr(self, f"_{where}")(self.id_of(who) if who else "", what))

    def _role(self, who: str, what: str) -> Any:
        return self.standing.loc[who, what]

    def _followup(self, who: str, kind: str) -> Any:
        mine = self.followups[(self.followups["contact_id"] == who) & (self.followups["kind"] == kind)]
        mine = mine[~mine["left_alone"].astype(bool)]
        return mine.sort_values("opened_at")["state"].iat[-1] if len(mine) else "none"

    def _standing(self, who: str, what: str) -> Any:
        if what == "hold_off":
            return "yes" if bool(self.pause["is_held_off"].get(who, False)) else "no"
        value = self.standing.loc[who, what]
        return "none" if pd.isna(value) else value

    def _flag(self, who: str, flag: str) -> str:
        mine = self.flags[self.flags["flag"] == flag]
        if flag == "blast":
            from networkscope.measures.blasts import _sent_to_many
            from networkscope.roles.roles import people_only

            return "yes" if who in set(_sent_to_many(people_only(self.now))["contact_id"]) else "no"
        return "yes" if who in set(mine["contact_id"].dropna()) else "no"

    def _moves(self, who: str, _what: str) -> str:
        return "yes" if who in set(self.moves["contact_id"]) else "no"

    def _appointment(self, who: str, _what: str) -> str:
        coming = self.now.appointments
        mine = coming.loc[coming["contact_id"] == who, "day"]
        return f"{mine.min():%Y-%m-%d}" if len(mine) else "none"

    def _yield(self, who: str, what: str) -> Any:
        table = ns.referral_yield(self.now).set_index("contact_id")
        names = [what, "outside_count"] if what == "name_count" else [what]
        return sum(int(table[name].get(who, 0)) for name in names)

    def _places(self, who: str, _what: str) -> str:
        return "yes" if who in set(ns.people_in(self.now)["contact_id"]) else "no"

    def _insider(self, who: str, _what: str) -> str:
        inside = ns.insiders(self.now, list(self.book.settings.target_companies))
        return "yes" if who in set(inside["contact_id"]) else "no"

    def _draft(self, who: str, _what: str) -> str:
        return str(self.chosen["draft"].get(who, ""))


def fits(answer: str, expected: str, where: str, what: str) -> bool:
    """Does the answer satisfy what the adviser wrote: one of several, not this, not open, a word in a draft?"""
    if where == "draft":
        has = any(word.casefold() in answer.casefold() for word in expected.split("|"))
        return has == (what == "contains")
    if where == "role" and what == "roles":
        return any(role in answer.split("; ") for role in expected.split("|"))
    if expected == "not_open":
        return answer not in OPEN
    if expected.startswith("not "):
        return answer not in expected.removeprefix("not ").split("|")
    return bool(set(answer.split("|")) & set(expected.split("|")))


def judged(folder: Path, as_of: str) -> list[dict[str, str]]:
    """Every expectation with the `answer` and whether it is `right`."""
    judge = Judge(folder, as_of)
    with (folder / "expectations.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        try:
            row["answer"] = judge.answer(row["who"].strip(), row["where"].strip(), row["what"].strip())
        except LookupError as error:  # the owner and machines are no contacts of many a source
            row["answer"] = "self|robot|no|none" if "0 contacts" in str(error) else f"cannot tell: {error}"
        row["right"] = (
            "yes"
            if fits(row["answer"], row["expected"].strip(), row["where"].strip(), row["what"].strip())
            else ""
        )
    return rows
