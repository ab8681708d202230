import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from networkscope import identity, schema

LIST, MESSAGES = "linkedin connections", "linkedin messages"


def mentions(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{"source": LIST, "listed": True, **row} for row in rows])


def people(frame: pd.DataFrame, owner=()) -> list[int]:
    """The resolution as small numbers: mentions of one person share one, nobody is -1."""
    ids = identity.resolve(frame, owner).contact_ids
    return pd.factorize(ids)[0].tolist()


def test_an_address_joins_whatever_the_name():
    frame = mentions(
        {"name": "Ana Lee", "emails": "ana@x.example"},
        {"name": "Ana Lee-Smith", "emails": "Ana@X.example; ana.home@y.example"},
        {"name": "Ana Lee"},
    )
    assert people(frame) == [0, 0, 1]


def test_keys_join_transitively():
    frame = mentions(
        {"name": "A", "emails": "a@x.example"},
        {"name": "A", "emails": "a@x.example", "profiles": "https://www.linkedin.com/in/a"},
        {"name": "A", "profiles": "linkedin.com/in/A/", "phones": "+4312345"},
        {"name": "A", "phones": "+4312345"},
    )
    assert people(frame) == [0, 0, 0, 0]
    contacts = identity.resolve(frame).contacts
    assert contacts.loc[0, ["emails", "profiles", "phones"]].tolist() == [
        "a@x.example",
        "linkedin.com/in/a",
        "+4312345",
    ]


def test_two_entries_of_lists_with_one_name_stay_two():
    frame = mentions(
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a1", "organization": "X"},
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a2", "organization": "X"},
    )
    assert people(frame) == [0, 1]


def test_a_bare_name_refers_to_the_only_one_of_that_name():
    frame = mentions(
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a"},
        {"name": "ana  lee", "source": "own interactions", "listed": False},
        {"name": "Bo Ek", "source": "own interactions", "listed": False},
        {"name": "Bo Ek", "source": "own referrals", "listed": False},
    )
    assert people(frame) == [0, 0, 1, 1]


def test_a_bare_name_that_fits_two_is_in_doubt_unless_the_organization_decides():
    frame = mentions(
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a1", "organization": "X"},
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a2", "organization": "Y"},
        {"name": "Ana Lee", "source": "own interactions", "listed": False},
        {"name": "Ana Lee", "source": "own contacts", "organization": "y"},
        {"name": "Ana Lee", "source": MESSAGES, "listed": False, "profiles": "linkedin.com/in/a1"},
    )
    who = identity.resolve(frame)
    assert who.in_doubt.tolist() == [False, False, True, False, False]
    assert pd.isna(who.contact_ids[2])
    assert who.contact_ids[3] == who.contact_ids[1]


def test_the_owner_is_nobodys_contact():
    frame = mentions(
        {"name": "Nora", "profiles": "linkedin.com/in/nora", "emails": "n@x.example"},
        {"name": "N.", "emails": "n@x.example"},
        {"name": "Nora", "source": MESSAGES, "listed": False},
        {"name": "Ana", "profiles": "linkedin.com/in/a"},
    )
    assert people(frame, ["linkedin.com/in/nora", "nora"]) == [-1, -1, -1, 0]


def test_an_office_address_joins_nobody():
    frame = mentions(*({"name": name, "emails": "info@x.example"} for name in ("Ana", "Bo", "Cy")))
    who = identity.resolve(frame)
    assert people(frame) == [0, 1, 2]
    assert not who.keys["joins"].any()
    assert who.contacts["emails"].tolist() == ["info@x.example"] * 3


def test_a_line_seen_in_two_exports_is_one_person():
    line = {"name": "Ana Lee", "organization": "X", "connected_on": pd.Timestamp("2024-03-05")}
    frame = mentions(line, line, {**line, "connected_on": pd.Timestamp("2024-03-06")})
    assert people(frame) == [0, 0, 1]
    assert identity.resolve(frame).first.tolist() == [True, False, True]


def test_the_earlier_mention_wins_and_lists_are_joined():
    frame = mentions(
        {
            "name": "Ana",
            "profiles": "linkedin.com/in/a",
            "circle": "friends",
            "source": "own contacts",
            "tags": "x; y",
        },
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a", "organization": "New", "tags": "y;z"},
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a", "organization": "Old"},
    )
    contact = identity.resolve(frame).contacts.loc[0]
    assert contact["name"] == "Ana"
    assert contact["circle"] == "friends"
    assert contact["organization"] == "New"
    assert contact["tags"] == "x; y; z"
    assert contact["sources"] == "own contacts; linkedin connections"


def test_an_older_copy_of_the_same_list_gives_the_past_employer():
    frame = mentions(
        {"name": "Ana", "profiles": "linkedin.com/in/a", "organization": "New"},
        {"name": "Ana", "profiles": "linkedin.com/in/a", "organization": "Old"},
    )
    assert identity.resolve(frame).contacts["past_organizations"].tolist() == ["Old"]


def test_the_id_outlives_everything_but_the_strongest_key():
    full = mentions(
        {"name": "Ana", "profiles": "linkedin.com/in/a", "emails": "a@x.example", "organization": "X"}
    )
    bare = mentions({"name": "Dr. Ana", "profiles": "https://www.linkedin.com/in/a/"})
    assert identity.resolve(full).contact_ids[0] == identity.resolve(bare).contact_ids[0]


def test_names_and_companies_of_letters_without_address():
    contacts = pd.DataFrame(
        {
            "contact_id": ["1", "2", "3"],
            "name": pd.Series(["Ana Lee", "Ana Lee", "Bo Ek"], dtype=schema.TEXT),
            "organization": pd.Series(["X", "Y", None], dtype=schema.TEXT),
        }
    )
    asked = pd.Series(
        ["Ana Lee", "Ana Lee", "Bo Ek, MBA", None, "Cy"], dtype=schema.TEXT, index=[9, 8, 7, 6, 5]
    )
    companies = pd.Series(["y", "Z", "Q", "X", None], dtype=schema.TEXT, index=asked.index)
    found = identity.contacts_named(contacts, asked, companies)
    assert found.fillna("-").to_dict() == {9: "2", 8: "-", 7: "3", 6: "-", 5: "-"}


def test_nobody():
    frame = mentions({"name": "x"}).head(0)
    who = identity.resolve(frame)
    assert len(who.contacts) == len(who.contact_ids) == 0
    assert who.contacts.columns.tolist() == list(schema.TABLES["contacts"].names)


KEYS = st.sampled_from(["a@x.example", "b@x.example", "c@x.example", None])
ROWS = st.lists(
    st.tuples(st.sampled_from(["Ana", "Bo"]), KEYS, st.sampled_from(["linkedin.com/in/a", None])), min_size=1
)


@given(ROWS, st.randoms())
def test_who_is_who_does_not_depend_on_the_order_of_rows(rows, random):
    frame = mentions(*({"name": n, "emails": e, "profiles": p} for n, e, p in rows)).astype({"emails": "str"})
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order]
    before = shuffled.copy(deep=True)
    here, there = people(frame), people(shuffled)
    pairs = {(here[i], there[position]) for position, i in enumerate(order)}
    assert len(pairs) == len(set(here)) == len(set(there))
    pd.testing.assert_frame_equal(shuffled, before)
