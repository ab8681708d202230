"""How do strings that other people wrote stay mere text, whatever page they end up in?

nh3 writes HTML anew with only the elements and attributes listed here; all else that a notebook shows passes
`plain_text` or `safe_chart`.
"""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

import nh3

LONG_LABEL = 300  # characters of a text in a chart

# Control characters, and the marks that turn the direction of all text that follows them.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

ELEMENTS = frozenset(
    """a abbr b bdi blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3
    h4 h5 h6 hr i img ins kbd li mark meter ol p pre progress q s section small span strong sub summary sup table
    tbody td tfoot th thead time tr u ul var wbr""".split()  # noqa: SIM905
)
DROPPED_WITH_CONTENT = frozenset(
    "script style template noscript svg math iframe object title textarea select".split()  # noqa: SIM905
)
ATTRIBUTES: dict[str, re.Pattern[str]] = {
    "class": re.compile(r"[\w -]*"),
    "id": re.compile(r"[\w-]+"),
    **dict.fromkeys(("title", "alt", "aria-label"), re.compile(r".*", re.DOTALL)),
    "lang": re.compile(r"[a-zA-Z-]+"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "data-person": re.compile(r"p[a-z2-7]{4,12}"),
    "data-state": re.compile(r"[\w :]*"),
    "scope": re.compile(r"(col|row)(group)?"),
    "datetime": re.compile(r"[\w:.+-]+"),
    "download": re.compile(r"[\w.-]*"),
    "open": re.compile(""),
    "data-move": re.compile(r"k[a-z2-7]{4,12}"),
    "href": re.compile(
        r"#[\w-]*|[\w-]+\.html(#[\w-]*)?|data:text/csv[;,].*|data:text/calendar;charset=utf-8,[\w%.~-]*"
        r"|mailto:[\w%.~+-]+@[\w%.-]+(\?[\w%&=.~-]*)?|tel:\+?\d+|https://www\.linkedin\.com/(in|pub)/[\w%./~-]+",
        re.DOTALL | re.ASCII,
    ),
    "src": re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,].*", re.DOTALL),
    **dict.fromkeys(("rowspan", "colspan", "start"), re.compile(r"\d{1,4}")),
    **dict.fromkeys(("value", "min", "max", "low", "high", "optimum"), re.compile(r"-?[\d.]+")),
}
# What plotly understands inside a text; anything else that looks like a tag is shown as it was written.
FOREIGN_TAG = re.compile(r"<(?!/?(?:b|i|br|em|strong|sub|sup|extra)\s*/?>)")
IMAGE = re.compile(r'<img(?![^>]* src=)(?:[^>]* alt="([^"]*)")?[^>]*>')


def safe_html(html: str) -> str:
    """The same document with nothing in it that could run, load, jump out of its place or hide.

    >>> safe_html('<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x">you</a>')
    '<p>Hi <a>you</a></p>'
    """
    clean = nh3.clean(
        INVISIBLE.sub("", html),
        tags=set(ELEMENTS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={"*": set(ATTRIBUTES)},
        attribute_filter=_allowed_value,
        url_schemes={"data", "mailto", "tel", "https"},
        link_rel=None,
    )
    clean = clean.replace("&nbsp;", "\u00a0")
    return IMAGE.sub(lambda image: image[1] or "", clean)  # without a picture, what it showed


def _allowed_value(_element: str, name: str, value: str) -> str | None:
    allowed = ATTRIBUTES.get(name)  # nh3 asks about attributes that are not listed, too
    return value if allowed and allowed.fullmatch(value) else None


def plain_text(text: str) -> str:
    """Text for a page, without the colours of a terminal."""
    return escape(INVISIBLE.sub("", re.sub(r"\x1b\[[\d;]*m", "", text)), quote=False)


def safe_chart(content: Any, key: str = "") -> Any:
    """The same chart with no link, image or hidden mark in its texts, and none of them endless."""
    if isinstance(content, dict):
        return {name: safe_chart(value, name) for name, value in content.items()}
    if isinstance(content, list):
        return [safe_chart(value, key) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    if not isinstance(content, str) or key in ("bdata", "dtype"):
        return content
    text = FOREIGN_TAG.sub("&lt;", INVISIBLE.sub("", content))
    if len(text) > LONG_LABEL and not key.endswith("template"):
        text = text[: LONG_LABEL - 1] + "…"
    return text
