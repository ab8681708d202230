"""What did an earlier opening of this book find, so that only new and changed files are parsed again?

`<book>/.cache` holds one file per key: a zip archive of Parquet tables and a little JSON. The key names all that
the tables depend on: the bytes of the files, the settings, this package's code, the libraries and the time zone
data. So nothing in it is ever out of date, it can be deleted at any time, and whatever is damaged or cannot be
written is simply not used. It can run no code, and only its owner may look at it.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import stat
import tempfile
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZipFile, ZipInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import tzdata  # type: ignore[import-untyped]

from networkscope.settings import Settings
from networkscope.sources.base import Parsed

MARK = "# What networkscope parsed; safe to delete at any time.\n*\n"
ABANDONED_NS = 3600 * 10**9
UNUSED_BYTES = 64 * 2**20  # so much of what this opening did not use may stay, however small the book

_OURS = re.compile(r"([0-9a-f]{40}\.zip|tmp-.*)")
_PLAIN = re.compile(r"str|bool(ean)?|[Ii]nt\d+|[Ff]loat\d+|datetime64\[\w+(, UTC)?\]")
_READING = ("networkscope", "sources", "identity")
_log = logging.getLogger(__name__)

Frames: TypeAlias = dict[str, pd.DataFrame]


def digest(*parts: Any) -> str:
    """A name for these parts: plain values, or frozen dataclasses and tuples of them."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _code() -> str:
    """Whatever may read the same bytes in another way tomorrow."""
    package = Path(__file__).parent
    modules = [path for path in sorted(package.rglob("*.*")) if path.parent.name in _READING]
    sources = [(path.name, hashlib.blake2b(path.read_bytes()).hexdigest()) for path in modules]
    lists = [Path(folder, "tzdata.zi") for folder in zoneinfo.TZPATH]
    zones = [path.read_bytes()[:40] for path in lists if path.is_file()]
    return digest(sources, zones, tzdata.IANA_VERSION, pd.__version__, pa.__version__, np.__version__)


# Now and not later: an update of the package must not pass for the code that is running.
CODE = _code()
REGISTER = digest("contact ids")  # outlives every change of files, settings and code


def key_of(kind: str, settings: Settings, *parts: Any) -> str:
    """The name under which something is kept, from all that it depends on.

    What no reader looks at may change freely: targets, cadences and the first day of the week.
    """
    unseen: dict[str, Any] = dict.fromkeys(
        ("target_companies", "target_titles", "target_locations", "cadence_days"), ()
    )
    return digest(CODE, kind, replace(settings, week_starts_on="", **unseen), parts)


def usable(book: Path) -> Path | None:
    """The cache folder of this book, made if need be; None where there cannot be one.

    A link, a folder of somebody else and one that other programs use are left alone.
    """
    folder = book / ".cache"
    try:
        if folder.is_symlink():
            return None
        folder.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "geteuid") and folder.stat().st_uid != os.geteuid():
            return None
        mark = folder / ".gitignore"
        if not mark.exists() and all(_OURS.fullmatch(path.name) for path in folder.iterdir()):
            folder.chmod(0o700)
            _write(mark, lambda stream: stream.write(MARK.encode()))
        return folder if mark.read_bytes() == MARK.encode() else None
    except OSError:
        return None


def parsed_of(kept: tuple[Frames, dict[str, Any]]) -> Parsed:
    """What `told` took apart."""
    frames, about = kept
    parsed = Parsed(**{name: frame for name, frame in frames.items() if "/" not in name})
    parsed.tables = {name.partition("/")[2]: frame for name, frame in frames.items() if "/" in name}
    for name, value in about.items():
        setattr(parsed, name, type(getattr(parsed, name))(value))
    return parsed


def told(parsed: Parsed) -> tuple[Frames, dict[str, Any]]:
    """A `Parsed` as its frames and the rest, which JSON can hold."""
    every = {field.name: getattr(parsed, field.name) for field in fields(parsed)}
    tables = {f"tables/{name}": frame for name, frame in every.pop("tables").items()}
    frames = {name: value for name, value in every.items() if isinstance(value, pd.DataFrame)}
    rest = {name: value for name, value in every.items() if name not in frames and value is not None}
    return {**frames, **tables}, rest


