"""All mails of one source as columns of numbers, so that millions of them fit into memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from networkscope.sources import mail_headers, mailboxes
from networkscope.sources.base import SourceFile
from networkscope.sources.suggest import ANSWERS

ROBOT = "list or robot"
NO_SENDER = "no address in From"
UNDATED = "no possible date, neither the mail's nor its delivery's"
SHORT_BYTES = 1_000  # what is longer is not remembered, so that memory stays bounded

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
        return tuple(map(self._entry, mail_headers.addresses(value)))

    def _entry(self, pair: tuple[str, str]) -> int:
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
    mails = Mails()
    people = _remembered(mails.entries_in, 65_536)
    subject = _remembered(mail_headers.decoded, 65_536)
    label_kind = _remembered(mailboxes.label_kind, 4_096)
    for where, head, kind in mailboxes.headers(file):
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
