"""Do I know anyone there? By company or posting: the insiders, the warmest way, the first step."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

import networkscope as ns
from networkscope import schema
from networkscope.cli.main import main
from networkscope.errors import LoadError
from networkscope.importers.postings import read_postings


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text('[targets]\ncompanies = ["Acme"]\n')
    (tmp_path / "contacts.csv").write_text(
        "name,email,company,title\n"
        "Ana Lee,ana@home.example,Acme GmbH,PM\nBo Ek,bo@nord.example,Nord,\nCy Fox,cy@globex.example,,\n"
        "Di Ma,di@gmail.com,,\n"
    )
    (tmp_path / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction\nBo Ek,2026-11-01,meeting,mutual\nBo Ek,2026-11-08,call,inbound\n"
        "Ana Lee; Bo Ek,2025-01-05,meeting,mutual\n"
    )
    return tmp_path


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def test_by_name_without_legal_form_and_by_domain(book):
    found = ns.know_anyone(
        ns.open_book(book, as_of="2026-11-16").at(), ["ACME Inc.", "Globex GmbH", "globex.example", "Z"]
    )
    assert found["company"].tolist() == ["ACME Inc.", "Globex GmbH", "globex.example", "Z"]
    assert found["inside_now"].fillna("").tolist() == ["Ana Lee (PM)", "Cy Fox", "Cy Fox", ""]
    assert found["insider_now_count"].tolist() == [1, 1, 1, 0]
    assert found["first_step"].iat[3] == "Ask your strongest ties whom they know there"
    assert found["way"].fillna("").tolist()[1:] == ["you → Cy Fox", "you → Cy Fox", ""]


def test_who_is_said_to_be_elsewhere_is_not_inside_by_address():
    people = pd.DataFrame(
        {"contact_id": ["a", "b", "c", "d"], "organization": ["Umbrella", "Umbrella", "Other", None],
         "emails": ["a@umb.example", "b@umb.example", "c@umb.example; c@umbrella.example", "d@umb.example"]}
    )  # fmt: skip
    now = ns.snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    assert ns.insiders(now, ["Umbrella"])["contact_id"].tolist() == ["a", "b"]  # one there works elsewhere
    now = ns.snapshot(people.drop(2), schema.empty("interactions"), as_of="2026-02-01")
    assert ns.insiders(now, ["Umbrella"])["contact_id"].tolist() == ["a", "b", "d"]
    assert ns.insiders(now, ["Umbrella"])["why"].iat[2] == "now: an address at umb.example"
    now = ns.snapshot(people.drop([1, 2]), schema.empty("interactions"), as_of="2026-02-01")
    assert ns.insiders(now, ["Umbrella"])["contact_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("wanted", "address", "inside"),
    [
        ("Noordkade Fulfilment", "m@noordkade.example", True),
        ("Noordkade Fulfilment", "m@mail.noordkade.example", True),
        ("Delta Consulting", "m@delta.example", False),  # a short word is that of many
        ("Meridian Books", "m@meridian.example", False),  # another company begins with it
        ("Noordkade Fulfilment", "m@fulfilment.example", False),
    ],
)
def test_a_domain_may_be_called_like_the_first_word_of_a_company(wanted, address, inside):
    people = pd.DataFrame(
        {"contact_id": ["a", "b"], "organization": [None, "Meridian Hotels"], "emails": [address, None]}
    )
    now = ns.snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    assert ("a" in ns.insiders(now, [wanted])["contact_id"].tolist()) == inside


def test_whoever_wants_no_move_is_not_the_way_in(book):
    run("never", book, "Ana Lee", "--as-of", "2026-11-16")
    found = ns.know_anyone(ns.open_book(book, as_of="2026-11-17").at(), ["Acme"])
    assert "Leave them alone" in found["first_step"].iat[0] or found["via_id"].notna().all()


def test_the_command_takes_companies_a_file_or_the_targets(book, tmp_path):
    said = run("know", book, "--company", "Globex").stdout
    assert said.splitlines()[:3] == ["Globex", "  inside now: Cy Fox", "  warmest way: you → Cy Fox"]
    assert run("know", book).stdout.startswith("Acme\n  inside now: Ana Lee (PM)\n")
    jobs = tmp_path / "jobs.csv"
    jobs.write_text(
        "Saved Date,Job Url,Job Title,Company Name\n1/2/26,u,Analyst,Acme AG\n1/3/26,u,Cook,\n1/4/26,u,PM,Acme\n"
    )
    shown = json.loads(run("know", book, "--file", jobs, "--json").stdout)
    assert [(row["company"], row["posting"], row["inside_now"]) for row in shown] == [
        ("Acme AG", "Analyst", "Ana Lee (PM)"), ("Acme", "PM", "Ana Lee (PM)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("Acme\nGlobex GmbH\n", ["Acme", "Globex GmbH"]),
        ("\ufeffAcme\r\n\r\nMüller & Co.\r\n", ["Acme", "Müller & Co."]),
        ("Company;Title\nAcme;PM\n", ["Acme"]),
        ("company\nAcme\n", ["Acme"]),
        ("Application Date,Company Name,Job Title\n1/2/26,Acme,PM\n", ["Acme"]),
    ],
)
def test_postings_are_a_table_or_a_company_on_each_line(tmp_path, text, companies):
    (tmp_path / "jobs.txt").write_bytes(text.encode())
    assert read_postings(tmp_path / "jobs.txt")["company"].tolist() == companies


def test_the_notebook_takes_a_file_of_postings(book, tmp_path):
    (tmp_path / "jobs.csv").write_text("Company Name,Job Title\nGlobex GmbH,PM\nNowhere Ltd,PM\n")
    run(
        "report",
        "target_companies",
        book,
        "--as-of",
        "2026-11-16",
        "-p",
        "jobs",
        tmp_path / "jobs.csv",
        "-o",
        tmp_path / "out",
    )
    page = (tmp_path / "out" / "target_companies.html").read_text(encoding="utf-8")
    for words in ("Who to ask, company by company", "Globex GmbH", "Nowhere Ltd", "you → Cy Fox"):
        assert words in page


def test_a_file_without_companies_and_no_file_at_all(book, tmp_path):
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    assert "has no column 'company'" in run("know", book, "--file", tmp_path / "odd.csv", code=2).stderr
    assert "cannot be read" in run("know", book, "--file", tmp_path / "none.csv", code=2).stderr
    (book / "book.toml").write_text("")
    assert "name a company" in run("know", book, code=2).stderr
    with pytest.raises(LoadError):
        read_postings(tmp_path)
