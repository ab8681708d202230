"""The CSV files of Google, Outlook and Thunderbird."""

import contextlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import address_books

GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,File As,Organization Name,Organization Title,Birthday,Notes,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Address 1 - City,Address 1 - Country,Website 1 - Value,Relation 1 - Label,Relation 1 - Value\n"
)
OLD_GOOGLE = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
    "Organization 1 - Name,Organization 1 - Title\n"
)
OUTLOOK = (
    "First Name,Middle Name,Last Name,Title,Suffix,E-mail Address,E-mail Type,E-mail 2 Address,Mobile Phone,"
    "Business Phone,Company,Job Title,Home City,Home Country/Region,Web Page,Categories,Referred By,Created,Notes\n"
)
THUNDERBIRD = (
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone\n"
)


def people(tmp_path, text, kind):
    name, parsed = parse(tmp_path, text)
    assert name == f"{kind} contacts"
    return parsed, parsed.people.to_dict("records")


def told(person, *names):
    return [None if pd.isna(person[name]) else person[name] for name in names]


def test_google(tmp_path):
    text = GOOGLE + (
        "Ann,M.,Lee,,,Acme,CTO,,likes tea,* myContacts ::: * friends ::: Work,"
        "* Work,ANN@x.org ::: a@y.org,Home,a@y.org,"
        "Mobile,+43 1 ::: +43 2,Linz,AT,https://www.linkedin.com/in/ann?x=1,Referred by,Bo Ek\n"
        ",,,,,Plumber Ltd,,,,* myContacts,,,,,,+43 3,,,https://plumber.example,,\n"
        ",,,,Auntie,,,,,,,not-an-address,,,,,,,,Friend,Bo Ek\n"
        ",,,,,,,1990-01-01,,* myContacts,,,,,,,,,,,\n"
    )
    parsed, (ann, firm, aunt) = people(tmp_path, text, "Google")
    assert told(ann, "name", "organization", "title", "location") == ["Ann M. Lee", "Acme", "CTO", "Linz, AT"]
    assert told(ann, "emails", "phones") == ["ann@x.org; a@y.org", "+43 1; +43 2"]
    assert told(ann, "tags", "notes", "introduced_by") == ["friends; Work", "likes tea", "Bo Ek"]
    assert ann["profiles"] == "linkedin.com/in/ann"
    assert told(firm, "name", "organization", "profiles", "tags") == [
        "Plumber Ltd",
        "Plumber Ltd",
        None,
        None,
    ]
    assert told(aunt, "name", "emails", "introduced_by") == ["Auntie", None, None]
    assert parsed.rejected == {address_books.NOBODY: 1}
    assert parsed.referrals.empty
    assert "1 people have a name under 'referred by' but no date" in " ".join(parsed.notes)


def test_google_of_old_and_with_many_addresses(tmp_path):
    text = OLD_GOOGLE + "Ann Lee,Ann,,Lee,,* Starred ::: Club,*,a@x.org,Acme,CTO\nBo,,,,,,,,,\n"
    _, (ann, bo) = people(tmp_path, text, "Google")
    assert told(ann, "name", "emails", "organization", "title", "tags") == [
        "Ann Lee", "a@x.org", "Acme", "CTO", "Starred; Club",
    ]  # fmt: skip
    assert bo["name"] == "Bo"
    header = "Given Name,Group Membership," + ",".join(f"E-mail {n} - Value" for n in range(1, 31))
    _, (ann,) = people(tmp_path, header + "\nAnn,," + ",".join(f"a{n}@x.org" for n in range(1, 31)), "Google")
    assert ann["emails"].count("@") == 30


