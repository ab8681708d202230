"""Which exports have grown old, and how does one get new ones?"""

from __future__ import annotations

import pandas as pd

from networkscope.book.book import Book
from networkscope.importers.linkedin import exported_on
from networkscope.wording import many

OLD_DAYS = 30
HOW = {  # where nothing newer comes by itself: the start of the source's name, what it is called, how to get a new one
    "LinkedIn": (
        "LinkedIn",
        "Settings & Privacy → Data privacy → Get a copy of your data → the larger archive",
    ),
    "mail": ("Mail", "export the mailbox again, at Gmail by takeout.google.com"),
}


def old_exports(book: Book) -> list[str]:
    """Which exports are more than 30 days old at the as-of, and how to get a new one? A sentence for each.

    An export is as old as the day in its name, or as the newest day in it where that is later. How old a calendar is
    cannot be told where events repeat.

    Examples
    --------
    >>> import networkscope as ns
    >>> old_exports(ns.open_book("data/sample", as_of="2026-11-16"))
    []
    >>> [line.split(";")[0] for line in old_exports(ns.open_book("data/sample", as_of="2027-01-10"))]
    ['LinkedIn: 56 days old', 'Mail: 73 days old']
    """
    files, said = book.summary, []
    named = pd.to_datetime(files["file"].map(exported_on))
    newest = pd.concat([files["last_on"], named], axis=1).max(axis=1)
    today = book.as_of_date
    for start, (name, how) in HOW.items():
        days = newest[files["source"].fillna("").str.startswith(start) & (newest <= today)]
        age = (today - days.max()).days if days.notna().any() else 0
        if age > OLD_DAYS:
            said.append(f"{name}: {many(age, 'day')} old; get a new one: {how}.")
    return said
