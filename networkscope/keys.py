"""The keys that tell people apart, each in one normal form: e-mail, profile, phone, name.

Each of `email_key`, `profile_key`, `phone_key` and `name_key` takes one text; their plurals take a whole Arrow
array without a missing value and look closer only at the texts that are not plain.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from networkscope.texts import Flags, holding, uneven

_EMAIL = re.compile(r"[^\s@<>()\",;:]+@[^\s@<>()\",;:]+\.[^\s@<>()\",;:]+")
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?(linkedin\.com/(?:in|pub)/[^?#\s]+?)/?(?:[?#].*)?$", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^)]*\)?")
_PRONOUNS = re.compile(
    r"\s*\((?:she|he|they|her|him|them|sie|er|elle|il|ella|él)(?:/\w+)*\)\s*$", re.IGNORECASE
)
# What stands behind a name after a comma and is no first name; two letters count only in capitals.
_CREDENTIAL = re.compile(
    "e?mba|phd|dphil|edd|dba|ms[cw]|mphil|mres|bsc|[bm]eng|mfa|ll[bm]|mp[aph]|mha|[mj]d|dds|dvm|cp[ao]|cfa|caia|frm|fcca"
    "|f?acca|f?aca|cima|pmp|prince2|cs[mp]o?|psm|safe|cissp|cis[am]|ccna|itil|[gas]?phr|shrm-s?cp|[mf]rics|ceng|esq"
    "|lcsw|rn|pe|[js]r|i?ii|iv"
)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f]")

# Plain texts, whose key is themselves in lower case (of a profile, without its first part).
_PLAIN_EMAIL = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
_PLAIN_PROFILE = r"^https://www\.linkedin\.com/in/[A-Za-z0-9-]+$"
# In these countries every number of this length can be, and no prefix but 0 can stand where it does not belong.
_PLAIN_PHONE = (
    r"^\+((31|43|46|48|49|91)[1-9][0-9]{7,9}|32[1-9][0-9]{7,8}|(33|34|41)[1-9][0-9]{8}|47[1-9][0-9]{7}"
    r"|1[2-9][0-9]{9}|44[2-9][0-9]{8,9})$"
)


def email_key(text: str) -> str:
    """An address in lower case, without `mailto:` or brackets; empty where there is none.

    >>> email_key(" <MAILTO:Ann.Lee@Example.org> "), email_key("NA")
    ('ann.lee@example.org', '')
    """
    found = _EMAIL.search(text.lower().replace("mailto:", ""))
    return found.group(0).rstrip(".") if found else ""


def profile_key(text: str) -> str:
    """A LinkedIn profile without scheme, country, query and trailing slash; other URLs as they are.

    >>> profile_key("https://de.linkedin.com/in/Ann-L%C3%A9e/?x=1")
    'linkedin.com/in/ann-lée'
    """
    text = text.strip()
    scheme, _, slug = text.partition("linkedin.com/in/")
    if scheme == "https://www." and slug.isascii() and slug.replace("-", "").isalnum():
        return f"linkedin.com/in/{slug.lower()}"  # nearly all of them, ten times as fast
    found = _PROFILE.match(text)
    if found:
        return unquote(found.group(1)).lower().rstrip("/")
    return re.sub(r"^https?://(www\.)?", "", text, flags=re.IGNORECASE).rstrip("/") if "." in text else ""


def phone_key(text: str, region: str = "") -> str:
    """A number in E.164, with its extension if it has one; empty where it cannot be told.

    `region`, two letters, is where numbers without a country code are at home; without it they are no keys.

    >>> phone_key("+43 (0)664 123 45 67"), phone_key("0664 1234567", "AT"), phone_key("0664 1234567")
    ('+436641234567', '+436641234567', '')
    """
    import phonenumbers  # its tables take longer to load than a book without phones takes to open

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{key}x{number.extension}" if number.extension else key


def phone_region(text: str) -> str:
    """The country of a number that carries its code, in two letters; empty where it cannot be told.

    >>> phone_region("+43 1 2345678"), phone_region("01 2345678")
    ('AT', '')
    """
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(text, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def name_key(text: str) -> str:
    """A name for comparison: compatibility forms, case, credentials, spacing and "Last, First" folded away.

    >>> name_key("  Ana  LEE, PhD "), name_key("𝗔𝗻𝗮 Lee"), name_key("Lee, Ana")
    ('ana lee', 'ana lee', 'ana lee')
    """
    parts = [part.split() for part in _ASIDE.sub(" ", clean(text)).split(",")]
    first, *rest = [part for part in parts if part] or [[]]
    if len(first) == 1 and rest and not _is_credential(" ".join(rest[0])):
        first = rest[0] + first
    return " ".join(first).casefold()


def display_name(text: str) -> str:
    """A name as one would say it: without the credentials and pronouns that follow it.

    >>> display_name("Kwame Boateng, MBA (he/him)"), display_name("Ma, Yo-Yo")
    ('Kwame Boateng', 'Ma, Yo-Yo')
    """
    if "," not in text and "(" not in text:
        return text
    name, *rest = _PRONOUNS.sub("", text).split(",")
    while rest and _is_credential(rest[-1]):
        rest.pop()
    return ",".join([name, *rest]).strip() or text


def _is_credential(text: str) -> bool:
    words = text.replace(".", "").split()
    return bool(words) and all(
        _CREDENTIAL.fullmatch(word.casefold()) and (len(word) > 2 or word.isupper() or word in ("Jr", "Sr"))
        for word in words
    )


def clean(text: str) -> str:
    """Text as a person would read it: NFKC, no control or direction marks, single spaces.

    >>> clean("Zoë\\u202e  Ng\\x00")
    'Zoë Ng'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def short_key(prefix: str, identifier: str) -> str:
    """A key that people can type: the prefix and six lowercase letters, always the same for an identifier.

    >>> short_key("k", "some contact")
    'kpjrgnj'
    """
    return prefix + "".join(chr(97 + byte % 26) for byte in hashlib.sha256(identifier.encode()).digest()[:6])


