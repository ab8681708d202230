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
    "Ada", "Bela", "Cora", "Dario", "Edda", "Finn", "Gesa", "Hugo", "Ilka", "Jonas", "Kaia", "Levi", "Mira",
    "Nils", "Oda", "Pelle", "Runa", "Silas", "Tilda", "Urs",
]  # fmt: skip
LAST_NAMES = [
    "Abel", "Bosch", "Croft", "Dunn", "Eder", "Falk", "Grau", "Hale", "Irmler", "Jost", "Kern", "Lorca", "Moll",
    "Nadal", "Orta", "Prior", "Quast", "Rahn", "Sole", "Thoma",
]  # fmt: skip
COMPANIES = [
    "Halden Foods", "Tarn Logistics", "Helvio", "Nordbank", "Ardel", "Nortia", "Kessler", "Valmont", "Fennel",
    "Bayview",
]  # fmt: skip
TITLES = [
    "Analyst", "Buyer", "Consultant", "Data Engineer", "Designer", "Director", "Head of Sales", "Nurse",
    "Project Manager", "Teacher",
]  # fmt: skip
SMALL_TALK = (  # who writes, and what; each to one connection, on days that follow
    ("them", "Happy birthday, Kim!"), ("me", "Thank you so much for the birthday wishes!"),
    ("me", "Congrats on the new role!"), ("them", "How have you been? It's been ages."),
    ("them", "Frohe Weihnachten und einen guten Rutsch!"), ("me", "Gratuliere zur neuen Stelle!"),
    ("them", "Joyeux anniversaire Kim !"), ("me", "Félicitations pour ton nouveau poste !"),
    ("them", "¡Feliz cumpleaños, Kim!"), ("me", "¡Felicitaciones por el nuevo puesto!"),
)  # fmt: skip
PITCHES = (  # what was written to one after another in the autumn, and how many of them wrote back
    ("Hi {first}, I have bought for food makers for ten years, and I look for work where buying and cold chains "
     "meet. Could I ask you three short questions about how {company} buys?", 6, 4),
    ("Hello {first}, buyers like me cut costs without hurting suppliers, which is rarer than it sounds. Would you "
     "have a quarter of an hour to tell me how purchasing works at {company}?", 5, 1),
)  # fmt: skip
TO_MANY = (  # on one day, in the same words but for the name
    "Hi {first}, I am looking for a new position in purchasing. Do you know of any openings at {company}, or somebody "
    "who is hiring at the moment?"
)
CHATS = ("Lunch was fun, same place next month?", "Yes, as always!")  # every thirty days, with one friend
NAMED = (
    "Ivo Brandt",
    "Jakob Feld",
    "Luc Fabre",
    "Raul Pardo",
    "Wanda Kurz",
)  # by others; connected once they had met
GROUP = "Cold chain circle"
GROUP_MEMBERS = ("Alma Reuter", "Ivo Brandt", "Claire Aubry")
STRANGERS = ("Sune Vik", "Vera Plank")  # no connections: one writes in the group, one alone
CONNECTION_COLUMNS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
INVITATION_COLUMNS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
Person = tuple[str, str, str]  # name, company, title
# With whom, whether the owner wrote, when, what, and under which subject.
Message = tuple[str, bool, dt.datetime, str, str]


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
            said, _, subject = said.partition(" | ")
            messages.append((name, who == "me", at, said, subject))
        yield (name, company, title), messages


def small_talk(people: list[Person]) -> Iterator[Message]:
    """A message or two of courtesy with each, on days that follow."""
    for at, (name, _, _) in enumerate(people):
        day = dt.datetime.fromisoformat("2026-01-05 08:00") + dt.timedelta(days=3 * at)
        for step in range(1 + at % 2 if day.date() < LAST_DAY else 0):
            who, said = SMALL_TALK[(at + step) % len(SMALL_TALK)]
            yield name, who == "me", day + dt.timedelta(days=step), said, ""


