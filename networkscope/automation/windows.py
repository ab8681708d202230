"""Windows: a task of the Task Scheduler, which starts as soon as it can after a time that was missed."""

import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from networkscope.automation.job import Job, call

MISSING = "the Task Scheduler is on Windows only; choose another scheduler by --with"
HINT = "It looks every day at that time, or as soon as it can after it, whether the week is due."
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task xmlns="{namespace}" version="1.2">
  <RegistrationInfo><Description>{title}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT4H</ExecutionTimeLimit>
  </Settings>
  <Actions><Exec><Command>{program}</Command><Arguments>{arguments}</Arguments></Exec></Actions>
</Task>
"""  # from a day in the past on, daily


def files(job: Job) -> dict[str, str]:
    """The task as XML; `schtasks /Create /XML` takes it."""
    program, *arguments = job.command
    texts = {"title": job.title, "program": program, "arguments": subprocess.list2cmdline(arguments)}
    filled = {name: escape(text) for name, text in texts.items()}
    task = TASK.format(namespace=NAMESPACE, hour=job.time.hour, minute=job.time.minute, **filled)
    return {f"{job.name}.xml": task}


def install(job: Job) -> None:
    """Register the task, in the place of an older one of this book."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{job.name}.xml"
        file.write_text(files(job)[file.name], encoding="utf-16")
        advice = "ask who looks after this computer whether you may add tasks"
        arguments = ("/Create", "/TN", job.name, "/XML", str(file), "/F")
        call("schtasks", *arguments, missing=MISSING, refusal=advice)


def remove(job: Job) -> bool:
    """Delete the task; False where there is none."""
    return call("schtasks", "/Delete", "/TN", job.name, "/F", missing=MISSING).returncode == 0


def is_installed(job: Job) -> bool:
    return call("schtasks", "/Query", "/TN", job.name, missing=MISSING).returncode == 0
