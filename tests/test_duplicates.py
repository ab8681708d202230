"""Pairs that may be one person: proposed with their evidence, never merged."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.people.duplicates import CROWD, duplicate_candidates


def contacts(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{"contact_id": str(number), **row} for number, row in enumerate(rows)])


def pairs(frame: pd.DataFrame, **options) -> list[list]:
    return duplicate_candidates(frame, **options)[["a_id", "b_id", "score", "evidence"]].values.tolist()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # 0.6 for the same name, 0.3 for the company
        ({"name": "Ana Lee", "organization": "Nord"}, {"name": "ANA LEE, MBA", "organization": "Nord GmbH"},
         [0.9, "same name; same company"]),
        ({"name": "Ana Lee"}, {"name": "Ana Lee"}, [0.6, "same name"]),
        ({"name": "José Núñez"}, {"name": "Nunez Jose"}, [0.5, "name in other words"]),
        ({"name": "Bob Ek", "location": "Wien"}, {"name": "Robert Ek", "location": "Wien"},
         [0.6, "name in other words; same place"]),
        ({"name": "Chris Ek"}, {"name": "Christopher Ek"}, [0.5, "name in other words"]),
        ({"name": "Ek, Christina"}, {"name": "Chris Ek"}, [0.5, "name in other words"]),
        ({"name": "Alex Ek"}, {"name": "ALEX EK"}, [0.6, "same name"]),
        ({"name": "Alex Lee", "organization": "X"}, {"name": "A. Lee", "organization": "X"},
         [0.7, "initials; same company"]),
        ({"name": "Chris Kowalczyk", "organization": "X"}, {"name": "Christopher Kowalcyk", "organization": "X"},
         [0.7, "one letter differs; same company"]),
        ({"name": "A. Lee", "emails": "al@nord.example"}, {"name": "Ana Lee", "emails": "ana@nord.example"},
         [0.7, "initials; same mail domain"]),
        ({"name": "Ana Kowalczyk", "organization": "X"}, {"name": "Ana Kowalcyk", "organization": "X"},
         [0.7, "one letter differs; same company"]),
    ],
)  # fmt: skip
def test_likeness_that_is_proposed(one, other, expected):
    assert pairs(contacts(one, other)) == [["0", "1", *expected]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "A. Lee", "emails": "a@gmail.com"}, {"name": "Ana Lee", "emails": "b@gmail.com"}),
        ({"name": "Ana Lee", "organization": "X"}, {"name": "Bea Lee", "organization": "X"}),
        ({"name": "Ana", "organization": "X"}, {"name": "Ana", "organization": "X"}),
        ({"name": "Christopher Ek", "organization": "X"}, {"name": "Christina Ek", "organization": "X"}),
        (
            {"name": "Ana Lee", "profiles": "linkedin.com/in/a"},
            {"name": "Ana Lee", "profiles": "linkedin.com/in/b"},
        ),
        ({"name": None}, {"name": None}),
    ],
)
def test_likeness_that_is_not_enough(one, other):
    assert pairs(contacts(one, other)) == []


def test_a_crowd_of_namesakes_is_compared_by_company():
    crowd = [{"name": "Ana Lee", "organization": f"Company {number}"} for number in range(CROWD + 3)]
    assert pairs(contacts(*crowd)) == []
    assert [
        pair[:2] for pair in pairs(contacts(*crowd, {"name": "Ana Lee", "organization": "Company 7"}))
    ] == [["7", str(CROWD + 3)]]


def test_pairs_decided_upon_do_not_come_back():
    frame = contacts({"name": "Ana Lee"}, {"name": "Ana Lee"}, {"name": "Ana Lee"})
    apart = pd.DataFrame({"a_id": ["1"], "b_id": ["0"]})
    assert [pair[:2] for pair in pairs(frame, apart=apart)] == [["0", "2"], ["1", "2"]]


def test_nobody():
    empty = duplicate_candidates(contacts({"name": "x"}).head(0))
    assert len(empty) == 0
    assert empty.dtypes.equals(
        duplicate_candidates(contacts({"name": "Ana Lee"}, {"name": "Ana Lee"})).dtypes
    )


NAMES = st.sampled_from(
    [
        "Ana Lee",
        "Lee Ana",
        "A Lee",
        "Bob Ek",
        "Robert Ek",
        "Anna Kowalczyk",
        "Anna Kowalczik",
        "Chris Ek",
        "Christina Ek",
        "Alex Chris",
    ]
)
ROWS = st.lists(st.tuples(NAMES, st.sampled_from(["X", "Y", None])), min_size=1, max_size=12)


@given(ROWS, st.randoms())
def test_the_order_of_rows_and_their_index_never_matter(rows, random):
    frame = contacts(*({"name": name, "organization": company} for name, company in rows))
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order]
    before = shuffled.copy(deep=True)

    def found(frame):
        table = duplicate_candidates(frame)
        assert not any(table["a_id"] == table["b_id"])
        pairs = [frozenset(pair) for pair in zip(table["a_id"], table["b_id"], strict=True)]
        assert len(pairs) == len(set(pairs))
        return set(zip(pairs, table["score"], table["evidence"], strict=True))

    assert found(frame) == found(shuffled)
    pd.testing.assert_frame_equal(shuffled, before)
