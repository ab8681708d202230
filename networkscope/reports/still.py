"""What does a chart show where no script runs? The same dots, lines and bars as a picture that stays still."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from networkscope.reports.sanitize import INVISIBLE

WIDTH, LETTER, LINE = 720, 6.6, 18  # of the picture, of a letter, and from line to line, in pixels
STYLE = (
    "text{font:12px system-ui,-apple-system,'Segoe UI',Arial,sans-serif;fill:#5b6470}"
    ".grid{stroke:#888;stroke-opacity:.25}.name{font-weight:700}"
    "@media (prefers-color-scheme:dark){text{fill:#c3c9d1}}"
)
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#b8a500")
ENDS = {"right": "start", "left": "end"}  # of a text position, and how such a text is anchored


def still_picture(figure: Mapping[str, Any], height: int) -> str:
    """The address of an SVG picture of a plotly figure: its bars, dots, lines and labels, without their hovers."""
    traces = [dict(trace) for trace in figure["data"] if trace.get("visible", True) is True]
    layout = figure["layout"]
    if (layout.get("yaxis") or {}).get("scaleanchor"):  # a step is as long to the side as it is up
        across, up = (layout[axis]["range"] for axis in ("xaxis", "yaxis"))
        height = round((WIDTH - 26) * (up[1] - up[0]) / (across[1] - across[0])) + 22
    picture = _Picture(traces, layout, height)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"<style>{STYLE}</style>{''.join(picture.parts())}</svg>"
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


class _Axis:
    """Where a value lies, between two edges of the picture."""

    def __init__(self, axis: Mapping[str, Any], values: Sequence[Any], start: float, end: float) -> None:
        texts = [value for value in values if isinstance(value, str)]
        self.categories = list(dict.fromkeys(texts))
        self.is_log = axis.get("type") == "log"
        numbers = [self._number(value) for value in values]
        known = [number for number in numbers if number is not None] or [0.0, 1.0]
        if self.categories:
            known = [-0.5, len(self.categories) - 0.5]
        elif axis.get("rangemode") == "tozero" or axis.get("_bars"):
            known.append(0.0)
        low, high = axis.get("range") or (min(known), max(known))
        if low == high:
            low, high = low - 0.5, high + 0.5
        room = 0.0 if axis.get("range") or self.categories else 0.04 * (high - low)
        self.low, self.high = low - (room if low else 0), high + room
        self.start, self.end, self.axis = start, end, axis

    def _number(self, value: Any) -> float | None:
        if isinstance(value, str):
            return float(self.categories.index(value)) if value in self.categories else None
        if value is None or (self.is_log and value <= 0):
            return None
        return math.log10(value) if self.is_log else float(value)

    def __call__(self, value: Any) -> float | None:
        number = self._number(value)
        if number is None or not math.isfinite(number):
            return None
        return self.start + (number - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Where a line and a label belong."""
        if self.axis.get("visible") is False:
            return []
        values: Sequence[Any] = (
            self.axis.get("tickvals") or self.categories or _round_steps(self.low, self.high)
        )
        texts = self.axis.get("ticktext") or [_short(value) for value in values]
        placed = ((self(value), text) for value, text in zip(values, texts, strict=False))
        low, high = sorted((self.start, self.end))
        return [(at, str(text)) for at, text in placed if at is not None and low - 1 <= at <= high + 1]


