"""What does a Monica 4 account know: people, calls, messages, activities, and through whom one met?

One object of the export is one row: a contact, a call, a message, an activity. What was said stays in Monica; of an
activity the title is kept, as it is of a meeting.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from networkscope import keys, schema
from networkscope.settings import Settings
from networkscope.sources import dates
from networkscope.sources.base import Parsed, Reader, SourceFile, digest, rows
from networkscope.sources.json_files import listing, mapping, parsed_json, word

NOBODY = "the contact has no name"
PARTIAL = "known only as somebody's relative"
DEAD = "the person has died"
NO_CONTACT = "it belongs to no contact that was read"
NO_DATE = "it has no date that can be read"
NOTE_LENGTH = 500

_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|\+00:00)?$")  # a day that was stored as an instant
_PHONE = re.compile(r"\+?[\d\s()./-]{5,}")
_LINKEDIN = re.compile(r"linkedin\.com/(?:in|pub)/[^\s,;\"]+", re.IGNORECASE)


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
    activities = [mapping(value) for value in _values(account, "activity")]
    events = [*_alone(contacts, is_mail), *_together(contacts, activities)]
    parsed.people = people
    parsed.interactions = _interactions(events, numbers, file, settings, parsed)
    parsed.referrals = _introductions(contacts, numbers, people, settings)
    if count := len(_values(account, "relationship")):
        parsed.notes.append(f"{count} relationships between contacts are not used")
    return parsed


READERS = (Reader("Monica", recognises, read),)


def _values(owner: dict[str, Any], kind: str) -> list[Any]:
    """What an account or a contact holds of one kind."""
    found = [mapping(entry) for entry in listing(owner.get("data"))]
    return [value for entry in found if entry.get("type") == kind for value in listing(entry.get("values"))]


def _about(thing: Any) -> dict[str, Any]:
    return mapping(mapping(thing).get("properties"))


def _day(value: Any) -> str:
    return _MIDNIGHT.sub("", word(value)[:40])


def _joined(values: Iterable[str]) -> str:
    return schema.SEPARATOR.join(filter(None, dict.fromkeys(values)))


def _name(about: dict[str, Any]) -> str:
    parts = (word(about.get(part)) for part in ("first_name", "middle_name", "last_name"))
    return keys.clean(" ".join(parts)) or keys.clean(word(about.get("nickname")))


def _met_on(about: dict[str, Any]) -> str:
    """The day on which one met; empty where the year was guessed."""
    met = mapping(about.get("first_met_date"))
    return "" if met.get("is_year_unknown") or met.get("is_age_based") else _day(met.get("date"))


def _people(
    contacts: list[dict[str, Any]], file: SourceFile, settings: Settings, rejected: Counter[str]
) -> tuple[dict[str, int], pd.DataFrame]:
    """Where each contact stands among the people, by its uuid, and the people."""
    name_of = {word(contact.get("uuid")): _name(_about(contact)) for contact in contacts}
    told: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    for at, contact in enumerate(contacts, start=1):
        about, uuid = _about(contact), word(contact.get("uuid"))
        alive = PARTIAL if about.get("is_partial") else "" if _name(about) else NOBODY
        if reason := DEAD if about.get("is_dead") else alive:
            rejected[reason] += 1
            continue
        numbers.setdefault(uuid, len(told))
        fields = [
            word(_about(field).get("data")).strip()[:320] for field in _values(contact, "contact_field")
        ]
        places = [_about(address) for address in _values(contact, "address")]
        often, through = word(about.get("stay_in_touch_frequency")), word(about.get("first_met_through"))
        tags = [word(tag) for tag in listing(about.get("tags"))]
        tags += [f"stay in touch every {often} days"] if often not in ("", "0") else []
        tags += ["archived"] if about.get("is_active") is False else []
        person = {
            "name": _name(about),
            "organization": keys.clean(word(about.get("company"))),
            "title": keys.clean(word(about.get("job"))),
            "emails": _joined(map(keys.email_key, fields)),
            "profiles": _joined(found[0] for field in fields if (found := _LINKEDIN.search(field))),
            "phones": _joined(field for field in fields if _PHONE.fullmatch(field)),
            "location": next((keys.clean(word(p.get("city")) or word(p.get("country"))) for p in places), ""),
            "introduced_by": name_of.get(through, "") if through != uuid else "",
            "tags": _joined(keys.clean(tag.replace(";", ",")) for tag in tags),
            "notes": keys.clean(word(about.get("description"))[:NOTE_LENGTH]),
            "connected_on": _met_on(about) or _day(contact.get("created_at")),
            "source_ref": f"{file.label}:contact {at}",
        }
        told.append(person)
    columns: dict[str, Any] = {name: [person[name] for person in told] for name in (told[0] if told else ())}
    if told:
        columns["connected_on"] = dates.to_dates(columns["connected_on"], timezone=settings.timezone)
    return numbers, rows("people", len(told), {**columns, "listed": True})


def _alone(contacts: list[dict[str, Any]], is_mail: dict[str, bool]) -> Iterator[dict[str, Any]]:
    """Calls, messages and the last talk, each with one contact."""
    calls, messages = itertools.count(1), itertools.count(1)
    for at, contact in enumerate(contacts, start=1):
        uuid = word(contact.get("uuid"))
        for n, call in enumerate(map(_about, _values(contact, "call"))):
            said = {"channel": "call", "direction": "inbound" if call.get("contact_called") else "outbound"}
            yield _event(f"call {next(calls)}", f"call {n}", uuid, call.get("called_at"), **said)
        for n, talk in enumerate(map(_about, _values(contact, "conversation"))):
            channel = "email" if is_mail.get(word(talk.get("contact_field_type"))) else "chat"
            for m, message in enumerate(map(_about, listing(talk.get("messages")))):
                way = "outbound" if message.get("written_by_me") else "inbound"
                said = {"channel": channel, "direction": way, "thread_id": digest("monica", uuid, str(n))}
                where = f"message {next(messages)}"
                yield _event(where, f"message {n}.{m}", uuid, message.get("written_at"), **said)
        if when := _about(contact).get("last_talked_to"):
            yield _event(f"contact {at}", "last talk", uuid, when, channel=None, direction="mutual")


def _together(contacts: list[dict[str, Any]], activities: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Activities, with each contact that took part."""
    there: dict[str, list[str]] = {}
    for contact in contacts:
        for name in dict.fromkeys(map(word, _values(contact, "activity"))):
            there.setdefault(name, []).append(word(contact.get("uuid")))
    for at, activity in enumerate(activities, start=1):
        about, name = _about(activity), word(activity.get("uuid"))
        said = {"channel": "meeting", "direction": "mutual", "group_size": len(there.get(name, ())) + 1}
        said["subject"] = keys.clean(word(about.get("summary"))[:NOTE_LENGTH])
        for uuid in there.get(name, [""]):
            yield _event(f"activity {at}", name, uuid, about.get("happened_at"), **said)


