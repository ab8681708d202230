"""Which messages want an answer that they have not got?"""

from __future__ import annotations

import pandas as pd

from networkscope import schema
from networkscope.measures.followup_inputs import Known
from networkscope.roles.conduct import may
from networkscope.words.subjects import is_question

WANT_NONE = ("thank_you", "reply", "update", "outcome", "favour_done", "favour_received", "promise",
             "referral_given", "introduction")  # fmt: skip
BY_SUBJECT_DAYS = 14  # a question mark alone says too little to be owed for longer
DUE_DAYS = 3
SUGGESTED_DAYS = 30


def unanswered_messages(known: Known) -> pd.DataFrame:
    """What opens an owed reply: a message that wants an answer of the owner, alone or called by name among others.

    That is noted (`needs_answer`), or they ask for something, or the subject is a question of somebody whom the owner
    knows. Where nothing says so, an answer is only suggested. Robots are not looked at, nor answers to asks of
    the owner's that ask nothing; all that came in one thread since the owner's last word is answered at once.
    """
    log, now = known.log, known.now
    yours_before = log["from_owner"].cumsum()
    wants = log["needs_answer"].eq(True).fillna(False).astype(bool)
    rows = log[
        log["is_message"]
        & (log["direction"] == "inbound")
        & (log["is_alone"] | wants)
        & (wants | ~known.answers)
    ]
    noted = rows["needs_answer"].astype(schema.FLAG)
    asks = noted.fillna(False).astype(bool) | (noted.isna() & rows["purpose"].isin(schema.ASKS))
    silent = noted.eq(False).fillna(False).astype(bool) | (~asks & rows["purpose"].isin(WANT_NONE))
    met = now.people.set_index("contact_id")
    acquainted = met["contacted"] | met["listed"]
    familiar = rows["contact_id"].map(acquainted).fillna(False).astype(bool)
    # Whoever notes a colleague's question means to answer it.
    own = rows["source"].fillna("").str.startswith("own ")
    wanted = may(now, "answer", rows["contact_id"]) | (
        own & may(now, "answer", rows["contact_id"], noted=True)
    )
    question = is_question(rows["subject"]) & familiar & wanted & ~silent
    asks &= may(now, "answer", rows["contact_id"], noted=True)
    maybe = ~asks & ~question & ~silent & rows["contact_id"].map(met["contacted"]).fillna(False).astype(bool)
    maybe &= may(now, "answer", rows["contact_id"])
    maybe &= rows["day"] >= now.today - pd.Timedelta(days=DUE_DAYS + SUGGESTED_DAYS)
    rows = rows.assign(asks=asks, question=question, owed=asks | question)[asks | question | maybe]
    rows = rows.assign(since=yours_before[rows.index], mark=known.next_mark("owed_reply", rows)["by"])
    group = rows.groupby(["contact_id", "since", "mark", "thread_id"], dropna=False, sort=False)
    count, first = group["day"].transform("size"), group["owed"].transform("any")
    rows = rows[rows["owed"] | ~first]
    again = rows[["contact_id", "since", "mark", "thread_id"]].duplicated()
    what = ("first of " + count.astype(schema.TEXT) + " messages").where(count > 1, "message")[rows.index]
    lapse = pd.Series(SUGGESTED_DAYS, rows.index, dtype=schema.COUNT)
    lapse = lapse.mask(rows["question"], BY_SUBJECT_DAYS).mask(rows["asks"] | (rows["question"] & own), pd.NA)
    found = rows[["contact_id", "occurred_at", "day", "source_ref", "owed"]]
    return found.assign(topic=rows["subject"], what=what, lapse_days=lapse)[~again]
