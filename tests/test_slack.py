"""The export of a Slack workspace: direct messages are touches, and every message is accounted for."""

import json
import zipfile

import pytest
from test_linkedin import column

from networkscope.book import open_book
from networkscope.importers import slack, walk
from networkscope.importers.base import OwnerUnknown
from networkscope.importers.chats import SYSTEM, TO_NOBODY, UNREADABLE
from networkscope.settings import Settings

NORA = Settings(timezone="Europe/Vienna", owner_emails=("nora@home.example",))
TS = 1767603600  # 5 January 2026, 9:00 UTC


def user(number, name, **about):
    profile = {
        "real_name": name,
        "email": f"{name.split()[0].lower()}@home.example",
        "title": "PM",
        "phone": "",
    }
    return {
        "id": f"U{number}",
        "name": name.lower().replace(" ", "."),
        "is_bot": False,
        "profile": profile | about,
    }


USERS = [
    user(1, "Nora Berg"),
    user(2, "Ana Lee"),
    user(3, "Bo Ek"),
    user(4, "Cy Fox"),
    user(5, "Helper") | {"is_bot": True},
]
DMS = [
    {"id": "D1", "members": ["U1", "U2"]},
    {"id": "D2", "members": ["U2", "U3"]},
    {"id": "D3", "members": ["U1", "U5"]},
]
MPIMS = [{"id": "G1", "name": "mpdm-nora--ana--bo-1", "members": ["U1", "U2", "U3"]}]


def said(who, minute, text="hi", **about):
    return {"type": "message", "user": f"U{who}", "text": text, "ts": f"{TS + 60 * minute}.000200"} | about


def export(path, days, users=USERS, dms=DMS, mpims=MPIMS):
    files = {
        "users.json": users,
        "channels.json": [{"id": "C1", "name": "general", "members": ["U1"]}],
        **days,
    }
    files |= {name: value for name, value in (("dms.json", dms), ("mpims.json", mpims)) if value is not None}
    with zipfile.ZipFile(path / "Acme Slack export.zip", "w") as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, str) else json.dumps(value))
    return path


def read(path, settings=NORA):
    ((file,), skipped) = walk(path)
    assert not skipped
    assert slack.recognises(file)
    return slack.read(file, settings)


DAYS = {
    "D1/2026-01-05.json": [
        said(2, 0, "Could you send me the <https://x.example|deck>, <@U1>?"),
        said(1, 5, "Yes &amp; no"),
    ],
    "mpdm-nora--ana--bo-1/2026-01-05.json": [said(1, 10), said(3, 11)],
    "general/2026-01-05.json": [said(2, 20, "Hello everybody")],
}


def test_direct_messages_of_two_and_of_a_group(tmp_path):
    parsed = read(export(tmp_path, DAYS))
    events = parsed.interactions
    assert column(parsed.people, "name") == ["Ana Lee", "Bo Ek"]
    assert column(parsed.people, "emails") == ["ana@home.example", "bo@home.example"]
    assert column(parsed.people, "title") == ["PM", "PM"]
    assert column(events, "direction") == ["inbound", "outbound", "outbound", "outbound", "inbound"]
    assert column(events, "person") == [0, 0, 0, 1, 1]
    assert column(events, "group_size") == [2, 2, 3, 3, 3]
    assert events["occurred_at"].dt.strftime("%F %T").tolist()[:2] == [
        "2026-01-05 09:00:00",
        "2026-01-05 09:05:00",
    ]
    assert column(events, "source_ref")[0] == "Acme Slack export.zip/D1/2026-01-05.json:1"
    assert parsed.rejected == {slack.IN_CHANNEL: 1}
    assert parsed.rows_read == 5
    assert column(events, "needs_answer")[0] is True


@pytest.mark.parametrize(
    ("day", "message", "reason"),
    [
        ("D1/1.json", said(2, 0, subtype="channel_topic"), SYSTEM),
        ("D1/1.json", said(2, 0, subtype="bot_message", bot_id="B1"), slack.BY_MACHINE),
        ("D2/1.json", said(2, 0), slack.OF_OTHERS),
        ("D3/1.json", said(5, 0), slack.BY_MACHINE),
        ("D1/1.json", said(2, 0) | {"ts": "yesterday"}, UNREADABLE),
        ("D1/1.json", said(9, 0), SYSTEM),
        ("D1/1.json", {}, SYSTEM),
        ("D9/1.json", said(2, 0), slack.IN_CHANNEL),
        ("D1/1.json", '[{"type": "mess', slack.DAMAGED),
    ],
)
def test_what_is_no_touch_has_its_reason(tmp_path, day, message, reason):
    content = message if isinstance(message, str) else [message]
    parsed = read(export(tmp_path, {day: content}))
    assert parsed.rejected == {reason: 1}
    assert parsed.rows_read == 1
    assert parsed.interactions.empty


def test_notes_to_oneself(tmp_path):
    parsed = read(export(tmp_path, {"D4/1.json": [said(1, 0)]}, dms=[{"id": "D4", "members": ["U1"]}]))
    assert parsed.rejected == {TO_NOBODY: 1}


def test_an_export_of_public_channels_says_so(tmp_path):
    parsed = read(export(tmp_path, {"general/1.json": [said(2, 0)]}, dms=None, mpims=None))
    assert parsed.rejected == {slack.IN_CHANNEL: 1}
    assert parsed.notes == [slack.NO_DIRECT]


def test_the_owner_by_name_and_by_presence(tmp_path):
    export(tmp_path, DAYS)
    assert len(read(tmp_path, Settings(owner_name="Nora Berg")).interactions) == 5
    mine = [{"id": f"D{n}", "members": ["U1", f"U{n}"]} for n in (2, 3, 4)]
    export(tmp_path, {"D2/1.json": [said(2, 0)]}, dms=mine, mpims=[])
    assert len(read(tmp_path, Settings()).interactions) == 1
    export(tmp_path, DAYS, mpims=[])
    with pytest.raises(OwnerUnknown, match=r"book\.toml"):
        read(tmp_path, Settings())


def test_an_unpacked_folder_in_a_book_beside_another_file(tmp_path):
    (tmp_path / "book.toml").write_text('[owner]\nemails = ["nora@home.example"]\n')
    folder = tmp_path / "exports" / "slack"
    for name, value in {"users.json": USERS, "dms.json": DMS, **DAYS}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(value))
    (tmp_path / "contacts.csv").write_text("name,email\nAna Lee,ana@home.example\n")
    book = open_book(tmp_path, as_of="2026-12-01", cache=False)
    line = book.summary.set_index("file").loc["exports/slack"]
    assert line["source"] == "Slack"
    assert line["rows_read"] == line["kept"] + line["merged"] + line["rejected"] == 5
    assert book.contacts["name"].tolist() == ["Ana Lee"]  # the group's list is not there
