"""How do strings that other people wrote stay mere text, whatever page they end up in?

HTML is not filtered but written anew: only the elements and attributes listed here come out, all text is
escaped, everything is closed. On its way each table gets what makes it readable: a box to scroll in, scopes
for its headers, numbers set right.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

LONG_TEXT = 300  # characters; a longer cell gets a box of its own to scroll in
LONG_LINE = 40  # characters; a column that holds such lines is given room
LONG_LABEL = 300  # characters of a text in a chart
PHONE = 46  # characters, with two between columns, that stand side by side on a phone
WRAPPED = 14  # characters in a line of text that is still pleasant to read

# Control characters, and the marks that turn the direction of all text that follows them.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

ELEMENTS = frozenset(
    """a abbr b bdi blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3
    h4 h5 h6 hr i img ins kbd li mark meter ol p pre progress q s section small span strong sub summary sup table
    tbody td tfoot th thead time tr u ul var wbr""".split()  # noqa: SIM905
)
EMPTY_ELEMENTS = frozenset({"br", "col", "hr", "img", "wbr"})
SILENT_ELEMENTS = frozenset(
    "script style template noscript svg math iframe object title textarea select".split()  # noqa: SIM905
)
ATTRIBUTES: dict[str, re.Pattern[str]] = {
    "class": re.compile(r"[\w -]*"),
    "id": re.compile(r"[\w-]+"),
    "title": re.compile(r".*", re.DOTALL),
    "alt": re.compile(r".*", re.DOTALL),
    "aria-label": re.compile(r".*", re.DOTALL),
    "lang": re.compile(r"[a-zA-Z-]+"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "scope": re.compile(r"(col|row)(group)?"),
    "datetime": re.compile(r"[\w:.+-]+"),
    "download": re.compile(r"[\w.-]*"),
    "open": re.compile(""),
    "href": re.compile(r"#[\w-]*|[\w-]+\.html(#[\w-]*)?|data:text/csv[;,].*", re.DOTALL),
    "src": re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,].*", re.DOTALL),
    **dict.fromkeys(("rowspan", "colspan", "start"), re.compile(r"\d{1,4}")),
    **dict.fromkeys(("value", "min", "max", "low", "high", "optimum"), re.compile(r"-?[\d.]+")),
}
NUMBER = re.compile(r"[-+−]?[\d.,\s]*\d\s?(%|days?|×)?")
INTERVAL = re.compile(r"[\d.,]+%?\s\([\d.,]+\sto\s[\d.,]+\)")
DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d{1,2} \w{3,9} \d{4}")
NO_VALUE = frozenset({"NaN", "<NA>", "NaT"})
BLANKS = NO_VALUE | {"", "None", "–", "—", "-"}

# What plotly understands inside a text; anything else that looks like a tag is shown as it was written.
FOREIGN_TAG = re.compile(r"<(?!/?(?:b|i|br|em|strong|sub|sup|extra)\s*/?>)")


def inert_html(html: str) -> str:
    """The same document with nothing in it that could run, load, jump out of its place or hide.

    >>> inert_html('<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x">you</a>')
    '<p>Hi <a>you</a></p>'
    """
    writer = _Writer()
    writer.feed(UNSEEN.sub("", html))
    writer.close()
    return writer.finished()


def inert_chart(content: Any, key: str = "") -> Any:
    """The same chart with no link, image or hidden mark in its texts, and none of them endless."""
    if isinstance(content, dict):
        return {name: inert_chart(value, name) for name, value in content.items()}
    if isinstance(content, list):
        return [inert_chart(value, key) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    if not isinstance(content, str) or key in ("bdata", "dtype"):
        return content
    text = FOREIGN_TAG.sub("&lt;", UNSEEN.sub("", content))
    if len(text) > LONG_LABEL and not key.endswith("template"):
        text = text[: LONG_LABEL - 1] + "…"
    return text


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.silence = ""
        self.tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT_ELEMENTS and not self.silence:
            self.silence = tag
        if self.silence or tag not in ELEMENTS:
            return
        kept = {name: value or "" for name, value in attrs if _harmless(name, value or "")}
        if tag == "img" and "src" not in kept:
            self.handle_data(kept.get("alt", ""))
            return
        if tag == "table":
            self.tables.append(_Table(len(self.pieces)))
            self.pieces.append("")
        elif tag in ("td", "th") and self.tables:
            if tag == "th":
                kept.setdefault("scope", "col" if "thead" in self.open else "row")
            self.tables[-1].cell(len(self.pieces), tag, kept)
        elif tag == "tr" and self.tables:
            self.tables[-1].column = 0
        self.pieces.append(_tag(tag, kept))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silence:
            self.silence = "" if tag == self.silence else self.silence
        elif tag in self.open:
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.silence:
            if self.tables:
                self.tables[-1].text(data, in_caption="caption" in self.open)
            self.pieces.append(escape(data, quote=False))

    def _close(self) -> str:
        tag = written = self.open.pop()
        if tag in ("td", "th") and self.tables:
            written = self.tables[-1].end_cell(self.pieces)
        self.pieces.append(f"</{written}>")
        if tag == "table":
            self.tables.pop().finish(self.pieces)
            self.pieces.append("</div>")
        return tag

    def finished(self) -> str:
        while self.open:
            self._close()
        return "".join(self.pieces)


def _harmless(name: str, value: str) -> bool:
    allowed = ATTRIBUTES.get(name)
    return allowed is not None and allowed.fullmatch(value) is not None


def _tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>"


@dataclass
class _Cell:
    """One cell on its way out, and where its tag stands among the pieces."""

    position: int
    column: int
    tag: str
    attributes: dict[str, str]
    text: str = ""

    def mark(self, look: str) -> None:
        if look:
            self.attributes["class"] = f"{self.attributes.get('class', '')} {look}".strip()


class _Table:
    def __init__(self, position: int) -> None:
        self.position = position
        self.caption = ""
        self.cells: list[_Cell] = []
        self.column = 0
        self.in_cell = False

    def cell(self, position: int, tag: str, attributes: dict[str, str]) -> None:
        self.cells.append(_Cell(position, self.column, tag, attributes))
        self.column += int(attributes.get("colspan", "1"))
        self.in_cell = True

    def text(self, data: str, *, in_caption: bool) -> None:
        if self.in_cell:
            self.cells[-1].text += data
        elif in_caption:
            self.caption += data

    def end_cell(self, pieces: list[str]) -> str:
        """Close the last cell; which element it has become."""
        cell, self.in_cell = self.cells[-1], False
        if cell.tag == "th" and not cell.text.strip():
            cell.tag = "td"  # an empty header names nothing, and a screen reader stumbles over it
        if cell.text.strip() in NO_VALUE:
            pieces[cell.position + 1 :] = ["–"]
        if len(cell.text) > LONG_TEXT:
            pieces.insert(cell.position + 1, '<div class="long" tabindex="0">')
            pieces.append("</div>")
        return cell.tag

    def finish(self, pieces: list[str]) -> None:
        """Mark columns of numbers, dates and sentences, and write the tags that had to wait for it.

        A table that is too wide for a phone and holds words is stacked there: each cell then carries its title. Cells
        that span others have no one title; their table scrolls.
        """
        columns: dict[int, list[_Cell]] = {}
        for cell in self.cells:
            if cell.attributes.get("colspan", "1") == "1":
                columns.setdefault(cell.column, []).append(cell)
        looks, width = [], 0
        for cells in columns.values():
            body = [cell.text.strip() for cell in cells if cell.attributes.get("scope") != "col"]
            looks.append(_look([text for text in body if text not in BLANKS]))
            width += 2 + max(_least_width(cell, looks[-1]) for cell in cells)
            for cell in cells:
                cell.mark(looks[-1])
        heads = [cells[0].attributes.get("scope") == "col" for cells in columns.values()]
        spans = {cell.attributes.get(way, "1") for cell in self.cells for way in ("colspan", "rowspan")} - {
            "1"
        }
        stacks = width > PHONE and all(heads) and not spans and not {"", "t"}.isdisjoint(looks[1:])
        for cell in self.cells:
            if cell.tag == "td" and cell.attributes.pop("scope", None) is None and stacks:
                cell.mark("blank" if cell.text.strip() in BLANKS else "")
                cell.attributes["data-label"] = columns[cell.column][0].text.strip()
            pieces[cell.position] = _tag(cell.tag, cell.attributes)
        label = escape(" ".join(self.caption.split()) or "Table")
        box = "table-box stacks" if stacks else "table-box"
        pieces[self.position] = f'<div class="{box}" role="region" aria-label="{label}" tabindex="0">'


def _look(texts: list[str]) -> str:
    if not texts:
        return ""
    if all(len(text) < 40 and NUMBER.fullmatch(text) for text in texts):
        return "n"
    if all(DATE.fullmatch(text) or INTERVAL.fullmatch(text) for text in texts):
        return "d"
    return "t" if max(map(len, texts)) > LONG_LINE else ""


def _least_width(cell: _Cell, look: str) -> int:
    """How many characters a cell takes where room is short: numbers and dates stand whole, texts wrap."""
    text = cell.text.strip()
    whole = look in ("n", "d") and cell.tag == "td"
    return max(min(len(text), WRAPPED), *map(len, [text] if whole else re.split(r"[ \n-]+", text)))
