"""What is still to be done before a job ends: who would be lost, what is in hand, is there time enough?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import require_positive
from networkscope.measures.chances import chance_and_fading, past_windows
from networkscope.measures.contact_lists import uncaptured
from networkscope.measures.dormancy import DRIFTING_FROM, dormant_contacts, fit_kappa, ties_of
from networkscope.measures.recommendations import ONE_SIDED, recommendation_gaps
from networkscope.measures.registry import measure
from networkscope.roles.employers import next_exit, on_employer_domains
from networkscope.snapshot.snapshot import Snapshot

RISKS = ("employer_only", "unreachable")
WORK = ("warm_up", "capture", "recommendation")
PACE_WEEKS = 4
HORIZON_DAYS = 60
_AT_RISK = {
    **dict.fromkeys(("contact_id", "name", "organization", "circle"), schema.TEXT),
    "risk": schema.choice(RISKS), "employer": schema.TEXT, "email_count": schema.COUNT, "value": "float64",
    "strength": "float64", "last_touch_on": schema.DATE, "source_ref": schema.TEXT, "what_to_do": schema.TEXT,
    "why": schema.TEXT,
}  # fmt: skip
_RUNWAY = {
    "employer": schema.TEXT, "until": schema.DATE, "days_left": schema.COUNT, "weeks_left": "float64",
    "work": schema.choice(WORK), "due_count": schema.COUNT, "needed_per_week": "float64", "done_count": schema.COUNT,
    "pace_per_week": "float64", "suffices": schema.FLAG, "why": schema.TEXT,
}  # fmt: skip
PANEL = {
    "item": schema.TEXT, "count": schema.COUNT, "known_count": schema.COUNT, "share": "float64",
    "days": schema.COUNT, "what_to_do": schema.TEXT,
}  # fmt: skip


@measure
def at_risk(now: Snapshot) -> pd.DataFrame:
    """Who can I no longer reach once my employer's mail is gone? (A2)

    employer_only: every address is an e-mail on the domain of an employer of yours, present or former. A
    profile, a phone number or one address elsewhere makes a contact safe: whose telephone it is cannot be told
    from a number. unreachable: no address of any kind is on record.

    Returns
    -------
    A row per contact at risk, employer_only first, the worthiest first: `contact_id, name, organization, circle`,
    `risk`, `employer` (whose domain; NA for the unreachable), `email_count`, `value`, `strength`, `last_touch_on`,
    `source_ref`, `what_to_do`, `why`. Nobody, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> from networkscope.settings import Employer, Settings
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "emails": ["a@x.example", "b@x.example; b@home.example"]})
    >>> mine = Settings(employers=(Employer("X", ("x.example",)),))
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-02-01", settings=mine)
    >>> at_risk(now)[["contact_id", "risk"]]
      contact_id           risk
    0          a  employer_only
    """
    people = _addresses(now)
    tie = ties_of(now, "value", "strength", "last_touch_on")
    found = people[people["employer_only"] | people["unreachable"]].merge(tie, on="contact_id", how="left")
    lost = found["employer_only"].to_numpy()
    every = "every address (" + found["email_count"].astype(schema.TEXT) + ") is at " + found["employer"]
    found = found.assign(
        risk=np.where(lost, *RISKS),
        what_to_do=np.where(lost, "Ask for a private address, or connect on LinkedIn", "Find any address"),
        why=every.fillna("no e-mail, phone or profile on record"),
    )
    found = found[list(_AT_RISK)].astype(_AT_RISK)
    return found.sort_values(
        ["risk", "value", "contact_id"], ascending=[True, False, True], ignore_index=True
    )


@measure
def runway(now: Snapshot) -> pd.DataFrame:
    """Will I be done before the job ends? (A1)

    What is due by the next exit, and how many of its kind were done per week in the last four weeks:

    - warm_up: `dormant` or `drifting` ties in the top quarter by value (of those that went both ways); done: such
      ties, drifting four weeks ago (`fading` of 0.5 or more), whom you have written to or met since
    - capture: the people of `uncaptured`; done: contacts with a `connected_on` in those weeks
    - recommendation: the rows of `gaps`; done: recommendations received in those weeks

    Returns
    -------
    Three rows: `employer`, `until`, `days_left` (the last day included), `weeks_left`, `work`, `due_count`,
    `needed_per_week`, `done_count` and `pace_per_week` (NA where the log is younger than four weeks, or nothing of
    the kind is dated), `suffices` (also where nothing is due; NA where the pace is), `why`. No rows where no employer
    has an end that is still to come.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> runway(snapshot(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-02-01")).empty
    True
    """
    since = now.today - pd.Timedelta(weeks=PACE_WEEKS)
    leaving, days_left = next_exit(now.settings.employers, now.today)
    dormant = dormant_contacts(now)
    tied = dormant[~dormant["state"].isin(ONE_SIDED)]
    worthy = tied[tied["value"] >= tied["value"].quantile(0.75)]
    received = now.recommendations[now.recommendations["direction"] == "received"]
    done = [_warmed(now, worthy["contact_id"], since)]
    for days in (now.contacts["connected_on"].dropna(), received["written_on"].dropna()):
        done.append(int((days >= since).sum()) if len(days) else None)
    fading = int(worthy["state"].isin(("dormant", "drifting")).sum())
    due = [fading, len(uncaptured(now)), len(recommendation_gaps(now))]
    weeks = days_left / 7
    needed = pd.Series(due, dtype="float64") / max(weeks, 1 / 7)
    pace = pd.Series(done, dtype="float64") / PACE_WEEKS
    table = pd.DataFrame(
        {
            "employer": leaving.name if leaving else None,
            "until": pd.Timestamp(leaving.until) if leaving else None,
            "days_left": days_left,
            "weeks_left": weeks,
            "work": WORK,
            "due_count": due,
            "needed_per_week": needed,
            "done_count": done,
            "pace_per_week": pace,
            "suffices": (pace >= needed).astype(schema.FLAG).mask(pace.isna()).mask(needed == 0, True),
            "why": [
                f"{n} due in {weeks:.1f} weeks, {a:.1f} a week" for n, a in zip(due, needed, strict=True)
            ],
        }
    )
    return table.astype(_RUNWAY)[: len(WORK) if leaving else 0]


@measure
def readiness(
    now: Snapshot, *, backed_up_on: dates.AsOf | None = None, stale_after_days: int = 730
) -> pd.DataFrame:
    """If the job ended today, what would I have in hand? (E9)

    Every contact is counted, none is drawn as a sample: so these shares have no interval.

    Returns
    -------
    Four rows: `item`, `count`, `known_count` (n of the share), `share` (0 to 1, NA of nothing), `days`, `what_to_do`:

    - private address: contacts with a phone number or an e-mail outside all domains of your employers
    - at risk: contacts who have only addresses on those domains, of those with any address (see `at_risk`)
    - stale record: no touch and no `connected_on` for `stale_after_days`, of those with either
    - last backup: `days` since `backed_up_on` (NA where it is not known or lies ahead); the other columns are NA

    No rows where there are no contacts. A ParameterError where the days are not a positive whole number, or
    `backed_up_on` is no date.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "phones": ["+43 1", None]})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-02-01")
    >>> readiness(now, backed_up_on="2026-01-02")[["item", "share", "days"]]
                  item  share  days
    0  private address    0.5  <NA>
    1          at risk    0.0  <NA>
    2     stale record    NaN  <NA>
    3      last backup    NaN    30
    """
    require_positive(whole=True, stale_after_days=stale_after_days)
    require_positive(whole=True, stale_after_days=stale_after_days)
    people = _addresses(now)
    latest = now.people[["connected_on", "last_touch_on"]].max(axis=1)
    stale = latest + pd.Timedelta(days=stale_after_days) < now.today
    private = people["has_phone"] | (people["email_count"] > people["employer_email_count"])
    age = None if backed_up_on is None else (now.today - dates.as_of_date(backed_up_on, now.timezone)).days
    rows = [
        ("private address", private.sum(), len(people), "Ask for a private address where there is none"),
        (
            "at risk",
            people["employer_only"].sum(),
            (~people["unreachable"]).sum(),
            "Save these addresses first",
        ),
        ("stale record", stale.sum(), latest.notna().sum(), "Ask how they are and where they work now"),
        ("last backup", None, None, "Export your contacts and keep the file at home"),
    ]
    table = pd.DataFrame(rows, columns=["item", "count", "known_count", "what_to_do"])
    table["share"] = table["count"] / table["known_count"].where(table["known_count"] > 0)
    table["days"] = [None, None, None, age if age is not None and age >= 0 else None]
    return table[list(PANEL)].astype(PANEL)[: len(rows) if len(people) else 0]


def _addresses(now: Snapshot) -> pd.DataFrame:
    """The contacts with what there is to reach them by: the counts of `on_employer_domains`, and flags."""
    people = now.contacts
    mail = on_employer_domains(people["emails"], now.settings.employers, now.today)
    phone, profile = (people[name].str.strip().fillna("") != "" for name in ("phones", "profiles"))
    count, other = mail["email_count"], phone | profile
    return people.assign(
        **mail,
        has_phone=phone,
        unreachable=~other & (count == 0),
        employer_only=~other & (count > 0) & (mail["employer_email_count"] == count),
    )


def _warmed(now: Snapshot, ids: pd.Series, since: pd.Timestamp) -> int | None:
    """How many of these were drifting four weeks ago and were touched by the owner since? None if none was known."""
    then = past_windows(now, 7 * PACE_WEEKS, 1)[0]
    then = then[then["contact_id"].isin(ids)]
    n, silent, unseen = (then[name].to_numpy() for name in ("contact_days", "days_silent", "days_unseen"))
    fading = chance_and_fading(n, silent, unseen, HORIZON_DAYS * fit_kappa(now))[1]
    drifting = then.loc[fading >= DRIFTING_FROM, "contact_id"]
    mine = now.touches[now.touches["from_owner"] & (now.touches["day"] >= since)]
    return int(drifting.isin(mine["contact_id"]).sum()) if len(then) else None
