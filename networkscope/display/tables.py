"""Tables for people to read: names instead of ids, plain words instead of column names, nothing that runs."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from networkscope import keys
from networkscope.display.cells import in_words, title_of
from networkscope.display.links import in_a_report, link, person_links
from networkscope.errors import ParameterError
from networkscope.keys import short_key
from networkscope.sharing.levels import GROUPS, PEOPLE
from networkscope.wording import many, share_level

REST = 300  # so many more rows are on a page, folded
NO_CONTACTS = "This book has no contacts yet. Put an export into exports/ and open it again."


@dataclass(frozen=True)
class ReaderTable:
    """A table as the reader sees it; Jupyter and the HTML export show it by itself."""

    frame: pd.DataFrame
    caption: str
    left_out: int
    marks: tuple[tuple[str, str], ...] = ()
    """Per row whom it is about (a short key), and what it says of them: for programs that read the page."""
    links: tuple[tuple[tuple[int, str], str], ...] = ()
    """Where the name in a cell (row, title) leads."""
    shown: int = 0
    """How many rows are to be seen at first; 0 means all."""
    empty: str = ""
    """Why there is nothing, and what would be there."""

    def _repr_html_(self) -> str:
        if self.frame.empty:
            what = self.caption.partition(": ")[0]  # what comes after it is advice on the rows
            if self.left_out:
                return f'<p class="nothing">{html.escape(what)}: {self.left_out:,}, not shown on a page of counts.</p>'
            nothing = " Nothing to show." if what.endswith("?") else ": nothing to show."
            return f'<p class="nothing">{html.escape(self.empty or what + nothing)}</p>'
        leads = dict(self.links)
        rows = []
        for number, values in enumerate(self.frame.to_numpy(object).tolist()):
            cells = zip(self.frame.columns, values, strict=True)
            written = (link(leads.get((number, title), ""), str(value)) for title, value in cells)
            look = ' class="rest"' if self.shown and number >= self.shown else ""
            person, state = self.marks[number] if self.marks else ("", "")
            mark = f' data-person="{person}" data-state="{state}"' if self.marks else ""
            rows.append(f"<tr{look}{mark}>" + "".join(f"<td>{cell}</td>" for cell in written) + "</tr>")
        head = "".join(f'<th scope="col">{html.escape(str(title))}</th>' for title in self.frame.columns)
        more = f'<p class="more">… and {self.left_out:,} more.</p>' if self.left_out else ""
        return (
            f'<table class="table">\n<caption>{html.escape(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n'
            "<tbody>\n" + "\n".join(rows) + f"\n</tbody>\n</table>{more}"
        )

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame.to_string(index=False)}"


@dataclass(frozen=True)
class Page:
    """A finished piece of HTML in which every text is already escaped."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def show_table(
    frame: pd.DataFrame,
    columns: Mapping[str, str] | list[str],
    *,
    caption: str,
    contacts: pd.DataFrame | None = None,
    rows: int = 20,
    says: str = "",
    empty: str = "",
) -> ReaderTable:
    """What should the reader see of this frame? The first `rows`, the given columns, in words.

    A page holds more rows than that, folded; so many are counted below the table. In a report names are links to the
    page of people.

    Parameters
    ----------
    frame : a finished frame, in the order in which it is to be read
    columns : columns to show; a mapping gives each its title; a rate is followed by its interval where the
        frame has the columns `…_low` and `…_high`
    caption : the answer that the table gives
    contacts : where ids are to be replaced by names; without it ids stay
    says : what it says of each person (`contact_id`) in it, where that is more than the row's `kind` and `state`
    rows : how many rows to show. A ParameterError where it is less than one: an empty table would say that there
        is nothing.
    empty : what to say where there is no row: why, and what would put one there

    Examples
    --------
    >>> frame = pd.DataFrame({"contact_id": ["a"], "fading": [0.5]})
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "name": ["Ann <b>"]})
    >>> table = show_table(frame, ["contact_id", "fading"], caption="Who fades", contacts=contacts)
    >>> table.frame.values.tolist(), "&lt;b&gt;" in table._repr_html_()
    ([['Ann <b>', '50%']], True)
    """
    if rows < 1:
        raise ParameterError(f"rows must be 1 or more, not {rows}")
    titles = columns if isinstance(columns, Mapping) else {name: title_of(name) for name in columns}
    if share_level() == "counts" and not set(frame.columns).isdisjoint((*PEOPLE, *GROUPS)):
        return ReaderTable(pd.DataFrame(), keys.clean(caption), len(frame))
    folded = in_a_report() and share_level() == "private" and len(frame) > rows
    shown = frame.head(rows + REST if folded else rows)
    words, links = _in_words(shown, titles, contacts)
    left_out, first = len(frame) - len(shown), rows if folded else 0
    marks = _marks(shown, says)
    return ReaderTable(words, keys.clean(caption), left_out, marks, links, first, keys.clean(empty))


