"""What a command wrote is taken back, and nothing else."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from networkscope.book import own_files
from networkscope.book.journal import undo
from networkscope.book.own_files import Addition, append_all
from networkscope.cli.main import main
from networkscope.errors import LoadError

HEADER = ("contact", "channel")


def add(folder, command, **tables):
    rows = [
        Addition(folder / f"{name}.csv", [{"contact": who} for who in people], HEADER)
        for name, people in tables.items()
    ]
    return append_all(rows, command=command)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_all_lines_of_the_last_command_go_in_all_files_and_again_for_the_one_before(tmp_path):
    add(tmp_path, "log", calls=["Ann"])
    before = files(tmp_path)
    add(tmp_path, "log", calls=["Bo", "Cy"], names=["Di"])
    result = undo(tmp_path)
    assert (result.command, result.left) == ("log", [])
    assert result.taken == [("calls.csv:3", "Bo,"), ("calls.csv:4", "Cy,"), ("names.csv:2", "Di,")]
    assert files(tmp_path) == before
    undo(tmp_path)
    assert files(tmp_path) == {}
    with pytest.raises(LoadError, match="nothing to take back"):
        undo(tmp_path)


@pytest.mark.parametrize(
    "before", [b"contact,channel", b"channel;contact\r\nx;y\r\n", b"\xef\xbb\xbfcontact\nAnn", b""]
)
def test_the_file_is_as_it_was_to_the_byte(tmp_path, before):
    (tmp_path / "calls.csv").write_bytes(before)
    add(tmp_path, "log", calls=["Bo"])
    undo(tmp_path)
    assert (tmp_path / "calls.csv").read_bytes() in (before, before or b"contact,channel\n")


def test_a_line_that_was_changed_stays_and_is_named(tmp_path):
    add(tmp_path, "done", moves=["Ann", "Bo"])
    path = tmp_path / "moves.csv"
    path.write_text(path.read_text().replace("Ann,", "Ann,call"))
    result = undo(tmp_path)
    assert (result.taken, result.left) == ([("moves.csv:3", "Bo,")], ["moves.csv:2"])
    assert path.read_text() == "contact,channel\nAnn,call\n"


def test_a_line_that_moved_is_found_but_never_that_of_an_earlier_command(tmp_path):
    add(tmp_path, "log", calls=["Ann"])
    add(tmp_path, "log", calls=["Ann"])
    path = tmp_path / "calls.csv"
    path.write_text("contact,channel\nZoe,\nAnn,\nAnn,\n")
    assert undo(tmp_path).taken == [("calls.csv:3", "Ann,")]
    path.write_text("contact,channel\nAnn,\nBo,\n")
    add(tmp_path, "log", calls=["Ann"])
    path.write_text(
        "contact,channel\nAnn,\nBo,\nAnn,call\n"
    )  # the second was changed: the first is not its own
    assert undo(tmp_path).left == ["calls.csv:4"]
    assert path.read_text() == "contact,channel\nAnn,\nBo,\nAnn,call\n"


def test_a_cell_over_several_lines_goes_whole(tmp_path):
    (tmp_path / "calls.csv").write_text('contact,channel\n"Ann\nLee",call\n')
    add(tmp_path, "log", calls=["Bo\nEk\nof Nord", "Cy"])
    (tmp_path / "calls.csv").write_text((tmp_path / "calls.csv").read_text() + "Di,\n")
    undo(tmp_path)
    assert (tmp_path / "calls.csv").read_text() == 'contact,channel\n"Ann\nLee",call\nDi,\n'


@pytest.mark.parametrize("stop_at", [1, 2, 3])
def test_a_command_that_is_killed_leaves_nothing_that_cannot_be_taken_back(tmp_path, stop_at):
    """Killed before the first, second or third file is put in place: the journal, then the tables."""
    add(tmp_path, "log", calls=["Ann"], names=["Bo"])
    before = files(tmp_path)
    script = f"""
import os, pathlib
from networkscope.book.own_files import Addition, append_all
done, real = [], pathlib.Path.replace
def replace(self, target):
    done.append(target)
    if len(done) == {stop_at}:
        os._exit(9)
    return real(self, target)
