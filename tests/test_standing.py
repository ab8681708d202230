"""Where one stands with each person: one row each, and the same judgement wherever it is printed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from test_followups import ASKED, books, log, machines, plain_log

from networkscope import open_book, schema
from networkscope.advice.candidates import candidates
from networkscope.advice.ladder import ask_ladder, hold_off
from networkscope.advice.moves import IN_A_WEEK, next_moves
from networkscope.advice.standing import STANDING, chosen_moves, standing
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import OPEN, followups, to_do
from networkscope.roles.roles import people_roles
from tests.on_tables import snapshot_of


def people(ids: str, **columns) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": [*ids], "name": [f"{who.upper()} Person" for who in ids], **columns})


EVENTS = log(
    ("a", "2026-11-10", *ASKED),  # owed thanks, overdue
    ("a", "2026-11-11", "outbound", None, "promise"),  # and a promise, not due
    ("b", "2026-11-01", "outbound", "email", "advice_ask"),
    ("c", "2026-10-01", "outbound", "email", "advice_ask"),
    ("c", "2026-10-10", "outbound", "email", "advice_ask"),  # two without an answer: until December 9
    ("d", "2026-11-12", "inbound", "email", "promise"),
    ("e", "2026-11-15", "inbound", "email"),
    ("e", "2026-11-15", "outbound", "email", "reply"),
    due_on=pd.to_datetime([None, "2026-11-30", None, None, None, "2026-11-20", None, None]),
)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    contacts = people("abcdef", emails=[None] * 5 + ["no-reply@x.example"])
    return standing(snapshot_of(contacts=contacts, interactions=EVENTS))


def test_what_is_owed_to_them_due_or_not(table):
    assert table["owed_to_them"].fillna("").to_dict() == {
        "a": "promise; thank_you", "b": "nudge", "c": "", "d": "", "e": "", "f": "",
    }  # fmt: skip


def test_what_they_owe(table):
    assert table["owed_by_them"].fillna("").to_dict() == {
        "a": "", "b": "an answer (advice ask)", "c": "", "d": "a promise", "e": "", "f": "",
    }  # fmt: skip


def test_who_is_to_be_left_alone_for_now(table):
    held = table["hold_off_until"].dropna()
    assert held.to_dict() == {"c": pd.Timestamp("2026-12-09")}


def test_one_move_with_its_reason(table):
    first = table.loc["a"]
    assert first[["next_move", "due_state"]].tolist() == ["thank_you", "overdue"]
    assert first["why"] == "A gave you time on 2026-11-10 and has not been thanked yet."
    assert first["due_on"] == pd.Timestamp("2026-11-12")
    assert first["source_ref"] == "log:1"
    assert first["draft"].startswith("Hi A")
    alone = table.loc["e", ["next_move", "move_key", "due_on", "due_state", "why", "draft", "source_ref"]]
    assert table["next_move"].notna().equals(table["move_key"].notna())
    assert alone["next_move"] != alone["next_move"] or alone["next_move"].startswith("ask_")


def test_machines_have_a_role_and_nothing_else(table):
    row = table.loc["f"]
    assert row[["role", "role_why"]].tolist() == ["robot", "its address is a machine's"]
    assert row.drop(["role", "roles", "role_why"]).isna().all()


def test_the_columns_and_their_types(table):
    assert table.index.name == "contact_id"
    assert table.dtypes.to_dict() == STANDING
    empty = standing(snapshot_of())
    assert empty.empty
    assert empty.dtypes.to_dict() == STANDING
    assert empty.index.name == "contact_id"


def test_own_texts_change_the_draft_and_nothing_else():
    now = snapshot_of(contacts=people("abcde"), interactions=EVENTS)
    plain, own = standing(now), standing(now, drafts={"thank_you": "Dear {first}!"})
    assert own.loc["a", "draft"] == "Dear A!"
    pd.testing.assert_frame_equal(plain.drop(columns="draft"), own.drop(columns="draft"))


def test_a_frame_is_the_callers():
    now = snapshot_of(contacts=people("abcde"), interactions=EVENTS)
    first, second = standing(now), chosen_moves(now)
    first["why"], second["why"] = "mine", "mine"
    assert "mine" not in set(standing(now)["why"]) | set(chosen_moves(now)["why"])


def test_never_ends_the_move_and_what_is_owed_is_left_alone():
    never = pd.DataFrame({"contact_id": ["a"], "kind": [None], "noted_on": pd.to_datetime(["2026-11-13"]),
                          "until": pd.to_datetime(["2199-12-31"]), "done_on": pd.NaT,
                          "is_never": True})  # fmt: skip
    now = snapshot_of(contacts=people("abcde"), interactions=EVENTS, decisions=never)
    row = standing(now).loc["a"]
    assert row[["next_move", "owed_to_them"]].isna().all()
    assert (
        row["tie_state"]
        == standing(snapshot_of(contacts=people("abcde"), interactions=EVENTS)).loc["a", "tie_state"]
    )


# one judgement, wherever it is printed


def check(now) -> None:
    """No two frames say different things of one person."""
    table, moves, week = standing(now), chosen_moves(now), next_moves(now)
    roles = people_roles(now).set_index("contact_id")
    assert table.index.tolist() == now.contacts["contact_id"].tolist()
    assert table["role"].astype(str).tolist() == roles["role"].astype(str).tolist()
    # The move of a person is the same in the list, in the choice of moves and here.
    assert moves["contact_id"].is_unique
    assert set(table.index[table["next_move"].notna()]) == set(moves["contact_id"])
    for part in (moves, week):
        here = table.loc[part["contact_id"]]
        for column, other in (
            ("kind", "next_move"),
            ("why", "why"),
            ("draft", "draft"),
            ("move_key", "move_key"),
        ):
            assert part[column].tolist() == here[other].tolist()
    assert moves["move_key"].is_unique
    assert len(week) <= IN_A_WEEK
    # Who is to be thanked, answered, and what is due today.
    items = followups(now)
    owed = items[items["state"].isin(OPEN) & ~items["left_alone"].fillna(False).astype(bool)]
    for kind in (
        "thank_you",
        "owed_reply",
        "promise",
        "report_back",
        "close_the_loop",
        "uncontacted_referral",
    ):
        said = table.index[
            table["owed_to_them"].fillna("").str.split("; ").map(lambda kinds, k=kind: k in kinds)
        ]
        here = set(owed.loc[owed["kind"] == kind, "contact_id"]) & set(table.index)
        assert set(said) == here, kind
    due_today = table[table["due_state"] == "due_today"]
    assert set(due_today.index) <= set(to_do(items)["contact_id"])
    assert set(candidates(now)["contact_id"]) == set(moves["contact_id"])
    # Who is to be left alone, who fades, who may be asked.
    pause = hold_off(now).set_index("contact_id")
    held = set(pause.index[pause["is_held_off"].fillna(False).astype(bool)])
    assert set(table.index[table["hold_off_until"].notna()]) == held
    waits = ("nudge", "monthly_update", "recontact", "reconnect", "ask_advice", "ask_introduction", "ask_job")
    assert not held & set(table.index[table["next_move"].isin(waits)])
    ties = dormant_contacts(now).set_index("contact_id")["state"]
    assert table["tie_state"].dropna().to_dict() == ties.astype(str).to_dict()
    ladder = ask_ladder(now).set_index("contact_id")
    asked = table.index[table["next_move"].fillna("").str.startswith("ask_")]
    assert ladder.loc[asked, "ready"].all()
    # Whoever is owed something first of all is not asked for anything.
    assert not set(asked) & set(owed.loc[owed["kind"] != "monthly_update", "contact_id"])


@settings(max_examples=2)
@given(books())
def test_any_book_says_one_thing_of_a_person(book):
    contacts, events, names, as_of = book
    contacts = contacts.assign(circle=[None, "family", None, "friends", None, "recruiters", None, "clients"])
    now = snapshot_of(contacts=contacts, interactions=events, referrals=names, as_of=as_of)
    check(now)
    gone = machines(plain_log(events, as_of))
    apart = standing(now)["role"].astype(str)
    assert set(apart.index[apart == "robot"]) == gone


def test_the_sample_says_one_thing_of_a_person():
    now = open_book("data/sample", as_of="2026-11-16").at()
    check(now)
    assert set(schema.MOVE_KINDS) >= set(chosen_moves(now)["kind"])
