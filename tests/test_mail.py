"""Mail as it lies on real disks: every quirk by hand, then random and truncated bytes, every mail accounted for."""

import io
import zipfile
from email.header import Header

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope.errors import LoadError
from networkscope.importers import find_reader, mail, mailboxes, walk
from networkscope.importers.base import SourceFile
from networkscope.settings import Settings

OWNER = Settings(owner_emails=("me@own.example",), timezone="Europe/Vienna")
ENVELOPE = "From - Mon Jan  1 10:00:00 2024"
ANN, BOB, ME = "Ann Lee <ann@x.example>", "Bob <bob@x.example>", "me@own.example"


def message(sender=ANN, to=ME, subject="Hello", day=1, **more):
    """One mail of an mbox; `more` headers by name, with None for one that is left out."""
    headers = {"From": sender, "To": to, "Subject": subject, "Date": f"Mon, {day:02} Jan 2024 10:00:00 +0000"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\n".join([ENVELOPE, *lines, "", "body", "", ""])


def box(tmp_path, *mails, name="all.mbox"):
    path = tmp_path / name
    path.write_bytes(b"".join(one if isinstance(one, bytes) else one.encode() for one in mails))
    return SourceFile(path, name, path.stat().st_size)


def read(tmp_path, *mails, book=OWNER, name="all.mbox"):
    parsed = mail.read(box(tmp_path, *mails, name=name), book)
    check_accounts(parsed)
    return parsed


def check_accounts(parsed):
    refs = {*parsed.people["source_ref"], *parsed.interactions["source_ref"]}
    assert parsed.rows_read == len(refs) + parsed.rejected.total()
    for frame in (parsed.interactions["person"], parsed.tables["co_mentions"]["person"]):
        assert frame.between(0, len(parsed.people) - 1).all()


def values(parsed, *columns):
    addresses = parsed.people["emails"].to_numpy()[parsed.interactions["person"].to_numpy(int)]
    frame = parsed.interactions.assign(who=addresses)
    return frame[["who", *columns]].astype(object).values.tolist()


# Where mails begin


def test_separators_escapes_and_bodies_that_look_like_them(tmp_path):
    tricky = (
        message(subject="one")
        + "From here on it goes\n\nFrom me to you\n\n>From - Mon Jan  1 10:00:00 2024\n\nFrom x\n\n"
    )
    no_blank = "text\nFrom - Mon Jan  1 10:00:00 2024\n\n"
    parsed = read(tmp_path, tricky, no_blank, message(subject="two"))
    assert parsed.interactions["subject"].tolist() == ["one", "two"]


@pytest.mark.parametrize(
    "envelope",
    [
        "From ann@x.example Mon Jan  1 10:00:00 2024",
        "From 1786@xxx Mon Jan 01 10:00:00 +0000 2024",
        "From MAILER-DAEMON Mon Jan  1 10:00 2024",
        "From ann at x.example  Mon Jan  1 10:00:00 2024",
        "From - Mon Jan 1 10:00:00 CET 2024",
    ],
)
def test_envelopes_that_are_recognised(envelope):
    data = (message() + message().replace(ENVELOPE, envelope)).encode()
    assert len(list(mailboxes.messages(io.BytesIO(data)))) == 2
    assert len(list(mailboxes.messages(io.BytesIO(data.replace(b"\n", b"\r\n"))))) == 2


def test_crlf_reads_like_lf(tmp_path):
    mails = [
        message(Message_ID="<a@x>", Cc=BOB),
        message(sender=ME, to=ANN, References="<a@x>\n <b@x>", day=2),
    ]
    plain = read(tmp_path, *mails)
    dos = read(tmp_path, *(one.replace("\n", "\r\n") for one in mails))
    same = ["event_id", "person", "occurred_at", "direction", "thread_id", "subject", "group_size"]
    pd.testing.assert_frame_equal(plain.interactions[same], dos.interactions[same])


def test_each_mail_is_known_by_its_offset(tmp_path):
    data = b"junk before\n\n" + b"".join(message(subject=str(n)).encode() for n in range(5))
    file = box(tmp_path, message().encode() + data)
    whole = file.read()
    assert [whole[at : at + 5] for at, *_ in mailboxes.headers(file)] == [b"From "] * 6


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_headers_end_at_the_first_empty_line_however_it_is_written(ending):
    mail = message(subject="one").encode().replace(b"\n\n", b"\n" + ending, 1)
    data = mail + b"To: somebody else\n\n" + message(subject="two").encode()
    heads = [head for _, head, _ in mailboxes.messages(io.BytesIO(data))]
    assert heads[0] + b"\n" + ending == mail[: len(heads[0]) + 1 + len(ending)]
    assert [head.count(b"Subject: ") for head in heads] == [1, 1]
    assert not any(b"somebody" in head for head in heads)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=12), st.integers(200, 1_500))
