"""What do the user's own tables say? contacts, interactions and referrals, under the names that people give.

A table is recognised by its columns. Nothing in it is guessed: a value that may mean two things, or is not
allowed, rejects its row with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.settings import Settings
from networkscope.sources import dates, sheets, tabular
from networkscope.sources.base import Parsed, SourceFile, digest, rows, source_refs
from networkscope.sources.own_words import ALLOWED, CONTACTS, INTERACTIONS, MEANT, REFERRALS
from networkscope.sources.sheets import EXTRA
from networkscope.sources.tabular import TEXT, Sheet

NOBODY = "the row names nobody: give a name, an e-mail, a profile or a contact_id"
NO_DATE = "the row has no date"
MUTUAL = ("call", "meeting", "video", "event")
# Names that the tables have already, or need on the way.
TAKEN = {
    *("contact_id", "own_id", "listed", "sources", "source", "source_ref"),
    *("file", "fate", "person", "referrer", "referred"),
}
REFERRAL_DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")


IDENTITY = ("own_id", "email", "profile", "name")


def _contacts(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:
    notes: list[str] = []
    if "name" not in sheet.table.column_names:
        sheet["name"] = sheets.joined(sheet["first_name"], sheet["last_name"])
    sheet.reject(sheet.empty(*IDENTITY, "phones"), NOBODY)
    people = {
        name: sheet[name]
        for name in (
            *(
                "own_id",
                "name",
                "organization",
                "title",
                "circle",
                "seniority",
                "past_organizations",
                "location",
            ),
            *("introduced_by", "tags", "notes"),
        )
    }
    many = (("emails", "email"), ("phones", "phones"), ("profiles", "profile"))
    people |= {name: sheets.separated(sheet[field]) for name, field in many}
    people["listed"] = True
    people["connected_on"] = sheets.days(sheet, "connected_on", settings, notes)
    people["source_ref"] = source_refs(file.label, sheet.lines)
    people |= _further(sheet, notes)
    return Parsed(people=rows("people", len(sheet.lines), people), notes=notes)


def _interactions(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:
    if "clock" in sheet.table.column_names:
        moments = (
            (sheet["occurred_at"], sheet["clock"]) if "occurred_at" in sheet.table.column_names else None
        )
        sheet["occurred_at"] = sheets.joined(*moments) if moments else sheet["clock"]
    sheet.reject(sheet.empty("occurred_at"), NO_DATE)
    order = _check_dates(sheet, ("occurred_at", "due_on"), settings)
    for name in ("channel", "direction", "purpose"):
        _check_choice(sheet, name)
    mutual = pc.is_in(sheet["channel"], pa.array(MUTUAL, TEXT)).to_numpy(zero_copy_only=False)
    mutual &= sheet.empty("direction")
    sheet["direction"] = pc.if_else(pa.array(mutual), "mutual", sheet["direction"])
    sheet.reject(sheet.empty("direction"), "the direction is missing: write outbound, inbound or mutual")
    bad_size = [not re.fullmatch(r"([1-9]\d{0,5}(\.0)?)?", size) for size in sheet.strings("group_size")]
    sheet.reject(bad_size, "group_size must be a whole number, the owner included")
    sheet.reject(sheet.empty(*IDENTITY), NOBODY)
    people, who, person = _mentions(sheet, file, "")
    if "subject" not in sheet.table.column_names:
        sheet["subject"] = sheet["notes"]
    notes: list[str] = []
    occurred_at = dates.to_instants(sheet["occurred_at"], timezone=settings.timezone, order=order)
    content = [
        occurred_at.astype(str).tolist(),
        who[0],
        *map(sheet.strings, ("direction", "channel", "purpose", "due_on", "thread_id", "subject")),
    ]
    interactions = {
        **{name: sheet[name] for name in ("thread_id", "subject")},
        **{name: _or_missing(sheet, name) for name in ("channel", "direction")},
        "event_id": _ids(sheet, "event_id", content),
        "person": person[0],
        "occurred_at": occurred_at,
        "purpose": [purpose or "unknown" for purpose in sheet.strings("purpose")],
        "due_on": dates.to_dates(sheet["due_on"], timezone=settings.timezone, order=order),
        "group_size": [int(float(size)) if size else None for size in sheet.strings("group_size")],
        "source_ref": source_refs(file.label, sheet.lines),
        **_further(sheet, notes, "notes", "tags"),
    }
    frame = rows("interactions", len(sheet.lines), interactions)
    return Parsed(people=people, interactions=frame, notes=notes)


def _referrals(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:
    sheet.reject(sheet.empty("given_on"), NO_DATE)
    order = _check_dates(sheet, REFERRAL_DATES, settings)
    for name in ("kind", "outcome"):
        _check_choice(sheet, name)
    sheet.reject(
        sheet.empty(*(f"referrer_{field}" for field in IDENTITY)), "the row does not say who referred"
    )
    named = sheet.empty(*(f"referred_{field}" for field in IDENTITY))
    sheet.reject(
        named & sheet.empty("organization", "opening"),
        "the row names neither a person nor a company nor an opening",
    )
    people, who, person = _mentions(sheet, file, "referrer_", "referred_")
    notes: list[str] = []
    kinds = zip(sheet.strings("kind"), person[1], sheet.strings("opening"), strict=True)
    days = {
        name: dates.to_dates(sheet[name], timezone=settings.timezone, order=order) for name in REFERRAL_DATES
    }
    content = [days["given_on"].astype(str).tolist(), *who, *map(sheet.strings, ("organization", "opening"))]
    referrals = {
        **days,
        **{name: sheet[name] for name in ("organization", "opening")},
        "referral_id": _ids(sheet, "referral_id", content),
        "referrer": person[0],
        "referred": person[1],
        "kind": [
            kind or ("person" if referred is not None else "opening" if opening else "company")
            for kind, referred, opening in kinds
        ],
        "outcome": _or_missing(sheet, "outcome"),
        "inferred": False,
        "source_ref": source_refs(file.label, sheet.lines),
        **_further(sheet, notes),
    }
    frame = rows("referrals", len(sheet.lines), referrals)
    return Parsed(people=people, referrals=frame, notes=notes)


def _check_choice(sheet: Sheet, name: str) -> None:
    """What was meant, where it is nearly right; the row is rejected where it is not."""
    known = {tabular.normal(value): value for value in ALLOWED[name]} | MEANT[name]
    written = sheet.strings(name)
    meant = {value: known.get(tabular.normal(value), "") for value in set(written)}
    sheet[name] = pa.array([meant[value] for value in written], TEXT)
    bad = [value != "" and meant[value] == "" for value in written]
    sheet.reject(bad, f"{name} is not allowed; allowed: {', '.join(ALLOWED[name])}")


def _check_dates(sheet: Sheet, names: Iterable[str], settings: Settings) -> str | None:
    """Rows with a date that cannot be read, or can be read in two ways, are rejected."""
    order = dates.numeric_order(value for name in names for value in sheet.strings(name))
    for name in names:
        found = dates.to_dates(sheet[name], timezone=settings.timezone, order=order)
        lost = found.isna().to_numpy() & ~sheet.empty(name)
        why = np.array(
            [
                dates.why_unread(value) if bad else ""
                for value, bad in zip(sheet.strings(name), lost, strict=True)
            ]
        )
        for reason in (dates.AMBIGUOUS, dates.UNREADABLE):
            bad = why == reason
            sheet.reject(bad, reason)
            why = why[~bad]
    return order


def _mentions(
    sheet: Sheet, file: SourceFile, *sides: str
) -> tuple[pd.DataFrame, list[list[str]], list[list[int | None]]]:
    """The people whom the rows name, each identity once; of each side, what the rows say and whom it means."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    said: list[list[str]] = []
    person: list[list[int | None]] = []
    for side in sides:
        cells = zip(*(sheet.strings(side + field) for field in IDENTITY), strict=True)
        identities = [_identity(*row) for row in cells]
        for identity, line in zip(identities, sheet.lines.tolist(), strict=True):
            if any(identity):
                number, first = found.get(identity, (len(found), line))
                found[identity] = (number, min(first, line))
        said.append([" ".join(identity) for identity in identities])
        person.append([found[identity][0] if any(identity) else None for identity in identities])
    columns = list(zip(*found, strict=True)) or [()] * len(IDENTITY)
    people: dict[str, Any] = dict(
        zip(("own_id", "emails", "profiles", "name"), map(list, columns), strict=True)
    )
    people |= {"listed": False, "source_ref": source_refs(file.label, [line for _, line in found.values()])}
    return rows("people", len(found), people), said, person


