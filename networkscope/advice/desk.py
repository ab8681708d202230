"""What the owner should do next, in own words and after own decisions: the book's drafts.toml and moves.csv.

The one place where a book becomes next moves, so that the command, the weekly report and the notebook where one
looks around propose the same.
"""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pandas as pd

from networkscope.advice import moves
from networkscope.advice.drafts import PLACES, standard_drafts
from networkscope.book import Book
from networkscope.errors import LoadError, nearest, one_line
from networkscope.snapshot.shared import SharedSnapshot
from networkscope.snapshot.snapshot import Snapshot

DRAFTS = "drafts.toml"


def propose_moves(book: Book, now: Snapshot | None = None, *, count: int | None = None) -> pd.DataFrame:
    """What should the owner of this book do next, and why? (E10: five minutes a day)

    The columns are those of `next_moves`; `now` is a snapshot of the book, where there is one already, and `count`
    how many moves to give (None: those of the week).

    A LoadError where the book's drafts.toml or moves.csv has an error; it is named.

    Examples
    --------
    >>> import networkscope as ns
    >>> len(ns.propose_moves(ns.open_book("data/sample", as_of="2026-11-16"), count=5))
    5
    """
    now = book.at() if now is None else now
    if isinstance(now, SharedSnapshot):
        return moves.next_moves(now, count=count)
    return moves.next_moves(now, drafts=read_drafts(book.folder), count=count)


def read_drafts(book: str | Path) -> dict[str, str]:
    """Which texts does the owner use in place of the standard ones? Those of the book's drafts.toml, by kind.

    Raises
    ------
    LoadError
        The file is not TOML, names an unknown kind of move, or a text has a place that nothing fills.
    """
    path = Path(book) / DRAFTS
    if not path.exists():
        return {}
    try:
        drafts = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LoadError(f"{DRAFTS} cannot be read: {one_line(error)}") from error
    known = standard_drafts("en", True)
    for kind, text in drafts.items():
        if kind not in known:
            raise LoadError(f"{DRAFTS}: '{kind}' is no kind of move; {nearest(kind, known)}")
        if not isinstance(text, str):
            raise LoadError(f"{DRAFTS}: '{kind}' must be text in quotes")
        try:
            places = {
                name
                for _, name, form, turn in string.Formatter().parse(text)
                if name is not None or form or turn
            }
        except ValueError as error:
            raise LoadError(f"{DRAFTS}: '{kind}' has a single {{ or }}; write it twice") from error
        if unknown := sorted(map(str, places - set(PLACES))):
            allowed = ", ".join(f"{{{place}}}" for place in PLACES)
            raise LoadError(f"{DRAFTS}: nothing fills {{{unknown[0]}}} in '{kind}'; allowed: {allowed}")
    return drafts
