"""Tables for people to read: names instead of ids, plain words instead of column names, nothing that runs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.errors import ParameterError
from networkscope.keys import short_key
from networkscope.sharing.levels import GROUPS, PEOPLE, is_duration
from networkscope.wording import (
    many,
    plain_dates,
    plain_day,
    plain_month,
    plain_weeks,
    share_level,
    tells_weeks,
)

TEXT_LIMIT = 240
DRAFT_LIMIT = 2000  # what is to be sent is whole on the page
NO_CONTACTS = "This book has no contacts yet. Put an export into exports/ and open it again."
TITLES = {
    "contact_id": "Who", "about_id": "About", "referrer_id": "Named by", "referred_id": "Name given",
    "core_id": "Best connected", "to_see_this": "To see this, add", "source_ref": "Source",
    "people_count": "People", "fading": "Faded", "last_touch_on": "Last touch", "kind": "What", "flag": "What",
    "opened_on": "Since", "due_on": "Due", "name_count": "Names", "ask_count": "Asks",
    "conversation_count": "Conversations", "interview_count": "Interviews", "offer_count": "Offers",
    "known_count": "Out of", "within_48h_known_count": "Out of", "within_48h_share": "Within 48 hours",
    "median_latency_days": "Median days to the answer", "reply_share": "Answered", "positive_share": "Something came",
    "referral_share": "Gave a name", "gave_name_share": "Gave a name", "without_ask_share": "Asked for nothing",
    "flag_count": "Times", "touch_count": "Touches", "rapport_on": "Last exchange", "note": "Remember",
    "missing": "What is missing", "band": "Tie", "hold_off_until": "Wait until", "not_now_on": "“Not now” on",
    "recontact": "Asked again", "recontact_from": "Ask again from", "given_count": "You gave",
    "received_count": "You received", "last_favour_on": "On", "yield_count": "Names and leads",
    "became_conversation_count": "Became talks", "became_conversation_share": "Became talks",
    "leads_due_count": "Names due", "oldest_open_lead_days": "Oldest still open (days)",
    "names_given_count": "Names given", "descendants_count": "People on the trail", "depth": "Steps",
    "due_count": "To do", "pace_per_week": "Your pace per week", "suffices": "Enough?",
    "met_count": "Your contacts who meet them", "shared_count": "Events and threads", "last_shared_on": "The last on",
    "tier": "They are your", "refresh_due_on": "Look again by", "organization_count": "Companies",
    "circle_count": "Circles", "first_touch_count": "First touches", "inbound_count": "Came to you",
    "insider_now_count": "Inside now", "insider_past_count": "Formerly inside",
}  # fmt: skip
KINDS = {
    "thank_you": ("thank-you", "thank-yous"), "owed_reply": ("answer", "answers"), "nudge": ("reminder", "reminders"),
    "uncontacted_referral": ("name to call", "names to call"), "report_back": ("report back", "reports back"),
    "close_the_loop": ("word on how it ended", "words on how it ended"), "monthly_update": ("update", "updates"),
    "promise": ("promise", "promises"),
}  # fmt: skip
SHARES = ("contact_chance", "fading", "share")
RATES = {"names_per_conversation": "names"}  # where the interval is not named like its rate
PLACES = {"names_per_conversation": 2, "needed_per_week": 1, "pace_per_week": 1, "weeks_left": 0}
SENTENCES = ("why", "missing", "to_see_this", "rests_on")


@dataclass(frozen=True)
class ReaderTable:
    """A table as the reader sees it; Jupyter and the HTML export show it by itself."""

    frame: pd.DataFrame
    caption: str
    left_out: int
    marks: tuple[tuple[str, str], ...] = ()
    """Per row whom it is about (a short key), and what it says of them: for programs that read the page."""

    def _repr_html_(self) -> str:
        if self.frame.empty:
            what = self.caption.partition(": ")[0]  # what comes after it is advice on the rows
            if self.left_out:
                return f'<p class="nothing">{html.escape(what)}: {self.left_out:,}, not shown on a page of counts.</p>'
            nothing = " Nothing to show." if what.endswith("?") else ": nothing to show."
            return f'<p class="nothing">{html.escape(what)}{nothing}</p>'
        with pd.option_context("display.max_colwidth", None):
            body = self.frame.to_html(index=False, border=0, classes="table", justify="left", na_rep="–")
        for person, state in self.marks:
            body = body.replace(
                "<tr>\n      <td>", f'<tr data-person="{person}" data-state="{state}">\n      <td>', 1
            )
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        more = f'<p class="more">… and {self.left_out:,} more.</p>' if self.left_out else ""
        return body.replace("<thead>", caption + "\n  <thead>", 1).replace("<th>", '<th scope="col">') + more

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
) -> ReaderTable:
    """What should the reader see of this frame? The first `rows`, the given columns, in words.

    Parameters
    ----------
    frame : a finished frame, in the order in which it is to be read
    columns : columns to show; a mapping gives each its title; a rate is followed by its interval where the
        frame has the columns `…_low` and `…_high`
    caption : the answer that the table gives
    contacts : where ids are to be replaced by names; without it ids stay
    says : what it says of each person (`contact_id`) in it, where that is more than the row's `kind` and `state`
    rows : how many rows to show; the rest is counted below the table. A ParameterError where it is less than
        one: an empty table would say that there is nothing.

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
    titles = columns if isinstance(columns, Mapping) else {name: _title(name) for name in columns}
    if share_level() == "counts" and not set(frame.columns).isdisjoint((*PEOPLE, *GROUPS)):
        return ReaderTable(pd.DataFrame(), keys.clean(caption), len(frame))
    shown = frame.head(rows)
    marks = _marks(shown, says)
    if contacts is not None:
        shown = with_names(shown, contacts)
    if share_level() != "private":  # a column that the level took away is not worth its room
        titles = {
            name: title for name, title in titles.items() if shown[name].replace("", None).notna().any()
        }
    words = pd.DataFrame({name: _with_interval(name, shown) for name in titles})
    return ReaderTable(words.rename(columns=titles), keys.clean(caption), len(frame) - len(shown), marks)


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


