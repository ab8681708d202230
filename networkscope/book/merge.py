"""From what every file says to one set of tables: contacts in place of mentions, and the status of each row."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, keys, schema
from networkscope.book.exports import export_ages, export_changes, note_other_accounts
from networkscope.book.reading import File, owner_of
from networkscope.errors import LoadError
from networkscope.importers.base import Parsed, rows
from networkscope.importers.introductions import introductions
from networkscope.people import matching
from networkscope.people.aliases import NO_DECISIONS
from networkscope.settings import Settings

SUMMARY = {
    "file": schema.TEXT, "source": schema.TEXT, "rows_read": "int64", "kept": "int64", "merged": "int64",
    "rejected": "int64", "reasons": schema.TEXT, "first_on": schema.DATE, "last_on": schema.DATE,
    "columns": schema.TEXT, "note": schema.TEXT,
}  # fmt: skip
# What became of a row; a row with several persons has the first of theirs.
KEPT, DOUBTFUL, OWNER, NOBODY, UNCLEAR, MERGED = range(6)
REASONS = {
    DOUBTFUL: "the name fits several contacts: add an e-mail, a profile or the organization, or, where they are one "
    "person, say so in aliases.csv",
    OWNER: "only you are in it",
    NOBODY: "nobody in this book carries one of the two keys",
    UNCLEAR: "one of the two keys fits several contacts: use one that is only theirs",
}
ORDER = {
    "interactions": ("occurred_at", "event_id", "contact_id"),
    "referrals": ("given_on", "referral_id"),
    "co_mentions": ("event_id", "contact_id"),
    "acts": ("event_id", "act", "about"),
    "appointments": ("occurred_at", "event_id", "contact_id"),
    "recommendations": ("written_on", "source_ref"),
    "endorsements": ("endorsed_on", "source_ref"),
    "applications": ("applied_on", "source_ref"),
    "positions": ("started_on", "source_ref"),
}
UNIQUE = {
    "interactions": ("event_id", "contact_id"),
    "appointments": ("event_id", "contact_id"),
    "referrals": ("referral_id",),
}
PERSONS = {"referrals": {"referrer": "referrer_id", "referred": "referred_id"}}
PLACE = ("source", "source_ref")


def assemble(
    settings: Settings, files: list[File], register: pd.DataFrame | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables of a book, and the register of contact ids for the next time.

    Besides the canonical tables: `summary`; `mentions`, one row per mention with its `contact_id`; `keys`, which of
    them carries which key; `decisions`, those of aliases.csv with the contacts that they are about.
    """
    people = _stacked(files, "people", _most_trusted_first(files))
    aliases = [table for file in files if (table := file.parsed.tables.get("aliases")) is not None]
    who = matching.resolve(
        people.drop(columns="_file"),
        _owner(files, settings),
        region=settings.home_region,
        domains={domain: firm.name for firm in settings.employers for domain in firm.domains},
        decisions=pd.concat(aliases, ignore_index=True) if aliases else NO_DECISIONS,
        register=register,
    )
    people["contact_id"] = who.contact_ids.array
    people["_status"] = MERGED
    people.loc[people["contact_id"].isna(), "_status"] = OWNER
    people.loc[who.in_doubt, "_status"] = DOUBTFUL
    people.loc[who.first, "_status"] = KEPT
    counted = [people]
    if aliases:
        counted.append(_decided(files, who.decisions))
    columns = ["organization", "title", *PLACE, "_file"]
    wanted = [pd.DataFrame(columns=columns, dtype=schema.TEXT)]  # companies of saved jobs, and followed
    for number, file in enumerate(files):
        if (companies := file.parsed.tables.get("wanted")) is not None:
            wanted.append(companies.assign(source=file.source, _file=number))
        if (account := file.parsed.tables.get("owner")) is not None:
            refs = account.get("source_ref", [f"{file.label}:{row}" for row in range(len(account))])
            counted.append(pd.DataFrame({"source_ref": refs, "_file": number, "_status": KEPT}))
    followed = pd.concat(wanted, ignore_index=True)
    counted.append(followed.assign(_status=KEPT))
    tables = {}
    for table in ORDER:
        gathered = _gather(files, table, who.contacts, people)
        if table not in ("acts", "appointments"):  # these are no rows of a file
            counted.append(gathered)
        tables[table] = _final(table, gathered)
    if sum(file.source == "mail" for file in files) > 1:
        tables["interactions"]["thread_id"] = _whole_threads(tables["interactions"])
    tables["referrals"] = _with_introductions(tables, settings.timezone)
    note_other_accounts(files, settings)
    return {
        "contacts": who.contacts,
        **tables,
        "export_changes": export_changes(files, people),
        "wanted": followed.drop(columns="_file").astype(schema.TEXT),
        "summary": _summary(files, counted, settings.timezone),
        "mentions": people[["name", "organization", *PLACE, "contact_id"]],
        "keys": who.keys,
        "joined": who.joined,
        "decisions": who.decisions,
    }, who.register


