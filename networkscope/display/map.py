"""The network at one look: groups side by side, people by strength, silence as fading."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from networkscope.display import theme
from networkscope.display.cells import clean_label
from networkscope.display.map_layout import HEIGHT, LABELS, WIDTH, Plan, plan_map
from networkscope.wording import many

WITHIN, ACROSS = 0.2, 0.42  # how dark a tie inside a group is, and one between groups

_HOVER = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra>%{customdata[3]}</extra>"
_HALO = ", ".join(["0 0 3px Canvas"] * 4)  # the colour of the page, by day and by night
_NAME, _GROUP = {"size": 11, "shadow": _HALO}, {"size": 13, "weight": 700, "shadow": _HALO}


def draw_map(nodes: pd.DataFrame, edges: pd.DataFrame, *, labels: int = LABELS) -> go.Figure:
    """Which groups is the network made of, who is strong in them, and who links them?

    Each disc is a community with its strongest people in the middle; who belongs to none is in the ring
    around all. A dot's area is the strength of the tie, its paleness the silence: half of its colour goes
    with each year. Of the ties between contacts only each person's strongest are drawn. The same frames give
    the same picture, whatever the order of their rows.

    Parameters
    ----------
    nodes : `contact_id, name, organization, community, community_name, strength, days_silent, why`, as
        `dormant_contacts` and `communities` give them together; with `core_id`, a group that has no name of its
        own is called after its best connected member
    edges : `one_id, other_id, weight, evidence`: the edges of `to_frames`
    labels : how many of the strongest people are named at most; names that would overlap are left out
    """
    plan = plan_map(nodes, edges, labels=labels)
    figure = go.Figure()
    for across, strength in ((False, WITHIN), (True, ACROSS)):
        x, y = tie_lines(plan.ties[plan.ties["across"] == across])
        line = {"color": f"rgba(128,128,128,{strength})", "width": 1}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        **_places(plan.ties),
        mode="markers",
        marker={"size": 7, "opacity": 0},
        text=plan.ties["text"].tolist(),
        hovertemplate="%{text}<extra></extra>",
    )
    texts = plan.people[["name", "organization", "why", "community_name"]].to_numpy(object)
    marker = {name: plan.people[name].tolist() for name in ("color", "size", "opacity")}
    figure.add_scatter(
        **_places(plan.people),
        mode="markers",
        marker=marker | {"line": {"width": 0}},
        customdata=[[clean_label(text) for text in row] for row in texts],
        hovertemplate=_HOVER,
    )
    for frame, font in ((plan.people, _NAME), (plan.groups, _GROUP)):
        named = frame[frame["label"] != ""]
        look = {"mode": "text", "textfont": font, "hoverinfo": "skip"}
        figure.add_scatter(**_places(named, "label_"), text=named["label"].tolist(), **look)
    theme.layout(figure, title=map_title(plan), height=HEIGHT + 60)
    figure.update_layout(showlegend=False, dragmode="pan", margin={"l": 0, "r": 0, "t": 48, "b": 0})
    figure.update_layout(meta={"min_width": WIDTH, "whole": True})  # narrower, its names would overlap
    figure.update_xaxes(visible=False, range=[-WIDTH / 2, WIDTH / 2])
    return figure.update_yaxes(visible=False, range=[-HEIGHT / 2, HEIGHT / 2], scaleanchor="x")


def tie_lines(ties: pd.DataFrame) -> tuple[list[float], list[float]]:
    """All ties as one line with gaps."""
    ends = ties.assign(gap=np.nan)
    x, y = (ends[[f"{end}0", f"{end}1", "gap"]].round(1).to_numpy().ravel().tolist() for end in ("x", "y"))
    return x, y


def _places(frame: pd.DataFrame, stem: str = "") -> dict[str, list[float]]:
    """Places to a tenth of a pixel, as plain numbers: a smaller page, and one that can be read."""
    return {end: frame[stem + end].round(1).tolist() for end in ("x", "y")}


def map_title(plan: Plan) -> str:
    people, groups, grouped = len(plan.people), len(plan.groups), int(plan.groups["size"].sum())
    if not groups:
        return f"{many(people, 'person', 'people')}; no ties among them are known"
    title = f"{grouped:,} people in {many(groups, 'group')}"
    alone = people - grouped
    if not alone:
        return title
    if plan.people["community"].nunique() == groups:
        known = f"{'has' if alone == 1 else 'have'} no known tie to another contact"
    else:
        known = f"{'belongs' if alone == 1 else 'belong'} to smaller groups or to none"
    return f"{title}; the {alone:,} in the ring {known}"