pathlib.Path.replace = replace
folder = pathlib.Path({str(tmp_path)!r})
tables = [folder / "calls.csv", folder / "names.csv"]
append_all([Addition(table, [{{"contact": table.name}}], ("contact", "channel")) for table in tables])
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    tables = {name: content for name, content in files(tmp_path).items() if not name.startswith(".")}
    assert all(content.startswith(before[name]) for name, content in tables.items())
    if stop_at > 1:
        undo(tmp_path)
    assert {name: content for name, content in files(tmp_path).items() if not name.startswith(".")} == before
    undo(tmp_path)
    assert not [name for name in files(tmp_path) if not name.startswith(".")]


@pytest.mark.parametrize("stop_at", [1, 2, 3])
def test_undo_that_is_killed_can_be_repeated(tmp_path, stop_at):
    add(tmp_path, "log", calls=["Ann"], names=["Bo"])
    before = files(tmp_path)
    add(tmp_path, "log", calls=["Cy"], names=["Di"])
    script = f"""
import os, pathlib
from networkscope.book.journal import undo
done, real = [], pathlib.Path.replace
def replace(self, target):
    done.append(target)
    if len(done) == {stop_at}:
        os._exit(9)
    return real(self, target)
pathlib.Path.replace = replace
undo({str(tmp_path)!r})
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    undo(tmp_path)
    assert {name: content for name, content in files(tmp_path).items() if not name.startswith(".")} == before


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1), min_size=1),
        max_size=4,
    )
)
def test_as_many_times_undone_as_done_leaves_what_was_there(tmp_path_factory, commands):
    folder = tmp_path_factory.mktemp("book")
    (folder / "calls.csv").write_text("contact,channel\nAnn,call", encoding="utf-8")
    states = [(folder / "calls.csv").read_bytes()]
    for names in commands:
        add(folder, "log", calls=names)
        states.append((folder / "calls.csv").read_bytes())
    for names in reversed(commands):
        assert (folder / "calls.csv").read_bytes() == states.pop()
        assert len(undo(folder).taken) == len(names)
    assert (folder / "calls.csv").read_bytes() == states.pop()


@pytest.mark.parametrize(
    "line", ["a,b,log,calls.csv,x,1,0,", "a,b,log,../calls.csv,2,1,0,", "a,b,log,calls.csv,0,1,0,", "a,b"]
)
def test_a_journal_that_was_meddled_with_is_named_by_its_line(tmp_path, line):
    add(tmp_path, "log", calls=["Ann"])
    journal = tmp_path / own_files.JOURNAL
    journal.write_text(journal.read_text() + line + "\n")
    with pytest.raises(LoadError, match=r"journal\.csv, line 3: .* remove the line"):
        undo(tmp_path)
    assert (tmp_path / "calls.csv").read_text() == "contact,channel\nAnn,\n"


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text("")
    (tmp_path / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\nBo Ek,bo@y.example\n")
    (tmp_path / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction,purpose,due_on,subject,notes\n"
    )
    return tmp_path


def test_every_command_that_writes_can_be_taken_back(book):
    commands = [
        ("log", book, "Ann Lee", "--named", "Cy Fox"),
        ("snooze", book, "Ann Lee"),
        ("done", book, "Ann Lee", "Bo Ek"),
        ("never", book, "Bo Ek"),
        ("role", book, "Ann Lee", "friend"),
    ]
    states = []
    for command in commands:
        states.append(files(book))
        run(*command)
    for command in reversed(commands):
        said = run("undo", book).stdout
        assert said.startswith(f"{command[0]}: ")
        assert said.count("\n") == 1 + (2 if command[0] in ("log", "done") else 1)
        assert files(book) == states.pop()
    assert "nothing to take back" in run("undo", book, code=2).stderr


def test_a_changed_line_is_named_and_the_next_undo_goes_on(book):
    run("log", book, "Ann Lee", "--topic", "Tea")
    run("log", book, "Ann Lee", "--topic", "Milk")
    path = book / "interactions.csv"
    path.write_text(path.read_text().replace("Milk", "Coffee"))
    assert "interactions.csv:3 changed since" in run("undo", book, code=2).stderr
    assert "Tea" in run("undo", book).stdout
    assert path.read_text().count("Coffee") == 1
