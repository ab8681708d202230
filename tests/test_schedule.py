"""networkscope.automation.schedule and its four schedulers, each by the real tool where this computer has it."""

import datetime as dt
import json
import logging
import os
import plistlib
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from networkscope.automation import cron, job, launchd, scheduled, systemd, windows
from networkscope.automation.due import WeeklyTime
from networkscope.automation.job import Job
from networkscope.automation.schedule import FORMS, status, usual_form
from networkscope.cli.main import main
from networkscope.errors import LoadError, ParameterError, ReportError
from networkscope.reports.weekly import Result

MONDAY = WeeklyTime(0, 7, 30)
ROOT = Path(__file__).parent.parent


@pytest.fixture(params=["book", 'o\'d d "100%" $HOME \\ x'])
def odd(tmp_path, request):
    folder = tmp_path / request.param
    folder.mkdir()
    return Job(folder, MONDAY)


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "book").mkdir()
    return Job(tmp_path / "book", MONDAY)


def needed(tool):
    """Where the tool is missing the test is left out, but for CI, where it must not be."""
    if shutil.which(tool) is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{tool} is not installed")


def test_the_command_is_absolute_and_one_that_the_command_line_takes(plain, monkeypatch):
    monkeypatch.chdir(plain.book.parent)
    job = Job(Path("book"), MONDAY)
    assert (job.name, job.command) == (plain.name, plain.command)
    assert Path(job.command[0]).is_absolute()
    assert job.command[:3] == [sys.executable, "-m", "networkscope"]
    context = main.commands["weekly"].make_context("weekly", job.command[4:])
    assert context.params["if_due"] == "mon 07:30"
    assert context.params["book"] == plain.book.resolve()


def test_each_book_has_a_name_of_its_own(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert Job(tmp_path / "a", MONDAY).name != Job(tmp_path / "b", MONDAY).name


def test_what_no_scheduler_can_do(tmp_path):
    with pytest.raises(LoadError, match="the book 'nowhere' is not a folder"):
        Job(tmp_path / "nowhere", MONDAY)
    (tmp_path / "two\nlines").mkdir()
    with pytest.raises(ParameterError, match="a character that no scheduler takes"):
        Job(tmp_path / "two\nlines", MONDAY)


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
def test_the_line_for_cron_says_to_the_shell_what_was_meant(odd):
    fields, command = cron.line(odd)[:10], cron.line(odd)[11:]
    assert fields == "30 * * * *"
    assert "%" not in command.replace(r"\%", "")
    shell = command.replace(r"\%", "%").replace(sys.executable, "printf '%s\\n'", 1)  # as cron gives it on
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == odd.command[1:]


IN_PRIVATE = "mount -t tmpfs none /var/spool/cron/crontabs && "


def private(script, **options):
    """Run a shell script for which the crontabs of this computer are empty, and stay as they are."""
    needed("crontab")
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root can put crontabs of its own in the place of others")
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", IN_PRIVATE + script], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, **options,
    )  # fmt: skip
    if "permission denied" in done.stderr:
        pytest.skip("mounting is not allowed here")
    return done


def shell_schedule(book, *options):
    arguments = [sys.executable, "-m", "networkscope", "schedule", str(book), "--with", "cron", *options]
    return " ".join(f"'{part}'" for part in arguments)


def test_the_real_crontab_takes_the_line_once_and_gives_it_back(plain):
    other = "5 4 * * * true # another's % line"
    install, remove = (shell_schedule(plain.book, option) for option in ("--install", "--remove"))
    later = shell_schedule(plain.book, "--weekly", "fri 18:05", "--install")
    steps = [f'echo "{other}" | crontab -', install, later, "crontab -l", remove, "crontab -l", remove]
    done = private(" && echo == && ".join(steps))
    assert done.returncode == 0, done.stderr
    _, first, _, lines, removed, left, again = done.stdout.split("==\n")
    assert first.splitlines()[0] == "cron: installed"
    assert first.splitlines()[-1].startswith("next run: 2")
    friday = Job(plain.book, WeeklyTime(4, 18, 5))
    assert lines.splitlines() == [other, cron.line(friday)]
    assert (removed, left.splitlines(), again) == (
        "cron: removed\n",
        [other],
        "cron: nothing was installed\n",
    )


def test_two_books_scheduled_at_once_are_both_there(tmp_path):
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
    script = (
        " & ".join(shell_schedule(tmp_path / name, "--install") for name in "abcd") + " & wait; crontab -l"
    )
    done = private(script)
    lines = [line for line in done.stdout.splitlines() if line.startswith("30 * * * *")]
    assert sorted(lines) == sorted(cron.line(Job(tmp_path / name, MONDAY)) for name in "abcd"), done.stderr


