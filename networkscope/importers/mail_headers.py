"""What do the headers of one mail say: who, to whom, when, about what, and was it a person?

Well-formed headers are read by regular expressions in one pass; what those do not match goes to the standard
library's parsers. All patterns are possessive: a header of a megabyte costs time in proportion, never more.
"""

from __future__ import annotations

import binascii
import datetime as dt
import hashlib
import re
import tomllib
from base64 import b64decode
from collections.abc import Mapping
from email.utils import getaddresses, parsedate_tz
from functools import lru_cache
from pathlib import Path

from networkscope import keys

FIELDS = (
    *("from", "to", "cc", "bcc", "sender", "delivered-to", "date", "message-id", "in-reply-to", "references"),
    *("subject", "list-id", "list-post", "list-unsubscribe", "auto-submitted", "precedence", "content-type"),
    *("content-transfer-encoding", "content-disposition"),  # of the body, and of its parts
    *("x-gmail-labels", "x-gm-thrid", "x-mozilla-draft-info"),
)
FIRST_SECOND, LAST_SECOND = 31_536_000, 7_258_118_400  # 1971, the first year of mail, and 2200
WORDS = tomllib.loads(Path(__file__).with_name("mail_words.toml").read_text(encoding="utf-8"))
LONGEST_NAME, LONGEST_SUBJECT, LONGEST_LIST = 400, 4_000, 65_536  # what is longer is cut

