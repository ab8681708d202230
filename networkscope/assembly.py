"""From what every file says to one set of tables: persons in place of mentions, and what became of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import identity, keys, periods, schema
from networkscope.errors import LoadError
from networkscope.identity.exact import column as arrow_column
from networkscope.reading import File
from networkscope.settings import Settings
from networkscope.sources.base import MENTION

SUMMARY = {
    "file": schema.TEXT, "source": schema.TEXT, "rows_read": "int64", "kept": "int64", "merged": "int64",
    "rejected": "int64", "reasons": schema.TEXT, "first_on": schema.DATE, "last_on": schema.DATE,
    "columns": schema.TEXT, "note": schema.TEXT,
}  # fmt: skip
# The fate of a row; a row with several persons has the best of theirs.
KEPT, DOUBTFUL, OWNER, NOBODY, UNCLEAR, MERGED = range(6)
REASONS = {
    DOUBTFUL: "the name fits several contacts: add an e-mail, a profile or the organization",
    OWNER: "it names nobody but the owner",
    NOBODY: "nobody in this book carries one of the two keys",
    UNCLEAR: "one of the two keys fits several contacts: use one that is only theirs",
}
ORDER = {
    "interactions": ("occurred_at", "event_id", "contact_id"),
    "referrals": ("given_on", "referral_id"),
    "recommendations": ("written_on", "source_ref"),
    "endorsements": ("endorsed_on", "source_ref"),
    "applications": ("applied_on", "source_ref"),
    "positions": ("started_on", "source_ref"),
}
UNIQUE = {"interactions": ("event_id", "contact_id"), "referrals": ("referral_id",)}
PERSONS = {"referrals": {"referrer": "referrer_id", "referred": "referred_id"}}
DAYS = (("interactions", "occurred_at"), ("people", "connected_on"), ("referrals", "given_on"))


@dataclass(frozen=True)
class _Who:
    """For each mention: whose it is, and the fate of its row."""

    contact_ids: Any
    fates: npt.NDArray[np.int64]


def assemble(
    settings: Settings, files: list[File], register: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables of a book, and the register of contact ids for the next time.

    Besides the canonical tables: `summary`; `mentions`, one row per mention with its `contact_id`; `keys`, which of
    them carries which key; `decisions`, those of aliases.csv with the contacts that they are about.
    """
    people, owner = _people(files), _owner(files, settings)
    told = [table for file in files if (table := file.parsed.tables.get("aliases")) is not None]
    who = identity.resolve(
        people,
        owner,
        region=_region(settings),
        decisions=pd.concat(told, ignore_index=True) if told else None,
        register=register,
    )
    fates = np.where(who.first, KEPT, np.where(who.in_doubt, DOUBTFUL, MERGED))
    fates[who.contact_ids.isna().to_numpy() & (fates == MERGED)] = OWNER
    mine = _Who(pa.array(who.contact_ids), fates)
    everything = {"people": people.assign(fate=fates), "aliases": _decided(files, who.decisions)}
    for table in ORDER:
        everything[table] = _gather(files, table, mine, who.contacts)
    tables = {table: _final(table, everything[table]) for table in ORDER}
    columns = ["name", "organization", "source", "source_ref"]
    return {
        "contacts": who.contacts,
        **tables,
        "summary": _summary(files, everything, settings.timezone),
        "mentions": people[columns].assign(contact_id=who.contact_ids),
        "keys": who.keys,
        "decisions": who.decisions,
    }, who.register


