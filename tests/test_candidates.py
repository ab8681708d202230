"""What speaks for a move with somebody, by hand: its class, its urgency, its value; and what is left alone."""

import pandas as pd
import pytest
from test_followups import log

from networkscope import schema
from networkscope.advice.candidates import CLASSES, COLUMNS, candidates
from networkscope.measures.followups import ITEM_COLUMNS
from networkscope.settings import Employer
from tests.on_tables import snapshot_of

TODAY = pd.Timestamp("2026-11-16")
CONTACTS = pd.DataFrame({"contact_id": ["a", "b", "c"], "name": ["Ann Lee", "Bo Ek", "Cy Oz"]}, dtype="str")
TIES = pd.DataFrame(
    {
        "contact_id": ["a", "b", "c"],
        "state": ["dormant", "active", "never_touched"],
        "value": [9.0, 3.0, 0.0],
        "fading": [0.8, 0.1, None],
        "last_topic": ["tea", None, None],
        "last_source_ref": ["x:1", "x:2", None],
        "last_touch_on": pd.to_datetime(["2026-01-01", "2026-11-01", None]),
        "tie_band": None,
    }
)
QUIET_NOBODY = TIES.assign(state="active")
NO_LADDER = pd.DataFrame(
    columns=["contact_id", "ready", "next_step", "last_topic", "rapport_on", "step_reached", "source_ref"]
)
NO_PAUSE = pd.DataFrame(columns=["contact_id", "is_held_off", "recontact", "not_now_on", "hold_off_until"])
LADDER = pd.DataFrame(
    {"contact_id": ["b"], "ready": [True], "next_step": ["advice"], "step_reached": ["catch_up"],
     "last_topic": ["data"], "rapport_on": pd.to_datetime(["2026-11-01"]), "source_ref": ["z:1"]}
)  # fmt: skip


def item(
    days_late: int | None = 30, contact_id: str = "b", kind: str = "thank_you", **values
) -> pd.DataFrame:
    """A follow-up that is so many days late as of November 16; None is one that is not due."""
    state = "not_due" if days_late is None else "due_today" if days_late == 0 else "overdue"
    due = TODAY - pd.Timedelta(days=-2 if days_late is None else days_late)
    row = {
        "kind": kind, "contact_id": contact_id, "state": state, "days_overdue": days_late, "due_on": due,
        "opened_on": due - pd.Timedelta(days=2), "what": "call", "topic": "tea", "opened_by": "y:1",
        "left_alone": False, "gap_id": f"{kind}-{contact_id}-{days_late}", **values,
    }  # fmt: skip
    return pd.DataFrame([row]).reindex(columns=list(ITEM_COLUMNS)).astype(ITEM_COLUMNS)


NOTHING = item().head(0)


def pause(**values) -> pd.DataFrame:
    base = {
        "contact_id": "a",
        "is_held_off": False,
        "recontact": None,
        "not_now_on": pd.NaT,
        "hold_off_until": pd.NaT,
    }
    return pd.DataFrame([{**base, **values}])


def looked_at(*items: pd.DataFrame, **given):
    """A snapshot in which the measures found this."""
    given = {"contacts": CONTACTS, "dormant": TIES, "ladder": NO_LADDER, "pause": NO_PAUSE, **given}
    gaps = pd.concat(items, ignore_index=True) if items else NOTHING
    thoughts = given.pop("thoughts", NOTHING)
    return snapshot_of(**given, gaps=gaps, thoughts=thoughts)


def found(*items: pd.DataFrame, **given) -> pd.DataFrame:
    return candidates(looked_at(*items, **given))


def kinds_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["contact_id"], table["kind"], strict=True))


def test_value_urgency_and_class_by_hand():
    table = found(item(30), item(0, "c", "owed_reply")).set_index("contact_id")
    parts = ["class", "value", "urgency", "score"]
    # b: thanks 30 days late, so half as urgent; 3 / (3 + 3). c: due today; no tie yet, so the least value.
    assert table.loc["b", parts].tolist() == pytest.approx([0, 0.5, 0.5, 0.25])
    assert table.loc["c", parts].tolist() == pytest.approx([0, 0.05, 1, 0.05])
    # a: nothing owed; 9 / (9 + 3), and 80 % of the chance is gone.
    assert table.loc["a", parts].tolist() == pytest.approx([2, 0.75, 0.8, 0.6])
    assert table["kind"].to_dict() == {"a": "reconnect", "b": "thank_you", "c": "owed_reply"}
    assert table["due_state"].fillna("-").to_dict() == {"a": "-", "b": "overdue", "c": "due_today"}
    assert table["source_ref"].to_dict() == {"a": "x:1", "b": "y:1", "c": "y:1"}


