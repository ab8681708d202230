"""Two contacts are one person, or are not, by one command; and that is taken back by another."""

import pytest
from click.testing import CliRunner

from networkscope import open_book
from networkscope.cli.main import main


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text("")
    (tmp_path / "contacts.csv").write_text(
        "name,email,phone,company\n"
        "Ana Lee,ana@x.example,,Nord\nAna Lee,ana@y.example,,Nord\nCy Fox,,,Ost\n"
        "Di Ma,di@x.example,+43664111111,\nEd Po,ed@x.example,+43664111111,\n"
    )
    return tmp_path


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def people(book):
    contacts = open_book(book).contacts
    return sorted(cell for cell in contacts["emails"].dropna())


def test_merge_makes_one_and_undo_two_again(book):
    before = people(book)
    assert "merge" in run("duplicates", book).stdout
    said = run("merge", book, "ana@x.example", "ANA@y.example").stdout
    assert said == "aliases.csv:2  Ana Lee: one person now\n"
    assert "ana@x.example; ana@y.example" in people(book)
    assert run("duplicates", book).stdout == ""
    assert "one person already" in run("merge", book, "ana@x.example", "ana@y.example", code=2).stderr
    run("undo", book)
    assert people(book) == before
    assert not (book / "aliases.csv").exists()


def test_part_keeps_two_apart_for_good(book):
    run("part", book, "ana@x.example", "ana@y.example")
    assert run("duplicates", book).stdout == ""
    error = run("merge", book, "ana@x.example", "ana@y.example", code=2).stderr
    assert "aliases.csv:2 says 'not the same'" in error
    assert "nothing was written" in error
    assert (book / "aliases.csv").read_text() == "a,b,decision\nana@x.example,ana@y.example,not the same\n"


def test_a_merge_is_parted_by_the_keys_that_it_joined(book):
    with (book / "contacts.csv").open("a") as table:
        table.write(
            "Flo Ra,flo@x.example,+43664222222,West\nFlo Ra,,+43664222222,\nFlo Ra,fr@y.example,+43664222222,\n"
        )
    assert "flo@x.example; fr@y.example" in people(book)
    run("part", book, "FLO@x.example", "fr@y.example")
    assert "flo@x.example; fr@y.example" not in people(book)
    run("undo", book)
    assert "flo@x.example; fr@y.example" in people(book)


def test_what_cannot_be_decided_is_refused_and_nothing_is_written(book):
    for a, b, why in (
        ("Ana Lee", "Cy Fox", "2 contacts fit"),
        ("Cy Fox", "Cy Fox", "same person"),
        ("Nobody", "Cy Fox", "no contact fits"),
        ("+43664111111", "Cy Fox", "contacts fit"),
    ):
        assert why in run("merge", book, a, b, code=2).stderr
    assert not (book / "aliases.csv").exists()


def test_by_name_where_a_name_is_of_one_alone(book):
    run("merge", book, "Cy Fox", "Di Ma")
    assert {"Cy Fox", "Di Ma"} & set(open_book(book).contacts["name"]) in ({"Cy Fox"}, {"Di Ma"})


def test_two_whom_only_notes_name(book):
    (book / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction\nJo Ax; Kim Po,2026-01-01,call,mutual\n"
    )
    count = len(open_book(book).contacts)
    run("merge", book, "Jo Ax", "Kim Po")
    assert len(open_book(book).contacts) == count - 1
