"""A set of pages for others: which level they have, what was left out, and that nothing else is in them."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from networkscope.errors import ParameterError, ReportError
from networkscope.sharing.levels import ANONYMOUS, GOES, STAYS, check_level
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.book import Book
    from networkscope.sharing.serve import Server
    from networkscope.snapshot.snapshot import Snapshot

KEPT = "reports/shared"  # below the book
MOST_FINDS = 10  # so many are named
WHAT_TO_DO = (
    "If a notebook of yours shows it, take it out there. If the page has these words by chance, write that note, "
    "subject or name of a circle or company differently in your own tables; then run it again."
)


class Sharing:
    """For whom the pages of one run are: what is different where they are not private.

    `folder` is where pages are written. Shared ones get to the output when every one of them was searched and holds
    nothing that its level forbids. Notebooks that fail are kept in `failed/` of `output`: once the book is known, that
    of a shared run lies in the book, since it is for the owner alone.
    """

    def __init__(self, level: str, output: Path, server: Server | None, folder: Path) -> None:
        self.level, self.output, self.folder, self.server = level, output, folder, server
        self._target = output
        self.is_shared = level != "private"
        self.book: Book | None = None
        self.summary, self.removed = "", ""

    @property
    def environment(self) -> dict[str, str]:
        """What the kernels find in their environment."""
        return self.server.environment if self.server else {}

    def page(self, stem: str) -> str:
        """The file name of a page; that of a shared one says its level."""
        return f"{stem}.{self.level}.html" if self.is_shared else f"{stem}.html"

    def offer(self, book: Book, now: Snapshot, as_of: str) -> str:
        """Let the kernels ask about this book; the as-of that the pages may tell."""
        self.book = book
        if not self.server:
            return as_of
        self.output = book.folder / KEPT
        from networkscope.sharing.copy import Source

        source = Source(now, self.level)
        shared, least = self.server.offer(book, source), source.least
        people, gone = len(shared.contacts), len(source.left_out)
        self.removed = GOES[self.level].format(least=least)
        if gone:
            self.removed += f"; {many(gone, 'person', 'people')} altogether, from counts as well"
        named = (
            f"{many(people, 'person', 'people')} can be named" if self.level == "coach" else "nobody is named"
        )
        stays = STAYS[self.level].format(least=least)
        self.summary = f"share level {self.level}: {named}. Stays: {stays}. Goes: {self.removed}."
        return f"{shared.as_of_date:%Y-%m-%d}" if self.level in ANONYMOUS else as_of

    def parameters(self, book: Path, as_of: str, given: Mapping[str, object]) -> dict[str, object]:
        """What a notebook is given: no folder, and no text that might name somebody."""
        if not self.is_shared:
            return {"book": str(book.resolve()), "as_of": as_of, **given}
        from networkscope.sharing.serve import SHARED_BOOK

        return {"book": SHARED_BOOK, "as_of": as_of, **given}

    def check_parameters(self, given: Mapping[str, object]) -> None:
        """May these be given to a notebook of this level? A ParameterError where a text might name somebody."""
        words = [name for name, value in given.items() if isinstance(value, str) and not _is_number(value)]
        if self.level in ANONYMOUS and words:
            raise ParameterError(
                f"parameter '{words[0]}' is text, which a {self.level} page may not be given"
            )

    def finish(self) -> None:
        """Search the shared pages, and put them into the output; a ReportError where one holds what it must not."""
        if self.book is None or not self.is_shared:
            return
        from networkscope.reports.html import own_scripts
        from networkscope.sharing.verify import Search

        search = Search(self.book, own_scripts())
        pages = sorted(self.folder.glob("*.html"))
        found = [(page.name, hit) for page in pages for hit in search.page(page)]
        if found:
            name, hit = found[0]
            error = ReportError(
                f"{name} would hold what level {self.level} forbids ({hit.what} in {hit.where}); nothing was written"
            )
            said = [f"  {name}: {hit.in_short()}" for name, hit in found[:MOST_FINDS]]
            more = [f"  and {len(found) - MOST_FINDS} more"] if len(found) > MOST_FINDS else []
            error.details = (*said, *more, WHAT_TO_DO)
            raise error
        for page in pages:
            page.replace(self._target / page.name)


@contextlib.contextmanager
def sharing(level: str, output: Path) -> Iterator[Sharing]:
    """A run at this level whose pages belong into `output`; a ParameterError where there is no such level."""
    check_level(level)
    if level == "private":
        yield Sharing(level, output, None, output)
        return
    from networkscope.sharing.serve import Server

    staged = output / f".shared-{secrets.token_hex(4)}"  # made once the book can be read
    server = Server(level)
    try:
        yield Sharing(level, output, server, staged)
    finally:
        server.close()
        shutil.rmtree(staged, ignore_errors=True)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text.lower() in ("true", "false", "yes", "no", "on", "off", "none")
    return True
