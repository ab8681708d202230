"""Tables for people to read: names instead of ids, plain words instead of column names, nothing that runs."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from networkscope import keys

TEXT_LIMIT = 240
TITLES = {
    "contact_id": "Who", "about_id": "About", "referrer_id": "Named by", "referred_id": "Name given",
    "via_id": "Ask first", "then_id": "Who leads to", "core_id": "Best connected", "lit_by": "What would show it",
    "what_to_do": "What to do", "people_count": "People",
    "state": "State", "days_silent": "Days silent", "contact_chance": "Chance of contact", "fading": "Faded",
    "last_touch_on": "Last touch", "last_topic": "Last topic", "strength": "Strength", "value": "Value",
    "why": "Why", "kind": "What", "opened_on": "Since", "due_on": "Due", "days_overdue": "Days overdue",
    "conversation_count": "Conversations", "name_count": "Names", "interview_count": "Interviews",
    "offer_count": "Offers", "ask_count": "Asks", "reply_count": "Replies", "known_count": "Known by now",
    "topic": "Topic", "rule": "Rule", "move": "Do this", "draft": "Draft",
}  # fmt: skip
KINDS = {
    "thank_you": "thank-you", "owed_reply": "answer", "nudge": "reminder", "uncontacted_referral": "name to call",
    "report_back": "report back", "close_the_loop": "loop to close", "monthly_update": "update",
}  # fmt: skip
SHARES = ("contact_chance", "fading", "share")
RATES = {"names_per_conversation": "names"}  # where the interval is not named like its rate


@dataclass(frozen=True)
class ReaderTable:
    """A table as the reader sees it; Jupyter and the HTML export show it by itself."""

    frame: pd.DataFrame
    caption: str
    left_out: int

    def _repr_html_(self) -> str:
        if self.frame.empty:
            return f'<p class="nothing">{html.escape(self.caption)}: nothing to show.</p>'
        with pd.option_context("display.max_colwidth", None):
            body = self.frame.to_html(
                index=False, escape=True, border=0, classes="table", justify="left", na_rep="–"
            )
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        more = f'<p class="more">… and {self.left_out:,} more.</p>' if self.left_out else ""
        return body.replace("<thead>", caption + "\n  <thead>", 1).replace("<th>", '<th scope="col">') + more

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame.to_string(index=False)}"


def show_table(
    frame: pd.DataFrame,
    columns: Mapping[str, str] | list[str],
    *,
    caption: str,
    contacts: pd.DataFrame | None = None,
    rows: int = 20,
) -> ReaderTable:
    """What should the reader see of this frame? The first `rows`, the given columns, in words.

    Parameters
    ----------
    frame : a finished frame, in the order in which it is to be read
    columns : columns to show; a mapping gives each its title; a rate is followed by its interval where the
        frame has the columns `…_low` and `…_high`
    caption : what the table says
    contacts : where ids are to be replaced by names; without it ids stay
    rows : how many rows to show; the rest is counted below the table

    Examples
    --------
    >>> frame = pd.DataFrame({"contact_id": ["a"], "fading": [0.5]})
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "name": ["Ann <b>"]})
    >>> table = show_table(frame, ["contact_id", "fading"], caption="Who fades", contacts=contacts)
    >>> table.frame.values.tolist(), "&lt;b&gt;" in table._repr_html_()
    ([['Ann <b>', '50\\xa0%']], True)
    """
    titles = dict(columns) if isinstance(columns, Mapping) else {name: _title(name) for name in columns}
    shown = frame.head(max(rows, 0))
    if contacts is not None:
        shown = with_names(shown, contacts)
    shown = pd.DataFrame({name: _with_interval(name, shown) for name in titles})
    return ReaderTable(shown.rename(columns=titles), keys.clean(caption), len(frame) - len(shown))


def with_names(frame: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """The frame with people's names in place of their ids, in every column that holds ids of contacts."""
    names = contacts.set_index("contact_id")["name"].fillna("(no name)")
    ids = [column for column in frame.columns if column.endswith("_id")]
    return frame.assign(**{column: frame[column].map(names).fillna(frame[column]) for column in ids})


def _title(name: str) -> str:
    return (
        TITLES.get(name) or name.removesuffix("_count").removesuffix("_share").replace("_", " ").capitalize()
    )


