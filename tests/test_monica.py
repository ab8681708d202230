"""Monica's export: what it tells of people, and that every object of it is accounted for."""

import contextlib
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import monica
from networkscope.importers.base import Unusable
from networkscope.settings import Settings

NEW_YORK = Settings(timezone="America/New_York")
MIDNIGHT = "T00:00:00.000000Z"


def collection(kind, *values):
    return {"count": len(values), "type": kind, "values": list(values)}


def contact(uuid, name, *data, **about):
    return {
        "uuid": uuid,
        "created_at": "2020-02-03T10:00:00.000000Z",
        "properties": {"first_name": name, **about},
        "data": list(data),
    }


def export(*data, **account):
    fields = [{"uuid": "ft1", "properties": {"name": "Email", "type": "email"}}]
    head = {
        "version": "1.0-preview.1",
        "app_version": "4.0.0",
        "export_date": "2026-01-01",
        "url": "x",
        "exported_by": "u",
    }
    content = {"uuid": "a", "data": list(data), "instance": {"contact_field_types": fields}, **account}
    return json.dumps({**head, "account": content})


def read(tmp_path, *data, **account):
    name, parsed = parse(tmp_path, export(*data, **account), "monica.json", NEW_YORK)
    assert name == "Monica"
    return parsed


ANN = contact(
    "u1", "Ann",
    collection("contact_field", {"properties": {"type": "ft1", "data": "ANN@x.org"}},
               {"properties": {"data": "+43 664 1"}}, {"properties": {"data": "https://linkedin.com/in/ann"}}),
    collection("address", {"properties": {"city": "Linz", "country": "AT"}}),
    collection("call",
               {"properties": {"called_at": f"2026-01-05{MIDNIGHT}", "contact_called": True, "content": "secret"}},
               {"properties": {"called_at": "2026-01-06T15:00:00.000000Z", "contact_called": False}}),
    collection("conversation", {"properties": {"contact_field_type": "ft1", "messages": [
        {"properties": {"written_at": f"2026-01-07{MIDNIGHT}", "written_by_me": True, "content": "secret"}},
        {"properties": {"written_at": f"2026-01-08{MIDNIGHT}", "written_by_me": False}}]}}),
    collection("activity", "ac1"),
    last_name="Lee", company="Acme", job="CTO", description="likes tea", tags=["friend", "a;b"],
    stay_in_touch_frequency=30, last_talked_to=f"2026-01-06{MIDNIGHT}",
    first_met_through="u2", first_met_date={"date": f"2019-05-06{MIDNIGHT}", "is_year_unknown": False},
)  # fmt: skip
BO = contact(
    "u2", "Bo", collection("activity", "ac1"), last_talked_to=f"2026-03-01{MIDNIGHT}", is_active=False
)
LUNCH = {
    "uuid": "ac1",
    "properties": {"summary": "Lunch", "description": "secret", "happened_at": f"2026-02-01{MIDNIGHT}"},
}


def test_people(tmp_path):
    people = read(tmp_path, collection("contact", ANN, BO), collection("activity", LUNCH)).people
    ann, bo = people.to_dict("records")
    facts = [
        ann[name]
        for name in ("name", "organization", "title", "emails", "phones", "profiles", "location", "notes")
    ]
    assert facts == [
        "Ann Lee",
        "Acme",
        "CTO",
        "ann@x.org",
        "+43 664 1",
        "linkedin.com/in/ann",
        "Linz",
        "likes tea",
    ]
    assert ann["tags"] == "friend; a,b; stay in touch every 30 days"
    assert (ann["introduced_by"], ann["connected_on"]) == ("Bo", pd.Timestamp("2019-05-06"))
    assert (bo["tags"], bo["connected_on"]) == ("archived", pd.Timestamp("2020-02-03"))
    assert people["listed"].all()


def test_events(tmp_path):
    parsed = read(tmp_path, collection("contact", ANN, BO), collection("activity", LUNCH))
    events = parsed.interactions
    # 2 contacts, 2 calls, 2 messages, 1 activity
    assert parsed.rows_read == 7
    days = events["occurred_at"].dt.tz_convert("America/New_York").dt.strftime("%m-%d %H").tolist()
    # Ann: two calls, two messages (her last talk of 6 January is known from the call), lunch; Bo: the last talk, lunch.
    assert days == ["01-05 00", "01-06 10", "01-07 00", "01-08 00", "03-01 00", "02-01 00", "02-01 00"]
    assert column(events, "channel") == ["call", "call", "email", "email", None, "meeting", "meeting"]
    assert column(events, "direction") == ["inbound", "outbound", "outbound", "inbound", *["mutual"] * 3]
    assert column(events, "person") == [0, 0, 0, 0, 1, 0, 1]
    assert column(events, "group_size") == [2, 2, 2, 2, 2, 3, 3]
    assert column(events, "subject")[-1] == "Lunch"
    assert column(events, "source_ref")[-1] == "monica.json:activity 1"
    assert "secret" not in events.to_csv()


