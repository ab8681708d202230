"""From what every file says to one set of tables: persons in place of mentions, and what became of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, keys, schema
from networkscope.book.reading import File
from networkscope.errors import LoadError
from networkscope.importers.base import Parsed, declared, rows
from networkscope.importers.introductions import introductions
from networkscope.people import matching
from networkscope.settings import Settings
from networkscope.texts import Ints, as_arrow

SUMMARY = {
    "file": schema.TEXT, "source": schema.TEXT, "rows_read": "int64", "kept": "int64", "merged": "int64",
    "rejected": "int64", "reasons": schema.TEXT, "first_on": schema.DATE, "last_on": schema.DATE,
    "columns": schema.TEXT, "note": schema.TEXT,
}  # fmt: skip
# The fate of a row; a row with several persons has the best of theirs.
KEPT, DOUBTFUL, OWNER, NOBODY, UNCLEAR, MERGED = range(6)
REASONS = {
    DOUBTFUL: "the name fits several contacts: add an e-mail, a profile or the organization, or, where they are one "
    "person, say so in aliases.csv",
    OWNER: "it names nobody but the owner",
    NOBODY: "nobody in this book carries one of the two keys",
    UNCLEAR: "one of the two keys fits several contacts: use one that is only theirs",
}
ORDER = {
    "interactions": ("occurred_at", "event_id", "contact_id"),
    "referrals": ("given_on", "referral_id"),
    "co_mentions": ("event_id", "contact_id"),
    "recommendations": ("written_on", "source_ref"),
    "endorsements": ("endorsed_on", "source_ref"),
    "applications": ("applied_on", "source_ref"),
    "positions": ("started_on", "source_ref"),
}
UNIQUE = {"interactions": ("event_id", "contact_id"), "referrals": ("referral_id",)}
PERSONS = {"referrals": {"referrer": "referrer_id", "referred": "referred_id"}}
PLACE = ("source", "source_ref")
TOLD = ("name", "organization", *PLACE)


Columns: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Rows:
    """Rows of all files that go into one table: of which file each is, and what becomes of it."""

    columns: Columns
    file: Ints
    fate: Ints


def assemble(
    settings: Settings, files: list[File], register: pd.DataFrame | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables of a book, and the register of contact ids for the next time.

    Besides the canonical tables: `summary`; `mentions`, one row per mention with its `contact_id`; `keys`, which of
    them carries which key; `decisions`, those of aliases.csv with the contacts that they are about.
    """
    people, of, begin = _people(files)
    told = [table for file in files if (table := file.parsed.tables.get("aliases")) is not None]
    who = matching.resolve(
        pd.DataFrame(people, copy=False),
        _owner(files, settings),
        region=settings.home_region,
        decisions=pd.concat(told, ignore_index=True) if told else None,
        register=register,
    )
    fate = np.where(who.first, KEPT, np.where(who.in_doubt, DOUBTFUL, MERGED))
    fate[who.contact_ids.isna().to_numpy() & (fate == MERGED)] = OWNER
    everything = {"people": _Rows(people, of, fate)}
    if told:
        everything["aliases"] = _decided(files, who.decisions)
    tables = {table: schema.empty(table) for table in ORDER}
    for table in ORDER:
        rows = _gather(files, table, who, fate, begin)
        if rows is not None:
            everything[table], tables[table] = rows, _final(table, rows)
    if sum(file.source == "mail" for file in files) > 1:
        tables["interactions"]["thread_id"] = _whole_threads(tables["interactions"])
    tables["referrals"] = _with_introductions(tables, settings.timezone)
    named = {name: people[name] for name in TOLD}
    return {
        "contacts": who.contacts,
        **tables,
        "summary": _summary(files, everything, settings.timezone),
        "mentions": pd.DataFrame({**named, "contact_id": who.contact_ids.array}, copy=False),
        "keys": who.keys,
        "decisions": who.decisions,
    }, who.register


def _people(files: list[File]) -> tuple[Columns, Ints, Ints]:
    """All mentions of all files, the file of each, and the place where each file's own begin.

    Where they disagree the earlier one wins: the user's own contacts, then contact lists, then what traffic tells.
    """
    frames = {
        at: frame for at, file in enumerate(files) if (frame := file.parsed.people) is not None and len(frame)
    }
    trust = {
        at: 0 if files[at].source == "own contacts" else 1 if frame["listed"].any() else 2
        for at, frame in frames.items()
    }
    frames = {at: frames[at] for at in sorted(frames, key=trust.__getitem__)}
    begin = np.zeros(len(files), dtype=np.int64)
    begin[list(frames)] = np.cumsum([0, *map(len, frames.values())])[:-1]
    columns, of = _stacked(files, frames or {0: rows("people", 0, {})})
    spare = declared("people").keys() - set(TOLD)
    told = {name: column for name, column in columns.items() if name not in spare or not column.isna().all()}
    return told, of, begin