def _with_interval(name: str, frame: pd.DataFrame) -> pd.Series:
    """A column in words; a rate with its interval, as in "25 % (18 to 33)"."""
    words = _words(name, frame[name])
    stem = RATES.get(name) or name.removesuffix("_share")
    if stem == name or f"{stem}_low" not in frame:
        return words
    low, high = (_words(name, frame[f"{stem}_{end}"]).str.removesuffix("\u00a0%") for end in ("low", "high"))
    return words.where(frame[name].isna(), words + "\u00a0(" + low + "\u00a0to\u00a0" + high + ")")


def _words(name: str, column: pd.Series) -> pd.Series:
    """Each value as a person would write it; missing ones as a dash."""
    if name in SHARES or name.endswith("_share"):
        words = column.map(lambda share: f"{share:.0%}".replace("%", "\u00a0%"), na_action="ignore")
    elif column.dtype.kind == "M":
        words = column.map(lambda date: f"{date.day} {date:%b %Y}", na_action="ignore")
    elif pd.api.types.is_bool_dtype(column.dtype):
        words = column.map({True: "yes", False: "no"})
    elif pd.api.types.is_float_dtype(column.dtype):
        places = 0 if name.endswith(("_days", "_count")) else 2 if column.abs().max() <= 1 else 1
        words = column.map(lambda number: f"{number:,.{places}f}", na_action="ignore")
    elif pd.api.types.is_numeric_dtype(column.dtype):
        words = column.map(lambda number: f"{number:,}", na_action="ignore")
    elif name == "kind":
        words = column.astype("object").map(lambda kind: KINDS.get(kind, _shorten(kind)), na_action="ignore")
    else:
        words = column.map(_shorten, na_action="ignore")
    return words.astype("object").where(column.notna(), "–")


def clean_label(value: object) -> str:
    """A text for a chart: readable, short, and without anything that a chart would take for mark-up.

    >>> clean_label("Ann <b>Lee</b>"), clean_label(None)
    ('Ann ‹b›Lee‹/b›', '–')
    """
    text = "–" if value is None or value != value else _shorten(value)
    return text.replace("<", "‹").replace(">", "›").replace("%{", "% {")


def _shorten(value: object) -> str:
    text = keys.clean(str(value)).replace("_", " ") if str(value).isidentifier() else keys.clean(str(value))
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


@dataclass(frozen=True)
class Page:
    """A finished piece of HTML in which every text is already escaped."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def show_moves(moves: pd.DataFrame, contacts: pd.DataFrame) -> Page:
    """What should the reader do next? A card per move: who, what, why, and the words to send.

    Takes the frame of `next_moves`.
    """
    if moves.empty:
        return Page('<p class="nothing">Nothing to do: no follow-up is overdue and no tie is fading.</p>')
    cards = []
    for row in with_names(moves, contacts).itertuples():
        who, move, why, draft = (
            html.escape(_shorten(text)) for text in (row.contact_id, row.move, row.why, row.draft)
        )
        parts = f"{row.score:.2f} = debt {row.debt:.2f} + value {row.value:.2f} × urgency {row.urgency:.2f}"
        cards.append(
            f'<li><p class="move"><strong>{move}</strong>: {who}</p><p class="why">{why}</p>'
            f'<blockquote>{draft}</blockquote><p class="score">Score {parts}</p></li>'
        )
    return Page(f'<ol class="moves">{"".join(cards)}</ol>')


def show_sources(summary: pd.DataFrame, cannot_know: tuple[str, ...]) -> Page:
    """What did this report read, what not, and what can it not know?

    Takes `Book.summary` and `Book.cannot_know`.
    """
    columns = {
        "file": "File", "source": "Read as", "rows_read": "Rows", "kept": "Kept", "merged": "Merged",
        "rejected": "Rejected", "reasons": "Why rejected", "first_on": "From", "last_on": "Until", "note": "Note",
    }  # fmt: skip
    table = show_table(summary, columns, caption="Files read", rows=len(summary))
    blind = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in cannot_know)
    rows, rejected = int(summary["rows_read"].sum()), int(summary["rejected"].sum())
    limits = " What these files cannot tell:" if blind else ""
    lead = f"<p>{len(summary)} files, {rows:,} rows, {rejected:,} rejected.{limits}</p>"
    details = (
        f"<details><summary>Every file and what became of its rows</summary>{table._repr_html_()}</details>"
    )
    return Page(f'{lead}<ul class="blind">{blind}</ul>{details}')