def test_many_activities_of_one_name_do_not_multiply(tmp_path):
    there = [contact(f"u{n}", "Ann", collection("activity", "ac1")) for n in range(300)]
    parsed = read(tmp_path, collection("contact", *there), collection("activity", *[LUNCH] * 300))
    assert len(parsed.interactions) == 300
    assert parsed.rejected == {monica.NO_CONTACT: 299}


def test_what_is_not_used_is_counted(tmp_path):
    ann = contact(
        "u1", "Ann", collection("gift", {}, {}), collection("life_event", {}), collection("photo", "p1")
    )
    relations = collection("relationship", {}), collection("photo", {"uuid": "p1"})
    parsed = read(tmp_path, collection("contact", ann), *relations)
    assert parsed.notes == ["not used: 2 gifts, 1 life event, 1 photo, 1 relationship"]
    assert parsed.rows_read == 1


PLURAL = {"uuid": "a", "properties": {"first_name": "Ana", "last_name": "Lee"}}


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ([collection("contacts", PLURAL)], "not understood: 1 × contacts"),
        (
            [collection("person", PLURAL, PLURAL), collection("vault", {})],
            "not understood: 2 × person, 1 × vault",
        ),
        ([{"type": "contact", "entries": [PLURAL]}], "not understood: 1 × contact without values"),
        ([collection(None, PLURAL)], "not understood: 1 × something without a type"),
        ([collection("Ana Lee, ana@x.org", PLURAL)], "not understood: 1 × something without a type"),
        ([{"contacts": [PLURAL]}, "text"], "not understood: 2 × something without a type"),
    ],
)
def test_nothing_that_is_understood_is_said_to_be_so(tmp_path, data, note):
    parsed = read(tmp_path, *data)
    assert (parsed.rows_read, len(parsed.people)) == (0, 0)
    assert parsed.notes == [note, monica.NOTHING]


def test_an_unknown_type_beside_known_ones_is_counted(tmp_path):
    ann = contact(
        "u1", "Ann", collection("calls", {}), collection("call", {"properties": {"called_at": "2026-01-05"}})
    )
    parsed = read(tmp_path, collection("contact", ann), collection("journal", {}, {}))
    assert parsed.notes == ["not understood: 1 × calls, 2 × journal"]
    assert len(parsed.interactions) == 1


@pytest.mark.parametrize("account", [{}, {"data": []}, {"data": {}}, {"data": "text"}, {"data": None}])
def test_an_account_without_anything(tmp_path, account):
    parsed = read(tmp_path, **account) if account else read(tmp_path)
    assert parsed.notes == [monica.NOTHING]


def test_a_plan_is_no_touch(tmp_path):
    noted = {
        "created_at": "2026-01-05",
        "properties": {"title": "Send the slides", "initial_date": "2026-02-03"},
    }
    parsed = read(
        tmp_path,
        collection(
            "contact", contact("u1", "Ann", collection("task", noted), collection("reminder", noted, noted))
        ),
    )
    assert parsed.interactions.empty
    assert parsed.notes == [f"not used: 2 reminders, 1 task{monica.TO_DO}"]


def test_whoever_introduced_somebody_referred_him(tmp_path):
    parsed = read(tmp_path, collection("contact", ANN, BO))
    (given_,) = parsed.referrals.to_dict("records")
    assert (given_["referrer"], given_["referred"], given_["given_on"]) == (1, 0, pd.Timestamp("2019-05-06"))
    guessed = contact(
        "u3", "Cy", first_met_through="u2", first_met_date={"date": "2019-05-06", "is_year_unknown": True}
    )
    undated = contact("u4", "Di", first_met_through="u2")
    own = contact("u5", "Ed", first_met_through="u5", first_met_date={"date": "2019-05-06"})
    parsed = read(tmp_path, collection("contact", BO, guessed, undated, own))
    assert parsed.referrals.empty
    assert column(parsed.people, "introduced_by") == [None, "Bo", "Bo", None]


def test_two_who_introduced_each_other(tmp_path):
    met = {"date": "2019-05-06"}
    one, two = (contact(a, a, first_met_through=b, first_met_date=met) for a, b in ("xy", "yx"))
    assert read(tmp_path, collection("contact", one, two)).referrals[
        ["referrer", "referred"]
    ].values.tolist() == [[1, 0], [0, 1]]


