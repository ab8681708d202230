"""The words about a move: what to do, why in one sentence, and what could be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from networkscope import schema
from networkscope.advice import drafts
from networkscope.advice.month import month_facts
from networkscope.advice.reasons import sentence, title
from networkscope.dates import iso_days
from networkscope.roles.conduct import CLOSE_ROLES
from networkscope.roles.labels import role_of_label
from networkscope.roles.roles import ALL_SOCIAL, noted_as_familiar, people_roles
from networkscope.snapshot.snapshot import Snapshot
from networkscope.words.languages import is_familiar, language_of

LAST_SUBJECTS = 5


class MoveTexts:
    """What is known of people and of the search, and the owner's own texts by kind of move."""

    def __init__(self, now: Snapshot, own: Mapping[str, str]) -> None:
        self.own, self.month = own, month_facts(now)
        contacts = now.contacts.set_index("contact_id")
        self.names, self.notes, self.via, self.tags = (
            contacts[name].dropna().to_dict() for name in ("name", "notes", "introduced_by", "tags")
        )
        if not now.quotes:
            self.own, self.notes, self.tags = {}, {}, {}
        self.quotes = now.quotes
        self.by_whom = set(zip(now.referrals["referred_id"], now.referrals["referrer_id"], strict=True))
        roles = people_roles(now)
        close = roles["role"].isin(CLOSE_ROLES) & (roles["role_why"] != ALL_SOCIAL)
        self.familiar = {*roles.loc[close, "contact_id"], *noted_as_familiar(now)}
        known = now.touches[["contact_id", "subject"]].dropna()
        # Messages without a subject show their language by the words that were read in them.
        spoken = now.acts[["event_id", "language"]].dropna().drop_duplicates("event_id")
        spoken = spoken[spoken["language"].isin(drafts.GREETINGS)]
        spoken = now.touches[["contact_id", "event_id"]].merge(spoken, on="event_id")
        self.spoken = spoken.drop_duplicates("contact_id", keep="last").set_index("contact_id")["language"]
        self.home = language_of(known["subject"].tail(200).tolist()[::-1])
        self.home = self.home or next(iter(spoken["language"].mode()), "en")
        last = known.groupby("contact_id").tail(LAST_SUBJECTS)[::-1]
        self.subjects: dict[str, list[str]] = {}
        for who, subject in zip(last["contact_id"].tolist(), last["subject"].tolist(), strict=True):
            self.subjects.setdefault(who, []).append(subject)

    def texts(self, found: pd.DataFrame) -> dict[str, pd.Series]:
        """`move`, `why`, `draft` and `subject` (of a mail) of these candidates."""
        rows = [(*self._said(row), self._draft(row), self._subject(row)) for row in self._records(found)]
        table = pd.DataFrame(rows, found.index, ["move", "why", "draft", "subject"], dtype=schema.TEXT)
        return {name: table[name] for name in table}

    def reasons(self, found: pd.DataFrame) -> pd.Series:
        """The reason of each of these candidates."""
        return pd.Series([self._said(row)[1] for row in self._records(found)], found.index, dtype=schema.TEXT)

    def _said(self, row: dict[str, Any]) -> tuple[str, str]:
        kind, draft, is_suggestion = row["kind"], row["draft"], row["is_suggestion"]
        reason = sentence(kind, draft, row["what"], row["facts"], is_suggestion=is_suggestion)
        return title(kind, draft, is_suggestion=is_suggestion), reason

    def _draft(self, row: dict[str, Any]) -> str:
        """A draft in the language last used with this person, in the form that the log shows, or the owner's text."""
        who, draft = row["contact_id"], row["draft"]
        subjects = self.subjects.get(who, [])
        language = self._language(who)
        familiar = who in self.familiar or language == "en" or is_familiar(subjects, language)
        facts = row["facts"] | (self.month if language == "en" else {"wanted": self.month["wanted"]})
        own = self.own.get(draft) or self.own.get(row["kind"])
        return drafts.fill(own or drafts.standard_drafts(language, familiar)[draft], facts)

    def _subject(self, row: dict[str, Any]) -> str:
        """What a mail about it is called: the topic, else what the last message was about, else a greeting."""
        subjects = self.subjects.get(row["contact_id"], [])
        topics = (row["facts"]["topic"], *map(drafts.plain_topic, subjects))
        topic = next((f"Re: {topic}" for topic in topics if topic), "")
        return topic or drafts.GREETINGS[self._language(row["contact_id"])]

    def _language(self, who: str) -> str:
        """The language last used with this person, else the owner's usual one."""
        return language_of(self.subjects.get(who, [])) or str(self.spoken.get(who, self.home))

    def _facts(self, row: dict[str, Any]) -> dict[str, Any]:
        who, other = row["contact_id"], "" if row["is_theirs"] else self.names.get(row["about_id"], "")
        name, topic = self.names.get(who, ""), drafts.plain_topic(row["topic"]) if self.quotes else ""
        is_lead = row["what"].startswith("lead") or (row["kind"] == "report_back" and not other)
        is_about = is_lead or row["kind"] == "congratulate"
        about = other if row["kind"] == "close_the_loop" else topic if is_about else ""
        return {
            "day": row["day"], "due": row["due"], "meets": row["meets"], "first": name.split(" ")[0], "name": name,
            "other": other, "topic": topic, "about": about, "via": self.via.get(who, ""),
            "detail": (self.notes.get(who, "") or self._remembered_tag(who)).strip().rstrip(".")[: drafts.SHOWN],
        }  # fmt: skip

    def _draft_kind(self, row: dict[str, Any]) -> str:
        """Which draft; whom the owner dealt with hears something else of an end than who gave the name."""
        if row["is_theirs"]:
            return "accept_or_decline" if "offer" in row["what"] else "thank_for_no"
        return drafts.draft_kind(
            row["kind"], row["what"], days_late=row["days_late"], condemned=row["condemned"]
        )

    def _remembered_tag(self, who: str) -> str:
        """The first tag that says something of the person: no role, and no mark with a colon."""
        tags = (tag.strip() for tag in self.tags.get(who, "").split(schema.SEPARATOR.strip()))
        return next((tag for tag in tags if tag and ":" not in tag and role_of_label(tag) is None), "")

    def _records(self, found: pd.DataFrame) -> list[dict[str, Any]]:
        """The candidates as plain rows, their days as text, with the `facts` and which `draft` fits.

        `is_theirs`: the end is between the owner and them, whoever gave the name.
        """
        days = {
            "day": found["opened_on"].fillna(found["seen_on"]),
            "due": found["due_on"],
            "meets": found["meets_on"],
        }
        texts = {name: iso_days(day).fillna("") for name, day in days.items()}
        plain = found[
            ["contact_id", "kind", "what", "topic", "about_id", "is_suggestion", "condemned", "days_late"]
        ]
        rows = plain.assign(**texts, what=plain["what"].fillna("")).to_dict("records")
        for row in rows:
            pair = row["contact_id"], row["about_id"]
            row["is_theirs"] = row["kind"] == "close_the_loop" and pair in self.by_whom
            row |= {"facts": self._facts(row), "draft": self._draft_kind(row)}
        return rows
