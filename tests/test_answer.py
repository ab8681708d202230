"""Every command tells programs the same as people: --json gives data, and nothing else, on stdout."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from networkscope.cli.main import main

PEOPLE = "name,email,organization\nAna Lee,ana@x.example,Acme\nBo Ek,bo@x.example,Acme\nAnna Lee,anna@x.example,Acme\n"
TALK = "contact,occurred_at,channel,direction,purpose,subject\nAna Lee,2026-11-10 10:00,call,mutual,advice_ask,\n"


def said(*words):
    """What a command prints with --json, as data."""
    done = CliRunner().invoke(main, [*map(str, words), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    assert said("new", folder) == {"book": str(folder)}
    (folder / "contacts.csv").write_text(PEOPLE)
    (folder / "interactions.csv").write_text(TALK)
    return folder


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_knows_json(name):
    assert "--json" in CliRunner().invoke(main, [name, "--help"]).output


def test_what_is_known_is_told_as_data(book, tmp_path):
    assert [file["file"] for file in said("check", book)["files"]][:2] == ["contacts.csv", "interactions.csv"]
    (move, *_) = said("moves", book, "--as-of", "2026-11-16")
    assert (move["name"], move["move"], move["rank"]) == ("Ana Lee", "Say thank you", 1)
    assert said("who", book, "Bo Ek")["people"][0]["name"] == "Bo Ek"
    assert said("know", book, "--company", "Acme")[0]["insider_now_count"] == 3
    assert isinstance(said("duplicates", book), list)
    (tmp_path / "downloads").mkdir()
    assert said("inbox", book, "--from", tmp_path / "downloads") == []
    assert "networkscope" in said("schedule", book, "--with", "cron")["crontab"]
    saved = said("export", book, tmp_path / "all.vcf")
    assert saved == {"file": str(tmp_path / "all.vcf")}


def test_what_is_noted_is_told_with_its_line_and_taken_back(book):
    assert said("log", book, "Bo Ek", "--topic", "Hiking")["lines"] == ["interactions.csv:3"]
    noted = said("done", book, "Ana Lee")
    assert noted["first_line"] == 2
    assert noted["noted"][0]["name"] == "Ana Lee"
    assert said("snooze", book, "Bo Ek", "--days", 3)["first_line"] == 3
    assert said("never", book, "Bo Ek")["first_line"] == 4
    assert said("role", book, "Bo Ek", "friend") == {
        "line": "roles.csv:2",
        "name": "Bo Ek",
        "noted": "friend",
    }
    assert said("merge", book, "Ana Lee", "Anna Lee")["noted"] == "one person now"
    back = said("undo", book)
    assert (back["command"], len(back["taken"])) == ("merge", 1)


def test_without_json_the_same_is_for_people(book):
    done = CliRunner().invoke(main, ["role", str(book), "Bo Ek", "friend"])
    assert done.stdout == "roles.csv:2  Bo Ek: friend\n"


def test_an_error_is_no_data(book):
    done = CliRunner().invoke(main, ["done", str(book), "Nobody", "--json"])
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize(
    ("shell", "typed", "offered"),
    [("bash", "networkscope sno", "snooze"), ("zsh", "networkscope mo", "moves")],
)
def test_a_shell_completes_commands(shell, typed, offered):
    asked = {"_NETWORKSCOPE_COMPLETE": f"{shell}_complete", "COMP_WORDS": typed, "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "from networkscope.cli.main import main; main(prog_name='networkscope')"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=True)
    assert offered in done.stdout
