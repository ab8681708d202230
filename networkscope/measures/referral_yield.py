"""What do conversations bring in: how many names from each, and what came of them?"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError
from networkscope.measures import rates
from networkscope.measures.registry import measure
from networkscope.snapshot.events import value_of
from networkscope.snapshot.leads import ENDED_WITHOUT, counted_leads, referral_steps, talk_before
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import many

DUE_AFTER_DAYS = 7
TARGET_NAMES = (2, 3)

_GROUPS = ("referrer", "circle", "channel", "month", "all")
_REFS_SHOWN = 10
_COUNTS = (
    "conversation_count", "name_count", "outside_count", "lead_count", "inferred_count", "gave_name_count",
    "leads_due_count", "followed_count", "became_conversation_count",
)  # fmt: skip
_LATEST = {"oldest_open_lead_days": schema.COUNT, "last_given_on": schema.DATE, "source_ref": schema.TEXT}


@measure
def referral_yield(
    now: Snapshot,
    by: Literal["referrer", "circle", "channel", "month", "all"] = "referrer",
    include_inferred: bool = True,
) -> pd.DataFrame:
    """How many names does a conversation bring, and how many of them are followed?

    A name is a referral to a person. It is credited to the latest conversation (`touches.conversations`) with its
    referrer on or before the day of giving, however long before. The same name from the same person counts once, and
    nobody can name themselves. One row per group: for "referrer" everybody with a conversation, a name or a
    lead, best `rank_score` first; for "month" every month up to `as_of`, by the day of the conversation, or of the
    giving where there was none; for "all" one row, or none where there is nothing.

    Columns
    -------
    contact_id and name; or circle; or channel; or month, as "2026-07" : the group; an unknown circle, and the channel
        of names without a conversation, is NA; not there for "all"
    conversation_count, name_count : conversations, and the names credited to them
    outside_count, lead_count : names without any conversation before; companies and openings named
    names_per_conversation, names_low, names_high : with the 90% interval of `rates.count_rate_intervals`
    gave_name_count, gave_name_share, gave_name_low, gave_name_high : conversations that gave a name
    leads_due_count : names, outside ones too, whose week to follow them is over; of them
    followed_count, _share, _low, _high, became_conversation_count, _share, _low, _high : contacted; talked with so far
    oldest_open_lead_days : age of the oldest name, company or opening neither contacted nor closed
    inferred_count : names known from the words of messages only; in the other columns with `include_inferred`
    rank_score : only for "referrer": `rates.shrunken_shares` of became_conversation_count in leads_due_count
    last_given_on, source_ref : day of the latest name or lead; where the latest ten are written
    verdict : "below the target of 2 to 3" where `names_high` is under 2; "on target" where `names_low` is over 2;
        "above" where it is over 3; empty where the interval holds 2 or there is none
    why : the counts in words

    Examples
    --------
    >>> from networkscope import snapshot
    >>> calls = pd.DataFrame({"contact_id": ["ann", "ann"], "channel": "call", "direction": "mutual",
    ...     "occurred_at": pd.to_datetime(["2026-03-02 09:00Z", "2026-04-07 09:00Z"])})
    >>> names = pd.DataFrame({"referral_id": ["1", "2"], "referrer_id": "ann", "referred_id": ["bo", "cy"],
    ...     "given_on": pd.to_datetime(["2026-03-02", "2026-04-30"])})
    >>> people = pd.DataFrame({"contact_id": ["ann"], "name": ["Ann"]})
    >>> table = referral_yield(snapshot(people, calls, names, as_of="2026-05-04"), by="month")
    >>> table[["month", "conversation_count", "name_count", "leads_due_count"]]
         month  conversation_count  name_count  leads_due_count
    0  2026-03                   1           1                1
    1  2026-04                   1           1                0
    2  2026-05                   0           0                0
    """
    if by not in _GROUPS:
        raise ParameterError(f"by must be one of {', '.join(_GROUPS)}, not '{by}'")
    table = _sums(now, by, include_inferred)
    group = pd.Series(table.index, table.index, dtype=schema.TEXT)
    label: dict[str, pd.Series] = {by: group.where(group != "")} if by != "all" else {}
    if by == "referrer":
        label = {"contact_id": group, "name": value_of(group, now.contacts.set_index("contact_id")["name"])}
    table = pd.DataFrame(label, index=table.index).join(_with_rates(table))
    if by == "referrer":
        # The groups are in the order of their ids, and a stable sort leaves ties so.
        best = ["rank_score", "name_count", "conversation_count"]
        table = table.sort_values(best, ascending=False, kind="stable")
    return table.reset_index(drop=True)


@measure
def referral_lags(now: Snapshot) -> pd.DataFrame:
    """How long after the first contact with somebody does a name come back from them?

    One row per name or lead, in the order of giving (nobody names themselves): `referral_id, referrer_id,
    referred_id, given_on`; `first_touch_on`, the first day with a touch in either direction, and `lag_days` from
    it (both NA where nothing came before); `inferred, source_ref, why`. Nothing in, no rows out.

    >>> from networkscope import snapshot
    >>> mail = pd.DataFrame({"contact_id": ["ann"], "direction": ["inbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-02 09:00Z"])})
    >>> names = pd.DataFrame({"referral_id": ["1"], "referrer_id": ["ann"], "referred_id": ["bo"],
    ...     "given_on": pd.to_datetime(["2026-04-12"])})
    >>> referral_lags(snapshot(mail[["contact_id"]], mail, names, as_of="2026-05-01"))["lag_days"].tolist()
    [100]
    """
    given = counted_leads(now).reset_index(drop=True)
    touched = now.touches.groupby("contact_id")["day"].min()
    first = touched.reindex(given["referrer_id"]).astype(schema.DATE).set_axis(given.index)
    first = first.where(first <= given["given_on"])
    lag = (given["given_on"] - first).dt.days.astype(schema.COUNT)
    why = lag.astype(schema.TEXT) + " days after the first contact on " + first.dt.strftime("%Y-%m-%d")
    return given[["referral_id", "referrer_id", "referred_id", "given_on"]].assign(
        first_touch_on=first,
        lag_days=lag,
        inferred=given["inferred"],
        source_ref=given["source_ref"],
        why=why.astype(schema.TEXT).fillna("no contact before"),
    )


def _sums(now: Snapshot, by: str, include_inferred: bool) -> pd.DataFrame:
    """The counts of each group, of months also those in which there was nothing."""
    given = referral_steps(now, include_inferred)
    given = given[~given["own"]]
    given = given.join(talk_before(given, now.conversations))
    given["counted"] = ~given["inferred"] | include_inferred
    day = given["talk_on"].fillna(given["given_on"])
    circles, talks = now.contacts.set_index("contact_id")["circle"], now.conversations
    talks = talks.assign(group=_group(by, talks["contact_id"], talks["channel"], talks["day"], circles))
    given["group"] = _group(by, given["referrer_id"], given["channel"], day, circles)
    table = _talk_sums(talks, given).join(_lead_sums(given, now.today), how="outer")
    if by == "month" and len(table):
        return table.reindex(dates.months(pd.Timestamp(min(table.index)), now.last_day).astype(str))
    return table


def _group(by: str, person: pd.Series, channel: pd.Series, day: pd.Series, circles: pd.Series) -> pd.Series:
    """The group of each row as text, empty where unknown."""
    if by == "month":
        return pd.Series(np.datetime_as_string(day.to_numpy(), unit="M"), day.index, dtype=schema.TEXT)
    if by == "all":
        return pd.Series("all", day.index, dtype=schema.TEXT)
    group = {"referrer": person, "channel": channel, "circle": value_of(person, circles)}[by]
    return group.astype(schema.TEXT).fillna("")


def _talk_sums(talks: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    credited = given[given["counted"] & given["is_name"] & given["talk_on"].notna()]
    talk = pd.MultiIndex.from_frame(talks[["contact_id", "day"]])
    names = credited.groupby(["referrer_id", "talk_on"]).size().reindex(talk, fill_value=0).to_numpy()
    sums = {"conversation_count": 1, "name_count": names, "squares": names**2, "gave_name_count": names > 0}
    return pd.DataFrame(sums, index=talks.index).groupby(talks["group"]).sum()


def _lead_sums(given: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    counted, is_name = given["counted"], given["counted"] & given["is_name"]
    age = (today - given["given_on"]).dt.days
    contacted, talked = given["first_contact_on"].notna(), given["first_talk_on"].notna()
    due = is_name & (age > DUE_AFTER_DAYS)  # a younger one, followed or not, would flatter
    is_open = counted & ~contacted & ~given["outcome"].isin(ENDED_WITHOUT) & given["closed_on"].isna()
    flags = {
        "outside_count": is_name & given["talk_on"].isna(),
        "lead_count": counted & ~given["is_name"],
        "leads_due_count": due,
        "followed_count": due & contacted,
        "became_conversation_count": due & talked,
        "inferred_count": given["is_name"] & given["inferred"],
    }
    latest = {"oldest_open_lead_days": age.where(is_open), "last_given_on": given["given_on"].where(counted)}
    refs = given[counted & given["source_ref"].notna()].groupby("group").tail(_REFS_SHOWN)
    sums = pd.DataFrame(flags).groupby(given["group"]).sum()
    sums = sums.join(pd.DataFrame(latest).groupby(given["group"]).max())
    return sums.join(refs.groupby("group")["source_ref"].agg(schema.SEPARATOR.join))


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """The public columns, in order, from the sums of each group; undefined where there was nothing to count."""
    out = table[list(_COUNTS)].fillna(0).astype(schema.COUNT)
    count = {name: out[name].to_numpy(float) for name in out}
    talks, due = count["conversation_count"], count["leads_due_count"]
    low, high = rates.count_rate_intervals(count["name_count"], talks, table["squares"].fillna(0))
    out["names_per_conversation"] = count["name_count"] / np.where(talks > 0, talks, np.nan)
    out["names_low"], out["names_high"] = low, high
    for name, trials in (("gave_name", talks), ("followed", due), ("became_conversation", due)):
        successes = count[f"{name}_count"]
        out[f"{name}_share"], out[f"{name}_low"], out[f"{name}_high"] = rates.shares(successes, trials)
    out["rank_score"] = np.where(
        due > 0, rates.shrunken_shares(count["became_conversation_count"], due), np.nan
    )
    for name, dtype in _LATEST.items():
        out[name] = table[name].astype(dtype)
    verdicts = ["below the target of 2 to 3", "above", "on target"]
    verdict = np.select([high < TARGET_NAMES[0], low > TARGET_NAMES[1], low > TARGET_NAMES[0]], verdicts, "")
    out["verdict"] = pd.Series(verdict, out.index, dtype=schema.TEXT)
    out["why"] = pd.Series(map(_why, out.itertuples()), out.index, dtype=schema.TEXT)
    return out


def _why(row: Any) -> str:
    parts = [f"{many(row.name_count, 'name')} in {many(row.conversation_count, 'conversation')}"]
    if row.outside_count:
        parts.append(f"{many(row.outside_count, 'name')} without a conversation before")
    if row.leads_due_count:
        progress = f"{row.followed_count} contacted, {row.became_conversation_count} talked with"
        parts.append(f"of {many(row.leads_due_count, 'lead')} due {progress}")
    if row.lead_count:
        parts.append(f"companies and openings: {row.lead_count}")
    if row.inferred_count:
        parts.append(f"{many(row.inferred_count, 'name')} only read in messages")
    return "; ".join(parts)
