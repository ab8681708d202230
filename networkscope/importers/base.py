"""What every reader gives: people as one file mentions them, and what happened with them.

A reader knows nothing of other files. It names people by position in its own `people` frame; who they are
across files is decided later, in `networkscope.people.matching`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import IO, Any, TypeAlias
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.errors import LoadError, one_line
from networkscope.settings import Settings

HEAD_BYTES = 65_536
NOTE_LENGTH = 500
NEARLY_ALL = 0.9
CHAT_NAME = "in chats: "

Frames: TypeAlias = dict[str, pd.DataFrame]

# A mention: everything that one row of one file says about one person. `own_id` is the id that the user gave in a
# table of their own; `listed` says that the row is part of a contact list (and not merely of some message).
MENTION = (
    *("own_id", "name", "organization", "title", "circle", "seniority", "emails", "phones", "profiles"),
    *("past_organizations", "location", "connected_on", "introduced_by", "tags", "notes", "role", "listed"),
    "source_ref",
)
# What a person is called in the frames of a reader, where it is a number, in place of a contact's id.
PERSONS = {"contact_id": "person", "referrer_id": "referrer", "referred_id": "referred"}

_LINKEDIN = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub)/[^\s,;\"]+", re.IGNORECASE)


class Unusable(LoadError):  # noqa: N818 (it describes the file)
    """This one file is left out, and the summary says why; the rest of the book is read."""


class OwnerUnknown(Unusable):
    """This file does not show which of the candidates is the owner; other files may."""

    def __init__(self, message: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


def marks(status: os.stat_result) -> tuple[int, ...]:
    """The signature of a file in the file system; a write changes it, unless it follows the last one too soon."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@dataclass(frozen=True)
class SourceFile:
    """One file of the book, on the disk or inside an archive; or a folder of `parts` that make one source.

    `content` is the text of a table that is not a text file: a sheet of a workbook, a query's result.
    `seen` are the `marks` of the file on the disk from before anything of it was read. `original` is the name of the
    own table of which this one is a copy by its name.
    """

    path: str | os.PathLike[str]
    label: str
    size: int
    member: str | None = None
    archive: ZipFile | None = field(default=None, repr=False, compare=False)
    parts: tuple[SourceFile, ...] = field(default=(), repr=False, compare=False)
    content: bytes | None = field(default=None, repr=False, compare=False)
    seen: tuple[int, ...] = field(default=(), repr=False, compare=False)
    original: str = field(default="", repr=False, compare=False)

    def open(self) -> IO[bytes]:
        if self.parts:
            return self.parts[0].open()
        if self.content is not None:
            return io.BytesIO(self.content)
        try:
            if self.archive and self.member:
                return self.archive.open(self.member)
            return open(self.path, "rb")  # noqa: PTH123 (a folder may hold 10,000 mails, and a Path costs)
        except Exception as error:
            raise LoadError(f"{self.label} cannot be read: {one_line(error)}") from error

    def read(self) -> bytes:
        """All bytes, and no more than were announced: a member of an archive may lie about its size."""
        data = self._first(self.size + 1)
        if len(data) != self.size:
            raise LoadError(f"{self.label} changed while it was read; run the command again")
        return data

    @cached_property
    def head(self) -> bytes:
        """The first bytes, enough to see whose file this is."""
        return self._first(HEAD_BYTES)

    def _first(self, size: int) -> bytes:
        try:
            with self.open() as stream:
                return stream.read(size)
        except LoadError:
            raise
        except Exception as error:  # zipfile raises whatever its decompressor does
            raise LoadError(f"{self.label} cannot be read: {one_line(error)}") from error


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
    rows_read : rows of the file; each ends up kept or merged (its `source_ref` is in a frame) or rejected
    rejected : rows that could not be used, by reason
    notes : what the user should know, each one sentence without anybody's name or address
    mapping : which column was taken for which, where it was not obvious
    owner : keys (profiles, e-mails or names) by which this file knows the owner; CHAT_NAME comes before a name
        that is used in chats only
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
    """One export format: `recognises` looks at a file's content, `read` takes it in.

    Only a reader of what `repeats` gets `Settings.horizon`: what the others find is the same at any as-of. `version`
    is that of the package that it comes from, for a reader of another package than this one.
    """

    name: str
    recognises: Callable[[SourceFile], bool]
    read: Callable[[SourceFile, Settings], Parsed]
    repeats: bool = False
    version: str = ""