def test_how_urgent_it_is_by_the_days():
    table = found(item(60), item(0, kind="promise"), item(None, kind="report_back"), dormant=QUIET_NOBODY)
    assert table.set_index("kind")["urgency"].to_dict() == pytest.approx(
        {"promise": 1.0, "report_back": 0.8, "thank_you": 0.25}
    )


def test_what_is_long_late_comes_after_what_can_still_be_done_in_time():
    table = found(item(31), item(30, "a"), dormant=QUIET_NOBODY)
    assert table.set_index("contact_id")["class"].to_dict() == {"a": 0, "b": 2}
    # With the same person it comes first all the same.
    both = found(item(31), ladder=LADDER, dormant=QUIET_NOBODY)
    assert kinds_of(both) == [("b", "thank_you"), ("b", "ask_advice")]
    assert both["class"].tolist() == [2, 3]


def test_every_kind_of_move_has_its_class():
    assert set(CLASSES) == set(schema.MOVE_KINDS)
    owed = ("promise", "thank_you", "owed_reply", "close_the_loop", "report_back")
    named, ties = ("uncontacted_referral", "nudge"), ("monthly_update",)
    table = found(*[item(1, kind=kind) for kind in (*owed, *named, *ties)], dormant=QUIET_NOBODY)
    assert table.set_index("kind")["class"].to_dict() == {
        **dict.fromkeys(owed, 0), **dict.fromkeys(named, 1), **dict.fromkeys(ties, 2),
    }  # fmt: skip
    assert table["class"].is_monotonic_increasing


def test_a_name_is_worth_what_the_one_who_gave_it_is():
    names = item(0, "c", "uncontacted_referral", about_id="a")
    assert found(names, dormant=QUIET_NOBODY)["value"].tolist() == [0.75]
    # At a wanted company more than that: (9 + 6) / (9 + 6 + 3).
    at_acme = CONTACTS.assign(organization=[None, None, "Acme GmbH"])
    wanted = found(names, dormant=QUIET_NOBODY, contacts=at_acme, wanted=["ACME"])
    assert wanted["value"].tolist() == pytest.approx([15 / 18])
    other = found(names, dormant=QUIET_NOBODY, contacts=at_acme, wanted=["Beta"])
    assert other["value"].tolist() == [0.75]
    # Other moves do not look at the company.
    thanks = found(item(0, "c"), dormant=QUIET_NOBODY, contacts=at_acme, wanted=["Acme"])
    assert thanks["value"].tolist() == [0.05]


def test_what_is_closed_too_late_left_alone_or_a_rhythm_before_its_day_is_no_candidate():
    items = [
        item(3, state="closed_late"), item(400, state="expired"), item(3, left_alone=True),
        item(None, kind="nudge"), item(None, kind="monthly_update"), item(3, "stranger"),
    ]  # fmt: skip
    assert found(*items, dormant=QUIET_NOBODY).empty
    assert kinds_of(found(item(3, left_alone=None), dormant=QUIET_NOBODY)) == [("b", "thank_you")]


def test_a_thought_ranks_with_the_ties():
    table = found(dormant=QUIET_NOBODY, thoughts=pd.concat([item(3), item(None, "a", "owed_reply")]))
    assert kinds_of(table) == [("a", "owed_reply"), ("b", "thank_you")]
    assert table["class"].tolist() == [2, 2]
    assert table["urgency"].tolist() == [0.6, 0.6]
    assert table["is_suggestion"].all()
    assert table["due_on"].isna().all()  # it is nobody's due
    assert found(dormant=QUIET_NOBODY, thoughts=item(3, left_alone=True)).empty


def test_ties_that_go_quiet():
    states = ["late", "drifting", "dormant", "active", "one_way", "never_touched"]
    ties = pd.concat([TIES.head(1)] * 6, ignore_index=True).assign(contact_id=[*"abcdef"], state=states)
    contacts = pd.DataFrame({"contact_id": [*"abcdef"]})
    table = found(dormant=ties, contacts=contacts)
    assert kinds_of(table) == [(who, "reconnect") for who in "abc"]
    assert table["seen_on"].tolist() == [pd.Timestamp("2026-01-01")] * 3
    # A month that has begun with an update needs no other line.
    assert kinds_of(found(item(None, "a", "monthly_update"), dormant=ties, contacts=contacts)) == [
        ("b", "reconnect"), ("c", "reconnect"),
    ]  # fmt: skip