def test_whoever_is_no_contact_is_rejected_with_his_events(tmp_path):
    call = collection("call", {"properties": {"called_at": "2026-01-05"}})
    dead = contact("d", "Old", call, is_dead=True)
    child = contact("p", "Kid", is_partial=True)
    nobody = contact("n", " ")
    when = contact(
        "w", "Ann", collection("call", {"properties": {"called_at": "9999-99-99"}}, {"properties": {}})
    )
    lost = {"uuid": "ac9", "properties": {"happened_at": "2026-01-01"}}
    parsed = read(tmp_path, collection("contact", dead, child, nobody, when), collection("activity", lost))
    assert parsed.rejected == {
        monica.DEAD: 1, monica.PARTIAL: 1, monica.NOBODY: 1, monica.NO_CONTACT: 2, monica.NO_DATE: 2,
    }  # fmt: skip
    assert parsed.rows_read == 8


def test_events_keep_their_names_when_contacts_are_added(tmp_path):
    first = read(tmp_path, collection("contact", ANN), collection("activity", LUNCH)).interactions["event_id"]
    second = read(tmp_path, collection("contact", BO, ANN), collection("activity", LUNCH)).interactions[
        "event_id"
    ]
    assert set(first) < set(second)


def test_data_may_be_an_object(tmp_path):
    assert (
        len(read(tmp_path, data={"0": collection("contact", BO), "3": collection("relationship", {})}).people)
        == 1
    )


@pytest.mark.parametrize(
    "text", ['"account": ', "[" * 100_000, '"account": {"data": [' + "9" * 10_000 + "]}"]
)
def test_what_is_cut_off_or_made_to_do_harm(tmp_path, text):
    head = '{"version": 1, "app_version": "4", "export_date": "2026", '
    with contextlib.suppress(Unusable):
        name, _ = parse(tmp_path, head + text, "m.json")
        assert name == "Monica"


NAMES = ["properties", "data", "values", "type", "uuid", "first_name", "tags", "messages", "called_at"]
WORDS = ["", "u1", "2026-01-05", "0001-01-01", "9999-12-31", "\0", "a@x.org"]
JSON = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**30, 1.5, *WORDS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(values=st.lists(JSON, max_size=4), kind=st.sampled_from(["contact", "activity", "call"]), inside=JSON)
def test_any_values_are_survived_and_accounted_for(tmp_path_factory, values, kind, inside):
    strange = contact("u9", "Zed", collection("call", *values), collection("activity", *values), inside)
    read(tmp_path_factory.mktemp("m"), collection(kind, *values), collection("contact", strange), inside)


@given(cut=st.integers(0, 2000))
def test_a_file_may_be_cut_anywhere(tmp_path_factory, cut):
    text = export(collection("contact", ANN, BO), collection("activity", LUNCH))
    with contextlib.suppress(LoadError):
        parse(tmp_path_factory.mktemp("m"), text[:cut], "m.json")


def test_a_book_with_it(tmp_path):
    (tmp_path / "monica.json").write_text(
        export(collection("contact", ANN, BO), collection("activity", LUNCH))
    )
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ann Lee", "Bo"]
    assert (len(book.interactions), len(book.referrals)) == (7, 1)
    row = book.summary.iloc[0]
    assert row["rows_read"] == row["kept"] + row["merged"] + row["rejected"] == 7


def test_what_was_noted_of_an_activity_or_a_call_is_read_and_not_kept(tmp_path):
    told = "Xanthippe was there. Told me to call Bo Ek at Acme."
    lunch = {
        "uuid": "ac1",
        "properties": {"summary": "Lunch", "description": told, "happened_at": f"2026-02-01{MIDNIGHT}"},
    }
    call = {"called_at": f"2026-02-05{MIDNIGHT}", "content": "Promised to send her the list by Friday."}
    ann = contact(
        "u1", "Ann", collection("activity", "ac1"), collection("call", {"properties": call}), last_name="Lee"
    )
    parsed = read(tmp_path, collection("contact", ann), collection("activity", lunch))
    acts = parsed.tables["acts"]
    assert sorted(zip(acts["act"], acts["about"].fillna(""), strict=True)) == [
        ("promise", ""), ("referral_given", "Bo Ek"),
    ]  # fmt: skip
    assert parsed.referrals["inferred"].tolist() == [True]
    frames = [parsed.people, parsed.interactions, parsed.referrals, *parsed.tables.values()]
    assert not [frame for frame in frames if "Xanthippe" in frame.to_csv()]
