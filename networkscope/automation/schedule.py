"""Which schedulers are there, which one does this computer have, and when did it last run?"""

import datetime as dt
import sys
from pathlib import Path

from networkscope.automation import cron, launchd, systemd, windows
from networkscope.automation.due import clock
from networkscope.automation.job import Job
from networkscope.errors import one_line
from networkscope.reports.weeks import last_run

FORMS = {"cron": cron, "systemd": systemd, "launchd": launchd, "windows": windows}


def usual_form() -> str:
    """The scheduler that this computer has.

    >>> usual_form() in FORMS
    True
    """
    if sys.platform in ("darwin", "win32"):
        return "launchd" if sys.platform == "darwin" else "windows"
    return "systemd" if Path("/run/systemd/system").is_dir() else "cron"


def status(job: Job, form: str, *, now: dt.datetime | None = None) -> list[str]:
    """Is it installed, what came of the last run, and when is the next? In lines."""
    now = now or clock()
    installed = FORMS[form].is_installed(job)
    last = last_run(job.book / "reports")
    lines = [f"{form}: {'installed' if installed else 'not installed'}"]
    if last:
        what = "done" if last["exit_code"] == 0 else f"failed with exit code {last['exit_code']}"
        started = dt.datetime.fromisoformat(last["started_at"]).astimezone(now.tzinfo)
        lines.append(f"last run: {started:%Y-%m-%d %H:%M}, week {last['week']}, {what}")
        lines += [f"  {one_line(message)}" for message in last["messages"]]
    else:
        lines.append("last run: none yet")
    if installed:
        lines.append(f"next run: {job.time.after(now):%Y-%m-%d %H:%M}")
    return lines