def show_tables(
    frame: pd.DataFrame,
    titles: Mapping[str, str],
    by: str,
    *,
    caption: str,
    contacts: pd.DataFrame,
    rows: int = 20,
) -> dict[str, ReaderTable]:
    """What should the reader see of each person? `show_table` of the rows of each value of the column `by`."""
    shown = frame.groupby(by, sort=False).head(rows + REST if in_a_report() else rows)
    words, links = _in_words(shown, titles, contacts)
    places: dict[str, list[int]] = {}
    for place, who in enumerate(shown[by]):
        places.setdefault(who, []).append(place)
    leads: dict[int, list[tuple[str, str]]] = {}
    for (place, title), address in links:
        leads.setdefault(place, []).append((title, address))
    counts = frame[by].value_counts()
    cells = words.astype("object").to_numpy()
    return {
        who: ReaderTable(
            pd.DataFrame(cells[mine], columns=words.columns),
            caption,
            int(counts[who]) - len(mine),
            links=tuple(
                ((row, title), address)
                for row, place in enumerate(mine)
                for title, address in leads.get(place, ())
            ),
            shown=rows if len(mine) > rows else 0,
        )
        for who, mine in places.items()
    }


def _in_words(
    shown: pd.DataFrame, titles: Mapping[str, str], contacts: pd.DataFrame | None
) -> tuple[pd.DataFrame, tuple[tuple[tuple[int, str], str], ...]]:
    """These columns as a person would write them, under their titles, and where the names in them lead."""
    links = () if contacts is None else _links(shown, titles, contacts)
    if contacts is not None:
        shown = with_names(shown, contacts)
    if share_level() != "private":  # a column that the level took away is not worth its room
        titles = {
            name: title for name, title in titles.items() if shown[name].replace("", None).notna().any()
        }
    words = pd.DataFrame({name: in_words(name, shown) for name in titles})
    return words.rename(columns=dict(titles)), links


def _links(
    shown: pd.DataFrame, titles: Mapping[str, str], contacts: pd.DataFrame
) -> tuple[tuple[tuple[int, str], str], ...]:
    """Where each name leads, by row and title."""
    leads = person_links(contacts)
    return tuple(
        ((number, titles[name]), leads[who])
        for name in titles
        if name.endswith("_id") and name in shown
        for number, who in enumerate(shown[name])
        if who in leads
    )


def _marks(shown: pd.DataFrame, says: str) -> tuple[tuple[str, str], ...]:
    """Whom each row is about, and what it says of them."""
    if "contact_id" not in shown:
        return ()
    parts = [shown[name].astype("object").fillna("") for name in ("kind", "state") if name in shown]
    rows = zip(*parts, strict=True) if parts else [()] * len(shown)
    states = [":".join(filter(None, (says, *map(str, row)))) for row in rows]
    people = (short_key("p", who) if isinstance(who, str) else "" for who in shown["contact_id"])
    return tuple(zip(people, states, strict=True))


def with_names(frame: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """The frame with people's names in place of their ids, in every column that holds ids of contacts."""
    names = contacts.set_index("contact_id")["name"].fillna("(no name)")
    ids = [column for column in frame.columns if column.endswith("_id")]
    return frame.assign(**{column: frame[column].map(names).fillna(frame[column]) for column in ids})


def show_sources(summary: pd.DataFrame, cannot_know: tuple[str, ...]) -> Page:
    """What did this report read, what not, and what can it not know?

    Takes `Book.summary` and `Book.cannot_know`.
    """
    columns = {
        "file": "File", "source": "Read as", "rows_read": "Rows", "kept": "Kept", "merged": "Merged",
        "rejected": "Rejected", "first_on": "From", "last_on": "Until", "remark": "Why rejected, and what else to know",
    }  # fmt: skip
    reasons, note = (summary[name].fillna("").astype("object") for name in ("reasons", "note"))
    files = summary.assign(remark=(reasons + "; " + note).str.strip("; "))
    table = show_table(files, columns, caption="Files read", rows=max(len(files), 1))
    rows, rejected = int(summary["rows_read"].sum()), int(summary["rejected"].sum())
    lead = f"<p>{many(len(summary), 'file')}, {many(rows, 'row')}, {rejected:,} rejected.</p>"
    blind = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in cannot_know)
    limits = f'<p>What these files cannot tell:</p><ul class="blind">{blind}</ul>' if blind else ""
    summed = "<summary>Every file and what became of its rows</summary>"
    return Page(f"{lead}{limits}<details>{summed}{table._repr_html_()}</details>")
