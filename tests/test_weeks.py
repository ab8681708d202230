"""networkscope.reports.weeks: each week whole in the archive of its book, and the list of weeks."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from networkscope.errors import LoadError, ParameterError, ReportError
from networkscope.reports import run, weeks
from networkscope.reports import weekly as reports
from networkscope.settings import read_settings

PARAMETERS = ("parameters", 'book: str = "../data/sample"\nas_of: str = "2026-11-16"\nrows: int = 3')
LOG = """contact,occurred_at,channel,direction,purpose
Ana Lee,2026-11-08 23:59,call,outbound,catch_up
Ana Lee,2026-11-09 00:00,call,outbound,catch_up
Bo Ek,2026-11-15,email,outbound,update
Bo Ek,2026-11-17,meeting,mutual,catch_up
"""


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text("[time]\ntimezone = 'Europe/Vienna'\n", encoding="utf-8")
    (folder / "interactions.csv").write_text(LOG, encoding="utf-8")
    return folder


@pytest.fixture
def notebook(write_notebook):
    check = "from pathlib import Path\nassert not Path(book, 'broken').exists()\nprint('Ana Lee', as_of)"
    return write_notebook("page", "# Who?\n\nA question.", PARAMETERS, ("code", check))


@pytest.fixture
def quick(monkeypatch):
    """Notebooks are not run: each page is that of the notebook as it stands, or the error given by name."""
    errors = {}

    def ran(path, given, out, **_):
        if error := errors.get(path.stem):
            raise error
        out.write_text(json.dumps(nbformat.read(path, 4)))

    monkeypatch.setattr(run.Kernel, "start", lambda _: None)
    monkeypatch.setattr(reports, "run_notebook", ran)
    return errors


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.kernel
def test_a_week_and_its_rerun_and_a_failure(book, notebook):
    result = weeks.write_week(book, as_of="2026-11-16 07:30", notebooks=[notebook])
    week = book / "reports" / "2026-W46"
    assert (result.exit_code, result.index) == (0, week / "index.html")
    assert names(book / "reports") == [".lock", "2026-W46", "index.html", "last_run.json", "moves.ics"]
    assert names(week) == ["index.html", "manifest.json", "notebooks", "page.html", "tables"]
    assert '<a href="../index.html">All weeks</a>' in result.index.read_text(encoding="utf-8")

    manifest = json.loads((week / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["week"], manifest["as_of"]) == ("2026-W46", "2026-11-16 07:30")
    assert manifest["parameters"] == {"page": {"as_of": "2026-11-16 07:30", "rows": 3}}
    assert 0 < manifest["seconds"]["page"] < 60
    digest = hashlib.sha256(LOG.encode()).hexdigest()
    assert manifest["inputs"]["interactions.csv"] == digest
    assert manifest["versions"]["pandas"] == pd.__version__
    figures = manifest["key_figures"]
    counted = [figures[name] for name in ("people_count", "touch_count", "conversation_count", "name_count")]
    assert counted == [2, 2, 1, 0], "of 9 November, from midnight in Vienna, to the 15th"

    executed = nbformat.read(week / "notebooks" / "page.ipynb", 4)
    assert executed.metadata.papermill.parameters.as_of == "2026-11-16 07:30"
    assert executed.metadata.papermill.duration > 0
    assert [cell.outputs for cell in executed.cells if cell.cell_type == "code"] == [[]] * 3
    assert "Ana Lee 2026-11-16" in (week / "page.html").read_text(encoding="utf-8")
    table = pd.read_csv(week / "tables" / "ties.csv", encoding="utf-8-sig")
    assert sorted(table["name"]) == ["Ana Lee", "Bo Ek"]
    assert (
        pd.read_parquet(week / "tables" / "ties.parquet")["contact_id"].tolist()
        == table["contact_id"].tolist()
    )

    (week / "stray").touch()
    before = (week / "page.html").read_bytes()
    weeks.write_week(book, as_of="2026-11-16 07:30", notebooks=[notebook])
    assert "stray" not in names(week), "a rerun replaces the week as a whole"
    assert (week / "page.html").read_bytes() == before

    (book / "broken").touch()
    failed = weeks.write_week(book, as_of="2026-11-16 07:30", notebooks=[notebook])
    assert (failed.exit_code, failed.pages) == (1, ())
    assert (week / "page.html").read_bytes() == before
    assert names(book / "reports" / "failed") == ["page.ipynb"]
    page = failed.index.read_text(encoding="utf-8")
    assert "The last run, for 2026-W46, failed; the last good week is 2026-W46. page.ipynb: cell 3" in page
    (book / "broken").unlink()
    assert weeks.write_week(book, as_of="2026-11-23", notebooks=[notebook]).exit_code == 0
    assert names(book / "reports") == [
        ".lock",
        "2026-W46",
        "2026-W47",
        "index.html",
        "last_run.json",
        "moves.ics",
    ]
    page = (book / "reports" / "index.html").read_text(encoding="utf-8")
    assert "failed" not in page
    assert 'aria-label="Times in touch by week: 2, 1"' in page


def test_a_month_with_a_failure_and_a_rerun(book, notebook, quick):
    """Four weeks, of which the third fails and is run again a day later."""
    codes = []
    for as_of in (
        "2026-11-02 07:30",
        "2026-11-09 07:30",
        "2026-11-16 07:30",
        "2026-11-17 07:30",
        "2026-11-23",
    ):
        quick.clear()
        if as_of.startswith("2026-11-16"):
            quick["page"] = ReportError("it failed")
        codes.append(weeks.write_week(book, as_of=as_of, notebooks=[notebook]).exit_code)
    assert codes == [0, 0, 1, 0, 0]
    assert list(weeks.weeks_of(book / "reports")) == ["2026-W44", "2026-W45", "2026-W47"]
    assert weeks.weeks_of(book / "reports")["2026-W47"]["as_of"] == "2026-11-23"
    assert weeks.write_week(book, as_of="2026-11-16 07:30", notebooks=[notebook]).exit_code == 0
    page = (book / "reports" / "index.html").read_text(encoding="utf-8")
    found = [page.index(f'"{week}/index.html"') for week in ("2026-W47", "2026-W46", "2026-W45", "2026-W44")]
    assert found == sorted(found), "newest first"
    assert 'aria-label="Conversations by week: 0, 1, 1, 1"' in page


def test_the_front_page_has_the_trend_of_the_last_weeks(book, notebook, quick):
    weeks.write_week(book, as_of="2026-11-23", notebooks=[notebook])
    page = (book / "reports" / "2026-W47" / "index.html").read_text(encoding="utf-8")
    assert "The last 3 weeks" in page, "the first touch was on a Sunday"
    assert 'aria-label="Times in touch by week: 1, 2, 1"' in page
    manifest = book / "reports" / "2026-W47" / "manifest.json"
    kept = json.loads(manifest.read_text(encoding="utf-8"))
    kept["key_figures"]["touch_count"] = 7
    manifest.write_text(json.dumps(kept), encoding="utf-8")
    weeks.write_week(book, as_of="2026-11-30", notebooks=[notebook])
    page = (book / "reports" / "2026-W48" / "index.html").read_text(encoding="utf-8")
    assert 'aria-label="Times in touch by week: 1, 2, 7, 0"' in page, (
        "what a week has kept is not computed again"
    )
    kept["versions"]["networkscope"] = "0.0.1"
    manifest.write_text(json.dumps(kept), encoding="utf-8")
    weeks.write_week(book, as_of="2026-11-30", notebooks=[notebook])
    page = (book / "reports" / "2026-W48" / "index.html").read_text(encoding="utf-8")
    assert 'aria-label="Times in touch by week: 1, 2, 1, 0"' in page, "that of another version is"


def test_no_report_of_a_week_is_read_as_a_source(book, notebook, quick):
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    inputs = weeks.weeks_of(book / "reports")["2026-W46"]["inputs"]
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    assert weeks.weeks_of(book / "reports")["2026-W46"]["inputs"] == inputs
    assert sorted(inputs) == ["book.toml", "interactions.csv"]


def test_old_weeks_go_only_where_the_book_says_so(book, notebook, quick):
    for day in ("2026-11-02", "2026-11-09", "2026-11-16"):
        weeks.write_week(book, as_of=day, notebooks=[notebook])
    (book / "reports" / "2026-W01").mkdir()  # no week of ours: it has no manifest
    (book / "reports" / "2025-W20-notes").mkdir()
    assert len(weeks.weeks_of(book / "reports")) == 3
    with (book / "book.toml").open("a") as stream:
        stream.write("[reports]\nkeep_weeks = 2\n")
    weeks.write_week(book, as_of="2026-10-26", notebooks=[notebook])  # what was just asked for stays
    assert list(weeks.weeks_of(book / "reports")) == ["2026-W43", "2026-W45", "2026-W46"], (
        "what was just asked for stays"
    )
    weeks.write_week(book, as_of="2026-11-23", notebooks=[notebook])
    assert list(weeks.weeks_of(book / "reports")) == ["2026-W46", "2026-W47"]
    assert {"2026-W01", "2025-W20-notes"} <= set(names(book / "reports"))


@pytest.mark.parametrize("value", ["0", "-3", "'all'", "true"])
def test_how_many_weeks_to_keep_is_a_number(tmp_path, value):
    (tmp_path / "book.toml").write_text(f"[reports]\nkeep_weeks = {value}\n")
    with pytest.raises(LoadError, match="keep_weeks"):
        read_settings(tmp_path / "book.toml")


def test_wrong_input_is_said_and_noted(book, notebook, quick, tmp_path):
    with pytest.raises(LoadError, match="the book 'nowhere' is not a folder"):
        weeks.write_week(tmp_path / "nowhere", notebooks=[notebook])
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(ParameterError, match="is not a date"):
        weeks.write_week(book, as_of="next week", notebooks=[notebook])
    assert not (book / "reports").exists()
    (book / "aliases.csv").write_text("nonsense\n1\n")
    (book / "interactions.csv").write_bytes(LOG.encode() + b"\xff")
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    with pytest.raises(ParameterError, match="does not exist"):
        weeks.write_week(book, as_of="2026-11-16", notebooks=["no_such"])
    assert weeks.last_run(book / "reports")["exit_code"] == 2
    assert "no_such" in (book / "reports" / "index.html").read_text(encoding="utf-8")


def test_a_broken_manifest_is_no_week_and_a_broken_note_no_run(book, notebook, quick):
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    (book / "reports" / "2026-W46" / "manifest.json").write_text("{")
    (book / "reports" / "last_run.json").write_text("[]")
    assert weeks.weeks_of(book / "reports") == {}
    assert weeks.last_run(book / "reports") == {}


HOLDS = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1]):
    print(1, flush=True)
    time.sleep(60)
"""


