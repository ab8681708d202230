"""Who are all these? `people.html`, one page on everybody whom the pages next to it name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from networkscope.advice.desk import read_drafts
from networkscope.book import Book
from networkscope.display.links import PEOPLE, for_a_page, person_links
from networkscope.display.person import People
from networkscope.reports.html import page_head, page_scripts, report_html, templates
from networkscope.snapshot.snapshot import Snapshot

LINK = re.compile(rf'href="{re.escape(PEOPLE)}#(p[a-z2-7]+)"')
TITLE = "People"


def named_on(pages: Iterable[Path]) -> set[str]:
    """The keys of everybody to whom a link leads on these pages."""
    return {key for page in pages if page.exists() for key in LINK.findall(page.read_text(encoding="utf-8"))}


def write_people(
    folder: Path, book: Book, now: Snapshot, pages: Iterable[Path], *, as_of: str, index: str | None = None
) -> Path | None:
    """Write `people.html` into the folder, for everybody whom these pages name; None where they name nobody.

    `now` is the snapshot of the book at `as_of`, from which the pages were made.
    """
    from networkscope.book.own_files import write_atomically

    wanted = named_on(pages)
    if not wanted:
        return None
    with for_a_page():
        links = {who: address.partition("#")[2] for who, address in person_links(now.contacts).items()}
        meant = [who for who, key in links.items() if key in wanted]
        people = People(now, read_drafts(book.folder), only=meant)
        meant.sort(key=people.sort_key)
        persons = [(links[who], people.name(who), report_html(people.page(who).html)) for who in meant]
    scripts = page_scripts("".join(html for *_, html in persons), "people")
    page = page_head(TITLE, as_of=as_of, scripts=scripts)
    page |= {"scripts": scripts, "index": index, "book": book.folder.resolve().name}
    output = folder / PEOPLE
    write_atomically(output, templates().get_template("people.html.j2").render(page=page, persons=persons))
    return output
