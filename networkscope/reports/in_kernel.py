"""What happens inside a kernel around each notebook: none finds what another one left, and all share what they read.

A book is read once for all notebooks that open the same folder at the same instant, and what was computed from it
is kept. Each notebook gets copies; what it changes in them stays its own.
"""

from __future__ import annotations

import copy
import functools
import gc
import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

import networkscope
from networkscope.reports.run import skip_uri_grammar
from networkscope.wording import share_level

if TYPE_CHECKING:
    from networkscope.book import Book
    from networkscope.snapshot.snapshot import Snapshot

NEEDED = (
    "open_book",
    "dormant_contacts",
    "standing",
    "draw_overdue",
    "show_answer",
)  # bring the rest along
KEPT = (
    pd.DataFrame,
    int,
    float,
    str,
)  # measures give frames out as copies; another object might have been changed

_fresh: dict[str, Any] = {}
_books: dict[tuple[str, str], Book] = {}
_snapshots: dict[tuple[str, int], Snapshot] = {}
_opened: set[tuple[str, str]] = set()  # by the running notebook
_lent: list[tuple[Snapshot, Snapshot]] = []  # what the running notebook was given, after what it is a copy of


def import_what_reports_need() -> None:
    """Import as the kernel starts, while the process that started it opens the book."""
    skip_uri_grammar()
    for name in NEEDED:
        getattr(networkscope, name)


def reset(folder: str) -> None:
    """Make the kernel as good as new, with `folder` as its current directory."""
    if not _fresh:
        skip_uri_grammar()
        _fresh.update(filters=warnings.filters[:], environ=dict(os.environ), path=sys.path[:])
        _fresh["open_book"] = networkscope.open_book
        networkscope.open_book = networkscope.book.open_book = _opener()
    _take_back()
    _forget_variables()
    _forget_settings()
    os.chdir(folder)
    sys.path[:] = _fresh["path"]
    os.environ.clear()
    os.environ.update(_fresh["environ"])
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    gc.freeze()  # what is left are modules and shared tables: to look through them each time costs 0.2 s


def _opener() -> Callable[..., Any]:
    """What stands in for `open_book`: in a shared run the parent's redacted book, whatever folder is asked for."""
    if share_level() == "private":
        return _open_for_all
    from networkscope.sharing.serve import open_shared

    return open_shared


def _forget_variables() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        own = {name: value for name, value in shell.user_ns.items() if name.startswith("__")}
        dunders = _fresh.setdefault("dunders", own)
        shell.reset(new_session=True)
        shell.user_ns.update(dunders)  # reset takes away even __name__


def _forget_settings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.modules["pandas"].reset_option("all")
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].rcdefaults()
        plotly = sys.modules.get("plotly.io")
        if plotly and plotly.templates.default != "plotly":  # to set it costs as much as a table
            plotly.templates.default = "plotly"
        if "matplotlib_inline.config" in sys.modules:
            sys.modules["matplotlib_inline.config"].InlineBackend.instance().figure_formats = {"png"}
    warnings.resetwarnings()
    warnings.filters.extend(_fresh["filters"])  # type: ignore[attr-defined]


def _open_for_all(folder: Any, as_of: Any = None, **options: Any) -> Book:
    """`open_book` in place of the real one: the first time in each notebook, what another notebook opened will do."""
    key = (str(folder), str(as_of))
    if as_of is None or options or key in _opened:
        return _fresh["open_book"](folder, as_of, **options)
    if key not in _books:
        _books.clear()
        _snapshots.clear()
        _books[key] = _fresh["open_book"](folder, as_of)
    _opened.add(key)
    book = _copy(_books[key])
    vars(book)["at"] = functools.partial(_at, _books[key], book)
    return book


def _at(kept_book: Book, book: Book, moment: Any = None, *, group_max: int = 4) -> Snapshot:
    """`Book.at` of a book that was read for several notebooks."""
    if not _is_unchanged(kept_book, book):
        return type(book).at(book, moment, group_max=group_max)
    key = (str(moment), group_max)
    if key not in _snapshots:
        _snapshots[key] = kept_book.at(moment, group_max=group_max)
        _ = _snapshots[key].touches  # every report needs them: prepared here, they are prepared once
    _lent.append((_snapshots[key], _copy(_snapshots[key])))
    return _lent[-1][1]


def _take_back() -> None:
    """Keep what the last notebook had computed from a snapshot, unless it changed that."""
    for kept, lent in _lent:
        if _is_unchanged(kept, lent):
            kept.prepared.update((k, v) for k, v in lent.prepared.items() if isinstance(v, KEPT))
            for name in vars(lent).keys() - vars(kept).keys():  # frames prepared by the snapshot itself
                getattr(kept, name)
    _lent.clear()
    _opened.clear()


def _copy(shared: Any) -> Any:
    """The same object with tables of its own; pandas copies their columns only when somebody changes them."""
    own = copy.copy(shared)
    for name, value in vars(shared).items():
        if isinstance(value, pd.DataFrame):
            vars(own)[name] = value.copy(deep=False)
        elif isinstance(value, dict):
            vars(own)[name] = dict(value)
    return own


def _is_unchanged(kept: Any, lent: Any) -> bool:
    tables = {name: value for name, value in vars(kept).items() if isinstance(value, pd.DataFrame)}
    return all(table.equals(vars(lent)[name]) for name, table in tables.items())
