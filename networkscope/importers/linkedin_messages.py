"""Who wrote to whom on LinkedIn, when, and what did the message do? No body of a message is kept.

People are identified by profile, not by name: the cells with names have commas in them, or are empty. A message
that the owner received is credited to its sender, one that the owner sent to each of its recipients.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.importers import date_texts, sheets
from networkscope.importers.base import Parsed, digest, rows
from networkscope.importers.columns import known
from networkscope.importers.linkedin import DEPARTED, NO_DIRECTION, owner_on_nearly_all, people_in
from networkscope.importers.linkedin_traffic import Traffic, owners_of, traffic_in
from networkscope.importers.message_acts import read_acts
from networkscope.importers.sheets import Sheet

BOTS = re.compile(r"(guide|learning_\w+)_messages")
BOT, DRAFT, SPAM = "a chat with a bot", "a draft that was never sent", "in the spam folder"
NO_RECIPIENT = "the row names no recipient"
TO_SELF = "only you are in it"
YES = ("yes", "true", "1", "ja", "oui", "si", "sí", "sim")
BODY = {"content": "content", "attachments": "attachments"}

# What a message is with one person: row, the person's key, event id, did the owner send it, how many are in it.
Event = tuple[int, str, str, bool, int]


def _messages(sheet: Sheet) -> Parsed:
    if BOTS.search(sheet.label.rsplit("/", 1)[-1].lower()):
        sheet.reject(np.ones(len(sheet), dtype=bool), BOT)
        sheet.notes.append("left out: a bot is no contact")
        return Parsed()
    names_only = "sender_url" not in sheet
    order = (date_texts.numeric_order(sheet["sent_at"]) or sheet.order) if names_only else None
    sent = date_texts.to_instants(sheet["sent_at"], timezone=sheet.settings.timezone, order=order)
    folders, drafts = ([cell.lower() for cell in sheet.strings(name)] for name in ("folder", "draft"))
    reasons = [*map(_reason, folders, drafts, sent.isna())]
    parsed = (_by_name if names_only else _by_profile)(sheet, sent, reasons)
    sheet.rejected.update(filter(None, reasons))
    return parsed


def _reason(folder: str, draft: str, undated: bool) -> str:
    if folder == "spam":
        return SPAM
    if draft in YES or folder in ("draft", "drafts"):
        return DRAFT
    return date_texts.UNREADABLE if undated else ""


MESSAGES = sheets.reader(
    "LinkedIn messages",
    known("linkedin_messages"),
    {"sender", "recipient", "sent_at", "folder"}.issubset,
    _messages,
    order="mdy",
)


def _by_profile(sheet: Sheet, sent: pd.Series, reasons: list[str]) -> Parsed:
    traffic = traffic_in(sheet)
    owners = owners_of(traffic, sheet, [row for row, reason in enumerate(reasons) if reason == DRAFT])
    owner = owners[0] if owners else "the owner"
    pairs = _pairs(traffic, sheet, {owner, *owners}, owner, reasons)
    size = {where: len({*who} - {owner, *owners}) + 1 for where, who in traffic.members.items()}
    # Conversation, second and sender: the same in every export that holds the message.
    where, urls = sheet.strings("conversation"), sheet.strings("recipient_urls")
    seconds = sent.to_numpy(dtype="datetime64[s]").astype(np.int64)
    events = [
        (
            row,
            person,
            f"{where[row] or digest(urls[row])}-{seconds[row]}-{zlib.crc32(sender.encode()):08x}",
            sender == owner,
            size[traffic.conversations[row]],
        )
        for row, sender, others in pairs
        for person in others
    ]
    parsed = _frames(sheet, sent, events, traffic.names, traffic.urls)
    parsed.owner = tuple(owners)
    return parsed


def _pairs(
    traffic: Traffic, sheet: Sheet, own: set[str], owner: str, reasons: list[str]
) -> list[tuple[int, str, list[str]]]:
    """Row, sender and the others of each message that counts; the rest get their reasons.

    Where a profile is missing it is whoever bears the name in that conversation, else somebody of that name.
    """
    own_names = {keys.name_key(name) for name in (sheet.settings.owner_name, traffic.names.get(owner, ""))}
    named: dict[str, dict[str, str]] = {}

    def person(where: str, name: str) -> str:
        key = keys.name_key(name)
        if where not in named:
            bearers = [(keys.name_key(traffic.names[who]), who) for who in traffic.members[where]]
            named[where] = dict(reversed(bearers))
        found = named[where].get(key) or (owner if key in own_names else f"name:{key}")
        traffic.names.setdefault(found, name)
        traffic.members[where].setdefault(found)
        return found

    found = []
    rows_of = zip(
        traffic.conversations, traffic.senders, traffic.recipients,
        sheet.strings("sender"), sheet.strings("recipient"), strict=True,
    )  # fmt: skip
    for row, (where, sender, to, signed, addressed) in enumerate(rows_of):
        if not sender:
            names = people_in(signed)
            sender = person(where, ", ".join(names)) if names else ""
        if not sender:
            reasons[row] = reasons[row] or DEPARTED
        elif sender not in own:
            found.append((row, sender, [sender]))
        else:
            to = to or [person(where, name) for name in people_in(addressed)]
            others = [key for key in dict.fromkeys(to) if key not in own]
            nobody = TO_SELF if to else DEPARTED if addressed else NO_RECIPIENT
            reasons[row] = reasons[row] or ("" if others else nobody)
            found.append((row, owner, others))
    return [pair for pair in found if not reasons[pair[0]]]


def _numbered(sheet: Sheet, events: pd.DataFrame) -> pd.Series:
    """Rows under one id are one message where they are the same in all, else messages of the same moment.

    Only here is the body of a message looked at; the second and later ones get their number behind the id.
    """
    each = events.drop_duplicates("row")
    each = each[each["id"].duplicated(keep=False)]
    if each.empty:
        return events["id"]
    columns = [sheet["subject"].take(pa.array(each["row"])), *_bodies(sheet, each["row"]).values()]
    texts = [column.to_pylist() for column in columns]
    contents: dict[str, dict[Any, int]] = {}
    suffix = {}
    for row, name, *content in zip(each["row"], each["id"], *texts, strict=True):
        different = contents.setdefault(name, {})
        number = different.setdefault(tuple(content), len(different) + 1)
        suffix[row] = f"-{number}" if number > 1 else ""
    return events["id"] + events["row"].map(suffix).fillna("")


def _frames(
    sheet: Sheet, sent: pd.Series, found: list[Event], names: dict[str, str], urls: dict[str, str]
) -> Parsed:
    events = pd.DataFrame(found, columns=["row", "person", "id", "out", "size"])
    at = events["row"].to_numpy(dtype=np.int64)
    first = dict(zip(events["person"][::-1], range(len(at) - 1, -1, -1), strict=True))
    met = [key for key in names if key in first]
    refs = sheet.refs(at)
    people = {
        "name": [names[key] for key in met],
        "profiles": [urls.get(key, "") for key in met],
        "listed": False,
        "source_ref": refs[[first[key] for key in met]],
    }
    interactions = {
        "event_id": _numbered(sheet, events),
        "person": events["person"].map({key: number for number, key in enumerate(met)}),
        "occurred_at": sent.array.take(at),
        "channel": "linkedin",
        "direction": np.where(events["out"], "outbound", "inbound"),
        "purpose": "unknown",
        "group_size": events["size"],
        "thread_id": sheet["conversation"].take(pa.array(at)),
        "subject": sheet["subject"].take(pa.array(at)),
        "source_ref": refs,
    }
    parsed = Parsed(
        people=rows("people", len(met), people), interactions=rows("interactions", len(at), interactions)
    )
    if sheet.settings.words_read:  # else the file need not be read again
        bodies = _bodies(sheet, at)
        if "attachments" in bodies and parsed.interactions is not None:
            names = pc.fill_null(pc.utf8_trim_whitespace(bodies["attachments"]), "")
            attached = pc.not_equal(names, "").to_numpy(zero_copy_only=False)
            parsed.interactions["attachments"] = pd.array(attached, dtype=schema.FLAG)
        read_acts(parsed, bodies.get("content", pa.nulls(len(at), pa.large_string())), sheet.settings)
    return parsed


def _bodies(sheet: Sheet, at: Any) -> dict[str, Any]:
    """What was written and attached in each of these rows, read from the file for this moment alone."""
    whole = sheet.read(BODY)
    place = pa.array(np.searchsorted(whole.lines, sheet.lines[at]))
    return {name: texts.take(place).cast(pa.large_string()) for name, texts in whole.columns.items()}


def _by_name(sheet: Sheet, sent: pd.Series, reasons: list[str]) -> Parsed:
    """The layout of 2018: no profiles and no conversations, but every row says its direction."""
    senders, recipients, subjects = map(sheet.strings, ("sender", "recipient", "subject"))
    names: dict[str, str] = {}
    own: list[str] = []
    events: list[Event] = []
    for row, way in enumerate(sheet.strings("direction")):
        to, by = people_in(recipients[row]), people_in(senders[row])
        out = way.lower() == "outgoing"
        theirs, ours = (to, by) if out else (by, to)
        reasons[row] = reasons[row] or ("" if way.lower() in ("outgoing", "incoming") else NO_DIRECTION)
        own += [keys.name_key(name) for name in ours if len(ours) == 1 and not reasons[row]]
        reasons[row] = reasons[row] or ("" if theirs else DEPARTED)
        for name in () if reasons[row] else dict.fromkeys(theirs):
            names.setdefault(keys.name_key(name), name)
            event_id = digest(sent[row].isoformat(), senders[row], recipients[row], subjects[row])
            events.append((row, keys.name_key(name), event_id, out, len(to) + 1))
    parsed = _frames(sheet, sent, events, names, {})
    parsed.owner = owner_on_nearly_all(own)
    return parsed
