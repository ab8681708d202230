"""Who wrote to whom by mail, when, and what did the mail do? No body of a mail is kept.

A mail is a touch between the owner and its sender or, where the owner wrote it, each of its recipients; what Gmail
labels as a chat, a talk with its sender, since both write in one. What lists, newsletters and machines send is set
apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from networkscope import schema
from networkscope.importers import mail_headers, mailboxes
from networkscope.importers.base import Parsed, Reader, SourceFile, owner_unclear, rows, source_refs, texts
from networkscope.importers.mail_bodies import BODY_BYTES, text_of
from networkscope.importers.mail_returned import RETURNED, came_back, failed_addresses
from networkscope.importers.mail_threads import threads_of
from networkscope.importers.message_acts import read_acts
from networkscope.importers.purposes import ANSWERS, UNKNOWN, suggest_purpose
from networkscope.settings import Settings

ROBOT = "list or robot"
NO_SENDER = "no address in From"
NO_RECIPIENT = "no address in To, Cc or Bcc"
UNDATED = "no possible date, neither the mail's nor its delivery's"
TO_SELF = "only you are in it"
is_robot = lru_cache(maxsize=65_536)(mail_headers.is_robot)

CO_MENTIONED_UP_TO = 20  # a mail to more people than that shows no tie between them
SHORT_BYTES = 1_000  # longer headers are not remembered, so that memory stays bounded
COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("at", "where", "sender"), np.int64),
    "to": object,
    **dict.fromkeys(("sent", "chat", "attachments", "orphan"), bool),
    **dict.fromkeys(("event", "thread", "subject"), schema.TEXT),
}

Flags = npt.NDArray[np.bool_]
T = TypeVar("T")


class Mails:
    """All mails of one source as tables, and what was counted on the way.

    `table` has one row per usable mail, with `where` it is (offset, or number of the part) and its `sender` (a row of
    `persons`); an `orphan` is an answer that names no mail. `to` has the recipients, as `mail` and `person`. `persons`
    are addresses, each with the `name` that is used most, and how often it is `present` in what robots sent.
    """

    def __init__(self, file: SourceFile, *, words: bool) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.entries: dict[tuple[str, str], int] = {}
        self.robots, self.lists = set[int](), set[str]()
        self.present, self.delivered, self.rejected = Counter[int](), Counter[bytes](), Counter[str]()
        self.read = self.dated_by_delivery = 0
        self.people, self.subject = _remembering(self._people), _remembering(mail_headers.decoded)
        self.label_kind = _remembering(mailboxes.label_kind)
        self.failures: list[tuple[int, str]] = []  # when nothing could be delivered, and to which address
        self.bodies: list[str] = []  # of the mails in `rows`, for the moment in which they are read
        for where, head, folder, body in mailboxes.headers(file, BODY_BYTES if words else 0):
            self.read += 1
            if reason := self._add(where, head, folder, body):
                self.rejected[reason] += 1
        self.table, self.to, self.persons = self._tables()
        self.senders = self.table["sender"].rename("person").rename_axis("mail").reset_index()

    def _add(self, where: int, head: bytes, folder: str, body: bytes) -> str:
        """Take in one mail; why it cannot be used, or nothing."""
        found = mail_headers.fields(head)
        kind = self.label_kind(found[b"x-gmail-labels"]) if b"x-gmail-labels" in found else folder
        if b"x-mozilla-draft-info" in found:
            kind = mailboxes.DRAFT
        if kind not in ("", mailboxes.SENT, mailboxes.CHAT):
            return kind
        sender, to = self.people(found.get(b"from", b"")), self.people(found.get(b"to", b""))
        if b"cc" in found or b"bcc" in found:
            to += self.people(found.get(b"cc", b"")) + self.people(found.get(b"bcc", b""))
        if b"delivered-to" in found:
            self.delivered[found[b"delivered-to"][:SHORT_BYTES]] += 1
        by = sender + self.people(found[b"sender"]) if b"sender" in found else sender
        if mail_headers.is_bulk(found) or not self.robots.isdisjoint(by):
            self.lists |= mail_headers.list_addresses(found)
            self._note_failure(found, body)
            self.present.update(to)
            return ROBOT
        if not sender:
            return NO_SENDER
        at = mail_headers.seconds(found.get(b"date", b""))
        if at is None:
            at = mail_headers.delivered_seconds(head)
            if at is None:
                return UNDATED
            self.dated_by_delivery += 1
        subject = self.subject(found.get(b"subject", b""))
        event, thread, orphan = _identified(found, at, subject)
        attachments = found.get(b"content-type", b"")[:15].lower() == b"multipart/mixed"
        kinds = kind == mailboxes.SENT, kind == mailboxes.CHAT
        self.bodies.append(text_of(found, body) if body else "")
        self.rows.append((at, where, sender[0], to, *kinds, attachments, orphan, event, thread, subject))
        return ""

    def _note_failure(self, found: Mapping[bytes, bytes], body: bytes) -> None:
        at = mail_headers.seconds(found.get(b"date", b""))
        if at is None:
            return
        for _, sender in mail_headers.addresses(found.get(b"from", b"")):
            self.failures += [(at, address) for address in failed_addresses(sender, found, body)]

    def _people(self, value: bytes) -> tuple[int, ...]:
        pairs = mail_headers.addresses(value)
        found = tuple(self.entries.setdefault(pair, len(self.entries)) for pair in pairs)
        self.robots |= {entry for entry, (_, address) in zip(found, pairs, strict=True) if is_robot(address)}
        return found

    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        table = pd.DataFrame(self.rows, columns=list(COLUMNS)).astype(COLUMNS)
        to = table.pop("to").explode().dropna().astype(np.int64)
        entries = pd.DataFrame(list(self.entries), columns=["name", "address"], dtype=schema.TEXT)
        entries["person"], addresses = pd.factorize(entries["address"])
        entries["used"] = pd.concat([table["sender"], to]).value_counts()
        entries["present"] = pd.Series(self.present, dtype=np.int64)
        entries = entries.fillna({"used": 0, "present": 0})
        named = entries[entries["name"] != ""].sort_values(["used", "name"], ascending=[False, True])
        persons = pd.DataFrame({"address": addresses})
        persons["name"] = named.drop_duplicates("person").set_index("person")["name"]
        persons["present"] = entries.groupby("person")["present"].sum()
        person = entries["person"].to_numpy()
        table["sender"] = person[table["sender"]]
        return table, pd.DataFrame({"mail": to.index, "person": person[to]}), persons


def _remembering(parse: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """The same function, which remembers what it found for short values."""
    kept = lru_cache(maxsize=65_536)(parse)
    return lambda value: kept(value) if len(value) <= SHORT_BYTES else parse(value)


def _identified(found: Mapping[bytes, bytes], at: int, subject: str) -> tuple[str, str, bool]:
    """The id of the event, the same in every file that has the mail, that of its thread, and is it an orphan?"""
    own = mail_headers.first_id(found.get(b"message-id", b""))
    if not own:
        [(_, sender), *_] = mail_headers.addresses(found[b"from"])
        own = f"{at} {sender} {subject}".encode()
    event = mail_headers.short_id(own)
    if b"x-gm-thrid" in found:
        return event, mail_headers.short_id(b"thread\0" + found[b"x-gm-thrid"].strip()), False
    parent = mail_headers.first_id(found.get(b"references", b""))
    parent = parent or mail_headers.first_id(found.get(b"in-reply-to", b""))
    if parent:
        return event, mail_headers.short_id(parent), False
    return event, event, ANSWERS.match(subject) is not None


def read(file: SourceFile, settings: Settings) -> Parsed:
    """What do the mails of this file say about whom? A LoadError names the candidates where the owner is unclear.

    Rows: one per mail and person; a mail that is in the file twice gives the same events twice. `attachments` is
    True where the Content-Type is multipart/mixed, which nearly always means that a file is attached; `suggested`,
    where the purpose was read from the subject. `tables["co_mentions"]` has the other recipients of inbound mails to
    at most 20 people: they were written to together, but by somebody else, so that is no touch.
    """
    mails = Mails(file, words=settings.words_read)
    table, addresses = mails.table, mails.persons["address"]
    robot = addresses.map(is_robot).to_numpy(dtype=bool)
    me = _owner(mails, settings, robot, file.label)
    robot = (robot | addresses.isin(mails.lists).to_numpy()) & ~me
    everybody = pd.concat([mails.senders, mails.to])
    others = _pairs(everybody[~me[everybody["person"]]]).groupby("mail").size()
    table["group_size"] = others.reindex(table.index, fill_value=0) + 1  # the owner is always one of them
    table["out"] = me[table["sender"]]
    table["thread"] = threads_of(table, everybody[~me[everybody["person"]]])
    heard = ~(me | robot)[table["sender"]]
    to = mails.to[~(me | robot)[mails.to["person"]]].join(table[["sender", "out", "group_size"]], on="mail")
    touches = _pairs(to[to["out"]], mails.senders[heard])
    sent = touches.assign(
        at=table["at"].reindex(touches["mail"]).array, address=addresses[touches["person"]].array
    )
    returned = came_back(sent[table["out"].reindex(touches["mail"]).to_numpy()], mails.failures)
    lost, touches = touches.loc[returned, "mail"], touches.drop(returned).reset_index(drop=True)
    with_others = (
        heard[to["mail"]] & (to["person"] != to["sender"]) & (to["group_size"] <= CO_MENTIONED_UP_TO)
    )
    co_recipients = _pairs(to[with_others])
    parsed = _frames(file, mails, settings, touches, co_recipients)
    bodies = pa.array(mails.bodies, pa.large_string()).take(pa.array(touches["mail"].to_numpy()))
    mails.bodies.clear()
    read_acts(parsed, bodies, settings)
    parsed.rows_read = mails.read
    parsed.rejected = mails.rejected + _unused(mails, touches, robot, lost)
    parsed.owner = tuple(sorted(addresses[me]))
    parsed.notes = _notes(mails, settings, parsed.owner)
    return parsed


READERS = (Reader("mail", mailboxes.recognises, read),)


def _pairs(*parts: pd.DataFrame) -> pd.DataFrame:
    """Mails and persons, each pair once, in order."""
    pairs = pd.concat(parts)[["mail", "person"]]
    return pairs.drop_duplicates().sort_values(["mail", "person"], ignore_index=True)


def _owner(mails: Mails, settings: Settings, robot: Flags, label: str) -> Flags:
    """Which persons are the owner: as book.toml says, and whoever sent what is under Sent; else whoever mails are
    delivered to; else whoever is in nearly all mails, where nobody else is in most of them.
    """
    addresses, table = mails.persons["address"], mails.table
    me = addresses.isin(settings.owner_emails).to_numpy(copy=True)
    me[table["sender"][table["sent"]]] = True
    if settings.owner_emails or table.empty:
        return me
    for value, count in mails.delivered.most_common(1):
        if 5 * count >= 4 * mails.delivered.total():
            me |= addresses.isin([address for _, address in mail_headers.addresses(value)]).to_numpy()
    if me.any():
        return me
    who = _pairs(mails.to, mails.senders)["person"]
    present = np.bincount(who, minlength=len(me)) + mails.persons["present"].to_numpy()
    present[robot] = 0
    total = len(table) + mails.rejected[ROBOT]
    best, *others = np.argsort(-present, kind="stable")[:3].tolist()
    if 5 * present[best] >= 4 * total and all(5 * present[person] <= 3 * total for person in others):
        me[best] = True
        return me
    raise owner_unclear(label, "mails", [addresses[person] for person in (best, *others) if present[person]])


def _unused(mails: Mails, touches: pd.DataFrame, robot: Flags, lost: pd.Series) -> Counter[str]:
    """Why each mail that is a touch with nobody is none."""
    table, to = mails.table, mails.to
    to_robot = table.index.isin(to["mail"][robot[to["person"]]])
    addressed = table.index.isin(to["mail"])
    why = np.where(to_robot | ~table["out"], ROBOT, np.where(addressed, TO_SELF, NO_RECIPIENT))
    why = np.where(table.index.isin(lost), RETURNED, why)
    return Counter(why[~table.index.isin(touches["mail"])].tolist())


def _notes(mails: Mails, settings: Settings, owner: tuple[str, ...]) -> list[str]:
    notes = []
    if mails.dated_by_delivery:
        notes.append(
            f"{mails.dated_by_delivery} mails have no possible date; that of their delivery was used"
        )
    if repeated := int(mails.table["event"].duplicated().sum()):
        notes.append(f"{repeated} mails are in it once more; each counts once")
    if settings.owner_emails and len(mails.table) and not owner:
        unknown = "none of the owner's emails in book.toml occurs in it"
        notes.append(f"{unknown}, so every mail counts as received: is one missing?")
    return notes


def _frames(
    file: SourceFile, mails: Mails, settings: Settings, touches: pd.DataFrame, co_recipients: pd.DataFrame
) -> Parsed:
    where, parts = mails.table["where"], file.parts
    refs = texts([parts[part].label for part in where]) if parts else source_refs(file.label, where)
    known = pd.concat([touches, co_recipients]).drop_duplicates("person").sort_values("person")
    position = pd.Series(np.arange(len(known)), known["person"])
    persons, refs_of_people = mails.persons.loc[known["person"]], refs[known["mail"]]
    people = {"name": persons["name"], "emails": persons["address"], "source_ref": refs_of_people}
    table = mails.table.loc[touches["mail"]]
    directions = np.where(table["chat"], "mutual", np.where(table["out"], "outbound", "inbound")).tolist()
    suggest = lru_cache(maxsize=None)(suggest_purpose) if settings.suggest_purposes else lambda *_: UNKNOWN
    events = {
        "event_id": table["event"],
        "person": position[touches["person"]],
        "occurred_at": pd.to_datetime(table["at"], unit="s", utc=True),
        "channel": np.where(table["chat"], "chat", "email").tolist(),
        "direction": directions,
        "purpose": list(map(suggest, table["subject"].tolist(), directions)),
        "group_size": table["group_size"],
        "thread_id": table["thread"],
        "subject": table["subject"].replace("", None),
        "source_ref": refs[touches["mail"]],
    }
    interactions = rows("interactions", len(touches), events)
    interactions["attachments"] = pd.array(table["attachments"], dtype=schema.FLAG)
    interactions["suggested"] = (interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    event_ids = mails.table["event"][co_recipients["mail"]].array
    co_mentions = pd.DataFrame({"person": position[co_recipients["person"]].array, "event_id": event_ids})
    return Parsed(
        people=rows("people", len(known), people | {"listed": False}),
        interactions=interactions,
        tables={"co_mentions": co_mentions},
    )
