"""A fleet on the workers of a real dask scheduler, one of which is killed; and what is said where that cannot be."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

import networkscope
from networkscope.cli.main import main

pytest.importorskip("distributed")
pytestmark = pytest.mark.usefixtures("sockets_are_gone")
BOOKS = ("a", "b", "c", "d")
LOG = "contact,occurred_at,channel\nZoltan Quimby,2026-11-05,call\nYvette Larkspur,2026-11-06,call\n"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(networkscope.__file__).parents[1])}


def free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def folder(tmp_path):
    for name in BOOKS:
        book = tmp_path / "clients" / name
        book.mkdir(parents=True)
        (book / "book.toml").write_text("[share]\ncoach = true\n")
        (book / "interactions.csv").write_text(LOG)
    return tmp_path / "clients"


@pytest.fixture
def start(tmp_path):
    """Start a process of dask: a scheduler or a worker."""
    started = []

    def begin(what, *arguments):
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments]
        log = (tmp_path / f"{what}{len(started)}.log").open("wb")
        started.append(
            subprocess.Popen(command, env=ENVIRONMENT, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT)
        )
        log.close()
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(start):
    address = free_address()
    start("scheduler", "--host", address, "--no-dashboard")
    return address


def worker(start, address):
    return start("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard")


def call(folder, *arguments):
    command = [sys.executable, "-m", "networkscope", "fleet", str(folder), "-o", str(folder.parent / "out")]
    return [*command, "--as-of", "2026-11-16", *arguments]


def until(condition, seconds=300):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.kernel
def test_one_of_two_workers_is_killed_and_every_set_is_there_once(folder, start, scheduler):
    out, both = folder.parent / "out", [worker(start, scheduler) for _ in range(2)]
    with subprocess.Popen(
        call(folder, "--scheduler", scheduler), env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as run:  # fmt: skip
        until(lambda: len(list(out.glob("*/.shared-*"))) == 2)
        begun = psutil.Process(both[0].pid).children()
        assert len(begun) == 1, "the process that writes a set"
        both[0].send_signal(signal.SIGKILL)
        until(lambda: not begun[0].is_running() or begun[0].status() == psutil.STATUS_ZOMBIE, seconds=60)
        _, progress = run.communicate(timeout=600)
    assert run.returncode == 0, progress
    lines = [line for line in progress.splitlines() if " of 4: " in line]
    assert [line.split(": ")[0] for line in lines] == [f"{number} of 4" for number in (1, 2, 3, 4)]
    assert sorted(line.split(": ")[1] for line in lines) == [f"{name} done" for name in BOOKS]
    page = (out / "index.html").read_text(encoding="utf-8")
    for name in BOOKS:
        assert page.count(f">{name}</a>") == 1
        assert len(list((out / name).glob("*.coach.html"))) == 9
        assert not list((out / name).glob(".shared-*"))


@pytest.mark.slow
def test_a_scheduler_that_is_lost_on_the_way_is_said(folder, start):
    address = free_address()
    lost = start("scheduler", "--host", address, "--no-dashboard")
    worker(start, address)
    with subprocess.Popen(
        call(folder, "--scheduler", address, "--quiet"), env=ENVIRONMENT, text=True, stderr=subprocess.PIPE
    ) as run:
        until(lambda: list(folder.parent.glob("out/*/.shared-*")))
        lost.kill()
        _, said = run.communicate(timeout=120)
    assert (run.returncode, said) == (
        2,
        "networkscope: the scheduler was lost; run the same command again, and it goes on where it stopped\n",
    )


@pytest.mark.slow
def test_a_worker_that_does_not_see_the_folders_says_so(folder, start, scheduler, monkeypatch):
    """Its disk is another one: for the worker the output is hidden."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can mount")
    hidden = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$1"; shift; exec "$@"', "sh"]
    (folder.parent / "out").mkdir()
    options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder.parent)]
    command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, *options]
    with subprocess.Popen(
        [*hidden, str(folder.parent / "out"), *command], env=ENVIRONMENT, stderr=subprocess.DEVNULL
    ) as blind:
        done = subprocess.run(
            call(folder, "--scheduler", scheduler, "--quiet"), env=ENVIRONMENT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        blind.kill()
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("its worker does not see the folders: workers need the same disk") == len(BOOKS)


def test_what_is_said_where_there_is_no_scheduler(folder, tmp_path, monkeypatch):
    from networkscope.automation import workers

    monkeypatch.setattr(workers, "SECONDS", 0.5)
    out = tmp_path / "out"
    command = ["fleet", str(folder), "-o", str(out), "--as-of", "2026-11-16", "--scheduler"]
    address = free_address()
    for wrong in (address, "nonsense", "http://127.0.0.1:1", ""):
        done = CliRunner().invoke(main, [*command, wrong])
        assert (done.exit_code, done.stdout) == (2, ""), (wrong, done.exception)
        assert done.stderr.startswith(
            f"networkscope: the scheduler '{wrong}' cannot be reached: start it with `dask scheduler`"
        )
    done = CliRunner().invoke(main, [*command, address, "--jobs", "2"])
    assert (done.exit_code, "start as many workers as you want" in done.stderr) == (2, True)
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = CliRunner().invoke(main, [*command, address])
    assert (done.exit_code, done.stderr) == (
        2,
        "networkscope: --scheduler needs dask.distributed, which is not installed: pip install distributed\n",
    )
    assert not (out / "index.html").exists()


@pytest.mark.slow
def test_a_scheduler_without_workers_is_said(folder, scheduler, monkeypatch):
    from networkscope.automation import workers

    monkeypatch.setattr(workers, "SECONDS", 5)
    command = ["fleet", str(folder), "-o", str(folder.parent / "out"), "--scheduler", scheduler]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, "has no workers: start some with `dask worker" in done.stderr) == (2, True)