def test_the_window_never_matters(sizes, chunk):
    mails = [message(subject=f"{n}").encode() + b"x" * size + b"\n\n" for n, size in enumerate(sizes)]
    data = b"\n" + b"".join(mails)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailboxes, "CHUNK_BYTES", chunk)
        patch.setattr(mailboxes, "HEADER_BYTES", 180)
        windowed = list(mailboxes.messages(io.BytesIO(data), 300))
        patch.setattr(mailboxes, "CHUNK_BYTES", len(data))
        assert windowed == list(mailboxes.messages(io.BytesIO(data), 300))
    assert len(windowed) == len(mails)


# Who, when, and in which direction


def test_inbound_credits_the_sender_and_outbound_every_recipient(tmp_path):
    parsed = read(
        tmp_path,
        message(to=f"{ME}, carl@x.example", Cc=BOB),
        message(sender=ME, to=ANN, Cc=BOB, Bcc="dora@x.example", day=2),
    )
    assert values(parsed, "direction", "group_size") == [
        ["ann@x.example", "inbound", 4],  # Ann, me, Carl, Bob
        ["ann@x.example", "outbound", 4],  # me, Ann, Bob, Dora
        ["bob@x.example", "outbound", 4],
        ["dora@x.example", "outbound", 4],
    ]
    assert parsed.people["name"].fillna("").tolist() == ["Ann Lee", "", "Bob", ""]
    assert parsed.people["listed"].tolist() == [False] * 4
    beside = parsed.people["emails"].to_numpy()[parsed.tables["co_mentions"]["person"]]
    assert beside.tolist() == ["carl@x.example", "bob@x.example"]
    assert set(parsed.tables["co_mentions"]["event_id"]) == {parsed.interactions["event_id"][0]}


def test_several_addresses_of_the_owner_are_one_person(tmp_path):
    book = Settings(owner_emails=(ME, "me@work.example"))
    parsed = read(
        tmp_path,
        message(to=f"{ME}, me@work.example"),
        message(sender=ME, to="me@work.example"),
        book=book,
    )
    assert values(parsed, "group_size") == [["ann@x.example", 2]]
    assert parsed.rejected == {mail.TO_SELF: 1}
    assert parsed.owner == ("me@own.example", "me@work.example")


def test_a_name_is_the_one_that_is_used_most(tmp_path):
    parsed = read(
        tmp_path,
        message("A. Lee <ann@x.example>"),
        message(day=2),
        message("ANN@x.example", day=3),
        message(day=4),
    )
    assert parsed.people["name"].tolist() == ["Ann Lee"]


def test_columns_of_one_mail(tmp_path):
    parsed = read(
        tmp_path,
        message(
            subject="=?utf-8?q?Danke_f=C3=BCr_gestern?=",
            Message_ID="<a@x>",
            Content_Type="multipart/mixed; boundary=x",
        ),
    )
    row = parsed.interactions.iloc[0]
    assert (row["channel"], row["subject"], row["purpose"]) == ("email", "Danke für gestern", "thank_you")
    assert row["suggested"]
    assert row["attachments"]
    assert row["occurred_at"] == pd.Timestamp("2024-01-01 10:00", tz="UTC")
    assert row["source_ref"] == "all.mbox:0"
    assert not any("body" in str(value) for value in row)


def test_suggestions_can_be_switched_off(tmp_path):
    parsed = read(
        tmp_path, message(subject="Thank you"), book=Settings(owner_emails=(ME,), suggest_purposes=False)
    )
    assert parsed.interactions["purpose"].tolist() == ["unknown"]
    assert parsed.interactions["suggested"].tolist() == [False]


def test_impossible_dates_take_the_day_of_delivery_and_are_counted(tmp_path):
    dates = [
        "Mon, 31 Feb 2024 10:00:00 +0000",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "31 Dec 9999 23:59:59 +0000",
        None,
        "",
    ]
    parsed = read(tmp_path, *(message(subject=str(n), Date=date) for n, date in enumerate(dates)))
    assert set(parsed.interactions["occurred_at"]) == {pd.Timestamp("2024-01-01 10:00", tz="UTC")}
    assert parsed.notes[0].startswith("5 mails have no possible date")


