"""Who wrote in this WhatsApp chat, and when? Never what: no word of a message is kept.

The export says neither which sender is the owner nor whether the day or the month comes first. Both are concluded
from the whole file, and where they cannot be, the file is left out and the summary names the line of book.toml
that decides.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, keys, schema
from networkscope.importers import chat_dates, chats
from networkscope.importers.base import CHAT_NAME, OwnerUnknown, Parsed, Reader, SourceFile, Unusable, digest
from networkscope.importers.chats import Chat
from networkscope.importers.tables import as_utf8
from networkscope.settings import Settings

UNCLEAR_ORDER = (
    "day and month are not clear in this chat: write into book.toml under [chat] "
    'date_order = "day first" (or "month first")'
)
UNKNOWN_OWNER = (
    "the chat does not show which sender is you: write your name as it is in the chat into book.toml, "
    'under [chat] name = "..."'
)
OWNER_IN_MOST = (
    "you were taken for the one who is in nearly all chats; if that is wrong, write your name as it is in them "
    'into book.toml, under [chat] name = "..."'
)
UNKNOWN_STYLE = (
    "it looks like a chat, but its dates are written in a way that is not known: export it again with the phone set to "
    "English and to the Gregorian calendar"
)
OTHER_STYLE = "it looks like a message, but its date is not written as those of this chat"
LONGEST_NAME = 100

_MARKS = str.maketrans("", "", "\u061c\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\0")


def recognises(file: SourceFile) -> bool:
    """Is the first line one of a chat?"""
    start = _plain(file.head[:2000]).lstrip()
    return chat_dates.style_of(start) is not None or chat_dates.looks_like_chat(start)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every message as one interaction; in a group, one of the owner's with each of its members."""
    text = _plain(file.read())
    style = chat_dates.style_of(text.lstrip())
    found = [*style.finditer(text)] if style else []
    if not found:
        raise Unusable(UNKNOWN_STYLE)
    layouts = [chat_dates.layout(line) for line in found]
    lines = [line for line, layout in zip(found, layouts, strict=True) if layout == layouts[0]]
    strange = [line for line, layout in zip(found, layouts, strict=True) if layout != layouts[0]]
    other_style = sum(bool(_sender(line["rest"][:LONGEST_NAME])) for line in strange)
    moments = chat_dates.moments(lines, settings.chat_date_order)
    if moments is None:
        raise Unusable(UNCLEAR_ORDER)
    if np.isnat(moments).all():
        raise Unusable(UNKNOWN_STYLE)
    sent = dates.midnight(pd.Series(moments, dtype=schema.DATE), settings.timezone)
    senders, title = _senders([line["rest"][: LONGEST_NAME + 3] for line in lines])
    names = sorted({*senders[(senders != "") & ~np.isnat(moments)], title} - {""})
    name_of_file = re.sub(r"/_chat\.txt$|\.txt$", "", file.label).removesuffix(".zip").rsplit("/", 1)[-1]
    owner = _owner(names, keys.name_key(name_of_file), settings)
    others = [name for name in names if name != owner] or _addressee(name_of_file, owner, lines)
    places = chats.line_numbers(text, [line.start() for line in lines])
    written = [line[0] + rest for line, rest in chats.messages(text, lines)]
    # What a message says is behind its date and sender.
    bodies = [one.partition(": ")[2] if sender else "" for one, sender in zip(written, senders, strict=True)]
    thread = digest("whatsapp", keys.name_key(others[0] if len(others) == 1 else title or name_of_file))
    parsed = chats.touches(Chat(thread, owner, others, senders, sent, bodies, places), file.label, settings)
    parsed.rows_read += other_style
    parsed.rejected.update([OTHER_STYLE] * other_style)
    parsed.owner = (CHAT_NAME + keys.name_key(owner),) if owner else ()
    return parsed


READERS = (Reader("WhatsApp chat", recognises, read),)


def _plain(data: bytes) -> str:
    """The text without marks of direction but the one that has a meaning, with ordinary spaces and line feeds."""
    text = as_utf8(data)[0].decode("utf-8", "replace").translate(_MARKS)
    return text.replace("\r\n", "\n").replace("\n\u200e", "\n").lstrip("\u200e")


def _senders(lines: list[str]) -> tuple[Any, str]:
    """Who wrote each line, empty where the app itself did; and the name that an iPhone gives the chat.

    It signs its own lines with the name of the chat and marks them, and the first line of a chat is one of these.
    """
    names = np.array([_sender(line) for line in lines], dtype=object)
    marked = np.array([":\u200e" in line.replace(" ", "")[:LONGEST_NAME] for line in lines])
    if not marked[:1].any() or not names[0]:
        return names, ""
    title = names[0]
    if len({*names} - {""}) > 2 and marked[names == title].all():  # a group, where nobody bears its name
        names[names == title] = ""
        return names, ""
    names[0] = ""
    return names, title


def _sender(line: str) -> str:
    name, colon, _ = (line + " ").partition(": ")
    return keys.clean(name.lstrip("~")) if colon and not re.search('["“”„«»]', name) else ""


def _owner(names: list[str], name_of_file: str, settings: Settings) -> str:
    """Which of the senders is the owner? A chat of two is named after the other."""
    own = {keys.name_key(name) for name in (settings.chat_name, settings.owner_name)} - {""}
    if found := [name for name in names if keys.name_key(name) in own]:
        return found[0]
    other = [name for name in names if f" {name_of_file}".endswith(f" {keys.name_key(name)}")]
    if not other or len(names) > 2:
        raise OwnerUnknown(UNKNOWN_OWNER, (CHAT_NAME + keys.name_key(name) for name in names))
    rest = {*names} - {max(other, key=len)}
    return rest.pop() if rest else ""


def _addressee(name_of_file: str, owner: str, lines: list[re.Match[str]]) -> list[str]:
    """Who is the owner writing to in a chat where nobody else wrote? The app names the file after them.

    A group is called by its name in the lines of the app, in quotes.
    """
    name_of_file = re.sub(r"\s*\(\d+\)$", "", name_of_file)
    for pattern in chat_dates.words("files")["names"]:
        start, end = pattern.split("{}")
        name = keys.clean(name_of_file.removeprefix(start).removesuffix(end))
        if name_of_file == f"{start}{name}{end}" and keys.name_key(name) != keys.name_key(owner):
            is_group = any(re.search(f'["“„«]{re.escape(name)}["”“»]', line["rest"][:500]) for line in lines)
            return [] if is_group else [name]
    return []
