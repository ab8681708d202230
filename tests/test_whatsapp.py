"""WhatsApp chats: every date style, who the owner is, and nothing of what was said."""

import contextlib
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import whatsapp
from networkscope.importers.base import SourceFile, Unusable
from networkscope.importers.chats import LARGE_GROUP, SYSTEM, TO_MANY, TO_NOBODY, UNREADABLE
from networkscope.settings import Settings

NORA = Settings(timezone="Europe/Vienna", owner_name="Nora Berg")


def chat(tmp_path, text, name="chat.txt", settings=NORA):
    reader, parsed = parse(tmp_path, text, name, settings)
    assert reader == "WhatsApp chat"
    return parsed


def times(parsed):
    return parsed.interactions["occurred_at"].dt.tz_convert("Europe/Vienna").dt.strftime("%F %T").tolist()


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("[14/10/2021, 3:34:09\u202fPM] {}: {}", "2021-10-14 15:34:09"),
        ("\u200e[14/10/2021, 12:34:09\u202fAM] {}: {}", "2021-10-14 00:34:09"),
        ("03.08.21, 12:30 - {}: {}", "2021-08-03 12:30:00"),
        ("2023-12-20, 5:46 p.m. - {}: {}", "2023-12-20 17:46:00"),
        ("2023-12-20 17:46 - {}: {}", "2023-12-20 17:46:00"),
        ("[07.03.26, 21:22:39] {}: {}", "2026-03-07 21:22:39"),
        ("2/25/22, 9:05 AM - {}: {}", "2022-02-25 09:05:00"),
        ("25-02-22 9.05 - {}: {}", "2022-02-25 09:05:00"),
        ("2/25/22, 9:05\u00a0p. m. - {}: {}", "2022-02-25 21:05:00"),
        ("5/5/22, 09:05 - {}: {}", "2022-05-05 09:05:00"),
        ("31/10/14, 09:05 - {}: {}", "2014-10-31 09:05:00"),
        ("25/02/2022 à 09:05 - {}: {}", "2022-02-25 09:05:00"),
        ("2022. 02. 25. 9:05 - {}: {}", "2022-02-25 09:05:00"),
        ("[2022. 2. 25. 9:05:07] {}: {}", "2022-02-25 09:05:07"),
        ("25. 2. 2022 9:05 - {}: {}", "2022-02-25 09:05:00"),
        ("2022. 2. 25. 오후 9:05 - {}: {}", "2022-02-25 21:05:00"),
        ("[2022. 2. 25. 오전 12:05:07] {}: {}", "2022-02-25 00:05:07"),
        ("2022/2/25 下午9:05 - {}: {}", "2022-02-25 21:05:00"),
        ("[2022/2/25 上午9:05:07] {}: {}", "2022-02-25 09:05:07"),
        ("2022/2/25 中午12:05 - {}: {}", "2022-02-25 12:05:00"),
        ("2022/2/25 凌晨1:05 - {}: {}", "2022-02-25 01:05:00"),
        ("25.2.2022 klo 9.05 - {}: {}", "2022-02-25 09:05:00"),
        ("25.02.22, 09:05 Uhr - {}: {}", "2022-02-25 09:05:00"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_style_of_date(tmp_path, line, when, end):
    text = end.join([line.format("Ann Lee", "hi"), line.format("nora  berg", "hello: you")]) + end
    parsed = chat(tmp_path, text)
    assert times(parsed) == [when, when]
    assert column(parsed.interactions, "direction") == ["inbound", "outbound"]
    assert column(parsed.people, "name") == ["Ann Lee"]
    assert parsed.interactions["subject"].isna().all()


STYLES = [
    line.split("\t") for line in (Path(__file__).parent / "chat_styles.txt").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("frame", ["{} - {}: {}", "[{}] {}: {}"])
@pytest.mark.parametrize(("locale", "first", "second"), STYLES, ids=[locale for locale, *_ in STYLES])
def test_the_short_dates_of_the_locales(tmp_path, locale, first, second, frame):
    """2 January 2025, 15:05, and 20 January, 9:05, as each locale writes them."""
    lines = [frame.format(first, "Ann Lee", "hi"), frame.format(second, "Nora Berg", "hello")]
    parsed = chat(tmp_path, "\n".join(lines) + "\n")
    assert times(parsed) == ["2025-01-02 15:05:00", "2025-01-20 09:05:00"]
    assert column(parsed.interactions, "direction") == ["inbound", "outbound"]
    assert not parsed.rejected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2025년 1월 2일 오후 3:05", "2025년 1월 20일 오전 9:05"),
        ("2025年1月2日 15:05", "2025年1月20日 9:05"),
        ("2025年1月2日 下午3:05", "2025年1月20日 上午9:05"),
        ("R7/01/02 15:05", "R7/01/20 9:05"),
        ("令和7年1月2日 15:05", "令和7年1月20日 9:05"),
        ("\n\n  R7/01/02 15:05", "R7/01/20 9:05"),
        ("民國114/1/2 下午3:05", "民國114/1/20 上午9:05"),
        ("15:05, 02/01/2025", "09:05, 20/01/2025"),
        ("2/1/2568 15:05", "20/1/2568 09:05"),
        ("2/1/68 15:05 น.", "20/1/68 09:05 น."),
        ("2.01.25 г., 15:05 ч.", "20.01.25 г., 9:05 ч."),
        ("2025. 1. 2. 15:05:59", "2025. 1. 20. 9:05:01"),
        ("02.01.2025 um 15:05", "20.01.2025 um 09:05"),
        ("2\u200e/1\u200e/2025، 3:05\u00a0م", "20\u200e/1\u200e/2025، 9:05\u00a0ص"),
        ("2/1/25 3:05 ಅಪರಾಹ್ನ", "20/1/25 9:05 ಪೂರ್ವಾಹ್ನ"),
    ],
)
def test_other_calendars_words_and_older_layouts(tmp_path, first, second):
    parsed = chat(tmp_path, f"{first} - Ann Lee: hi\n{second} - Nora Berg: hello\n")
    assert [time[:16] for time in times(parsed)] == ["2025-01-02 15:05", "2025-01-20 09:05"]
    assert not parsed.rejected


