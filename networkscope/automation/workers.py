"""Who writes the sets of a fleet: processes of this computer, or those of the workers of a dask scheduler.

Either is an executor of `concurrent.futures`. Each set is written by a process of its own, which ends with whoever
started it, so that a worker that is killed leaves nobody behind who goes on writing.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from networkscope.automation.client import RESULT, said_in
from networkscope.errors import LoadError, ParameterError, one_line

HOURS = 1  # so long may one book take
SECONDS = 10  # so long may a scheduler take to answer
CLIENT = [sys.executable, "-m", "networkscope.automation.client"]
GO_ON = "run the same command again, and it goes on where it stopped"


class Task(NamedTuple):
    """What one client's process is told; `run` is the file that says what this run is about."""

    book: Path
    output: Path
    as_of: str
    share: str
    run: Path


Outcome = tuple[dict[str, Any], str]  # what came of it, and why nothing or not all did


@contextmanager
def workers(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    """So many workers on this computer, or those of the scheduler at this address.

    Raises
    ------
    ParameterError, LoadError
        dask.distributed is not installed, the scheduler cannot be reached, or it has no workers.
    """
    if scheduler is None:
        with ThreadPoolExecutor(jobs) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError as error:
        what = "--scheduler needs dask.distributed, which is not installed: pip install distributed"
        raise ParameterError(what) from error
    where = f"the scheduler '{one_line(scheduler, 80)}'"
    for name in ("distributed", "distributed.client"):  # what matters is in our own errors
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, AssertionError) as error:  # a strange address is asserted against
        raise LoadError(
            f"{where} cannot be reached: start it with `dask scheduler`, and give the address that it prints, "
            "like tcp://192.0.2.1:8786"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError as error:
            raise LoadError(f"{where} has no workers: start some with `dask worker {scheduler}`") from error
        yield client.get_executor(pure=False)


def outcome(done: Future[Outcome]) -> Outcome:
    """What came of a task; a worker that dies with it several times fails alone, like any client.

    A LoadError where the scheduler was lost, or a worker cannot start the task at all.
    """
    try:
        error = done.exception()
    except CancelledError as lost:
        raise LoadError(f"the scheduler was lost; {GO_ON}") from lost
    if error is None:
        return done.result()
    if type(error).__name__ == "KilledWorker":
        return {}, "the workers that had it died"
    if isinstance(error, Exception):
        why = one_line(error.__cause__ or error, 150)
        raise LoadError(f"a worker cannot do it ({why}): install the same networkscope on each") from error
    raise error


def write_apart(task: Task) -> Outcome:
    """Write the set of one client in a process of its own."""
    if not task.run.exists():
        return {}, "its worker does not see the folders: workers need the same disk at the same place"
    end, ours = os.pipe()  # never written to: its end tells the process that we are no more
    command = [*CLIENT, *map(str, task)]
    try:
        task.output.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command, stdin=end, capture_output=True, text=True, timeout=HOURS * 3600, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        return {}, one_line(getattr(error, "strerror", None) or "it took too long")
    finally:
        os.close(end)
        os.close(ours)
    said = said_in(task.output / RESULT)
    if said.get("as_of") == task.as_of:
        return said, one_line("; ".join(said["failures"]))
    last = (done.stderr.strip().splitlines() or [f"its process ended with exit code {done.returncode}"])[-1]
    return {}, one_line(last)
