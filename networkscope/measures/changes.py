"""What changed between two looks at the same network?"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from networkscope import schema
from networkscope.measures.dormancy import dormant_contacts, fit_kappa
from networkscope.measures.followups import followups
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

FOLLOWUP_CHANGES = {
    "overdue": "became overdue",
    "due_today": "due today",
    "closed_late": "closed late",
    "closed_in_time": "closed in time",
    "expired": "too late by now",
    "not_due": "newly owed",
}
TIE_ORDER = ("active", "late", "drifting", "dormant")


@answered
def changes(now: Snapshot, before: Snapshot, of: Literal["followups", "ties"] = "followups") -> pd.DataFrame:
    """What changed between two looks at the same network: which follow-ups, or which ties, have another state?

    Returns
    -------
    DataFrame
        The rows of `followups`, or of `dormant_contacts`, of `now` that are new or whose state differs, with `before`
        (the earlier state, NA for a new row) and `change`: for follow-ups "became overdue", "due today", "closed in
        time", "closed late", "too late by now", "newly owed"; for ties "came back" (to a livelier state), "went quiet"
        (to a quieter one), "answered", "first touch"; otherwise "changed".

    Examples
    --------
    >>> from networkscope import look_back, open_book
    >>> now = open_book("data/sample", as_of="2026-11-16").at()
    >>> sorted(changes(now, now.at(look_back(now.as_of, 7)))["change"].unique())
    ['became overdue', 'closed in time', 'due today', 'newly owed', 'too late by now']
    """
    if of == "followups":
        return changed_rows(followups(now), followups(before), key="gap_id")
    ties_before = dormant_contacts(before, kappa=fit_kappa(now))  # one yardstick for both
    return changed_rows(dormant_contacts(now), ties_before, key="contact_id")


def changed_rows(now: pd.DataFrame, before: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """The rows of `now` that are new or have another `state`, with `before` and `change`; see `changes`.

    >>> before = pd.DataFrame({"gap_id": ["a", "b"], "state": ["overdue", "overdue"]})
    >>> now = pd.DataFrame({"gap_id": ["a", "b", "c"], "state": ["closed_late", "overdue", "overdue"]})
    >>> changed_rows(now, before, key="gap_id")[["gap_id", "change"]].values.tolist()
    [['a', 'closed late'], ['c', 'became overdue']]
    """
    earlier = before.set_index(key)["state"].astype(schema.TEXT).reindex(now[key]).array
    state = now["state"].astype(schema.TEXT)
    found = now.assign(before=earlier)[(state != earlier).fillna(True).to_numpy(bool)]
    pairs = zip(found["before"], state[found.index], strict=True)
    words = [_change(None if pd.isna(earlier) else earlier, later) for earlier, later in pairs]
    return found.assign(change=pd.array(words, dtype=schema.TEXT))


def _change(earlier: str | None, now: str | None) -> str:
    if now in FOLLOWUP_CHANGES and (now != "not_due" or earlier is None):
        return FOLLOWUP_CHANGES[now]
    if earlier in TIE_ORDER and now in TIE_ORDER:
        return "came back" if TIE_ORDER.index(now) < TIE_ORDER.index(earlier) else "went quiet"
    if earlier == "one_way" and now in TIE_ORDER:
        return "answered"
    return "first touch" if earlier == "never_touched" else "changed"
