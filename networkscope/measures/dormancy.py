"""Who has fallen silent, how likely is it that they come back by themselves, and what fades with them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import require_positive
from networkscope.measures.on_snapshot import on_snapshot
from networkscope.snapshot import rhythm
from networkscope.snapshot.rhythm import Floats, Ints
from networkscope.wording import many

STATES = ("never_touched", "one_way", "dormant", "drifting", "late", "active")

# The richer the medium, the more a touch counts: immediate answers, voice and face carry what text cannot
# (Daft and Lengel 1986). The order is theirs, the numbers are ours. A channel that is not known counts 1.
CHANNEL_WEIGHT = {
    "meeting": 3.0, "video": 2.5, "call": 2.0, "letter": 2.0, "event": 1.0, "email": 1.0,
    "linkedin": 0.75, "chat": 0.75,
}  # fmt: skip

DRIFTING_FROM = 0.5
LONG_DORMANT_DAYS = 3 * 365

_DAY_US = 86_400_000_000
WEIGHTS = np.array([*(CHANNEL_WEIGHT[channel] for channel in schema.CHANNELS), 1.0])

_WHY = (
    "No touch is on record.",
    "{out} out and none back; silent for {silent}.",
    "{back} in and none out; silent for {silent}.",
    "A tie that went both ways, silent for {silent}; dormant from {dormant_after:g} days.",
    "Silent for {silent}; the cadence of this circle allows {cadence:g} days.",
    "Silent for {silent}: {fading:.0%} of the chance of contact has gone since then; drifting from 50%.",
    "Silent for {silent}; after {contacts} in this rhythm, late from {late:.1f} days.",
    "Silent for {silent} after {contacts}; {chance:.0%} chance of contact within {horizon:g} days.",
)
_STATE_OF_RULE = np.array([0, 1, 1, 2, 3, 3, 4, 5])


@on_snapshot()
def dormant_contacts(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    horizon_days: float = 60,
    kappa: float = rhythm.KAPPA,
    dormant_after_days: float = 365,
    half_life_days: float = 180,
    group_max: int = 4,
    timezone: str = "UTC",
    cadence_days: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Who has fallen silent, and what is fading with the silence?

    With `n` contact-days and `R` days of silence, the chance of any contact within the next `H` days is
    ``kappa n H / (kappa n H + R + 30)`` (ours; see `backtest_dormancy` for how well it does on this log), and
    `fading` is the part of it that has gone since the last touch: ``R / (kappa n H + R + 30)``. With two gaps
    or more, silence is late beyond the 90% point of a Lomax renewal:
    ``(30 + sum of gaps) (10 ** (1 / (0.5 + gaps)) - 1)`` days. Tie strength sums ``CHANNEL_WEIGHT`` over all
    touches, each halved every `half_life_days` (exponential decay, cf. Ahmad, Porter and Beguerisse-Diaz
    2018). Three years of silence make a long-dormant tie (Levin, Walter and Murnighan 2011).

    Parameters
    ----------
    contacts, interactions : canonical tables; all but `contact_id`, `occurred_at` and `direction` may be
        absent. Interactions of contacts that are not in `contacts` are ignored.
    horizon_days : how far the chance looks ahead
    kappa : scale of the chance; `fit_kappa` gives the owner's own
    dormant_after_days : silence from which a former two-way tie is dormant
    half_life_days : after which a touch counts half
    group_max : events of more people than that touch nobody (Kossinets and Watts 2006)
    timezone : whose calendar days count
    cadence_days : days of silence allowed, by circle (upper and lower case are the same)

    Returns
    -------
    One row per contact, the index as in `contacts`:

    - `contact_id, name, circle`
    - `touch_count, outbound_count, inbound_count` (mutual touches are in the first only; a talk that calendar and
      notes tell of is one), `contact_days`
    - `first_touch_on, last_touch_on` (local dates), `days_silent` (whole local days up to `as_of`)
    - `contact_chance, fading` (0 to 1); `late_after_days`, `is_late` (NA below two gaps)
    - `strength` at `as_of`; `value`, the strength at the moment of the last touch, of which `strength` is
      what the silence has left; `fading_value`, which is value x fading, for sorting
    - `state`, the first that holds: never_touched; one_way (all touches outbound, or all inbound); dormant;
      drifting (`fading` at least 0.5, or silent for longer than `cadence_days`); late; active
    - `long_dormant`: dormant for three years or more
    - `last_topic` (latest subject that is not blank), `last_channel`, `last_source_ref`, `cadence_days`
    - `why`: the rule that fired, with its numbers

    Who was never touched has counts, strength and value 0, and NA elsewhere. No contacts, no rows.

    Raises
    ------
    ParameterError, SchemaError
        An option is not a positive number or cannot be read; a table does not fit its declaration.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["a", "b"]})
    >>> log = pd.DataFrame({"contact_id": ["a", "a"], "direction": ["outbound", "inbound"],
    ...                     "occurred_at": pd.to_datetime(["2026-01-05", "2026-01-07"], utc=True)})
    >>> found = dormant_contacts(people, log, as_of="2026-04-05")
    >>> found[["contact_id", "contact_days", "days_silent", "state"]]
      contact_id  contact_days  days_silent          state
    0          a             2           88       drifting
    1          b             0         <NA>  never_touched
    >>> found.loc[0, "why"]
    'Silent for 88 days: 59% of the chance of contact has gone since then; drifting from 50%.'
    """
    allowed = {str(circle).strip().casefold(): days for circle, days in (cadence_days or {}).items()}
    require_positive(horizon_days=horizon_days, kappa=kappa, dormant_after_days=dormant_after_days)
    require_positive(half_life_days=half_life_days)
    for days in allowed.values():
        require_positive(cadence_days=days)
    people = schema.conform("contacts", contacts, ("contact_id", "name", "circle"))
    size = len(people)
    told = ("direction", "channel", "subject", "source_ref")
    ids = people["contact_id"]
    touches, today = rhythm.known_touches(ids, interactions, as_of, timezone, group_max, told)
    n, first, last = rhythm.history(rhythm.day_keys(touches), size, today + 1)
    touched, silent = n > 0, today - last
    chance, fading = rhythm.chance_and_fading(n, silent, horizon_days * kappa)
    gap_count = np.where(n > 2, n - 1, np.nan)
    late = (rhythm.FRESH_DAYS + last - first) * (10 ** (1 / (0.5 + gap_count)) - 1)
    cadence = people["circle"].str.strip().str.casefold().map(allowed).to_numpy(np.float64)
    counts = np.bincount(touches["code"] * 3 + touches["direction"].cat.codes, minlength=3 * size)
    out, back, mutual = counts.reshape(size, 3).T
    value, left = _value(touches, size, half_life_days)
    rules = (
        *(~touched, touched & (back + mutual == 0), touched & (out + mutual == 0)),
        *(silent >= dormant_after_days, silent > cadence, fading >= DRIFTING_FROM, silent > late),
    )
    rule = np.select(rules, range(len(rules)), len(rules))
    facts = {
        "touch_count": out + back + mutual, "outbound_count": out, "inbound_count": back, "contact_days": n,
        "first_touch_on": rhythm.as_dates(first, touched), "last_touch_on": rhythm.as_dates(last, touched),
        "days_silent": pd.arrays.IntegerArray(silent, ~touched), "contact_chance": chance, "fading": fading,
        "late_after_days": late, "is_late": pd.arrays.BooleanArray(silent > late, n <= 2),
        "strength": value * left, "value": value, "fading_value": value * fading,
        "state": pd.Categorical.from_codes(_STATE_OF_RULE[rule], dtype=schema.choice(STATES)),
        "long_dormant": pd.array((rule == 3) & (silent >= LONG_DORMANT_DAYS), dtype=schema.FLAG),
        "cadence_days": cadence,
    }  # fmt: skip
    numbers = (out, back, n, silent, fading, chance, late, cadence)
    why = _why(rule, *numbers, horizon=horizon_days, dormant_after=dormant_after_days)
    return people.assign(**facts, **_latest_words(touches, size), why=why)


