"""Trails of names: a forest worked out by hand, circles, long chains, random graphs."""

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import SchemaError
from networkscope.measures.trails import referral_forest, referral_trails
from tests.on_tables import on_tables

referral_forest = on_tables(referral_forest, "referrals")
referral_trails = on_tables(referral_trails, "forest")

LATER = "2030-01-01"


def names(*rows, **columns):
    """Referrals from (referrer, referred, day) or (referrer, referred, day, outcome)."""
    rows = [(*row, "open")[:4] for row in rows]
    frame = pd.DataFrame(rows, columns=["referrer_id", "referred_id", "given_on", "outcome"])
    frame["given_on"] = pd.to_datetime(frame["given_on"])
    return frame.assign(referral_id=[f"r{i}" for i in range(len(frame))], kind="person", **columns)


def trails(referrals, **options):
    return referral_trails(referral_forest(referrals, **({"as_of": LATER} | options))).set_index("contact_id")


# ann -> bo (talked), ann -> cy (declined); bo -> di (interview); di -> ed (offer); flo -> di later on.
HAND = names(
    ("ann", "bo", "2026-01-01", "conversation"),
    ("ann", "cy", "2026-01-01", "declined"),
    ("bo", "di", "2026-02-01", "interview"),
    ("di", "ed", "2026-03-01", "offer"),
    ("flo", "di", "2026-04-01"),
)


def test_a_forest_by_hand():
    table = trails(HAND)
    assert table["generation"].to_dict() == {"ann": 0, "bo": 1, "cy": 1, "di": 2, "ed": 3, "flo": 0}
    assert table["names_given_count"].to_dict() == {"ann": 2, "bo": 1, "cy": 0, "di": 1, "ed": 0, "flo": 1}
    # flo named di too late: di and everybody below stay with ann.
    below = {"ann": 4, "bo": 2, "cy": 0, "di": 1, "ed": 0, "flo": 0}
    assert table["descendants_count"].to_dict() == below
    assert table["depth"].to_dict() == {"ann": 3, "bo": 2, "cy": 0, "di": 1, "ed": 0, "flo": 0}
    # An offer is an interview and a conversation too: below ann talk bo di ed, interviews di ed, offers ed.
    outcomes = table[["conversation_count", "interview_count", "offer_count"]]
    assert outcomes.loc[["ann", "bo", "di", "ed"]].values.tolist() == [
        [3, 2, 1],
        [2, 2, 1],
        [1, 1, 1],
        [0] * 3,
    ]
    assert table.loc["ed", "trail"] == "ann > bo > di > ed"
    assert table["is_dead_end"].to_dict() == dict.fromkeys(below, False) | {"cy": True}
    assert table.loc["cy", "why"].endswith("dead end: ended without a conversation")
    assert table.loc["di", "parent_id"] == "bo"
    assert table.loc["di", "given_on"] == pd.Timestamp("2026-02-01")
    assert table.loc["ann"][["parent_id", "given_on"]].isna().all()
    assert not table["in_cycle"].any()


def test_a_later_referrer_is_kept_beside_the_tree():
    forest = referral_forest(HAND, as_of=LATER)
    assert [edge for edge, tree in nx.get_edge_attributes(forest, "tree").items() if not tree] == [
        ("flo", "di")
    ]
    assert forest.graph["cycle_count"] == 0
    assert forest.edges["di", "ed"]["outcome"] == "offer"
    assert forest.edges["di", "ed"]["referral_id"] == "r3"
    assert forest.nodes["ed"] == {"generation": 3, "root": "ann", "parent": "di", "in_cycle": False}