def rows(table: str, count: int, columns: Mapping[str, Any]) -> pd.DataFrame:
    """One frame of a `Parsed`: the columns that a file holds, the others missing, every type as declared.

    `table` is "people" or a canonical table. A column may be a list, an array, a series or one value for
    all rows; in text, empty means missing.

    >>> rows("people", 2, {"name": ["Ann Lee", ""], "listed": True})[["name", "title", "listed"]]
          name title  listed
    0  Ann Lee   NaN    True
    1      NaN   NaN    True
    """
    types = {**declared(table), **{name: schema.TEXT for name in columns if name not in declared(table)}}
    arrays = {name: _typed(columns.get(name), dtype, count) for name, dtype in types.items()}
    return pd.DataFrame(arrays, index=range(count), copy=False)


@lru_cache
def declared(table: str) -> dict[str, Any]:
    """The columns of a frame and their types; a person is a number here, and its source is not known yet."""
    if table == "people":
        special = {"connected_on": schema.DATE, "listed": schema.FLAG}
        return {name: special.get(name, schema.TEXT) for name in MENTION}
    return {
        PERSONS.get(column.name, column.name): schema.COUNT if column.name in PERSONS else column.dtype
        for column in schema.TABLES[table].columns
        if column.name != "source"
    }


def _typed(values: Any, dtype: Any, count: int) -> Any:
    """An array without an index: pandas would align the columns one by one."""
    if values is None or (isinstance(values, str) and not values):
        return schema.missing(dtype, count)
    if isinstance(values, str | bool | int):
        return pd.array([values], dtype=dtype).repeat(count)
    if isinstance(values, list) and dtype == schema.TEXT:
        values = [value or None for value in values]
    elif isinstance(values, pa.Array):
        missing = pa.scalar(None, values.type)
        values = schema.TEXT.__from_arrow__(pc.if_else(pc.equal(values, ""), missing, values))
    return pd.array(values, dtype=dtype, copy=False)


def texts(values: list[str] | list[str | None]) -> pd.Series:
    """A text column; empty strings become missing."""
    return pd.Series([value or None for value in values], dtype=schema.TEXT)


def source_refs(label: str, lines: Any) -> pd.Series:
    """Where each row is: `<label>:<line>`."""
    texts = pa.array(np.asarray(lines, dtype=np.int64)).cast(pa.large_string())
    refs = pc.binary_join_element_wise(pa.scalar(label, texts.type), texts, pa.scalar(":", texts.type))
    return pd.Series(schema.TEXT.__from_arrow__(refs))


def several(values: Iterable[str]) -> str:
    """The values of one cell, each once, without those that are empty."""
    return schema.SEPARATOR.join(filter(None, dict.fromkeys(values)))


def linkedin_profile(text: str) -> str:
    """The LinkedIn profile in this text, else nothing: other pages may belong to a whole company."""
    found = _LINKEDIN.search(text[:2000])
    return keys.profile_key(found[0]) if found else ""


def on_nearly_all(lists: Iterable[Iterable[str]]) -> tuple[str, list[str]]:
    """Who is on nearly all of these lists, where nobody else is on most of them; and the candidates."""
    filled = [set(names) for names in lists if names]
    counts = Counter(name for names in filled for name in sorted(names)).most_common(3)
    if not counts:
        return "", []
    (best, often), *others = counts
    clear = often >= NEARLY_ALL * len(filled) and all(count <= often / 2 for _, count in others)
    return best if clear else "", [name for name, _ in counts]


def owner_unclear(label: str, where: str, candidates: list[str]) -> LoadError:
    """The error where nobody is on nearly all of the lists."""
    return LoadError(
        f"{label}: could not tell from the {where} which address is yours; candidates: {', '.join(candidates)}; "
        f'write yours into book.toml under [owner]: emails = ["{candidates[0]}"]'
    )


def digest(*parts: str) -> str:
    """A short name for some content: the same in every export that holds it."""
    content = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=10).hexdigest()
