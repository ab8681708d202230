"""Nothing is lost in silence: each row read is kept, merged or rejected with a reason, whatever else is in the file."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from networkscope import open_book

ME = "https://www.linkedin.com/in/me"
BO, CY = ("Bo Ek", "bo"), ("Cy Fox", "cy")


def linkedin_message(name, user):
    return (
        f"c{user},,{name},https://www.linkedin.com/in/{user},Me,{ME},2026-05-01 10:00:00 UTC,Hi,Hello,INBOX"
    )


FILES = {  # name of the file, what comes first, what is between pieces, a piece for each person, what comes last
    "Connections.csv": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On", "\n",
        lambda name, user: f"{name.replace(' ', ',')},https://www.linkedin.com/in/{user},,X,Y,01 Feb 2020", "",
    ),
    "messages.csv": (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        "FOLDER",
        "\n", linkedin_message, "",
    ),
    "Invitations.csv": (
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl", "\n",
        lambda name, user: f'Me,{name},"6/8/26, 3:43 PM",Hi,OUTGOING,{ME},https://www.linkedin.com/in/{user}', "",
    ),
    "contacts.csv": ("name,email,company", "\n", lambda name, user: f"{name},{user}@x.example,X", ""),
    "interactions.csv": (
        "contact,occurred_at,channel,direction", "\n", lambda name, _: f"{name},2026-01-02,call,mutual", "",
    ),
    "google.csv": (
        "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value", "\n",
        lambda name, user: f"{name},{name.replace(' ', ',')},* Other,{user}@x.example", "",
    ),
    "outlook.csv": (
        "First Name,Last Name,E-mail Address,E-mail 2 Address,Company", "\n",
        lambda name, user: f"{name.replace(' ', ',')},{user}@x.example,,X", "",
    ),
    "contactos.csv": (
        "Nombre;Apellidos;Correo electrónico", "\n",
        lambda name, user: f"{name.replace(' ', ';')};{user}@x.example", "",
    ),
    "thunderbird.csv": (
        "First Name,Last Name,Display Name,Primary Email,Secondary Email", "\n",
        lambda name, user: f"{name.replace(' ', ',')},{name},{user}@x.example,", "",
    ),
    "referrals.csv": (
        "referrer,referred,given_on", "\n", lambda name, _: f"{name},Somebody Else,2026-01-02", "",
    ),
    "Imported Contacts.csv": (
        "First Name,Last Name,Companies,Title,Email Address,Phone Numbers,Created At", "\n",
        lambda name, user: f'{name.replace(" ", ",")},X,,{user}@x.example,,"1/2/18, 3:04 PM"', "",
    ),
    "Endorsement_Received_Info.csv": (
        "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status",
        "\n",
        lambda name, user: f"2023/02/24 14:03:38 UTC,SQL,{name.replace(' ', ',')},linkedin.com/in/{user},ACCEPTED", "",
    ),
    "Bo Ek/chat.md": (
        "", "\n\n",
        lambda name, _: f"[2026-01-05 10:00:00] {name}: Hello\n[2026-01-05 10:01:00] Me: Hi", "",
    ),
    "sigtop.txt": (
        "Conversation: Choir (group)\n", "\n\n",
        lambda name, _: f"From: {name} (+436641234567)\nType: incoming\nSent: Mon, 5 Jan 2026 10:00:00 +0100\n\nHello",
        "",
    ),
    "imessage.txt": (
        "", "\n\n",
        lambda name, _: f"Jan 05, 2026 10:00:00 AM\n{name}\nHello\n\nJan 05, 2026 10:01:00 AM\nMe\nHi", "",
    ),
    "cards.vcf": (
        "", "\n", lambda name, user: f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:{user}@x.example\nEND:VCARD", "",
    ),
    "calendar.ics": (
        "BEGIN:VCALENDAR\nVERSION:2.0", "\n",
        lambda name, user: f"BEGIN:VEVENT\nUID:{user}\nDTSTART:20260105T100000Z\nORGANIZER:mailto:me@x.example\n"
        f"ATTENDEE;CN={name}:mailto:{user}@x.example\nEND:VEVENT", "END:VCALENDAR",
    ),
    "chat.txt": ("", "\n", lambda name, _: f"[14/10/2021, 15:34:09] {name}: Hello\n[15/10/2021, 15:34:09] Me: Hi", ""),
    "mails.mbox": (
        "", "\n\n",
        lambda name, user: f"From {user}@x.example Mon Jun  1 10:00:00 2026\nFrom: {name} <{user}@x.example>\n"
        f"To: me@x.example\nDate: Mon, 1 Jun 2026 10:00:00 +0000\nMessage-ID: <{user}@x>\nSubject: Hi\n\nHello", "",
    ),
}  # fmt: skip
JUNK = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=30),
    st.sampled_from(
        [
            "",
            ",,,,,,,,,",
            ";;;",
            "a,b",
            "\x00\x01",
            "[99/99/9999, 1:1] x",
            "\u200e[1] y: z",
            "KEY:value",
            "\ufeff",
        ]
    ),
)


def telegram_message(name, user):
    number = ord(user[0])
    at = {"id": number, "type": "message", "date_unixtime": "1767603600", "text": "Hello"}
    return at | {"from": name, "from_id": f"user{number}"}


JSON_FILES = {  # name of the file, what comes first, a piece for each person, what comes last
    "result.json": (
        '{"personal_information": {"user_id": 1}, "chats": {"list": [{"name": "Choir", "type": "private_group", '
        '"id": 5, "messages": [',
        telegram_message, "]}]}}",
    ),
    "friends.json": ('{"friends_v2": [', lambda name, _: {"name": name, "timestamp": 1500000000}, "]}"),
    "monica.json": (
        '{"version": "1", "app_version": "4", "export_date": "x", "account": {"data": [{"type": "contact", "values": [',
        lambda name, user: {"uuid": user, "properties": {"first_name": name}}, "]}]}}",
    ),
    "slack/D1/2026-01-05.json": (
        "[", lambda _, user: {"type": "message", "user": user, "text": "Hello", "ts": "1767603600.0001"}, "]",
    ),
}  # fmt: skip
SLACK = {
    "users.json": '[{"id": "me", "profile": {"email": "me@x.example"}}, {"id": "bo", "profile": '
    '{"real_name": "Bo Ek"}}, {"id": "cy", "profile": {"real_name": "Cy Fox"}}]',
    "dms.json": '[{"id": "D1", "members": ["me", "bo", "cy"]}]',
}
JSON_JUNK = st.sampled_from(
    ["null", "1", '"x"', "{}", "[]", "[1]", '{"type": "?"}', '{"name": 5, "ts": []}', "true"]
)


@pytest.mark.parametrize("name", JSON_FILES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.lists(JSON_JUNK, min_size=1, max_size=4), at=st.integers(0, 2))
def test_each_entry_is_kept_merged_or_rejected_with_others_mixed_in(tmp_path_factory, name, junk, at):
    folder = tmp_path_factory.mktemp("book")
    (folder / "book.toml").write_text('[owner]\nname = "Me"\nemails = ["me@x.example"]\n')
    head, piece, end = JSON_FILES[name]
    pieces = [json.dumps(piece(*who)) for who in (BO, CY)]
    pieces[at:at] = junk
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(head + ", ".join(pieces) + end)
    if name.startswith("slack"):
        for other, text in SLACK.items():
            (folder / "slack" / other).write_text(text)
    book = open_book(folder, as_of="2026-12-01", cache=False)
    (line,) = book.summary.to_dict("records")
    assert line["rows_read"] == line["kept"] + line["merged"] + line["rejected"] == 2 + len(junk)
    assert {BO[0], CY[0]} <= set(book.contacts["name"].dropna())


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.lists(JUNK, min_size=1, max_size=4), at=st.integers(0, 1))
def test_each_row_is_kept_merged_or_rejected_with_lines_mixed_in_that_nobody_understands(
    tmp_path_factory, name, junk, at
):
    folder = tmp_path_factory.mktemp("book")
    (folder / "book.toml").write_text(
        f'[owner]\nname = "Me"\nemails = ["me@x.example"]\nprofiles = ["{ME}"]\n[chat]\nname = "Me"\n'
    )
    head, between, piece, end = FILES[name]
    pieces = [piece(*BO), piece(*CY)]
    pieces[at + 1 : at + 1] = junk
    content = between.join(filter(None, [head, *pieces, end])) + "\n"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8", newline="")
    book = open_book(folder, as_of="2026-12-01", cache=False)
    (line,) = book.summary.to_dict("records")
    assert line["source"] != "unknown"
    assert line["rows_read"] == line["kept"] + line["merged"] + line["rejected"]
    assert bool(line["rejected"]) == isinstance(line["reasons"], str)
    assert line["rows_read"] >= 2
    known = " ".join(book.contacts["name"].dropna())
    assert BO[0] in known
    assert at == 0 or CY[0] in known
