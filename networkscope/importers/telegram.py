"""Who wrote in these Telegram chats, and when? The desktop program's `result.json`; no text of a message is kept.

The texts are read for what they do, see `message_acts`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.importers import date_texts
from networkscope.importers.base import CHAT_NAME, OwnerUnknown, Parsed, Reader, SourceFile, digest
from networkscope.importers.chats import EVENT, SYSTEM, UNREADABLE, add_touches, unaddressed
from networkscope.importers.json_files import listing, mapping, parsed_json, word
from networkscope.importers.whatsapp import UNKNOWN_OWNER
from networkscope.settings import Settings

PAIR, GROUPS = "personal_chat", ("private_group", "private_supergroup", "public_supergroup")
NOT_PEOPLE = "in a channel, with a bot, or in your own saved messages"
CLOSED = "the account was closed"
NOBODY = "the contact has no name and no phone number"

_CHAT = re.compile(
    rb'"type":"(personal_chat|bot_chat|saved_messages|(private|public)_(supergroup|group|channel))"'
)

Thing = dict[str, Any]


def recognises(file: SourceFile) -> bool:
    """Does the file start as an account or a chat does?"""
    start = file.head.removeprefix(b"\xef\xbb\xbf").translate(None, b" \t\r\n")
    account = b'"personal_information":{' in start or (b'"list":[' in start and b'chats":{' in start)
    return start.startswith(b"{") and (
        account or (b'"messages":[' in start and _CHAT.search(start) is not None)
    )


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every message as one interaction; in a group, one of the owner's with each of its members."""
    content = mapping(parsed_json(file))
    lists = [listing(mapping(content.get(name)).get("list")) for name in ("chats", "left_chats", "contacts")]
    chats = [mapping(chat) for chat in ([content] if "messages" in content else lists[0] + lists[1])]
    parsed = Parsed()
    owner = _owner(content, chats, settings)
    people: dict[str, str] = {}
    found = [event for n, chat in enumerate(chats, 1) for event in _events(chat, n, owner, people, parsed)]
    contacts = [_contact(mapping(contact), n) for n, contact in enumerate(lists[2], 1)]
    parsed.rows_read += len(contacts)
    named = [contact for contact in contacts if any(contact[0].values())]
    parsed.rejected.update([NOBODY] * (len(contacts) - len(named)))
    days = date_texts.to_dates([made for _, made, _ in named], timezone=settings.timezone)
    listed = [
        {**about, "connected_on": day, "source_ref": f"{file.label}:{place}"}
        for (about, _, place), day in zip(named, days, strict=True)
    ]
    events = pd.DataFrame(found, columns=EVENT, dtype=object)
    events["occurred_at"] = date_texts.to_instants(events.pop("at").tolist(), timezone=settings.timezone)
    lost = events["occurred_at"].isna()
    parsed.rejected.update([UNREADABLE] * events.loc[lost, "source_ref"].nunique())
    events = events[~lost]
    events["source_ref"] = file.label + ":" + events["source_ref"].astype("str")
    met = {who: {"name": people[who]} for who in events["who"].unique()}
    add_touches(parsed, events, met, settings, listed)
    return parsed


READERS = (Reader("Telegram", recognises, read),)


def _sender(message: Thing) -> str:
    who = word(message.get("from_id")) or word(message.get("actor_id"))
    return f"user{who}" if who.isdecimal() else who


def _moment(thing: Thing) -> str:
    seconds = word(thing.get("date_unixtime"))
    if re.fullmatch(r"\d{1,10}", seconds, re.ASCII):
        return f"{pd.Timestamp(int(seconds), unit='s'):%Y-%m-%d %H:%M:%S} UTC"
    return word(thing.get("date"))[:40]


def _written(chat: Thing) -> dict[str, str]:
    """Who wrote in a chat, and under which name."""
    names: dict[str, str] = {}
    for message in map(mapping, listing(chat.get("messages"))):
        if who := _sender(message):
            names[who] = names.get(who) or keys.clean(word(message.get("from")) or word(message.get("actor")))
    return names


def _owner(content: Thing, chats: list[Thing], settings: Settings) -> str:
    """The account of the owner: as the file states it, else by name, else whoever is not the other one of a chat."""
    if number := word(mapping(content.get("personal_information")).get("user_id")):
        return f"user{number}"
    own = {keys.name_key(name) for name in (settings.chat_name, settings.owner_name)} - {""}
    rest: Counter[str] = Counter()
    in_groups: dict[str, str] = {}
    for chat in chats:
        names = _written(chat)
        if found := [who for who, name in names.items() if keys.name_key(name) in own]:
            return found[0]
        if chat.get("type") == PAIR:
            other = {who for who, name in names.items() if name == keys.clean(word(chat.get("name")))}
            rest.update({*names} - {f"user{word(chat.get('id'))}"} - other)
        elif chat.get("type") in GROUPS:
            in_groups |= names
    if in_groups and not rest:
        raise OwnerUnknown(UNKNOWN_OWNER, (CHAT_NAME + keys.name_key(name) for name in in_groups.values()))
    return rest.most_common(1)[0][0] if rest else ""


def _events(chat: Thing, number: int, owner: str, people: dict[str, str], parsed: Parsed) -> list[Thing]:
    """The messages and calls of one chat, once for each person; the others are rejected."""
    kind, chat_id = word(chat.get("type")), word(chat.get("id"))
    messages = [mapping(message) for message in listing(chat.get("messages"))]
    parsed.rows_read += len(messages)
    members = {who: name for who, name in _written(chat).items() if who != owner}
    if kind == PAIR:
        called = keys.clean(word(chat.get("name")))
        members = {who: name or called for who, name in (members or {f"user{chat_id}": called}).items()}
    members = {who: name for who, name in members.items() if name}
    to_nobody, thread, events = unaddressed(members), digest("telegram", chat_id), []
    for place, message in enumerate(messages, 1):
        who = _sender(message)
        call = message.get("action") == "phone_call" and message.get("duration_seconds")
        if kind != PAIR and kind not in GROUPS:
            reason = NOT_PEOPLE
        elif not call and message.get("type") != "message":
            reason = SYSTEM
        else:
            reason = to_nobody if who == owner else "" if who in members else CLOSED
        if reason:
            parsed.rejected[reason] += 1
            continue
        event = {
            "at": _moment(message),
            "event_id": digest("telegram", chat_id, word(message.get("id"))),
            "channel": "call" if call else "chat",
            "direction": "outbound" if who == owner else "inbound",
            "group_size": len(members) + 1,
            "thread_id": thread,
            "source_ref": f"chat {number} message {place}",
            "text": _text(message),
        }
        for person in members if who == owner else (who,):
            people.setdefault(person, members[person])
            events.append({**event, "who": person})
    return events


def _text(message: Thing) -> str:
    """What was written; links and bold words are parts of their own."""
    text = message.get("text")
    parts = [text] if isinstance(text, str) else listing(text)
    return "".join(part if isinstance(part, str) else word(mapping(part).get("text")) for part in parts)


def _contact(contact: Thing, number: int) -> tuple[Thing, str, str]:
    """What is known of a contact, when the contact was made, and where it is."""
    name = keys.clean(f"{word(contact.get('first_name'))} {word(contact.get('last_name'))}")
    phone = re.sub("^00", "+", keys.clean(word(contact.get("phone_number"))))
    return {"name": name, "phones": phone}, _moment(contact), f"contact {number}"
