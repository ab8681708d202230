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
    assert told(ann, "emails", "phones") == ["a@x.org; b@x.org", "+43 1 ext. 5; +43 2"]
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


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Name,Given Name,Additional Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,"
            "Phone 1 - Value,Organization 1 - Name",
            "Ann Lee,Ann,,Lee,Work,a@x.org,Mobile,+43 1,Acme",
        ),
        ("First Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Organization Name", "Ann,Lee,a@x.org,+43 1,Acme"),
        ("Name,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name", "Ann Lee,a@x.org,+43 1,Acme"),
        ("E-mail 1 - Value,First Name,Phone 1 - Value,Last Name,Organization Name", "a@x.org,Ann,+43 1,Lee,Acme"),
        ("Name;Phone 1 - Value;E-mail 2 - Value;Organization Name", "Ann Lee;+43 1;a@x.org;Acme"),
        ("Given Name,Family Name,E-mail 1 - Label,E-mail 1 - Value,Phone 2 - Value,Organization 1 - Name",
         "Ann,Lee,Work,a@x.org,+43 1,Acme"),
    ],
)  # fmt: skip
def test_google_without_most_of_its_columns(tmp_path, header, row):
    parsed, (ann,) = people(tmp_path, f"{header}\n{row}\n", "Google")
    assert told(ann, "name", "emails", "phones", "organization") == ["Ann Lee", "a@x.org", "+43 1", "Acme"]
    assert parsed.rows_read == 1


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("First Name,Last Name,Organization Name,Organization Title", "Ann,Lee,Acme,PM"),
        ("Given Name,Family Name,Organization 1 - Name,Organization 1 - Title", "Ann,Lee,Acme,PM"),
        ("Name,Phone 1 - Value,Organization Name,Organization Title", "Ann Lee,+43 1,Acme,PM"),
        ("Organization Title,Organization Name,First Name,Last Name", "PM,Acme,Ann,Lee"),
        ("First Name\tLast Name\tOrganization Name\tOrganization Title", "Ann\tLee\tAcme\tPM"),
    ],
)
def test_google_with_name_and_company_alone(tmp_path, header, row):
    _, (ann,) = people(tmp_path, f"{header}\n{row}\n", "Google")
    assert told(ann, "name", "organization", "title") == ["Ann Lee", "Acme", "PM"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Display Name,Primary Email", "Ann Lee,a@x.org"),
        ("First Name,Last Name,Primary Email", "Ann,Lee,a@x.org"),
        ("Last Name,First Name,Primary Email,Secondary Email", "Lee,Ann,a@x.org,"),
        ("Anzeigename;Primäre E-Mail-Adresse", "Ann Lee;a@x.org"),
        ("Première adresse électronique,Nom à afficher", "a@x.org,Ann Lee"),
    ],
)
def test_thunderbird_without_most_of_its_columns(tmp_path, header, row):
    _, (ann,) = people(tmp_path, f"{header}\n{row}\n", "Thunderbird")
    assert told(ann, "name", "emails") == ["Ann Lee", "a@x.org"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("ana.lee@x.org,ana.lee@x,,org,,", "ana.lee@x.org"),
        ("ana@x.co.uk,ana@x,,co.uk,,", "ana@x.co.uk"),
        ("Bo Ek,Bo,,Ek,,", "Bo Ek"),
        ("Kim Min-jun,Min-jun,,Kim,,", "Kim Min-jun"),
        ("Nagy Anna Mária,Anna,Mária,Nagy,,", "Nagy Anna Mária"),
        ("Dr. Ann M. Lee Jr.,Ann,M.,Lee,Dr.,Jr.", "Ann M. Lee"),
        ('"Lee, Ann, PhD",Ann,,Lee,,PhD', "Lee, Ann"),
        (",Ann,,Lee,Dr.,", "Ann Lee"),
        ("Ann Lee,Ann,,,,", "Ann Lee"),
    ],
)
def test_google_of_old_says_the_whole_name(tmp_path, row, name):
    header = "Name,Given Name,Additional Name,Family Name,Name Prefix,Name Suffix,Group Membership,E-mail 1 - Value"
    _, (person,) = people(tmp_path, f"{header}\n{row},* myContacts,p@x.org\n", "Google")
    assert told(person, "name", "emails") == [name, "p@x.org"]


@pytest.mark.parametrize(
    "row", ["ana.lee@x,,org", "ana.lee@x.org,,", ",,ana.lee@x.org", "ana@x,lee,org", "@,,"]
)
def test_an_address_in_the_parts_of_a_name_is_no_name(tmp_path, row):
    header = "First Name,Middle Name,Last Name,Labels,E-mail 1 - Value"
    _, (person,) = people(tmp_path, f"{header}\n{row},* myContacts,ana.lee@x.org\n", "Google")
    assert told(person, "name", "emails") == [None, "ana.lee@x.org"]


