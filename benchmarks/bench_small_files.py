"""Folders of small files, opened as books with a cold cache: ours against what the usual parsers need to parse them.

400 calendars of one event against icalendar, 1,000 vCards against vobject, 10,000 mails against fast-mail-parser, loose
CSVs of LinkedIn against bare `read_csv`. CPU seconds in one run, imports excluded.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import icalendar
import pandas as pd
import vobject
from fast_mail_parser import parse_email

from networkscope import open_book

CALENDARS, CARDS, MAILS, CONNECTIONS, INVITATIONS = 400, 1_000, 10_000, 11_000, 6_000
RUNS = 3
TOML = (
    '[owner]\nname = "Nora Me"\nemails = ["me@home.example"]\nprofiles = ["https://www.linkedin.com/in/me"]\n'
)


def event(number: int) -> str:
    day = f"2026{number % 12 + 1:02d}{number % 28 + 1:02d}"
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{number}@x\r\nDTSTAMP:20260101T000000Z"
        f"\r\nDTSTART:{day}T100000Z\r\nDTEND:{day}T110000Z\r\nSUMMARY:Coffee {number}\r\n"
        "ORGANIZER:mailto:me@home.example\r\n"
        f"ATTENDEE;CN=Person {number};PARTSTAT=ACCEPTED:mailto:p{number}@x.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def card(number: int) -> str:
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person No{number}\r\nN:No{number};Person;;;\r\nEMAIL:p{number}@x.example\r\n"
        f"TEL;TYPE=CELL:+4366400{number:05d}\r\nORG:Company {number % 50}\r\nTITLE:Engineer\r\nEND:VCARD\r\n"
    )


def mail(number: int) -> str:
    return (
        f"From: Person {number} <p{number % 500}@x.example>\r\nTo: Nora Me <me@home.example>\r\n"
        f"Date: Mon, {number % 28 + 1} Jun 2026 10:{number % 60:02d}:00 +0200\r\nMessage-ID: <{number}@x.example>\r\n"
        f"Subject: Supply planning {number}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hello Nora,\r\nthank you for the talk. Could you send me the slides by Friday?\r\nBest, P\r\n"
    )


def linkedin(folder: Path) -> None:
    rows = (f"P{n},Ek,https://www.linkedin.com/in/p{n},,Company {n % 900},Engineer,{n % 28 + 1:02d} Mar 2024\n"
            for n in range(CONNECTIONS))  # fmt: skip
    head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    (folder / "Connections.csv").write_text(head + "".join(rows), encoding="utf-8")
    rows = (f'Nora Me,P{n} Ek,"{n % 12 + 1}/{n % 28 + 1}/26, 3:43 PM",,OUTGOING,https://www.linkedin.com/in/me,'
            f"https://www.linkedin.com/in/p{n}\n" for n in range(INVITATIONS))  # fmt: skip
    head = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
    (folder / "Invitations.csv").write_text(head + "".join(rows), encoding="utf-8")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measured(title: str, folder: Path, peer: str, parse: Callable[[Path], object], pattern: str) -> None:
    """The best of some runs of each, by turns."""
    (folder / "book.toml").write_text(TOML, encoding="utf-8")
    ours, theirs = [], []
    for _ in range(RUNS):
        shutil.rmtree(folder / ".cache", ignore_errors=True)
        ours.append(seconds(lambda: open_book(folder, as_of="2027-01-01")))
        theirs.append(seconds(lambda: [parse(path) for path in folder.rglob(pattern)]))
    print(
        f"{title}: {min(ours):.3f} s, {peer} {min(theirs):.3f} s, {min(ours) / min(theirs):.1f} times",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        kinds = {
            "ics": (
                CALENDARS,
                event,
                "icalendar",
                lambda path: icalendar.Calendar.from_ical(path.read_bytes()),
            ),
            "vcf": (CARDS, card, "vobject", lambda path: list(vobject.readComponents(path.read_text()))),
            "eml": (MAILS, mail, "fast-mail-parser", lambda path: parse_email(path.read_bytes())),
        }
        for ending, (count, content, peer, parse) in kinds.items():
            folder = Path(place, ending)
            (folder / "exports").mkdir(parents=True)
            warm = Path(place, f"warm {ending}")
            warm.mkdir()
            (warm / "book.toml").write_text(TOML)
            for number in range(count):
                (folder / "exports" / f"{number}.{ending}").write_bytes(content(number).encode())
            (warm / f"a.{ending}").write_bytes(content(0).encode())
            open_book(warm, as_of="2027-01-01")  # imports
            measured(f"{count:,} .{ending}", folder, peer, parse, f"*.{ending}")
        folder = Path(place, "linkedin")
        folder.mkdir()
        linkedin(folder)
        measured("loose LinkedIn CSVs", folder, "read_csv", pd.read_csv, "*.csv")


if __name__ == "__main__":
    main()
