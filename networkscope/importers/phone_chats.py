"""Who wrote in these Signal and iMessage chats, and when? As the programs write them that take chats out of the apps.

Neither app exports its chats as text. Three programs are in wide use: signal-export (a folder for each chat, with
`chat.md`), sigtop (a text file for each) and imessage-exporter (`-f txt`). All three sign the owner's messages, so it
need not be guessed who that is. No text of a message is kept; it is read for what it does, see `message_acts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from networkscope import keys
from networkscope.importers import chats, date_texts
from networkscope.importers.base import Parsed, Reader, SourceFile, digest
from networkscope.importers.chats import Chat
from networkscope.importers.tables import as_utf8
from networkscope.settings import Settings

ME, YOU = "Me", "You"
OUTSIDE = "a line that belongs to no message"

# signal-export: "[2026-01-05 10:00:00] Ana Lee: hi", in older versions "[2026-01-05, 10:00]".
_SIGNAL = re.compile(r"^\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^\n:]{1,100}): ?", re.MULTILINE)
# sigtop: fields, of which these two come first, and the text behind an empty line.
_SIGTOP = re.compile(
    r"^From: ([^\n]{1,200})\nType: ([^\n]{1,40})\n((?:[A-Z][a-z]+: [^\n]*\n)*)", re.MULTILINE
)
_SENT = re.compile(r"^Sent: (.*)$", re.MULTILINE)
_CONVERSATION = re.compile(r"Conversation: ([^\n]{1,200})\n")
# imessage-exporter: a line with the time, one with the sender, then the text; answers are indented, and come once more.
_STAMP = r"[A-Z][a-z]{2} \d\d, \d{4} {1,2}\d{1,2}:\d\d:\d\d [AP]M"
_IMESSAGE = re.compile(
    rf"^({_STAMP})(?: \(Read by [^\n)]*\))?(?:\n([^\n]{{1,100}})\n| ([^\n]+)(?:\n|\Z))", re.MULTILINE
)
_AFTER_TEXT = re.compile(r"^(?:Tapbacks|Reactions|Stickers):|^ {4}|^This message responded to", re.MULTILINE)

# Where it starts, when it was written, by whom (empty: the app), and what.
Message = tuple[int, str, str, str]


def _reader(
    name: str, fits: Callable[[str, str], object], messages: Callable[[str], Iterable[Message]], owner: str
) -> Reader:
    def recognises(file: SourceFile) -> bool:
        return bool(fits(_plain(file.head[:8000]).lstrip(), file.label))

    def read(file: SourceFile, settings: Settings) -> Parsed:
        text = _plain(file.read())
        found = [*messages(text)]
        called = _called(file, text)
        senders = [keys.clean(sender) for _, _, sender, _ in found]
        others = sorted({*senders} - {"", owner}) or ([called] if _is_address(called) else [])
        sent = date_texts.to_instants(
            [when for _, when, *_ in found], timezone=settings.timezone, order="mdy"
        )
        lines = chats.line_numbers(text, [at for at, *_ in found])
        thread = digest(name, keys.name_key(others[0] if len(others) == 1 else called))
        chat = Chat(thread, owner, others, senders, sent, [written for *_, written in found], lines)
        parsed = chats.touches(chat, file.label, settings)
        before = text[: found[0][0]] if found else text
        strange = sum(bool(line.strip()) for line in _CONVERSATION.sub("", before).split("\n"))
        parsed.rows_read += strange
        parsed.rejected.update([OUTSIDE] * strange)
        return parsed

    return Reader(name, recognises, read)


def _plain(data: bytes) -> str:
    return as_utf8(data)[0].decode("utf-8", "replace").replace("\r\n", "\n")


def _called(file: SourceFile, text: str) -> str:
    """With whom the chat is: as the file says, else as its folder is called or it is itself."""
    if found := _CONVERSATION.match(text):
        return _displayed(found[1])
    *folders, name = file.label.split("/")
    return folders[-1] if folders and name in ("chat.md", "index.md") else name.rpartition(".")[0]


def _is_address(name: str) -> bool:
    """A number or a mail address is a person; any other name may be that of a group."""
    return bool(re.fullmatch(r"\+\d{7,15}|[^\s@]+@[^\s@]+\.[^\s@]+", name))


def _displayed(name: str) -> str:
    """The name, which comes with a number, the name of a user or "group" in brackets."""
    return re.sub(r" \([^()]*\)$", "", name.strip()).removesuffix("Unknown")


def _of_signal_export(text: str) -> Iterable[Message]:
    for line, body in chats.messages(text, [*_SIGNAL.finditer(text)]):
        sender = "" if line[3] == "No-Sender" else line[3]
        yield line.start(), f"{line[1]} {line[2]}", sender, body.strip()


def _of_sigtop(text: str) -> Iterable[Message]:
    for block, body in chats.messages(text, [*_SIGTOP.finditer(text)]):
        sent = _SENT.search(block[3])
        sender = _displayed(block[1]) if block[2] in ("incoming", "outgoing") else ""
        own = "\n".join(line for line in body.split("\n") if not line.startswith((">", "|")))
        yield block.start(), sent[1] if sent else "", sender, own.strip()


def _of_imessage_exporter(text: str) -> Iterable[Message]:
    for block, body in chats.messages(text, [*_IMESSAGE.finditer(text)]):
        sent = re.sub(" +", " ", block[1])
        yield block.start(), sent, block[2] or "", _AFTER_TEXT.split(body, maxsplit=1)[0].strip()


def _is_signal_export(start: str, label: str) -> bool:
    """In the form of some WhatsApp chats, but for the owner's name and that of the file."""
    return _SIGNAL.match(start) is not None and (label.endswith(".md") or f"] {ME}: " in start)


def _is_of_sigtop(start: str, _: str) -> bool:
    return _CONVERSATION.match(start) is not None and _SIGTOP.search(start) is not None


def _is_imessage(start: str, _: str) -> bool:
    return _IMESSAGE.match(start) is not None


READERS = (
    _reader("Signal chat", _is_signal_export, _of_signal_export, ME),
    _reader("Signal chat (sigtop)", _is_of_sigtop, _of_sigtop, YOU),
    _reader("iMessage chat", _is_imessage, _of_imessage_exporter, ME),
)