# Most lines are continued, or a Received, a seal, an X-…: these are passed over first.
_FIELD = re.compile(
    rf"\n(?![ \t]|Rec|ARC-|DKIM-|X-[^GgMm])((?i:{'|'.join(FIELDS)}))"
    rf"[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)".encode()
)
_ADDRESS = rb"[^\s<>@,;:()\"\\\[\]]{1,200}+@[^\s<>@,;:()\"\\\[\]]{1,200}+"
_MAILBOX = re.compile(
    rb'\s*+((?:"[^"\\]{0,200}+"\s*+|[^"<>@,;:()\\]{0,200}+)<%b>|%b)\s*+(?:,|$)' % (_ADDRESS, _ADDRESS)
)
_ENCODED = re.compile(r"=\?([^?\s]*+)\?([BbQq])\?([^?]*+)\?=")
_ENVELOPE = re.compile(rb"\b[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d\d? \d\d:\d\d.*")
_RECEIVED = re.compile(rb"^Received:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE | re.IGNORECASE)
_LIST_ID = re.compile(r"<?([^\s<>@.]++)\.([^\s<>@]++)>?\s*$")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_MESSAGE_ID = re.compile(rb"<\s*+([^<>\s]++)\s*+>")
# 0001 is what a lost year looks like, not 2001.
_YEAR_ZERO = re.compile(rb"[a-z]\s++00\d\d\b", re.IGNORECASE)
_ROBOT = re.compile(rf"(?:^|[._+-])(?:{'|'.join(WORDS['addresses']['robots'])})(?:[._+-]|\d|$)")
_BULK = {b"list-id", b"list-unsubscribe", b"list-post", b"auto-submitted", b"precedence"}


def fields(head: bytes) -> dict[bytes, bytes]:
    """The headers of `FIELDS` that a header block has, still folded; the first where one is repeated."""
    pairs = _FIELD.findall(b"\n" + head)
    found = {name.lower(): value for name, value in reversed(pairs)}
    if len(found) < len(pairs):  # a mail may be addressed in several lines of one name
        for field in (b"to", b"cc", b"bcc"):
            if field in found:
                found[field] = b", ".join(value for name, value in pairs if name.lower() == field)
    return found


def addresses(value: bytes) -> list[tuple[str, str]]:
    """Display name and address of everybody in a From, To or Cc; whoever has no address is left out."""
    found, at = [], 0
    while at < len(value):
        match = _MAILBOX.match(value, at)
        if match is None:  # groups, comments, escapes and broken lists
            found = [_person(name, address) for name, address in _odd_addresses(value)]
            break
        found.append(_mailbox(match[1]))
        at = match.end()
    return [pair for pair in found if pair[1]]


# Newer Pythons drop a whole list for one strange entry unless told otherwise; older ones have no such option.
_LENIENT = {"strict": False} if "strict" in getaddresses.__code__.co_varnames else {}


def _odd_addresses(value: bytes) -> list[tuple[str, str]]:
    try:
        return getaddresses([_unfolded(value[:LONGEST_LIST])], **_LENIENT)
    except (RecursionError, ValueError, IndexError):
        return []


@lru_cache(maxsize=65_536)
def _mailbox(value: bytes) -> tuple[str, str]:
    name, _, address = _unfolded(value).rpartition("<")
    return _person(name, address)


def _person(name: str, address: str) -> tuple[str, str]:
    name = keys.clean(_words(name[:LONGEST_NAME])).strip("'\" ")
    return ("" if "@" in name else name), keys.email_key(_plain(_bytes(address[:LONGEST_NAME])))


def decoded(value: bytes) -> str:
    """A header's text with RFC 2047 words decoded, cleaned; an unknown charset is read as UTF-8 or Windows-1252."""
    return keys.clean(_words(_unfolded(value[:LONGEST_SUBJECT])))


def _words(text: str) -> str:
    """The text with its encoded words decoded; a raw byte in one of them is in the charset of the word."""
    if "=?" not in text:
        return _plain(_bytes(text))
    plain, *words = _ENCODED.split(text)
    parts = [("", _bytes(plain))]  # the charset ("" for plain text) and the bytes of each stretch
    each = iter(words)
    for charset, encoding, payload, after in zip(each, each, each, each, strict=True):
        charset = charset.partition("*")[0].lower() or "utf-8"
        raw = _plain(_bytes(payload)).encode() if charset == "utf-8" else _bytes(payload)
        data = payload_of(encoding, raw)
        if parts[-1][0] == charset:  # a letter may be split between two words
            data = parts.pop()[1] + data
        parts.append((charset, data))
        if after.strip():
            parts.append(("", _bytes(after)))
    return "".join(_in_charset(data, charset) for charset, data in parts)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def payload_of(encoding: str, raw: bytes) -> bytes:
    """The bytes of an encoded word or body: "q" is quoted-printable, "b" base64, its padding lost or not."""
    if encoding in "Qq":
        return binascii.a2b_qp(raw, header=True)
    raw = _NOT_BASE64.sub(b"", raw)
    raw = raw[: len(raw) - (len(raw) % 4 == 1)]
    return b64decode(raw + b"=" * (-len(raw) % 4))


def _in_charset(data: bytes, charset: str) -> str:
    try:
        text = data.decode(charset, "replace") if charset else _plain(data)
    except (LookupError, ValueError):
        text = _plain(data)
    return text.encode("utf-8", "replace").decode()  # some charsets make halves of letters


def _plain(data: bytes) -> str:
    """UTF-8 if it can be that, else as Windows writes Western European."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _unfolded(raw: bytes) -> str:
    """A header's value as one line; bytes that are no UTF-8 stay as they are, since their charset is not known yet."""
    if b"\n" in raw or b"\t" in raw:
        raw = b" ".join(raw.split())
    return raw.decode("utf-8", "surrogateescape")


def seconds(value: bytes) -> int | None:
    """A Date as whole seconds since 1970 in UTC; None where no mail can have that date. Without a zone: UTC."""
    value = value[:200]
    if _YEAR_ZERO.search(value):
        return None
    try:
        year, month, day, hour, minute, second, *_, zone = parsedate_tz(_plain(value)) or [0] * 10
        midnight = (dt.date(year, month, day).toordinal() - 719_163) * 86_400
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if not (hour < 24 and minute < 60 and second < 61):
        return None
    shift = zone if zone and abs(zone) < 86_400 else 0
    at = midnight + hour * 3600 + minute * 60 + second - shift
    return at if FIRST_SECOND <= at < LAST_SECOND else None


def delivered_seconds(head: bytes) -> int | None:
    """When a mail without a possible Date arrived: by its envelope's `From ` line, else its last Received."""
    if head.startswith(b"From "):
        found = _ENVELOPE.search(head[:1000].partition(b"\n")[0])
        return seconds(found[0]) if found else None
    received = _RECEIVED.search(head.replace(b"\r\n", b"\n"))
    return seconds(received[0].rpartition(b";")[2].replace(b"\n", b" ")) if received else None


def first_id(value: bytes) -> bytes:
    """The first id of a Message-ID, In-Reply-To or References, empty where there is none; `<>` is none."""
    found = _MESSAGE_ID.search(value)
    if found or b"<" in value or b"@" not in value:
        return found[1] if found else b""
    return value.split()[0]


def short_id(content: bytes) -> str:
    """Sixteen digits for some content, the same in every run and every file."""
    return hashlib.blake2b(content, digest_size=8).digest()[::-1].hex()


def is_bulk(found: Mapping[bytes, bytes]) -> bool:
    """Do the headers say that a list, a newsletter or a machine sent this?"""
    if _BULK.isdisjoint(found):
        return False
    automatic = found.get(b"auto-submitted", b"no").lower()
    precedence = found.get(b"precedence", b"").strip().lower()
    from_list = any(name.startswith(b"list-") for name in found)
    return (
        from_list
        or not automatic.startswith(b"no")
        or precedence in (b"bulk", b"list", b"junk", b"auto_reply")
    )


def list_addresses(found: Mapping[bytes, bytes]) -> set[str]:
    """The addresses of the list that sent this, by List-Post and List-Id."""
    post = keys.email_key(_plain(found.get(b"list-post", b"")[:500]))
    name = _LIST_ID.search(_plain(found.get(b"list-id", b"")[:500]).lower())
    return {post, f"{name[1]}@{name[2]}" if name else ""} - {""}


def is_robot(address: str) -> bool:
    """Does no person read this address?"""
    return _ROBOT.search(address.partition("@")[0]) is not None
