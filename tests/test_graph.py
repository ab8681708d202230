"""The graph of contacts: every edge from evidence, worked out by hand."""

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures.dormancy import dormant_contacts
from networkscope.network import evidence
from networkscope.network.graph import alter_graph, ego_graph, from_frames, to_frames
from networkscope.snapshot.snapshot import snapshot

LATER = "2030-01-01"
NO_NAMES = schema.empty("referrals")
PEOPLE = pd.DataFrame({"contact_id": ["ann", "bo", "cy", "di"]})


def log(*rows, **columns):
    """Interactions from (event, person, instant[, group size[, thread]])."""
    rows = [(*row, None, None)[:5] if len(row) < 5 else row for row in rows]
    frame = pd.DataFrame(rows, columns=["event_id", "contact_id", "occurred_at", "group_size", "thread_id"])
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True)
    frame["source_ref"] = [f"log:{number}" for number in range(len(frame))]
    plain = {"channel": "meeting", "direction": "mutual"} | columns
    return frame.astype({"group_size": "Int64", "thread_id": "str"}).assign(**plain)


def names(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["referrer_id", "referred_id", "given_on"])
    frame["given_on"] = pd.to_datetime(frame["given_on"])
    return frame.assign(referral_id=[f"r{i}" for i in range(len(frame))], source_ref="names:1", **columns)


def known(contacts=PEOPLE, interactions=None, referrals=NO_NAMES, *, as_of=LATER, **options):
    """A snapshot of these tables."""
    interactions = schema.empty("interactions") if interactions is None else interactions
    return snapshot(contacts, interactions, referrals, as_of=as_of, **options)


def edges(
    interactions=None, referrals=NO_NAMES, contacts=PEOPLE, *, as_of=LATER, timezone="UTC", co_mentions=None,
    **options,
):  # fmt: skip
    mentioned = schema.empty("co_mentions") if co_mentions is None else co_mentions
    now = known(contacts, interactions, referrals, as_of=as_of, timezone=timezone, co_mentions=mentioned)
    return {(a, b): edge for a, b, edge in alter_graph(now, **options).edges(data=True)}


def test_whoever_was_only_written_to_knows_nobody_by_that():
    mail = log(("hello", "ann", "2026-01-05 12:00", 4, "t"), channel="email", direction="inbound")
    mentioned = pd.DataFrame({"event_id": ["hello", "hello", "lost"], "contact_id": ["bo", "cy", "di"]})
    assert edges(mail, co_mentions=mentioned) == {}
    with pytest.raises(SchemaError, match="event_id"):
        edges(mail, co_mentions=mentioned.drop(columns="event_id"))
    # The owner wrote to four; ann answered all of them, and then bo did.
    sent = [("m1", who, "2026-01-05 12:00", 5, "t") for who in ("ann", "bo", "cy", "di")]
    answers = [("m2", "ann", "2026-01-06 12:00", 5, "t"), ("m3", "bo", "2026-01-07 12:00", 5, "t")]
    both = {"channel": "email", "direction": ["outbound"] * 4 + ["inbound"] * 2}
    assert edges(log(*sent, channel="email", direction="outbound")) == {}
    assert edges(log(*sent, *answers, **both), as_of="2026-01-07") == {}
    found = edges(log(*sent, *answers, **both))
    assert set(found) == {("ann", "bo")}
    expected = {
        "weight": 1 / 4, "evidence": "shared thread", "evidence_count": 1, "source_ref": "log:4",
        "first_on": pd.Timestamp("2026-01-07"), "last_on": pd.Timestamp("2026-01-07"),
    }  # fmt: skip
    assert {name: found["ann", "bo"][name] for name in expected} == expected
    assert edges(log(*sent, *answers, **both), group_max=4) == {}
    # In a meeting all took part, whoever asked them to.
    asked = log(("e", "ann", "2026-01-05", 3), ("e", "bo", "2026-01-05", 3), direction="outbound")
    assert set(edges(asked)) == {("ann", "bo")}


def test_two_meetings_and_a_referral_by_hand():
    met = log(
        ("lunch", "ann", "2026-01-05 12:00"),
        ("lunch", "bo", "2026-01-05 12:00"),  # ann, bo and the owner: 1 / (3 - 1)
        ("team", "ann", "2026-02-01 09:00"),
        ("team", "bo", "2026-02-01 09:00"),
        ("team", "cy", "2026-02-01 09:00"),  # four people: 1 / (4 - 1)
        ("alone", "di", "2026-02-02 09:00"),
    )
    found = edges(met, names(("bo", "ann", "2026-01-20")))
    assert set(found) == {("ann", "bo"), ("ann", "cy"), ("bo", "cy")}
    assert found["ann", "bo"]["weight"] == pytest.approx(1 / 2 + 1 / 3 + 1)
    assert found["ann", "bo"]["evidence"] == "referral; shared meeting x2"
    assert found["ann", "bo"]["evidence_count"] == 3
    assert found["ann", "bo"]["first_on"] == pd.Timestamp("2026-01-05")
    assert found["ann", "bo"]["last_on"] == pd.Timestamp("2026-02-01")
    assert found["ann", "bo"]["source_ref"] == "log:2"
    assert found["bo", "cy"]["weight"] == pytest.approx(1 / 3)
    assert not found["ann", "bo"]["inferred"]


