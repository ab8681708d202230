"""Which client needs a call from the coach, and who does well? One page on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from networkscope.automation.client import does_well, why_stuck
from networkscope.book.own_files import write_atomically
from networkscope.reports.html import TEMPLATE, page_head
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.automation.fleet import Client

TITLES = {
    "silent_days": "Days without contact", "conversations": "Conversations in 4 weeks", "names": "Names in 4 weeks",
    "overdue_count": "Follow-ups due", "active_count": "Active ties",
}  # fmt: skip


def write_fleet_page(folder: Path, clients: Sequence[Client], as_of: str) -> Path:
    """Write `index.html`: who is stuck, those with most reasons first, everybody's counts, and what failed."""
    from jinja2 import Environment, FileSystemLoader

    rows = [_row(client) for client in clients if client.said]
    rows.sort(key=lambda row: (-len(row["reasons"]), row["name"]))
    stuck, well = sum(bool(row["reasons"]) for row in rows), sum(bool(row["does_well"]) for row in rows)
    failed = [{"name": client.name, "error": client.error} for client in clients if client.error]
    are_stuck, do_well = "is stuck" if stuck == 1 else "are stuck", "does well" if well == 1 else "do well"
    lead = f"Of {many(len(clients), 'client')}, {stuck} {are_stuck} and {well} {do_well}."
    template = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True).get_template("fleet.html.j2")
    page = page_head("Your clients", as_of=as_of)
    index = folder / "index.html"
    html = template.render(page=page, lead=lead, rows=rows, titles=list(TITLES.values()), failed=failed)
    write_atomically(index, html)
    return index


def _row(client: Client) -> dict[str, Any]:
    figures = client.said["figures"]
    return {
        "name": client.name,
        "href": quote(f"{client.name}/{client.said['index']}"),
        "level": client.said["level"],
        "reasons": why_stuck(figures),
        "does_well": does_well(figures),
        "figures": [figures[name] for name in TITLES],
    }
