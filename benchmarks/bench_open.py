"""Opening a LinkedIn export of 11,000 connections and 6,000 messages, against pandas.read_csv of the same files."""

from __future__ import annotations

import base64
import csv
import random
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd

from benchmarks import compare
from networkscope import open_book

CONNECTIONS, MESSAGES, OWNER = 11_000, 6_000, "https://www.linkedin.com/in/the-owner"
PREAMBLE = [
    "Notes:\r\n",
    '"When exporting your connection data, you may notice that some of the email addresses are missing. "\r\n',
    "\r\n",
]
FIRST = (
    "Ana",
    "Ben",
    "Clara",
    "David",
    "Elif",
    "Fatima",
    "Georg",
    "Hana",
    "Igor",
    "Jane",
    "Kofi",
    "Lena",
    "Omar",
)
ACCENTED = ("José", "Zoë", "Jürgen", "Søren", "Łukasz", "Chloé")
ENDS = ("mann", "ez", "son", "ova", "berg", "ini", "ton", "ley", "field", "worth")
TITLES = (
    "Engineer",
    "Product Manager",
    "Recruiter",
    "Head of Data",
    "Consultant",
    "Founder",
    "Sales Director",
)
SYLLABLES = (
    "ka",
    "ter",
    "mo",
    "ing",
    "pro",
    "sa",
    "ven",
    "li",
    "con",
    "re",
    "tion",
    "ed",
    "pa",
    "the",
    "or",
    "ab",
)
HEADER = [
    *("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS"),
    *("DATE", "SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT", "IS CONVERSATION ARCHIVED"),
]


def write_export(folder: Path, messages: int = MESSAGES) -> list[Path]:
    """Real-shaped files: a preamble, blank e-mails, departed rows, accents, bodies of several lines, some in HTML."""
    rng = random.Random(1)
    lasts = [f"{'BCDFGHKLMNPRST'[i % 14]}{'aeiou'[i % 5]}{'lrnst'[i % 3]}{ENDS[i % 10]}" for i in range(1709)]
    people = []
    for i in range(CONNECTIONS):
        first = rng.choice(ACCENTED) if i % 12 == 0 else rng.choice(FIRST)
        last = f"{lasts[i % 1709]}{'-' + lasts[i % 977] if i % 9 == 0 else ''}"
        slug = f"{first}-{last}-{i * 7919:08x}".lower().encode("ascii", "ignore").decode()
        people.append((first, last, f"https://www.linkedin.com/in/{slug}"))
    connections, texts = folder / "Connections.csv", folder / "messages.csv"
    day = datetime(2012, 1, 1)
    with connections.open("w", newline="", encoding="utf-8") as file:
        file.writelines(PREAMBLE)
        writer = csv.writer(file)
        writer.writerow(
            ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
        )
        for i, (first, last, url) in enumerate(people):
            when = (day + timedelta(days=i / 2.1)).strftime("%d %b %Y")
            if i % 50 == 7:
                writer.writerow(["", "", "", "", "", "", when])
            else:
                email = f"p{i}@mail.example" if i % 33 == 0 else ""
                title = f"{TITLES[i % 7]}{', EMEA' if i % 17 == 0 else ''}"
                writer.writerow([first, last, url, email, f"Company {i % 900} GmbH", title, when])
    words = ["".join(rng.choices(SYLLABLES, k=rng.randrange(1, 5))) for _ in range(5000)]
    often = [*accumulate(1 / rank for rank in range(1, len(words) + 1))]  # few words make most of a text
    met = [people[at] for at in range(10, 1600) if at % 50 != 7]
    with texts.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for i in range(messages):
            first, last, url = rng.choice(met)
            when = datetime(2019, 1, 1) + timedelta(hours=i * 67_800 / messages)
            body = " ".join(rng.choices(words, cum_weights=often, k=rng.randrange(5, 80)))
            if i % 10 == 0:
                body = f"<p>{'</p><p>'.join([body] * 3)}</p>"
            elif i % 3 == 0:
                body = f"{body}.\n\n{body[::-1]}"
            ends = [("The Owner", OWNER), (f"{first} {last}", url)]
            (sender, sender_url), (to, to_url) = ends if rng.random() < 0.5 else ends[::-1]
            thread = f"2-{base64.b64encode(url[-34:].encode().ljust(40, b'_')).decode()}"
            subject = "A role that may interest you" if i % 10 == 0 else ""
            row = [thread, "", sender, sender_url, to, to_url, f"{when:%Y-%m-%d %H:%M:%S} UTC"]
            writer.writerow([*row, subject, body, "INBOX", "", "No", "No"])
    return [connections, texts]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        loose, packed = Path(name, "loose"), Path(name, "packed")
        loose.mkdir()
        packed.mkdir()
        files = write_export(loose)
        archive = packed / "Basic_LinkedInDataExport.zip"  # as LinkedIn gives it
        with ZipFile(archive, "w", ZIP_DEFLATED) as export:
            for file in files:
                export.write(file, file.name)
        book = open_book(packed, as_of="2026-11-16", cache=False)
        print(f"{len(book.contacts):,} contacts, {len(book.interactions):,} interactions")
        skip = [len(PREAMBLE), 0]

        def read_loose() -> list[pd.DataFrame]:
            return [pd.read_csv(file, skiprows=lines) for file, lines in zip(files, skip, strict=True)]

        def read_packed() -> list[pd.DataFrame]:
            with ZipFile(archive) as export:
                return [
                    pd.read_csv(export.open(file.name), skiprows=lines)
                    for file, lines in zip(files, skip, strict=True)
                ]

        def dated(read: Callable[[], list[pd.DataFrame]]) -> None:
            people, messages = read()
            people["Connected On"] = pd.to_datetime(people["Connected On"])
            messages["DATE"] = pd.to_datetime(messages["DATE"])

        for what, folder, read in (("zip", packed, read_packed), ("loose CSVs", loose, read_loose)):
            others = {
                "pandas.read_csv": read,
                "pandas.read_csv and to_datetime": partial(dated, read),
            }
            ours = partial(open_book, folder, as_of="2026-11-16", cache=False)
            compare(f"open a LinkedIn export, {what}", ours, others, runs=15)


if __name__ == "__main__":
    main()
