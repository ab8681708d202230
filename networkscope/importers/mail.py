"""Who wrote to whom by mail, and when? From the headers alone: no body of a mail is kept, or even looked at.

A mail is a touch between the owner and its sender or, where the owner wrote it, each of its recipients. What
lists, newsletters and machines send is set apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.importers import mail_columns, mail_headers, mailboxes
from networkscope.importers.base import (
    Frames,
    Parsed,
    Reader,
    SourceFile,
    owner_unclear,
    rows,
    source_refs,
    texts,
)
from networkscope.importers.mail_columns import BY_DELIVERY, DELIVERED, LIST, READ, REJECTED, ROBOT
from networkscope.importers.purposes import ANSWERS, UNKNOWN, suggest_purpose
from networkscope.settings import Settings
from networkscope.texts import Flags, Ints, distinct_pairs, hexadecimal

TO_SELF = "it names nobody but the owner"
NO_RECIPIENT = "no address in To, Cc or Bcc"
CO_MENTIONED_UP_TO = 20  # a mail to more people than that shows no tie between them


@dataclass(frozen=True)
class _Mails:
    """Who wrote to whom, by number of mail and of person; `to_mail` says whose recipient each of `to` is."""

    table: pd.DataFrame  # the `mails` of mail_columns
    persons: pd.DataFrame  # an address each: `address`, the `name` it goes by, and how often it is `present`
    counts: dict[str, Counter[str]]
    sender: Ints
    to_mail: Ints
    to: Ints

    @property
    def every(self) -> Ints:
        return np.arange(len(self.table))

    def pairs(self, *parts: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
        """Mails and persons, each pair once, in order."""
        mail, person = map(np.concatenate, zip(*parts, strict=True))
        return distinct_pairs(mail, person)

    def are(self, addresses: Iterable[str]) -> Flags:
        return self.persons["address"].isin(list(addresses)).to_numpy(copy=True)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """What do the mails of this file say of whom?

    Rows: one per mail and person. `attachments` is True where the Content-Type is multipart/mixed, which nearly
    always means a file is attached (and misses the rare one that is shown within the text); `suggested` says that
    the purpose was read off the subject. A mail that stands in the file twice gives the same events twice, with
    another `source_ref`: whoever gathers them keeps one. `tables["co_mentions"]` pairs each other recipient
    (`person`) of an inbound mail of at most 20 people with its `event_id`: they were written to together, but by
    somebody else, so it is no touch.

    Raises
    ------
    LoadError
        It cannot be told which address is the owner's; the candidates are named.
    """
    mails = _mails(mail_columns.collect(file))
    robot = mails.persons["address"].map(mail_headers.is_robot).to_numpy(dtype=bool)
    me = _owner(mails, settings, robot, file.label)
    robot = (robot | mails.are(mails.counts[LIST])) & ~me
    out, other = me[mails.sender], ~(me | robot)[mails.to]
    written, beside = other & out[mails.to_mail], other & ~out[mails.to_mail]
    heard = mails.every[~out & ~robot[mails.sender]]
    touches = mails.pairs((mails.to_mail[written], mails.to[written]), (heard, mails.sender[heard]))
    size = _group_sizes(mails, me)
    beside &= np.isin(mails.to_mail, heard) & (mails.to != mails.sender[mails.to_mail])
    beside &= size[mails.to_mail] <= CO_MENTIONED_UP_TO
    co_mentions = mails.pairs((mails.to_mail[beside], mails.to[beside]))
    mails.table["out"], mails.table["group_size"], mails.table["thread"] = out, size, _threads(mails, me)
    parsed = _frames(file, mails, settings, touches, co_mentions)
    parsed.rows_read = mails.counts[READ][""]
    parsed.rejected = mails.counts[REJECTED]
    parsed.rejected.update(_silent(mails, touches[0], out, robot))
    parsed.owner = tuple(sorted(mails.persons.loc[me, "address"]))
    parsed.notes = _notes(mails, settings, parsed.owner)
    return parsed


READERS = (Reader("mail", mailboxes.recognises, read),)


def _mails(found: Frames) -> _Mails:
    table, entries, to = found["mails"], found["entries"], found["to"]["entry"].to_numpy()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for what, key, count in found["counts"].itertuples(index=False):
        counts[what][key] = count
    person, addresses = pd.factorize(entries["address"])
    used = np.bincount(np.concatenate([table["sender"], to]), minlength=len(entries))
    named = entries.assign(person=person, used=used).sort_values(["used", "name"], ascending=[False, True])
    names = named[named["name"] != ""].drop_duplicates("person").set_index("person")["name"]
    persons = pd.DataFrame({"address": addresses, "name": names.reindex(range(len(addresses)))})
    persons["present"] = named.groupby("person")["present"].sum()
    to_mail = np.repeat(np.arange(len(table)), table["to_count"])
    return _Mails(table, persons, counts, person[table["sender"]], to_mail, person[to])


def _notes(mails: _Mails, settings: Settings, owner: tuple[str, ...]) -> list[str]:
    notes = []
    if late := mails.counts[BY_DELIVERY][""]:
        notes.append(f"{late} mails have no possible date; their delivery's was taken")
    if repeated := int(mails.table["event"].duplicated().sum()):
        notes.append(f"{repeated} mails stand in it once more; each counts once")
    if settings.owner_emails and len(mails.table) and not owner:
        notes.append(
            "none of the owner's emails in book.toml occurs in it, so every mail counts as received: is one missing?"
        )
    return notes


def _group_sizes(mails: _Mails, me: Flags) -> Ints:
    """The owner counts once, whatever his addresses, and also where he stands in Bcc or behind a list."""
    owner = len(me)
    one = np.where(me, owner, np.arange(owner))
    present, _ = mails.pairs(
        (mails.to_mail, one[mails.to]),
        (mails.every, one[mails.sender]),
        (mails.every, np.full(len(mails.table), owner)),
    )
    return np.bincount(present, minlength=len(mails.table))


def _silent(mails: _Mails, spoken: Ints, out: Flags, robot: Flags) -> list[str]:
    """Why each mail that touches nobody does not."""
    count = len(mails.table)
    mute = np.bincount(spoken, minlength=count) == 0
    to_robot = np.bincount(mails.to_mail[robot[mails.to]], minlength=count) > 0
    addressed = mails.table["to_count"].to_numpy() > 0
    why = np.where(to_robot | ~out, ROBOT, np.where(addressed, TO_SELF, NO_RECIPIENT))
    return why[mute].tolist()


def _owner(mails: _Mails, settings: Settings, robot: Flags, label: str) -> Flags:
    """Which persons are the owner: as book.toml says, and whoever sent what lies under Sent; else whoever mails
    are delivered to; else whoever stands in nearly all mails, where nobody else stands in most of them.
    """
    me = mails.are(settings.owner_emails)
    me[mails.sender[mails.table["sent"].to_numpy(dtype=bool)]] = True
    if settings.owner_emails or mails.table.empty:
        return me
    delivered = mails.counts[DELIVERED]
    for value, count in delivered.most_common(1):
        if 5 * count >= 4 * delivered.total():
            found = mail_headers.addresses(value.encode("latin-1"))
            me |= mails.are(address for _, address in found)
    if me.any():
        return me
    _, who = mails.pairs((mails.to_mail, mails.to), (mails.every, mails.sender))
    present = np.bincount(who, minlength=len(me)) + mails.persons["present"].to_numpy()
    present[robot] = 0
    total = len(mails.table) + mails.counts[REJECTED][ROBOT]
    best = np.argsort(-present, kind="stable")[:3].tolist()
    if 5 * present[best[0]] >= 4 * total and all(5 * present[person] <= 3 * total for person in best[1:]):
        me[best[0]] = True
        return me
    candidates = [mails.persons["address"][person] for person in best if present[person]]
    raise owner_unclear(label, "mails", candidates)


def _threads(mails: _Mails, me: Flags) -> Ints:
    """The thread of each mail: that of the mail which it answers, as far back as the file goes."""
    thread = mails.table["thread"].to_numpy().copy()
    if mails.table["orphan"].any():
        _adopt(mails, me, thread)
    known, first = np.unique(mails.table["event"], return_index=True)
    for _ in range(32 if len(known) else 0):  # each turn doubles the distance; a circle ends it
        spot = np.minimum(np.searchsorted(known, thread), len(known) - 1)
        before = np.where(known[spot] == thread, thread[first[spot]], thread)
        if (before == thread).all():
            break
        thread = before
    return thread


def _adopt(mails: _Mails, me: Flags, thread: Ints) -> None:
    """An answer that names no mail belongs to the last one with its subject and one of its people."""
    bare = [ANSWERS.sub("", subject).strip().casefold() for subject in mails.table["subject"]]
    orphan = mails.table["orphan"].to_numpy(dtype=bool)
    wanted = {bare[mail] for mail in np.flatnonzero(orphan)} - {""}
    ends = np.cumsum(mails.table["to_count"])
    last: dict[tuple[str, int], int] = {}
    for mail in np.argsort(mails.table["at"], kind="stable").tolist():
        if bare[mail] not in wanted:
            continue
        to = mails.to[ends[mail] - mails.table["to_count"][mail] : ends[mail]].tolist()
        keys = [(bare[mail], person) for person in (mails.sender[mail].item(), *to) if not me[person]]
        if orphan[mail]:
            thread[mail] = next((last[key] for key in keys if key in last), thread[mail])
        last.update(dict.fromkeys(keys, thread[mail]))


def _frames(
    file: SourceFile,
    mails: _Mails,
    settings: Settings,
    touches: tuple[Ints, Ints],
    co_mentions: tuple[Ints, Ints],
) -> Parsed:
    (mail, person), (co_mail, co_person) = touches, co_mentions
    labels, where = [part.label for part in file.parts], mails.table["where"]
    refs = texts([labels[part] for part in where]) if labels else source_refs(file.label, where)
    known, first = np.unique(np.concatenate([person, co_person]), return_index=True)
    people = {
        "name": mails.persons["name"].iloc[known],
        "emails": mails.persons["address"].iloc[known],
        "listed": False,
        "source_ref": refs.iloc[np.concatenate([mail, co_mail])[first]],
    }
    event_ids = pd.Series(_ids(mails.table["event"]))
    touched = mails.table.iloc[mail]
    subjects, inbound = touched["subject"], np.where(touched["out"], 0, 1)
    purposes = _purposes(subjects, inbound) if settings.suggest_purposes else UNKNOWN
    events = {
        "event_id": event_ids.iloc[mail],
        "person": np.searchsorted(known, person),
        "occurred_at": pd.to_datetime(touched["at"], unit="s", utc=True),
        "channel": "email",
        "direction": pd.Categorical.from_codes(inbound, list(schema.DIRECTIONS)),
        "purpose": purposes,
        "group_size": touched["group_size"],
        "thread_id": _ids(touched["thread"]),
        "subject": subjects.replace("", None),
        "source_ref": refs.iloc[mail],
    }
    interactions = rows("interactions", len(mail), events)
    interactions["attachments"] = touched["attachments"].astype(bool).astype(schema.FLAG).array
    interactions["suggested"] = (interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    beside = {"person": np.searchsorted(known, co_person), "event_id": event_ids.iloc[co_mail].array}
    return Parsed(
        people=rows("people", len(known), people),
        interactions=interactions,
        tables={"co_mentions": pd.DataFrame(beside)},
    )


def _purposes(subjects: pd.Series, inbound: Ints) -> pd.Categorical:
    which, subjects = pd.factorize(subjects)
    known = subjects.tolist()
    pairs, back = np.unique(which * 2 + inbound, return_inverse=True)
    suggested = [suggest_purpose(known[pair // 2], schema.DIRECTIONS[pair % 2]) for pair in pairs.tolist()]
    return pd.Categorical(np.array(suggested, dtype=object)[back], categories=list(schema.PURPOSES))


def _ids(numbers: pd.Series) -> Any:
    return schema.TEXT.__from_arrow__(hexadecimal(numbers.to_numpy(), 16))
