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
from networkscope.errors import LoadError, nearest
from networkscope.importers import columns, date_texts, sheets
from networkscope.importers.base import Parsed, digest, rows, source_refs
from networkscope.importers.columns import normal
from networkscope.importers.message_acts import read_acts
from networkscope.importers.sheets import EXTRA, Sheet, joined, separated
from networkscope.importers.tables import TEXT

NOBODY = "the row names nobody: give a name, an e-mail, a profile or a contact_id"
NO_DATE = "the row has no date"
# Names that the tables have already, or need on the way.
TAKEN = {
    *("contact_id", "own_id", "listed", "sources", "source", "source_ref", "person", "referrer", "referred"),
}
# In aliases.csv: both sides are any key of a person, or a name that only one person has.
SAME = {"same": True, "the same": True, "not the same": False, "not same": False, "different": False}
REFERRAL_DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")
IDENTITY = ("own_id", "email", "profile", "name")
REFERRER, REFERRED = ([f"{side}_{field}" for field in IDENTITY] for side in ("referrer", "referred"))
ALLOWED = {
    "channel": schema.CHANNELS,
    "direction": schema.DIRECTIONS,
    "purpose": schema.PURPOSES,
    "kind": schema.REFERRAL_KINDS,
    "outcome": schema.OUTCOMES,
    "event_outcome": schema.EVENT_OUTCOMES,
}
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
ROLE_NAMES = {normal(role): role for role in schema.ROLES}


def _contacts(sheet: Sheet) -> Parsed:
    if "name" not in sheet:
        sheet["name"] = joined(sheet["first_name"], sheet["last_name"])
    rounded = pc.match_substring_regex(sheet["phones"], r"^\d[.,]\d+E\+\d+$")  # as Excel shows large numbers
    if count := pc.sum(rounded).as_py():
        sheet["phones"] = pc.if_else(rounded, "", sheet["phones"])
        sheet.notes.append(
            f"{count} phone numbers were rounded by a spreadsheet and are left out; enter them as text"
        )
    _read_roles(sheet)
    sheet.reject(sheet.empty(*IDENTITY, "phones"), NOBODY)
    people = {
        "emails": separated(sheet["email"]),
        "phones": separated(sheet["phones"]),
        "profiles": separated(sheet["profile"]),
        "listed": True,
    }
    return Parsed(people=_frame("people", sheet, people))


def _read_roles(sheet: Sheet) -> None:
    """The roles that the owner noted. A column "role" without one of ours is somebody's job title."""
    meant = [ROLE_NAMES.get(normal(text), "") for text in sheet.strings("role")]
    if "role" in sheet and "title" not in sheet and not any(meant):
        sheet["title"] = sheet.columns.pop("role")
    elif "role" in sheet:
        for line, text, role in zip(sheet.lines.tolist(), sheet.strings("role"), meant, strict=True):
            if text and not role:
                where = f"{sheet.label}, line {line}: role '{text}' is not allowed"
                raise LoadError(f"{where}; {nearest(text, schema.ROLES)}")
        sheet["role"] = pa.array(meant, TEXT)


def _one_row_each(sheet: Sheet) -> None:
    """A row for each of the people named in one cell ("Ana; Bo; Cy"): they were in it together."""
    sheet["together"] = sheet["name"]
    has_key = ~sheet.empty("own_id") | ~sheet.empty("email") | ~sheet.empty("profile")
    names = [
        [cell] if one else [name for part in cell.split(";") if (name := part.strip())] or [cell]
        for cell, one in zip(sheet.strings("name"), has_key, strict=True)
    ]
    count = np.array([len(each) for each in names], dtype=np.int64)
    if (count < 2).all():
        return
    rows = np.repeat(np.arange(len(sheet)), count)
    size = [
        given or (str(n + 1) if n > 1 else "")
        for given, n in zip(sheet.strings("group_size"), count, strict=True)
    ]
    sheet["group_size"] = pa.array(size, TEXT)
    sheet.lines = sheet.lines[rows]
    sheet.columns = {name: column.take(pa.array(rows)) for name, column in sheet.columns.items()}
    sheet["name"] = pa.array([name for each in names for name in each], TEXT)


