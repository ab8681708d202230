"""What do I owe, to whom, and since when? Follow-ups that were missed, kept, or are not yet due.

One engine for every kind of `owed.KINDS`: its openers, for each the first later event of the same person that
closes it (one search in sorted keys), and what that makes of it at the cut-off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates as periods
from networkscope import schema
from networkscope.measures.followup_kinds import KINDS, OPTIONAL, GapKind, Known
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.snapshot.marks import read_marks
from networkscope.snapshot.timeline import (
    NEVER,
    UNSET,
    Ints,
    Timeline,
    dates,
    first_after,
    from_micros,
    instant_of,
    micros,
    settled,
    timeline,
    words,
)

STATES = ("open", "closed_in_time", "closed_late", "censored")
GAP_COLUMNS = {
    "gap_id": schema.TEXT, "kind": schema.TEXT, "contact_id": schema.TEXT, "about_id": schema.TEXT,
    "referral_id": schema.TEXT, "opened_at": schema.INSTANT, "opened_on": schema.DATE, "due_on": schema.DATE,
    "closed_at": schema.INSTANT, "closed_on": schema.DATE, "state": schema.choice(STATES),
    "days_overdue": schema.COUNT, "likely": schema.FLAG, "topic": schema.TEXT, "rule": schema.TEXT,
    "why": schema.TEXT, "opened_by": schema.TEXT, "closed_by": schema.TEXT,
}  # fmt: skip


@on_snapshot()
def followup_gaps(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    include_inferred: bool = True,
    done: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What do I owe, to whom, since when, and what did I keep?

    A gap opens at an event, closes at the first later touch of the right sort with the same person, and is
    due some days after the opening (local days). Not closed it is `open` once the due date has passed, and
    `censored` until then; closed on or before the due date it was in time. The rules are the project's own
    (`owed.KINDS`), but for `group_max`: a larger event touches nobody (Kossinets and Watts 2006).

    Parameters
    ----------
    include_inferred : whether referrals read off introduction mails count
    done : `contact_id, kind, done_on, source_ref`, as in `Snapshot.decisions`: what was owed to somebody by that day
        (of that kind, or of all where it is NA) is closed by the owner's word

    Returns
    -------
    DataFrame
        A row per gap, by `kind, opened_at, contact_id, gap_id`: `gap_id` (the same in every run), `kind`, `contact_id`
        (whom to write to), `about_id` (the other person of a referral), `referral_id`, `opened_at`,
        `closed_at` (UTC), `opened_on`, `due_on`, `closed_on` (local dates), `state`, `days_overdue` (at `as_of`, or at
        a late closing; 0 in time, NA when censored), `likely` (a message of unknown purpose passes for
        thanks), `topic`, `rule`, `why`, `opened_by`, `closed_by` (source_refs). No events, no rows.

    Raises
    ------
    ParameterError
        Something is no date or time zone.
    SchemaError
        A column is missing or does not fit.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "contact_id": ["a", "b"], "direction": ["mutual", "mutual"], "channel": ["call", "call"],
    ...     "occurred_at": pd.to_datetime(["2026-11-02 10:00", "2026-11-15 10:00"], utc=True),
    ... })
    >>> gaps = followup_gaps(log[["contact_id"]], log, schema.empty("referrals"), as_of="2026-11-16")
    >>> gaps[["kind", "contact_id", "due_on", "state", "days_overdue"]]
            kind contact_id     due_on     state  days_overdue
    0  thank_you          a 2026-11-04      open            12
    1  thank_you          b 2026-11-17  censored          <NA>
    >>> gaps["why"][0]
    'call on 2026-11-02; due 2026-11-04; not closed, 12 days overdue'
    """
    instant = periods.as_instant(as_of, timezone)
    given = _referrals(referrals, instant, timezone, include_inferred)
    ids = [given["referrer_id"], given["referred_id"]]
    line = timeline(interactions, as_of=as_of, timezone=timezone, group_max=group_max, others=ids, notes=True)
    given = given.assign(referrer=line.people.get_indexer(ids[0]), referred=line.people.get_indexer(ids[1]))
    schema.conform("contacts", contacts)
    marks = read_marks(line, done, as_of=instant, timezone=timezone)
    known = Known(line, given, instant, _search_start(line, given), marks)
    kinds = sorted(KINDS, key=lambda kind: kind.kind)
    parts = [_closed(known, kind).assign(place=place) for place, kind in enumerate(kinds)]
    return _described(known, kinds, _in_order(known, kinds, pd.concat(parts, ignore_index=True)), timezone)


