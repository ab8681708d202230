"""Telegram's result.json: who wrote, in which chats, and that every message is accounted for."""

import contextlib
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.importers import chats, telegram
from networkscope.importers.base import OwnerUnknown, Unusable
from networkscope.settings import Settings

VIENNA = Settings(timezone="Europe/Vienna")
ME = {"personal_information": {"user_id": 2, "first_name": "Nora", "last_name": "Berg"}}


def message(number, who, name="", **about):
    """One message; 1,767,603,600 s is 5 January 2026, 9:00 UTC."""
    fields = {
        "id": number,
        "type": "message",
        "date": "2026-01-05T10:00:00",
        "date_unixtime": str(1767603600 + 60 * number),
    }
    return {**fields, "from": name or f"Person {who}", "from_id": f"user{who}", "text": "secret", **about}


def talk(number, kind, *messages, name="Ana Lee"):
    return {"name": name, "type": kind, "id": number, "messages": list(messages)}


def account(*chats, **more):
    return {
        "about": "Here is the data you requested.",
        **ME,
        "chats": {"about": "x", "list": list(chats)},
        **more,
    }


def read(tmp_path, content, settings=VIENNA):
    name, parsed = parse(tmp_path, json.dumps(content), "result.json", settings)
    assert name == "Telegram"
    return parsed


PAIR = (message(1, 1, "Ana Lee"), message(2, 2, "Nora Berg"))


def test_a_chat_of_two(tmp_path):
    parsed = read(tmp_path, account(talk(1, "personal_chat", *PAIR)))
    events = parsed.interactions
    assert column(parsed.people, "name") == ["Ana Lee"]
    assert column(events, "direction") == ["inbound", "outbound"]
    assert events["occurred_at"].dt.strftime("%F %T").tolist() == [
        "2026-01-05 09:01:00",
        "2026-01-05 09:02:00",
    ]
    assert set(column(events, "channel")) == {"chat"}
    assert set(column(events, "group_size")) == {2}
    assert events["thread_id"].nunique() == 1
    assert events["source_ref"].is_unique
    assert "secret" not in events.to_csv() + parsed.people.to_csv()
    assert not parsed.rejected


@pytest.mark.parametrize(
    "content",
    [
        talk(1, "personal_chat", *PAIR),
        {**talk(1, "personal_chat", *PAIR), "id": 999},
        {"chats": {"list": [talk(1, "personal_chat", *PAIR)]}},
        {"left_chats": {"list": [talk(1, "personal_chat", *PAIR)]}, "chats": {"list": []}},
        {
            "chats": {
                "list": [talk(1, "personal_chat", *({**m, "from_id": int(m["from_id"][4:])} for m in PAIR))]
            }
        },
        account(
            talk(1, "personal_chat", *({k: v for k, v in m.items() if k != "date_unixtime"} for m in PAIR))
        ),
    ],
)
def test_one_chat_an_account_and_older_layouts(tmp_path, content):
    parsed = read(tmp_path, content)
    assert column(parsed.people, "name") == ["Ana Lee"]
    assert column(parsed.interactions, "direction") == ["inbound", "outbound"]
    assert (parsed.interactions["occurred_at"].dt.day == 5).all()


def test_a_chat_in_which_only_the_owner_wrote(tmp_path):
    parsed = read(tmp_path, account(talk(1, "personal_chat", PAIR[1])))
    assert column(parsed.people, "name") == ["Ana Lee"]
    assert column(parsed.interactions, "direction") == ["outbound"]


@pytest.mark.parametrize("kind", ["private_group", "private_supergroup", "public_supergroup"])
def test_a_group(tmp_path, kind):
    group = talk(
        9, kind, message(1, 1, "Ana Lee"), message(2, 3, "Bo Ek"), message(3, 2, "Nora Berg"), name="Team"
    )
    parsed = read(tmp_path, account(group))
    assert column(parsed.people, "name") == ["Ana Lee", "Bo Ek"]
    assert column(parsed.interactions, "direction") == ["inbound", "inbound", "outbound", "outbound"]
    assert set(column(parsed.interactions, "group_size")) == {3}
    assert parsed.interactions["event_id"].nunique() == 3