@pytest.mark.parametrize(
    ("stamps", "when"),
    [
        (
            ["2024/10/31 下午3:05", "2024/11/2 上午9:05", "2024/11/3 上午9:05", "2024/11/15 上午9:05"],
            "11-02 11-03",
        ),
        (["2024/10/31 15:05", "2024/11/2 9:05", "2024/11/15 9:05"], "11-02"),
        (["2024. 10. 31. 오후 3:05", "2024. 11. 2. 오전 9:05", "2024. 11. 15. 오전 9:05"], "11-02"),
        (["2024-10-31 15:05", "2024-11-2 9:05", "2024-11-15 9:05"], "11-02"),
        (["2024.10.31 15:05", "2024.11.2 9:05", "2024.11.15 9:05"], "11-02"),
        (["2024/9/30 15:05:00", "2024/10/1 09:05:00", "2024/10/10 09:05:00"], "10-01"),
        (["24. 10. 31. 오후 3:05", "24. 11. 2. 오전 9:05", "24. 11. 15. 오전 9:05"], "11-02"),
    ],
)
@pytest.mark.parametrize("frame", ["{} - {}: {}\n", "[{}] {}: {}\n"])
def test_a_day_of_one_digit_after_the_year_is_not_lost(tmp_path, stamps, when, frame):
    who = ("Ann Lee", "Nora Berg", "Ann Lee", "Nora Berg")
    parsed = chat(tmp_path, "".join(frame.format(*line, "hi") for line in zip(stamps, who, strict=False)))
    assert (parsed.rows_read, len(parsed.interactions), parsed.rejected.total()) == (
        len(stamps),
        len(stamps),
        0,
    )
    days = parsed.interactions["occurred_at"].dt.strftime("%m-%d").tolist()
    assert days[1:-1] == when.split()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2/1/25, 3:05 μ.μ. - Ann: a\n3/1/25, 9:05 π.μ. - Nora Berg: b\n", ["01-02", "01-03"]),
        ("2/1/2025، 3:05 م - Ann: a\n3/1/2025، 9:05 ص - Nora Berg: b\n", ["01-02", "01-03"]),
        ("25. 1. 12. 오후 3:05 - Ann: a\n25. 1. 13. 오전 9:05 - Nora Berg: b\n", ["01-12", "01-13"]),
        ("25. 1. 12. 15:05 - Ann: a\n25. 1. 13. 9:05 - Nora Berg: b\n", ["01-12", "01-13"]),
        ("2/1/25 3:05 ከሰዓት - Ann: a\n3/1/25 9:05 ጥዋት - Nora Berg: b\n", ["01-02", "01-03"]),
    ],
)
def test_the_language_tells_the_order_where_the_days_do_not(tmp_path, text, days):
    found = chat(tmp_path, text).interactions["occurred_at"].dt.strftime("%m-%d").tolist()
    assert found == days


