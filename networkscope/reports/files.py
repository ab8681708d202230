"""Files that are either whole or as they were: nobody ever opens half a report."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from networkscope.errors import LoadError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put the content at this path in one step; what stood there stays until then."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            draft.chmod(0o666 & ~mask)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def output_folder(folder: Path, pages: Sequence[str] = ()) -> Path:
    """Can reports be written there? Make the folder where it is missing; `pages` are to be written.

    Raises
    ------
    LoadError
        It is not a folder, or nothing can be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as fault:
        raise LoadError(
            f"the output folder '{folder.name}' is not a folder; choose another with -o"
        ) from fault
    except OSError as fault:
        raise LoadError(
            f"nothing can be written into the output folder '{folder.name}' ({fault.strerror}); choose another with -o"
        ) from fault
    for name in ("index", *pages):
        if (folder / f"{name}.html").is_dir():
            raise LoadError(
                f"'{name}.html' in the output folder is a folder; remove it, or choose another with -o"
            )
    if (folder / "failed").exists() and not (folder / "failed").is_dir():
        raise LoadError("'failed' in the output folder is not a folder; remove it, or choose another with -o")
    return folder
