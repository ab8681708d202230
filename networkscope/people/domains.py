"""Whose are the addresses of a domain: a company's, or anybody's?"""

from functools import cache
from pathlib import Path
from typing import Any


@cache
def free_mail() -> frozenset[str]:
    """Domains under which anybody, or any customer of an internet provider, has an address."""
    lines = Path(__file__).with_name("free_mail.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def company_domain(domain: str) -> str:
    """The part of a domain that somebody registered, by the Public Suffix List; empty where anybody has an address.

    >>> company_domain("mail.acme.co.uk"), company_domain("gmail.com"), company_domain("co.uk")
    ('acme.co.uk', '', '')
    """
    own = _suffixes().privatesuffix(domain.strip().rstrip(".").lower()) or ""
    return "" if {own, domain} & free_mail() else own


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # here: to read the list takes a tenth of a second

    return PublicSuffixList()
