"""Archives are hostile until shown otherwise."""

import contextlib
import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import archives, find_reader, walk
from networkscope.importers.base import SourceFile, Unusable
from networkscope.settings import Settings


def zipped(path, content, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def members(path, label="x.zip"):
    file = SourceFile(path, label, path.stat().st_size)
    return archives.members(file, archives.opened(file))


def test_members_are_named_below_the_archive_and_read(tmp_path):
    content = {"Basic/": b"", "Basic/a.csv": b"x", "__MACOSX/._a.csv": b"y", "b.csv": b"zz"}
    path = zipped(tmp_path / "x.zip.zip", content)
    found = members(path, "exports/x.zip.zip")
    assert [(file.label, file.read()) for file in found] == [
        ("exports/x.zip.zip/Basic/a.csv", b"x"),
        ("exports/x.zip.zip/b.csv", b"zz"),
    ]


@pytest.mark.parametrize("name", ["../a.csv", "a/../../b", "/etc/x", "C:/x", "..\\x", "\\\\server\\share\\x"])
def test_a_path_that_leads_out_is_refused(tmp_path, name):
    path = zipped(tmp_path / "x.zip", {"ok.csv": b"1", name: b"2"})
    with pytest.raises(LoadError, match="leads out"):
        members(path)


def test_a_link_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(LoadError, match="a link"):
        members(path)


def test_an_encrypted_member_is_refused(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(LoadError, match="encrypted"):
        members(path)


def test_unusual_packing_is_refused(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1" * 99}, zipfile.ZIP_BZIP2)
    with pytest.raises(LoadError, match="unusual"):
        members(path)


def test_the_cap_on_size_says_how_to_raise_it(tmp_path, monkeypatch):
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1" * 1000})
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "999")
    with pytest.raises(LoadError, match=r"1,000 bytes.*cap of 999.*NETWORKSCOPE_MAX_UNPACKED_BYTES"):
        members(path)
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "1000")
    assert len(members(path)) == 1
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "much")
    with pytest.raises(LoadError, match="whole number"):
        members(path)


def test_the_cap_on_the_ratio_counts_only_for_big_archives(tmp_path, monkeypatch):
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1" * 1_000_000})  # packs about 1,000 to 1
    assert len(members(path)) == 1
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM_BYTES", 500_000)
    with pytest.raises(LoadError, match=r"200 times.*NETWORKSCOPE_MAX_RATIO"):
        members(path)
    monkeypatch.setenv("NETWORKSCOPE_MAX_RATIO", "2000")
    assert len(members(path)) == 1


