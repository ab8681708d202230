"""Which asks work: by purpose, by strength of the tie, by pitch; and how often is there no ask at all?"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Literal

import numpy as np
import pandas as pd

from networkscope import periods, schema
from networkscope.errors import ParameterError
from networkscope.measures import touches
from networkscope.measures.dormancy import WEIGHTS
from networkscope.measures.leads import referral_steps
from networkscope.measures.owed import by_them, has_purpose
from networkscope.measures.rates import shares
from networkscope.measures.replies import DAY, answers
from networkscope.measures.rhythm import Floats, require_positive
from networkscope.measures.timeline import Ints, Timeline, first_after, timeline

BANDS = ("weak", "middle", "strong")
CAME_WITHIN_DAYS = 90
_PITCH = r"\bpitch:([\w-]+)"


def ask_mix(
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
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
    line = timeline(interactions, as_of=as_of, timezone=timezone, group_max=group_max)
    asks = answers(line, periods.as_instant(as_of, timezone))
    rows = asks["row"].to_numpy()
    theirs, purpose = by_them(line.events), line.events["purpose"]
    welcome = touches.is_conversation(line.events) | purpose.isin(
        ("referral_given", "introduction", "favour_received")
    )
    came = _came(line, rows, theirs & welcome, referrals, as_of, timezone)
    strength = strength_before(line, rows, half_life_days)
    edges = np.quantile(strength, [1 / 3, 2 / 3]) if len(rows) else np.zeros(2)
    band = np.searchsorted(edges, strength)
    table = asks.assign(
        purpose=purpose.iloc[rows].cat.set_categories(schema.ASKS).array,
        band=pd.Categorical.from_codes(band, BANDS),
        positive=came["came"],
        positive_known=came["known"],
    )
    rates = _shares(
        table, ["purpose", "band"], reply=("replied", "known"), positive=("positive", "positive_known")
    )
    span = pd.Series(strength).groupby(band).agg(["min", "max"])
    places = rates["band"].cat.codes
    rates.insert(2, "strength_from", places.map(span["min"]).astype("float64"))
    rates.insert(3, "strength_to", places.map(span["max"]).astype("float64"))
    return rates


def pitch_rates(
    interactions: pd.DataFrame,
    referrals: pd.DataFrame,
    *,
    as_of: periods.AsOf,
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
    tags = pd.Series(np.nan, index=range(len(interactions)), dtype=schema.TEXT)
    for name in ("tags", "notes"):
        if name in interactions:
            text = interactions[name].astype(schema.TEXT).reset_index(drop=True)
            text = text[text.str.contains("pitch:", regex=False).fillna(False).astype(bool)]
            tags = tags.fillna(text.str.extract(_PITCH, expand=False))
    log = interactions.assign(pitch=tags.array)
    # Whoever never heard a pitch cannot answer one.
    log = log[log["contact_id"].isin(log["contact_id"][log["pitch"].notna()])]
    line = timeline(log, as_of=as_of, timezone=timezone, group_max=group_max)
    sent = np.flatnonzero(line.events["direction"] == "outbound")
    pitch = line.text("pitch", sent)
    rows, pitch = sent[pitch.notna()], pitch.dropna()
    table = answers(line, periods.as_instant(as_of, timezone), rows).assign(pitch=pitch.array)
    gift = line.events["purpose"].isin(("referral_given", "introduction"))
    came = _came(line, rows, by_them(line.events) & gift, referrals, as_of, timezone)
    table = table.assign(referral=came["came"], referral_known=came["known"])
    return _shares(table, ["pitch"], reply=("replied", "known"), referral=("referral", "referral_known"))


def ask_share(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: periods.AsOf,
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
    seen = touches.seen(
        interactions, as_of=as_of, timezone=timezone, columns=("direction", "purpose"), group_max=group_max
    )
    yours = seen[(seen["direction"] != "inbound").to_numpy()]
    codes, ids = pd.factorize(yours["contact_id"])
    who = (
        pd.Index(people["contact_id"]).get_indexer(ids)[codes]
        if by == "contact"
        else np.where(pd.Index(ids).isin(people["contact_id"])[codes], 0, -1)
    )
    size = len(people) if by == "contact" else 1
    kind = np.where(has_purpose(yours), yours["purpose"].isin(schema.ASKS), 2)
    other, asks, unknown_count = (
        np.bincount(who[who >= 0] * 3 + kind[who >= 0], minlength=3 * size).reshape(size, 3).T
    )
    table = people if by == "contact" else pd.DataFrame(index=range(1))
    counts = {"touch_count": other + asks, "ask_count": asks, "unknown_count": unknown_count}
    table = table.assign(**{name: pd.array(count, dtype=schema.COUNT) for name, count in counts.items()})
    share, low, high = shares(other, other + asks)
    counted = zip(other.tolist(), (other + asks).tolist(), strict=True)
    why = [f"{a} of {n} touches of yours without an ask" for a, n in counted]
    table = table.assign(
        without_ask_share=share,
        without_ask_low=low,
        without_ask_high=high,
        why=pd.array(why, dtype=schema.TEXT),
    )
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
    line: Timeline, rows: Ints, welcome: Any, referrals: pd.DataFrame, as_of: periods.AsOf, timezone: str
) -> pd.DataFrame:
    """After which events `came` a welcome touch, a name or a lead from that person within 90 days; is it `known`?"""
    person, at, day = (line.events[name].to_numpy()[rows] for name in ("person", "at", "day"))
    touch = first_after(line, welcome, person, at, strict=True)
    touched = np.append(line.events["day"].to_numpy(np.float64), np.inf)[touch]
    given = referral_steps(schema.empty("interactions"), referrals, as_of=as_of, timezone=timezone)
    given = given[~given["inferred"] & ~given["own"]]
    who, given_day = line.people.get_indexer(given["referrer_id"]), periods.day_numbers(given["given_on"])
    keys = np.sort(_packed(who, given_day)[who >= 0])
    slot = np.searchsorted(keys, _packed(person, day))
    told = np.append(keys, np.iinfo(np.int64).max)[slot] - _packed(person, np.zeros_like(day))
    days = np.minimum(touched, np.where(told <= day + CAME_WITHIN_DAYS, told, np.inf)) - day
    today = periods.as_of_date(as_of, timezone)
    age = periods.day_numbers(pd.Series([today]))[0] - day
    came = days <= CAME_WITHIN_DAYS
    return pd.DataFrame({"came": came, "known": came | (age >= CAME_WITHIN_DAYS)})


def _packed(person: Ints, day: Ints) -> Ints:
    return (person.astype(np.int64) << 32) + day


def _shares(table: pd.DataFrame, by: list[str], **rates: tuple[str, str]) -> pd.DataFrame:
    """Per group `ask_count`, and for each rate (came, known) its counts, share and interval."""
    flags = {f"{name}_count": table[came] for name, (came, _) in rates.items()}
    flags |= {f"{name}_known_count": table[known] for name, (_, known) in rates.items()}
    groups = table[by].assign(ask_count=1, **flags).groupby(by, observed=True)
    sums = groups.sum().astype(schema.COUNT).reset_index()
    out = sums[[*by, "ask_count"]]
    for name in rates:
        x, n = (sums[f"{name}_{part}"].to_numpy(np.int64) for part in ("count", "known_count"))
        out = out.join(sums[[f"{name}_known_count", f"{name}_count"]])
        out[f"{name}_share"], out[f"{name}_low"], out[f"{name}_high"] = shares(x, n)
    return out
