"""The words in mail_words.toml: each folder means one thing, each purpose is one, and all of them are written as they
are compared.
"""

import re
from collections import Counter

import pytest

from networkscope import schema
from networkscope.importers import mailboxes
from networkscope.importers.mail_headers import WORDS


def test_no_folder_means_two_things():
    names = Counter(name for names in WORDS["folders"].values() for name in names)
    assert names.most_common(1)[0][1] == 1
    assert all(name == name.casefold().strip() for name in names)
    assert set(WORDS["folders"]) == set(mailboxes.KINDS)


@pytest.mark.parametrize("rule", WORDS["purposes"], ids=lambda rule: rule["purpose"])
def test_a_purpose_has_words_in_lower_case(rule):
    assert rule["purpose"] in schema.PURPOSES
    assert rule.get("by", "outbound") in schema.DIRECTIONS
    for word in rule["words"]:
        assert word == word.replace("\\W", "").lower()
        assert not re.fullmatch(word, "")
