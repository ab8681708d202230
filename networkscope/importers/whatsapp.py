"""Who wrote in this WhatsApp chat, and when? Never what: no word of a message is kept.

The export says neither which sender is the owner nor whether the day or the month comes first. Both are concluded
from the whole file, and where they cannot be, the file is left out and the summary names the line of book.toml
that decides.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates as periods
from networkscope import keys, schema
from networkscope.importers import date_texts
from networkscope.importers.base import (
    CHAT_NAME,
    OwnerUnknown,
    Parsed,
    Reader,
    SourceFile,
    Unusable,
    digest,
    rows,
    source_refs,
)
from networkscope.importers.tables import as_utf8
from networkscope.settings import Settings

SYSTEM = "a line of the app, not of a person"
TO_NOBODY = "a message to nobody: in this chat only you wrote"
TO_MANY = "a message of yours to a large group: it is addressed to nobody in particular"
UNREADABLE = "a date or a time that does not exist"
UNCLEAR_ORDER = (
    "day and month cannot be told apart in this chat: write into book.toml under [chat] "
    'date_order = "day first" (or "month first")'
)
UNKNOWN_OWNER = (
    "the chat does not tell which sender is you: write your name as it stands in the chat into book.toml, "
    'under [chat] name = "..."'
)
OWNER_IN_MOST = (
    "you were taken for the one who is in nearly all chats; if that is wrong, write your name as it stands in them "
    'into book.toml, under [chat] name = "..."'
)
LARGE_GROUP = 20
LONGEST_NAME = 100
FIRST_YEAR = 2009  # nobody wrote there before

_MARKS = str.maketrans("", "", "\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\0")
_HALVES = {"a": "a am 오전 上午 午前 凌晨 早上", "p": "p pm 오후 下午 午後 中午 晚上"}
_HALF = {word: half for half, words in _HALVES.items() for word in words.split()}
_BEFORE = "|".join(word for word in _HALF if not word.isascii())
# With spaces only where the first line has some: a message may name such a day itself.
_DAYS = [
    rf"(?P<day>\d{{1,4}}[./-]{gap}\d{{1,2}}[./-]{gap}\d{{2,4}}{dot})"
    for gap, dot in (("", ""), (r"[^\S\n]?", r"\.?"))
]
_GAP = r",?\s(?:à\s|klo\s|um\s)?"
_CLOCK = rf"(?P<clock>(?:(?:{_BEFORE})\s?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?\s?m\.?)?)"
_STYLES = [
    re.compile(rf"^{style}[ ]?(?P<rest>.*)$", re.MULTILINE | re.IGNORECASE)
    for day in _DAYS
    for style in (rf"\[{day}{_GAP}{_CLOCK}\]", rf"{day}{_GAP}{_CLOCK}(?:\sUhr)?\s-(?=\s)")
]
_NUMBERS = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{2}|\d{4})")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,}")


def recognises(file: SourceFile) -> bool:
    """Is the first line one of a chat?"""
    return _style(_plain(file.head[:2000])) is not None


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every message as one interaction; in a group, one of the owner's with each of its members."""
    text = _plain(file.read())
    found = list((_style(text) or _STYLES[0]).finditer(text))
    breaks = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int64)
    lines = np.searchsorted(breaks, [match.start() for match in found]) + 1
    senders, title = _senders([match["rest"][: LONGEST_NAME + 3] for match in found])
    days = _days([re.sub(r"\s", "", match["day"]).rstrip(".") for match in found], settings)
    moments = days + _clocks([match["clock"] for match in found])
    sent = periods.midnight(pd.Series(moments, dtype=schema.DATE), settings.timezone)

    fault = np.where(senders == "", SYSTEM, np.where(np.isnat(moments), UNREADABLE, ""))
    names = sorted({*senders[fault == ""], title} - {""})
    name_of_file = re.sub(r"/_chat\.txt$|\.txt$", "", file.label).removesuffix(".zip").rsplit("/", 1)[-1]
    owner = _owner(names, keys.name_key(name_of_file), settings)
    others = [name for name in names if name != owner]
    alone = TO_NOBODY if not others else TO_MANY if len(others) >= LARGE_GROUP else ""
    fault = np.where((senders == owner) & (fault == ""), alone, fault)

    row, who = _exchanges(np.flatnonzero(fault == ""), senders, others)
    met, first, person = np.unique(who, return_index=True, return_inverse=True)
    refs = source_refs(file.label, lines[row])
    thread = digest("whatsapp", keys.name_key(others[0] if len(others) == 1 else title or name_of_file))
    events = {
        "event_id": _event_ids(thread, senders, sent, row),
        "person": person,
        "occurred_at": sent.iloc[row],
        "channel": "chat",
        "direction": np.where(senders[row] == owner, "outbound", "inbound"),
        "purpose": "unknown",
        "group_size": len(others) + 1,
        "thread_id": thread,
        "source_ref": refs,
    }
    called = [(others[at], _PHONE.fullmatch(others[at])) for at in met]
    people = {
        "name": ["" if phone else name for name, phone in called],
        "phones": [name if phone else "" for name, phone in called],
        "listed": False,
        "source_ref": refs.iloc[first],
    }
    return Parsed(
        people=rows("people", len(met), people),
        interactions=rows("interactions", len(row), events),
        rows_read=len(found),
        rejected=Counter(fault[fault != ""].tolist()),
        owner=(CHAT_NAME + keys.name_key(owner),) if owner else (),
    )


READERS = (Reader("WhatsApp chat", recognises, read),)


