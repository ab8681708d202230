import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.people import aliases, ids, matching

LIST, MESSAGES = "linkedin connections", "linkedin messages"


def mentions(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{"source": LIST, "listed": True, **row} for row in rows])


def people(frame: pd.DataFrame, owner=()) -> list[int]:
    """The resolution as small numbers: mentions of one person share one, nobody is -1."""
    ids = matching.resolve(frame, owner).contact_ids
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
    contacts = matching.resolve(frame).contacts
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
    who = matching.resolve(frame)
    assert who.in_doubt.tolist() == [False, False, True, False, False]
    assert pd.isna(who.contact_ids[2])
    assert who.contact_ids[3] == who.contact_ids[1]


def test_a_bare_name_means_whom_the_own_contacts_list_by_it():
    frame = mentions(
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a1"},
        {"name": "Ana Lee", "profiles": "linkedin.com/in/a2"},
        {"name": "Ana Lee", "source": "own contacts", "profiles": "linkedin.com/in/a2"},
        {"name": "Ana Lee", "source": "own interactions", "listed": False},
    )
    assert people(frame) == [0, 1, 1, 1]
    two = mentions(
        {"name": "Ana Lee", "source": "own contacts", "emails": "a1@x.example"},
        {"name": "Ana Lee", "source": "own contacts", "emails": "a2@x.example"},
        {"name": "Ana Lee", "source": "own interactions", "listed": False},
    )
    assert people(two) == [0, 1, -1]


def test_another_card_of_the_name_does_not_take_the_notes_from_whom_one_is_in_touch_with():
    touched = {"name": "Ana Lee", "source": MESSAGES, "listed": False, "profiles": "linkedin.com/in/a"}
    card = {"name": "Ana Lee", "source": "vCard", "emails": "ana@x.example"}
    note = {"name": "Ana Lee", "source": "own interactions", "listed": False}
    assert people(mentions(touched, note)) == [0, 0]
    assert people(mentions(card, touched, note)) == [0, 1, 1]
    untouched = {**touched, "source": LIST, "listed": True}
    assert people(mentions(card, untouched, note)) == [0, 1, -1]  # either of them may be meant
    namesake = {**untouched, "profiles": "linkedin.com/in/other"}
    assert people(mentions(namesake, touched, note)) == [0, 1, -1]  # two profiles are two people
    mailed = {**card, "source": "mail", "listed": False}
    assert people(mentions(mailed, touched, note)) == [0, 1, -1]


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
    who = matching.resolve(frame)
    assert people(frame) == [0, 1, 2]
    assert not who.keys["joins"].any()
    assert who.contacts["emails"].tolist() == ["info@x.example"] * 3


def test_a_line_seen_in_two_exports_is_one_person():
    line = {"name": "Ana Lee", "organization": "X", "connected_on": pd.Timestamp("2024-03-05")}
    frame = mentions(line, line, {**line, "connected_on": pd.Timestamp("2024-03-06")})
    assert people(frame) == [0, 0, 1]
    assert matching.resolve(frame).first.tolist() == [True, False, True]


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
    contact = matching.resolve(frame).contacts.loc[0]
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
    assert matching.resolve(frame).contacts["past_organizations"].tolist() == ["Old"]


def test_the_id_outlives_everything_but_the_strongest_key():
    full = mentions(
        {"name": "Ana", "profiles": "linkedin.com/in/a", "emails": "a@x.example", "organization": "X"}
    )
    bare = mentions({"name": "Dr. Ana", "profiles": "https://www.linkedin.com/in/a/"})
    assert matching.resolve(full).contact_ids[0] == matching.resolve(bare).contact_ids[0]


@pytest.mark.parametrize("register", [None, ids.NOTHING])
def test_the_ids_of_namesakes_without_address_do_not_depend_on_the_order_of_rows(register):
    frame = mentions(*({"name": "Ana Lee", "organization": place, "title": "Cook"} for place in "XYZ"))
    given = [
        matching.resolve(rows, register=register).contacts.set_index("organization")["contact_id"].to_dict()
        for rows in (frame, frame.iloc[::-1], frame.iloc[[1, 2, 0]])
    ]
    assert given[0] == given[1] == given[2]
    assert len(set(given[0].values())) == 3


