"""What was read wrongly? In JupyterLab: what a message was for, pairs that are one person or two, and undo."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import pandas as pd

from networkscope import schema
from networkscope.book.acts_file import event_line, note_act
from networkscope.book.aliases_file import note_pair
from networkscope.book.journal import undo
from networkscope.errors import ParameterError
from networkscope.people.lookup import duplicates
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.display.app import Explorer

MESSAGES = 20  # the latest with a person, to choose from
TITLE = "Mend what was read wrongly, or undo"


class Mending:
    """The widgets in a fold of `explore`. Pairs are looked for when it is opened, which takes a while."""

    def __init__(self, app: Explorer) -> None:
        import ipywidgets as widgets

        self.app, self.found = app, pd.DataFrame()
        wide = {"width": "auto", "min_width": "12rem"}
        self.message = widgets.Dropdown(description="Message", layout=wide)
        purposes = [(purpose.replace("_", " "), purpose) for purpose in schema.PURPOSES]
        self.purpose = widgets.Dropdown(description="It was for", options=purposes, layout=wide)
        self.pair, self.sides = widgets.Dropdown(description="Maybe one", layout=wide), widgets.HTML()
        self.set_purpose = app.button("Set purpose", self._set_purpose)
        self.merge = app.button("One person", lambda: self._decide(same=True))
        self.part = app.button("Two people", lambda: self._decide(same=False))
        self.undo = app.button("Undo the last", self._undo)
        rows = [
            (self.message, self.purpose, self.set_purpose),
            (self.pair, self.merge, self.part),
            (self.sides,),
        ]
        boxes = [widgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in [*rows, (self.undo,)]]
        self.box = widgets.Accordion([widgets.VBox(boxes)], titles=(TITLE,))
        self.box.observe(lambda _: self._fill_pairs(), "selected_index")
        self.pair.observe(lambda _: self._show_pair(), "value")

    def fill(self) -> None:
        """The messages of the person who is shown, the latest first; and the pairs, where they are seen."""
        now = self.app.now
        mine = now.interactions[now.interactions["contact_id"] == self.app.shown]
        mine = mine.sort_values("occurred_at", ascending=False).drop_duplicates("event_id").head(MESSAGES)
        labels = [(_label(event, self.app.book.timezone), event.event_id) for event in mine.itertuples()]
        _choose_from(self.message, labels)
        self._fill_pairs()

    def _fill_pairs(self) -> None:
        if self.box.selected_index != 0:
            return
        found = duplicates(self.app.book)
        self.found = found.dropna(subset=["a", "b"]).reset_index(drop=True)
        _choose_from(self.pair, [(f"{pair.a} / {pair.b}", pair.Index) for pair in self.found.itertuples()])
        self._show_pair()

    def _show_pair(self) -> None:
        sides = ""
        if self.pair.value is not None:
            pair = self.found.loc[self.pair.value]
            lines = (pair["evidence"], pair["a_side"], pair["b_side"])
            sides = "".join(f"<p>{html.escape(str(line))}</p>" for line in lines)
        self.sides.value = sides

    def _set_purpose(self) -> str:
        if self.message.value is None:
            raise ParameterError("find somebody and choose a message first")
        book = self.app.book
        event = book.interactions.loc[book.interactions["event_id"] == self.message.value].iloc[0]
        line, _ = note_act(book, event, self.purpose.value)
        self.app.again()
        return f"Noted in acts.csv, line {line}."

    def _decide(self, *, same: bool) -> str:
        if self.pair.value is None:
            raise ParameterError("there is no pair to decide")
        pair = self.found.loc[self.pair.value]
        line, _ = note_pair(self.app.book, pair["a"], pair["b"], same=same)
        self.app.again()
        return f"Noted in aliases.csv, line {line}."

    def _undo(self) -> str:
        result = undo(self.app.book.folder)
        self.app.again()
        left = f"; {', '.join(result.left)} changed since, and stays" if result.left else ""
        return f"{result.command}: {many(len(result.taken), 'line')} taken back{left}."


def _choose_from(dropdown: Any, options: list[tuple[str, Any]]) -> None:
    """These options, the first chosen."""
    dropdown.options = options
    dropdown.index = 0 if options else None


def _label(event: Any, timezone: str) -> str:
    """A message in a list: the day, who wrote, what it is taken for, and its subject."""
    subject = f", {event.subject[:40]}" if isinstance(event.subject, str) else ""
    return event_line(event, timezone) + subject
