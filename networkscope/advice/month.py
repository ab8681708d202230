"""What can a monthly update on the search say?"""

from __future__ import annotations

import pandas as pd

from networkscope.measures.registry import measure
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import many


@measure
def month_facts(now: Snapshot) -> dict[str, str]:
    """What can a monthly update say? (B11) Activity, prospects and target companies, nobody named.

    Activity counts the conversations of the last 30 days; prospects the interviews and offers that had come of names
    and leads by then and are not closed (`counted_leads`). What there is none of is empty.
    """
    talks, leads = now.conversations, counted_leads(now)
    recent = talks.loc[talks["day"] >= now.today - pd.Timedelta(days=30), "contact_id"].nunique()
    coming = leads.loc[leads["closed_on"].isna(), "outcome"].value_counts()
    hopes = [many(int(coming[kind]), kind) for kind in ("interview", "offer") if coming.get(kind)]
    return {
        "activity": f"in the last month I talked with {many(recent, 'person', 'people')}" if recent else "",
        "prospects": f"Coming up: {' and '.join(hopes)}." if hopes else "",
        "wanted": ", ".join(now.settings.target_companies),
    }
