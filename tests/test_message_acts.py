"""What is read from the texts of an export: purposes, answers, names, days; and that no text is kept anywhere."""

import pandas as pd
import pytest

import networkscope as ns

HEAD = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,"
    "DATE,SUBJECT,CONTENT,FOLDER\n"
)
ME, BO = "https://www.linkedin.com/in/kim-self", "https://www.linkedin.com/in/bo-lind"
SECRET = "Xanthippe zerbricht den Krug am Donnerstag"
WRITTEN = [
    (
        "me",
        "2026-10-01 09:00:00 UTC",
        f"Hi Bo! {SECRET}. Would you be open to a quick chat about your move?",
    ),
    ("bo", "2026-10-02 09:00:00 UTC", "You should talk to Ann Lee at Acme."),
    (
        "me",
        "2026-10-03 09:00:00 UTC",
        "Thank you so much for your time yesterday. I'll send you the slides by Friday.",
    ),
]


@pytest.fixture
def book_folder(tmp_path):
    lines = [
        f"c1,,{'Kim Self' if who == 'me' else 'Bo Lind'},{ME if who == 'me' else BO},"
        f'{"Bo Lind" if who == "me" else "Kim Self"},{BO if who == "me" else ME},{at},,"{text}",INBOX\n'
        for who, at, text in WRITTEN
    ]
    (tmp_path / "messages.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    (tmp_path / "book.toml").write_text(
        f'[owner]\nname = "Kim Self"\nprofiles = ["{ME}"]\n', encoding="utf-8"
    )
    return tmp_path


def test_purposes_names_and_days(book_folder):
    book = ns.open_book(book_folder, as_of="2026-11-16")
    events = book.interactions.sort_values("occurred_at")
    assert events["purpose"].tolist() == ["advice_ask", "referral_given", "promise"]
    assert events["due_on"].dropna().tolist() == [pd.Timestamp("2026-10-09")]
    assert events["needs_answer"].tolist()[0] is True
    assert events["suggested"].tolist() == [True, True, True]
    name_of = book.contacts.set_index("contact_id")["name"]
    (given,) = book.referrals.to_dict("records")
    assert (name_of[given["referrer_id"]], name_of[given["referred_id"]]) == ("Bo Lind", "Ann Lee")
    assert given["inferred"] is True or bool(given["inferred"])


def test_the_texts_are_nowhere(book_folder):
    book = ns.open_book(book_folder, as_of="2026-11-16")
    assert len(book.acts)
    for name in ("contacts", "interactions", "referrals", "acts", "summary"):
        assert "Xanthippe" not in getattr(book, name).to_csv()
    kept = [path for path in (book_folder / ".cache").rglob("*") if path.is_file()]
    assert kept
    assert not [path.name for path in kept if b"Xanthippe" in path.read_bytes()]


def test_reading_can_be_turned_off(book_folder):
    settings = book_folder / "book.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "[words]\nread = false\n", encoding="utf-8")
    book = ns.open_book(book_folder, as_of="2026-11-16")
    assert book.acts.empty
    assert (book.interactions["purpose"] == "unknown").all()


def test_a_rule_of_the_book(book_folder):
    (book_folder / "words.toml").write_text(
        '[[rule]]\nact = "social"\nsays = ["xanthippe"]\n', encoding="utf-8"
    )
    book = ns.open_book(book_folder, as_of="2026-11-16")
    assert "own.social.1" in book.acts["rule"].tolist()


def test_whoever_is_called_by_the_surname_in_a_mail_to_many_is_asked(tmp_path):
    """Of a mail to five only the one who is called by name owes an answer."""
    (tmp_path / "book.toml").write_text('[owner]\nname = "Kim Self"\nemails = ["kim@a.example"]\n')
    texts = {
        "mine": "Danke an alle. @Frau Self: Können Sie mir die Zahlen schicken?",
        "hers": "@Frau Lind: Wann?",
    }
    mails = [
        f"From {who}@a.example Mon Nov 02 09:00:00 2026\nFrom: Bo Lind <bo@a.example>\nTo: kim@a.example, a@a.example, "
        f"b@a.example, c@a.example, d@a.example\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nSubject: {who}\n"
        f"Message-ID: <{who}@a.example>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
        for who, text in texts.items()
    ]
    (tmp_path / "box.mbox").write_text("".join(mails), encoding="utf-8")
    now = ns.open_book(tmp_path, as_of="2026-11-16").at()
    owed = ns.followups(now)
    assert owed.loc[owed["kind"] == "owed_reply", ["topic", "state"]].values.tolist() == [["mine", "overdue"]]
