"""networkscope.book.whole_folders: the old folder or the new one, nothing between, whatever happens."""

import os
import signal
import subprocess
import sys

import pytest

from networkscope.book.whole_folders import heal, staged_folder


def content(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def week(tmp_path):
    folder = tmp_path / "2026-W46"
    folder.mkdir()
    (folder / "old.html").write_text("old")
    return folder


def test_a_new_folder_and_one_in_the_place_of_another(tmp_path, week):
    with staged_folder(tmp_path / "2026-W47") as staged:
        (staged / "tables").mkdir()
        (staged / "tables" / "a.csv").write_text("a")
        assert not (tmp_path / "2026-W47").exists()
    with staged_folder(week) as staged:
        (staged / "new.html").write_text("new")
        assert content(week) == {"old.html": "old"}
    assert content(tmp_path) == {"2026-W46/new.html": "new", "2026-W47/tables/a.csv": "a"}


def test_an_error_leaves_the_old_one(tmp_path, week):
    with pytest.raises(IsADirectoryError), staged_folder(week) as staged:
        staged.write_text("no folder is written like that")
    assert content(tmp_path) == {"2026-W46/old.html": "old"}


def test_the_old_one_comes_back_where_the_new_one_cannot_take_its_place(tmp_path, week):
    with pytest.raises(FileNotFoundError), staged_folder(week) as staged:
        staged.rmdir()
    assert content(tmp_path) == {"2026-W46/old.html": "old"}


KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from networkscope.book import whole_folders
steps = int(sys.argv[2])
replace = Path.replace
def counted(self, target):
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1
    return replace(self, target)
Path.replace = counted
with whole_folders.staged_folder(Path(sys.argv[1])) as staged:
    (staged / "new.html").write_text("new")
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("steps", [0, 1])
def test_who_is_killed_between_the_steps_loses_nothing(tmp_path, week, steps):
    killed = subprocess.run([sys.executable, "-c", KILLED_BETWEEN, str(week), str(steps)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert week.exists() == (steps == 0)
    heal(tmp_path)
    assert content(tmp_path) == {"2026-W46/old.html": "old"}


def test_healing_leaves_alone_what_is_not_its_own(tmp_path, week):
    (tmp_path / ".staged-notes").write_text("mine")
    (tmp_path / ".aside-0123abcd-2026-W46").mkdir()
    heal(tmp_path)
    assert content(tmp_path) == {"2026-W46/old.html": "old", ".staged-notes": "mine"}
    assert not (tmp_path / ".aside-0123abcd-2026-W46").exists()
