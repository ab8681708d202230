"""Who wrote in this Slack workspace, and when? Its export: direct messages, of two and of small groups.

The export is a folder (or zip) with `users.json`, lists of conversations, and a folder of days for each conversation.
A message in a channel is addressed to nobody in particular and no touch. The export of a whole workspace also holds
what others wrote to each other. No text of a message is kept; it is read for what it does, see `message_acts`.
"""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.importers.base import (
    OwnerUnknown,
    Parsed,
    Reader,
    SourceFile,
    Unusable,
    digest,
    on_nearly_all,
)
from networkscope.importers.chats import EVENT, SYSTEM, UNREADABLE, add_touches, unaddressed
from networkscope.importers.json_files import listing, mapping, parsed_json, word
from networkscope.settings import Settings

USERS = "users.json"
# Subtypes that a person writes.
WRITTEN = ("", "me_message", "thread_broadcast", "reply_broadcast", "file_share")
IN_CHANNEL = "in a channel, where it is addressed to nobody in particular"
DAMAGED = "a file of one day that is no JSON, or cut off"
OF_OTHERS = "a talk of others"
BY_MACHINE = "by an app or a bot"
UNKNOWN_OWNER = (
    "the export does not show which account is yours: write the address of your Slack account into book.toml, under "
    "[owner] emails"
)
NO_DIRECT = (
    "it holds no direct messages: exports of a free or Pro workspace have public channels only; an owner of the "
    "workspace may ask Slack for an export of all conversations"
)

Thing = dict[str, Any]


def recognises(file: SourceFile) -> bool:
    """Is this the folder of an export? (`folder.walk` puts its files together)"""
    return any(part.label.endswith(f"/{USERS}") or part.label == USERS for part in file.parts)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every direct message as one interaction; in a group, one of the owner's with each of its members."""
    users_file = next(part.label for part in file.parts if part.label.rpartition("/")[2] == USERS)
    root = users_file.removesuffix(USERS)
    by_name = {part.label.removeprefix(root): part for part in file.parts}
    users = {word(user.get("id")): user for user in map(mapping, listing(parsed_json(by_name[USERS])))}
    members = {**_members(by_name.get("dms.json"), "id"), **_members(by_name.get("mpims.json"), "name")}
    owner = _owner(users, [*members.values()], settings)
    parsed = Parsed(notes=[] if members else [NO_DIRECT])
    events: list[Thing] = []
    for name, part in sorted(by_name.items()):
        folder, in_folder, _ = name.partition("/")
        if not in_folder:
            continue
        try:
            messages = [mapping(message) for message in listing(parsed_json(part))]
        except Unusable:
            messages = []
            parsed.rows_read += 1
            parsed.rejected[DAMAGED] += 1
        parsed.rows_read += len(messages)
        for number, message in enumerate(messages, 1):
            reason = _reason(message, members.get(folder), owner, users)
            if reason:
                parsed.rejected[reason] += 1
            else:
                others = [member for member in members[folder] if member != owner]
                place = f"{part.label}:{number}"
                events += _events(message, folder, owner, others, users, place)
    frame = pd.DataFrame(events, columns=EVENT, dtype=object)
    seconds = pd.to_numeric(frame.pop("at")).astype("int64")
    frame["occurred_at"] = pd.to_datetime(seconds, unit="s", utc=True)
    people = {who: _person(users.get(who, {})) for who in frame["who"].unique()}
    add_touches(parsed, frame, people, settings)
    return parsed


READERS = (Reader("Slack", recognises, read),)


def _members(file: SourceFile | None, key: str) -> dict[str, list[str]]:
    """Who takes part in each conversation of a list, by the name of its folder."""
    talks = map(mapping, listing(parsed_json(file))) if file else ()
    return {word(talk.get(key)): [*map(word, listing(talk.get("members")))] for talk in talks}


def _owner(users: dict[str, Thing], talks: list[list[str]], settings: Settings) -> str:
    """The account of the owner: by address, by name, else whoever is in nearly all direct messages."""
    for user, about in users.items():
        if keys.email_key(_about(about, "email")) in {*settings.owner_emails} - {""}:
            return user
    own = keys.name_key(settings.owner_name)
    named = [user for user in users if own and keys.name_key(_name(users[user])) == own]
    best, candidates = on_nearly_all(talks)
    if len(named) == 1 or not talks:
        return next(iter(named), "")
    if not best:
        raise OwnerUnknown(UNKNOWN_OWNER, (keys.name_key(_name(users.get(who, {}))) for who in candidates))
    return best


def _reason(message: Thing, members: list[str] | None, owner: str, users: dict[str, Thing]) -> str:
    """Why this message is no touch; empty where it is one."""
    who = word(message.get("user"))
    if members is None:
        return IN_CHANNEL
    if owner not in members:
        return OF_OTHERS
    if message.get("type") != "message" or word(message.get("subtype")) not in WRITTEN:
        return BY_MACHINE if word(message.get("bot_id")) else SYSTEM
    others = {*members} - {owner}
    if any(_is_machine(user, users) for user in {who, *others} - {""}):
        return BY_MACHINE
    if not re.fullmatch(r"\d{9,10}(\.\d{1,9})?", word(message.get("ts"))):
        return UNREADABLE
    if who == owner:
        return unaddressed(others)
    return "" if who in others else SYSTEM


def _events(
    message: Thing, folder: str, owner: str, others: list[str], users: dict[str, Thing], place: str
) -> list[Thing]:
    who = word(message.get("user"))
    event = {
        "event_id": digest("slack", folder, who, word(message.get("ts"))),
        "at": word(message.get("ts")).partition(".")[0],
        "channel": "chat",
        "direction": "outbound" if who == owner else "inbound",
        "group_size": len(others) + 1,
        "thread_id": digest("slack", folder),
        "text": _text(word(message.get("text")), users),
        "source_ref": place,
    }
    return [{**event, "who": person} for person in (others if who == owner else (who,))]


def _person(user: Thing) -> dict[str, str]:
    return {
        "name": _name(user),
        "title": keys.clean(_about(user, "title")),
        "emails": keys.email_key(_about(user, "email")),
        "phones": keys.clean(_about(user, "phone")),
    }


def _about(user: Thing, field: str) -> str:
    return word(mapping(user.get("profile")).get(field))


def _name(user: Thing) -> str:
    names = (
        _about(user, "real_name"),
        word(user.get("real_name")),
        _about(user, "display_name"),
        word(user.get("name")),
    )
    return next(filter(None, map(keys.clean, names)), "")


def _is_machine(user: str, users: dict[str, Thing]) -> bool:
    return user == "USLACKBOT" or users.get(user, {}).get("is_bot") is True


def _text(text: str, users: dict[str, Thing]) -> str:
    """What was written, with names in place of accounts and addresses in place of links."""
    text = re.sub(r"<@(\w{1,40})(?:\|[^>]{0,100})?>", lambda found: _name(users.get(found[1], {})), text)
    return html.unescape(
        re.sub(r"<([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>", lambda found: found[2] or found[1], text)
    )
