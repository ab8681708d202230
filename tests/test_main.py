"""networkscope.cli: what goes to stdout, what to stderr, and with which exit code. No kernel is needed."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from networkscope.cli import main as cli
from networkscope.errors import LoadError, ReportError
from networkscope.reports import weekly as reports


def call(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['networkscope', '--help']\n"
        "from networkscope.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'pandas', 'numpy', 'papermill', 'nbconvert', 'plotly', 'jinja2', 'asyncio'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    commands = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in commands] == [
        *("start", "new", "inbox", "check", "weekly", "report", "schedule"),
        *("moves", "done", "snooze", "never", "log"),
        *("who", "know", "role", "act", "duplicates", "merge", "part", "undo"),
        *("export", "verify", "unmask", "forget", "fleet", "sample"),
    ]
    assert all(line.endswith(".") and not line.endswith("...") for line in commands), "no help is cut off"
    assert "Exit codes: 0 done, 1 a report failed" in " ".join(done.stdout.split())


def test_the_help_names_every_notebook():
    shown = call("report", "--help").stdout
    assert [path.stem for path in Path("notebooks").glob("*.ipynb") if path.stem not in shown] == []


def test_new_makes_a_book_once(tmp_path):
    folder = tmp_path / "deep" / "mine"
    done = call("new", folder)
    assert (done.exit_code, done.stdout) == (0, f"{folder}\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "book.toml",
        "exports",
        "interactions.csv",
        "referrals.csv",
    ]
    assert "timezone" in tomllib.loads((folder / "book.toml").read_text(encoding="utf-8"))["time"]
    assert (folder / "interactions.csv").read_text(encoding="utf-8").count("\n") == 1
    (folder / "book.toml").write_text("mine")
    again = call("new", folder)
    assert again.exit_code == 2
    assert "has a book.toml already; nothing was changed" in again.stderr
    assert (folder / "book.toml").read_text() == "mine"
    (tmp_path / "file").write_text("x")
    assert call("new", tmp_path / "file").exit_code == 2


@pytest.fixture
def opened(monkeypatch):
    summary = pd.DataFrame(
        {
            "file": ["exports/a.csv", "odd\x1b[31m.csv"], "source": ["LinkedIn connections", "unknown"],
            "rows_read": [1200, 0], "kept": [1190, 0], "merged": [7, 0], "rejected": [3, 0],
            "reasons": ["3 × no date", None], "first_on": [pd.Timestamp("2025-01-01"), pd.NaT],
            "last_on": [pd.Timestamp("2026-11-15"), pd.NaT], "columns": [None, None], "note": [None, "not recognised"],
        }
    )  # fmt: skip

    joined = pd.DataFrame({"name": [], "a": [], "b": [], "reason": []})
    acts = pd.DataFrame({"event_id": [], "act": [], "language": []})
    nobody = pd.DataFrame({"contact_id": []})
    found = SimpleNamespace(
        summary=summary,
        cannot_know=("No messages were found.",),
        acts=acts,
        contacts=nobody,
        interactions=nobody,
        joined=joined,
    )
    found.as_of_date = pd.Timestamp("2026-11-16")
    monkeypatch.setattr("networkscope.book.open_book", lambda _folder, **_: found)


def test_check_prints_the_summary(opened, tmp_path):
    done = call("check", tmp_path)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "0 contacts, 0 messages and talks from 2 files, 1,200 rows, 3 skipped.",
        "",
        "file          source                rows read   kept  merged  rejected  from        to",
        "a.csv         LinkedIn connections      1,200  1,190       7         3  2025-01-01  2026-11-15",
        "odd�[31m.csv  unknown                       0      0       0         0",
        "",
        "Remarks",
        "- a.csv: 3 × no date",
        "- odd�[31m.csv: not recognised",
        "",
        "Missing from these sources",
        "- No messages were found.",
    ]


def test_a_new_book_has_nothing_to_remark_on(tmp_path):
    assert call("new", tmp_path / "mine").exit_code == 0
    done = call("check", tmp_path / "mine")
    assert (done.exit_code, "Remarks" in done.stdout) == (0, False), done.stdout
    assert call("log", tmp_path / "mine", "Ann Lee", "--new").exit_code == 0
    assert "Remarks" not in call("check", tmp_path / "mine").stdout, "a column that holds nothing"


def test_weekly_prints_the_index_and_names_what_failed(monkeypatch, tmp_path):
    given = {}

    def weekly(book, *, progress, **options):
        given.update(options, book=book)
        if progress:
            progress("a …")
        return reports.Result(
            tmp_path / "index.html",
            (),
            {"a": ReportError("a.ipynb: cell 3 raised KeyError")} if given["jobs"] == 2 else {},
        )

    monkeypatch.setattr(reports, "weekly", weekly)
    done = call("weekly", tmp_path, "--as-of", "2026-11-16", "-o", tmp_path / "out", "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{tmp_path / 'index.html'}\n", "")
    assert given == {
        "as_of": "2026-11-16",
        "output": tmp_path / "out",
        "jobs": 1,
        "show_code": False,
        "share": "private",
        "book": tmp_path,
    }
    failed = call("weekly", tmp_path, "--jobs", 2, "-o", tmp_path / "out")
    assert failed.exit_code == 1
    assert failed.stdout == f"{tmp_path / 'index.html'}\n"
    assert failed.stderr == "a …\nnetworkscope: a.ipynb: cell 3 raised KeyError\n"


def test_report_passes_parameters_on(monkeypatch, tmp_path):
    given = {}

    def report(notebook, book, **options):
        given.update(options)
        return Path("reports/a.html")

    monkeypatch.setattr(reports, "report", report)
    done = call("report", "a", tmp_path, "-p", "days", "-30", "-p", "circle", "a=b", "--show-code")
    assert (done.exit_code, done.stdout) == (0, "reports/a.html\n")
    assert given["parameters"] == {"days": "-30", "circle": "a=b"}


@pytest.mark.parametrize(("error", "code"), [(LoadError("two\nlines"), 2), (ReportError("failed"), 1)])
def test_an_error_is_one_line(monkeypatch, tmp_path, error, code):
    def report(*_, **__):
        raise error

    monkeypatch.setattr(reports, "report", report)
    done = call("report", "a", tmp_path)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr == f"networkscope: {' '.join(str(error).split())}\n"


def test_bad_input_is_one_line_and_exit_2(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert call("new", tmp_path / "mine").exit_code == 0
    for arguments in (
        ("check", file),
        ("check", empty),
        ("check", tmp_path / "nowhere"),
        ("check", tmp_path / "mine", "--as-of", "yesterday"),
        ("weekly", file),
        ("report", "nothing_like_it", tmp_path / "mine", "-o", tmp_path / "out"),
    ):
        done = call(*arguments)
        assert (done.exit_code, done.stdout) == (2, ""), arguments
        assert done.stderr.count("\n") == 1, arguments
        assert done.stderr.startswith("networkscope: ")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_is_no_traceback(monkeypatch, tmp_path):
    def report(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(reports, "report", report)
    done = call("report", "a", tmp_path)
    assert done.exit_code == 130
    assert "Traceback" not in done.output


@pytest.fixture
def twins(tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "name,email,company\nAna Lee,ana@x.example,Nord\nAna Lee,ana@y.example,Nord\n", encoding="utf-8"
    )
    return tmp_path


def test_who_shows_keys_and_their_sources(twins):
    done = call("who", twins, "ana")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("Ana Lee (Nord)  id ") == 2
    assert "  email ana@y.example: in contacts.csv:3\n" in done.stdout
    shown = json.loads(call("who", twins, "ana@x.example", "--json").stdout)
    assert [one["keys"][0]["key"] for one in shown["people"]] == ["ana@x.example"]


def test_who_does_not_know_says_who_is_near_but_names_nobody_in_the_error(twins):
    done = call("who", twins, "Ana Leee")
    assert done.exit_code == 2
    assert done.stdout == "nearest: Ana Lee\n"
    assert done.stderr == "networkscope: nobody in this book is called so, but some nearly are\n"
    assert call("who", twins, "Xerxes").stdout == ""


def test_duplicates_come_with_both_sides_and_the_command(twins):
    done = call("duplicates", twins)
    assert done.exit_code == 0
    first, *sides, command = done.stdout.splitlines()
    assert first == "0.90  same name; same company"
    assert sorted(side.split(", ")[:3] for side in sides) == [
        ["      Ana Lee", "Nord", "ana@x.example"],
        ["      Ana Lee", "Nord", "ana@y.example"],
    ]
    assert set(command.split()[3:]) == {"ana@x.example", "ana@y.example"}
    assert done.stderr.startswith("1 pair. Where two are not one person, `part`")
    shown = json.loads(call("duplicates", twins, "--json").stdout)
    assert {shown[0]["a"], shown[0]["b"]} == {"ana@x.example", "ana@y.example"}
