"""Which contacts know each other, as far as the owner's own records show it? Tables to NetworkX and back."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.registry import measure
from networkscope.network import evidence
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot

OWNER = "owner"  # the node of whoever keeps the book

_NODE: dict[str, Any] = dict.fromkeys(("contact_id", "organization", "circle"), schema.TEXT)
_EDGE: dict[str, Any] = {
    "one_id": schema.TEXT, "other_id": schema.TEXT, "weight": "float64", "evidence": schema.TEXT,
    "evidence_count": "int64", "first_on": schema.DATE, "last_on": schema.DATE, "inferred": bool,
    "source_ref": schema.TEXT,
}  # fmt: skip


@measure
def alter_graph(
    now: Snapshot, *, group_max: int = 12, include_inferred: bool = True, employment: bool = False
) -> nx.Graph:
    """Which contacts know each other, and what shows it?

    Every contact is a node; an edge needs evidence. No address book and no export of a social network says
    who knows whom among the owner's contacts, so that *two people without an edge may well know each other*:
    a missing edge is unknown, not absent.

    Evidence of each kind adds to the weight of an edge:

    - "shared meeting": one event, weight 1 / (k - 1) among its k people, owner included (Newman 2001): each
      splits their attention among the others
    - "shared thread": both wrote in a thread that went to several, together once, likewise; whoever was only
      written to, be it by the owner, shows no tie
    - "referral": one gave the owner the other's name, weight 1; "introduced by": the same, noted in contacts
    - "same company" (only with `employment`, always inferred): both there now, 1 / (k - 1) for k contacts,
      where these are at most 30. No date of it is known.

    Groups of more than `group_max` are no evidence; a group of unknown size has as many people as rows, and
    the owner. Referrals that were read off an introduction e-mail count unless `include_inferred` is False.

    Nodes are contact ids with `organization, circle`. Edges carry `weight`, `evidence` (kinds and how often, as
    in "referral; shared meeting x3"), `evidence_count`, `first_on, last_on` (local dates, NaT where none is
    known), `inferred` (nothing but inferred evidence) and `source_ref` of the latest. The graph carries
    `as_of_date` and `large_group_count` (groups that were too large). No contacts, no nodes. A ParameterError
    where `group_max` is below 2.

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo", "cy"]})
    >>> log = pd.DataFrame({"event_id": ["e", "e"], "contact_id": ["ann", "bo"], "direction": "mutual",
    ...     "occurred_at": pd.to_datetime(["2026-03-02 09:00Z"] * 2), "channel": "meeting"})
    >>> graph = alter_graph(snapshot(people, log, as_of="2026-04-01"))
    >>> [(a, b, edge["weight"], edge["evidence"]) for a, b, edge in graph.edges(data=True)]
    [('ann', 'bo', 0.5, 'shared meeting')]
    """
    if group_max < 2:
        raise ParameterError(f"group_max must be at least 2, not {group_max}")
    people = now.contacts.sort_values("contact_id")
    ids = people["contact_id"]
    members, large_group_count = evidence.shared_groups(now, group_max)
    leads = counted_leads(now, include_inferred)
    found = [
        evidence.together(members),
        evidence.referred(leads),
        evidence.introduced(people),
        evidence.colleagues(people if employment else people.iloc[:0]),
    ]
    graph = from_frames(people, evidence.edges(found, ids).astype(_EDGE))
    graph.graph.update(as_of_date=now.today, large_group_count=large_group_count)
    return graph


@measure
def ego_graph(now: Snapshot, graph: nx.Graph) -> nx.Graph:
    """How is the owner tied to the contacts? The graph of `alter_graph` and the node "owner".

    An edge leads from "owner" to everybody whose tie has any `strength` in `dormant_contacts`; its weight is
    that strength, its evidence the touches. Strength counts touches and fades, the weights among contacts
    count shared events and do not: measures that mix the two serve to compare dates and people within one
    network, not networks. A ParameterError where a contact is called "owner".

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> call = {"contact_id": "ann", "direction": "mutual", "occurred_at": pd.Timestamp("2026-03-31 09:00Z")}
    >>> now = snapshot(pd.DataFrame({"contact_id": ["ann", "bo"]}), pd.DataFrame([call]), as_of="2026-04-01")
    >>> list(ego_graph(now, nx.Graph([("ann", "bo")])).edges("owner"))
    [('owner', 'ann')]
    """
    if OWNER in graph:
        raise ParameterError(f"a contact may not have the id '{OWNER}'")
    ties = dormant_contacts(now).sort_values("contact_id")
    whole = graph.copy()
    whole.add_node(OWNER)
    for tie in ties[(ties["strength"] > 0) & ties["contact_id"].isin(list(graph))].itertuples():
        whole.add_edge(
            OWNER, tie.contact_id, weight=tie.strength, evidence="touches", evidence_count=tie.touch_count,
            first_on=tie.first_touch_on, last_on=tie.last_touch_on, inferred=False,
            source_ref=tie.last_source_ref,
        )  # fmt: skip
    return whole


def to_frames(graph: nx.Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What are the people and the ties of this graph, as two tables?

    Nodes: `contact_id, organization, circle`. Edges: `one_id, other_id` (in alphabetical order) and the
    attributes that `alter_graph` describes; what an edge lacks is NA, a weight 1. Sorted by id;
    `from_frames` is the way back.

    >>> nodes, edges = to_frames(nx.Graph([("bo", "ann")]))
    >>> nodes["contact_id"].tolist(), edges[["one_id", "other_id", "weight"]].values.tolist()
    (['ann', 'bo'], [['ann', 'bo', 1.0]])
    """
    plain = {"weight": 1.0, "evidence_count": 1, "inferred": False}
    people = [facts | {"contact_id": node} for node, facts in graph.nodes(data=True)]
    ties = [
        plain | tie | {"one_id": min(a, b), "other_id": max(a, b)} for a, b, tie in graph.edges(data=True)
    ]
    nodes = pd.DataFrame(people, columns=list(_NODE)).astype(_NODE)
    edges = pd.DataFrame(ties, columns=list(_EDGE)).astype(_EDGE)
    nodes = nodes.sort_values("contact_id", ignore_index=True)
    return nodes, edges.sort_values(["one_id", "other_id"], ignore_index=True)


