"""Charts that stay still, drawn with matplotlib, and what they show in words for those who cannot see them."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter

from networkscope.display import theme
from networkscope.display.map import ACROSS, WITHIN, map_title, tie_lines
from networkscope.display.map_layout import HEIGHT, LABELS, WIDTH, plan_map
from networkscope.wording import plain_month

MONTH = 30.0  # days
MAP_WIDTH = 9.8  # inches, on which labels keep the size that they have in plotly
REACHED = (
    ("people_count", "people", theme.BLUE),
    ("organization_count", "companies", theme.ORANGE),
    ("circle_count", "circles", theme.GREEN),
)


@dataclass(frozen=True)
class Picture:
    """A printed chart and what it shows, in words."""

    figure: Figure
    alt: str
    for_paper: bool = False

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=200, metadata={"Software": None})
        data = {"image/png": base64.b64encode(stream.getvalue()).decode(), "text/plain": self.alt}
        about = {"alt": self.alt, "width": int(self.figure.get_figwidth() * 100), "for_paper": self.for_paper}
        return data, {"image/png": about}


def show_picture(figure: Figure, alt: str, *, for_paper: bool = False) -> Picture:
    """What does this chart show? The figure with its answer in words.

    With `for_paper` it is in print only, in place of the interactive chart right before it.

    >>> show_picture(Figure(), "nothing yet").alt
    'nothing yet'
    """
    return Picture(figure, alt, for_paper)


def draw_calibration(bands: pd.DataFrame) -> Figure:
    """Did as many come back as the forecast said? Observed against predicted share, by band, with intervals.

    Takes `Backtest.bands`.
    """
    figure, axes = _paper(5.2, 3.8)
    axes.plot([0, 1], [0, 1], color=theme.GREY, linewidth=1, linestyle="--")
    low, observed, high = (bands[f"observed_{name}"].astype("float64") for name in ("low", "share", "high"))
    ends = [(observed - low).clip(lower=0), (high - observed).clip(lower=0)]
    predicted = bands["predicted_share"].astype("float64")
    axes.errorbar(predicted, observed, yerr=ends, fmt="o", color=theme.BLUE, ecolor=theme.BLUE, capsize=3)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set(xlabel="chance of contact that was forecast", ylabel="share who were in contact")
    axes.set_title("On the line: as many came back as was forecast", loc="left")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    return figure


def draw_closing(curves: Mapping[str, pd.DataFrame]) -> Figure:
    """How soon do you close things? Share closed by days since opening, for a month, with bands, a line per kind.

    Takes frames of `closing_curve` by the name to print.
    """
    figure, axes = _paper()
    colors = (theme.BLUE, theme.ORANGE, theme.GREEN, theme.RED)
    for (name, curve), color in zip(curves.items(), colors, strict=False):
        shown = curve[["days", "closed_share", "low", "high"]].astype("float64")
        shown = shown[shown["days"] <= MONTH]
        shown = pd.concat([pd.DataFrame([dict.fromkeys(shown, 0.0)]), shown])
        shown = pd.concat([shown, shown.tail(1).assign(days=MONTH)])
        axes.step(shown["days"], shown["closed_share"], where="post", color=color, linewidth=2, label=name)
        axes.fill_between(
            shown["days"], shown["low"], shown["high"], step="post", color=color, alpha=0.15, linewidth=0
        )
    axes.axvline(2, color=theme.GREY, linewidth=1, linestyle="--")
    axes.annotate("48 hours", (2, 1.0), xytext=(4, -2), textcoords="offset points", fontsize=9, va="top")
    axes.set(xlim=(0, MONTH), ylim=(0, 1.02), xlabel="days since it was owed", ylabel="share closed")
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_title("How much was closed, so many days after it was owed", loc="left")
    if curves:
        axes.legend(frameon=False, loc="lower right")
    return figure


def draw_reach(months: pd.DataFrame) -> Figure:
    """How many people, companies and circles were reached each month? Takes the frame of `reach_by_month`.

    The last month is dotted: it is not over yet.
    """
    figure, axes = _paper()
    at = range(len(months))
    for column, name, color in REACHED:
        values = months[column].astype("float64").tolist()
        axes.plot(at[:-1], values[:-1], color=color, linewidth=2, marker="o", markersize=4, label=name)
        axes.plot(at[-2:], values[-2:], color=color, linewidth=1.2, linestyle=":")
        axes.plot(at[-1:], values[-1:], color=color, marker="o", markersize=5, markerfacecolor="none")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, labelcolor=theme.INK)
    step = max(1, len(months) // 9)
    axes.set_xticks(list(at)[::step], months["month"].map(plain_month).tolist()[::step])
    axes.set(ylim=(0, None), ylabel="reached in the month")
    axes.locator_params("y", integer=True)
    axes.margins(x=0.02)
    return figure


def draw_map_print(nodes: pd.DataFrame, edges: pd.DataFrame, *, labels: int = LABELS) -> Figure:
    """What does the map look like on paper? The picture of `draw_map`, from the same frames, without hover."""
    plan = plan_map(nodes, edges, labels=labels)
    figure, axes = _paper(MAP_WIDTH, MAP_WIDTH * HEIGHT / WIDTH)
    points = MAP_WIDTH * 72 / WIDTH  # per pixel
    for across, strength in ((False, WITHIN), (True, ACROSS)):
        x, y = tie_lines(plan.ties[plan.ties["across"] == across])
        axes.plot(x, y, color="#808080", alpha=strength, linewidth=0.7, zorder=1)
    if len(people := plan.people):
        look = {"c": people["color"], "alpha": people["opacity"], "s": (people["size"] * points) ** 2}
        axes.scatter(people["x"], people["y"], linewidths=0, zorder=2, **look)
    halo = [withStroke(linewidth=2, foreground="white", alpha=0.8)]
    for frame, size, weight in ((plan.people, 11, "normal"), (plan.groups, 13, "bold")):
        for row in frame[frame["label"] != ""].itertuples():
            text = axes.text(row.label_x, row.label_y, row.label, ha="center", va="center", parse_math=False)
            text.set(fontsize=size * points, fontweight=weight, color=theme.INK, path_effects=halo, zorder=3)
    axes.set(xlim=(-WIDTH / 2, WIDTH / 2), ylim=(-HEIGHT / 2, HEIGHT / 2), aspect="equal")
    axes.set_title(map_title(plan))
    axes.axis("off")
    return figure


def _paper(width: float = 7.2, height: float = 3.6) -> tuple[Figure, Axes]:
    """An empty figure for print: no canvas of its own, transparent, quiet axes."""
    style = {
        "font.family": "sans-serif", "font.size": 10, "text.color": theme.INK, "axes.labelcolor": theme.INK,
        "xtick.color": theme.INK, "ytick.color": theme.INK, "axes.edgecolor": theme.GREY,
        "axes.spines.top": False, "axes.spines.right": False,
        "svg.hashsalt": "networkscope", "svg.fonttype": "path",
    }  # fmt: skip
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    return figure, axes
