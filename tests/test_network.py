"""Constraint, brokers, communities and warm paths: by hand, against NetworkX, and at the edges."""

from itertools import pairwise

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.network import communities as groups
from networkscope.network import constraint, paths
from networkscope.network.brokers import brokers
from networkscope.network.constraint import ego_measures
from networkscope.roles.employers import company_key
from networkscope.snapshot.snapshot import snapshot


@st.composite
def graphs(draw, nodes=9):
    pairs = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1), st.floats(0.1, 9))
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph]))()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from((a, b, w) for a, b, w in draw(st.lists(pairs, max_size=30)) if a != b)
    return graph


def by_id(frame):
    return frame.set_index("contact_id")


def known(contacts, interactions=None):
    """A snapshot of these contacts."""
    nothing = schema.empty("interactions")
    return snapshot(contacts, nothing if interactions is None else interactions, as_of="2026-04-01")


def communities(graph, contacts, **options):
    return groups.communities(known(contacts), graph, **options)


def warm_paths(graph, ties, contacts, companies, **options):
    """The paths where the owner's ties are of these strengths."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "dormant_contacts", lambda _: ties)
        return paths.warm_paths(known(contacts), graph, companies, **options)


# Constraint and effective size


def test_a_weighted_graph_by_hand():
    # ann - bo 2, ann - cy 1, ann - di 1, bo - cy 3.
    graph = nx.Graph()
    graph.add_weighted_edges_from([("ann", "bo", 2), ("ann", "cy", 1), ("ann", "di", 1), ("bo", "cy", 3)])
    found = by_id(ego_measures(graph))
    # p(ann, .) = 1/2 1/4 1/4; p(bo, .) = ann 2/5, cy 3/5; p(cy, .) = ann 1/4, bo 3/4.
    # bo: (1/2 + 1/4 x 3/4)^2 = (11/16)^2; cy: (1/4 + 1/2 x 3/5)^2 = (11/20)^2; di: (1/4)^2.
    assert found.loc["ann", "constraint"] == pytest.approx((11 / 16) ** 2 + (11 / 20) ** 2 + 1 / 16)
    # m(bo, cy) = 3/3, m(cy, bo) = 3/3: redundant are p(ann, cy) with bo and p(ann, bo) with cy: 1/4 + 1/2.
    assert found.loc["ann", "effective_size"] == pytest.approx(3 - 3 / 4)
    assert found.loc["ann", "efficiency_share"] == pytest.approx((3 - 3 / 4) / 3)
    assert found.loc["di", ["constraint", "effective_size"]].tolist() == [1.0, 1.0]
    assert found.loc["ann", "why"] == "3 contacts, worth 2.2 without overlap; constraint 0.84"


def test_who_has_only_himself_or_nobody_or_weightless_ties_has_no_answer():
    graph = nx.Graph([("a", "a")])
    graph.add_edge("b", "c", weight=0)
    found = ego_measures(graph)
    assert found["contact_count"].tolist() == [0, 0, 0]
    assert found[["constraint", "effective_size", "efficiency_share"]].isna().all(axis=None)
    assert set(found["why"]) == {"No tie."}
    assert len(ego_measures(nx.empty_graph(1))) == 1


def test_nothing_in_nothing_out():
    assert_frame_equal(ego_measures(nx.Graph()), ego_measures(nx.Graph([("a", "b")]), []), check_dtype=False)


def test_the_owner_among_many_is_as_by_hand():
    # A star: every contact leads elsewhere. c = n (1/n)^2, e = n.
    found = ego_measures(nx.star_graph(range(11)), [0])
    assert found[["constraint", "effective_size"]].values.tolist() == [[pytest.approx(1 / 10), 10.0]]
    # A clique of n + 1: each contact leads to the same people. e = n - (n - 1) = 1.
    assert ego_measures(nx.complete_graph(11), [0]).loc[0, "effective_size"] == pytest.approx(1)


@given(graphs())
def test_it_agrees_with_networkx(graph):
    found = by_id(ego_measures(graph))
    undirected = nx.Graph()
    undirected.add_nodes_from(graph)
    for a, b, w in graph.edges(data="weight"):
        undirected.add_edge(a, b, weight=w + undirected.get_edge_data(a, b, {"weight": 0})["weight"])
    constraint = nx.constraint(undirected, nodes=list(graph), weight="weight")
    size = nx.effective_size(undirected, nodes=list(graph), weight="weight")
    np.testing.assert_allclose(found["constraint"], [constraint[node] for node in found.index])
    np.testing.assert_allclose(found["effective_size"], [size[node] for node in found.index], atol=1e-9)


def weighted_groups(seed):
    """A hundred people in groups of ten, and the same graph for igraph."""
    graph = nx.planted_partition_graph(10, 10, 0.5, 0.03, seed=seed)
    rng = np.random.default_rng(seed)
    for _, _, edge in graph.edges(data=True):
        edge["weight"] = rng.uniform(0.1, 3)
    theirs = igraph.Graph(len(graph), list(graph.edges))
    theirs.es["weight"] = [weight for *_, weight in graph.edges(data="weight")]
    return graph, theirs


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_igraph(seed):
    graph, theirs = weighted_groups(seed)
    found = by_id(ego_measures(graph, range(100)))
    np.testing.assert_allclose(found["constraint"], theirs.constraint(weights="weight"))
    between = by_id(brokers(graph)).loc[range(100)]
    tied = found["contact_count"].gt(0).sum()
    pairs = (tied - 1) * (tied - 2) / 2
    np.testing.assert_allclose(between["betweenness_share"].fillna(0), np.array(theirs.betweenness()) / pairs)
    assert between.index[between["is_bridge"].fillna(False)].tolist() == sorted(theirs.articulation_points())


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_building_does_not_matter(graph, random):
    nodes, edges = list(graph), list(graph.edges(data=True))
    random.shuffle(nodes)
    random.shuffle(edges)
    other = type(graph)()
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)
    assert_frame_equal(ego_measures(graph, range(9)), ego_measures(other, range(9)))
    if not graph.is_directed():
        assert_frame_equal(brokers(graph, sample=4), brokers(other, sample=4))
        people = pd.DataFrame({"contact_id": [str(node) for node in graph]})
        assert_frame_equal(communities(graph, people), communities(other, people))


def test_small_blocks_give_the_same(monkeypatch):
    graph = nx.gnm_random_graph(40, 200, seed=1)
    whole = ego_measures(graph)
    monkeypatch.setattr(constraint, "BLOCK", 7)
    assert_frame_equal(ego_measures(graph), whole)


def test_weights_that_cannot_be():
    for weight in (-1, float("nan"), float("inf")):
        with pytest.raises(ParameterError, match="weight"):
            ego_measures(nx.Graph([("a", "b", {"weight": weight})]))
    with pytest.raises(ParameterError, match="1 of the 2"):
        ego_measures(nx.path_graph(2), [0, 7])


# Brokers


def test_brokers_by_hand():
    # a - b - c, c - d - e - c: c is on the ways from a and b to d and e, b on those from a.
    graph = nx.Graph(["ab", "bc", "cd", "de", "ec"])
    graph.add_node("alone")
    graph.add_edge("owner", "a")
    found = by_id(brokers(graph))
    # Of the 6 pairs of the 4 others: through c the four {a, b} x {d, e}, through b the three with a.
    share = {"a": 0, "b": 3 / 6, "c": 4 / 6, "d": 0, "e": 0}
    assert found["betweenness_share"].dropna().to_dict() == pytest.approx(share)
    assert found["cut_off_count"].to_dict() == {"c": 2, "b": 1, "a": 0, "d": 0, "e": 0, "alone": 0}
    assert found.index.tolist() == ["c", "b", "a", "d", "e", "alone"]
    assert found["is_bridge"].tolist()[:5] == [True, True, False, False, False]
    assert found.loc["alone", ["betweenness_share", "betweenness_low", "is_bridge"]].isna().all()
    assert (found["betweenness_low"] == found["betweenness_share"])[:5].all()
    assert found.loc["b", "why"] == (
        "2 contacts; on 50.0% of the shortest ways between others, by the ways from 5 people; "
        "the only way to 1 of them"
    )


@given(graphs())
def test_brokers_agree_with_networkx(graph):
    graph = nx.Graph(graph.to_undirected())
    found = by_id(brokers(graph))
    tied = graph.subgraph([node for node in graph if graph.degree(node)])
    expected = nx.betweenness_centrality(tied)
    assert found["betweenness_share"].dropna().to_dict() == pytest.approx(expected, abs=1e-12)
    assert set(found.index[found["is_bridge"].fillna(False)]) == set(nx.articulation_points(graph))
    for person in found.index[found["cut_off_count"] > 0]:
        part = nx.node_connected_component(graph, person) - {person}
        left = max(map(len, nx.connected_components(graph.subgraph(part))))
        assert found.loc[person, "cut_off_count"] == len(part) - left


def test_a_sample_says_so_and_covers_the_truth():
    graph = nx.barabasi_albert_graph(300, 2, seed=3)
    exact, some = by_id(brokers(graph, sample=300)), by_id(brokers(graph, sample=60, seed=1))
    assert set(some["sample_count"]) == {60}
    top = exact.index[:20]
    truth = exact.loc[top, "betweenness_share"]
    inside = (some.loc[top, "betweenness_low"] <= truth) & (truth <= some.loc[top, "betweenness_high"])
    assert inside.sum() >= 15
    assert_frame_equal(some, by_id(brokers(graph, sample=60, seed=1)))
    assert not some["betweenness_share"].equals(by_id(brokers(graph, sample=60, seed=2))["betweenness_share"])


def test_brokers_without_people_or_ties():
    nothing = brokers(nx.Graph())
    assert nothing.empty
    assert nothing["is_bridge"].dtype == "boolean"
    assert brokers(nx.empty_graph(3))["betweenness_share"].isna().all()
    assert brokers(nx.path_graph(2))["betweenness_share"].tolist() == [0.0, 0.0]
    with pytest.raises(ParameterError, match="sample"):
        brokers(nx.path_graph(2), sample=1)


# Communities

TWO = nx.Graph(["ab", "bc", "ca", "xy", "yz", "zx", "ax"])
PEOPLE = pd.DataFrame(
    {
        "contact_id": list("abcxyz!"),
        "organization": ["Acme", "Acme", "Bank", "Bank", "Bank", None, "Acme"],
        "circle": "friends",
    }
)


def test_two_triangles_are_two_groups_called_after_what_tells_them_apart():
    graph = TWO.copy()
    graph.add_edges_from(("owner", person) for person in "abcxyz")
    graph.add_node("!")
    found = by_id(communities(graph, PEOPLE))
    assert found.groupby("community", dropna=True).groups.keys() == {1, 2}
    # All are friends, so that tells nothing. a b c: Acme 2 of 3 against 2 of 6; x y z: Bank 2 of 3 against 3 of 6.
    assert found["community_name"].dropna().tolist() == ["Acme"] * 3 + ["Bank"] * 3
    assert found.loc["a", "why"] == "2 of 3 members share 'Acme', against 2 of all 6"
    assert found.loc["!"].isna().all()
    assert found["core_id"].dropna().tolist() == ["a"] * 3 + ["x"] * 3
    table = groups.community_table(known(PEOPLE), found.reset_index())
    assert table["core_id"].tolist() == ["a", "x"]
    assert found.index.tolist() == list("abcxyz!")


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_as_good_as_those_of_networkx_and_igraph(seed):
    graph, theirs = weighted_groups(seed)
    people = pd.DataFrame({"contact_id": [str(node) for node in graph]})
    found = communities(graph, people, seed=seed)
    assert_frame_equal(found, communities(graph, people, seed=seed))
    parts = [set(part["contact_id"].astype(int)) for _, part in found.groupby("community")]
    parts += [{int(who)} for who in found.loc[found["community"].isna(), "contact_id"]]
    ours = nx.community.modularity(graph, parts)
    louvain = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed))
    leiden = theirs.community_leiden("modularity", weights="weight", n_iterations=-1).modularity
    assert ours > max(louvain, leiden) - 0.02


def test_names_where_nothing_tells_where_one_group_is_all_and_where_a_name_repeats():
    alike = PEOPLE.assign(organization=None)
    assert set(communities(TWO, alike)["community_name"]) == {"group 1", "group 2"}
    assert set(communities(nx.Graph(["ab", "bc"]), alike)["community_name"]) == {"friends"}
    many = nx.disjoint_union_all([nx.complete_graph(4)] * 3)
    people = pd.DataFrame(
        {"contact_id": [str(node) for node in many], "circle": ["choir"] * 8 + ["chess"] * 4}
    )
    found = communities(many, people)
    assert found.drop_duplicates("community")["community_name"].tolist() == ["choir", "chess", "choir (2)"]
    bigger = nx.disjoint_union(nx.complete_graph(6), nx.complete_graph(6))
    # band: 2 of the 6 in the first group are a third, which is enough; 2 of the 7 of a larger one are not.
    some = people.assign(circle=["choir", "band", "band", *[None] * 6, "chess", None, None])
    assert set(communities(bigger, some)["community_name"]) == {"band and others", "group 2"}
    assert set(communities(nx.complete_graph(7), some)["community_name"]) == {"group 1"}


def test_communities_of_nobody_and_of_loners():
    nothing, loners = communities(nx.Graph(), PEOPLE.iloc[:0]), communities(nx.empty_graph(3), PEOPLE)
    assert nothing.empty
    assert nothing.dtypes.to_dict() == loners.dtypes.to_dict()
    assert loners["community"].isna().all()
    table = groups.community_table(known(PEOPLE), loners)
    assert table.empty
    assert "touched_low" in table


def test_how_much_of_a_group_was_touched():
    days = pd.DataFrame({"contact_id": list("abcx"), "days_silent": [3, 365, 366, 900]})
    touched = pd.Timestamp("2026-04-01 12:00", tz="UTC") - pd.to_timedelta(days["days_silent"], unit="D")
    now = known(PEOPLE, days.assign(occurred_at=touched, direction="outbound", channel="email"))
    table = groups.community_table(now, groups.communities(now, TWO))
    assert table[["community_name", "member_count", "touched_count"]].values.tolist() == [
        ["Acme", 3, 2],
        ["Bank", 3, 0],
    ]
    assert table["touched_share"].tolist() == pytest.approx([2 / 3, 0])
    assert (table["touched_low"] < 2 / 3).all()


# Warm paths


def ties(**strengths):
    frame = pd.DataFrame({"contact_id": list(strengths), "strength": list(strengths.values())})
    return frame.assign(last_touch_on=pd.Timestamp("2026-03-01"), last_source_ref="mail:1")


INSIDE = pd.DataFrame(
    {
        "contact_id": ["ann", "bo", "cy", "di", "ed"],
        "organization": ["Bank", "Acme Ltd", "ACME", None, "Acme"],
        "past_organizations": [None, None, None, "Nord; Acme Inc.", None],
        "listed": [True, True, True, True, False],
    }
)


def test_paths_by_hand():
    graph = nx.Graph()
    graph.add_nodes_from(INSIDE["contact_id"])
    known = {"evidence": "shared meeting x3", "last_on": pd.Timestamp("2026-02-01"), "source_ref": "cal:7"}
    graph.add_edge("ann", "bo", weight=3.0, **known)
    graph.add_edge("bo", "cy", weight=1.0, evidence="same company", inferred=True, source_ref="c:1")
    # Median strength 2: ann 6/(6+2) = 3/4, cy 1/2, di 1/(1+2) = 1/3. bo was never touched, nor was ed.
    found = by_id(warm_paths(graph, ties(ann=6.0, bo=0.0, cy=2.0, di=1.0, ed=0.0), INSIDE, ["acme", "Nord"]))
    acme = found[found["company"] == "acme"]
    # bo: ann 3/4 x 3/(3+1) = 9/16 beats cy 1/2 x 1/2 and 0.01. ed is in no contact list and known to nobody.
    assert acme["strength"].to_dict() == pytest.approx({"bo": 9 / 16, "cy": 1 / 2, "di": 1 / 3})
    assert acme["inside"].tolist() == ["now", "now", "past"]
    assert acme["via_id"].fillna("-").tolist() == ["ann", "-", "-"]
    assert acme.loc["bo", "rests_on"] == ("in touch, last 2026-03-01 → shared meeting x3, last 2026-02-01")
    assert acme.loc["bo", "source_refs"] == "mail:1; cal:7"
    assert found[found["company"] == "Nord"].index.tolist() == ["di"]


def test_a_path_by_a_tie_without_strength_says_what_there_is():
    for touched, words in (
        (True, "only one of you has written so far, last 2026-03-01"),
        (False, "you know each other, but were never in touch"),
    ):
        tie = ties(bo=0.0).assign(last_touch_on=pd.Timestamp("2026-03-01") if touched else pd.NaT)
        found = warm_paths(nx.empty_graph(["bo"]), tie, INSIDE[1:2], ["acme"])
        assert found[["strength", "rests_on"]].values.tolist() == [[0.01, words]]


def test_a_path_over_two_contacts_and_no_longer_one():
    chain = nx.path_graph(["ann", "x", "cy", "bo"])
    people = INSIDE[INSIDE["contact_id"].isin(["ann", "bo", "cy"])].assign(organization=["", "Bank", "Acme"])
    found = warm_paths(chain, ties(ann=1.0), people, ["Acme", "Bank"])
    # 1/2 each step: owner - ann - x - cy; bo is one step too far.
    assert found[["contact_id", "via_id", "then_id", "hop_count", "strength"]].values.tolist() == [
        ["cy", "ann", "x", 3, 1 / 8]
    ]
    assert not found["inferred"].any()
    assert len(warm_paths(chain, ties(ann=1.0), people, ["Acme", "Bank"], hops_max=4)) == 2
    assert warm_paths(chain, ties(ann=1.0), people, ["Acme"], hops_max=2).empty


@given(graphs(nodes=7), st.lists(st.integers(0, 4), min_size=7, max_size=7), st.integers(1, 4))
def test_paths_are_the_strongest_of_all(graph, strengths, hops_max):
    graph = nx.relabel_nodes(nx.Graph(graph.to_undirected()), str)
    people = pd.DataFrame({"contact_id": sorted(graph), "organization": "Acme"})
    owner = ties(**dict(zip(sorted(graph), map(float, strengths), strict=True)))
    half = owner.loc[owner["strength"] > 0, "strength"].median()
    first = {who: s / (s + half) if s else 0.01 for who, s in owner[["contact_id", "strength"]].values}
    best = {}
    for start in graph:
        for end in graph:
            for path in (
                nx.all_simple_paths(graph, start, end, cutoff=hops_max - 1) if start != end else [[start]]
            ):
                steps = [graph.edges[pair]["weight"] for pair in pairwise(path)]
                product = first[start] * np.prod([w / (w + 1) for w in steps])
                best[end] = max(best.get(end, 0), product)
    found = by_id(warm_paths(graph, owner, people, ["Acme"], top=99, hops_max=hops_max))
    assert found["strength"].to_dict() == pytest.approx(best)
    shuffled = warm_paths(graph, owner[::-1], people[::-1], ["Acme"], top=99, hops_max=hops_max)
    assert_frame_equal(by_id(shuffled), found)


def test_no_companies_no_people_no_paths():
    empty = warm_paths(nx.Graph(), ties(), INSIDE.iloc[:0], ["Acme"])
    assert empty.empty
    some = warm_paths(nx.Graph([("ann", "bo")]), ties(ann=1.0), INSIDE, [])
    assert_frame_equal(some, empty)
    assert len(warm_paths(nx.complete_graph(["bo", "cy"]), ties(bo=1.0), INSIDE, ["Acme"], top=1)) == 1
    with pytest.raises(ParameterError, match="top"):
        warm_paths(nx.Graph(), ties(), INSIDE, [], top=0)
    with pytest.raises(ParameterError, match="owner"):
        warm_paths(nx.Graph([("owner", "ann")]), ties(), INSIDE, [])


def test_companies_are_the_same_in_any_legal_form():
    assert {company_key(name) for name in ("Acme GmbH", "acme, Inc.", " ACME  AG", "Acme B.V.")} == {"acme"}
    assert company_key("Saab") == "saab"