def _interactions(sheet: Sheet) -> Parsed:
    if "clock" in sheet:
        sheet["occurred_at"] = joined(sheet["occurred_at"], sheet["clock"])
    sheet.reject(sheet.empty("occurred_at"), NO_DATE)
    order = _check_dates(sheet, "occurred_at", "due_on")
    sheet["event_outcome"] = sheet["outcome"]
    _check_choices(sheet, "channel", "direction", "purpose", "event_outcome")
    unknown = [text != "" and normal(text) not in FLAGS for text in sheet.strings("needs_answer")]
    sheet.reject(unknown, "needs_answer must be yes or no")
    together = pc.is_in(sheet["channel"], pa.array(schema.TOGETHER, TEXT))
    mutual = pc.and_(together, pc.equal(sheet["direction"], ""))
    sheet["direction"] = pc.if_else(mutual, "mutual", sheet["direction"])
    sheet.reject(sheet.empty("direction"), "the direction is missing: write outbound, inbound or mutual")
    bad_size = [not re.fullmatch(r"([1-9]\d{0,5}([.,]0+)?)?", size) for size in sheet.strings("group_size")]
    sheet.reject(bad_size, "group_size must be a whole number, the owner included")
    sheet.reject(sheet.empty(*IDENTITY), NOBODY)
    _one_row_each(sheet)
    people, _, (person,) = _mentions(sheet, IDENTITY)
    whole = zip(*map(sheet.strings, ("own_id", "email", "profile", "together")), strict=True)
    who = [" ".join(_identity(*cells)) for cells in whole]
    if "subject" not in sheet:
        sheet["subject"] = sheet["notes"]
    timezone = sheet.settings.timezone
    occurred_at = date_texts.to_instants(sheet["occurred_at"], timezone=timezone, order=order)
    due_on = date_texts.to_dates(sheet["due_on"], timezone=timezone, order=order)
    due_text = due_on.astype(str).where(due_on.notna(), "")
    content = [sheet.strings(name) for name in ("thread_id", "subject")]
    kind = [sheet.strings(name) for name in ("direction", "channel", "purpose")]
    interactions = {
        "event_id": _ids(sheet, "event_id", occurred_at.astype(str), who, *kind, due_text, *content),
        "person": person,
        "occurred_at": occurred_at,
        "outcome": [text or None for text in sheet.strings("event_outcome")],
        "needs_answer": [FLAGS.get(normal(text)) for text in sheet.strings("needs_answer")],
        "purpose": pc.if_else(pc.equal(sheet["purpose"], ""), "unknown", sheet["purpose"]),
        "due_on": due_on,
        "group_size": [
            int(re.split("[.,]", size)[0]) if size else None for size in sheet.strings("group_size")
        ],
    }
    parsed = Parsed(people=people, interactions=_frame("interactions", sheet, interactions, "notes", "tags"))
    subject, notes = (sheet[name].cast(TEXT) for name in ("subject", "notes"))
    notes = pc.if_else(pc.equal(subject, notes), "", notes).cast(TEXT)
    texts = pc.binary_join_element_wise(subject, notes, pa.scalar(".\n", TEXT))
    read_acts(parsed, texts, sheet.settings, notes=True)
    return parsed


def _referrals(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty("given_on"), NO_DATE)
    order = _check_dates(sheet, *REFERRAL_DATES)
    _check_choices(sheet, "kind", "outcome")
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
    sheet.reject(sheet.empty("a") | sheet.empty("b"), "the row names only one side, or none")
    known = [normal(text) in SAME for text in sheet.strings("decision")]
    sheet.reject(~np.array(known, dtype=bool), "decision must be 'same' or 'not the same'")
    same = np.array([SAME[normal(text)] for text in sheet.strings("decision")], dtype=bool)
    sides = {side: pd.Series(sheet[side], dtype=schema.TEXT) for side in "ab"}
    return Parsed(tables={"aliases": pd.DataFrame({**sides, "same": same, "source_ref": sheet.refs()})})


