"""What happens in the sample book: a script with known right answers.

The script is text (`trail.txt`, `script.txt`, `old_ties.txt`): a line is a person, a day and a beat; a beat
expands into messages, meetings and thanks (`beats.txt`). Chance has no part in it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from data.make_sample import words
from networkscope import schema

START, END = dt.date(2025, 5, 16), dt.date(2026, 11, 15)
TALKS = {"meeting": "lunch", "call": "phone", "video": "screen"}
UPDATES = (  # one by one to people met in the search: the first day of a round, its subject, to every how manieth
    (dt.date(2026, 1, 19), "A winter update from my search", 1),
    (dt.date(2026, 6, 8), "A summer update from my search", 2),
    (dt.date(2026, 10, 5), "An autumn update from my search", 3),
)
PATIENT = ("lead", "mail", "advice", "thread")  # beats in which the answer may take some days
NEW_PITCH = dt.date(2026, 1, 1)
CLOSED = ("offer", "declined", "dead_end")


class Person(NamedTuple):
    name: str
    circle: str = ""
    title: str = ""
    organization: str = ""
    past: str = ""
    email: str = ""
    phone: str = ""
    profile: str = ""
    connected: bool = False
    credentials: str = ""
    every: int = 0
    note: str = ""


class Event(NamedTuple):
    """One touch; those on LinkedIn go to the export, all others to interactions.csv."""

    at: dt.datetime
    who: int
    channel: str
    direction: str
    purpose: str
    subject: str
    due_on: dt.date | None = None
    group_size: int | None = None
    notes: str = ""


class Referral(NamedTuple):
    """One name or lead; `referred` is None for a company or an opening, which `lead` names."""

    referrer: int
    referred: int | None
    lead: str
    kind: str
    given_on: dt.date
    contacted_on: dt.date | None
    met_on: dt.date | None
    reported_back_on: dt.date | None
    closed_on: dt.date | None
    outcome: str


@dataclass(frozen=True)
class Story:
    """Everybody and everything of one sample book; people are known by their position."""

    people: list[Person]
    events: list[Event] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    connected_on: dict[int, dt.date] = field(default_factory=dict)

    def find(self, name: str) -> int:
        """The position of a name, with the circle in brackets where two people bear it."""
        borne = ((p.name, f"{p.name} ({p.circle})") for p in self.people)
        return next(who for who, names in enumerate(borne) if name in names)

    def person(self, name: str) -> Person:
        return self.people[self.find(name)]

    def play(
        self, who: int, beat: str, day: dt.date, subject: str, *, due_on: dt.date | None = None,
        notes: str = "", thanked: bool = True, late: int = 0,
    ) -> None:  # fmt: skip
        """Add a beat's touches around a day; `late` delays its thanks, which `thanked=False` leaves out."""
        wait = (7 * who + 3 * day.toordinal()) % 4 if beat in PATIENT else 0
        for step, (offset, channel, direction, purpose) in enumerate(_beats()[beat]):
            thanks = purpose == "thank_you" and direction == "outbound"
            if thanks and not thanked:
                continue
            date = day + dt.timedelta(offset + late * thanks + wait * (step > 0))
            at = dt.datetime.combine(date, dt.time(9 + 2 * step, (day.toordinal() + 7 * who) % 60))
            title = f"Thanks: {subject}" if thanks else subject
            size = 40 if channel == "event" else None
            said = "" if step else notes
            self.events.append(Event(at, who, channel, direction, purpose, title, due_on, size, said))


def tell_script() -> Story:
    """The cast, and everything that is planted."""
    story = Story(_cast())
    for day, beat, name, subject, due in words.table("script.txt"):
        who, date = story.find(name), dt.date.fromisoformat(day)
        if beat in TALKS:
            story.play(who, "mail", date - dt.timedelta(6), subject)
        until = dt.date.fromisoformat(due) if due else None
        story.play(who, TALKS.get(beat, beat), date, subject, due_on=until)
    for name, span, times, subject in words.table("old_ties.txt"):
        first, last = map(dt.date.fromisoformat, span.split())
        for step in range(int(times)):
            day_then = last - (last - first) * step // (int(times) - 1)
            story.play(story.find(name), "thread", day_then, subject)
    _follow_trail(story)
    return story


@cache
def _beats() -> dict[str, list[tuple[int, str, str, str]]]:
    steps = {name: [step.split() for step in text.split(";")] for name, text in words.table("beats.txt")}
    return {
        name: [(int(offset), *how) for offset, *how in cells]  # type: ignore[misc]
        for name, cells in steps.items()
    }


