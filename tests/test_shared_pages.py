"""A real browser and a reader of pictures find nothing on shared pages that their level forbids."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from test_sharing import AS_OF, FIRST, LAST, forbidden_at, make_book

pytestmark = pytest.mark.slow
LEVELS = ("coach", "public", "counts")
NOTEBOOKS = (
    "weekly_report",
    "dormant_contacts",
    "referral_yield",
    "network_map",
    "target_companies",
    "leaving_a_job",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    make_book(folder / "book")
    for level in ("private", *LEVELS):
        write(folder, level)
    return folder / "out"


def write(folder, level):
    """In a process of its own: a kernel and a browser both want the event loop."""
    code = (
        "from pathlib import Path; from networkscope.reports.weekly import weekly; "
        f"result = weekly(Path('book'), as_of={AS_OF!r}, output=Path('out'), notebooks={NOTEBOOKS!r}, "
        f"share={level!r}); "
        "assert not result.failures"
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)


def found(text, level):
    return [secret for secret in forbidden_at(level) if re.search(rf"(?<!\w){secret}", text, re.IGNORECASE)]


@pytest.mark.parametrize("level", LEVELS)
def test_neither_the_document_nor_its_storage_nor_what_a_screen_reader_gets_holds_it(pages, open_page, level):
    for path in sorted(pages.glob(f"*.{level}.html")):
        page = open_page(path)
        session = page.context.new_cdp_session(page)
        tree = session.send("Accessibility.getFullAXTree")["nodes"]
        read = " ".join(
            str(node.get(part, {}).get("value", ""))
            for node in tree
            for part in ("name", "description", "value")
        )
        stored = page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, window.name])"
        )
        assert len(read) > 300, path.name
        assert found(page.content() + read + stored, level) == [], path.name


def read_picture(path):
    if shutil.which("tesseract") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("tesseract is not installed")
    return subprocess.run(
        ["tesseract", path, "-", "--psm", "11"], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("level", ["private", *LEVELS])
def test_no_picture_of_a_page_can_be_read_for_it(pages, open_page, tmp_path, level):
    seen = ""
    for name in NOTEBOOKS[:4]:
        path = pages / (f"{name}.html" if level == "private" else f"{name}.{level}.html")
        page = open_page(path, viewport={"width": 1200, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        seen += read_picture(tmp_path / "page.png")
    assert len(seen) > 500
    if level == "private":  # the reader reads
        assert {name for name in (*FIRST, *LAST) if name in seen}
    else:
        assert found(seen, level) == []
