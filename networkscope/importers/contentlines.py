"""What do the content lines of a vCard or iCalendar file say? Unfolded, decoded, parameters set apart."""

from __future__ import annotations

import binascii
import contextlib
import re
from collections import Counter
from collections.abc import Iterator

from networkscope import keys
from networkscope.importers import tables

LONGEST = 2_000
LONGEST_ADDRESS = 320
NUMBER = "\x1f"  # between the name of a component and the number of the line in which it starts
_SOFT_BREAKS = re.compile(
    rb"\n(?=[^\n:]*QUOTED-PRINTABLE)[^\n:]*+:(?:[^\n]*=\n(?!(?:BEGIN|END):))+[^\n]*", re.IGNORECASE
)
_PARAMETER = re.compile(r';([\w-]++)=("[^"]*+"|[^;"]*+)')
# Python knows more codecs than these, some of them slow or no character sets at all.
_CHARSET = re.compile(r"(UTF|ISO|WINDOWS|CP|LATIN|KOI|SHIFT|EUC|GB|HZ|BIG|MAC|TIS|US-ASCII|ASCII)[\w-]{0,12}")
_SEVEN_BIT = re.compile('CHARSET="?(?:ISO-2022|HZ|UTF-7)')  # their bytes are ASCII, their letters are not
_BETWEEN_ADDRESSES = re.compile(r"\\?[,;\s]+")
_NAMED_CHARSET = re.compile(rb"CHARSET=\"?([\w-]+)", re.IGNORECASE)
_FOREIGN_LETTERS = re.compile("[À-ÿ]{3}")  # hardly ever in a Western word
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# In words that phonenumbers does not know, or behind a pause.
_EXTENSION = re.compile(
    r"(?<=\d)\s*(?:\b(?:durchwahl|dw|klappe|poste|toestel|tst|wewn)\b\.?|[pw])\s*(\d{1,7})#?$", re.IGNORECASE
)
_CARET, _CARETS = re.compile(r"\^[n'^]"), {"^n": " ", "^'": '"', "^^": "^"}  # RFC 6868
# The byte of each character of Latin-1, and of what Windows has in the places that Latin-1 leaves empty.
_BYTES = {sign: byte for byte in range(256) for sign in (chr(byte), bytes([byte]).decode("cp1252", "ignore"))}
_TWICE_ENCODED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def begins(head: bytes, component: str) -> bool:
    """Is this the start of a file of such components, in whatever encoding?"""
    start = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*BEGIN:%s\s" % component.encode()
    return re.match(start, head[:2000].replace(b"\0", b""), re.IGNORECASE) is not None


def unfolded(data: bytes, component: str) -> tuple[str, str]:
    """The file as text, one property per line, and the encoding it had.

    Each `BEGIN:<component>` carries the number of its line between NUMBERs: after unfolding nobody could count.

    >>> unfolded(b"BEGIN:VCARD\\r\\nNOTE:one\\r\\n  two\\r\\n", "VCARD")
    ('\\nBEGIN:VCARD\\x1f1\\x1f\\nNOTE:one two\\n', 'utf-8')
    """
    if b"\0" in data[:200]:
        data, _ = tables.as_utf8(data)
    data = b"\n" + data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data = data.replace(NUMBER.encode(), b" ")
    line = counted = 0

    def numbered(found: re.Match[bytes]) -> bytes:
        nonlocal line, counted
        line += data.count(b"\n", counted, found.start() + 1)
        counted = found.start() + 1
        return b"%b%b%d%b" % (found[0], NUMBER.encode(), line, NUMBER.encode())

    start = rb"\nBEGIN:%s(?=[ \t]*(?:\n|\Z))" % component.encode()
    data = re.sub(start, numbered, data, flags=re.IGNORECASE)
    if any(word in data for word in (b"QUOTED-PRINTABLE", b"quoted-printable", b"Quoted-Printable")):
        data = _SOFT_BREAKS.sub(lambda found: found[0].replace(b"=\n", b""), data)
    data = data.replace(b"\n ", b"").replace(b"\n\t", b"")  # before decoding: a fold may split one character
    text, encoding = tables.as_utf8(data)
    if encoding in ("cp1252", "latin-1"):
        # So it is read for want of better: a character set that one of its lines names holds for the others, too.
        named = Counter(found.decode().lower() for found in _NAMED_CHARSET.findall(data))
        for charset, _ in named.most_common():
            if _CHARSET.fullmatch(charset.upper()) and not charset.startswith("utf"):
                with contextlib.suppress(LookupError, UnicodeError):
                    return data.decode(charset), charset
    return text.decode("utf-8", "replace"), encoding


