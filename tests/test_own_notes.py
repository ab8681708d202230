"""What the owner notes of a talk: names given and promises are read, what was noted as a purpose stays."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

import networkscope as ns
from networkscope.words import rules
from networkscope.words.reading import fits, read

CONTENT = tomllib.loads(Path(rules.__file__).with_name("notes.toml").read_text(encoding="utf-8"))
NOTES = """occurred_at,name,channel,direction,purpose,subject,notes
2026-10-01,Ann Lee,call,mutual,,Coffee,Told me to call Bo Ek at Acme.
2026-10-02,Cy Roe,meeting,mutual,,Promised to send my CV by Friday,
2026-10-05,Di Fox,call,mutual,advice_ask,Promised to send the deck,
2026-10-06,Ed Ash,call,mutual,,Xanthippe zerbricht den Krug,She promised to send me the list.
"""


@pytest.mark.parametrize("rule", rules.note_rules(), ids=lambda rule: rule.name)
def test_a_rule_for_notes_holds_its_examples(rule):
    entry = CONTENT[rule.language]["rule"][rule.number - 1]
    assert [text for text in entry["examples"] if not fits(rule, text)] == []
    assert [text for text in entry["counter"] if fits(rule, text)] == []


def test_names_and_promises_are_read_and_a_noted_purpose_stays(tmp_path):
    (tmp_path / "interactions.csv").write_text(NOTES, encoding="utf-8")
    book = ns.open_book(tmp_path, as_of="2026-11-16")
    name_of = book.contacts.set_index("contact_id")["name"]
    told = book.interactions.assign(name=book.interactions["contact_id"].map(name_of)).set_index("name")
    assert told["purpose"].to_dict() == {
        "Ann Lee": "referral_given", "Cy Roe": "promise", "Di Fox": "advice_ask", "Ed Ash": "unknown",
    }  # fmt: skip
    assert told["due_on"].dropna().to_dict() == {"Cy Roe": pd.Timestamp("2026-10-09")}
    assert told["needs_answer"].isna().all()
    (given,) = book.referrals.to_dict("records")
    assert (name_of[given["referrer_id"]], name_of[given["referred_id"]]) == ("Ann Lee", "Bo Ek")
    assert given["inferred"]


def test_of_a_note_no_more_is_kept_than_the_words_that_matched(tmp_path):
    (tmp_path / "interactions.csv").write_text(NOTES, encoding="utf-8")
    acts = ns.open_book(tmp_path, as_of="2026-11-16").acts
    assert len(acts) == 3
    assert "Xanthippe" not in acts.to_csv()
    assert (acts["phrase"].str.len() <= 80).all()


def test_a_note_is_not_read_as_a_message():
    assert read(["Would you be open to a quick chat?"], notes=True).acts.empty


def test_what_is_noted_in_a_calendar_is_read_once_and_not_what_others_wrote(tmp_path):
    head = "BEGIN:VEVENT\nUID:{0}\nDTSTART:2026100{0}T090000Z\nSUMMARY:Coffee\nORGANIZER:mailto:{1}\n"
    guests = "ATTENDEE;CN=Ann Lee:mailto:ann@example.com\nATTENDEE;CN=Kim:mailto:kim@example.com\n"
    told = "DESCRIPTION:Told me to call Bo Ek at Acme. Xanthippe was there.\nEND:VEVENT\n"
    events = [
        head.format(number, who) + guests + told
        for number, who in enumerate(("kim@example.com", "ann@example.com"), start=1)
    ]
    (tmp_path / "book.toml").write_text('[owner]\nemails = ["kim@example.com"]\n', encoding="utf-8")
    (tmp_path / "mine.ics").write_text(
        "BEGIN:VCALENDAR\n" + "".join(events) + "END:VCALENDAR\n", encoding="utf-8"
    )
    book = ns.open_book(tmp_path, as_of="2026-11-16")
    assert book.acts["about"].tolist() == ["Bo Ek"]
    kept = [path.read_bytes() for path in (tmp_path / ".cache").rglob("*") if path.is_file()]
    assert kept
    assert not [content for content in kept if b"Xanthippe" in content]