def load(place: Path | None, key: str) -> tuple[Frames, dict[str, Any]] | None:
    """What was kept under this key; None where it is not there, or not as it was written."""
    if place is None:
        return None
    path = place / f"{key}.zip"
    try:
        if not stat.S_ISREG(path.lstat().st_mode):  # a link leads elsewhere, a pipe would never end
            return None
        with ZipFile(path) as archive:  # it checks the sums of what it reads
            about = json.loads(archive.read("about.json"))
            if about["key"] != key:
                return None
            named = enumerate(about["frames"].items())
            frames = {name: _frame(archive.read(f"{i}.parquet"), types) for i, (name, types) in named}
        touch(place, [key])
        return frames, about["rest"]
    except FileNotFoundError:
        return None
    except Exception as fault:  # whatever zipfile, json, pyarrow and pandas make of a damaged file
        _log.info("a damaged file of the cache is not used: %s", type(fault).__name__)
        return None


def save(place: Path | None, key: str, frames: Frames, rest: dict[str, Any]) -> None:
    """Keep this; where it cannot be kept, nothing happens."""

    def write(stream: Any) -> None:
        with ZipFile(stream, "w") as archive:
            types = {name: _types(frame) for name, frame in frames.items()}
            about = json.dumps({"key": key, "frames": types, "rest": rest}, default=int)
            archive.writestr(ZipInfo("about.json"), about)
            for number, frame in enumerate(frames.values()):
                archive.writestr(ZipInfo(f"{number}.parquet"), _parquet(frame))

    if place is not None:
        try:
            _write(place / f"{key}.zip", write)
        except (OSError, ValueError, TypeError, pa.ArrowException) as fault:
            _log.info("the cache cannot keep a file: %s", type(fault).__name__)


def _write(path: Path, write: Callable[[Any], object]) -> None:
    """All of it or nothing, whoever else writes at the same time, and for the owner's eyes only."""
    number, name = tempfile.mkstemp(prefix="tmp-", dir=path.parent)
    try:
        with open(number, "wb") as stream:  # noqa: PTH123
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _types(frame: pd.DataFrame) -> list[Any]:
    """The type of each column, in words that `_frame` understands; ValueError where there are none."""
    types: list[Any] = []
    for name, dtype in frame.dtypes.items():
        choices = isinstance(dtype, pd.CategoricalDtype) and dtype.categories.dtype == "str"
        if not (isinstance(name, str) and (choices or _PLAIN.fullmatch(str(dtype)))):
            raise ValueError(f"a column of type {dtype} cannot be kept")
        types.append([dtype.categories.tolist(), bool(dtype.ordered)] if choices else str(dtype))
    return types


def _parquet(frame: pd.DataFrame) -> bytes:
    """Parquet may forget unused categories and their order: only their numbers are written."""
    chosen = frame.select_dtypes("category")
    plain = frame.assign(**{name: column.cat.codes for name, column in chosen.items()})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(plain), sink, compression="lz4", use_dictionary=False)
    return sink.getvalue()


def _frame(data: bytes, types: list[Any]) -> pd.DataFrame:
    with pq.ParquetFile(pa.BufferReader(data)) as file:  # half the work of read_table where tables are small
        frame = file.read(use_threads=False).to_pandas(use_threads=False)
    for (name, now), dtype in zip(frame.dtypes.items(), types, strict=True):
        if not isinstance(dtype, str):
            values, ordered = dtype
            frame[name] = pd.Categorical.from_codes(frame[name], values, ordered=ordered)
        elif str(now) != dtype:
            frame[name] = frame[name].astype(dtype)
    return frame


def touch(place: Path, keys: Iterable[str]) -> None:
    """Mark these as used now."""
    for key in keys:
        try:
            os.utime(place / f"{key}.zip", follow_symlinks=False)
        except OSError:
            continue


def prune(place: Path | None, used: Iterable[str]) -> None:
    """Remove what nobody asks for: what this opening did not use stays, the latest first, up to the size of
    what it did use.
    """
    if place is None:
        return
    touch(place, used)
    names = {f"{key}.zip" for key in used}
    try:
        entries = [(path, path.lstat()) for path in place.iterdir() if _OURS.fullmatch(path.name)]
        entries.sort(key=lambda entry: -entry[1].st_mtime_ns)
        room = max(UNUSED_BYTES, sum(status.st_size for path, status in entries if path.name in names))
        for path, status in entries:
            if path.name.startswith("tmp-"):
                spare = status.st_mtime_ns < entries[0][1].st_mtime_ns - ABANDONED_NS
            else:
                room -= 0 if path.name in names else status.st_size
                spare = room < 0 and path.name not in names
            if spare:
                path.unlink()
    except OSError as fault:  # another process may be pruning too
        _log.info("the cache was not pruned: %s", type(fault).__name__)
