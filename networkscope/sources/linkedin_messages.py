"""Who wrote to whom on LinkedIn, and when? Never what: no body of a message is kept.

People are told apart by profile, not by name: the names stand there with commas in them, or not at all. A
message that the owner received is credited to its sender, one that he sent to each of its recipients.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.settings import Settings
from networkscope.sources import dates, sheets, tabular
from networkscope.sources.base import Parsed, SourceFile, digest, rows, source_refs
from networkscope.sources.linkedin import DEPARTED, NO_DIRECTION, WAYS, mostly
from networkscope.sources.linkedin_threads import (
    Flags,
    Numbers,
    Traffic,
    codes,
    find_owners,
    people_in,
    traffic_of,
)
from networkscope.sources.sheets import synonyms
from networkscope.sources.tabular import Sheet

BOTS = re.compile(r"(guide|learning_\w+)_messages")
BOT, DRAFT, SPAM = "a chat with a bot", "a draft that was never sent", "in the spam folder"
NO_RECIPIENT = "the row names no recipient"
TO_SELF = "the row names nobody but the owner"
YES = ("yes", "true", "1", "ja", "oui", "si", "sí", "sim")
# The body of a message is not among the columns: it is never read.
COLUMNS = synonyms(
    conversation="conversation id",
    sender="from",
    sender_url="sender profile url",
    recipient="to",
    recipient_urls="recipient profile urls",
    sent_at="date",
    subject="subject",
    direction="direction",
    folder="folder",
    draft="is message draft",
)


def _messages(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:
    if BOTS.search(file.label.rsplit("/", 1)[-1].lower()):
        sheet.reject(np.ones(len(sheet.lines), dtype=bool), BOT)
        return Parsed(notes=["left out: a bot is no contact"])
    named_only = "sender_url" not in sheet.table.column_names
    order = (dates.numeric_order(sheet.strings("sent_at")) or "mdy") if named_only else None
    sent = dates.to_instants(sheet["sent_at"], timezone=settings.timezone, order=order)
    fault = np.full(len(sheet.lines), None, dtype=object)
    _blame(fault, _is(sheet["folder"], "spam"), SPAM)
    _blame(fault, _is(sheet["draft"], *YES) | _is(sheet["folder"], "draft", "drafts"), DRAFT)
    _blame(fault, sent.isna().to_numpy(), dates.UNREADABLE)
    if named_only:
        return _by_name(sheet, file, sent, fault)
    return _by_profile(sheet, file, settings, sent, fault)


MESSAGES = sheets.reader(
    "LinkedIn messages", COLUMNS, {"sender", "recipient", "sent_at", "folder"}.issubset, _messages
)


def _blame(fault: Any, bad: Any, reason: str) -> None:
    fault[bad & (fault == None)] = reason  # noqa: E711 (element by element)


def _is(column: Any, *words: str) -> Flags:
    numbers, texts = codes(column)
    return np.array([text.strip().lower() in words for text in texts] or [False])[numbers]


def _by_profile(sheet: Sheet, file: SourceFile, settings: Settings, sent: pd.Series, fault: Any) -> Parsed:
    traffic = traffic_of(sheet)
    owners = find_owners(traffic, sheet, settings, fault == DRAFT, file.label)
    for owner in owners[1:]:
        traffic.sender[traffic.sender == owner] = owners[0]
        traffic.to[traffic.to == owner] = owners[0]
    owner = owners[0] if owners else traffic.number("the owner")
    _find_by_name(traffic, sheet, settings, owner, fault)

    out = traffic.sender == owner
    to_other = traffic.to != owner
    addressed = np.bincount(traffic.to_row[to_other], minlength=len(out)) > 0
    _blame(fault, out & ~addressed, TO_SELF)
    fine = fault == None  # noqa: E711
    sent_to = to_other & (out & fine)[traffic.to_row]
    received = np.flatnonzero(~out & fine)
    row = np.concatenate([traffic.to_row[sent_to], received])
    who = np.concatenate([traffic.to[sent_to], traffic.sender[received]])
    order = np.lexsort((who, row))
    row, who = row[order], who[order]

    everywhere = np.unique(traffic.conversation)
    where, _ = traffic.pairs((everywhere, np.full(len(everywhere), owner)))
    size = np.bincount(where)[traffic.conversation[row]] if len(row) else row
    keys_of = list(traffic.people)
    signature = np.array([f"{zlib.crc32(key.encode()):08x}" for key in keys_of] or [""], dtype=object)
    events = {
        "event_id": _event_ids(sheet, sent, signature[traffic.sender[row]], row),
        "direction": pd.Categorical.from_codes(np.where(out[row], 0, 1), list(schema.DIRECTIONS)),
        "group_size": size,
        "thread_id": sheet["conversation"].take(pa.array(row)),
    }
    names = [traffic.names.get(number, "") for number in range(len(keys_of))]
    parsed = _frames(sheet, file, sent, fault, (row, who, names, traffic.urls), events)
    parsed.owner = tuple(keys_of[number] for number in owners)
    return parsed


def _find_by_name(traffic: Traffic, sheet: Sheet, settings: Settings, owner: int, fault: Any) -> None:
    """Rows without a profile: whoever bears the name in that conversation, else somebody of that name."""
    by_name = {
        (None, keys.name_key(settings.owner_name)): owner,
        (None, keys.name_key(traffic.names.get(owner, ""))): owner,
    }
    by_name.pop((None, ""), None)
    unsigned = np.flatnonzero(traffic.sender < 0)
    mute = np.ones(len(traffic.sender), dtype=bool)
    mute[traffic.to_row] = False
    if not len(unsigned) and not mute.any():
        return
    for where, who in zip(*traffic.pairs(), strict=True):
        by_name.setdefault((where, keys.name_key(traffic.names.get(who, ""))), who)

    def number(row: int, name: str) -> int:
        key = keys.name_key(name)
        found = by_name.get((traffic.conversation[row], key), by_name.get((None, key)))
        if found is None:
            found = traffic.number(f"name:{key}")
            traffic.names[found] = name
        return found

    senders, recipients = sheet.strings("sender"), sheet.strings("recipient")
    for row in unsigned.tolist():
        if names := people_in(senders[row]):
            traffic.sender[row] = number(row, ", ".join(names))
        elif fault[row] is None:
            fault[row] = DEPARTED
    added = []
    for row in np.flatnonzero(mute & (traffic.sender == owner)).tolist():
        added += [(row, number(row, name)) for name in people_in(recipients[row])]
        if fault[row] is None and not (added and added[-1][0] == row):
            fault[row] = DEPARTED if recipients[row].strip() else NO_RECIPIENT
    if added:
        more = np.array(added, dtype=np.int64)
        traffic.to_row = np.concatenate([traffic.to_row, more[:, 0]])
        traffic.to = np.concatenate([traffic.to, more[:, 1]])


def _event_ids(sheet: Sheet, sent: pd.Series, signature: Any, row: Numbers) -> Any:
    """Conversation, second and sender: the same in every export that holds the message."""
    conversation = sheet["conversation"].take(pa.array(row))
    if pc.any(pc.equal(conversation, "")).as_py():
        recipients = sheet["recipient_urls"].take(pa.array(row)).to_pylist()
        substitute = pa.array([digest(cell) for cell in recipients], tabular.TEXT)
        conversation = pc.if_else(pc.equal(conversation, ""), substitute, conversation)
    moments = sent.dt.tz_localize(None).to_numpy()[row]
    seconds = pc.cast(pa.array(moments.astype("datetime64[s]").astype(np.int64)), tabular.TEXT)
    parts = (conversation, seconds, pa.array(signature, tabular.TEXT))
    return pc.binary_join_element_wise(*parts, pa.scalar("-", tabular.TEXT))


def _frames(
    sheet: Sheet,
    file: SourceFile,
    sent: pd.Series,
    fault: Any,
    persons: tuple[Numbers, Numbers, list[str], list[str]],
    events: dict[str, Any],
) -> Parsed:
    """The two frames, and the rejected rows counted; `persons` says row and person of each event."""
    row, who, names, urls = persons
    sheet.rejected.update(Counter(fault[fault != None].tolist()))  # noqa: E711
    met, at, person = np.unique(who, return_index=True, return_inverse=True)
    refs = source_refs(file.label, sheet.lines[row])
    people = {
        "name": [names[number] for number in met],
        "profiles": [urls[number] for number in met],
        "listed": False,
        "source_ref": refs.iloc[at],
    }
    interactions = {
        **events,
        "person": person,
        "occurred_at": sent.iloc[row],
        "channel": "linkedin",
        "purpose": "unknown",
        "subject": sheets.cleaned(sheet["subject"].take(pa.array(row))),
        "source_ref": refs,
    }
    return Parsed(
        people=rows("people", len(met), people), interactions=rows("interactions", len(row), interactions)
    )


def _by_name(sheet: Sheet, file: SourceFile, sent: pd.Series, fault: Any) -> Parsed:
    """The layout of 2018: no profiles and no conversations, but every row says its direction."""
    senders, recipients = sheet.strings("sender"), sheet.strings("recipient")
    subjects = sheet.strings("subject")
    numbers: dict[str, int] = {}
    names: list[str] = []
    own: list[str] = []
    events: list[tuple[int, int, str, int, str]] = []
    for row, way in enumerate(sheet.strings("direction")):
        direction = WAYS.get(way.strip().lower())
        if direction is None:
            fault[row] = fault[row] or NO_DIRECTION
        if fault[row] is not None:
            continue
        to, by = people_in(recipients[row]), people_in(senders[row])
        theirs, ours = (to, by) if direction == "outbound" else (by, to)
        own += [keys.name_key(name) for name in ours[:1] if len(ours) == 1]
        if not theirs:
            fault[row] = DEPARTED
        event = digest(sent[row].isoformat(), senders[row], recipients[row], subjects[row])
        for name in dict.fromkeys(theirs):
            number = numbers.setdefault(keys.name_key(name), len(names))
            names += [name] if number == len(names) else []
            events.append((row, number, str(direction), len(to) + 1, event))
    told = {
        "event_id": [event[4] for event in events],
        "direction": [event[2] for event in events],
        "group_size": [event[3] for event in events],
    }
    at = np.array([event[:2] for event in events], dtype=np.int64).reshape(-1, 2)
    persons = (at[:, 0], at[:, 1], names, [""] * len(names))
    parsed = _frames(sheet, file, sent, fault, persons, told)
    parsed.owner = mostly(own)
    return parsed
