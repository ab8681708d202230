"""What changed between two looks at the same network?"""

from __future__ import annotations

import pandas as pd

from networkscope.errors import SchemaError

FOLLOWUP_CHANGES = {
    ("censored", "open"): "became overdue",
    (None, "open"): "became overdue",
    ("open", "closed_late"): "closed late",
    ("open", "closed_in_time"): "closed in time",
    ("censored", "closed_in_time"): "closed in time",
    ("censored", "closed_late"): "closed late",
    (None, "closed_in_time"): "closed in time",
    (None, "closed_late"): "closed late",
    (None, "censored"): "newly owed",
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
    earlier = now[key].map(before.set_index(key)[state].astype("str"))
    current = now[state].astype("str")
    differs = earlier.isna() | (earlier != current)
    words = [_change(a, b) for a, b in zip(earlier[differs], current[differs], strict=True)]
    return now[differs].assign(
        before=earlier[differs], change=pd.Series(words, index=now.index[differs], dtype="str")
    )


def _change(before: object, now: str) -> str:
    earlier = before if isinstance(before, str) else None
    if (earlier, now) in FOLLOWUP_CHANGES:
        return FOLLOWUP_CHANGES[earlier, now]
    if earlier in TIE_ORDER and now in TIE_ORDER:
        return "came back" if TIE_ORDER.index(now) < TIE_ORDER.index(earlier) else "went quiet"
    return "first touch" if earlier == "never_touched" else "changed"
