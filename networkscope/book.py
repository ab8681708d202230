"""The front door: a folder of exports becomes the tables of one person's network."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from networkscope import identity, keys, periods, schema
from networkscope.errors import LoadError
from networkscope.settings import Settings, read_settings
from networkscope.sources import Unusable, find_reader, walk
from networkscope.sources.base import MENTION, Parsed, SourceFile

SUMMARY = {
    "file": schema.TEXT, "source": schema.TEXT, "rows_read": "int64", "kept": "int64", "merged": "int64",
    "rejected": "int64", "reasons": schema.TEXT, "first_on": schema.DATE, "last_on": schema.DATE,
    "columns": schema.TEXT, "note": schema.TEXT,
}  # fmt: skip
IN_DOUBT = "the name fits several contacts: add an e-mail, a profile or the organization"
ABOUT_OWNER = "it names nobody but the owner"
KEPT, DOUBTFUL, OWNER, MERGED = range(
    4
)  # the fate of a row; a row with several persons has the best of theirs
BLIND_SPOTS = (
    (
        "messages",
        "No LinkedIn messages were found: what was written there, and who never answered, is not known.",
    ),
    (
        "own interactions",
        "Calls, coffees, thanks and promises are known only once they stand in interactions.csv.",
    ),
    ("own referrals", "Names and leads that you were given are known only once they stand in referrals.csv."),
    ("mail", "Without mail and calendar, a tie that lives there looks silent here."),
)


@dataclass(frozen=True)
class Book:
    """One person's network, as of one instant.

    Attributes
    ----------
    contacts, interactions, referrals, recommendations, endorsements, applications, positions :
        the canonical tables of `networkscope.schema`
    summary : one row per file, where rows_read = kept + merged + rejected
    settings : what book.toml says
    as_of : the cut-off that every report of this book uses
    cannot_know : what these sources cannot tell, in sentences
    """

    name: str
    settings: Settings
    as_of: pd.Timestamp
    contacts: pd.DataFrame
    interactions: pd.DataFrame
    referrals: pd.DataFrame
    recommendations: pd.DataFrame
    endorsements: pd.DataFrame
    applications: pd.DataFrame
    positions: pd.DataFrame
    summary: pd.DataFrame
    cannot_know: tuple[str, ...]

    @property
    def timezone(self) -> str:
        return self.settings.timezone

    @property
    def as_of_date(self) -> pd.Timestamp:
        """The owner's calendar date at the cut-off."""
        return periods.local_date(self.as_of, self.timezone)


@dataclass
class _File:
    """A file of the book on its way into the tables."""

    label: str
    source: str = ""
    parsed: Parsed = field(default_factory=Parsed)
    trouble: str = ""
    offset: int = 0


def open_book(folder: str | Path, as_of: periods.AsOf | None = None) -> Book:
    """What does this folder know about the owner's network?

    Parameters
    ----------
    folder : the book: exports in any nesting, own tables, book.toml
    as_of : nothing that happened later is seen by the reports; a plain date means the midnight that begins it
        in the owner's time zone; None means now

    Raises
    ------
    LoadError
        The folder is not one or holds nothing that can be read; a file is broken, hostile, or changes while
        it is read; book.toml has a fault; the owner cannot be told.
    ParameterError
        `as_of` is not a date.

    Examples
    --------
    >>> summary = open_book("data/sample", as_of="2026-11-16").summary
    >>> bool((summary.rows_read == summary.kept + summary.merged + summary.rejected).all())
    True
    """
    path = Path(folder)
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        raise LoadError(f"the book '{path.name}' {what}; make one with: networkscope new {path.name}")
    settings = read_settings(path / "book.toml")
    now = pd.Timestamp.now("UTC") if as_of is None else as_of
    instant = periods.as_instant(now, settings.timezone)
    files = _read(path, replace(settings, horizon=instant))
    if not (path / "book.toml").exists() and not any(file.source for file in files):
        raise LoadError(f"the book '{path.name}' holds no file that can be read; put your exports into it")
    return _assemble(path.resolve().name, settings, instant, files)


def _read(folder: Path, settings: Settings) -> list[_File]:
    found, skipped = walk(folder)
    files = [_File(label, trouble=reason) for label, reason in skipped]
    for source in found:
        before = _stamp(source)
        reader = find_reader(source)
        file = _File(source.label, reader.name if reader else "")
        if reader is None:
            file.trouble = "not recognised: no known export or table has these columns"
        else:
            try:
                file.parsed = reader.read(source, settings)
            except Unusable as fault:
                file.source, file.trouble = "", str(fault)
        if before != _stamp(source):
            raise LoadError(
                f"{source.label} changed while it was being read; try again when nothing writes to it"
            )
        files.append(file)
    return files