def _cast() -> list[Person]:
    people: list[Person] = []
    for number, (full, circle, keys, job, every, note) in enumerate(words.table("cast.txt")):
        name = full.partition(",")[0]
        job, _, past = job.partition(" < ")
        title, _, organization = job.partition(" @ ")
        slug = words.slug(name) + ("-2" if any(p.name == name for p in people) else "")
        mail = slug.replace("-", ".")
        emails = [f"{mail}@example.{('org', 'net')[number % 2]}"] * ("p" in keys)
        emails += [f"{mail}@{words.slug(organization)}.example"] * ("w" in keys)
        phone = f"+44 7700 900{200 + number}" if "t" in keys else ""
        profile = f"https://www.linkedin.com/in/{slug}-sample" if set(keys) & set("Lu") else ""
        work = Person(name, circle, title, organization, past, "; ".join(emails), phone, profile)
        person = work._replace(connected="L" in keys, credentials=full.removeprefix(name))
        people.append(person._replace(every=int(every or 0), note=note))
    return people


def _follow_trail(story: Story) -> None:
    """Every conversation of the trail, what led to it, the thanks, and the updates afterwards."""
    path: list[tuple[int, dt.date]] = []
    known: dict[int, dt.date] = {}
    held: set[int] = set()  # whoever must hear nothing more, so that what is open stays open
    for indented, when, subject, rest in words.table("trail.txt"):
        name, flags, plan = indented.strip(), set(rest.split()), when.split()
        del path[(len(indented) - len(name)) // 2 :]
        if path:
            who, met = _follow_lead(story, name, plan, subject, flags, *path[-1])
        else:
            who, met = story.find(name), dt.date.fromisoformat(plan[0])
            story.play(who, "mail", met - dt.timedelta(6), subject)
            story.play(who, TALKS[plan[1]], met, subject, thanked="nothanks" not in flags)
        if flags & {"silent", "unclosed"}:
            held.add(path[-1][0])
        if flags & {"silent", "unclosed", "nothanks", "quiet"}:
            held.add(who)
        if who >= 0 and plan:
            known.setdefault(who, met)
        path.append((who, met))
    for base, title, every in UPDATES:
        for turn, (who, since) in enumerate(known.items()):
            day = base + dt.timedelta(turn)
            if turn % every == 0 and who not in held and since + dt.timedelta(20) < day:
                story.play(who, "update" if turn % 4 else "answered", day, title)


def _follow_lead(
    story: Story, name: str, plan: list[str], subject: str, flags: set[str], referrer: int, given: dt.date
) -> tuple[int, dt.date]:
    """One name given: the first note, the talk, the outcome, and the news to the one who gave it."""
    days = [given + dt.timedelta(int(delay)) for delay in plan[:2]]
    contacted, met = days[0] if days else None, days[1] if len(days) > 1 else None
    kind = next(iter(flags & set(schema.REFERRAL_KINDS)), "person")
    who = story.find(name) if kind == "person" else None
    if contacted and who is not None:
        title = f"{story.people[referrer].name} gave me your name"
        title = "A question about data roles" if "unnamed" in flags else title
        pitch = "pitch:A" if contacted < NEW_PITCH else "pitch:B"
        story.play(who, "ask" if "quiet" in flags else "lead", contacted, title, notes=pitch)
    outcome = next(iter(flags & set(schema.OUTCOMES)), "conversation" if met else "open")
    closed = None
    if met and who is not None:
        story.connected_on[who] = met + dt.timedelta(1)
        story.play(who, TALKS[plan[2]], met, subject, thanked="nothanks" not in flags)
        if outcome in CLOSED:
            closed, is_known = met + dt.timedelta(14), "unclosed" not in flags
            story.play(who, "outcome", closed, f"How it ended: {subject}", thanked=is_known)
            if is_known:
                story.play(referrer, "update", closed + dt.timedelta(2), f"How it ended with {name}")
    reported = (met or contacted or given) + dt.timedelta(2) if days and "silent" not in flags else None
    if reported:
        title = f"{name} and I have spoken" if met else f"I have followed your lead: {name}"
        story.play(referrer, "update", reported, title)
    lead = name if who is None else ""
    story.referrals.append(
        Referral(referrer, who, lead, kind, given, contacted, met, reported, closed, outcome)
    )
    return -1 if who is None else who, met or given
