"""The sample's LinkedIn export: the archive as LinkedIn would send it, with the oddities of real ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.make_sample import words
from data.make_sample.story import END, START, Event, Person, Story

ME = f"https://www.linkedin.com/in/{words.slug(words.OWNER)}-sample"
# strftime would follow the locale
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PREAMBLE = (
    'Notes:\n"When exporting your connection data, you may notice that some of the e-mail addresses are missing. '
    'You will only see addresses of connections who have allowed it."\n\n'
)
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,"
    "ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION ARCHIVED"
)
PRAISED_BY = ("Milena Kovač", "Selma Arslan", "Ingrid Sæther", "Felix Auer")
PRAISED = ("Shirin Moradi", "Emil Hansen")
ENDORSED_BY = ("Priya Raman", "Jun Nakagawa", "Milena Kovač", "Henrik Solberg", "Amina Diallo", "Felix Auer")
GROUPS = {
    "Speakers for the spring meetup": ("Amina Diallo", "Ruth Achterberg", "Noor van Dijk", "Farah Aziz"),
    "Reading list": ("Shirin Moradi", "Felix Auer", "Priya Raman", "Ingrid Sæther", "Rafael Ortega"),
    "Robots in the warehouse": ("Yuki Tanabe", "Amina Diallo", "Priya Raman", "Rafael Ortega", "Felix Auer"),
}


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A CSV text with Unix line ends on every system."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header.split(","), *rows])
    return out.getvalue()


def write_export(path: Path, story: Story, rng: random.Random) -> None:
    """Write the archive; stored, because compressed bytes differ between versions of zlib."""
    members = {
        "Connections.csv": PREAMBLE + _connections(story, rng),
        "messages.csv": _messages(story),
        "guide_messages.csv": table(MESSAGES, [_guide(day) for day in (3, 17, 24)]),
        "Invitations.csv": "\ufeff" + _invitations(story),
        "Jobs/Job Applications.csv": _applications(rng),
        **_praise(story),
        **{name: words.text(name) for name in ("Positions.csv", "Profile.csv", "Skills.csv")},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (END.year, END.month, END.day, 7, 30, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name].encode())


def _connections(story: Story, rng: random.Random) -> str:
    rows: list[tuple[dt.date, tuple[str, ...]]] = []
    for who, day in story.connected_on.items():
        person = story.people[who]
        if not person.connected:
            continue
        first, _, last = person.name.partition(" ")
        chance = rng.random()
        email = person.email.partition(";")[0] if chance < 0.06 else "NA" if chance > 0.98 else ""
        job = (person.organization, person.title) if chance < 0.97 else ("", "")
        rows.append((day, (first, last + person.credentials, person.profile, email, *job)))
    for _ in range(len(rows) // 45 + 1):  # closed accounts leave nothing but the date
        rows.append((START - dt.timedelta(rng.randrange(2000)), ("",) * 6))
    rows.sort(reverse=True)
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    days = [f"{day.day:02} {MONTHS[day.month - 1]} {day.year}" for day, _ in rows]
    return table(header, [(*cells, day) for (_, cells), day in zip(rows, days, strict=True)])


def _messages(story: Story) -> str:
    openings = {topic: line for _, topic, line in words.table("topics.txt")}
    rows = [
        _message(event, story.people[event.who], openings.get(event.subject, ""))
        for event in story.events
        if event.channel == "linkedin"
    ]
    for title, names in GROUPS.items():
        members = list(map(story.person, names))
        for turn, sender in enumerate((None, *members[:3], None)):
            others = [m for m in members if m is not sender]
            to = [(m.name, m.profile) for m in others] + [(words.OWNER, ME)] * (sender is not None)
            start = (sender.name, sender.profile) if sender else (words.OWNER, ME)
            at = dt.datetime(2026, 2, 3 + len(rows) % 20, 9 + turn)  # noqa: DTZ001
            rows.append(_row(_thread(title), title, start, to, at, "", f"{title}: my two cents."))
    gone = ("LinkedIn Member", "")
    for number in range(4):
        at = dt.datetime(2025, 6 + number, 11, 8, 5)  # noqa: DTZ001
        rows.append(_row(_thread(f"gone{number}"), "", gone, [(words.OWNER, ME)], at, "", "Hello Nora, ..."))
        promotion = "Grow your sales pipeline in thirty days"
        spam = _row(_thread(f"spam{number}"), "", gone, [(words.OWNER, ME)], at, promotion, "Dear Nora, ...")
        rows.append([*spam[:9], "SPAM", *spam[10:]])
    rows.append(
        ["", "", words.OWNER, ME, "", "", "2026-11-10 20:14:00 UTC", "", "Dear", "INBOX", "", "Yes", ""]
    )
    rows.sort(key=lambda row: row[6], reverse=True)
    return table(MESSAGES, rows)


def _message(event: Event, person: Person, opening: str) -> list[str]:
    them, mine = (person.name + person.credentials, person.profile), event.direction == "outbound"
    pick = event.at.toordinal() + event.who
    if event.purpose == "reply":
        lines = [line for who, line in words.table("replies.txt") if (who == "me") == mine]
        body = lines[pick % len(lines)]
    else:
        body = opening or f"I have been thinking about this: {event.subject}."
    body = f"Hi {(person.name if mine else words.OWNER).split()[0]},\n{body}"
    if pick % 9 == 0:
        body = f'<p class="spinmail-quill-editor__spin-break">{body}</p>'
    sender, receiver = ((words.OWNER, ME), them) if mine else (them, (words.OWNER, ME))
    subject = event.subject if event.purpose != "reply" else ""
    return _row(_thread(person.profile), "", sender, [receiver], event.at, subject, body)


def _row(
    thread: str, title: str, sender: tuple[str, str], to: list[tuple[str, str]], at: dt.datetime, subject: str,
    body: str,
) -> list[str]:  # fmt: skip
    names, urls = (",".join(parts) for parts in zip(*to, strict=True))
    return [thread, title, *sender, names, urls, f"{at} UTC", subject, body, "INBOX", "", "No", "No"]


def _thread(text: str) -> str:
    return f"2-{zlib.crc32(text.encode()):08x}{zlib.adler32(text.encode()):08x}=="


def _guide(day: int) -> list[str]:
    me, bot = (words.OWNER, ME), ("LinkedIn Assistant", "")
    at = dt.datetime(2026, 10, day, 18, 40)  # noqa: DTZ001
    return _row(_thread("guide"), "", me, [bot], at, "", "How do I word a headline?")


def _stamp(at: dt.datetime) -> str:
    return f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def _invitations(story: Story) -> str:
    """What Nora sent after a talk in the search, and what strangers sent her without a word."""
    header = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
    met, rows = {referral.referred for referral in story.referrals}, []
    for who, day in sorted(story.connected_on.items(), key=lambda item: (item[1], item[0]), reverse=True):
        person, at = story.people[who], dt.datetime.combine(day, dt.time(7, 20))
        if person.connected and day >= START:
            them, me = (person.name, person.profile), (words.OWNER, ME)
            (sender, sent), (receiver, received) = (me, them) if who in met else (them, me)
            way = "OUTGOING" if who in met else "INCOMING"
            rows.append((sender, receiver, _stamp(at), "", way, sent, received))
    return table(header, rows)


def _applications(rng: random.Random) -> str:
    header = "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name"
    rows = []
    for number in range(14):
        at = dt.datetime(2025, 9, 3, 19, 12) + dt.timedelta(31 * number + rng.randrange(20))  # noqa: DTZ001
        job = rng.choice(("Data Product Manager", "Head of Analytics"))
        where = rng.choice(words.column("companies.txt"))
        url = f"https://www.linkedin.com/jobs/view/{9000000001 + number}"
        rows.append((_stamp(at), words.EMAIL, words.PHONE, where, job, url, "cv.pdf", ""))
    return table(f"{header},Question And Answers", rows)


def _praise(story: Story) -> dict[str, str]:
    """Recommendations and endorsements, given and received."""
    text = "Clear, kind and thorough: a pleasure to build products with."
    written = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
    endorsed = "Endorsement Date,Skill Name,{0} First Name,{0} Last Name,{0} Public Url,Endorsement Status"
    files: dict[str, str] = {}
    for way, word, writers, endorsers in (
        ("Received", "Endorser", PRAISED_BY, ENDORSED_BY),
        ("Given", "Endorsee", PRAISED, PRAISED),
    ):
        praise: list[tuple[str, ...]] = []
        skills: list[tuple[str, ...]] = []
        for month, person in enumerate(map(story.person, writers), start=3):
            named = (*person.name.split(" ", 1), person.organization, person.title)
            praise.append((*named, text, f"{month:02}/11/26, 09:51 AM", "VISIBLE"))
        for number, (name, skill) in enumerate(zip(endorsers, words.column("Skills.csv")[1:], strict=False)):
            person, day = story.person(name), f"2026/{number + 2:02}/24 14:03:38 UTC"
            skills.append((day, skill, *person.name.split(" ", 1), person.profile, "ACCEPTED"))
        files[f"Recommendations_{way}.csv"] = table(written, praise)
        files[f"Endorsement_{way}_Info.csv"] = table(endorsed.format(word), skills)
    return files
