"""Only one process at a time writes a file or a folder; a process that is killed leaves no lock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from networkscope.errors import LoadError, one_line

LOCK_SECONDS = 10.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else appends to this table meanwhile."""
    lock = path.with_name(f".{path.name}.lock")
    busy = f"{path.name} is in use by another program; try again when that is done"
    with held(lock, busy, of=path, wait=LOCK_SECONDS):
        try:
            yield
        finally:
            with suppress(OSError):  # whoever waits for it makes a new one; Windows keeps what is open
                lock.unlink()


@contextmanager
def held(lock: Path, busy: str, *, of: Path, wait: float) -> Iterator[None]:
    """Hold this lock of a file or folder; a LoadError, `busy`, where another process does for `wait` seconds.

    The lock of a killed process is free at once.
    """
    from filelock import FileLock, Timeout  # here, so that reading does not wait for its import

    holder = FileLock(lock, timeout=wait)
    try:
        holder.acquire()
    except Timeout as error:
        raise LoadError(busy) from error
    except OSError as error:
        raise unwritable(of, error) from error
    try:
        yield
    finally:
        holder.release()


def unwritable(path: Path, error: OSError) -> LoadError:
    return LoadError(f"{path.name} cannot be written: {one_line(error.strerror)}")
