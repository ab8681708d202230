"""networkscope.book.exports: which exports have grown old."""

import pytest

from networkscope import open_book
from networkscope.book.exports import old_exports

CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
CONNECTIONS += "Ana,Lee,https://www.linkedin.com/in/ana,,X,Y,05 Oct 2026\n"


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text("[owner]\nprofiles = ['https://www.linkedin.com/in/me']\n")
    return tmp_path


def test_the_newest_day_tells_how_old_it_is(book):
    (book / "Connections.csv").write_text(CONNECTIONS)
    assert old_exports(open_book(book, as_of="2026-11-04")) == []
    (said,) = old_exports(open_book(book, as_of="2026-11-17"))
    assert said == (
        "LinkedIn: 43 days old; get a new one: Settings & Privacy → Data privacy → Get a copy of your data → "
        "the larger archive."
    )


def test_the_day_in_its_name_counts_where_it_is_later(book):
    folder = book / "Basic_LinkedInDataExport_11-15-2026"
    folder.mkdir()
    (folder / "Connections.csv").write_text(CONNECTIONS)
    assert old_exports(open_book(book, as_of="2026-12-01")) == []
    assert old_exports(open_book(book, as_of="2026-12-20"))[0].startswith("LinkedIn: 35 days old")


def test_what_is_dated_later_than_the_as_of_is_not_known_then(book):
    (book / "Connections.csv").write_text(CONNECTIONS)
    assert old_exports(open_book(book, as_of="2026-01-01")) == []


def test_a_book_without_exports(book):
    (book / "interactions.csv").write_text("contact,occurred_at\nAna Lee,2020-01-01\n")
    assert old_exports(open_book(book, as_of="2026-11-17")) == []
