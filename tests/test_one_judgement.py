"""No two pages say different things of one person: the pages say what `standing` and `followups` say."""

import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

import networkscope as ns
from networkscope.advice.candidates import WAITING
from networkscope.keys import short_key
from networkscope.reports.weekly import weekly

BOOK = Path(__file__).parent / "books" / "isla"
AS_OF = "2026-11-16"
MARK = re.compile(r'data-person="(p[a-z2-7]+)" data-state="([\w :]*)"')
TIES = ("never_touched", "one_way", "dormant", "drifting", "late", "active")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """What each page of the set says: (person, state) pairs by page; and the snapshot."""
    folder = tmp_path_factory.mktemp("isla")
    shutil.copytree(BOOK, folder / "book")
    result = weekly(folder / "book", as_of=AS_OF, output=folder / "out")
    assert not result.failures
    said = {page.stem: set(MARK.findall(page.read_text(encoding="utf-8"))) for page in result.pages}
    return said, ns.open_book(folder / "book", as_of=AS_OF).at()


def states_of(said: dict[str, set]) -> dict[str, set[str]]:
    found = defaultdict(set)
    for marks in said.values():
        for person, state in marks:
            found[person].add(state)
    return found


def test_the_pages_say_of_many_people_something(pages):
    said, _ = pages
    assert len(states_of(said)) > 40
    assert sum(len(marks) for marks in said.values()) > 150


def test_every_follow_up_on_a_page_is_one_of_followups(pages):
    said, now = pages
    items = ns.followups(now)
    known = {
        (short_key("p", who), f"{kind}:{state}")
        for who, kind, state in zip(items["contact_id"], items["kind"], items["state"], strict=True)
    }
    kinds = set(items["kind"])
    shown = {(who, state) for marks in said.values() for who, state in marks if state.split(":")[0] in kinds}
    assert shown
    assert shown <= known
    # The page of follow-ups shows all that is to be done, no more and no less.
    due = ns.to_do(items)
    wanted = {(short_key("p", who), f"{kind}:{state}") for who, kind, state in
              zip(due["contact_id"], due["kind"], due["state"], strict=True)}  # fmt: skip
    on_page = {mark for mark in said["followup_gaps"] if mark[1].endswith((":due_today", ":overdue"))}
    updates = {mark for mark in wanted if mark[1].startswith("monthly_update")}
    assert on_page - updates == wanted - updates


def test_a_tie_is_in_one_state_wherever_it_is_named(pages):
    said, now = pages
    tie = {short_key("p", who): state for who, state in ns.standing(now)["tie_state"].dropna().items()}
    for person, states in states_of(said).items():
        assert states & set(TIES) <= {tie.get(person)}, person


def test_nobody_who_is_to_be_left_alone_is_to_be_written_to(pages):
    said, now = pages
    people = ns.standing(now)
    alone = {short_key("p", who) for who in people.index[people["hold_off_until"].notna()]}
    assert alone
    for person in alone:
        states = states_of(said)[person]
        assert not {state for state in states if state.startswith("move:") and state.split(":")[1] in WAITING}
        assert "ready" not in states
        assert not states & {
            "nudge:overdue",
            "nudge:due_today",
            "monthly_update:overdue",
            "monthly_update:due_today",
        }
    assert {person for person, state in said["asks_and_favours"] if state == "pause"} >= alone


def test_the_moves_of_a_page_are_those_of_standing(pages):
    said, now = pages
    people = ns.standing(now).dropna(subset="next_move")
    due = people["due_state"].fillna("")
    known = {(short_key("p", who), ":".join(filter(None, ["move", kind, state]))) for who, kind, state in
             zip(people.index, people["next_move"], due, strict=True)}  # fmt: skip
    shown = {mark for mark in said["weekly_report"] if mark[1].startswith("move:")}
    assert shown
    assert shown <= known


def test_nobody_at_the_present_employer_hears_of_the_search(pages):
    said, now = pages
    roles = ns.people_roles(now)
    secret = {short_key("p", who) for who in roles.loc[roles["is_secret"], "contact_id"]}
    assert secret
    for person in secret:
        states = states_of(said)[person]
        assert "ready" not in states
        assert not re.search("monthly_update|ask_advice|ask_introduction|ask_job", " ".join(states)), person
