"""Calendars: zones, repetition and attendance worked out by hand; and whatever else, no event lost."""

import datetime as dt
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from networkscope.errors import LoadError
from networkscope.importers import calendar, recurrence
from networkscope.importers.base import Parsed, SourceFile
from networkscope.settings import Settings

OWNER = "me@x.example"
VIENNA = Settings(
    timezone="Europe/Vienna", owner_emails=(OWNER,), horizon=dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
)
ANN = "ATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@x.example"
ME = f"ORGANIZER:MAILTO:{OWNER}"


def event(
    *lines: str, start: str = "DTSTART:20240102T100000Z", who: tuple[str, ...] = (ME, ANN), uid: str = "u"
) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *who, *lines, "END:VEVENT", ""])


def wrapped(*events: str, before: str = "") -> str:
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + before + "".join(events) + "END:VCALENDAR\r\n"


def source(folder: Path, content: str | bytes) -> SourceFile:
    path = folder / "mine.ics"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return SourceFile(path, "mine.ics", path.stat().st_size)


@pytest.fixture
def read(tmp_path):
    def from_text(content: str | bytes, settings: Settings = VIENNA) -> Parsed:
        parsed = calendar.read(source(tmp_path, content), settings)
        refs = set(parsed.interactions["source_ref"])
        assert parsed.rows_read == len(refs) + parsed.rejected.total()
        assert set(parsed.people["source_ref"]) <= refs
        return parsed

    return from_text


@pytest.fixture
def times(read):
    """When the one person of these events was met, in UTC."""
    return lambda *events, **options: sorted(
        f"{at:%m-%d %H:%M}" for at in read(wrapped(*events, **options)).interactions["occurred_at"]
    )


def one(parsed: Parsed) -> dict[str, object]:
    assert len(parsed.interactions) == 1
    return parsed.interactions.iloc[0].to_dict()


def test_a_meeting_is_a_touch_with_everybody_who_was_there(read):
    bob = 'ATTENDEE;CN="Hansen, Bob"\r\n ;PARTSTAT=NEEDS-ACTION:MAILTO:BOB@X.example'
    cat = "ATTENDEE;PARTSTAT=DECLINED:mailto:cat@x.example"
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room5@x.example"
    robot = "ATTENDEE:mailto:no-reply@x.example"
    parsed = read(wrapped(event("SUMMARY:Budget\\, again", who=(ME, ANN, bob, cat, room, robot))))
    assert parsed.people[["name", "emails"]].to_numpy().tolist() == [
        ["Ann Lee", "ann@x.example"],
        ["Hansen, Bob", "bob@x.example"],
    ]
    row = parsed.interactions.iloc[0]
    assert row["group_size"] == 3  # the two and the owner
    assert (row["channel"], row["direction"], row["purpose"]) == ("meeting", "mutual", "unknown")
    assert (row["thread_id"], row["subject"], row["source_ref"]) == ("u", "Budget, again", "mine.ics:3")
    assert parsed.interactions["event_id"].nunique() == 1
    assert parsed.owner == (OWNER,)


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("DTSTART:20240702T100000Z", "07-02 10:00"),
        ("DTSTART:20240702T100000", "07-02 08:00"),  # floating: the owner's zone, two hours ahead in summer
        ("DTSTART;VALUE=DATE:20240702", "07-01 22:00"),  # the owner's midnight
        ("DTSTART;TZID=America/New_York:20240702T100000", "07-02 14:00"),
        ("DTSTART;TZID=Romance Standard Time:20240702T100000", "07-02 08:00"),
        ('DTSTART;TZID="/example.org/20050126_1/Europe/London":20240702T100000', "07-02 09:00"),
        ("DTSTART;TZID=Nowhere:20240702T100000", "07-02 08:00"),
        ("DTSTART;TZID=tzone://Microsoft/Utc:20240702T100000", "07-02 10:00"),
        ("DTSTART;TZID=(UTC+01:00) Berlin\\, Rome:20240702T100000", "07-02 08:00"),  # unknown: the owner's
        ("DTSTART;TZID=Europe/Vienna:20240331T023000", "03-31 01:30"),  # skipped: counted from before the gap
        ("DTSTART;TZID=Europe/Vienna:20241027T023000", "10-27 00:30"),  # twice: the first
        ("dtstart;tzid=Asia/Kolkata:20240702t100000", "07-02 04:30"),
    ],
)
def test_every_clock(times, start, utc):
    assert times(event(start=start)) == [utc]


def test_an_event_may_be_older_than_the_epoch_of_computers(read):
    content = event("RRULE:FREQ=YEARLY;UNTIL=19710101", start="DTSTART;TZID=Europe/Vienna:19680701T100000")
    found = read(wrapped(content)).interactions["occurred_at"].dt.strftime("%Y-%m-%d %H").tolist()
    assert found == ["1968-07-01 09", "1969-07-01 09", "1970-07-01 09"]  # no summer time then


