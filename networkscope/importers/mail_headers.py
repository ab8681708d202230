"""What do the headers of one mail say: who, to whom, when, about what, and was it a person?

Well-formed headers are read by regular expressions in one pass; what those do not match goes to the standard
library's parsers. All patterns are possessive: a header of a megabyte costs time in proportion, never more.
"""

from __future__ import annotations

import binascii
import datetime as dt
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from email.utils import getaddresses, parsedate_tz
from functools import lru_cache

from networkscope import keys

FIELDS = (
    *("from", "to", "cc", "bcc", "sender", "delivered-to", "date", "message-id", "in-reply-to", "references"),
    *("subject", "list-id", "list-post", "list-unsubscribe", "auto-submitted", "precedence", "content-type"),
    *("x-gmail-labels", "x-gm-thrid", "x-mozilla-draft-info"),
)
FIRST_SECOND, LAST_SECOND = 31_536_000, 7_258_118_400  # 1971, the first year of mail, and 2200
NEVER = -1
LONGEST_NAME, LONGEST_SUBJECT, LONGEST_LIST = 400, 4_000, 65_536  # what is longer is cut


# Most lines are continued, or a Received, a seal, an X-…: told first. A capital that is no choice is told at once.
_NAMES = "|".join(f"{name[0].upper()}(?i:{name[1:]})" for name in FIELDS)
_FIELD = re.compile(
    rf"\n(?![ \t]|Rec|ARC-|DKIM-|X-[^GgMm])({_NAMES}|(?=[a-z])(?i:{'|'.join(FIELDS)}))"
    rf"[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)".encode()
)
_ADDRESS = rb"[^\s<>@,;:()\"\\\[\]]{1,200}+@[^\s<>@,;:()\"\\\[\]]{1,200}+"
_MAILBOX = re.compile(
    rb'\s*+((?:"[^"\\]{0,200}+"\s*+|[^"<>@,;:()\\]{0,200}+)<%b>|%b)\s*+(?:,|$)' % (_ADDRESS, _ADDRESS)
)
_ENCODED = re.compile(r"=\?([^?\s]*+)\?([BbQq])\?([^?]*+)\?=")
_DAY = re.compile(rb"\s{0,9}(?:[A-Za-z]{3},?\s{1,9})?(\d\d?)\s{1,9}([A-Za-z]{3})\s{1,9}(\d{4})")
_CLOCK = re.compile(rb"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60))?")
_ZONE = re.compile(rb"([+-])(\d\d)(\d\d)|GMT|UTC|UT|Z")
_MONTHS = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_ENVELOPE = re.compile(rb"\b[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d\d? \d\d:\d\d.*")
_RECEIVED = re.compile(rb"^Received:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE | re.IGNORECASE)
_LIST_ID = re.compile(r"<?([^\s<>@.]++)\.([^\s<>@]++)>?\s*$")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_MESSAGE_ID = re.compile(rb"<\s*+([^<>\s]++)\s*+>")
_ROBOT = re.compile(
    r"(?:^|[._+-])(?:no-?_?\.?reply|do-?_?not-?_?reply|donotreply|no-?responder|nicht-?antworten|ne-?pas-?repondre"
    r"|mailer-?daemon|postmaster|bounces?|notifications?|newsletters?|calendar-notification|calendar-server"
    r"|unsubscribe|majordomo|listserv)(?:[._+-]|\d|$)"
)


def fields(head: bytes) -> dict[bytes, bytes]:
    """The headers of `FIELDS` that a header block holds, still folded; the first where one is repeated.

    >>> fields(b"From: a@b.example\\nSUBJECT: one\\n two\\nX-Other: 3")
    {b'subject': b'one\\n two', b'from': b'a@b.example'}
    """
    pairs = _FIELD.findall(b"\n" + head)
    found = {name.lower(): value for name, value in reversed(pairs)}
    if len(found) < len(pairs):  # a mail may be addressed in several lines of one name
        for field in (b"to", b"cc", b"bcc"):
            if field in found:
                found[field] = b", ".join(value for name, value in pairs if name.lower() == field)
    return found


def addresses(value: bytes) -> list[tuple[str, str]]:
    """Display name and address of everybody in a From, To or Cc; whoever has no address is left out.

    >>> addresses(b'"Lee, Ann" <Ann@X.example>, =?utf-8?q?Zo=C3=AB?= <zoe@x.example>, nobody')
    [('Lee, Ann', 'ann@x.example'), ('Zoë', 'zoe@x.example')]
    """
    found, at = [], 0
    while at < len(value):
        match = _MAILBOX.match(value, at)
        if match is None:
            return _odd_addresses(_text(value))
        found.append(_mailbox(match[1]))
        at = match.end()
    return [pair for pair in found if pair[1]]


def _odd_addresses(text: str) -> list[tuple[str, str]]:
    """Groups, comments, escapes and broken lists, as the standard library understands them."""
    try:
        found = getaddresses([text[:LONGEST_LIST]], **_LENIENT)
    except (RecursionError, ValueError, IndexError):
        return []
    pairs = [_person(name[:LONGEST_NAME], address[:LONGEST_NAME]) for name, address in found]
    return [pair for pair in pairs if pair[1]]


# Newer Pythons drop a whole list for one strange entry unless told otherwise; older ones have no such option.
_LENIENT = {"strict": False} if "strict" in getaddresses.__code__.co_varnames else {}


@lru_cache(maxsize=65_536)
def _mailbox(value: bytes) -> tuple[str, str]:
    name, _, address = _text(value).rpartition("<")
    return _person(name, address)


def _person(name: str, address: str) -> tuple[str, str]:
    name = keys.clean(_words(name)).strip("'\" ")
    return ("" if "@" in name else name), keys.email_key(address)


def decoded(value: bytes) -> str:
    """A header's text with RFC 2047 words decoded, cleaned; an unknown charset is read as UTF-8 or Windows-1252.

    >>> decoded(b"=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?b?IGF1cyBXaWVu?= !")
    'Grüße aus Wien !'
    """
    return keys.clean(_words(_text(value[:LONGEST_SUBJECT])))


def _words(text: str) -> str:
    if "=?" not in text:
        return text
    parts: list[tuple[str, bytes]] = []  # the charset ("" for plain text) and the bytes of each stretch
    at = 0
    for match in _ENCODED.finditer(text):
        between = text[at : match.start()]
        at = match.end()
        if between.strip() or (between and not parts):
            parts.append(("", between.encode("utf-8", "replace")))
        charset = match[1].partition("*")[0].lower() or "utf-8"
        data = _bytes(match[2], match[3])
        if parts and parts[-1][0] == charset:  # a letter may be split between two words
            data = parts.pop()[1] + data
        parts.append((charset, data))
    parts.append(("", text[at:].encode("utf-8", "replace")))
    return "".join(_in_charset(data, charset) for charset, data in parts)


def _bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "Qq":
        return binascii.a2b_qp(raw, header=True)
    raw = _NOT_BASE64.sub(b"", raw)
    raw = raw[: len(raw) - (len(raw) % 4 == 1)]
    return b64decode(raw + b"=" * (-len(raw) % 4))


def _in_charset(data: bytes, charset: str) -> str:
    try:
        text = data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        text = _text(data)
    return text.encode("utf-8", "replace").decode("utf-8")  # some charsets make halves of letters


def _text(raw: bytes) -> str:
    """The header's value unfolded; UTF-8 if it can be that, else as Windows writes Western European."""
    if b"\n" in raw or b"\t" in raw:
        raw = b" ".join(raw.split())
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def seconds(value: bytes) -> int | None:
    """A Date as whole seconds since 1970 in UTC; None where no mail can have that date. Without a zone: UTC.

    >>> seconds(b"Thu, 1 Jan 1998 01:00:00 +0100") == seconds(b"1 Jan 98 00:00 GMT"), seconds(b"1 Jan 0001")
    (True, None)
    """
    try:
        date, clock, zone = value.partition(b"(")[0].rsplit(None, 2)
        at = _day(date) + _second(clock) - _shift(zone)
    except ValueError:
        at = _odd_seconds(value)
    return at if FIRST_SECOND <= at < LAST_SECOND else None


@lru_cache(maxsize=65_536)
def _day(text: bytes) -> int:
    day, month, year = _parts(_DAY, text)
    return _midnight(int(year), _MONTHS.index(month.lower()) + 1, int(day))


@lru_cache(maxsize=86_400)
def _second(text: bytes) -> int:
    hour, minute, second = map(int, _parts(_CLOCK, text))
    return hour * 3600 + minute * 60 + second


@lru_cache(maxsize=4_096)
def _shift(text: bytes) -> int:
    sign, hours, minutes = _parts(_ZONE, text)
    shift = int(hours) * 3600 + int(minutes) * 60
    return 0 if shift >= 86_400 else -shift if sign == b"-" else shift


def _parts(pattern: re.Pattern[bytes], text: bytes) -> tuple[bytes, ...]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(pattern)
    return found.groups(b"0")


def _midnight(year: int, month: int, day: int) -> int:
    return (dt.date(year, month, day).toordinal() - 719_163) * 86_400


def _odd_seconds(value: bytes) -> int:
    """A date that is not written as usual, as the standard library understands it."""
    try:
        year, month, day, hour, minute, second, *_, shift = parsedate_tz(_text(value[:200])) or [0] * 10
        midnight = _midnight(year, month, day)
    except (ValueError, IndexError, TypeError, OverflowError):
        return NEVER
    if not (hour < 24 and minute < 60 and second < 61):
        return NEVER
    return midnight + hour * 3600 + minute * 60 + second - (shift if shift and abs(shift) < 86_400 else 0)


def delivered_seconds(head: bytes) -> int | None:
    """When a mail without a possible Date arrived: by its envelope's `From ` line, else its last Received."""
    if head.startswith(b"From "):
        found = _ENVELOPE.search(head[:1000].partition(b"\n")[0])
        return seconds(found[0]) if found else None
    received = _RECEIVED.search(head.replace(b"\r\n", b"\n"))
    return seconds(received[0].rpartition(b";")[2].replace(b"\n", b" ")) if received else None


def first_id(value: bytes) -> bytes:
    """The first id of a Message-ID, In-Reply-To or References, empty where there is none; `<>` is none.

    >>> first_id(b"<a@x> <b@y>"), first_id(b"<>"), first_id(b"bare@x")
    (b'a@x', b'', b'bare@x')
    """
    found = _MESSAGE_ID.search(value)
    if found or b"<" in value or b"@" not in value:
        return found[1] if found else b""
    return value.split()[0]


def digest(content: bytes) -> bytes:
    """Eight bytes for some content, the same in every run."""
    return hashlib.blake2b(content, digest_size=8).digest()


_BULK = {b"list-id", b"list-unsubscribe", b"list-post", b"auto-submitted", b"precedence"}


def is_bulk(found: Mapping[bytes, bytes]) -> bool:
    """Do the headers say that a list, a newsletter or a machine sent this?"""
    if _BULK.isdisjoint(found):
        return False
    automatic = found.get(b"auto-submitted", b"no").lower()
    precedence = found.get(b"precedence", b"").strip().lower()
    return (
        not automatic.startswith(b"no")
        or precedence in (b"bulk", b"list", b"junk", b"auto_reply")
        or any(name.startswith(b"list-") for name in found)
    )


def list_addresses(found: Mapping[bytes, bytes]) -> set[str]:
    """The addresses behind which a list sits, by List-Post and List-Id."""
    post = keys.email_key(_text(found.get(b"list-post", b"")[:500]))
    name = _LIST_ID.search(_text(found.get(b"list-id", b"")[:500]).lower())
    return {post, f"{name[1]}@{name[2]}" if name else ""} - {""}


def is_robot(address: str) -> bool:
    """Does nobody sit behind this address?

    >>> is_robot("no-reply@x.example"), is_robot("ann.reply@x.example")
    (True, False)
    """
    return _ROBOT.search(address.partition("@")[0]) is not None
