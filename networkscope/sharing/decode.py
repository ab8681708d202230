"""Everything that a page says, also where a reader does not look: attributes, scripts, packed data, pictures' notes."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import struct
import zlib
from collections.abc import Collection, Iterator
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|%u([0-9a-fA-F]{4})")
PNG = b"\x89PNG\r\n\x1a\n"
SAMPLE = 400  # letters that tell whether something is text
DEEPEST = 4  # so often something packed may be packed again


class Said(NamedTuple):
    """One piece of a page: its text, where it stands, and whether it is data or running text."""

    text: str
    where: str
    is_data: bool


def read_page(html: str, ours: Collection[str] = ()) -> tuple[str, list[Said]]:
    """The share level that the page says it has ("" where none), and all that it says but for scripts of `ours`.

    >>> read_page('<meta name="share" content="coach"><td title="a%20b">c &amp; d</td>')[0]
    'coach'
    """
    parser = _Parser(ours)
    parser.feed(html)
    parser.close()
    return parser.level, parser.said


def decoded(text: str) -> str:
    """The text without entities, percent signs and escapes that stand for letters.

    >>> decoded("Zo%C3%AB &amp; B\\\\u00f6")
    'Zoë & Bö'
    """
    text = ESCAPE.sub(lambda found: chr(int(next(filter(None, found.groups())), 16)), text)
    return unquote(unescape(text), errors="ignore") if "%" in text or "&" in text else text


def unpacked(text: str, depth: int = 0) -> Iterator[str]:
    """What stands in base64, gzip, zlib and pictures within this text, and in what these hold."""
    if depth == DEEPEST:
        return
    for found in BASE64.finditer(text):
        packed = found[0].replace("-", "+").replace("_", "/").rstrip("=")
        try:
            content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        for part in _opened(content):
            inner = part.decode("utf-8", "ignore")
            start = inner[:SAMPLE]
            if sum(letter.isprintable() or letter.isspace() for letter in start) > 0.7 * min(
                len(part), SAMPLE
            ):
                yield decoded(inner)
                yield from unpacked(inner, depth + 1)


def _opened(content: bytes) -> list[bytes]:
    if content.startswith(PNG):
        return list(_png_texts(content))
    for opened in (gzip.decompress, zlib.decompress):
        try:
            return [opened(content)]
        except (OSError, zlib.error, EOFError):
            continue
    return [content]


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


class _Parser(HTMLParser):
    def __init__(self, ours: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._ours = {text.strip() for text in ours}
        self.level, self.said = "", list[Said]()
        self._inside: list[str] = []
        self._kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("name") == "share":
            self.level = given.get("content", "")
        for name, value in given.items():
            if name not in ("class", "style") and value:
                self._add(value, f"attribute {name}", is_data=True)
        if tag in ("td", "th", "script", "style", "text", "title"):
            self._inside.append(tag)
            self._kind = given.get("type", "")
            self._start_of(tag)

    handle_startendtag = handle_starttag

    def _start_of(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell: list[str] = []

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
            if tag in ("td", "th"):
                self._add("".join(self._cell), "a cell", is_data=True)

    def handle_comment(self, data: str) -> None:
        self._add(data, "a comment", is_data=True)

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        if inside in ("td", "th"):
            self._cell.append(data)
        elif inside == "script":
            self._script(data)
        elif data.strip() and inside != "style":
            self._add(data, "the text", is_data=inside == "text")

    def _script(self, data: str) -> None:
        if data.strip() in self._ours:
            return
        if "json" in self._kind:
            try:
                for text in _strings(json.loads(data)):
                    self._add(text, "a chart", is_data=True)
                return
            except ValueError:
                pass
        self._add(data, "a script", is_data=False)

    def _add(self, text: str, where: str, *, is_data: bool) -> None:
        self.said.append(Said(decoded(text), where, is_data))
        self.said += [Said(inner, f"{where}, packed", is_data) for inner in unpacked(text)]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
