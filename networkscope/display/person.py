"""One person on a page: who they are, how to reach them, what happened, what is owed, what to do next."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from networkscope.advice.desk import read_drafts
from networkscope.advice.standing import chosen_moves, standing
from networkscope.book import Book
from networkscope.display.cards import move_cards
from networkscope.display.cells import KINDS, shorten
from networkscope.display.links import link, mail_address, phone_address, profile_address
from networkscope.display.rhythm import draw_rhythm, rhythm_sentence
from networkscope.display.tables import Page, show_tables
from networkscope.errors import ParameterError
from networkscope.keys import unaccented
from networkscope.measures.followups import followups, to_do
from networkscope.people.lookup import people_named
from networkscope.schema import SEPARATOR
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import plain_dates, share_level, spoken_day

TIES = {
    "active": "in touch", "late": "a little late for your rhythm", "drifting": "fading", "dormant": "quiet for long",
    "one_way": "only one of you has written so far", "never_touched": "no contact on record",
}  # fmt: skip
STEPS = {
    "none": "nothing yet", "catch_up": "nothing, you caught up", "advice": "advice", "introduction": "a name",
    "job": "a job",
}  # fmt: skip
TIMELINE = {
    "day": "Day", "channel": "How", "by": "By", "purpose": "What for", "subject": "Topic", "source_ref": "Source",
}  # fmt: skip
AHEAD = {"day": "Day", "channel": "How", "subject": "Topic"}
BY = {"outbound": "you", "inbound": "them", "mutual": "both"}
NAMES = {
    "given_on": "On", "referrer_id": "Named by", "referred_id": "Name given", "organization": "Company",
    "contacted_on": "Contacted", "outcome": "What came of it",
}  # fmt: skip
OWED = {"kind": "What you owe", "topic": "Topic", "opened_on": "Since", "due_on": "Due"}


class People:
    """What is known of everybody (or of `only` these) at one instant, looked up once; `page` gives it for one."""

    def __init__(
        self,
        now: Snapshot,
        drafts: Mapping[str, str] | None = None,
        *,
        only: Collection[str] | None = None,
        rows: int = 20,
    ) -> None:
        self.now, self.today = now, now.today.date()
        self.contacts = now.contacts.set_index("contact_id", drop=False)
        if only is not None:
            self.contacts = self.contacts[self.contacts.index.isin(only)]
        self.facts = _records(self.contacts)
        self.standing = _records(self._mine(standing(now, drafts=drafts).reset_index()))
        moves = self._mine(chosen_moves(now, drafts))
        self.cards = dict(zip(moves["contact_id"], move_cards(moves, now.contacts, now.today), strict=True))
        self.days = self._mine(now.contact_days).groupby("contact_id")["day"].agg(list).to_dict()
        events = self._mine(now.events).sort_values("occurred_at", ascending=False, kind="stable")
        events = events.assign(by=events["direction"].astype("object").map(BY))
        owed = self._mine(to_do(followups(now))).sort_values("due_on")
        given = now.referrals.sort_values("given_on", ascending=False)
        sides = [given.assign(contact_id=given[side]) for side in ("referrer_id", "referred_id")]
        given = self._mine(pd.concat(sides).drop_duplicates(["contact_id", "referral_id"]))
        self.tables = [
            show_tables(frame, titles, "contact_id", caption=caption, contacts=now.contacts, rows=rows)
            for frame, titles, caption in (
                (owed, OWED, "What you owe"),
                (self._mine(now.appointments).sort_values("occurred_at"), AHEAD, "You meet soon"),
                (given, NAMES, "Names given and received"),
                (events, TIMELINE, "Timeline, the latest first"),
            )
        ]

    def _mine(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["contact_id"].isin(self.contacts.index)]

    def name(self, contact_id: str) -> str:
        """What a person is called."""
        return shorten(self.facts[contact_id].get("name", "(no name)"))

    def sort_key(self, contact_id: str) -> tuple[str, str]:
        """People in the order of their names, whatever the accents."""
        return unaccented(self.name(contact_id)).casefold(), contact_id

    def page(self, contact_id: str) -> Page:
        """Everything about one person, the next step first."""
        person = self.facts[contact_id]
        place = " · ".join(
            filter(None, (person.get(one, "") for one in ("title", "organization", "location")))
        )
        card = self.cards.get(contact_id)
        parts = [
            f"<h2>{html.escape(self.name(contact_id))}</h2>",
            f'<p class="place">{html.escape(shorten(place))}</p>' if place else "",
            self._reach(person),
            self._history(contact_id),
            f'<ol class="moves">{card}</ol>' if card else "",
            self._where(self.standing[contact_id], person),
            *(table[contact_id]._repr_html_() for table in self.tables if contact_id in table),
        ]
        return Page("".join(parts))

    def _reach(self, person: dict[str, Any]) -> str:
        """Every address, number and profile; the first of each as a link that does something."""
        ways = {
            "emails": mail_address(person.get("emails"), "", ""),
            "phones": phone_address(person.get("phones")),
            "profiles": profile_address(person.get("profiles")),
        }
        lines = []
        for column, address in ways.items():
            first, *others = person.get(column, "").split(SEPARATOR)
            if first:
                lines.append(" · ".join([link(address.removesuffix("?"), first), *map(html.escape, others)]))
        return f'<p class="reach">{"<br>".join(lines)}</p>' if lines else ""

    def _where(self, known: dict[str, Any], person: dict[str, Any]) -> str:
        """Who they are, how the tie is, what is owed and what may be asked: one line each."""
        role = str(known.get("role", "")).replace("_", " ")
        owed = known.get("owed_to_them")
        kinds = [] if owed is None else [KINDS.get(kind, (kind,))[0] for kind in owed.split(SEPARATOR)]
        lines = {
            "Who they are to you": f"{role}: {known.get('role_why', '')}".strip(": "),
            "The tie": TIES.get(known.get("tie_state", ""), ""),
            "You owe": ", ".join(kinds),
            "They owe": known.get("owed_by_them", ""),
            "Asked so far for": STEPS.get(known.get("ladder_step", ""), known.get("ladder_step", "")),
            "Leave alone until": self._day(known.get("hold_off_until")),
            "Introduced by": person.get("introduced_by", ""),
            "Connected": self._day(person.get("connected_on")),
            "Circle": person.get("circle", ""),
            "Tags": person.get("tags", ""),
            "Remember": person.get("notes", ""),
            "Known from": person.get("sources", ""),
        }
        rows = (
            f"<dt>{title}</dt><dd>{html.escape(plain_dates(shorten(text)))}</dd>"
            for title, text in lines.items()
            if text
        )
        return f'<dl class="facts">{"".join(rows)}</dl>'

    def _day(self, day: Any) -> str:
        return spoken_day(day.date(), self.today) if isinstance(day, pd.Timestamp) else ""

    def _history(self, contact_id: str) -> str:
        days = self.days.get(contact_id, [])
        said = rhythm_sentence(days, self.now.today)
        picture = draw_rhythm(days, self.now.today)
        shown = f'<img src="{picture}" alt="{html.escape(said)}" width="640" height="64">' if picture else ""
        return f'<figure class="drawn"><figcaption class="title">{html.escape(said)}</figcaption>{shown}</figure>'


def _records(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The rows as plain facts by contact_id, without what is missing."""
    rows = frame.astype("object").to_dict("records")
    return {
        row["contact_id"]: {str(name): value for name, value in row.items() if not pd.isna(value)}
        for row in rows
    }


def person(book: Book, name: str) -> Page:
    """Who is this, what happened between us, what is owed, and what comes next?

    `name` is a name or a part of one (accents do not matter), an address, a profile or a key. A ParameterError where it
    fits nobody, or several.

    >>> import networkscope as ns
    >>> "Timeline" in ns.person(ns.open_book("data/sample", as_of="2026-11-16"), "mirjam kel").html
    True
    """
    now = book.at()
    if share_level() != "private":
        return Page('<p class="nothing">A page for others shows nobody in full.</p>')
    found = people_named(now.contacts, name, region=book.settings.home_region)
    if len(found) != 1:
        raise ParameterError(
            "nobody in this book is called so; check the spelling"
            if found.empty
            else f"{len(found)} people fit; give more of the name, or an e-mail address"
        )
    who = found["contact_id"].iat[0]
    return People(now, read_drafts(book.folder), only=[who]).page(who)
