"""Opening a LinkedIn export of 11,000 connections and 6,000 messages, against pandas.read_csv of the same files."""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from benchmarks import compare
from networkscope import open_book

CONNECTIONS, MESSAGES, OWNER = 11_000, 6_000, "https://www.linkedin.com/in/owner"
WORDS = (
    "coffee",
    "team",
    "data",
    "project",
    "thanks",
    "next",
    "week",
    "call",
    "idea",
    "role",
    "product",
    "plan",
)


def write_export(folder: Path, messages: int = MESSAGES) -> list[Path]:
    """Real-shaped files: blank e-mails, a few departed rows, message bodies of some 300 characters."""
    rng = random.Random(1)
    people = [
        (f"First{i % 3001}", f"Last{i % 1709}", f"https://www.linkedin.com/in/p{i}")
        for i in range(CONNECTIONS)
    ]
    day = datetime(2012, 1, 1)
    with (folder / "Connections.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
        )
        for i, (first, last, url) in enumerate(people):
            when = (day + timedelta(days=i / 2.1)).strftime("%d %b %Y")
            if i % 200 == 7:
                writer.writerow(["", "", "", "", "", "", when])
            else:
                email = f"p{i}@mail.example" if i % 33 == 0 else ""
                writer.writerow([first, last, url, email, f"Company {i % 900}", f"Title {i % 300}", when])
    header = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        "FOLDER,ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION ARCHIVED"
    )
    with (folder / "messages.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        for i in range(messages):
            first, last, url = people[rng.randrange(1500) + 10]
            when = (datetime(2019, 1, 1) + timedelta(hours=i * 67_800 / messages)).strftime(
                "%Y-%m-%d %H:%M:%S UTC"
            )
            body = " ".join(rng.choices(WORDS, k=50))
            ends = [("The Owner", OWNER), (f"{first} {last}", url)]
            (sender, sender_url), (to, to_url) = ends if rng.random() < 0.5 else ends[::-1]
            row = [
                f"2-{url[-6:]}=",
                "",
                sender,
                sender_url,
                to,
                to_url,
                when,
                "",
                body,
                "INBOX",
                "",
                "No",
                "No",
            ]
            writer.writerow(row)
    return [folder / "Connections.csv", folder / "messages.csv"]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_export(folder)
        book = open_book(folder, as_of="2026-11-16", cache=False)
        print(f"{len(book.contacts):,} contacts, {len(book.interactions):,} interactions")
        read_csv = {"pandas.read_csv": lambda: [pd.read_csv(file) for file in files]}
        compare(
            "open a LinkedIn export", lambda: open_book(folder, as_of="2026-11-16", cache=False), read_csv
        )


if __name__ == "__main__":
    main()
