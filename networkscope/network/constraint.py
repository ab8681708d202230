"""Whose contacts know each other, and who links people who do not (structural holes)?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from networkscope.errors import ParameterError
from networkscope.network.graph import weight_matrix
from networkscope.wording import many

BLOCK = 1000  # people measured at once: bounds the memory


def ego_measures(graph: nx.Graph, nodes: Iterable[Hashable] | None = None) -> pd.DataFrame:
    """How far do a person's contacts lead to the same people (constraint), and how many do not overlap?

    After Burt (1992). With `z_ij` the weight of the tie (both directions added), `p_ij = z_ij / sum_q z_iq`
    and `m_jq = z_jq / max_k z_jk`:

    - constraint `c_i = sum_j (p_ij + sum_q p_iq p_qj)^2`, over the contacts j of i
    - effective size `e_i = sum_j (1 - sum_q p_iq m_jq)`; efficiency is `e_i / contact_count`

    Of the `nodes`, in this order (everybody by default), with their ties in the whole graph, undirected or
    directed; ties to oneself and ties of weight 0 are no ties. One row per node: `contact_id, contact_count,
    constraint, effective_size, efficiency_share, why`. Who has no tie has NA but for the count. An empty graph,
    or no nodes, gives no rows. A ParameterError where a node is not in the graph, or a weight is negative or
    not a number.

    Two of ann's three contacts know each other, so she reaches 3 - 2/3 groups of people.

    >>> graph = nx.Graph([("ann", "bo"), ("ann", "cy"), ("ann", "di"), ("bo", "cy")])
    >>> ego_measures(graph, ["ann"])[["contact_count", "constraint", "effective_size"]].round(3)
       contact_count  constraint  effective_size
    0              3       0.611           2.333
    """
    people, z = weight_matrix(graph)
    chosen = list(graph if nodes is None else nodes)
    if missing := sum(node not in graph for node in chosen):
        raise ParameterError(f"{missing} of the {len(chosen)} nodes are not in the graph")
    row = pd.Series(range(len(people)), index=pd.Index(people, dtype=object))[chosen].to_numpy("int64")
    count = np.diff(z.indptr)[row]
    with np.errstate(divide="ignore"):  # of people without ties, who have no row in z to be scaled
        p = sparse.diags_array(1 / z.sum(axis=1)) @ z
        m_transposed = z @ sparse.diags_array(1 / z.max(axis=1).toarray()) if people else z
    constraint, redundancy = np.zeros(len(row)), np.zeros(len(row))
    for start in range(0, len(row), BLOCK):
        block = slice(start, start + BLOCK)
        own = p[row[block]]
        contacts = own.sign()
        constraint[block] = (own + contacts * (own @ p)).power(2).sum(axis=1)
        redundancy[block] = (contacts * (own @ m_transposed)).sum(axis=1)
    found = pd.DataFrame(
        {"contact_count": count, "constraint": constraint, "effective_size": count - redundancy}
    )
    found.insert(0, "contact_id", pd.Series(chosen, dtype=object if chosen else "str").infer_objects())
    found["efficiency_share"] = found["effective_size"] / found["contact_count"]
    found.loc[count == 0, ["constraint", "effective_size", "efficiency_share"]] = np.nan
    columns = ("contact_count", "effective_size", "constraint")
    why = [
        f"{many(count, 'contact')}, worth {size:.1f} without overlap; constraint {held:.2f}"
        if count
        else "No tie."
        for count, size, held in zip(*(found[name].tolist() for name in columns), strict=True)
    ]
    return found.assign(why=pd.Series(why, dtype="str"))
