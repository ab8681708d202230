"""Where does each mail of a file begin, what are its headers, and in which folder did it lie?

An mbox of any size goes through a window of a megabyte; a Maildir or a folder of `.eml` comes as one file of
many parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from networkscope.sources import mail_headers
from networkscope.sources.base import SourceFile

CHUNK_BYTES = 2**18  # so small that it stays in a processor's cache
SEPARATOR_BYTES = 600  # the longest `From ` line
HEADER_BYTES = 2**20  # headers beyond are not read

DRAFT, TRASH, SPAM, SENT = "a draft that was never sent", "in the trash", "in the spam folder", "sent"

# How Gmail and others call their folders, in the languages whose exports were seen.
FOLDERS = {
    DRAFT: "draft, drafts, entwurf, entwürfe, brouillon, brouillons, borrador, borradores, bozze, rascunhos, concepten,"
    "kladder, utkast, luonnokset, wersje robocze, szkice, koncepty, piszkozatok, taslaklar, черновики, 下書き, 草稿",
    TRASH: "trash, bin, deleted items, deleted messages, papierkorb, gelöscht, corbeille, papelera, cestino, lixeira,"
    "lixo, prullenbak, papirkurv, papperskorgen, papperskorg, roskakori, kosz, koš, kuka, çöp kutusu, корзина,"
    "ゴミ箱, 已删除邮件, 垃圾箱",
    SPAM: "spam, junk, junk e-mail, junk email, bulk mail, skräppost, søppelpost, roskaposti,"
    "спам, 迷惑メール, 垃圾邮件",
    SENT: "sent, sent mail, sent items, sent messages, gesendet, gesendete objekte, messages envoyés, envoyés,"
    "enviados, e-mails enviados, posta inviata, inviati, inviata, verzonden, verzonden berichten, sendt, sendte,"
    "skickat, skickade, lähetetyt, wysłane, odeslaná pošta, odeslané, elküldött, gönderilmiş postalar, отправленные,"
    "送信済みメール, 已发邮件",
}
_KIND = {name.strip(): kind for kind, names in FOLDERS.items() for name in names.split(",")}

_SEPARATOR = re.compile(
    rb"From [^\n]{0,400}?\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d[^\n]{0,60}\b\d{4}[^\n]{0,20}(?:\n|\Z)"
)
_HEADER_LINE = re.compile(rb"[!-9;-~]++[ \t]*+:|[ \t]")
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Z]*)$")


def messages(buffer: Any, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Where does each mail of an mbox begin and end, and what are its headers (the `From ` line first)?

    A mail begins with a `From ` line that carries a date, at the beginning or after an empty line; any other
    line of that look belongs to a body. `buffer` is anything that has `find` and slices; from a `start` above 0
    only separators at or behind it count, so that an interrupted reading goes on at an offset it was given.

    >>> box = b"From a@b.example Mon Jan  1 10:00:00 2024\\nTo: you\\n\\nHi\\nFrom here on ...\\n"
    >>> list(messages(box)) == [(0, 71, box[:49])]
    True
    """
    here = -1
    if start == 0:
        first = buffer[:64]
        here = len(first) - len(first.lstrip())
        here = here if _SEPARATOR.match(buffer, here) else -1
    if here < 0:
        here = _next_separator(buffer, max(start - 1, 0))
    while here >= 0:
        following = _next_separator(buffer, here + 1)
        end = following if following >= 0 else len(buffer)
        yield here, end, _header_block(buffer, here, end)
        here = following


def _next_separator(buffer: Any, at: int) -> int:
    while (at := buffer.find(b"\nFrom ", at)) >= 0:
        blank = buffer[max(at - 2, 0) : at].endswith((b"\n", b"\n\r"))
        at += 1
        if blank and _SEPARATOR.match(buffer, at):
            return at
    return -1


def _header_block(buffer: Any, start: int, end: int) -> bytes:
    end = min(end, start + HEADER_BYTES)
    if b"\r\n" in buffer[start : start + 500]:  # else a search for this would run into the body
        cut = buffer.find(b"\n\r\n", start, end)
        end = cut if cut >= 0 else end
    cut = buffer.find(b"\n\n", start, end)
    block: bytes = buffer[start : cut if cut >= 0 else end]
    return block


