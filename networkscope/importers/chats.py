"""The messages of one chat as touches: who wrote to whom and when, whatever program exported it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from networkscope import keys
from networkscope.importers.base import Parsed, digest, rows, source_refs
from networkscope.importers.message_acts import read_acts
from networkscope.settings import Settings

SYSTEM = "a line of the app, not of a person"
TO_NOBODY = "a message to nobody: in this chat only you wrote"
TO_MANY = "a message of yours to a large group: it is addressed to nobody in particular"
UNREADABLE = "a date or a time that does not exist"
LARGE_GROUP = 20
# A message, or a call, with one person; `at` is when, as the file writes it.
EVENT = ("who", "at", "event_id", "channel", "direction", "group_size", "thread_id", "source_ref", "text")

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,}")


@dataclass(frozen=True)
class Chat:
    """One chat: `senders` (empty: the app), `sent` (UTC; NaT: no such time), `texts` and `lines` of the messages;
    `others` are all but the owner, `thread` is what the chat is called in every export of it."""

    thread: str
    owner: str
    others: Sequence[str]
    senders: Any
    sent: pd.Series
    texts: Sequence[str]
    lines: Any


def messages(text: str, starts: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], str]]:
    """The start of each message, and what comes behind it until the next one."""
    ends = [*(start.start() for start in starts[1:]), len(text)]
    yield from ((start, text[start.end() : end]) for start, end in zip(starts, ends, strict=True))


def line_numbers(text: str, places: list[int]) -> Any:
    """In which lines of a text are these places?"""
    breaks = np.array([found.start() for found in re.finditer("\n", text)], dtype=np.int64)
    return np.searchsorted(breaks, np.array(places, dtype=np.int64)) + 1


def touches(chat: Chat, label: str, settings: Settings) -> Parsed:
    """Every message as one interaction; in a group, one of the owner's with each of its members."""
    others = list(chat.others)
    senders = np.asarray(chat.senders, dtype=object)
    reasons = np.where(senders == "", SYSTEM, np.where(chat.sent.isna(), UNREADABLE, ""))
    reasons = np.where((senders == chat.owner) & (reasons == ""), unaddressed(others), reasons)
    # Of each message its sender, of the owner's own everybody else.
    one = {name: [name] for name in others}
    usable = np.flatnonzero(reasons == "").tolist()
    pairs = [(at, who) for at in usable for who in one.get(senders[at], others)]
    row = np.array([at for at, _ in pairs], dtype=np.int64)
    events = {
        "who": [who for _, who in pairs],
        "event_id": _event_ids(chat.thread, senders, chat.sent, row),
        "channel": "chat",
        "occurred_at": chat.sent.take(row).array,
        "direction": np.where(senders[row] == chat.owner, "outbound", "inbound"),
        "group_size": len(others) + 1,
        "thread_id": chat.thread,
        "source_ref": source_refs(label, np.asarray(chat.lines)[row]),
        "text": [chat.texts[at] for at in row.tolist()],
    }
    parsed = Parsed(rows_read=len(senders), rejected=Counter(reasons[reasons != ""].tolist()))
    add_touches(parsed, pd.DataFrame(events), {name: _facts(name) for name in others}, settings)
    return parsed


def unaddressed(others: Sized) -> str:
    """Why what the owner writes in a chat with these others is no touch; empty where it is one."""
    return TO_NOBODY if not others else TO_MANY if len(others) >= LARGE_GROUP else ""


def add_touches(
    parsed: Parsed,
    events: pd.DataFrame,
    people: Mapping[str, Mapping[str, Any]],
    settings: Settings,
    listed: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Put interactions and people into `parsed`, and what the messages do.

    `events` has a row per message and person: columns of interactions, `who` (a key of `people`, which has what is
    known of each) and `text`. Of the people those come in who have an event, and all of a contact list, `listed`.
    """
    first = events.drop_duplicates("who").set_index("who")["source_ref"]
    met = [who for who in people if who in first.index]
    mentions = [{**people[who], "listed": False, "source_ref": first[who]} for who in met]
    mentions += [{**contact, "listed": True} for contact in listed]
    parsed.people = rows("people", len(mentions), dict(pd.DataFrame(mentions).replace("", None)))
    person = events["who"].map({who: number for number, who in enumerate(met)})
    columns = {**events.drop(columns=["who", "text"]), "person": person, "purpose": "unknown"}
    parsed.interactions = rows("interactions", len(events), columns)
    read_acts(parsed, pa.array(events["text"].tolist(), pa.large_string()), settings)


def _facts(name: str) -> dict[str, str]:
    """What a chat calls somebody may be a phone number, or an address."""
    if _PHONE.fullmatch(name):
        return {"phones": name}
    return {"emails" if _MAIL.fullmatch(name) else "name": name}


def _event_ids(thread: str, senders: Any, sent: pd.Series, row: Any) -> list[str]:
    """Chat, sender and minute, counted: the same in every export that holds the message."""
    minutes = sent.dt.tz_localize(None).to_numpy().astype("datetime64[m]").astype(np.int64)
    count = pd.DataFrame({"sender": senders, "at": minutes}).groupby(["sender", "at"]).cumcount()
    signature = {sender: keys.name_key(sender) for sender in set(senders)}
    facts = zip(senders[row].tolist(), minutes[row].tolist(), count.to_numpy()[row].tolist(), strict=True)
    return [digest(thread, signature[sender], str(minute), str(number)) for sender, minute, number in facts]