OTHER_LANGUAGES = {
    "es": (
        "Título,Nombre,Segundo nombre,Apellidos,Organización,Puesto,Ciudad de trabajo,Teléfono del trabajo,"
        "Teléfono móvil,Categorías,Dirección de correo electrónico,Tipo de correo electrónico,"
        "Dirección del correo electrónico 2,Notas,Recomendado por"
    ),
    "it": (
        "Titolo,Nome,Secondo nome,Cognome,Società,Posizione,Città (uff.),Ufficio,Cellulare,Categorie,"
        "Indirizzo posta elettronica,Nome visualizzato posta elettronica,Indirizzo posta elettronica 2,Note,"
        "Presentato da"
    ),
    "nl": (
        "Titel,Voornaam,Middelste naam,Achternaam,Bedrijf,Functie,Werkadres (plaats),Telefoon op werk,"
        "Mobiele telefoon,Categorieën,E-mailadres,E-mail: weergavenaam,E-mailadres 2,Notities,Verwezen door"
    ),
    "pt-BR": (
        "Título,Nome,Segundo Nome,Sobrenome,Empresa,Cargo,Cidade do Endereço Comercial,Telefone Comercial,"
        "Telefone Celular,Categorias,Endereço de Email,Nome para Exibição do Email,Endereço de Email 2,Anotações,"
        "Indicado por"
    ),
    "pt-PT": (
        "Título,Nome Próprio,Segundo Nome,Apelido,Empresa,Cargo,Cidade (empresa),Telefone (empresa),Telemóvel,"
        "Categorias,Endereço de correio electrónico,Tipo de correio electrónico,Endereço de correio electrónico 2,"
        "Notas,Indicado por"
    ),
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("cp1252", ";"), ("utf-16", "\t")])
def test_outlook_in_more_languages(tmp_path, language, encoding, separator):
    row = ",Ann,,Lee,Acme,CTO,Linz,+43 1,+43 2,friend,a@x.org,SMTP,b@x.org,likes tea,Bo Ek"
    text = f"{OTHER_LANGUAGES[language]}\r\n{row}\r\n".replace(",", separator)
    _, (ann,) = people(tmp_path, text.encode(encoding), "Outlook")
    assert told(ann, "name", "organization", "title", "location", "introduced_by") == [
        "Ann Lee", "Acme", "CTO", "Linz", "Bo Ek",
    ]  # fmt: skip
    assert told(ann, "emails", "phones", "tags", "notes") == [
        "a@x.org; b@x.org",
        "+43 2; +43 1",
        "friend",
        "likes tea",
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Nombre,Apellidos,Empresa,Puesto,Móvil,Correo electrónico",
        "Nombre,Apellidos,Organización,Cargo,Teléfono móvil,Dirección de correo electrónico",
        "Nome,Cognome,Società,Posizione,Cellulare,Indirizzo posta elettronica",
        "Nome,Cognome,Azienda,Posizione professionale,Telefono cellulare,Indirizzo e-mail",
        "Voornaam,Achternaam,Bedrijf,Functie,Mobiele telefoon,E-mailadres",
        "Voornaam,Achternaam,Bedrijf,Functie,Mobiel,E-mailadres",
        "Nome,Sobrenome,Empresa,Cargo,Celular,Endereço de email",
        "Primeiro Nome,Apelido,Empresa,Cargo,Telemóvel,Endereço de correio eletrónico",
        "Vorname,Nachname,Firma,Position,Mobiltelefon,E-Mail-Adresse",
        "Prénom,Nom,Société,Titre,Tél. mobile,Adresse de messagerie",
    ],
)
def test_outlook_in_other_languages_with_few_columns_left(tmp_path, header):
    _, (ann,) = people(tmp_path, f"{header}\nAnn,Lee,Acme,CTO,+43 1,a@x.org\n", "Outlook")
    assert told(ann, "name", "organization", "emails", "phones") == ["Ann Lee", "Acme", "a@x.org", "+43 1"]


@pytest.mark.parametrize(
    "header",
    [
        "Name,E-mail Address,Notes,E-mail 2 Address,E-mail 3 Address,Mobile Phone,Company,Job Title,Home Phone",
        "Full Name,E-mail Address,Notes,E-mail 2 Address,Unused,Mobile Phone,Company,Job Title,Home Phone",
        "Name,E-mail Address,Notes,E-mail 3 Address,E-mail 2 Address,Mobile Phone,Company,Job Title,Home Phone",
        "Name,E-mail Address,Notes,E-mail 2 Address,E-mail Type,Business Phone,Company,Job Title,Other Phone",
        "NAME,E-MAIL ADDRESS,NOTES,E-MAIL 2 ADDRESS,x,BUSINESS PHONE,COMPANY,JOB TITLE,BUSINESS PHONE 2",
    ],
)
def test_outlook_with_the_name_in_one_column(tmp_path, header):
    _, (ann,) = people(
        tmp_path, f"{header}\nAnn Lee,a@x.org,two kids,b@x.org,,+43 1,Acme,CTO,+43 2\n", "Outlook"
    )
    assert told(ann, "name", "organization", "title", "notes") == ["Ann Lee", "Acme", "CTO", "two kids"]
    assert told(ann, "emails", "phones") == ["a@x.org; b@x.org", "+43 1; +43 2"]


@pytest.mark.parametrize(
    "header",
    ["Name,E-mail Address,Circle", "Name,E-mail address,Referred by", "First Name,Last Name,E-mail Address",
     "name,email,phone,notes"],
)  # fmt: skip
def test_a_table_of_ones_own_stays_that(tmp_path, header):
    assert not parse(tmp_path, header + "\nAnn Lee,a@x.org,x,y\n")[0].startswith(
        ("Outlook", "Google", "Thunder")
    )


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