def unaccented(text: str) -> str:
    """The letters without their marks.

    >>> unaccented("Søren Żółć-Groß")
    'Soren Zolc-Gross'
    """
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


def email_keys(texts: Any) -> Any:
    """`email_key` of each text."""
    return _each(texts, _unlike(texts, _PLAIN_EMAIL), email_key, pc.ascii_lower)


def profile_keys(texts: Any) -> Any:
    """`profile_key` of each text."""

    def without_www(plain: Any) -> Any:
        return pc.replace_substring(pc.ascii_lower(plain), "https://www.", "", max_replacements=1)

    return _each(texts, _unlike(texts, _PLAIN_PROFILE), profile_key, without_www)


def phone_keys(texts: Any, region: str = "") -> Any:
    """`phone_key` of each text."""
    return _each(texts, _unlike(texts, _PLAIN_PHONE), lambda text: phone_key(text, region))


def name_keys(texts: Any) -> Any:
    """`name_key` of each text."""
    return _each(texts, uneven(texts) | holding(texts, ",("), name_key, pc.utf8_lower)


def display_names(texts: Any) -> Any:
    """`display_name` of each text; a missing one stays missing."""
    return _each(texts, holding(texts, ",("), display_name)


def cleaned(texts: Any) -> Any:
    """`clean` of each text."""
    return _each(texts, uneven(texts), clean)


def _unlike(texts: Any, plain: str) -> Flags:
    return ~pc.match_substring_regex(texts, plain).to_numpy(zero_copy_only=False)


def _each(
    texts: Any, odd: Flags, slow: Callable[[str], str], fast: Callable[[Any], Any] = lambda plain: plain
) -> Any:
    if not odd.any():
        return fast(texts)
    mask = pa.array(odd)
    some = texts.filter(mask).dictionary_encode()
    found = pa.array([slow(text) for text in some.dictionary.to_pylist()], texts.type)
    return pc.replace_with_mask(fast(texts), mask, found.take(some.indices))
