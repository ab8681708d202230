"""Everything in a LinkedIn export but the messages."""

import contextlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import open_book, schema
from networkscope.errors import LoadError
from networkscope.importers import date_texts, find_reader, linkedin
from networkscope.importers.base import MENTION, SourceFile, Unusable
from networkscope.settings import Settings

HEAD = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
VIENNA = Settings(timezone="Europe/Vienna")


def parse(folder, data, name="file.csv", settings=VIENNA):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    file = SourceFile(path, name, path.stat().st_size)
    reader = find_reader(file)
    parsed = reader.read(file, settings) if reader else None
    if parsed:
        assert_accounted(parsed)
    return reader and reader.name, parsed


def assert_accounted(parsed):
    """Rows read = rows that left a trace + rows rejected; every frame has its types."""
    frames = [frame for frame in (parsed.people, parsed.interactions, parsed.referrals) if frame is not None]
    refs = set().union(*(frame["source_ref"] for frame in [*frames, *parsed.tables.values()]))
    assert parsed.rows_read == len(refs) + parsed.rejected.total()
    if parsed.people is not None:
        assert list(parsed.people.columns[: len(MENTION)]) == list(MENTION)
    if parsed.interactions is not None:
        named = parsed.interactions.rename(columns={"person": "contact_id"}).astype({"contact_id": "str"})
        schema.conform("interactions", named)
        assert set(parsed.interactions["person"]) <= set(parsed.people.index)


def column(frame, name):
    return frame[name].astype(object).where(frame[name].notna(), None).tolist()


@pytest.mark.parametrize(
    "preamble", ["", 'Notes:\n"Some, text"\n\n', 'Notes:\n"Some text"\n', 'Notes:\n"\n\n']
)
def test_connections(tmp_path, preamble):
    text = (
        preamble
        + HEAD
        + 'Ann ,Lee,https://www.linkedin.com/in/ann,NA,"A, B & Co",Engineer,05 Mar 2024\n'
        + ",,,,,,09 Jul 17\n"
        + "Bob,NA,https://www.linkedin.com/in/bob,bob@x.org,,,29-Apr-23\n"
        + ",,https://www.linkedin.com/in/nameless,,,,someday\n"
        + ",,,NA,Dream Works,,01 Jan 2020\n"
    )
    name, parsed = parse(tmp_path, text)
    first = preamble.count("\n") + 2
    assert name == "LinkedIn connections"
    assert column(parsed.people, "name") == ["Ann Lee", "Bob NA", None]
    assert column(parsed.people, "emails") == [None, "bob@x.org", None]
    assert column(parsed.people, "organization") == ["A, B & Co", None, None]
    assert column(parsed.people, "source_ref") == [f"file.csv:{first + row}" for row in (0, 2, 3)]
    assert parsed.people["connected_on"].tolist() == [
        pd.Timestamp("2024-03-05"),
        pd.Timestamp("2023-04-29"),
        pd.NaT,
    ]
    assert parsed.people["listed"].all()
    assert parsed.rejected == {linkedin.DEPARTED: 1, linkedin.NOBODY: 1}
    assert parsed.interactions is None, "a connection is not an interaction"
    assert parsed.notes == ["1 dates in column 'connected_on' could not be read and are missing"]


@pytest.mark.parametrize(
    ("header", "row", "encoding"),
    [
        ("Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am", "05 Mrz 2024", "utf-8-sig"),
        (
            "Nombre;Apellidos;URL;Dirección de correo electrónico;Empresa;Puesto;Conectado el",
            "5-mar-24",
            "cp1252",
        ),
        ("Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Connecté le", "05 mars 2024", "utf-8"),
        ("Nome\tCognome\tURL\tIndirizzo e-mail\tAzienda\tPosizione\tCollegato il", "05 mar 2024", "utf-16"),
        ("Nome,Sobrenome,URL,Endereço de e-mail,Empresa,Cargo,Conectado em", "05 de mar. de 2024", "utf-8"),
        ("Fornavn;Efternavn;URL;Mailadresse;Virksomhed;Stilling;Forbundet den", "05 mar 2024", "latin-1"),
        ("Voornaam,Achternaam,URL,E-mailadres,Bedrijf,Functie,Verbonden op", "05 mrt 2024", "utf-8"),
        ("First Name,Last Name,Email Address,Company,Position,Connected On", '"3/5/24, 7:47 AM"', "utf-8"),
    ],
)
def test_connections_in_other_languages_and_layouts(tmp_path, header, row, encoding):
    mark = next(sign for sign in "\t;," if sign in header)
    url = ["https://www.linkedin.com/in/z"] if "URL" in header else []
    cells = mark.join(["Zoë", "Møller", *url, "z@x.org", "Öl AG", "Chef", row])
    name, parsed = parse(tmp_path, f"{header}\n{cells}\n".encode(encoding))
    assert name == "LinkedIn connections"
    (person,) = parsed.people.to_dict("records")
    assert person["name"] == "Zoë Møller"
    assert (person["emails"], person["organization"], person["title"]) == ("z@x.org", "Öl AG", "Chef")
    assert person["connected_on"] == pd.Timestamp("2024-03-05")


