"""What changed for whom between two exports of the owner's LinkedIn account?"""

from __future__ import annotations

import pandas as pd

from networkscope import schema
from networkscope.measures.registry import measure
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot

COLUMNS = [
    *("contact_id", "name", "change", "was", "became", "since", "noticed_on", "why", "source_ref"),
]
SENTENCES = {
    "new_job": "{name} went from {was} to {became}",
    "new_title": "{name} is {became} now, after {was}",
    "new_connection": "{name} is a new connection",
    "lost_connection": "{name} is no longer among your connections",
}


@measure
def export_changes(now: Snapshot, within_days: int = 60) -> pd.DataFrame:
    """Who has a new job or title, who is a new connection, and who is none any more, by the LinkedIn exports?

    Each export is compared with the one before it. A change happened after the day of the older export and was known
    by the day of the newer one; LinkedIn does not tell the day itself. A newer export that is only a part of one says
    nothing of lost connections.

    Parameters
    ----------
    within_days : how old the newer export may be; what is older is no news

    Returns
    -------
    DataFrame
        A row per change, the latest first: `contact_id`, `name`, `change` (new_job, new_title, new_connection,
        lost_connection), `was` and `became` (title and company; NA where there was none), `since` and `noticed_on`
        (the days of the two exports), `why` (a sentence) and `source_ref`. No second export, no rows.

    Examples
    --------
    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a"], "name": ["Ana Lee"]})
    >>> news = pd.DataFrame({"contact_id": ["a"], "change": ["new_job"], "organization_before": ["Nord"],
    ...     "organization": ["Globex"], "title": ["Head of Data"],
    ...     "since": pd.to_datetime(["2026-05-02"]), "noticed_on": pd.to_datetime(["2026-06-12"])})
    >>> log = schema.empty("interactions")
    >>> export_changes(snapshot(people, log, export_changes=news, as_of="2026-07-01"))["why"].tolist()
    ['Ana Lee went from Nord to Head of Data at Globex, between 2026-05-02 and 2026-06-12']
    """
    found = now.export_changes
    is_news = found["noticed_on"] > now.today - pd.Timedelta(days=within_days)
    found = found[is_news & found["contact_id"].isin(now.contacts["contact_id"])].reset_index(drop=True)
    names = now.contacts.set_index("contact_id")["name"]
    change = found["change"].astype(schema.TEXT)
    table = found.assign(
        name=value_of(found["contact_id"], names).astype(schema.TEXT),
        change=change,
        was=_position(found, "_before", change),
        became=_position(found, "", change),
    )
    table["why"] = [_sentence(row) for row in table.to_dict("records")]
    table["why"] = table["why"].astype(schema.TEXT)
    order = ["noticed_on", "change", "name", "contact_id"]
    return table.sort_values(order, ascending=[False, True, True, True], ignore_index=True)[COLUMNS]


def _position(found: pd.DataFrame, suffix: str, change: pd.Series) -> pd.Series:
    """Title and company in words; of a new title the title alone."""
    title, company = found[f"title{suffix}"], found[f"organization{suffix}"]
    both = (title + " at " + company).fillna(title).fillna(company)
    return both.mask(change == "new_title", title).astype(schema.TEXT)


def _sentence(row: dict[str, object]) -> str:
    words = {name: row[name] if isinstance(row[name], str) else "somewhere" for name in ("was", "became")}
    name = row["name"] if isinstance(row["name"], str) else "Somebody"
    days = f"between {row['since']:%Y-%m-%d} and {row['noticed_on']:%Y-%m-%d}"
    return f"{SENTENCES[str(row['change'])].format(name=name, **words)}, {days}"
