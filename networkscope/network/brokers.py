"""Who is between the others: on their shortest ways to each other, or as the only way?"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from networkscope.errors import ParameterError
from networkscope.network.graph import weight_matrix

LEVEL = 0.90  # of the interval
BLOCK = 16  # people from whom ways are searched at once

Floats = npt.NDArray[np.float64]


def brokers(graph: nx.Graph, *, sample: int = 256, seed: int = 0) -> pd.DataFrame:
    """Through whom do the others reach each other, and who is the only way to whom?

    The owner is taken out: this is about the contacts among themselves. Only people with a tie count, and
    every tie is one step.

    - `betweenness_share` (Freeman 1977): of all pairs of other people, the share whose shortest way leads
      through this person (where there are several, their part of them). It is estimated from the ways that
      start at `sample` people drawn at random (Brandes and Pich 2007), all of them where there are no more;
      `betweenness_low, betweenness_high` is the 90% interval of that sampling, and no interval when all were
      taken. `seed` fixes the draw.
    - `is_bridge`: without this person, others would no longer reach each other (an articulation point);
      `cut_off_count` is how many of them the largest part that stays together would lose.

    Takes an undirected graph, as from `alter_graph` or `ego_graph`. One row per contact: `contact_id,
    contact_count, betweenness_share, betweenness_low, betweenness_high, is_bridge, cut_off_count, sample_count,
    why`, the greatest brokers first, then the greatest bridges, then by id. Who has no tie has NA but for the
    counts, and comes last. No contacts, no rows. A ParameterError where `sample` is below 2.

    bo lies between ann and cy, and there is no other way.

    >>> found = brokers(nx.path_graph(["ann", "bo", "cy"]))
    >>> found[["contact_id", "betweenness_share", "is_bridge", "cut_off_count"]].head(1).values.tolist()
    [['bo', 1.0, True, 1]]
    """
    if sample < 2:
        raise ParameterError(f"sample must be at least 2, not {sample}")
    people, ties = weight_matrix(graph, owner=False)
    ties = ties.sign()
    degree = np.diff(ties.indptr)
    tied = np.flatnonzero(degree)
    sources = np.sort(np.random.default_rng(seed).choice(tied, min(sample, len(tied)), replace=False))
    share, error = _betweenness(ties, sources, len(tied))
    reach = -special.ndtri((1 - LEVEL) / 2) * error
    cut_off = _cut_off(ties)
    found = pd.DataFrame(
        {
            "contact_id": pd.Series(people, dtype=object if people else "str").infer_objects(),
            "contact_count": degree,
            "betweenness_share": share,
            "betweenness_low": np.maximum(share - reach, 0),
            "betweenness_high": np.minimum(share + reach, 1),
            "is_bridge": pd.array(cut_off > 0, dtype="boolean"),
            "cut_off_count": cut_off,
            "sample_count": len(sources),
        }
    )
    unknown = ["betweenness_share", "betweenness_low", "betweenness_high", "is_bridge"]
    found.loc[degree == 0, unknown] = np.nan
    # The people come in the order of their names, and a stable sort keeps it among equals.
    order = ["betweenness_share", "cut_off_count"]
    found = found.sort_values(order, ascending=False, ignore_index=True, kind="stable")
    return found.assign(why=pd.Series([_why(row) for row in found.itertuples()], dtype="str"))


def _betweenness(ties: sparse.csr_array, sources: npt.NDArray[np.intp], count: int) -> tuple[Floats, Floats]:
    """For each person the share of the ways between others that lead through them, and its standard error."""
    total, squares = np.zeros(ties.shape[0]), np.zeros(ties.shape[0])
    for start in range(0, len(sources), BLOCK):
        through = _through(ties, sources[start : start + BLOCK])
        total += through.sum(axis=1)
        squares += (through**2).sum(axis=1)
    drawn = max(len(sources), 1)
    scale = count / max((count - 1) * (count - 2), 1)
    variance = np.maximum(squares - total**2 / drawn, 0) / max(drawn - 1, 1)
    error = np.sqrt(variance * (1 / drawn - 1 / max(count, 1)))
    return (total / drawn * scale).round(12), error * scale


def _through(ties: sparse.csr_array, sources: npt.NDArray[np.intp]) -> Floats:
    """How many ways from each source (a column) lead through each person (a row), after Brandes (2001).

    All searches go one step at a time together: a step is one product with the sparse matrix of ties, and far
    faster than one search after the other.
    """
    ways = np.zeros((ties.shape[0], len(sources)))
    ways[sources, np.arange(len(sources))] = 1
    distance = np.where(ways > 0, 0, -1)
    front, steps = ways.copy(), 0
    while True:
        front = (ties @ front) * (distance < 0)
        if not front.any():
            break
        steps += 1
        distance[front > 0] = steps
        ways += front
    through = np.zeros_like(ways)
    for far in range(steps, 1, -1):
        passed_on = np.divide(1 + through, ways, out=np.zeros_like(ways), where=distance == far)
        through += (ties @ passed_on) * ways * (distance == far - 1)
    return through


def _cut_off(ties: sparse.csr_array) -> npt.NDArray[np.int64]:
    """How many people would lose the largest part that is left when a person leaves, for each person.

    Blocks (parts that no single person can take apart) and the people in them form a tree. From a person,
    each block next to them leads to one part: below it what hangs there, above it all the rest.
    """
    tree: nx.Graph[Hashable] = nx.Graph()
    for number, block in enumerate(nx.biconnected_components(nx.from_scipy_sparse_array(ties))):
        tree.add_edges_from((("block", number), person) for person in block)
    cut_off = np.zeros(ties.shape[0], dtype=np.int64)
    for part in nx.connected_components(tree):
        below = {node: int(not isinstance(node, tuple)) for node in part}
        people = sum(below.values())
        largest = dict.fromkeys(part, 0)
        root = next(node for node in part if isinstance(node, tuple))
        for parent, node in reversed(list(nx.bfs_edges(tree, root))):
            below[parent] += below[node]
            largest[parent] = max(largest[parent], below[node])
        for node in part:
            if not isinstance(node, tuple):
                cut_off[node] = people - 1 - max(largest[node], people - below[node])
    return cut_off


def _why(row: Any) -> str:
    if not row.contact_count:
        return "No tie is known."
    basis = f"{row.betweenness_share:.1%} of the shortest ways between others, by the ways from {row.sample_count}"
    only = f"; the only way to {row.cut_off_count} of them" if row.cut_off_count else ""
    return f"{row.contact_count} contacts; on {basis} people{only}"
