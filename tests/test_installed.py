"""Readers of other packages: found, checked, and harmless where they are broken."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import networkscope
from networkscope.book import open_book
from networkscope.importers import installed, reader_versions

ROOT = Path(networkscope.__file__).parents[1]
PAGE = ROOT / "docs" / "add_a_reader.md"
CALLS = """<?xml version='1.0' encoding='UTF-8'?>
<calls count="4" backup_set="x">
  <call number="+436641234567" duration="63" date="1783500000000" type="1" contact_name="Ann Lee" />
  <call number="+436641234567" duration="5" date="1783600000000" type="2" contact_name="Ann Lee" />
  <call number="+43171234567" duration="0" date="1783700000000" type="3" contact_name="(Unknown)" />
  <call number="" duration="9" date="1783800000000" type="1" contact_name="(Unknown)" />
</calls>
"""
OPEN = """
import sys
from networkscope.book import open_book
book = open_book(sys.argv[1], as_of="2026-11-16")
print(book.summary[["source", "rows_read", "kept", "merged", "rejected"]].to_csv(index=False))
print(book.interactions[["channel", "direction", "source_ref"]].to_csv(index=False))
print(book.contacts["name"].tolist())
"""
MODULE = """
from networkscope.importers.base import Parsed, Reader, rows
"""


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]


def wheel(folder):
    """The package of the page as `hatchling` would build it, without asking any registry for it."""
    project = tomllib.loads(block("toml"))["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    points = "".join(
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    content = {
        f"{name}.py": block("python"),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": points,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in content.items():
            archive.writestr(member, text)
        record = "".join(f"{member},,\n" for member in [*content, f"{info}/RECORD"])
        archive.writestr(f"{info}/RECORD", record)
    return path


def test_the_reader_of_the_page_is_installed_and_opens_a_book(tmp_path):
    pytest.importorskip("pip")
    target, book = tmp_path / "packages", tmp_path / "book"
    book.mkdir()
    (book / "calls.xml").write_text(CALLS, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    options = ["--no-index", "--no-deps", "--no-compile", "--target", str(target)]
    subprocess.run([*pip, *options, str(wheel(tmp_path))], check=True)
    paths = f"import sys; sys.path[:0] = [{str(target)!r}, {str(ROOT)!r}]"
    command = [sys.executable, "-c", paths + OPEN, str(book)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "Android calls,4,2,0,2" in done.stdout
    assert "call,inbound,calls.xml:1\ncall,outbound,calls.xml:2" in done.stdout
    assert "['Ann Lee']" in done.stdout


def test_the_page_shows_a_reader_of_about_fifty_lines():
    lines = [line for line in block("python").splitlines() if line.strip()]
    assert len(lines) < 55


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a module under the name of an entry point; its readers are gone after the test."""

    def add(name, code, version="1.0"):
        (tmp_path / "site" / f"{name}-{version}.dist-info").mkdir(parents=True)
        info = tmp_path / "site" / f"{name}-{version}.dist-info"
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{installed.GROUP}]\n{name} = {name}:READER\n")
        (tmp_path / "site" / f"{name}.py").write_text(MODULE + code, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path / "site")
        monkeypatch.delitem(sys.modules, name, raising=False)
        installed.readers.cache_clear()

    yield add
    installed.readers.cache_clear()


def opened(tmp_path, text="Ann;1\n"):
    book = tmp_path / "book"
    book.mkdir(exist_ok=True)
    (book / "a.odd").write_text(text, encoding="utf-8")
    (book / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\n", encoding="utf-8")
    found = open_book(book, as_of="2026-11-16")
    assert found.contacts["name"].tolist()[0] == "Ann Lee"
    summary = found.summary.set_index("file")
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    return summary


def reader_of(read, recognises="file.head.startswith(b'Ann;')"):
    return f"""
def read(file, settings):
    {read}
READER = [Reader("odd", lambda file: {recognises}, read)]
"""


def test_a_list_of_readers_and_the_version_of_their_package(tmp_path, install):
    install("odd_reader", reader_of("return Parsed(rows_read=1, rejected={'no use': 1})"), "2.5")
    assert reader_versions() == ("odd: odd_reader 2.5",)
    assert opened(tmp_path).loc["a.odd", ["source", "rows_read", "reasons"]].tolist() == [
        "odd",
        1,
        "1 × no use",
    ]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("READER = 1", "TypeError"),
        ("READER = ['a']", "must name a Reader"),
        ("x = 1", "AttributeError"),
    ],
)
def test_a_reader_that_cannot_be_loaded_is_told(tmp_path, install, code, reason):
    install("bad_reader", code)
    note = opened(tmp_path).loc["reader 'bad_reader' of bad_reader 1.0", "note"]
    assert reason in note
    assert "pip uninstall bad_reader" in note


PEOPLE = "people=rows('people', 1, {'name': 'Ann', 'source_ref': 'a.odd:1'})"
FEW_COLUMNS = PEOPLE + "[['name', 'source_ref']]"


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        ("raise KeyError('Ann Lee')", "failed (KeyError)"),
        ("return None", "failed (AttributeError)"),
        ("return Parsed(rows_read=3)", "3 rows read, but 0 in its tables and 0 rejected"),
        (f"return Parsed(rows_read=2, {PEOPLE})", "2 rows read, but 1 in"),
        (f"return Parsed(rows_read=1, {FEW_COLUMNS})", "column 'own_id' of people"),
        ("return Parsed(rows_read=1, people=rows('people', 1, {'name': 'Ann'}))", "column 'source_ref' of people"),
        (
            "return Parsed(rows_read=1, people=rows('people', 1, {'name': 'Ann', 'source_ref': '1'}))",
            "a source_ref that is not of this file",
        ),
        ("return Parsed(tables={'cats': rows('people', 0, {})})", "failed (KeyError)"),
        (
            "return Parsed(rows_read=1, tables={'endorsements': rows('endorsements', 1, "
            "{'person': 5, 'source_ref': 'a.odd:1'})})",
            "counts beyond the people",
        ),
        (
            f"return Parsed(rows_read=1, {PEOPLE}, interactions=rows('interactions', 1, "
            "{'person': 0, 'source_ref': 'a.odd:1'}))",
            "of interactions has empty cells",
        ),
    ],
)  # fmt: skip
def test_a_file_on_which_a_reader_fails_is_left_out_and_the_rest_is_read(tmp_path, install, read, reason):
    install("weak_reader", reader_of(read))
    note = opened(tmp_path).loc["a.odd", "note"]
    assert note.startswith("the reader 'odd' of weak_reader 1.0")
    assert reason in note
    assert "Ann" not in note


def test_a_reader_that_fails_to_look_hides_no_other(tmp_path, install):
    install("blind_reader", reader_of("return Parsed()", "1 / 0"))
    summary = opened(tmp_path)
    assert summary.loc["contacts.csv", "source"] == "own contacts"
    assert "failed when it looked at this file" in summary.loc["a.odd", "note"]


def test_another_reader_may_know_what_is_no_text(tmp_path, install):
    looks = "file.head.startswith(b'%PDF')"
    install("pdf_reader", reader_of("return Parsed(rows_read=1, rejected={'a card': 1})", looks))
    assert opened(tmp_path, "%PDF-1.7").loc["a.odd", "source"] == "odd"
