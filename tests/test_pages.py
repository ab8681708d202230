"""The pages that a reader gets, in a real browser with the network off."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from networkscope.reports.html import export_html

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.browser
CHARTS = {
    "weekly_report": 1,
    "dormant_contacts": 1,
    "referral_yield": 2,
    "followup_gaps": 1,
    "asks_and_favours": 0,
    "target_companies": 0,
    "leaving_a_job": 0,
    "network_map": 1,
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The weekly set of the sample, as the command line writes it."""
    folder = tmp_path_factory.mktemp("pages")
    command = [
        sys.executable,
        "-m",
        "networkscope",
        "weekly",
        str(ROOT / "data" / "sample"),
        "--as-of",
        "2026-11-16",
    ]
    run = subprocess.run(
        [*command, "-o", str(folder), "--jobs", "2"], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(folder / "index.html")
    assert "weekly_report done in" in run.stderr
    assert "Warning" not in run.stderr
    return folder


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_a_page_is_drawn_and_quiet(pages, open_page, name, look):
    options = {"dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 390, "height": 844}}}.get(
        look, {}
    )
    page = open_page(pages / f"{name}.html", **options)
    drawn = page.locator(".js-plotly-plot .main-svg").count()
    still = 1 if (name, look) == ("network_map", "phone") else 0  # there it is whole as a picture
    assert drawn >= CHARTS[name] - still
    assert page.locator("figure.chart .still").count() == still
    assert page.locator("h1").count() == 1
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"


def test_the_code_is_hidden_and_every_table_has_a_caption(pages, open_page):
    page = open_page(pages / "followup_gaps.html")
    assert page.locator(".code").count() == 0
    assert page.locator("table").count() > 3
    assert page.locator("table:not(:has(caption))").count() == 0


def test_the_index_leads_to_every_page(pages, open_page):
    page = open_page(pages / "index.html")
    for link in page.locator(".card a").all():
        assert (pages / link.get_attribute("href")).exists()
    page.locator(".card a").first.click()
    page.wait_for_selector("html[data-charts]")
    assert page.locator("h1").inner_text() == "Weekly report"


def test_the_index_gives_the_answer_of_each_page(pages, open_page):
    cards = open_page(pages / "index.html").locator(".card")
    page = open_page(pages / "followup_gaps.html")
    answer = page.locator(".answer").first.inner_text()
    assert answer in cards.nth(3).inner_text()


def test_the_five_next_moves_come_first(pages, open_page):
    page = open_page(pages / "weekly_report.html")
    assert page.locator("h2").first.inner_text() == "Your next moves"
    assert page.locator(".moves li").count() == 5


def test_paper_shows_what_was_rejected_and_the_whole_of_each_chart(pages, open_page):
    page = open_page(pages / "followup_gaps.html", viewport={"width": 1200, "height": 900})
    assert not page.locator("details table").is_visible()
    page.emulate_media(media="print")
    assert page.locator("details table").is_visible()
    assert page.locator("details td", has_text="the account was closed").first.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".main-svg").first.bounding_box()["width"] <= 690
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.wait_for_function("document.querySelector('.main-svg').getBoundingClientRect().width > 900")


def test_on_a_phone_tables_of_words_fit_and_tables_of_numbers_keep_their_first_column(pages, open_page):
    phone = {"viewport": {"width": 390, "height": 844}}
    beyond = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).length"
    for name in CHARTS:
        page = open_page(pages / f"{name}.html", **phone)
        assert page.locator(".stacks").evaluate_all(beyond) == 0, name
    page = open_page(pages / "target_companies.html", **phone)
    box = page.locator(".table-box:not(.stacks)", has_text="Of the people you first contacted")
    box.evaluate("box => { box.scrollLeft = 120 }")
    assert box.locator("td").first.bounding_box()["x"] >= 0


def test_the_map_stands_once_on_the_screen_and_once_on_paper(pages, open_page):
    page = open_page(pages / "network_map.html")
    drawn, printed = page.locator("figure.chart"), page.locator("figure.image")
    assert (drawn.is_visible(), printed.is_visible()) == (True, False)
    page.emulate_media(media="print")
    assert (drawn.is_visible(), printed.is_visible()) == (False, True)