def from_frames(nodes: pd.DataFrame, edges: pd.DataFrame) -> nx.Graph:
    """Which graph do these two tables make? The way back from `to_frames`; other columns are left out.

    >>> from_frames(*to_frames(nx.path_graph(["a", "b", "c"]))).number_of_edges()
    2
    """
    graph = nx.from_pandas_edgelist(edges[list(_EDGE)], "one_id", "other_id", edge_attr=True)
    graph.add_nodes_from(nodes[list(_NODE)].set_index("contact_id").to_dict("index").items())
    return graph


def weight_matrix(graph: nx.Graph, *, owner: bool = True) -> tuple[list[Hashable], sparse.csr_array]:
    """The people of the graph in alphabetical order, with or without the owner, and the weights of their ties.

    Without ties to oneself; the two directions of a directed graph are added up. A ParameterError where a
    weight is negative or not a number.
    """
    nodes = sorted(graph, key=str)
    place = {node: number for number, node in enumerate(nodes)}
    one: list[int] = []
    other: list[int] = []
    weight: list[float] = []
    # Through the adjacency: networkx's own conversion goes through views of edges, and takes four times as long.
    for node, neighbours in graph.adjacency():
        one += [place[node]] * len(neighbours)
        other += map(place.__getitem__, neighbours)
        weight += [edge.get("weight", 1.0) for edge in neighbours.values()]
    weights = sparse.csr_array((np.array(weight, "float64"), (one, other)), (len(nodes), len(nodes)))
    if not (np.isfinite(weights.data) & (weights.data >= 0)).all():
        raise ParameterError("edge attribute 'weight' must hold numbers from 0 on")
    if graph.is_directed():
        weights = weights + weights.T
    weights = (weights - sparse.diags_array(weights.diagonal())).tocsr()
    if OWNER in place and not owner:
        others = np.delete(np.arange(len(nodes)), place[OWNER])
        nodes, weights = [nodes[number] for number in others], weights[others][:, others]
    weights.eliminate_zeros()
    return nodes, weights
