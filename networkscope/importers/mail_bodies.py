"""What did the sender of a mail write? Its plain text, else that of its HTML."""

from __future__ import annotations

import quopri
import re
from collections.abc import Mapping

from networkscope.importers import mail_headers

BODY_BYTES = 65_536  # of one mail; nobody writes more in own words
DEEPEST = 4
_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))', re.IGNORECASE)
_CHARSET = re.compile(rb'charset\s*=\s*"?([\w.:-]{1,40})', re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


def text_of(found: Mapping[bytes, bytes], body: bytes) -> str:
    """The text of a mail with these headers and this body; empty where there is none.

    >>> text_of({b"content-type": b"text/plain; charset=utf-8"}, "Grüße".encode())
    'Grüße'
    """
    plain, html = _parts(found, body[:BODY_BYTES], 0)
    return plain or _from_html(html)


def _parts(found: Mapping[bytes, bytes], body: bytes, depth: int) -> tuple[str, str]:
    """The first plain text and the first HTML in this part."""
    kind = found.get(b"content-type", b"text/plain")
    lowered = kind.lower()
    if b"attachment" in found.get(b"content-disposition", b"")[:20].lower():
        return "", ""
    if lowered.startswith(b"multipart/") and depth < DEEPEST:
        mark = _BOUNDARY.search(kind)
        if mark is None:
            return "", ""
        plain = html = ""
        for part in body.split(b"--" + (mark[1] or mark[2]))[1:]:
            head, _, inner = _split(part)
            one, other = _parts(mail_headers.fields(head), inner, depth + 1)
            plain, html = plain or one, html or other
            if plain:
                break
        return plain, html
    if lowered.startswith(b"text/html"):
        return "", _decoded(found, body)
    return (_decoded(found, body), "") if lowered.startswith(b"text/plain") or not kind.strip() else ("", "")


def _split(part: bytes) -> tuple[bytes, bytes, bytes]:
    part = part.lstrip(b"\r\n")
    end = _EMPTY_LINE.search(part)
    return (part[: end.start()], b"", part[end.end() :]) if end else (b"", b"", part)


def _decoded(found: Mapping[bytes, bytes], body: bytes) -> str:
    way = found.get(b"content-transfer-encoding", b"").strip().lower()
    if way == b"base64":
        body = mail_headers.payload_of("b", body)
    elif way == b"quoted-printable":
        body = quopri.decodestring(body)
    charset = _CHARSET.search(found.get(b"content-type", b""))
    name = charset[1].decode("ascii", "replace") if charset else "utf-8"
    try:
        return body.decode(name, "replace")
    except (LookupError, ValueError):  # no charset, or one of names only, such as "idna"
        return body.decode("utf-8", "replace")


def _from_html(html: str) -> str:
    if not html:
        return ""
    from selectolax.lexbor import LexborHTMLParser  # here, so that a mailbox of plain mails starts without it

    tree = LexborHTMLParser(re.sub(r"(?i)<(br|/p|/div|/li|/tr)\b[^>]*>", "\n", html))
    tree.strip_tags(["script", "style", "blockquote", "head", "title"])
    body = tree.body
    return body.text(separator=" ") if body is not None else ""