@pytest.mark.parametrize(
    "text",
    [
        "2 Jan 2025, 15:05 - Ann Lee: hi\n20 Jan 2025, 9:05 - Nora Berg: hello\n",
        "2/1/2025 3:05 blorp - Ann Lee: hi\n20/1/2025 9:05 blorp - Nora Berg: hello\n",
        "1446/7/2 15:05 - Ann Lee: hi\n1446/7/20 9:05 - Nora Berg: hello\n",
        "[Thu 2 January 2025, 15:05:07] Ann Lee: hi\n",
        "2025 W1 4, 15:05 - Ann Lee: hi\n",
    ],
)
def test_a_chat_with_unknown_dates_is_told_to_be_one(tmp_path, text):
    with pytest.raises(Unusable, match="looks like a chat, but its dates"):
        chat(tmp_path, text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("31.02.21, 12:31 - Bo: never", UNREADABLE),
        ("04.08.21, 25:31 - Bo: never", UNREADABLE),
        ("2021-08-04, 12:31 - Bo: pasted", whatsapp.OTHER_STYLE),
        ("04.08.21 12:31 - Bo: pasted", whatsapp.OTHER_STYLE),
        ("04.08.21, 12:31:59 - Bo: pasted", whatsapp.OTHER_STYLE),
        ("04.08.21, 3:31 PM - Bo: pasted", whatsapp.OTHER_STYLE),
    ],
)
def test_what_looks_like_a_message_and_is_not_understood_is_rejected(tmp_path, line, reason):
    text = f"03.08.21, 12:30 - Ann Lee: one\n{line}\n05.08.21, 12:31 - Nora Berg: two\n"
    parsed = chat(tmp_path, text)
    assert parsed.rejected == {reason: 1}
    assert parsed.rows_read == 3
    assert column(parsed.people, "name") == ["Ann Lee"]


def test_messages_over_several_lines_media_and_lines_of_the_app(tmp_path):
    text = (
        "03.08.21, 12:29 - Messages and calls are end-to-end encrypted.\n"
        '03.08.21, 12:29 - Nora Berg changed the subject to "Plan: B"\n'
        "03.08.21, 12:30 - Ann Lee: one\ntwo\n\n03.08. is no date\n"
        "03.08.21, 12:31 - Nora Berg: <Media omitted>\n"
        "03.08.21, 12:32 - Ann Lee: This message was deleted\n"
        "03.08.21, 12:33 - Ann Lee:\n"
        "03.08.21, 25:33 - Ann Lee: never\n"
    )
    parsed = chat(tmp_path, text)
    assert parsed.rows_read == 7
    assert parsed.rejected == {SYSTEM: 2, UNREADABLE: 1}
    assert column(parsed.interactions, "direction") == ["inbound", "outbound", "inbound", "inbound"]
    assert column(parsed.interactions, "source_ref") == [f"chat.txt:{line}" for line in (3, 7, 8, 9)]
    assert parsed.interactions["thread_id"].nunique() == 1
    assert set(column(parsed.interactions, "group_size")) == {2}
    frames = parsed.interactions.to_csv() + parsed.people.to_csv()
    assert not any(word in frames for word in ("two", "Media", "deleted", "Plan"))


