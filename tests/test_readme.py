"""What README.md and docs/ show is what happens: each command is run, each option exists, the Python example works.

A command stands in an indented block, or in a fenced `console` block after a `$`, where the lines below it are what
it prints. All run in order, in a folder with a copy of the sample book. Notebooks are not run here.
"""

import json
import re
import shlex
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from networkscope.book import open_book
from networkscope.cli.main import main
from networkscope.reports import run
from networkscope.reports import weekly as reports

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^(?:    |\$ )(?:\S*/)?networkscope (.+)$")
INLINE = re.compile(r"`networkscope ([^`]+)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
OTHER_PROGRAMS = {"--help-notebook", "--help"}


def commands(text: str) -> list[tuple[list[str], str]]:
    """The commands of a page, each as its arguments and what the page says that it prints ("" where it does not)."""
    found: list[tuple[list[str], str]] = []
    in_console = False
    for line in text.splitlines():
        if line.startswith("```"):
            in_console = line == "```console"
        elif command := COMMAND.match(line):
            found.append((shlex.split(command[1], comments=True), ""))
        elif in_console and found:
            arguments, output = found.pop()
            found.append((arguments, f"{output}{line}\n"))
    return found


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the sample book, in which reports are written without running a notebook."""
    shutil.copytree(ROOT / "data" / "sample", tmp_path / "data" / "sample")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run.Kernel, "start", lambda _: None)
    monkeypatch.setattr(
        reports, "run_notebook", lambda path, _, out, **__: out.write_text(json.dumps(nbformat.read(path, 4)))
    )
    return tmp_path


def test_commands_and_their_output_are_found():
    page = "    .venv/bin/networkscope who me 'Ana Lee'  # her\n"
    page += "```console\n$ networkscope new x\nx\n$ networkscope moves x\n```\nno"
    assert commands(page) == [(["who", "me", "Ana Lee"], ""), (["new", "x"], "x\n"), (["moves", "x"], "")]


def test_the_readme_shows_the_commands_of_every_day():
    shown = {arguments[0] for arguments, _ in commands(README)}
    assert shown >= {"new", "check", "weekly", "report", "log", "moves", "who", "duplicates", "export"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_shown_works(page, folder):
    for arguments, output in commands(page.read_text(encoding="utf-8")):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, f"{shlex.join(arguments)}: {done.stderr}"
        if output:
            assert done.stdout == output, shlex.join(arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_is_named_exists(page):
    text = page.read_text(encoding="utf-8")
    options = {name: {o for p in command.params for o in p.opts} for name, command in main.commands.items()}
    for inline in INLINE.findall(text):
        name = inline.split()[0]
        if name != "--help":
            assert name in options, inline
            assert set(OPTION.findall(inline)) <= options[name], inline
    named = {option for code in re.findall(r"`([^`]*)`", text) for option in OPTION.findall(code)}
    if page.name == "README.md":
        assert named - OTHER_PROGRAMS <= set().union(*options.values())


def test_own_tables_as_the_readme_shows_them_are_read_whole(folder):
    blocks = re.findall(r"((?:^    \w[^\n]*,[^\n]*\n)+)", README, re.MULTILINE)
    tables = [block.replace("    ", "") for block in blocks if "occurred_at" in block or "given_on" in block]
    assert len(tables) == 2
    book = folder / "typed"
    book.mkdir()
    for name, table in zip(("interactions.csv", "referrals.csv"), tables, strict=True):
        (book / name).write_text(table, encoding="utf-8")
    summary = open_book(book, as_of="2026-11-16").summary
    assert (summary["rows_read"].tolist(), summary["rejected"].tolist()) == ([2, 1], [0, 0])


def test_the_python_example_of_the_readme_runs(folder):
    example = re.search(r"(?:^    .*\n|^\n)+", README[README.index("## As a library") + 17 :], re.MULTILINE)[
        0
    ]
    lines = [line[4:] for line in example.splitlines()]
    exec("\n".join(lines), {})  # noqa: S102
