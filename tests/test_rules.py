"""The rules of every language hold their own examples and counterexamples; a book's own rules are read or refused."""

import tomllib
from pathlib import Path

import pytest

from networkscope.errors import LoadError
from networkscope.words import rules
from networkscope.words.reading import fits
from networkscope.words.rules import KNOWN, LISTS, read_rules

FOLDER = Path(rules.__file__).parent / "rules"
EVERY = rules.rules()


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_a_rule_holds_its_examples(rule):
    content = tomllib.loads((FOLDER / f"{rule.language}.toml").read_text(encoding="utf-8"))
    entry = content["rule"][rule.number - 1]
    assert rule.act in KNOWN
    assert [text for text in entry["examples"] if not fits(rule, text)] == []
    assert [text for text in entry.get("counter", ()) if fits(rule, text)] == []


@pytest.mark.parametrize("language", rules.languages())
def test_a_language_file_has_rules_and_known_lists_alone(language):
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert content.keys() <= {"rule", "groups", "always_unless", "unless", *LISTS}
    assert content.get("unless", {}).keys() <= set(KNOWN)
    assert {"thank_you", "advice_ask", "decline", "needs_answer"} <= {
        entry["act"] for entry in content["rule"]
    }


def test_rules_of_the_book(tmp_path):
    path = tmp_path / "words.toml"
    assert read_rules(path) == ()
    path.write_text('[[rule]]\nact = "thank_you"\nsays = ["vergelt* s gott"]\n', encoding="utf-8")
    (rule,) = read_rules(path)
    assert (rule.name, rule.certainty) == ("own.thank_you.1", "sure")
    assert fits(rule, "Vergelts Gott, s Gott!") is False
    assert fits(rule, "Vergelt s Gott!")


def test_groups_and_what_must_be_there_as_well(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text(
        '[groups]\nprost = ["prost", "zum wohl"]\n'
        '[[rule]]\nact = "social"\nsays = ["<prost>"]\nalso = ["(wein|bier)"]\nunless = ["nicht <prost>"]\n',
        encoding="utf-8",
    )
    (rule,) = read_rules(path)
    assert fits(rule, "Bei einem Wein: zum Wohl!")
    assert not fits(rule, "Zum Wohl!")
    assert not fits(rule, "Beim Bier sagt man nicht prost.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\n", "words.toml cannot be read"),
        ('[[rule]]\nact = "thank_yuo"\nsays = ["x"]\n', "did you mean 'thank_you'"),
        ('[[rule]]\nact = "thank_you"\n', "rule 1 needs an act and, in says"),
        ('[[rule]]\nact = "thank_you"\nsays = "thanks"\n', "must be a list of texts"),
        ('[[rule]]\nact = "thank_you"\nsays = ["<thx> a lot"]\n', "'<thx> a lot' of rule 1 cannot be read"),
        ('[[rule]]\nact = "thank_you"\nsays = ["thanks (for"]\n', "'thanks (for' of rule 1 cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(tmp_path, text, said):
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match=r"words\.toml") as fault:
        read_rules(path)
    assert said in str(fault.value)
