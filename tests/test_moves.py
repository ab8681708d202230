"""Every number of the score by hand."""

import pandas as pd
import pytest

from networkscope.advice import moves as advice
from networkscope.advice.moves import COLUMNS, month_facts
from tests.on_tables import on_tables, snapshot_of

month_facts = on_tables(month_facts, "interactions referrals wanted")
NO_LADDER = pd.DataFrame(columns=["contact_id", "ready", "next_step", "why", "last_topic", "source_ref"])
NO_PAUSE = pd.DataFrame(columns=["contact_id", "is_held_off", "recontact", "recontact_from", "why"])


def next_moves(
    contacts, ties, gaps, *, ladder=NO_LADDER, pause=NO_PAUSE, postponed=None, facts=None, count=None
):
    """The moves that follow from these results of the measures."""
    if postponed is not None:
        postponed = postponed.assign(noted_on=pd.Timestamp("2026-08-01"))
    now = snapshot_of(
        contacts=contacts, dormant=ties, gaps=gaps, ladder=ladder, pause=pause, decisions=postponed
    )
    if facts is not None:
        now.prepared["month_facts", "{}"] = facts
    return advice.next_moves(now, count=count)


CONTACTS = pd.DataFrame({"contact_id": ["a", "b", "c"], "name": ["Ann Lee", "Bo Ek", "Cy Oz"]}, dtype="str")
TIES = pd.DataFrame(
    {
        "contact_id": ["a", "b", "c"],
        "state": ["dormant", "active", "never_touched"],
        "value": [9.0, 3.0, 0.0],
        "fading": [0.8, 0.1, None],
        "why": ["Silent.", "Fine.", "Never."],
        "last_topic": ["tea", None, None],
        "last_source_ref": ["x:1", "x:2", None],
        "last_touch_on": pd.to_datetime(["2026-01-01", "2026-11-01", None]),
        "days_silent": pd.array([319, 15, None], dtype="Int64"),  # as of 2026-11-16
    }
)


def gap(**values) -> pd.DataFrame:
    base = {"kind": "thank_you", "contact_id": "b", "state": "open", "days_overdue": 30, "why": "Owed."}
    more = {"opened_at": pd.Timestamp("2026-10-01", tz="UTC"), "due_on": pd.Timestamp("2026-10-03")}
    refs = {"topic": "the coffee", "about_id": None, "opened_by": "y:1"}
    frame = pd.DataFrame([{**base, **more, **refs, **values}])
    return frame.astype({"days_overdue": "Int64"})


def test_the_score_is_the_sum_that_is_promised():
    moves = next_moves(CONTACTS, TIES, gap()).set_index("contact_id")
    # b: thank-you 0.9, 30 days late: debt 0.9 / 2 = 0.45; value 3 / (3 + 3) = 0.5; urgency 30 / 37.
    assert moves.loc["b", "debt"] == pytest.approx(0.45)
    assert moves.loc["b", "score"] == pytest.approx(0.45 + 0.5 * 30 / 37)
    # a: no debt; value 9 / 12 = 0.75; urgency = fading 0.8.
    assert moves.loc["a", "score"] == pytest.approx(0.75 * 0.8)
    assert moves["rank"].to_dict() == {"b": 1, "a": 2}


def test_a_person_comes_once_with_all_reasons():
    gaps = pd.concat(
        [gap(contact_id="a"), gap(contact_id="a", kind="promise", why="Promised.", days_overdue=3)]
    )
    moves = next_moves(CONTACTS, TIES, gaps)
    assert moves["contact_id"].tolist() == ["a"]
    assert moves["kind"].tolist() == ["promise"]
    assert moves["reason_count"].tolist() == [3]
    assert moves["why"].iat[0] == "Promised. Owed. Silent."


def test_two_debts_of_one_kind_are_two_reasons():
    gaps = pd.concat([gap(why=f"Owed {n}.", days_overdue=30 + n) for n in range(2)])
    move = next_moves(CONTACTS, TIES, gaps).iloc[0]
    assert (move["contact_id"], move["reason_count"], move["why"]) == ("b", 2, "Owed 0. Owed 1.")
    gaps = pd.concat([gap(why=f"Owed {n}.", days_overdue=30 + n) for n in range(7)])
    move = next_moves(CONTACTS, TIES, gaps).iloc[0]
    assert (move["reason_count"], move["why"].split("3. ")[1]) == (7, "Owed 4. And 2 more.")


def test_the_draft_names_the_person_the_topic_and_the_referrer():
    gaps = gap(kind="uncontacted_referral", contact_id="c", about_id="a", topic=None)
    drafts = next_moves(CONTACTS, TIES, pd.concat([gap(), gaps])).set_index("contact_id")["draft"]
    assert drafts["b"].startswith("Hi Bo, thank you for your help (the coffee).")
    assert drafts["c"].startswith("Hello Cy, Ann Lee gave me your name")


LADDER = pd.DataFrame(
    {"contact_id": ["b"], "ready": [True], "next_step": ["advice"], "why": ["Warm"], "last_topic": ["data"]}
    | {"source_ref": ["z:1"]}
)


def pause(**values) -> pd.DataFrame:
    base = {
        "contact_id": "a",
        "is_held_off": False,
        "recontact": None,
        "recontact_from": pd.NaT,
        "why": "Not now",
    }
    return pd.DataFrame([{**base, **values}])


def test_the_next_step_with_somebody_who_is_ready():
    moves = next_moves(CONTACTS, TIES, gap().head(0), ladder=LADDER).set_index("contact_id")
    assert moves.loc["b", "move"] == "Ask for advice"
    assert moves.loc["b", "score"] == pytest.approx(0.5 * 0.3)


