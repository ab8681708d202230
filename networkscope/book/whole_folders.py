"""A folder that is there whole or not at all: written beside its place, brought down on the disk, then put there.

A folder cannot be put in the place of another one in one step everywhere. So the old one steps aside first; whoever is
killed between the two steps leaves it there, and `heal` brings it back.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from networkscope.book.locks import held

STAGED, ASIDE = "staged", "aside"
LEFT_OVER = re.compile(rf"\.(?P<kind>{STAGED}|{ASIDE})-[0-9a-f]{{8}}-(?P<name>.+)")


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `target`, whole, once the block ends well; else all stays as it was.

    Only one process at a time may do so below the same parent.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     with staged_folder(Path(parent) / "week") as staged:
    ...         _ = (staged / "page").write_text("new")
    ...     sorted(path.name for path in Path(parent).iterdir())
    ['week']
    """
    mark = f"{secrets.token_hex(4)}-{target.name}"
    staged, aside = target.with_name(f".{STAGED}-{mark}"), target.with_name(f".{ASIDE}-{mark}")
    staged.mkdir()
    try:
        yield staged
        sync(staged)
        if target.exists():
            target.replace(aside)
        try:
            staged.replace(target)
        except OSError:
            if aside.exists():
                aside.replace(target)
            raise
        _sync_names(target.parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def alone(folder: Path, busy: str, *, wait: float = 0) -> Iterator[None]:
    """Nobody else writes into this folder meanwhile; a LoadError, `busy`, where somebody does for `wait` seconds."""
    with held(folder / ".lock", busy, of=folder, wait=wait):
        yield


def heal(parent: Path) -> None:
    """Bring back what a killed process left aside, and remove what it had not finished."""
    for path in sorted(parent.iterdir()):
        left = LEFT_OVER.fullmatch(path.name)
        if left and left["kind"] == ASIDE and not (parent / left["name"]).exists():
            path.replace(parent / left["name"])
        elif left:
            shutil.rmtree(path, ignore_errors=True)


def sync(folder: Path) -> None:
    """Bring all files below this folder, and their names, down on the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            _sync_names(path)
        else:
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


def _sync_names(folder: Path) -> None:
    if os.name == "posix":  # Windows opens no folders
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
