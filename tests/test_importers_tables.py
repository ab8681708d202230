"""Every CSV that people have, and the line that each row stands in."""

import copy
import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.errors import LoadError
from networkscope.importers import sheets, tables
from networkscope.importers.base import Parsed, SourceFile, rows
from networkscope.settings import Settings

FIELDS = {"name": "name", "e mail": "email", "city": "city"}
HEADER = "Name,E-Mail,City\n"


def read(tmp_path, data):
    """The sheet that a reader is given, and what is told of the file in the end."""
    path = tmp_path / "t.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    file = SourceFile(path, "t.csv", path.stat().st_size)
    given = []
    reader = sheets.reader(
        "t", FIELDS, {"name", "email"}.issubset, lambda sheet: given.append(sheet) or Parsed()
    )
    return (given, reader.read(file, Settings())) if reader.recognises(file) else None


def sheet_of(tmp_path, data):
    (sheet,), _ = read(tmp_path, data)
    return sheet


def names(sheet):
    return sheet.strings("name")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Name,E-Mail\nZoë,z@x.org\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "Name,E-Mail\nZoë,z@x.org\n".encode(), "utf-8"),
        ("Name\tE-Mail\r\nZoë\tz@x.org\r\n".encode("utf-16"), "utf-16"),
        ("Name\tE-Mail\r\nZoë\tz@x.org\r\n".encode("utf-16-le"), "utf-16-le"),
        ("Name\tE-Mail\r\nZoë\tz@x.org\r\n".encode("utf-16-be"), "utf-16-be"),
        ("Name;E-Mail\nZoë;z@x.org\n".encode("cp1252"), "cp1252"),
        ("Name;E-Mail\nZoë;z@x.org\x81\n".encode("latin-1"), "latin-1"),
        ("Name|E-Mail\rZoë|z@x.org\r".encode(), "utf-8"),
    ],
)
def test_encodings_delimiters_and_line_ends(tmp_path, data, encoding):
    (sheet,), parsed = read(tmp_path, data)
    assert (names(sheet)[0][:3], sheet.lines.tolist()) == ("Zoë", [2])
    assert parsed.notes == ([f"read as {encoding}"] if encoding != "utf-8" else [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_large_file_may_end_its_lines_in_any_way(tmp_path, end):
    count = tables.HEAD_BYTES // 10
    sheet = sheet_of(tmp_path, end.join(["Name,E-Mail", *["Zoë,z@x.org"] * count, ""]))
    assert (names(sheet), sheet.lines[-1]) == (["Zoë"] * count, count + 1)


def test_a_line_longer_than_the_head_is_a_header_too(tmp_path):
    wide = HEADER.strip() + "," + "," * tables.HEAD_BYTES
    assert names(sheet_of(tmp_path, f"{wide}\nZoë\n")) == ["Zoë"]


def test_a_damaged_utf8_file_is_not_taken_for_windows(tmp_path):
    sheet = sheet_of(tmp_path, "Name,E-Mail\nZoë Ng,ä@ö.org\nJosé,\n".encode() + b"\xc3,\n")
    assert names(sheet)[:2] == ["Zoë Ng", "José"]


@pytest.mark.parametrize(
    "preamble",
    [
        "",
        'Notes:\n"When exporting, you may notice"\n\n',
        'Notes:\n"When exporting, you may notice"\n',
        "Notes:\nWhen exporting\n\n",
        'Notes:\n"\n\n',
        '"Notes:\nover, two lines"\n',
    ],
)
def test_the_header_is_found_below_any_preamble(tmp_path, preamble):
    sheet = sheet_of(tmp_path, preamble + HEADER + 'Ann,a@x.org,"Linz"\nBob,,\n')
    first = preamble.count("\n") + 2
    assert names(sheet) == ["Ann", "Bob"]
    assert sheet.lines.tolist() == [first, first + 1]


def test_lines_count_line_feeds_within_cells_and_empty_lines(tmp_path):
    text = HEADER + 'Ann,,"two\nlines"\n\nBob,,\n"C ""x"" D",,\n\n'
    for data in (text, text.replace("\n", "\r\n")):
        sheet = sheet_of(tmp_path, data)
        assert names(sheet) == ["Ann", "Bob", 'C "x" D']
        assert sheet.lines.tolist() == [2, 5, 6]


def test_as_many_records_as_lines_do_not_hide_where_they_stand(tmp_path):
    sheet = sheet_of(tmp_path, HEADER + 'Ann,,"two\nlines"\nBob,,\rCy,,\nDora,,\n')
    assert names(sheet) == ["Ann", "Bob", "Cy", "Dora"]
    assert sheet.lines.tolist() == [2, 4, 5, 6]


def test_ragged_rows_are_padded_or_rejected_and_counted(tmp_path):
    (sheet,), parsed = read(
        tmp_path, HEADER + "Ann\nBob,b@x.org,Linz,\nCy,c@x.org,Linz,too,many\n,,\nDora,,\n"
    )
    assert names(sheet) == ["Ann", "Bob", "Dora"]
    assert sheet.lines.tolist() == [2, 3, 6]
    assert parsed.rejected == {tables.TOO_WIDE: 1, sheets.EMPTY: 1}
    assert parsed.rows_read == 5
    assert "1 rows have fewer cells" in parsed.notes[0]


def test_nul_bytes_and_huge_cells_survive(tmp_path):
    sheet = sheet_of(tmp_path, HEADER + "A\0nn,,\n" + "B" * 300_000 + ",,\nshort\n")
    assert [len(name) for name in names(sheet)] == [3, 300_000, 5]
    sheet = sheet_of(tmp_path, HEADER + "B" * 300_000 + ",,\nA\0nn,,\n")
    assert names(sheet)[1] == "A nn"


def test_a_quote_that_is_never_closed_is_told(tmp_path):
    sheet = sheet_of(tmp_path, HEADER + 'Ann,,\n"Bob,,\nCy,,\n')
    assert names(sheet)[0] == "Ann"
    assert "line 3 is never closed" in " ".join(sheet.notes)


def test_no_header_is_no_sheet(tmp_path):
    assert read(tmp_path, "a,b\n1,2\n") is None
    assert read(tmp_path, b"") is None


def test_a_header_alone_is_an_empty_sheet(tmp_path):
    for data in (HEADER, HEADER.strip(), "Notes:\n" + HEADER.strip()):
        (sheet,), parsed = read(tmp_path, data)
        assert (names(sheet), parsed.rows_read, len(sheet)) == ([], 0, 0)
        assert sheet.strings("no such column") == []


def test_cleaned_leaves_names_as_keys_does(tmp_path):
    sheet = sheet_of(tmp_path, HEADER + ' Ann  Lee ,,\n𝗔𝗻𝗮,,\nZoë\u202e,,\n"a\tb",,\nNA,,\n')
    assert names(sheet) == ["Ann Lee", "Ana", "Zoë", "a b", "NA"]


def test_a_copy_of_a_table_has_its_content(tmp_path):
    file = SourceFile(tmp_path / "t.xlsx", "t.xlsx[a]", len(HEADER), "[a]", content=HEADER.encode())
    assert copy.copy(file).read() == HEADER.encode()


def test_each_column_of_a_frame_can_be_changed_alone():
    frame = rows("people", 2, {"name": ["Ann", "Bob"]})
    frame.loc[0, "title"] = "CTO"
    assert frame.loc[0].dropna().to_dict() == {"name": "Ann", "title": "CTO"}


CELL = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=6)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8), quoting=st.sampled_from([0, 1]))
def test_both_ways_of_reading_agree(rows, quoting):
    buffer = io.StringIO()
    csv.writer(buffer, quoting=quoting, lineterminator="\n").writerows(rows)
    body = buffer.getvalue().encode()
    header = tables.Header(1, ",", ("name", "e mail", "city"))
    wanted = {"name": 0, "city": 2}
    slow = tables._irregular(body, header, wanted, "utf-8", "t.csv")
    fast = tables._regular(body, header, wanted, "utf-8")
    assert slow.columns["name"].to_pylist() == [row[0] for row in rows]
    if fast is not None:
        assert {name: column.to_pylist() for name, column in fast.columns.items()} == {
            name: column.to_pylist() for name, column in slow.columns.items()
        }
        assert np.array_equal(fast.lines, slow.lines)


def test_the_fast_way_takes_ordinary_files():
    body = b'a,b\n"x, y","z\n""q"""\n'
    table = tables._regular(body, tables.Header(1, ",", ("p", "q")), {"p": 0}, "utf-8")
    assert table.columns["p"].to_pylist() == ["a", "x, y"]
    assert table.lines.tolist() == [2, 3]


@given(data=st.binary(max_size=400), bom=st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_below_a_header_are_read_or_refused(tmp_path_factory, data, bom):
    folder = tmp_path_factory.mktemp("t")
    head = HEADER.encode("utf-16-le") if bom == b"\xff\xfe" else HEADER.encode()
    try:
        found = read(folder, bom + head + data)
    except LoadError:
        return
    if found is not None:
        (sheet,), parsed = found
        assert parsed.rows_read == len(sheet) + parsed.rejected.total()
        assert all(len(column) == len(sheet) for column in sheet.columns.values())
        assert (np.diff(sheet.lines) > 0).all()
