"""The sample's other exports: Google contacts, a vCard file, a calendar, mails and a chat."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from typing import NamedTuple
from zoneinfo import ZoneInfo

from data.make_sample import words
from data.make_sample.story import END, Person, Story

VIENNA = ZoneInfo("Europe/Vienna")
MINE = {
    "me": words.EMAIL,
    "home": "nora@lindqvist-home.example",
    "work": "n.lindqvist@donauwerk-digital.example",
}
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,File As,Organization Name,Organization Title,"
    "Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
    "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value"
)
ANSWERS = {"+": "ACCEPTED", "-": "DECLINED", "?": "TENTATIVE"}
MARKS = {
    "list": {"List-Unsubscribe": "<https://morning-metric.example/leave>", "Precedence": "bulk"},
    "robot": {"Auto-Submitted": "auto-generated"},
}
LABELS = {"draft": "Drafts", "spam": "Spam"}

People = dict[str, tuple[str, str]]  # by name and by each address: name and address


class Card(NamedTuple):
    """Somebody in an address book that is not LinkedIn's."""

    file: str
    name: str
    emails: list[str]
    phones: list[str]
    title: str
    organization: str
    label: str
    note: str


def other_files(story: Story) -> dict[str, bytes]:
    """Each further export by its name."""
    found = cards()
    people = {key: (words.OWNER, address) for key, address in MINE.items()}
    known = [(person.name, email) for person in story.people for email in person.email.split("; ")[::-1]]
    for name, email in (*known, *((card.name, email) for card in found for email in card.emails)):
        people.setdefault(name, (name, email))
        people[email] = name, email
    return {
        "Google contacts.csv": _google(card for card in found if card.file == "G").encode(),
        "Phone contacts.vcf": _vcards(card for card in found if card.file == "V").encode(),
        "nora.lindqvist.ics": _calendar(people).encode(),
        "All mail Including Spam and Trash.mbox": _mbox(people),
        "WhatsApp Chat with Zeynep Kaya.txt": words.text("chat.txt").encode(),
    }


def cards() -> list[Card]:
    rows = []
    for file, name, emails, phones, job, label, note in words.table("cards.txt"):
        title, _, organization = job.partition(" @ ")
        addresses, numbers = ([part for part in cell.split("; ") if part] for cell in (emails, phones))
        rows.append(Card(file, name, addresses, numbers, title, organization, label, note))
    return rows


def never_contacted() -> list[Person]:
    """Those who are in contacts.csv alone."""
    return [
        Person(card.name, card.label, card.title, card.organization, email=card.emails[0], note=card.note)
        for card in cards()
        if card.file == "C"
    ]


def _google(people: Iterable[Card]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, GOOGLE.split(","), restval="", lineterminator="\r\n")
    writer.writeheader()
    for card in people:
        first, _, last = card.name.removeprefix("Dr. ").rpartition(" ")
        row = {"First Name": first, "Last Name": last, "Organization Name": card.organization}
        row |= {"Organization Title": card.title, "Notes": card.note}
        row["Labels"] = f"{card.label} ::: * myContacts".removeprefix(" ::: ")
        for number, email in enumerate(card.emails, start=1):
            row[f"E-mail {number} - Label"] = "* Work" if number > 1 else "*"
            row[f"E-mail {number} - Value"] = email
        for number, phone in enumerate(card.phones, start=1):
            row |= {f"Phone {number} - Label": "Mobile", f"Phone {number} - Value": phone}
        writer.writerow(row)
    return out.getvalue()


def _vcards(people: Iterable[Card]) -> str:
    """Version 3.0 as an iPhone writes it, with its groups of lines."""
    lines = []
    for card in people:
        first, _, last = card.name.rpartition(" ")
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{card.name}"]
        lines += [f"ORG:{card.organization};", f"TITLE:{card.title}"] if card.organization else []
        for number, email in enumerate(card.emails, start=1):
            lines += [f"item{number}.EMAIL;type=INTERNET:{email}", f"item{number}.X-ABLabel:_$!<Other>!$_"]
        lines += [f"TEL;type=CELL;type=VOICE;type=pref:{phone}" for phone in card.phones]
        lines += [f"NOTE:{card.note}"] if card.note else []
        lines.append("END:VCARD")
    return _content(lines)


