"""What lies in the folder of a book, each file under a label of its own."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from test_archives import zipped

import networkscope
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


OWN = {
    "contacts.csv": "name,email,organization\nAnn Lee,ann@x.example,Acme\nBo Ek,,Initech\n",
    "interactions.csv": "date,name,channel,direction,topic\n2026-07-01,Ann Lee,call,,CV\n",
    "referrals.csv": "given_on,referrer,referred,outcome\n2026-07-01,Ann Lee,Cy Ito,conversation\n",
    "aliases.csv": "a,b,decision\nAnn Lee,Annie Lee,same\n",
}
COPIES = [
    *(" (Ana's conflicted copy 2026-11-01)", " (1)", "-MacBook", " 2", " - Copy", " copy", "_conflict-20261101-120000"),
    ".sync-conflict-20261101-120000-ABCDEFG",
]  # fmt: skip


@pytest.mark.parametrize("mark", COPIES)
def test_a_conflict_copy_of_an_own_table_counts_once_and_the_table_itself_wins(tmp_path, mark):
    for name, text in OWN.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        stem, _, suffix = name.partition(".")
        older = text.replace("Acme", "Old Works").replace("conversation", "open")
        (tmp_path / f"{stem}{mark}.{suffix}").write_text(older, encoding="utf-8")
    (tmp_path / f"interactions{mark}.csv").write_text(
        OWN["interactions.csv"] + "2026-07-02,Bo Ek,call,,only here\n", encoding="utf-8"
    )
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.interactions["subject"].tolist() == ["CV", "only here"]
    assert sorted(book.contacts["name"]) == ["Ann Lee", "Bo Ek", "Cy Ito"]
    assert book.contacts.set_index("name").loc["Ann Lee", "organization"] == "Acme"
    assert book.referrals["outcome"].tolist() == ["conversation"]
    summary = book.summary.set_index("file")
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    for name in OWN:
        stem, _, suffix = name.partition(".")
        assert f"named like a copy of {name}" in summary.loc[f"{stem}{mark}.{suffix}", "note"]
        assert "copy" not in str(summary.loc[name, "note"])


@pytest.mark.parametrize(
    "name",
    [
        "Copy of interactions.csv",
        "Kopie von interactions.csv",
        "Copie de interactions.csv",
        "Copia de interactions.csv",
        "interactions.csv~",
        "interactions.csv.bak",
        "interactions.csv.orig",
        "interactions~.csv",
        "interactions [Conflicted].csv",
        "interactions - Kopie.csv",
        "interactions (case conflict).csv",
    ],
)
def test_copies_of_other_languages_and_programs(tmp_path, name):
    (tmp_path / "interactions.csv").write_text(OWN["interactions.csv"], encoding="utf-8")
    more = "2026-07-02,Bo Ek,call,,only here\n"
    (tmp_path / name).write_text(OWN["interactions.csv"] + more, encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.interactions["subject"].tolist() == ["CV", "only here"]
    summary = book.summary.set_index("file")
    assert "named like a copy of interactions.csv" in summary.loc[name, "note"]
    assert summary.loc[name, ["kept", "merged"]].tolist() == [1, 1]


def test_a_table_whose_name_ends_like_another_is_no_copy(tmp_path):
    for name in ("contacts.csv", "Work contacts.csv"):
        (tmp_path / name).write_text(OWN["contacts.csv"], encoding="utf-8")
    assert open_book(tmp_path, as_of="2026-11-16").summary["note"].isna().all()


def test_a_table_that_is_open_in_excel_is_said_to_be(tmp_path):
    (tmp_path / "interactions.csv").write_text(OWN["interactions.csv"], encoding="utf-8")
    (tmp_path / "~$interactions.xlsx").write_bytes(b"\x04Nora" + b" " * 50 + bytes(110))
    (tmp_path / ".~lock.interactions.csv#").write_text(",nora,laptop,16.11.2026 10:00,file:///;")
    book = open_book(tmp_path, as_of="2026-11-16")
    notes = book.summary.set_index("file")["note"]
    assert "open in Excel" in notes["~$interactions.xlsx"]
    assert "hidden" in notes[".~lock.interactions.csv#"]
    assert len(book.interactions) == 1


def test_only_what_lies_beside_its_table_is_called_a_copy(tmp_path):
    (tmp_path / "interactions (1).csv").write_text(OWN["interactions.csv"], encoding="utf-8")
    summary = open_book(tmp_path, as_of="2026-11-16").summary
    assert summary["note"].isna().all()
    (tmp_path / "interactions.csv").write_text(OWN["interactions.csv"], encoding="utf-8")
    noted = open_book(tmp_path, as_of="2026-11-16").summary.set_index("file")["note"].notna()
    assert noted.to_dict() == {"interactions (1).csv": True, "interactions.csv": False}


def test_a_copy_of_what_belongs_to_the_book_is_named_and_not_read(tmp_path):
    (tmp_path / "contacts.csv").write_text(OWN["contacts.csv"], encoding="utf-8")
    (tmp_path / "book.toml").write_text("", encoding="utf-8")
    (tmp_path / "book (1).toml").write_text("", encoding="utf-8")
    (tmp_path / "moves.csv").write_text("contact_id,kind,action,noted_on,until\n", encoding="utf-8")
    (tmp_path / "moves-MacBook.csv").write_text("contact_id,kind,action,noted_on,until\n", encoding="utf-8")
    summary = open_book(tmp_path, as_of="2026-11-16").summary.set_index("file")
    assert "only book.toml is used" in summary.loc["book (1).toml", "note"]
    assert "only moves.csv is used" in summary.loc["moves-MacBook.csv", "note"]


def test_an_export_that_was_saved_twice_counts_once(tmp_path):
    sample = Path(networkscope.__file__).parents[1] / "data" / "sample"
    for folder in ("one", "two"):
        shutil.copytree(sample, tmp_path / folder, ignore=shutil.ignore_patterns(".cache"))
    for path in list((tmp_path / "two").rglob("*.*")):
        if path.is_file() and path.name != "book.toml":
            shutil.copy(path, path.with_name(f"{path.stem} (1){path.suffix}"))
    once, twice = (open_book(tmp_path / folder, as_of="2026-11-16") for folder in ("one", "two"))
    for table in ("contacts", "interactions", "referrals", "applications", "endorsements", "positions"):
        columns = [name for name in getattr(once, table) if name != "source_ref"]
        pd.testing.assert_frame_equal(getattr(twice, table)[columns], getattr(once, table)[columns])
