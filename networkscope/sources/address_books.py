"""Who stands in the address books that Google, Outlook and Thunderbird write as CSV?

All three say the same in other words: names in parts, and addresses, phones and pages in numbered columns, of which
there may be any number. What Outlook calls "Referred By" makes a referral where the file says when the card was made;
where it does not, the name is kept as `introduced_by`, and no date is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.settings import Settings
from networkscope.sources import sheets
from networkscope.sources.address_words import GOOGLE, MANY, OUTLOOK, THUNDERBIRD
from networkscope.sources.base import Parsed, SourceFile, digest, rows, source_refs
from networkscope.sources.tabular import TEXT, Sheet

NOBODY = "the row names nobody: no name, no company, no address, no phone"
NOTE_LENGTH = 500
LONGEST_ADDRESS = 320  # in characters, by the rules of mail
SYSTEM_LABELS = {"mycontacts"}

_JOINED = re.compile(r"\s*(?::::|;)\s*")
_PROFILE = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub)/[^\s,;\"]+", re.IGNORECASE)


def _people(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:
    for column in sheet.table.column_names:
        sheet[column] = sheets.cleaned(sheet[column])
    sheet["organization"] = _first(sheet, "organization", *_all(sheet, "organization"))
    sheet["emails"] = _several(sheet, "email", lambda text: keys.email_key(text[:LONGEST_ADDRESS]))
    sheet["phones"] = _several(sheet, "phone", lambda text: text.replace(";", ","))
    sheet["profiles"] = _several(sheet, "page", _profile)
    sheet["name"] = sheets.joined(sheets.joined(sheet["first"], sheet["middle"]), sheet["last"])
    sheet["name"] = _first(sheet, "name", "display", "filed_as", "organization")
    sheet.reject(sheet.empty("name", "emails", "phones", "profiles"), NOBODY)
    sheet["introduced_by"] = _introducers(sheet)
    places = [_first(sheet, field, *_all(sheet, field)).to_pylist() for field in ("city", "country")]
    refs = source_refs(file.label, sheet.lines)
    people = {
        **{name: sheet[name] for name in ("name", "organization", "emails", "phones", "profiles")},
        "title": _first(sheet, "title", *_all(sheet, "title")),
        "location": [", ".join(filter(None, pair)) for pair in zip(*places, strict=True)],
        "tags": [_tags(cell) for cell in sheet.strings("tags")],
        "notes": pc.utf8_slice_codeunits(sheet["notes"], 0, NOTE_LENGTH),
        "introduced_by": sheet["introduced_by"],
        "listed": True,
        "source_ref": refs,
    }
    return _with_referrals(Parsed(), rows("people", len(refs), people), sheet, settings)


def _with_referrals(parsed: Parsed, people: pd.DataFrame, sheet: Sheet, settings: Settings) -> Parsed:
    """Who referred whom, where the day on which the card was made tells by when that was known."""
    given_on = sheets.days(sheet, "made_on", settings, parsed.notes)
    by = people["introduced_by"]
    dated = np.flatnonzero(by.notna() & given_on.notna())
    if left := int(by.notna().sum()) - len(dated):
        parsed.notes.append(
            f"{left} people have a name under 'referred by' but no date: add them to referrals.csv to count them"
        )
    if len(dated):
        parsed.notes.append("referrals are dated by the day on which the card was made")
    who = people["emails"].fillna(people["name"]).fillna("")
    cells = zip(by.iloc[dated], who.iloc[dated], given_on.iloc[dated].astype(str), strict=True)
    referrals = {
        "referral_id": [digest("card", keys.name_key(name), *rest) for name, *rest in cells],
        "referrer": np.arange(len(dated)) + len(people),
        "referred": dated,
        "kind": "person",
        "given_on": given_on.iloc[dated],
        "inferred": False,
        "source_ref": people["source_ref"].iloc[dated],
    }
    mentions = {"name": by.iloc[dated], "listed": False, "source_ref": referrals["source_ref"]}
    parsed.people = pd.concat([people, rows("people", len(dated), mentions)], ignore_index=True)
    parsed.referrals = rows("referrals", len(dated), referrals)
    return parsed


def _all(sheet: Sheet, field: str) -> list[str]:
    """The numbered columns of a field that the file has, in their order."""
    return [name for n in range(1, MANY) if (name := f"{field}_{n}") in sheet.table.column_names]


def _first(sheet: Sheet, *names: str) -> Any:
    """Of each row the first of these columns that says anything."""
    found = sheet[names[0]]
    for name in names[1:]:
        found = pc.if_else(pc.equal(found, ""), sheet[name], found)
    return found


def _several(sheet: Sheet, field: str, normal: Callable[[str], str]) -> Any:
    """All values of the numbered columns, each once, separated as everywhere in the tables."""
    columns = [sheet.strings(name) for name in _all(sheet, field)]
    cells = zip(*columns, strict=True) if columns else [()] * len(sheet.lines)
    return pa.array(
        [_once(normal(part) for cell in row if cell for part in _JOINED.split(cell)) for row in cells], TEXT
    )


def _once(values: Iterable[str]) -> str:
    return schema.SEPARATOR.join(filter(None, dict.fromkeys(values)))


def _profile(text: str) -> str:
    """LinkedIn profiles only: other pages may belong to a whole company."""
    found = _PROFILE.search(text[:LONGEST_ADDRESS])
    return found[0] if found else ""


def _tags(cell: str) -> str:
    """Labels without the star of Google's own, and without the one that everybody bears."""
    labels = (label.strip(" *") for label in re.split(r":::|[;,]", cell))
    return _once(label for label in labels if label.lower() not in SYSTEM_LABELS)


def _introducers(sheet: Sheet) -> Any:
    """Who referred this person; nobody refers himself."""
    found = sheet.strings("referred_by")
    for relation in _all(sheet, "relation"):
        labels, names = sheet.strings(relation), sheet.strings(relation.replace("relation", "relative"))
        said = [re.sub(r"[^a-z]", "", label.lower()) == "referredby" for label in labels]
        found = [old or (name if yes else "") for old, name, yes in zip(found, names, said, strict=True)]
    own = map(keys.name_key, sheet.strings("name"))
    return pa.array([by if keys.name_key(by) != me else "" for by, me in zip(found, own, strict=True)], TEXT)


def _is_google(fields: set[str]) -> bool:
    return {"first", "tags"} <= fields and bool({"telling", "filed_as", "email_1", "phone_1"} & fields)


def _is_outlook(fields: set[str]) -> bool:
    return {"first", "last", "email_1"} <= fields and bool({"telling", "email_2", "referred_by"} & fields)


def _is_thunderbird(fields: set[str]) -> bool:
    return {"first", "display", "email_1"} <= fields


READERS = (
    sheets.reader("Google contacts", GOOGLE, _is_google, _people),
    sheets.reader("Outlook contacts", OUTLOOK, _is_outlook, _people),
    sheets.reader("Thunderbird contacts", THUNDERBIRD, _is_thunderbird, _people),
)
