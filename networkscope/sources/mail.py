"""Who wrote to whom by mail, and when? From the headers alone: no body of a mail is kept, or even looked at.

A mail is a touch between the owner and its sender or, where the owner wrote it, each of its recipients. What
lists, newsletters and machines send is set apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import periods, schema
from networkscope.errors import LoadError
from networkscope.settings import Settings
from networkscope.sources import mail_headers, mailboxes
from networkscope.sources.base import Parsed, Reader, SourceFile, digest, rows, source_refs, texts
from networkscope.sources.introductions import COLUMNS, introductions
from networkscope.sources.mail_columns import ROBOT, Mails, collect
from networkscope.sources.suggest import ANSWERS, UNKNOWN, suggest_purpose

TO_SELF = "it names nobody but the owner"
NO_RECIPIENT = "no address in To, Cc or Bcc"
CO_MENTIONED_UP_TO = 20  # a mail to more people than that shows no tie between them

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Traffic:
    """Who wrote to whom, by number of mail and person; `to_mail` says whose recipient each of `to` is."""

    at: Numbers
    event: Numbers
    sender: Numbers
    to_mail: Numbers
    to: Numbers
    count: int  # of persons

    @property
    def mails(self) -> Numbers:
        return np.arange(len(self.at))

    def pairs(self, *parts: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        """Mails and persons, each pair once, in order."""
        base = self.count + 1
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
    mails = collect(file)
    parsed = _touches(file, mails, settings)
    parsed.rows_read = mails.read
    parsed.rejected += mails.rejected
    if mails.dated_by_delivery:
        parsed.notes.append(
            f"{mails.dated_by_delivery} mails have no possible date; their delivery's was taken"
        )
    if repeated := len(mails.event) - len(set(mails.event)):
        parsed.notes.append(f"{repeated} mails stand in it once more; each counts once")
    if settings.owner_emails and len(mails.at) and not parsed.owner:
        parsed.notes.append(
            "none of the owner's emails in book.toml occurs in it, so every mail counts as received: is one missing?"
        )
    return parsed


READERS = (Reader("mail", mailboxes.recognises, read),)


def _touches(file: SourceFile, mails: Mails, settings: Settings) -> Parsed:
    """The frames of `Parsed` for the collected mails; LoadError where the owner cannot be told."""
    person_of, to_count = np.array(mails.person_of, np.int64), np.array(mails.to_count, np.int64)
    traffic = _Traffic(
        at=np.array(mails.at, np.int64),
        event=np.array(mails.event, np.int64),
        sender=person_of[np.array(mails.sender, np.int64)],
        to_mail=np.repeat(np.arange(len(to_count)), to_count),
        to=person_of[np.array(mails.to, np.int64)],
        count=len(mails.persons),
    )
    robot = np.zeros(traffic.count, dtype=bool)
    robot[person_of[list(mails.robots)]] = True
    me = _owner(mails, traffic, settings, robot, file.label)
    robot[[mails.persons[address] for address in mails.lists if address in mails.persons]] = True
    robot &= ~me
    out, other = me[traffic.sender], ~(me | robot)[traffic.to]
    sent, beside = other & out[traffic.to_mail], other & ~out[traffic.to_mail]
    heard = traffic.mails[~out & ~robot[traffic.sender]]
    pairs = traffic.pairs((traffic.to_mail[sent], traffic.to[sent]), (heard, traffic.sender[heard]))
    # The owner counts once, whatever his addresses, and also where he stands in Bcc or behind a list.
    one = np.where(me, traffic.count, np.arange(traffic.count))
    everybody = (
        *((traffic.to_mail, one[traffic.to]), (traffic.mails, one[traffic.sender])),
        (traffic.mails, np.full(len(traffic.at), traffic.count)),
    )
    size = np.bincount(traffic.pairs(*everybody)[0], minlength=len(traffic.at))
    heard_of = np.isin(traffic.to_mail, heard) & (traffic.to != traffic.sender[traffic.to_mail])
    beside &= heard_of & (size[traffic.to_mail] <= CO_MENTIONED_UP_TO)
    co_pairs = traffic.pairs((traffic.to_mail[beside], traffic.to[beside]))
    thread = _threads(mails, traffic, me)
    parsed = _frames(file, mails, traffic, settings, (pairs, co_pairs, out, size, thread))
    parsed.rejected.update(_silent(traffic, pairs[0], out, robot))
    parsed.owner = tuple(sorted(address for address, person in mails.persons.items() if me[person]))
    return parsed


def _silent(traffic: _Traffic, spoken: Numbers, out: Flags, robot: Flags) -> list[str]:
    """Why each mail that touches nobody does not."""
    count = len(traffic.at)
    mute = np.bincount(spoken, minlength=count) == 0
    to_robot = np.bincount(traffic.to_mail[robot[traffic.to]], minlength=count) > 0
    addressed = np.bincount(traffic.to_mail, minlength=count) > 0
    why = np.where(to_robot | ~out, ROBOT, np.where(addressed, TO_SELF, NO_RECIPIENT))
    return why[mute].tolist()


def _owner(mails: Mails, traffic: _Traffic, settings: Settings, robot: Flags, label: str) -> Flags:
    """Which persons are the owner: as book.toml says, and whoever sent what lies under Sent; else whoever mails
    are delivered to; else whoever stands in nearly all mails, where nobody else stands in most of them.
    """
    me = np.zeros(traffic.count, dtype=bool)
    me[traffic.sender[np.array(mails.sent, dtype=bool)]] = True
    me[[mails.persons[email] for email in settings.owner_emails if email in mails.persons]] = True
    if settings.owner_emails or not len(traffic.at):
        return me
    received = mails.delivered.most_common(1)
    if received and 5 * received[0][1] >= 4 * mails.delivered.total():
        found = mail_headers.addresses(received[0][0])
        me[[mails.persons[address] for _, address in found if address in mails.persons]] = True
    if me.any():
        return me
    _, who = traffic.pairs((traffic.to_mail, traffic.to), (traffic.mails, traffic.sender))
    present = np.bincount(who, minlength=traffic.count)
    for entry, times in mails.present.items():
        present[mails.person_of[entry]] += times
    present[robot] = 0
    total = len(traffic.at) + mails.rejected[ROBOT]
    best = np.argsort(-present, kind="stable")[:3].tolist()
    if 5 * present[best[0]] >= 4 * total and all(5 * present[person] <= 3 * total for person in best[1:]):
        me[best[0]] = True
        return me
    candidates = [mails.addresses[person] for person in best if present[person]]
    raise LoadError(
        f"{label}: the owner's address cannot be told from the mails; candidates: {', '.join(candidates)}; "
        f'write yours into book.toml under [owner]: emails = ["{candidates[0]}"]'
    )


def _threads(mails: Mails, traffic: _Traffic, me: Flags) -> Numbers:
    """The thread of each mail: that of the mail which it answers, as far back as the file goes."""
    thread = np.array(mails.thread, np.int64)
    if mails.orphans:
        _adopt(mails, traffic, me, thread)
    known, first = np.unique(traffic.event, return_index=True)
    for _ in range(32 if len(known) else 0):  # each turn doubles the distance; a circle ends it
        spot = np.minimum(np.searchsorted(known, thread), len(known) - 1)
        before = np.where(known[spot] == thread, thread[first[spot]], thread)
        if (before == thread).all():
            break
        thread = before
    return thread


def _adopt(mails: Mails, traffic: _Traffic, me: Flags, thread: Numbers) -> None:
    """An answer that names no mail belongs to the last one with its subject and one of its people."""
    bare = [ANSWERS.sub("", subject).strip().casefold() for subject in mails.subjects]
    orphans = set(mails.orphans)
    wanted = {bare[mail] for mail in orphans} - {""}
    ends = np.cumsum(mails.to_count)
    last: dict[tuple[str, int], int] = {}
    for mail in np.argsort(traffic.at, kind="stable").tolist():
        if bare[mail] not in wanted:
            continue
        to = traffic.to[ends[mail] - mails.to_count[mail] : ends[mail]].tolist()
        keys = [(bare[mail], person) for person in (traffic.sender[mail].item(), *to) if not me[person]]
        if mail in orphans:
            thread[mail] = next((last[key] for key in keys if key in last), thread[mail])
        last.update(dict.fromkeys(keys, thread[mail]))


def _frames(
    file: SourceFile, mails: Mails, traffic: _Traffic, settings: Settings, found: tuple[Any, ...]
) -> Parsed:
    (mail, person), (co_mail, co_person), out, size, thread = found
    if file.parts:
        refs = texts([file.parts[part].label for part in mails.where])
    else:
        refs = source_refs(file.label, mails.where)
    at = pd.Series(traffic.at.astype("datetime64[s]").astype("datetime64[us]")).dt.tz_localize("UTC")
    known, first = np.unique(np.concatenate([person, co_person]), return_index=True)
    people = {
        "name": _names(mails, known),
        "emails": [mails.addresses[number] for number in known.tolist()],
        "listed": False,
        "source_ref": refs.iloc[np.concatenate([mail, co_mail])[first]],
    }
    event_ids, take = _hexadecimal(traffic.event), pa.array(mail)
    subjects = pa.array(mails.subjects, pa.large_string()).take(take)
    inbound = np.where(out, 0, 1)[mail]
    events = {
        "event_id": event_ids.take(take),
        "person": np.searchsorted(known, person),
        "occurred_at": at.iloc[mail],
        "channel": "email",
        "direction": pd.Categorical.from_codes(inbound, list(schema.DIRECTIONS)),
        "purpose": _purposes(subjects, inbound) if settings.suggest_purposes else UNKNOWN,
        "group_size": size[mail],
        "thread_id": _hexadecimal(thread).take(take),
        "subject": subjects,
        "source_ref": refs.iloc[mail],
    }
    interactions = rows("interactions", len(mail), events)
    attached = np.array(mails.attachments, dtype=bool)[mail]
    interactions["attachments"] = pd.array(attached, dtype=schema.FLAG)
    interactions["suggested"] = (interactions["purpose"] != UNKNOWN).astype(schema.FLAG)
    beside = {"person": np.searchsorted(known, co_person), "event_id": event_ids.take(pa.array(co_mail))}
    takers = _takers(traffic, found)
    referrals = _referrals(takers, refs, settings.timezone, event_ids, mails.addresses)
    for role in ("referrer", "referred"):
        referrals[role] = pd.array(
            np.searchsorted(known, referrals[role].to_numpy(np.int64)), dtype=schema.COUNT
        )
    return Parsed(
        people=rows("people", len(known), people),
        interactions=interactions,
        referrals=referrals,
        tables={"co_mentions": pd.DataFrame(beside).astype({"event_id": schema.TEXT})},
    )


def _takers(traffic: _Traffic, found: tuple[Any, ...]) -> pd.DataFrame:
    """Who took part in which mail, as `introductions` asks for it; a mail that stands there twice, once."""
    (mail, person), (co_mail, co_person), out, size, thread = found
    event, taker = np.concatenate([mail, co_mail]), np.concatenate([person, co_person])
    once = np.zeros(len(traffic.at), dtype=bool)
    once[np.unique(traffic.event, return_index=True)[1]] = True
    event, taker = event[once[event]], taker[once[event]]
    sent = ~out[event] & (traffic.sender[event] == taker)
    columns = (event, taker, traffic.at[event], thread[event], sent, out[event], size[event])
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _referrals(
    takers: pd.DataFrame, refs: pd.Series, timezone: str, event_ids: Any, addresses: list[str]
) -> pd.DataFrame:
    new = introductions(takers)
    given, contacted = (pd.to_datetime(new[column], unit="s", utc=True) for column in ("at", "contacted_at"))
    ids = event_ids.take(pa.array(new["event"].to_numpy(np.int64))).to_pylist()
    columns = {
        "referral_id": [digest(id_, addresses[one]) for id_, one in zip(ids, new["referred"], strict=True)],
        "referrer": new["referrer"],
        "referred": new["referred"],
        "kind": "person",
        "given_on": periods.local_dates(given, timezone),
        "contacted_on": periods.local_dates(contacted, timezone),
        "inferred": True,
        "source_ref": refs.iloc[new["event"]],
    }
    return rows("referrals", len(new), columns)


def _names(mails: Mails, known: Numbers) -> list[str]:
    """The name under which each person stands most often."""
    used = np.concatenate([np.array(mails.sender, np.int64), np.array(mails.to, np.int64)])
    table = pd.DataFrame(
        {"name": [name for name, _ in mails.entries], "person": np.array(mails.person_of, np.int64)}
    )
    table["count"] = np.bincount(used, minlength=len(table))
    table = table[table["name"] != ""].sort_values(["count", "name"], ascending=[False, True])
    names = table.drop_duplicates("person").set_index("person")["name"]
    return names.reindex(known).fillna("").tolist()


def _purposes(subjects: Any, inbound: Numbers) -> pd.Categorical:
    encoded = pc.dictionary_encode(subjects)
    known = encoded.dictionary.to_pylist()
    pairs, back = np.unique(encoded.indices.to_numpy() * 2 + inbound, return_inverse=True)
    suggested = [suggest_purpose(known[pair // 2], schema.DIRECTIONS[pair % 2]) for pair in pairs.tolist()]
    return pd.Categorical(np.array(suggested, dtype=object)[back], categories=list(schema.PURPOSES))


def _hexadecimal(numbers: Numbers) -> Any:
    """Numbers as ids of 16 digits."""
    digits = numbers.astype(">i8").tobytes().hex().encode()
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(digits)])
    return fixed.cast(pa.large_binary()).cast(pa.large_string())