def _people(files: list[File]) -> pd.DataFrame:
    """All mentions of all files; each file remembers where its own begin.

    Where they disagree the earlier one wins: the user's own contacts, then contact lists, then what traffic tells.
    """
    trusted: list[tuple[int, int, pd.DataFrame]] = []
    for at, one in enumerate(files):
        frame = one.parsed.people
        if frame is not None and len(frame):
            trust = 0 if one.source == "own contacts" else 1 if frame["listed"].any() else 2
            trusted.append((trust, at, frame))
    trusted.sort(key=lambda entry: entry[:2])
    offset = 0
    for _, number, frame in trusted:
        files[number].offset = offset
        offset += len(frame)
    if not trusted:
        empty = pd.DataFrame({name: pd.Series(dtype=schema.TEXT) for name in (*MENTION, "source")})
        return empty.astype({"listed": schema.FLAG, "connected_on": schema.DATE}).assign(file=0)
    people = pd.concat([frame for *_, frame in trusted], ignore_index=True)
    file = np.repeat([number for _, number, _ in trusted], [len(frame) for *_, frame in trusted])
    return people.assign(file=file, source=_sources(files, file))


def _sources(files: list[File], file: npt.NDArray[np.int64]) -> Any:
    names = pa.array([file.source for file in files], pa.large_string())
    return schema.TEXT.__from_arrow__(names.take(pa.array(file)))


def _owner(files: list[File], settings: Settings) -> set[str]:
    """The keys by which the owner is known; two different people cannot own one book."""
    owner = {keys.profile_key(profile) for profile in settings.owner_profiles}
    found = {key for file in files for key in file.parsed.owner if key.startswith("linkedin.com/")}
    if not owner and len(found) > 1:
        raise LoadError(
            f"these exports belong to {len(found)} owners: {', '.join(sorted(found))}; "
            f"keep one person's exports, or write into book.toml under [owner]: profiles = ['https://www.{min(found)}']"
        )
    phones = (keys.phone_key(phone, settings.region) for phone in settings.owner_phones)
    owner.update(settings.owner_emails, phones, *(file.parsed.owner for file in files))
    return {*owner, keys.name_key(settings.owner_name)} - {""}


def _region(settings: Settings) -> str:
    """Where phone numbers without a country code are at home: as book.toml says, else where the owner's are."""
    return settings.region or next(filter(None, map(keys.phone_region, settings.owner_phones)), "")


def _gather(files: list[File], table: str, who: _Who, contacts: pd.DataFrame) -> pd.DataFrame:
    """One canonical table from all files, its persons replaced by contacts, with the fate of each row."""
    frames, numbers = [], []
    for number, file in enumerate(files):
        parsed = file.parsed
        frame = getattr(parsed, table) if table in UNIQUE else parsed.tables.get(table)
        if frame is not None and len(frame):
            frames.append(
                _with_contacts(frame, PERSONS.get(table, {"person": "contact_id"}), file.offset, who)
            )
            numbers.append(number)
    if not frames:
        return schema.empty(table).assign(file=0, fate=KEPT)
    gathered = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    of = np.repeat(numbers, [len(frame) for frame in frames])
    gathered["file"], gathered["source"] = of, _sources(files, of)
    content = UNIQUE.get(table) or [
        name for name in schema.TABLES[table].names if name not in ("source", "source_ref")
    ]
    again = gathered.duplicated([name for name in content if name in gathered]).to_numpy()
    gathered["fate"] = np.where(again & (gathered["fate"] == KEPT), MERGED, gathered["fate"])
    if table in ("recommendations", "endorsements"):
        named = identity.contacts_named(
            contacts, gathered["name"], gathered.get("organization", gathered["name"])
        )
        gathered["contact_id"] = gathered["contact_id"].fillna(named)
    return gathered


def _with_contacts(frame: pd.DataFrame, persons: dict[str, str], offset: int, who: _Who) -> pd.DataFrame:
    fate = np.full(len(frame), KEPT)
    columns: dict[str, Any] = {}
    for person, column in persons.items():
        if person in frame:
            known = frame[person].notna().to_numpy()
            mention = frame[person].fillna(0).to_numpy(dtype=np.int64) + offset
            found = who.contact_ids.take(pa.array(mention, mask=~known))
            columns[column] = schema.TEXT.__from_arrow__(found)
            lost = known & found.is_null().to_numpy(zero_copy_only=False)
            fate[lost] = np.where(who.fates[mention[lost]] == DOUBTFUL, DOUBTFUL, OWNER)
    kept = frame.drop(columns=[person for person in persons if person in frame]).reset_index(drop=True)
    return kept.assign(**columns, fate=fate)


