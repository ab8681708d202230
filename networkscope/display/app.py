"""Explore in JupyterLab: find somebody, see everything, note a talk, decide on the next move."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from networkscope import schema
from networkscope.advice.desk import propose_moves, read_drafts
from networkscope.advice.standing import chosen_moves
from networkscope.book import Book, open_book
from networkscope.book.decisions import decision_row, note_decisions
from networkscope.book.roles_file import note_role
from networkscope.book.touches import cells_of, note_touch
from networkscope.dates import as_instant
from networkscope.display.cards import text_of
from networkscope.display.cells import shorten
from networkscope.display.links import in_a_report
from networkscope.display.mending import Mending
from networkscope.display.person import People
from networkscope.errors import NetworkscopeError, ParameterError
from networkscope.people.lookup import people_named

SNOOZE_DAYS = 14
WIDE = {"width": "auto", "min_width": "12rem"}


def explore(book: Book, first: str = "", *, as_of: str | None = None) -> Any:
    """Who is this, and what do I do next? An app for a cell of JupyterLab; None in a report, where nobody sits.

    `first` is whom to show at first (anything that `ns.person` takes), `as_of` as it was given to `open_book`. What is
    noted is written into the tables of the book, as the commands log, done, snooze, never, role, act, merge, part and
    undo do.
    """
    return None if in_a_report() else Explorer(book, first, as_of=as_of).box


class Explorer:
    """The widgets of `explore` and what they do. Nothing that is typed raises: `said` shows what is wrong."""

    def __init__(self, book: Book, first: str = "", *, as_of: str | None = None) -> None:
        import ipywidgets as widgets

        self.book, self.as_of, self.shown = book, as_of or None, ""
        self.now = book.at()

        def text(label: str, hint: str = "") -> Any:
            return widgets.Text(description=label, placeholder=hint, layout=WIDE, continuous_update=False)

        def pick(label: str, values: Sequence[str]) -> Any:
            options = [(value.replace("_", " "), value) for value in values]
            return widgets.Dropdown(description=label, options=options, layout=WIDE)

        def row(*parts: Any) -> Any:
            return widgets.HBox(parts, layout={"flex_flow": "row wrap"})

        self.find = widgets.Combobox(
            description="Find", placeholder="Type a name", layout=WIDE, continuous_update=False, options=[]
        )
        self.next = widgets.Dropdown(description="Next moves", layout=WIDE)
        self.said, self.view = widgets.HTML(), widgets.HTML()
        self.done = self.button("Done", lambda: self._decide("done"))
        self.snooze = self.button("Not now", lambda: self._decide("snooze"))
        self.never = self.button("Not this person", lambda: self._decide("never"))
        self.role = pick("Role", ("", *schema.ROLES))
        self.set_role = self.button("Set role", self._note_role)
        self.people = text("With", "Ana Lee; Bo Ek")
        self.on = text("When", "2026-11-16 or 2026-11-16 14:30")
        self.channel, self.direction = pick("How", schema.CHANNELS), pick("By", schema.DIRECTIONS)
        self.purpose = pick("What for", schema.PURPOSES)
        self.topic, self.names = text("Topic"), text("Names given", "Cy Fox; Di Ma")
        self.due, self.detail = text("Promise due", "2026-11-20"), text("Remember")
        self.save = self.button("Note it", self._log)
        form = [self.people, self.on, self.channel, self.direction, self.purpose, self.topic]
        form += [self.names, self.due, self.detail]
        log = widgets.Accordion(
            [widgets.VBox([*form, self.save])], titles=("Note a talk, a message or a promise",)
        )
        self.mending = Mending(self)
        self.box = widgets.VBox(
            [row(self.find, self.next), row(self.done, self.snooze, self.never, self.role, self.set_role),
             self.said, log, self.mending.box, self.view]
        )  # fmt: skip
        self._fill()
        self.find.observe(lambda change: self._try(lambda: self._show(change["new"])), "value")
        self.next.observe(lambda change: self._try(lambda: self._show(change["new"])), "value")
        self._try(lambda: self._show(first))

    def button(self, label: str, act: Callable[[], str]) -> Any:
        """A button that does this, and says what came of it."""
        import ipywidgets as widgets

        button = widgets.Button(description=label)
        button.on_click(lambda _: self._try(act))
        return button

    def _try(self, act: Callable[[], str]) -> None:
        """Do it, and say what was done or what is wrong."""
        try:
            said, colour = act(), "inherit"
        except NetworkscopeError as error:
            said, colour = str(error), "#b3401a"
        self.said.value = f'<p role="status" style="color:{colour}">{html.escape(said)}</p>'

    def _fill(self) -> None:
        """The names to find, and the next moves."""
        contacts = self.now.contacts
        self.find.options = sorted(contacts["name"].dropna().map(shorten).unique())
        moves = propose_moves(self.book, self.now)
        names = contacts.set_index("contact_id")["name"].fillna("(no name)")
        labels = [
            (f"{row.move}: {shorten(names[row.contact_id])}", row.contact_id) for row in moves.itertuples()
        ]
        self.next.options = [(f"{len(labels)} to choose from", ""), *labels]
        self.next.index = 0
        self.mending.fill()

    def _one(self, text: str) -> pd.Series:
        found = people_named(self.now.contacts, text, region=self.book.settings.home_region)
        if len(found) == 1:
            return found.iloc[0]
        if found.empty:
            raise ParameterError("nobody is called so; check the spelling")
        several = [", ".join(filter(None, (text_of(row.name_), text_of(row.organization))))
                   for row in found.rename(columns={"name": "name_"}).head(8).itertuples()]  # fmt: skip
        raise ParameterError(
            f"{len(found)} people fit: {'; '.join(several)}. Type more of the name, or an address"
        )

    def _show(self, text: str) -> str:
        if not text:
            return ""
        person = self._one(text)
        self.shown = person["contact_id"]
        self.people.value = text_of(person["name"])
        people = People(self.now, read_drafts(self.book.folder), only=[self.shown])
        self.view.value = people.page(self.shown).html
        self.mending.fill()
        return ""

    def again(self) -> None:
        """Read the book again, and show the same person as they are now."""
        self.book = open_book(self.book.folder, as_of=self.as_of)
        self.now = self.book.at()
        self._fill()
        if self.shown in set(self.now.contacts["contact_id"]):
            self._show(self.shown)

    def _decide(self, action: str) -> str:
        if not self.shown:
            raise ParameterError("find somebody first")
        moves = chosen_moves(self.now).set_index("contact_id")
        kind = "" if action == "never" or self.shown not in moves.index else str(moves.at[self.shown, "kind"])
        if action != "never" and not kind:
            raise ParameterError("there is no next move with this person")
        today = self.book.as_of_date
        until = f"{today + pd.Timedelta(days=SNOOZE_DAYS):%Y-%m-%d}" if action == "snooze" else ""
        row = decision_row(self._one(self.shown), action=action, noted_on=today, kind=kind, until=until)
        line = note_decisions(self.book.folder, [row])
        self.again()
        return f"Noted in moves.csv, line {line}."

    def _note_role(self) -> str:
        if not (self.shown and self.role.value):
            raise ParameterError("find somebody and choose a role first")
        day = f"{self.book.as_of_date:%Y-%m-%d}"
        line = note_role(
            self.book.folder, self._one(self.shown), role=self.role.value, knows_of_search="", noted_on=day
        )
        self.again()
        return f"Noted in roles.csv, line {line}."

    def _log(self) -> str:
        names = [name.strip() for name in self.people.value.split(";") if name.strip()]
        if not names:
            raise ParameterError("say with whom: one name, or several with a semicolon between them")
        who = [cells_of(self.book.contacts, self._one(name)) for name in names]
        zone = self.book.timezone
        moment = as_instant(self.on.value, zone) if self.on.value else pd.Timestamp.now("UTC")
        event = {
            "occurred_at": f"{moment.tz_convert(zone):%Y-%m-%d %H:%M}",
            "channel": self.channel.value, "direction": self.direction.value, "purpose": self.purpose.value,
            "due_on": f"{as_instant(self.due.value):%Y-%m-%d}" if self.due.value else "",
            "subject": self.topic.value, "notes": self.detail.value,
        }  # fmt: skip
        given = [name.strip() for name in self.names.value.split(";") if name.strip()]
        lines = note_touch(self.book.folder, who, event, given)
        for field in (self.topic, self.names, self.due, self.detail):
            field.value = ""
        self.again()
        return f"Noted in {' and '.join(lines)}."


def explore_map(nodes: pd.DataFrame, edges: pd.DataFrame) -> Any:
    """Who knows whom among some of them? The map with filters, for a cell of JupyterLab; None in a report.

    Takes the frames of `draw_map`, with `circle`, `role` and `organization`.
    """
    if in_a_report():
        return None
    import ipywidgets as widgets
    from IPython.display import display

    from networkscope.display.map import draw_map

    known = [name for name in ("circle", "role", "organization") if name in nodes]
    picks = {
        name: widgets.Dropdown(
            description=name.capitalize(), options=["", *sorted(nodes[name].dropna().astype(str).unique())]
        )
        for name in known
    }
    least = widgets.FloatSlider(
        description="At least", min=0, max=5, step=0.5, value=0, continuous_update=False
    )

    def draw(at_least: float, **chosen: str) -> None:
        some = nodes[nodes["strength"].fillna(0) >= at_least]
        for name, value in chosen.items():
            some = some[some[name].astype(str) == value] if value else some
        shown = draw_map(some, edges) if len(some) else widgets.HTML("Nobody fits these filters.")
        display(shown)  # type: ignore[no-untyped-call]

    shown = widgets.interactive_output(draw, {**picks, "at_least": least})
    return widgets.VBox([widgets.HBox([*picks.values(), least], layout={"flex_flow": "row wrap"}), shown])
