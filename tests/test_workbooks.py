"""Tables in other containers: Excel, Parquet; honest ones, damaged ones, and ones made to do harm."""

import contextlib
import datetime as dt
import io
import struct
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import find_reader, folder, walk, workbooks
from networkscope.importers.base import SourceFile, Unusable

SINCE = dt.date(2020, 1, 2)
PEOPLE = [
    ["Name", "E-mail", "Phone", "Known since"],
    ["Ann\nLee", "a@x.org", 436641234567, SINCE],
    [],
    ["Bo", None, "+43 1", None],
]


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def source(tmp_path, data, name="t.xlsx"):
    path = tmp_path / name
    path.write_bytes(data)
    return SourceFile(path, name, len(data))


def tables(tmp_path, data, name="t.xlsx"):
    return folder.tables_in(source(tmp_path, data, name))


def patched(data, part, change):
    """The workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if part in info.filename else content)
    return out.getvalue()


def test_each_sheet_with_known_columns_is_a_table(tmp_path):
    log = [
        ["date", "time", "name", "channel", "group_size", "tags"],
        [SINCE, dt.time(14, 30), "Ann Lee", "coffee", 2, "pitch:A"],
    ]
    data = workbook(People=PEOPLE, Log=log, Empty=[], Sums=[["a", "b"], [1, 2]])
    (tmp_path / "all.xlsx").write_bytes(data)
    (tmp_path / "book.toml").write_text("[time]\ntimezone = 'Europe/Vienna'\n", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    ann, bo = book.contacts.to_dict("records")
    assert (ann["name"], ann["phones"], ann["connected_on"]) == (
        "Ann Lee",
        "436641234567",
        pd.Timestamp(SINCE),
    )
    assert (bo["name"], bo["phones"]) == ("Bo", "+43 1")
    (event,) = book.interactions.to_dict("records")
    assert (event["occurred_at"], event["channel"]) == (pd.Timestamp("2020-01-02 13:30", tz="UTC"), "meeting")
    assert (event["group_size"], event["tags"], event["source_ref"]) == (2, "pitch:A", "all.xlsx[Log]:2")
    summary = book.summary.set_index("file")
    assert summary.loc[["all.xlsx[People]", "all.xlsx[Log]"], "source"].tolist() == [
        "own contacts",
        "own interactions",
    ]
    assert summary.loc["all.xlsx[Sums]", "source"] == "unknown"
    assert "all.xlsx[Empty]" not in summary.index


def test_no_control_character_of_a_cell_glues_two_words(tmp_path):
    cells = ["Ann\nLee", "Ann\r\nLee", "Ann\tLee", "Ann_x000D_\nLee", "Ann_x000B_Lee"]
    (tmp_path / "all.xlsx").write_bytes(
        workbook(People=[["Name", "Company"], *([cell, "Acme"] for cell in cells)])
    )
    frame = pa.table({"name": ["Bo\nEk", "Bo\x0bEk", "Bo\tEk", "Bo\0Ek"], "company": ["Acme"] * 4})
    (tmp_path / "all.parquet").write_bytes(parquet(frame))
    book = open_book(tmp_path, as_of="2026-11-16")
    assert sorted(set(book.mentions["name"])) == ["Ann Lee", "Bo Ek"]


def test_lines_are_the_rows_of_the_sheet(tmp_path):
    (table,) = tables(tmp_path, workbook(People=[[], [], *PEOPLE]))
    assert table.read().decode().split("\n") == [
        "", "", "Name,E-mail,Phone,Known since", "Ann Lee,a@x.org,436641234567,2020-01-02", "", "Bo,,+43 1,", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["t.csv", "t.zip", "t"])
def test_a_workbook_is_known_by_its_content(tmp_path, name):
    (tmp_path / name).write_bytes(workbook(People=PEOPLE))
    found, skipped = walk(tmp_path)
    assert [file.label for file in found] == [f"{name}[People]"]
    assert skipped == []


def test_an_export_saved_again_as_a_workbook_is_still_that_export(tmp_path):
    header = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
    rows = [
        ["Notes:"],
        ["When exporting"],
        [],
        header,
        ["Ann", "Lee", "https://www.linkedin.com/in/ann", "", "", "", SINCE],
    ]
    (table,) = tables(tmp_path, workbook(Connections=rows))
    assert find_reader(table).name == "LinkedIn connections"


SHARED = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
        <Relationship Id="r1" Target="xl/workbook.xml"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>""",
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": """<Relationships>
        <Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        Target="worksheets/sheet1.xml"/></Relationships>""",
    "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": "<sst><si><t>name</t></si>"
    "<si><r><t xml:space='preserve'>known </t></r><r><t>since</t></r></si>"
    "<si><t>Ann</t></si></sst>",
    "xl/worksheets/sheet1.xml": """<worksheet><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row><c t="s"><v>2</v></c><c s="1"><v>43832</v></c></row></sheetData></worksheet>""",
}


def test_shared_texts_days_as_numbers_and_cells_without_an_address(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, xml in SHARED.items():
            archive.writestr(name, xml)
    (table,) = tables(tmp_path, out.getvalue())
    assert table.read() == b"name,known since\nAnn,2020-01-02\n"


NOTHING = '<table:table-cell table:number-columns-repeated="16380"/>'
REST = f'<table:table-row table:number-rows-repeated="1048000">{NOTHING}</table:table-row>'


def open_document(*rows):
    """An .ods file; behind its cells, as LibreOffice writes it, the rest of the sheet as what is repeated."""
    lines = [
        "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if isinstance(cell, int)
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    sheet = "".join(f"<table:table-row>{line}{NOTHING}</table:table-row>" for line in lines) + REST
    start = "office:document-content" + "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = f'<table:table table:name="People">{sheet}</table:table>'
    body = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        archive.writestr("content.xml", f"<{start}>{body}</office:document-content>")
    return out.getvalue()


def old_excel(cells):
    """An .xls file with these cells, (row, column): text, in the one sheet "People"."""

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind):
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    sheet = begin(0x0010) + b"".join(
        record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1"))
        for (row, column), text in cells.items()
    ) + record(0x000A, b"")  # fmt: skip
    name = b"People"
    front = len(begin(0x0005)) + 4 + 8 + len(name) + 4
    bound = record(0x0085, struct.pack("<IBBBB", front, 0, 0, len(name), 0) + name)
    stream = (begin(0x0005) + bound + record(0x000A, b"") + sheet).ljust(4096, b"\0")
    sectors = len(stream) // 512
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    chain = [*range(3, 2 + sectors), end]
    table = struct.pack("<128I", 0xFFFFFFFD, end, *chain, *[free] * (126 - sectors))

    def entry(name, kind, child, start, size):
        text = (name + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, free, free, child, b"", 0, 0, 0, start, size
        )  # fmt: skip

    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + bytes(256)
    head = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0,
        4096, end, 0, end, 0,
    )  # fmt: skip
    return head + struct.pack("<109I", 0, *[free] * 108) + table + folder + stream


XLS = {(0, 0): "Name", (0, 1): "E-mail", (2, 0): "Zo\xeb Ng", (2, 1): "zoe@x.org"}


def test_workbooks_of_openoffice_and_old_excel(tmp_path):
    data = open_document(["Name", "Phone"], [], ["Zoë Ng", 436641234567])
    (table,) = tables(tmp_path, data, "t.ods")
    assert table.label == "t.ods[People]"
    assert table.read().decode() == "Name,Phone\n\nZoë Ng,436641234567\n"
    (table,) = tables(tmp_path, old_excel(XLS), "t.xls")
    assert table.label == "t.xls[People]"
    assert table.read().decode() == "Name,E-mail\n\nZoë Ng,zoe@x.org\n"
    assert find_reader(table).name == "own contacts"


def test_no_python_to_read_with_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks.sys, "executable", str(tmp_path / "none"))
    with pytest.raises(Unusable, match="cannot be started"):
        tables(tmp_path, workbook(People=PEOPLE))


def test_other_documents_are_no_workbooks(tmp_path):
    data = open_document(["Name"])
    text = patched(data, "mimetype", lambda kind: kind.replace(b"spreadsheet", b"text"))
    (file,) = tables(tmp_path, text, "t.odt")
    assert find_reader(file).name == "not a table"
    letter = old_excel(XLS).replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    for data in (letter, letter[:4]):
        with pytest.raises(Unusable, match="another old Office document"):
            tables(tmp_path, data, "t.doc")


def test_a_workbook_inside_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("in/people.xlsx", workbook(People=PEOPLE))
    found, _ = walk(tmp_path)
    assert [file.label for file in found] == ["export.zip/in/people.xlsx[People]"]


# Two cells, as far apart as a sheet is wide and long: 17,179,869,184 cells lie between them.
FAR = b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "row",
    [
        FAR,
        FAR.replace(b'"', b"'"),
        FAR.replace(b"<c r", b"<c t='n' r"),
        FAR.replace(b'r="XFD1048576"', b'r="XFD104857&#54;"'),
        FAR.replace(b'<row r="1048576">', b"<row>"),
        b'<row r="1048575"><c><v>2</v></c></row><row>' + b"<c><v>1</v></c>" * 200 + b"</row></sheetData>",
        b"\0" + FAR,
    ],
)
def test_cells_far_apart_are_refused_before_anything_is_allocated(tmp_path, row):
    data = patched(workbook(People=PEOPLE), "sheet1", lambda xml: xml.replace(b"</sheetData>", row))
    with pytest.raises(Unusable):
        tables(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    [
        old_excel({**XLS, (65535, 65535): "x"}),
        patched(open_document(["Name"], ["Ann"]), "content", lambda xml: xml.replace(
            b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048000">').replace(
            b'office:value-type=', b'table:number-columns-repeated="16000" office:value-type=')),
    ],
)  # fmt: skip
def test_no_format_may_spread_its_cells_too_far(tmp_path, data):
    with pytest.raises(Unusable):
        tables(tmp_path, data)


def test_styled_cells_without_a_value_do_no_harm(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    data = patched(workbook(People=PEOPLE), "sheet1", lambda xml: xml.replace(b"</sheetData>", far))
    (table,) = tables(tmp_path, data)
    assert table.read().startswith(b"Name,E-mail,Phone,Known since\n")


def test_bombs_are_refused(tmp_path):
    data = patched(workbook(People=PEOPLE), "theme1", lambda xml: xml + b" " * 100_000_000)
    with pytest.raises(LoadError, match="cap on the ratio"):
        tables(tmp_path, data)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet'
    data = patched(workbook(People=PEOPLE), "sheet1", lambda xml: xml.replace(b"<worksheet", entity))
    with contextlib.suppress(Unusable):
        assert all(len(table.read()) < 1000 for table in tables(tmp_path, data))


def test_damaged_files_are_left_out_with_a_reason(tmp_path):
    data = workbook(People=PEOPLE)
    (tmp_path / "cut.xlsx").write_bytes(patched(data, "sheet1", lambda xml: xml[:300]))
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 not really")
    (tmp_path / "contacts.csv").write_text("name,email\nAnn,a@x.org\n", encoding="utf-8")
    summary = open_book(tmp_path, as_of="2026-11-16").summary.set_index("file")
    for name in ("cut.xlsx", "cut.parquet"):
        assert "it is damaged" in summary.loc[name, "note"]
    assert summary.loc["contacts.csv", "kept"] == 1


def parquet(frame, **options):
    out = io.BytesIO()
    pq.write_table(frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame), out, **options)
    return out.getvalue()


def test_parquet(tmp_path):
    frame = pd.DataFrame({
        "date": pd.to_datetime(["2026-07-01 10:00", "2026-07-02 00:00"]).tz_localize("Europe/Vienna"),
        "due_on": pd.to_datetime(["2026-07-09", None]),
        "name": ["Ann \"A\"\nLee", "Bo"],
        "channel": pd.Categorical(["call", "email"]),
        "direction": [None, "out"],
        "group_size": [2.0, np.nan],
        "tags": [["a", "b"], None],
        "score": [1.5, 2.0],
        "odd": [{"a": 1}, None],
    }, index=[7, 8])  # fmt: skip
    (table,) = tables(tmp_path, parquet(frame), "log.parquet")
    assert table.label == "log.parquet"
    (tmp_path / "book.toml").write_text("", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    first, second = book.interactions.to_dict("records")
    assert first["occurred_at"] == pd.Timestamp("2026-07-01 08:00", tz="UTC")
    assert (first["channel"], first["direction"], first["group_size"], first["tags"]) == (
        "call",
        "mutual",
        2,
        "a; b",
    )
    assert (first["due_on"], second["channel"], second["score"]) == (
        pd.Timestamp("2026-07-09"),
        "email",
        "2",
    )
    assert book.contacts["name"].tolist() == ['Ann "A" Lee', "Bo"]


@pytest.mark.parametrize("kind", [pa.list_, pa.large_list])
def test_a_list_keeps_what_stands_beside_an_empty_place(tmp_path, kind):
    lists = [["x", None, "y"], [None], None, [], ["z"]]
    frame = pa.table({"name": [*"abcde"], "tags": pa.array(lists, kind(pa.string()))})
    numbers = frame.append_column("n", pa.array([[1, None], [2], None, [3, 4], []], kind(pa.int64())))
    (table,) = tables(tmp_path, parquet(numbers), "t.parquet")
    found = pd.read_csv(io.BytesIO(table.read()), dtype=str, keep_default_na=False)
    assert found["tags"].tolist() == ["x; y", "", "", "", "z"]
    assert found["n"].tolist() == ["1", "2", "", "3; 4", ""]
    assert find_reader(table).name == "own contacts"


def test_the_canonical_tables_come_back(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "log.csv").write_text(
        "date,name,email,channel,tags\n2026-07-01 10:00,Ann,a@x.org,call,x\n"
    )
    book = open_book(tmp_path / "one", as_of="2026-11-16")
    (tmp_path / "two").mkdir()
    book.contacts.to_parquet(tmp_path / "two" / "contacts.parquet")
    book.interactions.to_parquet(tmp_path / "two" / "interactions.parquet")
    again = open_book(tmp_path / "two", as_of="2026-11-16")
    columns = ["event_id", "occurred_at", "channel", "direction", "tags"]
    pd.testing.assert_frame_equal(again.interactions[columns], book.interactions[columns])
    assert again.contacts["emails"].tolist() == ["a@x.org"]


@pytest.mark.slow
def test_a_parquet_bomb_is_refused(tmp_path):
    # Ten million rows of one value pack into one megabyte.
    value = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10_000_000, dtype="int32")), ["x" * 1000])
    data = parquet(pa.table({"name": value}))
    assert len(data) < 2_000_000
    with pytest.raises(Unusable, match="more than"):
        tables(tmp_path, data, "t.parquet")
    value = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, dtype="int32")), ["x"])
    with pytest.raises(Unusable, match="more than"):
        tables(tmp_path, parquet(pa.table({str(n): value for n in range(50)})), "t.parquet")


def test_a_hundred_thousand_rows_take_bounded_time(tmp_path):
    frame = pd.DataFrame({"name": "Ann", "date": "2026-01-01", "n": np.arange(100_000), "channel": "call"})
    (table,) = tables(tmp_path, parquet(frame), "t.parquet")
    assert table.read().count(b"\n") == 100_001


@given(cut=st.integers(0, 6000), noise=st.binary(max_size=20), kind=st.sampled_from(["xlsx", "parquet"]))
def test_any_damage_is_survived(tmp_path_factory, cut, noise, kind):
    data = workbook(People=PEOPLE) if kind == "xlsx" else parquet(pd.DataFrame({"name": ["Ann"] * 50}))
    with contextlib.suppress(LoadError):
        tables(tmp_path_factory.mktemp("c"), data[:cut] + noise + data[cut + len(noise) :], f"t.{kind}")


@given(
    at=st.integers(0, 2000),
    noise=st.binary(min_size=1, max_size=10),
    part=st.sampled_from(["sheet1", "sharedStrings", "styles", "workbook.xml"]),
)
def test_any_damage_within_is_survived(tmp_path_factory, at, noise, part):
    data = patched(
        workbook(People=PEOPLE), part, lambda xml: xml[: at % len(xml)] + noise + xml[at % len(xml) :]
    )
    with contextlib.suppress(LoadError):
        tables(tmp_path_factory.mktemp("c"), data)


def test_the_process_outlives_a_hostile_workbook(tmp_path):
    """The abort that `_harmless` prevents cannot be caught: here it would end another process than this one."""
    data = patched(workbook(People=PEOPLE), "sheet1", lambda xml: xml.replace(b"</sheetData>", FAR))
    (tmp_path / "far.xlsx").write_bytes(data)
    code = "import pathlib, sys, networkscope.importers as s; print(s.walk(pathlib.Path(sys.argv[1]))[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "delete what is far" in done.stdout) == (0, True)
