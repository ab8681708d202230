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
from networkscope.importers import date_texts, sheets
from networkscope.importers.base import Parsed, digest, rows
from networkscope.importers.linkedin import DEPARTED, NO_DIRECTION, WAYS, owner_on_nearly_all
from networkscope.importers.linkedin_threads import Traffic, find_owners, firsts, people_in, traffic_of
from networkscope.importers.sheets import Sheet, synonyms
from networkscope.texts import TEXT, Flags, Ints, distinct_pairs, encoded

BOTS = re.compile(r"(guide|learning_\w+)_messages")
BOT, DRAFT, SPAM = "a chat with a bot", "a draft that was never sent", "in the spam folder"
NO_RECIPIENT = "the row names no recipient"
TO_SELF = "the row names nobody but the owner"
FAULTS = ("", SPAM, DRAFT, date_texts.UNREADABLE, NO_DIRECTION, DEPARTED, NO_RECIPIENT, TO_SELF)  # "": none
YES = ("yes", "true", "1", "ja", "oui", "si", "sí", "sim")
# The body of a message is not among the columns: it is not read, but where two messages might be one (_told_apart).
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
DIRECTION = schema.choice(schema.DIRECTIONS)
BODY = synonyms(content="content", attachments="attachments")


def _messages(sheet: Sheet) -> Parsed:
    if BOTS.search(sheet.label.rsplit("/", 1)[-1].lower()):
        sheet.reject(np.ones(len(sheet), dtype=bool), BOT)
        sheet.notes.append("left out: a bot is no contact")
        return Parsed()
    named_only = "sender_url" not in sheet
    order = (date_texts.numeric_order(sheet["sent_at"]) or sheet.order) if named_only else None
    sent = date_texts.to_instants(sheet["sent_at"], timezone=sheet.settings.timezone, order=order)
    fault = np.zeros(len(sheet), dtype=np.int64)
    _blame(fault, _is(sheet["folder"], "spam"), SPAM)
    _blame(fault, _is(sheet["draft"], *YES) | _is(sheet["folder"], "draft", "drafts"), DRAFT)
    _blame(fault, np.isnat(sent.to_numpy(dtype="datetime64[us]")), date_texts.UNREADABLE)
    parsed = (_by_name if named_only else _by_profile)(sheet, sent, fault)
    sheet.rejected.update(Counter(FAULTS[number] for number in fault[fault > 0].tolist()))
    return parsed


MESSAGES = sheets.reader(
    "LinkedIn messages",
    COLUMNS,
    {"sender", "recipient", "sent_at", "folder"}.issubset,
    _messages,
    order="mdy",
)


def _blame(fault: Ints, bad: Any, reason: str) -> None:
    """The first fault of a row counts."""
    fault[bad & (fault == 0)] = FAULTS.index(reason)


def _is(column: Any, *words: str) -> Flags:
    numbers, texts = encoded(column)
    return np.array([text.lower() in words for text in texts.to_pylist()], dtype=bool)[numbers]


def _by_profile(sheet: Sheet, sent: pd.Series, fault: Ints) -> Parsed:
    traffic = traffic_of(sheet)
    owners = find_owners(traffic, sheet, fault == FAULTS.index(DRAFT))
    for other in owners[1:]:
        traffic.sender[traffic.sender == other] = owners[0]
        traffic.to[traffic.to == other] = owners[0]
    owner = owners[0] if owners else traffic.add("the owner")
    _find_by_name(traffic, sheet, owner, fault)

    out = traffic.sender == owner
    to_other = traffic.to != owner
    addressed = np.bincount(traffic.to_row[to_other], minlength=len(out)) > 0
    _blame(fault, out & ~addressed, TO_SELF)
    sent_to = to_other & (out & (fault == 0))[traffic.to_row]
    received = np.flatnonzero(~out & (fault == 0))
    row, who = distinct_pairs(
        np.append(traffic.to_row[sent_to], received), np.append(traffic.to[sent_to], traffic.sender[received])
    )

    where, present = traffic.pairs()
    size = np.bincount(where[present != owner], minlength=traffic.conversation.max(initial=0) + 1) + 1
    signatures = pa.array([b"%08x" % zlib.crc32(key.encode()) for key in traffic.keys], TEXT)
    events = {
        "event_id": _event_ids(
            sheet, sent, signatures.take(pa.array(traffic.sender.clip(0))), fault == 0, row
        ),
        "direction": pd.Categorical.from_codes(np.where(out[row], 0, 1), dtype=DIRECTION),
        "group_size": size[traffic.conversation[row]],
        "thread_id": sheet["conversation"].take(pa.array(row)),
    }
    parsed = _frames(sheet, sent, (row, who, traffic.names, traffic.urls), events)
    parsed.owner = tuple(traffic.keys[number] for number in owners)
    return parsed


