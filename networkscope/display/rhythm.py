"""How does the silence with a person compare with their own rhythm? One sentence and one small picture."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

import pandas as pd

from networkscope.display.links import file_address
from networkscope.wording import days_in_words, many, plain_dates, spoken_day

WIDTH, HEIGHT, EDGE = 640, 64, 12
LONGEST_DAYS, SHORTEST_DAYS = 1095, 180
FEWEST_GAPS = 3
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#5a6472}.line{stroke:#b9bec6}.quiet{stroke:#d55e00;stroke-width:4}"
    ".dot{fill:#0072b2}@media (prefers-color-scheme:dark){text{fill:#a0a9b6}.line{stroke:#4a525e}.dot{fill:#56b4e9}}"
)


def usual_gap(days: Sequence[pd.Timestamp]) -> float | None:
    """The median of days between two contacts; None where there are too few to tell.

    >>> usual_gap(list(pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-21", "2026-02-20"])))
    10.0
    """
    ordered = sorted(days)
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(ordered)]
    return float(statistics.median(gaps)) if len(gaps) >= FEWEST_GAPS else None


def rhythm_sentence(days: Sequence[pd.Timestamp], today: pd.Timestamp) -> str:
    """When were you last in touch, and how often is usual?

    >>> rhythm_sentence([pd.Timestamp("2026-11-05")], pd.Timestamp("2026-11-16")).replace("\\u00a0", " ")
    'Last in touch Thu 5 Nov, 11 days ago; on 1 day so far.'
    """
    if not days:
        return "No contact with this person is on record."
    last = spoken_day(max(days).date(), today.date())
    usual = usual_gap(days)
    if usual is None:
        return f"Last in touch {last}; on {many(len(days), 'day')} so far."
    return f"Last in touch {last}; usually every {days_in_words(max(round(usual), 1))}."


def draw_rhythm(days: Sequence[pd.Timestamp], today: pd.Timestamp) -> str:
    """The days of contact on a line up to today, and the silence after the last: the address of an SVG picture.

    At most the last three years; empty where there is nothing to draw.
    """
    ages = sorted((today - day).days for day in days if (today - day).days <= LONGEST_DAYS)
    if not ages:
        return ""
    span = max(SHORTEST_DAYS, ages[-1])

    def x(age: float) -> str:
        return f"{WIDTH - EDGE - (WIDTH - 2 * EDGE) * age / span:.1f}"

    usual = usual_gap(days)
    quiet = usual is not None and ages[0] > 1.5 * max(usual, 1)
    first = plain_dates(f"{today - pd.Timedelta(days=span):%Y-%m-%d}")
    parts = [
        f'<line class="line" x1="{EDGE}" y1="26" x2="{WIDTH - EDGE}" y2="26"/>',
        f'<line class="quiet" x1="{x(ages[0])}" y1="26" x2="{x(0)}" y2="26"/>' if quiet else "",
        *(f'<circle class="dot" cx="{x(age)}" cy="26" r="5"/>' for age in ages),
        f'<text x="{EDGE}" y="56">{first}</text>',
        f'<text x="{WIDTH - EDGE}" y="56" text-anchor="end">today</text>',
    ]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>{"".join(parts)}</svg>'
    return file_address(svg, "image/svg+xml")
