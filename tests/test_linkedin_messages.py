"""Who wrote to whom: direction, groups, closed accounts, and an owner who has to be found."""

import contextlib
import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.errors import LoadError
from networkscope.importers import linkedin, linkedin_messages
from networkscope.settings import Settings

FIELDS = ("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE",
          "SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT")  # fmt: skip
URL = "https://www.linkedin.com/in/"


def message(conversation, sender, to, time="10:00:00", **other):
    """One row; people are given as short names, `me` is the owner."""
    urls = ",".join(URL + name for name in to)
    row = {
        "CONVERSATION ID": conversation, "FROM": f"{sender.title()} Lee", "SENDER PROFILE URL": URL + sender,
        "TO": ",".join(f"{name.title()} Lee" for name in to), "RECIPIENT PROFILE URLS": urls,
        "DATE": f"2026-07-01 {time} UTC", "CONTENT": "<p>Hi,\nyou</p>", "FOLDER": "INBOX", "IS MESSAGE DRAFT": "No",
    }  # fmt: skip
    return row | {name.replace("_", " "): value for name, value in other.items()}


def written(*rows):
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, FIELDS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def read(folder, *rows, settings=Settings(), name="messages.csv"):  # noqa: B008
    kind, parsed = parse(folder, written(*rows), name, settings)
    assert kind == "LinkedIn messages"
    return parsed


def events_of(parsed):
    """Each event as (name, direction, number of people)."""
    events = parsed.interactions
    names = parsed.people["name"].to_numpy()[events["person"].to_numpy(dtype=int)]
    return list(zip(names, events["direction"], events["group_size"], strict=True))


BASE = (message("c1", "ann", ["me"]), message("c2", "me", ["bob"]))


def test_the_profile_in_every_conversation_is_the_owner(tmp_path):
    parsed = read(tmp_path, *BASE)
    assert parsed.owner == ("linkedin.com/in/me",)
    assert events_of(parsed) == [("Ann Lee", "inbound", 2), ("Bob Lee", "outbound", 2)]
    events = parsed.interactions
    assert events["occurred_at"].tolist() == [pd.Timestamp("2026-07-01 10:00", tz="UTC")] * 2
    assert column(events, "thread_id") == ["c1", "c2"]
    assert column(events, "source_ref") == ["messages.csv:2", "messages.csv:4"]  # the body has two lines
    assert set(events["channel"]) == {"linkedin"}
    assert not parsed.people["listed"].any()
    assert "you" not in events.to_csv(), "no body is kept"


def test_the_owner_of_book_toml_wins_and_a_wrong_one_is_told(tmp_path):
    parsed = read(tmp_path, *BASE[:1], settings=Settings(owner_profiles=(URL + "Ann/",)))
    assert events_of(parsed) == [("Me Lee", "outbound", 2)]
    with pytest.raises(LoadError, match=r"none of its conversations.*\[owner\] profiles"):
        read(tmp_path, *BASE, settings=Settings(owner_profiles=(URL + "typo",)))


def test_two_candidates_are_named_with_the_line_to_write(tmp_path):
    with pytest.raises(LoadError) as caught:
        read(tmp_path, message("c1", "ann", ["me"]))
    said = str(caught.value)
    assert "linkedin.com/in/ann" in said
    assert "linkedin.com/in/me" in said
    assert '[owner] profiles = ["https://www.linkedin.com/in/' in said
    assert "Lee" not in said


def test_a_draft_or_the_owners_name_settles_two_candidates(tmp_path):
    draft = message("", "me", [], IS_MESSAGE_DRAFT="Yes", TO="", DATE="")
    rows = (message("c1", "ann", ["me"]), draft)
    assert read(tmp_path, *rows).rejected == {linkedin_messages.DRAFT: 1}
    named = Settings(owner_name="me LEE")
    assert events_of(read(tmp_path, rows[0], settings=named)) == [("Ann Lee", "inbound", 2)]


def test_nobody_in_every_conversation_but_one_in_nearly_all(tmp_path):
    blank = message("c9", "me", ["zed"], SENDER_PROFILE_URL="")
    parsed = read(tmp_path, *(message(f"c{n}", f"p{n}", ["me"]) for n in range(4)), blank)
    assert parsed.owner == ("linkedin.com/in/me",)
    assert ("Zed Lee", "outbound", 2) in events_of(parsed), (
        "the owner is known by name where the profile is blank"
    )


