"""The one list of moves: its order, its length, its words; and what an update can say."""

import pandas as pd
import pytest
from test_candidates import CONTACTS, LADDER, QUIET_NOBODY, TIES, decided, item, looked_at, pause
from test_followups import given_names, log

from networkscope import keys
from networkscope.advice import moves as advice
from networkscope.advice.month import month_facts
from networkscope.advice.moves import COLUMNS, IN_A_WEEK
from networkscope.advice.reasons import TITLES
from networkscope.errors import ParameterError
from tests.on_tables import on_tables, snapshot_of

month_facts = on_tables(month_facts, "interactions referrals wanted")


def next_moves(*items: pd.DataFrame, count: int | None = None, drafts=None, **given) -> pd.DataFrame:
    return advice.next_moves(looked_at(*items, **given), count=count, drafts=drafts)


def test_the_list_is_by_class_and_then_by_value_and_urgency():
    table = next_moves(item(30), item(0, "c", "owed_reply"))
    # b: thanks, 0.5 x 0.5; c: an answer due today of somebody who is nobody yet, 0.05 x 1; a: a quiet tie, 0.75 x 0.8.
    assert table["contact_id"].tolist() == ["b", "c", "a"]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["class"].tolist() == [0, 0, 2]
    assert table["score"].tolist() == pytest.approx([0.25, 0.05, 0.6])
    assert table[["value", "urgency"]].values.tolist() == [
        [0.5, 0.5], [0.05, 1.0], [0.75, 0.8],
    ]  # fmt: skip
    assert table["due_state"].fillna("-").tolist() == ["overdue", "due_today", "-"]


def test_equal_moves_are_in_the_order_of_their_people():
    table = next_moves(item(3, "b"), item(3, "a"), dormant=QUIET_NOBODY.assign(value=3.0))
    assert table["contact_id"].tolist() == ["a", "b"]


def test_a_person_comes_once_with_all_reasons():
    table = next_moves(item(30, "a"), item(3, "a", "promise", topic="the plan"))
    assert table[["contact_id", "kind", "reason_count"]].values.tolist() == [["a", "promise", 3]]
    assert table["why"].iat[0] == "You promised Ann something on 2026-11-11 (the plan), for 2026-11-13."
    assert table["more"].iat[0] == (
        "Ann gave you time on 2026-10-15 (tea) and has not been thanked yet. "
        "You and Ann were last in touch on 2026-01-01 (tea)."
    )
    alone = next_moves(item(3), dormant=QUIET_NOBODY)
    assert alone["more"].isna().all()
    assert alone["reason_count"].tolist() == [1]


def test_two_debts_of_one_kind_are_two_reasons():
    table = next_moves(*[item(n, topic=f"no. {n}") for n in (3, 5, 7)], dormant=QUIET_NOBODY)
    assert table["reason_count"].tolist() == [3]
    assert "(no. 3)" in table["why"].iat[0]
    assert [f"(no. {n})" in table["more"].iat[0] for n in (3, 5, 7)] == [False, True, True]


def test_the_draft_names_the_person_the_topic_and_the_referrer():
    name = item(3, "c", "uncontacted_referral", about_id="a", topic=None, what="name given")
    drafts = next_moves(item(3, topic="the coffee machine"), name).set_index("contact_id")["draft"]
    assert "Bo" in drafts["b"]
    assert "the coffee machine" in drafts["b"]
    assert "Cy" in drafts["c"]
    assert "Ann Lee" in drafts["c"]


def test_own_words_replace_the_standard_ones():
    own = {"thank_you": "Dear {first}, thanks{topic}!"}
    table = next_moves(item(3), item(3, "a", "promise"), drafts=own).set_index("contact_id")
    assert table.loc["b", "draft"] == "Dear Bo, thanks (tea)!"
    assert table.loc["a", "draft"] != ""


def test_what_to_do_in_a_few_words():
    table = next_moves(
        item(3), item(3, "a", "close_the_loop", what="offer"), thoughts=item(3, "c", "owed_reply")
    )
    assert table.set_index("contact_id")["move"].to_dict() == {
        "a": "Accept or decline the offer", "b": "Say thank you", "c": "Answer?",
    }  # fmt: skip


def test_a_move_has_a_key_that_holds_as_long_as_its_reason():
    before, after = (next_moves(item(days, "a", gap_id="g1"), dormant=QUIET_NOBODY) for days in (3, 4))
    assert before["move_key"].tolist() == after["move_key"].tolist()
    assert before["move_key"].str.fullmatch("k[a-z2-7]{4}").all()
    other = next_moves(item(3, "a", gap_id="g2"), dormant=QUIET_NOBODY)
    assert other["move_key"].tolist() != before["move_key"].tolist()
    assert before["move_key"].tolist() == keys.short_keys("k", ["a\x1fthank_you\x1fg1"])


# how many