def test_numeric_dates_follow_the_file_where_it_shows_its_order(tmp_path):
    text = HEAD + "Ann,Lee,u.x/a,,,,03/04/2024\nBob,Ray,u.x/b,,,,25/04/2024\n"
    _, parsed = parse(tmp_path, text)
    assert parsed.people["connected_on"].dt.strftime("%m-%d").tolist() == ["04-03", "04-25"]


def test_imported_contacts(tmp_path):
    header = "First Name,Last Name,Companies,Title,Email Address,Phone Numbers,Created At,Addresses\n"
    row = 'Ann,Lee,Acme,CTO,"a@x.org,b@x.org",+43 1 2345,"1/2/18, 3:04 PM",\n'
    name, parsed = parse(tmp_path, (header + row).replace(",", "\t").replace('"', "").encode("utf-16"))
    assert name == "LinkedIn imported contacts"
    name, parsed = parse(tmp_path, header + row)
    (person,) = parsed.people.to_dict("records")
    assert (person["emails"], person["phones"], person["listed"]) == ("a@x.org; b@x.org", "+43 1 2345", True)
    assert pd.isna(person["connected_on"])


INVITES = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"


def test_invitations(tmp_path):
    text = (
        INVITES
        + 'Me,Ann Lee,"7/8/26, 3:43 PM",Hello Ann,OUTGOING,https://www.linkedin.com/in/me,https://www.linkedin.com/in/ann\n'
        + 'Bob Ray,Me,"7/9/26, 09:51 AM",,INCOMING,https://www.linkedin.com/in/bob,https://www.linkedin.com/in/me\n'
        + "Cy Ng,Me,someday,Hi,INCOMING,https://www.linkedin.com/in/cy,https://www.linkedin.com/in/me\n"
        + 'Cy Ng,Me,"7/9/26, 09:51 AM",Hi,,,\n'
        + 'LinkedIn Member,Me,"7/9/26, 09:51 AM",Hi,INCOMING,,https://www.linkedin.com/in/me\n'
    )
    name, parsed = parse(tmp_path, text)
    assert name == "LinkedIn invitations"
    assert column(parsed.people, "name") == ["Ann Lee", "Bob Ray"]
    assert not parsed.people["listed"].any()
    (event,) = parsed.interactions.to_dict("records")
    assert event["occurred_at"] == pd.Timestamp("2026-07-08 13:43", tz="UTC")  # 15:43 in Vienna's summer
    assert (event["person"], event["direction"], event["purpose"], event["group_size"]) == (
        0,
        "outbound",
        "unknown",
        2,
    )
    assert parsed.rejected == {linkedin.DEPARTED: 1, linkedin.NO_DIRECTION: 1, date_texts.UNREADABLE: 1}
    assert parsed.owner == ("linkedin.com/in/me",)


def test_invitations_of_2018_and_the_urn_header(tmp_path):
    _, old = parse(tmp_path, 'From,To,Sent At,Message,Direction\nAnn,Me,"7/8/18, 3:43 PM",Hi,INCOMING\n')
    assert (column(old.people, "name"), len(old.interactions), old.owner) == (["Ann"], 1, ())
    _, urn = parse(
        tmp_path,
        INVITES.replace("Url", "Urn") + 'A,Me,"7/8/18, 3:43 PM",,INCOMING,https://linkedin.com/in/a,\n',
    )
    assert column(urn.people, "profiles") == ["https://linkedin.com/in/a"]


