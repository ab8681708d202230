"""Who is owed a favour, and which good sources of names are slipping away?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.snapshot import touches
from networkscope.snapshot.leads import counted_leads
from networkscope.wording import in_words

OWED = ("you owe", "they owe", "even")
_GIFTS = ("referral_given", "introduction")
_FAVOURS = ("favour_done", "favour_received", *_GIFTS)
LEDGER_COLUMNS = {
    "contact_id": schema.TEXT, "given_count": schema.COUNT, "received_count": schema.COUNT, "balance": "float64",
    "owed_to": schema.choice(OWED), "last_favour": schema.TEXT, "last_favour_on": schema.DATE, "why": schema.TEXT,
    "source_ref": schema.TEXT,
}  # fmt: skip
RISK_COLUMNS = {
    "contact_id": schema.TEXT, "at_risk": "float64", "yield_count": schema.COUNT,
    "became_conversation_count": schema.COUNT, "fading_value": "float64", "fading": "float64",
    "days_silent": schema.COUNT, "last_given_on": schema.DATE, "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_FADING = """{yield_count} names and leads, {became_conversation_count} became conversations, the last given on \
{last_given_on:%Y-%m-%d}; silent for {days_silent} days"""


@on_snapshot()
def favour_ledger(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    include_inferred: bool = False,
) -> pd.DataFrame:
    """Who has done more for the other, and who is owed?

    Practice D3; what counts is the project's own choice. Given: favours done, outbound introductions and names.
    Received: favours received, each name or lead of the referrals, inbound introductions and names (but for
    those of a day on which a referral of the same person stands: that is the same favour). The balance is
    ``(given - received) / (given + received)``: -1 only received, 0 even, 1 only given.

    Parameters
    ----------
    include_inferred : whether referrals that were read off introduction mails count

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `given_count`, `received_count`, `balance` and
    `owed_to` (`OWED`; both NA where there was no favour), `last_favour` (what it was), `last_favour_on`, `why`,
    `source_ref` (of the last favour). A SchemaError where a table does not fit.

    Examples
    --------
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["favour_received", "introduction"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-04-05"], utc=True)})
    >>> ledger = favour_ledger(log[["contact_id"]].iloc[:1], log, schema.empty("referrals"), as_of="2026-05-01")
    >>> ledger[["given_count", "received_count", "balance", "owed_to", "last_favour"]].values.tolist()
    [[1, 1, 0.0, 'even', 'introduction by you']]
    """
    people = schema.conform("contacts", contacts, ("contact_id",))
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    done = _logged(interactions, group_max=group_max, **seen)
    names = counted_leads(referrals, include_inferred=include_inferred, **seen)
    names = names.rename(columns={"referrer_id": "contact_id", "given_on": "day"})
    names = names.assign(given=False, what="name or lead")
    day_of = (pd.MultiIndex.from_frame(part[["contact_id", "day"]]) for part in (done, names))
    same = next(day_of).isin(next(day_of))
    done = done[~(same & done["gift"] & ~done["given"])]
    columns = ["contact_id", "day", "given", "what", "source_ref"]
    both = pd.concat([done[columns], names[columns]])
    both = both.assign(
        who=pd.Index(people["contact_id"]).get_indexer(both["contact_id"]), given=both["given"].astype(bool)
    )
    both = both[both["who"] >= 0].sort_values(["who", *columns[1:]])
    sides = both["who"] + len(people) * both["given"]
    received, given = np.bincount(sides, minlength=2 * len(people)).reshape(2, -1)
    total = given + received
    last = both.drop_duplicates("who", keep="last").set_index("who").reindex(range(len(people)))
    last = last.set_axis(people.index)
    side = np.select([total == 0, given < received, given > received], [-1, 0, 1], 2)
    people = people.assign(given_count=given, received_count=received)
    return people.assign(
        balance=(given - received) / np.where(total, total, np.nan),
        owed_to=pd.Categorical.from_codes(side, dtype=schema.choice(OWED)),
        last_favour=last["what"],
        last_favour_on=last["day"],
        why=in_words(people, "{given_count} given, {received_count} received, the last on ")
        + last["day"].astype(schema.DATE).dt.strftime("%Y-%m-%d"),
        source_ref=last["source_ref"],
    ).astype(LEDGER_COLUMNS)


@on_snapshot(yields="referral_yield")
def value_at_risk(dormant: pd.DataFrame, yields: pd.DataFrame) -> pd.DataFrame:
    """Which people who gave me names and leads are fading?

    Practice D6. ``at_risk = yield_count x fading_value`` (ours): the names, outside names and leads that
    somebody gave, times the strength that has faded (`fading_value` of `dormant_contacts`).

    Parameters
    ----------
    dormant, yields : the frames of `dormant_contacts` and of `referral_yield` by referrer, as of one instant

    Returns
    -------
    A row per contact who gave anything and is fading, most at risk first: RISK_COLUMNS, where `at_risk` has no
    unit and `source_ref` leads to the latest names. Nobody, no rows.

    Examples
    --------
    >>> dormant = pd.DataFrame({"contact_id": ["a"], "fading_value": [2.5], "fading": [0.5], "days_silent": [90]})
    >>> yields = pd.DataFrame({"contact_id": ["a"], "name_count": [3], "outside_count": [0], "lead_count": [1],
    ...     "became_conversation_count": [2], "last_given_on": pd.to_datetime(["2026-01-05"]), "source_ref": ["r:2"]})
    >>> value_at_risk(dormant, yields)[["contact_id", "at_risk", "why"]].values.tolist()
    [['a', 10.0, '4 names and leads, 2 became conversations, the last given on 2026-01-05; silent for 90 days']]
    """
    told = yields.assign(yield_count=yields[["name_count", "outside_count", "lead_count"]].sum(axis=1))
    table = dormant[["contact_id", "fading_value", "fading", "days_silent"]].merge(told, on="contact_id")
    table["at_risk"] = table["yield_count"].astype("float64") * table["fading_value"].astype("float64")
    table = table[(table["at_risk"] > 0).to_numpy(bool)]
    table = table.sort_values(["at_risk", "contact_id"], ascending=[False, True], ignore_index=True)
    table["why"] = in_words(table, _FADING)
    return table[list(RISK_COLUMNS)].astype(RISK_COLUMNS)


def _logged(interactions: pd.DataFrame, **seen: Any) -> pd.DataFrame:
    """The favours of the log: with whom, on which `day`, `what`, `given` by you or not, a `gift` of names or not."""
    if "purpose" in interactions:
        interactions = interactions[interactions["purpose"].isin(_FAVOURS)]
    log = touches.seen(interactions, columns=("direction", "purpose", "source_ref"), **seen)
    purpose = log["purpose"].astype(schema.TEXT)
    gift = purpose.isin(_GIFTS)
    given = (purpose == "favour_done") | (gift & (log["direction"] == "outbound"))
    received = (purpose == "favour_received") | (gift & (log["direction"] == "inbound"))
    side = given.map({True: " by you", False: " by them"}).where(gift, "")
    log = log.assign(given=given, gift=gift, what=purpose.str.replace("_", " ") + side)
    return log[given | received]
