"""Charts of follow-ups: what is overdue, and how fast you close things."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from networkscope.display import theme
from networkscope.display.tables import KINDS

MONTH = 30.0  # days
AGES = ((0, 7, "up to a week"), (7, 30, "up to a month"), (30, 90, "up to 3 months"), (90, None, "longer"))


def draw_overdue(gaps: pd.DataFrame) -> go.Figure:
    """What is overdue, and for how long? Bars of open gaps by kind, split by age.

    Takes the frame of `followup_gaps`; monthly updates are left out, they would hide what is owed.
    """
    overdue = gaps[(gaps["state"] == "open") & (gaps["kind"] != "monthly_update")]
    kinds = overdue["kind"].value_counts().index.tolist()[::-1]
    figure = go.Figure()
    days = overdue["days_overdue"].astype(float)
    for (low, high, name), color in zip(AGES, (theme.SKY, theme.BLUE, theme.ORANGE, theme.RED), strict=True):
        band = overdue[(days > low) & (days <= (high or float("inf")))]
        counts = band["kind"].value_counts().reindex(kinds, fill_value=0)
        if counts.any():
            labels = [KINDS.get(kind, (kind,))[0] for kind in kinds]
            figure.add_bar(y=labels, x=counts.tolist(), name=name, orientation="h", marker={"color": color})
    theme.layout(
        figure,
        title="What is overdue, and for how long",
        x="open follow-ups",
        height=170 + 30 * max(len(kinds), 1),
    )
    few = overdue["kind"].value_counts().max() <= 8 if len(overdue) else True
    figure.update_xaxes(dtick=1 if few else None, tickformat=",d")
    return figure.update_layout(barmode="stack", bargap=0.35, showlegend=True)


def draw_closing(curves: dict[str, pd.DataFrame]) -> Figure:
    """How soon do you close things? Share closed by days since opening, for a month, with bands, a line per kind.

    Takes frames of `closing_curve` by the name to print.
    """
    figure = theme.paper()
    axes = figure.axes[0]
    colors = (theme.BLUE, theme.ORANGE, theme.GREEN, theme.RED)
    for (name, curve), color in zip(curves.items(), colors, strict=False):
        shown = curve[curve["days"].astype(float) <= MONTH]
        days = [0.0, *shown["days"].astype(float), MONTH]
        share = [0.0, *shown["closed_share"].astype(float)]
        axes.step(days, [*share, share[-1]], where="post", color=color, linewidth=2, label=name)
        low, high = ([0.0, *shown[column].astype(float)] for column in ("low", "high"))
        axes.fill_between(
            days, [*low, low[-1]], [*high, high[-1]], step="post", color=color, alpha=0.15, linewidth=0
        )
    axes.axvline(2, color=theme.GREY, linewidth=1, linestyle="--")
    axes.annotate("48 hours", (2, 1.0), xytext=(4, -2), textcoords="offset points", fontsize=9, va="top")
    axes.set(xlim=(0, MONTH), ylim=(0, 1.02), xlabel="days since it was owed", ylabel="share closed")
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_title("How much was closed, so many days after it was owed", loc="left")
    if curves:
        axes.legend(frameon=False, loc="lower right")
    return figure
