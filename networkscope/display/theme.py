"""One look for all charts: few colours, told apart by everybody, on paper and in the dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure

# Okabe and Ito (2008): eight colours that colour-blind readers tell apart.
BLUE, ORANGE, GREEN, RED, SKY, PINK, YELLOW = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#b8a500",
)  # fmt: skip
GREY = "#8a8f98"
INK = "#5b6470"  # readable on white and on near-black
STATE_COLORS = {
    "active": GREEN, "late": SKY, "drifting": ORANGE, "dormant": RED, "one_way": PINK, "never_touched": GREY,
}  # fmt: skip
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"


def layout(figure: go.Figure, *, title: str, x: str = "", y: str = "", height: int = 420) -> go.Figure:
    """Give a plotly figure its title (the answer it gives, as a sentence), axis names and quiet frame."""
    figure.update_layout(
        title={"text": title, "x": 0, "y": 1, "yanchor": "top", "pad": {"t": 8}, "font": {"size": 16}},
        height=height,
        margin={"l": 8, "r": 16, "t": 68, "b": 8},
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        hoverlabel={"align": "left"},
        colorway=[BLUE, ORANGE, GREEN, RED, SKY, PINK, YELLOW],
    )
    axis = {"gridcolor": "rgba(128,128,128,0.22)", "zeroline": False, "automargin": True}
    figure.update_xaxes(title=x or None, **axis)
    figure.update_yaxes(title=y or None, **axis)
    return figure


def log_axis(values: pd.Series, ticks: Sequence[float]) -> dict[str, Any]:
    """A logarithmic axis that begins and ends at one of these ticks (in order), around all that is above zero."""
    known = values[values > 0]
    below = [tick for tick in ticks if tick <= known.min()]
    above = [tick for tick in ticks if tick >= known.max()]
    shown = [tick for tick in ticks if (below or ticks)[-1] <= tick <= (above or ticks)[0]] or list(ticks)
    ends = (min(shown[0], known.min()), max(shown[-1], known.max())) if len(known) else (shown[0], shown[-1])
    return {
        "type": "log",
        "tickvals": shown,
        "range": [math.log10(ends[0]) - 0.05, math.log10(ends[1]) + 0.05],
    }


def paper(width: float = 7.2, height: float = 3.6) -> Figure:
    """An empty matplotlib figure for print: no canvas of its own, transparent, quiet axes."""
    style = {
        "font.family": "sans-serif", "font.size": 10, "text.color": INK, "axes.labelcolor": INK,
        "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": GREY, "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "networkscope", "svg.fonttype": "path",
    }  # fmt: skip
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.add_subplot()
    figure.patch.set_alpha(0)
    figure.axes[0].patch.set_alpha(0)
    return figure