def crowd(size: int, **given) -> dict:
    ids = [f"p{n:02}" for n in range(size)]
    ties = pd.concat([TIES.head(1)] * size, ignore_index=True).assign(contact_id=ids, value=[*range(size)])
    return {"contacts": pd.DataFrame({"contact_id": ids}), "dormant": ties, **given}


def test_the_list_holds_what_can_be_done_in_a_week_and_the_rest_is_a_number():
    assert IN_A_WEEK == 15
    now = looked_at(**crowd(20))
    table = advice.next_moves(now)
    assert len(table) == 15
    assert table["contact_id"].tolist()[:2] == ["p19", "p18"]
    assert len(advice.next_moves(now, count=4)) == 4
    assert len(advice.next_moves(now, count=40)) == 15


def test_what_was_done_this_week_makes_the_list_shorter():
    # November 16 is a Monday.
    done = pd.concat([decided(contact_id="p00", kind="promise", done_on=pd.Timestamp(day))
                      for day in ("2026-11-15", "2026-11-16", "2026-11-16")])  # fmt: skip
    now = looked_at(**crowd(20, decisions=done))
    assert len(advice.next_moves(now)) == 13
    sunday = looked_at(**crowd(20, decisions=done, week_starts_on="sunday"))
    assert len(advice.next_moves(sunday)) == 12
    much = pd.concat([done] * 9)
    assert advice.next_moves(looked_at(**crowd(20, decisions=much))).empty


@pytest.mark.parametrize("count", [0, -3])
def test_a_count_below_one_is_refused(count):
    with pytest.raises(ParameterError, match="1 or more"):
        advice.next_moves(snapshot_of(), count=count)


def test_nothing_gives_nothing():
    empty = next_moves(contacts=CONTACTS.head(0), dormant=TIES.head(0))
    assert empty.empty
    assert empty.dtypes.astype(str).tolist() == [str(pd.Series(dtype=t).dtype) for t in COLUMNS.values()]


def test_order_of_rows_does_not_matter():
    items = [item(3), item(3, "a"), item(3, "c", "nudge"), item(5, "c", "promise")]
    more = {"ladder": LADDER, "pause": pause()}
    one = next_moves(*items, **more)
    two = next_moves(*items[::-1], **more, contacts=CONTACTS[::-1], dormant=TIES[::-1])
    pd.testing.assert_frame_equal(one, two)
    assert set(one["move"]) <= set(TITLES.values())


# the update


def test_the_update_tells_the_month():
    talks = log(*[(who, day, "mutual", "call") for who, day in (("a", "2026-11-01"), ("b", "2026-11-02"),
                                                              ("b", "2026-11-03"), ("c", "2026-06-01"))])  # fmt: skip
    lead = {"referrer_id": "a", "given_on": "2026-10-01"}
    leads = given_names({**lead, "referral_id": "1", "outcome": "interview"},
                        {**lead, "referral_id": "2", "outcome": "declined"})  # fmt: skip
    facts = month_facts(talks, leads, ["Dream", "Second"], as_of="2026-11-16")
    assert facts == {
        "activity": "in the last month I talked with 2 people",
        "prospects": "Coming up: 1 interview.",
        "wanted": "Dream, Second",
    }
    later = leads.assign(closed_on=pd.Timestamp("2026-12-05"))  # how it ended is not known yet
    ahead = leads.assign(
        met_on=pd.Timestamp("2026-12-01")
    )  # the interview is not known yet, and a guess is none
    for names in (later, ahead):
        assert month_facts(talks, names, as_of="2026-11-16") == {**facts, "prospects": "", "wanted": ""}
    now = looked_at(item(3, kind="monthly_update"), dormant=QUIET_NOBODY)
    now.prepared["month_facts", "{}"] = facts
    update = advice.next_moves(now)["draft"].iat[0]
    assert "I talked with 2 people." in update
    assert "Coming up: 1 interview." in update
    assert "Dream, Second" in update


def test_an_update_of_a_month_without_anything_says_nothing_of_it():
    update = next_moves(item(3, kind="monthly_update"), dormant=QUIET_NOBODY)["draft"].iat[0]
    assert not set("[]{}") & set(update)
    assert "talked with" not in update
    assert "Coming up" not in update


def test_a_week_is_not_filled_with_quiet_ties_while_somebody_waits():
    quiet = [row for n in range(20) for row in (
        (f"q{n:02}", "2025-10-01", "outbound", "email"), (f"q{n:02}", "2025-10-02", "inbound", "email"),
    )]  # fmt: skip
    asked = [(f"w{n}", "2026-08-01", "inbound", "email") for n in range(3)]
    events = log(*quiet, *asked, needs_answer=[None] * 40 + [True] * 3)
    moves = advice.next_moves(snapshot_of(interactions=events, as_of="2026-11-16"))
    assert moves["kind"].value_counts().to_dict() == {"reconnect": 12, "owed_reply": 3}
    assert moves["kind"].tolist()[:7] == ["reconnect"] * 7
    assert set(moves["kind"][7:10]) == {"owed_reply"}
