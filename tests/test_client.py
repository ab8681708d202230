"""networkscope.automation.client: how one client is doing, by hand-worked counts."""

import pytest

from networkscope import open_book
from networkscope.automation.client import client_figures, does_well, main, why_stuck, write_client

LOG = """contact,occurred_at,channel,direction,purpose,due_on
Ana Lee,2026-09-25,call,mutual,catch_up,
Bo Ek,2026-10-01,call,mutual,catch_up,
Bo Ek,2026-10-25,call,mutual,catch_up,
Cy Fox,2026-11-02,email,outbound,update,
Ana Lee,2026-10-10,,outbound,promise,2026-10-12
"""
NAMES = "referrer,referred,given_on\nBo Ek,Di Ma,2026-10-01\nBo Ek,Ed Su,2026-10-25\n"


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text("[time]\ntimezone = 'UTC'\n")
    (tmp_path / "interactions.csv").write_text(LOG)
    (tmp_path / "referrals.csv").write_text(NAMES)
    return tmp_path


def test_the_counts_of_four_weeks_and_of_the_four_before(book):
    """As of 16 November: four weeks begin on 19 October, the four before on 21 September."""
    figures = client_figures(open_book(book, as_of="2026-11-16").at())
    assert figures["silent_days"] == 14
    assert (figures["conversations"], figures["conversations_before"]) == (1, 2)
    assert (figures["names"], figures["names_before"]) == (1, 1)
    assert figures["overdue_count"] >= 1
    assert figures["due_before"] >= 1, "the promise was due on 12 October"
    assert all(value is None or isinstance(value, int) for value in figures.values()), (
        "they can be written as JSON"
    )


def test_a_book_in_which_nothing_happened(tmp_path):
    (tmp_path / "book.toml").write_text("")
    (tmp_path / "contacts.csv").write_text("name,email\nAna Lee,ana@example.org\n")
    figures = client_figures(open_book(tmp_path, as_of="2026-11-16").at())
    assert (figures["silent_days"], figures["conversations"]) == (None, 0)
    assert why_stuck(figures) == ["No contact is on record."]


USUAL = {
    "silent_days": 3, "overdue_count": 2, "due_before": 2, "conversations": 5, "conversations_before": 5,
    "names": 4, "names_before": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "stuck", "well"),
    [
        ({}, 0, True),
        ({"silent_days": 13}, 0, True),
        ({"silent_days": 14}, 1, False),
        ({"overdue_count": 7, "due_before": 0}, 0, False),
        ({"overdue_count": 9, "due_before": 6}, 1, False),
        ({"overdue_count": 9, "due_before": 7}, 0, False),
        ({"names": 2}, 0, True),  # half as many
        ({"names": 1}, 1, False),
        ({"names": 1, "conversations_before": 2}, 0, True),  # too few to tell
        ({"conversations": 3}, 0, False),
    ],
)
def test_who_is_stuck_and_who_does_well(change, stuck, well):
    figures = USUAL | change
    assert (len(why_stuck(figures)), does_well(figures)) == (stuck, well)


def test_a_book_that_cannot_be_read_is_said_in_one_line(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "out"), "2026-11-16", "coach"]) == 2
    assert capsys.readouterr().err == "the book 'nowhere' is not a folder any more\n"
    assert not (tmp_path / "out").exists()


def test_who_is_never_shared_is_in_no_count_and_the_silence_in_whole_weeks(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    (book / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction,purpose,due_on\n"
        "Ana Lee,2026-11-02,call,mutual,catch_up,\n"
        "Bo Ek,2026-11-07,call,mutual,catch_up,\n"
        "Bo Ek,2026-11-08,email,outbound,promise,2026-11-10\n"
    )
    (book / "book.toml").write_text('[share]\nnever = ["Bo Ek"]\n')
    said = write_client(book, tmp_path / "out", "2026-11-16", "coach")
    assert (said["level"], said["figures"]["overdue_count"], said["figures"]["conversations"]) == (
        "counts",
        0,
        1,
    )
    assert said["figures"]["silent_days"] == 14
