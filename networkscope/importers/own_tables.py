"""What do the user's own tables say? contacts, interactions, referrals and aliases, under the names that people give.

A table is recognised by its columns. Nothing in it is guessed: a value that may mean two things, or is not
allowed, rejects its row with the reason.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.importers import columns, date_texts, sheets
from networkscope.importers.base import Parsed, digest, rows, source_refs
from networkscope.importers.columns import normal
from networkscope.importers.sheets import EXTRA, Sheet, joined, separated
from networkscope.importers.tables import TEXT

NOBODY = "the row names nobody: give a name, an e-mail, a profile or a contact_id"
NO_DATE = "the row has no date"
# Names that the tables have already, or need on the way.
TAKEN = {
    *("contact_id", "own_id", "listed", "sources", "source", "source_ref"),
    *("file", "fate", "person", "referrer", "referred"),
}
# In aliases.csv: both sides are any key of a person, or a name that only one person has.
SAME = {"same": True, "the same": True, "not the same": False, "not same": False, "different": False}
NOT_ALLOWED = "decision must be 'same' or 'not the same'"
ONE_SIDED = "the row names only one side, or none"
REFERRAL_DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")
IDENTITY = ("own_id", "email", "profile", "name")
REFERRER, REFERRED = ([f"{side}_{field}" for field in IDENTITY] for side in ("referrer", "referred"))
ALLOWED = {
    "channel": schema.CHANNELS,
    "direction": schema.DIRECTIONS,
    "purpose": schema.PURPOSES,
    "kind": schema.REFERRAL_KINDS,
    "outcome": schema.OUTCOMES,
}


def _contacts(sheet: Sheet) -> Parsed:
    if "name" not in sheet:
        sheet["name"] = joined(sheet["first_name"], sheet["last_name"])
    sheet.reject(sheet.empty(*IDENTITY, "phones"), NOBODY)
    several = (("emails", "email"), ("phones", "phones"), ("profiles", "profile"))
    people = {name: separated(sheet[field]) for name, field in several}
    return Parsed(people=_frame("people", sheet, {**people, "listed": True}))


def _interactions(sheet: Sheet) -> Parsed:
    if "clock" in sheet:
        sheet["occurred_at"] = joined(sheet["occurred_at"], sheet["clock"])
    sheet.reject(sheet.empty("occurred_at"), NO_DATE)
    order = _check_dates(sheet, "occurred_at", "due_on")
    for name in ("channel", "direction", "purpose"):
        _check_choice(sheet, name)
    together = pc.is_in(sheet["channel"], pa.array(schema.TOGETHER, TEXT))
    mutual = pc.and_(together, pc.equal(sheet["direction"], ""))
    sheet["direction"] = pc.if_else(mutual, "mutual", sheet["direction"])
    sheet.reject(sheet.empty("direction"), "the direction is missing: write outbound, inbound or mutual")
    bad_size = [not re.fullmatch(r"([1-9]\d{0,5}(\.0)?)?", size) for size in sheet.strings("group_size")]
    sheet.reject(bad_size, "group_size must be a whole number, the owner included")
    sheet.reject(sheet.empty(*IDENTITY), NOBODY)
    people, who, person = _mentions(sheet, IDENTITY)
    if "subject" not in sheet:
        sheet["subject"] = sheet["notes"]
    timezone = sheet.settings.timezone
    occurred_at = date_texts.to_instants(sheet["occurred_at"], timezone=timezone, order=order)
    content = ("direction", "channel", "purpose", "due_on", "thread_id", "subject")
    interactions = {
        "event_id": _ids(sheet, "event_id", occurred_at.astype(str), *who, *map(sheet.strings, content)),
        "person": person[0],
        "occurred_at": occurred_at,
        "purpose": pc.if_else(pc.equal(sheet["purpose"], ""), "unknown", sheet["purpose"]),
        "due_on": date_texts.to_dates(sheet["due_on"], timezone=timezone, order=order),
        "group_size": [int(float(size)) if size else None for size in sheet.strings("group_size")],
    }
    return Parsed(people=people, interactions=_frame("interactions", sheet, interactions, "notes", "tags"))


def _referrals(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty("given_on"), NO_DATE)
    order = _check_dates(sheet, *REFERRAL_DATES)
    for name in ("kind", "outcome"):
        _check_choice(sheet, name)
    sheet.reject(sheet.empty(*REFERRER), "the row does not say who referred")
    nothing = sheet.empty(*REFERRED, "organization", "opening")
    sheet.reject(nothing, "the row names neither a person nor a company nor an opening")
    people, who, (referrer, referred) = _mentions(sheet, REFERRER, REFERRED)
    timezone = sheet.settings.timezone
    days = {name: date_texts.to_dates(sheet[name], timezone=timezone, order=order) for name in REFERRAL_DATES}
    openings = sheet.strings("opening")
    content = [days["given_on"].astype(str), *who, sheet.strings("organization"), openings]
    referrals = {
        **days,
        "referral_id": _ids(sheet, "referral_id", *content),
        "referrer": referrer,
        "referred": referred,
        "kind": [
            kind or ("person" if person is not None else "opening" if opening else "company")
            for kind, person, opening in zip(sheet.strings("kind"), referred, openings, strict=True)
        ],
        "inferred": False,
    }
    return Parsed(people=people, referrals=_frame("referrals", sheet, referrals))


def _aliases(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty("a") | sheet.empty("b"), ONE_SIDED)
    decisions = [SAME.get(normal(text)) for text in sheet.strings("decision")]
    sheet.reject([same is None for same in decisions], NOT_ALLOWED)
    same = np.array([same for same in decisions if same is not None], dtype=bool)
    sides = {side: pd.Series(sheet[side], dtype=schema.TEXT) for side in "ab"}
    return Parsed(tables={"aliases": pd.DataFrame({**sides, "same": same, "source_ref": sheet.refs()})})


def _check_choice(sheet: Sheet, name: str) -> None:
    """What was meant, where it is nearly right; the row is rejected where it is not."""
    known = {normal(value): value for value in ALLOWED[name]} | columns.known(f"own_{name}")
    written = sheet[name].dictionary_encode()
    meant = [known.get(normal(value), "") for value in written.dictionary.to_pylist()]
    given = ~sheet.empty(name)
    sheet[name] = pa.array(meant, TEXT).take(written.indices)
    sheet.reject(given & sheet.empty(name), f"{name} is not allowed; allowed: {', '.join(ALLOWED[name])}")


def _check_dates(sheet: Sheet, *names: str) -> str | None:
    """Rows with a date that cannot be read, or can be read in two ways, are rejected."""
    order = date_texts.numeric_order(pa.concat_arrays([sheet[name] for name in names]))
    for name in names:
        found = date_texts.to_dates(sheet[name], timezone=sheet.settings.timezone, order=order)
        lost = found.isna().to_numpy() & ~sheet.empty(name)
        cells = zip(sheet.strings(name), lost, strict=True)
        why = np.array([date_texts.why_unread(value) if bad else "" for value, bad in cells])
        for reason in (date_texts.AMBIGUOUS, date_texts.UNREADABLE):
            bad = why == reason
            sheet.reject(bad, reason)
            why = why[~bad]
    return order


def _mentions(sheet: Sheet, *sides: Any) -> tuple[pd.DataFrame, list[list[str]], list[list[int | None]]]:
    """The people in the rows, each identity once; of each side (its fields), what the rows say and who it means."""
    first_line: dict[tuple[str, ...], int] = {}
    number: dict[tuple[str, ...], int] = {}
    by_side = []
    for fields in sides:
        identities = [_identity(*cells) for cells in zip(*map(sheet.strings, fields), strict=True)]
        by_side.append(identities)
        for identity, line in zip(identities, sheet.lines.tolist(), strict=True):
            if any(identity):
                number.setdefault(identity, len(number))
                first_line[identity] = min(first_line.get(identity, line), line)
    names = ("own_id", "emails", "profiles", "name")
    people: dict[str, Any] = {name: [each[at] for each in number] for at, name in enumerate(names)}
    people |= {"listed": False, "source_ref": source_refs(sheet.label, list(first_line.values()))}
    texts = [[" ".join(identity) for identity in identities] for identities in by_side]
    persons = [[number.get(identity) for identity in identities] for identities in by_side]
    return rows("people", len(number), people), texts, persons


def _identity(own_id: str, email: str, profile: str, name: str) -> tuple[str, str, str, str]:
    """An address or a profile in the place of a name is what it is."""
    if "@" in name and keys.email_key(name):
        email, name = email or keys.email_key(name), name.split("<")[0].strip() if "<" in name else ""
    elif "linkedin.com/" in name.lower():
        profile, name = profile or name, ""
    return own_id, email, profile, name


def _ids(sheet: Sheet, name: str, *content: Any) -> list[str]:
    """The user's own id, else one that follows from what the row says."""
    own = sheet.strings(name)
    return [given or digest(*row) for given, row in zip(own, zip(*content, strict=True), strict=True)]


