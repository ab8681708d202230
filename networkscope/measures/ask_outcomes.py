"""Which asks work: by purpose, by strength of the tie, by pitch; and how often is there no ask at all?"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import schema
from networkscope.dates import iso_days
from networkscope.errors import ParameterError
from networkscope.measures.dormancy import channel_weight, shows_them
from networkscope.measures.rates import add_shares, shares
from networkscope.measures.registry import measure
from networkscope.measures.replies import DAY, answers
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import in_words
from networkscope.words.fingerprints import alike

BANDS = ("weak", "middle", "strong")
CAME_WITHIN_DAYS = 90
HALF_LIFE_DAYS = 180
ALIKE_LEAST = 3  # so many people got an ask in nearly the same words
_PITCH = r"\bpitch:([\w-]+)"


@measure
def ask_mix(now: Snapshot) -> pd.DataFrame:
    """What do I ask of whom, and what comes of it: by purpose, and by how strong the tie was when I asked?

    Practices B2 and C5. Strength is that of `dormant_contacts`, summed over the touches before the ask only; the
    bands are the terciles over all asks. A reply is that of `reply_rates`. A positive outcome is a talk, a
    favour, an introduction, a name or a lead from that person within 90 days (ours).

    Returns
    -------
    A row per purpose and band that occur, in the order of schema.ASKS and BANDS: `purpose`, `band`,
    `strength_from`, `strength_to` (of the band), `ask_count`; and for `reply` and `positive` each
    `_known_count` (it came, or its 30 or 90 days are over), `_count`, `_share` (0 to 1), `_low`, `_high` (90%
    interval of `share_interval`); a share of nothing is NA. Without asks no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "purpose": ["advice_ask", "reply"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> now = snapshot(log[["contact_id"]].iloc[1:], log, as_of="2026-05-01")
    >>> ask_mix(now)[["purpose", "band", "ask_count", "reply_share"]]
          purpose  band  ask_count  reply_share
    0  advice_ask  weak          1          1.0
    """
    touches, asks = now.touches, answers(now)
    favours = touches["purpose"].isin(("referral_given", "introduction", "favour_received"))
    welcome = (touches["direction"] != "outbound") & (touches["is_talk"] | favours)
    strength = strength_before(now)[asks.index]
    edges = np.quantile(strength, [1 / 3, 2 / 3]) if len(asks) else np.zeros(2)
    asks = asks.assign(
        purpose=asks["purpose"].cat.set_categories(schema.ASKS),
        band=pd.Categorical.from_codes(np.searchsorted(edges, strength), BANDS),
        strength=strength,
    )
    rates = _rates(asks, ["purpose", "band"], positive=_came(now, asks, welcome))
    span = asks.groupby("band", observed=False)["strength"].agg(["min", "max"]).reindex(rates["band"])
    rates.insert(2, "strength_from", span["min"].array)
    rates.insert(3, "strength_to", span["max"].array)
    return rates


@measure
def pitch_rates(now: Snapshot) -> pd.DataFrame:
    """Which version of my pitch is answered, and which brings names?

    Practice B5. A pitch is a message of yours tagged like "pitch:A" in a column `tags` or `notes` of
    interactions; without a tag, an ask in nearly the same words to three people or more, called by the day of the
    first. A reply is that of `reply_rates`; a name counts as in `ask_mix`, talks and favours do not.

    Returns
    -------
    A row per pitch in alphabetical order: `pitch`, `ask_count`, and for `reply` and `referral` the columns of
    `ask_mix`. Without pitches no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "tags": ["pitch:A", None], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> now = snapshot(log[["contact_id"]].iloc[1:], log, as_of="2026-05-01")
    >>> pitch_rates(now)[["pitch", "ask_count", "reply_count"]]
      pitch  ask_count  reply_count
    0     A          1            1
    """
    touches = now.touches
    pitch = pd.Series(pd.NA, touches.index, dtype=schema.TEXT)
    for name in ("tags", "notes"):
        if name in touches:
            pitch = pitch.fillna(touches[name].astype(schema.TEXT).str.extract(_PITCH, expand=False))
    pitch = pitch.fillna(_worded_alike(touches))
    sent = touches.assign(pitch=pitch)[(touches["direction"] == "outbound") & pitch.notna()]
    gifts = (touches["direction"] != "outbound") & touches["purpose"].isin(("referral_given", "introduction"))
    return _rates(answers(now, sent), ["pitch"], referral=_came(now, sent, gifts))


def _worded_alike(touches: pd.DataFrame) -> pd.Series:
    """Of asks that went to several people in nearly the same words, the day of the first."""
    if "fingerprint" not in touches:
        return pd.Series(schema.missing(schema.TEXT, len(touches)), touches.index)
    asks = touches[touches["purpose"].isin(schema.ASKS) & touches["fingerprint"].notna()]
    same = asks.groupby(alike(asks["fingerprint"]))
    days = "worded as on " + iso_days(same["day"].transform("min"))
    return days.where(same["contact_id"].transform("nunique") >= ALIKE_LEAST).reindex(touches.index)


@measure
def ask_share(now: Snapshot, by: Literal["contact", "all"] = "contact") -> pd.DataFrame:
    """How often am I in touch without asking for anything?

    Practice D1. Counts touches of yours (outbound or mutual) whose purpose is known.

    Returns
    -------
    For "contact" a row per contact, the index as given, with `contact_id`; for "all" one row over all contacts,
    or none where no purpose is known: `touch_count`, `ask_count`, `unknown_count` (touches of yours of unknown
    purpose, in no other column), `without_ask_share` (0 to 1, NA where nothing is known), `without_ask_low`,
    `without_ask_high` (90% interval of `share_interval`), `why`. A ParameterError where `by` is neither.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": "outbound", "purpose": ["job_ask", "social"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> ask_share(snapshot(log[["contact_id"]].iloc[:1], log, as_of="2026-05-01"))["why"].tolist()
    ['1 of 2 messages and talks of yours without an ask']
    """
    if by not in ("contact", "all"):
        raise ParameterError(f"by must be 'contact' or 'all', not '{by}'")
    people = now.contacts[["contact_id"]]
    yours = now.touches[now.touches["direction"] != "inbound"]
    yours = yours[yours["contact_id"].isin(people["contact_id"])]
    known = yours["has_purpose"]
    is_ask = yours["purpose"].isin(schema.ASKS)
    kinds = pd.DataFrame({"other": known & ~is_ask, "asks": is_ask, "unknown": ~known})
    if by == "contact":
        counts = kinds.groupby(yours["contact_id"]).sum().reindex(people["contact_id"], fill_value=0)
    else:
        people, counts = pd.DataFrame(index=range(1)), kinds.sum().to_frame().T
    other, asks, unknown = (counts[name].to_numpy() for name in ("other", "asks", "unknown"))
    share, low, high = shares(other, other + asks)
    table = people.assign(
        touch_count=other + asks,
        ask_count=asks,
        unknown_count=unknown,
        without_ask_share=share,
        without_ask_low=low,
        without_ask_high=high,
        why=in_words(
            people.assign(a=other, n=other + asks), "{a} of {n} messages and talks of yours without an ask"
        ),
    ).astype(dict.fromkeys(("touch_count", "ask_count", "unknown_count"), schema.COUNT))
    return table if by == "contact" else table[table["touch_count"] > 0]


def strength_before(now: Snapshot) -> npt.NDArray[np.float64]:
    """How strong was the tie before each touch, from what was known then: `strength` of `dormant_contacts`?"""
    touches = now.touches
    half_lives = (touches["occurred_at"] - now.as_of) / DAY / HALF_LIFE_DAYS
    scaled = channel_weight(touches) * np.exp2(half_lives)  # as each touch counts today
    person = touches["contact_id"]
    answered = scaled.groupby(person, sort=False).cumsum().where(shows_them(touches))
    so_far = touches[["from_owner", "from_contact"]].astype(int).groupby(person, sort=False).cummax()
    strength = answered.groupby(person, sort=False).ffill() * so_far.min(axis=1)
    before = strength.groupby(person, sort=False).shift().fillna(0.0)
    return (before * np.exp2(-half_lives)).to_numpy()


def _came(now: Snapshot, sent: pd.DataFrame, welcome: pd.Series) -> pd.DataFrame:
    """After which messages `came` a welcome touch, a name or a lead from that person within 90 days; is it `known`?"""
    touch = now.next_touch(sent, welcome, strict=True)
    soon = pd.Timedelta(days=CAME_WITHIN_DAYS)
    given = counted_leads(now)[["referrer_id", "given_on"]].sort_values("given_on")
    asked = sent[["contact_id", "day"]].assign(row=sent.index).sort_values("day", kind="stable")
    near: dict[str, Any] = {
        "left_on": "day",
        "right_on": "given_on",
        "direction": "forward",
        "tolerance": soon,
    }
    named = pd.merge_asof(asked, given, left_by="contact_id", right_by="referrer_id", **near)
    came = (touch["day"] - sent["day"] <= soon) | named.set_index("row")["given_on"].notna()
    return pd.DataFrame({"came": came, "known": came | (now.today - sent["day"] >= soon)})


def _rates(asks: pd.DataFrame, by: list[str], **came: pd.DataFrame) -> pd.DataFrame:
    """Per group `ask_count`, and for the replies and what else `came` its counts, share and interval."""
    counts = {"ask": 1, "reply_known": asks["known"], "reply": asks["replied"]}
    for name, found in came.items():
        counts |= {f"{name}_known": found["known"], name: found["came"]}
    counts = {f"{name}_count": count for name, count in counts.items()}
    sums = asks.assign(**counts).groupby(by, observed=True)[list(counts)].sum().reset_index()
    return add_shares(sums, {name: f"{name}_known" for name in ("reply", *came)})
