"""Names that a message gives with their address, and what is none."""

import pyarrow as pa
import pytest

from networkscope.words.addresses import named_addresses
from networkscope.words.reading import read

TWO = "Two more: Molly Frost at Medlattice (molly.frost@medlattice.example) and Nadia Rahman, nrahman@bright.example."


def given(text: str) -> list[tuple[str, str]]:
    return [*named_addresses(pa.array([text]))[["name", "address"]].itertuples(index=False, name=None)]


def test_each_name_has_its_own_address():
    assert given(TWO) == [
        ("Molly Frost", "molly.frost@medlattice.example"), ("Nadia Rahman", "nrahman@bright.example"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Écris à Élodie Brun : elodie.brun@nord.example", "Élodie Brun"),
        ("Ruf Jörg van der Meer an: j.vandermeer@x.example", "Jörg van der Meer"),
        ("escribe a ana.soto@x.example (Ana Soto)", "Ana Soto"),
    ],
)
def test_accents_particles_and_an_address_before_the_name(text, name):
    assert [who for who, _ in given(text)] == [name]


@pytest.mark.parametrize(
    "text",
    ["Send it to jobs@nord.example, says Bo Ek", "mail me: bo@x.example", "Bo Ek has no address", "@ Bo Ek"],
)
def test_an_address_of_nobody_who_is_named(text):
    assert given(text) == []


def test_such_a_name_is_given_but_not_by_what_says_that_somebody_is_away():
    acts = read([f"{TWO} Use my name."]).acts
    assert acts.loc[acts["act"] == "referral_given", "about"].tolist() == ["Molly Frost", "Nadia Rahman"]
    away = "I am out of the office until Monday. In urgent cases write to Molly Frost, molly.frost@x.example."
    assert "referral_given" not in read([away]).acts["act"].tolist()


def test_whoever_signs_with_their_address_gives_no_name():
    assert given("Fine, see you then.\n\nBo Ek\nHead of Sales, bo.ek@nord.example") == []