def _frame(table: str, sheet: Sheet, values: dict[str, Any], *fields: str) -> pd.DataFrame:
    """The frame, with the columns that no table declares and those of `fields`: kept, and named in the summary."""
    further = {name: name for name in fields if name in sheet}
    for column in sheet.columns:
        if column.startswith(EXTRA):
            further[column.removeprefix(EXTRA).replace(" ", "_")] = column
    unused = [name for name in further if name in TAKEN]
    kept = {name: sheet[column] for name, column in further.items() if name not in TAKEN}
    filled = [name for name in kept if not sheet.empty(further[name]).all()]
    frame = sheet.frame(table, **{**kept, **values})
    for what, names in (
        ("further columns, kept as they are", filled),
        ("columns that were not used", unused),
    ):
        if names:
            sheet.notes.append(f"{what}: {', '.join(names)}")
    return frame


def _is_interactions(fields: set[str]) -> bool:
    how = fields & {"channel", "direction"}
    return bool(fields & {"occurred_at", "clock"} and how and fields & set(IDENTITY))


def _is_referrals(fields: set[str]) -> bool:
    lead = fields & {*REFERRED, "organization", "opening"}
    return bool("given_on" in fields and fields & set(REFERRER) and lead)


def _is_contacts(fields: set[str]) -> bool:
    telling = {"own_id", "email", "profile", "phones", "organization", "circle", "introduced_by", "tags"}
    return ("name" in fields or {"first_name", "last_name"} <= fields) and bool(fields & telling)


READERS = (
    sheets.reader("own aliases", columns.known("aliases"), {"a", "b", "decision"}.issubset, _aliases),
    sheets.reader(
        "own interactions", columns.known("interactions"), _is_interactions, _interactions, own=True
    ),
    sheets.reader("own referrals", columns.known("referrals"), _is_referrals, _referrals, own=True),
    sheets.reader("own contacts", columns.known("contacts"), _is_contacts, _contacts, own=True),
)
