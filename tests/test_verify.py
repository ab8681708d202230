"""Does the search of a page find what its level forbids, in whatever form, and nothing else?"""

import base64
import json
import shutil
import stat
import struct
import unicodedata
import zlib

import nbformat
import pytest
from click.testing import CliRunner

import networkscope as ns
from networkscope.cli import main as cli
from networkscope.errors import LoadError, ReportError
from networkscope.reports.html import own_scripts
from networkscope.reports.weekly import report
from networkscope.sharing.pseudonyms import read_key
from networkscope.sharing.verify import Search

AS_OF = "2026-11-18"
NAME, PLAIN = "Jean-Luc de Zqlà Fontaine", "Jean-Luc de Zqla Fontaine"
PEOPLE = f"""name,email,phone,company,title,circle,location,notes,tags
{NAME},jl@zqfirm.example,,Zqfirm Analytics GmbH,Zqchief,{NAME},"Zqtown, Austria",told us over lunch that it failed,
Ana Zqlee,ana@gmail.com,,Apple,CTO,choir,"Zqtown, Austria",met in September 2026,
May,may@m.example,,Target,CTO,choir,"Zqtown, Austria",16 Nov 2026,
Bea Zqbel,bea@b.example,,Level Public,,choir,,as last week,
山田太郎,yamada@y.example,,,,squash,,You have been in touch with,
Cy Zqcyl,cy@c.example,,,,squash,,,
"""
TOUCHES = """contact,occurred_at,channel,direction,purpose,subject
Ana Zqlee,2026-09-01 10:00,email,outbound,advice_ask,Nov 2026
Ana Zqlee,2026-09-08 10:00,email,outbound,advice_ask,Who gave you names
Ana Zqlee,2026-09-09 10:00,email,outbound,advice_ask,The plan for moving into the zebra house
"""
REFERRALS = """referrer,referred,organization,opening,kind,given_on,outcome
Ana Zqlee,Bea Zqbel,Zqhost Ltd,Head of zebra care at night,person,2026-09-02,open
"""
BOOK = """[owner]
name = "Zqowner Person"
emails = ["owner@zqhome.example"]
phones = ["+43 1 5550001"]
profiles = ["https://www.linkedin.com/in/zqowner-1"]
[targets]
companies = ["Zqtarget Labs"]
titles = ["Zebra Keeper"]
locations = ["Zqberg"]
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "Zqfolder of mine"
    folder.mkdir()
    for name, text in (("contacts.csv", PEOPLE), ("interactions.csv", TOUCHES), ("referrals.csv", REFERRALS)):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    return ns.open_book(folder, as_of=AS_OF)


@pytest.fixture
def found(book, tmp_path):
    def found(content, level="public", name="page.html"):
        page = tmp_path / name
        page.write_text(f'<meta name="share" content="{level}">{content}', encoding="utf-8")
        return {(hit.what, hit.text) for hit in Search(book).page(page)}

    return found


def chart(value):
    return f'<script type="application/json">{json.dumps(value)}</script>'


def test_a_circle_called_like_a_person_does_not_hide_the_name(found):
    assert ("a name", NAME) in found(f"<td>{NAME}</td>")
    assert ("a name", NAME) in found(f"<p>Thanks to {NAME}.</p>")


def test_small_circles_are_searched_and_large_ones_may_fill_a_cell(found):
    assert found("<td>choir</td>") == set()
    assert ("a circle", "squash") in found("<td>squash</td>")
    assert ("a circle", "choir") in found("<td>choir</td>", "counts")


@pytest.mark.parametrize(
    "content",
    [
        "<p>Jean-Luc de <b>Zqla</b> Fontaine</p>",
        f"<p><span>{PLAIN.replace(' ', '</span><span>')}</span></p>",
        f"<svg><text>{PLAIN.replace(' ', '</text><text>')}</text></svg>",
        f"<svg><text><tspan>{PLAIN.replace(' ', '</tspan><tspan>')}</tspan></text></svg>",
        f"<p>{unicodedata.normalize('NFD', NAME)}</p>",
        "<p>Jean-Luc de Zqla Fo\u200bnt\u00adaine</p>",
        f"<p>{PLAIN}</p>",
        f"<p id='{PLAIN.replace(' ', '_')}'></p>",
        f"<p class='{PLAIN.replace(' ', '-')}'></p>",
        f"<p style='--who: {PLAIN}'></p>",
        f"<style>p::after {{ content: '{PLAIN}' }}</style>",
        "<p>Fontaine, Jean-Luc de Zqla</p>",
        "<p>Jean-Luc Fontaine</p>",
        "<td>Fontaine</td>",
        f"<td>{PLAIN}<td>something",
        f"<table><tr><td>{PLAIN}<table><tr><td>x</td></tr></table></td></tr></table>",
    ],
)
def test_a_full_name_is_found_however_it_is_written(found, content):
    assert ("a name", NAME) in found(content)


def test_other_orders_and_scripts(found):
    assert ("a name", "Ana Zqlee") in found("<p>Zqlee, Ana</p>")
    assert ("a name", "Ana Zqlee") in found("<td>Zqlee</td>")
    assert ("a name", "山田太郎") in found("<p>昨日山田太郎さんに会いました</p>")
    assert ("a name", "山田太郎") in found("<td>山田太郎</td>")
    assert found("<p>Zqlee</p>") == set()


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a name", "<td>May</td>"),
        ("a name", '<img alt="May">'),
        ("a company", "<td>Apple</td>"),
        ("a company", "<td>Target</td>"),
        ("a title", "<td>CTO</td>"),
        ("a company", chart({"x": ["Apple"]})),
        ("a name", chart({"hover": ["May<br>last contact"]})),
    ],
)
def test_a_word_that_is_also_a_name_is_found_where_it_fills_a_piece_of_data(found, what, content):
    assert what in {kind for kind, _ in found(content)}


def test_words_in_sentences_are_no_names(found):
    assert found("<p>May we apple target the CTO?</p><td>May 2026</td>") == set()


@pytest.mark.parametrize(
    "text",
    ["16 Nov 2026", "met in September 2026", "Nov 2026", "Who gave you names", "as last week",
     "You have been in touch with 3 of 5 contacts", "Shared, level “public”."],
)  # fmt: skip
@pytest.mark.parametrize("level", ["coach", "public", "counts"])
def test_what_our_pages_say_is_no_find_though_a_note_says_it_too(found, text, level):
    assert found(f"<p>{text}</p><small>{text}</small>", level) == set()


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a phone number", "<p>+43 1 5550001</p>"),
        ("a profile", "<p>linkedin.com/in/zqowner-1</p>"),
        ("an address", "<p>owner@zqhome.example</p>"),
        ("the name of the book's folder", "<p>Zqfolder of mine</p>"),
        ("a company", "<td>Zqhost Ltd</td>"),
        ("a company", "<td>Zqhost</td>"),
        ("a company", "<p>Zqfirm Analytics</p>"),
        ("an opening", "<p>Head of zebra care at night</p>"),
        ("a title", "<td>Zebra Keeper</td>"),
        ("a place", "<td>Zqberg</td>"),
        ("a place", "<td>Zqtown</td>"),
        ("a note", "<p>told us over lunch that</p>"),
        ("a subject", "<p>moving into the zebra house</p>"),
        ("a domain", "<p>zqfirm.example</p>"),
    ],
)
def test_every_kind_of_text_of_the_book_is_searched(found, what, content):
    assert what in {kind for kind, _ in found(content)}


def test_ordinary_words_as_names_companies_and_notes_are_no_find_on_our_pages(tmp_path, book):
    names = ("Level Public", "May Day", "Will Open", "Mark Call", "Person Smith", "Rose Answer", "Art Reach")
    firms = ("Apple", "Target", "Open", "Reach plc", "Signal", "Email GmbH", "Other")
    notes = ("call back", "asked for advice", "a name is due a week after it was given", "write first to",
             "as of 16 Nov 2026", "not now", "ask again in 30 days")  # fmt: skip
    lines = [f"{a},{b},Manager,{c}" for a, b, c in zip(names, firms, notes, strict=True)]
    folder = tmp_path / "network"
    folder.mkdir()
    (folder / "contacts.csv").write_text("\n".join(["name,company,title,notes", *lines]) + "\n")
    (folder / "book.toml").write_text(BOOK)
    ordinary = Search(ns.open_book(folder, as_of=AS_OF), own_scripts())
    for level in ("coach", "public", "counts"):
        page = report("target_companies", book.folder, as_of=AS_OF, output=tmp_path, share=level)
        assert ordinary.page(page) == []


def test_ids_and_the_names_of_files_are_searched(book, found):
    assert "an id" in {kind for kind, _ in found(f"<p>{book.contacts['contact_id'].iat[0]}</p>")}
    assert ("a name", NAME) in found("<p>x</p>", name=f"{PLAIN}.public.html")
    assert "a domain" not in {kind for kind, _ in found("<p>gmail.com</p>")}


@pytest.mark.parametrize(
    "text",
    ["17.11.2026", "11/17/2026", "November 17, 2026", "17 Nov", "17\u00a0Nov 2026", "20261117", "silent 45 days",
     "2026-11-16T09:17:00", "2026-11-17", "17th of November", "17 NOV 2026", "2026/11/17", "17-11-2026"],
)  # fmt: skip
def test_days_are_found_in_every_form(found, text):
    assert "a day" in {kind for kind, _ in found(f"<p>It was {text}.</p>")}
    assert "a day" in {kind for kind, _ in found(f"<script>var x = '{text}'</script>")}
    assert "a day" not in {kind for kind, _ in found(f"<p>It was {text}.</p>", "coach")}


def test_days_as_numbers_are_found(found):
    tuesday, monday = 1_794_909_600_000, 1_794_787_200_000
    packed = [base64.b64encode(struct.pack("<2d", x, monday)).decode() for x in (tuesday, monday)]
    for value, is_day in ((tuesday, True), (monday, False)):
        assert ("a day" in {kind for kind, _ in found(chart({"x": [value]}))}) is is_day
    assert "a day" in {kind for kind, _ in found(chart({"x": {"dtype": "f8", "bdata": packed[0]}}))}
    assert found(chart({"x": {"dtype": "f8", "bdata": packed[1]}})) == set()


@pytest.mark.parametrize(
    "text", ["16 Nov 2026", "2026-11-16", "16.11.2026", "November 16, 2026", "silent 42 days", "May 2026"]
)
def test_a_monday_and_whole_weeks_are_no_days(found, text):
    assert found(f"<p>It was {text}.</p>") == set()


def packed_in(way, secret):
    content, codes = secret.encode(), struct.pack(f"<{len(secret)}d", *map(ord, secret))
    deflate = zlib.compressobj(wbits=-15)
    ways = {
        "escapes": "<script>var a = '" + "".join(f"\\u{{{ord(c):x}}}" for c in secret) + "'</script>",
        "deflate": f"<i title='{base64.b64encode(deflate.compress(content) + deflate.flush()).decode()}'></i>",
        "utf-16": f"<i title='{base64.b64encode(secret.encode('utf-16-le')).decode()}'></i>",
        "lines": "<pre>" + "\n".join(
            base64.encodebytes(b"x" * 8 + b" " + content).decode()[i : i + 20] for i in range(0, 60, 20)
        ) + "</pre>",
        "json in json": chart({"a": json.dumps({"b": json.dumps([secret])})}),
        "bytes": chart({"a": {"dtype": "u1", "bdata": base64.b64encode(content).decode()}}),
        "codes": chart({"a": {"dtype": "f8", "bdata": base64.b64encode(codes).decode()}}),
        "twice escaped": f"<a href='{secret.replace(' ', '%2520')}'>x</a>",
    }  # fmt: skip
    return ways[way]


@pytest.mark.parametrize(
    "way", ["escapes", "deflate", "utf-16", "lines", "json in json", "bytes", "codes", "twice escaped"]
)
def test_packed_texts_are_found(found, way):
    assert ("a name", "Ana Zqlee") in found(packed_in(way, "Ana Zqlee"))


# The key


def test_a_key_that_others_may_read_is_closed_and_that_is_said(book, caplog):
    book.at().redact("public")
    path = book.folder / ".networkscope" / "share.json"
    path.chmod(0o666)
    read_key(book.folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "others could read .networkscope/share.json: now only you may" in caplog.text


@pytest.mark.parametrize("kept", [{"circle": "abc"}, {"circle": [1]}, ["abc"], {"circle": None}])
def test_a_key_file_that_is_not_as_it_was_written_is_refused(tmp_path, kept):
    (tmp_path / ".networkscope").mkdir()
    for kind in ("small", "named"):
        content = json.dumps({"key": "00" * 32, kind: kept})
        (tmp_path / ".networkscope" / "share.json").write_text(content)
        with pytest.raises(LoadError, match="is no key of shared pages"):
            read_key(tmp_path)


def test_a_failed_notebook_of_a_shared_run_stays_in_the_book(book, tmp_path):
    cells = [nbformat.v4.new_code_cell('book: str = ""\nas_of: str = ""', metadata={"tags": ["parameters"]}),
             nbformat.v4.new_markdown_cell("# Fail"), nbformat.v4.new_code_cell("raise ValueError('x')")]  # fmt: skip
    notebook, out = tmp_path / "fail.ipynb", tmp_path / "out"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    with pytest.raises(ReportError, match=r"as it stopped: .*reports/shared/failed/fail\.ipynb"):
        report(notebook, book.folder, as_of=AS_OF, output=out, share="public")
    assert list(out.rglob("*")) == []
    assert (book.folder / "reports" / "shared" / "failed" / "fail.ipynb").exists()


def test_every_command_takes_a_pseudonym_for_a_name(book, tmp_path):
    folder = shutil.copytree(book.folder, tmp_path / "copy")
    ns.open_book(folder, as_of=AS_OF).at().redact("public")
    people = read_key(folder).pseudonyms("person", book.contacts["contact_id"])
    ids = book.contacts.set_index("name")["contact_id"]
    one, other = (people[ids[name]] for name in ("Ana Zqlee", "Bea Zqbel"))

    def run(*words):
        done = CliRunner().invoke(cli.main, [words[0], str(folder), *words[1:]])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "Ana Zqlee" in run("who", one)
    assert "Ana Zqlee" in run("who", one.lower())
    assert "Ana Zqlee" in run("snooze", one)
    assert "Ana Zqlee" in run("never", one)
    assert "Ana Zqlee" in run("role", one, "friend")
    assert "Ana Zqlee" in run("part", one, other)
    run("log", one, "--channel", "call", "--named", other)
    assert (folder / "referrals.csv").read_text().splitlines()[-1].startswith("Ana Zqlee,Bea Zqbel,")
    assert "kept out from now on" in run("forget", one, "--yes")
    refused = CliRunner().invoke(cli.main, ["log", str(folder), other, "--new"])
    assert "leave out --new" in refused.stderr
    unknown = CliRunner().invoke(cli.main, ["who", str(folder), "Person AAAAAA"])
    assert "nobody in this book has the pseudonym" in unknown.stderr


def test_a_name_like_a_pseudonym_needs_no_key(tmp_path):
    (tmp_path / "contacts.csv").write_text("name,email\nAna Zqlee,ana@a.example\n")
    (tmp_path / "book.toml").write_text(BOOK)
    done = CliRunner().invoke(cli.main, ["who", str(tmp_path), "Person Smithson"])
    assert "nobody in this book is called so" in done.stderr