def _title(name: str) -> str:
    plain = name.removesuffix("_count").removesuffix("_share").replace("_", " ").capitalize()
    return TITLES.get(name, plain)


def _with_interval(name: str, frame: pd.DataFrame) -> pd.Series:
    """A column in words; a rate with its interval, as in "25% (18 to 33)", unless it is exact."""
    stems = (RATES.get(name, name), name.removesuffix("_share"))
    stem = next((stem for stem in stems if f"{stem}_low" in frame), None)
    if stem is None:
        return _words(name, frame[name], _places(name, frame[[name]]))
    ends = [f"{stem}_low", f"{stem}_high"]
    places = _places(name, frame[[name, *ends]])
    words = _words(name, frame[name], places)
    low, high = (_words(name, frame[end], places).str.removesuffix("%") for end in ends)
    exact = frame[name].isna() | (frame[ends[0]] == frame[ends[1]])
    return words.where(exact, words + "\u00a0(" + low + "\u00a0to\u00a0" + high + ")")


def _places(name: str, numbers: pd.DataFrame) -> int:
    """How many decimal places a column is written with: more where all its numbers are small."""
    if name.endswith(("_days", "_count")):
        return 0
    return PLACES.get(name, 2 if numbers.select_dtypes("float").abs().max().max() <= 1 else 1)


def _words(name: str, column: pd.Series, places: int) -> pd.Series:
    """Each value as a person would write it; missing ones as a dash."""
    write: Callable[[Any], str] = _shorten
    if name in SHARES or name.endswith("_share"):
        write = "{:.0%}".format
    elif column.dtype.kind == "M":
        write = _day
    elif tells_weeks() and is_duration(name):
        write = plain_weeks
    elif pd.api.types.is_bool_dtype(column.dtype):
        write = {True: "yes", False: "no"}.__getitem__
    elif pd.api.types.is_float_dtype(column.dtype):
        write = f"{{:,.{places}f}}".format
    elif pd.api.types.is_numeric_dtype(column.dtype):
        write = "{:,}".format
    elif name == "kind":
        write = _kind
    elif name in ("month", "cohort"):
        write = plain_month
    elif name in SENTENCES:
        write = _sentence
    words = column.astype("object").map(write, na_action="ignore")
    return words.where(column.notna() & (words != ""), "–")


def _day(day: pd.Timestamp) -> str:
    return plain_day(day).replace("\u00a0", " ")


def _kind(kind: str) -> str:
    return KINDS[kind][0] if kind in KINDS else _shorten(kind)


def _sentence(text: str) -> str:
    return plain_dates(_shorten(text))


def clean_label(value: object, limit: int = TEXT_LIMIT) -> str:
    """A text for a chart: readable, short, and without anything that a chart would take for mark-up.

    >>> clean_label("Ann <b>Lee</b>"), clean_label(None)
    ('Ann ‹b›Lee‹/b›', '–')
    """
    text = "–" if value is None or value != value else _shorten(value, limit)
    return text.replace("<", "‹").replace(">", "›").replace("%{", "% {")


def _shorten(value: object, limit: int = TEXT_LIMIT) -> str:
    text = keys.clean(str(value))
    text = text.replace("_", " ") if re.fullmatch(r"\w+", text) else text
    return text if len(text) <= limit else text[: limit - 1] + "…"


def show_moves(moves: pd.DataFrame, contacts: pd.DataFrame) -> Page:
    """What should the reader do next? A card per move: who, what, why, and the words to send.

    Takes the frame of `next_moves`.
    """
    if share_level() == "counts" and len(moves):
        return Page(
            f'<p class="nothing">{many(len(moves), "next move")}, which a page of counts does not show.</p>'
        )
    if moves.empty:
        nothing = "Nothing to do: nothing is owed and no tie is fading."
        return Page(f'<p class="nothing">{NO_CONTACTS if contacts.empty else nothing}</p>')
    cards = []
    people = (short_key("p", who) for who in moves["contact_id"])
    for person, row in zip(people, with_names(moves, contacts).itertuples(), strict=True):
        who, move = (html.escape(_shorten(text)) for text in (row.contact_id, row.move))
        why, draft = (html.escape(_shorten(text, DRAFT_LIMIT)) for text in (plain_dates(row.why), row.draft))
        more = html.escape(_shorten(plain_dates(row.more))) if isinstance(row.more, str) else ""
        more = f'<p class="more">{more}</p>' if more else ""
        key = (
            "" if share_level() != "private" else f" <code>{row.move_key}</code>"
        )  # a command needs the book
        state = ":".join(filter(None, (row.kind, row.due_state if isinstance(row.due_state, str) else "")))
        cards.append(
            f'<li data-person="{person}" data-state="move:{state}"><p class="move"><strong>{move}</strong>: {who}'
            f'{key}</p><p class="why">{why}</p>{more}<blockquote>{draft}</blockquote></li>'
        )
    return Page(f'<ol class="moves">{"".join(cards)}</ol>')


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
