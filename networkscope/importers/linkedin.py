"""What does a LinkedIn export say of people? Every file of it but the messages.

A connection tells that a tie exists, never that anybody spoke: it makes no interaction. Exports come in the
language of the account; `columns.toml` has the names of their columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.importers import date_texts, sheets
from networkscope.importers.base import Parsed, digest, on_nearly_all, rows, texts
from networkscope.importers.columns import known
from networkscope.importers.message_acts import read_acts
from networkscope.importers.sheets import Sheet

DEPARTED = "departed: the account was closed"
NOBODY = "the row names nobody: no name, no profile, no e-mail"
NO_DIRECTION = "the row does not say who wrote to whom"
NO_COMPANY = "the row names no company"
NO_OWNER = "it does not say who you are"
UNCONFIRMED = "an address that was never confirmed may be somebody else's"
NO_COUNTRY = "a number without a country: write the region under [owner] in book.toml"
WAYS = {"outgoing": "outbound", "incoming": "inbound"}
# How a closed account signs, in the languages of the exports.
CLOSED = frozenset(
    (
        *("linkedin member", "linkedin-mitglied", "miembro de linkedin", "utilisateur linkedin"),
        *("membre de linkedin", "utente linkedin", "membro di linkedin", "usuário do linkedin"),
        *("membro do linkedin", "linkedin-medlem", "linkedin-lid"),
    )
)


def people_in(cell: str) -> list[str]:
    """The names in a TO cell: a comma before a single word sets off a credential, not a person.

    >>> people_in("Ann Lee, PhD, Bob Ray"), people_in("LinkedIn Member")
    (['Ann Lee, PhD', 'Bob Ray'], [])
    """
    names: list[str] = []
    for part in map(str.strip, cell.split(",")):
        if names and part and " " not in part:
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return [name for name in names if name.casefold() not in CLOSED]


def _people(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty(*sheet.columns.keys() - {"connected_on", "made_on"}), DEPARTED)
    sheet["name"] = _name(sheet)
    sheet["address"] = _address(sheet["email"])
    sheet.reject(sheet.empty("name", "url", "address", "phone"), NOBODY)
    people = {
        "emails": sheets.separated(sheet["address"]),
        "phones": sheets.separated(sheet["phone"]),
        "profiles": sheet["url"],
        "listed": True,
    }
    return Parsed(people=sheet.frame("people", **people))


def _name(sheet: Sheet, first: str = "first_name") -> Any:
    return sheets.joined(sheet[first], sheet["last_name"])


def _address(column: Any) -> Any:
    """The cells that hold an address; exports write NA and the like where there is none."""
    return pc.if_else(pc.match_substring(column, "@"), column, "")


def _invitations(sheet: Sheet) -> Parsed:
    """An invitation with a message is an interaction; one without only shows that somebody exists."""
    sheet["way"] = pc.utf8_lower(sheet["direction"])
    out = pc.equal(sheet["way"], "outgoing")
    name = pc.if_else(out, sheet["recipient"], sheet["sender"])
    sheet["name"] = pc.if_else(pc.is_in(pc.utf8_lower(name), pa.array(CLOSED, name.type)), "", name)
    sheet["profiles"] = pc.if_else(out, sheet["invitee"], sheet["inviter"])
    sheet["own"] = pc.if_else(out, sheet["inviter"], sheet["invitee"])

    sheet.reject([way not in WAYS for way in sheet.strings("way")], NO_DIRECTION)
    sheet.reject(sheet.empty("name", "profiles"), DEPARTED)
    order = date_texts.numeric_order(sheet["sent_at"]) or sheet.order
    sent = date_texts.to_instants(sheet["sent_at"], timezone=sheet.settings.timezone, order=order)
    undated = sent.isna().to_numpy() & ~sheet.empty("message")
    sheet.reject(undated, date_texts.UNREADABLE)
    sent = sent[~undated].reset_index(drop=True)

    written = np.flatnonzero(~sheet.empty("message"))
    profiles, names, ways = map(sheet.strings, ("profiles", "name", "way"))
    who = [keys.profile_key(profiles[row]) or keys.name_key(names[row]) for row in written]
    interactions = {
        "event_id": [
            digest("invitation", key, at.isoformat()) for key, at in zip(who, sent[written], strict=True)
        ],
        "person": written,
        "occurred_at": sent[written],
        "channel": "linkedin",
        "direction": [WAYS[ways[row]] for row in written],
        "purpose": "unknown",
        "group_size": 2,
        "source_ref": sheet.refs(written),
    }
    parsed = Parsed(
        people=sheet.frame("people", listed=False),
        interactions=rows("interactions", len(written), interactions),
        owner=owner_on_nearly_all(map(cache(keys.profile_key), sheet.strings("own"))),
    )
    read_acts(parsed, sheet["message"].take(pa.array(written)), sheet.settings)
    return parsed


def owner_on_nearly_all(sides: Iterable[str]) -> tuple[str, ...]:
    """The key on the owner's side of nearly every row."""
    best, _ = on_nearly_all([key] for key in sides if key)
    return (best,) if best else ()


