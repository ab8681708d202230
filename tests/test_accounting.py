"""Nothing is lost in silence: each row read is kept, merged or rejected with a reason, whatever else is in the file."""

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
