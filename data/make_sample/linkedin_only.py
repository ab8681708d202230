"""A second sample: what somebody has who brings LinkedIn's export alone.

`python -m data.make_sample.linkedin_only DIR` writes it: about 120 connections and 200 messages in four languages, the
same bytes whenever it is run.
"""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click

from data.make_sample import words
from data.make_sample.linkedin_files import MESSAGES, MONTHS, PREAMBLE, table

OWNER, SEED, CONNECTIONS = "Kim Sand", 7, 120
ME = "https://www.linkedin.com/in/kim-sand-sample"
LAST_DAY = dt.date(2026, 11, 15)
FIRST_NAMES = [
    "Ada",
    "Bela",
    "Cora",
    "Dario",
    "Edda",
    "Finn",
    "Gesa",
    "Hugo",
    "Ilka",
    "Jonas",
    "Kaia",
    "Levi",
    "Mira",
    "Nils",
    "Oda",
    "Pelle",
    "Runa",
    "Silas",
    "Tilda",
    "Urs",
]
LAST_NAMES = [
    "Abel",
    "Bosch",
    "Croft",
    "Dunn",
    "Eder",
    "Falk",
    "Grau",
    "Hale",
    "Irmler",
    "Jost",
    "Kern",
    "Lorca",
    "Moll",
    "Nadal",
    "Orta",
    "Prior",
    "Quast",
    "Rahn",
    "Sole",
    "Thoma",
]
COMPANIES = [
    "Halden Foods",
    "Tarn Logistics",
    "Helvio",
    "Nordbank",
    "Ardel",
    "Nortia",
    "Kessler",
    "Valmont",
    "Fennel",
    "Bayview",
]
TITLES = [
    "Analyst",
    "Buyer",
    "Consultant",
    "Data Engineer",
    "Designer",
    "Director",
    "Head of Sales",
    "Nurse",
    "Project Manager",
    "Teacher",
]
SMALL_TALK = (  # who writes, and what; each to one connection, on days that follow
    ("them", "Happy birthday, Kim!"), ("me", "Thank you so much for the birthday wishes!"),
    ("me", "Congrats on the new role!"), ("them", "How have you been? It's been ages."),
    ("them", "Frohe Weihnachten und einen guten Rutsch!"), ("me", "Gratuliere zur neuen Stelle!"),
    ("them", "Joyeux anniversaire Kim !"), ("me", "Félicitations pour ton nouveau poste !"),
    ("them", "¡Feliz cumpleaños, Kim!"), ("me", "¡Felicitaciones por el nuevo puesto!"),
)  # fmt: skip
CONNECTION_COLUMNS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
INVITATION_COLUMNS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
Person = tuple[str, str, str]  # name, company, title
Message = tuple[str, bool, dt.datetime, str]  # with whom, whether the owner wrote, when, what


def profile(name: str) -> str:
    """A profile's address.

    >>> profile("Bo Lind")
    'https://www.linkedin.com/in/bo-lind-sample'
    """
    return f"https://www.linkedin.com/in/{words.slug(name)}-sample"


def talks() -> Iterator[tuple[Person, list[Message]]]:
    """The written talks, each with its person."""
    for block in words.text("linkedin_talks.txt").split("\n\n")[1:]:
        head, *lines = block.strip().splitlines()
        name, company, title, _, start = (part.strip() for part in head.split("|"))
        at, messages = dt.datetime.fromisoformat(f"{start} 09:00"), []
        for line in lines:
            who, days, said = line.split(" ", 2)
            at += dt.timedelta(days=int(days), minutes=17)
            messages.append((name, who == "me", at, said))
        yield (name, company, title), messages


def write_linkedin_sample(folder: Path) -> None:
    """Write the export's archive and a book.toml into a folder."""
    rng = random.Random(SEED)  # noqa: S311
    written = list(talks())
    people = [person for person, _ in written]
    others = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    rng.shuffle(others)
    people += [
        (name, rng.choice(COMPANIES), rng.choice(TITLES)) for name in others[: CONNECTIONS - len(people)]
    ]
    messages = [message for _, talk in written for message in talk]
    for at, (name, _, _) in enumerate(people[len(written) :]):
        day = dt.datetime.fromisoformat("2026-01-05 08:00") + dt.timedelta(days=3 * at)
        for step in range(1 + at % 2 if day.date() < LAST_DAY else 0):
            who, said = SMALL_TALK[(at + step) % len(SMALL_TALK)]
            messages.append((name, who == "me", day + dt.timedelta(days=step), said))
    members = {
        "Connections.csv": PREAMBLE + _connections(people, rng),
        "messages.csv": _messages(messages),
        "Invitations.csv": _invitations(people),
        "Profile.csv": "First Name,Last Name,Headline\nKim,Sand,Looking for work in purchasing\n",
        "Positions.csv": (
            "Company Name,Title,Description,Location,Started On,Finished On\n"
            "Corwin,Buyer,,Vienna,Mar 2018,Feb 2026\nHalden Foods,Senior Buyer,,Vienna,Oct 2026,\n"
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.toml").write_text(
        f'[owner]\nname = "{OWNER}"\nprofiles = ["{ME}"]\n\n[[employers]]\nname = "Halden Foods"\n'
        'domains = ["halden-foods.example"]\nuntil = 2027-01-31\n\n'
        '[targets]\ncompanies = ["Ardel", "Helvio", "Tarn Logistics"]\n',
        encoding="utf-8",
    )
    with zipfile.ZipFile(folder / "Basic_LinkedInDataExport.zip", "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(name, (LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 7, 30, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content.encode())


def _connections(people: list[Person], rng: random.Random) -> str:
    rows = []
    for name, company, title in people:
        day = dt.date(2025, 12, 1) - dt.timedelta(days=rng.randrange(2500))
        first, _, last = name.partition(" ")
        rows.append(
            (
                first,
                last,
                profile(name),
                "",
                company,
                title,
                f"{day.day:02} {MONTHS[day.month - 1]} {day.year}",
            )
        )
    return table(CONNECTION_COLUMNS, rows)


def _messages(messages: list[Message]) -> str:
    rows = []
    for name, mine, at, said in sorted(messages, key=lambda message: message[2], reverse=True):
        me, them = (OWNER, ME), (name, profile(name))
        (sender, sender_at), (to, to_at) = (me, them) if mine else (them, me)
        attached = "CV_Kim_Sand.pdf" if "CV" in said and "attached" in said else ""
        rows.append(
            (f"talk-{words.slug(name)}", "", sender, sender_at, to, to_at, f"{at:%Y-%m-%d %H:%M:%S} UTC", "", said,
             "SENT" if mine else "INBOX", attached, "No", "No")
        )  # fmt: skip
    return table(MESSAGES, rows)


def _invitations(people: list[Person]) -> str:
    """The last people of the list were invited with a note that asks for a talk."""
    rows = []
    for at, (name, _, _) in enumerate(people[-12:]):
        sent = dt.date(2026, 9, 1 + at)
        note = "I'd love to hear about your career in purchasing." if at % 2 else ""
        day = f"{sent.month}/{sent.day}/{sent:%y}, 9:05 AM"
        rows.append((OWNER, name, day, note, "OUTGOING", ME, profile(name)))
    return table(INVITATION_COLUMNS, rows)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write the LinkedIn-only sample book into DIR."""
    write_linkedin_sample(folder)


if __name__ == "__main__":
    main()
