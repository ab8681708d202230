"""Who is in the address books that Google, Outlook and Thunderbird write as CSV?

All three say the same in other words: names in parts, and addresses, phones and pages in numbered columns, of which
there may be any number. What Outlook calls "Referred By" makes a referral where the file says when the card was made;
where it does not, the name is kept as `introduced_by`, and no date is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.importers import columns, contentlines, sheets
from networkscope.importers.base import NOTE_LENGTH, Parsed, digest, linkedin_profile, rows, several
from networkscope.importers.sheets import Sheet, joined

NOBODY = "the row names nobody: no name, no company, no address, no phone"
SYSTEM_LABELS = {"mycontacts", "my contacts"}

_JOINED = re.compile(r"\s*(?::::|;(?!ext=))\s*", re.IGNORECASE)  # +43 1;ext=5 is one number


def _people(sheet: Sheet, *, whole_name_first: bool = False) -> Parsed:
    several_companies = sum(":::" in ":::".join(filter(None, row)) for row in _cells(sheet, "organization"))
    if several_companies:
        sheet.notes.append(f"{several_companies} people have several companies: the first was taken")
    sheet["organization"] = _one(sheet, "organization")
    sheet["emails"] = _every(sheet, "email", contentlines.address)
    sheet["phones"] = _every(sheet, "phone", contentlines.phone)
    sheet["profiles"] = _every(sheet, "page", linkedin_profile)
    parts = joined(joined(sheet["first"], sheet["middle"]), sheet["last"])
    sheet["parts"] = pc.if_else(
        pc.match_substring(parts, "@"), "", parts
    )  # an address that was taken for a name
    sheet["display"] = _bare(sheet)
    names = ("display", "parts") if whole_name_first else ("parts", "display")
    sheet["name"] = _first(sheet, *names, "filed_as", "organization")
    sheet.reject(sheet.empty("name", "emails", "phones", "profiles"), NOBODY)
    sheet["introduced_by"] = _introducers(sheet)
    places = zip(*(_one(sheet, field).to_pylist() for field in ("city", "country")), strict=True)
    people = sheet.frame(
        "people",
        title=_one(sheet, "title"),
        location=[", ".join(filter(None, pair)) for pair in places],
        tags=[_tags(cell) for cell in sheet.strings("tags")],
        notes=pc.utf8_slice_codeunits(sheet["notes"], 0, NOTE_LENGTH),
        listed=True,
    )
    return _with_referrals(people, sheet)


def _with_referrals(people: pd.DataFrame, sheet: Sheet) -> Parsed:
    """Who referred whom, where the day on which the card was made shows by when that was known."""
    named = people.assign(given_on=sheet.days("made_on"))[people["introduced_by"].notna()]
    dated = named[named["given_on"].notna()]
    if left := len(named) - len(dated):
        sheet.notes.append(
            f"{left} people have a name under 'referred by' but no date: add them to referrals.csv to count them"
        )
    if len(dated):
        sheet.notes.append("referrals are dated by the day on which the card was made")
    who = dated["emails"].fillna(dated["name"]).fillna("")
    cells = zip(dated["introduced_by"].map(keys.name_key), who, dated["given_on"].astype(str), strict=True)
    referrals = {
        "referral_id": [digest("card", *cell) for cell in cells],
        "referrer": [len(people) + n for n in range(len(dated))],
        "referred": dated.index,
        "kind": "person",
        "given_on": dated["given_on"],
        "inferred": False,
        "source_ref": dated["source_ref"],
    }
    referrers = {"name": dated["introduced_by"], "listed": False, "source_ref": dated["source_ref"]}
    return Parsed(
        people=pd.concat([people, rows("people", len(dated), referrers)], ignore_index=True),
        referrals=rows("referrals", len(dated), referrals),
    )


def _all(sheet: Sheet, field: str) -> list[str]:
    """The columns of a field that the file has, the numbered ones in their order; at least its own name."""
    names = [field, *(f"{field}_{n}" for n in range(1, columns.MANY))]
    return [name for name in names if name in sheet] or [field]


def _cells(sheet: Sheet, field: str) -> Any:
    """What each row says in all columns of a field."""
    return zip(*map(sheet.strings, _all(sheet, field)), strict=True)


def _first(sheet: Sheet, *names: str) -> Any:
    """Of each row the first of these columns that says anything."""
    found = [sheet[name] for name in names]
    return reduce(lambda first, second: pc.if_else(pc.equal(first, ""), second, first), found)


def _one(sheet: Sheet, field: str) -> Any:
    """The first value that any column of the field holds."""
    return pc.replace_substring_regex(_first(sheet, *_all(sheet, field)), r"\s*:::.*", "")


def _every(sheet: Sheet, field: str, normal: Callable[[str], str]) -> Any:
    """All values of the columns of a field, each once, separated as everywhere in the tables."""
    values = [
        several(normal(part) for cell in row if cell for part in _JOINED.split(cell))
        for row in _cells(sheet, field)
    ]
    return pa.array(values, pa.large_string())


def _bare(sheet: Sheet) -> Any:
    """The whole name without the prefix and the suffix that have columns of their own."""
    cells = zip(*map(sheet.strings, ("display", "prefix", "suffix")), strict=True)
    names = [name.removeprefix(prefix).removesuffix(suffix).strip(" ,") for name, prefix, suffix in cells]
    return pa.array(names, pa.large_string())


def _tags(cell: str) -> str:
    """Labels without the star of Google's own, and without the one that everybody has."""
    labels = (label.strip(" *") for label in re.split(r":::|[;,]", cell))
    return several(label for label in labels if label.lower() not in SYSTEM_LABELS)