def test_a_mail_without_any_date_is_rejected(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text("From: ann@x.example\nTo: me@own.example\nSubject: x\n\nbody")
    parsed = mail.read(SourceFile(path, "a.eml", 1), OWNER)
    check_accounts(parsed)
    assert parsed.rejected == {"no possible date, neither the mail's nor its delivery's": 1}


def test_the_same_mail_twice_is_one_event_with_two_refs(tmp_path):
    parsed = read(tmp_path, message(Message_ID="<a@x>"), message(Message_ID="<a@x>", day=2))
    assert parsed.interactions["event_id"].nunique() == 1
    assert parsed.interactions["source_ref"].nunique() == 2
    assert parsed.notes == ["1 mails are in it once more; each counts once"]


@pytest.mark.parametrize("empty", ["<>", "", None])
def test_an_empty_id_is_no_id(tmp_path, empty):
    parsed = read(
        tmp_path, message(Message_ID=empty), message(Message_ID=empty, day=2), message(Message_ID=empty)
    )
    assert (
        parsed.interactions["event_id"].nunique() == 2
    )  # the third is the first again: date, sender, subject


# Threads


def threads(tmp_path, *mails):
    return read(tmp_path, *mails).interactions["thread_id"].tolist()


def test_threads_by_references_by_answer_and_by_gmail(tmp_path):
    first = message(Message_ID="<a@x>")
    by_references = message(Message_ID="<c@x>", References="<a@x> <b@x>", day=2)
    by_answer = message(Message_ID="<d@x>", In_Reply_To="<c@x>", day=3)
    other = message(Message_ID="<e@x>", day=4)
    one, two, three, four = threads(tmp_path, first, by_references, by_answer, other)
    assert one == two == three != four
    gmail = threads(
        tmp_path, message(X_GM_THRID="17"), message(X_GM_THRID="17", day=2), message(X_GM_THRID="18", day=3)
    )
    assert gmail[0] == gmail[1] != gmail[2]


def test_an_answer_that_names_no_mail_joins_by_subject_and_person(tmp_path):
    first = message(subject="The plan", Message_ID="<a@x>")
    answer = message(sender=ME, to=ANN, subject="RE: AW: the plan", Message_ID="<b@x>", day=2)
    stranger = message(sender=BOB, subject="Re: The plan", Message_ID="<c@x>", day=3)
    one, two, three = threads(tmp_path, first, answer, stranger)
    assert one == two != three


def test_a_circle_of_answers_ends(tmp_path):
    ids = "abc"
    mails = [message(Message_ID=f"<{a}@x>", In_Reply_To=f"<{b}@x>") for a, b in zip(ids, "bca", strict=True)]
    assert len(threads(tmp_path, *mails)) == 3


# What is set apart


@pytest.mark.parametrize(
    "more",
    [
        {"List_Id": "<dev.x.example>"},
        {"List_Unsubscribe": "<mailto:x@x.example>"},
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"sender": "News <no-reply@x.example>"},
        {"Sender": "calendar-notification@google.example"},
    ],
)
def test_lists_and_robots_are_counted_apart(tmp_path, more):
    parsed = read(tmp_path, message(**more), message(day=2))
    assert parsed.rejected == {"list or robot": 1}
    assert parsed.people["emails"].tolist() == ["ann@x.example"]


def test_what_the_owner_sends_to_a_list_or_a_robot_touches_nobody(tmp_path):
    parsed = read(
        tmp_path,
        message(sender=ME, to="dev@x.example"),
        message(sender=ME, to="noreply@x.example", day=2),
        message(List_Post="<mailto:dev@x.example>", to="dev@x.example", day=3),
    )
    assert parsed.rejected == {"list or robot": 3}
    assert parsed.people.empty


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("Drafts", mailboxes.DRAFT),
        ("Inbox,Trash", mailboxes.TRASH),
        ("Spam,Unread", mailboxes.SPAM),
        ("=?UTF-8?Q?Entw=C3=BCrfe,Wichtig?=", mailboxes.DRAFT),
        ("Papierkorb", mailboxes.TRASH),
        ("Corbeille,Brouillons", mailboxes.DRAFT),
        ("=?UTF-8?B?44K044Of566x?=", mailboxes.TRASH),
    ],
)
def test_gmail_labels_in_any_language(tmp_path, labels, reason):
    assert read(tmp_path, message(X_Gmail_Labels=labels)).rejected == {reason: 1}


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("Корзина", mailboxes.TRASH),
        ("Чернетки", mailboxes.DRAFT),
        ("휴지통", mailboxes.TRASH),
        ("임시보관함", mailboxes.DRAFT),
        ("Πρόχειρα", mailboxes.DRAFT),
        ("טיוטות", mailboxes.DRAFT),
        ("المسودات", mailboxes.DRAFT),
        ("Koncepti,Važno", mailboxes.DRAFT),
        ("Mesaje nedorite", mailboxes.SPAM),
        ("垃圾郵件", mailboxes.SPAM),
        ("Bin,Opened", mailboxes.TRASH),
    ],
)
def test_labels_of_more_languages(tmp_path, labels, reason):
    encoded = Header(labels, "utf-8").encode()
    assert read(tmp_path, message(X_Gmail_Labels=encoded)).rejected == {reason: 1}