def _style(text: str) -> re.Pattern[str] | None:
    return next((style for style in _STYLES if style.match(text.lstrip())), None)


def _plain(data: bytes) -> str:
    """The text without marks of direction but the one that has a meaning, with ordinary spaces and line feeds."""
    text = as_utf8(data)[0].decode("utf-8", "replace").translate(_MARKS)
    return text.replace("\r\n", "\n").replace("\n\u200e", "\n").lstrip("\u200e")


def _senders(lines: list[str]) -> tuple[Any, str]:
    """Who wrote each line, empty where the app itself did; and whom an iPhone names the chat after.

    It signs its own lines with the name of the chat and marks them, and the first line of a chat is one of these.
    """
    names = np.array([_sender(line) for line in lines], dtype=object)
    marked = np.array([":\u200e" in line.replace(" ", "")[:LONGEST_NAME] for line in lines])
    if not marked[:1].any() or not names[0]:
        return names, ""
    title = names[0]
    if len({*names} - {""}) > 2 and marked[names == title].all():  # a group, where nobody bears its name
        names[names == title] = ""
        return names, ""
    names[0] = ""
    return names, title


def _sender(line: str) -> str:
    name, colon, _ = (line + " ").partition(": ")
    return keys.clean(name.lstrip("~")) if colon and not re.search('["“”„«»]', name) else ""


def _exchanges(usable: Any, senders: Any, others: list[str]) -> tuple[Any, Any]:
    """Row and person: of each message its sender, of the owner's own everybody else."""
    one = {name: [at] for at, name in enumerate(others)}
    everybody = range(len(others))
    pairs = [(row, at) for row in usable.tolist() for at in one.get(senders[row], everybody)]
    row, who = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return row, who


def _days(written: list[str], settings: Settings) -> Any:
    """The day of each message, NaT where there is none such."""
    different = list(dict.fromkeys(written))
    numeric = [day for day in different if _NUMBERS.fullmatch(day)]
    order = _order(numeric, settings.chat_date_order) if numeric else None
    found = dict(zip(different, _under(different, order), strict=True))
    return np.array([found[day] for day in written], dtype="datetime64[s]")


def _under(written: list[str], order: str | None) -> Any:
    """These days, if they were written in that order."""
    if order == "ymd":
        written = [f"20{day}" for day in written]
    days = date_texts.to_dates(written, timezone="UTC", order=order)
    return days.where(days.dt.year >= FIRST_YEAR).to_numpy(dtype="datetime64[s]")


def _order(written: list[str], wanted: str | None) -> str:
    """Which number is the day? Under the right order all days exist, and time never runs back."""
    readings = {order: _under(written, order) for order in ("dmy", "mdy")}
    if all(len(day) <= 8 for day in written):
        readings["ymd"] = _under(written, "ymd")
    missing = {order: int(np.isnat(days).sum()) for order, days in readings.items()}
    week = np.timedelta64(-7, "D")
    back = {order: int((np.diff(days[~np.isnat(days)]) < week).sum()) for order, days in readings.items()}
    fit = [order for order in readings if missing[order] == min(missing.values())]
    best = [order for order in fit if back[order] == min(back[other] for other in fit)]
    if "ymd" in best and len(best) > 1:  # rare: only where nothing else fits
        best.remove("ymd")
    if len(best) > 1 and not np.array_equal(readings["dmy"], readings["mdy"], equal_nan=True):
        best = [wanted] if wanted else []
    if not best:
        raise Unusable(UNCLEAR_ORDER)
    return best[0]


def _clocks(written: list[str]) -> Any:
    """The time of each message since midnight, NaT where there is none such."""
    found = {}
    for clock in set(written):
        hour, minute, *second = map(int, re.findall(r"\d+", clock))
        if half := _HALF.get(re.sub(r"[\d\s:.]", "", clock.lower())):
            hour = hour % 12 + 12 * (half == "p") if hour <= 12 else 99
        seconds = hour * 3600 + minute * 60 + sum(second)
        fine = hour < 24 and minute < 60 and sum(second) < 60
        found[clock] = np.timedelta64(seconds if fine else "NaT", "s")
    return np.array([found[clock] for clock in written], dtype="timedelta64[s]")


def _owner(names: list[str], name_of_file: str, settings: Settings) -> str:
    """Which of the senders is the owner? A chat of two is named after the other."""
    own = {keys.name_key(name) for name in (settings.chat_name, settings.owner_name)} - {""}
    if found := [name for name in names if keys.name_key(name) in own]:
        return found[0]
    other = [name for name in names if f" {name_of_file}".endswith(f" {keys.name_key(name)}")]
    if not other or len(names) > 2:
        raise OwnerUnknown(UNKNOWN_OWNER, (CHAT_NAME + keys.name_key(name) for name in names))
    rest = {*names} - {max(other, key=len)}
    return rest.pop() if rest else ""


def _event_ids(thread: str, senders: Any, sent: pd.Series, row: Any) -> list[str]:
    """Chat, sender and minute, counted: the same in every export that holds the message."""
    minutes = sent.dt.tz_localize(None).to_numpy().astype("datetime64[m]").astype(np.int64)
    count = pd.DataFrame({"sender": senders, "at": minutes}).groupby(["sender", "at"]).cumcount()
    signature = {sender: keys.name_key(sender) for sender in set(senders)}
    told = zip(senders[row].tolist(), minutes[row].tolist(), count.to_numpy()[row].tolist(), strict=True)
    return [digest(thread, signature[sender], str(minute), str(number)) for sender, minute, number in told]
