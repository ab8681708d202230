"""launchd: an agent of the user's own on a Mac, which runs after waking what it slept through."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from networkscope.automation.job import Job, call, refused
from networkscope.book.own_files import write_atomically

MISSING = "launchd is on a Mac only; choose another scheduler by --with"
HINT = "It looks every day at that time, or after waking, whether the week is due."


def path(job: Job) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{job.name}.plist"


def files(job: Job) -> dict[str, str]:
    """The agent's property list."""
    log = str(
        job.book.resolve() / "reports" / "launchd.log"
    )  # only what goes wrong before our own log is open
    content = {
        "Label": job.name,
        "ProgramArguments": job.command,
        "StartCalendarInterval": {"Hour": job.time.hour, "Minute": job.time.minute},
        "ProcessType": "Background",
        "StandardErrorPath": log,
    }
    return {str(path(job)): plistlib.dumps(content).decode()}


def install(job: Job) -> None:
    """Write the agent and load it; where that is refused, none is left."""
    call(
        "launchctl", "bootout", f"{_domain()}/{job.name}", missing=MISSING
    )  # an older one; none is no matter
    path(job).parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path(job), files(job)[str(path(job))])
    done = call("launchctl", "bootstrap", _domain(), str(path(job)), missing=MISSING)
    if done.returncode:
        path(job).unlink(missing_ok=True)
        raise refused("launchctl", done, "log in on the screen of this Mac and try again")


def remove(job: Job) -> bool:
    """Unload the agent and remove it; False where there is none."""
    if not is_installed(job):
        return False
    call("launchctl", "bootout", f"{_domain()}/{job.name}", missing=MISSING)
    path(job).unlink(missing_ok=True)
    return True


def is_installed(job: Job) -> bool:
    return path(job).exists()


def _domain() -> str:
    return f"gui/{os.getuid()}"
