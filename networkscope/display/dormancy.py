"""Charts of fading ties: whom you are losing, and how far the forecast can be trusted."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from networkscope.display import theme
from networkscope.display.tables import clean_label
from networkscope.wording import plain_dates

HOVER = "<b>%{customdata[0]}</b><br>last topic: %{customdata[1]}<br>%{customdata[2]}<extra></extra>"
SPANS = {
    1: "1 day",
    7: "1 week",
    30: "1 month",
    90: "3 months",
    365: "1 year",
    1095: "3 years",
    3650: "10 years",
}
POWERS = [float(f"{digit}e{power}") for power in range(-6, 9) for digit in (1, 2, 5)]


def draw_fading(dormant: pd.DataFrame, *, most: int = 400) -> go.Figure:
    """Who mattered and is fading? Value of the tie against days of silence, a dot per person.

    Takes the frame of `dormant_contacts`; `name` labels the dots. Of more than `most` the title says so.
    """
    worth = dormant[dormant["value"] > 0]
    known = worth.nlargest(most, "value")
    figure = go.Figure()
    for state, color in theme.STATE_COLORS.items():
        group = known[known["state"] == state]
        if group.empty:
            continue
        figure.add_scatter(
            x=group["days_silent"].astype(float).clip(lower=0.5).tolist(),
            y=group["value"].astype(float).tolist(),
            mode="markers",
            name=state.replace("_", " "),
            marker={"color": color, "size": 9, "opacity": 0.75},
            customdata=[
                [clean_label(name), clean_label(topic), plain_dates(clean_label(why))]
                for name, topic, why in zip(group["name"], group["last_topic"], group["why"], strict=True)
            ],
            hovertemplate=HOVER,
        )
    cut = f" ({most:,} of {len(worth):,})" if len(worth) > most else ""
    theme.layout(
        figure,
        title=f"High and to the right: ties that were worth much and have gone quiet{cut}",
        x="silent for (logarithmic)",
        y="value of the tie at the last touch",
        height=460,
    )
    across = theme.log_axis(known["days_silent"].astype(float).clip(lower=0.5), list(SPANS))
    names = [SPANS[days] for days in across["tickvals"]]
    figure.update_xaxes(across, ticktext=names)
    figure.update_yaxes(theme.log_axis(known["value"].astype(float), POWERS))
    return figure.update_layout(showlegend=True)


def draw_calibration(bands: pd.DataFrame) -> Figure:
    """Did as many come back as the forecast said? Observed against predicted share, by band, with intervals.

    Takes `Backtest.bands`.
    """
    figure = theme.paper(5.2, 3.8)
    axes = figure.axes[0]
    axes.plot([0, 1], [0, 1], color=theme.GREY, linewidth=1, linestyle="--")
    observed, predicted = bands["observed_share"].astype(float), bands["predicted_share"].astype(float)
    below = (observed - bands["observed_low"].astype(float)).clip(lower=0)
    above = (bands["observed_high"].astype(float) - observed).clip(lower=0)
    axes.errorbar(
        predicted, observed, yerr=[below, above], fmt="o", color=theme.BLUE, ecolor=theme.BLUE, capsize=3
    )
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_title("On the line: as many came back as was forecast", loc="left")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("chance of contact that was forecast")
    axes.set_ylabel("share who were in contact")
    return figure
