"""The words in mail_words.toml: each folder means one thing, each purpose is one, and all of them are written as they
are compared.
"""

import re
from collections import Counter
from email.header import Header

import pytest

from networkscope import schema
from networkscope.importers import mailboxes
from networkscope.importers.mail_headers import WORDS


def test_no_folder_means_two_things():
    names = Counter(name.casefold() for names in WORDS["folders"].values() for name in names)
    assert names.most_common(1)[0][1] == 1
    assert set(WORDS["folders"]) == set(mailboxes.KINDS)


@pytest.mark.parametrize("kind", WORDS["folders"])
def test_each_label_is_recognised_as_gmail_writes_it(kind):
    for name in WORDS["folders"][kind]:
        for written in (name, name.title(), f"Opened,{name}"):
            assert (
                mailboxes.label_kind(Header(written, "utf-8").encode().encode()) == mailboxes.KINDS[kind]
            ), name


@pytest.mark.parametrize("rule", WORDS["purposes"], ids=lambda rule: rule["purpose"])
def test_a_purpose_has_words_in_lower_case(rule):
    assert rule["purpose"] in schema.PURPOSES
    assert rule.get("by", "outbound") in schema.DIRECTIONS
    for word in rule["words"]:
        assert word == word.replace("\\W", "").lower()
        assert not re.fullmatch(word, "")
