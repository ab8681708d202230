"""Which reports are there, what does each answer, and how fresh is it? The page that leads to the others."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from networkscope.files import write_atomically
from networkscope.reports.export import TEMPLATE, opening, page_head
from networkscope.words import plain_dates


def write_index(folder: Path, paths: Sequence[Path], failures: Collection[str], as_of: str) -> Path:
    """Write `index.html` for these notebooks into the folder of their pages; `failures` are notebook names."""
    from jinja2 import Environment, FileSystemLoader

    cards = [_card(path, folder / f"{path.stem}.html", failed=path.stem in failures) for path in paths]
    pages = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    html = pages.get_template("cards.html.j2").render(
        page=page_head("Your network", as_of=as_of), cards=cards
    )
    index = folder / "index.html"
    write_atomically(index, html)
    return index


def _card(notebook: Path, page: Path, *, failed: bool) -> dict[str, str | None]:
    title, question = opening(json.loads(notebook.read_text(encoding="utf-8"))["cells"])
    state = ""
    if failed:
        left = f"this is the last good one, of {_as_of(page)}" if page.exists() else "there is no earlier one"
        state = f"Failed; {left}."
    link = page.name if page.exists() else None
    return {"title": title or notebook.stem, "question": question, "page": link, "failed": state}


def _as_of(page: Path) -> str:
    found = re.search(r'<meta name="as-of" content="([^"]*)">', page.read_text(encoding="utf-8")[:5000])
    return plain_dates(found.group(1)) if found else "an unknown date"
