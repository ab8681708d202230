"""The graph: constraint, brokers and communities against NetworkX, and at full size."""

from __future__ import annotations

import resource

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks import compare, cpu_seconds
from networkscope import schema
from networkscope.network.brokers import brokers
from networkscope.network.communities import communities
from networkscope.network.constraint import ego_measures
from networkscope.network.graph import OWNER, alter_graph
from networkscope.snapshot.snapshot import snapshot

SMALL, LARGE = (10_000, 100_000), (100_000, 1_000_000)


def weighted(nodes: int, edges: int) -> nx.Graph:
    """Groups of some 50 people, a tenth of the ties between them, weights from 0 to 1."""
    rng = np.random.default_rng(1)
    drawn = 4 * edges // 3  # more than enough: some come twice
    one = rng.integers(nodes, size=drawn)
    near = np.minimum(one // 50 * 50 + rng.integers(50, size=drawn), nodes - 1)
    other = np.where(rng.random(drawn) < 0.1, rng.integers(nodes, size=drawn), near)
    pairs = np.unique(np.sort(np.column_stack((one, other))[one != other]), axis=0)
    one, other = rng.permutation(pairs)[:edges].T
    graph: nx.Graph[int] = nx.empty_graph(nodes)
    graph.add_weighted_edges_from(
        zip(one.tolist(), other.tolist(), rng.random(len(one)).tolist(), strict=True)
    )
    return graph


def events(contacts: int, rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A book of which a fifth of the rows are meetings of several."""
    rng = np.random.default_rng(2)
    people = pd.DataFrame({"contact_id": [f"c{i}" for i in range(contacts)]})
    event = np.where(rng.random(rows) < 0.2, rng.integers(rows // 10, size=rows), rows + np.arange(rows))
    who = np.where(
        event < rows, (event * 7 + rng.integers(30, size=rows)) % contacts, rng.integers(contacts, size=rows)
    )
    log = pd.DataFrame({"event_id": event, "contact_id": who}).astype("str")
    log["contact_id"] = "c" + log["contact_id"]
    log["occurred_at"] = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(event % 2000, unit="D")
    return people, log.assign(channel="meeting", direction="mutual", source_ref="log")


def at_full_size() -> None:
    graph = weighted(*LARGE)
    whole = graph.copy()
    whole.add_edges_from((OWNER, who) for who in graph)
    print(f"{whole.number_of_nodes():,} nodes, {whole.number_of_edges():,} edges, the owner tied to all")
    for what, work in (
        ("constraint and effective size of the owner", lambda: ego_measures(whole, [OWNER])),
        ("brokers, sample of 256", lambda: brokers(graph)),
    ):
        print(f"  {what}: {cpu_seconds(work):.1f} s CPU; peak memory of the process {peak():.1f} GB")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    graph = weighted(*SMALL)
    print(f"{graph.number_of_nodes():,} nodes, {graph.number_of_edges():,} edges")
    theirs = {
        "networkx constraint": lambda: nx.constraint(graph, weight="weight"),
        "networkx effective_size": lambda: nx.effective_size(graph, weight="weight"),
    }
    compare("constraint and effective size together", lambda: ego_measures(graph), theirs, runs=3)
    sampled = {"networkx, 100": lambda: nx.betweenness_centrality(graph, k=100, seed=0)}
    compare("betweenness from 100 people, bridges", lambda: brokers(graph, sample=100), sampled, runs=3)
    people = pd.DataFrame({"contact_id": [str(node) for node in graph]})
    now = snapshot(people, schema.empty("interactions"), as_of="2026-11-16")
    louvain = {"networkx Louvain": lambda: nx.community.louvain_communities(graph, seed=0)}
    compare("communities with names", lambda: communities(now, graph), louvain, runs=3)
    contacts, log = events(50_000, 2_000_000)
    now = snapshot(contacts, log, as_of="2026-11-16")
    seconds = cpu_seconds(lambda: alter_graph(now))
    print(f"alter graph of 50,000 contacts and 2,000,000 rows: {seconds:.1f} s CPU")
    at_full_size()


if __name__ == "__main__":
    main()
