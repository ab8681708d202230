"""What lies in the folder of a book, each file under a label of its own."""

from test_archives import zipped

from networkscope.book import open_book
from networkscope.importers import walk


def test_walk_sorts_and_names_what_it_passes_over(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "z.csv").write_text("1")
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / ".hidden").write_text("1")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "inside.csv").write_text("1")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "book.toml").write_text("")
    (tmp_path / "link.csv").symlink_to("/etc/hostname")
    (tmp_path / "folder").symlink_to("/etc")
    zipped(tmp_path / "m.zip", {"x/Connections.csv": b"1"})
    found, skipped = walk(tmp_path)
    assert [file.label for file in found] == ["a.csv", "b/z.csv", "m.zip/x/Connections.csv"]
    assert [label for label, _ in skipped] == [".git", ".hidden", "folder", "link.csv"]
    assert "link" in dict(skipped)["link.csv"]


def test_names_that_print_alike_are_told_apart(tmp_path):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:{0}\nEMAIL:{0}@x.example\nEND:VCARD\n"
    mail = "From: {0}@x.example\nTo: me@x.example\nDate: Mon, 6 Jul 2026 10:00:00 +0000\n\n"
    signs = ("\x01", "\x02", " (2)")
    for number, sign in enumerate(signs):
        (tmp_path / f"M{sign}.vcf".replace(" (2)", "? (2)")).write_text(card.format(f"ann{number}"))
        (tmp_path / f"mail{sign}.eml").write_text(mail.format(f"bo{number}"))
        zipped(tmp_path / f"z{sign}.zip", {f"c{sign}.vcf": card.format(f"eva{number}").encode()})
    (tmp_path / "book.toml").write_text("[owner]\nemails = ['me@x.example']\n")
    labels = [file.label for file in walk(tmp_path)[0]]
    assert labels == sorted(set(labels))
    assert {"M?.vcf", "M? (2).vcf", "M? (3).vcf"} < set(labels)
    book = open_book(tmp_path, as_of="2026-11-16")
    summary = book.summary.set_index("file")
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    assert (len(book.contacts), len(book.interactions)) == (9, 3)
    assert book.interactions["source_ref"].is_unique
