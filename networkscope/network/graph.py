"""Which contacts know each other, as far as the owner's own records show it? Tables to NetworkX and back."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.network import evidence
from networkscope.network.constraint import OWNER
from networkscope.network.evidence import COMPANY_MAX, EDGE, NODE
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import snapshot


@on_snapshot(own=("group_max",))
def alter_graph(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    co_mentions: pd.DataFrame | None = None,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 12,
    include_inferred: bool = False,
    employment: bool = False,
    company_max: int = COMPANY_MAX,
) -> nx.Graph:
    """Which contacts know each other, and from what can one tell?

    Every contact is a node; an edge needs evidence. No address book and no export of a social network says
    who knows whom among the owner's contacts, so that *two people without an edge may well know each other*:
    a missing edge is unknown, not absent.

    Evidence of each kind adds to the weight of an edge:

    - "shared meeting", "shared message": one event, weight 1 / (k - 1) among its k people, owner included
      (Newman 2001): each splits their attention among the others. Those whom somebody wrote to together with
      the owner (`co_mentions`) share the message.
    - "shared thread": the messages of a thread that went to several, together once, likewise
    - "referral": one gave the owner the other's name, weight 1; "introduced by": the same, noted in contacts
    - "same company" (only with `employment`, always inferred): both there now, 1 / (k - 1) for k contacts

    Parameters
    ----------
    contacts, interactions, referrals, co_mentions : canonical tables; only their required columns must be
        there. People who are not in `contacts` count in the size of a group, but are no nodes.
    as_of, timezone : nothing from `as_of` on is seen. Of companies no date is known: they count as they are.
    group_max : larger groups are no evidence; a group of unknown size has as many people as rows, and the owner
    include_inferred : also referrals that were read off an introduction e-mail
    company_max : companies with more contacts than that are no evidence

    Returns
    -------
    Graph
        Nodes are contact ids with `organization, circle`. Edges carry `weight`, `evidence` (kinds and how
        often, as in "referral; shared meeting x3"), `evidence_count`, `first_on, last_on` (local dates, NaT
        where none is known), `inferred` (nothing but inferred evidence) and `source_ref` of the latest. The
        graph carries `as_of_date` and `large_group_count` (groups that were too large). No contacts, no nodes.

    Raises
    ------
    ParameterError, SchemaError
        `as_of` or `timezone` cannot be read, or a maximum is below 2; a table does not fit.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo", "cy"]})
    >>> log = pd.DataFrame({"event_id": ["e", "e"], "contact_id": ["ann", "bo"], "direction": "mutual",
    ...     "occurred_at": pd.to_datetime(["2026-03-02 09:00Z"] * 2), "channel": "meeting"})
    >>> graph = alter_graph(people, log, schema.empty("referrals"), as_of="2026-04-01")
    >>> [(a, b, edge["weight"], edge["evidence"]) for a, b, edge in graph.edges(data=True)]
    [('ann', 'bo', 0.5, 'shared meeting')]
    """
    if min(group_max, company_max) < 2:
        raise ParameterError("group_max and company_max must be at least 2")
    columns = ("contact_id", "name", "organization", "circle", "introduced_by", "connected_on")
    people = schema.conform("contacts", contacts, columns).sort_values("contact_id", ignore_index=True)
    today = dates.last_day(as_of, timezone)
    co_mentions = schema.empty("co_mentions") if co_mentions is None else co_mentions
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    groups, large = evidence.groups(interactions, co_mentions, group_max=group_max, **seen)
    leads = counted_leads(snapshot(contacts, interactions, referrals, **seen), include_inferred)
    found = [
        evidence.together(groups, people["contact_id"]),
        evidence.referred(leads),
        evidence.introduced(people, today),
        evidence.colleagues(people if employment else people.iloc[:0], company_max),
    ]
    graph = from_frames(people[list(NODE)], evidence.edges(found, people["contact_id"]))
    graph.graph.update(as_of_date=dates.as_of_date(**seen), large_group_count=large)
    return graph


@on_snapshot()
def ego_graph(graph: nx.Graph, dormant: pd.DataFrame) -> nx.Graph:
    """How does the owner stand among the contacts? The graph of `alter_graph` and the node "owner".

    An edge leads from "owner" to everybody whose tie has any `strength` in `dormant`, the frame of
    `dormant_contacts`; its weight is that strength, its evidence the touches. Strength counts touches and
    fades, the weights among contacts count shared events and do not: measures that mix the two serve to
    compare dates and people within one network, not networks. A ParameterError where a contact is called
    "owner"; a SchemaError where `dormant` lacks a column.

    >>> ties = pd.DataFrame({"contact_id": ["ann", "bo"], "strength": [2.0, 0.0]})
    >>> sorted(ego_graph(nx.Graph([("ann", "bo")]), ties).edges("owner", data="weight"))
    [('owner', 'ann', 2.0)]
    """
    if OWNER in graph:
        raise ParameterError(f"a contact may not have the id '{OWNER}'")
    facts = ("touch_count", "first_touch_on", "last_touch_on", "last_source_ref")
    ties = dormant.reindex(columns=["contact_id", "strength", *facts]).sort_values("contact_id")
    if not {"contact_id", "strength"} <= set(dormant.columns):
        raise SchemaError("dormant: the columns 'contact_id' and 'strength' must be there")
    whole = graph.copy()
    whole.add_node(OWNER)
    for who, strength, count, first, last, ref in ties[ties["strength"] > 0].itertuples(index=False):
        if who in graph:
            told = {"evidence": "touches", "evidence_count": count, "inferred": False, "source_ref": ref}
            whole.add_edge(OWNER, who, weight=strength, first_on=first, last_on=last, **told)
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
    nodes = pd.DataFrame(people, columns=list(NODE)).astype(NODE).sort_values("contact_id", ignore_index=True)
    edges = pd.DataFrame(ties, columns=list(EDGE)).astype(EDGE)
    return nodes, edges.sort_values(["one_id", "other_id"], ignore_index=True)


def from_frames(nodes: pd.DataFrame, edges: pd.DataFrame) -> nx.Graph:
    """Which graph do these two tables make? The way back from `to_frames`; other columns are left out.

    >>> from_frames(*to_frames(nx.path_graph(["a", "b", "c"]))).number_of_edges()
    2
    """
    graph = nx.from_pandas_edgelist(edges[list(EDGE)], "one_id", "other_id", edge_attr=True)
    graph.add_nodes_from(nodes[list(NODE)].set_index("contact_id").to_dict("index").items())
    return graph