def test_two_runs_at_once(book, notebook, quick):
    (book / "reports").mkdir()
    lock = str(book / "reports" / ".lock")
    with subprocess.Popen([sys.executable, "-c", HOLDS, lock], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"1\n"
        with pytest.raises(LoadError, match="another run is writing the weekly reports of this book; wait"):
            weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
        assert names(book / "reports") == [".lock"], "nothing is written beside the other run"
        other.kill()
    assert weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook]).exit_code == 0


def test_a_full_disk_leaves_the_last_good_week(book, notebook, quick, monkeypatch):
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    week = book / "reports" / "2026-W46"
    before = (week / "page.html").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports, "export_html", full)
    with pytest.raises(ReportError, match=r"No space left on device.*the last good week stays"):
        weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    assert (week / "page.html").read_bytes() == before
    assert not [name for name in names(book / "reports") if "staged" in name]
    assert weeks.last_run(book / "reports")["exit_code"] == 1


def test_what_a_killed_run_left_is_cleared(book, notebook, quick):
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    archive = book / "reports"
    (archive / ".staged-0123abcd-2026-W47").mkdir()
    (archive / "2026-W46").rename(archive / ".aside-0123abcd-2026-W46")
    weeks.write_week(book, as_of="2026-11-23", notebooks=[notebook])
    assert names(archive) == [".lock", "2026-W46", "2026-W47", "index.html", "last_run.json", "moves.ics"]