def test_days_in_a_message_that_are_not_written_as_those_of_the_chat_begin_no_message(tmp_path):
    text = (
        "03.08.21, 12:30 - Ann Lee: the plan\n1. 1. 2022 10:00 - Meeting: Graz\n2.1.2022. 10:00 - Dinner: Linz\n"
        "03.08.21, 12:31 - Nora Berg: fine\n"
    )
    parsed = chat(tmp_path, text)
    assert parsed.rows_read == 4
    assert parsed.rejected == {whatsapp.OTHER_STYLE: 2}, "they are counted, in case they were messages"
    assert column(parsed.people, "name") == ["Ann Lee"]
    assert column(parsed.interactions, "source_ref") == ["chat.txt:1", "chat.txt:4"]


# 03/04 to 05/06: read with the day first, 3 April, 4 April, 5 June; with the month first, 4 March, 4 April, 6 May.
UNCLEAR = "03/04/21, 10:00 - Ann: a\n04/04/21, 10:00 - Nora Berg: b\n05/06/21, 10:00 - Ann: c\n"


def test_where_the_dates_do_not_tell_the_setting_decides(tmp_path):
    with pytest.raises(Unusable, match=r'under \[chat\] date_order = "day first"'):
        chat(tmp_path, UNCLEAR)
    days = {}
    for order in ("dmy", "mdy"):
        settings = Settings(owner_name="Nora Berg", chat_date_order=order)
        days[order] = (
            chat(tmp_path, UNCLEAR, settings=settings)
            .interactions["occurred_at"]
            .dt.strftime("%m-%d")
            .tolist()
        )
    assert days == {"dmy": ["04-03", "04-04", "06-05"], "mdy": ["03-04", "04-04", "05-06"]}


def test_time_never_runs_back_and_that_tells_the_order(tmp_path):
    # With the month first the last line would lie before the others (5 January).
    text = UNCLEAR + "01/05/21, 10:00 - Ann: d\n"
    with pytest.raises(
        Unusable
    ):  # runs back with the day first (1 May after 5 June) and with the month first
        chat(tmp_path, text)
    text = UNCLEAR.replace("05/06", "01/05")
    assert times(chat(tmp_path, text))[-1] == "2021-05-01 10:00:00"


def test_years_may_come_first_in_two_digits(tmp_path):
    text = "21/10/30, 10:00 - Ann: a\n21/10/31, 10:00 - Nora Berg: b\n21/11/02, 10:00 - Ann: c\n"
    assert times(chat(tmp_path, text))[-1] == "2021-11-02 10:00:00"


def test_a_group(tmp_path):
    text = (
        "[07.03.26, 21:22:00] Team: \u200eMessages and calls are end-to-end encrypted.\n"
        "[07.03.26, 21:22:01] Team: \u200eAnn created this group\n"
        "[07.03.26, 21:22:02] Ann: hi\n"
        "[07.03.26, 21:22:03] ~\u202fBo: \u200eimage omitted\n"
        "[07.03.26, 21:22:04] Nora Berg: hi all\n"
        "[07.03.26, 21:22:05] \u202a+43\u00a0664\u00a01234567\u202c: hi\n"
    )
    parsed = chat(tmp_path, text, "WhatsApp Chat - Team.txt")
    people = column(parsed.people, "name"), column(parsed.people, "phones")
    assert people == ([None, "Ann", "Bo"], ["+43 664 1234567", None, None])
    events = parsed.interactions
    assert column(events, "direction") == ["inbound", "inbound", *["outbound"] * 3, "inbound"]
    assert column(events, "person") == [1, 2, 0, 1, 2, 0]
    assert set(column(events, "group_size")) == {4}
    assert parsed.rejected == {SYSTEM: 2}
    assert not events.duplicated(["event_id", "person"]).any()


