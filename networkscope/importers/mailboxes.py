"""Where does each mail of a file start, what are its headers, and in which folder was it?

An mbox of any size goes through a window of about a megabyte; a Maildir or a folder of `.eml` or `.emlx` comes as one
file of many parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from networkscope.importers import mail_headers
from networkscope.importers.base import HEAD_BYTES, SourceFile

CHUNK_BYTES = 2**20
SEPARATOR_BYTES = 600  # the longest `From ` line
HEADER_BYTES = 2**20  # headers beyond are not read

DRAFT, TRASH, SPAM = "a draft that was never sent", "in the trash", "in the spam folder"
CHAT, SENT = "chat", "sent"
# The first counts where there are several.
KINDS = {"draft": DRAFT, "trash": TRASH, "spam": SPAM, "chat": CHAT, "sent": SENT}
APPLE_FLAGS = {1 << 1: TRASH, 1 << 6: DRAFT, 1 << 24: SPAM}

_FOLDERS = {
    name.casefold(): KINDS[kind] for kind, names in mail_headers.WORDS["folders"].items() for name in names
}
_SEPARATOR = re.compile(
    rb"From [^\n]{0,400}?\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d[^\n]{0,60}\b\d{4}[^\n]{0,20}(?:\n|\Z)"
)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_HEADER_LINE = re.compile(rb"[!-9;-~]++[ \t]*+:|[ \t]")
_APPLE_FLAGS = re.compile(rb"<key>flags</key>\s*+<integer>(\d{1,19})</integer>")
_BYTE_COUNT = re.compile(rb"\d{1,12} *\r?\n")
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Z]*)$")


def messages(stream: IO[bytes], body_bytes: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
    """Where does each mail of an mbox start, what are its headers (the `From ` line first), and the start of its body?

    A mail starts with a `From ` line that has a date and follows an empty line; any other line that looks like it
    belongs to a body. One window of the stream is in memory.

    >>> from io import BytesIO
    >>> box = b"From a@b.example Mon Jan  1 10:00:00 2024\\nTo: you\\n\\nHi\\nFrom here on ...\\n"
    >>> list(messages(BytesIO(box), 2)) == [(0, box[:49], b"Hi")]
    True
    """
    window, offset, more = b"\n\n", -2, True
    while more:
        block = stream.read(CHUNK_BYTES)
        window, more, at = window + block, bool(block), -1
        while (at := window.find(b"\nFrom ", at + 1)) >= 0:
            start = at + 1
            if more and len(window) - start < SEPARATOR_BYTES:
                break
            if not window[max(at - 2, 0) : at].endswith((b"\n", b"\n\r")) or not _SEPARATOR.match(
                window, start
            ):
                continue
            end = _EMPTY_LINE.search(window, start, start + HEADER_BYTES)
            if more and not end and len(window) - start < HEADER_BYTES:
                break
            if more and end and body_bytes and len(window) - end.end() < body_bytes + SEPARATOR_BYTES:
                break
            body = _cut(window[end.end() : end.end() + body_bytes]) if end and body_bytes else b""
            yield offset + start, window[start : end.start() if end else start + HEADER_BYTES], body
        keep = max(at - 2 if at >= 0 else len(window) - 8, 0)  # with the empty line before
        window, offset = window[keep:], offset + keep


def _cut(body: bytes) -> bytes:
    """The body up to where the next mail starts."""
    at = -1
    while (at := body.find(b"\nFrom ", at + 1)) >= 0:
        if body[max(at - 2, 0) : at].endswith((b"\n", b"\n\r")) and _SEPARATOR.match(body, at + 1):
            return body[:at]
    return body


def headers(file: SourceFile, body_bytes: int = 0) -> Iterator[tuple[int, bytes, str, bytes]]:
    """Offset (in a folder: number), headers, the folder's kind ("" for a usual one), start of the body of each mail."""
    kind = _folder_kind(file.label)
    if is_mbox(file):
        with file.open() as stream:
            for offset, head, body in messages(stream, body_bytes):
                yield offset, head, kind, body
        return
    for number, part in enumerate(file.parts or [file] * (file.size > 0)):
        block, flagged = _one_mail(part)
        head, *rest = _EMPTY_LINE.split(block, 1)
        yield number, head, flagged or kind, rest[0][:body_bytes] if rest else b""


def is_mbox(file: SourceFile) -> bool:
    return not file.parts and _SEPARATOR.match(file.head.lstrip()) is not None


def _one_mail(part: SourceFile) -> tuple[bytes, str]:
    """The first bytes of a mail in a file of its own, and what its flags say: in the name of the file in a Maildir;
    in an `.emlx` of Apple Mail in a property list behind the mail, whose size is in the first line.
    """
    with part.open() as stream:
        block = stream.read(HEAD_BYTES)
        if not _EMPTY_LINE.search(block):
            block += stream.read(HEADER_BYTES)
        if count := _BYTE_COUNT.match(block):
            stream.seek(count.end() + int(count[0]))
            flags = _APPLE_FLAGS.search(stream.read(HEAD_BYTES))
            bits = int(flags[1]) if flags else 0
            return block[count.end() :], next((APPLE_FLAGS[bit] for bit in APPLE_FLAGS if bits & bit), "")
    found = _MAILDIR_FLAGS.search(part.label)
    letters = found[1] if found else ""
    return block, DRAFT if "D" in letters else TRASH if "T" in letters else ""


def _folder_kind(label: str) -> str:
    """Is this the folder of drafts, of spam, …, by the name that a mail program gave it?"""
    names = [part.removesuffix(".mbox").strip(". ").rpartition(".")[2] for part in label.split("/")[-3:]]
    kinds = [_FOLDERS.get(name.casefold(), "") for name in names]
    return next((kind for kind in kinds if kind not in ("", CHAT)), "")


def label_kind(value: bytes) -> str:
    """Is this mail a draft, trash, spam or sent, by its Gmail labels in whatever language?"""
    labels = mail_headers.decoded(value).split(",")
    kinds = {_FOLDERS.get(label.strip(' "').casefold()) for label in labels}
    return next((kind for kind in KINDS.values() if kind in kinds), "")


def recognises(file: SourceFile) -> bool:
    """Is it an mbox, or one mail: headers only up to an empty line, From and another usual one among them?"""
    if is_mbox(file):
        return True
    head = file.head.lstrip()
    count = _BYTE_COUNT.match(head)
    block = _EMPTY_LINE.split(head[count.end() if count else 0 :], 1)[0]
    found = mail_headers.fields(block)
    usual = {b"date", b"subject", b"to", b"message-id"} & set(found)
    lines = block.replace(b"\r\n", b"\n").split(b"\n")
    return b"from" in found and bool(usual) and all(map(_HEADER_LINE.match, lines[:20]))