@pytest.mark.parametrize(
    ("chat", "reason"),
    [
        (talk(5, "bot_chat", message(1, 5, "Bot")), telegram.NOT_PEOPLE),
        (talk(5, "public_channel", message(1, 5, "News", from_id="channel5")), telegram.NOT_PEOPLE),
        (talk(5, "private_channel", message(1, 5, "News", from_id="channel5")), telegram.NOT_PEOPLE),
        (talk(2, "saved_messages", message(1, 2, "Nora Berg")), telegram.NOT_PEOPLE),
        (talk(5, "personal_chat", {"id": 1, "type": "service", "action": "pin_message"}), telegram.SYSTEM),
        (talk(5, "personal_chat", message(1, 5, "Bo", date="", date_unixtime="x")), telegram.UNREADABLE),
        (talk(5, "personal_chat", message(1, 5, None, **{"from": None}), name=None), telegram.CLOSED),
        (talk(5, "private_group", message(1, 2, "Nora Berg")), chats.TO_NOBODY),
        (talk(5, "new_kind_of_chat", message(1, 5, "Bo")), telegram.NOT_PEOPLE),
    ],
)
def test_what_is_not_used_is_rejected_by_reason(tmp_path, chat, reason):
    parsed = read(tmp_path, account(chat))
    assert parsed.rejected == {reason: 1}
    assert parsed.rows_read == 1


def test_calls(tmp_path):
    calls = [
        {"id": n, "type": "service", "action": "phone_call", "actor": "Nora Berg", "actor_id": "user2",
         "date_unixtime": "1767603600", **about}
        for n, about in enumerate(({"duration_seconds": 60}, {"discard_reason": "missed"}))
    ]  # fmt: skip
    parsed = read(tmp_path, account(talk(1, "personal_chat", *calls)))
    assert column(parsed.interactions, "channel") == ["call"]
    assert column(parsed.interactions, "direction") == ["outbound"]
    assert parsed.rejected == {telegram.SYSTEM: 1}


def test_contacts_are_listed(tmp_path):
    listed = [
        {
            "first_name": "Ana",
            "last_name": "Lee",
            "phone_number": "00436641234567",
            "date_unixtime": "1600000000",
        },
        {"first_name": "", "last_name": "", "phone_number": ""},
    ]
    parsed = read(tmp_path, account(contacts={"list": listed}))
    (ana,) = parsed.people.to_dict("records")
    assert (ana["name"], ana["phones"], ana["listed"]) == ("Ana Lee", "+436641234567", True)
    assert ana["connected_on"] == pd.Timestamp("2020-09-13")
    assert parsed.rejected == {telegram.NOBODY: 1}


def test_a_group_alone_needs_the_owner(tmp_path):
    group = talk(9, "private_group", message(1, 1, "Ana Lee"), message(2, 2, "Nora Berg"))
    with pytest.raises(OwnerUnknown, match=r"\[chat\] name"):
        read(tmp_path, group)
    parsed = read(tmp_path, group, Settings(owner_name="nora BERG"))
    assert column(parsed.people, "name") == ["Ana Lee"]


def test_in_a_large_group_the_owner_speaks_to_nobody_in_particular(tmp_path):
    group = talk(9, "private_group", *(message(n, n) for n in range(3, 30)), message(31, 2))
    parsed = read(tmp_path, account(group))
    assert parsed.rejected == {chats.TO_MANY: 1}
    assert len(parsed.interactions) == 27


def test_a_later_export_holds_the_same_events(tmp_path):
    first = read(tmp_path, account(talk(1, "personal_chat", *PAIR))).interactions["event_id"]
    other = account(
        talk(7, "personal_chat", message(1, 7, "Bo")), talk(1, "personal_chat", *PAIR, message(3, 1))
    )
    assert set(first) < set(read(tmp_path, other).interactions["event_id"])


@pytest.mark.parametrize(
    "text", ['{"chats": {"list": [', '{"chats": {"list": [' + "[" * 100_000, '{"chats": {"about": "']
)
def test_damaged_files(tmp_path, text):
    with contextlib.suppress(Unusable):
        assert parse(tmp_path, text, "result.json")[0] in (None, "Telegram")


JSON = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**30, 1.5, "", "user1", "2026-01-05", "Ana"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PAIR[0], "list"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    values=st.lists(JSON, max_size=4),
    kind=st.sampled_from(["personal_chat", "private_group", None]),
    inside=JSON,
)
def test_any_values_are_survived_and_accounted_for(tmp_path_factory, values, kind, inside):
    changed = {**PAIR[0], "from": inside, "date_unixtime": inside, "from_id": inside}
    chat = {"type": kind, "id": inside, "name": inside, "messages": [*values, changed, PAIR[1]]}
    read(tmp_path_factory.mktemp("t"), account(chat, inside, contacts=inside))


def test_a_book_with_it(tmp_path):
    (tmp_path / "result.json").write_text(
        json.dumps(account(talk(1, "personal_chat", *PAIR))), encoding="utf-8"
    )
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ana Lee"]
    assert len(book.interactions) == 2
    assert (book.summary["rows_read"] == book.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()
