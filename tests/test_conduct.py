"""What is owed to each role and what may be asked of it: the table, and what bends it."""

import datetime as dt

import pandas as pd
import pytest
from test_followups import log

from networkscope import schema
from networkscope.roles.conduct import ACTS, CONDUCT, conduct, may
from networkscope.settings import Employer
from tests.on_tables import snapshot_of

ROLES = [role for role in schema.ROLES if role not in ("self", "robot")]


def everybody(**options):
    """A snapshot with one person of each role, as the owner noted it."""
    contacts = pd.DataFrame({"contact_id": list(schema.ROLES), "role": list(schema.ROLES)})
    return snapshot_of(contacts=contacts, **options)


def allowed(now, act: str, **options) -> set[str]:
    people = now.contacts["contact_id"]
    return set(people[may(now, act, people, **options)])


def test_each_role_has_a_rule_for_each_act():
    assert CONDUCT.index.tolist() == ["self", "robot", *CONDUCT.index[2:]]
    assert set(CONDUCT.index) == set(schema.ROLES)
    assert ACTS == ["talk", "help", "answer", "update", "ask", "keep", "praise"]
    assert set(CONDUCT.to_numpy().ravel()) == {"yes", "never", "noted", "search"}
    assert CONDUCT.loc[["self", "robot"]].eq("never").all(axis=None)


@pytest.mark.parametrize(
    ("act", "never"),
    [
        ("talk", {"boss", "colleague", "report", "family", "recruiter", "client", "vendor", "friend"}),
        ("help", {"boss", "colleague", "report"}),
        ("answer", {"boss", "colleague", "report"}),
        ("update", set(ROLES)),  # nobody here is part of a search
        ("ask", {"report", "recruiter", "boss", "colleague"}),  # the last two are not to know of it
        ("keep", {"boss", "colleague", "report", "recruiter", "vendor"}),
        ("praise", {"family", "recruiter"}),
    ],
)
def test_with_whom_it_is_nothing(act, never):
    assert allowed(everybody(), act) == set(ROLES) - never


def test_what_the_owner_noted_counts_at_work_too():
    now = everybody()
    for act in ("help", "answer"):
        assert allowed(now, act, noted=True) - allowed(now, act) == {"boss", "colleague", "report"}
    assert allowed(now, "talk", noted=True) == allowed(now, "talk")


def test_a_search_that_is_no_secret_may_be_spoken_of_at_work():
    assert allowed(everybody(search_secret=False), "ask") == set(ROLES) - {"report", "recruiter"}


def test_updates_are_for_those_who_are_part_of_the_search():
    asked = log(
        *[(role, f"2026-10-{day}", "outbound", "email", "advice_ask") for role in ROLES for day in (10, 20)]
    )
    part = everybody(interactions=asked)
    assert allowed(part, "update") == set(ROLES) - {"boss", "colleague", "report"}
    assert allowed(everybody(interactions=asked, search_secret=False), "update") == set(ROLES)
    over = everybody(interactions=asked, search_until=dt.date(2026, 11, 1))
    assert allowed(over, "update") == set()


def test_no_role_lifts_secrecy_and_the_word_that_they_know_does():
    contacts = pd.DataFrame(
        {"contact_id": [*"abc"], "organization": ["Acme"] * 3, "role": ["friend", None, None]}
    )
    lines = pd.DataFrame({"contact_id": ["b", "c"], "role": ["friend", None], "knows_of_search": [None, True],
                          "noted_on": pd.NaT, "source_ref": None})  # fmt: skip
    now = snapshot_of(contacts=contacts, employers=[Employer("Acme")], corrections=lines)
    assert conduct(now, "ask").to_dict() == {"a": "never", "b": "never", "c": "yes"}
    assert conduct(now, "keep").to_dict() == {"a": "yes", "b": "yes", "c": "never"}


def test_of_somebody_who_is_no_contact_nothing_speaks_against_it():
    now = everybody()
    asked = pd.Series(["stranger", "robot", "friend", None], index=[7, 3, 5, 1])
    found = may(now, "help", asked)
    assert found.tolist() == [True, False, True, True]
    assert found.index.tolist() == [7, 3, 5, 1]
    assert may(snapshot_of(), "help", pd.Series(dtype=object)).empty
