"""Charts of referrals: who gives names, and where the trails lead."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pandas as pd
import plotly.graph_objects as go

from networkscope.display import theme
from networkscope.display.tables import clean_label

OUTCOME_LOOKS = {
    "offer": (theme.GREEN, "star"), "interview": (theme.BLUE, "circle"), "conversation": (theme.SKY, "circle"),
    "open": (theme.ORANGE, "circle"), "declined": (theme.RED, "x"), "dead_end": (theme.GREY, "x"),
}  # fmt: skip
LABEL = 40  # characters of a name beside a dot; the hover has all of it


def draw_yield(groups: pd.DataFrame, label: str, *, most: int = 15) -> go.Figure:
    """How many names does a conversation bring? A dot and its interval per group.

    Takes the frame of `referral_yield` with the column `label` naming the groups; those who gave the most names
    are drawn.
    """
    talked = groups[groups["conversation_count"] > 0]
    shown = talked.sort_values(["name_count", "conversation_count"], ascending=False, kind="stable").head(
        most
    )
    shown = shown.iloc[::-1]
    middle = shown["names_per_conversation"].astype(float)
    rows = list(range(len(shown)))
    labels = [
        f"{clean_label(name, LABEL)} ({count:,})"
        for name, count in zip(shown[label], shown["conversation_count"], strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=middle.tolist(),
            y=rows,
            mode="markers",
            marker={"color": theme.BLUE, "size": 10},
            cliponaxis=False,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (shown["names_high"].astype(float) - middle).clip(lower=0).tolist(),
                "arrayminus": (middle - shown["names_low"].astype(float)).clip(lower=0).tolist(),
                "color": theme.BLUE,
                "thickness": 1.5,
            },
            customdata=[clean_label(name) for name in shown[label]],
            hovertemplate="%{customdata}: %{x:.2f} names per conversation<extra></extra>",
        )
    )
    figure.add_vrect(x0=2, x1=3, fillcolor=theme.GREEN, opacity=0.12, line_width=0)
    title = "Names per conversation (in brackets: conversations); the green band is the target of 2 to 3"
    theme.layout(figure, title=title, x="names per conversation", height=150 + 28 * max(len(shown), 1))
    figure.update_xaxes(rangemode="tozero")
    return figure.update_yaxes(tickvals=rows, ticktext=labels, range=[-0.7, len(shown) - 0.3])


def draw_forest(forest: nx.DiGraph, names: dict[str, str], *, most: int = 150) -> go.Figure:
    """Where did each trail lead? An outline with a row per person, below whoever named them, coloured by outcome.

    Takes the graph of `referral_forest`; `names` maps its nodes to labels. The largest trails come first; of more
    than `most` people the title says how many are drawn.
    """
    drawn = _outline(forest)[:most]
    row = {node: number for number, node in enumerate(drawn)}
    depth = {node: forest.nodes[node]["generation"] for node in drawn}
    parents = {node: forest.nodes[node]["parent"] for node in drawn}
    lines = [(parents[node], node) for node in drawn if parents[node] is not None]
    figure = go.Figure(
        go.Scatter(
            x=[x for giver, node in lines for x in (depth[giver], depth[giver], depth[node], None)],
            y=[y for giver, node in lines for y in (row[giver], row[node], row[node], None)],
            mode="lines",
            line={"color": theme.GREY, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    outcomes = {node: _outcome(forest, node) for node in drawn}
    for outcome, (color, symbol) in {"source": (theme.PINK, "circle"), **OUTCOME_LOOKS}.items():
        nodes = [node for node in drawn if outcomes[node] == outcome]
        if not nodes:
            continue
        title = "first on the trail" if outcome == "source" else outcome.replace("_", " ")
        figure.add_scatter(
            x=[depth[node] for node in nodes],
            y=[row[node] for node in nodes],
            mode="markers+text",
            name=title,
            text=[clean_label(names.get(node, node), LABEL) for node in nodes],
            textposition="middle right",
            cliponaxis=False,
            marker={"color": color, "symbol": symbol, "size": 10},
            customdata=[clean_label(names.get(node, node)) for node in nodes],
            hovertemplate="%{customdata}<extra>" + title + "</extra>",
        )
    title = "Every trail, from the first name to the last"
    if len(drawn) < len(forest):
        title = f"The largest trails: {len(drawn):,} of {len(forest):,} people"
    theme.layout(figure, title=title, height=110 + 22 * len(drawn))
    last = max(depth.values(), default=0)
    figure.update_layout(meta={"min_width": max(620, 26 * (last + 10))}, showlegend=True)
    figure.update_xaxes(visible=False, range=[-0.4, last + 10])  # ten steps wide is the room for a label
    return figure.update_yaxes(visible=False, range=[len(drawn) - 0.4, -0.6])


def _outline(forest: nx.DiGraph) -> list[str]:
    """Everybody below whoever named them, the largest trail first."""
    children: dict[str | None, list[str]] = {}
    for node, parent in sorted(forest.nodes(data="parent")):
        children.setdefault(parent, []).append(node)
    size = Counter(root for _, root in forest.nodes(data="root"))
    stack = sorted(children.get(None, []), key=lambda node: (-size[node], node), reverse=True)
    order = []
    while stack:
        order.append(stack.pop())
        stack.extend(reversed(children.get(order[-1], [])))
    return order


def _outcome(forest: nx.DiGraph, node: str) -> str:
    parent = forest.nodes[node]["parent"]
    return "source" if parent is None else str(forest.edges[parent, node]["outcome"])
