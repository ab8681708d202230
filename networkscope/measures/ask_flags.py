"""Were people asked well: warmed up first, one by one, with a purpose, and not only in need?

A kind of flag is a function that finds its cases and a `FlagKind` that names it; a new kind is those few lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.dates import iso_days
from networkscope.measures.blasts import blasted, blasts
from networkscope.measures.rates import share_interval
from networkscope.measures.registry import measure
from networkscope.roles.conduct import CLOSE_ROLES
from networkscope.roles.roles import people_roles
from networkscope.snapshot.events import among, value_of
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot

COLD_AFTER_DAYS, WARM_UP_AFTER_DAYS = 60, 180
NEED_ASKS = 3
OTHER_ASKS = tuple(ask for ask in schema.ASKS if ask != "job_ask")
FLAG_COLUMNS = {
    "flag_id": schema.TEXT, "flag": schema.TEXT, "practice": schema.TEXT, "contact_id": schema.TEXT,
    "people_count": schema.COUNT, "occurred_at": schema.INSTANT, "day": schema.DATE, "rule": schema.TEXT,
    "why": schema.TEXT, "source_ref": schema.TEXT,
}  # fmt: skip
_NOTHING = ("", "0", "0.0", "false", "no", "none")
_LOG_PURPOSE = "log the purpose of what you send (advice_ask, catch_up, …) in interactions.csv"
_LOG_SUBJECT = "import messages with their subjects, or write the subject in interactions.csv"


@dataclass(frozen=True)
class FlagKind:
    """One kind of flag.

    `finds` returns rows with `occurred_at`, `day`, `contact_id`, `why` and `source_ref`, and where they apply
    `people_count` and `about`, which tells apart flags of one instant that concern nobody in particular. `needs` is
    the columns of interactions of which one must be there to find any, and `to_see_this` what brings it.
    """

    flag: str
    practice: str
    rule: str
    finds: Callable[[Snapshot], pd.DataFrame]
    needs: tuple[str, ...] = ("purpose",)
    to_see_this: str = _LOG_PURPOSE


@measure
def ask_flags(now: Snapshot) -> pd.DataFrame:
    """Which asks and messages put somebody on the spot, went to many at once, or left out what they should say?

    Practices A3, A6, A7, B8, C1, C2 and D1. The rules are the project's own. Silence is counted in local days since
    the last touch of theirs, talks included: a message of yours that was not answered warms no tie.

    - cold_job_ask (C1): a job ask after more than 60 days of silence, or before any touch of theirs
    - ask_without_warm_up (A3): another ask of a tie that was silent for more than 180 days; or of a stranger whom
      nobody named to you an ask for a name on LinkedIn, whose export has every message
    - blast (A6): on one day one ask to more than ten people, or near-identical ones to five or more, by their words
      where these were read, else by subject (but for case, Re and Fwd, digits, punctuation and the first name); of
      messages without a purpose on record those that are a question, or were sent in the open search; greetings,
      thanks and updates are none
    - no_purpose (A7): how many of your one-to-one messages have no purpose on record; one flag for all
    - attachment_first (C2): the first message to somebody who never wrote, but family and friends, carries an
      attachment (read from a column `attachments` of interactions: a count, or yes and no)
    - referrer_not_named (B8): the first day on which you write to somebody whom you were referred to, and
      neither subject nor notes has a name of the referrer; the body of a message is never read
    - called_only_in_need (D1): three or more touches of yours whose purpose is known, thanks aside, all of them asks

    Returns
    -------
    A row per flag, by `flag, occurred_at, contact_id`: `flag_id` (the same in every run), `flag`, `practice`,
    `contact_id` (NA where it concerns many), `people_count`, `occurred_at` (UTC; when the rule was first
    broken), `day` (local), `rule`, `why`, `source_ref`. Nothing to flag, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["inbound", "outbound"],
    ...     "purpose": ["social", "job_ask"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-04-05"], utc=True)})
    >>> found = ask_flags(snapshot(log[["contact_id"]].iloc[:1], log, as_of="2026-05-01"))
    >>> found[["flag", "contact_id", "why"]].values.tolist()
    [['cold_job_ask', 'a', 'job ask on 2026-04-05 after 90 days of silence (last heard from on 2026-01-05)']]
    """
    parts = [kind.finds(now).assign(flag=kind.flag, practice=kind.practice, rule=kind.rule) for kind in KINDS]
    found = pd.concat(parts).reindex(columns=[*FLAG_COLUMNS, "about"])
    order = ["flag", "occurred_at", "contact_id", "about", "source_ref"]
    # Two asks of one person at one instant are one case.
    found = found.astype({**FLAG_COLUMNS, "about": schema.TEXT})
    found = found.sort_values(order).drop_duplicates(order[:-1], ignore_index=True)
    found["people_count"] = found["people_count"].fillna(1)
    found["flag_id"] = _flag_ids(found)
    return found[list(FLAG_COLUMNS)].astype(FLAG_COLUMNS)


@measure
def ask_flag_summary(now: Snapshot) -> pd.DataFrame:
    """How many flags of each kind are there, and what is missing where there can be none?

    A row per kind of `ask_flags`: `flag, practice, rule, flag_count, people_count`, and `to_see_this`, the source or
    column that would bring what the log lacks (NA where it has it).

    >>> from networkscope import snapshot
    >>> now = snapshot(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-05-01")
    >>> ask_flag_summary(now).set_index("flag").loc["attachment_first", "to_see_this"]
    'add a mail archive (.mbox): it shows which messages carry attachments'
    """
    log, flags = now.interactions, ask_flags(now)
    canonical = schema.TABLES["interactions"].names
    known = {
        name for name in log if name not in canonical or (log[name].notna() & (log[name] != "unknown")).any()
    }
    people = flags.groupby("flag")["people_count"].agg(["size", "sum"])
    people = people.reindex([kind.flag for kind in KINDS], fill_value=0)
    return pd.DataFrame({
        "flag": [kind.flag for kind in KINDS], "practice": [kind.practice for kind in KINDS],
        "rule": [kind.rule for kind in KINDS], "flag_count": people["size"].array, "people_count": people["sum"].array,
        "to_see_this": [None if known.intersection(kind.needs) else kind.to_see_this for kind in KINDS],
    }).astype({
        **dict.fromkeys(("flag", "practice", "rule", "to_see_this"), schema.TEXT),
        **dict.fromkeys(("flag_count", "people_count"), schema.COUNT),
    })  # fmt: skip


def _flag_ids(found: pd.DataFrame) -> list[str]:
    micros = found["occurred_at"].astype("int64").astype(schema.TEXT)
    who, about = (found[name].fillna("") for name in ("contact_id", "about"))
    content = found["flag"] + "\x1f" + who + "\x1f" + micros + "\x1f" + about
    numbers = pd.util.hash_array(content.to_numpy(object)).tolist()
    return [f"{flag}-{number:016x}" for flag, number in zip(found["flag"], numbers, strict=True)]


def _without_warm_up(now: Snapshot) -> pd.DataFrame:
    """Asks other than for a job after a long silence, and for a name on LinkedIn before any word of theirs."""
    found = _after_silence(now, OTHER_ASKS, WARM_UP_AFTER_DAYS)
    roles = people_roles(now)
    known = [roles.loc[roles["role"].isin(CLOSE_ROLES), "contact_id"], now.referrals["referred_id"].dropna()]
    cold = (found["purpose"] == "referral_ask") & (found["channel"] == "linkedin")
    cold &= ~among(found["contact_id"], pd.concat(known))
    return found[found["silent"].notna() | cold]


def _after_silence(now: Snapshot, purposes: Sequence[str], days: int) -> pd.DataFrame:
    """Such asks more than so many days after the last touch of theirs, or before any."""
    touches = now.touches
    last = touches["day"].where(touches["from_contact"]).groupby(touches["contact_id"]).ffill()
    asks = now.asks[now.asks["purpose"].isin(purposes)]
    last = last.reindex(asks.index)
    silent = (asks["day"] - last).dt.days
    asks = asks.assign(last=last, silent=silent)
    asks = asks[(silent > days) | silent.isna()]
    silence = asks["silent"].astype(schema.COUNT).astype(schema.TEXT)
    since = " after " + silence + " days of silence (last heard from on " + iso_days(asks["last"]) + ")"
    since = since.fillna(", never heard from before")
    what = asks["purpose"].astype(schema.TEXT).str.replace("_", " ")
    return asks.assign(why=what + " on " + iso_days(asks["day"]) + since)


def condemned(now: Snapshot) -> pd.Index:
    """Which asks (rows of `Snapshot.asks`) should not have been made: out of the blue, or sent to many?"""
    found = [
        _after_silence(now, ("job_ask",), COLD_AFTER_DAYS).index,
        _without_warm_up(now).index,
    ]
    sent = pd.MultiIndex.from_frame(blasted(now))
    many = pd.MultiIndex.from_frame(now.asks[["contact_id", "occurred_at"]]).isin(sent)
    return found[0].union(found[1]).union(now.asks.index[many])


def _no_purpose(now: Snapshot) -> pd.DataFrame:
    sent = now.messages[now.messages["is_sent"]]
    single = sent[sent["is_alone"]]
    unknown = single[~single["has_purpose"]]
    unknown = unknown.sort_values(["occurred_at", "contact_id"], kind="stable")
    if unknown.empty:
        return unknown.assign(why=pd.Series(dtype=schema.TEXT))
    low, high = share_interval(len(unknown), len(single))
    why = (
        f"of {len(unknown)} of your {len(single)} messages to one person it is not known what they were for "
        f"({len(unknown) / len(single):.0%}, {low:.0%} to {high:.0%}): asks among them are not seen"
    )
    people = unknown["contact_id"].nunique()
    return unknown.head(1).assign(contact_id=pd.NA, why=why, people_count=people)


def _unheard(now: Snapshot) -> pd.Series:
    """Which touches came before any touch of theirs?"""
    touches = now.touches
    heard = touches[touches["from_contact"]].groupby("contact_id")["occurred_at"].min()
    return ~(value_of(touches["contact_id"], heard) <= touches["occurred_at"])


def _attachment_first(now: Snapshot) -> pd.DataFrame:
    sent = now.messages[(now.messages["direction"] == "outbound")]
    sent = sent[_unheard(now)[sent.index]]
    first = sent[sent["occurred_at"] == sent.groupby("contact_id")["occurred_at"].transform("min")]
    roles = people_roles(now)
    first = first[~among(first["contact_id"], roles.loc[roles["role"].isin(CLOSE_ROLES), "contact_id"])]
    attached = first.get("attachments", pd.Series(pd.NA, first.index)).astype(schema.TEXT)
    first = first[~attached.fillna("").str.strip().str.lower().isin(_NOTHING)]
    return first.assign(why="attachment in the first message, on " + iso_days(first["day"]))


def _plain_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    return re.findall(r"\w+", keys.unaccented(text.casefold()))


def _is_named(name: Any, text: str) -> bool:
    """Does the text hold the first or the last name? Where there is no name, nobody can say."""
    if not isinstance(name, str):
        return True
    parts = _plain_words(keys.name_key(name))
    return not parts or bool({parts[0], parts[-1]} & set(_plain_words(text)))


def _referrer_not_named(now: Snapshot) -> pd.DataFrame:
    touches = now.touches
    # Who answers an introduction names nobody in the subject.
    given = counted_leads(now, include_inferred=False)
    given = given[given["is_name"]]
    names = now.contacts.set_index("contact_id")["name"]
    yours = touches[
        touches["from_owner"] & among(touches["contact_id"], given["referred_id"].dropna().unique())
    ]
    yours = yours[yours["day"] == yours.groupby("contact_id")["day"].transform("min")]
    subject = yours["subject"].fillna("").str.strip()
    notes = yours["notes"].astype(schema.TEXT).fillna("").str.strip() if "notes" in yours else ""
    text = (subject + " " + notes).groupby(yours["contact_id"]).agg(" ".join)
    message = yours["is_message"] & (yours["direction"] == "outbound")
    judged = message & (subject != "") & _unheard(now)[yours.index]
    first = yours.drop_duplicates("contact_id")
    first = first[judged[first.index]].drop(columns="source_ref", errors="ignore").join(touches["source_ref"])
    pairs = given[["referred_id", "referrer_id", "given_on"]].merge(
        first, left_on="referred_id", right_on="contact_id"
    )
    pairs = pairs[pairs["given_on"] <= pairs["day"]]
    named = [
        _is_named(name, text[person])
        for name, person in zip(value_of(pairs["referrer_id"], names), pairs["contact_id"], strict=True)
    ]
    pairs = pairs[~among(pairs["contact_id"], pairs.loc[np.array(named, bool), "contact_id"])]
    found = pairs.sort_values("given_on", kind="stable").drop_duplicates("contact_id", keep="last")
    why = "name given on " + iso_days(found["given_on"]) + "; your first message on " + iso_days(found["day"])
    return found.assign(why=why + " does not say by whom, as far as its subject shows")


def _called_only_in_need(now: Snapshot) -> pd.DataFrame:
    yours = now.touches[now.touches["direction"] != "inbound"]
    known = yours[yours["has_purpose"] & (yours["purpose"] != "thank_you")]
    is_ask = known["purpose"].isin(schema.ASKS)
    asks = known[~among(known["contact_id"], known.loc[~is_ask, "contact_id"].unique())]
    third = asks[asks.groupby("contact_id").cumcount() == NEED_ASKS - 1]
    person = third["contact_id"]
    last = iso_days(value_of(person, asks.groupby("contact_id")["day"].last()))
    n, touches = (value_of(person, events["contact_id"].value_counts()) for events in (asks, yours))
    why = [
        f"all {count} messages and talks of yours that were for something known were asks, the last on {day}"
        + (f"; of {more} more it is not known" if more else "")
        for count, day, more in zip(n, last, touches - n, strict=True)
    ]
    return third.assign(why=pd.Series(why, third.index, dtype=schema.TEXT))


KINDS: Sequence[FlagKind] = (
    FlagKind(
        "cold_job_ask", "C1", "Ask nobody for a job out of the blue: be in touch within 60 days before.",
        partial(_after_silence, purposes=("job_ask",), days=COLD_AFTER_DAYS),
    ),
    FlagKind(
        "ask_without_warm_up", "A3", "Warm up a tie that was silent for 180 days before you ask.",
        _without_warm_up,
    ),
    FlagKind(
        "blast", "A6", "Write to people one by one: no message to more than ten, no subject for five on one day.",
        blasts, ("subject", "fingerprint"), _LOG_SUBJECT,
    ),
    FlagKind(
        "no_purpose", "A7", "Note what each message is for: a wish that is not said cannot be granted.",
        _no_purpose, ("direction",),
    ),
    FlagKind(
        "attachment_first", "C2", "Send no attachment with the first message.", _attachment_first,
        ("attachments",), "add a mail archive (.mbox): it shows which messages carry attachments",
    ),
    FlagKind(
        "referrer_not_named", "B8", "Name the one who referred you in the first message.", _referrer_not_named,
        ("subject",), _LOG_SUBJECT,
    ),
    FlagKind("called_only_in_need", "D1", "Be in touch without a wish, too.", _called_only_in_need),
)  # fmt: skip
