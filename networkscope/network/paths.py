"""Through whom does the owner best reach somebody inside a company?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.companies import INSIDE, insiders
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.registry import measure
from networkscope.network.graph import OWNER, weight_matrix
from networkscope.snapshot.snapshot import Snapshot

UNTOUCHED = 0.01  # the chance of a tie that is in a contact list without a touch ever, or with touches of one side only
HALF_AT = 1.0  # the weight between two contacts that counts one half: a referral, or two meetings of three

Floats = npt.NDArray[np.float64]

_COLUMNS: dict[str, Any] = {
    "company": schema.TEXT, "contact_id": schema.TEXT, "inside": schema.choice(INSIDE), "title": schema.TEXT,
    "via_id": schema.TEXT, "then_id": schema.TEXT, "hop_count": "int64", "strength": "float64",
    "rests_on": schema.TEXT, "inferred": bool, "source_refs": schema.TEXT,
}  # fmt: skip


@measure
def warm_paths(
    now: Snapshot, graph: nx.Graph, companies: Iterable[str], *, top: int = 5, hops_max: int = 3
) -> pd.DataFrame:
    """Through whom does the owner best reach the people who are, or were, inside each company?

    For every insider the strongest path owner -> contact -> (contact) -> insider of at most `hops_max` steps.
    The strength of a path is the product of its steps, each brought between 0 and 1 as `s / (s + h)`, so that
    `h` counts one half: for the owner's ties `s` is their strength in `dormant_contacts` and `h` the median of
    those above zero; between contacts `s` is the weight of the edge and `h` is 1. A contact who was never
    touched, or from one side only, counts 0.01 if a contact list has them, and nothing otherwise. The numbers
    rank paths; they are nobody's chance of anything. The best product for each number of steps follows from that
    for one step less (Bellman 1958).

    Takes the graph of `alter_graph` (a path that it does not show may exist) and names of companies, told apart
    by `companies.company_key`, each once. One row per company and insider, by company as given, the `top`
    strongest: `company, contact_id` (the insider), `inside` ("now" or "past"), `title`, `via_id, then_id` (who
    to ask first, who comes next; NA where the path needs nobody), `hop_count, strength, rests_on` (what each
    step rests on), `inferred` (a step is only inferred), `source_refs`. A company without a known path gives no
    rows. A ParameterError where `top` or `hops_max` is below 1, or the owner is in the graph.

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"], "organization": ["Bank", "Acme Ltd"]})
    >>> log = pd.DataFrame({"contact_id": ["ann"], "direction": ["mutual"], "channel": ["call"],
    ...     "occurred_at": pd.to_datetime(["2026-03-02 09:00Z"])})
    >>> now = snapshot(people, log, as_of="2026-04-01")
    >>> paths = warm_paths(now, nx.Graph([("ann", "bo")]), ["acme"])
    >>> paths[["contact_id", "inside", "via_id", "hop_count", "strength"]].values.tolist()
    [['bo', 'now', 'ann', 2, 0.25]]
    """
    if min(top, hops_max) < 1:
        raise ParameterError("top and hops_max must be at least 1")
    if OWNER in graph:
        raise ParameterError("warm paths take the graph of the contacts alone, without the owner")
    people, weights = weight_matrix(graph)
    dormant = dormant_contacts(now).set_index("contact_id")
    own_ties = _owner_ties(dormant, now.contacts).reindex(people).fillna(0.0).to_numpy("float64")
    strength, before = _strongest(weights, own_ties, hops_max)
    wanted = list(companies)
    inside = insiders(now, wanted)
    inside["rank"] = inside["company"].map(wanted.index)
    inside["end"] = inside["contact_id"].map(pd.Series(range(len(people)), people))
    inside = inside.dropna(subset="end").astype({"end": "int64"})
    hops = strength[:, inside["end"]].argmax(axis=0)
    inside = inside.assign(hop_count=hops + 1, strength=strength[hops, inside["end"]])
    order = ["rank", "strength", "inside", "contact_id"]
    inside = inside[inside["strength"] > 0].sort_values(order, ascending=[True, False, True, True])
    rows = []
    for row in inside.groupby("rank").head(top).to_dict("records"):
        path = [row["end"]]
        for level in range(row["hop_count"] - 1, 0, -1):
            path.insert(0, before[level, path[0]])
        rows.append(row | _steps(graph, dormant, [str(people[place]) for place in path]))
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _strongest(
    weights: sparse.csr_array, first: Floats, hops_max: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The best product of exactly 1, 2, ... steps to each person, and the person before them on the way."""
    step = weights / HALF_AT
    step.data = step.data / (step.data + 1)
    strength = np.zeros((hops_max, len(first)))
    before = np.full((hops_max, len(first)), -1)
    strength[0] = first
    for hop in range(1, hops_max if len(first) else 0):
        reached = (step @ sparse.diags_array(strength[hop - 1])).tocsr()
        strength[hop] = reached.max(axis=1).toarray()
        before[hop] = reached.argmax(axis=1)
    return strength, before


def _owner_ties(dormant: pd.DataFrame, contacts: pd.DataFrame) -> pd.Series:
    """Each of the owner's ties as a number between 0 and 1."""
    strength = dormant["strength"].astype("float64")
    half = strength[strength > 0].median()
    unlisted = contacts.loc[~contacts["listed"].fillna(True).astype(bool), "contact_id"]
    least = np.where(strength.index.isin(unlisted), 0.0, UNTOUCHED)
    return (strength / (strength + half)).where(strength > 0, least)


def _steps(graph: nx.Graph, dormant: pd.DataFrame, path: list[str]) -> dict[str, Any]:
    """Who to ask, what each step rests on, and where that is written."""
    tie = dormant.loc[path[0]]
    untied = (
        "you know each other, but were never in touch"
        if pd.isna(tie["last_touch_on"])
        else "only one of you has written so far"
    )
    touched = "in touch" if tie["strength"] > 0 else untied
    edges = [graph.edges[pair] for pair in pairwise(path)]
    steps = [(touched, tie["last_touch_on"], tie["last_source_ref"])]
    for edge in edges:
        steps.append((edge.get("evidence", "a tie"), edge.get("last_on"), edge.get("source_ref")))
    words = [what if pd.isna(day) else f"{what}, last {day:%Y-%m-%d}" for what, day, _ in steps]
    return {
        "via_id": path[0] if len(path) > 1 else None,
        "then_id": path[1] if len(path) > 2 else None,
        "rests_on": " → ".join(words),
        "inferred": any(edge.get("inferred", False) for edge in edges),
        "source_refs": schema.SEPARATOR.join(ref for *_, ref in steps if pd.notna(ref)),
    }
