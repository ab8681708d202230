"""The keys that tell people and companies apart, in one normal form: address, profile, phone number, name, company.

`email_key`, `profile_key`, `phone_key` and `name_key` take one text, their plurals a whole Arrow array.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

_EMAIL = re.compile(r"[^\s@<>()\",;:]+@[^\s@<>()\",;:]+\.[^\s@<>()\",;:]+")
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?(linkedin\.com/(?:in|pub)/[^?#\s]+?)/?(?:[?#].*)?$", re.IGNORECASE
)
# In these countries every number of this length is possible, and only a 0 can be a superfluous prefix.
_PLAIN_PHONE = re.compile(
    r"\+((31|43|46|48|49|91)[1-9][0-9]{7,9}|32[1-9][0-9]{7,8}|(33|34|41)[1-9][0-9]{8}|47[1-9][0-9]{7}"
    r"|1[2-9][0-9]{9}|44[2-9][0-9]{8,9})"
)
_IN_BRACKETS = re.compile(r"\([^)]*\)?")
_PRONOUNS = re.compile(
    r"\s*\((?:she|he|they|her|him|them|sie|er|elle|il|ella|él)(?:/\w+)*\)\s*$", re.IGNORECASE
)
# What follows a name after a comma and is no first name; two letters count only in capitals.
_CREDENTIAL = re.compile(
    "e?mba|phd|dphil|edd|dba|ms[cnw]|mphil|mres|bs[cn]|[bm]eng|mfa|ll[bm]|mp[aph]|mha|[mj]d|dds|dvm|cp[ao]|cfa|caia|frm|fcca"
    "|f?acca|f?aca|cima|pmp|prince2|cs[mp]o?|psm|safe|cissp|cis[am]|ccna|itil|[gas]?phr|shrm-s?cp|[mf]rics|ceng|esq"
    "|lcsw|rn|np|dnp|aprn|lpn|pe|[js]r|i?ii|iv"
)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_FORMS = """ab ag aktiengesellschaft ao aps as asa bv bvba co company corp corporation cv dd doo eg eirl eurl ev gbr
    gesmbh gmbh haftungsbeschrankt inc incorporated kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv oao ohg oo ooo
    oy oyj plc pte pty pvt sa sab sarl sas sasu sau se sl slu snc sp spa srl sro ug vof z zoo zrt and und"""
LEGAL_FORMS = frozenset(_FORMS.split())
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Words of printable ASCII and of letters that NFKC leaves alone, one space apart: nothing to clean.
_CLEAN = "[!-~À-Þà-įĴ-ľŁ-ňŊ-ž]+"
_CLEAN_TEXT = f"^({_CLEAN}( {_CLEAN})*)?$"


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
    found = _PROFILE.match(text)
    if found:
        return unquote(found.group(1)).lower().rstrip("/")
    return re.sub(r"^https?://(www\.)?", "", text, flags=re.IGNORECASE).rstrip("/") if "." in text else ""


def phone_key(text: str, region: str = "") -> str:
    """A number in E.164, with its extension if it has one; empty where it is not possible.

    `region`, two letters, is the country of numbers without a country code; without it they are no keys.

    >>> phone_key("+43 (0)664 123 45 67"), phone_key("0664 1234567", "AT"), phone_key("0664 1234567")
    ('+436641234567', '+436641234567', '')
    """
    if _PLAIN_PHONE.fullmatch(text):
        return text
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
    """The country of a number that carries its code, in two letters; empty where it does not show.

    >>> phone_region("+43 1 2345678"), phone_region("01 2345678")
    ('AT', '')
    """
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(text, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def name_key(text: str) -> str:
    """A name for comparison, whatever its case, compatibility forms, credentials, spacing and "Last, First".

    >>> name_key("  Ana  LEE, PhD "), name_key("𝗔𝗻𝗮 Lee"), name_key("Lee, Ana"), name_key("Lee, Ana MSN RN")
    ('ana lee', 'ana lee', 'ana lee', 'ana lee')
    """
    parts = [part.split() for part in _IN_BRACKETS.sub(" ", clean(text)).split(",")]
    first, *rest = [part for part in parts if part] or [[]]
    if len(first) == 1 and rest and not _is_credential(" ".join(rest[0])):
        given = rest[0]
        while _is_credential(given[-1]):
            given = given[:-1]
        first = given + first
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
    """Text as a person would read it: NFKC, no direction marks, a single space for spaces and control characters.

    >>> clean("Zoë\\u202e  Ng\\x00"), clean("Acme\\nVienna")
    ('Zoë Ng', 'Acme Vienna')
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    divided = _CONTROL.sub(" ", unicodedata.normalize("NFKC", text))
    return " ".join(_INVISIBLE.sub("", divided).split())


KEY_LENGTH, KEY_LONGEST = 4, 12


def short_key(prefix: str, identifier: str, length: int = KEY_LONGEST) -> str:
    """A key that people can type: the prefix and letters or digits, always the same for an identifier.

    >>> short_key("k", "some contact", 4)
    'ko4rr'
    """
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).digest()[:10]
    return prefix + base64.b32encode(digest).decode().lower()[:length]


def short_keys(prefix: str, identifiers: Iterable[str]) -> list[str]:
    """`short_key` of each, four letters and digits long, and longer where two would be alike."""
    whole = [short_key(prefix, identifier) for identifier in identifiers]
    length = len(prefix) + KEY_LENGTH
    counts = Counter(key[:length] for key in whole)
    return [key[:length] if counts[key[:length]] == 1 else key for key in whole]


def unaccented(text: str) -> str:
    """The letters without their marks.

    >>> unaccented("Søren Żółć-Groß")
    'Soren Zolc-Gross'
    """
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def company_key(name: str) -> str:
    """A company's name for comparison.

    Case, accents and punctuation are folded away, "&" is "and", a leading "the" goes, and so do the legal forms
    at the end (LEGAL_FORMS), but never the whole name. Countries, "Group", "Holding" and spellings such as
    "ue" for "ü" stay as they are: folding them would join companies that differ.

    >>> company_key("Müller & Söhne GmbH & Co. KG"), company_key("The ACME Corp."), company_key("Møller, S.A.")
    ('muller and sohne', 'acme', 'moller')
    """
    text = unaccented(name.casefold().replace("&", " and "))
    text = re.sub(r"(?<=\b\w)[.](?=\w\b|\W|$)", "", text)  # s.a. is sa, but amazon.com stays two words
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", text))
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def cleaned(texts: Any) -> Any:
    """`clean` of each text; those with nothing to clean, nearly all of them, are found by one expression."""
    unclean = pc.invert(pc.match_substring_regex(texts, _CLEAN_TEXT))
    if not pc.any(unclean).as_py():
        return texts
    found = texts.filter(unclean).dictionary_encode()
    folded = pa.array(map(clean, found.dictionary.to_pylist()), texts.type).take(found.indices)
    return pc.replace_with_mask(texts, unclean, folded)