CHAT = {"to": None, "subject": None, "Date": None, "X_GM_THRID": "3"}


@pytest.mark.parametrize(
    "labels",
    ["Chat", "Chats", "Chat,Archived", "=?UTF-8?Q?Bate-papos?=", "Чаты", "チャット", "Csevegések,Olvasott"],
)
def test_a_gmail_chat_is_a_chat_with_its_sender(tmp_path, labels):
    encoded = labels if labels.isascii() else Header(labels, "utf-8").encode()
    parsed = read(tmp_path, message(X_Gmail_Labels=encoded, **CHAT), message(day=2))
    assert values(parsed, "channel", "direction", "group_size") == [
        ["ann@x.example", "chat", "mutual", 2],  # both write in a chat
        ["ann@x.example", "email", "inbound", 2],
    ]
    assert parsed.interactions["occurred_at"][0] == pd.Timestamp("2024-01-01 10:00", tz="UTC")
    assert parsed.notes == ["1 mails have no possible date; that of their delivery was used"]


def test_what_the_owner_wrote_in_a_chat_names_nobody(tmp_path):
    mails = [message(sender=ME, X_Gmail_Labels="Chat", **CHAT), message(X_Gmail_Labels="Chat,Trash", day=2)]
    assert read(tmp_path, *mails).rejected == {mail.NO_RECIPIENT: 1, mailboxes.TRASH: 1}


def test_a_folder_called_chats_is_no_chat(tmp_path):
    assert read(tmp_path, message(), name="Chats.mbox").interactions["channel"].tolist() == ["email"]


def test_other_programs_say_it_by_folder_or_header(tmp_path):
    assert read(tmp_path, message(), name="Drafts").rejected == {mailboxes.DRAFT: 1}
    assert read(tmp_path, message(), name="Junk.mbox").rejected == {mailboxes.SPAM: 1}
    assert read(tmp_path, message(X_Mozilla_Draft_Info="x")).rejected == {mailboxes.DRAFT: 1}


def test_mails_without_people(tmp_path):
    parsed = read(
        tmp_path,
        message(sender="Ann Lee"),
        message(sender=ME, to=None),
        message(sender=ME, to="undisclosed-recipients:;", day=2),
    )
    assert parsed.rejected == {"no address in From": 1, "no address in To, Cc or Bcc": 2}


# Whose mail is it


def owner(tmp_path, *mails, name="all.mbox"):
    return mail.read(box(tmp_path, *mails, name=name), Settings()).owner


def test_the_owner_by_sent_labels_by_delivery_and_by_presence(tmp_path):
    sent = message(sender=ME, to=ANN, X_Gmail_Labels="Gesendet")
    alias = message(sender="me@work.example", to=ANN, X_Gmail_Labels="Sent,Important")
    assert owner(tmp_path, message(), sent, alias) == ("me@own.example", "me@work.example")
    assert owner(tmp_path, message(sender=ME, to=ANN), name="Sent Items.mbox") == (ME,)
    assert owner(tmp_path, message(Delivered_To=ME)) == (ME,)
    assert owner(tmp_path, message(), message(sender=BOB), message(sender=ME, to="carl@x.example")) == (ME,)


def test_an_owner_who_is_not_clear_is_asked_for_by_candidates(tmp_path):
    with pytest.raises(LoadError) as caught:
        owner(tmp_path, message(), message(sender=ME, to=ANN))
    assert "candidates: ann@x.example, me@own.example" in str(caught.value)
    assert 'under [owner]: emails = ["ann@x.example"]' in str(caught.value)
    assert "Lee" not in str(caught.value)


