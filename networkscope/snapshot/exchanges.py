"""How far has it gone with each contact: written to, two-way, talked with?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.snapshot import rhythm
from networkscope.snapshot.touches import is_conversation


def exchanges(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    within_days: int | None = None,
) -> pd.DataFrame:
    """How far has it gone with each contact?

    Touches are those of `touches.seen`. A talk (call, meeting or video of at most `group_max` people) counts in
    both directions, whoever began it; so who was met is also two-way, and who is two-way was also contacted.
    With `within_days` the counts and what follows from them see only so many last days; the days, dates and
    `began` see the whole log.

    Columns
    -------
    contact_id, name, connected_on (NA where later than `as_of`), listed (never NA: in a contact list by then)
    contact_days, outbound_count, inbound_count, talk_count : days with a touch; touches each way; talks
    first_touch_on, last_touch_on : local dates; NA without a touch
    began : the first touch was yours (at one instant yours counts before theirs)
    contacted, two_way, met : a touch of yours; touches both ways; a talk
    source_ref : of the latest touch

    One row per contact, the index as given. A SchemaError where a table does not fit.

    >>> people = pd.DataFrame({"contact_id": ["ann", "bo"]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "bo"], "direction": "outbound", "channel": ["call", "email"],
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z", "2026-01-02 09:00Z"])})
    >>> exchanges(people, log, as_of="2026-02-01")[["contact_id", "contacted", "two_way", "met"]]
      contact_id  contacted  two_way    met
    0        ann       True     True   True
    1         bo       True    False  False
    """
    people = schema.conform("contacts", contacts, ("contact_id", "name", "connected_on", "listed"))
    columns = ("direction", "channel", "source_ref")
    known, today = rhythm.known_touches(
        people["contact_id"], interactions, as_of, timezone, group_max, columns
    )
    size, code = len(people), known["code"].to_numpy()
    talk = is_conversation(known).to_numpy(bool)
    out, back = ((known["direction"] != way).to_numpy(bool) | talk for way in ("inbound", "outbound"))
    age, oldest = known["age"].to_numpy(), np.full(size, -1)
    np.maximum.at(oldest, code, age)
    began = np.bincount(code[out & (age == oldest[code])], minlength=size) > 0
    recent = np.True_ if within_days is None else (known["day"] >= today - within_days).to_numpy()
    sent, answered, talked = (np.bincount(code[mask & recent], minlength=size) for mask in (out, back, talk))
    n, first, last = rhythm.history(rhythm.day_keys(known), size, today + 1)
    later = (people["connected_on"] > dates.last_day(as_of, timezone)).to_numpy()
    facts = {
        "connected_on": people["connected_on"].mask(later),
        "listed": people["listed"].fillna(False).to_numpy(bool) & ~later,
        "contact_days": n, "outbound_count": sent, "inbound_count": answered, "talk_count": talked,
        "first_touch_on": rhythm.as_dates(first, n > 0), "last_touch_on": rhythm.as_dates(last, n > 0),
        "began": began,
        "contacted": sent > 0, "two_way": (sent > 0) & (answered > 0), "met": talked > 0,
        "source_ref": rhythm.latest(known[["code", "age", "source_ref"]], size)["source_ref"].array,
    }  # fmt: skip
    return people.assign(**facts)
