"""cron: one line in the user's crontab. cron forgets what it slept through, so the line looks every hour."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from networkscope.automation.job import Job, call, refused

MISSING = "install cron, or choose another scheduler by --with"
HINT = "It looks every hour whether the week is due, so that a time slept through is made up for."


def files(job: Job) -> dict[str, str]:
    """What is added to the crontab."""
    return {"crontab": line(job) + "\n"}


def line(job: Job, when: str = "") -> str:
    """The line of this job; `when` are cron's five fields, by default the minute of each hour."""
    command = shlex.join(job.command).replace("%", r"\%")  # a bare % would end the line
    return f"{when or f'{job.time.minute} * * * *'} {command} # {job.name}"


def install(job: Job) -> None:
    """Put the line into the user's crontab, in the place of an older one of this book."""
    _change(job, [line(job)])


def remove(job: Job) -> bool:
    """Take the line out of the user's crontab; False where there is none."""
    return _change(job, [])


def is_installed(job: Job) -> bool:
    return any(_is_ours(each, job) for each in _lines())


def _change(job: Job, added: list[str]) -> bool:
    with _alone():
        before = _lines()
        others = [each for each in before if not _is_ours(each, job)]
        wanted = others + added
        if wanted != before:
            done = _replace("".join(f"{each}\n" for each in wanted))
            if done.returncode:
                raise refused("crontab", done, "ask who looks after this computer whether you may use cron")
        return others != before


def _lines() -> list[str]:
    done = call("crontab", "-l", missing=MISSING)
    if done.returncode and "no crontab" not in done.stderr:
        raise refused("crontab", done, "ask who looks after this computer whether you may use cron")
    return [] if done.returncode else done.stdout.splitlines()


def _replace(text: str) -> subprocess.CompletedProcess[str]:
    """From a file: where we are killed before all is in a pipe, crontab would take what it got for the whole."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "crontab"
        file.write_text(text, encoding="utf-8")
        return call("crontab", str(file), missing=MISSING)


def _is_ours(text: str, job: Job) -> bool:
    return text.endswith(f" # {job.name}")


@contextmanager
def _alone() -> Iterator[None]:
    """crontab itself has no lock: of two that change it at once, one would be lost."""
    from filelock import FileLock

    with FileLock(Path(tempfile.gettempdir()) / f"networkscope-crontab-{Path.home().name}.lock", timeout=60):
        yield