def _check_choices(sheet: Sheet, *names: str) -> None:
    """What was meant, where it is nearly right; the row is rejected where it is not."""
    for name in names:
        known = {normal(value): value for value in ALLOWED[name]} | columns.known(f"own_{name}")
        written = sheet[name].dictionary_encode()
        meant = [known.get(normal(value), "") for value in written.dictionary.to_pylist()]
        given = ~sheet.empty(name)
        sheet[name] = pa.array(meant, TEXT).take(written.indices)
        title = name.removeprefix("event_")
        sheet.reject(
            given & sheet.empty(name), f"{title} is not allowed; allowed: {', '.join(ALLOWED[name])}"
        )


def _check_dates(sheet: Sheet, *names: str) -> str | None:
    """Rows with a date that cannot be read, or can be read in two ways, are rejected."""
    order = date_texts.numeric_order(pa.concat_arrays([sheet[name] for name in names]))
    for name in names:
        found = date_texts.to_dates(sheet[name], timezone=sheet.settings.timezone, order=order)
        lost = found.isna().to_numpy() & ~sheet.empty(name)
        cells = zip(lost, sheet.strings(name), strict=True)
        reasons = np.array([date_texts.why_unread(value) if bad else "" for bad, value in cells])
        for reason in (date_texts.AMBIGUOUS, date_texts.UNREADABLE):
            sheet.reject(reasons == reason, reason)
            reasons = reasons[reasons != reason]
    return order


def _mentions(sheet: Sheet, *sides: Any) -> tuple[pd.DataFrame, list[list[str]], list[list[int | None]]]:
    """The people in the rows, each identity once; of each side (its fields), what the rows say and who it means."""
    lines: dict[tuple[str, ...], int] = {}  # of each identity, the first line
    by_side = [
        [_identity(*cells) for cells in zip(*map(sheet.strings, fields), strict=True)] for fields in sides
    ]
    for identities in by_side:
        for identity, line in zip(identities, sheet.lines.tolist(), strict=True):
            if any(identity):
                lines[identity] = min(lines.get(identity, line), line)
    columns_of = zip(("own_id", "emails", "profiles", "name"), zip(*lines, strict=True), strict=False)
    people: dict[str, Any] = {name: list(values) for name, values in columns_of}
    people |= {"listed": False, "source_ref": source_refs(sheet.label, list(lines.values()))}
    number = {identity: at for at, identity in enumerate(lines)}
    texts = [[" ".join(identity) for identity in identities] for identities in by_side]
    persons = [[number.get(identity) for identity in identities] for identities in by_side]
    return rows("people", len(lines), people), texts, persons


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
    extra = [column for column in sheet.columns if column.startswith(EXTRA)]
    further = {name: name for name in fields if name in sheet}
    further |= {column.removeprefix(EXTRA).replace(" ", "_"): column for column in extra}
    unused = [name for name in further if name in TAKEN]
    kept = {name: sheet[column] for name, column in further.items() if name not in TAKEN}
    frame = sheet.frame(table, **(kept | values))
    if filled := [name for name in kept if not sheet.empty(further[name]).all()]:
        sheet.notes.append(f"further columns, kept as they are: {', '.join(filled)}")
    if unused:
        sheet.notes.append(f"columns that were not used: {', '.join(unused)}")
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
    *(
        sheets.reader(f"own {table}", columns.known(table), fits, take, own=True)
        for table, fits, take in (
            ("interactions", _is_interactions, _interactions),
            ("referrals", _is_referrals, _referrals),
            ("contacts", _is_contacts, _contacts),
        )
    ),
)
