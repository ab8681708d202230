"""Introductions by mail, each case small enough to draw on paper. The owner is never a row."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.sources.introductions import COLUMNS, introductions


def mails(*rows):
    """Rows (event, day, thread, writer, others): the writer "me" is the owner, who is in every mail."""
    takers = []
    for event, at, thread, writer, others in rows:
        size = 1 + len({writer, *others} - {"me"})
        people = [*([] if writer == "me" else [(writer, True)]), *((other, False) for other in others)]
        takers += [(event, who, at, thread, sent, writer == "me", size) for who, sent in people]
    return pd.DataFrame(takers, columns=COLUMNS)


def found(*rows):
    return introductions(mails(*rows))[["referrer", "referred", "at", "contacted_at"]].values.tolist()


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


def test_standing_in_one_cc_line_is_no_acquaintance():
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
    result = introductions(mails(INTRO, (2, 11, "t", "bob", ["ann"])))
    assert result["contacted_at"].isna().tolist() == [True]


def test_no_mails_no_introductions():
    assert introductions(mails()).empty
    assert list(introductions(mails())) == ["event", "referrer", "referred", "at", "contacted_at"]


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
    table = mails(
        *((n, at, thread, who, [o for o in to if o != who]) for n, (at, thread, who, to) in enumerate(rows))
    )
    before = table.copy()
    result = introductions(table)
    pd.testing.assert_frame_equal(table, before)
    order = list(range(len(table)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(introductions(table.iloc[order].set_axis(order)), result, check_dtype=False)
    assert result["referred"].is_unique
    touched = table[table["sent"] | table["outbound"]]
    for row in result.itertuples():
        assert row.referrer != row.referred
        assert not ((touched["person"] == row.referred) & (touched["at"] <= row.at)).any()


def test_a_mail_that_does_not_name_its_writer_is_survived():
    table = mails(INTRO, (2, 11, "t", "me", ["bob"])).query("person != 'ann'")
    assert introductions(table).empty


@pytest.mark.parametrize("size", [2, 5])
def test_the_size_of_the_group_decides(size):
    table = mails(INTRO, (2, 11, "t", "me", ["bob"]))
    assert introductions(table.assign(group_size=size)).empty