def test_group_threads_count_profiles_and_not_commas(tmp_path):
    rows = (
        message("g", "ann", ["me", "bob", "cy"], TO="Me Lee,Bob Lee, PhD,Cy Lee"),
        message("g", "me", ["ann", "bob", "cy"], "10:01:00"),
        message("one", "dan", ["me"], TO="Me Lee, MBA"),
    )
    parsed = read(tmp_path, *rows)
    assert events_of(parsed)[0] == ("Ann Lee", "inbound", 4)
    sizes = parsed.interactions["group_size"].tolist()
    assert sizes == [4, 4, 4, 4, 2]
    assert parsed.interactions["event_id"].nunique() == 3, "one event, three recipients"


def test_a_group_stays_one_where_a_row_names_fewer(tmp_path):
    rows = (message("g", "ann", ["me", "bob"]), message("g", "bob", ["me"], "10:01:00"), *BASE)
    assert events_of(read(tmp_path, *rows))[1] == ("Bob Lee", "inbound", 3)


def test_drafts_spam_and_bad_dates_are_rejected_by_reason(tmp_path):
    rows = (
        *BASE,
        message("c3", "spammer", ["me"], FOLDER="SPAM"),
        message("c1", "me", ["ann"], IS_MESSAGE_DRAFT="Yes"),
        message("c1", "me", ["ann"], DATE="someday"),
    )
    parsed = read(tmp_path, *rows)
    assert parsed.rejected == {
        linkedin_messages.SPAM: 1,
        linkedin_messages.DRAFT: 1,
        linkedin_messages.date_texts.UNREADABLE: 1,
    }
    assert column(parsed.people, "name") == ["Ann Lee", "Bob Lee"]


def test_closed_accounts_are_not_one_person(tmp_path):
    rows = (
        *BASE,
        message("c3", "x", ["me"], FROM="LinkedIn Member", SENDER_PROFILE_URL=""),
        message("c4", "me", ["x"], TO="LinkedIn Member", RECIPIENT_PROFILE_URLS=""),
        message("c5", "me", ["x"], TO="", RECIPIENT_PROFILE_URLS=""),
        message("c6", "me", ["me"]),
    )
    parsed = read(tmp_path, *rows)
    assert parsed.rejected == {
        linkedin.DEPARTED: 2,
        linkedin_messages.NO_RECIPIENT: 1,
        linkedin_messages.TO_SELF: 1,
    }
    assert len(parsed.people) == 2


def test_a_closed_account_with_a_profile_has_no_name(tmp_path):
    parsed = read(tmp_path, *BASE, message("c3", "gone", ["me"], FROM="LinkedIn-Mitglied"))
    people = dict(zip(parsed.people["profiles"], column(parsed.people, "name"), strict=True))
    assert people == {URL + "ann": "Ann Lee", URL + "bob": "Bob Lee", URL + "gone": None}


def test_a_blank_profile_is_found_by_name_within_the_conversation(tmp_path):
    blank = {"SENDER_PROFILE_URL": ""}
    rows = (*BASE, message("c1", "ann", ["me"], "10:05:00", **blank), message("c7", "eva", ["me"], **blank))
    parsed = read(tmp_path, *rows)
    assert parsed.interactions["person"].tolist()[:3] == [0, 1, 0]
    assert column(parsed.people, "name") == ["Ann Lee", "Bob Lee", "Eva Lee"]
    assert column(parsed.people, "profiles")[2] is None


def test_overlapping_exports_give_the_same_event_ids(tmp_path):
    more = message("c3", "eva", ["me"], SUBJECT="Hello")
    first, second = read(tmp_path, *BASE), read(tmp_path, more, *BASE)
    assert set(first.interactions["event_id"]) < set(second.interactions["event_id"])
    assert second.interactions["event_id"].is_unique
    assert column(second.interactions, "subject") == ["Hello", None, None]


def test_two_messages_of_one_second_are_two_and_one_listed_twice_is_one(tmp_path):
    rows = (
        message("c1", "ann", ["me"], CONTENT="Hello"),
        message("c1", "ann", ["me"], CONTENT="Here is the file"),
        message("c1", "ann", ["me"], CONTENT="Hello"),
        message("c2", "me", ["bob"]),
    )
    first = read(tmp_path, *rows).interactions["event_id"].tolist()
    assert first[1] == f"{first[0]}-2"
    assert first[2] == first[0]
    assert read(tmp_path, *rows[:2], rows[3]).interactions["event_id"].tolist() == [
        first[0],
        first[1],
        first[3],
    ]
    old = OLD + "".join(
        f'Ann Lee,Me Lee,"1/2/18, 3:04 PM",,{body},INCOMING,INBOX\n' for body in ("Hi", "You", "Hi")
    )
    ids = parse(tmp_path, old, "Messages.csv")[1].interactions["event_id"].tolist()
    assert (ids[1], ids[2]) == (f"{ids[0]}-2", ids[0]), "there a moment is a minute"


