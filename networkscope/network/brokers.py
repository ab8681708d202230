"""Who stands between the others: on their shortest ways to each other, or as the only way?"""

from __future__ import annotations

from collections.abc import Hashable

import networkx as nx
import numpy as np
import pandas as pd
from scipy import special

from networkscope.errors import ParameterError
from networkscope.network.constraint import Ties, ties_of, without_owner
from networkscope.snapshot.rhythm import Floats, Ints

SOURCES_AT_ONCE = 16


def brokers(graph: nx.Graph, *, sample: int = 256, seed: int = 0, level: float = 0.90) -> pd.DataFrame:
    """Through whom do the others reach each other, and who is the only way to whom?

    The owner is taken out: this is about the contacts among themselves. Only people with a tie count, and
    every tie is one step.

    - `betweenness_share` (Freeman 1977): of all pairs of other people, the share whose shortest way leads
      through this person (where there are several, their part of them). It is estimated from the ways that
      start at `sample` people drawn at random (Brandes and Pich 2007), all of them where there are no more;
      `betweenness_low, betweenness_high` is the interval of that sampling, and no interval when all were taken.
    - `is_bridge`: without this person, others would no longer reach each other (an articulation point);
      `cut_off_count` is how many of them the largest part that stays together would lose.

    Parameters
    ----------
    graph : undirected, as from `alter_graph` or `ego_graph`
    sample, seed : how many people to start from, and what fixes the draw
    level : of the interval

    Returns
    -------
    One row per contact: `contact_id, contact_count, betweenness_share, betweenness_low, betweenness_high,
    is_bridge, cut_off_count, sample_count, why`, the greatest brokers first, then the greatest bridges, then
    by id. Who has no tie has NA but for the counts, and comes last. No contacts, no rows.

    Raises
    ------
    ParameterError
        `sample` is below 2, or `level` not between 0 and 1.

    Examples
    --------
    bo lies between ann and cy, and there is no other way.

    >>> found = brokers(nx.path_graph(["ann", "bo", "cy"]))
    >>> found[["contact_id", "betweenness_share", "is_bridge", "cut_off_count"]].head(1).values.tolist()
    [['bo', 1.0, True, 1]]
    """
    if sample < 2 or not 0 < level < 1:
        raise ParameterError("sample must be at least 2, and level lie between 0 and 1")
    ties = ties_of(without_owner(graph))
    degree = ties.degree
    tied = np.flatnonzero(degree)
    taken = min(sample, len(tied))
    sources = np.sort(np.random.default_rng(seed).choice(tied, taken, replace=False))
    total, squares = _dependencies(ties, sources)
    pairs = max((len(tied) - 1) * (len(tied) - 2), 1)
    share = total / max(taken, 1) * len(tied) / pairs
    variance = np.maximum(squares - total**2 / max(taken, 1), 0) / max(taken - 1, 1)
    error = np.sqrt(variance * (1 / max(taken, 1) - 1 / max(len(tied), 1))) * len(tied) / pairs
    reach = -special.ndtri((1 - level) / 2) * error
    cut_off = _cut_off(ties)
    found = pd.DataFrame(
        {
            "contact_id": pd.Series(ties.nodes, dtype=object if ties.nodes else "str").infer_objects(),
            "contact_count": degree,
            "betweenness_share": share,
            "betweenness_low": np.maximum(share - reach, 0),
            "betweenness_high": np.minimum(share + reach, 1),
            "is_bridge": pd.array(cut_off > 0, dtype="boolean"),
            "cut_off_count": cut_off,
            "sample_count": taken,
        }
    )
    unknown = ["betweenness_share", "betweenness_low", "betweenness_high", "is_bridge"]
    found.loc[degree == 0, unknown] = np.nan
    order = ["betweenness_share", "cut_off_count", "name"]
    named = found.assign(name=found["contact_id"].astype("str"))
    found = named.sort_values(order, ascending=[False, False, True], ignore_index=True).drop(columns="name")
    return found.assign(why=pd.Series(_why(found), dtype="str"))


def _dependencies(ties: Ties, sources: Ints) -> tuple[Floats, Floats]:
    """For each person, the sum over the sources of the ways through them, and of its square (Brandes 2001).

    A whole block of searches goes one step at a time, as one product of the sparse matrix of ties with one
    column per search.
    """
    size = len(ties.nodes)
    step = ties.matrix(np.ones(len(ties.low)))
    total, squares = np.zeros(size), np.zeros(size)
    for start in range(0, len(sources), SOURCES_AT_ONCE):
        block = sources[start : start + SOURCES_AT_ONCE]
        ways = np.zeros((size, len(block)))
        ways[block, np.arange(len(block))] = 1
        distance = np.where(ways > 0, 0, -1)
        front, steps = ways.copy(), 0
        while True:
            front = (step @ front) * (distance < 0)
            if not front.any():
                break
            steps += 1
            distance[front > 0] = steps
            ways += front
        through = np.zeros_like(ways)
        for far in range(steps, 1, -1):
            passed_on = np.divide(1 + through, ways, out=np.zeros_like(ways), where=distance == far)
            through += (step @ passed_on) * ways * (distance == far - 1)
        total += through.sum(axis=1)
        squares += (through**2).sum(axis=1)
    return total, squares


def _cut_off(ties: Ties) -> Ints:
    """How many people would lose the largest part that is left when a person leaves, for each person.

    Blocks (parts that no single person can take apart) and the people in them form a tree. Seen from a person,
    each block beside them leads to one part: below it what hangs there, above it all the rest.
    """
    graph: nx.Graph[int] = nx.Graph(zip(ties.low.tolist(), ties.high.tolist(), strict=True))
    tree: nx.Graph[Hashable] = nx.Graph()
    for number, block in enumerate(nx.biconnected_components(graph)):
        tree.add_edges_from((("block", number), person) for person in block)
    cut_off = np.zeros(len(ties.nodes), dtype=np.int64)
    for part in nx.connected_components(tree):
        root = min(node for node in part if isinstance(node, tuple))
        people = sum(not isinstance(node, tuple) for node in part)
        above = {child: parent for parent, child in nx.bfs_edges(tree, root)}
        below = {node: int(not isinstance(node, tuple)) for node in part}
        largest: dict[Hashable, int] = dict.fromkeys(part, 0)
        for node in reversed(list(above)):
            parent = above[node]
            below[parent] += below[node]
            largest[parent] = max(largest[parent], below[node])
        for node in part:
            if not isinstance(node, tuple):
                cut_off[node] = people - 1 - max(largest[node], people - below[node])
    return cut_off


def _why(found: pd.DataFrame) -> list[str]:
    columns = ("contact_count", "betweenness_share", "cut_off_count", "sample_count")
    sentences = []
    for count, share, cut_off, taken in zip(*(found[name] for name in columns), strict=True):
        only = f"; the only way to {cut_off} of them" if cut_off else ""
        basis = f"on {share:.1%} of the shortest ways between others, by the ways from {taken} people"
        sentences.append(f"{count} contacts; {basis}{only}" if count else "No tie is known.")
    return sentences