def test_in_a_large_group_the_owner_speaks_to_nobody_in_particular(tmp_path):
    lines = [f"03.08.21, 12:{n:02} - Member {n}: hi\n" for n in range(LARGE_GROUP)]
    parsed = chat(tmp_path, "".join(lines) + "03.08.21, 13:00 - Nora Berg: hi all\n")
    assert len(parsed.interactions) == LARGE_GROUP
    assert parsed.rejected == {TO_MANY: 1}


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Ann Lee.txt",
        "WhatsApp-Chat mit Ann Lee (1).txt",
        "WhatsApp Chat - Ann Lee.zip/_chat.txt",
    ],
)
def test_a_chat_of_two_is_named_after_the_other(tmp_path, name):
    path = tmp_path / "chat.txt"
    path.write_text("03.08.21, 12:30 - Ann Lee: hi\n03.08.21, 12:31 - Lee: hello\n", encoding="utf-8")
    parsed = whatsapp.read(SourceFile(path, f"a, (b)/{name}", path.stat().st_size), Settings())
    assert column(parsed.interactions, "direction") == ["inbound", "outbound"]
    assert column(parsed.people, "name") == ["Ann Lee"]


def test_an_unknown_owner_is_asked_for_without_naming_anybody(tmp_path):
    text = "03.08.21, 12:30 - Ann Lee: hi\n03.08.21, 12:31 - Norrie: hello\n"
    with pytest.raises(Unusable, match=r"under \[chat\] name =") as caught:
        chat(tmp_path, text)
    assert "Ann" not in str(caught.value)
    parsed = chat(tmp_path, text, settings=Settings(owner_name="Nora Berg", chat_name="norrie"))
    assert column(parsed.people, "name") == ["Ann Lee"]
    with pytest.raises(Unusable):
        chat(tmp_path, text + "03.08.21, 12:31 - Bo: hello\n", "WhatsApp Chat with Bo.txt")


