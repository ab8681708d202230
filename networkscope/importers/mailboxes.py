"""Where does each mail of a file begin, what are its headers, and in which folder did it lie?

An mbox of any size goes through a window of a megabyte; a Maildir or a folder of `.eml` comes as one file of
many parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

import numpy as np

from networkscope.importers import mail_headers
from networkscope.importers.base import SourceFile

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
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_HEADER_LINE = re.compile(rb"[!-9;-~]++[ \t]*+:|[ \t]")
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Z]*)$")


def messages(stream: IO[bytes], base: int = 0, before: bytes = b"\n\n") -> Iterator[tuple[int, bytes]]:
    """Where does each mail of an mbox begin, and what are its headers (the `From ` line first)?

    A mail begins with a `From ` line that carries a date and stands behind an empty line; any other line of that
    look belongs to a body. The stream stands at offset `base`, and `before` are the last bytes before it: an empty
    line, as it were, before the beginning. One window of the stream is held.

    >>> from io import BytesIO
    >>> box = b"From a@b.example Mon Jan  1 10:00:00 2024\\nTo: you\\n\\nHi\\nFrom here on ...\\n"
    >>> list(messages(BytesIO(box))) == [(0, box[:49])]
    True
    """
    window, base, start = before, base - len(before), len(before)
    more = True
    while more:
        block = stream.read(CHUNK_BYTES)
        window, more = window + block, bool(block)
        keep = start
        for at, end in _heads(window, start):
            if more and end < 0 and len(window) - at < HEADER_BYTES:
                keep = at  # its headers may be cut: it waits for the next window
                break
            yield base + at, window[at : min(end if end >= 0 else len(window), at + HEADER_BYTES)]
            keep = at + 1
        else:
            keep = max(keep, len(window) - SEPARATOR_BYTES)
        cut = max(keep - 3, 0)
        window, base, start = window[cut:], base + cut, keep - cut


def _heads(window: bytes, start: int) -> list[tuple[int, int]]:
    """Where the headers of each mail begin, at `start` or behind it, and end: -1 where the window ends before."""
    signs = np.frombuffer(window, np.uint8)
    breaks = np.flatnonzero(signs == ord("\n"))
    close = np.flatnonzero(breaks[1:] - breaks[:-1] <= 2)
    before, after = breaks[close], breaks[close + 1]
    empty = (after - before == 1) | (signs[after - 1] == ord("\r"))
    ends, following = np.append(before[empty], -1), after[empty] + 1
    marked = following[(following >= start) & (signs[np.minimum(following, len(signs) - 1)] == ord("F"))]
    begins = [at for at in marked.tolist() if _SEPARATOR.match(window, at)]
    return list(zip(begins, ends[np.searchsorted(ends[:-1], begins)].tolist(), strict=True))


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
            yield number, _EMPTY_LINE.split(block, 1)[0], mark
        return
    with file.open() as stream:
        stream.seek(max(begin - 3, 0))
        for offset, head in messages(stream, begin, stream.read(min(begin, 3)) or b"\n\n"):
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


def recognises(file: SourceFile) -> bool:
    """Is it an mbox, or one mail: headers only up to an empty line, From and another usual one among them?"""
    head = file.head.lstrip()
    if _SEPARATOR.match(head):
        return True
    block = _EMPTY_LINE.split(head, 1)[0]
    found = mail_headers.fields(block)
    usual = {b"date", b"subject", b"to", b"message-id"} & set(found)
    lines = block.replace(b"\r\n", b"\n").split(b"\n")
    return b"from" in found and bool(usual) and all(map(_HEADER_LINE.match, lines[:20]))
