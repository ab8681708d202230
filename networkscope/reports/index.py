"""Which reports are there, what does each answer, and how fresh is it? The page that leads to the others."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from networkscope.display.links import PEOPLE
from networkscope.reports.html import page_head, page_scripts, templates, title_and_question
from networkscope.reports.weeks_page import curves_of
from networkscope.wording import plain_dates

TOP = (r'<p class="answer">.*?</p>', r'<ul class="values">.*?</ul>', r'<ol class="moves">.*?</ol>')
TREND = ("touch_count", "overdue_count", "name_count", "fading_count")
ANSWER = r'<p class="answer">([^<]*)</p>'


def write_index(
    folder: Path,
    paths: Sequence[Path],
    failures: Collection[str],
    as_of: str,
    *,
    book: str = "",
    share: str = "private",
    removed: str = "",
    weeks: str = "",
    notes: Sequence[str] = (),
    figures: Mapping[str, Mapping[str, int]] | None = None,
) -> Path:
    """Write `index.html` for these notebooks into the folder of their pages; `failures` are notebook names.

    It starts with the answer, the figures and the moves of the first page, and has a line per page with its answer.
    `book` is what the folder of the book is called, `weeks` a page that lists all weeks, `notes` what else the reader
    should know, `figures` the key figures of the last weeks, for the trend. The index of shared pages is called after
    their level, as they are.
    """
    from networkscope.book.own_files import write_atomically

    suffix = ".html" if share == "private" else f".{share}.html"
    cards = [_card(path, folder / f"{path.stem}{suffix}", failed=path.stem in failures) for path in paths]
    first = folder / f"{paths[0].stem}{suffix}" if paths else None
    written = first.read_text(encoding="utf-8") if first and first.exists() else ""
    top = "".join(part[0] for pattern in TOP if (part := re.search(pattern, written, re.DOTALL)))
    scripts = page_scripts(top)
    page = page_head("Your network", as_of=as_of, scripts=scripts, share=share, removed=removed)
    page |= {
        "scripts": scripts,
        "book": book if share == "private" else "",
        "people": share == "private" and (folder / PEOPLE).exists(),
    }
    index = folder / f"index{suffix}"
    template = templates().get_template("cards.html.j2")
    curves = curves_of(figures, TREND) if figures and len(figures) > 1 else []
    html = template.render(page=page, cards=cards, top=top, weeks=weeks, notes=notes, curves=curves)
    write_atomically(index, html)
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
