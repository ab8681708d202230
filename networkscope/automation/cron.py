"""cron: one line in the user's crontab. cron forgets what it slept through, so the line looks every hour."""

import shlex
import tempfile
from pathlib import Path

from networkscope.automation.job import Job, call, refused

MISSING = "install cron, or choose another scheduler by --with"
HINT = "It looks every hour whether the week is due, so that a time slept through is made up for."
REFUSED = "ask who looks after this computer whether you may use cron"


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
    return any(each.endswith(f" # {job.name}") for each in _lines())


def _change(job: Job, added: list[str]) -> bool:
    """Put these lines in the place of those of this job; False where it had none."""
    from filelock import (
        FileLock,
    )  # crontab itself has no lock: of two that change it at once, one would be lost

    lock = Path(tempfile.gettempdir()) / f"networkscope-crontab-{Path.home().name}.lock"
    with FileLock(lock, timeout=60), tempfile.TemporaryDirectory() as place:
        before = _lines()
        others = [each for each in before if not each.endswith(f" # {job.name}")]
        if others + added != before:
            # From a file: where we are killed before all is in a pipe, crontab would take what it got for the whole.
            file = Path(place) / "crontab"
            file.write_text("".join(f"{each}\n" for each in others + added), encoding="utf-8")
            call("crontab", str(file), missing=MISSING, refusal=REFUSED)
        return others != before


def _lines() -> list[str]:
    done = call("crontab", "-l", missing=MISSING)
    if done.returncode and "no crontab" not in done.stderr:
        raise refused("crontab", done, REFUSED)
    return [] if done.returncode else done.stdout.splitlines()