def _stamp(source: SourceFile) -> tuple[int, int]:
    try:
        status = source.path.stat()
    except OSError as fault:
        raise LoadError(f"{source.label} disappeared while it was being read; try again") from fault
    return status.st_mtime_ns, status.st_size


def _assemble(name: str, settings: Settings, as_of: pd.Timestamp, files: list[_File]) -> Book:
    people = _people(files)
    trust = np.where(people["source"] == "own contacts", 0, np.where(people["listed"].fillna(False), 1, 2))
    order = np.argsort(trust, kind="stable")
    who = identity.resolve(people.iloc[order], _owner(files, settings))
    back = np.argsort(order)
    people["contact_id"] = who.contact_ids.to_numpy()[back]
    people["fate"] = np.where(who.first[back], KEPT, np.where(who.in_doubt[back], DOUBTFUL, MERGED))
    people.loc[people["contact_id"].isna() & (people["fate"] == MERGED), "fate"] = OWNER

    interactions = _gather(
        files, "interactions", people, {"person": "contact_id"}, ["event_id", "contact_id"]
    )
    referrals = _gather(
        files, "referrals", people, {"referrer": "referrer_id", "referred": "referred_id"}, ["referral_id"]
    )
    tables = {}
    for table in ("recommendations", "endorsements", "applications", "positions"):
        content = [column for column in schema.TABLES[table].names if column not in ("source", "source_ref")]
        tables[table] = _gather(files, table, people, {"person": "contact_id"}, content)
        if "contact_id" in content and len(tables[table]):
            found = tables[table]
            named = identity.contacts_named(
                who.contacts, found["name"], found.get("organization", found["name"])
            )
            tables[table]["contact_id"] = found["contact_id"].fillna(named)
    everything = [people, interactions, referrals, *tables.values()]
    summary = _summary(files, everything, settings.timezone)

    def final(table: str, frame: pd.DataFrame, *order: str) -> pd.DataFrame:
        kept = frame[frame["fate"] == KEPT].drop(columns=["file", "fate"])
        return schema.conform(table, kept.sort_values(list(order), kind="stable", ignore_index=True))

    return Book(
        name=name,
        settings=settings,
        as_of=as_of,
        contacts=who.contacts,
        interactions=final("interactions", interactions, "occurred_at", "event_id", "contact_id"),
        referrals=final("referrals", referrals, "given_on", "referral_id"),
        recommendations=final("recommendations", tables["recommendations"], "written_on", "source_ref"),
        endorsements=final("endorsements", tables["endorsements"], "endorsed_on", "source_ref"),
        applications=final("applications", tables["applications"], "applied_on", "source_ref"),
        positions=final("positions", tables["positions"], "started_on", "source_ref"),
        summary=summary,
        cannot_know=_blind_spots(files, interactions, as_of),
    )


def _people(files: list[_File]) -> pd.DataFrame:
    """All mentions of all files below each other; each file remembers where its own begin."""
    frames, offset = [], 0
    for number, file in enumerate(files):
        file.offset = offset
        if file.parsed.people is not None and len(file.parsed.people):
            frames.append(file.parsed.people.assign(source=file.source, file=number))
            offset += len(frames[-1])
    empty = pd.DataFrame({name: pd.Series(dtype=schema.TEXT) for name in (*MENTION, "source")})
    empty = empty.astype({"listed": schema.FLAG, "connected_on": schema.DATE}).assign(file=0)
    return pd.concat(frames, ignore_index=True) if frames else empty


def _owner(files: list[_File], settings: Settings) -> set[str]:
    """The keys by which the owner is known; two different people cannot own one book."""
    owner = {keys.profile_key(profile) for profile in settings.owner_profiles}
    found = {key for file in files for key in file.parsed.owner if key.startswith("linkedin.com/")}
    if not owner and len(found) > 1:
        raise LoadError(
            f"these exports belong to {len(found)} owners: {', '.join(sorted(found))}; "
            f"keep one person's exports, or write into book.toml under [owner]: profiles = ['https://www.{min(found)}']"
        )
    owner.update(settings.owner_emails, settings.owner_phones, *(file.parsed.owner for file in files))
    return {*owner, keys.name_key(settings.owner_name)} - {""}


