"""What a subject line says, in seven languages, and what only looks like it."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import keys, schema
from networkscope.words import subjects
from networkscope.words.subjects import is_question, outcome_of, says

LISTS = tomllib.loads(Path(subjects.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SAYING = [name for name in LISTS if not name.startswith("not_")]
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")


def those(what: str, *texts: str | None) -> list[str]:
    """Which of these subjects say so?"""
    column = pd.Series(texts, dtype=object)
    return column[says(column, what)].tolist()


def test_every_list_is_in_every_language_and_each_phrase_is_found():
    for what in SAYING:
        assert set(LISTS[what]) == set(LANGUAGES), what
        for language, phrases in LISTS[what].items():
            assert len(phrases) == len(set(phrases)) > 5, (what, language)
            for phrase in phrases:
                assert phrase == phrase.casefold() == " ".join(keys.unaccented(phrase).split()), phrase
    every = pd.Series([phrase for part in LISTS["question"].values() for phrase in part])
    assert says(every, "question").all()


@pytest.mark.parametrize(
    ("what", "yes", "no"),
    [
        ("offer", ["Your job offer", "Jobzusage", "Offre d'embauche", "Re: your offer letter (signed)"],
         ["Special offer: job offer templates", "Offer ends soon", "No job offer", "Angebot des Tages", "proffer"]),
        ("accepted", ["Accepting the offer", "I took the job", "My new job"], ["Your offer", "Accept cookies"]),
        ("declined", ["Declining your offer", "Withdrawing my application"], ["Your offer"]),
        ("later", ["Not now", "Maybe next year"], ["Now or never", "Later"]),
        ("no", ["Unfortunately not", "The position has been filled", "Leider nicht"],
         ["Unfortunately I have to reschedule", "Position", "Unfortunately, your order is delayed"]),
        ("interview", ["Phone interview with Acme", "Bewerbungsgespräch", "Second interview"],
         ["User interview", "Podcast interview", "Informational interview", "Interview panel"]),
        ("advice", ["Coffee chat", "Informational interview", "Your advice on data teams"], ["Coffee", "Advise"]),
        ("work_meeting", ["1:1", "Weekly sync", "Sprint planning 42", "Jour fixe", "Teamoverleg"],
         ["Weekend", "Sprints in athletics 1:10"]),
        ("party", ["Birthday drinks", "Geburtstagsfeier", "Dinner"], ["Partly done", "Dinnerware"]),
        ("family_event", ["Call mum", "Family dinner"], ["Family office"]),
        ("question", ["A quick question", "Could you look at this", "Eine Frage"], ["Questionnaire", "Frageteil"]),
    ],
)  # fmt: skip
def test_what_says_so_and_what_does_not(what, yes, no):
    assert those(what, *yes, *no, None) == yes


def test_case_accents_and_spaces_do_not_matter():
    assert those("interview", "VORSTELLUNGSGESPRÄCH", "vorstellungsgesprach", "Phone \t interview") == [
        "VORSTELLUNGSGESPRÄCH", "vorstellungsgesprach", "Phone \t interview",
    ]  # fmt: skip
    assert those("offer", "Joboffers", "job_offer", "Your job\u00a0offer") == ["Your job\u00a0offer"]


def test_the_index_and_missing_ones_stay():
    column = pd.Series(["Your job offer", None, "x", "Your job offer"], index=[9, 4, 4, 1], dtype=schema.TEXT)
    found = says(column, "offer")
    assert found.tolist() == [True, False, False, True]
    assert found.index.tolist() == [9, 4, 4, 1]
    assert says(column.head(0), "offer").tolist() == []


def test_only_the_beginning_of_an_endless_subject_is_read():
    assert those("offer", "x " * 400 + "your job offer") == []
    assert those("offer", "x " * 100 + "your job offer") != []


def test_what_came_of_it():
    column = pd.Series([
        "We would like to offer you the job", "Accepting the offer", "Declining your offer",
        "Unfortunately not", "Not now, maybe next year", "Re: Wednesday", None, "Special offer",
    ])  # fmt: skip
    found = outcome_of(column)
    assert found.fillna("-").tolist() == ["offer", "accepted", "declined", "no", "later", "-", "-", "-"]
    assert set(found.dropna()) <= set(schema.EVENT_OUTCOMES)


@pytest.mark.parametrize(
    ("subject", "is_one"),
    [
        ("Are you free?", True), ("Are you free on Friday? Or Monday", True), ("¿Tienes tiempo?", True),
        ("Lunch?", True), ("Could you help", True), ("Re: Are you free?", False), ("RE : Are you free?", False),
        ("AW: Frage", False), ("Fwd: Lunch?", False), ("Antw: Vraag", False), ("Rif: Domanda", False),
        ("Re[2]: Lunch?", False), ("Result: what next?", True), ("Regarding lunch?", True), ("Lunch", False),
        ("https://x.example/?a=1", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_what_is_a_question(subject, is_one):
    assert is_question(pd.Series([subject], dtype=schema.TEXT)).tolist() == [is_one]


@settings(max_examples=30)
@given(st.lists(st.text() | st.none(), max_size=5))
def test_any_text_is_looked_at_without_harm(texts):
    column = pd.Series(texts, dtype=object)
    for what in SAYING:
        assert says(column, what).dtype == bool
    assert len(is_question(column.astype(schema.TEXT))) == len(outcome_of(column)) == len(texts)
