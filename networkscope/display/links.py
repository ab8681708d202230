"""Where a name, an address, a number or a profile leads: links in which nothing of other people's can come to life."""

from __future__ import annotations

import contextlib
import html
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import quote

import pandas as pd

from networkscope import keys, schema
from networkscope.wording import share_level

IN_A_REPORT = "NETWORKSCOPE_REPORT"  # set by the runner: there is a page of people, and nobody to choose
PEOPLE = "people.html"
_PROFILE = re.compile(r"linkedin\.com/(?:in|pub)/[^\s/?#&\"'<>\\]+(?:/[^\s?#&\"'<>\\]*)?")
_PHONE = re.compile(r"\+?\d{3,15}")


def link(address: str, text: str, kind: str = "") -> str:
    """A link of a kind (a class of the style sheet); the text alone where there is no address.

    >>> link("people.html#pabcd", "A & B")
    '<a href="people.html#pabcd">A &amp; B</a>'
    """
    look = f' class="{kind}"' if kind else ""
    written = html.escape(text)
    return f'<a{look} href="{html.escape(address)}">{written}</a>' if address else written


_in_a_page: ContextVar[bool] = ContextVar("in a page", default=False)


@contextlib.contextmanager
def for_a_page() -> Iterator[None]:
    """What is shown within this block is for a page, as it is in a kernel that runs a report."""
    token = _in_a_page.set(True)
    try:
        yield
    finally:
        _in_a_page.reset(token)


def in_a_report() -> bool:
    """Is this for a page, and not for somebody who sits at a notebook?"""
    return _in_a_page.get() or bool(os.environ.get(IN_A_REPORT))


def person_links(contacts: pd.DataFrame) -> dict[str, str]:
    """Where the name of each contact leads, by id: to the page of people of a report; nowhere on a page for others."""
    if not in_a_report() or share_level() != "private":
        return {}
    return _links_of(tuple(contacts["contact_id"].tolist()))


@lru_cache(maxsize=4)
def _links_of(ids: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(ids, (f"{PEOPLE}#{key}" for key in keys.short_keys("p", ids)), strict=True))


def mail_address(emails: object, subject: str, body: str) -> str:
    """A mail to the first of these addresses, ready to send; empty where there is none.

    >>> mail_address("ann@x.example; b@y.example", "Re: Cranes & co", "Hi Ann,\\nthanks")
    'mailto:ann@x.example?subject=Re%3A%20Cranes%20%26%20co&body=Hi%20Ann%2C%0D%0Athanks'
    """
    address = keys.email_key(_first(emails))
    if not address:
        return ""
    parts = {"subject": keys.clean(subject), "body": body.replace("\r", "").replace("\n", "\r\n")}
    text = "&".join(f"{name}={quote(part, safe='')}" for name, part in parts.items() if part)
    return f"mailto:{quote(address, safe='@')}?{text}"


def phone_address(phones: object) -> str:
    """The first of these numbers, to call.

    >>> phone_address("+43 664 123; 12"), phone_address("javascript:1")
    ('tel:+43664123', '')
    """
    number = re.sub(r"[\s()/.-]", "", _first(phones)).partition("x")[0]
    return f"tel:{number}" if _PHONE.fullmatch(number) else ""


def profile_address(profiles: object) -> str:
    """The LinkedIn profile among these; any other address leads nowhere, whatever it looks like.

    >>> profile_address("linkedin.com/in/ann-lée"), profile_address("javascript:alert(1)//linkedin.com/in/a")
    ('https://www.linkedin.com/in/ann-l%C3%A9e', '')
    """
    each = str(profiles).split(schema.SEPARATOR) if isinstance(profiles, str) else []
    found = next((one for one in each if _PROFILE.fullmatch(one)), "")
    return f"https://www.{quote(found, safe='/%')}" if found else ""


def file_address(content: str, kind: str) -> str:
    """A file that the page carries itself, as in `data:text/calendar`."""
    return f"data:{kind};charset=utf-8,{quote(content, safe='')}"


def _first(values: object) -> str:
    return values.split(schema.SEPARATOR)[0].strip() if isinstance(values, str) else ""
