"""What did an earlier opening of this book find, so that only new and changed files are parsed again?

`<book>/.cache` holds one file per key: a little JSON and some frames as Arrow streams, then their sum. The key names
all that the frames depend on: the bytes of the files, the settings, this package's code, the libraries and the time
zone data. So nothing in it is ever out of date, it can be deleted at any time, and whatever is damaged or cannot be
written is simply not used. It can run no code, and only its owner may look at it.

What a changed or deleted file held is thrown out with the next opening: what the user takes out is gone from here too.
"""

from __future__ import annotations

import contextlib
import hashlib
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
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import tzdata  # type: ignore[import-untyped]

from networkscope.importers.base import Frames, Parsed
from networkscope.settings import Settings

MARK = "# What networkscope parsed; safe to delete at any time.\n*\n"
ABANDONED_NS = 3600 * 10**9
UNUSED_BYTES = 64 * 2**20  # so much of what this opening did not use may stay, however small the book

# Entries were zip archives once; they go with the next opening.
_OURS = re.compile(r"([0-9a-f]{40}\.(arrow|zip)|tmp-.*)")
_PLAIN = re.compile(r"str|bool(ean)?|[Ii]nt\d+|[Ff]loat\d+|datetime64\[\w+(, UTC)?\]")
_READING = ("networkscope", "importers", "people")
_ODD = np.arange(1, 2**15, 2, dtype=np.uint64)  # as many words as stay in a processor's cache
_log = logging.getLogger(__name__)