RECOMMENDED = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"


def test_recommendations_need_their_file_name(tmp_path):
    text = RECOMMENDED + 'Ann,Lee,Acme,CTO,"She is, well, good","07/09/21, 10:09 PM",VISIBLE\n'
    _, received = parse(tmp_path, text, "Recommendations_Received (1).csv")
    (row,) = received.tables["recommendations"].to_dict("records")
    assert (row["name"], row["organization"], row["direction"], row["status"]) == (
        "Ann Lee",
        "Acme",
        "received",
        "VISIBLE",
    )
    assert row["written_on"] == pd.Timestamp("2021-07-09")
    assert pd.isna(row["person"])
    _, given_ = parse(tmp_path, text, "recommendations_given.csv")
    assert column(given_.tables["recommendations"], "direction") == ["given"]
    _, unclear = parse(tmp_path, text, "r.csv")
    assert unclear.rejected.total() == 1


def test_endorsements_name_each_profile_once(tmp_path):
    text = (
        "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status\n"
        "2024/02/24 14:03:38 UTC,SQL,Ann,Lee,www.linkedin.com/in/ann,ACCEPTED\n"
        "2024/02/25 23:30:00 UTC,R,Ann,Lee,www.linkedin.com/in/ann,ACCEPTED\n"
        "2024/02/25 14:03:38 UTC,R,Bob,Ray,,ACCEPTED\n"
    )
    name, parsed = parse(tmp_path, text)
    assert name == "LinkedIn endorsements received"
    table = parsed.tables["endorsements"]
    assert column(table, "person") == [0, 0, None]
    assert column(table, "name") == ["Ann Lee", "Ann Lee", "Bob Ray"]
    assert table["endorsed_on"].dt.day.tolist() == [24, 26, 25]
    assert column(parsed.people, "profiles") == ["www.linkedin.com/in/ann"]
    _, other = parse(tmp_path, text.replace("Endorser", "Endorsee"))
    assert column(other.tables["endorsements"], "direction") == ["given"] * 3


def test_positions_and_applications(tmp_path):
    text = (
        "Company Name,Title,Description,Location,Started On,Finished On\n"
        "Acme,CTO,x,Vienna,Mar 2019,\nOld,Dev,,,2011,Feb 2019\n"
    )
    _, parsed = parse(tmp_path, text)
    table = parsed.tables["positions"]
    assert table["started_on"].tolist() == [pd.Timestamp("2019-03-01"), pd.Timestamp("2011-01-01")]
    assert table["finished_on"].tolist() == [pd.NaT, pd.Timestamp("2019-02-01")]
    text = (
        "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,"
        "Resume Name,Question And Answers\n"
        '"2/24/24, 7:47 AM",hr@acme.example,,Acme,CTO,https://x.example/1,cv.pdf,"a | b"\n'
    )
    name, parsed = parse(tmp_path, text)
    (row,) = parsed.tables["applications"].to_dict("records")
    assert name == "LinkedIn job applications"
    assert (row["organization"], row["contact_email"], row["applied_on"].date().isoformat()) == (
        "Acme",
        "hr@acme.example",
        "2024-02-24",
    )


PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,{}Headline,Summary,Industry,Zip Code,Geo Location\n"
)


@pytest.mark.parametrize(
    ("header", "mark", "encoding"),
    [
        (PROFILE.format(""), ",", "utf-8"),
        (PROFILE.format(""), ",", "utf-8-sig"),
        (PROFILE.format("Contact Instructions,"), ",", "utf-8"),
        (PROFILE.format(""), ";", "cp1252"),
        (PROFILE.format(""), "\t", "utf-16"),
        ("Notes:\n\n" + PROFILE.format(""), ",", "utf-8"),
        ("First Name,Last Name,Headline\n", ",", "utf-8"),
    ],
)
def test_the_profile_says_who_the_owner_is(tmp_path, header, mark, encoding):
    text = header + "Zoë,Møller" + "," * (header.rsplit("\n", 2)[-2].count(",") - 1) + "\n"
    name, parsed = parse(tmp_path, text.replace(",", mark).encode(encoding), "x.csv")
    assert name == "LinkedIn profile"
    owner = parsed.tables["owner"]
    assert list(owner.columns) == ["name", "email", "profile", "source_ref"]
    assert column(owner, "name") == ["Zoë Møller"]
    assert owner[["email", "profile"]].isna().all(axis=None)
    assert parsed.people is None, "the owner is nobody's contact"


