"""What does a Monica 4 account know: people, calls, messages, activities, and through whom one met?

One object of the export is one row: a contact, a call, a message, an activity. What was said stays in Monica; of an
activity the title is kept, as it is of a meeting. Tasks and reminders are plans: a row of the log would pass for a
touch, so they are only counted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from networkscope import keys
from networkscope.importers import contentlines, date_texts
from networkscope.importers.base import (
    NOTE_LENGTH,
    Parsed,
    Reader,
    SourceFile,
    digest,
    linkedin_profile,
    rows,
    several,
)
from networkscope.importers.json_files import listing, mapping, parsed_json, word
from networkscope.importers.message_acts import read_acts
from networkscope.settings import Settings

NOBODY = "the contact has no name"
PARTIAL = "known only as somebody's relative"
DEAD = "the person has died"
NO_CONTACT = "it belongs to no contact that was read"
NO_DATE = "it has no date that can be read"
UNUSED = ("debt", "gift", "life_event", "note", "pet", "reminder", "task")
UNUSED_OF_ALL = ("document", "photo", "relationship")
OF_ALL = {"activity", "contact", *UNUSED_OF_ALL}
OF_ONE = {"activity", "address", "call", "contact_field", "conversation", *UNUSED, *UNUSED_OF_ALL}
NOTHING = "nothing in this file was understood: it may come from another version of Monica; version 4 is read"
TO_DO = "; what you promised somebody counts once it is in interactions.csv"

_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|\+00:00)?$")  # a day that was stored as an instant
_PHONE = re.compile(r"\+?[\d\s()./-]{5,40}")

EVENT = (
    *("place", "uuid", "event_id", "occurred_at", "channel", "direction", "thread_id", "subject", "noted"),
    "group_size",
)
Thing = dict[str, Any]


def recognises(file: SourceFile) -> bool:
    """Does the file start as Monica's export does?"""
    start = file.head[:2000]
    names = (b'"version"', b'"app_version"', b'"export_date"')
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and all(name in start for name in names)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Contacts, what happened with them, and a referral wherever the day of the introduction is known."""
    account = mapping(mapping(parsed_json(file)).get("account"))
    contacts = [mapping(value) for value in _values(account, "contact")]
    parsed = Parsed(rows_read=len(contacts), notes=_notes(account, contacts))
    people, numbers = _people(contacts, file, parsed.rejected)
    facts: Thing = {name: [person[name] for person in people] for name in (people[0] if people else ())}
    facts["connected_on"] = date_texts.to_dates(facts.get("connected_on", []), timezone=settings.timezone)
    parsed.people = rows("people", len(people), {**facts, "listed": True})
    parsed.interactions, texts = _interactions([*_events(account, contacts)], numbers, file, settings, parsed)
    parsed.referrals = _introductions(contacts, numbers, parsed.people, settings)
    read_acts(parsed, pa.array(texts, pa.large_string()), settings, notes=True)
    return parsed


READERS = (Reader("Monica", recognises, read),)


def _values(owner: Thing, kind: str) -> list[Any]:
    """What an account or a contact holds of one kind."""
    found = [mapping(entry) for entry in listing(owner.get("data"))]
    return [value for entry in found if entry.get("type") == kind for value in listing(entry.get("values"))]


def _notes(account: Thing, contacts: list[Thing]) -> list[str]:
    """What is not used, and what is of a type that is not known, counted; the type is shown if it is a plain word."""
    unused, unknown = Counter[str](), Counter[str]()
    for owner in (account, *contacts):
        known, left_out = (OF_ALL, UNUSED_OF_ALL) if owner is account else (OF_ONE, UNUSED)
        for entry in map(mapping, listing(owner.get("data"))):
            kind, values = word(entry.get("type")), listing(entry.get("values"))
            name = kind if re.fullmatch("[a-z_]{1,30}", kind) else "something without a type"
            if kind in left_out:
                unused[kind] += len(values)
            if kind not in known:
                unknown[name] += max(len(values), 1)
            elif "values" not in entry:
                unknown[f"{name} without values"] += 1
    notes = []
    if counts := [f"{n} {kind.replace('_', ' ')}{'s' * (n > 1)}" for kind, n in sorted((+unused).items())]:
        notes.append(f"not used: {', '.join(counts)}{TO_DO * bool(unused['task'] or unused['reminder'])}")
    if counts := [f"{n} × {kind}" for kind, n in sorted(unknown.items())]:
        notes.append(f"not understood: {', '.join(counts)}")
    return notes if contacts else [*notes, NOTHING]


def _about(thing: Any) -> Thing:
    return mapping(mapping(thing).get("properties"))


def _day(value: Any) -> str:
    return _MIDNIGHT.sub("", word(value)[:40])


def _text(value: Any) -> str:
    return keys.clean(word(value)[:NOTE_LENGTH])


def _name(about: Thing) -> str:
    parts = (word(about.get(part)) for part in ("first_name", "middle_name", "last_name"))
    return keys.clean(" ".join(parts)) or keys.clean(word(about.get("nickname")))


def _met_on(about: Thing) -> str:
    """The day on which one met; empty where the year was guessed."""
    met = mapping(about.get("first_met_date"))
    return "" if met.get("is_year_unknown") or met.get("is_age_based") else _day(met.get("date"))


def _people(
    contacts: list[Thing], file: SourceFile, rejected: Counter[str]
) -> tuple[list[Thing], dict[str, int]]:
    """The people, and the number of each among them by its uuid."""
    name_of = {word(contact.get("uuid")): _name(_about(contact)) for contact in contacts}
    people: list[Thing] = []
    numbers: dict[str, int] = {}
    for at, contact in enumerate(contacts, start=1):
        about, uuid = _about(contact), word(contact.get("uuid"))
        unknown = PARTIAL if about.get("is_partial") else "" if _name(about) else NOBODY
        if reason := DEAD if about.get("is_dead") else unknown:
            rejected[reason] += 1
            continue
        numbers.setdefault(uuid, len(people))
        fields = [word(_about(field).get("data")).strip() for field in _values(contact, "contact_field")]
        place = _about(next(iter(_values(contact, "address")), None))
        often, through = word(about.get("stay_in_touch_frequency")), word(about.get("first_met_through"))
        tags = [word(tag).replace(";", ",") for tag in listing(about.get("tags"))]
        tags += [f"stay in touch every {often} days"] if often not in ("", "0") else []
        tags += ["archived"] if about.get("is_active") is False else []
        person = {
            "name": _name(about),
            "organization": _text(about.get("company")),
            "title": _text(about.get("job")),
            "emails": several(map(contentlines.address, fields)),
            "profiles": several(map(linkedin_profile, fields)),
            "phones": several(field for field in fields if _PHONE.fullmatch(field)),
            "location": _text(place.get("city")) or _text(place.get("country")),
            "introduced_by": name_of.get(through, "") if through != uuid else "",
            "tags": several(map(keys.clean, tags)),
            "notes": _text(about.get("description")),
            "connected_on": _met_on(about) or _day(contact.get("created_at")),
            "source_ref": f"{file.label}:contact {at}",
        }
        people.append(person)
    return people, numbers


def _events(account: Thing, contacts: list[Thing]) -> Iterator[Thing]:
    """What happened with each contact; an activity comes once for everybody who took part."""
    types = map(mapping, listing(mapping(account.get("instance")).get("contact_field_types")))
    mail = {word(kind.get("uuid")) for kind in types if _about(kind).get("type") == "email"}
    guests_of = defaultdict(list)
    numbers: Counter[str] = Counter()
    for at, contact in enumerate(contacts, start=1):
        uuid, own = word(contact.get("uuid")), Counter[str]()
        for kind, when, event in _with_one(contact, uuid, mail):
            numbers[kind] += 1
            own[kind] += 1
            place = f"contact {at}" if kind == "last talk" else f"{kind} {numbers[kind]}"
            event_id = digest("monica", f"{kind} {own[kind]}", uuid, when)
            yield {"place": place, "uuid": uuid, "event_id": event_id, "occurred_at": when, **event}
        for name in dict.fromkeys(map(word, _values(contact, "activity"))):
            guests_of[name].append(uuid)
    for at, activity in enumerate(map(mapping, _values(account, "activity")), start=1):
        about, name = _about(activity), word(activity.get("uuid"))
        when, guests = _day(about.get("happened_at")), guests_of.pop(name, [""])  # each only once
        event = {
            "place": f"activity {at}",
            "event_id": digest("monica", name, "", when),
            "occurred_at": when,
            "channel": "meeting",
            "subject": _text(about.get("summary")),
            "noted": _text(about.get("description")),
            "group_size": len(guests) + 1,
        }
        yield from ({**event, "uuid": uuid} for uuid in guests)


def _with_one(contact: Thing, uuid: str, mail: set[str]) -> Iterator[tuple[str, str, Thing]]:
    """Calls, messages and the last talk with one contact: kind, time and the rest."""
    for call in map(_about, _values(contact, "call")):
        way = "inbound" if call.get("contact_called") else "outbound"
        event = {"channel": "call", "direction": way, "noted": _text(call.get("content"))}
        yield "call", _day(call.get("called_at")), event
    for number, talk in enumerate(map(_about, _values(contact, "conversation"))):
        channel = "email" if word(talk.get("contact_field_type")) in mail else "chat"
        where = {"channel": channel, "thread_id": digest("monica", uuid, str(number))}
        for message in map(_about, listing(talk.get("messages"))):
            way = "outbound" if message.get("written_by_me") else "inbound"
            yield "message", _day(message.get("written_at")), {"direction": way, **where}
    if when := _about(contact).get("last_talked_to"):
        yield "last talk", _day(when), {}


def _interactions(
    events: list[Thing], numbers: dict[str, int], file: SourceFile, settings: Settings, parsed: Parsed
) -> tuple[pd.DataFrame, list[str]]:
    """The events that have a contact and a date, and what was noted of each, which is not kept.

    A last talk is one only where nothing else is of that day or later.
    """
    frame = pd.DataFrame(events, columns=EVENT, dtype=object)
    frame["person"] = frame.pop("uuid").map(numbers).astype("Int64")
    frame["occurred_at"] = date_texts.to_instants(frame["occurred_at"].tolist(), timezone=settings.timezone)
    place = frame.pop("place").astype("str")
    talk = place.str.startswith("contact ")
    parsed.rows_read += place[~talk].nunique()
    fine = frame["person"].notna() & frame["occurred_at"].notna()
    lost = ~talk & ~place.isin(place[fine]) & ~place.duplicated()
    parsed.rejected.update(frame.loc[lost, "person"].isna().map({True: NO_CONTACT, False: NO_DATE}))
    latest = frame["occurred_at"].where(fine & ~talk).groupby(frame["person"]).transform("max")
    frame = frame[fine & ~(talk & (latest + pd.Timedelta(days=1) > frame["occurred_at"]))]
    frame = frame.fillna({"direction": "mutual", "group_size": 2})
    refs = file.label + ":" + place[frame.index]
    texts = (frame["subject"].fillna("") + ".\n" + frame.pop("noted").fillna("")).tolist()
    return rows("interactions", len(frame), {**frame, "purpose": "unknown", "source_ref": refs}), texts


def _introductions(
    contacts: list[Thing], numbers: dict[str, int], people: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Through whom one met, where the day of the meeting is known and both are contacts."""
    found = []
    for contact in contacts:
        by, uuid = word(_about(contact).get("first_met_through")), word(contact.get("uuid"))
        if by in numbers and uuid in numbers and by != uuid and (day := _met_on(_about(contact))):
            found.append((digest("monica", by, uuid), numbers[by], numbers[uuid], day))
    frame = pd.DataFrame(found, columns=["referral_id", "referrer", "referred", "met_on"])
    frame["met_on"] = date_texts.to_dates(frame["met_on"].tolist(), timezone=settings.timezone)
    frame = frame.dropna(subset="met_on")
    refs = people["source_ref"].iloc[frame["referred"].astype(int)]
    facts = {"given_on": frame["met_on"], "kind": "person", "inferred": False, "source_ref": refs}
    return rows("referrals", len(frame), {**frame, **facts})
