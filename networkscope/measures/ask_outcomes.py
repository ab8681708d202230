"""Which asks work: by purpose, by strength of the tie, by pitch; and how often is there no ask at all?"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Literal

import numpy as np
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError, require_positive
from networkscope.measures.dormancy import WEIGHTS
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.measures.rates import add_shares, shares
from networkscope.measures.replies import DAY, answers
from networkscope.snapshot import touches
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.rhythm import Floats
from networkscope.snapshot.timeline import Ints, Timeline, first_after, timeline
from networkscope.snapshot.touches import by_them, by_you, has_purpose
from networkscope.wording import in_words

BANDS = ("weak", "middle", "strong")
CAME_WITHIN_DAYS = 90
_PITCH = r"\bpitch:([\w-]+)"


@on_snapshot()
def ask_mix(
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    half_life_days: float = 180,
) -> pd.DataFrame:
    """What do I ask of whom, and what comes of it: by purpose, and by how strong the tie was when I asked?

    Practices B2 and C5. Strength is that of `dormant_contacts`, summed over the touches before the ask only; the
    bands are the terciles over all asks. A reply is that of `reply_rates`. A positive outcome is a talk, a
    favour, an introduction, a name or a lead from that person within 90 days (ours); inferred names do not count.

    Returns
    -------
    A row per purpose and band that occur, in the order of schema.ASKS and BANDS: `purpose`, `band`,
    `strength_from`, `strength_to` (of the band), `ask_count`; and for `reply` and `positive` each
    `_known_count` (it came, or its 30 or 90 days are over), `_count`, `_share` (0 to 1), `_low`, `_high` (90%
    interval of `share_interval`); a share of nothing is NA. Without asks no rows.

    Examples
    --------
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "purpose": ["advice_ask", "reply"], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> ask_mix(log, schema.empty("referrals"), as_of="2026-05-01")[["purpose", "band", "ask_count", "reply_share"]]
          purpose  band  ask_count  reply_share
    0  advice_ask  weak          1          1.0
    """
    require_positive(half_life_days=half_life_days)
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    line = timeline(interactions, group_max=group_max, **seen)
    asks = answers(line, dates.as_instant(**seen))
    rows, purpose = asks["row"].to_numpy(), line.events["purpose"]
    favours = purpose.isin(("referral_given", "introduction", "favour_received"))
    welcome = by_them(line.events) & (touches.is_conversation(line.events) | favours)
    strength = strength_before(line, rows, half_life_days)
    edges = np.quantile(strength, [1 / 3, 2 / 3]) if len(rows) else np.zeros(2)
    table = asks.assign(
        purpose=purpose.iloc[rows].cat.set_categories(schema.ASKS).array,
        band=pd.Categorical.from_codes(np.searchsorted(edges, strength), BANDS),
        strength=strength,
    )
    rates = _rates(table, ["purpose", "band"], positive=_came(line, rows, welcome, referrals, **seen))
    span = table.groupby("band", observed=False)["strength"].agg(["min", "max"]).reindex(rates["band"])
    rates.insert(2, "strength_from", span["min"].array)
    rates.insert(3, "strength_to", span["max"].array)
    return rates


@on_snapshot()
def pitch_rates(
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
) -> pd.DataFrame:
    """Which version of my pitch is answered, and which brings names?

    Practice B5. A pitch is a message of yours tagged like "pitch:A" in a column `tags` or `notes` of
    interactions. A reply is that of `reply_rates`; a name counts as in `ask_mix`, talks and favours do not.

    Returns
    -------
    A row per pitch in alphabetical order: `pitch`, `ask_count`, and for `reply` and `referral` the columns of
    `ask_mix`. Without tags no rows.

    Examples
    --------
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...     "tags": ["pitch:A", None], "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> pitch_rates(log, schema.empty("referrals"), as_of="2026-05-01")[["pitch", "ask_count", "reply_count"]]
      pitch  ask_count  reply_count
    0     A          1            1
    """
    tags = pd.Series(pd.NA, range(len(interactions)), dtype=schema.TEXT)
    for name in ("tags", "notes"):
        text = interactions.get(name, tags).astype(schema.TEXT).reset_index(drop=True)
        text = text[text.str.contains("pitch:", regex=False)]
        tags = tags.fillna(text.str.extract(_PITCH, expand=False))
    log = interactions.assign(pitch=tags.array)
    # Whoever never heard a pitch cannot answer one.
    log = log[log["contact_id"].isin(log["contact_id"][log["pitch"].notna()])]
    seen: dict[str, Any] = {"as_of": as_of, "timezone": timezone}
    line = timeline(log, group_max=group_max, **seen)
    sent = np.flatnonzero(line.events["direction"] == "outbound")
    pitch = line.text("pitch", sent)
    rows, pitch = sent[pitch.notna()], pitch.dropna()
    table = answers(line, dates.as_instant(**seen), rows).assign(pitch=pitch.array)
    gifts = by_them(line.events) & line.events["purpose"].isin(("referral_given", "introduction"))
    return _rates(table, ["pitch"], referral=_came(line, rows, gifts, referrals, **seen))


@on_snapshot()
def ask_share(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    group_max: int = 4,
    by: Literal["contact", "all"] = "contact",
) -> pd.DataFrame:
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
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": "outbound", "purpose": ["job_ask", "social"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> ask_share(log[["contact_id"]].iloc[:1], log, as_of="2026-05-01")["why"].tolist()
    ['1 of 2 touches of yours without an ask']
    """
    if by not in ("contact", "all"):
        raise ParameterError(f"by must be 'contact' or 'all', not '{by}'")
    people = schema.conform("contacts", contacts, ("contact_id",))
    columns = ("direction", "purpose")
    known = touches.seen(interactions, as_of=as_of, timezone=timezone, columns=columns, group_max=group_max)
    yours = known[by_you(known)]
    codes, ids = pd.factorize(yours["contact_id"])
    who = pd.Index(people["contact_id"]).get_indexer(ids)[codes]
    kind = np.where(has_purpose(yours), yours["purpose"].isin(schema.ASKS), 2)[who >= 0]
    counts = np.bincount(who[who >= 0] * 3 + kind, minlength=3 * len(people)).reshape(len(people), 3)
    if by == "all":
        people, counts = pd.DataFrame(index=range(1)), counts.sum(axis=0, keepdims=True)
    other, asks, unknown = counts.T
    share, low, high = shares(other, other + asks)
    table = people.assign(
        touch_count=other + asks,
        ask_count=asks,
        unknown_count=unknown,
        without_ask_share=share,
        without_ask_low=low,
        without_ask_high=high,
        why=in_words(people.assign(a=other, n=other + asks), "{a} of {n} touches of yours without an ask"),
    ).astype(dict.fromkeys(("touch_count", "ask_count", "unknown_count"), schema.COUNT))
    return table if by == "contact" else table[table["touch_count"] > 0]