CARDS = st.tuples(
    st.sampled_from(["Ana Lee", "Bo Lee"]),
    *(st.sampled_from([None, "X", "Y"]) for _ in range(3)),
    st.sampled_from([LIST, MESSAGES, "own contacts", "own interactions"]),
)


@given(st.lists(CARDS, min_size=1, max_size=8), st.randoms(), st.booleans())
def test_the_ids_of_whoever_is_alike_in_nearly_all_do_not_depend_on_the_order_of_rows(rows, random, kept):
    told = [dict(zip(("name", "organization", "title", "tags", "source"), row, strict=True)) for row in rows]
    frame = mentions(*({**row, "listed": row["source"] in (LIST, "own contacts")} for row in told))

    def given_ids(order, register):
        who = matching.resolve(frame.iloc[order], register=register)
        pairs = zip(order, who.contact_ids.fillna("in doubt"), strict=True)
        return sorted(f"{rows[at]} {contact}" for at, contact in pairs), who.register

    first, register = given_ids(range(len(rows)), ids.NOTHING if kept else None)
    for _ in range(3):  # with a register, the next opening reads what the one before wrote
        order = random.sample(range(len(rows)), len(rows))
        again, register = given_ids(order, register if kept else None)
        assert again == first


def test_namesakes_may_differ_in_a_column_of_any_name():
    frame = mentions(*({"name": "Ana Lee", "value": value, "variable": "x", "0": 1} for value in "XY"))
    given = [matching.resolve(rows).contact_ids.tolist() for rows in (frame, frame.iloc[::-1])]
    assert given[0] == given[1][::-1]


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
    found = matching.contacts_named(contacts, asked, companies)
    assert found.fillna("-").to_dict() == {9: "2", 8: "-", 7: "3", 6: "-", 5: "-"}


def test_nobody():
    frame = mentions({"name": "x"}).head(0)
    who = matching.resolve(frame)
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


SAYS = st.tuples(
    st.sampled_from(["Ana Lee", "Bo Lee"]),
    st.sampled_from(
        [None, "a@x.example", "b@x.example", "+43 1 2345678", "linkedin.com/in/a", "linkedin.com/in/b"]
    ),
    st.sampled_from([LIST, MESSAGES, "own contacts", "own interactions"]),
    st.sampled_from([None, "X", "Y"]),
)


@given(st.lists(SAYS, min_size=1, max_size=8), st.randoms())
def test_whom_a_bare_name_means_does_not_depend_on_the_order_of_rows(rows, random):
    frame = mentions(
        *(
            {
                "name": name,
                "emails": key if key and "@" in key else None,
                "phones": key if key and "+" in key else None,
                "profiles": key if key and "/" in key else None,
                "organization": organization,
                "source": source,
                "listed": source in (LIST, "own contacts"),
            }
            for name, key, source, organization in rows
        )
    )
    order = list(range(len(frame)))
    random.shuffle(order)
    here, there = matching.resolve(frame), matching.resolve(frame.iloc[order])
    assert here.in_doubt[order].tolist() == there.in_doubt.tolist()
    pairs = {(here.contact_ids[old], there.contact_ids[new]) for new, old in enumerate(order)}
    assert len(pairs) == here.contact_ids.nunique(dropna=False) == there.contact_ids.nunique(dropna=False)


def test_a_line_break_in_a_cell_makes_nobody_another_person(tmp_path):
    (tmp_path / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        '"Ana\tMaria",Lee,https://www.linkedin.com/in/ana-maria-lee,,"Acme\nVienna",CEO,05 Jan 2026\n',
        encoding="utf-8",
    )
    (tmp_path / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction,purpose\n"
        'Ana Maria Lee,2026-01-10,email,outbound,advice_ask\n"Ana\nMaria Lee",2026-01-11,call,mutual,catch_up\n',
        encoding="utf-8",
    )
    book = open_book(tmp_path, as_of="2026-02-01")
    assert book.contacts[["name", "organization"]].values.tolist() == [["Ana Maria Lee", "Acme Vienna"]]
    assert len(book.interactions) == 2


# Shared keys


def test_an_office_address_still_joins_one_name():
    frame = mentions(*({"name": name, "emails": "info@x.example"} for name in ("Ana", "Bo", "ana")))
    assert people(frame) == [0, 1, 0]


