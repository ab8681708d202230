"""The front door: a folder of exports becomes the tables of one person's network."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from networkscope import dates, schema
from networkscope.book import cache as kept
from networkscope.book.acts_file import corrected
from networkscope.book.decisions import read_decisions
from networkscope.book.forgotten import never_of_others, read_forgotten
from networkscope.book.merge import assemble
from networkscope.book.reading import BookFiles, read_files, scan, tables_key
from networkscope.book.roles_file import read_roles
from networkscope.book.vcards import last_backup
from networkscope.errors import LoadError, one_line
from networkscope.importers.base import Frames
from networkscope.keys import company_key
from networkscope.people import ids
from networkscope.settings import Settings, read_settings
from networkscope.snapshot.snapshot import Snapshot, snapshot
from networkscope.snapshot.tables import Tables
from networkscope.wording import many
from networkscope.words.rules import read_rules

PROPOSED = 10  # so many companies are named
BLIND_SPOTS = {  # where no source has this in its name
    "messages": "No LinkedIn messages were found: what was written there, and who never answered, is not known.",
    "own interactions": "Calls, coffees, thanks and promises are known only once they are in interactions.csv.",
    "own referrals": "Names and leads that you were given are known only once they are in referrals.csv.",
    "mail": "Without mail and calendar, a tie that lives there looks silent here.",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Book(Tables):
    """One person's network: the canonical tables of `networkscope.schema`, and where they come from.

    Attributes
    ----------
    as_of : the cut-off that every report of this book uses
    co_mentions : who else was written to in which inbound mail: no touch, but a sign that those two know each other
    wanted : companies of saved jobs and companies followed: `organization, title, source, source_ref`
    summary : one row per file, where rows_read = kept + merged + rejected
    mentions : whom each file mentions, one row per mention: `contact_id`, and how and where he is named
    keys : the addresses by which mentions were told apart: `mention` (the row of `mentions`), `kind`, `key`, and
        `joins`, False where strangers share it
    joined : who was taken for one person by name and company: `contact_id, name, a, b, reason`
    decisions : those of aliases.csv, with the contacts that they are about
    cannot_know : what these sources cannot tell, in sentences
    backed_up_on : day of the newest vCard file in the book's `backup/`, None where there is none
    """

    name: str
    settings: Settings
    wanted: pd.DataFrame
    summary: pd.DataFrame
    mentions: pd.DataFrame
    keys: pd.DataFrame
    joined: pd.DataFrame
    decisions: pd.DataFrame
    cannot_know: tuple[str, ...]
    backed_up_on: dt.date | None = None
    folder: Path = Path()

    @property
    def timezone(self) -> str:
        return self.settings.timezone

    @property
    def as_of_date(self) -> pd.Timestamp:
        """The owner's calendar date at the cut-off."""
        return dates.local_date(self.as_of, self.timezone)

    def at(self, moment: dates.AsOf | None = None, *, group_max: int = 4) -> Snapshot:
        """The network as it was known at this instant, by default at the book's own; what every measure takes.

        A ParameterError says that `moment` is no date, or later than the instant for which the book was opened, a
        LoadError that a line of the book's moves.csv, roles.csv or acts.csv cannot be read.

        Examples
        --------
        >>> now = open_book("data/sample", as_of="2026-11-16").at("2026-03-01")
        >>> bool((now.interactions["occurred_at"] < now.as_of).all())
        True
        """
        tables = {name: getattr(self, name) for name in schema.TABLES}
        whole = snapshot(
            **tables | {"interactions": corrected(self.interactions, self.folder)},
            as_of=self.as_of,
            timezone=self.timezone,
            group_max=group_max,
            settings=self.settings,
            decisions=read_decisions(self.folder, self.contacts),
            corrections=read_roles(self.folder, self.contacts),
            folder=self.folder,
        )
        return whole if moment is None else whole.at(moment)