def test_an_owner_who_does_not_occur_is_noted_without_an_address(tmp_path):
    parsed = read(tmp_path, message(to="you@x.example"))
    assert "none of the owner's emails" in parsed.notes[-1]
    assert "@" not in parsed.notes[-1]


# Files and folders


def test_a_maildir_and_a_folder_of_eml_are_one_source_each(tmp_path):
    text = message().partition("\n")[2]
    for place in (
        "md/cur/1:2,S",
        "md/new/2",
        "md/cur/3:2,DS",
        "md/.Sent/cur/4:2,S",
        "mails/a.eml",
        "mails/b.EML",
        "one/c.eml",
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(ANN, ME) if "Sent" in place else text)
    found, skipped = walk(tmp_path)
    assert [file.label for file in found] == ["mails", "md", "md/.Sent", "one/c.eml"]
    assert skipped == []
    assert [reader.name for file in found if (reader := find_reader(file))] == ["mail"] * 4
    parsed = mail.read(found[1], OWNER)
    check_accounts(parsed)
    assert parsed.rows_read == 3
    assert parsed.rejected == {mailboxes.DRAFT: 1}
    assert parsed.interactions["source_ref"].tolist() == ["md/cur/1:2,S", "md/new/2"]
    assert mail.read(found[2], Settings()).owner == (ME,)


def emlx(text, flags=8590195713, plist=True):
    """A mail as Apple Mail keeps it: the count of its bytes, the mail, and a property list."""
    content = text if isinstance(text, bytes) else text.encode()
    tail = f"""<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
\t<key>date-received</key>\n\t<integer>1704103200</integer>
\t<key>flags</key>\n\t<integer>{flags}</integer>
\t<key>subject</key>\n\t<string>Hello</string>
</dict></plist>
"""
    return b"%-10d\n" % len(content) + content + (tail.encode() if plist else b"")


PLAIN = message(Message_ID="<a@x>").partition("\n")[2]


def apple(tmp_path, contents, folder="V10/1234/INBOX.mbox/5678/Data/1/Messages"):
    for name, content in contents.items():
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found, skipped = walk(tmp_path)
    assert skipped == []
    return found


@pytest.mark.parametrize(
    "content",
    [
        emlx(PLAIN),
        emlx(PLAIN.replace("\n", "\r\n")),
        emlx(PLAIN, plist=False),
        emlx(PLAIN + "\n1234\nFrom: you@x.example\n" * 9),
        emlx(PLAIN)[:-40],
        emlx(PLAIN).replace(b"  \n", b"\n", 1),
        b"7\n" + PLAIN.encode(),
        emlx(PLAIN.replace("Subject", "X-Note: flags\nSubject")),
    ],
)
def test_an_emlx_is_read_like_an_eml(tmp_path, content):
    found = apple(tmp_path, {"1.emlx": content})
    assert [find_reader(file).name for file in found] == ["mail"]
    parsed = mail.read(found[0], OWNER)
    check_accounts(parsed)
    assert values(parsed, "subject", "direction") == [["ann@x.example", "Hello", "inbound"]]
    eml = tmp_path / "a.eml"
    eml.write_text(PLAIN)
    same = mail.read(SourceFile(eml, "a.eml", eml.stat().st_size), OWNER)
    columns = ["event_id", "occurred_at", "subject", "thread_id"]
    pd.testing.assert_frame_equal(parsed.interactions[columns], same.interactions[columns])


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        *((1 | 1 << 1, mailboxes.TRASH), (1 << 6, mailboxes.DRAFT), (1 << 24 | 1, mailboxes.SPAM)),
        *((1, None), (1 << 25 | 1 << 2, None), (-3, None), ("x", None), ("1" * 4000, None)),
    ],
)
def test_the_flags_of_apple_mail(tmp_path, flags, reason):
    [file] = apple(tmp_path, {"1.emlx": emlx(PLAIN, flags)})
    parsed = mail.read(file, OWNER)
    check_accounts(parsed)
    assert parsed.rejected == ({reason: 1} if reason else {})


