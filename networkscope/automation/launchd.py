"""launchd: an agent of the user's own on a Mac, which runs after waking what it slept through."""

import os
import plistlib
from pathlib import Path

from networkscope.automation.job import Job, call
from networkscope.book.own_files import write_atomically
from networkscope.errors import LoadError

MISSING = "launchd is on a Mac only; choose another scheduler by --with"
HINT = "It looks every day at that time, or after waking, whether the week is due."


def path(job: Job) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{job.name}.plist"


def files(job: Job) -> dict[str, str]:
    """The agent's property list."""
    content = {
        "Label": job.name,
        "ProgramArguments": job.command,
        "StartCalendarInterval": {"Hour": job.time.hour, "Minute": job.time.minute},
        "ProcessType": "Background",
        # Only what goes wrong before our own log is open.
        "StandardErrorPath": str(job.book.resolve() / "reports" / "launchd.log"),
    }
    return {str(path(job)): plistlib.dumps(content).decode()}


def install(job: Job) -> None:
    """Write the agent and load it; where that is refused, none is left."""
    _unload(job)  # an older one; none is no matter
    path(job).parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path(job), files(job)[str(path(job))])
    advice = "log in on the screen of this Mac and try again"
    try:
        call("launchctl", "bootstrap", f"gui/{os.getuid()}", str(path(job)), missing=MISSING, refusal=advice)
    except LoadError:
        path(job).unlink()
        raise


def remove(job: Job) -> bool:
    """Unload the agent and remove it; False where there is none."""
    if was_there := is_installed(job):
        _unload(job)
        path(job).unlink(missing_ok=True)
    return was_there


def is_installed(job: Job) -> bool:
    return path(job).exists()


def _unload(job: Job) -> None:
    call("launchctl", "bootout", f"gui/{os.getuid()}/{job.name}", missing=MISSING)