CUSTOM = """BEGIN:VTIMEZONE
TZID:Customized
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def test_a_zone_without_a_name_is_as_the_file_defines_it(times):
    starts = ("20240331T013000", "20240331T023000", "20240331T033000", "20241027T023000", "20241027T033000")
    events = [event(start=f"DTSTART;TZID=Customized:{start}", uid=start) for start in starts]
    # ahead of UTC by 1 h, 1 h (within the gap), 2 h, 2 h (the first of two), 1 h
    expected = ["03-31 00:30", "03-31 01:30", "03-31 01:30", "10-27 00:30", "10-27 02:30"]
    assert times(*events, before=CUSTOM) == expected


NAMED = "(UTC+01:00) Amsterdam, Berlin, Bern"


@pytest.mark.parametrize(
    ("defined", "used"),
    [
        (NAMED.replace(",", "\\,"), f'"{NAMED}"'),
        (NAMED, f'"{NAMED}"'),
        (NAMED.replace(",", "\\,"), NAMED.replace(",", "\\,")),
        (NAMED, '"' + NAMED.replace(",", "\\,") + '"'),
        ("Here\\; there", '"Here; there"'),
        ("A\\\\B", "A\\\\B"),
        ("The ^boss' time", "The ^^boss' time"),
        (f'  "{NAMED}" ', f'"{NAMED}"'),
    ],
)
def test_the_name_of_a_zone_is_a_text_with_escapes(read, defined, used):
    import icalendar

    before = CUSTOM.replace("Customized", defined).replace("+0100", "+0300")
    content = wrapped(event(start=f"DTSTART;TZID={used}:20241202T100000"), before=before)
    parsed = read(content)
    assert (one(parsed)["occurred_at"], parsed.notes) == (pd.Timestamp("2024-12-02 07:00", tz="UTC"), [])
    if defined == NAMED.replace(",", "\\,") and used == f'"{NAMED}"':  # of the others icalendar makes nothing
        peer = icalendar.Calendar.from_ical(content.replace("\r", "")).walk("VEVENT")[0]["DTSTART"].dt
        assert peer.astimezone(dt.UTC) == one(parsed)["occurred_at"]


def test_a_time_elsewhere_falls_on_the_right_hour_of_such_a_zone(times):
    # The clock goes back from 03:00 to 02:00 at 01:00 UTC on 27 October: 01:30 in UTC is 02:30, for the second time.
    series = event(
        "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20241027T013000Z", start="DTSTART;TZID=Customized:20241027T023000"
    )
    assert times(series, before=CUSTOM) == ["10-28 01:30"]


def test_a_weekly_meeting_keeps_its_hour_over_the_change_of_clocks(times):
    # In Vienna at 10:00; one hour ahead of UTC to 31 March, two after. Sundays 24 and 31 March, 7 April.
    series = event("RRULE:FREQ=WEEKLY;COUNT=3", start="DTSTART;TZID=Europe/Vienna:20240324T100000")
    assert times(series) == ["03-24 09:00", "03-31 08:00", "04-07 08:00"]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20240122T100000Z", ["01-02", "01-12", "01-22"]),
        ("FREQ=DAILY;UNTIL=20240104", ["01-02", "01-03", "01-04"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", ["01-02", "01-04", "01-09"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4;WKST=MO", ["01-02", "01-07", "01-16", "01-21"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4;WKST=SU", ["01-02", "01-14", "01-16", "01-28"]),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", ["01-02", "02-06", "03-05"]),
        ("FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=1;COUNT=3", ["01-02", "02-06", "03-05"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["01-02", "01-31", "02-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", ["01-02", "01-31", "03-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", ["01-02", "02-29"]),
        ("FREQ=YEARLY;BYWEEKNO=10", ["01-02", "03-05"]),
        ("FREQ=YEARLY;BYYEARDAY=-1", ["01-02", "12-31"]),
        ("FREQ=YEARLY;BYDAY=-1FR", ["01-02", "12-27"]),
        ("FREQ=DAILY;BYHOUR=10;BYMONTH=12;BYMONTHDAY=24", ["01-02", "12-24"]),
    ],
)
def test_rules_by_hand(times, rule, days):
    """From Tuesday, 2 January 2024, on; the first day is always one, whether or not the rule names it."""
    assert [at[:5] for at in times(event(f"RRULE:{rule}"))] == days


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY\\;COUNT=3", ["02", "03", "04"]),
        ("FREQ=WEEKLY\\;COUNT=3\\;BYDAY=TU\\,TH", ["02", "04", "09"]),
        ("FREQ=DAILY\\;INTERVAL=3\\;UNTIL=20240108", ["02", "05", "08"]),
        ("FREQ=DAILY; COUNT=2", ["02", "03"]),
        ("FREQ=DAILY\\\\;COUNT=2\\", ["02", "03"]),
        ("freq=daily\\;count=2;", ["02", "03"]),
    ],
)
def test_a_rule_may_be_escaped_like_a_text(times, rule, days):
    assert [at[3:5] for at in times(event(f"RRULE:{rule}"))] == days
    taken_out = times(event("RRULE:FREQ=DAILY;COUNT=9", f"EXRULE:{rule}"))
    assert not {at[3:5] for at in taken_out} & set(days)


def test_exceptions_in_another_zone_and_more_dates(times):
    # New York is five hours behind UTC: 05:00 there is 10:00 in UTC.
    lines = (
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE;TZID=America/New_York:20240103T050000,20240103T060000",
        "EXDATE;VALUE=DATE:20240105",
        "RDATE;VALUE=PERIOD:20240201T080000Z/PT1H",
    )
    assert times(event(*lines)) == ["01-02 10:00", "01-04 10:00", "02-01 08:00"]


def test_a_rule_may_take_times_out_again(times):
    lines = ("RRULE:FREQ=DAILY;COUNT=5", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2")
    assert times(event(*lines)) == ["01-03 10:00", "01-05 10:00", "01-06 10:00"]


def onward(slot: str, *lines: str, start: str, who: tuple[str, ...] = (ME, ANN)) -> str:
    return event(f"RECURRENCE-ID;RANGE=THISANDFUTURE:{slot}", *lines, start=start, who=who)


DAILY = event("RRULE:FREQ=DAILY;COUNT=5")  # 2 to 6 January at 10:00 UTC


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([onward("20240104T100000Z", start="DTSTART:20240104T150000Z")], "02 10, 03 10, 04 15, 05 15, 06 15"),
        ([onward("20240104T100000Z", start="DTSTART:20240108T100000Z")], "02 10, 03 10, 08 10, 09 10, 10 10"),
        ([onward("20240104T100000Z", start="DTSTART:20240103T200000Z")], "02 10, 03 10, 03 20, 04 20, 05 20"),
        ([onward("20240102T100000Z", start="DTSTART:20240102T110000Z")], "02 11, 03 11, 04 11, 05 11, 06 11"),
        ([onward("20240104T100000Z", "STATUS:CANCELLED", start="DTSTART:20240104T100000Z")], "02 10, 03 10"),
        ([onward("20240106T100000Z", start="DTSTART:20240106T120000Z")], "02 10, 03 10, 04 10, 05 10, 06 12"),
        (
            [
                onward("20240105T100000Z", start="DTSTART:20240105T170000Z"),
                onward("20240103T100000Z", start="DTSTART:20240103T150000Z"),
            ],
            "02 10, 03 15, 04 15, 05 17, 06 17",
        ),
        (
            [
                onward("20240103T100000Z", start="DTSTART:20240103T150000Z"),
                event("RECURRENCE-ID:20240105T100000Z", start="DTSTART:20240105T080000Z"),
                event("RECURRENCE-ID:20240106T100000Z", "STATUS:CANCELLED", start="DTSTART:20240106T150000Z"),
            ],
            "02 10, 03 15, 04 15, 05 08",
        ),
        (
            ["".join(onward("20240104T110000", start="DTSTART;TZID=Europe/Vienna:20240104T120000")).replace(
                "THISANDFUTURE:", "thisandfuture;tzid=Europe/Vienna:"
            )],
            "02 10, 03 10, 04 11, 05 11, 06 11",
        ),
    ],
)  # fmt: skip
def test_a_change_may_hold_for_a_time_and_all_that_follow(read, changes, expected):
    for content in (wrapped(DAILY, *changes), wrapped(*changes, DAILY)):
        parsed = read(content)
        assert ", ".join(sorted(parsed.interactions["occurred_at"].dt.strftime("%d %H"))) == expected
        assert parsed.notes == []
        # Each keeps the id of the time that it had.
        ids = set(read(wrapped(DAILY)).interactions["event_id"])
        assert parsed.interactions["event_id"].is_unique
        assert set(parsed.interactions["event_id"]) <= ids


def test_such_a_change_may_bring_other_guests_or_the_owner_may_decline_it(read):
    bob = "ATTENDEE;CN=Bob Ray:mailto:bob@x.example"
    change = onward("20240104T100000Z", "SUMMARY:Call", start="DTSTART:20240104T100000Z", who=(ME, bob))
    parsed = read(wrapped(DAILY, change))
    who = parsed.people["name"][parsed.interactions["person"]].tolist()
    assert sorted(zip(parsed.interactions["occurred_at"].dt.day, who, parsed.interactions["channel"], strict=True)) == [
        (2, "Ann Lee", "meeting"), (3, "Ann Lee", "meeting"),
        (4, "Bob Ray", "call"), (5, "Bob Ray", "call"), (6, "Bob Ray", "call"),
    ]  # fmt: skip
    mine = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OWNER}"
    declined = onward("20240104T100000Z", start="DTSTART:20240104T100000Z", who=(mine, ANN))
    parsed = read(wrapped(DAILY, declined))
    assert sorted(parsed.interactions["occurred_at"].dt.day) == [2, 3]
    assert parsed.rejected == {calendar.DECLINED: 1}


def test_such_a_change_keeps_its_hour_over_the_change_of_clocks(times):
    series = event("RRULE:FREQ=WEEKLY;COUNT=4", start="DTSTART;TZID=Europe/Vienna:20240317T100000")
    change = onward("20240324T090000Z", start="DTSTART;TZID=Europe/Vienna:20240324T150000")
    assert times(series, change) == ["03-17 09:00", "03-24 14:00", "03-31 13:00", "04-07 13:00"]


def test_such_a_change_of_whole_days_or_without_its_series(times):
    series = event("RRULE:FREQ=DAILY;COUNT=3", start="DTSTART;VALUE=DATE:20240702")
    change = onward("20240703", start="DTSTART;VALUE=DATE:20240705").replace("FUTURE:", "FUTURE;VALUE=DATE:")
    assert times(series, change) == ["07-01 22:00", "07-04 22:00", "07-05 22:00"]
    assert times(change) == ["07-04 22:00"]


def test_such_a_change_may_bring_a_time_before_the_horizon(read):
    series = event("RRULE:FREQ=DAILY;COUNT=5", start="DTSTART:20241230T100000Z")
    change = onward("20250101T100000Z", start="DTSTART:20241231T120000Z")
    found = read(wrapped(series, change)).interactions["occurred_at"]
    assert sorted(found.dt.strftime("%d %H")) == ["30 10", "31 10", "31 12"]


def test_a_time_of_a_series_may_be_moved_cancelled_or_declined(read):
    series = event("RRULE:FREQ=DAILY;COUNT=5")  # 2 to 6 January at 10:00 UTC
    moved = event("RECURRENCE-ID;TZID=Europe/Vienna:20240103T110000", start="DTSTART:20240110T120000Z")
    gone = event("RECURRENCE-ID:20240104T100000Z", "STATUS:CANCELLED", start="DTSTART:20240104T100000Z")
    mine = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OWNER}"
    declined = event("RECURRENCE-ID:20240105T100000Z", start="DTSTART:20240105T100000Z", who=(mine, ANN))
    parsed = read(wrapped(moved, series, gone, declined))
    assert sorted(parsed.interactions["occurred_at"].dt.strftime("%m-%d %H")) == [
        "01-02 10",
        "01-06 10",
        "01-10 12",
    ]
    assert parsed.rejected == {calendar.CANCELLED: 1, calendar.DECLINED: 1}
    whole = read(wrapped(series)).interactions.set_index("occurred_at")["event_id"]
    at = parsed.interactions.set_index("occurred_at")["event_id"]
    # The moved one keeps the id of the time that it had.
    assert at[pd.Timestamp("2024-01-10 12:00", tz="UTC")] == whole[pd.Timestamp("2024-01-03 10:00", tz="UTC")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (event("STATUS:cancelled"), calendar.CANCELLED),
        (event(who=(f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OWNER}", ANN)), calendar.DECLINED),
        (event(who=(ME,)), calendar.ALONE),
        (event(who=()), calendar.ALONE),
        (event(who=(ME, ANN.replace("ACCEPTED", "DECLINED"))), calendar.ALONE),
        (event(who=(ME, "ATTENDEE:mailto:c_1@resource.calendar.google.com")), calendar.ALONE),
        (event(start="DTSTART:20250101T000000Z"), calendar.FUTURE),
        (event("RRULE:FREQ=DAILY", start="DTSTART:20250101T000000Z"), calendar.FUTURE),
        (event("RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20240102T100000Z"), calendar.REPLACED),
        (event(start="DTSTART:00010101T000000Z"), calendar.UNDATED),
        (event(start="DTSTART:18991231T235959Z"), calendar.UNDATED),
        (event(start="DTSTART:99991231T235959Z"), calendar.UNDATED),
        (event(start="DTSTART:20240230T100000Z"), calendar.UNDATED),
        (event(start="DTSTART:"), calendar.UNDATED),
        (event(start="X:y"), calendar.UNDATED),
    ],
)
def test_what_is_no_touch_has_its_reason(read, content, reason):
    parsed = read(wrapped(content))
    assert parsed.rejected == {reason: 1}
    assert parsed.people.empty


@pytest.mark.parametrize(
    "title",
    [
        "Canceled: Lunch", "CANCELLED: Lunch", "Canceled event: Lunch", "Abgesagt: Lunch", "Annulé : Lunch",
        "Annulée: Lunch", "Cancelado: Lunch", "Cancelada: Lunch", "Annullato: Lunch", "Geannuleerd: Lunch",
        "Inställt: Lunch", "Avlyst: Lunch", "Aflyst: Lunch", "Peruutettu: Lunch", "Odwołane: Lunch", "Отменено: Lunch",
        "キャンセル済み: Lunch", "Törölve: Lunch", "İptal edildi: Lunch", "Abgesagter Termin: Lunch",
        "Ακυρώθηκε: Lunch",
        "Anulat: Lunch", "Desconvocada: Lunch", "Отменена: Lunch", "ملغى: Lunch", "בוטל: Lunch", "Zrušeno: Lunch",
        "已取消：Lunch", "FW: Canceled: Lunch", "[Cancelled] Lunch", "Lunch (abgesagt)", "Cancelled - Lunch",
    ],
)  # fmt: skip
def test_a_title_may_say_that_the_event_was_cancelled(read, title):
    """So Outlook keeps what its organizer cancelled: with STATUS:CONFIRMED or without any."""
    assert read(wrapped(event(f"SUMMARY:{title}"))).rejected == {calendar.CANCELLED: 1}


@pytest.mark.parametrize(
    "title",
    ["Cancellation policy: review", "Cancelled flights: what now", "Lunch with Cancel Ed", "Uncancelled: Lunch",
     "Canceled", "What was cancelled: a list", "Self-cancelled - Lunch"],
)  # fmt: skip
def test_a_title_about_cancelling_is_no_cancellation(read, title):
    assert read(wrapped(event(f"SUMMARY:{title}"))).rejected == {}


def test_an_all_day_event_with_guests_counts(times):
    lines = ("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Vienna:20240703T000000")
    assert times(event(*lines, start="DTSTART;VALUE=DATE:20240702")) == ["07-01 22:00", "07-03 22:00"]


def test_the_newest_version_counts_and_a_cancelled_one_is_newer(read):
    older, newer = event("SEQUENCE:1"), event("SEQUENCE:2", start="DTSTART:20240109T100000Z")
    assert one(read(wrapped(newer, older)))["occurred_at"] == pd.Timestamp("2024-01-09 10:00", tz="UTC")
    cancelling = "BEGIN:VCALENDAR\nMETHOD:CANCEL\n" + event() + "END:VCALENDAR\n"
    assert read(wrapped(event()) + cancelling).rejected == {calendar.OLD: 1, calendar.CANCELLED: 1}
    assert len(read(cancelling + wrapped(event(uid="v"))).interactions) == 1  # METHOD ends with its calendar


@pytest.mark.parametrize(
    ("lines", "channel"),
    [
        (("LOCATION:Room 5",), "meeting"),
        (("LOCATION:Microsoft Teams Meeting",), "video"),
        (("DESCRIPTION:Join\\nhttps://us02web.zoom.us/j/1",), "video"),
        (("X-GOOGLE-CONFERENCE:https://meet.google.com/abc",), "video"),
        (("CONFERENCE;VALUE=URI;FEATURE=AUDIO:tel:+43123",), "call"),
        (("SUMMARY:Call with Ann",), "call"),
        (("LOCATION:by phone",), "call"),
        (("SUMMARY:Recall of parts",), "meeting"),
        (("BEGIN:VALARM", "DESCRIPTION:https://zoom.us/j/1", "SUMMARY:call", "END:VALARM"), "meeting"),
    ],
)
def test_channels(read, lines, channel):
    assert one(read(wrapped(event(*lines))))["channel"] == channel


def test_a_crowd_is_an_event(read):
    crowd = [f"ATTENDEE:mailto:p{n}@x.example" for n in range(12)]
    assert set(read(wrapped(event(who=(ME, *crowd)))).interactions["channel"]) == {"event"}  # thirteen people
    assert set(read(wrapped(event(who=(ME, *crowd[1:])))).interactions["channel"]) == {"meeting"}


def test_purposes_are_suggested_marked_and_switched_off(read):
    content = wrapped(event("SUMMARY:Coffee with Ann"))
    assert (one(read(content))["purpose"], one(read(content))["suggested"]) == ("catch_up", True)
    off = Settings(owner_emails=(OWNER,), suggest_purposes=False)
    assert (one(read(content, off))["purpose"], one(read(content, off))["suggested"]) == ("unknown", False)


def test_the_owner_is_who_is_on_nearly_every_list(read):
    def with_(who: str, uid: str) -> str:
        return event(uid=uid, who=(ME, f"ATTENDEE:mailto:{who}@x.example"))

    events = [with_("ann", "1"), with_("bob", "2"), with_("cat", "3"), event(uid="4", who=())]
    parsed = read(wrapped(*events), Settings())
    assert parsed.owner == (OWNER,)
    assert sorted(parsed.people["emails"]) == ["ann@x.example", "bob@x.example", "cat@x.example"]
    with pytest.raises(LoadError, match=r"ann@x\.example.*emails = \["):
        read(wrapped(with_("ann", "1"), with_("ann", "2")), Settings())
    assert read(wrapped(event(who=())), Settings()).rejected == {calendar.ALONE: 1}


def test_without_a_horizon_the_latest_date_of_the_file_is_the_end(read):
    series = event("RRULE:FREQ=DAILY")  # without an end
    later = event(uid="v", start="DTSTART:20240104T100000Z")
    assert (
        len(read(wrapped(series, later), Settings(owner_emails=(OWNER,))).interactions) == 4
    )  # 2, 3, 4, and later


def test_an_earlier_horizon_sees_a_part_of_the_same(read):
    content = wrapped(event("RRULE:FREQ=WEEKLY"), event(uid="v", start="DTSTART:20240601T100000Z"))
    early = Settings(owner_emails=(OWNER,), horizon=dt.datetime(2024, 5, 1, tzinfo=dt.UTC))
    before = read(content).interactions.query("occurred_at < '2024-05-01T00:00Z'").reset_index(drop=True)
    pd.testing.assert_frame_equal(read(content, early).interactions, before)


def test_a_guest_by_name_only_and_a_name_by_address_only(read):
    guests = (
        "ATTENDEE;CN=Bob Ray:invalid:nomail",
        "ATTENDEE;CN=cat@x.example;EMAIL=cat@x.example:/principal/1/",
        "ATTENDEE:x",
    )
    people = read(wrapped(event(who=(ME, *guests)))).people
    assert people["name"].fillna("").tolist() == ["Bob Ray", ""]
    assert people["emails"].fillna("").tolist() == ["", "cat@x.example"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CN=George ^'Babe^' Ruth", 'George "Babe" Ruth'),
        ("CN=Ann^nLee", "Ann Lee"),
        ('CN="Lee^^Ng, Ann"', "Lee^Ng, Ann"),
        ("CN=Ann ^_^ Lee", "Ann ^_^ Lee"),  # no escape of RFC 6868
        ("CN=Ann ^^n Lee", "Ann ^n Lee"),
        ("CN=Lee\\, Ann", "Lee, Ann"),
        ('CN="Lee; Ann: x"', "Lee; Ann: x"),
        ("CN=Ann^NLee", "Ann^NLee"),
    ],
)
def test_every_escape_of_a_parameter(read, written, name):
    import icalendar

    content = wrapped(event(who=(ME, f"ATTENDEE;{written}:mailto:ann@x.example")))
    assert read(content).people["name"].tolist() == [name]
    peer = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]["ATTENDEE"].params["CN"]
    assert peer.replace("\n", " ").replace("\\,", ",") == name


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a\\, b\\; c", "a, b; c"),
        ("a\\nb\\Nc", "a b c"),
        ("C:\\\\new", "C:\\new"),
        ("a\\\\\\, b", "a\\, b"),
        ("no ^n escape ^^ here", "no ^n escape ^^ here"),
        ('"quoted"', '"quoted"'),
    ],
)
def test_every_escape_of_a_text(read, written, text):
    import icalendar

    content = wrapped(event(f"SUMMARY:{written}"))
    assert one(read(content))["subject"] == text
    peer = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"]
    assert " ".join(peer.split()) == text


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=1000000000", "FREQ=DAILY;INTERVAL=0", "FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3,4,5;BYSECOND=1,2,3", "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=YEARLY;BYSETPOS=366", "FREQ=DAILY;INTERVAL=" + "9" * 400, "COUNT=-1", "", "=", "FREQ=DAILY;UNTIL=x",
        "FREQ=DAILY;COUNT=" + "9" * 5000, "FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 50_000),
    ],
)  # fmt: skip
def test_absurd_rules_cost_nothing(read, rule):
    begin = time.process_time()
    parsed = read(wrapped(event(f"RRULE:{rule}")))
    assert time.process_time() - begin < 1
    assert 1 <= len(parsed.interactions) <= 366


def test_a_series_is_cut_at_its_latest_times(read):
    series = event("RRULE:FREQ=DAILY;BYHOUR=8,9,10", start="DTSTART:20150102T080000Z")
    parsed = read(wrapped(series))
    assert len(parsed.interactions) == calendar.MAX_OCCURRENCES - 3 * 60  # as many lie ahead
    assert parsed.interactions["occurred_at"].max() == pd.Timestamp("2024-12-31 10:00", tz="UTC")
    assert "only the latest" in parsed.notes[0]


def test_many_long_series_stay_bounded(read, monkeypatch):
    monkeypatch.setattr(calendar, "MAX_REPEATED_ROWS", 1000)
    parsed = read(wrapped(*(event("RRULE:FREQ=DAILY", uid=f"u{n}") for n in range(50))))
    # 60 of each of the first three lie ahead: 366 + 366 + 88, then one of each.
    assert len(parsed.interactions) == 1000 - 3 * 60 + 47


# what lies ahead; the horizon is January 1, 2025

NOTED = "CREATED:20241201T090000Z"


@pytest.fixture
def ahead(tmp_path):
    """What a calendar says of the time ahead: (time, name or address, since when it was known)."""

    def from_events(*events: str, settings: Settings = VIENNA) -> list[tuple[str, str, str]]:
        parsed = calendar.read(source(tmp_path, wrapped(*events)), settings)
        people = parsed.people["name"].replace("", None).fillna(parsed.people["emails"])
        table = parsed.tables.get("appointments")
        if table is None:
            return []
        rows = table.sort_values(["occurred_at", "person"], kind="stable")
        return [
            (f"{at:%m-%d %H:%M}", people[who], f"{known:%m-%d %H:%M}")
            for at, who, known in zip(rows["occurred_at"], rows["person"], rows["known_at"], strict=True)
        ]

    return from_events


def test_who_is_met_in_the_next_sixty_days(ahead):
    days = ("20250101T090000Z", "20250301T225900Z", "20250302T090000Z")
    events = [event(NOTED, start=f"DTSTART:{day}", uid=day) for day in days]
    # Sixty days after January 1 is March 2, at midnight in UTC.
    assert ahead(*events) == [
        ("01-01 09:00", "Ann Lee", "12-01 09:00"),
        ("03-01 22:59", "Ann Lee", "12-01 09:00"),
    ]
    # A book that is opened without a day has no time ahead: the calendar is read to its end.
    without = Settings(timezone="Europe/Vienna", owner_emails=(OWNER,))
    assert ahead(*events, settings=without) == []


def test_an_appointment_was_known_since_it_was_made_or_written_down(ahead):
    start = "DTSTART:20250110T090000Z"
    both = event(NOTED, "DTSTAMP:20241215T090000Z", start=start, uid="a")
    stamp = event("DTSTAMP:20241215T090000Z", start=start, uid="b")
    broken = event("CREATED:soon", "DTSTAMP:20241216T090000Z", start=start, uid="c")
    later = event("CREATED:20250105T090000Z", start=start, uid="d")
    never, day = event(start=start, uid="e"), event("CREATED;VALUE=DATE:20241201", start=start, uid="f")
    found = [known for _, _, known in ahead(both, stamp, broken, later, never, day)]
    # Whoever opens the book at an earlier moment leaves out what was not yet known then.
    assert found == ["12-01 09:00", "12-15 09:00", "12-16 09:00", "01-05 09:00"]


def test_what_was_declined_called_off_or_is_without_company_is_no_appointment(ahead):
    start = "DTSTART:20250110T090000Z"
    declined = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OWNER}"
    assert ahead(event(NOTED, "STATUS:CANCELLED", start=start, uid="a")) == []
    assert ahead(event(NOTED, start=start, who=(ANN, declined), uid="b")) == []
    assert ahead(event(NOTED, start=start, who=(ME,), uid="c"), event()) == []


def test_a_series_goes_on_ahead_and_keeps_the_name_of_each_time(tmp_path):
    weekly = event(NOTED, "RRULE:FREQ=WEEKLY", start="DTSTART:20241210T100000Z")
    parsed = calendar.read(source(tmp_path, wrapped(weekly)), VIENNA)
    assert [f"{at:%m-%d}" for at in parsed.interactions["occurred_at"]] == [
        "12-10",
        "12-17",
        "12-24",
        "12-31",
    ]
    coming = parsed.tables["appointments"]
    # The last day before the horizon is there too: who looks at its morning has its afternoon ahead.
    assert [f"{at:%m-%d}" for at in coming["occurred_at"]] == [
        "12-31", "01-07", "01-14", "01-21", "01-28", "02-04", "02-11", "02-18", "02-25",
    ]  # fmt: skip
    assert coming["group_size"].tolist() == [2] * 9
    later = Settings(
        timezone="Europe/Vienna", owner_emails=(OWNER,), horizon=dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    )
    past = calendar.read(source(tmp_path, wrapped(weekly)), later).interactions
    assert set(coming["event_id"]) <= set(past["event_id"])


def test_somebody_who_is_met_for_the_first_time_is_a_person_and_no_touch(tmp_path):
    bob = "ATTENDEE;CN=Bob Ek:mailto:bob@x.example"
    coming = event(NOTED, "SUMMARY:Interview", start="DTSTART:20250110T090000Z", who=(ME, ANN, bob), uid="v")
    parsed = calendar.read(source(tmp_path, wrapped(event(), coming)), VIENNA)
    assert parsed.people[["name", "emails"]].values.tolist() == [
        ["Ann Lee", "ann@x.example"], ["Bob Ek", "bob@x.example"],
    ]  # fmt: skip
    assert not parsed.people["listed"].any()
    assert len(parsed.interactions) == 1
    assert parsed.rejected[calendar.FUTURE] == 1
    table = parsed.tables["appointments"]
    assert table[["person", "group_size", "subject"]].values.tolist() == [
        [0, 3, "Interview"], [1, 3, "Interview"],
    ]  # fmt: skip


def test_a_rule_is_refused_where_its_latest_times_are_out_of_reach():
    hourly = "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24)))
    start, last = dt.datetime(1970, 1, 1), dt.datetime(2025, 1, 1)
    with pytest.raises(OverflowError):
        recurrence.expand(hourly, start, last)
    assert len(recurrence.expand(f"{hourly};COUNT=48", start, last)) == 48


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",),
        ("RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))),),
    ],
)
def test_many_absurd_series_cost_little(read, lines, monkeypatch):
    monkeypatch.setattr(calendar, "MAX_REPEATED_ROWS", 10_000)
    events = [event(*lines, uid=str(n), start="DTSTART:19700101T100000Z") for n in range(100)]
    begin = time.process_time()
    parsed = read(wrapped(*events))
    assert time.process_time() - begin < 12
    assert any("only the latest" in note for note in parsed.notes)


@pytest.mark.parametrize(
    "unit",
    [
        "BEGIN:VEVENT\n", "BEGIN:VALARM\n", "END:VEVENT\n", "a", '"', ";CN=", "\n ", "\0", "BEGIN:VTIMEZONE\n",
        "ATTENDEE;CN=a:mailto:a@b.example\n", "EXDATE:20240101,\n", "EXDATE:20240101T000000Z\n", "RRULE:FREQ=DAILY\n",
        "END:VEVENT\nBEGIN:VEVENT\nUID:u\nDTSTART:19700101\nRECURRENCE-ID;RANGE=THISANDFUTURE:19700101\nATTENDEE:a@b.cc\n",
        "ATTENDEE:" + "a" * 5000 + "\n", "BEGIN:VEVENT\nDTSTART:19700101\nRRULE:FREQ=DAILY\nATTENDEE:mailto:a@b.cc\n",
    ],
)  # fmt: skip
def test_harm_costs_no_more_than_its_length(read, unit, monkeypatch):
    monkeypatch.setattr(calendar, "MAX_REPEATED_ROWS", 10_000)
    begin = time.process_time()
    read(wrapped(event("SUMMARY:" + unit * (200_000 // len(unit)))))
    assert time.process_time() - begin < 4


PIECES = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "begin:vevent", "BEGIN:VALARM", "END:VALARM", "BEGIN:VCALENDAR", "METHOD:CANCEL",
        "UID:u", "UID:v", "DTSTART:20240102T100000Z", "DTSTART;TZID=X:20240102T100000", "DTSTART;VALUE=DATE:20240102",
        "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO", "EXDATE:20240103", "RDATE:20240109T1000",
        "RECURRENCE-ID:20240103T100000Z", "STATUS:CANCELLED", "SEQUENCE:2", ANN, ME, "ATTENDEE;CN=Bob:x", " folded",
        "BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", "TZOFFSETFROM:+0100", "TZOFFSETTO:+9999", "END:STANDARD", "\0",
        "RRULE:FREQ=YEARLY", "DTSTART:20240102T100000", "SUMMARY:call", "END:VTIMEZONE",
    ]
)  # fmt: skip


@with_settings(max_examples=80, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(PIECES | st.text(max_size=12), max_size=40))
def test_no_event_is_lost_whatever_it_holds(read, lines):
    parsed = read("BEGIN:VCALENDAR\n" + "\n".join(lines))
    assert (parsed.interactions["occurred_at"] < pd.Timestamp(VIENNA.horizon)).all()
    assert parsed.interactions["person"].dropna().isin(parsed.people.index).all()


@with_settings(max_examples=60, deadline=2_000)
@given(
    frequency=st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    interval=st.integers(1, 4),
    count=st.integers(1, 20),
    parts=st.lists(
        st.sampled_from(["BYMONTH=1,6", "BYMONTHDAY=1,15,-1", "BYDAY=MO,WE", "BYHOUR=9,17"]),
        max_size=3,
        unique=True,
    ),
    start=st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2030, 1, 1)),
)
def test_rules_are_those_of_dateutil(frequency, interval, count, parts, start):
    from dateutil.rrule import rrulestr

    text = ";".join([f"FREQ={frequency}", f"INTERVAL={interval}", *parts])
    start, until = start.replace(microsecond=0), dt.datetime(2040, 1, 1)
    expected = rrulestr(f"{text};COUNT={count}", dtstart=start).between(start, until, inc=True)
    try:
        found = recurrence.expand(f"{text};COUNT={count}", start, until)
    except (ValueError, OverflowError):  # it never comes again
        assert not expected
    else:
        assert found == expected


def test_other_files_are_not_taken(tmp_path):
    assert calendar.recognises(source(tmp_path, "\nbegin:vcalendar\r\n".encode("utf-16")))
    for content in ("", "BEGIN:VCARD\n", "Subject: x\n\nBEGIN:VCALENDAR\n"):
        assert not calendar.recognises(source(tmp_path, content))


def test_no_event_gives_the_same_columns(read):
    empty, full = read("BEGIN:VCALENDAR\n"), read(wrapped(event()))
    assert empty.rows_read == 0
    assert (empty.interactions.dtypes == full.interactions.dtypes).all()
    assert (empty.people.dtypes == full.people.dtypes).all()
