"""Which groups do the contacts fall into, and what are these groups called?"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from networkscope import keys, schema
from networkscope.errors import SchemaError
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares
from networkscope.network.constraint import Ties, ties_of, without_owner
from networkscope.snapshot.rhythm import Ints

LEAST_MEMBERS, LEAST_SHARE = 2, 1 / 3  # who share what a community may be called after
PARTS, LEAST_GAIN = 16, 1e-5  # of the search: nodes in parts, and the modularity worth another round
_MEMBERS: dict[str, Any] = {
    "contact_id": schema.TEXT, "community": schema.COUNT, "community_name": schema.TEXT,
    "core_id": schema.TEXT, "member_count": schema.COUNT, "why": schema.TEXT,
}  # fmt: skip


@on_snapshot()
def communities(graph: nx.Graph, contacts: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Into which groups do the contacts fall, who is in which, and what holds each group together?

    Groups are dense inside and thin between: the partition of greatest modularity that the Louvain method
    finds (Blondel et al. 2008), by weight of the ties, after the owner was taken out. People at the margin
    of a group may stand in another with another seed.

    A community is called after its most *telling* company or circle: the one of which it holds far more than
    its share. With `m` of its `M` members there, against `n` of all `N` grouped people, that is the largest
    `m ln((m / M) / (n / N))`, the label's part in how far the group differs from everybody (Kullback and
    Leibler 1951). At least two members, and a third of them, must share it; otherwise the community
    has only a number, and `core_id`, its best connected member, to know it by. "and others" means fewer than
    half of the members.

    Parameters
    ----------
    graph : of `alter_graph` or `ego_graph`
    contacts : `contact_id, organization, circle`; the last two may be absent
    seed : fixes the order in which people are looked at

    Returns
    -------
    One row per contact: `contact_id, community` (1 is the largest), `community_name, core_id, member_count, why`.
    By community and id; who has no tie belongs to none, has NA, and comes last. No contacts, no rows.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": list("abcxyz"), "circle": ["choir"] * 3 + ["chess"] * 3})
    >>> groups = communities(nx.Graph(["ab", "bc", "ca", "xy", "yz", "zx", "ax"]), people)
    >>> groups.groupby("community_name")["contact_id"].agg("".join).to_dict()
    {'chess': 'xyz', 'choir': 'abc'}
    """
    people = schema.conform("contacts", contacts, ("contact_id", "organization", "circle"))
    ties = ties_of(without_owner(graph))
    groups = _partition(ties, seed)
    table = pd.DataFrame({"contact_id": ties.nodes, "group": groups}).astype({"contact_id": schema.TEXT})
    within = np.where(groups[ties.low] == groups[ties.high], ties.weight, 0.0)
    table["within"] = ties.sums(within)
    placed = table[table["group"] >= 0].sort_values(["within", "contact_id"], ascending=[False, True])
    size = placed.groupby("group")["contact_id"].agg(["size", "min", "first"])
    ranked = size.sort_values(["size", "min"], ascending=[False, True])
    number = pd.Series(range(1, len(ranked) + 1), index=ranked.index)
    names = _names(placed.assign(community=placed["group"].map(number)), people)
    facts = {"community": number, "member_count": size["size"], "core_id": size["first"]}
    table = table.assign(**{name: table["group"].map(fact) for name, fact in facts.items()})
    table = table.join(names, on="community").reindex(columns=list(_MEMBERS)).astype(_MEMBERS)
    return table.sort_values(["community", "contact_id"], ignore_index=True)


@on_snapshot()
def community_table(members: pd.DataFrame, dormant: pd.DataFrame, *, within_days: int = 365) -> pd.DataFrame:
    """How large is each community, and how much of it did the owner keep in touch with?

    Takes the frames of `communities` and `dormant_contacts`. One row per community, the largest first:
    `community, community_name, core_id, member_count, touched_count` (members whose last touch is at most
    `within_days` days ago), `touched_share, touched_low, touched_high` (90% interval), `why`. No communities,
    no rows; a SchemaError where a frame lacks a column.

    >>> members = pd.DataFrame({"contact_id": ["a", "b"], "community": [1, 1], "core_id": "a",
    ...     "community_name": "choir", "why": ""})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b"], "days_silent": [10, 700]})
    >>> community_table(members, ties)[["community_name", "member_count", "touched_share"]].values.tolist()
    [['choir', 2, 0.5]]
    """
    for frame, needed in ((members, ("contact_id", "community")), (dormant, ("contact_id", "days_silent"))):
        if missing := set(needed) - set(frame.columns):
            raise SchemaError(f"community_table: column '{min(missing)}' is missing")
    recent = dormant.loc[(dormant["days_silent"] <= within_days).fillna(False).astype(bool), "contact_id"]
    placed = members.dropna(subset="community")
    placed = placed.assign(touched=placed["contact_id"].isin(recent))
    table = (
        placed.groupby("community")
        .agg(
            community_name=("community_name", "first"),
            core_id=("core_id", "first"),
            member_count=("touched", "size"),
            touched_count=("touched", "sum"),
            why=("why", "first"),
        )
        .reset_index()
    )
    why = table.pop("why")
    return add_shares(table, {"touched": "member"}).assign(why=why)