def chats(tmp_path, **senders):
    """A book of chats, each with a line of every sender; of which file is what known?"""
    (tmp_path / "book.toml").write_text("", encoding="utf-8")
    for name, who in senders.items():
        lines = [f"03.08.21, 12:{n:02} - {sender}: hi\n" for n, sender in enumerate(who)]
        (tmp_path / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    return book, book.summary.set_index("file")["note"].fillna("")


def test_many_chats_tell_who_is_in_all_of_them(tmp_path):
    two = {"a": ["Ann", "Norrie"], "b": ["Norrie", "Bo"], "c": ["norrie", "Cy"]}
    book, notes = chats(tmp_path, **two, d=["Ann", "Bo", "Norrie"])
    assert set(book.contacts["name"]) == {"Ann", "Bo", "Cy"}
    assert set(book.interactions["direction"]) == {"inbound", "outbound"}
    assert notes.tolist() == [whatsapp.OWNER_IN_MOST] * 4


def test_one_chat_that_tells_is_enough_for_the_others(tmp_path):
    book, notes = chats(
        tmp_path, **{"WhatsApp Chat with Ann": ["Ann", "Norrie"], "group": ["Ann", "Bo", "Norrie"]}
    )
    assert set(book.contacts["name"]) == {"Ann", "Bo"}
    assert notes.tolist() == ["", whatsapp.OWNER_IN_MOST]


def test_where_two_are_in_all_chats_nobody_is_taken(tmp_path):
    book, notes = chats(tmp_path, a=["Ann", "Norrie"], b=["Norrie", "Ann", "Bo"])
    assert book.interactions.empty
    assert all("under [chat] name" in note for note in notes)


def test_only_one_side_wrote(tmp_path):
    parsed = chat(tmp_path, "03.08.21, 12:30 - Ann: hi\n", "WhatsApp Chat with Ann.txt", Settings())
    assert column(parsed.interactions, "direction") == ["inbound"]
    parsed = chat(tmp_path, "03.08.21, 12:30 - Nora Berg: hi\n")
    assert parsed.rejected == {TO_NOBODY: 1}
    text = "[07.03.26, 21:22:00] Ann: \u200eMessages are encrypted.\n[07.03.26, 21:22:02] Nora Berg: hi\n"
    parsed = chat(tmp_path, text)
    assert column(parsed.people, "name") == ["Ann"]
    assert column(parsed.interactions, "direction") == ["outbound"]


ONLY_MINE = (
    "24/06/2026, 12:25 - Messages and calls are end-to-end encrypted.\n"
    "25/06/2026, 12:25 - Nora Berg: hi, do you have ten minutes?\n27/06/2026, 18:02 - Nora Berg: no hurry\n"
)


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Milo Farr.txt",
        "WhatsApp Chat - Milo Farr.zip/_chat.txt",
        "WhatsApp-Chat mit Milo Farr.txt",
        "Chat de WhatsApp con Milo Farr.txt",
        "Discussion WhatsApp avec Milo Farr (1).txt",
        "Chat WhatsApp con Milo Farr.txt",
        "Conversa do WhatsApp com Milo Farr.txt",
        "WhatsApp-chat met Milo Farr.txt",
        "Milo Farr ile WhatsApp Sohbeti.txt",
        "Чат WhatsApp с контактом Milo Farr.txt",
        "Czat WhatsApp z Milo Farr.txt",
    ],
)
def test_a_chat_in_which_only_the_owner_wrote(tmp_path, name):
    path = tmp_path / "chat.txt"
    path.write_text(ONLY_MINE, encoding="utf-8")
    parsed = whatsapp.read(SourceFile(path, f"exports/{name}", path.stat().st_size), NORA)
    assert column(parsed.people, "name") == ["Milo Farr"]
    assert column(parsed.interactions, "direction") == ["outbound", "outbound"]
    assert set(column(parsed.interactions, "group_size")) == {2}
    assert parsed.rejected == {SYSTEM: 1}


def test_the_answer_comes_into_the_same_thread(tmp_path):
    name = "WhatsApp Chat with Milo Farr.txt"
    first = chat(tmp_path, ONLY_MINE, name).interactions
    later = chat(tmp_path, ONLY_MINE + "28/06/2026, 18:02 - Milo Farr: sure\n", name).interactions
    assert set(first["event_id"]) < set(later["event_id"])


def test_only_the_owner_wrote_to_a_number_to_nobody_or_to_a_group(tmp_path):
    parsed = chat(tmp_path, ONLY_MINE, "WhatsApp Chat with +43 664 1234567.txt")
    assert (column(parsed.people, "phones"), column(parsed.people, "name")) == (["+43 664 1234567"], [None])
    for name in ("chat.txt", "Milo Farr.txt", "WhatsApp Chat with Nora Berg.txt"):
        assert chat(tmp_path, ONLY_MINE, name).rejected == {SYSTEM: 1, TO_NOBODY: 2}
    group = '24/06/2026, 12:24 - You created group "Team"\n' + ONLY_MINE
    parsed = chat(tmp_path, group, "WhatsApp Chat with Team.txt")
    assert parsed.rejected == {SYSTEM: 2, TO_NOBODY: 2}


