"""Which groups do the contacts fall into, and what are these groups called?"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.rates import add_shares
from networkscope.measures.registry import measure
from networkscope.network.graph import weight_matrix
from networkscope.snapshot.snapshot import Snapshot

LEAST_MEMBERS, LEAST_SHARE = 2, 1 / 3  # who share what a community may be called after
TOUCHED_WITHIN_DAYS = 365
_MEMBERS: dict[str, Any] = {
    "contact_id": schema.TEXT, "community": schema.COUNT, "community_name": schema.TEXT,
    "core_id": schema.TEXT, "member_count": schema.COUNT, "why": schema.TEXT,
}  # fmt: skip


@measure
def communities(now: Snapshot, graph: nx.Graph, *, seed: int = 0) -> pd.DataFrame:
    """Into which groups do the contacts fall, who is in which, and what holds each group together?

    Groups are dense inside and thin between: the partition of greatest modularity that the Louvain method
    finds (Blondel et al. 2008), by weight of the ties, after the owner was taken out. People at the margin
    of a group may belong to another with another `seed`, which fixes the order in which people are looked at.

    A community is called after its most *telling* company or circle: the one of which it holds far more than
    its share. With `m` of its `M` members there, against `n` of all `N` grouped people, that is the largest
    `m ln((m / M) / (n / N))`, the label's part in how far the group differs from everybody (Kullback and
    Leibler 1951). At least two members, and a third of them, must share it; otherwise the community
    has only a number, and `core_id`, its best connected member, to know it by. "and others" means fewer than
    half of the members.

    Takes the graph of `alter_graph` or `ego_graph`. One row per contact: `contact_id, community` (1 is the
    largest), `community_name, core_id, member_count, why`. By community and id; who has no tie belongs to none,
    has NA, and comes last. No contacts, no rows.

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": list("abcxyz"), "circle": ["choir"] * 3 + ["chess"] * 3})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-04-01")
    >>> groups = communities(now, nx.Graph(["ab", "bc", "ca", "xy", "yz", "zx", "ax"]))
    >>> groups.groupby("community_name")["contact_id"].agg("".join).to_dict()
    {'chess': 'xyz', 'choir': 'abc'}
    """
    people, weights = weight_matrix(graph, owner=False)
    # A graph of sorted numbers: the order of sets of texts differs from run to run.
    found = nx.community.louvain_communities(nx.from_scipy_sparse_array(weights), seed=seed)
    group = np.full(len(people), -1)
    for number, members in enumerate(found):
        group[list(members)] = number
    ties = weights.tocoo()
    within = np.where(group[ties.row] == group[ties.col], ties.data, 0.0)
    table = pd.DataFrame({"contact_id": people, "group": group}).astype({"contact_id": schema.TEXT})
    table["within"] = np.bincount(ties.row, within, len(people)).round(9)
    placed = table[np.diff(weights.indptr) > 0].sort_values(["within", "contact_id"], ascending=[False, True])
    facts = placed.groupby("group")["contact_id"].agg(member_count="size", least_id="min", core_id="first")
    facts = facts.sort_values(["member_count", "least_id"], ascending=[False, True])
    facts["community"] = range(1, len(facts) + 1)
    placed = placed.join(facts, on="group")
    names = _names(placed, now.contacts)
    table = table[["contact_id"]].merge(placed.join(names, on="community"), on="contact_id", how="left")
    return table[list(_MEMBERS)].astype(_MEMBERS).sort_values(["community", "contact_id"], ignore_index=True)


@measure
def community_table(now: Snapshot, members: pd.DataFrame) -> pd.DataFrame:
    """How large is each community, and how much of it did the owner keep in touch with?

    Takes the frame of `communities`. One row per community, the largest first: `community, community_name,
    core_id, member_count, touched_count` (members whose last touch is at most 365 days ago), `touched_share,
    touched_low, touched_high` (90% interval), `why`. No communities, no rows.

    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "circle": "choir"})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-04-01")
    >>> table = community_table(now, communities(now, nx.Graph(["ab"])))
    >>> table[["community_name", "member_count", "touched_count"]].values.tolist()
    [['choir', 2, 0]]
    """
    ties = dormant_contacts(now)
    recent = ties.loc[(ties["days_silent"] <= TOUCHED_WITHIN_DAYS).fillna(False).astype(bool), "contact_id"]
    placed = members.dropna(subset="community")
    placed = placed.assign(touched_count=placed["contact_id"].isin(recent))
    groups = placed.groupby(["community", "community_name", "core_id", "member_count", "why"])
    table = groups["touched_count"].sum().reset_index()
    why = table.pop("why")
    return add_shares(table, {"touched": "member"}).assign(why=why)


def _names(placed: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """`community_name` and `why` by number of the community."""
    size = placed.groupby("community").size()
    labels = placed[["contact_id", "community"]].merge(contacts, on="contact_id")
    labels = labels.melt("community", ["organization", "circle"], "kind", "label").dropna()
    labels["label"] = labels["label"].map(keys.clean)
    count = labels[labels["label"] != ""].groupby(["kind", "label", "community"]).size().rename("m")
    table = count.reset_index()
    table["n"] = table.groupby(["kind", "label"])["m"].transform("sum")
    table["part"] = table["m"] / table["community"].map(size)
    table["score"] = table["m"] * np.log(table["part"] * len(placed) / table["n"])
    enough = (table["m"] >= LEAST_MEMBERS) & (table["part"] >= LEAST_SHARE)
    # Where there is but one group, nothing is telling, and its most frequent label has to do.
    fits = enough & ((table["score"] > 1e-9) | (len(size) == 1))
    table = table[fits].sort_values(["score", "m", "kind", "label"], ascending=[False, False, True, True])
    best = table.drop_duplicates("community").set_index("community").sort_index()
    name = best["label"] + np.where(best["part"] < 0.5, " and others", "")
    again = name.groupby(name).cumcount() + 1
    best["community_name"] = name.where(again == 1, name + " (" + again.astype("str") + ")")
    best["why"] = [
        f"{row.m} of {size[row.Index]} members share '{row.label}', against {row.n} of all {len(placed)}"
        for row in best.itertuples()
    ]
    names = best[["community_name", "why"]].astype("str").reindex(size.index)
    names["community_name"] = names["community_name"].fillna(
        "group " + size.index.astype("str").to_series(size.index)
    )
    return names.fillna({"why": "too few members share a company or circle that tells them apart"})
