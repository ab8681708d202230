"""Whose contacts know each other, and who stands between people who do not?

Burt's measures are sums over pairs of contacts that are tied to each other, that is over triangles. Listing
the triangles, each once and from its least connected corner, gives the entries of the matrix products that
are needed and no others: one owner tied to a hundred thousand people costs no more than anybody else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain, compress, pairwise
from operator import methodcaller
from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from networkscope.errors import ParameterError
from networkscope.snapshot.rhythm import Floats, Ints
from networkscope.wording import many

OWNER = "owner"  # the node that stands for whoever keeps the book
BLOCK = 1 << 21  # pairs looked at at once: bounds the memory at some 200 MB


class Ties(NamedTuple):
    """The ties of a graph as arrays: each once, without self-ties, `low < high` numbering `nodes`.

    Nodes are numbered from the least to the most connected, sorted by name among equals, so that no sum
    depends on the order in which the graph was built. Ties are sorted by `low`, then `high`.
    """

    nodes: list[Hashable]
    low: Ints
    high: Ints
    weight: Floats

    @property
    def degree(self) -> Ints:
        size = len(self.nodes)
        return np.bincount(self.low, minlength=size) + np.bincount(self.high, minlength=size)

    def sums(self, of_tie: Floats) -> Floats:
        """For each node, the sum over its ties."""
        size = len(self.nodes)
        return _sum_at(self.low, of_tie, size) + _sum_at(self.high, of_tie, size)

    def matrix(self, of_tie: Floats) -> sparse.csr_array:
        """Who is tied to whom, both ways."""
        ends = np.concatenate([self.low, self.high]), np.concatenate([self.high, self.low])
        return sparse.csr_array((np.tile(of_tie, 2), ends), shape=(len(self.nodes), len(self.nodes)))


def ego_measures(
    graph: nx.Graph, nodes: Iterable[Hashable] | None = None, *, weight: str = "weight"
) -> pd.DataFrame:
    """How far do a person's contacts lead to the same people (constraint), and how many do not overlap?

    After Burt (1992). With `z_ij` the weight of the tie (both directions added), `p_ij = z_ij / sum_q z_iq`
    and `m_jq = z_jq / max_k z_jk`:

    - constraint `c_i = sum_j (p_ij + sum_q p_iq p_qj)^2`, over the contacts j of i
    - effective size `e_i = sum_j (1 - sum_q p_iq m_jq)`; efficiency is `e_i / contact_count`

    Parameters
    ----------
    graph : undirected or directed, not a multigraph; ties to oneself and ties of weight 0 are no ties
    nodes : of whom to tell, in this order; everybody by default. The whole graph is seen in any case.
    weight : edge attribute; an edge without it weighs 1

    Returns
    -------
    `contact_id, contact_count, constraint, effective_size, efficiency_share, why`, one row per node. Who has
    no tie has NA but for the count. An empty graph, or no nodes, gives no rows.

    Raises
    ------
    ParameterError
        A node is not in the graph; a weight is negative or not a number; a multigraph.

    Examples
    --------
    Two of ann's three contacts know each other, so she reaches 3 - 2/3 groups of people.

    >>> graph = nx.Graph([("ann", "bo"), ("ann", "cy"), ("ann", "di"), ("bo", "cy")])
    >>> ego_measures(graph, ["ann"])[["contact_count", "constraint", "effective_size"]].round(3)
       contact_count  constraint  effective_size
    0              3       0.611           2.333
    """
    ties = ties_of(graph, weight)
    size, low, high, z = len(ties.nodes), ties.low, ties.high, ties.weight
    total = ties.sums(z)
    largest = np.zeros(size)
    np.maximum.at(largest, low, z)
    np.maximum.at(largest, high, z)
    around, redundancy = np.zeros(len(z)), np.zeros(size)
    for ab, ac, bc in triangles(ties):
        a, b, c = low[ab], high[ab], high[ac]
        # Each corner once as ego: its two ties, the people at their ends, and the tie that those two share.
        for ego, one, other, x, y, across in (
            (a, b, c, ab, ac, bc),
            (b, a, c, ab, bc, ac),
            (c, a, b, ac, bc, ab),
        ):
            around += _sum_at(across, z[x] * z[y] / total[ego], len(z))
            redundancy += _sum_at(ego, z[across] * (z[y] / largest[one] + z[x] / largest[other]), size)
    with np.errstate(invalid="ignore", divide="ignore"):  # 0 / 0 where there is no tie: undefined, hence NA
        share = [(z + around) / total[end] for end in (low, high)]
        constraint = _sum_at(low, share[0] ** 2, size) + _sum_at(high, share[1] ** 2, size)
        measured = pd.DataFrame(
            {
                "contact_count": ties.degree,
                "constraint": np.where(total > 0, constraint, np.nan),
                "effective_size": ties.degree - redundancy / total,
            },
            index=pd.Index(ties.nodes, dtype=object),
        )
    chosen = list(graph if nodes is None else nodes)
    if missing := sum(node not in graph for node in chosen):
        raise ParameterError(f"{missing} of the {len(chosen)} nodes are not in the graph")
    found = measured.loc[chosen].reset_index(drop=True)
    found.insert(0, "contact_id", pd.Series(chosen, dtype=object if chosen else "str").infer_objects())
    found["efficiency_share"] = found["effective_size"] / found["contact_count"]
    return found.assign(why=pd.Series(_why(found), dtype="str"))


def without_owner(graph: nx.Graph) -> nx.Graph:
    """The contacts among themselves."""
    return graph.subgraph([node for node in graph if node != OWNER]) if OWNER in graph else graph


def ties_of(graph: nx.Graph, weight: str = "weight") -> Ties:
    """The graph as arrays, directions added up; a ParameterError where a weight cannot be one."""
    if graph.is_multigraph():
        raise ParameterError("the graph must not have several edges between the same two nodes")
    nodes = sorted(graph, key=str)
    size, position = max(len(nodes), 1), {node: number for number, node in enumerate(nodes)}
    around = [neighbours for _, neighbours in graph.adjacency()]
    degree = np.fromiter(map(len, around), np.int64)
    one = np.repeat(np.fromiter(map(position.__getitem__, graph), np.int64), degree)
    other = np.fromiter(map(position.__getitem__, chain.from_iterable(around)), np.int64)
    proper = (one != other) if graph.is_directed() else (one < other)
    edges = compress(chain.from_iterable(map(methodcaller("values"), around)), proper.tolist())
    z = np.fromiter(map(methodcaller("get", weight, 1), edges), np.float64)
    if not (z >= 0).all() or np.isinf(z).any():
        raise ParameterError(f"edge attribute '{weight}' must hold numbers from 0 on")
    one, other, z = one[proper][z > 0], other[proper][z > 0], z[z > 0]
    key = np.minimum(one, other) * size + np.maximum(one, other)
    if graph.is_directed():
        key, number = np.unique(key, return_inverse=True)
        z = _sum_at(number, z, len(key))
    one, other = np.divmod(key, size)
    by_degree = np.argsort(np.bincount(np.append(one, other), minlength=len(nodes)), kind="stable")
    rank = np.empty_like(by_degree)
    rank[by_degree] = np.arange(len(nodes))
    low, high = np.minimum(rank[one], rank[other]), np.maximum(rank[one], rank[other])
    order = np.argsort(low * size + high)
    return Ties([nodes[number] for number in by_degree], low[order], high[order], z[order])


def triangles(ties: Ties) -> Iterator[tuple[Ints, Ints, Ints]]:
    """All triangles a < b < c, each once, in blocks: the numbers of their ties ab, ac and bc.

    Looks up every pair of better connected neighbours of a; of these nobody has more than sqrt(2 ties)
    (Chiba and Nishizeki 1985).
    """
    size = len(ties.nodes)
    key = ties.low * size + ties.high
    later = np.searchsorted(ties.low, ties.low, side="right") - np.arange(len(key)) - 1
    before = np.cumsum(later) - later
    for start, stop in _blocks(before, int(later.sum())):
        ab = np.repeat(np.arange(start, stop), later[start:stop])
        ac = ab + 1 + np.arange(len(ab)) - (before[ab] - before[start])
        closing = ties.high[ab] * size + ties.high[ac]
        bc = np.minimum(np.searchsorted(key, closing), len(key) - 1)
        closed = key[bc] == closing
        yield ab[closed], ac[closed], bc[closed]


def _blocks(before: Ints, pairs: int) -> Iterator[tuple[int, int]]:
    cuts = np.unique(np.searchsorted(before, np.arange(0, pairs, BLOCK))).tolist()
    yield from pairwise([*cuts, len(before)])


def _sum_at(where: Ints, what: Floats, size: int) -> Floats:
    return np.bincount(where, what, minlength=size).astype(np.float64)


def _why(found: pd.DataFrame) -> list[str]:
    rows = zip(found["contact_count"], found["effective_size"], found["constraint"], strict=True)
    return [
        f"{many(count, 'contact')}, worth {size:.1f} without overlap; constraint {held:.2f}"
        if count
        else "No tie."
        for count, size, held in rows
    ]
