"""Company names folded, insiders now and past, and how near each company is."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import SchemaError
from networkscope.keys import LEGAL_FORMS, company_key
from networkscope.measures.companies import insiders, target_coverage
from networkscope.measures.dormancy import dormant_contacts
from tests.on_tables import on_tables

insiders = on_tables(insiders, "contacts")
target_coverage = on_tables(target_coverage, "contacts dormant")
dormant_contacts = on_tables(dormant_contacts, "contacts interactions")

PEOPLE = pd.DataFrame(
    {
        "contact_id": ["ann", "bo", "cy", "di", "ed"],
        "name": ["Ann", "Bo", "Cy", "Di", "Ed"],
        "organization": ["Acme GmbH", "Acme GmbH", "Other Ltd.", None, "ACME"],
        "title": ["CEO", "Nurse", "Cook", None, "Clerk"],
        "past_organizations": [None, None, "acme inc; Third", "Acme; ACME, S.A.", "Acme AG"],
    }
)
LOG = pd.DataFrame(
    {
        "contact_id": ["ann", "bo", "bo", "cy", "cy"],
        "occurred_at": pd.to_datetime(
            ["2025-01-05", "2026-01-05", "2026-01-06", "2026-01-08", "2026-01-09"], utc=True
        ),
        "direction": ["outbound", "outbound", "inbound", "mutual", "mutual"],
        "channel": ["email", "email", "email", "meeting", "meeting"],
        "source_ref": ["l1", "l2", "l3", "l4", "l5"],
    }
)
TIES = dormant_contacts(PEOPLE, LOG, as_of="2026-02-01")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme GmbH & Co. KG", "acme"), ("ACME, Inc.", "acme"), ("The Acme Company", "acme"), ("Acme S.p.A.", "acme"),
        ("Acme Sp. z o.o.", "acme"), ("Acme d.o.o.", "acme"), ("Müller & Söhne", "muller and sohne"),
        ("Ernst and Young LLP", "ernst and young"), ("Amazon.com, Inc.", "amazon com"), ("J.P. Morgan", "jp morgan"),
        ("McDonald’s", "mcdonalds"), ("SE", "se"), ("The AG", "ag"), ("SAS", "sas"), ("Acme Germany", "acme germany"),
        ("株式会社", "株式会社"), ("  ", ""), ("***", ""),
    ],
)  # fmt: skip
def test_company_key(name, key):
    assert company_key(name) == key


@given(st.text(max_size=20), st.sampled_from(sorted(LEGAL_FORMS)))
def test_a_key_is_its_own_key_and_legal_forms_do_not_change_it(name, form):
    key = company_key(name)
    assert company_key(key) == key
    if key:
        assert company_key(f"{name} x {form.upper()}") == company_key(f"{name} x")


def test_insiders_now_and_past_each_once():
    found = insiders(PEOPLE, ["Acme Corp", "Nobody Ltd"])
    assert found[["company", "contact_id", "inside"]].values.tolist() == [
        ["Acme Corp", "ann", "now"],
        ["Acme Corp", "bo", "now"],
        ["Acme Corp", "ed", "now"],  # there again: now, not past
        ["Acme Corp", "cy", "past"],
        ["Acme Corp", "di", "past"],
    ]
    assert found["title"].fillna("").tolist() == ["CEO", "Nurse", "Clerk", "", ""]
    assert found.loc[3, "why"] == "past: acme inc"


def test_every_company_by_its_most_frequent_spelling():
    found = insiders(PEOPLE)
    assert found["company"].unique().tolist() == ["Acme GmbH", "Other Ltd.", "Third"]
    assert len(found) == 7


def test_target_coverage():
    found = target_coverage(PEOPLE, TIES, ["third", "Acme", "ACME Ltd", "Nobody", " "])
    assert found["company"].tolist() == ["third", "Acme", "Nobody"]
    assert found["insider_now_count"].tolist() == [0, 3, 0]
    assert found["insider_past_count"].tolist() == [1, 2, 0]
    assert found["touched_count"].tolist() == [1, 2, 0]  # ann was touched 392 days ago
    # Two meetings (3 each, halved after 180 days) beat two mails: cy is the strongest, though only formerly inside.
    assert found["contact_id"].tolist()[:2] == ["cy", "cy"]
    assert found["source_ref"].tolist()[:2] == ["l5", "l5"]
    assert found["next_step"].tolist() == [
        "Ask for advice about the company",
        "Ask for advice about the company",
        "Ask your strongest ties whom they know there",
    ]
    assert found.loc[1, "why"] == "3 inside now, 2 formerly; 2 in touch within 365 days"
    assert target_coverage(PEOPLE, TIES, ["Acme"], TOUCHED_WITHIN_DAYS=400).loc[0, "touched_count"] == 3


def test_equally_strong_ties_inside_now_come_first():
    nobody = TIES.assign(
        strength=0.0, state=pd.Categorical(["never_touched"] * 5, TIES["state"].cat.categories)
    )
    found = target_coverage(PEOPLE, nobody, ["Acme"])
    assert found.loc[0, ["contact_id", "inside"]].tolist() == ["ann", "now"]
    assert found.loc[0, "next_step"] == "Write for the first time, without an ask"


def test_nothing_in_nothing_out():
    contacts, ties = schema.empty("contacts"), TIES.iloc[:0]
    for nothing, something in (
        (insiders(contacts), insiders(PEOPLE)),
        (insiders(PEOPLE, []), insiders(PEOPLE)),
        (target_coverage(PEOPLE, TIES, []), target_coverage(PEOPLE, TIES, ["Acme"])),
        (target_coverage(contacts, ties, []), target_coverage(PEOPLE, TIES, ["Acme"])),
    ):
        assert nothing.empty
        pd.testing.assert_series_equal(nothing.dtypes, something.dtypes)
    alone = target_coverage(contacts, ties, ["Acme"])
    assert alone["insider_now_count"].tolist() == [0]


def test_faults():
    with pytest.raises(SchemaError, match="contact_id"):
        insiders(pd.DataFrame({"who": ["ann"]}))


@settings(max_examples=15)
@given(st.permutations(range(5)))
def test_order_and_index_do_not_matter(order):
    before = PEOPLE.copy(), TIES.copy()
    mixed = PEOPLE.iloc[order].set_axis([7] * 5), TIES.iloc[order[::-1]].set_axis([7] * 5)
    pd.testing.assert_frame_equal(insiders(mixed[0]), insiders(PEOPLE))
    pd.testing.assert_frame_equal(target_coverage(*mixed, ["Acme"]), target_coverage(PEOPLE, TIES, ["Acme"]))
    pd.testing.assert_frame_equal(PEOPLE, before[0])
    pd.testing.assert_frame_equal(TIES, before[1])
