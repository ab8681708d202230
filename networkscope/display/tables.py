"""Tables for people to read: names instead of ids, plain words instead of column names, nothing that runs."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from networkscope import keys
from networkscope.errors import ParameterError
from networkscope.wording import many, plain_dates, plain_month

TEXT_LIMIT = 240
DRAFT_LIMIT = 2000  # what is to be sent stands whole on the page
NO_CONTACTS = "This book has no contacts yet. Put an export into exports/ and open it again."
TITLES = {
    "contact_id": "Who", "about_id": "About", "referrer_id": "Named by", "referred_id": "Name given",
    "core_id": "Best connected", "lit_by": "What would show it", "source_ref": "Where it is written",
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
    "close_the_loop": ("loop to close", "loops to close"), "monthly_update": ("update", "updates"),
    "promise": ("promise", "promises"),
}  # fmt: skip
SHARES = ("contact_chance", "fading", "share")
RATES = {"names_per_conversation": "names"}  # where the interval is not named like its rate
PLACES = {"names_per_conversation": 2, "needed_per_week": 1, "pace_per_week": 1, "weeks_left": 0}
SAID = ("why", "missing", "lit_by", "rests_on")  # columns of our own sentences


@dataclass(frozen=True)
class ReaderTable:
    """A table as the reader sees it; Jupyter and the HTML export show it by itself."""

    frame: pd.DataFrame
    caption: str
    left_out: int

    def _repr_html_(self) -> str:
        if self.frame.empty:
            what = self.caption.partition(": ")[0]  # what comes after it tells what to do with the rows
            nothing = " Nothing to show." if what.endswith("?") else ": nothing to show."
            return f'<p class="nothing">{html.escape(what)}{nothing}</p>'
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
    rows : how many rows to show, at least one; the rest is counted below the table

    Raises
    ------
    ParameterError
        `rows` is less than one: an empty table would say that there is nothing.

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
    titles = dict(columns) if isinstance(columns, Mapping) else {name: _title(name) for name in columns}
    shown = frame.head(rows)
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
    """A column in words; a rate with its interval, as in "25% (18 to 33)", unless it is exact."""
    stems = (RATES.get(name, name), name.removesuffix("_share"))
    stem = next((stem for stem in stems if f"{stem}_low" in frame), None)
    ends = [frame[f"{stem}_{end}"] for end in ("low", "high")] if stem else []
    places = PLACES.get(name, 2 if _largest([frame[name], *ends]) <= 1 else 1)
    words = _words(name, frame[name], places)
    if not ends:
        return words
    low, high = (_words(name, end, places).str.removesuffix("%") for end in ends)
    exact = frame[name].isna() | (ends[0] == ends[1])
    return words.where(exact, words + "\u00a0(" + low + "\u00a0to\u00a0" + high + ")")


def _largest(columns: list[pd.Series]) -> float:
    return max(
        (float(c.abs().max()) for c in columns if pd.api.types.is_float_dtype(c.dtype) and c.notna().any()),
        default=0,
    )


def _words(name: str, column: pd.Series, places: int) -> pd.Series:
    """Each value as a person would write it; missing ones as a dash."""
    if name in SHARES or name.endswith("_share"):
        words = column.map(lambda share: f"{share:.0%}", na_action="ignore")
    elif column.dtype.kind == "M":
        words = column.map(lambda date: f"{date.day} {date:%b %Y}", na_action="ignore")
    elif pd.api.types.is_bool_dtype(column.dtype):
        words = column.map({True: "yes", False: "no"})
    elif pd.api.types.is_float_dtype(column.dtype):
        places = 0 if name.endswith(("_days", "_count")) else places
        words = column.map(lambda number: f"{number:,.{places}f}", na_action="ignore")
    elif pd.api.types.is_numeric_dtype(column.dtype):
        words = column.map(lambda number: f"{number:,}", na_action="ignore")
    elif name == "kind":
        words = column.astype("object").map(
            lambda kind: KINDS.get(kind, (_shorten(kind),))[0], na_action="ignore"
        )
    elif name in ("month", "cohort"):
        words = column.map(plain_month, na_action="ignore")
    elif name in SAID:
        words = column.map(lambda text: plain_dates(_shorten(text)), na_action="ignore")
    else:
        words = column.map(_shorten, na_action="ignore")
    return words.astype("object").where(column.notna() & (words != ""), "–")


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
        nothing = "Nothing to do: no follow-up is overdue and no tie is fading."
        return Page(f'<p class="nothing">{NO_CONTACTS if contacts.empty else nothing}</p>')
    cards = []
    for row in with_names(moves, contacts).itertuples():
        who, move = (html.escape(_shorten(text)) for text in (row.contact_id, row.move))
        why, draft = (html.escape(_shorten(text, DRAFT_LIMIT)) for text in (plain_dates(row.why), row.draft))
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
        "rejected": "Rejected", "first_on": "From", "last_on": "Until", "remark": "Why rejected, and what else to know",
    }  # fmt: skip
    said = [summary[name].fillna("").astype("object") for name in ("reasons", "note")]
    remark = (said[0] + "; " + said[1]).str.strip("; ")
    table = show_table(
        summary.assign(remark=remark), columns, caption="Files read", rows=max(len(summary), 1)
    )
    blind = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in cannot_know)
    rows, rejected = int(summary["rows_read"].sum()), int(summary["rejected"].sum())
    limits = f'<p>What these files cannot tell:</p><ul class="blind">{blind}</ul>' if blind else ""
    lead = f"<p>{many(len(summary), 'file')}, {many(rows, 'row')}, {rejected:,} rejected.</p>"
    details = (
        f"<details><summary>Every file and what became of its rows</summary>{table._repr_html_()}</details>"
    )
    return Page(lead + limits + details)