def test_several_values_in_one_cell(tmp_path):
    text = (
        "First Name,Labels,Organization Name,Organization Title,E-mail 1 - Value,Phone 1 - Value,Address 1 - City\n"
        "Ann,* My Contacts ::: Club,Acme; Sons ::: Beta,CTO ::: CEO,a@x.org:::b@x.org,+43 1;ext=5 ::: +43 2,A ::: B\n"
    )
    parsed, (ann,) = people(tmp_path, text, "Google")
    assert told(ann, "organization", "title", "location", "tags") == ["Acme; Sons", "CTO", "A", "Club"]
    assert told(ann, "emails", "phones") == ["a@x.org; b@x.org", "+43 1,ext=5; +43 2"]
    assert parsed.notes == ["1 people have several companies: the first was taken"]
    parsed, (ann,) = people(
        tmp_path,
        OLD_GOOGLE.replace("\n", ",Organization 2 - Name\n") + "Ann,,,,,,,,Acme,CTO,Beta\n",
        "Google",
    )
    assert told(ann, "organization") == ["Acme"]
    assert parsed.notes == ["1 people have several companies: the first was taken"]


def test_outlook(tmp_path):
    text = OUTLOOK + (
        "Ann,,Lee,Dr.,PhD,ann@x.org,SMTP,,+43 1,+43 2,Acme,CTO,Linz,Austria,,friend;work,Bo Ek,3/14/2024,\n"
        "Bo,,Ek,,,/o=Exchange/ou=x/cn=bo,EX,b@x.org,,,,,,,,,Ann Lee,,\n"
        "Cy,,Ng,,,c@x.org,,,,,,,,,,,Cy Ng,1/2/2024,\n"
        "Di,,Oz,,,d@x.org,,,,,,,,,,,bo  ek,1/31/2024,\n"
    )
    parsed, rows = people(tmp_path, text, "Outlook")
    ann, bo, cy, di, *mentioned = rows
    assert told(ann, "name", "title", "emails", "phones", "location", "tags") == [
        "Ann Lee", "CTO", "ann@x.org", "+43 1; +43 2", "Linz, Austria", "friend; work",
    ]  # fmt: skip
    assert told(bo, "emails", "introduced_by") == ["b@x.org", "Ann Lee"]
    assert [person["introduced_by"] for person in (ann, di)] == ["Bo Ek", "bo ek"]
    assert pd.isna(cy["introduced_by"])
    assert [(person["name"], person["listed"]) for person in mentioned] == [
        ("Bo Ek", False),
        ("bo ek", False),
    ]
    # Who refers himself, and who has no date, makes no referral.
    referrals = parsed.referrals
    assert referrals[["referrer", "referred"]].values.tolist() == [[4, 0], [5, 3]]
    assert referrals["given_on"].dt.strftime("%F").tolist() == ["2024-03-14", "2024-01-31"]
    assert set(referrals["kind"]) == {"person"}
    assert "1 people have a name under 'referred by' but no date" in " ".join(parsed.notes)
    assert "the day on which the card was made" in " ".join(parsed.notes)


