"""The names in columns.toml: each means one thing in its section, and the months cover the year."""

import tomllib
from pathlib import Path

import pytest

from networkscope.importers import columns

SECTIONS = tomllib.loads(Path(columns.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("section", SECTIONS)
def test_no_name_means_two_things(section):
    for field, names in SECTIONS[section].items():
        for name in names:
            known = columns.known(section).get(columns.normal(name.replace("#", "7")))
            assert known == field.replace("#", "7")


def test_there_are_twelve_months():
    assert len(columns.section("months")) == 12


def test_names_are_compared_without_case_accents_and_signs():
    assert columns.normal(" E-Mail_Adresse ") == "e mail adresse"
    assert columns.normal("Prénom") == "prenom"


def test_a_number_in_a_name_is_one_in_its_field():
    found = columns.by_name({"name": ["name", "Full Name"], "email_#": ["E-Mail # - Value"]})
    assert (found["full name"], found["e mail 2 value"]) == ("name", "email_2")