@pytest.mark.parametrize(
    ("as_of", "zone", "week"),
    [
        ("2026-11-16 07:30", "Europe/Vienna", "2026-W46"),
        ("2026-11-15 23:30", "Europe/Vienna", "2026-W46"),  # Saturday is the day before
        ("2026-11-15T23:30Z", "Europe/Vienna", "2026-W46"),  # Monday there: Sunday is
        ("2026-11-17T05:30Z", "America/New_York", "2026-W47"),
        ("2026-11-17T04:30Z", "America/New_York", "2026-W46"),  # still Monday there
        ("2026-01-05 07:30", "UTC", "2026-W01"),
        ("2027-01-04 07:30", "UTC", "2026-W53"),
        ("2026-03-30 02:30", "Europe/Vienna", "2026-W13"),  # the day after summer time began
        ("2026-10-26 00:00", "Europe/Vienna", "2026-W43"),
    ],
)
def test_the_week_is_that_of_the_day_before(as_of, zone, week):
    from networkscope.dates import iso_week

    assert iso_week(as_of, zone) == week


def test_a_copied_archive_stands_on_its_own(book, notebook, quick, tmp_path):
    weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    shutil.copytree(book / "reports", tmp_path / "elsewhere")
    assert str(book) not in (tmp_path / "elsewhere" / "index.html").read_text(encoding="utf-8")
    assert list(weeks.weeks_of(tmp_path / "elsewhere")) == ["2026-W46"]