def strength_before(line: Timeline, rows: Ints, half_life_days: float) -> Floats:
    """How strong was the tie before each of these events, in ascending order, from what was known then?"""
    events = line.events
    person, days = events["person"].to_numpy(), events["at"].to_numpy() / DAY / half_life_days
    # Each touch falls into the stretch before one event; what is left of a stretch at the next event adds up.
    stretch = np.searchsorted(rows, np.arange(len(events)), side="right")
    counted = np.flatnonzero(stretch < len(rows))
    counted = counted[person[rows[stretch[counted]]] == person[counted]]
    stretch = stretch[counted]
    weight = WEIGHTS[events["channel"].cat.codes.to_numpy()[counted]]
    added = np.bincount(stretch, weight * np.exp2(days[counted] - days[rows[stretch]]), minlength=len(rows))
    same = np.diff(person[rows], prepend=-1) == 0
    kept = np.where(same, np.exp2(-np.where(same, np.diff(days[rows], prepend=0.0), 0.0)), 0.0)
    steps = zip(kept.tolist(), added.tolist(), strict=True)
    return np.array(list(accumulate(steps, lambda left, step: left * step[0] + step[1], initial=0.0))[1:])


def _came(
    line: Timeline, rows: Ints, welcome: Any, referrals: pd.DataFrame, as_of: dates.AsOf, timezone: str
) -> pd.DataFrame:
    """After which events `came` a welcome touch, a name or a lead from that person within 90 days; is it `known`?"""
    asked = line.events[["person", "at", "day"]].iloc[rows].reset_index(drop=True)
    touch = first_after(line, welcome, asked["person"].to_numpy(), asked["at"].to_numpy(), strict=True)
    touched = np.append(line.events["day"].to_numpy(np.float64), np.inf)[touch]
    given = counted_leads(referrals, as_of=as_of, timezone=timezone)
    told = pd.DataFrame(
        {"person": line.people.get_indexer(given["referrer_id"]), "given_on": given["given_on"]}
    )
    told = told.assign(day=dates.day_numbers(told["given_on"])).sort_values("day")
    near: dict[str, Any] = {"direction": "forward", "tolerance": CAME_WITHIN_DAYS}
    named = pd.merge_asof(asked.reset_index().sort_values("day"), told, on="day", by="person", **near)
    came = (touched - asked["day"] <= CAME_WITHIN_DAYS) | named.set_index("index")["given_on"].notna()
    age = dates.day_numbers(pd.Series([dates.as_of_date(as_of, timezone)]))[0] - asked["day"]
    return pd.DataFrame({"came": came, "known": came | (age >= CAME_WITHIN_DAYS)})


def _rates(asks: pd.DataFrame, by: list[str], **came: pd.DataFrame) -> pd.DataFrame:
    """Per group `ask_count`, and for the replies and what else `came` its counts, share and interval."""
    counts = {"ask": 1, "reply_known": asks["known"], "reply": asks["replied"]}
    for name, found in came.items():
        counts |= {f"{name}_known": found["known"], name: found["came"]}
    counts = {f"{name}_count": count for name, count in counts.items()}
    sums = asks.assign(**counts).groupby(by, observed=True)[list(counts)].sum().reset_index()
    return add_shares(sums, {name: f"{name}_known" for name in ("reply", *came)})
