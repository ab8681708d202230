"""The messages of one chat as touches: who wrote to whom and when, whatever program exported it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
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


def touches(chat: Chat, label: str, settings: Settings) -> Parsed:
    """Every message as one interaction; in a group, one of the owner's with each of its members."""
    others = list(chat.others)
    senders = np.asarray(chat.senders, dtype=object)
    reasons = np.where(senders == "", SYSTEM, np.where(chat.sent.isna(), UNREADABLE, ""))
    alone = TO_NOBODY if not others else TO_MANY if len(others) >= LARGE_GROUP else ""
    reasons = np.where((senders == chat.owner) & (reasons == ""), alone, reasons)
    row, who = _exchanges(np.flatnonzero(reasons == ""), senders, others)
    met, first, person = np.unique(who, return_index=True, return_inverse=True)
    refs = source_refs(label, np.asarray(chat.lines)[row])
    events = {
        "event_id": _event_ids(chat.thread, senders, chat.sent, row),
        "person": person,
        "occurred_at": chat.sent.iloc[row],
        "channel": "chat",
        "direction": np.where(senders[row] == chat.owner, "outbound", "inbound"),
        "purpose": "unknown",
        "group_size": len(others) + 1,
        "thread_id": chat.thread,
        "source_ref": refs,
    }
    called = [others[number] for number in met]
    people = {
        "name": ["" if _PHONE.fullmatch(name) or _MAIL.fullmatch(name) else name for name in called],
        "phones": [name if _PHONE.fullmatch(name) else "" for name in called],
        "emails": [name if _MAIL.fullmatch(name) else "" for name in called],
        "listed": False,
        "source_ref": refs.iloc[first],
    }
    parsed = Parsed(
        people=rows("people", len(met), people),
        interactions=rows("interactions", len(row), events),
        rows_read=len(senders),
        rejected=Counter(reasons[reasons != ""].tolist()),
    )
    read_acts(parsed, pa.array(chat.texts, pa.large_string()).take(pa.array(row)), settings)
    return parsed


def _exchanges(usable: Any, senders: Any, others: list[str]) -> tuple[Any, Any]:
    """Row and person: of each message its sender, of the owner's own everybody else."""
    one = {name: [at] for at, name in enumerate(others)}
    everybody = range(len(others))
    pairs = [(row, at) for row in usable.tolist() for at in one.get(senders[row], everybody)]
    row, who = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return row, who


def _event_ids(thread: str, senders: Any, sent: pd.Series, row: Any) -> list[str]:
    """Chat, sender and minute, counted: the same in every export that holds the message."""
    minutes = sent.dt.tz_localize(None).to_numpy().astype("datetime64[m]").astype(np.int64)
    count = pd.DataFrame({"sender": senders, "at": minutes}).groupby(["sender", "at"]).cumcount()
    signature = {sender: keys.name_key(sender) for sender in set(senders)}
    facts = zip(senders[row].tolist(), minutes[row].tolist(), count.to_numpy()[row].tolist(), strict=True)
    return [digest(thread, signature[sender], str(minute), str(number)) for sender, minute, number in facts]