def test_a_profile_without_a_name_says_nothing(tmp_path):
    _, parsed = parse(tmp_path, PROFILE.format("") + ",,,,,Chef,,,,\n")
    assert parsed.rejected == {linkedin.NO_OWNER: 1}
    _, parsed = parse(
        tmp_path, "First Name,Last Name,Headline,Public Profile Url\n,,,www.linkedin.com/in/Zoe\n"
    )
    assert column(parsed.tables["owner"], "profile") == ["linkedin.com/in/zoe"]


@pytest.mark.parametrize(
    "rows",
    [
        "zoe@x.org,Yes,Yes,1/2/18\nzoe@y.org,Yes,No,1/2/18\n",
        "zoe@x.org,yes,Yes,\nzoe@y.org,YES,No,\n",
        "<MAILTO:Zoe@X.org>,Yes,Yes,\nZOE@y.org,Yes,No,\n",
        "zoe@x.org,,Yes,\nzoe@y.org,true,,\n",
        "zoe@x.org,Yes,Yes,Not Available\n\nzoe@y.org,Yes,No,Not Available\n",
    ],
)
def test_the_addresses_of_the_account_are_the_owners(tmp_path, rows):
    name, parsed = parse(tmp_path, "Email Address,Confirmed,Primary,Updated On\n" + rows, "y.csv")
    assert name == "LinkedIn e-mail addresses"
    assert column(parsed.tables["owner"], "email") == ["zoe@x.org", "zoe@y.org"]


def test_an_address_that_was_never_confirmed_may_be_somebody_elses(tmp_path):
    rows = "zoe@x.org,Yes,Yes,\nann@y.org,No,No,\nNA,Yes,No,\n"
    _, parsed = parse(tmp_path, "Email Address,Confirmed,Primary,Updated On\n" + rows)
    assert column(parsed.tables["owner"], "email") == ["zoe@x.org"]
    assert parsed.rejected == {linkedin.UNCONFIRMED: 1, linkedin.NO_OWNER: 1}


def test_the_numbers_of_the_account_are_the_owners(tmp_path):
    rows = ",+43 664 1234567,Mobile\n,0664 7654321,Home\n,,Fax\n"
    name, parsed = parse(tmp_path, "Extension,Number,Type\n" + rows)
    assert (name, parsed.owner) == ("LinkedIn phone numbers", ("+436641234567",))
    assert parsed.rejected == {linkedin.NO_COUNTRY: 2}
    _, parsed = parse(tmp_path, "Extension,Number,Type\n" + rows, settings=Settings(region="AT"))
    assert parsed.owner == ("+436641234567", "+436647654321")


def test_the_registration_is_recognised_and_not_used(tmp_path):
    name, parsed = parse(tmp_path, "Registered At,Registration Ip,Subscription Types\n1/2/10,192.0.2.1,\n")
    assert (name, parsed.rejected) == ("LinkedIn registration", {linkedin.NO_OWNER: 1})


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("Basic_LinkedInDataExport_11-15-2026.zip/Connections.csv", "2026-11-15"),
        ("exports/Complete_LinkedInDataExport_03-01-2025/messages.csv", "2025-03-01"),
        ("Basic_LinkedInDataExport_12-01-2025 (1).zip.zip/Connections.csv", "2025-12-01"),
        ("old/2024-02-29/Connections.csv", "2024-02-29"),
        ("Basic_LinkedInDataExport_13-01-2025.zip/Connections.csv", None),
        ("Connections.csv", None),
        ("01-02-2024/Basic_LinkedInDataExport_03-04-2025.zip/Connections.csv", "2025-03-04"),
    ],
)
def test_the_day_in_the_name_of_an_export(label, day):
    found = linkedin.exported_on(label)
    assert (None if pd.isna(found) else found) == (day and pd.Timestamp(day))


