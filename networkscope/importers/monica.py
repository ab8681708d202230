"""What does a Monica 4 account know: people, calls, messages, activities, and through whom one met?

One object of the export is one row: a contact, a call, a message, an activity. What was said stays in Monica; of an
activity the title is kept, as it is of a meeting. Tasks and reminders are plans: a row of the log would pass for a
touch, so they are only counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

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
from networkscope.settings import Settings

NOBODY = "the contact has no name"
PARTIAL = "known only as somebody's relative"
DEAD = "the person has died"
NO_CONTACT = "it belongs to no contact that was read"
NO_DATE = "it has no date that can be read"
UNUSED = ("debt", "gift", "life_event", "note", "pet", "reminder", "task")
UNUSED_OF_ALL = ("document", "photo", "relationship")
TO_DO = "; what you promised somebody counts once it stands in interactions.csv"

_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|\+00:00)?$")  # a day that was stored as an instant
_PHONE = re.compile(r"\+?[\d\s()./-]{5,40}")
_EVENT = {
    "occurred_at": "", "channel": None, "direction": "mutual", "thread_id": "", "subject": "", "group_size": 2,
}  # fmt: skip

Thing = dict[str, Any]


def recognises(file: SourceFile) -> bool:
    """Does the file begin as Monica's export does?"""
    start = file.head[:2000]
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and all(
        name in start for name in (b'"version"', b'"app_version"', b'"export_date"')
    )


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Contacts, what happened with them, and a referral wherever the day of the introduction is known."""
    account = mapping(mapping(parsed_json(file)).get("account"))
    types = map(mapping, listing(mapping(account.get("instance")).get("contact_field_types")))
    is_mail = {word(kind.get("uuid")): _about(kind).get("type") == "email" for kind in types}
    contacts = [mapping(value) for value in _values(account, "contact")]
    parsed = Parsed(rows_read=len(contacts))
    numbers, people = _people(contacts, file, settings, parsed.rejected)
    events = [*_alone(contacts, is_mail), *_together(contacts, _values(account, "activity"))]
    parsed.people = people
    parsed.interactions = _interactions(events, numbers, file, settings, parsed)
    parsed.referrals = _introductions(contacts, numbers, people, settings)
    parsed.notes += _unused(account, contacts)
    return parsed


READERS = (Reader("Monica", recognises, read),)


def _values(owner: Thing, kind: str) -> list[Any]:
    """What an account or a contact holds of one kind."""
    found = [mapping(entry) for entry in listing(owner.get("data"))]
    return [value for entry in found if entry.get("type") == kind for value in listing(entry.get("values"))]


def _unused(account: Thing, contacts: list[Thing]) -> list[str]:
    found = Counter({kind: len(_values(account, kind)) for kind in UNUSED_OF_ALL})
    for contact in contacts:
        found.update({kind: len(_values(contact, kind)) for kind in UNUSED})
    told = [f"{n} {kind.replace('_', ' ')}{'s' * (n > 1)}" for kind, n in sorted((+found).items())]
    to_do = TO_DO if found["task"] or found["reminder"] else ""
    return [f"not used: {', '.join(told)}{to_do}"] if told else []


def _about(thing: Any) -> Thing:
    return mapping(mapping(thing).get("properties"))


def _day(value: Any) -> str:
    return _MIDNIGHT.sub("", word(value)[:40])


def _title(value: Any) -> str:
    return keys.clean(word(value)[:NOTE_LENGTH])


def _name(about: Thing) -> str:
    parts = (word(about.get(part)) for part in ("first_name", "middle_name", "last_name"))
    return keys.clean(" ".join(parts)) or keys.clean(word(about.get("nickname")))


def _met_on(about: Thing) -> str:
    """The day on which one met; empty where the year was guessed."""
    met = mapping(about.get("first_met_date"))
    return "" if met.get("is_year_unknown") or met.get("is_age_based") else _day(met.get("date"))


def _people(
    contacts: list[Thing], file: SourceFile, settings: Settings, rejected: Counter[str]
) -> tuple[dict[str, int], pd.DataFrame]:
    """Where each contact stands among the people, by its uuid, and the people."""
    name_of = {word(contact.get("uuid")): _name(_about(contact)) for contact in contacts}
    told: list[Thing] = []
    numbers: dict[str, int] = {}
    for at, contact in enumerate(contacts, start=1):
        about, uuid = _about(contact), word(contact.get("uuid"))
        alive = PARTIAL if about.get("is_partial") else "" if _name(about) else NOBODY
        if reason := DEAD if about.get("is_dead") else alive:
            rejected[reason] += 1
            continue
        numbers.setdefault(uuid, len(told))
        fields = [word(_about(field).get("data")).strip() for field in _values(contact, "contact_field")]
        places = [_about(address) for address in _values(contact, "address")]
        often, through = word(about.get("stay_in_touch_frequency")), word(about.get("first_met_through"))
        tags = [word(tag) for tag in listing(about.get("tags"))]
        tags += [f"stay in touch every {often} days"] if often not in ("", "0") else []
        tags += ["archived"] if about.get("is_active") is False else []
        person = {
            "name": _name(about),
            "organization": keys.clean(word(about.get("company"))),
            "title": keys.clean(word(about.get("job"))),
            "emails": several(map(contentlines.address, fields)),
            "profiles": several(map(linkedin_profile, fields)),
            "phones": several(field for field in fields if _PHONE.fullmatch(field)),
            "location": next((keys.clean(word(p.get("city")) or word(p.get("country"))) for p in places), ""),
            "introduced_by": name_of.get(through, "") if through != uuid else "",
            "tags": several(keys.clean(tag.replace(";", ",")) for tag in tags),
            "notes": _title(about.get("description")),
            "connected_on": _met_on(about) or _day(contact.get("created_at")),
            "source_ref": f"{file.label}:contact {at}",
        }
        told.append(person)
    columns: Thing = {name: [person[name] for person in told] for name in (told[0] if told else ())}
    if told:
        columns["connected_on"] = date_texts.to_dates(columns["connected_on"], timezone=settings.timezone)
    return numbers, rows("people", len(told), {**columns, "listed": True})


def _alone(contacts: list[Thing], is_mail: dict[str, bool]) -> Iterator[Thing]:
    """What happened, or is to happen, with one contact."""
    numbers: Counter[str] = Counter()
    for at, contact in enumerate(contacts, start=1):
        uuid, own = word(contact.get("uuid")), Counter[str]()
        for kind, event in _of(contact, uuid, is_mail):
            numbers[kind] += 1
            own[kind] += 1
            place = f"contact {at}" if kind == "last talk" else f"{kind} {numbers[kind]}"
            name = digest("monica", f"{kind} {own[kind]}", uuid, event["occurred_at"])
            yield {**_EVENT, "place": place, "uuid": uuid, "event_id": name, **event}


def _of(contact: Thing, uuid: str, is_mail: dict[str, bool]) -> Iterator[tuple[str, Thing]]:
    for call in map(_about, _values(contact, "call")):
        way = "inbound" if call.get("contact_called") else "outbound"
        yield "call", {"occurred_at": _day(call.get("called_at")), "channel": "call", "direction": way}
    for n, talk in enumerate(map(_about, _values(contact, "conversation"))):
        channel = "email" if is_mail.get(word(talk.get("contact_field_type"))) else "chat"
        said = {"channel": channel, "thread_id": digest("monica", uuid, str(n))}
        for message in map(_about, listing(talk.get("messages"))):
            way = "outbound" if message.get("written_by_me") else "inbound"
            yield "message", {"occurred_at": _day(message.get("written_at")), "direction": way, **said}
    if when := _about(contact).get("last_talked_to"):
        yield "last talk", {"occurred_at": _day(when)}


def _together(contacts: list[Thing], activities: list[Any]) -> Iterator[Thing]:
    """Activities, with each contact that took part."""
    there: dict[str, list[str]] = {}
    for contact in contacts:
        for name in dict.fromkeys(map(word, _values(contact, "activity"))):
            there.setdefault(name, []).append(word(contact.get("uuid")))
    for at, activity in enumerate(map(mapping, activities), start=1):
        about, name = _about(activity), word(activity.get("uuid"))
        when, guests = _day(about.get("happened_at")), there.pop(name, [""])  # each only once
        event = {**_EVENT, "place": f"activity {at}", "event_id": digest("monica", name, "", when)}
        event |= {"occurred_at": when, "channel": "meeting", "subject": _title(about.get("summary"))}
        yield from ({**event, "uuid": uuid, "group_size": len(guests) + 1} for uuid in guests)


def _interactions(
    events: list[Thing], numbers: dict[str, int], file: SourceFile, settings: Settings, parsed: Parsed
) -> pd.DataFrame:
    """The events that have a contact and a date; a last talk only where nothing else tells of that day or later."""
    frame = pd.DataFrame(events, columns=["place", "uuid", "event_id", *_EVENT])
    frame["person"] = frame["uuid"].map(numbers).astype("Int64")
    frame["occurred_at"] = date_texts.to_instants(frame["occurred_at"].tolist(), timezone=settings.timezone)
    talk = frame["place"].str.startswith("contact ").fillna(False).astype(bool)
    parsed.rows_read += frame.loc[~talk, "place"].nunique()
    fine = frame["person"].notna() & frame["occurred_at"].notna()
    lost = frame[~talk & ~frame["place"].isin(frame["place"][fine])].drop_duplicates("place")
    parsed.rejected.update(lost["person"].isna().map({True: NO_CONTACT, False: NO_DATE}).tolist())
    latest = frame["occurred_at"].where(fine & ~talk).groupby(frame["person"]).transform("max")
    frame = frame[fine & ~(talk & (latest + pd.Timedelta(days=1) > frame["occurred_at"]))]
    columns = {name: frame[name] for name in ("person", "event_id", *_EVENT)} | {"purpose": "unknown"}
    return rows("interactions", len(frame), {**columns, "source_ref": file.label + ":" + frame["place"]})


def _introductions(
    contacts: list[Thing], numbers: dict[str, int], people: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Through whom one met, where the day of the meeting is known and both are contacts."""
    found = []
    for contact in contacts:
        by, uuid = word(_about(contact).get("first_met_through")), word(contact.get("uuid"))
        if by in numbers and uuid in numbers and by != uuid and (day := _met_on(_about(contact))):
            found.append((digest("monica", by, uuid), numbers[by], numbers[uuid], day))
    ids, by_whom, whom, days = map(list, zip(*found, strict=True)) if found else ([], [], [], [])
    met_on = date_texts.to_dates(days, timezone=settings.timezone)
    known = met_on.notna().to_numpy()
    referrals = {
        "referral_id": ids, "referrer": by_whom, "referred": whom, "given_on": met_on, "met_on": met_on,
        "kind": "person", "inferred": False, "source_ref": people["source_ref"].iloc[whom],
    }  # fmt: skip
    return rows("referrals", len(ids), referrals)[known].reset_index(drop=True)