def test_long_names_stay_in_their_column_and_card(open_page, tmp_path):
    name = "Wintergarten" * 30
    card = f"<ol class='moves'><li><p class='move'>{name}</p></li></ol>"
    html = f"{card}<table><tr><td>{name}</td><td>b</td></tr></table>"
    (tmp_path / "a.ipynb").write_text(
        json.dumps(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
                {"id": "a", "cell_type": "code", "source": "", "execution_count": 1, "metadata": {}, "outputs": [
                    {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}]}]}
        )
    )  # fmt: skip
    page = open_page(
        export_html(tmp_path / "a.ipynb", tmp_path / "a.html"), viewport={"width": 390, "height": 800}
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("td").first.bounding_box()["width"] <= 470


ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+\?) \| (.+) \|$", re.MULTILINE)
DESCRIBED = {row[1]: row for row in ROW.finditer((ROOT / "docs" / "pages.md").read_text(encoding="utf-8"))}


def test_each_page_is_described_with_its_question(pages, open_page):
    assert {*DESCRIBED} == {"index", *CHARTS, "people", "explore"}
    for name in CHARTS:
        page = open_page(pages / f"{name}.html")
        assert page.locator("h1 + p").inner_text().startswith(DESCRIBED[name][2]), name


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_the_answer_and_the_figures_are_on_the_first_screen(pages, open_page, width, height):
    for name in ("index", *CHARTS):
        page = open_page(pages / f"{name}.html", viewport={"width": width, "height": height})
        box = page.locator(".answer").first.bounding_box()
        assert box["y"] + box["height"] <= height, name
        quoted = re.search('"(.+)"', DESCRIBED[name][3])[1]
        words = [re.escape(part.strip()) for part in quoted.split("…")]
        assert re.search(
            ".*".join(words), page.locator(".answer").first.inner_text().replace("\u00a0", " ")
        ), name
        assert page.locator(".value").first.bounding_box()["y"] < height - 20, name
        assert page.locator(".value").count() >= 3, name


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_a_person_and_what_comes_next_are_on_the_first_screen(pages, open_page, width, height):
    page = open_page(pages / "index.html", viewport={"width": width, "height": height})
    page.locator("[data-move] a").first.click()
    place = page.locator(".person:target")
    name, first = place.locator("h2"), place.get_by_role("button", name="Copy text").first
    page.wait_for_function("scrollY > 0 || innerHeight > 0")
    assert 0 <= name.bounding_box()["y"] < height
    assert first.bounding_box()["y"] < height


def test_the_front_page_holds_the_moves_and_a_line_per_page(pages, open_page):
    page = open_page(pages / "index.html")
    assert page.locator("[data-move]").count() == 5
    assert page.get_by_role("button", name="Copy text").count() == 5
    assert page.locator(".card").count() == len(CHARTS) + 1


def test_every_name_leads_to_a_person(pages):
    people = (pages / "people.html").read_text(encoding="utf-8")
    places = set(re.findall(r'class="person" id="(p\w+)"', people))
    for name in CHARTS:
        text = (pages / f"{name}.html").read_text(encoding="utf-8")
        assert set(re.findall(r'href="people.html#(p\w+)"', text)) <= places, name


def test_the_contents_lead_to_every_section_and_the_doubts_are_folded(pages, open_page):
    page = open_page(pages / "dormant_contacts.html", viewport={"width": 1440, "height": 900})
    links = page.locator(".contents a")
    assert links.first.is_visible()
    for link in links.all():
        assert page.locator(link.get_attribute("href")).count() == 1
    assert not page.get_by_text("Squared error").first.is_visible()
    page.locator(".sure > summary").click()
    assert page.get_by_text("Squared error").first.is_visible()
    phone = open_page(pages / "dormant_contacts.html", viewport={"width": 360, "height": 740})
    assert not phone.locator(".contents a").first.is_visible()
    phone.locator(".contents summary").click()
    assert phone.locator(".contents a").first.is_visible()


def test_without_script_every_row_and_a_picture_of_every_chart_are_there(pages, open_page):
    page = open_page(pages / "dormant_contacts.html", java_script_enabled=False)
    assert page.locator("tr.rest").first.is_visible()
    assert page.locator("figure.chart .still").first.is_visible()


def test_the_set_is_small(pages):
    sizes = {page.name: page.stat().st_size for page in pages.glob("*.html")}
    assert sum(sizes.values()) < 8_000_000
    assert sizes["weekly_report.html"] < 2_500_000