def _content(lines: Iterable[str]) -> str:
    """Lines as vCard and iCalendar want them: none longer than 75 bytes."""
    return "".join(re.sub(r"(.{60})(?=.)", "\\1\r\n ", line) + "\r\n" for line in lines)


def _calendar(people: People) -> str:
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0"]
    lines += ["METHOD:PUBLISH", "X-WR-TIMEZONE:Europe/Vienna", *words.text("zones.txt").splitlines()]
    for number, (start, minutes, title, who, more) in enumerate(words.table("meetings.txt")):
        clock, _, zone = start.rpartition(" ")
        begin = dt.datetime.strptime(clock, "%Y-%m-%d %H:%M")  # noqa: DTZ007
        end, stamp = begin + dt.timedelta(minutes=int(minutes)), "%Y%m%dT%H%M%S"
        suffix, place = ("Z", "") if zone == "UTC" else ("", f";TZID={zone}")
        times = (f"{name}{place}:{at:{stamp}}{suffix}" for name, at in (("DTSTART", begin), ("DTEND", end)))
        lines += ["BEGIN:VEVENT", *times]
        extra = more.split(" // ") if more else []
        if not more.startswith("UID"):
            extra.insert(0, f"UID:{number:02}@calendar.example")
        guests = [_guest(guest, people) for guest in who.split(", ") if guest]
        lines += [f"ORGANIZER;{guest.rpartition(';')[2]}" for guest in guests[:1]] + guests
        lines += [f"DTSTAMP:{END:%Y%m%d}T060000Z", f"SUMMARY:{title}", *extra, "END:VEVENT"]
    return _content([*lines, "END:VCALENDAR"])


def _guest(written: str, people: People) -> str:
    if written[0] not in ANSWERS:
        room = f"{words.slug(written)}@donauwerk-digital.example"
        return f"ATTENDEE;CUTYPE=RESOURCE;PARTSTAT=ACCEPTED;CN={written}:mailto:{room}"
    name, address = _who(written[1:], people)
    return f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={ANSWERS[written[0]]};CN={name}:mailto:{address}"


def _who(written: str, people: People) -> tuple[str, str]:
    return parseaddr(written) if "<" in written else people[written]


def _mbox(people: People) -> bytes:
    """As Google Takeout writes it; nothing is folded, because versions of Python fold differently."""
    out = io.BytesIO()
    above: list[tuple[str, str]] = []  # the mails that the next one may answer: id and subject
    for number, (when, sender, to, subject, mark, text) in enumerate(words.table("mails.txt")):
        del above[(len(when) - len(when.strip())) // 2 :]
        at = dt.datetime.strptime(when.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=VIENNA)
        above.append((f"<{number:03}.{at:%Y%m%d}@mail.example>", subject or above[0][1]))
        mail: Message = _plain(text)
        if mark == "file":
            mail = MIMEMultipart(boundary="=sample=", _subparts=[mail, _resume()])
        label = LABELS.get(mark, "Sent" if sender in MINE else "Inbox")
        headers = {"X-Gmail-Labels": label, "Message-ID": above[-1][0], "Date": format_datetime(at)}
        if len(above) > 1:
            headers |= {"In-Reply-To": above[-2][0], "References": " ".join(entry[0] for entry in above[:-1])}
        headers |= {"Subject": _encoded(subject or f"Re: {above[0][1]}"), "From": _named(sender, people)}
        headers |= {
            field: ", ".join(_named(person, people) for person in part.split(", "))
            for field, part in zip(("To", "Cc"), to.split("; "), strict=False)
        }
        for name, value in {**headers, **MARKS.get(mark, {})}.items():
            mail[name] = value
        out.write(f"From {number:03}@mail.example {at.astimezone(dt.UTC).ctime()}\n".encode())
        BytesGenerator(out, mangle_from_=True, maxheaderlen=0).flatten(mail)
        out.write(b"\n\n")
    return out.getvalue()


def _plain(text: str) -> MIMEText:
    return MIMEText(f"{text}\n", "plain", "us-ascii" if text.isascii() else "utf-8")


def _resume() -> MIMEApplication:
    file = MIMEApplication(b"%PDF-1.4 (an invented document)", "pdf", name="nora-lindqvist.pdf")
    file["Content-Disposition"] = 'attachment; filename="nora-lindqvist.pdf"'
    return file


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=500).encode()


def _named(written: str, people: People) -> str:
    return formataddr(_who(written, people))