def _identity(own_id: str, email: str, profile: str, name: str) -> tuple[str, str, str, str]:
    """An address or a profile in the place of a name is what it is."""
    if "@" in name and keys.email_key(name):
        email, name = email or keys.email_key(name), name.split("<")[0].strip() if "<" in name else ""
    elif "linkedin.com/" in name.lower():
        profile, name = profile or name, ""
    return own_id, email, profile, name


def _ids(sheet: Sheet, name: str, content: list[list[str]]) -> list[str]:
    """The user's own id, else one that follows from what the row says."""
    own = sheet.strings(name)
    return [given or digest(*row) for given, row in zip(own, zip(*content, strict=True), strict=True)]


def _or_missing(sheet: Sheet, name: str) -> list[str | None]:
    return [value or None for value in sheet.strings(name)]


def _further(sheet: Sheet, notes: list[str], *fields: str) -> dict[str, Any]:
    """The columns that no table declares, and those of `fields`: kept as they are, and named in the summary."""
    found = {name: name for name in fields if name in sheet.table.column_names}
    for column in sheet.table.column_names:
        if column.startswith(EXTRA):
            found[column.removeprefix(EXTRA).replace(" ", "_")] = column
    unused = [name for name in found if name in TAKEN]
    kept = {name: sheet[column] for name, column in found.items() if name not in TAKEN}
    for what, names in (("further columns, kept as they are", kept), ("columns that were not used", unused)):
        if names:
            notes.append(f"{what}: {', '.join(names)}")
    return kept


def _is_interactions(fields: set[str]) -> bool:
    return bool(
        fields & {"occurred_at", "clock"} and fields & {"channel", "direction"} and fields & set(IDENTITY)
    )


def _is_referrals(fields: set[str]) -> bool:
    by = {f"referrer_{field}" for field in IDENTITY}
    to = {*(f"referred_{field}" for field in IDENTITY), "organization", "opening"}
    return "given_on" in fields and bool(fields & by) and bool(fields & to)


def _is_contacts(fields: set[str]) -> bool:
    telling = {"own_id", "email", "profile", "phones", "organization", "circle", "introduced_by", "tags"}
    return ("name" in fields or {"first_name", "last_name"} <= fields) and bool(fields & telling)


READERS = (
    sheets.reader("own interactions", INTERACTIONS, _is_interactions, _interactions, own=True),
    sheets.reader("own referrals", REFERRALS, _is_referrals, _referrals, own=True),
    sheets.reader("own contacts", CONTACTS, _is_contacts, _contacts, own=True),
)