def _stacked(files: list[File], frames: dict[int, pd.DataFrame]) -> tuple[Columns, Ints]:
    """The columns of the frames of these files, with their source, and the file of each row."""
    of = np.repeat(np.array(list(frames)), [len(frame) for frame in frames.values()])
    told = [
        (len(frame), {str(name): column.array for name, column in frame.items()}) for frame in frames.values()
    ]
    columns: Columns = {}
    for name, dtype in {name: column.dtype for _, each in told for name, column in each.items()}.items():
        parts = [each[name] if name in each else schema.missing(dtype, count) for count, each in told]
        columns[name] = parts[0] if len(parts) == 1 else type(parts[0])._concat_same_type(parts)
    sources = pa.array([file.source for file in files], pa.large_string())
    columns["source"] = schema.TEXT.__from_arrow__(sources.take(pa.array(of)))
    return columns, of


def _owner(files: list[File], settings: Settings) -> set[str]:
    """The keys by which the owner is known; two different people cannot own one book."""
    owner = {keys.profile_key(profile) for profile in settings.owner_profiles}
    found = {key for file in files for key in file.parsed.owner if key.startswith("linkedin.com/")}
    if not owner and len(found) > 1:
        raise LoadError(
            f"these exports belong to {len(found)} owners: {', '.join(sorted(found))}; "
            f"keep one person's exports, or write into book.toml under [owner]: profiles = ['https://www.{min(found)}']"
        )
    phones = (keys.phone_key(phone, settings.home_region) for phone in settings.owner_phones)
    owner.update(settings.owner_emails, phones, *(file.parsed.owner for file in files))
    return {*owner, keys.name_key(settings.owner_name)} - {""}


def _gather(
    files: list[File], table: str, who: matching.Resolution, fates: Ints, begin: Ints
) -> _Rows | None:
    """One canonical table from all files, its persons replaced by contacts; None where no file knows of it."""
    frames = {
        number: frame
        for number, file in enumerate(files)
        if (frame := getattr(file.parsed, table) if table in UNIQUE else file.parsed.tables.get(table))
        is not None
        and len(frame)
    }
    if not frames:
        return None
    columns, of = _stacked(files, frames)
    fate = np.full(len(of), KEPT)
    for person, contact in PERSONS.get(table, {"person": "contact_id"}).items():
        if person in columns:
            number = columns.pop(person)
            known = ~number.isna()
            mention = number.to_numpy(dtype=np.int64, na_value=0) + begin[of]
            found = as_arrow(who.contact_ids.array).take(pa.array(mention, mask=~known))
            columns[contact] = schema.TEXT.__from_arrow__(found)
            lost = known & found.is_null().to_numpy(zero_copy_only=False)
            fate[lost] = np.where(fates[mention[lost]] == DOUBTFUL, DOUBTFUL, OWNER)
    if table in ("recommendations", "endorsements"):
        name = pd.Series(columns["name"])
        places = pd.Series(columns["organization"]) if "organization" in columns else name
        named = matching.contacts_named(who.contacts, name, places)
        columns["contact_id"] = pd.Series(columns["contact_id"]).fillna(named).array
    content = UNIQUE.get(table) or schema.TABLES[table].names
    again = pd.DataFrame(
        {name: columns[name] for name in content if name in columns and name not in PLACE}, copy=False
    )
    if not again.iloc[:, 0].is_unique:
        kept = np.flatnonzero(fate == KEPT)  # a rejected row stands for no other
        fate[kept[again.iloc[kept].duplicated()]] = MERGED
    return _Rows(columns, of, fate)


def _decided(files: list[File], decisions: pd.DataFrame) -> _Rows:
    fates = np.array([KEPT, NOBODY, UNCLEAR])[decisions["fate"].to_numpy(dtype=np.int64)]
    count = [len(file.parsed.tables.get("aliases", ())) for file in files]
    return _Rows(
        {"source_ref": decisions["source_ref"].array}, np.repeat(np.arange(len(files)), count), fates
    )


