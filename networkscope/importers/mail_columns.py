"""All mails of one source as tables of numbers, so that millions of them fit into memory.

- `mails`, one row per usable mail: `at` (seconds), `where` (offset, or number of the part), `event` and `thread`
  (hashes), `sender` (an entry), `to_count`; whether it lay under `sent`, has `attachments`, or is an `orphan`, an
  answer that says no more than its `subject` of what it answers
- `to`, the recipients of all these mails, one after another: `entry`
- `entries`, each address with each name it goes by: `name, address`; `present`, how often in what robots sent
- `counts`, whatever else was seen: `what` (READ, REJECTED, …), its `key` (why, or an address), its `count`
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.importers import base, mail_headers, mailboxes
from networkscope.importers.base import Frames, SourceFile
from networkscope.importers.purposes import ANSWERS

READ, REJECTED, DELIVERED, LIST, BY_DELIVERY = "read", "rejected", "delivered to", "list", "dated by delivery"
ROBOT = "list or robot"
NO_SENDER = "no address in From"
UNDATED = "no possible date, neither the mail's nor its delivery's"
SHORT_BYTES = 1_000  # what is longer is not remembered, so that memory stays bounded

_NUMBERS = ("at", "where", "sender", "to_count", "sent", "attachments", "orphan")

T = TypeVar("T")


class _Remembered(dict[bytes, T]):
    """What `parse` makes of each value, looked up where it came before; for so many values."""

    def __init__(self, parse: Callable[[bytes], T], size: int) -> None:
        super().__init__()
        self.parse, self.size = parse, size

    def __missing__(self, value: bytes) -> T:
        found = self.parse(value)
        if len(value) <= SHORT_BYTES:
            if len(self) >= self.size:
                self.clear()
            self[value] = found
        return found


def collect(file: SourceFile) -> Frames:
    """All mails of the file; those that cannot be used are only counted, by reason."""
    if file.size <= base.PIECE_BYTES or not mailboxes.is_mbox(file):
        return _collect(mailboxes.headers(file))
    return _joined(list(file.pieces(lambda begin, end: _collect(mailboxes.headers(file, begin, end)))))


def _joined(pieces: list[Frames]) -> Frames:
    """One after the other; an entry keeps the number that it has where it comes first."""
    frames = {name: pd.concat([piece[name] for piece in pieces], ignore_index=True) for name in pieces[0]}
    entries = frames["entries"].groupby(["name", "address"], sort=False)
    number, sizes = entries.ngroup().to_numpy(), [len(piece["entries"]) for piece in pieces]
    for table, column in (("mails", "sender"), ("to", "entry")):
        before = np.repeat(np.cumsum([0, *sizes[:-1]]), [len(piece[table]) for piece in pieces])
        frames[table][column] = number[frames[table][column].to_numpy() + before]
    frames["entries"] = entries["present"].sum().reset_index()
    frames["counts"] = frames["counts"].groupby(["what", "key"])["count"].sum().reset_index()
    return frames


def _collect(headers: Iterator[tuple[int, bytes, str]]) -> Frames:
    numbers, to, subjects = array("q"), array("q"), list[str]()
    events, threads = bytearray(), bytearray()
    entries: dict[tuple[str, str], int] = {}
    robots: set[int] = set()
    present, delivered, counts = Counter[int](), Counter[bytes](), Counter[tuple[str, str]]()

    def entries_in(value: bytes) -> tuple[int, ...]:
        pairs = mail_headers.addresses(value)
        found = tuple(entries.setdefault(pair, len(entries)) for pair in pairs)
        robots.update(entry for entry, (_, address) in zip(found, pairs, strict=True) if is_robot(address))
        return found

    is_robot = lru_cache(maxsize=65_536)(mail_headers.is_robot)
    people, subject = _Remembered(entries_in, 65_536), _Remembered(mail_headers.decoded, 65_536)
    label_kind = _Remembered(mailboxes.label_kind, 4_096)
    read = 0
    for read, (where, head, folder) in enumerate(headers, start=1):  # noqa: B007
        found = mail_headers.fields(head)
        kind = label_kind[found[b"x-gmail-labels"]] if b"x-gmail-labels" in found else folder
        if b"x-mozilla-draft-info" in found:
            kind = mailboxes.DRAFT
        if kind and kind != mailboxes.SENT:
            counts[REJECTED, kind] += 1
            continue
        sender, takers = people[found.get(b"from", b"")], people[found.get(b"to", b"")]
        if b"cc" in found or b"bcc" in found:
            takers += people[found.get(b"cc", b"")] + people[found.get(b"bcc", b"")]
        if b"delivered-to" in found:
            delivered[found[b"delivered-to"]] += 1
        by = sender + people[found[b"sender"]] if b"sender" in found else sender
        if mail_headers.is_bulk(found) or not robots.isdisjoint(by):
            counts.update((LIST, address) for address in mail_headers.list_addresses(found))
            present.update(takers)
            counts[REJECTED, ROBOT] += 1
            continue
        if not sender:
            counts[REJECTED, NO_SENDER] += 1
            continue
        at = mail_headers.seconds(found.get(b"date", b""))
        if at is None:
            at = mail_headers.delivered_seconds(head)
            counts[(REJECTED, UNDATED) if at is None else (BY_DELIVERY, "")] += 1
            if at is None:
                continue
        text = subject[found.get(b"subject", b"")]
        event, thread, orphan = _identified(found, at, text)
        attachments = found.get(b"content-type", b"")[:15].lower() == b"multipart/mixed"
        sent = kind == mailboxes.SENT
        numbers.extend((at, where, sender[0], len(takers), sent, attachments, orphan))
        events += event
        threads += thread
        to.extend(takers)
        subjects.append(text)
    counts[READ, ""] = read
    for value, count in delivered.items():
        counts[DELIVERED, value[:SHORT_BYTES].decode("latin-1")] += count
    table = np.array(numbers, np.int64).reshape(-1, len(_NUMBERS))
    mails = pd.DataFrame(table, columns=_NUMBERS).assign(
        event=np.frombuffer(events, np.int64),
        thread=np.frombuffer(threads, np.int64),
        subject=pd.Series(subjects, dtype=schema.TEXT),
    )
    pairs = pd.DataFrame(list(entries), columns=["name", "address"], dtype=schema.TEXT)
    seen = pd.DataFrame(
        [(*which, count) for which, count in sorted(counts.items())], columns=["what", "key", "count"]
    )
    return {
        "mails": mails,
        "to": pd.DataFrame({"entry": np.array(to, np.int64)}),
        "entries": pairs.assign(present=np.array([present[entry] for entry in range(len(pairs))], np.int64)),
        "counts": seen.astype({"what": schema.TEXT, "key": schema.TEXT, "count": "int64"}),
    }


def _identified(found: Mapping[bytes, bytes], at: int, subject: str) -> tuple[bytes, bytes, bool]:
    """The hash of the event, the same in every file that holds the mail, and of the thread that it claims to be
    in; and whether it is an orphan.
    """
    own = mail_headers.first_id(found.get(b"message-id", b""))
    if not own:
        [(_, sender), *_] = mail_headers.addresses(found[b"from"])
        own = f"{at} {sender} {subject}".encode()
    event = mail_headers.digest(own)
    if b"x-gm-thrid" in found:
        return event, mail_headers.digest(b"thread\0" + found[b"x-gm-thrid"].strip()), False
    parent = mail_headers.first_id(found.get(b"references", b""))
    parent = parent or mail_headers.first_id(found.get(b"in-reply-to", b""))
    if parent:
        return event, mail_headers.digest(parent), False
    return event, event, ANSWERS.match(subject) is not None
