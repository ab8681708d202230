"""networkscope.automation.introductions: who can introduce whom, by hand-made books; names only where both agree."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import networkscope
from networkscope import open_book
from networkscope.automation.fleet import Client, find_books, write_fleet_page
from networkscope.automation.introductions import introductions, known_companies, wanted_companies
from networkscope.cli.main import main

CONTACTS = """name,organization,past_organizations
Quill Marsh,ACME Limited,
Tansy Holt,Other,Acme
Wren Oakes,Bank,
Idle Stone,Third Ltd,
"""
LOG = """contact,occurred_at,channel,direction
Quill Marsh,2026-10-01,call,mutual
Quill Marsh,2026-11-10,call,mutual
Tansy Holt,2026-11-01,call,mutual
Wren Oakes,2026-11-02,email,outbound
"""


@pytest.fixture
def book(tmp_path):
    """Write a book: `share` are lines of [share]; `knows` gives it contacts."""

    def write(name, share="", wants=(), knows=False):
        folder = tmp_path / "clients" / name
        folder.mkdir(parents=True)
        targets = f"[targets]\ncompanies = {json.dumps(list(wants))}\n"
        (folder / "book.toml").write_text(f"[share]\n{share}\n{targets}")
        if knows:
            (folder / "contacts.csv").write_text(CONTACTS)
            (folder / "interactions.csv").write_text(LOG)
        return folder

    return write


AGREES = "introductions = true"
WANTS = ("Acme GmbH", "The Bank", "Nowhere")


def asked(tmp_path, *, as_of="2026-11-16", with_names=True):
    """All books below the folder, each having been asked what all want."""
    clients = find_books(tmp_path / "clients", tmp_path / "out")
    wanted = wanted_companies(clients)
    for client in clients:
        now = open_book(client.book, as_of=as_of).at()
        client.said = known_companies(now, wanted, with_names=with_names)
    return clients


def test_where_both_agree_both_are_named_and_the_nearest_person(book, tmp_path):
    book("ada", AGREES, WANTS)
    book("ben", AGREES, knows=True)
    found, more = introductions(asked(tmp_path))
    assert [tuple(each) for each in found] == [
        ("ada", "Acme GmbH", "ben", "Quill Marsh", "now", "active", "2026-11-10", 2),
    ]  # nobody has answered from the bank, so nobody is known there
    assert more == 0


@pytest.mark.parametrize(("wants", "knows", "more"), [(AGREES, "", 1), ("", AGREES, 1), ("", "", 0)])
def test_where_not_both_agree_it_is_only_counted(book, tmp_path, wants, knows, more):
    """And where neither does, it is not looked at."""
    book("ada", wants, WANTS)
    book("ben", knows, knows=True)
    clients = asked(tmp_path)
    assert introductions(clients) == ([], more)
    if not knows:
        assert clients[1].said["knows"] == [], "no book says whom it knows that does not agree"


def test_what_is_left_of_a_book_that_does_not_agree_is_a_number(book, tmp_path):
    book("ada", AGREES, WANTS)
    book("ben", "", knows=True)
    assert asked(tmp_path)[1].said == {"knows": [], "case_count": 1}


def test_a_book_that_wants_what_it_knows_needs_nobody(book, tmp_path):
    book("ben", AGREES, ["Acme"], knows=True)
    assert introductions(asked(tmp_path)) == ([], 0)


def test_who_is_never_shared_and_whom_the_owner_leaves_alone_is_not_told_of(book, tmp_path):
    book("ada", AGREES, WANTS)
    ben = book("ben", f'{AGREES}\nnever = ["Quill Marsh"]', knows=True)
    found, _ = introductions(asked(tmp_path))
    assert [(each.who, each.inside, each.people_count) for each in found] == [("Tansy Holt", "past", 1)]
    assert CliRunner().invoke(main, ["never", str(ben), "Tansy Holt"]).exit_code == 0
    assert introductions(asked(tmp_path, as_of=None)) == ([], 0)


def test_three_who_know_somebody_are_named_the_warmest_first(book, tmp_path):
    book("ada", AGREES, ["Acme"])
    for number, day in enumerate(("2026-03-01", "2026-11-14", "2026-08-01", "2026-11-15")):
        folder = book(f"b{number}", AGREES, knows=True)
        log = "contact,occurred_at,channel\n" + f"Quill Marsh,{day},call\n" * 1
        (folder / "interactions.csv").write_text(log)
    found, _ = introductions(asked(tmp_path))
    assert [each.through for each in found] == ["b3", "b1", "b2"]


def test_names_stay_away_where_the_level_of_the_run_is_another(book, tmp_path):
    book("ada", AGREES, WANTS)
    book("ben", AGREES, knows=True)
    clients = asked(tmp_path, with_names=False)
    assert "Quill" not in json.dumps(clients[1].said)
    assert introductions(clients)[0][0].who == ""


COUNTS = ("silent_days", "conversations", "conversations_before", "names", "names_before")
FIGURES = dict.fromkeys([*COUNTS, "overdue_count", "active_count", "due_before"], 0)


def test_the_page_says_it_in_plain_words(tmp_path):
    rest = {"level": "counts", "index": "index.counts.html", "figures": FIGURES, "failures": []}
    row = {"company": "acme", "who": "Quill <Marsh>", "inside": "past", "tie": "dormant",
           "touched_on": "2026-01-05", "strength": 0.5, "people_count": 3}  # fmt: skip
    clients = [
        Client("ada", Path("ada"), rest, wants=("Acme", "Bank"), agrees=True),
        Client("ben", Path("ben"), rest | {"knows": [row]}, agrees=True),
        Client("cyd", Path("cyd"), rest | {"case_count": 1}),
    ]
    page = write_fleet_page(tmp_path, clients, "2026-11-16").read_text(encoding="utf-8")
    cells = '<td class="t">Acme</td><td class="t">ben</td><td class="t">Quill &lt;Marsh&gt;, formerly there; '
    assert f'<tr><th scope="row">ada</th>{cells}3 on record altogether</td>' in page
    assert '<td class="t">quiet for long, last on 2026-01-05</td>' in page
    assert "In 1 case a client of yours knows somebody at the company that another wants" in page
    plain = write_fleet_page(tmp_path, clients[1:2], "2026-11-16").read_text(encoding="utf-8")
    assert "<h2>Introductions</h2>" not in plain


@pytest.mark.slow
@pytest.mark.kernel
def test_a_whole_run_names_nobody_who_did_not_agree(book, tmp_path):
    """ada and ben agree; cyd, who knows the same people, does not; dan wants the same and does not agree."""
    book("ada", AGREES, WANTS)
    book("ben", AGREES, knows=True)
    book("cyd", "coach = false", knows=True)
    book("dan", "", ["Acme"])
    out = tmp_path / "out"
    command = [
        "fleet",
        str(tmp_path / "clients"),
        "-o",
        str(out),
        "--as-of",
        "2026-11-16",
        "--jobs",
        "2",
        "--quiet",
    ]
    subprocess.run(
        [sys.executable, "-m", "networkscope", *command], check=True,
        env=os.environ | {"PYTHONPATH": str(Path(networkscope.__file__).parents[1])},
    )  # fmt: skip
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("Quill Marsh") == 1
    assert '<th scope="row">ada</th><td class="t">Acme GmbH</td><td class="t">ben</td>' in page
    assert "In 2 cases a client of yours knows somebody" in page
    assert "Quill" not in (out / "cyd" / "client.json").read_text()
    assert json.loads((out / "run.json").read_text()) == {"as_of": "2026-11-16", "is_finished": True}