@pytest.mark.parametrize(
    "name", ["guide_messages.csv", "learning_role_play_messages.csv", "x/learning_coach_messages.csv"]
)
def test_bots_are_left_out_and_counted(tmp_path, name):
    (tmp_path / "x").mkdir()
    parsed = read(tmp_path, *BASE, name=name)
    assert parsed.rejected == {linkedin_messages.BOT: 2}
    assert parsed.interactions is None


def test_no_profile_at_all_needs_a_name(tmp_path):
    rows = [message("c", "ann", ["me"], SENDER_PROFILE_URL="", RECIPIENT_PROFILE_URLS="")]
    with pytest.raises(LoadError, match=r"\[owner\] name"):
        read(tmp_path, *rows)
    parsed = read(tmp_path, *rows, settings=Settings(owner_name="Me Lee"))
    assert events_of(parsed) == [("Ann Lee", "inbound", 2)]


def test_an_attachment_is_known_and_its_name_is_not_kept(tmp_path):
    parsed = read(
        tmp_path,
        *BASE,
        message("c1", "me", ["ann"], time="11:00:00", ATTACHMENTS="my_resume_secret.pdf"),
    )
    assert parsed.interactions["attachments"].tolist() == [False, False, True]
    assert "my_resume" not in parsed.interactions.to_csv()
    unread = read(tmp_path, *BASE, settings=Settings(words_read=False))
    assert "attachments" not in unread.interactions


def test_no_messages(tmp_path):
    parsed = read(tmp_path)
    assert (parsed.rows_read, len(parsed.people), len(parsed.interactions), parsed.owner) == (0, 0, 0, ())


OLD = "From,To,Date,Subject,Content,Direction,Folder\n"


def test_the_layout_of_2018(tmp_path):
    text = (
        OLD
        + 'Me Lee,"Ann Lee, PhD","1/2/18, 3:04 PM",Hi,Body,OUTGOING,INBOX\n'
        + 'Bob Ray,Me Lee,"1/25/18, 3:04 PM",,Body,INCOMING,INBOX\n'
        + 'Me Lee,"Bob Ray, Cy Ng","1/26/18, 3:04 PM",,Body,OUTGOING,INBOX\n'
        + 'LinkedIn Member,Me Lee,"1/26/18, 3:04 PM",,Body,INCOMING,INBOX\n'
        + 'Bob Ray,Me Lee,"1/26/18, 3:04 PM",,Body,,INBOX\n'
    )
    kind, parsed = parse(tmp_path, text, "Messages.csv")
    assert kind == "LinkedIn messages"
    assert events_of(parsed) == [
        ("Ann Lee, PhD", "outbound", 2),
        ("Bob Ray", "inbound", 2),
        ("Bob Ray", "outbound", 3),
        ("Cy Ng", "outbound", 3),
    ]
    assert parsed.owner == ("me lee",)
    assert parsed.rejected == {linkedin.DEPARTED: 1, linkedin.NO_DIRECTION: 1}


PEOPLE = st.sampled_from(["me", "ann", "bob", "cy"])
ROWS = st.builds(
    message,
    st.sampled_from(["", "c1", "c2"]),
    PEOPLE,
    st.lists(PEOPLE, max_size=3),
    st.sampled_from(["10:00:00", "11:30:15"]),
    SENDER_PROFILE_URL=st.sampled_from(["", URL + "ann", URL + "me", "nonsense", "www.x.org/a,b"]),
    TO=st.sampled_from(["", "Ann Lee", "Me Lee", "Ann Lee, PhD,Bob Ray", "LinkedIn Member"]),
    DATE=st.sampled_from(["", "2026-07-01 10:00:00 UTC", "soon", "Tue Jun 20 12:25:51 UTC 2023"]),
    FOLDER=st.sampled_from(["INBOX", "SPAM", ""]),
)


@given(rows=st.lists(ROWS, max_size=7), own=st.sampled_from([(), (URL + "me",)]))
def test_any_messages_are_accounted_for(tmp_path_factory, rows, own):
    folder = tmp_path_factory.mktemp("m")
    try:
        parsed = read(folder, *rows, settings=Settings(owner_profiles=own))
    except LoadError:
        with pytest.raises(LoadError, match=r"\[owner\]"):
            read(folder, *rows, settings=Settings(owner_profiles=own))
        return
    assert parsed.rows_read == len(rows)
    assert (parsed.interactions["group_size"] >= 2).all()


@given(data=st.binary(max_size=200))
def test_any_bytes_are_survived(tmp_path_factory, data):
    with contextlib.suppress(LoadError):
        parse(tmp_path_factory.mktemp("m"), (",".join(FIELDS) + "\n").encode() + data, "messages.csv")
