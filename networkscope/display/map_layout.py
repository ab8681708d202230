"""Where does everybody stand on the map? One plan, from which both pictures are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from networkscope.display import theme
from networkscope.display.tables import clean_label

WIDTH, HEIGHT, MARGIN = 980, 760, 26  # pixels; labels are kept apart at this size
COLORS = (theme.BLUE, theme.ORANGE, theme.GREEN, theme.RED, theme.SKY, theme.PINK, theme.YELLOW)
GROUPS_MAX = 60  # smaller groups go into the ring
FADE_DAYS = 365
UNIT_MAX = 30.0  # pixels
INNER_LEAST = 0.65  # of the way to the edge, how far the groups reach at least
LABEL_LIMIT = 28

_GOLDEN = np.pi * (3 - 5**0.5)
_STRETCH = (WIDTH / HEIGHT) ** 0.5
_OVAL = np.array([_STRETCH, 1 / _STRETCH])
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
    group go around them all, closer together where they are many, so that the groups stay in sight. Nothing is
    random, and the order of the rows does not matter.
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
    rims = (middle[:, None] + (radius + 1)[:, None, None] * _TURNS).reshape(-1, 2)
    alone = group < 0
    unit, pitch, ring = _scaled(rims, int(alone.sum()))
    at = np.sqrt(turn + 0.5)[:, None] * np.column_stack([np.cos(turn * _GOLDEN), np.sin(turn * _GOLDEN)])
    at = (at + np.vstack([middle, [0, 0]])[group]) * unit
    at[alone] = ring
    share = people["strength"] / max(people["strength"].max(), 1e-9) if len(people) else people["strength"]
    days = people["days_silent"].astype("Float64").to_numpy("float64", na_value=np.inf)
    color = pd.Series([*(COLORS[i % len(COLORS)] for i in range(len(sizes))), theme.GREY])
    largest = np.where(alone, pitch / 1.8, unit)
    people = people.assign(
        x=at[:, 0],
        y=at[:, 1],
        size=np.maximum(largest * (0.4 + 1.0 * np.sqrt(share)), 2.5).clip(upper=26),
        color=color.iloc[group].to_numpy(),
        opacity=0.18 + 0.82 * np.exp2(-days / FADE_DAYS),
    )
    groups = sizes.assign(
        x=middle[:, 0] * unit, y=middle[:, 1] * unit, radius=radius * unit, color=color[:-1]
    )
    people, groups = _labelled(people, groups, labels)
    return Plan(people, _drawn(edges, people, group, ends, ties_each), groups)


def _scaled(rims: Floats, count: int) -> tuple[float, float, Floats]:
    """How many pixels a unit is (half the way between neighbours in a group), and the way from one to the next
    in the ring around the groups, with its places.

    Few people are not blown up to fill the page, and many in the ring do not push the groups together.
    """
    room = np.array([WIDTH, HEIGHT]) / 2 - MARGIN
    if not count:
        return min((room / np.abs(rims).max(axis=0, initial=1.0)).min(), UNIT_MAX), UNIT_MAX, rims[:0]
    edge = (room / _OVAL).min()
    inner = np.hypot(*(rims / _OVAL).T).max(initial=0.0)
    unit = max(edge / np.sqrt(inner**2 + count * 1.8**2 / np.pi), INNER_LEAST * edge / max(inner, 1e-9))
    unit = min(unit, UNIT_MAX)
    pitch = min(1.8 * unit, np.sqrt(np.pi * (edge**2 - (inner * unit) ** 2) / count))
    while np.hypot(*(places := _ring(inner * unit, pitch, count))[-1]) > edge:
        pitch *= 0.97
    return unit, pitch, places * _OVAL


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
        cost = np.hypot(*(spots / _OVAL).T) + 0.5 * pull
        at[i] = spots[np.argmin(np.round(np.where(free, cost, np.inf), 9))]
    low, high = ((at + side * radius[:, None]) for side in (-1, 1))
    return at - (low.min(axis=0, initial=0) + high.max(axis=0, initial=0)) / 2


def _ring(inner: float, pitch: float, count: int) -> Floats:
    """Rows of evenly spaced places around a circle, the inmost first."""
    rows: list[Floats] = []
    radius = inner + pitch / 2
    while count > 0:
        taken = min(count, max(int(2 * np.pi * radius / pitch), 1))
        # Who follows whom by strength is far away: a row that fades along its way would look like a direction.
        spread = np.argsort(np.argsort(np.arange(taken) * _GOLDEN % (2 * np.pi), kind="stable"))
        turns = 2 * np.pi * (spread + 0.5 * len(rows)) / taken
        rows.append(radius * np.column_stack([np.cos(turns), np.sin(turns)]))
        count, radius = count - taken, radius + pitch
    return np.concatenate(rows)


def _drawn(
    edges: pd.DataFrame,
    people: pd.DataFrame,
    group: npt.NDArray[np.int64],
    ends: list[npt.NDArray[np.intp]],
    each: int,
) -> pd.DataFrame:
    """The strongest ties of each person, where they begin and end, and where to point at them: off people's dots."""
    order = ["weight", "one_id", "other_id"]
    ties = edges.assign(a=ends[0], b=ends[1]).sort_values(order, ascending=[False, True, True])
    ties = ties[(ties["a"] >= 0) & (ties["b"] >= 0)].reset_index(drop=True)
    both = pd.concat([ties["a"], ties["b"]]).sort_index(kind="stable")
    ties = ties[ties.index.isin(both.index[both.groupby(both).cumcount() < each])]
    at, name = people[["x", "y"]].to_numpy(), people["name"].to_numpy()
    text = [
        f"{clean_label(name[a])} – {clean_label(name[b])}: {clean_label(evidence)}"
        for a, b, evidence in zip(ties["a"], ties["b"], ties["evidence"], strict=True)
    ]
    a, b = ties["a"].to_numpy(), ties["b"].to_numpy()
    spots = np.stack([at[a] + part * (at[b] - at[a]) for part in (1 / 2, 1 / 3, 2 / 3)], axis=1)
    away = KDTree(at).query(spots)[0].round(6) if len(ties) else np.zeros((0, 3))
    spot = spots[np.arange(len(ties)), away.argmax(axis=1)]
    drawn = np.hstack([at[a], at[b], spot])
    columns = dict(zip(("x0", "y0", "x1", "y1", "x", "y"), drawn.T, strict=True))
    return ties.assign(**columns, across=group[a] != group[b], text=text)