def open_book(
    folder: str | Path,
    as_of: dates.AsOf | None = None,
    *,
    cache: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Book:
    """What does this folder know about the owner's network?

    Parameters
    ----------
    folder : the book: exports in any nesting, own tables, book.toml
    as_of : nothing that happened later is used by the reports; a plain date means the midnight at its start in the
        owner's time zone; None means now
    cache : parse only what is new or changed, and keep the rest in the book's `.cache`
    progress : gets a line, at most once a second, on which file is being read

    Raises
    ------
    LoadError
        The folder is not one or holds nothing that can be read; a file is broken, hostile, or changes while it is
        read; book.toml has an error; nothing shows which account is yours; aliases.csv contradicts itself.
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
    rules, forgotten = read_rules(path / "words.toml"), read_forgotten(path)
    settings = replace(read_settings(path / "book.toml"), word_rules=rules, forgotten=forgotten)
    now = pd.Timestamp.now("UTC") if as_of is None else as_of
    instant = dates.as_instant(now, settings.timezone)
    found = scan(path, keep=cache, progress=progress)
    tables = _tables(path, found, settings, instant)
    unknown = _blind_spots(tables["summary"], tables["interactions"], instant)
    never = never_of_others(settings.share_never, tables["contacts"], forgotten)
    return Book(
        name=path.resolve().name,
        settings=replace(settings, share_never=never),
        as_of=instant,
        **tables,
        cannot_know=(*unknown, *_proposed(tables["wanted"], settings)),
        backed_up_on=last_backup(path),
        folder=path,
    )


def _tables(path: Path, found: BookFiles, settings: Settings, instant: pd.Timestamp) -> Frames:
    """The tables of these files: kept from an earlier opening, or made now with the contact ids that it gave."""
    # What repeats is expanded to the end of the day, so that the tables of a day can be kept.
    midnight = instant.tz_convert(settings.timezone).ceil("D", ambiguous=True, nonexistent="shift_forward")
    horizon = midnight.tz_convert("UTC")
    key = tables_key(found, settings)
    known = kept.load(found.place, key)
    if known and known[1]["horizon"] in ("", str(horizon)):
        return known[0]
    files = read_files(found, settings, horizon)
    if not (path / "book.toml").exists() and not any(file.source for file in files):
        problems = [f"{one_line(file.label, 60)}: {one_line(file.problem, 90)}" for file in files[:3]]
        problems += [f"and {len(files) - 3} more"] if len(files) > 3 else []
        why = f" ({'; '.join(problems)})" if files else ""
        raise LoadError(
            f"the book '{path.name}' holds no file that can be read; put your exports into it{why}"
        )
    given = kept.load(found.place, kept.REGISTER)
    register = ids.checked(given[0].get("register")) if given else ids.NOTHING
    tables, newer = assemble(settings, files, register if found.place else None)
    if not newer.equals(register):
        kept.save(found.place, kept.REGISTER, {"register": newer}, {})
    if key:
        repeats = any(file.repeats for file in files)
        kept.save(found.place, key, tables, {"horizon": str(horizon) if repeats else ""})
    kept.prune(found.place, [key, kept.REGISTER, *(file.key for file in files)])
    return tables


def _proposed(wanted: pd.DataFrame, settings: Settings) -> Iterator[str]:
    """The companies that the owner saved jobs of or follows, where they are no targets yet."""
    targets = {company_key(name) for name in settings.target_companies}
    names = wanted["organization"].dropna()
    keys = names.map(company_key)
    new = names[~keys.isin(targets | {""}) & ~keys.duplicated()].tolist()
    shown = ", ".join(new[:PROPOSED]) + (f" and {len(new) - PROPOSED} more" if len(new) > PROPOSED else "")
    if new:
        yield f"You saved jobs at, or follow, {shown}: add those you want to companies in [targets] of book.toml."


def _blind_spots(summary: pd.DataFrame, interactions: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[str]:
    """What the sources of this book cannot tell."""
    sources = " ".join(summary["source"][summary["rows_read"] > 0])
    yield from (sentence for needed, sentence in BLIND_SPOTS.items() if needed not in sources)
    if later := int((interactions["occurred_at"] >= as_of).sum()):
        later_ones = many(later, "interaction is", "interactions are")
        yield f"{later_ones} dated later than this report, which does not see them."