@pytest.mark.kernel
def test_a_killed_kernel_leaves_the_last_good_week(book, write_notebook):
    kill = "import os, signal\nfrom pathlib import Path\nif Path(book, 'kill').exists():\n    os.kill(os.getpid(), 9)"
    notebook = write_notebook("page", "# Who?", PARAMETERS, ("code", kill))
    assert weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook]).exit_code == 0
    before = (book / "reports" / "2026-W46" / "page.html").read_bytes()
    (book / "kill").touch()
    result = weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook])
    assert (result.exit_code, "the kernel died in cell 3" in str(result.failures["page"])) == (1, True)
    assert (book / "reports" / "2026-W46" / "page.html").read_bytes() == before
    (book / "kill").unlink()
    assert weeks.write_week(book, as_of="2026-11-16", notebooks=[notebook]).exit_code == 0


ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from networkscope.errors import NetworkscopeError
from networkscope.reports import weeks
book, notebook, as_of = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
try:
    print(weeks.write_week(book, as_of=as_of, notebooks=[notebook]).exit_code)
except NetworkscopeError as error:
    print(error.exit_code, error)
"""


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_really_full_and_one_that_is_read_only(book, notebook, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    run_week = f"'{sys.executable}' -c '{ON_A_SMALL_DISK}' '{disk}/book' '{notebook}'"
    script = f"""
        mount -t tmpfs -o size=400k none '{disk}' && cp -r '{book}' '{disk}/book' || exit 99
        cd '{disk}'; good=book/reports/2026-W46
        {run_week} 2026-11-16; sum=$(cat $good/*.html | cksum)
        dd if=/dev/zero of=full bs=1k 2>/dev/null; rm -f full.1
        {run_week} 2026-11-16; {run_week} 2026-11-23
        test "$sum" = "$(cat $good/*.html | cksum)" && echo the same
        rm full; {run_week} 2026-11-23
        mount -o remount,ro '{disk}'; {run_week} 2026-11-30
        mount -o remount,rw '{disk}'; ls -A book/reports
    """
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(weeks.__file__).parents[2])},
    )  # fmt: skip
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("mounting is not allowed here")
    first, full, again, same, freed, read_only, *listed = done.stdout.splitlines()
    assert (first, same, freed) == ("0", "the same", "0"), done.stderr
    for line in (full, again):
        assert line.startswith(
            ("1 the reports cannot be written (No space left on device)", "2 nothing can be")
        ), line
    assert read_only == (
        "2 nothing can be written into the output folder 'reports' (Read-only file system); choose another with -o"
    )
    assert listed == [".lock", "2026-W46", "2026-W47", "index.html", "last_run.json", "moves.ics"]