def test_a_later_export_holds_the_same_events(tmp_path):
    first = "03.08.21, 12:30 - Ann: a\n03.08.21, 12:30 - Ann: a\n03.08.21, 12:31 - Nora Berg: b\n"
    earlier = set(chat(tmp_path, first).interactions["event_id"])
    later = set(chat(tmp_path, first + "04.08.21, 12:31 - Ann: c\n", "chat (1).txt").interactions["event_id"])
    assert len(earlier) == 3
    assert earlier < later


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello\n",
        "2021-10-14 10:00 hello\n",
        "[14/10/2021] Ann: hi\n",
        "date,name,channel\n",
        "5.\n11.26, 10:00 - Ann: hi\n",
    ],
)
def test_other_texts_are_nobodys_chat(tmp_path, text):
    assert parse(tmp_path, text)[0] != "WhatsApp chat"


def test_a_book_with_a_chat(tmp_path):
    (tmp_path / "book.toml").write_text("[owner]\nname = 'Nora Berg'\n", encoding="utf-8")
    (tmp_path / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.org\n", encoding="utf-8")
    text = "03.08.21, 12:30 - Ann Lee: hi\n03.08.21, 12:31 - Nora Berg: hello\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text(UNCLEAR, encoding="utf-8")
    book = open_book(tmp_path, as_of="2026-11-16")
    assert book.contacts["name"].tolist() == ["Ann Lee"]
    assert book.interactions["contact_id"].tolist() == book.contacts["contact_id"].tolist() * 2
    summary = book.summary.set_index("file")
    assert "date_order" in summary.loc["b.txt", "note"]
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()


def test_a_large_chat_and_a_huge_line_take_bounded_time(tmp_path):
    lines = [
        f"{1 + n % 28:02}.{1 + n // 28 % 12:02}.21, 12:30 - {'Ann' if n % 2 else 'Nora Berg'}: x\n"
        for n in range(60_000)
    ]
    start = time.perf_counter()
    parsed = chat(tmp_path, "".join(lines) + "01.12.21, 12:30 - Ann: " + "y: " * 10**6)
    assert parsed.rows_read == 60_001
    assert time.perf_counter() - start < 10


LINE = st.sampled_from([
    "03.08.21, 12:30 - Ann: hi", "[14/10/2021, 3:34:09\u202fPM] Ann: x", "99.99.99, 99:99 - Ann: x",
    "31.12.9999, 10:00 - Bo: x", "01.01.0001, 10:00 - Bo: x", "03.08.21, 12:30 - : ", "\x00\x00", "\u200e", "two", "",
    "03.08.21, 13:30 PM - Nora Berg: x", "0/0/00, 0:00 - a: b", "٠٣.٠٨.٢١, ١٢:٣٠ - Ann: x",
    "03/08/21, 12:30 - Nora Berg: \u200e",
])  # fmt: skip


@given(lines=st.lists(LINE, max_size=8))
def test_any_lines_are_accounted_for(tmp_path_factory, lines):
    with contextlib.suppress(Unusable):
        parse(tmp_path_factory.mktemp("w"), "\n".join(lines), settings=NORA)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_survived(tmp_path_factory, data):
    with contextlib.suppress(LoadError):
        parse(tmp_path_factory.mktemp("w"), b"03.08.21, 12:30 - Ann: hi\n" + data, settings=NORA)


def test_an_empty_chat_has_the_columns_of_a_full_one(tmp_path):
    parsed = chat(tmp_path, "03.08.21, 12:29 - Nora Berg: hi\n")
    full = chat(tmp_path, "03.08.21, 12:29 - Ann: hi\n03.08.21, 12:29 - Nora Berg: hi\n")
    pd.testing.assert_series_equal(parsed.interactions.dtypes, full.interactions.dtypes)


def test_an_era_may_end_within_a_chat(tmp_path):
    parsed = chat(tmp_path, "H31/04/30 15:05 - Ann Lee: hi\nR1/05/01 9:05 - Nora Berg: hello\n")
    assert times(parsed) == ["2019-04-30 15:05:00", "2019-05-01 09:05:00"]