def digest(*parts: Any) -> str:
    """A name for these parts: plain values, or frozen dataclasses and tuples of them."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _code() -> str:
    """Whatever may read the same bytes in another way tomorrow."""
    package = Path(__file__).parents[1]
    modules = [path for path in sorted(package.rglob("*.*")) if path.parent.name in _READING]
    sources = [(path.name, hashlib.blake2b(path.read_bytes()).hexdigest()) for path in modules]
    lists = [Path(folder, "tzdata.zi") for folder in zoneinfo.TZPATH]
    zones = [path.read_bytes()[:40] for path in lists if path.is_file()]
    return digest(sources, zones, tzdata.IANA_VERSION, pd.__version__, pa.__version__, np.__version__)


# Now and not later: an update of the package must not pass for the code that is running.
CODE = _code()
REGISTER = digest("contact ids")  # outlives every change of files, settings and code


def key_of(kind: str, settings: Settings, content: Any, *parts: Any) -> str:
    """The name under which something is kept: what it was made of (`made_of`), and then all that it depends on.

    What no reader looks at may change freely: targets, cadences and the first day of the week.
    """
    unseen: dict[str, Any] = dict.fromkeys(
        ("target_companies", "target_titles", "target_locations", "cadence_days"), ()
    )
    seen = replace(settings, week_starts_on="", **unseen)
    return made_of(kind, content) + digest(CODE, kind, seen, content, parts)[:20]


def made_of(kind: str, content: Any) -> str:
    """The first half of the keys of everything of this kind that was made of this content."""
    return digest(kind, content)[:20]


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


def load(place: Path | None, key: str, *, mapped: bool = False) -> tuple[Frames, dict[str, Any]] | None:
    """What was kept under this key; None where it is not there, or not as it was written.

    With `mapped` the frames stay in the file until they are looked at: for what is never written again.
    """
    if place is None:
        return None
    path = _path(place, key)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):  # a link leads elsewhere, a pipe would never end
            return None
        data = pa.memory_map(str(path)).read_buffer() if mapped else pa.py_buffer(path.read_bytes())
        words = np.frombuffer(data, dtype=np.uint64)
        if _sum(words[:-1]) != words[-1]:
            raise ValueError("the sum is another one")
        stream = pa.BufferReader(data)
        about = json.loads(_next(stream).column(0)[0].as_py())
        if about["key"] != key:
            return None
        frames = {name: _writable(_next(stream)) for name in about["frames"]}
        touch(place, [key])
        return frames, about["rest"]
    except FileNotFoundError:
        return None
    except Exception as fault:  # whatever json, pyarrow and pandas make of a damaged file
        _log.info("a damaged file of the cache is not used: %s", type(fault).__name__)
        return None


def save(
    place: Path | None, key: str, frames: Frames, rest: dict[str, Any], *, compression: str | None = "lz4"
) -> None:
    """Keep this; where it cannot be kept, nothing happens. Without compression it takes no time to load."""
    if place is None:
        return
    try:
        about = json.dumps({"key": key, "frames": [*frames], "rest": rest}, default=int)
        tables = [pa.table({"about": [about]}), *map(_exact, frames.values())]

        def write(stream: Any) -> None:
            total, at = 0, 0
            for table in tables:
                data = np.frombuffer(_streamed(table, compression), dtype=np.uint64)
                total, at = total + _sum(data, at), at + len(data)
                stream.write(data)
            stream.write(np.uint64(total % 2**64))

        _write(_path(place, key), write)
    except (OSError, ValueError, TypeError, pa.ArrowException) as fault:
        _log.info("the cache cannot keep a file: %s", type(fault).__name__)


def _sum(words: npt.NDArray[np.uint64], start: int = 0) -> int:
    """Each word times an odd number that tells its place (the first stands at `start`), modulo 2**64."""
    total = 0
    for at in range(0, len(words), len(_ODD)):
        piece = words[at : at + len(_ODD)]
        total += int(piece @ _ODD[: len(piece)]) + 2 * (start + at) * int(piece.sum())
    return total % 2**64


def _path(place: Path, key: str) -> Path:
    return place / f"{key}.arrow"


def _exact(frame: pd.DataFrame) -> pa.Table:
    """The frame, if each of its columns would come back as it is; else ValueError."""
    for name, dtype in frame.dtypes.items():
        choices = isinstance(dtype, pd.CategoricalDtype) and dtype.categories.dtype == "str"
        if not (isinstance(name, str) and (choices or _PLAIN.fullmatch(str(dtype)))):
            raise ValueError(f"a column of type {dtype} cannot be kept")
    return pa.Table.from_pandas(frame)


def _streamed(table: pa.Table, compression: str | None) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    # One batch, be it empty: with none, the categories would not be written.
    arrays = [column.combine_chunks() for column in table.columns]
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=table.schema))
    return sink.getvalue()


def _next(stream: Any) -> pa.Table:
    with pa.ipc.open_stream(stream) as reader:
        return reader.read_all()


def _writable(table: pa.Table) -> pd.DataFrame:
    """The table, with codes of its own for every categorical column: pandas would write into those of the file."""
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    coded = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return frame.assign(**{str(name): frame[name].copy() for name in coded})


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


def touch(place: Path, keys: Iterable[str]) -> None:
    """Mark these as used now; a link leads elsewhere, and Windows cannot mark the link itself."""
    for path in (_path(place, key) for key in keys):
        with contextlib.suppress(OSError):
            if not path.is_symlink():
                os.utime(path)


def prune(place: Path | None, used: Iterable[str], current: Iterable[str]) -> None:
    """Remove what was made of anything but the `current` contents (`made_of`), and what nobody asks for.

    Of what this opening did not use, the latest stays, up to the size of what it did use.
    """
    if place is None:
        return
    touch(place, used)
    names, made = {f"{key}.arrow" for key in used}, tuple(current)
    try:
        entries = [(path, path.lstat()) for path in place.iterdir() if _OURS.fullmatch(path.name)]
        entries.sort(key=lambda entry: -entry[1].st_mtime_ns)
        room = max(UNUSED_BYTES, sum(status.st_size for path, status in entries if path.name in names))
        for path, status in entries:
            if path.name.startswith("tmp-"):
                spare = status.st_mtime_ns < entries[0][1].st_mtime_ns - ABANDONED_NS
            else:
                room -= 0 if path.name in names else status.st_size
                spare = path.name not in names and (room < 0 or not path.name.startswith(made))
            if spare:  # Windows keeps what is mapped: the next opening removes it
                with contextlib.suppress(OSError):
                    path.unlink()
    except OSError as fault:  # another process may be pruning too
        _log.info("the cache was not pruned: %s", type(fault).__name__)