def _introducers(sheet: Sheet) -> Any:
    """Who referred this person; nobody refers themselves."""
    found = sheet.strings("referred_by")
    for relation in _all(sheet, "relation"):
        labels, names = sheet.strings(relation), sheet.strings(relation.replace("relation", "relative"))
        for row, (label, name) in enumerate(zip(labels, names, strict=True)):
            if not found[row] and re.sub(r"[^a-z]", "", label.lower()) == "referredby":
                found[row] = name
    pairs = zip(found, sheet.strings("name"), strict=True)
    return pa.array(
        [by if keys.name_key(by) != keys.name_key(name) else "" for by, name in pairs], pa.large_string()
    )


def _is_google(fields: set[str]) -> bool:
    numbered = any(field.startswith(("email_", "phone_")) for field in fields)  # nobody else calls them so
    if "first" in fields and {"organization", "organization_1"} & fields:
        return True
    return numbered or ({"first", "tags"} <= fields and bool({"telling", "filed_as", "prefix"} & fields))


def _is_outlook(fields: set[str]) -> bool:
    if {"first", "last", "email_1"} <= fields and {"telling", "email_2", "referred_by"} & fields:
        return True
    return {"display", "email_1"} <= fields and bool({"telling", "email_2", "email_3"} & fields)


def _is_thunderbird(fields: set[str]) -> bool:
    return "email_1" in fields and bool({"first", "last", "display"} & fields)


GOOGLE = {**columns.known("google"), **columns.known("google_more")}
OUTLOOK = {**columns.known("outlook_more"), **columns.known("outlook")}
READERS = (
    sheets.reader("Google contacts", GOOGLE, _is_google, partial(_people, whole_name_first=True)),
    sheets.reader("Outlook contacts", OUTLOOK, _is_outlook, _people),
    sheets.reader("Thunderbird contacts", columns.known("thunderbird"), _is_thunderbird, _people),
)
# Asked after own tables: with few columns left, an English file may be either, one in another language is no own table.
TRIMMED = (
    sheets.reader(
        "Outlook contacts",
        OUTLOOK,
        lambda fields: (
            {"first", "last"} <= fields and any(field.startswith(("email_", "phone_")) for field in fields)
        ),
        _people,
    ),
)