def test_who_is_held_off_is_not_nagged_but_a_promise_stays():
    held = pause(is_held_off=True)
    assert "a" not in next_moves(CONTACTS, TIES, gap(), pause=held)["contact_id"].tolist()
    promise = gap(contact_id="a", kind="promise")
    assert next_moves(CONTACTS, TIES, promise, pause=held)["kind"].tolist() == ["promise"]


def test_a_not_now_comes_back():
    moves = next_moves(CONTACTS, TIES, gap().head(0), pause=pause(recontact="open"))
    assert moves["kind"].tolist() == ["recontact"]
    # debt 0.3 + value 0.75 x 1
    assert moves["score"].iat[0] == pytest.approx(1.05)


def test_what_was_put_off_or_done_is_left_out():
    def decided(**values) -> pd.DataFrame:
        return pd.DataFrame([{"contact_id": "b", "kind": None, "until": pd.NaT, "done_on": pd.NaT, **values}])

    owed = gap(opened_on=pd.Timestamp("2026-10-01"))
    put_off = next_moves(CONTACTS, TIES, owed, postponed=decided(until=pd.Timestamp("2027-01-01")))
    assert put_off["contact_id"].tolist() == ["a"]
    other = next_moves(CONTACTS, TIES, owed, postponed=decided(kind="nudge"))
    assert other["contact_id"].tolist() == ["b", "a"]
    done_before = next_moves(CONTACTS, TIES, owed, postponed=decided(done_on=pd.Timestamp("2026-09-01")))
    assert done_before["contact_id"].tolist() == ["b", "a"]
    done_after = next_moves(CONTACTS, TIES, owed, postponed=decided(done_on=pd.Timestamp("2026-10-05")))
    assert done_after["contact_id"].tolist() == ["a"]


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
    touched = pd.Timestamp(last_touch_on)
    silent = (pd.Timestamp("2026-11-16") - touched).days
    ties = TIES.iloc[[0]].assign(last_touch_on=touched, days_silent=silent)
    done = pd.DataFrame({"contact_id": ["a"], "kind": [None], "until": pd.NaT}).assign(
        done_on=pd.Timestamp(done_on)
    )
    step = LADDER.assign(contact_id="a")
    for kind, state, more in (
        ("reconnect", "dormant", {}),
        ("ask_advice", "active", {"ladder": step}),
        ("recontact", "active", {"pause": pause(recontact="open")}),
    ):
        other = done.assign(contact_id="b")
        for marked in (done, done.assign(kind=kind), pd.concat([other, done, done])):
            moves = next_moves(CONTACTS, ties.assign(state=state), gap().head(0), postponed=marked, **more)
            assert moves["kind"].tolist() == [kind] * is_back


def test_the_update_tells_the_month():
    when = pd.to_datetime(["2026-11-01", "2026-11-02", "2026-06-01"]).tz_localize("UTC")
    talks = pd.DataFrame(
        {"contact_id": ["a", "b", "c"], "occurred_at": when, "direction": "mutual", "channel": "call"}
    )
    leads = pd.DataFrame(
        {
            "referral_id": ["1", "2"],
            "referrer_id": ["a", "a"],
            "given_on": pd.to_datetime(["2026-10-01", "2026-10-02"]),
        }
        | {"outcome": ["interview", "declined"]}
    )
    facts = month_facts(talks, leads, ["Dream", "Second"], as_of="2026-11-16")
    assert facts == {
        "activity": "in the last month I talked with 2 people",
        "prospects": "Coming up: 1 interview.",
        "wanted": "Dream, Second",
    }
    later = leads.assign(closed_on=pd.Timestamp("2026-12-05"))  # how it ended is not known yet
    assert month_facts(talks, later, as_of="2026-11-16")["prospects"] == "…"
    ahead = leads.assign(
        met_on=pd.Timestamp("2026-12-01")
    )  # the interview is not known yet, and a guess is none
    assert month_facts(talks, ahead, as_of="2026-11-16")["prospects"] == "…"
    assert month_facts(talks, leads.assign(inferred=True), as_of="2026-11-16")["prospects"] == "…"
    update = next_moves(CONTACTS, TIES, gap(kind="monthly_update"), facts=facts).set_index("contact_id")[
        "draft"
    ]["b"]
    assert "I talked with 2 people. Coming up: 1 interview." in update
    assert "people at Dream, Second" in update


def test_what_is_closed_or_not_due_is_no_move():
    gaps = pd.concat([gap(state="closed_late"), gap(state="censored", days_overdue=None)])
    assert next_moves(CONTACTS, TIES, gaps)["contact_id"].tolist() == ["a"]


def test_a_count_cuts_and_nothing_gives_nothing():
    assert len(next_moves(CONTACTS, TIES, gap(), count=1)) == 1
    empty = next_moves(CONTACTS.head(0), TIES.head(0), gap().head(0))
    assert empty.empty
    assert empty.dtypes.astype(str).tolist() == [str(pd.Series(dtype=t).dtype) for t in COLUMNS.values()]


def test_order_of_rows_does_not_matter():
    gaps = pd.concat([gap(), gap(contact_id="a"), gap(contact_id="c", kind="nudge")], ignore_index=True)
    one = next_moves(CONTACTS, TIES, gaps)
    two = next_moves(CONTACTS.iloc[::-1], TIES.iloc[::-1], gaps.iloc[::-1])
    pd.testing.assert_frame_equal(one, two)
