"""Formats that are not read: each is called by its name, and what to export instead is said."""

import sqlite3
from contextlib import closing

import pytest
from test_archives import zip_bytes
from test_workbooks import XLS, old_excel

from networkscope.book import open_book
from networkscope.importers import find_reader, unsupported
from networkscope.importers.base import SourceFile

OFFICE = old_excel(XLS)
FILES = {
    "backup.pst": (b"!BDN" + bytes(99), "an Outlook data file"),
    "renamed.dat": (b"!BDN" + bytes(99), "an Outlook data file"),
    "Outlook.olm": (zip_bytes({"Accounts/me/com.microsoft.__Messages/1.xml": b"<x/>"}), "Outlook for Mac"),
    "Re Hello.msg": (OFFICE, "save it as .eml"),
    "people.numbers": (zip_bytes({"Index/Document.iwa": b"x"}), "File > Export To > CSV"),
    "people.pages": (zip_bytes({"Index/Document.iwa": b"x"}), "a Pages document"),
    "letter.docx": (zip_bytes({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "save a table as CSV"),
    "Profile.pdf": (b"%PDF-1.7\n", "a PDF document"),
    "all.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "unpack it"),
    "all.rar": (b"Rar!\x1a\x07\x00", "unpack it"),
    "all.tar.bz2": (b"BZh91AY&SY", "unpack it"),
    "all.tar.xz": (b"\xfd7zXZ\x00", "unpack it"),
    "friends.html": (b"<!DOCTYPE html><html><body>Ann</body></html>", "JSON or CSV"),
    "page": (b"\n<HTML><head></head></HTML>", "JSON or CSV"),
    "book.ldif": (b"dn: cn=Ann Lee,mail=ann@x.example\nobjectclass: top\n", "as CSV or vCard"),
    "photo.jpg": (b"\xff\xd8\xff\xe0" + bytes(99), "a picture or a recording"),
    "data.json": (b'{"date": "2026-01-05T10:00:00", "sender": "Me", "body": "hi"}\n{"date": "2026-0', "chat.md"),
    "signal-2026-01-05.backup": (bytes(range(99)), "Signal Desktop"),
    "chat.db": (b"SQLite format 3\0" + bytes(99), "imessage-exporter"),
    "Skills.csv": (b"Name\nPython\n", "about yourself"),
    "Reactions.csv": (b"Date,Type,Link\n2026-01-05 10:00:00,LIKE,https://x.example\n", "no touch"),
    "msgstore.db.crypt15": (bytes(range(99)), "Export chat"),
    "crm.accdb": (b"\x00\x01\x00\x00Standard ACE DB\x00", "an Access database"),
    "Contacts.icbu": (zip_bytes({"x.caldav/Info.plist": b"<x/>"}), "File > Export"),
}  # fmt: skip


def test_each_format_is_named_with_what_to_do(tmp_path):
    for name, (data, _) in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\n", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    notes = book.summary.set_index("file")["note"]
    for name, (_, words) in FILES.items():
        assert notes[name].startswith("not read: "), name
        assert words in notes[name], name
    assert book.contacts["name"].tolist() == ["Ann Lee"]
    assert "Ann" not in " ".join(notes[list(FILES)])


@pytest.mark.parametrize("name", ["Contacts - 11-16-2026.abbu", "All.numbers", "Work.icbu"])
def test_a_folder_that_is_one_document_is_named_and_not_walked(tmp_path, name):
    (tmp_path / name / "Sources").mkdir(parents=True)
    with closing(sqlite3.connect(tmp_path / name / "AddressBook-v22.abcddb")) as connection:
        connection.execute("CREATE TABLE a (b)")
    (tmp_path / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\n", encoding="utf-8")
    summary = open_book(tmp_path, as_of="2026-11-16").summary.set_index("file")
    assert sorted(summary.index) == sorted([name, "contacts.csv"])
    assert "Export" in summary.loc[name, "note"]


def test_what_is_read_is_read_whatever_it_is_called(tmp_path):
    data = b"name,email\nAnn,ann@x.example\n"
    for name in ("a.pdf", "a.html", "a.pst", "a.jpg"):
        (tmp_path / name).write_bytes(data)
        assert find_reader(SourceFile(tmp_path / name, name, len(data))).name == "own contacts"


def test_each_format_says_what_it_is_and_what_to_do():
    for each in unsupported.formats():
        assert {"what", *each} <= {"what", "names", "starts", "holds"}
        assert ";" in each["what"]
        assert all("." in name and name == name.lower() for name in each.get("names", ()))
