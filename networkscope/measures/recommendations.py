"""Who knows my work and has not said so in writing yet?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.measures.companies import insiders
from networkscope.measures.dormancy import ties_of
from networkscope.measures.registry import measure
from networkscope.roles.conduct import may
from networkscope.roles.employers import next_exit, started
from networkscope.roles.seniority import seniority_in, seniority_of
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot

TIERS = ("peer", "boss", "stretch")
ONE_SIDED = ("never_touched", "one_way")

# Steps of leadership above the staff, in the order of SENIORITIES, NA.
_ABOVE = np.array([3, 2, 1, 0, 0, 0, np.nan])


@measure
def recommendation_gaps(now: Snapshot) -> pd.DataFrame:
    """Who knows my work and has not recommended me yet? (E8)

    Two-way ties in the top quarter by strength, or with an employer in common (now or formerly, by
    `employers.company_key`; yours from `positions` and `employers`), without a recommendation received; never family or
    recruiters. The tier counts steps of leadership (manager, director, executive) above the title of your latest
    position, or above the staff where that is not known: peer none, boss one, stretch more.

    Returns
    -------
    A row per person, those with an employer in common first, then the strongest: `contact_id, name, organization`,
    `title, seniority`, `tier` (NA without a title), `shared_employer`, `strength, state, last_touch_on`, `given_count`
    (recommendations that you wrote for them), `endorsements_given_count`, `endorsements_received_count`, `days_left`
    (to the next exit, that day included; NA without one), `source_ref`, `why`. Undated entries count as known. No rows
    where recommendations, endorsements and positions are all empty: then no profile was exported, and nothing is known
    of what was received.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a"], "organization": ["X Ltd"], "title": ["Head of Sales"]})
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["mutual"],
    ...     "occurred_at": pd.to_datetime(["2026-01-02"], utc=True)})
    >>> mine = pd.DataFrame({"organization": ["X"], "title": ["Nurse"]})
    >>> now = snapshot(people, log, as_of="2026-02-01", positions=mine)
    >>> recommendation_gaps(now)[["contact_id", "tier"]]
      contact_id     tier
    0          a  stretch
    """
    columns = ["contact_id", "name", "organization", "title", "seniority"]
    written, praised, held = now.recommendations, now.endorsements, now.positions
    found = _could_praise(now)
    found = found[~found["contact_id"].isin(_who(written, "received"))]
    found = found[: len(found) if len(written) + len(praised) + len(held) else 0]
    above = _ABOVE[found["seniority"].cat.codes] - _own_rank(held)
    tier = np.where(np.isnan(above), -1, np.clip(above, 0, 2)).astype(int)
    found["tier"] = pd.Categorical.from_codes(tier, dtype=schema.choice(TIERS))
    given = {"given": _who(written, "given")}
    given |= {f"endorsements_{way}": _who(praised, way) for way in ("given", "received")}
    for name, who in given.items():
        found[f"{name}_count"] = (
            value_of(found["contact_id"], who.value_counts()).fillna(0).astype(schema.COUNT)
        )
    days = next_exit(now.settings.employers, now.today)[1]
    found["days_left"] = pd.array([days or pd.NA] * len(found), dtype=schema.COUNT)
    ground = ("both at " + found["shared_employer"]).fillna("one of your strongest ties").astype(schema.TEXT)
    found["why"] = "no recommendation from them on record; " + ground
    shown = [*columns, "tier", "shared_employer", "strength", "state", "last_touch_on"]
    shown += [*(f"{name}_count" for name in given), "days_left", "source_ref", "why"]
    found["stranger_to_work"] = found["shared_employer"].isna()
    order = ["stranger_to_work", "strength", "contact_id"]
    return found.sort_values(order, ascending=[True, False, True], ignore_index=True)[shown]


def _could_praise(now: Snapshot) -> pd.DataFrame:
    """Who may be asked, with their ties and `shared_employer`: the strongest, and those with an employer in common."""
    people = now.contacts.assign(seniority=seniority_in(now.contacts))
    found = people.merge(ties_of(now, "strength", "state", "last_touch_on"), on="contact_id")
    found = found[~found["state"].isin(ONE_SIDED) & may(now, "praise", found["contact_id"])]
    firms = [firm.name for firm in started(now.settings.employers, now.today)]
    shared = insiders(now, [*now.positions["organization"].dropna(), *firms])
    shared = shared.sort_values("inside", kind="stable").drop_duplicates("contact_id")
    found["shared_employer"] = value_of(found["contact_id"], shared.set_index("contact_id")["company"])
    strong = found["strength"] >= found["strength"].quantile(0.75)
    return found[strong | found["shared_employer"].notna()]


def _who(frame: pd.DataFrame, direction: str) -> pd.Series:
    return frame.loc[(frame["direction"] == direction).to_numpy(bool), "contact_id"].dropna()


def _own_rank(held: pd.DataFrame) -> float:
    """Steps of leadership above the staff in the position started last; 0 where its title tells nothing."""
    latest = held.sort_values(["started_on", "title"], na_position="first").tail(1)["title"]
    return float(np.nan_to_num(_ABOVE[seniority_of(latest).cat.codes]).sum())
