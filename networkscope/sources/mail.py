"""Who wrote to whom by mail, and when? From the headers alone: no body of a mail is kept, or even looked at.

A mail is a touch between the owner and its sender or, where the owner wrote it, each of its recipients. What
lists, newsletters and machines send is set apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from networkscope import schema
from networkscope.errors import LoadError
from networkscope.settings import Settings
from networkscope.sources import mail_columns, mail_headers, mailboxes
from networkscope.sources.base import Frames, Parsed, Reader, SourceFile, rows, source_refs, texts
from networkscope.sources.mail_columns import BY_DELIVERY, DELIVERED, LIST, READ, REJECTED, ROBOT
from networkscope.sources.suggest import ANSWERS, UNKNOWN, suggest_purpose

TO_SELF = "it names nobody but the owner"
NO_RECIPIENT = "no address in To, Cc or Bcc"
CO_MENTIONED_UP_TO = 20  # a mail to more people than that shows no tie between them

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Mails:
    """Who wrote to whom, by number of mail and of person (an address); `to_mail` says whose recipient each of
    `to` is. `table`, `entries` and `counts` are those of `mail_columns`.
    """

    table: pd.DataFrame
    entries: pd.DataFrame
    counts: dict[str, dict[str, int]]
    addresses: pd.Index
    person_of: Numbers  # of an entry
    at: Numbers
    sender: Numbers
    to_mail: Numbers
    to: Numbers
    to_entry: Numbers

    @property
    def every(self) -> Numbers:
        return np.arange(len(self.at))

    def pairs(self, *parts: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        """Mails and persons, each pair once, in order."""
        base = len(self.addresses) + 1
        both = [mail * base + person for mail, person in parts]
        mail, person = np.divmod(np.unique(np.concatenate(both)), base)
        return mail, person


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
    robot = np.array([mail_headers.is_robot(address) for address in mails.addresses], dtype=bool)
    me = _owner(mails, settings, robot, file.label)
    robot = (robot | mails.addresses.isin(list(mails.counts[LIST]))) & ~me
    out, other = me[mails.sender], ~(me | robot)[mails.to]
    written, beside = other & out[mails.to_mail], other & ~out[mails.to_mail]
    heard = mails.every[~out & ~robot[mails.sender]]
    touches = mails.pairs((mails.to_mail[written], mails.to[written]), (heard, mails.sender[heard]))
    size = _group_sizes(mails, me)
    beside &= np.isin(mails.to_mail, heard) & (mails.to != mails.sender[mails.to_mail])
    beside &= size[mails.to_mail] <= CO_MENTIONED_UP_TO
    co_mentions = mails.pairs((mails.to_mail[beside], mails.to[beside]))
    parsed = _frames(file, mails, settings, touches, co_mentions, out, size, _threads(mails, me))
    parsed.rows_read = mails.counts[READ].get("", 0)
    parsed.rejected = Counter(mails.counts[REJECTED])
    parsed.rejected.update(_silent(mails, touches[0], out, robot))
    parsed.owner = tuple(sorted(mails.addresses[me]))
    parsed.notes = _notes(mails, settings, parsed.owner)
    return parsed


READERS = (Reader("mail", mailboxes.recognises, read),)


def _mails(found: Frames) -> _Mails:
    table, entries = found["mails"], found["entries"]
    counts: dict[str, dict[str, int]] = {what: {} for what in (READ, REJECTED, DELIVERED, LIST, BY_DELIVERY)}
    for what, key, count in found["counts"].itertuples(index=False):
        counts[what][key] = count
    person_of, addresses = pd.factorize(entries["address"])
    return _Mails(
        table=table,
        entries=entries,
        counts=counts,
        addresses=addresses,
        person_of=person_of,
        at=table["at"].to_numpy(),
        sender=person_of[table["sender"].to_numpy()],
        to_mail=np.repeat(np.arange(len(table)), table["to_count"].to_numpy()),
        to=person_of[found["to"]["entry"].to_numpy()],
        to_entry=found["to"]["entry"].to_numpy(),
    )


def _notes(mails: _Mails, settings: Settings, owner: tuple[str, ...]) -> list[str]:
    notes = []
    if late := mails.counts[BY_DELIVERY].get(""):
        notes.append(f"{late} mails have no possible date; their delivery's was taken")
    if repeated := int(mails.table["event"].duplicated().sum()):
        notes.append(f"{repeated} mails stand in it once more; each counts once")
    if settings.owner_emails and len(mails.at) and not owner:
        notes.append(
            "none of the owner's emails in book.toml occurs in it, so every mail counts as received: is one missing?"
        )
    return notes


def _group_sizes(mails: _Mails, me: Flags) -> Numbers:
    """The owner counts once, whatever his addresses, and also where he stands in Bcc or behind a list."""
    owner = len(me)
    one = np.where(me, owner, np.arange(owner))
    present, _ = mails.pairs(
        (mails.to_mail, one[mails.to]),
        (mails.every, one[mails.sender]),
        (mails.every, np.full(len(mails.at), owner)),
    )
    return np.bincount(present, minlength=len(mails.at))


def _silent(mails: _Mails, spoken: Numbers, out: Flags, robot: Flags) -> list[str]:
    """Why each mail that touches nobody does not."""
    count = len(mails.at)
    mute = np.bincount(spoken, minlength=count) == 0
    to_robot = np.bincount(mails.to_mail[robot[mails.to]], minlength=count) > 0
    addressed = mails.table["to_count"].to_numpy() > 0
    why = np.where(to_robot | ~out, ROBOT, np.where(addressed, TO_SELF, NO_RECIPIENT))
    return why[mute].tolist()


def _owner(mails: _Mails, settings: Settings, robot: Flags, label: str) -> Flags:
    """Which persons are the owner: as book.toml says, and whoever sent what lies under Sent; else whoever mails
    are delivered to; else whoever stands in nearly all mails, where nobody else stands in most of them.
    """
    me = mails.addresses.isin(settings.owner_emails)
    me[mails.sender[mails.table["sent"].to_numpy(dtype=bool)]] = True
    if settings.owner_emails or not len(mails.at):
        return me
    delivered = Counter(mails.counts[DELIVERED])
    for value, count in delivered.most_common(1):
        if 5 * count >= 4 * delivered.total():
            found = mail_headers.addresses(value.encode("latin-1"))
            me |= mails.addresses.isin([address for _, address in found])
    if me.any():
        return me
    _, who = mails.pairs((mails.to_mail, mails.to), (mails.every, mails.sender))
    present = np.bincount(who, minlength=len(me))
    np.add.at(present, mails.person_of, mails.entries["present"])
    present[robot] = 0
    total = len(mails.at) + mails.counts[REJECTED].get(ROBOT, 0)
    best = np.argsort(-present, kind="stable")[:3].tolist()
    if 5 * present[best[0]] >= 4 * total and all(5 * present[person] <= 3 * total for person in best[1:]):
        me[best[0]] = True
        return me
    candidates = [mails.addresses[person] for person in best if present[person]]
    raise LoadError(
        f"{label}: the owner's address cannot be told from the mails; candidates: {', '.join(candidates)}; "
        f'write yours into book.toml under [owner]: emails = ["{candidates[0]}"]'
    )


def _threads(mails: _Mails, me: Flags) -> Numbers:
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


def _adopt(mails: _Mails, me: Flags, thread: Numbers) -> None:
    """An answer that names no mail belongs to the last one with its subject and one of its people."""
    bare = [ANSWERS.sub("", subject).strip().casefold() for subject in mails.table["subject"]]
    orphan = mails.table["orphan"].to_numpy(dtype=bool)
    wanted = {bare[mail] for mail in np.flatnonzero(orphan)} - {""}
    ends = np.cumsum(mails.table["to_count"])
    last: dict[tuple[str, int], int] = {}
    for mail in np.argsort(mails.at, kind="stable").tolist():
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
    touches: tuple[Numbers, Numbers],
    co_mentions: tuple[Numbers, Numbers],
    out: Flags,
    size: Numbers,
    thread: Numbers,
) -> Parsed:
    (mail, person), (co_mail, co_person) = touches, co_mentions
    where, labels = mails.table["where"], [part.label for part in file.parts]
    refs = texts([labels[part] for part in where]) if labels else source_refs(file.label, where)
    known, first = np.unique(np.concatenate([person, co_person]), return_index=True)
    people = {
        "name": _names(mails, known),
        "emails": mails.addresses[known],
        "listed": False,
        "source_ref": refs.iloc[np.concatenate([mail, co_mail])[first]],
    }
    at = pd.Series(mails.at.astype("datetime64[s]").astype("datetime64[us]")).dt.tz_localize("UTC")
    event_ids, take = _hexadecimal(mails.table["event"].to_numpy()), pa.array(mail)
    subjects = mails.table["subject"].take(mail)
    inbound = np.where(out, 0, 1)[mail]
    purposes = _purposes(subjects, inbound) if settings.suggest_purposes else UNKNOWN
    events = {
        "event_id": event_ids.take(take),
        "person": np.searchsorted(known, person),
        "occurred_at": at.iloc[mail],
        "channel": "email",
        "direction": pd.Categorical.from_codes(inbound, list(schema.DIRECTIONS)),
        "purpose": purposes,
        "group_size": size[mail],
        "thread_id": _hexadecimal(thread).take(take),
        "subject": subjects.replace("", None),
        "source_ref": refs.iloc[mail],
    }
    interactions = rows("interactions", len(mail), events)
    attached = mails.table["attachments"].to_numpy(dtype=bool)[mail]
    interactions["attachments"] = pd.array(attached, dtype=schema.FLAG)
    interactions["suggested"] = (interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    beside = {"person": np.searchsorted(known, co_person), "event_id": event_ids.take(pa.array(co_mail))}
    return Parsed(
        people=rows("people", len(known), people),
        interactions=interactions,
        tables={"co_mentions": pd.DataFrame(beside).astype({"event_id": schema.TEXT})},
    )


def _names(mails: _Mails, known: Numbers) -> list[str]:
    """The name under which each person stands most often."""
    used = np.concatenate([mails.table["sender"], mails.to_entry])
    table = mails.entries.assign(
        person=mails.person_of, count=np.bincount(used, minlength=len(mails.entries))
    )
    table = table[table["name"] != ""].sort_values(["count", "name"], ascending=[False, True])
    names = table.drop_duplicates("person").set_index("person")["name"]
    return names.reindex(known).fillna("").tolist()


def _purposes(subjects: pd.Series, inbound: Numbers) -> pd.Categorical:
    which, subjects = pd.factorize(subjects)
    known = subjects.tolist()
    pairs, back = np.unique(which * 2 + inbound, return_inverse=True)
    suggested = [suggest_purpose(known[pair // 2], schema.DIRECTIONS[pair % 2]) for pair in pairs.tolist()]
    return pd.Categorical(np.array(suggested, dtype=object)[back], categories=list(schema.PURPOSES))


def _hexadecimal(numbers: Numbers) -> Any:
    """Numbers as ids of 16 digits."""
    digits = numbers.astype(">i8").tobytes().hex().encode()
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(digits)])
    return fixed.cast(pa.large_binary()).cast(pa.large_string())