def _recommendations(sheet: Sheet) -> Parsed:
    """Both files look alike inside: only their names say what was given and what was received."""
    found = re.findall("given|received", sheet.label.rsplit("/", 1)[-1].lower())
    if len(found) != 1:
        sheet.reject(np.ones(len(sheet), dtype=bool), "put 'given' or 'received' into the name of the file")
    return _table("recommendations", sheet, name=_name(sheet), direction=found[0] if found else None)


def _endorsements(way: str, sheet: Sheet) -> Parsed:
    """Whoever has a profile is mentioned once, in the first row that has it."""
    sheet["name"] = _name(sheet, way)
    profiles = [keys.profile_key(url) for url in sheet.strings("url")]
    first = {profile: row for row, profile in reversed([*enumerate(profiles)]) if profile}
    at = sorted(first.values())
    number = {profiles[row]: place for place, row in enumerate(at)}
    parsed = _table("endorsements", sheet, person=[*map(number.get, profiles)], direction=way)
    people = {
        "name": sheet["name"].take(pa.array(at, pa.int64())),
        "profiles": sheet["url"].take(pa.array(at, pa.int64())),
        "listed": False,
        "source_ref": sheet.refs(at),
    }
    parsed.people = rows("people", len(at), people)
    return parsed


def _applications(sheet: Sheet) -> Parsed:
    return _table("applications", sheet, contact_email=_address(sheet["contact_email"]))


def _wanted(sheet: Sheet) -> Parsed:
    """The companies of saved jobs, and those followed: where the owner may want to go."""
    sheet.reject(sheet.empty("company"), NO_COMPANY)
    sheet["organization"] = sheet["company"]
    return Parsed(tables={"wanted": _texts(sheet, "organization", "title")})


def _texts(sheet: Sheet, *names: str) -> pd.DataFrame:
    columns = {name: texts(sheet.strings(name)) for name in names}
    return pd.DataFrame(columns).assign(source_ref=sheet.refs())


def _table(table: str, sheet: Sheet, *, month_only: bool = False, **columns: Any) -> Parsed:
    return Parsed(tables={table: sheet.frame(table, month_only=month_only, **columns)})


def _profile(sheet: Sheet) -> Parsed:
    sheet["name"] = _name(sheet)
    sheet["profile"] = pa.array(map(keys.profile_key, sheet.strings("profile")), pa.large_string())
    return _account(sheet)


def _own_addresses(sheet: Sheet) -> Parsed:
    sheet.reject([cell.lower() in ("no", "false") for cell in sheet.strings("confirmed")], UNCONFIRMED)
    sheet["email"] = pa.array(map(keys.email_key, sheet.strings("email")), pa.large_string())
    return _account(sheet)


def _account(sheet: Sheet) -> Parsed:
    """The owner, as one account of theirs states it."""
    sheet.reject(sheet.empty("name", "email", "profile"), NO_OWNER)
    return Parsed(tables={"owner": _texts(sheet, "name", "email", "profile")})


def _own_phones(sheet: Sheet) -> Parsed:
    numbers = [keys.phone_key(number, sheet.settings.home_region) for number in sheet.strings("number")]
    sheet["key"] = pa.array(numbers, pa.large_string())
    sheet.reject(sheet.empty("key"), NO_COUNTRY)
    owner = _texts(sheet, "name", "email", "profile")
    return Parsed(tables={"owner": owner}, owner=tuple(sheet.strings("key")))


def exported_on(label: str) -> pd.Timestamp:
    """The day in the name of an export, as LinkedIn names it (month first); NaT where there is none.

    >>> exported_on("Basic_LinkedInDataExport_11-15-2026.zip/Connections.csv")
    Timestamp('2026-11-15 00:00:00')
    """
    written = re.findall(r"(?<!\d)(\d\d-\d\d-\d{4}|\d{4}-\d\d-\d\d)(?!\d)", label)
    if not written:
        return pd.NaT
    style = "%Y-%m-%d" if written[-1][4] == "-" else "%m-%d-%Y"
    return pd.to_datetime(written[-1], format=style, errors="coerce")


def _reader(name: str, section: str, needed: str, take: Any) -> Any:
    columns = {**known("linkedin_names"), **known(f"linkedin_{section}")}
    return sheets.reader(f"LinkedIn {name}", columns, set(needed.split()).issubset, take, order="mdy")


READERS = (
    _reader("connections", "connections", "first_name last_name connected_on", _people),
    _reader("imported contacts", "imported", "first_name email phone made_on", _people),
    _reader("invitations", "invitations", "sender recipient sent_at direction", _invitations),
    _reader("recommendations", "recommendations", "first_name text written_on", _recommendations),
    _reader("endorsements received", "endorsements", "skill received", partial(_endorsements, "received")),
    _reader("endorsements given", "endorsements", "skill given", partial(_endorsements, "given")),
    _reader(
        "positions",
        "positions",
        "organization title started_on finished_on",
        partial(_table, "positions", month_only=True),
    ),
    _reader("job applications", "applications", "applied_on organization title", _applications),
    _reader("saved jobs", "saved", "saved_on company title", _wanted),
    _reader("company follows", "follows", "company followed_on", _wanted),
    _reader("profile", "account", "first_name last_name headline", _profile),
    _reader("e-mail addresses", "account", "email confirmed primary", _own_addresses),
    _reader("phone numbers", "account", "extension number kind", _own_phones),
    _reader("registration", "account", "registered_at registration_ip", _account),
)