def test_a_phone_joins_names_with_a_word_in_common_and_no_strangers():
    related = [{"name": "Ana Lee", "phones": "+43 1 2345678"}, {"name": "A. LÉE", "phones": "+43-1-2345678"}]
    strangers = [{"name": "Ana Lee", "phones": "+43 1 2345678"}, {"name": "Bo Ek", "phones": "+4312345678"}]
    assert people(mentions(*related)) == [0, 0]
    assert people(mentions(*strangers)) == [0, 1]


def test_a_phone_at_home_does_not_make_a_family_one_person():
    def at_home(*names):
        return people(mentions(*({"name": name, "phones": "+43 1 2345678"} for name in names)))

    assert at_home("Ana Lee", "Bo Lee") == [0, 1]
    assert at_home("Juan García López", "María García López") == [0, 1]
    assert at_home("Bob Ek", "Robert Ek") == [0, 0]
    assert at_home("Ana Lee", "Ana Smith") == [0, 0]
    assert at_home("Ana", "Ana Maria Lee", "A. Lee") == [0, 0, 0]
    assert at_home("Dr. Ana Lee", "Dr. Bo Ek") == [0, 1]
    assert at_home("Prof. Dr. Ana Lee", "Ana Lee") == [0, 0]
    assert at_home("Ana Lee", "Bo Lee", "ana lee") == [0, 1, 0]
    # A short form of several names is each of them, and makes no one person of two who bear them.
    for short, *full in (("Chris", "Christopher", "Christina"), ("Alex", "Alexander", "Alexandra")):
        for name in full:
            assert at_home(f"{short} Lee", f"{name} Lee") == [0, 0]
        assert at_home(*(f"{name} Lee" for name in full)) == [0, 1]
        assert at_home(*(f"{name} Lee" for name in (full[0], short, full[1]))) == [0, 1, 2]


def test_an_address_under_many_spellings_of_one_name_is_still_a_persons():
    def mailed(*names):
        return people(mentions(*({"name": name, "emails": "lee@x.example"} for name in names)))

    assert mailed("Ana Lee", "Ana M. Lee", "Ana Lee-Smith", "Dr. Ana Lee") == [0, 0, 0, 0]
    assert mailed("Ana Lee", "Bo Lee", "Cy Lee") == [0, 1, 2]
    assert mailed("Frau Ana Lee", "Frau Bea Ek", "Frau Cora Ott") == [0, 1, 2]


def test_phones_are_keys_only_where_their_country_is_known():
    frame = mentions(
        {"name": "Ana Lee", "phones": "0664 1234567"}, {"name": "Ana Lee", "phones": "+436641234567"}
    )
    assert people(frame) == [0, 1]
    who = matching.resolve(frame, region="AT")
    assert who.contacts["phones"].tolist() == ["+436641234567"]
    odd = mentions({"name": "Ana", "phones": "ask Bo"}, {"name": "Ana", "phones": "ask Bo"})
    assert people(odd) == [0, 1]
    assert matching.resolve(odd).contacts["phones"].tolist() == ["ask Bo"] * 2


# Decisions


def decided(*lines) -> pd.DataFrame:
    rows = [(a, b, word == "same", f"aliases.csv:{line}") for line, (a, b, word) in enumerate(lines, start=2)]
    return pd.DataFrame(rows, columns=["a", "b", "same", "source_ref"])


def test_same_joins_and_not_the_same_cuts_the_weakest_link():
    frame = mentions(
        {"name": "Ana", "profiles": "linkedin.com/in/a", "emails": "ana@x.example"},
        {"name": "Bea", "profiles": "linkedin.com/in/b", "emails": "ana@x.example"},
        {"name": "Cy", "emails": "cy@x.example"},
    )
    assert people(frame) == [0, 0, 1]
    cut = decided(("linkedin.com/in/a", "https://www.linkedin.com/in/B/", "not the same"))
    who = matching.resolve(frame, decisions=cut)
    assert who.contact_ids.nunique() == 3
    assert who.decisions[["use", "a_id", "b_id"]].values.tolist() == [
        [0, who.contact_ids[0], who.contact_ids[1]]
    ]
    both = decided(
        ("linkedin.com/in/a", "linkedin.com/in/b", "not the same"),
        ("cy@x.example", "linkedin.com/in/a", "same"),
    )
    ids = matching.resolve(frame, decisions=both).contact_ids
    assert ids[0] == ids[2] != ids[1]


