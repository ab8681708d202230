"""How do the weeks compare? The page that lists them, newest first, with the key figures as small curves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from networkscope.reports.html import TEMPLATE, page_head
from networkscope.reports.key_figures import TITLES
from networkscope.wording import plain_dates

WIDTH, HEIGHT, EDGE = 240, 64, 6  # of a curve, in pixels
SHOWN = 53  # weeks in a curve: a year


def write_weeks_page(
    folder: Path, weeks: Mapping[str, Mapping[str, Any]], last_run: Mapping[str, Any]
) -> Path:
    """Write `index.html` on these weeks (their manifests, the earliest first) into the folder that holds them."""
    from jinja2 import Environment, FileSystemLoader

    from networkscope.book.own_files import write_atomically

    figures = {week: manifest.get("key_figures", {}) for week, manifest in weeks.items()}
    curves = curves_of(figures)
    rows = [
        {
            "week": week,
            "days": week_days(week),
            "href": f"{week}/index.html" if (folder / week / "index.html").exists() else "",
            "figures": [figures[week].get(name) for name in TITLES],
        }
        for week in reversed(list(weeks))
    ]
    failed = ""
    if last_run.get("exit_code"):
        why = "; ".join(last_run.get("messages", ()))
        kept = f"the last good week is {rows[0]['week']}" if rows else "there is no good week yet"
        failed = f"The last run, for {last_run.get('week', '')}, failed; {kept}. {why}"
    pages = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    template = pages.get_template("weeks.html.j2")
    index = folder / "index.html"
    page = page_head("Your weeks")
    html = template.render(page=page, rows=rows, curves=curves, titles=list(TITLES.values()), failed=failed)
    write_atomically(index, html)
    return index


def curves_of(
    figures: Mapping[str, Mapping[str, int]], names: Sequence[str] = tuple(TITLES)
) -> list[dict[str, Any]]:
    """A small curve for each of these key figures (by week, the earliest first): title, points, last value, path."""
    found = []
    for name in names:
        if points := [(week, row[name]) for week, row in figures.items() if name in row][-SHOWN:]:
            found.append(
                {"title": TITLES[name], "points": points, "last": points[-1][1], "path": curve(points)}
            )
    return found


def week_days(week: str) -> str:
    """The days of an ISO week.

    >>> week_days("2026-W46").replace("\\u00a0", " ")
    '9 Nov 2026 to 15 Nov 2026'
    """
    monday = _monday(week)
    return plain_dates(f"{monday} to {monday + dt.timedelta(days=6)}")


def curve(points: Sequence[tuple[str, int]]) -> str:
    """The path of a curve over weeks, from zero up; a week that is missing is a gap.

    >>> curve([("2026-W01", 0), ("2026-W02", 10), ("2026-W04", 5)])
    'M6.0 58.0L82.0 6.0M234.0 32.0h0'
    """
    first, last = _monday(points[0][0]), _monday(points[-1][0])
    across = (WIDTH - 2 * EDGE) / max((last - first).days, 1)
    up = (HEIGHT - 2 * EDGE) / max(1, *(value for _, value in points))
    parts, before, alone = [], None, False
    for week, value in points:
        monday = _monday(week)
        joined = before is not None and (monday - before).days == 7
        if alone and not joined:
            parts.append("h0")  # a point on its own is drawn as a dot
        at = f"{EDGE + across * (monday - first).days:.1f} {HEIGHT - EDGE - up * value:.1f}"
        parts.append(f"{'L' if joined else 'M'}{at}")
        before, alone = monday, not joined
    return "".join(parts) + ("h0" if alone else "")


def _monday(week: str) -> dt.date:
    return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
