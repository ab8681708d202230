"""The canonical tables, each declared once as data, and the one function that checks a frame against them.

A cell with several values (`emails`, `tags`, …) joins them with ``"; "``. Instants are UTC; dates are
naive midnights in the owner's calendar. Text is pandas' ``str`` type; a missing value is NA in every type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from networkscope.errors import SchemaError

SEPARATOR = "; "

CHANNELS = ("email", "call", "meeting", "video", "linkedin", "chat", "letter", "event")
DIRECTIONS = ("outbound", "inbound", "mutual")
ASKS = ("advice_ask", "referral_ask", "job_ask", "recommendation_ask")
PURPOSES = (
    "social", "catch_up", *ASKS, "referral_given", "introduction", "thank_you", "update", "reply",
    "promise", "favour_done", "favour_received", "outcome", "unknown",
)  # fmt: skip
CONVERSATIONS = ("call", "meeting", "video")
TOGETHER = (*CONVERSATIONS, "event")  # ways to meet, be it on the phone
MESSAGES = ("email", "linkedin", "chat", "letter")
REFERRAL_KINDS = ("person", "company", "opening")
EVENT_OUTCOMES = ("offer", "accepted", "declined", "later", "no")
ROLES = (  # what somebody is to the owner, the strictest rule of conduct first
    *("self", "robot", "boss", "report", "colleague", "family", "recruiter", "client", "vendor", "friend"),
    *("search_contact", "former_colleague", "contact", "acquaintance"),
)
MOVE_KINDS = (
    *("promise", "thank_you", "owed_reply", "uncontacted_referral", "close_the_loop", "report_back", "nudge"),
    *("recontact", "congratulate", "monthly_update", "ask_advice", "ask_introduction", "ask_job"),
    "reconnect",
)
CHANGES = ("new_job", "new_title", "new_connection", "lost_connection")
OUTCOMES = ("open", "conversation", "interview", "offer", "declined", "dead_end")

TEXT = pd.StringDtype(na_value=float("nan"))
INSTANT = pd.DatetimeTZDtype("us", "UTC")
DATE = pd.Series([], dtype="datetime64[us]").dtype
COUNT = pd.Int64Dtype()
FLAG = pd.BooleanDtype()


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, and whether a table makes sense without it."""

    name: str
    dtype: object
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in order and the column, if any, that names a row."""

    name: str
    columns: tuple[Column, ...]
    key: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def choice(values: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(values))


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, TEXT) for name in names)


def _required(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, TEXT, required=True) for name in names)


def _dates(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, DATE, required) for name in names)


_EVENT_ID, _WHO = Column("event_id", TEXT), Column("contact_id", TEXT, required=True)
_WHEN, _HOW = Column("occurred_at", INSTANT, required=True), Column("channel", choice(CHANNELS))
_SIZE, _WAY = Column("group_size", COUNT), Column("direction", choice(("given", "received")))
_PLACE = _texts("source", "source_ref")
_TABLES = (
    Table("contacts", (
        _WHO, *_texts("name", "organization", "title", "circle", "seniority", "emails", "phones", "profiles"),
        *_texts("past_organizations", "location"), *_dates("connected_on"),
        *_texts("introduced_by", "tags", "sources", "notes", "role"), Column("listed", FLAG),
    ), key="contact_id"),
    Table("interactions", (
        _EVENT_ID, _WHO, _WHEN, _HOW, Column("direction", choice(DIRECTIONS), required=True),
        Column("purpose", choice(PURPOSES)), *_dates("due_on"), _SIZE, Column("outcome", choice(EVENT_OUTCOMES)),
        Column("needs_answer", FLAG), *_texts("thread_id", "subject"), *_PLACE,
    )),
    Table("referrals", (
        *_required("referral_id", "referrer_id"), *_texts("referred_id", "organization", "opening"),
        Column("kind", choice(REFERRAL_KINDS)), *_dates("given_on", required=True),
        *_dates("contacted_on", "met_on", "reported_back_on", "closed_on"), Column("outcome", choice(OUTCOMES)),
        Column("inferred", FLAG), *_PLACE,
    ), key="referral_id"),
    Table("co_mentions", (*_required("event_id", "contact_id"), *_texts("source"))),
    Table("acts", (  # what was read in the words of a message: `networkscope.words`
        *_required("event_id", "act"), *_texts("about"), *_dates("due_on"),
        *_texts("phrase", "rule", "certainty", "language"), *_PLACE,
    )),
    Table("appointments", (  # what the calendar says of the time ahead; no measure looks at it
        _EVENT_ID, _WHO, _WHEN, _HOW, _SIZE, Column("known_at", INSTANT), *_texts("subject"), *_PLACE,
    )),
    Table("recommendations", (
        *_texts("contact_id", "name", "organization", "title"), _WAY, *_dates("written_on"), *_texts("status"), *_PLACE,
    )),
    Table("endorsements", (*_texts("contact_id", "name", "skill"), _WAY, *_dates("endorsed_on"), *_PLACE)),
    Table("applications", (*_dates("applied_on"), *_texts("organization", "title", "contact_email", "url"), *_PLACE)),
    Table("export_changes", (  # between two exports of the owner's LinkedIn account
        _WHO, Column("change", choice(CHANGES), required=True),
        *_texts("organization_before", "title_before", "organization", "title"),
        *_dates("since", "noticed_on", required=True), *_PLACE,
    )),
    Table("positions", (*_texts("organization", "title", "location"), *_dates("started_on", "finished_on"), *_PLACE)),
)  # fmt: skip
TABLES = {table.name: table for table in _TABLES}


@cache
def _nothing(table: str) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series([], dtype=c.dtype) for c in TABLES[table].columns})


def empty(table: str) -> pd.DataFrame:
    """A canonical table without rows.

    >>> list(empty("positions").columns[:2])
    ['organization', 'title']
    """
    return _nothing(table).copy(deep=False)


def missing(dtype: Any, count: int) -> Any:
    """A column of this type in which nothing stands.

    >>> missing(DATE, 2).isna().tolist()
    [True, True]
    """
    if dtype == TEXT:
        return TEXT.__from_arrow__(pa.nulls(count, pa.large_string()))
    return pd.array([None], dtype=dtype).take(np.zeros(count, dtype=np.int64))


def filled(table: str, columns: Mapping[str, Any], count: int) -> pd.DataFrame:
    """The canonical table of these arrays: what they lack is missing, what else they hold follows.

    For arrays that have their types already; `conform` looks at every value.

    >>> filled("contacts", {"contact_id": pd.array(["a"], dtype=TEXT)}, 1).columns[:2].tolist()
    ['contact_id', 'name']
    """
    declared = {column.name: column for column in TABLES[table].columns}
    for name, column in declared.items():
        if column.required and (name not in columns or columns[name].isna().any()):
            raise SchemaError(f"{table}: column '{name}' is missing or has empty cells")
    lacking = {column.dtype for name, column in declared.items() if name not in columns}
    empty = {dtype: missing(dtype, count) for dtype in lacking}
    arrays = {
        name: columns[name] if name in columns else empty[declared[name].dtype].copy()
        for name in dict.fromkeys([*declared, *columns])
    }
    return pd.DataFrame(arrays, copy=False)


def conform(table: str, frame: pd.DataFrame, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """Does this frame fit the table? Return it with canonical columns and types, the index as given.

    Columns that the table declares and the frame lacks are added as missing values; with `columns`, only
    those are returned. Other columns of the frame follow the canonical ones (not when `columns` is given).

    Raises
    ------
    SchemaError
        One error that lists every problem: a required column that is missing or has empty cells, a value that
        is not allowed, a type that does not fit, a key that is not unique.

    Examples
    --------
    >>> frame = pd.DataFrame({"contact_id": ["a"], "nickname": ["Al"]})
    >>> conform("contacts", frame).columns[[0, 1, -1]].tolist()
    ['contact_id', 'name', 'nickname']
    >>> conform("contacts", frame.drop(columns="contact_id"))
    Traceback (most recent call last):
    networkscope.errors.SchemaError: contacts: column 'contact_id' is missing
    """
    declared = TABLES[table]
    wanted = declared.names if columns is None else tuple(columns)
    problems: list[str] = []
    out: dict[str, Any] = {}  # arrays: pandas would align series one by one
    changed = False
    for column in declared.columns:
        name, dtype = column.name, column.dtype
        if name not in wanted:
            continue
        if name not in frame:
            if column.required:
                problems.append(f"column '{name}' is missing")
            out[name] = missing(dtype, len(frame))
            continue
        given = frame[name]
        series, problem = _typed(given, column)
        if problem is None and column.required and (empty_count := int(series.isna().sum())):
            problem = f"column '{name}' is empty in {empty_count} of {len(series)} rows"
        if problem is None and name == declared.key and not series.is_unique:
            problem = f"column '{name}' repeats {int(series.duplicated().sum())} values; each must be unique"
        if problem:
            problems.append(problem)
        out[name] = series.array
        changed |= series is not given
    if problems:
        raise SchemaError(f"{table}: " + "; ".join(problems))
    if columns is None:
        out.update({str(name): frame[name].array for name in frame.columns if name not in out})
    if not changed and list(out) == list(frame.columns):
        return frame.copy(deep=False)
    return pd.DataFrame(out, index=frame.index)


def _typed(series: pd.Series, column: Column) -> tuple[pd.Series, str | None]:
    """The series in the declared type, or the reason why it cannot be."""
    where = f"column '{column.name}'"
    dtype = column.dtype
    if series.dtype == dtype:
        return series, None
    if isinstance(dtype, pd.CategoricalDtype):
        text = series.astype(TEXT)
        unknown = sorted(set(text.dropna().unique()) - set(dtype.categories))
        if unknown:
            count = int(text.isin(unknown).sum())
            allowed = ", ".join(dtype.categories)
            return series, f"{where} holds {count} values that are not allowed (allowed: {allowed})"
        return text.astype(dtype), None
    if dtype in (INSTANT, DATE):
        if series.isna().all():
            return pd.Series(pd.NaT, index=series.index, dtype=dtype), None
        zoned = isinstance(series.dtype, pd.DatetimeTZDtype)
        if dtype == INSTANT and not zoned:
            return series, f"{where} must hold instants with a time zone; use Series.dt.tz_localize"
        if dtype == DATE and (zoned or series.dtype.kind != "M"):
            return series, f"{where} must hold dates without a time zone; use pandas.to_datetime"
    try:
        return series.astype(dtype), None
    except (TypeError, ValueError):
        return series, f"{where} cannot be read as {dtype}"
