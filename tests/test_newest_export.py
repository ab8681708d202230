"""Of several exports of one account the newest decides, whatever its name; the older gives history."""

import zipfile

import pytest

from networkscope import open_book

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ANA = "Ana,Lee,https://www.linkedin.com/in/ana,,{company},{title},05 Jan 2020\n"


def export(path, company, title, newest="01 Feb 2020", messages=""):
    rows = (
        HEADER
        + ANA.format(company=company, title=title)
        + f"Bo,Ek,https://www.linkedin.com/in/bo,,X,Y,{newest}\n"
    )
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Connections.csv", rows)
        if messages:
            archive.writestr("messages.csv", messages)


def ana(folder):
    (folder / "book.toml").write_text(
        '[owner]\nprofiles = ["https://www.linkedin.com/in/me"]\n', encoding="utf-8"
    )
    contacts = open_book(folder, as_of="2027-01-01", cache=False).contacts.set_index("name")
    assert contacts.index.is_unique
    return contacts.loc["Ana Lee", ["organization", "title", "past_organizations"]].tolist()


@pytest.mark.parametrize("names", [("a.zip", "b.zip"), ("b.zip", "a.zip"), ("x (1).zip", "x.zip")])
def test_the_latest_connection_tells_which_is_newer(tmp_path, names):
    old, new = (tmp_path / "exports" / name for name in names)
    export(old, "OldCo", "Analyst", "01 Mar 2025")
    export(new, "NewCo", "CEO", "11 Nov 2026")
    assert ana(tmp_path) == ["NewCo", "CEO", "OldCo"]


@pytest.mark.parametrize(
    ("old", "new"), [("03-01-2025", "11-15-2026"), ("12-01-2025", "11-15-2026"), ("2025-12-01", "2026-01-02")]
)
def test_where_the_days_are_the_same_the_name_tells(tmp_path, old, new):
    for day, company, title in ((old, "OldCo", "Analyst"), (new, "NewCo", "CEO")):
        export(tmp_path / "exports" / f"Basic_LinkedInDataExport_{day}.zip", company, title)
    assert ana(tmp_path) == ["NewCo", "CEO", "OldCo"]


def test_a_later_message_makes_an_export_newer(tmp_path):
    head = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
    )
    head += "CONTENT,FOLDER\n"
    row = "1,,Ana Lee,https://www.linkedin.com/in/ana,Me,https://www.linkedin.com/in/me,"
    row += "2026-05-01 10:00:00 UTC,,Hi,INBOX\n"
    export(tmp_path / "exports" / "a.zip", "OldCo", "Analyst")
    export(tmp_path / "exports" / "b.zip", "NewCo", "CEO", messages=head + row)
    assert ana(tmp_path) == ["NewCo", "CEO", "OldCo"]


def test_own_contacts_still_count_most(tmp_path):
    export(tmp_path / "exports" / "a.zip", "NewCo", "CEO", "11 Nov 2026")
    text = "name,profile,organization\nAna Lee,https://www.linkedin.com/in/ana,Home Ltd\n"
    (tmp_path / "contacts.csv").write_text(text, encoding="utf-8")
    assert ana(tmp_path)[0] == "Home Ltd"