def test_circles_and_self_referrals_are_reported():
    # a -> b -> c -> a closes a circle; d names themselves; e names c, who belongs to b already.
    table = names(
        ("a", "b", "2026-01-01"), ("b", "c", "2026-01-02"), ("c", "a", "2026-01-03"),
        ("d", "d", "2026-01-04"), ("e", "c", "2026-01-05"),
    )  # fmt: skip
    forest = referral_forest(table, as_of=LATER)
    cycle = {edge for edge, is_cycle in nx.get_edge_attributes(forest, "cycle").items() if is_cycle}
    assert cycle == {("c", "a"), ("d", "d")}
    assert forest.graph["cycle_count"] == 2
    out = referral_trails(forest).set_index("contact_id")
    assert out["in_cycle"].to_dict() == {"a": True, "b": True, "c": True, "d": True, "e": False}
    assert out["generation"].to_dict() == {"a": 0, "b": 1, "c": 2, "d": 0, "e": 0}
    assert out.loc["d", "names_given_count"] == 0


def test_the_root_of_a_circle_may_find_its_place_later():
    table = names(("a", "b", "2026-01-01"), ("b", "a", "2026-01-02"), ("z", "a", "2026-01-03"))
    assert trails(table)["trail"].to_dict() == {"z": "z", "a": "z > a", "b": "z > a > b"}


def test_a_chain_of_ten_thousand():
    people = [f"p{i:05d}" for i in range(10_001)]
    frame = names(*zip(people, people[1:], ["2026-01-01"] * 10_000, strict=False))
    frame["given_on"] += pd.to_timedelta(range(10_000), unit="h")
    table = trails(frame)
    assert table.loc["p00000", ["descendants_count", "depth"]].tolist() == [10_000, 10_000]
    assert table.loc["p10000", "generation"] == 10_000
    shown = table.loc["p10000", "trail"].split(" > ")
    assert [len(shown), *shown[:3], shown[-1]] == [20, "p00000", "…", "p09983", "p10000"]


def test_a_dead_end_is_neither_new_nor_contacted_nor_talked_with():
    rows = [
        ("ann", "new", "2026-05-05"), ("ann", "old", "2026-05-04"), ("ann", "written", "2026-01-01"),
        ("ann", "closed", "2026-01-01", "dead_end"), ("ann", "met", "2026-01-01", "declined"),
        ("ann", "again", "2026-01-01"), ("bo", "again", "2026-05-20"),
    ]  # fmt: skip
    frame = names(*rows)
    frame["contacted_on"] = pd.to_datetime([None, None, "2026-01-03", None, None, None, None])
    frame["met_on"] = pd.to_datetime([None, None, None, None, "2026-01-09", None, None])
    # 4 May is 30 days before 3 June, 5 May only 29.
    table = trails(frame, as_of="2026-06-03")
    assert table.index[table["is_dead_end"]].tolist() == ["closed", "old"]
    assert table.loc["old", "why"].endswith("not contacted for 30 days")
    mail = pd.DataFrame(
        {
            "contact_id": ["old"],
            "occurred_at": pd.to_datetime(["2026-05-30 08:00Z"]),
            "direction": ["outbound"],
        }
    )
    assert not trails(frame, as_of="2026-06-03", interactions=mail).loc["old", "is_dead_end"]


def test_a_call_in_the_log_is_a_conversation():
    call = pd.DataFrame(
        {
            "contact_id": ["bo"],
            "occurred_at": pd.to_datetime(["2026-01-02 08:00Z"]),
            "direction": ["mutual"],
            "channel": ["call"],
        }
    )
    frame = names(("ann", "bo", "2026-01-01"))
    assert trails(frame).loc["ann", "conversation_count"] == 0
    assert trails(frame, interactions=call).loc["ann", "conversation_count"] == 1


def test_inferred_names_are_switched_off_and_people_only():
    frame = names(("ann", "bo", "2026-01-01"), ("bo", "cy", "2026-01-02"), inferred=[True, False])
    assert trails(frame, include_inferred=False).index.tolist() == ["bo", "cy"]
    assert trails(frame).index.tolist() == ["ann", "bo", "cy"]
    lead = frame.assign(kind=["company", "person"], referred_id=[None, None], inferred=False)
    forest = referral_forest(lead, as_of=LATER)
    assert len(forest) == 0
    assert forest.graph["unidentified_count"] == 1