def stream_messages(stream: IO[bytes], base: int = 0, before: bytes = b"\n\n") -> Iterator[tuple[int, bytes]]:
    """Offset and headers of each mail of a stream that stands at offset `base`; holds one window of it.

    `before` are the last bytes before: an empty line, as before the beginning, is what a separator needs.
    """
    window, base, start = before, base - len(before), len(before)
    while block := stream.read(CHUNK_BYTES):
        window += block
        keep = max(len(window) - SEPARATOR_BYTES, start)
        for at, end, head in messages(window, start):
            if end == len(window) and end - at < HEADER_BYTES:
                keep = at  # its headers may be cut: it waits for the next window
                break
            yield base + at, head
            keep = max(len(window) - SEPARATOR_BYTES, at + 1)
        cut = max(keep - 3, 0)
        window, base, start = window[cut:], base + cut, keep - cut
    for at, _, head in messages(window, start):
        yield base + at, head


def headers(file: SourceFile, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes, str]]:
    """Offset (in a folder: number), headers and the folder's kind ("" for a usual one) of each mail.

    Of an mbox, only the mails that begin at offset `begin` or later and before `end`.
    """
    kind = _folder_kind(file.label)
    if not is_mbox(file):
        for number, part in enumerate(file.parts or [file][: file.size]):
            with part.open() as stream:
                block = stream.read(HEADER_BYTES)
            flags = _MAILDIR_FLAGS.search(part.label)
            flag = flags[1] if flags else ""
            mark = DRAFT if "D" in flag else TRASH if "T" in flag else kind
            yield number, _header_block(block, 0, len(block)), mark
        return
    with file.open() as stream:
        stream.seek(max(begin - 3, 0))
        for offset, head in stream_messages(stream, begin, stream.read(3) if begin else b"\n\n"):
            if end is not None and offset >= end:
                return
            yield offset, head, kind


def is_mbox(file: SourceFile) -> bool:
    return not file.parts and _SEPARATOR.match(file.head.lstrip()) is not None


def _folder_kind(label: str) -> str:
    """Is this the folder of drafts, of spam, …, by the name that a mail program gave it?"""
    for part in label.split("/")[-3:]:
        name = part.removesuffix(".mbox").strip(". ").rpartition(".")[2]
        if kind := _KIND.get(name.casefold()):
            return kind
    return ""


def label_kind(value: bytes) -> str:
    """Is this mail a draft, trash, spam or sent, by its Gmail labels in whatever language?

    >>> label_kind(b"=?UTF-8?Q?Entw=C3=BCrfe,Wichtig?=") == DRAFT
    True
    """
    kinds = {_KIND.get(label.strip(' "').casefold(), "") for label in mail_headers.decoded(value).split(",")}
    return next((kind for kind in FOLDERS if kind in kinds), "")


def gathered(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, but those of a Maildir, and several `.eml` of one folder, as parts of one source."""
    out: list[SourceFile] = []
    folders: dict[tuple[Path, str], list[SourceFile]] = {}
    for file in sorted(files, key=lambda file: file.label):
        folder, _, name = file.label.rpartition("/")
        where = file.path if file.member else file.path.parent
        if folder.rpartition("/")[2] in ("cur", "new"):
            folder = folder.rpartition("/")[0]
            folders.setdefault((where if file.member else where.parent, folder or "Maildir"), []).append(file)
        elif name.lower().endswith(".eml"):
            folders.setdefault((where, folder or "*.eml"), []).append(file)
        else:
            out.append(file)
    for (where, label), parts in folders.items():
        size = sum(part.size for part in parts)
        alone = len(parts) == 1 and parts[0].label.lower().endswith(".eml")
        out += parts if alone else [SourceFile(where, label, size, parts=tuple(parts))]
    return out


def recognises(file: SourceFile) -> bool:
    """Is it an mbox, or one mail: headers only up to an empty line, From and another usual one among them?"""
    head = file.head.lstrip()
    if _SEPARATOR.match(head):
        return True
    block = _header_block(head, 0, len(head))
    found = mail_headers.fields(block)
    usual = {b"date", b"subject", b"to", b"message-id"} & set(found)
    lines = block.replace(b"\r\n", b"\n").split(b"\n")
    return b"from" in found and bool(usual) and all(map(_HEADER_LINE.match, lines[:20]))
