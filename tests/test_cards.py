"""networkscope.display.cards: a card says who, why and what to write, and each of its ways and buttons works."""

import datetime as dt
import json
import os
import shlex
import subprocess
import sys
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import networkscope as ns
from networkscope.display import links
from networkscope.display.cards import show_moves
from networkscope.reports.html import export_html
from networkscope.reports.sanitize import safe_html

DAY = pd.Timestamp("2026-11-16")
MOVE = {
    "contact_id": "a", "move": "Say thank you", "why": "She helped on 2026-11-10.", "draft": "Hi Ann,\nthanks & bye",
    "subject": "Re: Cranes", "move_key": "kabcd", "kind": "thank_you", "due_state": "overdue", "more": None,
}  # fmt: skip
ANN = {
    "contact_id": "a", "name": "Ann Lee", "title": "Engineer", "organization": "Acme <b>",
    "phones": "+43 664 1234567", "emails": "ann@x.example; a2@x.example", "profiles": "linkedin.com/in/ann-lée",
}  # fmt: skip


def card(move=None, person=None):
    contacts = pd.DataFrame([ANN | (person or {})])
    return safe_html(show_moves(pd.DataFrame([MOVE | (move or {})]), contacts, DAY).html)


def hrefs(page):
    return [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]


def test_a_card_holds_who_why_and_the_ways():
    page = card()
    assert "Engineer, Acme &lt;b&gt;" in page
    assert "She helped on Tue\u00a010\u00a0Nov, 6 days ago." in page
    assert "Hi Ann,\nthanks &amp; bye" in page
    mail, profile, phone, calendar = hrefs(page)
    assert parse_qs(urlsplit(mail).query) == {"subject": ["Re: Cranes"], "body": ["Hi Ann,\r\nthanks & bye"]}
    assert parseaddr(unquote(urlsplit(mail).path))[1] == "ann@x.example"
    assert unquote(profile) == "https://www.linkedin.com/in/ann-lée"
    assert phone == "tel:+436641234567"
    event = unquote(calendar.removeprefix("data:text/calendar;charset=utf-8,")).replace("\r\n ", "")
    assert "SUMMARY:Say thank you: Ann Lee\r\n" in event
    assert f"DTSTART:{dt.date(2026, 11, 16):%Y%m%d}T090000" in event


def test_what_is_not_known_is_not_offered():
    bare = {"emails": None, "phones": None, "profiles": None, "title": None, "organization": None}
    page = card(person=bare)
    assert "Write mail" not in page
    assert "Call" not in page
    assert "Open profile" not in page
    assert "Add to calendar" in page


@pytest.mark.parametrize(
    "hostile",
    ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://evil.example/linkedin.com/in/x",
     "linkedin.com/in/x\" onmouseover=\"alert(1)", "//evil.example", "linkedin.com/in/<script>"],
)  # fmt: skip
def test_an_address_of_somebody_else_leads_nowhere(hostile):
    page = card(person={"emails": hostile, "phones": hostile, "profiles": hostile})
    assert [address for address in hrefs(page) if not address.startswith("data:text/calendar")] == []
    assert "<script" not in page
    assert " onmouseover=" not in page.replace("&quot;", "")


@given(st.text(max_size=80))
def test_no_text_breaks_out_of_a_mail(text):
    address = links.mail_address("ann@x.example", text, text)
    assert set(parse_qs(urlsplit(address).query)) <= {"subject", "body"}
    assert address.startswith("mailto:ann@x.example?")


def test_names_lead_to_the_page_of_people_in_a_report_only(monkeypatch):
    assert "people.html" not in card()
    monkeypatch.setenv(links.IN_A_REPORT, "1")
    assert hrefs(card())[0].startswith("people.html#p")


