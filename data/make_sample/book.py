"""The book's folder: its own tables, and the exports that the other modules write."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from data.make_sample import words
from data.make_sample.crowd import gather_crowd
from data.make_sample.linkedin_files import table, write_export
from data.make_sample.other_files import never_contacted, other_files
from data.make_sample.story import END, Event, Story, tell_script
from networkscope.book.own_files import OWN_TABLES
from networkscope.errors import LoadError, one_line

CONTACTS = "name,profile,email,phone,organization,title,past_organizations,circle,tags,notes"


def write_sample(folder: Path, *, seed: int = 7, contacts: int = 320, interactions: int = 1300) -> None:
    """Write an invented book into an empty or new folder.

    Parameters
    ----------
    folder : the book to be; its parents are made
    seed : the same seed gives the same bytes; the planted facts hold for every seed
    contacts : people in Connections.csv and contacts.csv together and those met outside them
    interactions : touches in messages.csv and interactions.csv together; group threads, drafts and spam come on top

    Raises
    ------
    LoadError
        The folder is not empty, or cannot be written.
    ParameterError
        Fewer contacts or interactions than the script and its crowd need.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sample(Path(folder) / "book")
    ...     sorted(path.name for path in Path(folder).glob("book/*"))
    ['book.toml', 'contacts.csv', 'exports', 'interactions.csv', 'referrals.csv']
    """
    story = tell_script()
    gather_crowd(random.Random(seed), story, contacts=contacts, interactions=interactions)  # noqa: S311
    story.events.sort(key=lambda event: (event.at, event.who))
    files = {
        "book.toml": words.text("book.toml"),
        "contacts.csv": _contacts(story),
        "interactions.csv": _interactions(story),
        "referrals.csv": _referrals(story),
    }
    export = f"Basic_LinkedInDataExport_{END:%m-%d-%Y}.zip"
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise LoadError(f"{folder} is not an empty folder; name a new one or empty it first")
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".", dir=folder) as draft:  # so that nothing stays half written
            (Path(draft) / "exports").mkdir()
            for name, text in files.items():
                (Path(draft) / name).write_bytes(text.encode())
            for name, content in other_files(story).items():
                (Path(draft) / "exports" / name).write_bytes(content)
            write_export(Path(draft) / "exports" / export, story, random.Random(seed + 1))  # noqa: S311
            for path in sorted(Path(draft).iterdir()):
                path.rename(folder / path.name)
    except OSError as error:
        raise LoadError(f"{folder} cannot be written: {one_line(error.strerror)}") from error


def _contacts(story: Story) -> str:
    rows = [
        (p.name, p.profile, p.email, p.phone, p.organization, p.title, p.past, p.circle, "", p.note)
        for p in (*story.people, *never_contacted())
        if p.circle or p.past
    ]
    return table(CONTACTS, rows)


def _interactions(story: Story) -> str:
    """The touches that no export knows; an address or a profile only where a name alone would be ambiguous."""
    bearers = Counter(person.name for person in story.people)

    def row(event: Event) -> tuple[object, ...]:
        person = story.people[event.who]
        key = (person.email, "") if person.email else ("", person.profile)
        who = (person.name, *(key if bearers[person.name] > 1 else ("", "")))
        when = f"{event.at:%Y-%m-%d %H:%M}"
        what = (event.channel, event.direction, event.purpose, event.due_on or "", event.group_size or "")
        return (*who, when, *what, event.subject, event.notes)

    rows = [row(event) for event in story.events if event.channel != "linkedin"]
    return table(OWN_TABLES["interactions.csv"], rows)


def _referrals(story: Story) -> str:
    rows = []
    for r in story.referrals:
        referred = "" if r.referred is None else story.people[r.referred].name
        leads = [r.lead if r.kind == kind else "" for kind in ("company", "opening")]
        dates = (r.given_on, r.contacted_on, r.met_on, r.reported_back_on, r.closed_on)
        named = (story.people[r.referrer].name, referred, *leads, r.kind)
        rows.append((*named, *(day or "" for day in dates), r.outcome))
    return table(OWN_TABLES["referrals.csv"], rows)