def _partition(ties: Ties, seed: int) -> Ints:
    """The number of the group of each node, -1 for who has no tie.

    Groups that nobody wants to leave become the nodes of a smaller graph, until no group wants to join another.
    """
    rng = np.random.default_rng(seed)
    group, matrix = np.arange(len(ties.nodes)), ties.matrix(ties.weight)
    while len(ties.low):
        joined = _settled(matrix, rng)
        group, count = joined[group], int(joined.max()) + 1
        if count == len(joined):
            break
        member = _membership(joined, count)
        matrix = (member.T @ matrix @ member).tocsr()
    return np.where(ties.degree > 0, group, -1)


def _settled(matrix: sparse.csr_array, rng: np.random.Generator) -> Ints:
    """Groups after each node, again and again, went where modularity gains most.

    A sixteenth of the nodes, drawn anew each time, moves at once: as good as one by one, and array operations.
    """
    weight, loops = matrix.sum(axis=1), matrix.diagonal()
    total, group, best = weight.sum(), np.arange(len(weight)), -np.inf
    one, other = np.repeat(group, np.diff(matrix.indptr)), matrix.indices
    settled = group
    while True:
        held = np.bincount(group, weight, len(weight))
        modularity = (matrix.data[group[one] == group[other]].sum() - (held**2).sum() / total) / total
        if modularity < best + LEAST_GAIN:
            return np.unique(settled, return_inverse=True)[1]
        best, settled = modularity, group.copy()
        for part in np.array_split(rng.permutation(len(group)), min(PARTS, len(group))):
            near = matrix[part] @ _membership(group, len(group))
            held = np.bincount(group, weight, len(weight))
            row, to = np.repeat(np.arange(len(part)), np.diff(near.indptr)), near.indices
            who = part[row]
            own = to == group[who]
            # What counts is the weight towards a group beyond chance, oneself left out of one's own.
            gain = near.data - weight[who] * held[to] / total
            gain[own] += (weight**2 / total - loops)[who[own]]
            stay = weight[part] * (weight[part] - held[group[part]]) / total
            stay[row[own]] = gain[own]
            most = stay.copy()
            np.maximum.at(most, row, gain)
            goes = (gain == most[row]) & (gain > stay[row] + 1e-12)
            group[who[goes]] = to[goes]


def _membership(group: Ints, count: int) -> sparse.csr_array:
    """A row per node, with a 1 in the column of its group."""
    return sparse.csr_array((np.ones(len(group)), group, np.arange(len(group) + 1)), (len(group), count))


def _names(placed: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """`community_name` and `why` by number of the community."""
    size = placed.groupby("community").size()
    labelled = placed[["contact_id", "community"]].merge(people, on="contact_id")
    labelled = labelled.melt(
        ["contact_id", "community"], ["organization", "circle"], "kind", "label"
    ).dropna()
    labelled["label"] = labelled["label"].map(keys.clean)
    count = labelled[labelled["label"] != ""].groupby(["kind", "label", "community"]).size().rename("m")
    table = count.reset_index().assign(n=lambda t: t.groupby(["kind", "label"])["m"].transform("sum"))
    table["part"] = table["m"] / table["community"].map(size)
    table["score"] = table["m"] * np.log(table["part"] * len(placed) / table["n"])
    # Where there is but one group, nothing is telling, and its most frequent label has to do.
    enough = (table["m"] >= LEAST_MEMBERS) & (table["part"] >= LEAST_SHARE)
    fits = enough & ((table["score"] > 1e-9) | (len(size) == 1))
    table = table[fits].sort_values(["score", "m", "kind", "label"], ascending=[False, False, True, True])
    best = table.drop_duplicates("community").set_index("community").sort_index()
    shown = best["label"] + np.where(best["part"] < 0.5, " and others", "")
    again = shown.groupby(shown).cumcount() + 1
    shown = shown.where(again == 1, shown + " (" + again.astype("str") + ")")
    why = [
        f"{m} of {size[number]} members share '{label}', against {n} of all {len(placed)}"
        for number, m, label, n in zip(best.index, best["m"], best["label"], best["n"], strict=True)
    ]
    names = pd.DataFrame({"community_name": shown, "why": pd.Series(why, best.index, dtype="str")})
    names = names.reindex(size.index)
    nameless = "group " + pd.Series(size.index, size.index).astype("str")
    names["community_name"] = names["community_name"].fillna(nameless)
    return names.fillna({"why": "too few members share a company or circle that tells them apart"})
