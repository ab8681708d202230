"""Where is everybody on the map? One plan, from which both pictures are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from networkscope.display import theme
from networkscope.display.cells import clean_label

WIDTH, HEIGHT, MARGIN = 980, 760, 26  # pixels; labels are kept apart at this size
COLORS = (theme.BLUE, theme.ORANGE, theme.GREEN, theme.RED, theme.SKY, theme.PINK, theme.YELLOW)
LABELS, LABEL_LIMIT = 40, 28  # people named at most, and characters of a name
GROUPS_MAX = 60  # smaller groups go into the ring
FADE_DAYS = 365
UNIT_MAX = 30.0  # pixels
INNER_LEAST = 0.65  # of the way to the edge, how far the groups reach at least

_OVAL = np.array([(WIDTH / HEIGHT) ** 0.5, (HEIGHT / WIDTH) ** 0.5])
_TURNS = np.column_stack([turn(np.arange(36) * np.pi / 18) for turn in (np.cos, np.sin)])
_LINE = 14  # pixels that a label is high

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Box = tuple[float, float, float]  # the middle of a label, and half its width


@dataclass(frozen=True)
class Plan:
    """People, ties and groups, with their places in pixels from the middle."""

    people: pd.DataFrame
    ties: pd.DataFrame
    groups: pd.DataFrame


def plan_map(nodes: pd.DataFrame, edges: pd.DataFrame, *, labels: int = LABELS, ties_each: int = 2) -> Plan:
    """Where is everybody, how large, how pale, and whose name finds room?

    Each group is a sunflower of points around its strongest member (Vogel 1979). The discs are packed from
    the largest on, each as near as possible to the middle and to the groups it is tied with. People without a
    group go around them all in one more sunflower, closer together where they are many, so that the groups stay
    in sight. Nothing is random, and the order of the rows does not matter.
    """
    people = nodes.assign(strength=nodes["strength"].astype("float64").fillna(0))
    people = people.sort_values(["strength", "contact_id"], ascending=[False, True], ignore_index=True)
    size = people["community"].astype("Int64").value_counts().sort_index()
    size = size.sort_values(ascending=False, kind="stable")[:GROUPS_MAX]
    group = pd.Index(size.index).get_indexer(people["community"].astype("Int64"))
    ties = _tied(edges, people, group)
    radius = np.sqrt(size.to_numpy("float64"))
    middle = _pack(radius + 1.1, ties)
    rims = (middle[:, None] + (radius + 1)[:, None, None] * _TURNS).reshape(-1, 2)
    alone = group < 0
    unit, ring_unit, start = _scale(rims, int(alone.sum()))
    turn = people.groupby(group).cumcount().to_numpy()
    at = _sunflower(turn) * unit + np.vstack([middle * unit, [0, 0]])[group]
    at[alone] = _sunflower(turn[alone], start) * ring_unit * _OVAL
    share = people["strength"] / max(people["strength"].max(), 1e-9) if len(people) else people["strength"]
    days = people["days_silent"].astype("Float64").to_numpy("float64", na_value=np.inf)
    color = np.array([*(COLORS[place % len(COLORS)] for place in range(len(size))), theme.GREY], object)
    dot = np.where(alone, ring_unit, unit) * (0.4 + 1.0 * np.sqrt(share))
    people = people.assign(
        x=at[:, 0],
        y=at[:, 1],
        size=np.maximum(dot, 2.5).clip(upper=26),
        color=color[group],
        opacity=0.18 + 0.82 * np.exp2(-days / FADE_DAYS),
    )
    groups = size.rename_axis("community").reset_index(name="size")
    x, y = (middle * unit).T
    groups = groups.assign(x=x, y=y, radius=radius * unit, color=color[:-1])
    drawn = _drawn(ties, people, ties_each)
    people, groups = _labelled(people, groups, labels)
    return Plan(people, drawn, groups)


def _sunflower(number: Ints, start: float = 0.0) -> Floats:
    """Evenly spread points, the first `start` of them left out: one takes the room of a disc of radius 1."""
    turn = number * np.pi * (3 - 5**0.5)
    return np.sqrt(number + start + 0.5)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])


def _scale(rims: Floats, count: int) -> tuple[float, float, float]:
    """How many pixels a unit is in groups and in the ring around them, and how many points the ring leaves out.

    Few people are not blown up to fill the page, and many in the ring do not push the groups together.
    """
    room = np.array([WIDTH, HEIGHT]) / 2 - MARGIN
    if not count:
        unit = min((room / np.abs(rims).max(axis=0, initial=1.0)).min(), UNIT_MAX)
        return unit, unit, 0.0
    edge = (room / _OVAL).min()
    inner = np.hypot(*(rims / _OVAL).T).max(initial=0.0)
    unit = max(edge / np.sqrt(inner**2 + count), INNER_LEAST * edge / max(inner, 1e-9))
    unit = min(unit, UNIT_MAX)
    inner *= unit
    # The points of the ring start 0.9 of its units outside the groups, and end at the edge.
    root = np.sqrt((0.9 * inner) ** 2 + (count + 0.81) * (edge**2 - inner**2))
    ring_unit = min((root - 0.9 * inner) / (count + 0.81), unit)
    return unit, ring_unit, (inner / ring_unit + 0.9) ** 2


def _pack(radius: Floats, ties: pd.DataFrame) -> Floats:
    """Discs that do not overlap: each next to another one, where its way to the middle and its links is least."""
    links = np.zeros((len(radius) + 1, len(radius) + 1))  # the last is that of people without a group: -1
    np.add.at(links, (ties["group0"], ties["group1"]), 1)
    links += links.T
    at = np.zeros((len(radius), 2))
    for disc in range(1, len(radius)):
        reach = radius[:disc] + radius[disc]
        spots = (at[:disc, None] + reach[:, None, None] * _TURNS).reshape(-1, 2)
        away = np.hypot(*(spots[:, None] - at[:disc]).transpose(2, 0, 1))
        free = (away >= reach - 1e-9).all(axis=1)
        pull = away @ links[disc, :disc] / max(links[disc, :disc].sum(), 1)
        cost = np.hypot(*(spots / _OVAL).T) + 0.5 * pull
        at[disc] = spots[np.argmin(np.round(np.where(free, cost, np.inf), 9))]
    low, high = ((at + side * radius[:, None]) for side in (-1, 1))
    return at - (low.min(axis=0, initial=0) + high.max(axis=0, initial=0)) / 2


def _tied(edges: pd.DataFrame, people: pd.DataFrame, group: Ints) -> pd.DataFrame:
    """The ties among these people, the strongest first, with the numbers of both people and of their groups."""
    ids = pd.Index(people["contact_id"])
    ties = edges.assign(a=ids.get_indexer(edges["one_id"]), b=ids.get_indexer(edges["other_id"]))
    ties = ties[(ties["a"] >= 0) & (ties["b"] >= 0)]
    ties = ties.assign(group0=group[ties["a"]], group1=group[ties["b"]])
    order = ["weight", "one_id", "other_id"]
    return ties.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _drawn(ties: pd.DataFrame, people: pd.DataFrame, each: int) -> pd.DataFrame:
    """The strongest ties of each person, where they start and end, and where to point at them: off people's dots."""
    both = pd.concat([ties["a"], ties["b"]]).sort_index(kind="stable")
    ties = ties[ties.index.isin(both.index[both.groupby(both).cumcount() < each])]
    at = people[["x", "y"]].to_numpy()
    a, b = at[ties["a"]], at[ties["b"]]
    spots = np.stack([a + part * (b - a) for part in (1 / 2, 1 / 3, 2 / 3)], axis=1)
    away = KDTree(at).query(spots)[0].round(6) if len(ties) else np.zeros((0, 3))
    spot = spots[np.arange(len(ties)), away.argmax(axis=1)]
    places = dict(zip(("x0", "y0", "x1", "y1", "x", "y"), np.hstack([a, b, spot]).T, strict=True))
    name, evidence = people["name"].map(clean_label).to_numpy(object), ties["evidence"].map(clean_label)
    text = name[ties["a"]] + " – " + name[ties["b"]] + ": " + evidence
    return ties.assign(**places, across=ties["group0"] != ties["group1"], text=text)


