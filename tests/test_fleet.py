"""networkscope.automation.fleet and workers: many books, each on its own, and one page on all of them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from networkscope.automation import workers
from networkscope.automation.client import write_client
from networkscope.automation.fleet import Client, find_books, fleet, write_fleet_page
from networkscope.cli.main import main
from networkscope.errors import LoadError, ParameterError

FIGURES = {
    "people_count": 1, "touch_count": 1, "conversation_count": 1, "name_count": 1, "overdue_count": 2,
    "active_count": 3, "silent_days": 4, "conversations": 5, "conversations_before": 5, "names": 6,
    "names_before": 6, "due_before": 2,
}  # fmt: skip
STAND_IN = f"""
import json, os, signal, sys, time
from pathlib import Path
book, out, as_of = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with (book / "runs").open("a") as runs: runs.write(as_of + "\\n")
if (book / "die").exists(): os.kill(os.getpid(), signal.SIGKILL)
if (book / "hang").exists(): time.sleep(60)
if (book / "wrong").exists(): sys.exit("book.toml: wrong")
failures = ["reach.ipynb: cell 3 raised KeyError"] if (book / "fail").exists() else []
(out / "index.counts.html").write_text("page")
said = {{"as_of": as_of, "level": "counts", "index": "index.counts.html", "failures": failures, "figures": {FIGURES!r}}}
(out / "client.json").write_text(json.dumps(said))
"""


@pytest.fixture
def folder(tmp_path):
    """Books a, b and group/c; each process does what files in the book tell it, in place of real reports."""
    for name in ("a", "b", "group/c"):
        (tmp_path / "clients" / name).mkdir(parents=True)
        (tmp_path / "clients" / name / "book.toml").write_text("")
    return tmp_path / "clients"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(workers, "CLIENT", [sys.executable, "-c", STAND_IN])


def runs(folder, name):
    path = folder / name / "runs"
    return path.read_text().split() if path.exists() else []


def test_books_are_found_below_but_not_in_a_book_or_the_output(folder, tmp_path):
    (folder / "a" / "exports" / "old").mkdir(parents=True)
    for place in ("a/exports/old", ".hidden", "out/x"):
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / "book.toml").write_text("")
    assert [client.name for client in find_books(folder, folder / "out")] == ["a", "b", "group/c"]
    assert [client.name for client in find_books(folder / "a", tmp_path / "out")] == ["a"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadError, match="there is no book below 'empty'"):
        find_books(tmp_path / "empty", tmp_path / "out")
    with pytest.raises(LoadError, match="'nowhere' is not a folder"):
        find_books(tmp_path / "nowhere", tmp_path / "out")


def test_no_page_gets_into_a_book(folder):
    for books, output in (
        (folder / "a", folder),
        (folder / "a", folder / "a"),
        (folder, folder / "b" / "out"),
    ):
        with pytest.raises(LoadError, match=r"would get into a book|there is no book"):
            fleet(books, output=output, as_of="2026-11-16")
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert left == ["a/book.toml", "b/book.toml", "group/c/book.toml"]


def test_what_fails_fails_alone(folder, tmp_path, quick, monkeypatch):
    (folder / "a" / "die").touch()
    (folder / "b" / "wrong").touch()
    said = []
    clients = fleet(
        folder, output=tmp_path / "out", as_of="2026-11-16", jobs=2, progress=lambda *how: said.append(how)
    )
    assert [client.error for client in clients] == [
        "its process ended with exit code -9",
        "book.toml: wrong",
        "",
    ]
    assert [(done, total) for done, total, _ in said] == [(1, 3), (2, 3), (3, 3)]
    assert sorted(what for *_, what in said) == [
        "a failed: its process ended with exit code -9", "b failed: book.toml: wrong", "group/c done",
    ]  # fmt: skip
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<a href="group/c/index.counts.html">group/c</a>' in page
    assert '<li class="state">b: book.toml: wrong</li>' in page
    (folder / "a" / "die").unlink()
    (folder / "a" / "hang").touch()
    monkeypatch.setattr(workers, "HOURS", 1 / 3600)
    assert fleet(folder, output=tmp_path / "out", as_of="2026-11-17")[0].error == "it took too long"


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(folder, tmp_path, quick):
    out = tmp_path / "out"
    (folder / "b" / "fail").touch()
    fleet(folder, output=out, as_of="2026-11-16")
    (out / "run.json").write_text(json.dumps({"as_of": "2026-11-16", "is_finished": False}))
    (out / "group" / "c" / "client.json").unlink()
    (folder / "b" / "fail").unlink()
    said = []
    clients = fleet(folder, output=out, progress=lambda *how: said.append(how))
    assert said[0] == (1, 3, "done before")
    assert [client.error for client in clients] == ["", "", ""]
    assert [runs(folder, name) for name in ("a", "b", "group/c")] == [
        ["2026-11-16"], ["2026-11-16"] * 2, ["2026-11-16"] * 2,
    ]  # fmt: skip
    fleet(folder, output=out, as_of="2026-11-16")
    assert len(runs(folder, "a")) == 2, "what had ended begins anew"


def test_who_allows_names_no_more_has_no_page_with_names(folder, tmp_path):
    """Not even where the new pages cannot be written."""
    (folder / "a" / "book.toml").write_text("[share]\ncoach = 1\n")
    old = tmp_path / "out" / "a" / "reach.coach.html"
    old.parent.mkdir(parents=True)
    old.write_text("Ana Lee")
    (old.parent / "notes.txt").write_text("mine")
    with pytest.raises(LoadError, match="'coach' in"):
        write_client(folder / "a", tmp_path / "out" / "a", "2026-11-16", "coach")
    assert not old.exists()
    assert (old.parent / "notes.txt").exists()


def test_who_takes_back_the_consent_is_written_anew_when_a_run_goes_on(folder, tmp_path, quick):
    out = tmp_path / "out"
    fleet(folder, output=out, as_of="2026-11-16")
    (out / "run.json").write_text(json.dumps({"as_of": "2026-11-16", "is_finished": False}))
    said = json.loads((out / "a" / "client.json").read_text())
    (out / "a" / "client.json").write_text(json.dumps(said | {"level": "coach"}))
    fleet(folder, output=out)
    assert [len(runs(folder, name)) for name in ("a", "b", "group/c")] == [2, 1, 1]


def test_a_process_ends_with_whoever_started_it(folder, tmp_path):
    """Its stdin ends when the starter is killed; a set that was begun is not there in part."""
    (folder / "a" / "interactions.csv").write_text("contact,occurred_at\nAna Lee,2026-11-05\n")
    out = tmp_path / "out" / "a"
    command = [*workers.CLIENT, str(folder / "a"), str(out), "2026-11-16", "coach"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not list(out.glob(".shared-*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.stdin.close()
        code = process.wait(timeout=60)
    left = [path.name for path in out.iterdir() if not path.name.startswith(".shared-")]
    if code == 0:  # it was done before it was told
        assert "client.json" in left
    else:
        assert left == [".lock"], "what was begun is no page"


def test_two_runs_at_once_and_a_wrong_day(folder, tmp_path, quick):
    from filelock import FileLock

    with pytest.raises(ParameterError, match="is not a date"):
        fleet(folder, output=tmp_path / "out", as_of="soon")
    (tmp_path / "out").mkdir(exist_ok=True)
    with (
        FileLock(tmp_path / "out" / ".lock"),
        pytest.raises(LoadError, match="another run is writing into 'out'"),
    ):
        fleet(folder, output=tmp_path / "out", as_of="2026-11-16")


def test_the_command_names_what_failed(folder, tmp_path, quick):
    (folder / "b" / "wrong").touch()
    call = ["fleet", str(folder), "-o", str(tmp_path / "out"), "--as-of", "2026-11-16", "--quiet"]
    done = CliRunner().invoke(main, call)
    assert (done.exit_code, done.stdout) == (1, f"{tmp_path / 'out' / 'index.html'}\n")
    assert done.stderr == "networkscope: b: book.toml: wrong\n"
    (folder / "b" / "wrong").unlink()
    assert CliRunner().invoke(main, call).exit_code == 0


def client(name, level="counts", **figures):
    said = {"level": level, "index": f"index.{level}.html", "figures": FIGURES | figures, "failures": []}
    return Client(name, Path(name), said)


def test_the_page_shows_those_first_who_need_a_call(tmp_path):
    clients = [
        client("well"),
        client("usual", conversations=2),
        client("stuck & <b>", "coach", silent_days=30, overdue_count=9),
        client("new", silent_days=None, conversations=0),
    ]
    page = write_fleet_page(tmp_path, clients, "2026-11-16").read_text(encoding="utf-8")
    assert "Of 4 clients, 2 are stuck and 1 does well." in page
    order = [page.index(f">{name}</a>") for name in ("stuck &amp; &lt;b&gt;", "new", "usual", "well")]
    assert order == sorted(order)
    assert 'href="stuck%20%26%20%3Cb%3E/index.coach.html"' in page
    assert "No contact for 30 days. 9 follow-ups are due, 2 four weeks ago." in page
    assert page.count("counts alone</td>") == 3


@pytest.mark.slow
@pytest.mark.kernel
def test_real_books_one_killed_and_taken_up_again(tmp_path):
    """Each set is there, once, although the whole run is killed on the way; names only where they are allowed."""
    log = "contact,occurred_at,channel\nZoltan Quimby,2026-11-05,call\nYvette Larkspur,2026-11-06,call\n"
    for name, consent in (("open", "true"), ("closed", "false")):
        book = tmp_path / "clients" / name
        book.mkdir(parents=True)
        (book / "book.toml").write_text(f"[share]\ncoach = {consent}\n")
        (book / "interactions.csv").write_text(log)
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "networkscope",
        "fleet",
        str(tmp_path / "clients"),
        "-o",
        str(out),
        "--quiet",
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(workers.__file__).parents[2])}
    with subprocess.Popen(command, env=environment) as first:
        while not (out / "closed" / "client.json").exists() and first.poll() is None:
            time.sleep(0.2)
        first.send_signal(signal.SIGKILL)
    done = (out / "closed" / "client.json").stat().st_mtime_ns
    subprocess.run(command, env=environment, check=True)
    assert (out / "closed" / "client.json").stat().st_mtime_ns == done, "it was written twice"
    pages = {
        name: "".join(page.read_text() for page in (out / name).glob("*.html")) for name in ("open", "closed")
    }
    assert "Zoltan Quimby" in pages["open"]
    assert "Zoltan" not in pages["closed"] + (out / "index.html").read_text()
    assert (
        len(list((out / "closed").glob("*.counts.html")))
        == len(list((out / "open").glob("*.coach.html")))
        == 9
    )


def test_on_a_terminal_a_bar_shows_how_far_it_is(folder, tmp_path):
    """A real terminal: the output of the command goes to one."""
    pty = pytest.importorskip("pty")
    (folder / "a" / "book.toml").write_text("nonsense")
    (folder / "b" / "book.toml").write_text("nonsense")
    (folder / "group" / "c" / "book.toml").write_text("nonsense")
    command = ["fleet", str(folder), "-o", str(tmp_path / "out"), "--as-of", "2026-11-16"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "networkscope", *command], stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        assert process.wait(timeout=60) == 1
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while part := os.read(ours, 10_000):
            shown += part
    os.close(ours)
    assert "3/3" in shown.decode()
    assert "group/c failed: book.toml cannot be read" in shown.decode()


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_really_full_is_said_and_the_next_run_heals(tmp_path):
    (tmp_path / "clients" / "a").mkdir(parents=True)
    (tmp_path / "clients" / "a" / "book.toml").write_text("")
    (tmp_path / "clients" / "a" / "interactions.csv").write_text("contact,occurred_at\nAna Lee,2026-11-05\n")
    (tmp_path / "out").mkdir()
    again = f"'{sys.executable}' -m networkscope fleet clients -o out --as-of 2026-11-16 --quiet; echo $?"
    script = f"""
        mount -t tmpfs -o size=100k none out || exit 99
        {again}
        dd if=/dev/zero of=out/full bs=1k 2>/dev/null; {again}
        rm out/full; mount -o remount,size=100m out; {again}; ls out/a/*.html | wc -l; ls -A out
    """
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(workers.__file__).parents[2])},
    )  # fmt: skip
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("mounting is not allowed here")
    lines = [line for line in done.stdout.splitlines() if line != "out/index.html"]
    assert lines == ["1", "1", "0", "9", ".lock", "a", "index.html", "run.json"], done.stderr
    first, second = done.stderr.splitlines()
    assert first == "networkscope: a: its pages cannot be written (No space left on device)"
    assert second.startswith(
        "networkscope: 'out' cannot be written (No space left on device): put that right; "
    )