def _gather(
    files: list[_File], table: str, people: pd.DataFrame, persons: dict[str, str], unique: list[str]
) -> pd.DataFrame:
    """One canonical table from all files, its persons replaced by contacts, with the fate of each row."""
    frames = []
    for number, file in enumerate(files):
        parsed = file.parsed
        frame = getattr(parsed, table) if table in ("interactions", "referrals") else parsed.tables.get(table)
        if frame is None or frame.empty:
            continue
        frame = frame.assign(source=file.source, file=number, fate=KEPT)
        for person, column in persons.items():
            if person in frame:
                mention = frame[person].astype("Int64") + file.offset
                known = mention.notna().to_numpy()
                row = mention[known].to_numpy(dtype=np.int64)
                frame[column] = pd.Series(pd.NA, index=frame.index, dtype=schema.TEXT)
                frame.loc[known, column] = people["contact_id"].to_numpy()[row]
                lost = known.copy()
                lost[known] = people["contact_id"].isna().to_numpy()[row]
                fate = people["fate"].to_numpy()[mention[lost].to_numpy(dtype=np.int64)]
                frame.loc[lost, "fate"] = np.where(fate == DOUBTFUL, DOUBTFUL, OWNER)
        frames.append(frame.drop(columns=[person for person in persons if person in frame]))
    if not frames:
        return schema.empty(table).assign(file=0, fate=KEPT)
    gathered = pd.concat(frames, ignore_index=True)
    again = (gathered["fate"] == KEPT) & gathered.duplicated([c for c in unique if c in gathered])
    return gathered.assign(fate=gathered["fate"].mask(again, MERGED))


def _summary(files: list[_File], tables: list[pd.DataFrame], timezone: str) -> pd.DataFrame:
    """The load summary: what became of every row of every file."""
    rows = pd.concat([frame[["file", "source_ref", "fate"]] for frame in tables])
    rows = rows[rows["source_ref"].notna()].groupby(["file", "source_ref"])["fate"].min()
    fates = (
        rows.groupby(level="file")
        .value_counts()
        .unstack(fill_value=0)
        .reindex(columns=range(4), fill_value=0)
    )
    dated = [
        frame[["file"]].assign(day=periods.local_dates(frame[column], timezone) if instant else frame[column])
        for frame in tables
        for column, instant in (("occurred_at", True), ("connected_on", False), ("given_on", False))
        if column in frame and len(frame)
    ]
    days = pd.concat([pd.DataFrame({"file": [], "day": pd.Series([], dtype=schema.DATE)}), *dated])
    span = days.dropna().groupby("file")["day"].agg(["min", "max"])
    lines = []
    for number, file in enumerate(files):
        kept, doubtful, owner, merged = fates.loc[number] if number in fates.index else (0, 0, 0, 0)
        reasons = Counter(file.parsed.rejected)
        reasons.update({reason: int(n) for reason, n in ((IN_DOUBT, doubtful), (ABOUT_OWNER, owner)) if n})
        first, last = span.loc[number] if number in span.index else (pd.NaT, pd.NaT)
        lines.append(
            {
                "file": file.label,
                "source": file.source or "unknown",
                "rows_read": file.parsed.rows_read,
                "kept": int(kept),
                "merged": int(merged),
                "rejected": sum(reasons.values()),
                "reasons": "; ".join(f"{n} × {reason}" for reason, n in reasons.most_common()) or None,
                "first_on": first,
                "last_on": last,
                "columns": ", ".join(f"{a} → {b}" for a, b in file.parsed.mapping.items()) or None,
                "note": "; ".join([*file.parsed.notes, *([file.trouble] if file.trouble else [])]) or None,
            }
        )
    return pd.DataFrame(lines, columns=list(SUMMARY)).astype(SUMMARY)


def _blind_spots(files: list[_File], interactions: pd.DataFrame, as_of: pd.Timestamp) -> tuple[str, ...]:
    """What the sources of this book cannot tell."""
    with_rows = {file.source for file in files if file.parsed.rows_read}
    spots = [
        sentence for needed, sentence in BLIND_SPOTS if not any(needed in source for source in with_rows)
    ]
    if later := int((interactions["occurred_at"] >= as_of).sum()):
        spots.append(f"{later} interactions are dated after the as-of date; no report sees them.")
    return tuple(spots)
