"""One look for all charts: few colours, told apart by everybody, on paper and in the dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

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
    return figure.update_yaxes(title=y or None, **axis)
