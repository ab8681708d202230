"""Who is meant, and why are these one person?"""

import re
from pathlib import Path

import pandas as pd
import pytest

from networkscope import keys, schema
from networkscope.book import open_book
from networkscope.people import lookup

SAMPLE = Path(__file__).parent.parent / "data" / "sample"


def found(names: list[str], text: str) -> list[str]:
    contacts = pd.DataFrame({"contact_id": [f"id {number}" for number in range(len(names))], "name": names})
    return lookup.people_named(schema.conform("contacts", contacts), text)["name"].tolist()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "Jörg Müller",
            ["joerg mueller", "JORG MULLER", "Jörg", "jorg", "joe mul", "Mueller, Joerg", "joerg muller"],
        ),
        ("Joerg Mueller", ["Jörg Müller", "joerg", "jörg"]),
        ("Aña Lee", ["ana lee", "Ana", "ÁNA", "An\u0303a"]),
        ("Søren Ångström", ["soren angstrom", "Soeren Aangstroem", "søren"]),
        ("Żółć Groß", ["zolc gross", "ZOLC", "groß"]),
    ],
)
def test_a_name_is_found_without_accents_and_case_and_by_either_spelling_of_umlauts(name, texts):
    for text in texts:
        assert found([name, "Bo Ek"], text) == [name]
    assert found([name], "Bo") == []


def test_whoever_is_written_exactly_so_comes_before_those_who_differ_in_accents():
    names = ["Ana Lee", "Aña Lee", "Ana Leeson"]
    assert found(names, "ana lee") == ["Ana Lee"]
    assert found(names, "aña lee") == ["Aña Lee"]
    assert found(names[1:], "ana lee") == ["Aña Lee"]
    assert found(["Aña Lee", "Anà Lee"], "ana lee") == ["Aña Lee", "Anà Lee"]
    assert found(names, "lee") == names


def test_a_name_without_letters_finds_nobody():
    for text in ("", " ", "\u200b", "()"):
        assert found(["Ana Lee", "李小龙", "()"], text) == []
    assert found(["Ana Lee", "李小龙"], "李") == ["李小龙"]


def test_the_short_key_of_a_person_is_as_good_as_the_name():
    names = ["Ana Lee", "Ana Lee", "Kristof Ek", "Pabla Oz"]
    contacts = schema.conform("contacts", pd.DataFrame({"contact_id": [*"abcd"], "name": names}))
    shown = lookup.person_keys(contacts)
    assert all(re.fullmatch("p[a-z2-7]{4}", key) for key in shown.values())
    for contact_id, key in shown.items():
        for text in (key, f" {key} ", keys.short_key("p", contact_id), keys.short_key("p", contact_id, 7)):
            assert lookup.people_named(contacts, text)["contact_id"].tolist() == [contact_id]
    assert lookup.people_named(contacts, "kristof")["contact_id"].tolist() == ["c"]
    assert lookup.people_named(contacts, "pabla")["contact_id"].tolist() == [
        "d"
    ]  # a name that looks like a key
    for nobody in ("paaaa", "paaaaaa", shown["a"][:4], keys.short_key("k", "a")):
        assert lookup.people_named(contacts, nobody).empty


def test_where_two_short_keys_are_alike_the_long_ones_tell_them_apart():
    contacts = schema.conform(
        "contacts", pd.DataFrame({"contact_id": ["270", "1877", "3"], "name": [*"xyz"]})
    )
    shown = lookup.person_keys(contacts)
    assert [len(key) for key in shown.values()] == [13, 13, 5]
    assert lookup.people_named(contacts, shown["270"])["contact_id"].tolist() == ["270"]
    assert lookup.people_named(contacts, shown["270"][:5])["contact_id"].tolist() == ["270", "1877"]


def test_names_of_several_spellings_are_near_once():
    contacts = pd.DataFrame({"name": ["Jörg Müller", None, "Bo Ek"]})
    assert lookup.nearest_names(contacts, "Joerg Mueler") == ["Jörg Müller"]
    assert lookup.nearest_names(contacts, "jorg muler") == ["Jörg Müller"]


@pytest.fixture(scope="module")
def sample():
    return open_book(SAMPLE, as_of="2026-11-16")


def test_a_person_is_explained(sample):
    found = lookup.people_named(sample.contacts, "hanna kowalczyk")
    facts = lookup.person(sample, found["contact_id"].iloc[0])
    assert facts["keys"][0]["key"] == "linkedin.com/in/hanna-kowalczyk-sample"
    assert len(facts["keys"][0]["rows"]) > 1
    assert not facts["keys"][0]["shared"]
    assert any(row.startswith("interactions.csv:") for row in facts["by_name"])
    assert (
        sum(touch["count"] for touch in facts["touches"])
        == (sample.interactions["contact_id"] == facts["contact_id"]).sum()
    )
    first = lookup.person_lines(facts)[0]
    assert first.startswith("Hanna Kowalczyk (")
    assert first.endswith(f"  id {facts['contact_id']}  key {facts['key']}")
    assert facts["key"] == lookup.person_keys(sample.contacts)[facts["contact_id"]]


def test_a_phone_without_its_country_is_looked_up_where_the_owner_is_at_home():
    ids, names, phones = ["a", "b"], ["Ana", "Bo"], ["+436641234567", "+4915112345678"]
    people = schema.conform("contacts", pd.DataFrame({"contact_id": ids, "name": names, "phones": phones}))
    assert lookup.people_named(people, "0664 1234567", region="AT")["contact_id"].tolist() == ["a"]
    assert lookup.people_named(people, "0664 1234567").empty


def test_people_are_found_by_parts_of_names_and_by_addresses(sample):
    assert len(lookup.people_named(sample.contacts, "anna novak")) == 2
    assert len(lookup.people_named(sample.contacts, "novak")) >= 2
    assert (
        len(lookup.people_named(sample.contacts, "https://www.linkedin.com/in/hanna-kowalczyk-sample/")) == 1
    )
    assert len(lookup.people_named(sample.contacts, "nobody at all")) == 0
    assert lookup.nearest_names(sample.contacts, "Hana Kowalczik")[0] == "Hanna Kowalczyk"


def test_a_pair_comes_with_both_sides_and_the_keys_that_decide_it(tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "name,email,company\nAna Lee,ana@x.example,Nord\nAna Lee,ana@y.example,Nord AG\n", encoding="utf-8"
    )
    pair = lookup.duplicates(open_book(tmp_path)).iloc[0]
    assert sorted([pair["a"], pair["b"]]) == ["ana@x.example", "ana@y.example"]
    assert sorted([pair["a_side"], pair["b_side"]]) == [
        "Ana Lee, Nord AG, ana@y.example, own contacts, 0 events",
        "Ana Lee, Nord, ana@x.example, own contacts, 0 events",
    ]
