"""What is lost when a command is killed? `python -m benchmarks.kills 500` ends so many at random moments by SIGKILL.

The commands are log, done, merge, weekly, schedule --install, and the opening of a book, which writes the cache.

After each kill the book is looked at: whatever a command had reported as done is there, nothing is there in part,
every lock is free within a second, and the next command works. Each command runs in a fork of this process, so that the
moments lie in its work and not in the start of Python. crontab is used only as root, in a namespace of its own.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from filelock import FileLock

import networkscope
from networkscope import open_book
from networkscope.book.own_files import read_rows
from networkscope.cli.main import main as command
from networkscope.reports import weeks

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]}, "execution_count": None, "outputs": [],
         "source": 'book: str = ""\nas_of: str = ""'},
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [],
         "source": "print('as of', as_of, '.')"},
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip
OTHERS = "5 4 * * * true"
ONE_SECOND = 1.0


class Kills:
    """A book, the commands that are killed on it, and what had been done before."""

    def __init__(self, folder: Path, seed: int, pairs: int) -> None:
        self.random, self.book, self.number = random.Random(seed), folder / "book", 0
        self.pair, self.longest_wait = 0, 0.0
        self.notebook = folder / "page.ipynb"
        self.notebook.write_text(json.dumps(NOTEBOOK))
        self.book.mkdir()
        (self.book / "book.toml").write_text("[time]\ntimezone = 'UTC'\n")
        people = [f"Pia {n} {side},{side}{n}@example.org\n" for n in range(pairs) for side in "ab"]
        (self.book / "contacts.csv").write_text("name,email\n" + "".join(people))
        self.noted: set[str] = set()
        self.merged: set[str] = set()
        self.done_rows = self.weeks_seen = 0
        self.seconds: dict[str, float] = {}
        self.work("log")
        self.work("log")

    def log(self) -> None:
        _quiet(
            "log",
            str(self.book),
            "Ana Lee",
            "--new",
            "--topic",
            f"topic {self.number}",
            "--named",
            f"Bo {self.number}",
        )

    def done(self) -> None:
        _quiet("done", str(self.book), "Ana Lee", "--kind", "promise")

    def merge(self) -> None:
        _quiet("merge", str(self.book), f"a{self.pair}@example.org", f"b{self.pair}@example.org")

    def cache(self) -> None:
        open_book(self.book)

    def weekly(self) -> None:
        day = f"2026-11-{16 + 7 * (self.number % 2):02}"
        weeks.write_week(self.book, as_of=day, notebooks=[self.notebook])

    def schedule(self) -> None:
        time_of_week = f"mon 07:{self.number % 60:02}"
        _quiet("schedule", str(self.book), "--weekly", time_of_week, "--with", "cron", "--install")

    def work(self, name: str, kill_after: float | None = None) -> bool:
        """Do it in a fork; was it reported as done before it was killed?"""
        self.number += 1
        self.pair += name == "merge"
        reader, writer = os.pipe()
        start, child = time.monotonic(), os.fork()
        if child == 0:
            try:
                getattr(self, name)()
                os.write(writer, b"1")
            finally:
                os._exit(0)
        os.close(writer)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reported = _read(reader) == b"1"
        if reported:
            self.seconds[name] = time.monotonic() - start
            if name == "log":
                self.noted.add(f"topic {self.number}")
            if name == "merge":
                self.merged.add(f"a{self.pair}@example.org")
            self.done_rows += name == "done"
        return reported

    def look(self, name: str) -> None:
        """What must be true after each kill."""
        rows = [row for _, row in read_rows(self.book / "interactions.csv")]
        topics = [row["subject"] for row in rows]
        assert len(topics) == len(set(topics)), "a line is there twice"
        assert all(row["contact"] == "Ana Lee" and row["channel"] == "call" for row in rows), "a line is cut"
        assert self.noted <= set(topics), "a line that was reported is lost"
        names = {row["referred"] for _, row in read_rows(self.book / "referrals.csv")}
        assert {f"Bo {topic.split()[1]}" for topic in self.noted} <= names, "a name that was reported is lost"
        decided = [row for _, row in read_rows(self.book / "moves.csv")]
        assert len(decided) >= self.done_rows, "a decision that was reported is lost"
        assert all(row["action"] == "done" and row["key"] for row in decided), "a decision is cut"
        self.done_rows = len(decided)
        joined = [row for _, row in read_rows(self.book / "aliases.csv")]
        assert all(row["b"] == f"b{row['a'][1:]}" and row["decision"] == "same" for row in joined), (
            "a line is cut"
        )
        assert len(joined) == len({row["a"] for row in joined}), "a pair is there twice"
        assert self.merged <= {row["a"] for row in joined}, "a pair that was reported is lost"
        self._take_every_lock()
        if name == "cache":
            kept, new = open_book(self.book, "2027-01-01"), open_book(self.book, "2027-01-01", cache=False)
            assert kept.interactions.equals(new.interactions), "the cache says something else"
        if name == "weekly":
            self._look_at_weeks()
        if name == "schedule":
            lines = subprocess.run(
                ["crontab", "-l"], capture_output=True, text=True, check=True
            ).stdout.splitlines()
            assert lines[0] == OTHERS, "another's line is lost"
            assert len(lines) <= 2, "a line is there twice"

    def _take_every_lock(self) -> None:
        """As the next command will; a TimeoutError of filelock where one is held for longer than a second."""
        for lock in [*self.book.rglob(".*lock"), *Path(tempfile.gettempdir()).glob("*.lock")]:
            if lock.is_file():
                start = time.monotonic()
                with FileLock(lock, timeout=ONE_SECOND):
                    self.longest_wait = max(self.longest_wait, time.monotonic() - start)

    def _look_at_weeks(self) -> None:
        """Each week is whole; one may be aside, and the next run brings it back."""
        archive = self.book / "reports"
        folders = [*archive.glob("2026-W*"), *archive.glob(".aside-*")]
        names = {folder.name[-8:] for folder in folders}
        assert len(names) >= self.weeks_seen, "a week is lost"
        self.weeks_seen = len(names)
        for folder in archive.glob("2026-W*"):
            manifest = json.loads((folder / "manifest.json").read_text())
            page = (folder / "page.html").read_text()
            assert f"as of {manifest['as_of']} ." in page, "a week is a mixture"
            assert page.rstrip().endswith("</html>"), "a page is cut"

    def recover(self, name: str) -> None:
        """The next command works."""
        assert self.work(name), f"{name} does not work after a kill"
        if name == "weekly":
            left = [
                path.name
                for path in (self.book / "reports").iterdir()
                if path.name.startswith((".staged", ".aside"))
            ]
            assert left == [], "the next run did not clear up"


def _quiet(*arguments: str) -> None:
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        code = 0
        try:
            command.main(arguments, standalone_mode=True)
        except SystemExit as end:
            code = int(end.code or 0)
    if code:
        raise RuntimeError(f"{arguments[0]}: exit code {code}")


def _read(reader: int) -> bytes:
    with os.fdopen(reader, "rb") as stream:
        return stream.read()


def own_crontab() -> bool:
    """Is this a namespace in which the crontabs are ours? As root the script starts itself anew in one."""
    return os.environ.get("OWN_CRONTAB") == "1"


def run(count: int, seed: int = 1) -> tuple[Counter[str], float]:
    """Kill so many commands; the tally by command, and the longest wait for a lock in seconds.

    `... was done` counts those that were quicker.
    """
    tally: Counter[str] = Counter()
    for public in networkscope.__all__:  # imported once, and not in each fork
        getattr(networkscope, public)
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder  # what the killed leave goes with it
        kills = Kills(Path(folder), seed, pairs=count)
        names = ["log", "done", "merge", "cache", "weekly", "log", "done", "merge", "cache"]
        if own_crontab():
            subprocess.run(["crontab", "-"], input=f"{OTHERS}\n", text=True, check=True)
            names.insert(3, "schedule")
        for name in [*dict.fromkeys(names)] * 2:  # the second time tells how long it takes
            kills.work(name)
            kills.look(name)
        for turn in range(count):
            name = names[turn % len(names)]
            moment = kills.random.uniform(0, 1.1 * kills.seconds[name])
            tally[f"{name} was done" if kills.work(name, moment) else name] += 1
            kills.look(name)
            if name != "weekly" or turn % 4 == 0:
                kills.recover(name)
    return tally, kills.longest_wait


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else 500
    if not own_crontab() and os.geteuid() == 0 and shutil.which("crontab") and shutil.which("unshare"):
        script = 'mount -t tmpfs none /var/spool/cron/crontabs && OWN_CRONTAB=1 exec "$@"'
        again = [sys.executable, "-m", "benchmarks.kills", str(count)]
        sys.exit(
            subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", *again], check=False).returncode
        )
    start = time.monotonic()
    tally, wait = run(count)
    for name, number in sorted(tally.items()):
        print(f"{name}: {number}")
    print(f"{count} kills in {time.monotonic() - start:.0f} s: nothing lost, nothing in part, no lock held")
    print(f"longest wait for a lock: {1000 * wait:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