def _referrals(
    referrals: pd.DataFrame, as_of: pd.Timestamp, timezone: str, include_inferred: bool
) -> pd.DataFrame:
    """The referrals given before the cut-off, by id; each date as an instant too, NEVER where not known by then."""
    frame = schema.conform("referrals", referrals, schema.TABLES["referrals"].names)
    for name in ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on"):
        instants = periods.midnight(frame[name], timezone)
        frame[name.split("_")[0]] = micros(instants.where(instants < as_of))
    # A report has no hour: it came after whatever happened until its day was over.
    frame["reported_by"] = micros(
        periods.midnight(frame["reported_back_on"] + pd.Timedelta(days=1), timezone)
    )
    keep = frame["given"] != NEVER
    if not include_inferred:
        keep &= ~frame["inferred"].fillna(False).astype(bool)
    frame["topic"] = frame["opening"].fillna(frame["organization"])
    return frame[keep].sort_values("referral_id").reset_index(drop=True)


def _search_start(line: Timeline, given: pd.DataFrame) -> int:
    """The first ask of yours or referral; NEVER where there is neither."""
    events = line.events
    asks = events["at"][(events["direction"] == "outbound") & events["purpose"].isin(schema.ASKS)]
    return int(pd.concat([asks, given["given"]]).min()) if len(asks) + len(given) else int(NEVER)


def _closed(known: Known, kind: GapKind) -> pd.DataFrame:
    """The openers of a kind, each with its closing: by the first touch that counts, or in another way if sooner.

    `how` says which: 0 by a touch, 1 in the other way of the kind, 2 by the owner's word.
    """
    gaps = pd.DataFrame({**OPTIONAL, **kind.openers(known, kind.due_days)})
    somebody = (gaps["person"] >= 0) & (gaps["at"] != NEVER)
    gaps = gaps if somebody.all() else gaps[somebody]
    person, at, rows = (gaps[name].to_numpy() for name in ("person", "at", "row"))
    closes = kind.closes(known.line.events)
    row = first_after(known.line, closes, person, at, strict=kind.strict, rows=rows)
    touched, other = instant_of(known.line, row), np.maximum(gaps["other_at"].to_numpy(), at)
    otherwise = other < touched
    closed, closed_row = np.minimum(other, touched), np.where(otherwise, gaps["other_row"], row)
    how = otherwise.astype(np.int64)
    mark = known.marks.first_after(kind.kind, person, at)
    when = np.maximum(at, np.append(known.marks.table["since"], NEVER)[mark])
    by_word = when < closed
    closed, mark = np.minimum(closed, when), np.where(by_word, mark, -1)
    closed_row, how = np.where(by_word, -1, closed_row), np.where(by_word, 2, how)
    return gaps.assign(closed=closed, closed_row=closed_row, how=how, closed_mark=mark)