def _decided(files: list[File], decisions: pd.DataFrame) -> pd.DataFrame:
    fates = np.array([KEPT, NOBODY, UNCLEAR])[decisions["fate"].to_numpy(dtype=np.int64)]
    count = [len(file.parsed.tables.get("aliases", ())) for file in files]
    return pd.DataFrame(
        {
            "file": np.repeat(np.arange(len(files)), count),
            "source_ref": decisions["source_ref"],
            "fate": fates,
        }
    )


def _final(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    kept = frame[frame["fate"] == KEPT] if (frame["fate"] != KEPT).any() else frame
    by = pa.table({name: pa.array(kept[name]) for name in ORDER[table]})
    order = pc.sort_indices(by, sort_keys=[(name, "ascending") for name in ORDER[table]]).to_numpy()
    kept = kept.drop(columns=["file", "fate"])
    if (order[1:] < order[:-1]).any():
        kept = kept.take(order)
    return schema.conform(table, kept.reset_index(drop=True))


def _summary(files: list[File], tables: dict[str, pd.DataFrame], timezone: str) -> pd.DataFrame:
    """The load summary: what became of every row of every file."""
    counts = _counts(tables, len(files))
    spans = _spans(tables, timezone)
    lines = []
    for number, file in enumerate(files):
        reasons = Counter(file.parsed.rejected)
        reasons.update(
            {reason: int(counts[number, fate]) for fate, reason in REASONS.items() if counts[number, fate]}
        )
        first, last = spans.get(number, (pd.NaT, pd.NaT))
        lines.append(
            {
                "file": file.label,
                "source": file.source or "unknown",
                "rows_read": file.parsed.rows_read,
                "kept": int(counts[number, KEPT]),
                "merged": int(counts[number, MERGED]),
                "rejected": sum(reasons.values()),
                "reasons": "; ".join(f"{n} × {reason}" for reason, n in reasons.most_common()) or None,
                "first_on": first,
                "last_on": last,
                "columns": ", ".join(f"{a} → {b}" for a, b in file.parsed.mapping.items()) or None,
                "note": "; ".join([*file.parsed.notes, *([file.trouble] if file.trouble else [])]) or None,
            }
        )
    return pd.DataFrame(lines, columns=list(SUMMARY)).astype(SUMMARY)


def _counts(tables: dict[str, pd.DataFrame], files: int) -> npt.NDArray[np.int64]:
    """How many rows of each file had which fate; a row is what has a `source_ref`."""
    refs = pa.chunked_array([arrow_column(frame, "source_ref") for frame in tables.values()])
    found = refs.combine_chunks().dictionary_encode()
    row = found.indices.fill_null(-1).to_numpy()
    file = np.concatenate([frame["file"].to_numpy(dtype=np.int64) for frame in tables.values()])
    fate = np.concatenate([frame["fate"].to_numpy(dtype=np.int64) for frame in tables.values()])
    best, where = np.full(len(found.dictionary), MERGED), np.zeros(len(found.dictionary), dtype=np.int64)
    there = row >= 0
    np.minimum.at(best, row[there], fate[there])
    where[row[there]] = file[there]
    return np.bincount(where * (MERGED + 1) + best, minlength=files * (MERGED + 1)).reshape(-1, MERGED + 1)


def _spans(tables: dict[str, pd.DataFrame], timezone: str) -> dict[int, tuple[pd.Timestamp, pd.Timestamp]]:
    """The first and the last day of each file, in the owner's calendar."""
    found = []
    for table, column in DAYS:
        span = tables[table].groupby("file")[column].agg(["min", "max"]).dropna()
        if column == "occurred_at":
            span = span.apply(lambda instants: periods.local_dates(instants, timezone))
        found.append(span)
    days = pd.concat([span for span in found if len(span)] or [found[1]])
    days = days.groupby(level=0).agg({"min": "min", "max": "max"})
    return {int(number): (first, last) for number, first, last in days.itertuples()}