def encoding_notes(text: str, encoding: str) -> list[str]:
    """What the user should know of a file that was not written in UTF-8."""
    if encoding in ("cp1252", "latin-1") and _FOREIGN_LETTERS.search(text):
        return [f"read as {encoding}, but names may be wrong: export it again in UTF-8"]
    return [f"read as {encoding}"] if encoding != "utf-8" else []


def line_pattern(names: str) -> re.Pattern[str]:
    """Lines of these properties, in any group: name, parameters with their semicolon, value.

    >>> line_pattern("TEL FAX").findall('\\nitem1.tel;TYPE="a:b":12\\nFN:Ann')
    [('tel', ';TYPE="a:b"', '12')]
    """
    quoted = r';[^":\n]*+(?:"[^"\n]*+"[^":\n]*+)*+(?=:)'
    # A quotation mark that is never closed is an ordinary character.
    return re.compile(
        rf"\n(?:[\w-]++\.)?+({'|'.join(names.split())})({quoted}|;[^:\n]*+)?+:([^\n]*+)", re.IGNORECASE
    )


class Component(dict[str, list[tuple[str, str]]]):
    """One part of a file, from BEGIN to END: of each property the parameters and the value of every line."""

    def __init__(self, name: str, line: int, parent: Component | None) -> None:
        self.name, self.line, self.parent = name, line, parent

    def text(self, name: str) -> str:
        """The first value of a property, empty where there is none; cut where only harm would be longer."""
        return self[name][0][1][:LONGEST].strip() if name in self else ""


def components(pattern: re.Pattern[str], text: str) -> Iterator[Component]:
    r"""Each part with the lines that the pattern finds, as soon as it is closed; those never closed at the end.

    One after another: a file need not fit into memory twice. `line` is 0 where `unfolded` did not number the part.

    >>> text, _ = unfolded(b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\n", "VCARD")
    >>> [(part.line, part) for part in components(line_pattern("BEGIN END FN"), text)]
    [(1, {'FN': [('', 'Ann')]})]
    """
    unclosed: list[Component] = []
    names: Counter[str] = Counter()
    for found in pattern.finditer(text):
        name, params, value = found.groups("")
        name = name.upper()
        if name == "BEGIN":
            value, _, line = value.partition(NUMBER)
            parent = unclosed[-1] if unclosed else None
            unclosed.append(Component(value.strip().upper(), int(line.partition(NUMBER)[0] or 0), parent))
            names[unclosed[-1].name] += 1
        elif name == "END":
            closed = value.strip().upper()
            while names[closed]:
                part = unclosed.pop()
                names[part.name] -= 1
                yield part
                if part.name == closed:
                    break
        elif unclosed:
            unclosed[-1].setdefault(name, []).append((params, value))
    yield from reversed(unclosed)


def parameters(text: str) -> dict[str, str]:
    """The parameters of a property by name in capitals, without the escapes of RFC 6868; the first of a name wins.

    >>> parameters(';CN="Hansen, ^nSune";partstat=ACCEPTED')
    {'PARTSTAT': 'ACCEPTED', 'CN': 'Hansen,  Sune'}
    """
    found = {name.upper(): value.strip('"') for name, value in reversed(_PARAMETER.findall(text))}
    if "^" not in text:
        return found
    return {name: _CARET.sub(lambda at: _CARETS[at[0]], value) for name, value in found.items()}


