"""Were people asked well: warmed up first, one by one, with a purpose, and not only in need?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates as periods
from networkscope import keys, schema
from networkscope.measures import flags as engine
from networkscope.measures.flags import REFS_SHOWN, FlagKind, Record, from_line
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import share_interval
from networkscope.snapshot.timeline import dates, words
from networkscope.snapshot.touches import by_them, by_you, has_purpose, messages

COLD_AFTER_DAYS, WARM_UP_AFTER_DAYS = 60, 180
MASS_GROUP, MASS_PEOPLE = 10, 5
NEED_ASKS = 3
OTHER_ASKS = tuple(ask for ask in schema.ASKS if ask != "job_ask")
_NOTHING = ("", "0", "0.0", "false", "no", "none")


@on_snapshot()
def ask_flags(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
) -> pd.DataFrame:
    """Which asks and messages put somebody on the spot, went to many at once, or left out what they should say?

    Practices A3, A6, A7, B8, C1, C2 and D1. The rules are the project's own (`asks.KINDS`), but for
    `group_max`: a larger event touches nobody (Kossinets and Watts 2006), and only "blast" looks at it. Silence is
    counted in local days since the last touch in either direction; what you did at one instant counts as one.

    - cold_job_ask (C1): a job ask after more than 60 days of silence, or as the first touch ever
    - ask_without_warm_up (A3): another ask of a tie that was silent for more than 180 days
    - blast (A6): on one day one message to more than ten people, or near-identical subjects (but for case,
      Re and Fwd, digits, punctuation and the first name) to five or more; thanks are none
    - no_purpose (A7): how many of your one-to-one messages have no purpose on record; one flag for all
    - attachment_first (C2): the first message to somebody who never wrote carries an attachment
    - referrer_not_named (B8): the first day on which you write to somebody whom you were referred to, and
      neither subject nor notes has a name of the referrer; the body of a message is never read
    - called_only_in_need (D1): three or more touches of yours whose purpose is known, all of them asks

    Parameters
    ----------
    interactions : C2 reads a column `attachments` of its own (a count, or yes and no), B8 also `notes`

    Returns
    -------
    A row per flag, by `flag, occurred_at, contact_id`: `flag_id` (the same in every run), `flag`, `practice`,
    `contact_id` (NA where it concerns many), `people_count`, `occurred_at` (UTC; when the rule was first
    broken), `day` (local), `rule`, `why`, `source_ref`. Nothing to flag, no rows.

    Raises
    ------
    ParameterError, SchemaError
        Something is no date or time zone; a table does not fit.

    Examples
    --------
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["social", "job_ask"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-04-05"], utc=True)})
    >>> found = ask_flags(log[["contact_id"]].iloc[:1], log, schema.empty("referrals"), as_of="2026-05-01")
    >>> found[["flag", "contact_id", "why"]].values.tolist()
    [['cold_job_ask', 'a', 'job ask on 2026-04-05 after 90 days of silence (last touch on 2026-01-05)']]
    """
    known = engine.on_record(
        contacts, interactions, referrals, as_of=as_of, timezone=timezone, group_max=group_max
    )
    return engine.raise_flags(KINDS, known, timezone)


@on_snapshot(flags="ask_flags")
def ask_flag_summary(
    flags: pd.DataFrame, interactions: pd.DataFrame, *, as_of: periods.AsOf, timezone: str = "UTC"
) -> pd.DataFrame:
    """How many flags of each kind are there, and what is missing where there can be none?

    A row per kind of `ask_flags`, whose frame `flags` is: `flag, practice, rule, flag_count, people_count`, and
    `lit_by`, the source or column that would bring what the log lacks (NA where it has it).

    >>> table = ask_flag_summary(pd.DataFrame({"flag": [], "people_count": []}), schema.empty("interactions"),
    ...     as_of="2026-05-01").set_index("flag")
    >>> table.loc["attachment_first", "lit_by"]
    'add a mail archive (.mbox): it tells which messages carry attachments'
    """
    return engine.summary(KINDS, flags, interactions, as_of=as_of, timezone=timezone)


def _after_silence(known: Record, asks: Sequence[str], days: int, *, first_too: bool) -> dict[str, Any]:
    """Such asks after more than so many days without a touch, or as the first touch ever."""
    line, events = known.line, known.line.events
    rows = np.flatnonzero((events["direction"] == "outbound") & events["purpose"].isin(asks))
    person, day = (events[name].to_numpy() for name in ("person", "day"))
    # At one instant theirs stands before yours, and what you did then is no touch before the ask.
    keys = 2 * line.keys + by_you(events).to_numpy()
    before = np.searchsorted(keys, keys[rows]) - 1
    before = np.where((before >= 0) & (person[before] == person[rows]), before, -1)
    silent = np.where(before < 0, days + 1 if first_too else 0, day[rows] - day[before])
    rows, before, silent = (part[silent > days] for part in (rows, before, silent))
    spoken = events["purpose"].iloc[rows].astype(schema.TEXT).str.replace("_", " ").array
    since = words(silent, lambda n: f" after {n} days of silence (last touch on ") + dates(day[before]) + ")"
    since = pd.Series(since).mask(before < 0, " as the first touch ever").array
    return from_line(line, rows, spoken + " on " + dates(day[rows]) + since)


def _alike(subjects: pd.Series, first_names: npt.NDArray[Any]) -> pd.Series:
    """Subjects without what one changes from mail to mail."""
    text = pc.utf8_lower(pa.array(subjects.fillna(""), pa.large_string()))
    text = pc.replace_substring_regex(text, r"^\s*((re|fwd?|aw|wg)\s*:\s*)+", "")
    named = [
        re.sub(rf"\b{re.escape(name)}\b", " ", line) if name and name in line else line
        for name, line in zip(first_names.tolist(), text.to_pylist(), strict=True)
    ]
    letters = pc.replace_substring_regex(pa.array(named, pa.large_string()), r"[^\pL\pM]+", " ")
    return pd.Series(pc.utf8_trim_whitespace(letters).to_numpy(zero_copy_only=False), dtype=schema.TEXT)


def _blast(known: Record) -> dict[str, Any]:
    log, events = known.log, known.log.events
    sent = events[messages(events) & (events["purpose"] != "thank_you").fillna(True)]
    sent = sent.assign(row=sent.index, size=sent["group_size"].fillna(0).astype("int64"))
    # Only days with enough people can hold a blast: the texts of all others are never looked at.
    busy = sent.drop_duplicates(["day", "person"]).groupby("day").size()
    sent = sent[(sent["day"].map(busy) >= MASS_PEOPLE) | (sent["size"] > MASS_GROUP)]
    names = known.contacts.set_index("contact_id")["name"].str.lower().str.extract(r"(\S+)", expand=False)
    first = names.reindex(log.people).fillna("").to_numpy(object)[sent["person"]]
    about = _alike(log.text("subject", sent["row"].to_numpy()), first).set_axis(sent.index)
    # Without a subject, only what was sent at one instant is one message; no subject is left with digits.
    sent = sent.assign(about=about.mask(about == "", sent["at"].astype(schema.TEXT)), blank=about == "")
    one = sent.sort_values(["at", "person", "row"]).drop_duplicates(["day", "about", "person"])
    groups = one.groupby(["day", "about"])
    found = groups.agg(at=("at", "min"), n=("row", "size"), size=("size", "max"), blank=("blank", "all"))
    found = found.reset_index()[["at", "day", "about", "n", "size", "blank"]]
    found = found[(found["size"] > MASS_GROUP) | ((found["n"] >= MASS_PEOPLE) & ~found["blank"])]
    shown = one.assign(group=groups.ngroup())
    shown = shown[shown["group"].isin(found.index)].groupby("group").head(REFS_SHOWN)
    refs = log.text("source_ref", shown["row"].to_numpy()).set_axis(shown["group"]).dropna()
    refs = refs.groupby(level=0).agg(schema.SEPARATOR.join).reindex(found.index)
    people = np.maximum(found["n"], found["size"] - 1)
    why = "one message, or near-identical ones, to " + people.astype("str") + " people on "
    why += dates(found["day"].to_numpy())
    return {**found[["at", "about"]], "why": why, "people_count": people, "source_ref": refs}


def _no_purpose(known: Record) -> dict[str, Any]:
    line, events = known.line, known.line.events
    single = events[messages(events) & ~(events["group_size"] > 2).fillna(False).astype(bool)]
    unknown = single[~has_purpose(single)].sort_values(["at", "person"], kind="stable")
    if unknown.empty:
        return {"at": [], "why": []}
    low, high = share_interval(len(unknown), len(single))
    why = (
        f"{len(unknown)} of your {len(single)} one-to-one messages have no purpose on record "
        f"({len(unknown) / len(single):.0%}, 90% interval {low:.0%} to {high:.0%}): asks among them cannot be seen"
    )
    found = from_line(line, unknown.index.to_numpy()[:1], [why], people_count=unknown["person"].nunique())
    return {**found, "contact_id": None}


def _unheard(events: pd.DataFrame) -> pd.Series:
    """Which events came before any touch of theirs?"""
    heard = events.loc[by_them(events), ["person", "at"]].drop_duplicates("person").set_index("person")["at"]
    return ~(events["person"].map(heard) <= events["at"])


def _attachment_first(known: Record) -> dict[str, Any]:
    line, events = known.line, known.line.events
    sent = events.loc[messages(events) & _unheard(events), ["person", "at"]]
    rows = sent.index[sent["at"] == sent.groupby("person")["at"].transform("min")].to_numpy()
    attached = ~line.text("attachments", rows).fillna("").str.strip().str.lower().isin(_NOTHING)
    rows = rows[attached.to_numpy()]
    why = "attachment in the first message, on " + pd.Series(dates(events["day"].to_numpy()[rows]))
    return from_line(line, rows, why)


def _plain_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    return re.findall(r"\w+", keys.unaccented(text.casefold()))


def _is_named(name: Any, text: str) -> bool:
    """Does the text hold the first or the last name? Where there is no name, nobody can tell."""
    if not isinstance(name, str):
        return True
    parts = _plain_words(keys.name_key(name))
    return not parts or bool({parts[0], parts[-1]} & set(_plain_words(text)))


def _referrer_not_named(known: Record) -> dict[str, Any]:
    line, events = known.line, known.line.events
    names = known.contacts.set_index("contact_id")["name"]
    given = known.referrals[known.referrals["is_name"]]
    given = given.assign(
        person=line.people.get_indexer(given["referred_id"]), name=given["referrer_id"].map(names)
    )
    yours = events[by_you(events) & events["person"].isin(given["person"])]
    yours = yours[yours["day"] == yours.groupby("person")["day"].transform("min")]
    subject, notes = (
        line.text(column, yours.index).fillna("").str.strip() for column in ("subject", "notes")
    )
    text = (subject + " " + notes).groupby(yours["person"].to_numpy()).agg(" ".join)
    judged = messages(yours) & (subject != "").to_numpy() & _unheard(events)[yours.index]
    first = yours.assign(row=yours.index)[["person", "row", "day"]].drop_duplicates("person")
    first = first[judged[first.index]]
    pairs = given[["person", "name", "given_on"]].merge(first, on="person")
    pairs = pairs[periods.day_numbers(pairs["given_on"]) <= pairs["day"]]
    told = [
        _is_named(name, text[person]) for name, person in zip(pairs["name"], pairs["person"], strict=True)
    ]
    pairs = pairs[~pairs["person"].isin(pairs.loc[np.array(told, bool), "person"])]
    found = pairs.sort_values("given_on").drop_duplicates("person", keep="last")
    rows, given_day = found["row"].to_numpy(), periods.day_numbers(found["given_on"])
    why = "name given on " + dates(given_day) + ", first written to on " + dates(found["day"].to_numpy())
    return from_line(line, rows, why + " without a name of the referrer, as far as the subject shows")


def _called_only_in_need(known: Record) -> dict[str, Any]:
    line, yours = known.line, known.line.events[by_you(known.line.events)]
    told = yours[has_purpose(yours)]
    other = told.loc[~told["purpose"].isin(schema.ASKS), "person"]
    asks = told[~told["person"].isin(other)]
    third = asks[asks.groupby("person").cumcount() == NEED_ASKS - 1]
    person, last = third["person"], asks.groupby("person")["day"].last()
    n, touches = (person.map(events["person"].value_counts()) for events in (asks, yours))
    why = [
        f"all {count} touches of yours whose purpose is known are asks, the last on {day}"
        + (f"; {more} more of unknown purpose" if more else "")
        for count, day, more in zip(n, dates(person.map(last).to_numpy()), touches - n, strict=True)
    ]
    return from_line(line, third.index.to_numpy(), why)


_LOG_SUBJECT = "import messages with their subjects, or write the subject in interactions.csv"
KINDS: Sequence[FlagKind] = (
    FlagKind(
        "cold_job_ask", "C1", "Ask nobody for a job out of the blue: be in touch within 60 days before.",
        partial(_after_silence, asks=("job_ask",), days=COLD_AFTER_DAYS, first_too=True),
    ),
    FlagKind(
        "ask_without_warm_up", "A3", "Warm up a tie that was silent for 180 days before you ask.",
        partial(_after_silence, asks=OTHER_ASKS, days=WARM_UP_AFTER_DAYS, first_too=False),
    ),
    FlagKind(
        "blast", "A6", "Write to people one by one: no message to more than ten, no subject for five on one day.",
        _blast, "subject", _LOG_SUBJECT,
    ),
    FlagKind(
        "no_purpose", "A7", "Note what each message is for: a wish that is not said cannot be granted.",
        _no_purpose, "direction",
    ),
    FlagKind(
        "attachment_first", "C2", "Send no attachment with the first message.", _attachment_first,
        "attachments", "add a mail archive (.mbox): it tells which messages carry attachments",
    ),
    FlagKind(
        "referrer_not_named", "B8", "Name the one who referred you in the first message.", _referrer_not_named,
        "subject", _LOG_SUBJECT,
    ),
    FlagKind("called_only_in_need", "D1", "Be in touch without a wish, too.", _called_only_in_need),
)  # fmt: skip
