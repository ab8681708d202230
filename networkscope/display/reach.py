"""A chart of reach: how wide was the net, month by month?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from networkscope.display import theme
from networkscope.wording import plain_month

LINES = (
    ("people_count", "people", theme.BLUE),
    ("organization_count", "companies", theme.ORANGE),
    ("circle_count", "circles", theme.GREEN),
)


def draw_reach(months: pd.DataFrame) -> Figure:
    """How many people, companies and circles were reached each month? Takes the frame of `reach_by_month`.

    The last month is dotted: it is not over yet.
    """
    figure = theme.paper()
    axes = figure.axes[0]
    at = range(len(months))
    for column, name, color in LINES:
        values = months[column].astype(float).tolist()
        axes.plot(at[:-1], values[:-1], color=color, linewidth=2, marker="o", markersize=4, label=name)
        axes.plot(at[-2:], values[-2:], color=color, linewidth=1.2, linestyle=":")  # the month is not over
        axes.plot(at[-1:], values[-1:], color=color, marker="o", markersize=5, markerfacecolor="none")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, labelcolor=theme.INK)
    step = max(1, len(months) // 9)
    axes.set_xticks(list(at)[::step], months["month"].map(plain_month).tolist()[::step])
    axes.set(ylim=(0, None), ylabel="reached in the month")
    axes.locator_params("y", integer=True)
    axes.margins(x=0.02)
    return figure
