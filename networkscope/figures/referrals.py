"""Charts of referrals: who gives names, and where the trails lead."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import plotly.graph_objects as go

from networkscope.figures import theme
from networkscope.figures.tables import clean_label

OUTCOME_COLORS = {
    "offer": theme.GREEN, "interview": theme.BLUE, "conversation": theme.SKY, "open": theme.ORANGE,
    "declined": theme.GREY, "dead_end": theme.GREY,
}  # fmt: skip


def draw_yield(groups: pd.DataFrame, label: str, *, most: int = 15) -> go.Figure:
    """How many names does a conversation bring? A dot and its interval per group.

    Takes the frame of `referral_yield` with the column `label` naming the groups; groups with the most
    conversations are drawn.
    """
    shown = groups[groups["conversation_count"] > 0].nlargest(most, "conversation_count").iloc[::-1]
    middle = shown["names_per_conversation"].astype(float)
    texts = [
        f"{clean_label(name)} ({count})"
        for name, count in zip(shown[label], shown["conversation_count"], strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=middle.tolist(),
            y=texts,
            mode="markers",
            marker={"color": theme.BLUE, "size": 10},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (shown["names_high"].astype(float) - middle).clip(lower=0).tolist(),
                "arrayminus": (middle - shown["names_low"].astype(float)).clip(lower=0).tolist(),
                "color": theme.BLUE,
                "thickness": 1.5,
            },
            hovertemplate="%{y}: %{x:.2f} names per conversation<extra></extra>",
        )
    )
    figure.add_vrect(x0=2, x1=3, fillcolor=theme.GREEN, opacity=0.12, line_width=0)
    height = 150 + 28 * max(len(shown), 1)
    title = "Names per conversation; the green band is the target of 2 to 3"
    theme.layout(figure, title=title, x="names per conversation (in brackets: conversations)", height=height)
    return figure.update_xaxes(rangemode="tozero").update_yaxes(type="category")


def draw_forest(forest: nx.DiGraph, names: dict[str, str]) -> go.Figure:
    """Where did each trail lead? Referrers left, those whom they named right, coloured by outcome.

    Takes the graph of `referral_forest`; `names` maps its nodes to labels.
    """
    height, place = _places(forest)
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for giver, receiver, attributes in sorted(forest.edges(data=True)):
        if attributes["tree"]:
            lines_x += [place[giver][0], place[receiver][0], None]
            lines_y += [place[giver][1], place[receiver][1], None]
    figure = go.Figure(
        go.Scatter(
            x=lines_x,
            y=lines_y,
            mode="lines",
            line={"color": theme.GREY, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    outcomes = {node: _outcome(forest, node) for node in forest}
    for outcome in ("source", *OUTCOME_COLORS):
        nodes = sorted(node for node, value in outcomes.items() if value == outcome)
        if not nodes:
            continue
        labels = [clean_label(names.get(node, node)) for node in nodes]
        figure.add_scatter(
            x=[place[node][0] for node in nodes],
            y=[place[node][1] for node in nodes],
            mode="markers+text" if len(forest) <= 120 else "markers",
            name="first on the trail" if outcome == "source" else outcome.replace("_", " "),
            text=labels,
            textposition=[_beside(forest, node) for node in nodes],
            marker={"color": OUTCOME_COLORS.get(outcome, theme.PINK), "size": 10},
            hovertemplate="%{text}<extra>" + outcome.replace("_", " ") + "</extra>",
        )
    theme.layout(figure, title="Every trail, from the first name to the last", height=120 + 24 * height)
    last = max((x for x, _ in place.values()), default=0)
    figure.update_layout(meta={"min_width": int(170 * (last + 2))})
    figure.update_xaxes(visible=False, range=[-0.8, last + 0.8])
    return figure.update_yaxes(visible=False, autorange="reversed")


def _places(forest: nx.DiGraph) -> tuple[int, dict[str, tuple[float, float]]]:
    """A row per leaf and a column per generation; a parent sits level with its first child."""
    place: dict[str, tuple[float, float]] = {}
    row = 0
    children: dict[str, list[str]] = {node: [] for node in forest}
    for node, attributes in sorted(forest.nodes(data=True)):
        if attributes["parent"] is not None:
            children[attributes["parent"]].append(node)
    stack = sorted((node for node, a in forest.nodes(data=True) if a["parent"] is None), reverse=True)
    while stack:
        node = stack.pop()
        place[node] = (float(forest.nodes[node]["generation"]), float(row))
        stack.extend(reversed(children[node]))
        row += not children[node]
    return row, place


def _beside(forest: nx.DiGraph, node: str) -> str:
    """Where a label stands so that no line of the tree runs through it."""
    if forest.nodes[node]["parent"] is None:
        return "middle left"
    inner = any(forest.nodes[child]["parent"] == node for child in forest.successors(node))
    return "top right" if inner else "middle right"


def _outcome(forest: nx.DiGraph, node: str) -> str:
    parent = forest.nodes[node]["parent"]
    return "source" if parent is None else str(forest.edges[parent, node]["outcome"])