def test_the_size_of_a_group_is_the_larger_of_what_is_noted_and_what_is_counted():
    pair = [("e", "ann", "2026-01-05", 5), ("e", "bo", "2026-01-05", 5)]
    assert edges(log(*pair))["ann", "bo"]["weight"] == 1 / 4  # two of the five were no contacts
    understated = log(("e", "ann", "2026-01-05", 2), ("e", "bo", "2026-01-05", 2))
    assert edges(understated)["ann", "bo"]["weight"] == 1 / 2
    stranger = log(
        *pair[:1], ("e", "bo", "2026-01-05"), ("e", "zoe", "2026-01-05"), ("e", "yo", "2026-01-05")
    )
    assert edges(stranger)["ann", "bo"]["weight"] == 1 / 4  # strangers count, but are no nodes


def test_a_large_group_is_no_evidence_and_is_counted():
    big = log(("e", "ann", "2026-01-05", 13), ("e", "bo", "2026-01-05", 13))
    graph = alter_graph(known(PEOPLE, big))
    assert graph.number_of_edges() == 0
    assert graph.graph["large_group_count"] == 1
    assert len(edges(big, group_max=13)) == 1


def test_a_thread_counts_once_and_only_its_messages_to_several():
    mail = {"channel": "email", "direction": "inbound"}
    group = [(f"m{day}", who, f"2026-01-0{day}", 3, "t") for day in (1, 2, 3) for who in ("ann", "bo")]
    found = edges(log(*group, ("m4", "cy", "2026-01-04", 2, "t"), **mail))  # cy was written to alone
    assert set(found) == {("ann", "bo")}
    assert found["ann", "bo"]["evidence"] == "shared thread"
    assert found["ann", "bo"]["weight"] == 1 / 2
    assert (found["ann", "bo"]["first_on"], found["ann", "bo"]["last_on"]) == (
        pd.Timestamp("2026-01-01"),
        pd.Timestamp("2026-01-03"),
    )
    loose = log(("m", "ann", "2026-01-01", 3), ("m", "bo", "2026-01-01", 3), **mail)
    assert edges(loose) == {}  # one message has one writer


def test_the_same_event_twice_is_one():
    rows = [("e", who, "2026-01-05") for who in ("ann", "bo")] * 2
    assert edges(log(*rows))["ann", "bo"]["weight"] == 1 / 2


def test_rows_without_an_event_show_nobody_together():
    assert edges(log((None, "ann", "2026-01-05", 3), (None, "bo", "2026-01-05", 3))) == {}


def test_referrals_to_oneself_in_circles_to_nobody_and_twice():
    given_names = names(
        ("ann", "ann", "2026-01-01"),
        ("ann", "bo", "2026-01-02"),
        ("bo", "ann", "2026-01-03"),
        ("ann", "bo", "2026-01-04"),
        ("ann", None, "2026-01-05"),
        ("ann", "stranger", "2026-01-05"),
    )
    found = edges(referrals=given_names)
    assert {pair: edge["evidence"] for pair, edge in found.items()} == {("ann", "bo"): "referral x2"}
    assert found["ann", "bo"]["weight"] == 2


def test_inferred_referrals_count_unless_they_are_not_wanted():
    guess = names(("ann", "bo", "2026-01-02"), inferred=True)
    assert edges(referrals=guess, include_inferred=False) == {}
    assert edges(referrals=guess)["ann", "bo"]["inferred"]
    both = pd.concat([guess, names(("ann", "bo", "2026-03-02")).assign(referral_id="logged")])
    assert not edges(referrals=both)["ann", "bo"]["inferred"]


def test_who_introduced_whom_by_id_by_name_and_ambiguous():
    people = PEOPLE.assign(
        name=["Ann Lee", "Bo Ek", "Cy Doe", "Cy Doe"], introduced_by=[None, "ann", "Bo  EK", "Cy Doe"]
    )
    found = edges(contacts=people)
    assert {pair: edge["evidence"] for pair, edge in found.items()} == {
        ("ann", "bo"): "introduced by",
        ("bo", "cy"): "introduced by",
    }
    met = people.assign(connected_on=pd.to_datetime(["2026-01-01", "2026-05-01", "2026-01-01", "2026-01-01"]))
    assert set(edges(contacts=met, as_of="2026-05-01")) == {("bo", "cy")}


def test_a_company_is_one_however_it_is_written():
    people = pd.DataFrame(
        {"contact_id": ["ann", "bo", "cy"], "organization": ["Acme GmbH", "ACME", "Acme Group"]}
    )
    assert set(edges(contacts=people, employment=True)) == {("ann", "bo")}