def _final(table: str, rows: _Rows) -> pd.DataFrame:
    """The rows that were kept, in the order of their content."""
    kept = np.flatnonzero(rows.fate == KEPT)
    by = pa.table({name: pa.array(rows.columns[name]).take(pa.array(kept)) for name in ORDER[table]})
    order = kept[pc.sort_indices(by, sort_keys=[(name, "ascending") for name in ORDER[table]]).to_numpy()]
    columns = rows.columns
    if len(order) < len(rows.fate) or (order[1:] < order[:-1]).any():
        columns = {name: column.take(order) for name, column in columns.items()}
    return schema.filled(table, columns, len(order))


def _whole_threads(interactions: pd.DataFrame) -> Any:
    """The threads, where a mail may answer one of another file: that file tells in which thread that one is."""
    events, threads = (as_arrow(interactions[name].array) for name in ("event_id", "thread_id"))
    for _ in range(32):  # each turn doubles the distance; a circle ends it
        answered = pc.index_in(threads, events, skip_nulls=True)
        before = pc.coalesce(threads.take(answered), threads)
        if before.equals(threads):
            break
        threads = before
    return schema.TEXT.__from_arrow__(threads)


def _with_introductions(tables: dict[str, pd.DataFrame], timezone: str) -> pd.DataFrame:
    """The referrals, with those that the mails of all files tell together."""
    if tables["co_mentions"].empty:
        return tables["referrals"]
    new = introductions(tables["interactions"], tables["co_mentions"], timezone=timezone)
    given = pd.concat([tables["referrals"], new], ignore_index=True)
    return given.sort_values(list(ORDER["referrals"]), ignore_index=True)


def _summary(files: list[File], tables: dict[str, _Rows], timezone: str) -> pd.DataFrame:
    """The load summary: what became of every row of every file."""
    counts = _counts(tables, len(files))
    lines = []
    for file, count in zip(files, counts.tolist(), strict=True):
        parsed = file.parsed
        reasons = parsed.rejected + Counter({reason: count[fate] for fate, reason in REASONS.items()})
        notes = [*parsed.notes, file.trouble] if file.trouble else parsed.notes
        first, last = _span(parsed, timezone)
        lines.append(
            (
                file.label,
                file.source or "unknown",
                parsed.rows_read,
                count[KEPT],
                count[MERGED],
                reasons.total(),
                "; ".join(f"{n} × {reason}" for reason, n in reasons.most_common()) or None,
                first,
                last,
                ", ".join(f"{a} → {b}" for a, b in parsed.mapping.items()) or None,
                "; ".join(notes) or None,
            )
        )
    columns = zip(*lines, strict=True) if lines else [()] * len(SUMMARY)
    return pd.DataFrame(
        {
            name: pd.array(values, dtype=dtype)
            for (name, dtype), values in zip(SUMMARY.items(), columns, strict=True)
        }
    )


def _counts(tables: dict[str, _Rows], files: int) -> Ints:
    """How many rows of each file had which fate; a row is what has a `source_ref`."""
    told = [rows for rows in tables.values() if "source_ref" in rows.columns]
    refs = pa.concat_arrays([as_arrow(rows.columns["source_ref"]) for rows in told])
    found = refs.dictionary_encode()
    row = found.indices.fill_null(-1).to_numpy()
    file = np.concatenate([rows.file for rows in told])
    fate = np.concatenate([rows.fate for rows in told])
    best, where = np.full(len(found.dictionary), MERGED), np.zeros(len(found.dictionary), dtype=np.int64)
    there = row >= 0
    np.minimum.at(best, row[there], fate[there])
    where[row[there]] = file[there]
    return np.bincount(where * (MERGED + 1) + best, minlength=files * (MERGED + 1)).reshape(-1, MERGED + 1)


def _span(parsed: Parsed, timezone: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last day of a file, in the owner's calendar."""
    ends = []
    for frame, column in (
        (parsed.interactions, "occurred_at"), (parsed.people, "connected_on"), (parsed.referrals, "given_on"),
    ):  # fmt: skip
        if frame is not None:
            days = frame[column].array  # a series would take three times as long
            known = [end for end in (days.min(), days.max()) if not pd.isna(end)]
            local = column == "occurred_at"
            ends += [dates.local_date(end, timezone) for end in known] if local else known
    return min(ends, default=pd.NaT), max(ends, default=pd.NaT)
