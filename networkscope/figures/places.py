"""Where does everybody stand on the map? One plan, from which both pictures are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope.figures import theme
from networkscope.figures.tables import clean_label

WIDTH, HEIGHT, MARGIN = 980, 760, 26  # pixels; labels are kept apart at this size
COLORS = (theme.BLUE, theme.ORANGE, theme.GREEN, theme.RED, theme.SKY, theme.PINK, theme.YELLOW)
GROUPS_MAX = 60  # smaller groups go into the ring
FADE_DAYS = 365
LABEL_LIMIT = 28

_GOLDEN = np.pi * (3 - 5**0.5)
_STRETCH = (WIDTH / HEIGHT) ** 0.5
_TURNS = np.column_stack([turn(np.arange(36) * np.pi / 18) for turn in (np.cos, np.sin)])
_LINE, _LETTER = 14, 6.2  # pixels that a label takes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """People, ties and groups, with their places in pixels from the middle."""

    people: pd.DataFrame
    ties: pd.DataFrame
    groups: pd.DataFrame


def plan_map(nodes: pd.DataFrame, edges: pd.DataFrame, *, labels: int, ties_each: int) -> Plan:
    """Where does everybody stand, how large, how pale, and whose name finds room?

    Each group is a sunflower of points around its strongest member (Vogel 1979). The discs are packed from
    the largest on, each as near as possible to the middle and to the groups it is tied with. People without a
    group go on around them all. Nothing is random, and the order of the rows does not matter.
    """
    people = nodes.assign(strength=nodes["strength"].astype("float64").fillna(0))
    people = people.sort_values(["strength", "contact_id"], ascending=[False, True], ignore_index=True)
    number = people["community"].astype("Int64")
    sizes = number.value_counts().rename_axis("community").reset_index(name="size")
    sizes = sizes.sort_values(["size", "community"], ascending=[False, True], ignore_index=True)[:GROUPS_MAX]
    group = number.map(pd.Series(sizes.index, sizes["community"])).fillna(-1).to_numpy("int64")
    turn = people.groupby(group).cumcount().to_numpy()
    radius = np.sqrt(sizes["size"].to_numpy("float64"))
    ends = [pd.Index(people["contact_id"]).get_indexer(edges[end]) for end in ("one_id", "other_id")]
    middle = _pack(radius + 1.1, _links(group, ends, len(sizes)))
    at = np.sqrt(turn + 0.5)[:, None] * np.column_stack([np.cos(turn * _GOLDEN), np.sin(turn * _GOLDEN)])
    at += np.vstack([middle, [0, 0]])[group]
    rims = (middle[:, None] + (radius + 1)[:, None, None] * _TURNS).reshape(-1, 2)
    inner = np.hypot(rims[:, 0] / _STRETCH, rims[:, 1] * _STRETCH).max(initial=0.0)
    at[group < 0] = _ring(inner, int((group < 0).sum())) * [_STRETCH, 1 / _STRETCH]
    # One unit is about half the distance between neighbours; few people are not blown up to fill the page.
    far = np.abs(at).max(axis=0, initial=1.0) + 1
    unit = min((WIDTH / 2 - MARGIN) / far[0], (HEIGHT / 2 - MARGIN) / far[1], 30.0)
    share = people["strength"] / max(people["strength"].max(), 1e-9) if len(people) else people["strength"]
    days = people["days_silent"].astype("Float64").to_numpy("float64", na_value=np.inf)
    color = pd.Series([*(COLORS[i % len(COLORS)] for i in range(len(sizes))), theme.GREY])
    people = people.assign(
        x=at[:, 0] * unit,
        y=at[:, 1] * unit,
        size=np.maximum(unit * (0.4 + 1.0 * np.sqrt(share)), 2.5).clip(upper=26),
        color=color.iloc[group].to_numpy(),
        opacity=0.18 + 0.82 * np.exp2(-days / FADE_DAYS),
    )
    groups = sizes.assign(
        x=middle[:, 0] * unit, y=middle[:, 1] * unit, radius=radius * unit, color=color[:-1]
    )
    people, groups = _labelled(people, groups, labels)
    return Plan(people, _drawn(edges, people, group, ends, ties_each), groups)


def _links(group: npt.NDArray[np.int64], ends: list[npt.NDArray[np.intp]], size: int) -> Floats:
    """How many ties lead from group to group."""
    known = (ends[0] >= 0) & (ends[1] >= 0)
    a, b = (group[end[known]] for end in ends)
    a, b = a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]
    links = np.bincount(a * size + b, minlength=size * size).reshape(size, size).astype("float64")
    return links + links.T


def _pack(radius: Floats, links: Floats) -> Floats:
    """Discs that do not overlap: each beside another one, where its way to the middle and its links is least."""
    at = np.zeros((len(radius), 2))
    for i in range(1, len(radius)):
        reach = radius[:i] + radius[i]
        spots = (at[:i, None] + reach[:, None, None] * _TURNS).reshape(-1, 2)
        away = np.hypot(*(spots[:, None] - at[:i]).transpose(2, 0, 1))
        free = (away >= reach - 1e-9).all(axis=1)
        pull = away @ links[i, :i] / max(links[i, :i].sum(), 1)
        cost = np.hypot(spots[:, 0] / _STRETCH, spots[:, 1] * _STRETCH) + 0.5 * pull
        at[i] = spots[np.argmin(np.round(np.where(free, cost, np.inf), 9))]
    low, high = ((at + side * radius[:, None]) for side in (-1, 1))
    return at - (low.min(axis=0, initial=0) + high.max(axis=0, initial=0)) / 2


def _ring(inner: float, count: int) -> Floats:
    """Rows of evenly spaced places around a circle, the inmost first."""
    rows = [np.zeros((0, 2))]
    while count > 0:
        radius = inner + 0.9 + 1.8 * (len(rows) - 1)
        taken = min(count, max(int(2 * np.pi * radius / 1.8), 1))
        # Who follows whom by strength is far away: a row that fades along its way would look like a direction.
        spread = np.argsort(np.argsort(np.arange(taken) * _GOLDEN % (2 * np.pi), kind="stable"))
        turns = 2 * np.pi * (spread + 0.5 * len(rows)) / taken
        rows.append(radius * np.column_stack([np.cos(turns), np.sin(turns)]))
        count -= taken
    return np.concatenate(rows)


def _drawn(
    edges: pd.DataFrame,
    people: pd.DataFrame,
    group: npt.NDArray[np.int64],
    ends: list[npt.NDArray[np.intp]],
    each: int,
) -> pd.DataFrame:
    """The strongest ties of each person, and where they begin and end."""
    order = ["weight", "one_id", "other_id"]
    ties = edges.assign(a=ends[0], b=ends[1]).sort_values(order, ascending=[False, True, True])
    ties = ties[(ties["a"] >= 0) & (ties["b"] >= 0)].reset_index(drop=True)
    both = pd.concat([ties["a"], ties["b"]]).sort_index(kind="stable")
    ties = ties[ties.index.isin(both.index[both.groupby(both).cumcount() < each])]
    x, y, name = (people[column].to_numpy() for column in ("x", "y", "name"))
    text = [
        f"{clean_label(name[a])} – {clean_label(name[b])}: {clean_label(evidence)}"
        for a, b, evidence in zip(ties["a"], ties["b"], ties["evidence"], strict=True)
    ]
    a, b = ties["a"].to_numpy(), ties["b"].to_numpy()
    return ties.assign(x0=x[a], y0=y[a], x1=x[b], y1=y[b], across=group[a] != group[b], text=text)


def _labelled(people: pd.DataFrame, groups: pd.DataFrame, labels: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Names of groups above their discs, then of the strongest people below their dots, as far as there is room."""
    first = people.dropna(subset="community").drop_duplicates("community").set_index("community")
    names = first["community_name"]
    if "core_id" in first:  # a group that has but a number is known by its best connected member
        core = "around " + first["core_id"].map(people.set_index("contact_id")["name"]).astype("str")
        names = names.where(names != "group " + first.index.astype("str"), core)
    groups = groups.assign(
        label=[_short(name) for name in groups["community"].map(names)],
        label_x=groups["x"],
        label_y=groups["y"] + groups["radius"] + 10,
    )
    strong = people[(people["strength"] > 0)].head(labels)
    people = people.assign(label="", label_x=people["x"], label_y=people["y"] - people["size"] / 2 - 7)
    people.loc[strong.index, "label"] = [_short(name) for name in strong["name"]]
    taken: list[tuple[float, float, float]] = []
    for frame, letter, among in (
        (groups, 8.4, groups.index[groups["size"] >= 3]),
        (people, _LETTER, strong.index),
    ):
        keep = []
        for row in frame.loc[among].itertuples():
            half = len(row.label) * letter / 2 + 2
            room = abs(row.label_x) + half <= WIDTH / 2 and abs(row.label_y) + _LINE / 2 <= HEIGHT / 2
            if room and all(
                abs(row.label_x - x) > half + w or abs(row.label_y - y) > _LINE for x, y, w in taken
            ):
                taken.append((row.label_x, row.label_y, half))
                keep.append(row.Index)
        frame.loc[~frame.index.isin(keep), "label"] = ""
    return people, groups


def _short(text: object) -> str:
    label = clean_label(text)
    return label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…"
