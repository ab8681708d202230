import pytest

from networkscope import schema
from networkscope.advice import desk, moves
from networkscope.errors import LoadError
from tests.on_tables import snapshot_of


def test_no_file_means_no_own_words(tmp_path):
    assert desk.read_drafts(tmp_path) == {}


def test_own_words_replace_the_standard_ones(tmp_path):
    (tmp_path / "drafts.toml").write_text(
        "thank_you = 'Dear {first}, thanks{topic}! {{smile}}'\n", encoding="utf-8"
    )
    drafts = desk.read_drafts(tmp_path)
    assert drafts == {"thank_you": "Dear {first}, thanks{topic}! {{smile}}"}
    assert moves._draft(drafts["thank_you"], "Ann Lee", "", "tea", {}) == "Dear Ann, thanks (tea)! {smile}"


def test_every_kind_of_move_has_a_standard_draft_that_can_be_filled():
    drafts = moves.standard_drafts()
    assert set(drafts) == set(moves.MOVES) == set(moves.DEBT) == set(schema.MOVE_KINDS)
    facts = moves.month_facts(snapshot_of())
    for text in drafts.values():
        assert "{" not in moves._draft(text, "Ann Lee", "Bo Ek", "tea", facts)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thankyou = 'x'\n", "did you mean 'thank_you'"),
        ("thank_you = 3\n", "must be text"),
        ("thank_you = '{name}'\n", "nothing fills {name}"),
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
