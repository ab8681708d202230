"""Every page of five very different books, in light and dark, on three widths, on paper, and without script.

A pairwise selection: whatever two of these come together is tried. Those of the sample are compared with pictures in
tests/pictures, small and grey, so that other fonts do not matter. After a change of looks that you mean, write them
anew with `NETWORKSCOPE_PICTURES=write .venv/bin/python -m pytest -m slow tests/test_page_matrix.py` and look at them.
"""

import csv
import itertools
import os
import subprocess
import sys
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from networkscope.book.new import make_book

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent / "pictures"
pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOOKS = ("sample", "linkedin", "tiny", "empty", "huge")
PAGES = (
    *("index", "weekly_report", "dormant_contacts", "referral_yield", "followup_gaps", "asks_and_favours"),
    *("target_companies", "leaving_a_job", "network_map", "people"),
)
FACTORS = {
    "colors": ("light", "dark"), "width": (1440, 768, 360), "media": ("screen", "print"), "script": (True, False),
}  # fmt: skip
NOBODY = ("empty", "people")  # a set that names nobody has no page of people
LOOKS = list(itertools.product(*FACTORS.values()))
CASES = [
    (book, page, *LOOKS[(2 * number + 5 * at + 13 * again) % len(LOOKS)])
    for again in (0, 1)
    for number, book in enumerate(BOOKS)
    for at, page in enumerate(PAGES)
    if (not again or book == "sample") and (book, page) != NOBODY
]
SHRINK, DIFFERENCE = 8, 9  # one pixel of 8 x 8; so many of 255 levels may a picture differ on average
ALPHABETS = ("Wintergarten", "أحمد بن عبد الله ", "王小明李四", "Zoë 🦊👩‍🚀 ", "שלום עולם ", "Ññandú-Ærø ")


def write_tiny(folder):
    (folder / "contacts.csv").write_text("name,email,organization\nAna Lee,ana@x.example,Acme\n")
    lines = [
        "contact,occurred_at,channel,direction,purpose",
        "Ana Lee,2026-11-10 10:00,call,mutual,advice_ask",
    ]
    (folder / "interactions.csv").write_text("\n".join(lines) + "\n")


def write_huge(folder):
    """2,000 people with names of 200 characters in many scripts, and long topics."""

    def name(number):
        return (f"{number} " + ALPHABETS[number % len(ALPHABETS)] * 40)[:200].strip()

    with (folder / "contacts.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["name", "email", "organization", "title", "circle"])
        for number in range(2000):
            firm, title = f"{ALPHABETS[number % 5] * 9} {number % 40}", ALPHABETS[number % 6] * 12
            rows.writerow(
                [name(number), f"p{number}@x{number % 40}.example", firm, title, f"circle {number % 9}"]
            )
    with (folder / "interactions.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["contact", "occurred_at", "channel", "direction", "purpose", "subject"])
        for number in range(600):
            day = f"2026-{1 + number % 11:02}-{1 + number % 15:02} 10:00"
            purpose = ("catch_up", "advice_ask", "promise", "favour_received")[number % 4]
            direction = ("mutual", "outbound", "inbound")[number % 3]
            channel = "meeting" if direction == "mutual" else "email"
            rows.writerow([name(number % 400), day, channel, direction, purpose, ALPHABETS[number % 6] * 10])
    given = [f"{name(n)},{name(n + 500)},2026-0{1 + n % 9}-10" for n in range(60)]
    (folder / "referrals.csv").write_text(
        "\n".join(["referrer,referred,given_on", *given]) + "\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """The weekly set of each book, written as the command line does when a test first wants it."""
    written = {}

    def pages_of(book):
        if book in written:
            return written[book]
        folder = tmp_path_factory.mktemp(book)
        given = {"sample": ROOT / "data" / "sample", "linkedin": ROOT / "data" / "sample_linkedin"}.get(book)
        if given is None:
            given = folder / "book"
            make_book(given)
            {"tiny": write_tiny, "huge": write_huge}.get(book, lambda _: None)(given)
        command = [sys.executable, "-m", "networkscope", "weekly", str(given), "--as-of", "2026-11-16"]
        subprocess.run([*command, "-o", str(folder / "pages")], capture_output=True, check=True)
        return written.setdefault(book, folder / "pages")

    return pages_of


def test_any_two_come_together():
    columns = list(zip(*CASES, strict=True))
    factors = [BOOKS, PAGES, *FACTORS.values()]
    for one, other in itertools.combinations(range(len(columns)), 2):
        met = set(zip(columns[one], columns[other], strict=True))
        assert met == set(itertools.product(factors[one], factors[other])) - {NOBODY}, (one, other)


@pytest.mark.parametrize(("book", "name", "colors", "width", "media", "script"), CASES)
def test_a_page_is_whole(sets, open_page, book, name, colors, width, media, script):
    page = open_page(
        sets(book) / f"{name}.html",
        viewport={"width": width, "height": 900},
        color_scheme=colors,
        java_script_enabled=script,
    )
    page.emulate_media(media=media, color_scheme=colors)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0 or media == "print", f"it scrolls sideways by {wide} px"
    if script and media == "screen":
        assert faults(page) == []
    if folder := os.environ.get("NETWORKSCOPE_SHOTS"):
        kind = "script" if script else "bare"
        page.screenshot(path=Path(folder) / f"{book}-{name}-{width}-{colors}-{media}-{kind}.png")
    if book == "sample":
        as_before(page, f"{name}-{width}-{colors}-{media}-{'script' if script else 'bare'}")


def faults(page):
    """What axe-core says of the page: the rule, and where it is broken."""
    package = Path(find_spec("axe_playwright_python").origin).parent
    page.evaluate((package / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [(fault["id"], node["target"]) for fault in found for node in fault["nodes"]]


def as_before(page, name):
    """The first screen looks as in the picture that was kept of it."""
    shot = Image.open(BytesIO(page.screenshot())).convert("L")
    shot = shot.resize((shot.width // SHRINK, shot.height // SHRINK), Image.Resampling.BOX)
    kept = PICTURES / f"{name}.png"
    if os.environ.get("NETWORKSCOPE_PICTURES") == "write":
        PICTURES.mkdir(exist_ok=True)
        shot.save(kept, optimize=True)
    before = np.asarray(Image.open(kept), dtype=float)
    now = np.asarray(shot, dtype=float)
    assert now.shape == before.shape
    assert np.abs(now - before).mean() <= DIFFERENCE


def test_the_pictures_are_small_and_all_are_of_pages():
    names = {f"{page}-{width}-{colors}-{media}-{'script' if script else 'bare'}.png"
             for book, page, colors, width, media, script in CASES if book == "sample"}  # fmt: skip
    kept = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(kept) == names
    assert sum(kept.values()) < 1_500_000
