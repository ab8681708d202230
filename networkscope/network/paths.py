"""Through whom does the owner best reach somebody inside a company?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures.companies import INSIDE, insiders
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.network.constraint import OWNER, Ties, ties_of
from networkscope.snapshot.rhythm import Floats, Ints
from networkscope.snapshot.snapshot import snapshot

UNTOUCHED = 0.01  # the chance of a tie that stands in a contact list without a touch ever
HALF_AT = 1.0  # the weight between two contacts that counts one half: a referral, or two meetings of three

_COLUMNS: dict[str, Any] = {
    "company": schema.TEXT, "contact_id": schema.TEXT, "place": schema.choice(INSIDE), "title": schema.TEXT,
    "via_id": schema.TEXT, "then_id": schema.TEXT, "hop_count": "int64", "strength": "float64",
    "rests_on": schema.TEXT, "inferred": bool, "source_refs": schema.TEXT,
}  # fmt: skip


@on_snapshot()
def warm_paths(
    graph: nx.Graph,
    dormant: pd.DataFrame,
    contacts: pd.DataFrame,
    companies: Iterable[str],
    *,
    top: int = 5,
    hops_max: int = 3,
) -> pd.DataFrame:
    """Through whom does the owner best reach the people who are, or were, inside each company?

    For every insider the strongest path owner -> contact -> (contact) -> insider of at most `hops_max` steps.
    The strength of a path is the product of its steps, each brought between 0 and 1 as `s / (s + h)`, so that
    `h` counts one half: for the owner's ties `s` is their strength and `h` the median of those above zero;
    between contacts `s` is the weight of the edge and `h` is 1. A contact who was never touched counts 0.01 if
    a contact list has them, and nothing otherwise. The numbers rank paths; they are nobody's chance of
    anything. The best product for each number of steps follows from that for one step less (Bellman 1958).

    Parameters
    ----------
    graph : of `alter_graph`: a path that it does not show may exist
    dormant : `contact_id, strength`, as `dormant_contacts` gives them at the same date
    contacts : `contact_id, organization, past_organizations, title, listed`; all but the first may be absent
    companies : names, told apart by `targets.company_key`, each once
    top : how many insiders to tell of, for each company

    Returns
    -------
    One row per company and insider, by company as given, the strongest first: `company, contact_id` (the
    insider), `place` ("now" or "past"), `title`, `via_id, then_id` (whom to ask first, who comes next; NA
    where the path needs nobody), `hop_count, strength, rests_on` (what each step rests on), `inferred` (a
    step is only inferred), `source_refs`. A company without a known path gives no rows.

    Raises
    ------
    ParameterError, SchemaError
        `top` or `hops_max` is below 1, the owner is in the graph; a table lacks a column.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"], "organization": ["Bank", "Acme Ltd"]})
    >>> ties = pd.DataFrame({"contact_id": ["ann", "bo"], "strength": [2.0, 0.0]})
    >>> paths = warm_paths(nx.Graph([("ann", "bo")]), ties, people, ["acme"])
    >>> paths[["contact_id", "place", "via_id", "hop_count", "strength"]].values.tolist()
    [['bo', 'now', 'ann', 2, 0.25]]
    """
    if min(top, hops_max) < 1:
        raise ParameterError("top and hops_max must be at least 1")
    if OWNER in graph:
        raise ParameterError("warm paths take the graph of the contacts alone, without the owner")
    if missing := {"contact_id", "strength"} - set(dormant.columns):
        raise SchemaError(f"warm_paths: column '{min(missing)}' is missing in dormant")
    columns = ("contact_id", "organization", "past_organizations", "title", "listed")
    people = schema.conform("contacts", contacts, columns)
    ties = ties_of(graph)
    strength, before = _strongest(ties, _owner_ties(dormant, people, ties.nodes), hops_max)
    place = pd.Series(range(len(ties.nodes)), index=ties.nodes)
    wanted = list(companies)
    inside = insiders(snapshot(people, schema.empty("interactions"), as_of="2100-01-01"), wanted).rename(columns={"inside": "place"})
    inside = inside.assign(rank=inside["company"].map(wanted.index), end=inside["contact_id"].map(place))
    inside = inside.dropna(subset="end").astype({"end": "int64"})
    hops = strength[:, inside["end"]].argmax(axis=0)
    inside = inside.assign(hop_count=hops + 1, strength=strength[hops, inside["end"]])
    order = ["rank", "strength", "place", "contact_id"]
    inside = inside[inside["strength"] > 0].sort_values(order, ascending=[True, False, True, True])
    rows, facts = [], dormant.set_index("contact_id")
    for row in inside.groupby("rank").head(top).to_dict("records"):
        path = [row["end"]]
        for level in range(row["hop_count"] - 1, 0, -1):
            path.append(before[level, path[-1]])
        rows.append(row | _steps(graph, facts, [str(ties.nodes[number]) for number in reversed(path)]))
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _strongest(ties: Ties, first: Floats, hops_max: int) -> tuple[Floats, Ints]:
    """The best product of exactly 1, 2, ... steps to each node, and the node before it on the way."""
    one, other = np.concatenate([ties.low, ties.high]), np.concatenate([ties.high, ties.low])
    step = np.tile(ties.weight / (ties.weight + HALF_AT), 2)
    strength = np.zeros((hops_max, len(first)))
    before = np.full((hops_max, len(first)), -1)
    strength[0] = first
    for hop in range(1, hops_max):
        reached = strength[hop - 1, one] * step
        order = np.lexsort(
            (-one, reached)
        )  # of equal ways always the same one: it is written last, and stays
        strength[hop, other[order]] = reached[order]
        before[hop, other[order]] = one[order]
    return strength, before


def _owner_ties(dormant: pd.DataFrame, people: pd.DataFrame, nodes: list[Any]) -> Floats:
    strength = dormant.set_index("contact_id")["strength"].astype("float64")
    half = strength[strength > 0].median()
    unknown = people.loc[~people["listed"].fillna(True).astype(bool), "contact_id"]
    least = np.where(strength.index.isin(unknown), 0.0, UNTOUCHED)
    share = (strength / (strength + half)).where(strength > 0, least)
    return share.reindex(nodes).fillna(0.0).to_numpy()


def _steps(graph: nx.Graph, facts: pd.DataFrame, path: list[str]) -> dict[str, Any]:
    """Whom to ask, what each step rests on, and where that is written."""
    tie = facts.loc[path[0]]
    last, ref = tie.get("last_touch_on"), tie.get("last_source_ref")
    touched = f"tie of strength {tie['strength']:.1f}" if tie["strength"] > 0 else "on record, never touched"
    words, refs = [touched + (f", last touch {last:%Y-%m-%d}" if pd.notna(last) else "")], [ref]
    edges = [graph.edges[pair] for pair in pairwise(path)]
    for edge in edges:
        last = edge.get("last_on")
        words.append(edge.get("evidence", "a tie") + (f", last {last:%Y-%m-%d}" if pd.notna(last) else ""))
        refs.append(edge.get("source_ref"))
    return {
        "via_id": path[0] if len(path) > 1 else None,
        "then_id": path[1] if len(path) > 2 else None,
        "rests_on": " → ".join(words),
        "inferred": any(edge.get("inferred", False) for edge in edges),
        "source_refs": schema.SEPARATOR.join(ref for ref in refs if pd.notna(ref)),
    }
