"""Who has fallen silent, how likely is it that they come back by themselves, and what fades with them?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import schema
from networkscope.errors import require_positive
from networkscope.measures.chances import (
    DAY,
    FRESH_DAYS,
    WINDOWS,
    chance_and_fading,
    fitted_kappa,
    past_windows,
    seen_days,
)
from networkscope.measures.registry import measure
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import days_in_words, many

STATES = ("never_touched", "one_way", "dormant", "drifting", "late", "active")
BANDS = ("close", "warm", "loose", "cold")
BAND_ENDS = (
    0.05,
    0.20,
    0.60,
)  # how much of the ties, the most valuable first, the bands before the last take
BANDS_FROM = 20  # ties: of fewer, one in twenty is nobody

# The richer the medium, the more a touch counts: immediate answers, voice and face carry what text cannot
# (Daft and Lengel 1986). The order is theirs, the numbers are ours. A channel that is not known counts 1.
CHANNEL_WEIGHT = {
    "meeting": 3.0, "video": 2.5, "call": 2.0, "letter": 2.0, "event": 1.0, "email": 1.0,
    "linkedin": 0.75, "chat": 0.75,
}  # fmt: skip

DRIFTING_FROM = 0.5
LONG_DORMANT_DAYS = 3 * 365
# Most late ties come back within a month; one that is so late does not by itself.
BROKEN_RHYTHM_DAYS, BROKEN_RHYTHM_TIMES = 90, 1.5

_WHY = (
    "You were never in touch, as far as your records show.",
    "You wrote {out} and heard nothing back; silent for {silent}.",
    "They wrote {back} and heard nothing back; silent for {silent}.",
    "You used to be in touch, but have not been for {silent}, longer than {dormant_after:g} days.",
    "Not in touch for {silent}; for this circle you wanted {cadence:g} days at most.",
    "Not in touch for {silent}: by now {fading:.0%} of the chance that it happens by itself is gone.",
    "Not in touch for {silent}; by your rhythm so far ({days}), {late:.0f} days are late.",
    "Last in touch {silent} ago ({days} so far); the chance of more within {horizon:g} days is {chance:.0%}.",
    "Not in touch for {silent}; your rhythm so far ({days}, late from {late:.0f} days) has stopped.",
)
_STATE_OF_RULE = np.array([0, 1, 1, 2, 3, 3, 4, 5, 3])
_COLUMNS = (
    "contact_id", "name", "circle", "touch_count", "outbound_count", "inbound_count", "contact_days", "first_touch_on",
    "last_touch_on", "days_silent", "days_unseen", "contact_chance", "fading", "late_after_days", "is_late", "strength",
    "value", "fading_value", "tie_band", "state", "long_dormant", "cadence_days", "last_topic", "last_channel",
    "last_source_ref", "why",
)  # fmt: skip


@measure
def dormant_contacts(
    now: Snapshot,
    *,
    horizon_days: float = 60,
    kappa: float | None = None,
    dormant_after_days: float = 365,
    half_life_days: float = 180,
) -> pd.DataFrame:
    """Who has fallen silent, and what is fading with the silence?

    With `n` contact-days, `R` days of silence, and `V` days since that person was last in anything that you got or
    sent (`days_unseen`), the odds of any contact within the next `H` days are
    ``kappa n H / sqrt((R + 30) (V + 30))`` (ours; see `backtest`), and `fading` is the part of the chance that has gone
    since the last touch: ``1 - P(R, V) / P(0, 0)``. With two gaps or more, silence is late beyond the 90% point of a
    Lomax renewal: ``(30 + sum of gaps) (10 ** (1 / (0.5 + gaps)) - 1)`` days. Tie strength sums ``CHANNEL_WEIGHT`` over
    the touches, each halved every `half_life_days` (exponential decay, cf. Ahmad, Porter and Beguerisse-Diaz 2018). It
    takes two: messages of yours since the last touch of theirs (a talk is one) add nothing, and a one-way tie has none.
    Three years of silence make a long-dormant tie (Levin, Walter and Murnighan 2011). A `kappa` of None is fitted to
    this log (`fit_kappa`).

    Returns
    -------
    One row per contact, in the order and with the index of `contacts`: `contact_id`, `name`, `circle`, and

    - `touch_count`, `outbound_count`, `inbound_count`, `contact_days` (days with a touch), `first_touch_on`,
      `last_touch_on`, `days_silent`
    - `days_unseen`: days since the person was in any touch, group talk or mail of any size, or was sent what you were
      sent; never more than `days_silent`. A mail of yours to more than `group_max` people shows nobody
    - `contact_chance`, `fading` (0 to 1), `late_after_days`, `is_late` (NA below two gaps)
    - `strength` now, `value` (strength at the last touch that counts for it), `fading_value` (value x fading)
    - `tie_band`: among the ties that went both ways, by `value`: close (the first 5%), warm (the next 15%), loose (the
      next 40%), cold. Equal values share the lower band; NA for all others, and below 20 such ties
    - `state`: never_touched; one_way (all touches outbound, or all inbound); dormant (`dormant_after_days`); drifting
      (`fading` at least 0.5, silent for longer than the cadence of book.toml, or for more than 90 days and half as long
      again as makes it late); late; active
    - `long_dormant`, `cadence_days`, `last_topic` (latest subject that is not blank), `last_channel`,
      `last_source_ref`, `why`: the rule that decided, with its numbers

    Who was never touched has counts, strength and value 0, and NA elsewhere. No contacts, no rows.

    Examples
    --------
    >>> from networkscope import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"]})
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...                     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> found = dormant_contacts(snapshot(people, log, as_of="2026-04-05"))
    >>> found[["contact_id", "contact_days", "days_silent", "state"]]
      contact_id  contact_days  days_silent          state
    0          a             2           88       drifting
    1          b             0         <NA>  never_touched
    >>> found.loc[0, "why"]
    'Not in touch for 3 months: by now 59% of the chance that it happens by itself is gone.'
    """
    require_positive(horizon_days=horizon_days, dormant_after_days=dormant_after_days)
    require_positive(half_life_days=half_life_days)
    kappa = fit_kappa(now, horizon_days=horizon_days) if kappa is None else kappa
    require_positive(kappa=kappa)
    return _judged(_numbers(now, horizon_days * kappa, half_life_days), horizon_days, dormant_after_days)


def ties_of(now: Snapshot, *columns: str) -> pd.DataFrame:
    """These columns of `dormant_contacts`, with the last touch as `source_ref`."""
    ties = dormant_contacts(now).rename(columns={"last_source_ref": "source_ref"})
    return ties[["contact_id", *columns, "source_ref"]]


@measure
def fit_kappa(now: Snapshot, *, horizon_days: float = 60) -> float:
    """Which `kappa` fits the owner's own log?

    Looks back at six completed stretches of `horizon_days` local days that end at the start of today: who was
    known before each, and who was touched in it. The fit is the mode of the posterior
    of ``ln kappa`` under a normal prior around ln 0.27 with standard deviation 0.5, in a logistic model whose
    offset is the logarithm of the odds in `dormant_contacts` without `kappa`. Below 30 contacts or 10 outcomes of
    either kind it is 0.27; so it is where 0.27 had the smaller squared error in those stretches, each forecast with
    a `kappa` fitted to the others. 0.27 was found on e-mail networks at work with `V = R`, and was not refitted since:
    kappas fitted to the sample and to made networks with group mails are up to 3% lower with `V` than without.

    >>> from networkscope import snapshot
    >>> fit_kappa(snapshot(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16"))
    0.27
    """
    require_positive(horizon_days=horizon_days)
    return fitted_kappa(past_windows(now, int(horizon_days), WINDOWS), horizon_days)


@measure
def top_stability(
    now: Snapshot, *, half_life_days: float = 180, horizon_days: float = 60, top: int = 20
) -> pd.DataFrame:
    """Would the same people head the dormant report if strength faded twice as fast, or half as fast?

    Ranks by `fading_value` of `dormant_contacts`, whose options these are, under half and under double the
    half-life. Columns: `half_life_days` (the other half-life), `kept_count` of the first `top_count`, and
    `kept_share` (0 to 1). No rows where no tie has any value.

    >>> from networkscope import snapshot
    >>> top_stability(snapshot(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16")).empty
    True
    """
    require_positive(whole=True, top=top)
    ties = dormant_contacts(now, horizon_days=horizon_days, half_life_days=half_life_days)
    top_count = min(top, int((ties["value"] > 0).sum()))

    def first(half_life: float) -> pd.Series:
        ranked = ties.assign(value=-tie_value(now, half_life)[0] * ties["fading"])
        return ranked.sort_values(["value", "contact_id"], kind="stable")["contact_id"].head(top_count)

    given, others = first(half_life_days), (half_life_days / 2, half_life_days * 2)
    kept = [int(first(other).isin(given).sum()) for other in others]
    table = pd.DataFrame(
        {"half_life_days": np.array(others, float), "kept_count": kept, "top_count": top_count}
    )
    return table.assign(kept_share=table["kept_count"] / max(top_count, 1))[: len(table) if top_count else 0]


def channel_weight(touches: pd.DataFrame) -> pd.Series:
    """How much each touch counts: `CHANNEL_WEIGHT`, and 1 where the channel is not known."""
    return touches["channel"].astype(object).map(CHANNEL_WEIGHT).fillna(1.0).astype(float)


def shows_them(touches: pd.DataFrame) -> pd.Series:
    """In which touches were they there: what they sent, and every talk, whoever began it?"""
    return touches["from_contact"] | touches["is_talk"]


def tie_value(
    now: Snapshot, half_life_days: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Tie strength at the last touch that counts for it, and the share of it that is left now; see `dormant_contacts`.

    Both are 0 where none counts.
    """
    touches = now.touches
    same = touches.groupby("contact_id", sort=False)
    two_way = same["from_owner"].transform("any") & same["from_contact"].transform("any")
    last_row = (
        touches.index.to_series().where(shows_them(touches)).groupby(touches["contact_id"]).transform("max")
    )
    touches = touches[two_way & (touches.index <= last_row)]
    last = touches.groupby("contact_id", sort=False)["occurred_at"].transform("max")
    weight = channel_weight(touches) * np.exp2(-((last - touches["occurred_at"]) / DAY) / half_life_days)
    value = weight.groupby(touches["contact_id"], sort=False).sum()
    left = np.exp2(
        -((now.as_of - last.groupby(touches["contact_id"], sort=False).first()) / DAY) / half_life_days
    )
    ids = now.contacts["contact_id"]
    return value.reindex(ids).fillna(0.0).to_numpy(), left.reindex(ids).fillna(0.0).to_numpy()


def _numbers(now: Snapshot, scale: float, half_life_days: float) -> pd.DataFrame:
    """What the states are judged by, for each contact; `scale` is kappa x horizon."""
    people = now.people.rename(columns={"source_ref": "last_source_ref"})
    ids, n, last = people["contact_id"], people["contact_days"], people["last_touch_on"]
    one_sided = now.touches[now.touches["from_owner"] != now.touches["from_contact"]]
    out, back = (
        one_sided.loc[one_sided[side], "contact_id"].value_counts().reindex(ids, fill_value=0).to_numpy()
        for side in ("from_owner", "from_contact")
    )
    seen = seen_days(now).groupby("contact_id")["day"].max()
    silent, unseen = (now.today - last) / DAY, ((now.today - value_of(ids, seen)) / DAY).where(n > 0)
    chance, fading = chance_and_fading(n.to_numpy(), silent.to_numpy(), unseen.to_numpy(), scale)
    gaps, span = (n - 1).where(n > 2), (last - people["first_touch_on"]) / DAY
    value, left = tie_value(now, half_life_days)
    return people.assign(
        outbound_count=out, inbound_count=back, days_silent=silent, days_unseen=unseen, contact_chance=chance,
        fading=fading, late_after_days=(FRESH_DAYS + span) * (10 ** (1 / (0.5 + gaps)) - 1),
        strength=value * left, value=value, fading_value=value * fading,
        cadence_days=people["circle"].str.strip().str.casefold().map(_cadences(now)).astype("float64"),
    )  # fmt: skip


def _cadences(now: Snapshot) -> dict[str, int]:
    cadences = {str(circle).strip().casefold(): days for circle, days in now.settings.cadence.items()}
    for days in cadences.values():
        require_positive(cadence_days=days)
    return cadences


def _judged(table: pd.DataFrame, horizon: float, dormant_after: float) -> pd.DataFrame:
    """The numbers with what they mean: the state by the first rule that holds, and why; is it late; the band."""
    touches, silent, late = table["touch_count"], table["days_silent"], table["late_after_days"]
    rule = np.select(
        [
            touches == 0, table["outbound_count"] == touches, table["inbound_count"] == touches,
            silent >= dormant_after, silent > table["cadence_days"], table["fading"] >= DRIFTING_FROM,
            silent > np.maximum(BROKEN_RHYTHM_TIMES * late, BROKEN_RHYTHM_DAYS), silent > late,
        ],
        [*range(6), 8, 6], 7,
    )  # fmt: skip
    judged = table.assign(
        is_late=(silent > late).astype(schema.FLAG).where(late.notna()),
        tie_band=_bands(table["value"].where(rule > 2)),
        state=pd.Categorical.from_codes(_STATE_OF_RULE[rule], dtype=schema.choice(STATES)),
        long_dormant=pd.array((rule == 3) & (silent >= LONG_DORMANT_DAYS), dtype=schema.FLAG),
        why=_why(table.assign(rule=rule), horizon, dormant_after),
    )
    return judged.astype({"days_silent": schema.COUNT, "days_unseen": schema.COUNT})[list(_COLUMNS)]


def _bands(value: pd.Series) -> pd.Categorical:
    """The band of each value among all that are known, the highest first."""
    share = value.rank(ascending=False, method="max", pct=True)
    known = share.notna() & (share.count() >= BANDS_FROM)
    codes = np.where(known, np.searchsorted(BAND_ENDS, share), -1)
    return pd.Categorical.from_codes(codes, dtype=schema.choice(BANDS))


def _why(numbers: pd.DataFrame, horizon: float, dormant_after: float) -> Any:
    """One sentence per contact, from its rule and its numbers."""
    silent = numbers["days_silent"].fillna(0).astype(int)
    sentences = [
        _WHY[row.rule].format(
            out=many(row.outbound_count, "time"), back=many(row.inbound_count, "time"), silent=days_in_words(quiet),
            days=many(row.contact_days, "day") + " with contact", fading=row.fading, chance=row.contact_chance,
            late=row.late_after_days, cadence=row.cadence_days, horizon=horizon, dormant_after=dormant_after,
        )
        for row, quiet in zip(numbers.itertuples(), silent, strict=True)
    ]  # fmt: skip
    return pd.array(sentences, dtype=schema.TEXT)
