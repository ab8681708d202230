"""What every reader gives: people as they were mentioned, and what happened with them.

A reader knows nothing of other files. It names people by position in its own `people` frame; who they are
across files is decided later, in `networkscope.identity`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import pandas as pd

from networkscope import schema
from networkscope.errors import LoadError, one_line
from networkscope.settings import Settings

HEAD_BYTES = 65_536

# A mention: everything one row of one file says about one person. `own_id` is the id that the user gave in a
# table of his own; `listed` says that the row stands in a contact list (and not merely in some message).
MENTION = (
    *("own_id", "name", "organization", "title", "circle", "seniority", "emails", "phones", "profiles"),
    *(
        "past_organizations",
        "location",
        "connected_on",
        "introduced_by",
        "tags",
        "notes",
        "listed",
        "source_ref",
    ),
)


@dataclass(frozen=True)
class SourceFile:
    """One file of the book, on the disk or inside a zip archive."""

    path: Path
    label: str
    size: int
    member: str | None = None

    def open(self) -> IO[bytes]:
        try:
            if self.member is None:
                return self.path.open("rb")
            return ZipFile(self.path).open(self.member)
        except Exception as fault:
            raise LoadError(f"{self.label} cannot be read: {one_line(fault)}") from fault

    def read(self) -> bytes:
        try:
            with self.open() as stream:
                return stream.read()
        except LoadError:
            raise
        except Exception as fault:  # zipfile raises whatever its decompressor does
            raise LoadError(f"{self.label} cannot be read: {one_line(fault)}") from fault

    @cached_property
    def head(self) -> bytes:
        """The first bytes, enough to tell whose file this is."""
        try:
            with self.open() as stream:
                return stream.read(HEAD_BYTES)
        except LoadError:
            raise
        except Exception as fault:
            raise LoadError(f"{self.label} cannot be read: {one_line(fault)}") from fault


@dataclass
class Parsed:
    """What one file holds.

    Attributes
    ----------
    people : the columns of MENTION; the index is what `person` columns refer to
    interactions : canonical columns with `person` in place of `contact_id`, without `source`
    referrals : canonical columns with `referrer` and `referred` (persons, the latter NA where the lead is a
        company or an opening) in place of the two ids, without `source`
    tables : any of recommendations, endorsements, applications, positions; `person` in place of `contact_id`
    rows_read : rows of the file; each ends up kept or merged (its `source_ref` stands in a frame) or rejected
    rejected : rows that could not be used, by reason
    notes : what the user should know, each one sentence without anybody's name or address
    mapping : which column was taken for which, where it was not obvious
    owner : keys (profiles, e-mails or names) by which this file knows the owner
    """

    people: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    referrals: pd.DataFrame | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    rows_read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    owner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """One export format: `recognises` looks at a file's content, `read` takes it in."""

    name: str
    recognises: Callable[[SourceFile], bool]
    read: Callable[[SourceFile, Settings], Parsed]


def texts(values: list[str] | list[str | None]) -> pd.Series:
    """A text column; empty strings become missing."""
    return pd.Series([value or None for value in values], dtype=schema.TEXT)