class _Picture:
    def __init__(self, traces: list[dict[str, Any]], layout: Mapping[str, Any], height: int) -> None:
        self.traces, self.layout = traces, layout
        for trace in traces:
            for name in ("x", "y", "text"):
                trace[name] = _values(trace.get(name))
        xaxis, yaxis = dict(layout.get("xaxis") or {}), dict(layout.get("yaxis") or {})
        is_bars = any(trace.get("type") == "bar" for trace in traces)
        xaxis["_bars"] = is_bars
        ys = [value for trace in traces for value in trace["y"]]
        xs = self._stacked() if is_bars else [value for trace in traces for value in trace["x"]]
        labels = yaxis.get("ticktext") or [value for value in ys if isinstance(value, str)]
        longest = (
            max((len(str(label)) for label in labels), default=5) if yaxis.get("visible") is not False else 0
        )
        left = min(14 + LETTER * longest + (18 if _title(yaxis) else 0), 300)
        self.legend = self._legend(left)
        self.top = 8 + LINE * len({y for _, y, *_ in self.legend})
        bottom = height - (8 if xaxis.get("visible") is False else 46)
        self.x = _Axis(xaxis, xs, left, WIDTH - 12)
        self.y = _Axis(yaxis, ys, bottom, self.top + 6)
        self.left, self.bottom = left, bottom

    def _stacked(self) -> list[float]:
        totals: dict[str, float] = {}
        for trace in self.traces:
            for label, value in zip(trace["y"], trace["x"], strict=False):
                totals[label] = totals.get(label, 0.0) + float(value or 0)
        return [0.0, *totals.values()]

    def _legend(self, left: float) -> list[tuple[float, float, str, str]]:
        """Where each name stands in the legend, its colour, and itself."""
        if not self.layout.get("showlegend"):
            return []
        places, x, y = [], left, 14.0
        for number, trace in enumerate(self.traces):
            if trace.get("showlegend") is False or not trace.get("name"):
                continue
            width = 22 + LETTER * len(trace["name"])
            if x + width > WIDTH:
                x, y = left, y + LINE
            places.append((x, y, _colour(trace, number), str(trace["name"])))
            x += width
        return places

    def parts(self) -> list[str]:
        """All that is drawn, from back to front."""
        found = [*self._axes(), *self._bands()]
        done: dict[str, float] = {}
        for number, trace in enumerate(self.traces):
            found += (
                self._bars(trace, number, done)
                if trace.get("type") == "bar"
                else self._scatter(trace, number)
            )
        for x, y, colour, name in self.legend:
            found += [
                f'<circle cx="{x + 5:.1f}" cy="{y - 4:.1f}" r="5" fill="{escape(colour)}"/>',
                _label(x + 14, y, name),
            ]
        return found

    def _axes(self) -> list[str]:
        found = []
        for at, text in self.x.ticks():
            found.append(f'<path class="grid" d="M{at:.1f} {self.top}V{self.bottom}"/>')
            found.append(_label(at, self.bottom + 16, text, "middle"))
        for at, text in self.y.ticks():
            found.append(f'<path class="grid" d="M{self.left:.1f} {at:.1f}H{WIDTH - 12}"/>')
            found.append(_label(self.left - 6, at + 4, text, "end"))
        if title := _title(self.x.axis):
            found.append(_label((self.left + WIDTH) / 2, self.bottom + 36, title, "middle"))
        if title := _title(self.y.axis):
            middle = (self.top + self.bottom) / 2
            found.append(_label(12, middle, title, "middle", f' transform="rotate(-90 12 {middle:.1f})"'))
        return found

    def _bands(self) -> list[str]:
        found = []
        for shape in self.layout.get("shapes") or ():
            start, end = self.x(shape.get("x0")), self.x(shape.get("x1"))
            if shape.get("type") == "rect" and start is not None and end is not None:
                size = f'x="{start:.1f}" width="{end - start:.1f}" y="{self.top}"'
                size += f' height="{self.bottom - self.top}"'
                colour, opacity = escape(str(shape.get("fillcolor"))), float(shape.get("opacity", 1))
                found.append(f'<rect {size} fill="{colour}" fill-opacity="{opacity}"/>')
        return found

    def _bars(self, trace: dict[str, Any], number: int, done: dict[str, float]) -> list[str]:
        found, thick = [], 0.65 * abs(self.y.end - self.y.start) / max(len(self.y.categories), 1)
        for label, value in zip(trace["y"], trace["x"], strict=False):
            first = done.get(label, 0.0)
            done[label] = first + float(value or 0)
            start, end, middle = self.x(first), self.x(done[label]), self.y(label)
            if value and start is not None and end is not None and middle is not None:
                size = f'x="{start:.1f}" y="{middle - thick / 2:.1f}" width="{end - start:.1f}" height="{thick:.1f}"'
                found.append(f'<rect {size} fill="{escape(_colour(trace, number))}"/>')
        return found

    def _scatter(self, trace: dict[str, Any], number: int) -> list[str]:
        mode, points = str(trace.get("mode", "markers")), list(zip(trace["x"], trace["y"], strict=False))
        found = []
        if "lines" in mode:
            path, pen = "", "M"
            for x, y in ((self.x(x), self.y(y)) for x, y in points):
                path, pen = (path, "M") if x is None or y is None else (f"{path}{pen}{x:.1f} {y:.1f}", "L")
            look = trace.get("line") or {}
            colour, width = escape(str(look.get("color", "#888"))), float(look.get("width", 1.5))
            found.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        for place, (x, y) in enumerate((self.x(x), self.y(y)) for x, y in points):
            if x is None or y is None:
                continue
            if "markers" in mode:
                found.append(self._dot(trace, number, place, x, y))
            text = trace["text"][place] if "text" in mode and place < len(trace["text"]) else None
            if text:
                anchor = next(
                    (end for side, end in ENDS.items() if side in str(trace.get("textposition"))), "middle"
                )
                shift = {"start": 9, "end": -9}.get(anchor, 0)
                found.append(_label(x + shift, y + 4, str(text), anchor))
        return found

    def _dot(self, trace: dict[str, Any], number: int, place: int, x: float, y: float) -> str:
        marker = trace.get("marker") or {}
        colour = escape(str(_at(marker.get("color"), place) or _colour(trace, number)))
        opacity, size = (
            float(_at(marker.get("opacity"), place) or 0),
            float(_at(marker.get("size"), place) or 8),
        )
        opacity = 1.0 if marker.get("opacity") is None else opacity
        bar = ""
        if (error := trace.get("error_x")) and place < len(_values(error.get("array"))):
            value, back = trace["x"][place], _values(error.get("arrayminus"))
            low, high = self.x(value - back[place]), self.x(value + _values(error["array"])[place])
            bar = f'<path d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="{colour}" stroke-width="1.5"/>'
        if not opacity:
            return bar
        if marker.get("symbol") == "x":
            r = size / 2.5
            cross = f"M{x - r:.1f} {y - r:.1f}l{2 * r} {2 * r}m0 {-2 * r}l{-2 * r} {2 * r}"
            return f'{bar}<path d="{cross}" stroke="{colour}" stroke-width="2.5"/>'
        look = f'fill="{colour}" fill-opacity="{opacity:.2f}"'
        return f'{bar}<circle cx="{x:.1f}" cy="{y:.1f}" r="{size / 2:.1f}" {look}/>'


def _values(given: Any) -> list[Any]:
    """A list, however plotly wrote it: numbers may come packed."""
    if isinstance(given, Mapping):
        numbers = np.frombuffer(base64.b64decode(given["bdata"]), dtype=np.dtype(given["dtype"]))
        return [float(number) for number in numbers]
    return list(given) if isinstance(given, (list, tuple)) else []


def _at(given: Any, place: int) -> Any:
    values = _values(given) if isinstance(given, (list, tuple, Mapping)) else []
    return values[place] if place < len(values) else given if not values else None


def _colour(trace: Mapping[str, Any], number: int) -> str:
    colour = (trace.get("marker") or {}).get("color") or (trace.get("line") or {}).get("color")
    return colour if isinstance(colour, str) else COLOURS[number % len(COLOURS)]


def _title(axis: Mapping[str, Any]) -> str:
    title = axis.get("title") or {}
    return str(title.get("text") or "") if isinstance(title, Mapping) else str(title)


def _round_steps(low: float, high: float) -> list[float]:
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 6)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _short(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,.6g}"


def _label(x: float, y: float, text: str, anchor: str = "start", more: str = "") -> str:
    written = escape(INVISIBLE.sub("", text))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{written}</text>'
