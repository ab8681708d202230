import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock

from networkscope.book import locks
from networkscope.book.own_files import Addition, append_all, append_rows
from networkscope.errors import LoadError

HEADER = ("contact", "channel", "subject")


def test_a_new_file_starts_with_the_header(tmp_path):
    path = tmp_path / "interactions.csv"
    assert append_rows(path, [{"contact": "Ann", "subject": 'say "hi", twice'}], header=HEADER) == 2
    assert path.read_text() == 'contact,channel,subject\nAnn,,"say ""hi"", twice"\n'
    assert path.stat().st_mode & 0o777 == 0o600
    assert append_rows(path, [{"contact": "Bo"}, {"contact": "Cy"}], header=HEADER) == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject;Contact\r\nx;y\r\n", b"Subject;Contact\r\nx;y\r\ntea;Ann\r\n"),
        (b"\xef\xbb\xbfcontact\tsubject\nx\ty", b"\xef\xbb\xbfcontact\tsubject\nx\ty\nAnn\ttea\n"),
    ],
)
def test_the_file_keeps_its_ways(tmp_path, before, after):
    path = tmp_path / "mine.csv"
    path.write_bytes(before)
    append_rows(path, [{"contact": "Ann", "subject": "tea"}], header=HEADER)
    assert path.read_bytes() == after


def test_a_column_that_is_not_there_is_named_and_nothing_is_written(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("contact\nAnn\n")
    with pytest.raises(LoadError, match="has no column 'subject'"):
        append_rows(path, [{"contact": "Ann", "subject": "tea"}], header=HEADER)
    assert path.read_text() == "contact\nAnn\n"
    assert [found.name for found in tmp_path.iterdir()] == ["mine.csv"]


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "mine.csv"
    path.write_text("contact\nAnn\n")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LoadError, match="No space left"):
        append_rows(path, [{"contact": "Bo"}], header=HEADER)
    assert path.read_text() == "contact\nAnn\n"
    assert [found.name for found in tmp_path.iterdir()] == ["mine.csv"]


def test_a_disk_that_is_full_at_the_second_table_leaves_the_first_as_it_was(tmp_path, monkeypatch):
    tables = [tmp_path / "one.csv", tmp_path / "two.csv"]
    synced = []

    def full(_):
        synced.append(1)
        if len(synced) == 3:  # the first is the journal
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LoadError, match=r"two\.csv cannot be written: No space left"):
        append_all([Addition(path, [{"contact": "Bo"}], HEADER) for path in tables])
    assert not list(tmp_path.iterdir())


def test_many_at_once_lose_nothing(tmp_path):
    path = tmp_path / "mine.csv"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: append_rows(path, [{"contact": f"p{i}"}], header=HEADER), range(40)))
    lines = path.read_text().splitlines()
    assert sorted(lines[1:]) == sorted(f"p{i},," for i in range(40))


def test_another_process_has_to_wait(tmp_path):
    path = tmp_path / "mine.csv"
    code = (
        "from pathlib import Path; from networkscope.book.own_files import append_rows; import sys\n"
        "for i in range(20): append_rows(Path(sys.argv[1]), [{'contact': sys.argv[2]}], header=('contact',))"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in ("a", "b")]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert sorted(path.read_text().split()[1:]) == ["a"] * 20 + ["b"] * 20


def test_a_table_in_use_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_SECONDS", 0.1)
    in_use = pytest.raises(LoadError, match=r"mine\.csv is in use by another program")
    with FileLock(tmp_path / ".mine.csv.lock"), in_use:
        append_rows(tmp_path / "mine.csv", [{"contact": "Bo"}], header=HEADER)
    assert not (tmp_path / "mine.csv").exists()


def test_a_killed_process_locks_nothing(tmp_path):
    path = tmp_path / "mine.csv"
    code = (
        "import os, signal, sys; from pathlib import Path; from networkscope.book import own_files\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "own_files.append_rows(Path(sys.argv[1]), [{'contact': 'a'}], header=('contact',))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    assert (tmp_path / ".mine.csv.lock").exists()
    append_rows(path, [{"contact": "Bo"}], header=HEADER)
    assert path.read_text() == "contact,channel,subject\nBo,,\n"
    assert not (tmp_path / ".mine.csv.lock").exists()


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(b"contact\n\xff\xfe\n")
    with pytest.raises(LoadError, match="cannot be read as UTF-8"):
        append_rows(path, [{"contact": "Bo"}], header=HEADER)
