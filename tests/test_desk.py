"""The owner's own texts in drafts.toml, and what is wrong with them; moves of a whole book."""

import pytest

from networkscope import open_book, schema
from networkscope.advice import desk
from networkscope.advice.candidates import CLASSES
from networkscope.advice.drafts import LANGUAGES, PLACES, fill, standard_drafts
from networkscope.advice.reasons import TITLES
from networkscope.errors import LoadError


def test_no_file_means_no_own_words(tmp_path):
    assert desk.read_drafts(tmp_path) == {}


def test_own_words_replace_the_standard_ones(tmp_path):
    (tmp_path / "drafts.toml").write_text(
        "thank_you = 'Dear {first}, thanks{topic}! {{smile}}'\nfollow_lead = '[{about}] [I]'\n",
        encoding="utf-8",
    )
    drafts = desk.read_drafts(tmp_path)
    assert drafts == {
        "thank_you": "Dear {first}, thanks{topic}! {{smile}}", "follow_lead": "[{about}] [I]",
    }  # fmt: skip
    assert fill(drafts["thank_you"], {"first": "Ann", "topic": "tea"}) == "Dear Ann, thanks (tea)! {smile}"


def test_every_kind_of_move_has_a_standard_draft_that_can_be_filled():
    assert set(TITLES) == set(CLASSES) == set(schema.MOVE_KINDS) <= set(standard_drafts("en", True))
    for language in LANGUAGES:
        for familiar in (True, False):
            drafts = standard_drafts(language, familiar)
            assert set(drafts) == set(standard_drafts("en", True))
            for text in drafts.values():
                for facts in ({}, {"first": "Ann", "name": "Ann Lee"}, dict.fromkeys(PLACES, "tea")):
                    assert not set("[]{}") & set(fill(text, facts))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thankyou = 'x'\n", "did you mean 'thank_you'"),
        ("thank_you = 3\n", "must be text"),
        ("thank_you = '{nobody}'\n", "nothing fills {nobody}"),
        ("thank_you = '{first.__class__}'\n", "nothing fills"),
        ("thank_you = '{'\n", "single {"),
        ("thank_you = '{}'\n", "nothing fills {}"),
        ("thank_you = \n", "cannot be read"),
    ],
)
def test_a_fault_in_the_drafts_is_named(tmp_path, text, message):
    (tmp_path / "drafts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        desk.read_drafts(tmp_path)
    assert message in str(caught.value)


LOG = """name,email,date,channel,direction,purpose
Ann Lee,ann@x.example,2026-11-10,email,inbound,favour_received
Bo Ek,bo@y.example,2026-11-11,email,inbound,favour_received
"""


def test_a_book_becomes_moves_in_own_words(tmp_path):
    (tmp_path / "interactions.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "drafts.toml").write_text("thank_you = 'Dear {first}!'\n", encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    moves = desk.propose_moves(book)
    assert moves["draft"].tolist() == ["Dear Bo!", "Dear Ann!"]  # what is later by a day is less urgent
    assert desk.propose_moves(book, count=1)["draft"].tolist() == ["Dear Bo!"]
    earlier = desk.propose_moves(book, book.at("2026-11-11"))
    assert earlier["draft"].tolist() == ["Dear Ann!"]
    (tmp_path / "drafts.toml").write_text("thanks = 'Dear {first}!'\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"drafts\.toml"):
        desk.propose_moves(book)