def pitched(people: list[Person]) -> Iterator[Message]:
    """Two ways to ask, tried on one after another, and one that went to six on one morning."""
    left, day = iter(people), dt.datetime.fromisoformat("2026-10-03 10:00")
    for said, count, answered in PITCHES:
        for number in range(count):
            name, company, _ = next(left)
            day += dt.timedelta(days=1)
            yield name, True, day, said.format(first=name.split()[0], company=company), ""
            if number < answered:
                yield name, False, day + dt.timedelta(days=2), "Sure, how about Thursday?", ""
    morning = dt.datetime.fromisoformat("2026-07-06 08:00")
    for number in range(6):
        name, company, _ = next(left)
        at = morning + dt.timedelta(minutes=number)
        yield name, True, at, TO_MANY.format(first=name.split()[0], company=company), ""


def chats(friend: str) -> Iterator[Message]:
    """Somebody with whom a word is changed every thirty days, until the summer; and a stranger who wrote, twice."""
    for month in range(6):
        day = dt.datetime.fromisoformat("2026-01-20 12:00") + dt.timedelta(days=30 * month)
        for step, said in enumerate(CHATS):
            yield friend, bool(step), day + dt.timedelta(hours=step), said, ""
    stranger, day = STRANGERS[1], dt.datetime.fromisoformat("2026-09-08 15:00")
    yield stranger, False, day, "I read your post on shelf lives. Well put!", ""
    yield stranger, True, day + dt.timedelta(days=1), "Thank you so much for your kind words, Vera!", ""


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
    rest = people[len(written) :]
    messages = [message for _, talk in written for message in talk]
    messages += [*small_talk(rest), *pitched(rest[60:]), *chats(rest[20][0])]
    members = {
        "Connections.csv": PREAMBLE + _connections(people, rng),
        "messages.csv": _messages(messages),
        "Invitations.csv": _invitations(people),
        "Profile.csv": "First Name,Last Name,Headline\nKim,Sand,Looking for work in purchasing\n",
        "Positions.csv": (
            "Company Name,Title,Description,Location,Started On,Finished On\n"
            "Corwin,Buyer,,Vienna,Mar 2018,Feb 2026\nHalden Foods,Senior Buyer,,Vienna,Oct 2026,\n"
        ),
        "Recommendations_Received.csv": (
            "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"
            'Ivo,Brandt,Tarn Logistics,Operations Manager,Asks good questions.,"08/11/26, 09:51 AM",VISIBLE\n'
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
    """Each with the day; now and then somebody lets connections see the address."""
    rows = []
    for at, (name, company, title) in enumerate(people):
        day = dt.date(2025, 12, 1) - dt.timedelta(days=rng.randrange(2500))
        day = dt.date(2026, 6, 1 + at % 28) if name in NAMED else day
        first, _, last = name.partition(" ")
        email = f"{words.slug(name)}@{words.slug(company)}.example" if at % 9 == 0 else ""
        on = f"{day.day:02} {MONTHS[day.month - 1]} {day.year}"
        rows.append((first, last, profile(name), email, company, title, on))
    return table(CONNECTION_COLUMNS, rows)


def _messages(messages: list[Message]) -> str:
    rows = []
    for name, mine, at, said, subject in messages:
        me, them = (OWNER, ME), (name, profile(name))
        (sender, sender_at), (to, to_at) = (me, them) if mine else (them, me)
        attached = "CV_Kim_Sand.pdf" if "CV" in said and "attached" in said else ""
        rows.append(
            (f"talk-{words.slug(name)}", "", sender, sender_at, to, to_at, f"{at:%Y-%m-%d %H:%M:%S} UTC", subject,
             said, "SENT" if mine else "INBOX", attached, "No", "No")
        )  # fmt: skip
    rows += [*_in_the_group()]
    rows.sort(key=lambda row: row[6], reverse=True)
    return table(MESSAGES, rows)


def _in_the_group() -> Iterator[tuple[str, ...]]:
    """A conversation of several, one of whom the owner does not know."""
    members = [OWNER, *GROUP_MEMBERS, STRANGERS[0]]
    for turn, sender in enumerate(members):
        to = [name for name in members if name != sender]
        urls = [ME if name == OWNER else profile(name) for name in (sender, *to)]
        yield (
            "circle", GROUP, sender, urls[0], ",".join(to), ",".join(urls[1:]), f"2026-05-2{turn} 10:00:00 UTC", "",
            "Here is what I read on cold chains this week.", "SENT" if sender == OWNER else "INBOX", "", "No", "No",
        )  # fmt: skip


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