@pytest.mark.parametrize(
    "header",
    [
        "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
        "First Name,Last Name,Text,Creation Date,Status",
        "First Name,Last Name,Company,Job Title,Text,Creation Date",
        "Last Name,First Name,Text,Status,Creation Date",
        "FIRST NAME;LAST NAME;COMPANY;JOB TITLE;TEXT;CREATION DATE;STATUS",
    ],
)
def test_recommendations_of_other_years(tmp_path, header):
    cells = {"first name": "Ann", "last name": "Lee", "text": "Good", "creation date": "2021-07-09"}
    mark = ";" if ";" in header else ","
    row = mark.join(cells.get(name.lower(), "x") for name in header.split(mark))
    name, parsed = parse(tmp_path, f"{header}\n{row}\n", "Recommendations Received.csv")
    assert name == "LinkedIn recommendations"
    assert column(parsed.tables["recommendations"], "name") == ["Ann Lee"]


def test_other_files_of_the_export_are_nobodys(tmp_path):
    for header in (
        "Name,Url,Authority,Started On,Finished On,License Number",
        "Name,Position,Description,Started On,Finished On",
        "Date,Type,Link",
        "Name",
    ):
        assert parse(tmp_path, header + "\n" + ",".join("x" for _ in header.split(",")) + "\n") == (
            None,
            None,
        )


@pytest.mark.parametrize(
    "header",
    [HEAD, INVITES, RECOMMENDED, "Endorsement Date,Skill Name,Endorsee First Name\n",
     "Company Name,Title,Description,Location,Started On,Finished On\n",
     "Application Date,Company Name,Job Title\n"],
)  # fmt: skip
def test_empty_files_give_empty_frames(tmp_path, header):
    _, parsed = parse(tmp_path, header, "given.csv")
    assert (parsed.rows_read, parsed.rejected.total()) == (0, 0)


@given(data=st.binary(max_size=200), header=st.sampled_from([HEAD, INVITES, RECOMMENDED]))
def test_any_bytes_are_accounted_for(tmp_path_factory, data, header):
    with contextlib.suppress(LoadError, Unusable):
        parse(tmp_path_factory.mktemp("l"), header.encode() + data, "given.csv")


WORDS = st.sampled_from(
    [
        *("", " ", "Ann", "NA", "LinkedIn Member", "05 Mar 2024", "7/8/26, 3:43 PM", "INCOMING", "OUTGOING"),
        *("https://www.linkedin.com/in/ann", "a@x.org", "Zoë\u202e", "x\ny", '"'),
    ]
)


@given(
    rows=st.lists(st.lists(WORDS, min_size=7, max_size=7), max_size=6),
    header=st.sampled_from([HEAD, INVITES, RECOMMENDED]),
)
def test_any_cells_are_accounted_for(tmp_path_factory, rows, header):
    quoted = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    _, parsed = parse(tmp_path_factory.mktemp("l"), header + quoted, "given.csv")
    assert parsed.rows_read == len(rows)


def test_saved_jobs_and_companies_followed_are_proposed_as_targets(tmp_path):
    (tmp_path / "book.toml").write_text("[targets]\ncompanies = ['ACME']\n", encoding="utf-8")
    (tmp_path / "Saved Jobs.csv").write_text(
        "Saved Date,Job Url,Job Title,Company Name\n"
        '"11/2/26, 3:43 PM",https://x.example/1,Analyst,Acme GmbH\n'
        '"11/3/26, 3:43 PM",https://x.example/2,Cook,Globex\n"11/4/26, 3:43 PM",https://x.example/3,Cook,\n',
        encoding="utf-8",
    )
    (tmp_path / "Company Follows.csv").write_text(
        "Organization,Followed On\nInitech,Tue Nov 03 12:25:51 UTC 2026\nGLOBEX Inc.,Tue Nov 03 12:25:51 UTC 2026\n",
        encoding="utf-8",
    )
    book = open_book(tmp_path, cache=False)
    assert book.wanted["organization"].tolist() == ["Initech", "GLOBEX Inc.", "Acme GmbH", "Globex"]
    assert "You saved jobs at, or follow, Initech, GLOBEX Inc.: add those you want" in " ".join(
        book.cannot_know
    )
    counts = book.summary.set_index("source")[["rows_read", "kept", "rejected"]]
    assert counts.loc["LinkedIn saved jobs"].tolist() == [3, 2, 1]
    assert counts.loc["LinkedIn company follows"].tolist() == [2, 2, 0]