def decoded(value: str, params: str, encoding: str) -> str:
    """A value whose parameters say that it is quoted-printable, BASE64, or in a character set of its own."""
    options = params.upper()
    quoted, packed = "QUOTED-PRINTABLE" in options, "ENCODING=B" in options or ";BASE64" in options
    if not (quoted or packed or _SEVEN_BIT.search(options)) and (
        encoding == "utf-8" or "CHARSET=" not in options
    ):
        return value  # bytes that are UTF-8 throughout are that, whatever is said of them
    data = value.encode(encoding, "replace")
    if quoted:
        data = binascii.a2b_qp(data)
    elif packed:
        bare = value.strip().rstrip("=")
        with contextlib.suppress(ValueError):  # it is none, and stays as it is
            data = binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    charset = parameters(options).get("CHARSET", "UTF-8")
    try:
        return data.decode(charset if _CHARSET.fullmatch(charset) else "utf-8")
    except (LookupError, UnicodeError):
        return value if packed else tables.as_utf8(data)[0].decode("utf-8", "replace")


def split(value: str, separator: str) -> list[str]:
    r"""The parts of a structured value, each with its escapes.

    >>> split(r"Acme\; Sons;Sales", ";")
    ['Acme\\; Sons', 'Sales']
    """
    if "\\" not in value:
        return value.split(separator)
    parts = re.sub(rf"(\\.)|{separator}", lambda found: found[1] or "\0", value, flags=re.DOTALL)
    return parts.split("\0")


def readable(value: str) -> str:
    """A value as a person would read it, on one line, cut where only harm would be longer."""
    value = unescaped(value[:LONGEST])
    if not value.isprintable():  # keys.clean would join what a line break parts
        value = " ".join(value.split())
    return keys.clean(value if value.isascii() else mended(value))


def address(value: str) -> str:
    """The e-mail address in a value, empty where there is none."""
    return keys.email_key(value[:LONGEST_ADDRESS])


def addresses(value: str) -> list[str]:
    """All e-mail addresses in a value, however they are separated.

    >>> addresses("Lee, Ann <ann@x.example>; mailto:bo@x.example")
    ['ann@x.example', 'bo@x.example']
    """
    if value.count("@") < 2:
        return [address(value)]
    return list(filter(None, map(address, _BETWEEN_ADDRESSES.split(value[:LONGEST]))))


def phone(value: str) -> str:
    """A phone number with its extension; of the parameters of a tel: URI only those that belong to the number.

    >>> phone("tel:+1-418-656-9254;isub=1;ext=102"), phone("tel:656-9254;phone-context=+1-418")
    ('+1-418-656-9254 ext. 102', '+1-418 656-9254')
    """
    number, *rest = readable(value).split(";")
    is_uri = number[:4].lower() == "tel:"
    number = _EXTENSION.sub(r" ext. \1", number[4:] if is_uri else number)
    if not rest:
        return number
    options = dict(part.strip().lower().partition("=")[::2] for part in rest)
    if options.get("phone-context", "").startswith("+"):
        number = f"{options['phone-context']} {number}"
    if "ext" in options:
        return f"{number} ext. {options['ext']}"
    return number if is_uri else ",".join([number, *rest])


def unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], value)


def mended(text: str) -> str:
    """Text whose UTF-8 was taken for Latin-1 once, as it was meant.

    >>> mended("ZoÃ«")
    'Zoë'
    """
    if text.isascii() or not _TWICE_ENCODED.search(text):
        return text
    try:
        return bytes(_BYTES[sign] for sign in text).decode("utf-8")
    except (KeyError, UnicodeError):
        return text