@on_snapshot()
def fit_kappa(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    horizon_days: int = 60,
    blocks: int = 6,
    group_max: int = 4,
    timezone: str = "UTC",
) -> float:
    """Which `kappa` fits the owner's own log?

    Looks back at `blocks` completed stretches of `horizon_days` local days that end at the beginning of the
    day of `as_of`: who was known before each, and who was touched in it. The fit is the mode of the posterior
    of ``ln kappa`` under a normal prior around ln 0.27 with standard deviation 0.5, in a logistic model whose
    offset is ``ln(n H / (R + 30))``. Below 30 contacts or 10 outcomes of either kind it is 0.27.
    A ParameterError where an option is not a positive whole number.

    >>> fit_kappa(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16")
    0.27
    """
    require_positive(whole=True, horizon_days=horizon_days, blocks=blocks)
    people = schema.conform("contacts", contacts, ("contact_id",))
    touches, today = rhythm.known_touches(people["contact_id"], interactions, as_of, timezone, group_max)
    past = rhythm.windows(rhythm.day_keys(touches), len(people), today, horizon_days, blocks)
    return rhythm.fitted_kappa(past, horizon_days)


@on_snapshot()
def top_stability(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: dates.AsOf,
    half_life_days: float = 180,
    top: int = 20,
    horizon_days: float = 60,
    kappa: float = rhythm.KAPPA,
    group_max: int = 4,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """Would the same people head the dormant report if strength faded twice as fast, or half as fast?

    Ranks by `fading_value` of `dormant_contacts`, whose options these are, under half and under double the
    half-life. Columns: `half_life_days` (the other half-life), `kept_count` of the first `top_count`, and
    `kept_share` (0 to 1). No rows where nobody was ever touched. A ParameterError where an option is not a
    positive number.

    >>> top_stability(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16").empty
    True
    """
    require_positive(half_life_days=half_life_days, horizon_days=horizon_days, kappa=kappa)
    require_positive(whole=True, top=top)
    # In the order of the ids, and sorted stably: ties never depend on the order of the rows.
    ids = schema.conform("contacts", contacts, ("contact_id",))["contact_id"].sort_values()
    touches, today = rhythm.known_touches(ids, interactions, as_of, timezone, group_max, ("channel",))
    n, _, last = rhythm.history(rhythm.day_keys(touches), len(ids), today + 1)
    fading = rhythm.chance_and_fading(n, today - last, horizon_days * kappa)[1]
    top_count = min(top, int((n > 0).sum()))
    halves = (half_life_days, half_life_days / 2, half_life_days * 2)
    values = (_value(touches, len(ids), half_life)[0] for half_life in halves)
    given, *others = (np.argsort(-value * fading, kind="stable")[:top_count] for value in values)
    kept = np.array([np.isin(other, given).sum() for other in others], dtype=np.int64)
    table = pd.DataFrame({"half_life_days": np.array(halves[1:], dtype=np.float64), "kept_count": kept})
    table = table.assign(top_count=top_count, kept_share=kept / max(top_count, 1))
    return table if top_count else table.iloc[:0]


def _why(rule: Ints, *numbers: npt.NDArray[Any], horizon: float, dormant_after: float) -> pd.array:
    """One sentence per contact, out of its rule and its numbers."""
    rows = zip(rule.tolist(), *(part.tolist() for part in numbers), strict=True)
    sentences = [
        _WHY[which].format(
            out=many(out, "touch", "touches"), back=many(back, "touch", "touches"), contacts=many(n, "contact-day"),
            silent=many(silent, "day"), fading=fading, chance=chance, late=late, cadence=cadence,
            horizon=horizon, dormant_after=dormant_after,
        )
        for which, out, back, n, silent, fading, chance, late, cadence in rows
    ]  # fmt: skip
    return pd.array(sentences, dtype=schema.TEXT)


def _value(touches: pd.DataFrame, size: int, half_life_days: float) -> tuple[Floats, Floats]:
    """Tie strength at the last touch of each contact, and the share of it that is left now."""
    code, age = touches["code"].to_numpy(), touches["age"].to_numpy()
    least, half_life = rhythm.least_age(touches, size), half_life_days * _DAY_US
    weight = WEIGHTS[touches["channel"].cat.codes] * np.exp2((least[code] - age) / half_life)
    # Multiples of 2^-30 add up without rounding, so that the order of the rows cannot show in the sum.
    value = np.bincount(code, np.round(weight * 2.0**30), minlength=size) / 2.0**30
    return value, np.exp2(-least / half_life)


def _latest_words(touches: pd.DataFrame, size: int) -> dict[str, Any]:
    """What the latest touch of each contact was about, through which channel, and where it is recorded."""
    touches = touches[["code", "age", "channel", "source_ref", "subject"]]
    subject = touches["subject"].str.strip()
    about = touches.assign(subject=subject)[(subject.fillna("") != "").to_numpy()]
    latest, topic = rhythm.latest(touches, size), rhythm.latest(about, size)["subject"]
    words = {"last_topic": topic, "last_channel": latest["channel"], "last_source_ref": latest["source_ref"]}
    return {name: word.array for name, word in words.items()}
