"""What changed between two looks at the same network?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import schema
from networkscope.errors import SchemaError

FOLLOWUP_CHANGES = {
    "open": "became overdue",
    "closed_late": "closed late",
    "closed_in_time": "closed in time",
    "censored": "newly owed",
}
TIE_ORDER = ("active", "late", "drifting", "dormant")


def changes_since(now: pd.DataFrame, before: pd.DataFrame, *, key: str, state: str = "state") -> pd.DataFrame:
    """Which rows have another state than before?

    The same measure, called at two as-of dates, gives `now` and `before`.

    Parameters
    ----------
    now, before : frames with the columns `key` (unique) and `state`
    key : what makes a row the same row

    Returns
    -------
    DataFrame
        The rows of `now` that are new or whose state differs, in their order, with
        `before` (the earlier state, NA for a new row) and
        `change`: for follow-ups what happened to them ("became overdue", "closed in time", "closed late",
        "newly owed"); for ties "came back" (to a livelier state), "went quiet" (to a quieter one), "first
        touch"; otherwise "changed". Empty frames give an empty frame.

    Raises
    ------
    SchemaError
        A frame lacks one of the two columns.

    Examples
    --------
    >>> before = pd.DataFrame({"gap_id": ["a", "b"], "state": ["open", "open"]})
    >>> now = pd.DataFrame({"gap_id": ["a", "b", "c"], "state": ["closed_late", "open", "open"]})
    >>> changes_since(now, before, key="gap_id")[["gap_id", "change"]].values.tolist()
    [['a', 'closed late'], ['c', 'became overdue']]
    """
    for frame in (now, before):
        if missing := [column for column in (key, state) if column not in frame.columns]:
            raise SchemaError(f"changes_since: column '{missing[0]}' is missing")
    keys = (pa.array(frame[key].astype(schema.TEXT), pa.large_string()) for frame in (now, before))
    place = pc.fill_null(pc.index_in(*keys), -1).to_numpy(zero_copy_only=False)
    earlier = before[state].astype(schema.TEXT).array.take(place, allow_fill=True)
    pairs = pd.DataFrame({"before": earlier, "now": now[state].astype(schema.TEXT).array})
    differs = (pairs["before"].isna() | (pairs["before"] != pairs["now"])).to_numpy()
    pairs = pairs[differs]
    pair = pairs.groupby(["before", "now"], sort=False, dropna=False).ngroup()
    told = pairs.drop_duplicates().astype(object).replace(np.nan, None)
    words = [_change(*states) for states in told.itertuples(index=False)]
    change = pd.array(words, dtype=schema.TEXT).take(pair)
    return now[differs].assign(before=pairs["before"].array, change=change)


def _change(earlier: str | None, now: str | None) -> str:
    if now in FOLLOWUP_CHANGES and (now != "censored" or earlier is None):
        return FOLLOWUP_CHANGES[now]
    if earlier in TIE_ORDER and now in TIE_ORDER:
        return "came back" if TIE_ORDER.index(now) < TIE_ORDER.index(earlier) else "went quiet"
    if earlier == "one_way" and now in TIE_ORDER:
        return "answered"
    return "first touch" if earlier == "never_touched" else "changed"
