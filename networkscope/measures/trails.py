"""Where do the trails of names lead: who was found through whom, how far, and with what outcome?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx
import pandas as pd

from networkscope import schema
from networkscope.measures.registry import measure
from networkscope.snapshot.leads import ENDED_WITHOUT, FURTHEST_LAST, TALKED, referral_steps
from networkscope.snapshot.snapshot import Snapshot

DEAD_AFTER_DAYS = 30

_SHOWN = 20
_SUMS = ("descendants_count", "conversation_count", "interview_count", "offer_count", "depth")
_FACTS = (
    "given_on", "referral_id", "outcome", "tree", "cycle", "inferred", "source_ref", "contacted_on", "talked_on"
)  # fmt: skip
_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("contact_id", "root_id", "parent_id"), schema.TEXT),
    **dict.fromkeys(("generation", "names_given_count", *_SUMS), schema.COUNT),
    **dict.fromkeys(("is_dead_end", "in_cycle"), bool),
    "given_on": schema.DATE,
    **dict.fromkeys(("source_ref", "trail", "why"), schema.TEXT),
}


@measure
def referral_forest(now: Snapshot, include_inferred: bool = True) -> nx.DiGraph:
    """Who was found through whom?

    A directed graph with an edge from each referrer to each person they named. A person belongs to the first
    who named them, as far as that closes no circle: these `tree` edges make a forest. All other edges are
    kept beside it. One of these is a `cycle` edge where it lies on a circle of referrals, or leads from a
    person to themselves; without the cycle edges the graph has no circle.

    Nodes carry `generation` (0 for a root), `root`, `parent` (None for a root) and `in_cycle`; edges
    `given_on, referral_id, outcome, tree, cycle, inferred, source_ref, contacted_on, talked_on`. The graph
    carries `cycle_count` (separate groups of people who refer to each other in circles),
    `unidentified_count` (names without a `referred_id`, which cannot be followed) and `as_of_date`. No
    referrals give a graph without nodes.

    >>> from networkscope import snapshot
    >>> people, log = schema.empty("contacts"), schema.empty("interactions")
    >>> names = pd.DataFrame({"referral_id": ["1", "2"], "referrer_id": ["ann", "bo"],
    ...     "referred_id": ["bo", "ann"], "given_on": pd.to_datetime(["2026-01-02", "2026-02-03"])})
    >>> forest = referral_forest(snapshot(people, log, names, as_of="2026-03-01"))
    >>> [(a, b, e["tree"], e["cycle"]) for a, b, e in forest.edges(data=True)]
    [('ann', 'bo', True, False), ('bo', 'ann', False, True)]
    """
    given = referral_steps(now, include_inferred)
    given = given[given["is_name"] & (~given["inferred"] | include_inferred)]
    named = given[given["referred_id"].notna()]
    parents = _parents(named["referrer_id"], named["referred_id"])
    named = named.assign(
        tree=named["referred_id"].map(parents).eq(named["referrer_id"]),
        cycle=False,
        contacted_on=named["first_contact_on"],
        talked_on=named["first_talk_on"],
    )
    forest = nx.from_pandas_edgelist(named, "referrer_id", "referred_id", list(_FACTS), nx.DiGraph)
    forest.graph["as_of_date"] = now.today
    forest.graph["unidentified_count"] = len(given) - len(named)
    _place(forest, roots=[person for person in forest if person not in parents])
    _mark_cycles(forest)
    return forest


@measure
def referral_trails(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """What has come of each person's trail: how many names, how deep, with what outcome, and where it ends?

    One row per person of `referral_forest`, trail by trail, each from its root downwards. Every outcome is credited to
    all ancestors of the person it was reached with; that person's furthest step counts once, whoever named them, and an
    offer is also an interview and a conversation. No people, no rows.

    Columns
    -------
    contact_id, root_id, parent_id, generation : the place in the forest; a root has generation 0, no parent
    names_given_count : people this person named, also those who belong to somebody else's trail
    descendants_count, depth : people below in the forest; generations below
    conversation_count, interview_count, offer_count : people below with whom it came at least to this
    is_dead_end : was named, gave no name, was never talked with, and either it ended so (the furthest outcome
        is "declined" or "dead_end") or nobody contacted them within 30 days of the latest naming
    in_cycle : is on a circle of referrals, or named themselves
    given_on, source_ref : of the referral that made this person part of the trail
    trail : ids from the root, joined by " > "; beyond 20 people only the root and the last ones
    why : the same in words

    >>> from networkscope import snapshot
    >>> people, log = schema.empty("contacts"), schema.empty("interactions")
    >>> names = pd.DataFrame({"referral_id": ["1", "2"], "referrer_id": ["ann", "bo"],
    ...     "referred_id": ["bo", "cy"], "given_on": pd.to_datetime(["2026-01-02", "2026-02-03"]),
    ...     "outcome": ["conversation", "open"]})
    >>> trails = referral_trails(snapshot(people, log, names, as_of="2026-04-01"))
    >>> trails[["trail", "depth", "conversation_count", "is_dead_end"]]
                trail  depth  conversation_count  is_dead_end
    0             ann      2                   1        False
    1        ann > bo      1                   0        False
    2   ann > bo > cy      0                   0         True
    """
    forest = referral_forest(now, include_inferred)
    places = forest.nodes
    downwards = sorted(forest, key=lambda person: (places[person]["root"], places[person]["generation"]))
    furthest = {person: _furthest(forest, person) for person in downwards}
    below = _sums_below(forest, downwards, furthest)
    trail: dict[str, list[str]] = {}
    rows = []
    for person in downwards:
        parent = places[person]["parent"]
        trail[person] = _shortened([*trail.get(parent, []), person])
        named = forest.out_degree(person) - forest.has_edge(person, person)
        end = "" if named else _dead_end(forest, person, furthest[person])
        rows.append(
            {
                **dict(zip(_SUMS, below[person], strict=True)),
                **(forest.edges[parent, person] if parent is not None else {}),
                **places[person],
                "contact_id": person,
                "root_id": places[person]["root"],
                "parent_id": parent,
                "names_given_count": named,
                "is_dead_end": bool(end),
                "trail": " > ".join(trail[person]),
                "why": _why(places[person], named, below[person], end),
            }
        )
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _parents(referrers: Iterable[str], referred: Iterable[str]) -> dict[str, str]:
    """Who belongs to whom: the first who named them and is not below them (names come in order of giving)."""
    parents: dict[str, str] = {}
    nearer_root: dict[str, str] = {}
    for giver, person in zip(referrers, referred, strict=True):
        root, passed = giver, []
        while root in nearer_root:
            passed.append(root)
            root = nearer_root[root]
        # Paths are shortened on the way, so that a chain of any length costs next to nothing per name.
        nearer_root.update(dict.fromkeys(passed, root))
        if person not in parents and root != person:
            parents[person] = giver
            nearer_root[person] = root
    return parents


def _place(forest: nx.DiGraph, roots: list[str]) -> None:
    forest.add_nodes_from((root, {"generation": 0, "root": root, "parent": None}) for root in roots)
    queue = list(roots)
    for parent in queue:  # grows as it is walked
        place = forest.nodes[parent]
        below = {"generation": place["generation"] + 1, "root": place["root"], "parent": parent}
        own = [person for person, fact in forest[parent].items() if fact["tree"]]
        forest.add_nodes_from(own, **below)
        queue.extend(own)


def _mark_cycles(forest: nx.DiGraph) -> None:
    forest.graph["cycle_count"] = 0
    circle: dict[str, int] = {}
    for number, people in enumerate(nx.strongly_connected_components(forest)):
        is_circle = len(people) > 1 or any(forest.has_edge(person, person) for person in people)
        forest.graph["cycle_count"] += is_circle
        for person in people:
            circle[person] = number
            forest.nodes[person]["in_cycle"] = is_circle
    for giver, person, referral in forest.edges(data=True):
        referral["cycle"] = not referral["tree"] and circle[giver] == circle[person]


def _named_by_others(forest: nx.DiGraph, person: str) -> list[dict[str, Any]]:
    return [fact for giver, _, fact in forest.in_edges(person, data=True) if giver != person]


def _furthest(forest: nx.DiGraph, person: str) -> int:
    """The rank of the furthest step of all referrals to this person; a talk seen in the log is a step too."""
    facts = _named_by_others(forest, person)
    steps = [fact["outcome"] for fact in facts] + [TALKED[0] for fact in facts if pd.notna(fact["talked_on"])]
    return max(map(FURTHEST_LAST.index, steps), default=0)


def _sums_below(
    forest: nx.DiGraph, downwards: list[str], furthest: dict[str, int]
) -> dict[str, tuple[int, ...]]:
    """`_SUMS` of each person, summed from the last generation upwards."""
    below = dict.fromkeys(downwards, (0,) * len(_SUMS))
    ranks = [FURTHEST_LAST.index(step) for step in TALKED]
    for person in reversed(downwards):
        parent = forest.nodes[person]["parent"]
        if parent is not None:
            own = (1, *(furthest[person] >= rank for rank in ranks))
            sums = (sum(parts) for parts in zip(below[parent], below[person], own, strict=False))
            below[parent] = (*sums, max(below[parent][-1], below[person][-1] + 1))
    return below


def _dead_end(forest: nx.DiGraph, person: str, furthest: int) -> str:
    """Why a trail ends at somebody who gave no name; empty where it may still go on."""
    facts = _named_by_others(forest, person)
    if FURTHEST_LAST[furthest] in ENDED_WITHOUT:
        return "ended without a conversation"
    if not facts or furthest or any(pd.notna(fact["contacted_on"]) for fact in facts):
        return ""
    age = (forest.graph["as_of_date"] - max(fact["given_on"] for fact in facts)).days
    return f"not contacted for {age} days" if age >= DEAD_AFTER_DAYS else ""


def _shortened(trail: list[str]) -> list[str]:
    return trail if len(trail) <= _SHOWN else [trail[0], "…", *trail[2 - _SHOWN :]]


def _why(place: dict[str, Any], named: int, below: tuple[int, ...], end: str) -> str:
    start = f"first named by {place['parent']}" if place["parent"] is not None else "starts a trail"
    sums = f"names given {named}, people below {below[0]}, of them talked with {below[1]}"
    return "; ".join([start, sums] + [f"dead end: {end}"] * bool(end))
