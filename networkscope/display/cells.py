"""What a cell of a table says: a number, a share, a day or a word as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.sharing.levels import is_duration
from networkscope.wording import plain_dates, plain_day, plain_month, plain_weeks, tells_weeks

TEXT_LIMIT = 240

TITLES = {
    "contact_id": "Who", "about_id": "About", "referrer_id": "Named by", "referred_id": "Name given",
    "core_id": "Best connected", "to_see_this": "To see this, add", "source_ref": "Source",
    "people_count": "People", "fading": "Faded", "last_touch_on": "Last contact", "kind": "What", "flag": "What",
    "opened_on": "Since", "due_on": "Due", "name_count": "Names", "ask_count": "Asks",
    "conversation_count": "Conversations", "interview_count": "Interviews", "offer_count": "Offers",
    "known_count": "Out of", "within_48h_known_count": "Out of", "within_48h_share": "Within 48 hours",
    "median_latency_days": "Median days to the answer", "reply_share": "Answered", "positive_share": "Something came",
    "referral_share": "Gave a name", "gave_name_share": "Gave a name", "without_ask_share": "Asked for nothing",
    "flag_count": "Times", "touch_count": "Messages and talks", "rapport_on": "Last exchange", "note": "Remember",
    "missing": "What is missing", "band": "How close", "hold_off_until": "Wait until", "not_now_on": "“Not now” on",
    "recontact": "Asked again", "recontact_from": "Ask again from", "given_count": "You gave",
    "received_count": "You received", "last_favour_on": "On", "yield_count": "Names and leads",
    "became_conversation_count": "Became talks", "became_conversation_share": "Became talks",
    "leads_due_count": "Names due", "oldest_open_lead_days": "Oldest still open (days)",
    "names_given_count": "Names given", "descendants_count": "People on the trail", "depth": "Steps",
    "due_count": "To do", "pace_per_week": "Your pace per week", "suffices": "Enough?",
    "met_count": "Your contacts who meet them", "shared_count": "Events and threads", "last_shared_on": "The last on",
    "tier": "They are your", "refresh_due_on": "Look again by", "organization_count": "Companies",
    "circle_count": "Circles", "first_touch_count": "New people", "inbound_count": "Came to you",
    "warm_share": "Known before", "referred_share": "Named by somebody", "cold_share": "Out of the blue",
    "insider_now_count": "Inside now", "insider_past_count": "Formerly inside", "contact_days": "Days in touch",
}  # fmt: skip
KINDS = {
    "thank_you": ("thank-you", "thank-yous"), "owed_reply": ("answer", "answers"), "nudge": ("reminder", "reminders"),
    "uncontacted_referral": ("name to call", "names to call"), "report_back": ("report back", "reports back"),
    "close_the_loop": ("word on how it ended", "words on how it ended"), "monthly_update": ("update", "updates"),
    "promise": ("promise", "promises"),
}  # fmt: skip
STATES = {
    "active": "in touch", "late": "a little late", "drifting": "fading", "dormant": "quiet for long",
    "one_way": "one-way", "never_touched": "never in touch",
}  # fmt: skip
SHARES = ("contact_chance", "fading", "share")
RATES = {"names_per_conversation": "names"}  # where the interval is not named like its rate
PLACES = {"names_per_conversation": 2, "needed_per_week": 1, "pace_per_week": 1, "weeks_left": 0}
VAGUE, FEW = 0.5, 5  # a share that may be half as large or half as small again; of fewer than five cases
SENTENCES = ("why", "missing", "to_see_this", "rests_on")


def title_of(name: str) -> str:
    """What a column is called on a page."""
    plain = name.removesuffix("_count").removesuffix("_share").replace("_", " ").capitalize()
    return TITLES.get(name, plain)


def in_words(name: str, frame: pd.DataFrame) -> pd.Series:
    """A column in words; a rate with its interval, as in "25% (18 to 33)", unless it is exact."""
    stems = (RATES.get(name, name), name.removesuffix("_share"))
    stem = next((stem for stem in stems if f"{stem}_low" in frame), None)
    if stem is None:
        return _words(name, frame[name], frame[[name]])
    ends = [f"{stem}_low", f"{stem}_high"]
    numbers = frame[[name, *ends]]
    words = _words(name, frame[name], numbers)
    low, high = (_words(name, frame[end], numbers).str.removesuffix("%") for end in ends)
    exact = frame[name].isna() | (frame[ends[0]] == frame[ends[1]])
    width = (frame[ends[1]] - frame[ends[0]]).astype("float64")
    is_vague = (
        width > VAGUE if name.endswith("_share") else frame.get("conversation_count", width * 0 + FEW) < FEW
    )
    words = words.mask(is_vague.fillna(False).astype(bool) & ~exact, words + "\u00a0(few)")
    exact |= is_vague.fillna(False).astype(bool)
    return words.where(exact, words + "\u00a0(" + low + "\u00a0to\u00a0" + high + ")")


def _places(name: str, numbers: pd.DataFrame) -> int:
    """How many decimal places these numbers are written with: more where all of them are small."""
    if name.endswith(("_days", "_count")):
        return 0
    return PLACES.get(name, 2 if numbers.abs().max().max() <= 1 else 1)


def _words(name: str, column: pd.Series, numbers: pd.DataFrame) -> pd.Series:
    """Each value as a person would write it, as precise as these numbers; missing ones as a dash."""
    write: Callable[[Any], str] = shorten
    if name in SHARES or name.endswith("_share"):
        write = "{:.0%}".format
    elif column.dtype.kind == "M":
        write = _day
    elif tells_weeks() and is_duration(name):
        write = plain_weeks
    elif pd.api.types.is_bool_dtype(column.dtype):
        write = {True: "yes", False: "no"}.__getitem__
    elif pd.api.types.is_float_dtype(column.dtype):
        write = f"{{:,.{_places(name, numbers)}f}}".format
    elif pd.api.types.is_numeric_dtype(column.dtype):
        write = "{:,}".format
    elif name == "state":
        write = _state
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
    return KINDS[kind][0] if kind in KINDS else shorten(kind)


def _state(state: str) -> str:
    return STATES.get(state) or shorten(state)


def _sentence(text: str) -> str:
    return plain_dates(shorten(text))


def clean_label(value: object, limit: int = TEXT_LIMIT) -> str:
    """A text for a chart: readable, short, and without anything that a chart would take for mark-up.

    >>> clean_label("Ann <b>Lee</b>"), clean_label(None)
    ('Ann ‹b›Lee‹/b›', '–')
    """
    text = "–" if value is None or value != value else shorten(value, limit)
    return text.replace("<", "‹").replace(">", "›").replace("%{", "% {")


def shorten(value: object, limit: int = TEXT_LIMIT) -> str:
    """A value as one line of text that is not endless."""
    text = keys.clean(str(value))
    text = text.replace("_", " ") if re.fullmatch(r"\w+", text) else text
    return text if len(text) <= limit else text[: limit - 1] + "…"