def test_colleagues_are_inferred_asked_for_and_few(monkeypatch):
    people = PEOPLE.assign(organization=["Acme", "ACME ", "Acme", None])
    assert edges(contacts=people) == {}
    found = edges(contacts=people, employment=True)
    assert set(found) == {("ann", "bo"), ("ann", "cy"), ("bo", "cy")}
    assert found["ann", "bo"] == found["ann", "cy"]
    assert found["ann", "bo"]["inferred"]
    assert found["ann", "bo"]["weight"] == 1 / 2
    assert pd.isna(found["ann", "bo"]["last_on"])
    monkeypatch.setattr(evidence, "COMPANY_MAX", 2)
    assert edges(contacts=people, employment=True) == {}


def test_nodes_are_all_contacts_without_their_names():
    people = PEOPLE.assign(name="A Name", organization="Acme", circle="choir")
    graph = alter_graph(known(people, as_of="2026-11-16"))
    assert next(iter(graph.nodes(data=True))) == ("ann", {"organization": "Acme", "circle": "choir"})
    assert graph.graph["as_of_date"] == pd.Timestamp("2026-11-16")
    noon = alter_graph(known(people, as_of="2026-11-16 12:00"))
    assert noon.graph["as_of_date"] == pd.Timestamp("2026-11-16")
    nothing = alter_graph(known(schema.empty("contacts")))
    nodes, ties = to_frames(nothing)
    assert nodes.empty
    assert_frame_equal(ties, to_frames(graph)[1].iloc[:0])


def test_options_that_make_no_sense():
    for option in ({"group_max": 1}, {"as_of": "soon"}, {"timezone": "Mars/North"}):
        with pytest.raises(ParameterError):
            edges(**option)
    with pytest.raises(SchemaError, match="contact_id"):
        edges(contacts=pd.DataFrame({"name": ["Ann"]}))


def test_days_are_the_owners():
    late = log(("e", "ann", "2026-01-05 23:30"), ("e", "bo", "2026-01-05 23:30"))
    assert edges(late, timezone="Europe/Vienna")["ann", "bo"]["last_on"] == pd.Timestamp("2026-01-06")


def test_the_owner_joins_with_the_strength_of_the_ties():
    now = known(
        PEOPLE, log(("e1", "ann", "2029-12-30"), ("e2", "bo", "2029-12-20"), ("e3", "cy", "2029-12-10"))
    )
    ties = dormant_contacts(now).set_index("contact_id")
    graph = alter_graph(now)
    graph.remove_node("cy")
    whole = ego_graph(now, graph)
    assert list(whole["owner"]) == ["ann", "bo"]
    assert whole["owner"]["ann"]["weight"] == ties.loc["ann", "strength"] > 0
    assert whole["owner"]["ann"]["last_on"] == pd.Timestamp("2029-12-30")
    assert "owner" not in graph
    with pytest.raises(ParameterError, match="owner"):
        ego_graph(now, whole)


PERSON = st.sampled_from(["ann", "bo", "cy", "di", "stranger"])
DAY = st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-06-30").date()).map(str)
MEETINGS = st.lists(
    st.tuples(
        st.sampled_from(["e1", "e2", "e3", None]),
        PERSON,
        DAY,
        st.sampled_from([None, 2, 3, 5, 20]),
        st.sampled_from(["t1", "t2", None]),
    ),
    max_size=14,
)
NAMES = st.lists(st.tuples(PERSON, PERSON, DAY), max_size=8)


@settings(max_examples=12)
@given(MEETINGS, NAMES, st.sampled_from(["email", "meeting"]), st.randoms(use_true_random=False))
def test_order_index_and_the_future_do_not_matter(meetings, given_names, channel, random):
    interactions = log(*meetings, channel=channel).astype({"event_id": "str", "contact_id": "str"})
    referrals = names(*given_names).astype({"referrer_id": "str", "referred_id": "str"})
    tables = [PEOPLE, interactions, referrals]
    before = [table.copy() for table in tables]
    expected = to_frames(alter_graph(known(*tables, as_of="2026-04-01")))
    for table, copy in zip(tables, before, strict=True):
        assert_frame_equal(table, copy)
    shuffled = [table.sample(frac=1, random_state=random.randrange(99)) for table in tables]
    past = [shuffled[0]]
    past.append(shuffled[1][shuffled[1]["occurred_at"] < pd.Timestamp("2026-04-01", tz="UTC")])
    past.append(shuffled[2][shuffled[2]["given_on"] < pd.Timestamp("2026-04-01")])
    for variant in (shuffled, past):
        found = to_frames(alter_graph(known(*variant, as_of="2026-04-01")))
        for one, other in zip(expected, found, strict=True):
            assert_frame_equal(one, other)
    for one, other in zip(expected, to_frames(from_frames(*expected)), strict=True):
        assert_frame_equal(one, other)


def test_frames_of_a_plain_graph():
    nodes, ties = to_frames(nx.Graph([("b", "a")]))
    assert nodes["contact_id"].tolist() == ["a", "b"]
    assert nodes["organization"].isna().all()
    assert ties.loc[0, ["one_id", "other_id", "weight"]].tolist() == ["a", "b", 1.0]
