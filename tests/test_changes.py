"""What changed between two looks: every pair of states, and a book a week apart."""

import pandas as pd
import pytest

from networkscope.measures.changes import changed_rows, changes
from tests.on_tables import snapshot_of


def states(**by_key: str) -> pd.DataFrame:
    return pd.DataFrame({"gap_id": list(by_key), "state": list(by_key.values())}, dtype="str")


def test_what_happened_to_each_followup():
    before = states(
        a="overdue", b="overdue", c="not_due", d="not_due", e="overdue", i="not_due", j="due_today", k="overdue",
        m="expired",
    )  # fmt: skip
    now = states(
        a="closed_late", b="overdue", c="overdue", d="closed_in_time", f="not_due", g="overdue", h="closed_in_time",
        i="due_today", j="overdue", k="expired", l="due_today", m="closed_late",
    )  # fmt: skip
    changed = changed_rows(now, before, key="gap_id")
    assert dict(zip(changed["gap_id"], changed["change"], strict=True)) == {
        "a": "closed late",
        "c": "became overdue",
        "d": "closed in time",
        "f": "newly owed",
        "g": "became overdue",
        "h": "closed in time",
        "i": "due today",
        "j": "became overdue",
        "k": "too late by now",
        "l": "due today",
        "m": "closed late",
    }
    assert changed.set_index("gap_id")["before"].fillna("-")["f"] == "-"


def test_a_due_date_that_moved_is_a_mere_change():
    # A longer wait for answers takes back what was overdue.
    changed = changed_rows(states(a="not_due"), states(a="overdue"), key="gap_id")
    assert changed["change"].tolist() == ["changed"]


def test_what_happened_to_each_tie():
    before = states(a="dormant", b="active", c="never_touched", d="late", e="one_way")
    now = states(a="active", b="drifting", c="active", d="late", e="active")
    changed = changed_rows(now, before, key="gap_id")
    assert changed["change"].tolist() == ["came back", "went quiet", "first touch", "answered"]


def test_nothing_changed_and_nothing_there():
    same = states(a="overdue")
    assert changed_rows(same, same, key="gap_id").empty
    empty = changed_rows(same.head(0), same.head(0), key="gap_id")
    assert empty.columns.tolist() == ["gap_id", "state", "before", "change"]


def test_the_rows_keep_their_order_and_index():
    now = pd.DataFrame({"gap_id": ["z", "y"], "state": ["overdue", "overdue"]}, index=[5, 2], dtype="str")
    assert changed_rows(now, now.head(0), key="gap_id").index.tolist() == [5, 2]


def favours(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at", "direction", "purpose"])
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True), channel="email")


def test_a_week_of_thanks():
    log = favours(
        ("a", "2026-11-05", "inbound", "favour_received"),  # due on the 7th: overdue in both
        ("b", "2026-11-08", "inbound", "favour_received"),  # due on the 10th
        ("c", "2026-11-01", "inbound", "favour_received"),  # thanked late within the week
        ("c", "2026-11-12", "outbound", "thank_you"),
        ("d", "2026-11-12", "inbound", "favour_received"),  # came and was thanked for within the week
        ("d", "2026-11-13", "outbound", "thank_you"),
        ("e", "2026-11-14", "inbound", "favour_received"),  # due on the 16th
        ("f", "2026-11-15", "inbound", "favour_received"),  # due on the 17th
        ("g", "2026-07-13", "inbound", "favour_received"),  # due on July 15; 120 days later is November 12
    )
    now = snapshot_of(interactions=log, as_of="2026-11-16")
    found = changes(now, now.at("2026-11-09"))
    assert found.set_index("contact_id")["change"].to_dict() == {
        "b": "became overdue", "c": "closed late", "d": "closed in time", "e": "due today", "f": "newly owed",
        "g": "too late by now",
    }  # fmt: skip
    assert found.set_index("contact_id")["before"].fillna("-").to_dict() == {
        "b": "not_due", "c": "overdue", "d": "-", "e": "-", "f": "-", "g": "overdue",
    }  # fmt: skip


@pytest.mark.parametrize("of", ["followups", "ties"])
def test_an_empty_book_changes_in_nothing(of):
    now = snapshot_of()
    assert changes(now, now.at("2026-11-09"), of=of).empty