def test_without_crontab_nothing_is_installed(plain, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = CliRunner().invoke(main, ["schedule", str(plain.book), "--with", "cron", "--install"])
    assert done.exit_code == 2
    assert done.stderr == (
        "networkscope: 'crontab' is not installed here; install cron, or choose another scheduler by --with\n"
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_time_or_scheduler_or_book_is_refused(form, plain, tmp_path):
    call = CliRunner().invoke
    for arguments, message in (
        ([str(plain.book), "--weekly", "moonday 7:30"], "is not a weekly time"),
        ([str(tmp_path / "nowhere")], "the book 'nowhere' is not a folder"),
    ):
        done = call(main, ["schedule", *arguments, "--with", form, "--install"])
        assert (done.exit_code, message in done.stderr) == (2, True)
    assert call(main, ["schedule", str(plain.book), "--with", "at"]).exit_code == 2


def test_systemd_itself_finds_no_fault(odd, monkeypatch, tmp_path):
    needed("systemd-analyze")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name, text in systemd.files(odd).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    units = sorted(map(str, systemd.folder().iterdir()))
    assert [Path(unit).suffix for unit in units] == [".service", ".timer"]
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    when = next(line for line in Path(units[1]).read_text().splitlines() if line.startswith("OnCalendar="))
    done = subprocess.run(
        ["systemd-analyze", "calendar", when.removeprefix("OnCalendar=")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "07:30:00" in done.stdout


def test_where_systemd_refuses_nothing_is_left(plain, monkeypatch, tmp_path):
    needed("systemctl")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "no-bus"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(LoadError, match=r"'systemctl' refused \(.+\); nothing was installed; .*--with cron"):
        systemd.install(plain)
    assert list(systemd.folder().iterdir()) == []
    assert systemd.remove(plain) is False


def test_the_agent_of_launchd_is_a_property_list(odd, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    ((name, text),) = launchd.files(odd).items()
    assert name == str(tmp_path / "Library" / "LaunchAgents" / f"{odd.name}.plist")
    agent = plistlib.loads(text.encode())
    assert agent["ProgramArguments"] == odd.command
    assert agent["StartCalendarInterval"] == {"Hour": 7, "Minute": 30}
    assert agent["Label"] == odd.name


# What [MS-TSCH] 2.5 says of the order of children, where it prescribes one.
SEQUENCES = {
    "CalendarTrigger": ["Repetition", "StartBoundary", "EndBoundary", "Enabled", "ScheduleByDay"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}
KNOWN = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Actions", "Principals", "Data"},
    "RegistrationInfo": {"Description", "Author", "Date", "URI"},
    "Settings": {
        *("MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries"),
        *("StartWhenAvailable", "ExecutionTimeLimit", "Enabled", "Hidden", "WakeToRun"),
    },
}


def test_the_task_of_windows_follows_its_schema(odd):
    ((name, text),) = windows.files(odd).items()
    assert name == f"{odd.name}.xml"
    task = ElementTree.fromstring(text.encode("utf-16"))  # noqa: S314
    plain_tag = "{" + windows.NAMESPACE + "}"
    assert task.tag == f"{plain_tag}Task"
    for element in task.iter():
        children = [child.tag.removeprefix(plain_tag) for child in element]
        tag = element.tag.removeprefix(plain_tag)
        if tag in SEQUENCES:
            assert children == [name for name in SEQUENCES[tag] if name in children]
        if tag in KNOWN:
            assert set(children) <= KNOWN[tag]
    assert task.findtext(f".//{plain_tag}StartWhenAvailable") == "true"
    start = dt.datetime.fromisoformat(task.findtext(f".//{plain_tag}StartBoundary"))
    assert (start.hour, start.minute) == (7, 30)
    assert task.findtext(f".//{plain_tag}Command") == odd.command[0]
    assert task.findtext(f".//{plain_tag}Arguments") == subprocess.list2cmdline(odd.command[1:])


def test_the_usual_form_and_what_is_printed(plain):
    assert usual_form() == ("systemd" if Path("/run/systemd/system").is_dir() else "cron")
    done = CliRunner().invoke(main, ["schedule", str(plain.book), "--with", "cron"])
    assert (done.exit_code, done.stdout) == (0, cron.line(plain) + "\n")
    for form in FORMS:
        done = CliRunner().invoke(main, ["schedule", str(plain.book), "--with", form])
        assert done.stdout == "".join(FORMS[form].files(plain).values())


def test_the_status_says_what_came_of_the_last_run(plain, monkeypatch):
    monkeypatch.setattr(cron, "is_installed", lambda _: True)
    now = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)
    assert status(plain, "cron", now=now) == [
        "cron: installed",
        "last run: none yet",
        "next run: 2026-11-23 07:30",
    ]
    run = {
        "week": "2026-W46",
        "as_of": "",
        "started_at": "2026-11-16T07:30:01Z",
        "exit_code": 1,
        "messages": ["why"],
    }
    (plain.book / "reports").mkdir()
    (plain.book / "reports" / "last_run.json").write_text(json.dumps(run))
    assert status(plain, "cron", now=now)[1:3] == [
        "last run: 2026-11-16 07:30, week 2026-W46, failed with exit code 1",
        "  why",
    ]


def test_a_scheduler_that_hangs_is_an_error(monkeypatch):
    monkeypatch.setattr(job, "SECONDS", 0.2)
    with pytest.raises(LoadError, match="did not answer"):
        job.call("sleep", "5", missing="")


def test_a_scheduled_run_is_logged(plain, monkeypatch):
    failures = {}

    def write(book, *, as_of, progress):
        progress("weekly_report …")
        return Result(book / "index.html", (), failures)

    monkeypatch.setattr(scheduled, "write_week", write)
    scheduled.write_due_week(plain.book, as_of="2026-11-16 07:30")
    failures["a"] = ReportError("a.ipynb: cell 3 raised KeyError")
    scheduled.write_due_week(plain.book, as_of="2026-11-23 07:30")
    monkeypatch.setattr(scheduled, "write_week", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scheduled.write_due_week(plain.book, as_of="2026-11-30 07:30")
    said = [line[24:] for line in (plain.book / "reports" / "log.txt").read_text().splitlines()]
    assert said == [
        "INFO weekly reports as of 2026-11-16 07:30",
        "INFO weekly_report …",
        f"INFO done: {plain.book / 'index.html'}",
        "INFO weekly reports as of 2026-11-23 07:30",
        "INFO weekly_report …",
        "ERROR a.ipynb: cell 3 raised KeyError",
        "INFO failed; the last good week stays",
        "INFO weekly reports as of 2026-11-30 07:30",
        "ERROR stopped: division by zero",
    ]


def test_the_log_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(scheduled, "LOG_BYTES", 1000)
    for number in range(100):
        with scheduled.log_file(tmp_path) as log:
            log.info("run %d %s", number, "x" * 50)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["log.txt", "log.txt.1", "log.txt.2"]
    assert all(file.stat().st_size <= 1000 for file in files)
    assert "run 99" in files[0].read_text()
    assert logging.getLogger("networkscope.scheduled").handlers == []


def test_if_due_decides_alone(plain):
    for option, message in ((["-o", "x"], "leave out -o"), (["--as-of", "2026-11-16"], "leave out --as-of")):
        done = CliRunner().invoke(main, ["weekly", str(plain.book), "--if-due", "mon 07:30", *option])
        assert (done.exit_code, message in done.stderr) == (2, True)


def test_a_notice_needs_somewhere_to_go(plain):
    done = CliRunner().invoke(main, ["weekly", str(plain.book), "--notify"])
    assert (done.exit_code, "where is the notice to go?" in done.stderr) == (2, True)
    assert list(plain.book.iterdir()) == []


def test_a_notice_that_cannot_be_sent_is_logged_and_the_week_stays(plain, monkeypatch):
    (plain.book / "book.toml").write_text("[notify]\ndesktop = true\n")
    failed = Result(plain.book / "index.html", (), {"a": ReportError("a.ipynb: cell 3 raised KeyError")})
    monkeypatch.setattr(scheduled, "write_week", lambda *_, **__: failed)
    monkeypatch.setenv("PATH", "")
    assert scheduled.write_due_week(plain.book, as_of="2026-11-16") is failed
    log = (plain.book / "reports" / "log.txt").read_text()
    assert "ERROR no notice on the desktop: " in log


@pytest.mark.slow
@pytest.mark.kernel
def test_a_real_cron_daemon_writes_a_week(plain, tmp_path):
    """Debian's cron runs in the foreground; the entry is that of the schedule, but for the minutes."""
    needed("cron")
    (plain.book / "book.toml").write_text("[time]\ntimezone = 'UTC'\n")
    (plain.book / "interactions.csv").write_text("contact,occurred_at,channel\nAna Lee,2026-01-05,call\n")
    line = tmp_path / "crontab"
    line.write_text(f"PYTHONPATH={ROOT}\n{cron.line(plain, '* * * * *')}\n")
    done = private(f"crontab '{line}' && timeout 110 cron -f -L 15")
    assert done.returncode == 124, done.stderr
    deadline = time.monotonic() + 60
    archive = plain.book / "reports"
    while not list(archive.glob("*-W*")) and time.monotonic() < deadline:
        time.sleep(1)
    log = (archive / "log.txt").read_text()
    assert len(list(archive.glob("*-W*/manifest.json"))) == 1, log
    assert log.count("weekly reports as of") == 1, "a week that is there is not written again"
