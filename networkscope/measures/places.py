"""Who lives where I want to work?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from networkscope import keys, schema
from networkscope.measures.dormancy import ties_of
from networkscope.measures.registry import measure
from networkscope.snapshot.snapshot import Snapshot

_COLUMNS = {
    "place": schema.TEXT, "contact_id": schema.TEXT, "name": schema.TEXT, "location": schema.TEXT,
    "organization": schema.TEXT, "title": schema.TEXT, "strength": "float64", "last_touch_on": schema.DATE,
    "source_ref": schema.TEXT, "why": schema.TEXT,
}  # fmt: skip


@measure
def people_in(now: Snapshot, places: Sequence[str] | None = None) -> pd.DataFrame:
    """Who of my contacts lives in these places?

    A contact lives in a place whose words all occur in the contact's `location`, whatever their case and accents:
    "vienna" finds "Greater Vienna Area", "Wien" does not.

    Parameters
    ----------
    places : by default the `locations` under [targets] in book.toml

    Returns
    -------
    A row per place and contact, places in the order given, the strongest tie first: `place, contact_id, name,
    location, organization, title, strength, last_touch_on, source_ref, why`. Nobody there, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "location": ["Wien, Österreich", "Greater Vienna Area"]})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    >>> people_in(now, ["vienna", "osterreich"])[["place", "contact_id"]].values.tolist()
    [['vienna', 'b'], ['osterreich', 'a']]
    """
    wanted = now.settings.target_locations if places is None else places
    people = now.contacts[["contact_id", "name", "location", "organization", "title"]]
    people = people.dropna(subset="location").merge(
        ties_of(now, "strength", "last_touch_on"), on="contact_id"
    )
    words = [_words(location) for location in people["location"]]
    parts = []
    for place in dict.fromkeys(wanted):
        inside = [bool(_words(place)) and _words(place) <= known for known in words]
        found = people[pd.array(inside, dtype=bool)].sort_values(
            ["strength", "contact_id"], ascending=[False, True]
        )
        parts.append(found.assign(place=place, why="their location is noted as " + found["location"]))
    both = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_COLUMNS))
    return both[list(_COLUMNS)].astype(_COLUMNS)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", keys.unaccented(text.casefold())))
