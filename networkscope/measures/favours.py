"""Who is owed a favour, and which good sources of names are slipping away?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.referral_yield import referral_yield
from networkscope.measures.registry import measure
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
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


@measure
def favour_ledger(now: Snapshot, include_inferred: bool = True) -> pd.DataFrame:
    """Who has done more for the other, and who is owed?

    Practice D3; what counts is the project's own choice. Given: favours done, outbound introductions and names.
    Received: favours received, each name or lead of the referrals, inbound introductions and names (but for
    those of a day on which a referral of the same person stands: that is the same favour). The balance is
    ``(given - received) / (given + received)``: -1 only received, 0 even, 1 only given.

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `given_count`, `received_count`, `balance` and
    `owed_to` (`OWED`; both NA where there was no favour), `last_favour` (what it was), `last_favour_on`, `why`,
    `source_ref` (of the last favour). A SchemaError where a table does not fit.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["favour_received", "introduction"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-04-05"], utc=True)})
    >>> ledger = favour_ledger(snapshot(log[["contact_id"]].iloc[:1], log, as_of="2026-05-01"))
    >>> ledger[["given_count", "received_count", "balance", "owed_to", "last_favour"]].values.tolist()
    [[1, 1, 0.0, 'even', 'introduction by you']]
    """
    names = counted_leads(now, include_inferred).rename(
        columns={"referrer_id": "contact_id", "given_on": "day"}
    )
    names = names.assign(given=False, what="name or lead")
    done = _logged(now.touches)
    same_day = [pd.MultiIndex.from_frame(part[["contact_id", "day"]]) for part in (done, names)]
    done = done[~(same_day[0].isin(same_day[1]) & done["is_gift"] & ~done["given"])]
    columns = ["contact_id", "day", "given", "what", "source_ref"]
    both = pd.concat([done[columns], names[columns]]).astype({"given": bool}).sort_values(columns)
    ids = now.contacts["contact_id"]
    given, received = (
        both.loc[both["given"] == side, "contact_id"].value_counts().reindex(ids, fill_value=0).to_numpy()
        for side in (True, False)
    )
    total = given + received
    last = both.drop_duplicates("contact_id", keep="last").set_index("contact_id").reindex(ids)
    last = last.set_axis(now.contacts.index)
    side = np.select([total == 0, given < received, given > received], [-1, 0, 1], 2)
    people = now.contacts[["contact_id"]].assign(given_count=given, received_count=received)
    return people.assign(
        balance=(given - received) / np.where(total, total, np.nan),
        owed_to=pd.Categorical.from_codes(side, dtype=schema.choice(OWED)),
        last_favour=last["what"],
        last_favour_on=last["day"],
        why=in_words(people, "{given_count} given, {received_count} received, the last on ")
        + last["day"].astype(schema.DATE).dt.strftime("%Y-%m-%d"),
        source_ref=last["source_ref"],
    ).astype(LEDGER_COLUMNS)


@measure
def value_at_risk(now: Snapshot) -> pd.DataFrame:
    """Which people who gave me names and leads are fading?

    Practice D6. ``at_risk = yield_count x fading_value`` (ours): the names, outside names and leads that
    somebody gave, times the strength that has faded (`fading_value` of `dormant_contacts`).

    Returns
    -------
    A row per contact who gave anything and is fading, most at risk first: RISK_COLUMNS, where `at_risk` has no
    unit and `source_ref` leads to the latest names. Nobody, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a"], "direction": ["mutual"], "channel": ["call"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05"], utc=True)})
    >>> names = pd.DataFrame({"referral_id": ["1"], "referrer_id": ["a"], "referred_id": ["b"],
    ...     "given_on": pd.to_datetime(["2026-01-05"])})
    >>> value_at_risk(snapshot(log[["contact_id"]], log, names, as_of="2026-06-01"))[["contact_id", "yield_count"]]
      contact_id  yield_count
    0          a            1
    """
    gave = referral_yield(now)
    gave = gave.assign(yield_count=gave[["name_count", "outside_count", "lead_count"]].sum(axis=1))
    ties = dormant_contacts(now)[["contact_id", "fading_value", "fading", "days_silent"]]
    table = ties.merge(gave, on="contact_id")
    table["at_risk"] = table["yield_count"].astype("float64") * table["fading_value"].astype("float64")
    table = table[(table["at_risk"] > 0).to_numpy(bool)]
    table = table.sort_values(["at_risk", "contact_id"], ascending=[False, True], ignore_index=True)
    table["why"] = in_words(table, _FADING)
    return table[list(RISK_COLUMNS)].astype(RISK_COLUMNS)


def _logged(touches: pd.DataFrame) -> pd.DataFrame:
    """The favours of the log: with whom, on which `day`, `what`, `given` by you or not, `is_gift` of names."""
    log = touches[touches["purpose"].isin(_FAVOURS)]
    purpose = log["purpose"].astype(schema.TEXT)
    gift = purpose.isin(_GIFTS)
    given = (purpose == "favour_done") | (gift & (log["direction"] == "outbound"))
    received = (purpose == "favour_received") | (gift & (log["direction"] == "inbound"))
    side = given.map({True: " by you", False: " by them"}).where(gift, "")
    log = log.assign(given=given, is_gift=gift, what=purpose.str.replace("_", " ") + side)
    return log[given | received]