def _event(place: str, name: str, uuid: str, when: Any, **said: Any) -> dict[str, Any]:
    """Where it stands, what is the same in every export (`name` at the contact `uuid`), and what is told of it."""
    usual = {"thread_id": "", "subject": "", "group_size": 2}
    event_id = digest("monica", name, "" if place.startswith("activity") else uuid, _day(when))
    return {"place": place, "uuid": uuid, "occurred_at": _day(when), "event_id": event_id, **usual, **said}


def _interactions(
    events: list[dict[str, Any]],
    numbers: dict[str, int],
    file: SourceFile,
    settings: Settings,
    parsed: Parsed,
) -> pd.DataFrame:
    """The events that have a contact and a date; a last talk only where nothing else tells of that day or later."""
    names = ("occurred_at", "event_id", "channel", "direction", "thread_id", "subject", "group_size")
    frame = pd.DataFrame(events, columns=["place", "uuid", *names])
    frame["person"] = frame["uuid"].map(numbers).astype("Int64")
    frame["occurred_at"] = dates.to_instants(frame["occurred_at"].tolist(), timezone=settings.timezone)
    talk = frame["place"].str.startswith("contact ").fillna(False).astype(bool)
    parsed.rows_read += frame.loc[~talk, "place"].nunique()
    fine = frame["person"].notna() & frame["occurred_at"].notna()
    lost = frame[~talk & ~frame["place"].isin(frame["place"][fine])].drop_duplicates("place")
    parsed.rejected.update(
        {NO_CONTACT: int(lost["person"].isna().sum()), NO_DATE: int(lost["person"].notna().sum())}
    )
    parsed.rejected = +parsed.rejected
    latest = frame["occurred_at"].where(fine & ~talk).groupby(frame["person"]).transform("max")
    frame = frame[fine & ~(talk & (latest + pd.Timedelta(days=1) > frame["occurred_at"]))]
    columns = {name: frame[name] for name in (*names, "person")} | {"purpose": "unknown"}
    return rows("interactions", len(frame), {**columns, "source_ref": file.label + ":" + frame["place"]})


def _introductions(
    contacts: list[dict[str, Any]], numbers: dict[str, int], people: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Through whom one met, where the day of the meeting is known and both are contacts."""
    found = []
    for contact in contacts:
        by, uuid = word(_about(contact).get("first_met_through")), word(contact.get("uuid"))
        if by in numbers and uuid in numbers and by != uuid and (day := _met_on(_about(contact))):
            found.append((digest("monica", by, uuid), numbers[by], numbers[uuid], day))
    ids, by_whom, whom, days = map(list, zip(*found, strict=True)) if found else ([], [], [], [])
    met_on = dates.to_dates(days, timezone=settings.timezone)
    known = met_on.notna().to_numpy()
    referrals = {
        "referral_id": ids, "referrer": by_whom, "referred": whom, "given_on": met_on, "met_on": met_on,
        "kind": "person", "inferred": False, "source_ref": people["source_ref"].iloc[whom],
    }  # fmt: skip
    return rows("referrals", len(ids), referrals)[known].reset_index(drop=True)
