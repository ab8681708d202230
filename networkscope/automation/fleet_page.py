"""Which client needs a call from the coach, and who does well? One page on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from networkscope.automation.client import does_well, why_stuck
from networkscope.automation.introductions import Introduction, introductions
from networkscope.book.own_files import write_atomically
from networkscope.display.cells import STATES
from networkscope.reports.html import TEMPLATE, page_head
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.automation.fleet import Client

TITLES = {
    "silent_days": "Days without contact", "conversations": "Conversations in 4 weeks", "names": "Names in 4 weeks",
    "overdue_count": "Follow-ups due", "active_count": "Active ties",
}  # fmt: skip


def write_fleet_page(folder: Path, clients: Sequence[Client], as_of: str) -> Path:
    """Write `index.html`: who is stuck, those with most reasons first, everybody's counts, and what failed.

    Below it: which client can introduce another one, of those who both agree, and in how many cases more.
    """
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
    found, more = introductions(clients)
    html = template.render(
        page=page, lead=lead, rows=rows, titles=list(TITLES.values()), failed=failed,
        introductions=[_in_words(each) for each in found], more=_more(more),
    )  # fmt: skip
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


def _in_words(each: Introduction) -> dict[str, str]:
    there = "there now" if each.inside == "now" else "formerly there"
    person = f"{each.who or 'somebody'}, {there}"
    if each.people_count > 1:
        person += f"; {each.people_count} on record altogether"
    tie = f"{STATES[each.tie]}, last on {each.touched_on}"
    return {
        "wants": each.wants,
        "company": each.company,
        "through": each.through,
        "person": person,
        "tie": tie,
    }


def _more(count: int) -> str:
    if not count:
        return ""
    return (
        f"In {many(count, 'case')} a client of yours knows somebody at the company that another wants, and not both "
        "have agreed to be named."
    )
