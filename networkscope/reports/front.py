"""Which reports are there, what does each answer, and how fresh is it? The page that leads to the others."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from networkscope.files import write_atomically
from networkscope.reports.export import TEMPLATE, page_head
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
    """Title and question are the heading and the first paragraph of the notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    blocks = [block.strip() for text in texts for block in re.split(r"\n\s*\n", text) if block.strip()]
    title = next((block for block in blocks if block.startswith("# ")), f"# {notebook.stem}")
    title, _, below = title[2:].partition("\n")
    question = below or next((block for block in blocks if not block.startswith("#")), "")
    state = ""
    if failed:
        left = f"this is the last good one, of {_as_of(page)}" if page.exists() else "there is no earlier one"
        state = f"Failed; {left}."
    link = page.name if page.exists() else None
    return {"title": _plain(title), "question": _plain(question), "page": link, "failed": state}


def _plain(markdown: str) -> str:
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(markdown.split()))


def _as_of(page: Path) -> str:
    found = re.search(r'<meta name="as-of" content="([^"]*)">', page.read_text(encoding="utf-8")[:5000])
    return plain_dates(found.group(1)) if found else "an unknown date"
