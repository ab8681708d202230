"""Windows: a task of the Task Scheduler, which starts as soon as it can after a time that was missed."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from networkscope.automation.job import Job, call, refused

MISSING = "the Task Scheduler is on Windows only; choose another scheduler by --with"
HINT = "It looks every day at that time, or as soon as it can after it, whether the week is due."
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
START = "2026-01-01T{hour:02}:{minute:02}:00"  # a day in the past: daily from then on


def files(job: Job) -> dict[str, str]:
    """The task as XML; `schtasks /Create /XML` takes it."""
    program, *arguments = job.command
    content = {
        "RegistrationInfo": {"Description": job.title},
        "Triggers": {
            "CalendarTrigger": {
                "StartBoundary": START.format(hour=job.time.hour, minute=job.time.minute),
                "Enabled": "true",
                "ScheduleByDay": {"DaysInterval": "1"},
            }
        },
        "Settings": {
            "MultipleInstancesPolicy": "IgnoreNew",
            "DisallowStartIfOnBatteries": "false",
            "StopIfGoingOnBatteries": "false",
            "StartWhenAvailable": "true",
            "ExecutionTimeLimit": "PT4H",
        },
        "Actions": {"Exec": {"Command": program, "Arguments": subprocess.list2cmdline(arguments)}},
    }
    ElementTree.register_namespace("", NAMESPACE)
    task = ElementTree.Element(f"{{{NAMESPACE}}}Task", version="1.2")
    _fill(task, content)
    ElementTree.indent(task)
    text = ElementTree.tostring(task, encoding="unicode")
    return {f"{job.name}.xml": f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'}


def install(job: Job) -> None:
    """Register the task, in the place of an older one of this book."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{job.name}.xml"
        file.write_text(files(job)[file.name], encoding="utf-16")
        done = call("schtasks", "/Create", "/TN", job.name, "/XML", str(file), "/F", missing=MISSING)
    if done.returncode:
        raise refused("schtasks", done, "ask who looks after this computer whether you may add tasks")


def remove(job: Job) -> bool:
    """Delete the task; False where there is none."""
    return call("schtasks", "/Delete", "/TN", job.name, "/F", missing=MISSING).returncode == 0


def is_installed(job: Job) -> bool:
    return call("schtasks", "/Query", "/TN", job.name, missing=MISSING).returncode == 0


def _fill(element: ElementTree.Element, content: dict[str, object]) -> None:
    for name, value in content.items():
        child = ElementTree.SubElement(element, f"{{{NAMESPACE}}}{name}")
        if isinstance(value, dict):
            _fill(child, value)
        else:
            child.text = str(value)
