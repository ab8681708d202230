"""Is somebody who was forgotten gone, does nobody else go with them, and is it said what is left?"""

import json
import shutil

import pytest
from click.testing import CliRunner

import networkscope as ns
from networkscope.cli import main as cli
from networkscope.sharing.pseudonyms import read_key

AS_OF = "2026-11-18"
CONTACTS = """name,email,phone,company,circle,introduced_by,notes
Ana Zqlee,ana@zqfirm.example,+43 1 7700900,Zqfirm,quilting,,
Bo Ek,bo@b.example,,Acme,choir,Ana Zqlee,knows ana@zqfirm.example
Cy Om,cy@c.example,,Acme,choir,,
Di Um,di@d.example,,Acme,choir,,
"""
TOUCHES = """contact,email,occurred_at,channel,direction,purpose,subject,notes
Bo Ek,,2026-09-01 10:00,email,outbound,advice_ask,About Ana Zqlee,he wrote to ana@zqfirm.example
Ana Zqlee,,2026-09-02 10:00,email,outbound,advice_ask,Hello,
Bo Ek; Ana Zqlee,,2026-09-03 10:00,meeting,mutual,catch_up,Lunch,
,ana@zqfirm.example,2026-09-04 10:00,email,inbound,reply,Answer,
"""
PAGE = '<html data-book="book"><meta name="share" content="private"><p>Ana Zqlee</p>'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "book"
    (folder / "exports").mkdir(parents=True)
    (folder / "contacts.csv").write_text(CONTACTS)
    (folder / "interactions.csv").write_text(TOUCHES)
    (folder / "book.toml").write_text('[owner]\nname = "Zo Person"\nemails = ["zo@home.example"]\n')
    return folder


