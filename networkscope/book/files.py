"""Files that are either whole or as they were: nobody ever opens half a report, or half a table."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from networkscope.errors import LoadError, one_line


def write_draft(path: Path, content: bytes, *, mode: int | None = None) -> Path:
    """The content in a new file beside `path`, down on the disk; ``draft.replace(path)`` puts it in its place.

    `mode` are the rights of the file, by default those of any new file.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        draft.chmod(mode)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put the content at this path in one step; what stood there stays until then."""
    draft = write_draft(path, content.encode("utf-8", "replace") if isinstance(content, str) else content)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Can this file be written? A LoadError where it cannot, and nothing is changed."""
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            why = "it is a folder" if path.is_dir() else ""
    except OSError as fault:
        why = one_line(fault.strerror)
    if why:
        raise LoadError(f"'{path.name}' cannot be written ({why}); choose another place")


def output_folder(
    folder: Path, pages: Sequence[str] = (), *, instead: str = "choose another with -o"
) -> Path:
    """Can reports be written there? Make the folder where it is missing; `pages` are to be written.

    `instead` is what to do where it cannot be used.

    Raises
    ------
    LoadError
        It is not a folder, or nothing can be written into it.
    """
    what = f"the output folder '{folder.name}'"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as fault:
        raise LoadError(f"{what} is not a folder; {instead}") from fault
    except OSError as fault:
        raise LoadError(f"nothing can be written into {what} ({fault.strerror}); {instead}") from fault
    for name in ("index", *pages):
        if (folder / f"{name}.html").is_dir():
            raise LoadError(f"'{name}.html' in the output folder is a folder; remove it, or {instead}")
    if (folder / "failed").exists() and not (folder / "failed").is_dir():
        raise LoadError(f"'failed' in the output folder is not a folder; remove it, or {instead}")
    return folder