def test_a_lie_about_the_size_is_found_out_while_reading(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1" * 5000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)  # announces 10 bytes
    path.write_bytes(data)
    (file,) = members(path)
    with pytest.raises(LoadError, match="cannot be read"):
        file.read()


def test_a_broken_zip_is_a_load_error(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(LoadError, match="broken"):
        walk(tmp_path)


def test_an_office_document_stays_one_file_and_is_refused_with_advice(tmp_path):
    zipped(tmp_path / "contacts.csv", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    (found,), skipped = walk(tmp_path)
    assert (found.label, skipped) == ("contacts.csv", [])
    with pytest.raises(Unusable, match=r"save .* as CSV"):
        find_reader(found).read(found, Settings())


NOISE = random.Random(1).randbytes(2000)  # noqa: S311
CONTACTS = b"name,email\nAnn,ann@x.example\n"


def zip_bytes(content):
    out = io.BytesIO()
    zipped(out, content)
    return out.getvalue()


def tar_bytes(content, mode="w:gz"):
    """A tar archive; a value may be a `TarInfo` that says more than its bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        for name, data in content.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            data = b"" if isinstance(data, tarfile.TarInfo) else data
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_archives_in_archives_are_read(tmp_path):
    inner = {"in.zip": zip_bytes({"a.csv": CONTACTS}), "in.tgz": tar_bytes({"T/b.csv": CONTACTS})}
    zipped(tmp_path / "x.zip", {**inner, "c.csv": CONTACTS})
    (tmp_path / "t.tar.gz").write_bytes(tar_bytes({**inner, "./d.csv": CONTACTS}))
    (tmp_path / "u.tar").write_bytes(tar_bytes({"e.csv": CONTACTS}, "w"))
    found, skipped = walk(tmp_path)
    assert {file.label: file.read() for file in found} == dict.fromkeys(
        [
            *("t.tar.gz/d.csv", "t.tar.gz/in.tgz/T/b.csv", "t.tar.gz/in.zip/a.csv"),
            *("u.tar/e.csv", "x.zip/c.csv", "x.zip/in.tgz/T/b.csv", "x.zip/in.zip/a.csv"),
        ],
        CONTACTS,
    )
    assert skipped == []


def test_a_takeout_as_tgz_is_read(tmp_path):
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@x.example\nEND:VCARD\n"
    (tmp_path / "takeout-001.tgz").write_bytes(tar_bytes({"Takeout/Contacts/All Contacts.vcf": card}))
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ann Lee"]
    assert book.summary["file"].tolist() == ["takeout-001.tgz/Takeout/Contacts/All Contacts.vcf"]


def test_archives_are_unpacked_two_deep_and_no_deeper(tmp_path):
    three = zip_bytes({"three.zip": zip_bytes({"a.csv": CONTACTS})})
    zipped(tmp_path / "x.zip", {"two.zip": three})
    found, skipped = walk(tmp_path)
    assert (found, [label for label, _ in skipped]) == ([], ["x.zip/two.zip/three.zip"])
    assert "unpack it" in skipped[0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: zip_bytes({"../a.csv": CONTACTS}), "leads out"),
        (lambda: tar_bytes({"../a.csv": CONTACTS}), "leads out"),
        (lambda: zip_bytes({"a.csv": CONTACTS})[:-9], "broken"),
        (lambda: tar_bytes({"a.csv": NOISE})[:-500], "broken"),
        (lambda: zip_bytes({"a.csv": b"1" * 5000}), "cap of 4,000"),
        (lambda: tar_bytes({"a.csv": b"1" * 5000}), "cap of 4,000"),
    ],
)
def test_an_archive_that_may_do_harm_is_left_out_of_the_one_around_it(tmp_path, monkeypatch, content, reason):
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "4000")
    zipped(tmp_path / "x.zip", {"inner": content(), "b.csv": CONTACTS})
    found, skipped = walk(tmp_path)
    assert [file.label for file in found] == ["x.zip/b.csv"]
    ((label, why),) = skipped
    assert label == "x.zip/inner"
    assert reason in why


def test_the_cap_counts_what_all_archives_inside_hold_together(tmp_path, monkeypatch):
    inner = {f"{number}.zip": zip_bytes({"a.csv": b"1" * 1000}) for number in range(9)}
    zipped(tmp_path / "x.zip", inner)
    assert len(walk(tmp_path)[0]) == 9
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "5000")
    with pytest.raises(LoadError, match=r"x.zip would unpack to 9,000 bytes, more than the cap of 5,000"):
        walk(tmp_path)


def linked(kind):
    info = tarfile.TarInfo("link.csv")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tar_bytes({"/etc/a.csv": CONTACTS}), "leads out"),
        (tar_bytes({"a.csv": linked(tarfile.SYMTYPE)}), "holds a link"),
        (tar_bytes({"a.csv": linked(tarfile.LNKTYPE)}), "holds a link"),
        (tar_bytes({"a.csv": linked(tarfile.FIFOTYPE)}), "holds a link"),
        (tar_bytes({"a.csv": NOISE, "b.csv": CONTACTS})[:-500], "broken"),
    ],
)
def test_a_hostile_or_broken_tar_is_refused(tmp_path, data, reason):
    (tmp_path / "x.tgz").write_bytes(data)
    with pytest.raises(LoadError, match=reason):
        walk(tmp_path)


def test_the_caps_hold_for_what_a_tar_unpacks_to_and_not_for_what_it_says(tmp_path, monkeypatch):
    (tmp_path / "x.tgz").write_bytes(tar_bytes({"a.csv": b"1" * 10_000_000}))
    assert len(walk(tmp_path)[0]) == 1
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM_BYTES", 500_000)
    with pytest.raises(LoadError, match=r"200 times.*NETWORKSCOPE_MAX_RATIO"):
        walk(tmp_path)
    monkeypatch.setenv("NETWORKSCOPE_MAX_UNPACKED_BYTES", "100000")
    with pytest.raises(LoadError, match=r"more than the cap of 100,000"):
        walk(tmp_path)


def test_a_header_that_claims_gigabytes_takes_no_memory(tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 2**30
    data = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(50_000_000))
    (tmp_path / "x.tgz").write_bytes(data)
    with pytest.raises(LoadError, match="broken"):
        walk(tmp_path)


def test_a_packed_file_that_is_no_archive_is_left_out_with_advice(tmp_path):
    (tmp_path / "log.gz").write_bytes(gzip.compress(b"hello"))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(CONTACTS)[:9])
    found, skipped = walk(tmp_path)
    assert found == []
    assert all("unpack it" in why for _, why in skipped)
    assert len(skipped) == 2


def test_names_cannot_upset_a_terminal(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a\x1b[2J.csv": b"1"})
    (found,) = members(path)
    assert found.label == "x.zip/a?[2J.csv"
    assert found.read() == b"1"


def test_a_file_that_grew_since_it_was_found_is_a_load_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("12345")
    with pytest.raises(LoadError, match="changed"):
        SourceFile(path, "a.csv", 3).read()


@given(data=st.binary(max_size=300), keep=st.integers(0, 200))
def test_damaged_archives_never_crash(tmp_path_factory, data, keep):
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    zipped(path, {"a.csv": b"name,email\n" * 9})
    path.write_bytes(path.read_bytes()[:keep] + data)
    try:
        for file in members(path):
            file.read()
    except LoadError:
        pass


@given(data=st.binary(max_size=300), keep=st.integers(0, 200))
def test_damaged_tars_never_crash(tmp_path_factory, data, keep):
    path = tmp_path_factory.mktemp("tar") / "x.tgz"
    path.write_bytes(tar_bytes({"a.csv": CONTACTS * 9})[:keep] + data)
    with contextlib.suppress(LoadError):
        for file in walk(path.parent)[0]:
            file.read()


@pytest.mark.parametrize(
    "pack",
    [
        lambda files: {"takeout-001.tgz": tar_bytes(files)},
        lambda files: {"takeout-001.tar.gz": tar_bytes(files)},
        lambda files: {"takeout.tar": tar_bytes(files, "w")},
        lambda files: {"renamed": tar_bytes(files)},
        lambda files: {"takeout-001.zip": zip_bytes(files)},
        lambda files: {"all.zip": zip_bytes({"takeout-001.tgz": tar_bytes(files)})},
        lambda files: {"all.tgz": tar_bytes({"takeout-001.zip": zip_bytes(files)})},
        lambda files: {
            f"takeout-00{n}.tgz": tar_bytes({name: data}) for n, (name, data) in enumerate(files.items(), 1)
        },
    ],
)
def test_a_takeout_however_it_is_packed(tmp_path, pack):
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@x.example\nEND:VCARD\n"
    mail = (
        b"From 1@xxx Mon Jan 05 10:00:00 +0000 2026\nFrom: Ann Lee <ann@x.example>\nTo: me@x.example\n"
        b"Date: Mon, 5 Jan 2026 10:00:00 +0000\nSubject: Hi\n\nHello\n"
    )
    files = {"Takeout/Contacts/All.vcf": card, "Takeout/Mail/All mail.mbox": mail}
    for name, data in pack(files).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "book.toml").write_text('[owner]\nemails = ["me@x.example"]\n')
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ann Lee"]
    assert len(book.interactions) == 1
    assert sorted(book.summary["source"]) == ["mail", "vCard"]