def _labelled(people: pd.DataFrame, groups: pd.DataFrame, labels: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Names of groups next to their discs, then of the strongest people next to their dots, as far as there is room."""
    first = people.dropna(subset="community").drop_duplicates("community").set_index("community")
    names = first["community_name"]
    if "core_id" in first:  # a group that has but a number is known by its best connected member
        core = "around " + first["core_id"].map(people.set_index("contact_id")["name"]).astype("str")
        names = names.where(names != "group " + first.index.astype("str"), core)
    large = groups[groups["size"] >= 3]
    large = large.assign(name=large["community"].map(names), away=large["radius"] + 10)
    strong = people[people["strength"] > 0].head(labels)
    strong = strong.assign(away=strong["size"] / 2 + 7)
    taken: list[Box] = []
    # A group's name is above it wherever it can be: else one would not know whose it is.
    groups = _placed(groups, large, 8.4, ((0, 1), (0, -1)), taken, people.iloc[:0])
    people = _placed(people, strong, 6.2, ((0, -1), (0, 1), (1, 0), (-1, 0)), taken, people)
    return people, groups


def _placed(
    frame: pd.DataFrame, named: pd.DataFrame, letter: float, ways: Iterable[tuple[int, int]],
    taken: list[Box], dots: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """The frame with a label for each of the named rows where one of the ways is free, the one over the fewest dots."""
    placed: dict[str, dict[Any, Any]] = {"label": {}, "label_x": {}, "label_y": {}}
    columns = {name: dots[name].to_numpy("float64") for name in ("x", "y", "size", "opacity")}
    for row in named.itertuples():
        label = clean_label(row.name, LABEL_LIMIT)
        half = len(label) * letter / 2 + 2
        boxes = [(row.x + x * (row.away + half - 5), row.y + y * row.away, half) for x, y in ways]
        free = [box for box in boxes if _is_free(box, taken)]
        if free:
            taken.append(min(free, key=lambda box: _covered(box, columns)))
            for name, value in zip(placed, (label, *taken[-1][:2]), strict=True):
                placed[name][row.Index] = value
    label, x, y = (pd.Series(values, dtype=object).reindex(frame.index) for values in placed.values())
    return frame.assign(
        label=label.fillna("").astype("str"),
        label_x=x.astype("float64").fillna(frame["x"]),
        label_y=y.astype("float64").fillna(frame["y"]),
    )


def _is_free(box: Box, taken: list[Box]) -> bool:
    """Is the box on the page, and away from the labels that are there?"""
    x, y, half = box
    on_page = abs(x) + half <= WIDTH / 2 and abs(y) + _LINE / 2 <= HEIGHT / 2
    return on_page and all(abs(x - u) > half + w or abs(y - v) > _LINE for u, v, w in taken)


def _covered(box: Box, dots: Mapping[str, Floats]) -> float:
    """How much of people's dots a label there would cover."""
    x, y, half = box
    reach = dots["size"] / 2
    over = (np.abs(dots["x"] - x) < half + reach) & (np.abs(dots["y"] - y) < 5 + reach)
    return round(float((dots["size"] ** 2 * dots["opacity"])[over].sum()), 6)
