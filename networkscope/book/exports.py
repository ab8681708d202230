"""Which exports have grown old, and what changed between several of one LinkedIn account?"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.book.reading import File
from networkscope.importers.base import Parsed
from networkscope.importers.linkedin import exported_on
from networkscope.people.exact import folded
from networkscope.settings import Settings
from networkscope.wording import many

CONNECTIONS, LINKEDIN = "LinkedIn connections", "LinkedIn"
LONG_AGO = pd.Timestamp("1900-01-01")
LEAST_SHARE = 0.5  # an export with fewer of the connections of the older one is a part of one
PARTIAL = (
    "under half of the connections of '{older}' are in it: it is taken as a part of an export, and nobody as a lost "
    "connection"
)
NO_CONNECTIONS = (
    "this export has no Connections.csv: new jobs and lost connections since the older export are not known"
)

OTHER_ACCOUNT = (
    "this export is of another LinkedIn account than {known}: if that account is not yours, take the export out of the "
    "book, since its connections count as yours; if it is, write its address into book.toml under [owner] emails"
)
OLD_DAYS = 30
HOW = {  # where nothing newer comes by itself: the start of the source's name, and how to get a new one
    "LinkedIn": "Settings & Privacy → Data privacy → Get a copy of your data → the larger archive",
    "mail": "export the mailbox again, at Gmail by takeout.google.com",
}


def export_of(file: File) -> str:
    """The folder or archive that the file lies in: one export."""
    return file.label.rpartition("/")[0]


def export_ages(files: Sequence[File]) -> list[tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]]:
    """What day is the export of each file of: the latest in any of its files, that in its name, that in the file?

    The later of these is newer, in this order; where none is known it is long ago.
    """
    last = [_last_day(file.parsed) for file in files]
    newest: dict[str, pd.Timestamp] = {}
    for file, day in zip(files, last, strict=True):
        newest[export_of(file)] = max(newest.get(export_of(file), day), day)
    named = [exported_on(file.label) for file in files]
    return [
        (newest[export_of(file)], LONG_AGO if pd.isna(name) else name, day)
        for file, name, day in zip(files, named, last, strict=True)
    ]


def export_changes(files: Sequence[File], people: pd.DataFrame) -> pd.DataFrame:
    """What changed from each export of the connections to the next newer one: the canonical table, with no source.

    `people` are the mentions of these files with their `contact_id`. A newer export that is only a part of one (under
    half of the connections of the older) makes nobody a lost connection; a note on the file says so.
    """
    ages = export_ages(files)
    listing = [at for at, file in enumerate(files) if file.source == CONNECTIONS and file.parsed.rows_read]
    listing.sort(key=lambda at: ages[at])
    if listing:
        _note_missing(files, ages, listing)
    lists = {at: _connections(people[people["_file"] == at]) for at in listing}
    found = [_between(files, lists, older, newer, ages) for older, newer in pairwise(listing)]
    table = pd.concat([schema.empty("export_changes"), *found], ignore_index=True)
    return schema.conform("export_changes", table)


def note_other_accounts(files: Sequence[File], settings: Settings) -> None:
    """A note on each export of LinkedIn that states another account than book.toml, or than the first export, does."""
    known = {*settings.owner_emails, *settings.owner_profiles, keys.name_key(settings.owner_name)} - {""}
    first = "book.toml says"
    for export in dict.fromkeys(export_of(file) for file in files if file.source.startswith(LINKEDIN)):
        stating = [file for file in files if export_of(file) == export and "owner" in file.parsed.tables]
        stated = {key for file in stating for key in _account(file.parsed.tables["owner"])}
        if not stated:
            continue
        if not known:
            known, first = stated, f"'{export}'"
        elif known.isdisjoint(stated):
            stating[0].parsed.notes.append(OTHER_ACCOUNT.format(known=first))
        else:
            known |= stated


def _account(table: pd.DataFrame) -> set[str]:
    """The keys and the name of an account."""
    names = table["name"].dropna().map(keys.name_key)
    return {*names, *table["email"].dropna(), *table["profile"].dropna()} - {""}


def _last_day(parsed: Parsed) -> pd.Timestamp:
    """The latest day that a file tells of."""
    days = [LONG_AGO] if parsed.people is None else [parsed.people["connected_on"].max(), LONG_AGO]
    if parsed.interactions is not None:
        days.append(parsed.interactions["occurred_at"].max().tz_localize(None))
    return max(day for day in days if pd.notna(day))


def _connections(people: pd.DataFrame) -> pd.DataFrame:
    """The connections of one export by contact; without an address nobody is known again under another employer."""
    known = people[people["contact_id"].notna() & (people["profiles"].notna() | people["emails"].notna())]
    return known.drop_duplicates("contact_id").set_index("contact_id")


def _note_missing(files: Sequence[File], ages: Sequence[Any], listing: Sequence[int]) -> None:
    """A note on the newer exports of LinkedIn that lack the connections."""
    with_list = {export_of(files[at]) for at in listing}
    noted: set[str] = set()
    for at, file in enumerate(files):
        export = export_of(file)
        is_newer = _day(ages[at]) > min(_day(ages[one]) for one in listing)
        if file.source.startswith(LINKEDIN) and is_newer and export not in with_list | noted:
            file.parsed.notes.append(NO_CONNECTIONS)
            noted.add(export)


def _between(
    files: Sequence[File], lists: dict[int, pd.DataFrame], older: int, newer: int, ages: Sequence[Any]
) -> pd.DataFrame:
    """The changes from one export to the next."""
    before, after = lists[older], lists[newer]
    since, noticed_on = (_day(ages[at]) for at in (older, newer))
    is_part = len(after) < LEAST_SHARE * len(before)
    if is_part:
        files[newer].parsed.notes.append(PARTIAL.format(older=files[older].label))
    both = before.add_suffix("_before").join(after, how="outer")
    is_new, is_lost = ~both.index.isin(before.index), ~both.index.isin(after.index)
    both["change"] = np.select(
        [_differs(both, "organization", keys.company_key), _differs(both, "title", keys.name_key),
         is_new & (both["connected_on"] >= since), is_lost & (not is_part)],
        ["new_job", "new_title", "new_connection", "lost_connection"], "",
    )  # fmt: skip
    both["source_ref"] = both["source_ref"].fillna(both["source_ref_before"])
    found = both[both["change"] != ""].rename_axis("contact_id").reset_index()
    cells = [
        "contact_id",
        "change",
        "organization_before",
        "title_before",
        "organization",
        "title",
        "source_ref",
    ]
    return found[cells].assign(since=since, noticed_on=noticed_on, source=CONNECTIONS)


def _day(age: tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]) -> pd.Timestamp:
    """The day of an export: the later of the one in its name and the last that it tells of."""
    return max(age[:2]).normalize()


def _differs(both: pd.DataFrame, column: str, fold: Callable[[str], str]) -> pd.Series:
    """Are both known, and not the same?"""
    was, now = both[f"{column}_before"], both[column]
    return was.notna() & now.notna() & (folded(was, fold).fillna("") != folded(now, fold).fillna(""))


def old_exports(book: Any) -> list[str]:
    """Which exports are more than 30 days old at the as-of, and how to get a new one? A sentence for each.

    An export is as old as the day in its name, or as the newest day in it where that is later. How old a calendar is
    cannot be told where events repeat.

    Examples
    --------
    >>> import networkscope as ns
    >>> old_exports(ns.open_book("data/sample", as_of="2026-11-16"))
    []
    >>> [line.split(";")[0] for line in old_exports(ns.open_book("data/sample", as_of="2027-01-10"))]
    ['LinkedIn: 56 days old', 'Mail: 73 days old']
    """
    files, said = book.summary, []
    named = pd.to_datetime(files["file"].map(exported_on))
    newest = pd.concat([files["last_on"], named], axis=1).max(axis=1)
    today = book.as_of_date
    for start, how in HOW.items():
        days = newest[files["source"].fillna("").str.startswith(start) & (newest <= today)]
        age = (today - days.max()).days if days.notna().any() else 0
        if age > OLD_DAYS:
            said.append(f"{start[0].upper()}{start[1:]}: {many(age, 'day')} old; get a new one: {how}.")
    return said
