"""Which reports are there, what does each answer, and how fresh is it? The page that leads to the others."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from networkscope.reports.html import TEMPLATE, page_head, title_and_question
from networkscope.wording import plain_dates

ANSWER = r'<p class="answer">([^<]*)</p>'


def write_index(
    folder: Path,
    paths: Sequence[Path],
    failures: Collection[str],
    as_of: str,
    *,
    share: str = "private",
    removed: str = "",
    weeks: str = "",
    notes: Sequence[str] = (),
) -> Path:
    """Write `index.html` for these notebooks into the folder of their pages; `failures` are notebook names.

    That of shared pages is called after their level, as they are. `weeks` is a page that lists all weeks, `notes` what
    else the reader should know.
    """
    from jinja2 import Environment, FileSystemLoader

    from networkscope.book.own_files import write_atomically

    suffix = ".html" if share == "private" else f".{share}.html"
    cards = [_card(path, folder / f"{path.stem}{suffix}", failed=path.stem in failures) for path in paths]
    pages = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    template = pages.get_template("cards.html.j2")
    index = folder / f"index{suffix}"
    head = page_head("Your network", as_of=as_of, share=share, removed=removed)
    write_atomically(index, template.render(page=head, cards=cards, weeks=weeks, notes=notes))
    return index


def _card(notebook: Path, page: Path, *, failed: bool) -> dict[str, str | None]:
    """What the notebook asks, what its page answers, and how old that is where the notebook failed."""
    title, question = title_and_question(json.loads(notebook.read_text(encoding="utf-8"))["cells"])
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    found = (re.search(part, written) for part in (r'<meta name="as-of" content="([^"]*)">', ANSWER))
    as_of, answer = (html.unescape(part[1]) if part else "" for part in found)
    left = f"this is the last good one, of {plain_dates(as_of) or 'an unknown date'}"
    state = f"Failed; {left if written else 'there is no earlier one'}." if failed else ""
    link = page.name if written else None
    title = title or notebook.stem
    return {"title": title, "question": question, "answer": answer, "page": link, "failed": state}
