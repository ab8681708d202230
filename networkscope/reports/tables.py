"""What makes a table on a page readable: numbers set right, room for sentences, a box to scroll in, rows on a phone.

A table that is too wide for a phone and holds words is stacked there: each cell then carries its title. Cells that
span others have no one title; their table scrolls. All of it is put into HTML that `sanitize.safe_html` has written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

LONG_TEXT = 300  # characters; a longer cell gets a box of its own to scroll in
LONG_LINE = 40  # characters; a column that holds such lines is given room
PHONE = 46  # characters, with two between columns, that fit side by side on a phone
WRAPPED = 14  # characters in a line of text that is still pleasant to read

TABLE = re.compile(
    r"<table\b(?:(?!<table\b).)*?</table>", re.DOTALL
)  # the inner one, where one holds another
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
SPAN = re.compile(r' (?:col|row)span="(?!1")')
NUMBER = re.compile(r"[-+−]?[\d.,\s]*\d\s?(%|days?|×)?")
DATE = re.compile(
    r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|(?:week of )?\d{1,2} \w{3,9} \d{4}|[\d.,]+%?\s\([\d.,]+\sto\s[\d.,]+\)"
)
NO_VALUE = ("NaN", "<NA>", "NaT")
BLANKS = (*NO_VALUE, "", "None", "–", "—", "-")


def readable_tables(html: str) -> str:
    """The same HTML with every table in a box, its headers named as such, and its cells marked by what they hold."""
    return TABLE.sub(lambda table: _readable(table[0]), html)


@dataclass
class _Cell:
    tag: str
    attributes: dict[str, str]
    content: str
    column: int
    look: str = ""

    def __post_init__(self) -> None:
        self.text = _text(self.content)
        self.words = self.text.strip()
        self.is_title = self.attributes.get("scope") == "col"

    def html(self, title: str | None) -> str:
        attributes, tag, content, looks = dict(self.attributes), self.tag, self.content, [self.look]
        if tag == "th" and not self.words:
            tag = "td"  # an empty header names nothing, and a screen reader stumbles over it
        if self.words in NO_VALUE:
            content = "–"
        if len(self.text) > LONG_TEXT:
            content = f'<div class="long" tabindex="0">{content}</div>'
        if tag == "td" and attributes.pop("scope", None) is None and title is not None:
            looks.append("blank" if self.words in BLANKS else "")
            attributes["data-label"] = escape(title)
        if any(looks):
            label = attributes.pop("data-label", None)
            attributes["class"] = " ".join(filter(None, [attributes.get("class"), *looks]))
            attributes |= {"data-label": label} if label is not None else {}
        written = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return f"<{tag}{written}>{content}</{tag}>"


def _readable(table: str) -> str:
    cells = _cells(table)
    columns: dict[int, list[_Cell]] = {}
    for cell in cells:
        if cell.attributes.get("colspan", "1") == "1":
            columns.setdefault(cell.column, []).append(cell)
    looks, width = [], 0
    for column in columns.values():
        look = _look([cell.words for cell in column if not cell.is_title and cell.words not in BLANKS])
        for cell in column:
            cell.look = look
        looks.append(look)
        width += 2 + max(_least_width(cell) for cell in column)
    has_titles = all(column[0].is_title for column in columns.values())
    stacks = width > PHONE and has_titles and not SPAN.search(table) and not {"", "t"}.isdisjoint(looks[1:])
    written = (cell.html(columns[cell.column][0].words if stacks else None) for cell in cells)
    marked = CELL.sub(lambda _: next(written), table)
    caption = CAPTION.search(table)
    label = escape(" ".join(_text(caption[1]).split()) if caption else "") or "Table"
    box = "table-box stacks" if stacks else "table-box"
    return f'<div class="{box}" role="region" aria-label="{label}" tabindex="0">{marked}</div>'


def _cells(table: str) -> list[_Cell]:
    cells, end_of_head = [], table.find("</thead>")
    for row in ROW.finditer(table):
        column = 0
        for tag, written, content in CELL.findall(row[0]):
            attributes = dict(ATTRIBUTE.findall(written))
            if tag == "th":
                attributes.setdefault("scope", "col" if row.start() < end_of_head else "row")
            cells.append(_Cell(tag, attributes, content, column))
            column += int(attributes.get("colspan", "1"))
    return cells


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def _look(texts: list[str]) -> str:
    """n for numbers, d for dates and intervals, t for sentences, as the style sheet knows them."""
    if not texts:
        return ""
    if all(len(text) < 40 and NUMBER.fullmatch(text) for text in texts):
        return "n"
    if all(DATE.fullmatch(text) for text in texts):
        return "d"
    return "t" if max(map(len, texts)) > LONG_LINE else ""


def _least_width(cell: _Cell) -> int:
    """How many characters a cell takes where room is short: numbers and dates stay whole, texts wrap."""
    whole = cell.look in ("n", "d") and cell.tag == "td" and bool(cell.words)
    parts = [cell.words] if whole else re.split(r"[ \n-]+", cell.words)
    return max(min(len(cell.words), WRAPPED), *map(len, parts))
