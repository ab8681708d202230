"""What did the week come to, in a few numbers and in the tables behind the pages?"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from networkscope.advice.desk import propose_moves
from networkscope.advice.standing import standing
from networkscope.book import Book
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followups, to_do
from networkscope.measures.referral_yield import referral_yield
from networkscope.reports.spreadsheet import save_csv
from networkscope.roles.roles import people_only
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot

TITLES = {
    "people_count": "People in touch", "touch_count": "Touches", "conversation_count": "Conversations",
    "name_count": "Names given", "overdue_count": "Follow-ups due", "active_count": "Active ties",
}  # fmt: skip


def key_figures(now: Snapshot) -> dict[str, int]:
    """What happened in the week (`dates.iso_week`), and what is open now?

    `people_count` in touch, `touch_count`, `conversation_count` and `name_count` (names and leads given) of the week;
    `overdue_count` of follow-ups that are due (updates left out, as in the weekly report) and `active_count` of ties
    at the cut-off.

    Examples
    --------
    >>> import networkscope as ns
    >>> sorted(key_figures(ns.open_book("data/sample", as_of="2026-11-16").at()))[:2]
    ['active_count', 'conversation_count']
    """
    people, today = people_only(now), now.today
    monday = today - pd.Timedelta(days=1 + (today.weekday() - 1) % 7)
    touches, talks, given = (
        table[table[day].between(monday, monday + pd.Timedelta(days=6))]
        for table, day in (
            (people.touches, "day"),
            (people.conversations, "day"),
            (counted_leads(people), "given_on"),
        )
    )
    due = to_do(followups(now))
    return {
        "people_count": touches["contact_id"].nunique(),
        "touch_count": len(touches),
        "conversation_count": len(talks),
        "name_count": len(given),
        "overdue_count": int((due["kind"] != "monthly_update").sum()),
        "active_count": int((dormant_contacts(now)["state"] == "active").sum()),
    }


def week_tables(book: Book, now: Snapshot) -> dict[str, pd.DataFrame]:
    """The tables behind the pages, by name: `standing`, `moves`, `followups`, `ties` and `referral_yield`."""
    return {
        "standing": standing(now).reset_index(),
        "moves": propose_moves(book, now),
        "followups": followups(now),
        "ties": dormant_contacts(now),
        "referral_yield": referral_yield(now),
    }


def save_tables(tables: dict[str, pd.DataFrame], names: pd.Series, folder: Path) -> None:
    """Write each table as CSV and as Parquet; where it has no `name`, that of `contact_id` is added."""
    folder.mkdir(parents=True, exist_ok=True)
    for title, table in tables.items():
        named = table
        if "name" not in table and "contact_id" in table:
            at = table.columns.get_loc("contact_id") + 1
            named = table.copy(deep=False)
            named.insert(at, "name", table["contact_id"].map(names))
        save_csv(named, folder / f"{title}.csv")
        named.to_parquet(folder / f"{title}.parquet", index=False)