def run(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def forgotten(folder, *options):
    done = run("forget", folder, "Ana Zqlee", "--yes", *options)
    assert done.exit_code == 0, done.output
    return done


def names(folder):
    return set(ns.open_book(folder, as_of=AS_OF).contacts["name"].dropna())


@pytest.mark.parametrize(
    "row",
    ["name,phone\nAna Zqlee,+43 1 5550001\n", "name,email\nAna Zqlee,new@new.example\n",
     'name,email\n"Zqlee, Ana",n@n.example\n', "name,company\nÁna Zqlee,Elsewhere\n",
     "name,email\nSomebody,ana@zqfirm.example\n", "name,phone\nX Y,+4317700900\n"],
)  # fmt: skip
def test_who_was_forgotten_does_not_come_back_with_a_new_number_or_address(folder, row):
    forgotten(folder)
    (folder / "exports" / "again.csv").write_text(row)
    book = ns.open_book(folder, as_of=AS_OF)
    assert set(book.contacts["name"].dropna()) == {"Bo Ek", "Cy Om", "Di Um"}
    line = book.summary.set_index("file").loc["exports/again.csv"]
    assert line["rejected"] == 1
    assert "asked to forget" in line["reasons"]


def test_one_word_keeps_out_only_rows_that_have_nothing_else(folder):
    (folder / "contacts.csv").write_text("name,email\nZoë,zoe@z.example\n山田太郎,y@y.example\n")
    (folder / "interactions.csv").unlink()
    for name in ("Zoë", "山田太郎"):
        assert run("forget", folder, name, "--yes").exit_code == 0
    (folder / "exports" / "again.csv").write_text("name,email\nZoë,other@o.example\n山田太郎,n@n.example\n")
    assert names(folder) == {"Zoë"}


def test_a_namesake_known_before_stays(folder):
    with (folder / "contacts.csv").open("a") as file:
        file.write("Ana Zqlee,other@o.example,,Acme,choir,,\n")
    done = run("forget", folder, "ana@zqfirm.example", "--yes")
    assert done.exit_code == 0, done.output
    assert "Ana Zqlee" in names(folder)
    (folder / "exports" / "again.csv").write_text("name,email\nAna Zqlee,other@o.example\n")
    assert "Ana Zqlee" in names(folder)


def test_touches_and_contacts_of_others_stay_and_are_named(folder):
    done = forgotten(folder)
    assert (folder / "interactions.csv").read_text().splitlines()[1:] == [
        "Bo Ek,,2026-09-01 10:00,email,outbound,advice_ask,About Ana Zqlee,he wrote to ana@zqfirm.example",
        "Bo Ek,,2026-09-03 10:00,meeting,mutual,catch_up,Lunch,",
    ]
    assert "Bo Ek,bo@b.example,,Acme,choir,,knows ana@zqfirm.example" in (folder / "contacts.csv").read_text()
    said = (
        "still named in notes, subjects or settings, for you to look at: contacts.csv:2, interactions.csv:2"
    )
    assert said in done.stderr
    assert "not looked at: pages that you wrote to other folders" in done.stderr


def test_a_name_in_two_columns_is_taken_out(folder):
    (folder / "contacts.csv").write_text("first name,last name,email\nAna,Zqlee,\nBo,Ek,bo@b.example\n")
    forgotten(folder)
    assert (folder / "contacts.csv").read_text() == "first name,last name,email\nBo,Ek,bo@b.example\n"


def test_a_name_never_to_be_shared_is_passed_over_once_forgotten(folder):
    with (folder / "book.toml").open("a") as file:
        file.write('[share]\nnever = ["Ana Zqlee", "Cy Om"]\n')
    done = forgotten(folder)
    assert "the name is in book.toml, [share] never" in done.stderr
    book = ns.open_book(folder, as_of=AS_OF)
    assert book.settings.share_never == ("Cy Om",)
    assert len(book.at().redact("coach").contacts) == 2


def test_pages_in_and_outside_of_the_book_are_found(folder, tmp_path):
    places = [folder / "for Bo", folder / "reports" / "2026-W46", tmp_path / "reports", tmp_path / "given"]
    for place in places:
        place.mkdir(parents=True)
        (place / "reach.html").write_text(PAGE)
    (folder / "for Bo" / "page of others.html").write_text("<p>Ana Zqlee</p>")
    (places[1] / "manifest.json").write_text("{}")
    (folder / "reports" / "index.html").write_text('<a href="2026-W46/index.html">2026-W46</a>')
    done = forgotten(folder, "--pages", tmp_path / "given")
    assert [(place / "reach.html").exists() for place in places] == [False, False, True, False]
    assert (folder / "for Bo" / "page of others.html").exists()
    assert "(--pages reports deletes them): reports/reach.html" in done.stderr
    weeks = (folder / "reports" / "index.html").read_text()
    assert "2026-W46" in weeks
    assert "2026-W46/index.html" not in weeks


def test_a_name_that_a_chart_writes_in_escapes_is_found(folder):
    (folder / "contacts.csv").write_text(CONTACTS.replace("Ana Zqlee", "Ána Zqlee"))
    (folder / "reports").mkdir()
    page = folder / "reports" / "map.html"
    page.write_text(PAGE.replace("Ana", "\\u00c1na"))
    done = run("forget", folder, "Ána Zqlee", "--yes")
    assert done.exit_code == 0, done.output
    assert not page.exists()


def test_groups_of_nobody_else_leave_the_key_of_shared_pages(folder):
    ns.open_book(folder, as_of=AS_OF).at().redact("public")
    assert "zqfirm.example" in read_key(folder).small["domain"]
    forgotten(folder)
    kept = json.loads((folder / ".networkscope" / "share.json").read_text())
    assert "zqfirm" not in json.dumps(kept)
    assert "quilting" not in json.dumps(kept)
    assert "acme" in json.dumps(kept)


def test_somebody_forgotten_cannot_be_noted_as_new_until_let_in_again(folder):
    forgotten(folder)
    before = (folder / "interactions.csv").read_bytes()
    for words in (["Ana Zqlee", "--new"], ["Bo Ek", "--named", "Ana Zqlee"], ["ana@zqfirm.example", "--new"]):
        done = run("log", folder, *words, "--channel", "call")
        assert done.exit_code == 2
        assert "was forgotten and is kept out of this book, so nothing was noted" in done.stderr
    assert (folder / "interactions.csv").read_bytes() == before
    assert run("forget", folder, "Nobody Atall", "--undo").exit_code == 2
    done = run("forget", folder, "Ana Zqlee", "--undo")
    assert (done.exit_code, done.stdout.partition(":")[0]) == (0, "no longer kept out")
    assert run("log", folder, "Ana Zqlee", "--new", "--channel", "call").exit_code == 0
    shutil.copy(folder / "contacts.csv", folder / "exports" / "more.csv")
    (folder / "exports" / "again.csv").write_text("name,email\nAna Zqlee,ana@zqfirm.example\n")
    assert "Ana Zqlee" in names(folder)


def test_a_list_as_it_was_once_kept_still_keeps_out(folder):
    """Before each person's keys were kept together, all stood in one list."""
    run("forget", folder, "Ana Zqlee", "--yes")
    path = folder / ".networkscope" / "forgotten.json"
    content = json.loads(path.read_text())
    keys = [key for person in content.pop("people") for key in person]
    path.write_text(json.dumps(content | {"keys": keys}))
    (folder / "contacts.csv").write_text(CONTACTS)
    assert "Ana Zqlee" not in set(ns.open_book(folder, as_of=AS_OF).contacts["name"])


def test_a_country_in_which_nobody_else_was_is_not_kept_in_the_key(folder):
    rows = CONTACTS.replace("notes\n", "notes,location\n", 1).splitlines()
    rows = [rows[0], rows[1] + ',"Zqstadt, Österreich"', *(f"{row},Lyon (France)" for row in rows[2:])]
    (folder / "contacts.csv").write_text("\n".join(rows) + "\n")
    ns.open_book(folder, as_of=AS_OF).at().redact("public")
    assert "austria" in read_key(folder).small["location"]
    run("forget", folder, "Ana Zqlee", "--yes")
    assert "austria" not in read_key(folder).small["location"]