def _labelled(people: pd.DataFrame, groups: pd.DataFrame, labels: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Names of groups beside their discs, then of the strongest people beside their dots, as far as there is room."""
    first = people.dropna(subset="community").drop_duplicates("community").set_index("community")
    names = first["community_name"]
    if "core_id" in first:  # a group that has but a number is known by its best connected member
        core = "around " + first["core_id"].map(people.set_index("contact_id")["name"]).astype("str")
        names = names.where(names != "group " + first.index.astype("str"), core)
    large = groups[groups["size"] >= 3]
    large = large.assign(name=large["community"].map(names), away=large["radius"] + 10)
    strong = people[people["strength"] > 0].head(labels)
    strong = strong.assign(away=strong["size"] / 2 + 7)
    taken: list[tuple[float, float, float]] = []
    told = []
    # A group's name stands above it wherever it can: else one would not know whose it is.
    for frame, rows, letter, ways in (
        (groups, large, 8.4, ((0, 1), (0, -1))),
        (people, strong, _LETTER, ((0, -1), (0, 1), (1, 0), (-1, 0))),
    ):
        frame = frame.assign(label="", label_x=frame["x"], label_y=frame["y"])
        for row in rows.itertuples():
            label = _short(row.name)
            half = len(label) * letter / 2 + 2
            spots = [(row.x + a * (row.away + half - 5), row.y + b * row.away) for a, b in ways]
            free = [spot for spot in spots if _is_free(spot, half, taken)]
            if rows is strong:
                free.sort(key=lambda spot: _covered(spot, half, people))
            if free:
                taken.append((*free[0], half))
                frame.loc[row.Index, ["label", "label_x", "label_y"]] = label, *free[0]
        told.append(frame)
    return told[1], told[0]


def _is_free(spot: tuple[float, float], half: float, taken: list[tuple[float, float, float]]) -> bool:
    """Is the place on the page, and away from the labels that are there?"""
    x, y = spot
    on_page = abs(x) + half <= WIDTH / 2 and abs(y) + _LINE / 2 <= HEIGHT / 2
    return on_page and all(abs(x - u) > half + w or abs(y - v) > _LINE for u, v, w in taken)


def _covered(spot: tuple[float, float], half: float, people: pd.DataFrame) -> float:
    """How much of people's dots a label there would lie upon."""
    reach = people["size"] / 2
    over = ((people["x"] - spot[0]).abs() < half + reach) & ((people["y"] - spot[1]).abs() < 5 + reach)
    return float((people["size"] ** 2 * people["opacity"])[over].sum().round(6))


def _short(text: object) -> str:
    label = clean_label(text)
    return label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…"
