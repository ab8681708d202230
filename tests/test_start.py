"""`networkscope start`: from LinkedIn's zip to the first page; and what `check` says on one screen."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import networkscope as ns
from networkscope.book.new import make_book, take_in
from networkscope.cli.main import main
from networkscope.errors import LoadError

SAMPLE = Path("data/sample")
ZIP = next((SAMPLE / "exports").glob("Basic_LinkedIn*.zip"))


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.slow
@pytest.mark.kernel
def test_one_command_makes_a_book_and_its_pages(tmp_path):
    zipped = shutil.copy(ZIP, tmp_path / "mine.zip")
    command = [sys.executable, "-m", "networkscope", "start", zipped, "--no-open"]
    environment = {"PYTHONPATH": str(Path(ns.__file__).parents[1]), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    book = tmp_path / "my-network"
    page = Path(done.stdout.strip())
    assert page.parts[:2] == ("my-network", "reports")
    assert (tmp_path / page).exists()
    assert (tmp_path / page.parent / "people.html").exists()
    assert 'data-book="my-network"' in (tmp_path / page).read_text(encoding="utf-8")
    assert (book / "exports" / "mine.zip").read_bytes() == ZIP.read_bytes()
    assert " contacts, " in done.stderr
    owner = ns.open_book(book).contacts
    assert "Nora Lindqvist" not in set(owner["name"]), "the owner is read from the export"


@pytest.mark.parametrize("content", [None, b"no zip at all"])
def test_what_is_no_zip_is_refused_and_nothing_is_made(tmp_path, content):
    file = tmp_path / "mine.zip"
    if content:
        file.write_bytes(content)
    done = run("start", file, tmp_path / "book", "--no-open")
    assert done.exit_code == 2
    assert "'mine.zip' is no zip file" in done.output
    assert not (tmp_path / "book").exists()


def test_a_zip_is_taken_in_once_under_a_name_of_its_own(tmp_path):
    make_book(tmp_path / "book")
    export = tmp_path / "mine.zip"
    for content, name in (("a", "mine.zip"), ("a", "mine.zip"), ("b", "mine-2.zip")):
        with zipfile.ZipFile(export, "w") as zipped:
            zipped.writestr(zipfile.ZipInfo("a.txt", (2026, 1, 1, 0, 0, 0)), content)
        assert take_in(export, tmp_path / "book").name == name
    with pytest.raises(LoadError, match="already; nothing was changed"):
        make_book(tmp_path / "book")


def test_check_fits_on_a_screen_and_shows_the_rest_on_demand(tmp_path):
    for number in range(14):
        rows = "\n".join(f"P{number} {row},p{number}x{row}@x.example" for row in range(number + 1))
        (tmp_path / f"contacts{number:02}.csv").write_text(f"name,email\n{rows}\n", encoding="utf-8")
        (tmp_path / f"notes{number:02}.txt").write_text("what is this?", encoding="utf-8")
    short, whole = (run("check", tmp_path, *more).output for more in ((), ("--all",)))
    first = short.splitlines()[0]
    assert first.startswith("105 contacts, 0 messages and talks from ")
    assert "contacts13.csv" in short
    assert "contacts00.csv" not in short
    assert "smaller files (--all shows them)" in short
    assert len(short.splitlines()) <= 40
    assert "contacts00.csv" in whole
    assert "--all" not in whole
    told = json.loads(run("check", tmp_path, "--json").stdout)
    assert {"contacts00.csv", "contacts13.csv"} <= {row["file"] for row in told["files"]}
    assert told["missing"]


def test_moves_start_with_how_much_there_is_to_do(tmp_path):
    lines = ["contact,occurred_at,channel,direction,purpose,due_on,subject"]
    lines += [
        f"{who},2026-11-0{day},email,outbound,promise,2026-11-1{day},Slides"
        for day, who in enumerate(("Ann Lee", "Bo Ek"), 1)
    ]
    (tmp_path / "interactions.csv").write_text("\n".join(lines), encoding="utf-8")
    text = run("moves", tmp_path, "--as-of", "2026-11-16", "--count", "1").output
    assert text.splitlines()[0] == "2 promised"
    assert "days ago" in text
    assert "\x1b" not in text, "plain where it is no terminal"
