"""networkscope.display.person and reports.people: everything about a person, on one page for all who are named."""

import re

import pandas as pd
import pytest
from on_tables import snapshot_of

import networkscope as ns
from networkscope.display.links import for_a_page
from networkscope.display.rhythm import draw_rhythm, rhythm_sentence, usual_gap
from networkscope.errors import ParameterError
from networkscope.keys import short_keys
from networkscope.reports.people import named_on, write_people

TODAY = pd.Timestamp("2026-11-16")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / "contacts.csv").write_text(
        "name,email,phone,company,title,notes\n"
        "Jörg Müller,jm@x.example,+436641234567,Acme,Engineer,Two greyhounds\n"
        "<b>Bo</b> Ek,bo@x.example,,,,\nCy Fox,,,,,\n",
        encoding="utf-8",
    )
    lines = ["contact,occurred_at,channel,direction,purpose,due_on,subject"]
    lines += [f"Jörg Müller,2026-{month:02}-03,meeting,mutual,catch_up,,Cranes" for month in range(1, 8)]
    lines += ["Jörg Müller,2026-11-04,email,outbound,promise,2026-11-10,The slides"]
    lines += [f"<b>Bo</b> Ek,2026-09-{day:02},email,outbound,catch_up,,Number {day}" for day in range(1, 26)]
    (folder / "interactions.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "referrals.csv").write_text(
        "referrer,referred,given_on,contacted_on,outcome\nJörg Müller,Cy Fox,2026-07-03,2026-07-09,conversation\n",
        encoding="utf-8",
    )
    return ns.open_book(folder, as_of="2026-11-16")


def text_of(html):
    return re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")


def test_a_person_has_everything_on_one_page(book):
    page = ns.person(book, "jorg").html
    said = text_of(page)
    for part in ("Jörg Müller", "Engineer · Acme", "Two greyhounds", "The slides", "Cy Fox", "conversation",
                 "interactions.csv:8", "Timeline", "+436641234567", "Keep your promise"):  # fmt: skip
        assert part in said, part
    assert 'href="mailto:jm@x.example"' in page
    assert 'href="tel:+436641234567"' in page
    assert "usually every 30 days" in said


def test_a_name_that_fits_nobody_or_several_is_refused(book):
    with pytest.raises(ParameterError, match="nobody in this book"):
        ns.person(book, "Xerxes")


def test_somebody_who_is_met_soon_and_somebody_without_any_contact():
    coming = pd.DataFrame({
        "contact_id": ["a"], "occurred_at": pd.to_datetime(["2026-11-20 10:00"], utc=True), "channel": ["call"],
        "known_at": pd.to_datetime(["2026-11-01"], utc=True), "subject": ["The plan"],
    })  # fmt: skip
    contacts = pd.DataFrame({"contact_id": ["a", "b"], "name": ["Ann", None]})
    people = ns.People(snapshot_of(contacts=contacts, appointments=coming))
    assert "You meet soon" in people.page("a").html
    assert "The plan" in people.page("a").html
    assert "You meet soon" not in people.page("b").html
    assert "(no name)" in people.page("b").html
    assert "No contact with this person is on record." in people.page("b").html


def test_silence_is_measured_by_ones_own_rhythm():
    days = list(pd.to_datetime(["2026-01-01", "2026-01-21", "2026-02-10", "2026-03-02"]))
    assert usual_gap(days) == 20
    assert rhythm_sentence(days, TODAY).replace("\u00a0", " ") == (
        "Last in touch Mon 2 Mar, 9 months ago; usually every 20 days."
    )
    assert "quiet" in draw_rhythm(days, TODAY).split("style")[-1]
    assert draw_rhythm(days, TODAY).count("circle") == 4
    assert usual_gap(days[:3]) is None
    assert draw_rhythm([], TODAY) == ""
    assert draw_rhythm([TODAY - pd.Timedelta(days=4000)], TODAY) == "", "too long ago for the picture"


@pytest.fixture
def pages(book, tmp_path):
    now = book.at()
    with for_a_page():
        table = ns.show_table(
            now.contacts, ["contact_id", "organization"], caption="All", contacts=now.contacts
        )
    week = tmp_path / "week.html"
    week.write_text(f"<main>{table._repr_html_()}</main>", encoding="utf-8")
    return week, write_people(tmp_path, book, now, [week, tmp_path / "missing.html"], as_of="2026-11-16")


def test_every_link_to_a_person_has_its_place(book, pages):
    week, people = pages
    ids = re.findall(r'<section class="person" id="(p\w+)"', people.read_text(encoding="utf-8"))
    assert set(ids) == named_on([week]) == set(short_keys("p", book.contacts["contact_id"]))
    assert named_on([people]) <= set(ids)


def test_a_name_is_no_mark_up(pages):
    _, people = pages
    html = people.read_text(encoding="utf-8")
    assert "<b>Bo</b>" not in html
    assert "&lt;b&gt;Bo&lt;/b&gt; Ek" in html


def test_nobody_named_no_page(book, tmp_path):
    empty = tmp_path / "a.html"
    empty.write_text("<p>nobody</p>", encoding="utf-8")
    assert write_people(tmp_path, book, book.at(), [empty], as_of="2026-11-16") is None
    assert not (tmp_path / "people.html").exists()


@pytest.mark.browser
def test_one_person_opens_and_without_script_all_stand_there(pages, open_page):
    week, people = pages
    page = open_page(week)
    page.get_by_role("link", name="Jörg Müller").click()
    assert page.locator("section.person:visible h2").all_inner_texts() == ["Jörg Müller"]
    assert page.evaluate("getComputedStyle(document.querySelector('.everybody ul')).display") == "block"
    page.locator("summary", has_text="Everybody").click()
    page.get_by_label("Find a name").fill("mull")
    assert page.locator(".everybody li:visible").all_inner_texts() == ["Jörg Müller"]
    page.get_by_label("Find a name").fill("cy")
    page.locator(".everybody li:visible a").click()
    assert page.locator("section.person:visible h2").all_inner_texts() == ["Cy Fox"]
    still = open_page(people, java_script_enabled=False)
    assert still.locator("section.person:visible").count() == 3


@pytest.mark.browser
def test_tables_sort_filter_and_open(pages, open_page):
    _, people = pages
    page = open_page(people)
    page.get_by_role("link", name="<b>Bo</b> Ek").first.click()
    box = page.locator("section.person:visible table", has_text="Timeline")
    assert box.locator("tbody tr:visible").count() == 20
    days = lambda: [row.split("\t")[0] for row in box.locator("tbody tr:visible").all_inner_texts()]  # noqa: E731
    assert days()[0].replace("\u00a0", " ") == "25 Sep 2026"
    page.locator("section.person:visible input.filter").fill("number 2")
    assert box.locator("tbody tr:visible").count() == 7  # 2 and 20 to 25, the folded ones too
    page.locator("section.person:visible input.filter").fill("")
    page.locator("section.person:visible button.more").click()
    assert box.locator("tbody tr:visible").count() == 25
    box.get_by_role("button", name="Topic").click()
    topics = [row.split("\t")[4] for row in box.locator("tbody tr:visible").all_inner_texts()]
    assert topics == [f"Number {number}" for number in range(1, 26)], "numbers within words count as numbers"
    box.get_by_role("button", name="Day").click()
    box.get_by_role("button", name="Day").press("Enter")
    assert days()[0].replace("\u00a0", " ") == "25 Sep 2026"
    assert box.locator("th[aria-sort=descending]").inner_text().startswith("Day")
