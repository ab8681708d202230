"""From the wheel alone: built, installed into an environment of its own, and run far from the checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ZIP = ROOT / "data" / "sample_linkedin" / "Basic_LinkedInDataExport.zip"
pytestmark = [pytest.mark.slow, pytest.mark.kernel]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of the commands of an environment that has the wheel and what it depends on, and nothing else."""
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        pytest.skip("uv is not installed")
    folder = tmp_path_factory.mktemp("wheel")

    def call(*words):
        subprocess.run([uv, *map(str, words)], check=True, capture_output=True)

    call("build", "--wheel", ROOT, "--out-dir", folder)
    call("venv", folder / "venv", "--python", sys.executable)
    call("pip", "install", "--python", folder / "venv", next(folder.glob("*.whl")))
    return folder / "venv" / "bin"


def run(installed, folder, *words):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_"))
    }
    command = [installed / "networkscope", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_start_makes_a_book_and_its_pages(installed, tmp_path):
    shutil.copy(ZIP, tmp_path / "mine.zip")
    done = run(installed, tmp_path, "start", "mine.zip", "--no-open", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["book"] == "my-network"
    index = tmp_path / said["page"]
    pages = {page.stem for page in index.parent.glob("*.html")}
    assert {"index", "weekly_report", "dormant_contacts", "target_companies", "people"} <= pages
    assert str(ROOT) not in done.stderr
    again = run(installed, tmp_path, "start", "mine.zip", "--no-open", "--json")
    assert json.loads(again.stdout)["book"] == "my-network"
    assert [file.name for file in (tmp_path / "my-network" / "exports").iterdir()] == ["mine.zip"]


def test_what_is_no_zip_is_refused_by_the_wheel_as_well(installed, tmp_path):
    (tmp_path / "mine.zip").write_text("no zip")
    done = run(installed, tmp_path, "start", "mine.zip", "--no-open")
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "my-network").exists()


def test_the_wheel_holds_notebooks_templates_and_the_sample(installed):
    with zipfile.ZipFile(next(installed.parents[1].glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert "networkscope/notebooks/weekly_report.ipynb" in names
    assert "networkscope/reports/template/report.css" in names
    assert "networkscope/sample_book/book.toml" in names
    assert not [
        name for name in names if name.startswith(("tests", "data", "networkscope/sample_book/reports"))
    ]