def _most_trusted_first(files: list[File]) -> list[int]:
    """The places of the files, those first whose word counts most; of several exports of one source the newest.

    The user's own contacts come first, then contact lists, then what traffic says.
    """
    sources, ages = [file.source for file in files], export_ages(files)

    def rank(number: int) -> tuple[Any, ...]:
        source, people = files[number].source, files[number].parsed.people
        is_list = people is not None and people["listed"].any()
        age = [0] if source.startswith("own") else [-day.value for day in ages[number]]
        return source != "own contacts", not is_list, sources.index(source), *age

    return sorted(range(len(files)), key=rank)


def _stacked(files: list[File], table: str, order: Iterable[int]) -> pd.DataFrame:
    """The frames of these files as one, with their source, and in `_file` the number of the file."""
    frames = [rows(table, 0, {}).assign(source="", _file=0)]
    for number in order:
        parsed = files[number].parsed
        frame = getattr(parsed, table, parsed.tables.get(table))
        if frame is not None and len(frame):
            frames.append(frame.assign(source=files[number].source, _file=number))
    return pd.concat(frames[1:] or frames, ignore_index=True)


def _owner(files: list[File], settings: Settings) -> set[str]:
    """The keys by which the owner is known; two different people cannot own one book."""
    owner = {keys.profile_key(profile) for profile in settings.owner_profiles}
    names, known = owner_of(files)
    found = {key for key in known if key.startswith("linkedin.com/")}
    if not owner and len(found) > 1:
        raise LoadError(
            f"these exports belong to {len(found)} owners: {', '.join(sorted(found))}; "
            f"keep one person's exports, or write into book.toml under [owner]: profiles = ['https://www.{min(found)}']"
        )
    phones = (keys.phone_key(phone, settings.home_region) for phone in settings.owner_phones)
    owner.update(settings.owner_emails, phones, known, map(keys.name_key, [settings.owner_name, *names]))
    return owner - {""}