def test_the_same_name_again_is_one_edge_with_the_furthest_outcome():
    frame = names(("ann", "bo", "2026-01-01", "dead_end"), ("ann", "bo", "2026-02-01", "interview"))
    forest = referral_forest(frame, as_of=LATER)
    assert forest.edges["ann", "bo"]["referral_id"] == "r0"
    assert referral_trails(forest).set_index("contact_id").loc["ann", "interview_count"] == 1


def test_nothing_in_nothing_out():
    forest = referral_forest(schema.empty("referrals"), as_of=LATER)
    nothing, something = referral_trails(forest), trails(HAND).reset_index()
    assert len(forest) == len(nothing) == 0
    assert nothing.dtypes.to_dict() == something.dtypes.to_dict()
    assert list(nothing) == list(something)


def test_wrong_input_is_named():
    with pytest.raises(SchemaError):
        referral_forest(HAND.drop(columns="given_on"), as_of=LATER)


PEOPLE = st.sampled_from("abcdefgh")
DAYS = st.integers(0, 8).map(lambda day: pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
ROWS = st.lists(st.tuples(PEOPLE, PEOPLE, DAYS, st.sampled_from(schema.OUTCOMES)), max_size=25)


@settings(max_examples=15)
@given(ROWS)
def test_tree_edges_make_a_forest_that_reaches_everybody(rows):
    frame = names(*rows)
    before = frame.copy()
    forest = referral_forest(frame, as_of=LATER)
    pd.testing.assert_frame_equal(frame, before)
    assert set(forest) == {person for row in rows for person in row[:2]}
    assert set(forest.edges) == {row[:2] for row in rows}
    tree = nx.DiGraph()
    tree.add_nodes_from(forest)
    tree.add_edges_from(edge for edge, is_tree in nx.get_edge_attributes(forest, "tree").items() if is_tree)
    assert len(forest) == 0 or nx.is_forest(tree)
    assert all(degree <= 1 for _, degree in tree.in_degree)
    straight = nx.DiGraph(edge for edge, c in nx.get_edge_attributes(forest, "cycle").items() if not c)
    assert nx.is_directed_acyclic_graph(straight)
    assert (forest.graph["cycle_count"] > 0) == (not nx.is_directed_acyclic_graph(forest))
    table = referral_trails(forest).set_index("contact_id")
    for person, row in table.iterrows():
        ancestors = nx.ancestors(tree, person)
        assert row["descendants_count"] == len(nx.descendants(tree, person))
        assert row["depth"] == max(nx.single_source_shortest_path_length(tree, person).values())
        assert row["generation"] == len(ancestors)
        assert row["root_id"] == next(p for p in (person, *ancestors) if tree.in_degree(p) == 0)
        assert row["offer_count"] <= row["interview_count"] <= row["conversation_count"]
        assert row["conversation_count"] <= row["descendants_count"]


@settings(max_examples=20)
@given(ROWS, st.randoms(use_true_random=False))
def test_row_order_and_index_do_not_matter(rows, random):
    frame = names(*rows)
    order = random.sample(range(len(frame)), len(frame))
    mixed = frame.iloc[order].set_axis([7] * len(frame))
    pd.testing.assert_frame_equal(trails(mixed), trails(frame))


@settings(max_examples=20)
@given(ROWS, DAYS)
def test_the_future_never_changes_the_past(rows, as_of):
    frame = names(*rows)
    past = frame[frame["given_on"] < as_of]
    then = referral_forest(frame, as_of=as_of)
    pd.testing.assert_frame_equal(referral_trails(then), referral_trails(referral_forest(past, as_of=as_of)))
    now = nx.get_edge_attributes(referral_forest(frame, as_of=LATER), "tree")
    assert all(now[edge] for edge, tree in nx.get_edge_attributes(then, "tree").items() if tree)
