"""The charts of a page: ties that fade, follow-ups that are overdue, who gives names, where the trails lead."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import networkx as nx
import pandas as pd
import plotly.graph_objects as go

from networkscope.display import theme
from networkscope.display.cells import KINDS, STATES, clean_label
from networkscope.wording import plain_dates

SPANS = {
    1: "1 day", 7: "1 week", 30: "1 month", 90: "3 months", 365: "1 year", 1095: "3 years", 3650: "10 years",
}  # fmt: skip
POWERS = [float(f"{digit}e{power}") for power in range(-6, 9) for digit in (1, 2, 5)]
AGES = ((0, 7, "up to a week"), (7, 30, "up to a month"), (30, 90, "up to 3 months"), (90, None, "longer"))
OUTCOME_LOOKS = {
    "offer": (theme.GREEN, "star"), "interview": (theme.BLUE, "circle"), "conversation": (theme.SKY, "circle"),
    "open": (theme.ORANGE, "circle"), "declined": (theme.RED, "x"), "dead_end": (theme.GREY, "x"),
}  # fmt: skip
LABEL = 40  # characters of a name beside a dot; the hover has all of it

_HOVER = "<b>%{customdata[0]}</b><br>last topic: %{customdata[1]}<br>%{customdata[2]}<extra></extra>"


def draw_fading(dormant: pd.DataFrame, *, most: int = 400) -> go.Figure:
    """Who mattered and is fading? Value of the tie against days of silence, a dot per person.

    Takes the frame of `dormant_contacts`; `name` labels the dots. Of more than `most` the title says so.
    """
    worth = dormant[dormant["value"] > 0]
    shown = worth.nlargest(most, "value")
    shown = shown.assign(days=shown["days_silent"].astype("float64").clip(lower=0.5))
    figure = go.Figure()
    for state, color in theme.STATE_COLORS.items():
        group = shown[shown["state"] == state]
        if group.empty:
            continue
        texts = zip(group["name"], group["last_topic"], group["why"], strict=True)
        figure.add_scatter(
            x=group["days"].tolist(),
            y=group["value"].astype("float64").tolist(),
            mode="markers",
            name=STATES[state],
            marker={"color": color, "size": 9, "opacity": 0.75},
            customdata=[
                [clean_label(name), clean_label(topic), plain_dates(clean_label(why))]
                for name, topic, why in texts
            ],
            hovertemplate=_HOVER,
        )
    cut = f" ({most:,} of {len(worth):,})" if len(worth) > most else ""
    title = f"High and to the right: people who mattered much and have gone quiet{cut}"
    y = "how close you were at the last contact"
    theme.layout(figure, title=title, x="silent for (logarithmic)", y=y, height=460)
    axis = _log_axis(shown["days"], list(SPANS))
    figure.update_xaxes(axis, ticktext=[SPANS[days] for days in axis["tickvals"]])
    figure.update_yaxes(_log_axis(shown["value"].astype("float64"), POWERS))
    return figure.update_layout(showlegend=True)


def _log_axis(values: pd.Series, ticks: Sequence[float]) -> dict[str, Any]:
    """A logarithmic axis that starts and ends at one of these ticks (in order), around all that is above zero."""
    known = values[values > 0]
    below = [tick for tick in ticks if tick <= known.min()]
    above = [tick for tick in ticks if tick >= known.max()]
    shown = [tick for tick in ticks if (below or ticks)[-1] <= tick <= (above or ticks)[0]] or list(ticks)
    low, high = min([shown[0], *known]), max([shown[-1], *known])
    return {"type": "log", "tickvals": shown, "range": [math.log10(low) - 0.05, math.log10(high) + 0.05]}


def draw_overdue(items: pd.DataFrame) -> go.Figure:
    """What is overdue, and for how long? Bars of overdue items by kind, split by age.

    Takes the frame of `to_do` of `followups`; monthly updates are left out, they would hide what is owed.
    """
    overdue = items[(items["state"] == "overdue") & (items["kind"] != "monthly_update")]
    counts = overdue["kind"].value_counts()
    kinds = counts.index.tolist()[::-1]
    labels = [KINDS.get(kind, (kind,))[0] for kind in kinds]
    days = overdue["days_overdue"].astype("float64")
    figure = go.Figure()
    for (low, high, name), color in zip(AGES, (theme.SKY, theme.BLUE, theme.ORANGE, theme.RED), strict=True):
        band = overdue[(days > low) & (days <= (high or math.inf))]
        if len(band):
            x = band["kind"].value_counts().reindex(kinds, fill_value=0).tolist()
            figure.add_bar(y=labels, x=x, name=name, orientation="h", marker={"color": color})
    height = 170 + 30 * max(len(kinds), 1)
    theme.layout(figure, title="What is overdue, and for how long", x="overdue follow-ups", height=height)
    figure.update_xaxes(dtick=1 if max(counts, default=0) <= 8 else None, tickformat=",d")
    return figure.update_layout(barmode="stack", bargap=0.35, showlegend=True)


def draw_yield(groups: pd.DataFrame, label: str, *, most: int = 15) -> go.Figure:
    """How many names does a conversation bring? A dot and its interval per group.

    Takes the frame of `referral_yield` with the column `label` naming the groups; those who gave the most names
    are drawn.
    """
    shown = groups[groups["conversation_count"] > 0]
    shown = shown.sort_values(["name_count", "conversation_count"], ascending=False, kind="stable")[:most][
        ::-1
    ]
    middle, low, high = (
        shown[name].astype("float64") for name in ("names_per_conversation", "names_low", "names_high")
    )
    rows = list(range(len(shown)))
    figure = go.Figure()
    figure.add_scatter(
        x=middle.tolist(),
        y=rows,
        mode="markers",
        marker={"color": theme.BLUE, "size": 10},
        cliponaxis=False,
        error_x={
            "type": "data", "symmetric": False, "color": theme.BLUE, "thickness": 1.5,
            "array": (high - middle).clip(lower=0).tolist(),
            "arrayminus": (middle - low).clip(lower=0).tolist(),
        },
        customdata=[clean_label(name) for name in shown[label]],
        hovertemplate="%{customdata}: %{x:.2f} names per conversation<extra></extra>",
    )  # fmt: skip
    figure.add_vrect(x0=2, x1=3, fillcolor=theme.GREEN, opacity=0.12, line_width=0)
    title = "Names per conversation (in brackets: conversations); the green band is the target of 2 to 3"
    theme.layout(figure, title=title, x="names per conversation", height=150 + 28 * max(len(shown), 1))
    figure.update_xaxes(rangemode="tozero")
    counted = zip(shown[label], shown["conversation_count"], strict=True)
    labels = [f"{clean_label(name, LABEL)} ({count:,})" for name, count in counted]
    return figure.update_yaxes(tickvals=rows, ticktext=labels, range=[-0.7, len(shown) - 0.3])


def draw_forest(forest: nx.DiGraph, names: dict[str, str], *, most: int = 150) -> go.Figure:
    """Where did each trail lead? An outline with a row per person, below whoever named them, coloured by outcome.

    Takes the graph of `referral_forest`; `names` maps its nodes to labels. The largest trails come first; of more
    than `most` people the title says how many are drawn.
    """
    drawn = _outline(forest)[:most]
    row = {node: number for number, node in enumerate(drawn)}
    depth = {node: forest.nodes[node]["generation"] for node in drawn}
    x: list[int | None] = []
    y: list[int | None] = []
    by_outcome: dict[str, list[str]] = {}
    for node in drawn:
        giver = forest.nodes[node]["parent"]
        outcome = "source"
        if giver is not None:
            x += [depth[giver], depth[giver], depth[node], None]
            y += [row[giver], row[node], row[node], None]
            outcome = str(forest.edges[giver, node]["outcome"])
        by_outcome.setdefault(outcome, []).append(node)
    figure = go.Figure()
    line = {"color": theme.GREY, "width": 1}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for outcome, (color, symbol) in {"source": (theme.PINK, "circle"), **OUTCOME_LOOKS}.items():
        nodes = by_outcome.get(outcome)
        if not nodes:
            continue
        name = "first on the trail" if outcome == "source" else outcome.replace("_", " ")
        figure.add_scatter(
            x=[depth[node] for node in nodes],
            y=[row[node] for node in nodes],
            mode="markers+text",
            name=name,
            text=[clean_label(names.get(node, node), LABEL) for node in nodes],
            textposition="middle right",
            cliponaxis=False,
            marker={"color": color, "symbol": symbol, "size": 10},
            customdata=[clean_label(names.get(node, node)) for node in nodes],
            hovertemplate="%{customdata}<extra>" + name + "</extra>",
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