def test_a_mailbox_of_apple_mail_is_one_source(tmp_path):
    one, two = emlx(PLAIN), emlx(PLAIN.replace("a@x", "b@x"))
    apple(tmp_path, {"1.emlx": one, "2.partial.emlx": two})
    apple(tmp_path, {"3.emlx": emlx(PLAIN.replace("a@x", "c@x"))}, "V10/1234/INBOX.mbox/5678/Data/Messages")
    apple(tmp_path, {"1.emlx": one, "2.EMLX": two}, "loose")
    mine = emlx(PLAIN.replace(ANN, ME).replace(f"To: {ME}", f"To: {ANN}"))
    found = apple(tmp_path, {"4.emlx": mine}, "V10/1234/Sent Messages.mbox/5678/Data/Messages")
    assert [file.label for file in found] == [
        *("V10/1234/INBOX.mbox", "V10/1234/Sent Messages.mbox", "loose"),
    ]
    parsed = [mail.read(file, OWNER) for file in found]
    assert [one.rows_read for one in parsed] == [3, 1, 2]
    assert parsed[0].interactions["source_ref"].str.endswith(".emlx").all()
    assert mail.read(found[1], Settings()).owner == (ME,)


def test_emlx_in_a_zip_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "mail.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            text = PLAIN.replace("a@x", f"{number}@x")
            archive.writestr(f"INBOX.mbox/Messages/{number}.emlx", emlx(text, flags=(1, 2, 64)[number]))
    [file], _ = walk(tmp_path)
    parsed = mail.read(file, OWNER)
    assert parsed.rejected == {mailboxes.TRASH: 1, mailboxes.DRAFT: 1}


def test_mail_in_a_zip_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "takeout.zip", "w") as archive:
        archive.writestr("Takeout/Mail/All.mbox", message() + message(day=2))
        archive.writestr("eml/a.eml", message().partition("\n")[2])
        archive.writestr("eml/b.eml", message().partition("\n")[2])
    found, _ = walk(tmp_path)
    assert [mail.read(file, OWNER).rows_read for file in found] == [2, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"From here to there\n",
        b"BEGIN:VCARD\nFN:Ann\n",
        b"First Name,From\nAnn,x\n",
        b"From: someone\n\nhello",
        b"Dear all\nFrom: ann\nTo: bob\n",
        b"\0\0\0From: a\nTo: b\n",
        b"120\nFrom here: a\nText\n",
        b"1\n2\nFrom: a\nTo: b\n",
    ],
)
def test_other_files_are_not_taken(tmp_path, content):
    file = box(tmp_path, content, name="x")
    assert not mailboxes.recognises(file)


def test_mail_is_taken_whatever_its_name(tmp_path):
    for content in (message(), "\r\n" + message(), message().partition("\n")[2]):
        assert mailboxes.recognises(box(tmp_path, content, name="x.csv"))


def test_nothing_in_nothing_out(tmp_path):
    parsed = mail.read(box(tmp_path, b""), OWNER)
    full = mail.read(box(tmp_path, message(to=f"{ME}, {BOB}")), OWNER)
    assert parsed.rows_read == 0
    for empty, some in ((parsed.people, full.people), (parsed.interactions, full.interactions)):
        assert empty.dtypes.to_dict() == some.dtypes.to_dict()


def test_headers_longer_than_usual_are_read_to_their_end(tmp_path):
    path = tmp_path / "a.eml"
    long = "".join(f"X-Seal-{number}: {'x' * 70}\n" for number in range(5_000))
    path.write_text(f"Received: x\n{long}{PLAIN}")
    parsed = mail.read(SourceFile(path, "a.eml", path.stat().st_size), OWNER)
    assert parsed.interactions["subject"].tolist() == ["Hello"]


# Hostile bytes


@settings(max_examples=30)
@given(st.binary(max_size=600), st.integers(0, 1200), st.integers(0, 1200))
def test_truncated_and_disturbed_files_are_survived(tmp_path_factory, noise, cut, at):
    whole = (
        message(Message_ID="<a@x>", Cc=BOB, References="<b@x>")
        + message(sender=ME, to=f"{ANN}, {BOB}", day=2)
    ).encode()
    data = whole[:at] + noise + whole[at:][: max(cut, 1)]
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("a.mbox", "a.eml"):
        path = folder / name
        path.write_bytes(data)
        check_accounts(mail.read(SourceFile(path, name, len(data)), OWNER))


@pytest.mark.parametrize(
    "filler",
    [b"\0", b"x", b" ", b"\n", b"\n\n", b"\nFrom ", b"\n\nFrom ", b"To: a@b.example,", b"\n\r\n", b"\xff"],
)
def test_megabytes_of_one_thing_take_no_time(tmp_path, filler):
    data = message().encode()[:-10] + filler * (3_000_000 // len(filler)) + message(day=2).encode()
    parsed = mail.read(box(tmp_path, data), OWNER)
    check_accounts(parsed)
    assert parsed.rows_read >= 1