def test_an_address_that_was_decided_upon_leaves_the_other_person():
    frame = mentions(
        {"name": "Ana", "emails": "ana@x.example; bo@x.example"}, {"name": "Bo", "emails": "bo@x.example"}
    )
    who = matching.resolve(frame, decisions=decided(("ana@x.example", "bo@x.example", "not the same")))
    assert who.contacts[["name", "emails"]].values.tolist() == [
        ["Ana", "ana@x.example"],
        ["Bo", "bo@x.example"],
    ]


def test_two_keys_are_kept_apart_also_where_a_row_bears_no_name():
    rows = [{"name": name, "emails": "ana@x.example; bo@x.example"} for name in ("Ana", None)]
    who = matching.resolve(
        mentions(*rows), decisions=decided(("ana@x.example", "bo@x.example", "not the same"))
    )
    assert who.contacts["emails"].tolist() == ["ana@x.example"]
    assert who.keys.loc[~who.keys["joins"], "key"].tolist() == []


def test_a_decision_may_name_a_person_who_is_the_only_one_of_that_name():
    frame = mentions(
        {"name": "Robert Ek", "emails": "bo@x.example"},
        {"name": "Bo Ek", "source": "own interactions", "listed": False},
        {"name": "Ana", "emails": "a@x.example"},
        {"name": "Ana", "emails": "b@x.example"},
    )
    lines = decided(
        ("Bo Ek", "bo@x.example", "same"), ("Ana", "bo@x.example", "same"), ("Cy", "a@x.example", "same")
    )
    who = matching.resolve(frame, decisions=lines)
    assert people_of(who) == [0, 0, 1, 2]
    assert who.decisions["use"].tolist() == [aliases.USED, aliases.SEVERAL, aliases.UNKNOWN]


def test_a_bare_name_is_one_person_in_all_lines():
    frame = mentions(
        {"name": "Ana Lee", "source": "own interactions", "listed": False},
        {"emails": "a@x.example"},
        {"emails": "b@y.example"},
        {"emails": "c@z.example"},
    )
    lines = decided(
        ("Ana Lee", "a@x.example", "same"),
        ("b@y.example", "ana  lee", "same"),
        ("Ana Lee", "c@z.example", "not the same"),
    )
    for order in ([0, 1, 2], [2, 1, 0]):
        who = matching.resolve(frame, decisions=lines.iloc[order].reset_index(drop=True))
        assert who.decisions["use"].tolist() == [aliases.USED] * 3
        assert people_of(who) == [0, 0, 0, 1]
    with pytest.raises(LoadError, match=r"aliases\.csv:2: both sides are the same key"):
        matching.resolve(frame, decisions=decided(("Ana Lee", "ana lee", "not the same")))


def people_of(who) -> list[int]:
    return pd.factorize(who.contact_ids)[0].tolist()


def test_decisions_that_contradict_each_other_are_named_by_line():
    frame = mentions(*({"name": name, "emails": f"{name}@x.example"} for name in "abc"))
    lines = decided(
        ("a@x.example", "b@x.example", "same"),
        ("a@x.example", "c@x.example", "not the same"),
        ("b@x.example", "c@x.example", "same"),
    )
    with pytest.raises(
        LoadError, match=r"aliases\.csv:4 says 'same' where aliases\.csv:3 says 'not the same'"
    ):
        matching.resolve(frame, decisions=lines)
    with pytest.raises(LoadError, match=r"aliases\.csv:2: both sides are the same key"):
        matching.resolve(frame, decisions=decided(("a@x.example", "A@X.example", "not the same")))
    twice = decided(("Bo", "a@x.example", "same"), ("a@x.example", "Bo", "not the same"))
    bare = mentions({"name": "Bo", "source": "own interactions", "listed": False})
    for lines in (twice, twice.iloc[::-1].reset_index(drop=True)):
        with pytest.raises(
            LoadError, match=r"aliases\.csv:2 says 'same' where aliases\.csv:3 says 'not the same'"
        ):
            matching.resolve(pd.concat([frame, bare]), decisions=lines)


