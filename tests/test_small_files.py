"""A folder of many small cards or calendars is read as one source, and every row still says in which file it is."""

import pytest

from networkscope import open_book
from networkscope.importers.folder import MANY_FILES


def card(number):
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:Person No{number}\nEMAIL:p{number}@x.example\nEND:VCARD\n"


def event(number, zone=""):
    at = f"DTSTART{zone}:2026{number % 12 + 1:02d}05T100000"
    return (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:{number}\n{at}\nORGANIZER:mailto:me@x.example\n"
        f"ATTENDEE;CN=Person No{number}:mailto:p{number}@x.example\nEND:VEVENT\nEND:VCALENDAR\n"
    )


def book(folder, ending, make, count):
    (folder / "book.toml").write_text('[owner]\nemails = ["me@x.example"]\n')
    (folder / "exports").mkdir()
    for number in range(count):
        (folder / "exports" / f"{number:03}.{ending}").write_text(make(number))
    return folder


@pytest.mark.parametrize(("ending", "make"), [("vcf", card), ("ics", event)])
@pytest.mark.parametrize("count", [MANY_FILES - 1, MANY_FILES + 5])
def test_many_or_few_files_tell_the_same(tmp_path, ending, make, count):
    found = open_book(book(tmp_path, ending, make, count), as_of="2027-01-01", cache=False)
    assert len(found.contacts) == count
    assert found.contacts["name"].tolist() == sorted(f"Person No{number}" for number in range(count))
    refs = found.mentions.set_index("name")["source_ref"]
    assert refs["Person No3"].partition(":")[0] == f"exports/003.{ending}"
    assert len(found.interactions) == (count if ending == "ics" else 0)
    assert found.summary["rows_read"].sum() == count == found.summary["kept"].sum()
    assert len(found.summary) == (count if count < MANY_FILES else 1)


def test_what_cannot_be_used_is_counted_and_what_is_no_card_is_a_file_of_its_own(tmp_path):
    folder = book(tmp_path, "vcf", card, MANY_FILES)
    (folder / "exports" / "empty.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n")
    (folder / "exports" / "odd.vcf").write_text("this is no card\n")
    (folder / "exports" / "large.vcf").write_text(card(900) + "X" * 70_000)
    summary = open_book(folder, cache=False).summary.set_index("file")
    assert summary.loc["exports/*.vcf", ["rows_read", "kept", "rejected"]].tolist() == [
        MANY_FILES + 1,
        MANY_FILES,
        1,
    ]
    assert "not recognised" in summary.loc["exports/odd.vcf", "note"]
    assert summary.loc["exports/large.vcf", "kept"] == 1


def test_each_calendar_keeps_its_own_time_zones(tmp_path):
    """The same TZID, defined in another way in each file."""

    def make(number):
        offset = "+0100" if number % 2 else "+0300"
        zone = (
            f"BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\n"
            f"TZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
        return event(number, ";TZID=Home").replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")

    for name in ("few", "many"):
        (tmp_path / name).mkdir()
    few = open_book(book(tmp_path / "few", "ics", make, 6), as_of="2027-01-01")
    many = open_book(book(tmp_path / "many", "ics", make, 30), as_of="2027-01-01")
    hours = [frame.interactions.set_index("source_ref")["occurred_at"].dt.hour for frame in (few, many)]
    assert hours[0].to_dict() == {ref: hours[1][ref] for ref in hours[0].index}


def test_a_series_in_each_of_many_files(tmp_path):
    def make(number):
        return event(number).replace("ORGANIZER", "RRULE:FREQ=DAILY;COUNT=3\nORGANIZER")

    found = open_book(book(tmp_path, "ics", make, 30), as_of="2027-01-01", cache=False)
    assert len(found.interactions) == 90
