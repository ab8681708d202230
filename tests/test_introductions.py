"""Introductions by mail, each case small enough to draw on paper. The owner is never a row."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.book import open_book
from networkscope.importers.introductions import introductions

START = pd.Timestamp("2026-01-01", tz="UTC")


def mails(*rows):
    """Rows (event, day, thread, writer, others) as tables: the writer "me" is the owner, who is in every mail."""
    touches, beside = [], []
    for event, day, thread, writer, others in rows:
        at, size = START + pd.Timedelta(days=day), 1 + len({writer, *others} - {"me"})
        mine = writer == "me"
        for who in others if mine else [writer]:
            way = "outbound" if mine else "inbound"
            touches.append((f"e{event}", who, at, "email", way, thread, size, f"all.mbox:{event}"))
        beside += [] if mine else [(f"e{event}", other) for other in others]
    columns = [
        *("event_id", "contact_id", "occurred_at", "channel", "direction", "thread_id"),
        *("group_size", "source_ref"),
    ]
    return (
        schema.conform("interactions", pd.DataFrame(touches, columns=columns)),
        pd.DataFrame(beside, columns=["event_id", "contact_id"], dtype=schema.TEXT),
    )


def day(dates):
    return ((dates - START.tz_localize(None)).dt.days).tolist()


def found(*rows):
    result = introductions(*mails(*rows), timezone="UTC").sort_values("referred_id")
    people = result["referrer_id"], result["referred_id"]
    return [
        list(row) for row in zip(*people, day(result["given_on"]), day(result["contacted_on"]), strict=True)
    ]


INTRO = (1, 10, "t", "ann", ["bob"])


def test_an_introduction_that_the_owner_takes_up():
    assert found(INTRO, (2, 11, "t", "me", ["bob", "ann"])) == [["ann", "bob", 10, 11]]


def test_the_introduced_may_write_first():
    assert found(INTRO, (2, 11, "t", "bob", ["ann"]), (3, 15, "t", "me", ["bob"])) == [["ann", "bob", 10, 15]]


def test_thanks_to_the_introducer_alone_break_nothing():
    assert found(INTRO, (2, 11, "t", "me", ["ann"]), (3, 12, "t", "me", ["bob"])) == [["ann", "bob", 10, 12]]


def test_nobody_ever_follows():
    assert found(INTRO) == []
    assert found(INTRO, (2, 11, "t", "me", ["ann"])) == []
    assert found(INTRO, (2, 11, "elsewhere", "me", ["bob"])) == []


def test_whoever_was_known_before_is_not_introduced():
    later = (2, 11, "t", "me", ["bob"])
    assert found((0, 1, "s", "me", ["bob"]), INTRO, later) == []
    assert found((0, 1, "s", "bob", []), INTRO, later) == []


def test_being_in_one_cc_line_is_no_acquaintance():
    rows = ((0, 1, "s", "carl", ["bob"]), INTRO, (2, 11, "t", "me", ["bob"]))
    assert found(*rows) == [["ann", "bob", 10, 11]]


def test_a_thread_that_goes_on_without_the_new_person():
    assert found(INTRO, (2, 11, "t", "me", ["bob"]), (3, 12, "t", "carl", ["ann"])) == []


def test_two_at_once_and_a_crowd():
    later = (2, 11, "t", "me", ["bob", "carl", "ann"])
    two = found((1, 10, "t", "ann", ["bob", "carl"]), later)
    assert two == [["ann", "bob", 10, 11], ["ann", "carl", 10, 11]]
    assert found((1, 10, "t", "ann", ["bob", "carl", "dora"]), later) == []


def test_the_first_introduction_counts():
    rows = (INTRO, (2, 20, "u", "carl", ["bob"]), (3, 21, "t", "me", ["bob"]), (4, 22, "u", "me", ["bob"]))
    assert found(*rows) == [["ann", "bob", 10, 21]]


def test_no_answer_by_the_owner_leaves_the_contact_open():
    result = introductions(*mails(INTRO, (2, 11, "t", "bob", ["ann"])), timezone="UTC")
    assert result["contacted_on"].isna().tolist() == [True]


def test_no_mails_no_introductions():
    none = introductions(*mails(), timezone="UTC")
    assert none.empty
    assert none.dtypes.to_dict() == schema.empty("referrals").dtypes.to_dict()


def test_what_an_introduction_says_of_itself():
    row = introductions(*mails(INTRO, (2, 11, "t", "me", ["bob"])), timezone="UTC").iloc[0]
    assert (row["kind"], row["inferred"], row["source_ref"]) == ("person", True, "all.mbox:1")


def test_only_mail_is_looked_at():
    touches, beside = mails(INTRO, (2, 11, "t", "me", ["bob"]))
    call = touches.assign(channel="call", occurred_at=START, event_id="c", contact_id="bob").head(1)
    assert len(introductions(pd.concat([touches, call]), beside, timezone="UTC")) == 1
    assert introductions(touches.assign(channel="chat"), beside, timezone="UTC").empty


def test_mails_without_a_thread_have_nothing_in_common():
    touches, beside = mails(INTRO, (2, 11, "t", "me", ["bob"]))
    assert introductions(touches.assign(thread_id=None), beside, timezone="UTC").empty


PEOPLE = st.sampled_from(["ann", "bob", "carl", "dora"])
ROWS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from("tu"),
        PEOPLE | st.just("me"),
        st.lists(PEOPLE, unique=True, min_size=1),
    ),
    max_size=8,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_index_never_matter_and_every_row_keeps_the_definition(rows, random):
    tables = mails(
        *((n, at, thread, who, [o for o in to if o != who]) for n, (at, thread, who, to) in enumerate(rows))
    )
    before = [table.copy() for table in tables]
    result = introductions(*tables, timezone="UTC")
    shuffled = []
    for table, was in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, was)
        order = list(range(len(table)))
        random.shuffle(order)
        shuffled.append(table.iloc[order].set_axis(order))
    pd.testing.assert_frame_equal(introductions(*shuffled, timezone="UTC"), result)
    assert result["referred_id"].is_unique
    days = tables[0]["occurred_at"].dt.tz_localize(None)
    for row in result.itertuples():
        assert row.referrer_id != row.referred_id
        assert not ((tables[0]["contact_id"] == row.referred_id) & (days <= row.given_on)).any()


def test_a_mail_that_does_not_name_its_writer_is_survived():
    touches, beside = mails(INTRO, (2, 11, "t", "me", ["bob"]))
    assert introductions(touches.query("contact_id != 'ann'"), beside, timezone="UTC").empty


@pytest.mark.parametrize("size", [2, 5])
def test_the_size_of_the_group_decides(size):
    touches, beside = mails(INTRO, (2, 11, "t", "me", ["bob"]))
    assert introductions(touches.assign(group_size=size), beside, timezone="UTC").empty


def mbox(path, *rows):
    """Rows (id, day of January, from, to, answered id)."""
    mails = [
        f"From - Mon Jan  1 10:00:00 2024\nFrom: {sender}\nTo: {to}\nDate: {day} Jan 2024 23:30:00 +0000\n"
        f"Message-ID: <{own}@x>\nIn-Reply-To: {answered}\n\nbody\n\n"
        for own, day, sender, to, answered in rows
    ]
    path.write_text("".join(mails), encoding="utf-8")


ME, ANN, BOB = "me@own.example", "Ann <ann@x.example>", "Bob <bob@x.example>"
WHOLE = (("a", 1, ANN, f"{ME}, {BOB}", ""), ("b", 4, BOB, ME, "<a@x>"), ("c", 5, ME, BOB, "<b@x>"))


@pytest.mark.parametrize(
    "cut", [[WHOLE], [WHOLE[:1], WHOLE[1:]], [WHOLE[:2], WHOLE[2:]], [[one] for one in WHOLE]]
)
def test_an_introduction_in_a_book_in_however_many_files_its_mails_lie(tmp_path, cut):
    (tmp_path / "book.toml").write_text(f"[owner]\nemails = ['{ME}']\n[time]\ntimezone = 'Europe/Vienna'\n")
    for number, rows in enumerate(cut):
        mbox(tmp_path / f"{number}.mbox", *rows)
    book = open_book(tmp_path, as_of="2026-11-16")
    row = book.referrals.iloc[0]
    name = book.contacts.set_index("contact_id")["name"]
    assert (name[row["referrer_id"]], name[row["referred_id"]]) == ("Ann", "Bob")
    assert row["given_on"] == pd.Timestamp("2024-01-02")  # half past midnight in Vienna
    assert row["contacted_on"] == pd.Timestamp("2024-01-06")
    assert (row["kind"], row["inferred"], row["source"], row["source_ref"]) == (
        "person",
        True,
        "mail",
        "0.mbox:0",
    )
    assert (book.summary["rows_read"] == book.summary["kept"]).all()
    assert book.interactions["thread_id"].nunique() == 1  # whatever file a mail lies in that another answers
