import pandas as pd

from networkscope.measures.changes import changed_rows


def states(**by_key: str) -> pd.DataFrame:
    return pd.DataFrame({"gap_id": list(by_key), "state": list(by_key.values())}, dtype="str")


def test_what_happened_to_each_followup():
    before = states(a="open", b="open", c="censored", d="censored", e="open")
    now = states(
        a="closed_late", b="open", c="open", d="closed_in_time", f="censored", g="open", h="closed_in_time"
    )
    changed = changed_rows(now, before, key="gap_id")
    assert dict(zip(changed["gap_id"], changed["change"], strict=True)) == {
        "a": "closed late",
        "c": "became overdue",
        "d": "closed in time",
        "f": "newly owed",
        "g": "became overdue",
        "h": "closed in time",
    }
    assert changed.set_index("gap_id")["before"].fillna("-")["f"] == "-"


def test_what_happened_to_each_tie():
    before = states(a="dormant", b="active", c="never_touched", d="late", e="one_way")
    now = states(a="active", b="drifting", c="active", d="late", e="active")
    changed = changed_rows(now, before, key="gap_id")
    assert changed["change"].tolist() == ["came back", "went quiet", "first touch", "answered"]


def test_nothing_changed_and_nothing_there():
    same = states(a="open")
    assert changed_rows(same, same, key="gap_id").empty
    empty = changed_rows(same.head(0), same.head(0), key="gap_id")
    assert empty.columns.tolist() == ["gap_id", "state", "before", "change"]


def test_the_rows_keep_their_order_and_index():
    now = pd.DataFrame({"gap_id": ["z", "y"], "state": ["open", "open"]}, index=[5, 2], dtype="str")
    assert changed_rows(now, now.head(0), key="gap_id").index.tolist() == [5, 2]
