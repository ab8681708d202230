"""networkscope.automation.inbox: new exports are found by content and copied in, once."""

import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from networkscope import open_book
from networkscope.automation.inbox import fetch_exports, sources_in
from networkscope.cli.main import main
from networkscope.errors import LoadError

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "exports"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Lee\r\nEMAIL:ana@example.org\r\nEND:VCARD\r\n"


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text("[time]\ntimezone = 'UTC'\n")
    return folder


@pytest.fixture
def downloads(tmp_path):
    folder = tmp_path / "Downloads"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "card.vcf").write_text(CARD)
    (folder / "invoice.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "contacts.csv").write_text(
        "contact,occurred_at\nAna Lee,2026-01-05\n"
    )  # looks like an own table
    (folder / "song.zip").write_bytes(b"PK\x03\x04 broken")
    (folder / ".hidden.vcf").write_text(CARD)
    shutil.copy(SAMPLE / "Basic_LinkedInDataExport_11-15-2026.zip", folder / "whatever (1).zip")
    shutil.copy(SAMPLE / "WhatsApp Chat with Zeynep Kaya.txt", folder)
    (folder / "people").write_text(CARD)  # no suffix
    return folder


def test_exports_are_known_by_content_and_copied_once(book, downloads):
    before = sorted(path.name for path in downloads.rglob("*"))
    found = fetch_exports(book, downloads)
    assert [(arrival.file.name, arrival.copied_to.relative_to(book).as_posix()) for arrival in found] == [
        ("WhatsApp Chat with Zeynep Kaya.txt", "exports/WhatsApp Chat with Zeynep Kaya.txt"),
        ("people", "exports/people"),
        ("whatever (1).zip", "exports/whatever (1).zip"),
    ]
    assert [arrival.sources[0] for arrival in found] == ["WhatsApp chat", "vCard", "LinkedIn connections"]
    assert "LinkedIn messages" in found[2].sources
    assert sorted(path.name for path in downloads.rglob("*")) == before
    assert fetch_exports(book, downloads) == []
    sources = set(open_book(book, as_of="2026-11-16").summary["source"])
    assert {"LinkedIn connections", "WhatsApp chat", "vCard"} <= sources


def test_what_the_book_holds_under_another_name_is_not_new(book, downloads):
    (book / "cards").mkdir()
    (book / "cards" / "old.vcf").write_text(CARD)
    assert "people" not in [arrival.file.name for arrival in fetch_exports(book, downloads)]


def test_another_file_of_the_same_name_and_the_same_twice(book, downloads):
    fetch_exports(book, downloads)
    (downloads / "people").write_text(CARD.replace("Ana", "Bea"))
    (downloads / "people again").write_text(CARD.replace("Ana", "Bea"))
    (arrival,) = fetch_exports(book, downloads)
    assert arrival.copied_to.name == "people-2"
    assert (book / "exports" / "people").read_text() == CARD.replace("\r\n", "\n")


def test_a_bomb_or_a_damaged_file_is_no_export(tmp_path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Connections.csv", b"0" * 300_000_000)
    assert sources_in(bomb) == ()
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04")
    assert sources_in(tmp_path / "x.zip") == ()


def test_the_command_says_what_it_found(book, downloads):
    done = CliRunner().invoke(main, ["inbox", str(book), "--from", str(downloads)])
    assert (done.exit_code, done.stderr) == (0, "3 new exports.\n")
    assert "people: vCard; copied to exports/people\n" in done.stdout
    done = CliRunner().invoke(main, ["inbox", str(book), "--from", str(downloads)])
    assert (done.stdout, done.stderr) == ("", "No new export.\n")


def test_what_is_no_folder_or_cannot_be_written(book, downloads, tmp_path):
    with pytest.raises(LoadError, match="the folder 'nowhere' is not a folder"):
        fetch_exports(book, tmp_path / "nowhere")
    with pytest.raises(LoadError, match="the book 'nowhere' is not a folder"):
        fetch_exports(tmp_path / "nowhere", downloads)
    (book / "exports").write_text("a file")
    with pytest.raises(LoadError, match="cannot be copied into 'book'"):
        fetch_exports(book, downloads)
    assert sorted(path.name for path in book.iterdir()) == ["book.toml", "exports"]


def test_an_export_of_slack_is_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("users.json", "[]")
        archive.writestr("channels.json", "[]")
    assert sources_in(tmp_path / "a.zip") == ("Slack",)