def _in_order(known: Known, kinds: list[GapKind], gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps by kind, opening and person, each with an `id`: a number made of its content, the same in every run."""
    place, person, ref = (gaps[name].to_numpy() for name in ("place", "person", "ref"))
    content = (
        _hashed(pd.Series([kind.kind for kind in kinds]), place),
        _hashed(pd.Series(known.line.people), person),
        _hashed(known.referrals["referral_id"], ref),
        gaps["at"].to_numpy().astype(np.uint64),
    )
    mixed = np.zeros(len(gaps), np.uint64)
    for part in content:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + part  # wraps, as a hash may
    at = gaps["at"].to_numpy()
    order = np.argsort(at)
    order = order[np.argsort(place[order].astype(np.uint8), kind="stable")]
    order = settled(order, (place, at), (mixed, person, at, place))
    mixed = mixed[order]
    # Openers arrive in an order made of their content, so counting on tells equal ones apart for good.
    first = np.append(True, mixed[1:] != mixed[:-1])[: len(mixed)]
    nth = np.arange(len(mixed)) - np.maximum.accumulate(np.where(first, np.arange(len(mixed)), 0))
    return gaps.iloc[order].reset_index(drop=True).assign(id=mixed + nth.astype(np.uint64))


def _hashed(texts: pd.Series, places: Ints) -> Any:
    return np.append(pd.util.hash_array(texts.to_numpy(object)), np.uint64(0))[places]


def _described(known: Known, kinds: list[GapKind], gaps: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """What the closings mean at the cut-off, in the columns that the user sees."""
    place, ref, row = (gaps[name].to_numpy() for name in ("place", "ref", "row"))
    how, closed = gaps["how"].to_numpy(), (gaps["closed"] != NEVER).to_numpy()
    opened_at, closed_at = (from_micros(gaps[name].to_numpy()) for name in ("at", "closed"))
    opened_on, closed_on = (periods.local_dates(instants, timezone) for instants in (opened_at, closed_at))
    opened_day = periods.day_numbers(opened_on)
    allowed = np.array([kind.due_days for kind in kinds])[place]
    due = np.where(gaps["due"] == UNSET, opened_day + allowed, gaps["due"])
    today = periods.local_date(known.as_of, timezone)
    seen_day = periods.day_numbers(closed_on.fillna(today))
    late_days = np.maximum(seen_day - due, 0)
    state = np.select([closed & (late_days > 0), closed, late_days > 0], [2, 1, 0], 3)
    mark, closed_row, closed_mark = (gaps[name].to_numpy() for name in ("mark", "closed_row", "closed_mark"))
    line, given, told = known.line, known.referrals, np.where(how == 1, ref, -1)
    name_ref, mark_ref = given["source_ref"], known.marks.table["source_ref"]
    named = _pick([kind.kind for kind in kinds], place)
    people = pd.Series(line.people).array
    ending = [words(state + 4 * late_days, _ending), dates(np.where(closed, seen_day, UNSET))]
    others = ["", *(kind.other for kind in kinds), " (marked as done)"]
    ending.append(_pick(others, np.choose(how, [0, place + 1, len(kinds) + 1])))
    columns = {
        "gap_id": _joined(named, "-", _hexadecimal(gaps["id"].to_numpy())),
        "kind": named,
        "contact_id": people.take(gaps["person"].to_numpy()),
        "about_id": people.take(gaps["about"].to_numpy(), allow_fill=True),
        "referral_id": given["referral_id"].array.take(ref, allow_fill=True),
        "opened_at": opened_at,
        "opened_on": opened_on,
        "due_on": pd.Series(due.astype("datetime64[D]").astype("datetime64[us]")),
        "closed_at": closed_at,
        "closed_on": closed_on,
        "state": pd.Categorical.from_codes(state, dtype=GAP_COLUMNS["state"]),
        "days_overdue": pd.Series(late_days).mask(state == 3),
        "likely": (how == 1) & np.array([kind.likely for kind in kinds])[place],
        "topic": _noted(line.text("subject", row), row, (given["topic"], ref)),
        "rule": _pick([kind.rule.format(days=kind.due_days) for kind in kinds], place),
        "why": _joined(gaps["what"], " on ", dates(opened_day), "; due ", dates(due), "; ", *ending),
        "opened_by": _noted(line.text("source_ref", row), row, (name_ref, ref), (mark_ref, mark)),
        "closed_by": _noted(
            line.text("source_ref", closed_row), closed_row, (name_ref, told), (mark_ref, closed_mark)
        ),
    }
    return pd.DataFrame(columns).astype(GAP_COLUMNS)


def _pick(texts: list[str], places: Ints) -> Any:
    return pd.array(texts, dtype=schema.TEXT).take(places)


def _noted(texts: pd.Series, rows: Ints, *elsewhere: tuple[pd.Series, Ints]) -> pd.Series:
    """The texts of events and, where there is no event, those at places of other tables."""
    for table, places in elsewhere:
        noted = np.flatnonzero((rows < 0) & (places >= 0))
        texts.iloc[noted] = table.array.take(places[noted])
    return texts


def _ending(code: int) -> str:
    days, state = code // 4, code % 4
    late = f"{days} day{'' if days == 1 else 's'}"
    ends = (
        f"not closed, {late} overdue",
        "closed in time on ",
        f"closed {late} late on ",
        "not closed, not yet due",
    )
    return ends[state]


def _hexadecimal(numbers: Any) -> Any:
    digits = pa.py_buffer(numbers.astype(">u8").tobytes().hex().encode())
    ends = pa.py_buffer(np.arange(0, 16 * len(numbers) + 1, 16))
    return pa.Array.from_buffers(pa.large_string(), len(numbers), [None, ends, digits])


def _joined(*parts: Any) -> Any:
    """Texts put together row by row, all parts at once: each step of its own would copy them again."""
    kind = pa.large_string()
    columns = [(pa.scalar if isinstance(part, str) else pa.array)(part, kind) for part in parts]
    return schema.TEXT.__from_arrow__(pc.binary_join_element_wise(*columns, pa.scalar("", kind)))
