"""What did the week come to, in a few numbers and in the tables behind the pages?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from networkscope.advice.desk import propose_moves
from networkscope.advice.standing import standing
from networkscope.book import Book
from networkscope.dates import iso_week
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followups, were_due
from networkscope.measures.referral_yield import referral_yield
from networkscope.reports.spreadsheet import save_csv
from networkscope.roles.roles import people_only
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot

TITLES = {
    "people_count": "People in touch", "touch_count": "Times in touch", "conversation_count": "Conversations",
    "name_count": "Names given", "overdue_count": "Follow-ups due", "active_count": "Active ties",
    "fading_count": "Fading or quiet",
}  # fmt: skip
WEEKS = 12  # of the trend on the front page


def key_figures(now: Snapshot, items: pd.DataFrame | None = None) -> dict[str, int]:
    """What happened in the week (`dates.iso_week`), and what is open now?

    `people_count` in touch, `touch_count`, `conversation_count` and `name_count` (names and leads given) of the week;
    `overdue_count` of follow-ups that are due (updates left out, as in the weekly report), `active_count` of ties,
    and `fading_count` of those that fade or were let go, at the cut-off. `items` are the follow-ups as they are known
    later, in place of `followups(now)`, which take long.

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
    due, state = were_due(followups(now) if items is None else items, now), dormant_contacts(now)["state"]
    return {
        "people_count": touches["contact_id"].nunique(),
        "touch_count": len(touches),
        "conversation_count": len(talks),
        "name_count": len(given),
        "overdue_count": int((due["kind"] != "monthly_update").sum()),
        "active_count": int((state == "active").sum()),
        "fading_count": int(state.isin(("drifting", "dormant")).sum()),
    }


def recent_figures(now: Snapshot, known: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """The key figures of this week and of up to eleven before it, by ISO week, the earliest first.

    Weeks before the first touch are left out; `known` are figures kept from earlier runs, which are not computed again.
    What was due in the others is counted by what is known now.
    """
    first, items = now.touches["occurred_at"].min(), followups(now)
    found = {}
    for back in reversed(range(WEEKS)):
        moment = now.as_of - pd.Timedelta(weeks=back)
        week = iso_week(f"{moment.tz_convert(now.timezone):%Y-%m-%d %H:%M}", now.timezone)
        if back and not first < moment:
            continue
        kept = known.get(week, {}) if back else {}
        then = now.at(moment) if back else now
        found[week] = dict(kept) if set(TITLES) <= set(kept) else key_figures(then, items)
    return found


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
