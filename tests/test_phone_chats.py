"""Chats of Signal and iMessage, as signal-export, sigtop and imessage-exporter write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.importers import find_reader, phone_chats
from networkscope.importers.base import SourceFile
from networkscope.importers.chats import SYSTEM, TO_NOBODY, UNREADABLE
from networkscope.settings import Settings

VIENNA = Settings(timezone="Europe/Vienna")
SIGNAL = """[2026-01-05 10:00:00] Ana Lee: Could you send me the deck?  

[2026-01-05 10:01:30] Me: Sure

> quoted

second line  
(- Ana Lee: 👍 -)

[2026-01-06 09:00:00] No-Sender: 

"""  # noqa: W291
SIGTOP = """Conversation: Ana Lee (+436641234567)

From: Ana Lee (+436641234567)
Type: incoming
Sent: Mon, 5 Jan 2026 10:00:00 +0100
Received: Mon, 5 Jan 2026 10:00:02 +0100

Could you send me the deck?

From: You
Type: outgoing
Sent: Mon, 5 Jan 2026 10:01:30 +0100
Attachment: deck.pdf (application/pdf, 100 bytes)

> From: Ana Lee (+436641234567)
> Sent: Mon, 5 Jan 2026 10:00:00 +0100
>
> Could you send me the deck?

Sure

From: Ana Lee (+436641234567)
Type: call-history
Sent: Tue, 6 Jan 2026 09:00:00 +0100
Received: Tue, 6 Jan 2026 09:00:00 +0100

"""
IMESSAGE = """Jan 05, 2026 10:00:00 AM (Read by you after 1 hour, 49 seconds)
Ana Lee
Could you send me the deck?
Tapbacks:
Loved by Me
    Jan 05, 2026 10:01:30 AM
    Me
    Sure

Jan 05, 2026 10:01:30 AM
Me
Sure

second line
This message responded to an earlier message.

Jan 06, 2026  9:00:00 AM You renamed the conversation to Friends

