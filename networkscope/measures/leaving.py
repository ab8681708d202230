"""What is still to be done before a job ends: who would be lost, what is in hand, is there time enough?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import require_positive
from networkscope.measures.dormancy import DRIFTING_FROM
from networkscope.measures.employers import Employer, next_exit, on_employer_domains
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.recommendations import ONE_SIDED, known_entries
from networkscope.snapshot import rhythm

RISKS = ("employer_only", "unreachable")
WORK = ("warm_up", "capture", "recommendation")
PACE_WEEKS = 4
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


@on_snapshot()
def at_risk(
    contacts: pd.DataFrame,
    dormant: pd.DataFrame,
    employers: Sequence[Employer],
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """Whom can I no longer reach once my employer's mail is gone? (A2)

    employer_only: every address is an e-mail on the domain of an employer of yours, present or former. A
    profile, a phone number or one address elsewhere makes a contact safe: whose telephone it is cannot be told
    from a number. unreachable: no address of any kind is on record.

    Parameters
    ----------
    contacts : the canonical table
    dormant : the frame of `dormancy.dormant_contacts`, for what each tie is worth
    employers : objects with `name, domains, since, until`, as in `settings.Settings`; not begun ones do not count

    Returns
    -------
    A row per contact at risk, employer_only first, the worthiest first: `contact_id, name, organization, circle`,
    `risk`, `employer` (whose domain; NA for the unreachable), `email_count`, `value`, `strength`, `last_touch_on`,
    `source_ref`, `what_to_do`, `why`. Nobody, no rows. A SchemaError where the table does not fit.

    Examples
    --------
    >>> from networkscope.settings import Employer
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "emails": ["a@x.example", "b@x.example; b@home.example"]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b"], "value": [2.0, 1.0], "strength": [1.0, 1.0],
    ...                      "last_touch_on": pd.NaT, "last_source_ref": None})
    >>> at_risk(people, ties, [Employer("X", ("x.example",))], as_of="2026-02-01")[["contact_id", "risk"]]
      contact_id           risk
    0          a  employer_only
    """
    people = _addresses(contacts, employers, as_of, timezone)
    tie = dormant[["contact_id", "value", "strength", "last_touch_on", "last_source_ref"]]
    found = people[people["employer_only"] | people["unreachable"]].merge(tie, on="contact_id", how="left")
    lost = found["employer_only"].to_numpy()
    every = "every address (" + found["email_count"].astype(schema.TEXT) + ") is at " + found["employer"]
    found = found.assign(
        risk=np.where(lost, *RISKS),
        what_to_do=np.where(lost, "Ask for a private address, or connect on LinkedIn", "Find any address"),
        why=every.fillna("no e-mail, phone or profile on record"),
        source_ref=found["last_source_ref"],
    )
    found = found[list(_AT_RISK)].astype(_AT_RISK)
    return found.sort_values(
        ["risk", "value", "contact_id"], ascending=[True, False, True], ignore_index=True
    )


@on_snapshot(uncaptured="uncaptured", gaps="recommendation_gaps")
def runway(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    dormant: pd.DataFrame,
    uncaptured: pd.DataFrame,
    gaps: pd.DataFrame,
    recommendations: pd.DataFrame,
    employers: Sequence[Employer],
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    horizon_days: float = 60,
    kappa: float = rhythm.KAPPA,
) -> pd.DataFrame:
    """Will I be done before the job ends? (A1)

    What is due by the next exit, and how many of its kind were done per week in the last four weeks:

    - warm_up: `dormant` or `drifting` ties in the top quarter by value (of those that went both ways); done: such
      ties, drifting four weeks ago (`fading` of 0.5 or more), whom you have written to or met since
    - capture: the people of `uncaptured`; done: contacts with a `connected_on` in those weeks
    - recommendation: the rows of `gaps`; done: recommendations received in those weeks

    Parameters
    ----------
    dormant, uncaptured, gaps : the frames of `dormancy.dormant_contacts` (with these `horizon_days` and `kappa`),
        `capture.uncaptured` and `recommendation_gaps`, of the same as-of date

    Returns
    -------
    Three rows: `employer`, `until`, `days_left` (the last day included), `weeks_left`, `work`, `due_count`,
    `needed_per_week`, `done_count` and `pace_per_week` (NA where the log is younger than four weeks, or nothing of
    the kind is dated), `suffices` (also where nothing is due; NA where the pace is), `why`. No rows where no employer
    has an end that is still to come.

    Examples
    --------
    >>> nothing = [schema.empty(name) for name in ("contacts", "interactions")]
    >>> ties = pd.DataFrame({"contact_id": [], "state": [], "value": []})
    >>> lists = [pd.DataFrame(), pd.DataFrame(), schema.empty("recommendations")]
    >>> runway(*nothing, ties, *lists, [], as_of="2026-02-01").empty
    True
    """
    today = dates.as_of_date(as_of, timezone)
    last, since = dates.last_day(as_of, timezone), today - pd.Timedelta(weeks=PACE_WEEKS)
    leaving, days_left = next_exit(employers, today)
    tied = dormant[~dormant["state"].isin(ONE_SIDED)]
    worthy = tied[tied["value"] >= tied["value"].quantile(0.75)]
    captured = schema.conform("contacts", contacts, ("connected_on",))["connected_on"]
    received = known_entries("recommendations", recommendations, "written_on", last)
    received_on = received.loc[received["direction"] == "received", "written_on"]
    ids = worthy["contact_id"]
    known = rhythm.known_touches(ids, interactions, as_of, timezone, group_max, ("direction",))
    done = [_warmed(*known, len(ids), horizon_days * kappa)]
    for days in (captured, received_on):
        dated = days[days <= last]
        done.append(int((dated >= since).sum()) if len(dated) else None)
    due = [int(worthy["state"].isin(("dormant", "drifting")).sum()), len(uncaptured), len(gaps)]
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


@on_snapshot()
def readiness(
    contacts: pd.DataFrame,
    dormant: pd.DataFrame,
    employers: Sequence[Employer],
    *,
    as_of: dates.AsOf,
    backed_up_on: dates.AsOf | None = None,
    stale_after_days: int = 730,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """If the job ended today, what would I have in hand? (E9)

    Every contact is counted, none is drawn as a sample: so these shares have no interval.

    Returns
    -------
    Four rows: `item`, `count`, `known_count` (n of the share), `share` (0 to 1, NA of nothing), `days`, `what_to_do`:

    - private address: contacts with a phone number or an e-mail outside all domains of your `employers`
    - at risk: contacts who have only addresses on those domains, of those with any address (see `at_risk`)
    - stale record: no touch and no `connected_on` for `stale_after_days`, of those with either
    - last backup: `days` since `backed_up_on` (NA where it is not known or lies ahead); the other columns are NA

    No rows where there are no contacts. A ParameterError where the days are not a positive whole number, or
    `backed_up_on` is no date.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "phones": ["+43 1", None]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b"], "last_touch_on": pd.NaT})
    >>> readiness(people, ties, [], as_of="2026-02-01", backed_up_on="2026-01-02")[["item", "share", "days"]]
                  item  share  days
    0  private address    0.5  <NA>
    1          at risk    0.0  <NA>
    2     stale record    NaN  <NA>
    3      last backup    NaN    30
    """
    require_positive(whole=True, stale_after_days=stale_after_days)
    people, today = _addresses(contacts, employers, as_of, timezone), dates.as_of_date(as_of, timezone)
    connected = people["connected_on"].mask(people["connected_on"] > dates.last_day(as_of, timezone))
    touched = dormant.set_index("contact_id")["last_touch_on"].astype(schema.DATE)
    touched = touched.reindex(people["contact_id"]).set_axis(people.index)
    latest = pd.concat([connected, touched], axis=1).max(axis=1)
    stale = latest + pd.Timedelta(days=stale_after_days) < today
    private = people["has_phone"] | (people["email_count"] > people["employer_email_count"])
    age = None if backed_up_on is None else (today - dates.as_of_date(backed_up_on, timezone)).days
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


def _addresses(
    contacts: pd.DataFrame, employers: Sequence[Employer], as_of: dates.AsOf, timezone: str
) -> pd.DataFrame:
    """The contacts with what there is to reach them by: the counts of `on_employer_domains`, and flags."""
    columns = ("contact_id", "name", "organization", "circle", "emails", "phones", "profiles", "connected_on")
    people = schema.conform("contacts", contacts, columns).reset_index(drop=True)
    mail = on_employer_domains(people["emails"], employers, dates.as_of_date(as_of, timezone))
    phone, profile = (people[name].str.strip().fillna("") != "" for name in ("phones", "profiles"))
    count, other = mail["email_count"], phone | profile
    return people.assign(
        **mail,
        has_phone=phone,
        unreachable=~other & (count == 0),
        employer_only=~other & (count > 0) & (mail["employer_email_count"] == count),
    )


def _warmed(touches: pd.DataFrame, today: int, size: int, scale: float) -> int | None:
    """How many contacts were drifting four weeks ago and were touched by the owner since? None if none was known."""
    since = today - 7 * PACE_WEEKS
    n, _, last = rhythm.history(rhythm.day_keys(touches), size, since)
    fading = rhythm.chance_and_fading(n, since - last, scale)[1]
    mine = touches.loc[(touches["direction"] != "inbound") & (touches["day"] >= since), "code"]
    touched = np.bincount(mine, minlength=size) > 0
    return int((touched & (fading >= DRIFTING_FROM)).sum()) if n.any() else None
