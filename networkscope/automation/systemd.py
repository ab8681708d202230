"""systemd: a timer and a service of the user's own, which makes up for what it slept through (`Persistent`)."""

import os
from pathlib import Path

from networkscope.automation.job import Job, call
from networkscope.book.own_files import write_atomically
from networkscope.errors import LoadError, one_line

MISSING = "choose another scheduler by --with"
HINT = (
    "It looks every day at that time whether the week is due.\n"
    "It runs while you are logged in; `loginctl enable-linger` lets it run always."
)


def folder() -> Path:
    """Where the user's own units are."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def files(job: Job) -> dict[str, str]:
    """The service and its timer, by file."""
    start = " ".join(map(_quoted, job.command))
    time = f"{job.time.hour:02}:{job.time.minute:02}:00"
    title = job.title.replace("%", "%%")
    service = f"[Unit]\nDescription={title}\n\n[Service]\nType=oneshot\nNice=10\nExecStart={start}\n"
    timer = (
        f"[Unit]\nDescription={title}\n\n[Timer]\nOnCalendar=*-*-* {time}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    units = {"service": service, "timer": timer}
    return {str(folder() / f"{job.name}.{kind}"): text for kind, text in units.items()}


def install(job: Job) -> None:
    """Write both units and start the timer; where that is refused, neither is left."""
    before = {path: path.read_bytes() if path.exists() else None for path in map(Path, files(job))}
    try:
        for name, text in files(job).items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(Path(name), text)
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", f"{job.name}.timer")
    except BaseException as error:
        for path, content in before.items():
            path.unlink(missing_ok=True) if content is None else write_atomically(path, content)
        if isinstance(error, OSError):
            raise LoadError(f"the units cannot be written ({one_line(error.strerror)})") from error
        raise


def remove(job: Job) -> bool:
    """Stop the timer and remove both units; False where there is none."""
    if not is_installed(job):
        return False
    _systemctl("disable", "--now", f"{job.name}.timer")
    for name in files(job):
        Path(name).unlink(missing_ok=True)
    _systemctl("daemon-reload")
    return True


def is_installed(job: Job) -> bool:
    return (folder() / f"{job.name}.timer").exists()


def _systemctl(*arguments: str) -> None:
    advice = "where systemd does not run for users, choose --with cron"
    call("systemctl", "--user", *arguments, missing=MISSING, refusal=advice)


def _quoted(text: str) -> str:
    """One argument of ExecStart, in which systemd finds nothing to fill in."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
