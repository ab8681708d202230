"""Which messages want an answer: what says so, of whom, and what is answered at once."""

import pandas as pd
import pytest
from test_followups import items_of, log, rows_of, suggested

from networkscope.measures import followups as engine
from networkscope.settings import Employer


def mails(*rows: tuple, source: str | None = None) -> pd.DataFrame:
    """Messages to the owner as (who, subject, purpose, needs an answer), from people whom the owner once wrote to."""
    mine = [(who, "2026-01-01", "outbound", "email", "social") for who, *_ in rows]
    theirs = [(who, "2026-03-20 10:00", "inbound", "email", purpose) for who, _, purpose, _ in rows]
    none = [None] * len(rows)
    subjects, needs = ([*none, *(row[place] for row in rows)] for place in (1, 3))
    return log(*mine, *theirs, subject=subjects, needs_answer=needs, source=[source] * 2 * len(rows))


@pytest.mark.parametrize(
    "subject",
    ["Are you free?", "A quick question", "Hast du kurz Zeit?", "Eine Frage", "Une question", "Una pregunta",
     "Uma pergunta", "Una domanda", "Een vraag", "Lunch on Friday? Or Monday", "Could you look over this"],
)  # fmt: skip
def test_a_question_is_one_in_every_language(subject):
    assert items_of("owed_reply", mails(("a", subject, None, None)))["topic"].tolist() == [subject]


def test_what_answers_or_forwards_is_no_question_of_its_own():
    subjects = [
        "Re: Are you free?",
        "AW: Hast du Zeit?",
        "Fwd: A question",
        "SV: Tid?",
        "WG: Frage",
        "Re[2]: Free?",
    ]
    rows = [(f"p{n}", subject, None, None) for n, subject in enumerate(subjects)]
    assert items_of("owed_reply", mails(*rows)).empty
    assert len(suggested("owed_reply", mails(*rows))) == len(rows)


def test_the_question_in_a_subject_waits_even_where_the_text_asks_nothing():
    """ "Could you look over our plan?", and below it: "Two pages, no hurry." Reading the text left it open."""
    row = ("a", "Could you look over our data plan?", None, None)
    assert items_of("owed_reply", mails(row, source="mail"))["contact_id"].tolist() == ["a"]
    # Where the owner noted that it wants none, it wants none.
    assert items_of("owed_reply", mails((*row[:3], False), source="own interactions")).empty


def test_strangers_may_ask_and_their_questions_are_no_debt():
    events = log(
        ("a", "2026-03-20", "inbound", "linkedin"),  # an advertisement?
        ("b", "2026-03-20", "inbound", "linkedin", "advice_ask"),
        ("c", "2026-03-20", "inbound", "linkedin"),  # read, and it wants an answer
        ("d", "2026-03-20", "inbound", "linkedin"),
        ("d", "2026-03-25", "outbound", "linkedin"),  # whom the owner answered
        subject=["Are you hiring?", None, None, "Are you hiring?", None],
        needs_answer=[None, None, True, None, None],
    )
    assert rows_of(items_of("owed_reply", events)) == [
        ("b", "03-20", "03-23", None, "overdue", 8),
        ("c", "03-20", "03-23", None, "overdue", 8),
        ("d", "03-20", "03-23", "03-25", "closed_late", 2),
    ]
    assert suggested("owed_reply", events) == []
    listed = pd.DataFrame({"contact_id": [*"abcd"], "listed": [True, False, False, False]})
    assert items_of("owed_reply", events, contacts=listed)["contact_id"].tolist() == [*"abcd"]