def _find_by_name(traffic: Traffic, sheet: Sheet, owner: int, fault: Ints) -> None:
    """Rows without a profile: whoever bears the name in that conversation, else somebody of that name."""
    unsigned = np.flatnonzero(traffic.sender < 0)
    mute = np.ones(len(traffic.sender), dtype=bool)
    mute[traffic.to_row] = False
    if not len(unsigned) and not mute.any():
        return
    own = (sheet.settings.owner_name, traffic.names[owner])
    by_name = {(-1, key): owner for key in map(keys.name_key, own) if key}
    where, who = traffic.pairs()
    asked = np.isin(where, traffic.conversation[np.append(unsigned, np.flatnonzero(mute))])
    for conversation, person in zip(where[asked].tolist(), who[asked].tolist(), strict=True):
        by_name.setdefault((conversation, keys.name_key(traffic.names[person])), person)

    def number(row: int, name: str) -> int:
        key = keys.name_key(name)
        here = (int(traffic.conversation[row]), key)
        if here not in by_name and (-1, key) not in by_name:
            by_name[-1, key] = traffic.add(f"name:{key}", name)
        return by_name.get(here, by_name.get((-1, key), 0))

    senders, recipients = sheet.strings("sender"), sheet.strings("recipient")
    for row in unsigned.tolist():
        if names := people_in(senders[row]):
            traffic.sender[row] = number(row, ", ".join(names))
        else:
            _blame(fault[row : row + 1], True, DEPARTED)
    added = []
    for row in np.flatnonzero(mute & (traffic.sender == owner)).tolist():
        names = people_in(recipients[row])
        added += [(row, number(row, name)) for name in names]
        _blame(fault[row : row + 1], not names, DEPARTED if recipients[row] else NO_RECIPIENT)
    if added:
        more = np.array(added, dtype=np.int64)
        traffic.to_row = np.append(traffic.to_row, more[:, 0])
        traffic.to = np.append(traffic.to, more[:, 1])


def _event_ids(sheet: Sheet, sent: pd.Series, signatures: Any, fine: Flags, row: Ints) -> Any:
    """Conversation, second and sender: the same in every export that holds the message."""
    conversation = sheet["conversation"]
    if sheet.empty("conversation").any():
        substitute = pa.array([digest(cell) for cell in sheet.strings("recipient_urls")], TEXT)
        conversation = pc.if_else(pc.equal(conversation, ""), substitute, conversation)
    moments = sent.to_numpy(dtype="datetime64[s]").astype(np.int64)
    parts = (conversation, pc.cast(pa.array(moments), TEXT), signatures)
    ids = pc.binary_join_element_wise(*parts, pa.scalar("-", TEXT))
    return _told_apart(sheet, ids, fine).take(pa.array(row))


def _told_apart(sheet: Sheet, ids: Any, fine: Flags) -> Any:
    """Rows under one id are one message where they are the same in all, else messages of the same moment.

    Only here is the body of a message looked at; the second and later ones get their number behind the id.
    """
    numbers, _ = encoded(ids)
    rows_of = np.bincount(numbers[fine], minlength=len(numbers))
    asked = np.flatnonzero(fine & (rows_of[numbers] > 1))
    if not len(asked):
        return ids
    whole = sheet.read(BODY)
    at = np.searchsorted(whole.lines, sheet.lines[asked]).tolist()
    said = [whole.columns[name].to_pylist() for name in whole.columns] + [sheet.strings("subject")]
    texts = ids.to_pylist()
    seen: dict[str, dict[Any, int]] = {}
    for row, line in zip(asked.tolist(), at, strict=True):
        content = (*(cells[line] for cells in said[:-1]), said[-1][row])
        number = seen.setdefault(texts[row], {}).setdefault(content, len(seen[texts[row]]))
        texts[row] += f"-{number + 1}" if number else ""
    return pa.array(texts, TEXT)


def _frames(
    sheet: Sheet,
    sent: pd.Series,
    persons: tuple[Ints, Ints, list[str], list[str]],
    events: dict[str, Any],
) -> Parsed:
    """The two frames; `persons` says row and person of each event, and what the persons are called."""
    row, who, names, urls = persons
    first = firsts(who, len(names))
    met = np.flatnonzero(first >= 0)
    refs = sheet.refs(row)
    people = {
        "name": [names[number] for number in met.tolist()],
        "profiles": [urls[number] for number in met.tolist()],
        "listed": False,
        "source_ref": refs.iloc[first[met]],
    }
    interactions = {
        **events,
        "person": np.searchsorted(met, who),
        "occurred_at": sent.array.take(row),
        "channel": "linkedin",
        "purpose": "unknown",
        "subject": sheet["subject"].take(pa.array(row)),
        "source_ref": refs,
    }
    return Parsed(
        people=rows("people", len(met), people), interactions=rows("interactions", len(row), interactions)
    )


def _by_name(sheet: Sheet, sent: pd.Series, fault: Ints) -> Parsed:
    """The layout of 2018: no profiles and no conversations, but every row says its direction."""
    senders, recipients, subjects = map(sheet.strings, ("sender", "recipient", "subject"))
    ways = [WAYS.get(way.lower(), "") for way in sheet.strings("direction")]
    _blame(fault, np.array([not way for way in ways], dtype=bool), NO_DIRECTION)
    numbers: dict[str, int] = {}
    names: list[str] = []
    own: list[str] = []
    events: list[tuple[int, int, int]] = []
    for row in np.flatnonzero(fault == 0).tolist():
        to, by = people_in(recipients[row]), people_in(senders[row])
        theirs, ours = (to, by) if ways[row] == "outbound" else (by, to)
        own += [keys.name_key(name) for name in ours[:1] if len(ours) == 1]
        _blame(fault[row : row + 1], not theirs, DEPARTED)
        for name in dict.fromkeys(theirs):
            number = numbers.setdefault(keys.name_key(name), len(names))
            names += [name] if number == len(names) else []
            events.append((row, number, len(to) + 1))
    at, who, size = np.array(events, dtype=np.int64).reshape(-1, 3).T
    cells = zip(sent, senders, recipients, subjects, fault == 0, strict=True)
    ids = [digest(when.isoformat(), *rest) if fine else "" for when, *rest, fine in cells]
    told = {
        "event_id": _told_apart(sheet, pa.array(ids, TEXT), fault == 0).take(pa.array(at)),
        "direction": [ways[row] for row in at.tolist()],
        "group_size": size,
    }
    parsed = _frames(sheet, sent, (at, who, names, [""] * len(names)), told)
    parsed.owner = owner_on_nearly_all(own)
    return parsed
