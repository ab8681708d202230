"""What stands in escapes, base64, packed data, typed arrays and the notes of pictures."""

import base64
import binascii
import gzip
import re
import struct
import zlib
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
SHORT_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,15}={0,2}")  # only where it is the whole text
LINE_END = re.compile(r"(?<=[A-Za-z0-9+/=]{4})[ \t]*(?:\r?\n|\\n)[ \t]*(?=[A-Za-z0-9+/=])")
ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|%u([0-9a-fA-F]{4})"
    r"|\\([0-9a-fA-F]{4,6})\s?"
)
PNG = b"\x89PNG\r\n\x1a\n"
SAMPLE = 400  # letters that tell whether something is text
DEEPEST = 4  # so often something packed may be packed again
ROUNDS = 3  # so often something escaped may be escaped again


def decoded(text: str) -> str:
    """The text without entities, percent signs and escapes that stand for letters.

    >>> decoded("Zo%C3%AB &amp; B\\\\u{f6}")
    'Zoë & Bö'
    """
    for _ in range(ROUNDS):
        before = text
        if "\\" in text or "%u" in text:
            text = ESCAPE.sub(_letter, text)
        if "%" in text or "&" in text:
            text = unquote(unescape(text), errors="ignore")
        if text == before:
            break
    return text


def unpacked(text: str, depth: int = 0) -> Iterator[str]:
    """What stands in base64, gzip, zlib, deflate and pictures within this text, and in what these hold."""
    if depth == DEEPEST:
        return
    found = [match[0] for match in BASE64.finditer(text)]
    if "\n" in text or "\\n" in text:
        found += [match[0] for match in BASE64.finditer(LINE_END.sub("", text))]
    if SHORT_BASE64.fullmatch(text.strip()):
        found.append(text.strip())
    for packed in dict.fromkeys(found):
        for part in _opened(from_base64(packed)):
            for inner in _texts(part):
                yield decoded(inner)
                yield from unpacked(inner, depth + 1)


def array_texts(packed: str, dtype: str) -> Iterator[str]:
    """The numbers of a chart's packed array that may be days, and the text that it spells, if any.

    >>> list(array_texts(base64.b64encode(struct.pack("<2d", 1.5, 1763000000000.0)).decode(), "f8"))
    ['1763000000000']
    """
    import numpy as np

    try:
        values = np.frombuffer(from_base64(packed), np.dtype(f"<{dtype.lstrip('<>=')}")).astype(float)
    except (TypeError, ValueError):
        return
    whole = values[np.isfinite(values)]
    yield from (f"{value:.0f}" for value in whole if abs(value) >= 1e7)
    if len(whole) > 1 and ((whole >= 32) & (whole <= 0x10FFFF) & (whole == whole.round())).all():
        yield "".join(map(chr, whole.astype(int)))


def from_base64(text: str) -> bytes:
    """The bytes; none where it is no base64."""
    plain = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _letter(found: re.Match[str]) -> str:
    code = int(next(filter(None, found.groups())), 16)
    return chr(code) if code <= 0x10FFFF else found[0]


def _texts(part: bytes) -> Iterator[str]:
    """The bytes as text, where they are text."""
    encodings = ["utf-8"]
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or part.count(0) * 4 > len(part):
        encodings += ["utf-16-le", "utf-16-be"]
    for encoding in encodings:
        inner = part.decode(encoding, "ignore").strip("\ufeff")
        start = inner[:SAMPLE]
        seen = sum(letter.isprintable() or letter.isspace() for letter in start)
        if start and seen > 0.7 * min(len(part) if encoding == "utf-8" else len(inner), SAMPLE):
            yield inner


def _opened(content: bytes) -> list[bytes]:
    if content.startswith(PNG):
        return list(_png_texts(content))
    for opened in (gzip.decompress, zlib.decompress):
        try:
            return [opened(content)]
        except (OSError, zlib.error, EOFError):
            continue
    raw = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = raw.decompress(content)
    except zlib.error:
        return [content]
    return [content, plain] if raw.eof else [content]


def _png_texts(content: bytes) -> Iterator[bytes]:
    place = len(PNG)
    while place + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        chunk = content[place + 8 : place + 8 + length]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            yield chunk
            packed = chunk.partition(b"\0")[2]
            for start in range(min(len(packed), 6)):
                try:
                    yield zlib.decompress(packed[start:])
                    break
                except zlib.error:
                    continue
        place += 12 + length
