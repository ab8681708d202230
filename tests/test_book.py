"""The front door: real files in, tables out, and one clear line for everything that cannot be opened."""

import os
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from networkscope import schema
from networkscope.book import open_book, reading
from networkscope.errors import LoadError, NetworkscopeError, ParameterError
from networkscope.importers import find_reader
from networkscope.importers.base import Parsed, Reader

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
OWNER = "https://www.linkedin.com/in/nora"
CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,"
    "DATE,SUBJECT,CONTENT,FOLDER\n"
)


@pytest.fixture(scope="module")
def sample():
    return open_book(SAMPLE, as_of="2026-11-16")


@pytest.fixture
def folder(tmp_path):
    """A small book: two connections, one of them in the own tables, two messages."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "book.toml").write_text(f"[owner]\nname = 'Nora'\nprofiles = ['{OWNER}']\n", encoding="utf-8")
    (tmp_path / "exports" / "Connections.csv").write_text(
        CONNECTIONS
        + "Ana,Lee,https://www.linkedin.com/in/ana,,X,Engineer,05 Mar 2024\n"
        + "Bo,Ek,https://www.linkedin.com/in/bo,,Y,Buyer,06 Mar 2024\n"
        + ",,,,,,07 Mar 2024\n",
        encoding="utf-8",
    )
    (tmp_path / "exports" / "messages.csv").write_text(
        MESSAGES
        + f"c1,,Nora,{OWNER},Ana Lee,https://www.linkedin.com/in/ana,2026-07-01 10:00:00 UTC,Tea,hi,INBOX\n"
        + f"c1,,Ana Lee,https://www.linkedin.com/in/ana,Nora,{OWNER},2026-07-02 10:00:00 UTC,Tea,hi,INBOX\n",
        encoding="utf-8",
    )
    (tmp_path / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction,purpose\nana lee,2026-08-01,meeting,mutual,catch_up\n",
        encoding="utf-8",
    )
    return tmp_path


def test_files_become_tables(folder):
    book = open_book(folder, as_of="2026-11-16")
    assert book.contacts[["name", "organization"]].values.tolist() == [["Ana Lee", "X"], ["Bo Ek", "Y"]]
    ana = book.contacts["contact_id"][0]
    events = book.interactions[["contact_id", "channel", "direction", "source"]].values.tolist()
    assert events == [
        [ana, "linkedin", "outbound", "LinkedIn messages"],
        [ana, "linkedin", "inbound", "LinkedIn messages"],
        [ana, "meeting", "mutual", "own interactions"],
    ]
    names = list(schema.TABLES["interactions"].names)
    assert book.interactions.columns.tolist()[: len(names)] == names
    assert book.interactions["outcome"].isna().all()
    assert book.interactions["needs_answer"].isna().tolist() == [False, False, True]  # of a note nobody knows
    assert not book.interactions["needs_answer"].fillna(False).any()
    assert book.appointments.empty


def test_every_row_is_accounted_for(folder):
    shutil.copy(folder / "exports" / "messages.csv", folder / "exports" / "older messages.csv")
    summary = open_book(folder, as_of="2026-11-16").summary.set_index("file")
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    counts = summary[["rows_read", "kept", "merged", "rejected"]].to_dict("index")
    assert counts["exports/Connections.csv"] == {"rows_read": 3, "kept": 2, "merged": 0, "rejected": 1}
    both = [counts["exports/messages.csv"], counts["exports/older messages.csv"]]
    assert sorted((c["kept"], c["merged"]) for c in both) == [(0, 2), (2, 0)]


def test_a_name_that_fits_two_people_is_rejected_with_the_remedy(folder):
    with (folder / "exports" / "Connections.csv").open("a", encoding="utf-8") as file:
        file.write("Ana,Lee,https://www.linkedin.com/in/ana2,,Z,Painter,08 Mar 2024\n")
    summary = open_book(folder, as_of="2026-11-16").summary.set_index("file")
    row = summary.loc["interactions.csv"]
    assert (row["rows_read"], row["kept"], row["rejected"]) == (1, 0, 1)
    assert "the name fits several contacts" in row["reasons"]
    assert "ana" not in row["reasons"].casefold()


def test_a_rejected_row_takes_no_other_with_it(folder):
    (folder / "contacts.csv").write_text(
        "name,email\nCy Moe,c1@x.example\nCy Moe,c2@y.example\n", encoding="utf-8"
    )
    for file, referrer in (("a", "Cy Moe"), ("b", "c1@x.example"), ("c", "c1@x.example")):
        column = "referrer_email" if "@" in referrer else "referrer"
        (folder / f"{file} referrals.csv").write_text(
            f"referral_id,given_on,{column},organization\nr1,2026-01-02,{referrer},X\n", encoding="utf-8"
        )
    book = open_book(folder, as_of="2026-11-16")
    lines = book.summary.set_index("file")[["kept", "merged", "rejected"]]
    assert lines.loc[[f"{file} referrals.csv" for file in "abc"]].to_numpy().tolist() == [
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
    ]
    assert book.referrals["referral_id"].tolist() == ["r1"]


def test_one_more_address_card_loses_no_note(folder):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Lee\nEMAIL:ana@x.example\nEND:VCARD\n"
    (folder / "exports" / "cards.vcf").write_text(card, encoding="utf-8")
    book = open_book(folder, as_of="2026-11-16")
    assert (book.contacts["name"] == "Ana Lee").sum() == 2
    summary = book.summary.set_index("file")
    assert summary.loc["interactions.csv", ["kept", "rejected"]].tolist() == [1, 0]
    assert book.interactions["contact_id"].nunique() == 1
    # Without the messages either card may be meant; the user's word settles it.
    (folder / "exports" / "messages.csv").unlink()
    reasons = (
        open_book(folder, as_of="2026-11-16").summary.set_index("file").loc["interactions.csv", "reasons"]
    )
    assert "aliases.csv" in reasons
    line = "a,b,decision\nana@x.example,linkedin.com/in/ana,same\n"
    (folder / "aliases.csv").write_text(line, encoding="utf-8")
    assert len(open_book(folder, as_of="2026-11-16").interactions) == 1


def test_an_unknown_file_is_named(folder):
    (folder / "exports" / "notes.txt").write_text("hello", encoding="utf-8")
    summary = open_book(folder, as_of="2026-11-16").summary.set_index("file")
    assert summary.loc["exports/notes.txt", "source"] == "unknown"
    assert summary.loc["exports/notes.txt", "note"].startswith("not recognised")


def test_a_column_of_ones_own_is_there_before_anything_stands_in_it(folder):
    (folder / "contacts.csv").write_text("name,email,mood\nAna Lee,ana@x.example,\n", encoding="utf-8")
    assert open_book(folder, as_of="2026-11-16").contacts["mood"].isna().all()


def test_what_lies_after_the_cut_off_is_said(folder):
    spots = open_book(folder, as_of="2026-07-15").cannot_know
    assert "1 interaction is dated later than this report, which does not see them." in spots


def test_the_sample_is_read_without_a_loss(sample):
    summary = sample.summary
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    assert len(sample.contacts) > 250
    assert len(sample.interactions) > 800
    assert sample.contacts["contact_id"].is_unique
    assert sample.interactions["contact_id"].isin(sample.contacts["contact_id"]).all()
    for column in ("referrer_id", "referred_id"):
        assert sample.referrals[column].dropna().isin(sample.contacts["contact_id"]).all()
    assert len(sample.co_mentions)
    assert sample.co_mentions["contact_id"].isin(sample.contacts["contact_id"]).all()
    assert sample.co_mentions["event_id"].isin(sample.interactions["event_id"]).all()
    assert sample.recommendations["contact_id"].notna().any()
    assert not sample.contacts["name"].str.contains("Nora Lindqvist").any()


def test_a_book_opened_twice_is_the_same_book(sample):
    again = open_book(SAMPLE, as_of="2026-11-16")
    for table in schema.TABLES:
        pd.testing.assert_frame_equal(getattr(sample, table), getattr(again, table))


def test_unpacked_and_packed_exports_give_the_same_people(sample, tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "book")
    archive = next((tmp_path / "book" / "exports").glob("*.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(archive.with_suffix(""))
    archive.unlink()
    loose = open_book(tmp_path / "book", as_of="2026-11-16")
    pd.testing.assert_frame_equal(loose.contacts, sample.contacts)
    columns = ["contact_id", "occurred_at", "channel", "direction"]
    pd.testing.assert_frame_equal(loose.interactions[columns], sample.interactions[columns])


def test_a_scaffold_opens_as_an_empty_book(tmp_path):
    (tmp_path / "book.toml").write_text("[time]\ntimezone = 'UTC'\n", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    for table in schema.TABLES:
        pd.testing.assert_frame_equal(getattr(book, table), schema.empty(table))
    assert book.summary.empty


def test_nothing_to_open(tmp_path):
    with pytest.raises(LoadError, match="does not exist; make one with: networkscope new"):
        open_book(tmp_path / "none")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(LoadError, match="is not a folder"):
        open_book(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadError, match=r"holds no file that can be read; put your exports into it$"):
        open_book(tmp_path / "empty")
    (tmp_path / "empty" / "a.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"put your exports into it \(a.csv: not recognised: no known export"):
        open_book(tmp_path / "empty")
    with pytest.raises(ParameterError, match="is not a date"):
        open_book(SAMPLE, as_of="soon")


def test_two_owners_are_named(folder):
    (folder / "book.toml").unlink()
    with (folder / "exports" / "messages.csv").open("a", encoding="utf-8") as file:
        bo = "https://www.linkedin.com/in/bo"
        file.write(f"c2,,Nora,{OWNER},Bo Ek,{bo},2026-07-03 10:00:00 UTC,,hi,INBOX\n")
    other = "https://www.linkedin.com/in/ivo"
    (folder / "exports" / "other.csv").write_text(
        MESSAGES
        + f"d1,,Ivo,{other},Cy,https://www.linkedin.com/in/cy,2026-07-01 10:00:00 UTC,,hi,INBOX\n"
        + f"d2,,Ivo,{other},Di,https://www.linkedin.com/in/di,2026-07-01 10:00:00 UTC,,hi,INBOX\n",
        encoding="utf-8",
    )
    with pytest.raises(LoadError) as caught:
        open_book(folder)
    assert "linkedin.com/in/ivo" in str(caught.value)
    assert "profiles = [" in str(caught.value)


def test_a_file_that_changes_while_it_is_read(folder, monkeypatch):
    stamps = iter(range(1000))
    monkeypatch.setattr(reading, "_signature", lambda *_, **__: (next(stamps),))
    with pytest.raises(LoadError, match="changed while it was being read"):
        open_book(folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs permissions that bind this user")
def test_a_file_without_permission(folder):
    (folder / "interactions.csv").chmod(0)
    with pytest.raises(NetworkscopeError, match=r"interactions\.csv"):
        open_book(folder)


def test_a_broken_zip(folder):
    (folder / "exports" / "export.zip").write_bytes(b"PK\x03\x04 not really a zip")
    with pytest.raises(LoadError, match=r"exports/export\.zip"):
        open_book(folder)


def test_an_owner_known_from_one_file_is_known_to_all(folder):
    """Two people stand in every message; only the invitations tell which of them is the owner."""
    (folder / "book.toml").unlink()
    with pytest.raises(LoadError, match=r"messages\.csv: could not tell which account is yours"):
        open_book(folder, as_of="2026-11-16")
    (folder / "exports" / "Invitations.csv").write_text(
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        + f'Nora,Bo Ek,"7/8/26, 3:43 PM",Hello,OUTGOING,{OWNER},https://www.linkedin.com/in/bo\n',
        encoding="utf-8",
    )
    book = open_book(folder, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ana Lee", "Bo Ek"]
    assert book.interactions["direction"].tolist() == ["outbound", "inbound", "outbound", "mutual"]


def write_aliases(folder, *lines):
    (folder / "aliases.csv").write_text("\n".join(["a,b,decision", *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize("lines", [[], ["ana,bo,perhaps"]])
def test_aliases_without_a_decision_change_nothing(folder, lines):
    before = open_book(folder, as_of="2026-11-16", cache=False)
    write_aliases(folder, *lines)
    book = open_book(folder, as_of="2026-11-16", cache=False)
    pd.testing.assert_frame_equal(book.contacts, before.contacts)
    pd.testing.assert_frame_equal(book.decisions, before.decisions)
    told = book.summary.set_index("file").loc["aliases.csv", ["rows_read", "kept", "merged", "rejected"]]
    assert told.tolist() == [len(lines), 0, 0, len(lines)]
    book.decisions["mine"] = 1  # a book's table is its own
    assert "mine" not in open_book(folder, as_of="2026-11-16", cache=False).decisions


def test_aliases_are_obeyed_and_accounted_for(folder):
    write_aliases(
        folder,
        "linkedin.com/in/ana,https://www.linkedin.com/in/bo/,same",
        "linkedin.com/in/ana,nobody@x.example,same",
        "linkedin.com/in/ana,linkedin.com/in/bo,perhaps",
    )
    book = open_book(folder, as_of="2026-11-16")
    assert book.contacts["profiles"].tolist() == ["linkedin.com/in/ana; linkedin.com/in/bo"]
    line = book.summary.set_index("file").loc["aliases.csv"]
    assert (line["source"], line["rows_read"], line["kept"], line["rejected"]) == ("own aliases", 3, 1, 2)
    assert "1 × nobody in this book carries one of the two keys" in line["reasons"]
    assert "1 × decision must be 'same' or 'not the same'" in line["reasons"]
    write_aliases(folder, "linkedin.com/in/ana,linkedin.com/in/ana/,not the same")
    with pytest.raises(LoadError, match=r"aliases\.csv:2: both sides are the same key"):
        open_book(folder, as_of="2026-11-16")


def test_a_contact_id_stays_when_a_stronger_key_arrives(folder):
    (folder / "exports" / "Connections.csv").write_text(
        CONNECTIONS + "Cy,Ort,,cy@x.example,Z,Cook,05 Mar 2024\n", encoding="utf-8"
    )
    first = open_book(folder, as_of="2026-11-16").contacts.set_index("name")["contact_id"]
    (folder / "contacts.csv").write_text(
        "contact_id,name,email,company\nc7,Cy Ort,cy@x.example,Z\n", encoding="utf-8"
    )
    again = open_book(folder, as_of="2026-11-16").contacts.set_index("name")["contact_id"]
    assert again["Cy Ort"] == first["Cy Ort"]
    assert (
        open_book(folder, as_of="2026-11-16", cache=False).contacts.set_index("name")["contact_id"]["Cy Ort"]
        != first["Cy Ort"]
    )
    for path in (folder / ".cache").glob("*.zip"):
        path.write_bytes(b"damaged")
    assert open_book(folder, as_of="2026-11-16").contacts["contact_id"].is_unique


def test_the_region_of_the_owner_reads_phones(folder):
    (folder / "contacts.csv").write_text(
        "name,phone,circle\nCy Ort,0664 1234567,friends\nC. Ort,+43 664 1234567,friends\n", encoding="utf-8"
    )
    assert len(open_book(folder, as_of="2026-11-16").contacts) == 4
    with (folder / "book.toml").open("a", encoding="utf-8") as file:
        file.write("phones = ['+43 1 2345678']\n")
    assert len(open_book(folder, as_of="2026-11-16").contacts) == 3


def owner_reader(monkeypatch, *rows, **columns):
    """Every file called Profile.csv says of the owner what these rows say."""

    def read(file, settings):
        frame = pd.DataFrame(list(rows), columns=["name", "email", "profile"], dtype=schema.TEXT)
        refs = {"source_ref": [f"{file.label}:{n + 2}" for n in range(len(frame))]} if columns else {}
        return Parsed(tables={"owner": frame.assign(**refs)}, rows_read=len(frame))

    profile = Reader("LinkedIn profile", lambda file: file.label.endswith("Profile.csv"), read)
    monkeypatch.setattr(
        reading, "find_reader", lambda file: profile if profile.recognises(file) else find_reader(file)
    )


@pytest.mark.parametrize("columns", [{}, {"with_refs": True}])
def test_what_linkedin_says_of_the_owner_is_nobodys_contact(folder, monkeypatch, columns):
    """A row of the owner's own, by address or by bare name, in the list of a colleague."""
    (folder / "book.toml").unlink()
    (folder / "interactions.csv").unlink()
    (folder / "exports" / "messages.csv").unlink()
    (folder / "exports" / "Profile.csv").write_text("First Name,Last Name\nNora,Lind\n", encoding="utf-8")
    (folder / "contacts.csv").write_text(
        "name,email\nN. Lind,nora@x.example\nNora Lind,\nEva Ng,eva@x.example\n", encoding="utf-8"
    )
    (folder / "exports" / "Connections.csv").unlink()
    owner_reader(monkeypatch, ("Nora Lind", None, None), (None, "Nora@X.example", None), **columns)
    for _ in range(2):
        book = open_book(folder, as_of="2026-11-16")
        assert book.contacts["name"].tolist() == ["Eva Ng"]
        summary = book.summary.set_index("file")
        assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
        assert summary.loc["exports/Profile.csv", ["rows_read", "kept"]].tolist() == [2, 2]
        assert summary.loc["contacts.csv", "reasons"] == "2 × only you are in it"


def test_a_profile_of_the_owner_says_who_wrote_the_messages(folder, monkeypatch):
    (folder / "book.toml").unlink()
    (folder / "exports" / "Profile.csv").write_text("First Name,Last Name\nNora,\n", encoding="utf-8")
    with pytest.raises(LoadError):
        open_book(folder, as_of="2026-11-16")
    owner_reader(monkeypatch, ("Nora", None, None))
    book = open_book(folder, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ana Lee", "Bo Ek"]
    assert book.interactions["direction"].tolist() == ["outbound", "inbound", "mutual"]


def test_book_toml_wins_over_the_profile(folder, monkeypatch):
    (folder / "book.toml").write_text("[owner]\nname = 'Ana Lee'\n", encoding="utf-8")
    (folder / "exports" / "Profile.csv").write_text("First Name,Last Name\nNora,\n", encoding="utf-8")
    owner_reader(monkeypatch, ("Nora", None, None))
    book = open_book(folder, as_of="2026-11-16")
    assert book.interactions["direction"].tolist()[:2] == ["inbound", "outbound"]