# In the browser: a small book, its moves on a page, and every button of a card.


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "my book"
    folder.mkdir()
    lines = [
        "contact,occurred_at,channel,direction,purpose,due_on,subject",
        "Ann Lee,2026-11-03,meeting,mutual,catch_up,,Cranes",
        "Ann Lee,2026-11-04,email,outbound,promise,2026-11-10,The 'slides'",
        "Bo Ek,2026-11-10,meeting,mutual,catch_up,,Bridges",
        "Bo Ek,2026-11-10,email,outbound,promise,2026-11-12,The list",
        "Cy Fox,2026-11-11,email,outbound,promise,2026-11-13,The address",
    ]
    (folder / "interactions.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "contacts.csv").write_text(
        "name,email,phone,profile\nAnn Lee,ann@x.example,+436641234567,https://www.linkedin.com/in/annlee\n"
        "Bo Ek,bo@x.example,,\nCy Fox,,,\n",
        encoding="utf-8",
    )
    return folder


def moves_of(book):
    opened = ns.open_book(book, as_of="2026-11-16")
    return opened, ns.propose_moves(opened)


def write_page(book, folder):
    opened, moves = moves_of(book)
    html = show_moves(moves, opened.contacts, opened.as_of_date).html
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "execution_count": 1,
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}]}  # fmt: skip
    path = folder / "week.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return export_html(path, folder / "week.html", as_of="2026-11-16", book=book.name), moves


def read_clipboard(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.browser
def test_every_button_of_a_card_and_the_command_of_what_was_ticked(book, tmp_path, open_page):
    path, moves = write_page(book, tmp_path)
    assert len(moves) == 3
    page = open_page(path)
    ann, bo, cy = (page.locator("[data-move]", has_text=name) for name in ("Ann Lee", "Bo Ek", "Cy Fox"))
    ann.get_by_role("button", name="Copy text").click()
    draft = moves.loc[moves["draft"].str.contains("Ann"), "draft"].iat[0]
    assert read_clipboard(page) == draft
    mail = ann.get_by_role("link", name="Write mail").get_attribute("href")
    assert parse_qs(urlsplit(mail).query)["body"] == [draft.replace("\n", "\r\n")]
    assert ann.get_by_role("link", name="Call").get_attribute("href") == "tel:+436641234567"
    assert (
        ann.get_by_role("link", name="Open profile").get_attribute("href")
        == "https://www.linkedin.com/in/annlee"
    )
    with page.expect_download() as download:
        ann.get_by_role("link", name="Add to calendar").click()
    assert "BEGIN:VEVENT" in Path(download.value.path()).read_text(encoding="utf-8")
    assert bo.get_by_role("link", name="Call").count() == 0

    assert not page.locator(".tray").is_visible()
    ann.get_by_role("button", name="Done").click()
    bo.get_by_role("button", name="Not now").focus()
    page.keyboard.press("Enter")
    cy.get_by_role("button", name="Not this person").click()
    page.reload()
    assert ann.get_by_role("button", name="Done").get_attribute("aria-pressed") == "true", "ticks are kept"
    page.get_by_role("button", name="Copy command").click()
    command = read_clipboard(page)
    parts = [shlex.split(part) for part in command.split("; ")]
    assert [part[:3] for part in parts] == [
        ["networkscope", act, "my book"] for act in ("done", "snooze", "never")
    ]
    for part in parts:
        run = [sys.executable, "-m", "networkscope", *part[1:], "--as-of", "2026-11-16"]
        environment = os.environ | {"PYTHONPATH": str(Path(ns.__file__).parents[1])}
        subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, env=environment)
    _, left = moves_of(book)
    assert set(left["move_key"]) & set(moves["move_key"]) == set()


@pytest.mark.browser
def test_a_tick_is_taken_back_by_key_and_without_script_the_card_stands(book, tmp_path, open_page):
    path, moves = write_page(book, tmp_path)
    page = open_page(path)
    done = page.get_by_role("button", name="Done").first
    for pressed in ("true", "false"):
        done.focus()
        page.keyboard.press("Space")
        assert done.get_attribute("aria-pressed") == pressed
    assert not page.locator(".tray").is_visible()
    still = open_page(path, java_script_enabled=False)
    assert still.locator("[data-move]").count() == len(moves)
    assert still.get_by_role("link", name="Write mail").first.is_visible()
    assert still.get_by_role("button").count() == 0
