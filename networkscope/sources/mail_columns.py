"""All mails of one source as columns of numbers, so that millions of them fit into memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.sources import base, mail_headers, mailboxes
from networkscope.sources.base import Frames, SourceFile
from networkscope.sources.suggest import ANSWERS

ROBOT = "list or robot"
NO_SENDER = "no address in From"
UNDATED = "no possible date, neither the mail's nor its delivery's"
SHORT_BYTES = 1_000  # what is longer is not remembered, so that memory stays bounded

_NUMBERS = ("at", "where", "event", "thread", "sender", "to_count", "sent", "attachments")

T = TypeVar("T")


def _column() -> array[int]:
    return array("q")


@dataclass
class Mails:
    """The usable mails as columns of numbers. A person is an address, an entry an address with a name.

    `robots`, `present` (how often in what robots sent) and `to` name entries; `delivered` counts Delivered-To.
    `at` (seconds), `where` (offset, or number of the part), `event` and `thread` (hashes), `sender` and the
    `to_count` next of `to` (entries), `orphans` (answers that say no more than their subject of what they answer).
    """

    at: array[int] = field(default_factory=_column)
    where: array[int] = field(default_factory=_column)
    event: array[int] = field(default_factory=_column)
    thread: array[int] = field(default_factory=_column)
    sender: array[int] = field(default_factory=_column)
    to: array[int] = field(default_factory=_column)
    to_count: array[int] = field(default_factory=_column)
    sent: array[int] = field(default_factory=_column)
    attachments: array[int] = field(default_factory=_column)
    orphans: list[int] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    entries: dict[tuple[str, str], int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    person_of: array[int] = field(default_factory=_column)
    robots: set[int] = field(default_factory=set)
    present: Counter[int] = field(default_factory=Counter)
    delivered: Counter[bytes] = field(default_factory=Counter)
    lists: set[str] = field(default_factory=set)
    rejected: Counter[str] = field(default_factory=Counter)
    read: int = 0
    dated_by_delivery: int = 0

    def entries_in(self, value: bytes) -> tuple[int, ...]:
        """The entries of an address header, new ones numbered."""
        return tuple(map(self.entry, mail_headers.addresses(value)))

    def entry(self, pair: tuple[str, str]) -> int:
        number = self.entries.setdefault(pair, len(self.entries))
        if number == len(self.person_of):
            self.person_of.append(self.persons.setdefault(pair[1], len(self.persons)))
            if self.person_of[-1] == len(self.addresses):
                self.addresses.append(pair[1])
            if mail_headers.is_robot(pair[1]):
                self.robots.add(number)
        return number


def collect(file: SourceFile) -> Mails:
    """All mails of the file; those that cannot be used are only counted, by reason."""
    if file.size <= base.PIECE_BYTES or not mailboxes.is_mbox(file):
        return _collect(mailboxes.headers(file))
    mails = Mails()
    for frames in file.pieces(lambda begin, end: as_frames(_collect(mailboxes.headers(file, begin, end)))):
        add_frames(mails, frames)
    return mails


def _collect(headers: Iterator[tuple[int, bytes, str]]) -> Mails:
    mails = Mails()
    people = _remembered(mails.entries_in, 65_536)
    subject = _remembered(mail_headers.decoded, 65_536)
    label_kind = _remembered(mailboxes.label_kind, 4_096)
    for where, head, kind in headers:
        mails.read += 1
        found = mail_headers.fields(head)
        if b"x-gmail-labels" in found:
            kind = label_kind(found[b"x-gmail-labels"])
        if b"x-mozilla-draft-info" in found:
            kind = mailboxes.DRAFT
        if kind and kind != mailboxes.SENT:
            mails.rejected[kind] += 1
            continue
        sender = people(found.get(b"from", b""))
        to = people(found.get(b"to", b""))
        if b"cc" in found or b"bcc" in found:
            to += people(found.get(b"cc", b"")) + people(found.get(b"bcc", b""))
        if b"delivered-to" in found:
            mails.delivered[found[b"delivered-to"][:SHORT_BYTES]] += 1
        by = sender + people(found[b"sender"]) if b"sender" in found else sender
        if mail_headers.is_bulk(found) or not mails.robots.isdisjoint(by):
            mails.lists |= mail_headers.list_addresses(found)
            mails.present.update(to)
            mails.rejected[ROBOT] += 1
        elif not sender:
            mails.rejected[NO_SENDER] += 1
        elif (at := _dated(mails, found, head)) is None:
            mails.rejected[UNDATED] += 1
        else:
            text = subject(found.get(b"subject", b""))
            _identify(mails, found, (at, sender[0], text))
            mails.at.append(at)
            mails.where.append(where)
            mails.sender.append(sender[0])
            mails.to.extend(to)
            mails.to_count.append(len(to))
            mails.sent.append(kind == mailboxes.SENT)
            mails.attachments.append(found.get(b"content-type", b"")[:15].lower() == b"multipart/mixed")
            mails.subjects.append(text)
    return mails


def as_frames(mails: Mails) -> Frames:
    """The same as tables, so that it can be kept."""
    columns = {name: np.array(getattr(mails, name), np.int64) for name in _NUMBERS}
    entries = pd.DataFrame(list(mails.entries), columns=["name", "address"], dtype=schema.TEXT)
    counts = [("rejected", reason, count) for reason, count in mails.rejected.items()]
    counts += [("delivered", text.decode("latin-1"), count) for text, count in mails.delivered.items()]
    counts += [("list", address, 1) for address in sorted(mails.lists)]
    counts += [("read", "", mails.read), ("dated by delivery", "", mails.dated_by_delivery)]
    told = pd.DataFrame(counts, columns=["what", "key", "count"])
    return {
        "mails": pd.DataFrame(columns).assign(subject=pd.Series(mails.subjects, dtype=schema.TEXT)),
        "to": pd.DataFrame({"entry": np.array(mails.to, np.int64)}),
        "orphans": pd.DataFrame({"mail": np.array(mails.orphans, np.int64)}),
        "entries": entries.assign(present=[mails.present[number] for number in range(len(entries))]),
        "counts": told.astype({"what": schema.TEXT, "key": schema.TEXT, "count": "int64"}),
    }


def add_frames(mails: Mails, frames: Frames) -> None:
    """Append what `as_frames` told of the next piece of the file; entries get the numbers that they have here."""
    table, entries, first = frames["mails"], frames["entries"], len(mails.at)
    pairs = zip(entries["name"].tolist(), entries["address"].tolist(), strict=True)
    number = np.array([mails.entry(pair) for pair in pairs], np.int64)
    columns = {name: table[name].to_numpy() for name in _NUMBERS}
    columns |= {"sender": number[columns["sender"]], "to": number[frames["to"]["entry"].to_numpy()]}
    for name, values in columns.items():
        getattr(mails, name).frombytes(values.astype(np.int64).tobytes())
    mails.subjects += table["subject"].tolist()
    mails.orphans += (frames["orphans"]["mail"] + first).tolist()
    mails.present.update(dict(zip(number.tolist(), entries["present"].tolist(), strict=True)))
    for what, key, count in frames["counts"].itertuples(index=False):
        if what == "rejected":
            mails.rejected[key] += count
        elif what == "delivered":
            mails.delivered[key.encode("latin-1")] += count
        elif what == "list":
            mails.lists.add(key)
        elif what == "read":
            mails.read += count
        else:
            mails.dated_by_delivery += count


def _remembered(parse: Callable[[bytes], T], size: int) -> Callable[[bytes], T]:
    short = lru_cache(maxsize=size)(parse)
    return lambda value: short(value) if len(value) <= SHORT_BYTES else parse(value)


def _dated(mails: Mails, found: Mapping[bytes, bytes], head: bytes) -> int | None:
    at = mail_headers.seconds(found.get(b"date", b""))
    if at is None:
        at = mail_headers.delivered_seconds(head)
        mails.dated_by_delivery += at is not None
    return at


def _identify(mails: Mails, found: Mapping[bytes, bytes], told: tuple[int, int, str]) -> None:
    """Number the event, the same in every file that holds the mail, and the thread that it claims to be in."""
    own = mail_headers.first_id(found.get(b"message-id", b""))
    at, sender, subject = told
    if not own:
        own = f"{at} {mails.addresses[mails.person_of[sender]]} {subject}".encode()
    event = thread = mail_headers.number(own)
    parent = mail_headers.first_id(found.get(b"references", b""))
    parent = parent or mail_headers.first_id(found.get(b"in-reply-to", b""))
    if b"x-gm-thrid" in found:
        thread = mail_headers.number(b"thread", found[b"x-gm-thrid"].strip())
    elif parent:
        thread = mail_headers.number(parent)
    elif ANSWERS.match(subject):
        mails.orphans.append(len(mails.at))
    mails.event.append(event)
    mails.thread.append(thread)
