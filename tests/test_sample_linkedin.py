"""The LinkedIn-only sample: the same bytes whenever it is made; what people wrote is found in four languages."""

from pathlib import Path

import networkscope as ns
from data.make_sample.linkedin_only import CONNECTIONS, write_linkedin_sample

KEPT = Path(__file__).parent.parent / "data" / "sample_linkedin"


def test_the_kept_sample_is_what_the_generator_writes(tmp_path):
    write_linkedin_sample(tmp_path)
    assert {path.name: path.read_bytes() for path in KEPT.iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in tmp_path.iterdir()
    }


def test_what_is_read_from_it(tmp_path):
    write_linkedin_sample(tmp_path)
    book = ns.open_book(tmp_path, as_of="2026-11-16")
    assert len(book.contacts) >= CONNECTIONS
    assert len(book.interactions) >= 200
    assert set(book.acts["language"]) >= {"en", "de", "fr", "es"}
    assert set(book.acts["act"]) >= {
        "advice_ask", "job_ask", "referral_ask", "recommendation_ask", "referral_given", "thank_you", "promise",
        "offer", "accept", "decline", "later", "update", "catch_up", "social", "congratulation",
    }  # fmt: skip
    name_of = book.contacts.set_index("contact_id")["name"]
    given = {(name_of[row.referrer_id], name_of.get(row.referred_id)) for row in book.referrals.itertuples()}
    assert ("Alma Reuter", "Ivo Brandt") in given
    assert ("Lena Strobl", "Jakob Feld") in given
    assert book.interactions["due_on"].notna().sum() >= 2
