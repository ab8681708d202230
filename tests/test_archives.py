"""Archives are hostile until shown otherwise."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_zip_in_a_zip_is_named_and_not_opened(tmp_path):
    inner = io.BytesIO()
    zipped(inner, {"a.csv": b"1"})
    zipped(tmp_path / "x.zip", {"inner.zip": inner.getvalue()})
    (found,), _ = walk(tmp_path)
    with pytest.raises(Unusable, match="unpack an archive"):
        find_reader(found).read(found, Settings())


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