def test_whoever_was_asked_out_of_the_blue_gets_a_line_without_an_ask():
    ask = ("outbound", "email", "job_ask")
    events = log(
        ("a", "2026-10-01", *ask),
        ("b", "2026-10-01", *ask),
        ("b", "2026-10-20", "inbound", "email"),  # who answered
        ("c", "2026-10-01", *ask),
        ("c", "2026-10-05", *ask),  # again: the last one counts
    )
    table = found(interactions=events)
    assert kinds_of(table) == [("a", "reconnect"), ("c", "reconnect")]
    assert table["condemned"].tolist() == [True, True]
    assert table["seen_on"].tolist() == [pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-05")]
    assert table["urgency"].tolist() == [0.8, 0.5]  # how quiet c is nobody knows
    assert table["topic"].isna().all()
    # Nobody writes again before the hold-off ends.
    assert kinds_of(found(interactions=events, pause=pause(contact_id="c", is_held_off=True))) == [
        ("a", "reconnect")
    ]


def test_the_next_step_with_somebody_who_is_ready():
    step = found(ladder=LADDER, dormant=QUIET_NOBODY).iloc[0]
    assert step[["contact_id", "kind", "class", "urgency", "topic"]].tolist() == [
        "b",
        "ask_advice",
        3,
        0.3,
        "data",
    ]
    for other in ({"ready": False}, {"next_step": "catch_up"}):
        assert found(ladder=LADDER.assign(**other), dormant=QUIET_NOBODY).empty


def test_nobody_is_asked_for_more_within_a_month_or_while_they_said_later():
    asked = log(("b", "2026-10-20", "outbound", "email", "advice_ask"))
    assert found(ladder=LADDER, dormant=QUIET_NOBODY, interactions=asked).empty
    before = log(("b", "2026-10-10", "outbound", "email", "advice_ask"))
    assert kinds_of(found(ladder=LADDER, dormant=QUIET_NOBODY, interactions=before)) == [("b", "ask_advice")]
    waits = pause(contact_id="b", recontact="wait")
    assert found(ladder=LADDER, dormant=QUIET_NOBODY, pause=waits).empty


def test_what_is_due_in_more_than_a_week_is_no_work_of_this_week():
    soon, far = (item(None, kind="promise", due_on=TODAY + pd.Timedelta(days=days)) for days in (7, 8))
    assert kinds_of(found(soon, dormant=QUIET_NOBODY)) == [("b", "promise")]
    assert found(far, dormant=QUIET_NOBODY).empty


def test_a_not_now_comes_back_in_its_window():
    again = pause(recontact="open", not_now_on=pd.Timestamp("2026-06-01"))
    table = found(dormant=QUIET_NOBODY, pause=again)
    assert kinds_of(table) == [("a", "recontact")]
    assert table[["class", "urgency"]].values.tolist() == [[2, 0.8]]
    assert table["seen_on"].tolist() == [pd.Timestamp("2026-06-01")]
    for state in ("wait", "missed", "done", None):
        assert found(dormant=QUIET_NOBODY, pause=pause(recontact=state)).empty


def test_who_writes_of_a_new_job_is_congratulated_until_the_owner_has_written():
    def about(*rows, act="new_job"):
        events = log(*rows).assign(event_id=[f"e{number}" for number in range(len(rows))])
        acts = pd.DataFrame({"event_id": ["e0"], "act": [act]})
        return found(dormant=QUIET_NOBODY, interactions=events, acts=acts)

    news = ("b", "2026-10-28", "inbound", "email", "update")
    table = about(news)
    assert kinds_of(table) == [("b", "congratulate")]
    assert table[["class", "what"]].values.tolist() == [[1, "told"]]
    assert about(news, ("b", "2026-10-29", "outbound", "email", "social")).empty
    assert about(news, act="update").empty  # how their search goes is no new job
    assert about(("b", "2026-05-28", "inbound", "email", "update")).empty  # no news any more
    assert about(("b", "2026-10-28", "outbound", "email", "update")).empty  # the owner's own


def test_roles_speak_against_some_moves():
    contacts = CONTACTS.assign(organization=["Acme", None, None], title=[None, "Recruiter", None],
                               circle=[None, None, "family"])  # fmt: skip
    options = {"contacts": contacts, "employers": [Employer("Acme")], "dormant": TIES.assign(state="dormant")}
    everyone = pd.concat([LADDER.assign(contact_id=who) for who in "abc"])
    # Nobody is met at work because a tie goes quiet, or asked there; a recruiter is not kept up with.
    assert kinds_of(found(**options, ladder=everyone)) == [("c", "reconnect"), ("c", "ask_advice")]
    told = kinds_of(found(**options, ladder=everyone, search_secret=False))
    assert told == [("a", "ask_advice"), ("c", "reconnect"), ("c", "ask_advice")]


def test_who_is_held_off_is_not_nagged_but_what_is_owed_stays():
    held = pause(is_held_off=True)
    waiting = [item(3, "a", kind) for kind in ("nudge", "monthly_update")]
    assert found(*waiting, pause=held).empty
    owed = [item(3, "a", kind) for kind in ("promise", "thank_you", "owed_reply", "uncontacted_referral")]
    assert {kind for _, kind in kinds_of(found(*owed, pause=held))} == {
        "promise", "thank_you", "owed_reply", "uncontacted_referral",
    }  # fmt: skip


# what the owner decided


def decided(**values) -> pd.DataFrame:
    row = {
        "contact_id": "b",
        "kind": None,
        "until": pd.NaT,
        "done_on": pd.NaT,
        "is_never": False,
        "noted_on": pd.Timestamp("2026-08-01"),
    }
    return pd.DataFrame([{**row, **values}])


def test_what_was_put_off_or_done_is_left_out():
    owed = item(44)  # opened on October 1
    left = {
        "put off": decided(until=pd.Timestamp("2027-01-01")),
        "until today": decided(until=TODAY),
        "another kind": decided(kind="nudge", until=pd.Timestamp("2027-01-01")),
        "this kind": decided(kind="thank_you", until=pd.Timestamp("2027-01-01")),
        "done before": decided(done_on=pd.Timestamp("2026-09-01")),
        "done after": decided(done_on=pd.Timestamp("2026-10-05")),
        "never": decided(until=pd.Timestamp("2199-12-31"), is_never=True),
    }
    is_there = {
        name: not found(owed, decisions=one, dormant=QUIET_NOBODY).empty for name, one in left.items()
    }
    assert is_there == {
        "put off": False, "until today": True, "another kind": True, "this kind": False, "done before": True,
        "done after": False, "never": False,
    }  # fmt: skip


def test_never_ends_moves_of_every_kind():
    never = decided(contact_id="a", kind="thank_you", until=pd.Timestamp("2199-12-31"), is_never=True)
    assert found(item(3, "a"), item(3, "a", "promise"), decisions=never).empty


@pytest.mark.parametrize(
    ("done_on", "last_touch_on", "is_back"),
    [
        ("2026-11-15", "2026-01-01", False),  # nothing happened since
        ("2026-11-10", "2026-11-10", False),  # what was done that day
        ("2026-10-01", "2026-10-02", True),  # a touch since: the mark was about the time before it
        ("2026-08-19", "2026-01-01", False),  # 89 days ago
        ("2026-08-18", "2026-01-01", True),  # 90 days ago
    ],
)
def test_done_holds_until_the_next_touch_or_for_90_days_where_no_event_opened_the_move(
    done_on, last_touch_on, is_back
):
    ties = TIES.iloc[[0]].assign(last_touch_on=pd.Timestamp(last_touch_on))
    done = decided(contact_id="a", done_on=pd.Timestamp(done_on))
    for kind, state, more in (
        ("reconnect", "dormant", {}),
        ("ask_advice", "active", {"ladder": LADDER.assign(contact_id="a")}),
        ("recontact", "active", {"pause": pause(recontact="open")}),
    ):
        marked = pd.concat([done.assign(contact_id="b"), done, done.assign(kind=kind)])
        table = found(dormant=ties.assign(state=state), decisions=marked, **more)
        assert table["kind"].tolist() == [kind] * is_back


# who is met soon


def appointment(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at", "group_size"])
    at = pd.to_datetime(frame["occurred_at"], utc=True)
    return frame.assign(occurred_at=at, known_at=pd.Timestamp("2026-11-01", tz="UTC"))


def test_who_is_met_soon_is_spoken_to_then():
    quiet = TIES.assign(state="dormant")
    coming = appointment(
        ("a", "2026-11-30 10:00", None), ("b", "2026-12-01 10:00", 2), ("c", "2026-11-20 10:00", 9)
    )
    table = found(item(3, "a"), dormant=quiet, appointments=coming)
    # a is met within two weeks: no line for the sake of the tie, and the thanks are said then.
    assert kinds_of(table) == [("a", "thank_you"), ("b", "reconnect"), ("c", "reconnect")]
    assert table["meets_on"].tolist() == [pd.Timestamp("2026-11-30"), pd.NaT, pd.NaT]
    again = pause(recontact="open", not_now_on=pd.Timestamp("2026-06-01"))
    assert found(dormant=QUIET_NOBODY, pause=again, appointments=coming).empty


# laws


def test_the_order_of_rows_does_not_matter_and_empty_gives_empty():
    items = [item(3), item(3, "a"), item(3, "c", "nudge"), item(3, "c", "promise")]
    one = found(*items, ladder=LADDER)
    two = found(*items[::-1], ladder=LADDER, contacts=CONTACTS[::-1], dormant=TIES[::-1])
    pd.testing.assert_frame_equal(one, two)
    empty = candidates(snapshot_of())
    assert empty.empty
    assert empty.dtypes.to_dict() == one.dtypes.to_dict()
    assert empty.columns.tolist() == list(COLUMNS)