ADDRESS = st.sampled_from([f"{name}@x.example" for name in "abcde"])
PEOPLE = st.lists(
    st.tuples(st.sampled_from(["Ana", "Bo", None]), st.sets(ADDRESS, min_size=1, max_size=3)),
    min_size=1,
    max_size=7,
)
WORDS = st.lists(st.tuples(ADDRESS, ADDRESS, st.sampled_from(["same", "not the same"])), max_size=4)


@given(PEOPLE, WORDS, st.randoms())
def test_decisions_always_hold_and_never_depend_on_the_order_of_rows(rows, words, random):
    frame = mentions(*({"name": name, "emails": "; ".join(sorted(emails))} for name, emails in rows))
    lines = decided(*words)
    try:
        who = matching.resolve(frame, decisions=lines)
    except LoadError:
        return
    held = who.keys.assign(person=who.contact_ids[who.keys["mention"]].to_numpy())
    bearers = held.groupby("key")["person"].agg(set).to_dict()
    for line in who.decisions.itertuples():
        a, b = bearers.get(line.a, set()), bearers.get(line.b, set())
        if not line.same:
            assert not a & b
        elif line.use == aliases.USED:
            assert line.a_id == line.b_id
    order = list(range(len(frame)))
    random.shuffle(order)
    again = matching.resolve(frame.iloc[order], decisions=lines).contact_ids
    assert pd.factorize(again)[0].max() == pd.factorize(who.contact_ids)[0].max()
    pairs = {(who.contact_ids[old], again[new]) for new, old in enumerate(order)}
    assert len(pairs) == who.contact_ids.nunique()


# Stable ids


def test_an_id_outlives_a_stronger_key_and_the_oldest_wins():
    mail, phone = {"name": "Ana Lee", "emails": "a@x.example"}, {"name": "Ana Lee", "phones": "+4312345678"}
    first = matching.resolve(mentions(mail), register=ids.NOTHING)
    second = matching.resolve(mentions(mail, phone), register=first.register)
    assert second.contact_ids[0] == first.contact_ids[0] != second.contact_ids[1]
    link = {
        "name": "Ana Lee",
        "profiles": "linkedin.com/in/a",
        "emails": "a@x.example",
        "phones": "+4312345678",
    }
    third = matching.resolve(mentions(mail, phone, link), register=second.register)
    assert third.contact_ids.tolist() == [first.contact_ids[0]] * 3
    without = matching.resolve(mentions(mail, phone, link)).contact_ids
    assert without.nunique() == 1
    assert without[0] != first.contact_ids[0]


def test_two_persons_who_were_one_never_share_its_id():
    frame = mentions(
        {"name": "Ana", "profiles": "linkedin.com/in/a", "emails": "a@x.example"},
        {"name": "Ana", "emails": "a@x.example"},
    )
    one = matching.resolve(frame, register=ids.NOTHING)
    cut = decided(("linkedin.com/in/a", "a@x.example", "not the same"))
    two = matching.resolve(frame, decisions=cut, register=one.register)
    assert two.contact_ids[0] == one.contact_ids[0] != two.contact_ids[1]
    assert matching.resolve(frame, register=two.register).contact_ids[0] in set(two.contact_ids)


@given(PEOPLE, PEOPLE)
def test_whoever_stays_keeps_the_id_when_a_source_is_added(rows, more):
    def frame(rows):
        return mentions(*({"name": name, "emails": "; ".join(sorted(emails))} for name, emails in rows))

    first = matching.resolve(frame(rows), register=ids.NOTHING)
    second = matching.resolve(frame([*rows, *more]), register=first.register)
    assert second.contacts["contact_id"].is_unique
    before, after = first.contact_ids, second.contact_ids[: len(rows)]
    # Persons may merge: then one of their ids stays. Whoever is alone keeps his own.
    for person in set(after):
        old = set(before[after == person])
        split = before.isin(old) & (after != person)  # a new name may turn an address into a shared one
        assert person in old or split.any()


def test_names_are_shown_without_credentials():
    frame = mentions({"name": "Kwame Boateng, MBA"}, {"name": "Ana Ma"}, {"name": "Jo Lee (she/her)"})
    assert matching.resolve(frame).contacts["name"].tolist() == ["Ana Ma", "Jo Lee", "Kwame Boateng"]