def test_all_that_came_since_your_last_word_is_answered_at_once():
    events = log(
        ("a", "2026-03-10", "outbound", "email"),
        ("a", "2026-03-11", "inbound", "email"),
        ("a", "2026-03-12", "inbound", "email"),
        ("a", "2026-03-13", "outbound", "letter"),  # in whatever way
        ("a", "2026-03-14", "inbound", "chat"),
        ("a", "2026-03-20", "mutual", "meeting"),
        ("a", "2026-03-21", "inbound", "email"),
        ("b", "2026-03-11", "inbound", "email"),
        ("b", "2026-03-12", "outbound", "email", "promise"),  # only noted
        ("b", "2026-03-13", "inbound", "email"),
        needs_answer=[None, True, True, None, True, None, True, True, None, True],
    )
    items = items_of("owed_reply", events)
    assert rows_of(items) == [
        ("a", "03-11", "03-14", "03-13", "closed_in_time", 0),
        ("b", "03-11", "03-14", None, "overdue", 17),
        ("a", "03-14", "03-17", "03-20", "closed_late", 3),
        ("a", "03-21", "03-24", None, "overdue", 7),
    ]
    assert items["what"].tolist() == ["first of 2 messages", "first of 2 messages", "message", "message"]


def test_talks_want_no_answer_of_yours_and_messages_to_several_only_where_you_are_meant():
    events = log(
        ("a", "2026-03-20", "inbound", "email"), ("b", "2026-03-20", "inbound", "email"),
        ("c", "2026-03-20", "inbound", "call"), ("d", "2026-03-20", "inbound", "event"),
        ("e", "2026-03-20", "mutual", "email"), ("f", "2026-03-20", "inbound", None),
        group_size=[2, 3, 2, 2, 2, 2], needs_answer=[True] * 6,
    )  # fmt: skip
    assert items_of("owed_reply", events)["contact_id"].tolist() == ["a", "b"]
    asked = events.assign(needs_answer=[True, *[None] * 5], purpose="advice_ask")
    assert items_of("owed_reply", asked)["contact_id"].tolist() == ["a"]


def test_what_a_question_is_owed_for_by_role_and_by_whoever_noted_it():
    contacts = pd.DataFrame({"contact_id": [*"abc"], "organization": ["Acme", None, None],
                             "circle": [None, "family", "recruiters"]})  # fmt: skip
    rows = [(who, "Can we talk?", None, None) for who in "abc"]
    options = {"contacts": contacts, "employers": [Employer("Acme")]}
    items = items_of("owed_reply", mails(*rows), **options)
    assert items["contact_id"].tolist() == ["b", "c"]
    # Who notes a colleague's question means to answer it, and does not forget it within two weeks.
    noted = items_of("owed_reply", mails(*rows, source="own interactions"), **options)
    assert noted["contact_id"].tolist() == ["a", "b", "c"]
    lapse = [(table["lapses_on"] - table["due_on"]).dt.days.tolist() for table in (items, noted)]
    assert lapse == [[14, 14], [365, 365, 365]]


def test_a_thought_about_an_answer_ends_after_a_month_or_with_a_word():
    events = mails(
        ("a", "Photos", None, None), ("b", "Photos", "social", None), ("c", "Photos", "reply", None)
    )
    assert suggested("owed_reply", events) == ["a", "b"]  # a reply closes a matter
    assert suggested("owed_reply", events, as_of="2026-04-22") == ["a", "b"]
    assert suggested("owed_reply", events, as_of="2026-04-23") == []  # due on March 23
    answered = pd.concat([events, log(("a", "2026-03-28", "outbound", "email"))], ignore_index=True)
    items = items_of("owed_reply", answered, among=engine.suggestions)
    assert items["contact_id"].tolist() == ["b"]


def test_a_debt_takes_the_place_of_a_thought():
    rows = [("a", "2026-01-01", "outbound", "email"), ("a", "2026-03-20", "inbound", "email"),
            ("a", "2026-03-21", "inbound", "email"), ("a", "2026-03-22", "inbound", "email")]  # fmt: skip
    events = log(*rows, needs_answer=[None, None, True, None])
    assert rows_of(items_of("owed_reply", events)) == [("a", "03-21", "03-24", None, "overdue", 7)]
    assert suggested("owed_reply", events) == []
