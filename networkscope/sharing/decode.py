"""Everything that a page says, also where a reader does not look: attributes, scripts, packed data, pictures' notes."""

import json
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from networkscope.sharing.unpack import array_texts, decoded, unpacked

MARKUP = re.compile(r"<[^<>]*>")
QUOTED = re.compile(r"""(["'`])((?:\\.|(?!\1)[^\\\n]){1,2000})\1""")
CELLS = ("td", "th", "dd", "dt", "text", "title", "option", "button", "label")
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s"),
    *("small", "span", "strong", "sub", "sup", "time", "tspan", "u", "var", "wbr"),
}
LEAST_NUMBER = 10**7  # smaller numbers can be no day and no phone


class Said(NamedTuple):
    """One piece of a page: its text, where it stands, and whether it is data or running text."""

    text: str
    where: str
    is_data: bool


def read_page(html: str, ours: Collection[str] = ()) -> tuple[str, list[Said]]:
    """The share level that the page says it has ("" where none), and all that it says but for scripts of `ours`.

    >>> read_page('<meta name="share" content="coach"><td title="a%20b">c &amp; d</td>')[0]
    'coach'
    """
    parser = _Parser(ours)
    parser.feed(html)
    parser.close()
    return parser.level, parser.said


class _Parser(HTMLParser):
    """Collects what a page says; a text that tags divide is said as a whole, too."""

    def __init__(self, ours: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._ours = {text.strip() for text in ours}
        self.level, self.said = "", list[Said]()
        self._cells: list[tuple[str, list[str]]] = []
        self._raw = self._kind = ""
        self._run: list[str] = []
        self._drawn: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("name") == "share":
            self.level = given.get("content", "")
        for name, value in attrs:
            if value:
                self._add(value, f"attribute {name}", is_data=name not in ("class", "style"))
        if tag not in INLINE:
            self._divide()
        if tag in ("tr", "tbody", "td", "th") and self._cells and self._cells[-1][0] in ("td", "th"):
            self._end_cell()  # a cell that nobody closed
        if tag in CELLS:
            self._cells.append((tag, []))
        elif tag in ("script", "style"):
            self._raw, self._kind = tag, given.get("type", "")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._divide()
        if tag == self._raw:
            self._raw = ""
        elif any(tag == name for name, _ in self._cells):
            while self._cells and self._end_cell() != tag:
                pass
        elif tag == "svg":
            self._end_picture()

    def handle_comment(self, data: str) -> None:
        self._add(data, "a comment", is_data=True)

    def handle_decl(self, decl: str) -> None:
        self._add(decl, "a comment", is_data=True)

    handle_pi = unknown_decl = handle_comment

    def handle_data(self, data: str) -> None:
        if self._raw == "script":
            self._script(data)
        elif self._raw == "style":
            self._add(data, "the style", is_data=False)
        elif data.strip():
            in_text = any(name == "text" for name, _ in self._cells)
            for _, texts in self._cells:
                texts.append(data)
            if in_text:
                self._drawn.append(data)
                self._add(data, "a picture", is_data=True)
            elif not self._cells:
                self._add(data, "the text", is_data=False)
            self._run.append(data)
        elif self._run:
            self._run.append(" ")

    def close(self) -> None:
        """All is read: what was left open ends here."""
        super().close()
        self._divide()
        while self._cells:
            self._end_cell()
        self._end_picture()

    def _divide(self) -> None:
        """Here a new paragraph or cell starts."""
        run, self._run = self._run, []
        if len(run) > 1:
            self._whole(run, "the text", is_data=False)
        for _, texts in self._cells:
            if texts:
                texts.append(" ")

    def _end_cell(self) -> str:
        tag, texts = self._cells.pop()
        if "".join(texts).strip():
            self._whole(texts, "a picture" if tag == "text" else "a cell", is_data=True)
        return tag

    def _end_picture(self) -> None:
        drawn, self._drawn = self._drawn, []
        if len(drawn) > 1:
            self._whole(drawn, "a picture", is_data=False)

    def _whole(self, texts: list[str], where: str, *, is_data: bool) -> None:
        joined = (" ".join(joint.join(texts).split()) for joint in ("", " "))
        for text in dict.fromkeys(joined):
            self._add(text, where, is_data=is_data)

    def _script(self, data: str) -> None:
        if data.strip() in self._ours:
            return
        texts = _inside(data) if "json" in self._kind else None
        if texts is None:
            self._add(data, "a script", is_data=False)
        where, texts = (
            ("a chart", texts) if texts else ("a script", [text for _, text in QUOTED.findall(data)])
        )
        for text in texts:
            self._add(text, where, is_data=True)

    def _add(self, text: str, where: str, *, is_data: bool) -> None:
        plain = decoded(text)
        self.said.append(Said(plain, where, is_data))
        self._parts(plain, where, is_data=is_data)
        for inner in unpacked(text):
            self.said.append(Said(inner, f"{where}, packed", is_data))
            self._parts(inner, f"{where}, packed", is_data=is_data)

    def _parts(self, text: str, where: str, *, is_data: bool) -> None:
        """What tags and lines divide, each by itself, and all without tags; what is JSON, each of its texts."""
        parts = [part.strip() for part in MARKUP.split(text)] if "<" in text else []
        if len(parts) > 1:
            self.said += [Said(part, where, is_data) for part in parts if part]
            self.said += [Said(joint.join(parts), where, False) for joint in ("", " ")]
        if text[:1] in '{["' and is_data:
            for inner in _inside(text) or ():
                if inner != text:
                    self._add(inner, where, is_data=True)


def _inside(text: str) -> list[str] | None:
    """All texts of a JSON text; None where it is none."""
    try:
        return list(json_texts(json.loads(text)))
    except ValueError:
        return None


def json_texts(value: object) -> Iterator[str]:
    """All texts of a JSON value: also names, numbers that may be a day or phone, and what packed arrays hold.

    >>> list(json_texts({"a": ["b", 1, 1763000000000]}))
    ['a', 'b', '1763000000000']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from json_texts(part)
        if isinstance(value.get("bdata"), str):
            yield from array_texts(value["bdata"], str(value.get("dtype")))
    elif isinstance(value, list):
        for part in value:
            yield from json_texts(part)
    elif isinstance(value, int | float) and abs(value) >= LEAST_NUMBER:
        yield f"{value:.0f}"
