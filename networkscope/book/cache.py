"""What an earlier opening of this book parsed, so that only new and changed files are parsed again.

`<book>/.cache` holds zip archives, each with some frames as Arrow streams and the rest as JSON; zip's checksums tell
whether they are as they were written. The name of an archive is a hash of all that its content depends on: the files
as the file system signs them, the settings, this package's code, the libraries and the time zone data. So nothing in
it is ever out of date, it can be deleted at any time, and what is damaged or cannot be written is ignored and made
anew. It can run no code, and only its owner may look at it. What the last opening did not use is removed.
"""

import hashlib
import io
import json
import logging
import re
import time
import zipfile
import zoneinfo
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import tzdata  # type: ignore[import-untyped]

from networkscope.book.own_files import write_atomically
from networkscope.importers.base import Frames, Parsed
from networkscope.settings import Settings

MARK = "# What networkscope parsed; safe to delete at any time.\n*\n"
ABANDONED_SECONDS = 3600  # a draft that old belongs to an opening that was killed

# Entries of earlier versions end in .arrow; they go with the next opening.
_OURS = re.compile(r"[0-9a-f]{40}\.(zip|arrow)|(\.([0-9a-f]{40}\.zip|\.gitignore)\.|tmp-).*")
_EXACT = re.compile(r"str|bool(ean)?|[Ii]nt\d+|[Ff]loat\d+|datetime64\[\w+(, UTC)?\]")
_log = logging.getLogger(__name__)


def digest(*parts: Any) -> str:
    """A name for these parts: plain values, or frozen dataclasses and tuples of them."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _code_version() -> str:
    """Whatever may read the same bytes in another way tomorrow."""
    package = Path(__file__).parents[1]
    rooms = (".", "words", "words/rules", "importers", "people", "book")
    modules = [path for room in rooms for path in (package / room).glob("*.*")]
    sources = [(path.name, path.read_bytes()) for path in sorted(modules)]
    lists = [Path(folder, "tzdata.zi") for folder in zoneinfo.TZPATH]
    zones = [path.read_bytes()[:40] for path in lists if path.is_file()]
    return digest(sources, zones, tzdata.IANA_VERSION, pd.__version__, pa.__version__, np.__version__)


# Computed at import: an update of the package must not pass for the code that is running.
CODE = _code_version()
REGISTER = digest("contact ids")  # outlives every change of files, settings and code


def key_of(kind: str, settings: Settings, *parts: Any) -> str:
    """The name under which something is kept; what no reader looks at may change freely."""
    unused: dict[str, Any] = dict.fromkeys(
        ("target_companies", "target_titles", "target_locations", "cadence_days", "week_starts_on"), ()
    )
    return digest(CODE, kind, replace(settings, **unused), parts)


def usable(book: Path) -> Path | None:
    """The cache folder of this book, made if need be; None where there cannot be one.

    A link, and a folder that other programs use, are left alone.
    """
    folder = book / ".cache"
    mark = folder / ".gitignore"
    try:
        if folder.is_symlink():
            return None
        folder.mkdir(mode=0o700, exist_ok=True)
        if all(_OURS.fullmatch(path.name) for path in folder.iterdir()):
            write_atomically(mark, MARK, mode=0o600)
        return folder if mark.read_bytes() == MARK.encode() else None
    except OSError:
        return None


def load(place: Path | None, key: str) -> tuple[Frames, dict[str, Any]] | None:
    """What was kept under this key; None where it is not there, or not as it was written."""
    if place is None:
        return None
    path = place / f"{key}.zip"
    try:
        if path.is_symlink() or not path.is_file():  # a link leads elsewhere, a pipe would never end
            return None
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("about.json"))
            if about["key"] != key:
                return None
            streams = [archive.read(str(number)) for number in range(len(about["frames"]))]
        frames = {name: _frame(stream) for name, stream in zip(about["frames"], streams, strict=True)}
        return frames, about["rest"]
    except Exception as error:  # whatever zipfile, json, pyarrow and pandas make of a damaged file
        _log.info("a damaged file of the cache is not used: %s", type(error).__name__)
        return None


def save(place: Path | None, key: str, frames: Frames, rest: dict[str, Any]) -> None:
    """Keep this; where it cannot be kept exactly, or not at all, nothing happens."""
    if place is None:
        return
    try:
        about = json.dumps({"key": key, "frames": [*frames], "rest": rest}, default=int)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(zipfile.ZipInfo("about.json"), about)
            for number, frame in enumerate(frames.values()):
                archive.writestr(zipfile.ZipInfo(str(number)), _stream(frame))
        write_atomically(place / f"{key}.zip", content.getvalue(), mode=0o600)
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        _log.info("the cache cannot keep a file: %s", type(error).__name__)


def to_frames(parsed: Parsed) -> tuple[Frames, dict[str, Any]]:
    """What a reader found as frames and the rest, which JSON can hold."""
    every = {field.name: getattr(parsed, field.name) for field in fields(parsed)}
    tables = {f"tables/{name}": frame for name, frame in every.pop("tables").items()}
    frames = {name: value for name, value in every.items() if isinstance(value, pd.DataFrame)}
    rest = {name: value for name, value in every.items() if name not in frames and value is not None}
    return {**frames, **tables}, rest


def from_frames(frames: Frames, rest: dict[str, Any]) -> Parsed:
    """What `to_frames` took apart."""
    parsed = Parsed(**{name: frame for name, frame in frames.items() if "/" not in name})
    parsed.tables = {name.partition("/")[2]: frame for name, frame in frames.items() if "/" in name}
    for name, value in rest.items():
        setattr(parsed, name, type(getattr(parsed, name))(value))
    return parsed


def prune(place: Path | None, used: Iterable[str]) -> None:
    """Remove all but these entries, and the drafts of openings that were killed."""
    if place is None:
        return
    names = {f"{key}.zip" for key in used}
    old = time.time() - ABANDONED_SECONDS
    with suppress(OSError):  # another process may be pruning too
        for path in place.iterdir():
            draft = not path.name.endswith((".zip", ".arrow"))
            spare = path.lstat().st_mtime < old if draft else path.name not in names
            if spare and _OURS.fullmatch(path.name):
                path.unlink()


def _stream(frame: pd.DataFrame) -> memoryview:
    """The frame as an Arrow stream, if each of its columns comes back as it is; else ValueError."""
    for name, dtype in frame.dtypes.items():
        choices = isinstance(dtype, pd.CategoricalDtype) and dtype.categories.dtype == "str"
        if not (isinstance(name, str) and (choices or _EXACT.fullmatch(str(dtype)))):
            raise ValueError(f"a column of type {dtype} cannot be kept")
    table = pa.Table.from_pandas(frame)
    # One batch, be it empty: with none, the categories would not be written.
    arrays = [column.combine_chunks() for column in table.columns]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=table.schema))
    return memoryview(sink.getvalue())


def _frame(stream: bytes) -> pd.DataFrame:
    """The frame, with codes of its own for every category: pandas would write into those of the stream."""
    frame: pd.DataFrame = pa.ipc.open_stream(stream).read_all().to_pandas(use_threads=False)
    categories = frame.select_dtypes("category")
    return frame.assign(**{str(name): column.copy() for name, column in categories.items()})