"""
FILES = {
    "Signal chat": ("Ana Lee/chat.md", SIGNAL),
    "Signal chat (sigtop)": ("Ana Lee (+436641234567).txt", SIGTOP),
    "iMessage chat": ("Ana Lee.txt", IMESSAGE),
}


def read(tmp_path, text, name, settings=VIENNA):
    (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
    return parse(tmp_path, text, name, settings)


@pytest.mark.parametrize("reader", FILES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_chat_of_two(tmp_path, reader, end):
    name, text = FILES[reader]
    found, parsed = read(tmp_path, text.replace("\n", end), name)
    assert found == reader
    events = parsed.interactions
    assert column(parsed.people, "name") == ["Ana Lee"]
    assert column(events, "direction") == ["inbound", "outbound"]
    assert events["occurred_at"].dt.strftime("%F %T").tolist() == [
        "2026-01-05 09:00:00",
        "2026-01-05 09:01:30",
    ]
    assert column(events, "needs_answer") == [True, False]
    assert parsed.rejected == {SYSTEM: 1}
    assert parsed.rows_read == 3
    assert column(events, "source_ref")[0].endswith(":3" if "sigtop" in reader else ":1")


GROUPS = {
    "Signal chat": ("Choir/chat.md", "[2026-01-05, 10:00] Ana Lee: hi\n[2026-01-05, 10:01] Bo Ek: ho\n"
        "[2026-01-05, 10:02] Me: ha\n"),
    "Signal chat (sigtop)": (
        "Choir.txt",
        "Conversation: Choir (group)\n\n" + "".join(
            f"From: {who}\nType: {kind}\nSent: Mon, 5 Jan 2026 10:0{n}:00 +0100\n\nhi\n\n"
            for n, (who, kind) in enumerate(
                [("Ana Lee (ana.01)", "incoming"), ("Bo Ek (+43)", "incoming"), ("You", "outgoing")]
            )
        ),
    ),
    "iMessage chat": (
        "Choir - 12.txt",
        "Jan 05, 2026 10:00:00 AM\nAna Lee\nhi\n\nJan 05, 2026 10:01:00 AM\nBo Ek\nho\n\n"
        "Jan 05, 2026 10:02:00 PM\nMe\nha\n\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("reader", GROUPS)
def test_a_group(tmp_path, reader):
    name, text = GROUPS[reader]
    found, parsed = read(tmp_path, text, name)
    assert found == reader
    assert column(parsed.people, "name") == ["Ana Lee", "Bo Ek"]
    assert column(parsed.interactions, "direction") == ["inbound", "inbound", "outbound", "outbound"]
    assert set(column(parsed.interactions, "group_size")) == {3}


def test_a_number_or_an_address_is_a_key(tmp_path):
    text = "Jan 05, 2026 10:00:00 AM\n{}\nhi\n\n"
    _, parsed = read(tmp_path, text.format("+15558675309"), "+15558675309.txt")
    assert column(parsed.people, "phones") == ["+15558675309"]
    assert parsed.people["name"].isna().all()
    _, parsed = read(tmp_path, text.format("ana@x.example"), "ana@x.example.txt")
    assert column(parsed.people, "emails") == ["ana@x.example"]


@pytest.mark.parametrize(("name", "people"), [("+15558675309.txt", 1), ("Family.txt", 0)])
def test_where_only_the_owner_wrote_the_name_of_the_file_is_a_person_if_it_is_a_number(
    tmp_path, name, people
):
    _, parsed = read(tmp_path, "Jan 05, 2026 10:00:00 AM\nMe\nhi\n\n", name)
    assert len(parsed.people) == people
    assert parsed.rejected == ({} if people else {TO_NOBODY: 1})


def test_impossible_times_and_lines_before_the_first_message(tmp_path):
    text = "[2026-01-05 10:00:00] Me: hi\n[2026-02-31 10:00:00] Ana Lee: hi\n"
    _, parsed = read(tmp_path, text, "Ana Lee/chat.md")
    assert parsed.rejected[UNREADABLE] == 1
    sent = "Type: incoming\nSent: Mon, 5 Jan 2026 10:00:00 +0100"
    text = f"Conversation: Ana Lee\nwhat is this\n\nFrom: Ana Lee\n{sent}\n\nhi\n"
    _, parsed = read(tmp_path, text, "a.txt")
    assert parsed.rejected == {phone_chats.OUTSIDE: 1}
    assert parsed.rows_read == 2


def test_a_whatsapp_chat_with_the_same_dates_stays_one(tmp_path):
    name, _ = parse(
        tmp_path, "[2026-01-05 10:00:00] Ana Lee: hi\n[2026-01-05 10:01:00] Nora Berg: yo\n", "_chat.txt",
        Settings(owner_name="Nora Berg"),
    )  # fmt: skip
    assert name == "WhatsApp chat"


@pytest.mark.parametrize(
    "text",
    ["From: Ana\nType: x\n", "Jan 5, 2026 we met\n", "Conversation: with Ana\n", "[2026-01-05] Me: hi\n"],
)
def test_other_texts_are_not_taken(tmp_path, text):
    (tmp_path / "notes.txt").write_text(text)
    reader = find_reader(SourceFile(tmp_path / "notes.txt", "notes.txt", len(text)))
    assert reader is None or reader.name not in FILES


LINE = st.one_of(
    st.sampled_from([line for _, text in FILES.values() for line in text.split("\n")]), st.text(max_size=30)
)


@pytest.mark.parametrize("reader", FILES)
@given(lines=st.lists(LINE, max_size=12))
def test_any_lines_are_accounted_for(tmp_path_factory, reader, lines):
    name, text = FILES[reader]
    found, parsed = read(tmp_path_factory.mktemp("chat"), text + "\n".join(lines), name)
    assert found == reader
    kept = parsed.interactions["source_ref"].nunique()
    assert parsed.rows_read == kept + parsed.rejected.total()
    assert parsed.rows_read >= 3


def test_a_book_joins_the_same_person_and_later_exports(tmp_path):
    (tmp_path / "contacts.csv").write_text("name\nAna Lee\n")
    for folder in ("old", "new"):
        (tmp_path / folder / "Ana Lee").mkdir(parents=True)
        (tmp_path / folder / "Ana Lee" / "chat.md").write_text(SIGNAL)
    book = open_book(tmp_path, as_of="2026-12-01", cache=False)
    assert book.contacts["name"].tolist() == ["Ana Lee"]
    assert len(book.interactions) == 2
    assert (book.summary["rows_read"] == book.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()
    assert pd.notna(book.interactions["contact_id"]).all()
