"""A calendar guest or mail sender is a connection only where name, company and domain leave no doubt."""

import pandas as pd
import pytest
from click.testing import CliRunner

from networkscope import open_book
from networkscope.cli.main import main
from networkscope.people import matching

CONNECTIONS = "LinkedIn connections"


def connection(name, company, profile, emails=None):
    profiles = f"linkedin.com/in/{profile}"
    return {"name": name, "organization": company, "profiles": profiles, "emails": emails, "listed": True,
            "source": CONNECTIONS}  # fmt: skip


def guest(name, email, source="calendar", **more):
    return {"name": name, "emails": email, "listed": False, "source": source, **more}


ANA = connection("Ana Lee", "Acme GmbH", "ana")
BO = connection("Bo Ek", "ACME", "bo", "bo@acme.example")
GUEST = guest("Lee, Ana", "ana.lee@mail.acme.example")


def resolved(*rows, **options):
    return matching.resolve(pd.DataFrame(list(rows)), **options)


def test_the_name_and_a_domain_known_by_somebody_else_are_enough():
    who = resolved(ANA, BO, GUEST)
    assert who.contact_ids.tolist()[0] == who.contact_ids.tolist()[2]
    assert who.contacts.set_index("name").loc["Ana Lee", "emails"] == "ana.lee@mail.acme.example"
    assert who.joined[["name", "a", "b"]].values.tolist() == [
        ["Ana Lee", "ana.lee@mail.acme.example", "linkedin.com/in/ana"]
    ]
    assert "acme.example is Acme GmbH's by another address there" in who.joined["reason"].iat[0]


def test_or_a_domain_that_is_the_name_of_the_company():
    who = resolved(
        connection("Pia Wong", "Boréal Parcels Inc.", "pia"), guest("Pia Wong", "pia@boreal-parcels.example")
    )
    assert len(who.contacts) == 1
    assert "by its name" in who.joined["reason"].iat[0]
    said_otherwise = connection("Bo Ek", "Globex", "bo", "bo@borealparcels.example")
    rows = connection("Pia Wong", "Boréal Parcels", "pia"), guest("Pia Wong", "pia@borealparcels.example")
    assert len(resolved(*rows, said_otherwise).contacts) == 3


@pytest.mark.parametrize("source", ["calendar", "mail"])
def test_or_one_known_by_the_book(source):
    who = resolved(ANA, {**GUEST, "source": source}, domains={"acme.example": "Acme"})
    assert len(who.contacts) == 1
    assert "by book.toml" in who.joined["reason"].iat[0]


@pytest.mark.parametrize(
    "rows",
    [
        (ANA, GUEST),  # nobody says whose the domain is
        (ANA, BO, guest("Ana Lee", "ana@other.example")),
        (
            ANA,
            connection("Bo Ek", "Globex", "bo", "bo@acme.example"),
            GUEST,
        ),  # somebody else says another company
        (ANA, BO, connection("Cy Fox", "Globex", "cy", "cy@acme.example"), GUEST),  # it is of two companies
        (ANA, BO, GUEST, connection("Ana Lee", "Nord", "ana-2")),  # two connections of that name
        (ANA, BO, GUEST, guest("Ana Lee", "ana@gmail.com")),  # two guests of that name
        (ANA, BO, GUEST, guest("Ana Lee", "a@x.example", "mail"), guest("Ana Lee", "b@x.example", "mail")),
        ({**ANA, "phones": "+43664111111"}, BO, {**GUEST, "phones": "+43664222222"}),
        (ANA, BO, {**GUEST, "profiles": "linkedin.com/in/another"}),
        ({**ANA, "emails": "ana@acme.example"}, BO, GUEST),  # she has another address there
        (ANA, {**BO, "emails": "bo@gmail.com"}, guest("Ana Lee", "ana@gmail.com")),
        (connection("Ana", "Acme", "ana"), BO, guest("Ana", "ana@acme.example")),
        (connection("A. Lee", "Acme", "ana"), BO, guest("A. Lee", "ana@acme.example")),
        (connection("Ana Lee", None, "ana"), BO, GUEST),
        (ANA, {**BO, "emails": "bo@acme.co.uk"}, guest("Ana Lee", "ana@other.co.uk")),
        (ANA, BO, {**GUEST, "source": "vCard"}),
    ],
)
def test_in_doubt_they_stay_two(rows):
    who = resolved(*rows)
    assert who.joined.empty
    assert len(who.contacts) == len(rows)


def test_not_the_same_is_for_ever_and_the_owner_is_no_connection():
    apart = pd.DataFrame(
        {
            "a": ["ana.lee@mail.acme.example"],
            "b": ["linkedin.com/in/ana"],
            "same": [False],
            "source_ref": ["a:2"],
        }
    )
    assert len(resolved(ANA, BO, GUEST, decisions=apart).contacts) == 3
    mine = resolved(ANA, BO, GUEST, owner=["ana.lee@mail.acme.example"])
    assert mine.contacts["name"].tolist() == ["Ana Lee", "Bo Ek"]


def test_a_bare_name_means_the_joined_one():
    note = {"name": "Ana Lee", "listed": False, "source": "own interactions"}
    assert resolved(ANA, GUEST, note).contact_ids.nunique() == 2
    assert resolved(ANA, BO, GUEST, note).contact_ids.nunique() == 2
    assert (
        resolved(ANA, BO, GUEST, note).contact_ids.iat[0] == resolved(ANA, BO, GUEST, note).contact_ids.iat[3]
    )


def test_check_lists_them_and_part_takes_them_apart(tmp_path):
    (tmp_path / "book.toml").write_text(
        '[owner]\nprofiles = ["https://www.linkedin.com/in/me"]\nemails = ["me@home.example"]\n'
        '[[employers]]\nname = "Acme"\ndomains = ["acme.example"]\n'
    )
    (tmp_path / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,Lee,https://www.linkedin.com/in/ana,,Acme GmbH,PM,05 Jan 2020\n"
    )
    (tmp_path / "calendar.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\n"
        "SUMMARY:Coffee\r\nORGANIZER:mailto:me@home.example\r\nATTENDEE;CN=Ana Lee:mailto:ana@acme.example\r\n"
        "ATTENDEE:mailto:me@home.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert len(open_book(tmp_path).contacts) == 1
    said = CliRunner().invoke(main, ["check", str(tmp_path)]).stdout
    assert "Taken for one person by name and company" in said
    command = said.partition("If not: networkscope ")[2].splitlines()[0].split()
    assert command == ["part", str(tmp_path), "ana@acme.example", "linkedin.com/in/ana"]
    assert (
        "ana@acme.example is linkedin.com/in/ana"
        in CliRunner().invoke(main, ["who", str(tmp_path), "ana"]).stdout
    )
    assert CliRunner().invoke(main, command).exit_code == 0
    assert len(open_book(tmp_path).contacts) == 2
    assert CliRunner().invoke(main, ["undo", str(tmp_path)]).exit_code == 0
    assert len(open_book(tmp_path).contacts) == 1