def _gather(files: list[File], table: str, contacts: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """One canonical table from all files, its persons replaced by contacts, with the status of each row."""
    found = _stacked(files, table, range(len(files)))
    found["_status"] = KEPT
    start = pd.Series(people.index, people["_file"]).groupby(level=0).min()
    for person, contact in PERSONS.get(table, {"person": "contact_id"}).items():
        if person not in found:
            continue
        known = found[person].notna()
        mention = (found.pop(person)[known] + found["_file"][known].map(start)).astype("int64")
        of = people[["contact_id", "_status"]].take(mention.array).set_axis(mention.index)
        found[contact] = of["contact_id"].reindex(found.index)
        lost = of["contact_id"].isna()
        found.loc[lost[lost].index, "_status"] = of["_status"][lost].where(of["_status"] == DOUBTFUL, OWNER)
    if table in ("recommendations", "endorsements"):
        places = found["organization"] if "organization" in found else found["name"]
        named = matching.contacts_named(contacts, found["name"], places)
        found["contact_id"] = found["contact_id"].fillna(named)
    unique = UNIQUE.get(table) or schema.TABLES[table].names
    content = [name for name in unique if name in found and name not in PLACE]
    again = found[found["_status"] == KEPT].duplicated(content)  # a rejected row stands for no other
    found.loc[again[again].index, "_status"] = MERGED
    return found


def _decided(files: list[File], decisions: pd.DataFrame) -> pd.DataFrame:
    """The rows of aliases.csv with their status."""
    statuses = [[KEPT, NOBODY, UNCLEAR][use] for use in decisions["use"]]
    number = [n for n, file in enumerate(files) for _ in range(len(file.parsed.tables.get("aliases", ())))]
    return decisions[["source_ref"]].assign(_status=statuses, _file=number)


def _final(table: str, found: pd.DataFrame) -> pd.DataFrame:
    """The rows that were kept, in the order of their content."""
    kept = found[found["_status"] == KEPT].drop(columns=["_status", "_file"])
    by = ORDER[table]
    order = pc.sort_indices(
        pa.Table.from_pandas(kept[list(by)], preserve_index=False),
        sort_keys=[(name, "ascending") for name in by],
    )
    kept = kept.take(order.to_numpy())
    return schema.filled(table, {name: kept[name].array for name in kept}, len(kept))


def _whole_threads(interactions: pd.DataFrame) -> pd.Series:
    """The threads, where a mail may answer one of another file: that file tells in which thread that one is."""
    events, threads = interactions["event_id"], interactions["thread_id"]
    first = ~events.duplicated()
    for _ in range(32):  # each turn doubles the distance; a circle ends it
        thread_of = threads[first].set_axis(events[first])
        before = threads.map(thread_of).fillna(threads)
        if before.equals(threads):
            break
        threads = before
    return threads


def _with_introductions(tables: dict[str, pd.DataFrame], timezone: str) -> pd.DataFrame:
    """The referrals, with those that the mails of all files tell together."""
    if tables["co_mentions"].empty:
        return tables["referrals"]
    new = introductions(tables["interactions"], tables["co_mentions"], timezone=timezone)
    given = pd.concat([tables["referrals"], new], ignore_index=True)
    return given.sort_values(list(ORDER["referrals"]), ignore_index=True)


def _summary(files: list[File], tables: list[pd.DataFrame], timezone: str) -> pd.DataFrame:
    """The load summary: what became of every row of every file; a row is what has a `source_ref`."""
    every = pd.concat([table.reindex(columns=["source_ref", "_file", "_status"]) for table in tables])
    row = every.dropna(subset="source_ref").groupby("source_ref").agg({"_file": "last", "_status": "min"})
    counts = row.value_counts()
    lines = []
    for number, file in enumerate(files):
        parsed = file.parsed
        count = {status: int(counts.get((number, status), 0)) for status in (KEPT, MERGED, *REASONS)}
        reasons = parsed.rejected + Counter({reason: count[status] for status, reason in REASONS.items()})
        first, last = _span(parsed, timezone)
        lines.append(
            {
                "file": file.label,
                "source": file.source or "unknown",
                "rows_read": parsed.rows_read,
                "kept": count[KEPT],
                "merged": count[MERGED],
                "rejected": reasons.total(),
                "reasons": "; ".join(f"{n} × {reason}" for reason, n in reasons.most_common()) or None,
                "first_on": first,
                "last_on": last,
                "columns": ", ".join(f"{a} → {b}" for a, b in parsed.mapping.items()) or None,
                "note": "; ".join([*parsed.notes, *filter(None, [file.problem])]) or None,
            }
        )
    return pd.DataFrame(lines, columns=list(SUMMARY)).astype(SUMMARY)


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
