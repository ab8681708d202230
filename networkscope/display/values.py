"""The figures of a page at one glance: number, unit, and whether it is better or worse than before."""

from __future__ import annotations

import html
from typing import NamedTuple

import pandas as pd

from networkscope.display.tables import Page

UNKNOWN = "–"


class Value(NamedTuple):
    """One figure: what it counts, how many, how many there were before, and which way is better ("up", "down").

    `one` is the label where there is exactly one of them.
    """

    label: str
    number: float | None
    before: float | None = None
    better: str = ""
    since: str = "last week"
    places: int = 0
    unit: str = ""
    one: str = ""


def show_values(*values: Value) -> Page:
    """What are the figures, and which way do they go? A box for each.

    >>> show_values(Value("to do", 3, before=5, better="down")).html.partition("<strong>")[2]
    '3</strong> to do <small>2 fewer than last week: better</small></li></ul>'
    >>> show_values(Value("names to call", 1, one="name to call")).html.partition("<strong>")[2]
    '1</strong> name to call</li></ul>'
    """
    return Page(f'<ul class="values">{"".join(map(_box, values))}</ul>')


def _box(value: Value) -> str:
    number = UNKNOWN if pd.isna(value.number) else f"{value.number:,.{value.places}f}{value.unit}"
    change, word = _change(value)
    look = f"value {word}".strip()
    label = value.one if value.one and value.number == 1 else value.label
    small = f" <small>{html.escape(change)}</small>" if change else ""
    return f'<li class="{look}"><strong>{number}</strong> {html.escape(label)}{small}</li>'


def _change(value: Value) -> tuple[str, str]:
    """How many more or fewer than before, and whether that is better or worse."""
    if pd.isna(value.number) or pd.isna(value.before):
        return "", ""
    number, before = (round(float(one), value.places) for one in (value.number, value.before))  # type: ignore[arg-type]
    step = number - before
    if not step:
        return f"as {value.since}", ""
    size = f"{abs(step):,.{value.places}f}{value.unit}"
    word = ""
    if value.better:
        word = "better" if (step > 0) == (value.better == "up") else "worse"
    change = f"{size} {'more' if step > 0 else 'fewer' if not value.places else 'less'} than {value.since}"
    return f"{change}: {word}" if word else change, word