def test_cyclic_referrals_are_two_referrals(tmp_path):
    row = "{},,X,,,{}@x.org,,,,,,,,,,,{} X,2024-03-14,\n"
    (tmp_path / "outlook.csv").write_text(OUTLOOK + row.format("A", "a", "B") + row.format("B", "b", "A"))
    book = open_book(tmp_path, as_of="2026-11-16")
    assert len(book.contacts) == 2
    pairs = book.referrals[["referrer_id", "referred_id"]].values.tolist()
    assert pairs[0] == pairs[1][::-1]
    assert (book.summary["rows_read"] == book.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()


GERMAN = (
    "Anrede;Vorname;Nachname;Firma;Position;E-Mail-Adresse;E-Mail-Typ;Mobiltelefon;Empfohlen von\r\n"
    "Dr.;Ann;Lee;Acme;CTO;a@x.org;SMTP;+43 1;Bo\r\n"
)
FRENCH = (
    "Titre,Prénom,Nom,Société,Fonction,Adresse de messagerie,Tél. mobile,Recommandé par\r\n"
    "Mme,Ann,Lee,Acme,CTO,a@x.org,+43 1,Bo\r\n"
)


@pytest.mark.parametrize("text", [GERMAN, FRENCH])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_outlook_in_other_languages(tmp_path, text, encoding):
    _, (ann,) = people(tmp_path, text.encode(encoding), "Outlook")
    assert told(ann, "name", "organization", "title", "emails", "phones", "introduced_by") == [
        "Ann Lee", "Acme", "CTO", "a@x.org", "+43 1", "Bo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        THUNDERBIRD,
        "Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,Messenger-Name,"
        "Tel. dienstlich\n",
        "Prénom,Nom de famille,Nom à afficher,Surnom,Première adresse électronique,"
        "Adresse électronique secondaire,Nom d'écran,Tél. professionnel\n",
    ],
)
def test_thunderbird(tmp_path, header):
    text = (
        header
        + 'Ann,Lee,A. Lee,,a@x.org,b@x.org,,"+43 1"\n,,The Boss,,c@x.org,,,\n,,,,d@x.org,,,\n,,,,,,x,\n'
    )
    parsed, (ann, boss, nameless) = people(tmp_path, text, "Thunderbird")
    assert told(ann, "name", "emails", "phones") == ["Ann Lee", "a@x.org; b@x.org", "+43 1"]
    assert boss["name"] == "The Boss"
    assert told(nameless, "name", "emails") == [None, "d@x.org"]
    assert parsed.rejected == {address_books.NOBODY: 1}


def test_own_tables_and_linkedin_stay_what_they_are(tmp_path):
    assert (
        parse(tmp_path, "First name,Last name,E-mail,Company,Labels\nAnn,Lee,a@x.org,Acme,x\n")[0]
        == "own contacts"
    )
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    assert parse(tmp_path, header + "Ann,Lee,,a@x.org,,,05 Mar 2024\n")[0] == "LinkedIn connections"


def test_a_book_joins_them_by_address(tmp_path):
    (tmp_path / "google.csv").write_text(
        OLD_GOOGLE + "Ann Lee,Ann,,Lee,,Club,*,A@x.org,Acme,CTO\n", encoding="utf-8"
    )
    (tmp_path / "thunderbird.csv").write_text(THUNDERBIRD + "Anna,Lee,,,a@x.org,,,\n", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts[["emails", "tags"]].values.tolist() == [["a@x.org", "Club"]]
    assert (book.summary["rows_read"] == book.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()


CELL = st.sampled_from([
    "", " ", "Ann", "Ann Lee", "a@x.org", "a@x.org ::: b@x.org", " ::: ", "* myContacts", "0001-01-01", "12/31/9999",
    "3/4/2024", "Referred By", "linkedin.com/in/x", "Zoë\u202e", "x\ny", "@" * 500,
])  # fmt: skip


@given(
    rows=st.lists(st.lists(CELL, min_size=19, max_size=19), max_size=5),
    header=st.sampled_from([GOOGLE, OUTLOOK]),
)
def test_any_cells_are_accounted_for(tmp_path_factory, rows, header):
    text = header + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    _, parsed = parse(tmp_path_factory.mktemp("a"), text)
    assert parsed.rows_read == len(rows)


@given(data=st.binary(max_size=200), header=st.sampled_from([GOOGLE, OLD_GOOGLE, OUTLOOK, THUNDERBIRD]))
def test_any_bytes_are_survived(tmp_path_factory, data, header):
    with contextlib.suppress(LoadError):
        parse(tmp_path_factory.mktemp("a"), header.encode() + data)


def test_a_huge_cell_takes_bounded_time(tmp_path):
    parsed, _ = people(
        tmp_path, THUNDERBIRD + "a" * 2_000_000 + ",Lee,,," + "a" * 2_000_000 + ",,,\n", "Thunderbird"
    )
    assert column(parsed.people, "emails") == [None]
