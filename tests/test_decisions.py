"""moves.csv: what the owner marked as done or put off, and until when that holds."""

import pandas as pd
import pytest

from networkscope.book import decisions
from networkscope.book.own_files import append_rows
from networkscope.errors import LoadError
from networkscope.measures.followups import never_wanted
from tests.on_tables import snapshot_of

TODAY = pd.Timestamp("2026-11-16")


def postponed(folder):
    return decisions.waiting(decisions.read_decisions(folder), TODAY)


def test_no_file_means_no_decisions(tmp_path):
    assert postponed(tmp_path).empty


def write(tmp_path, *lines):
    text = "\n".join([",".join(decisions.HEADER), *lines]) + "\n"
    (tmp_path / "moves.csv").write_text(text, encoding="utf-8")


def test_decisions_hold_as_long_as_they_say(tmp_path):
    write(
        tmp_path,
        "a,,snooze,2026-11-01,2026-11-20",
        "b,nudge,snooze,2026-11-01,2026-11-16",
        "c,thank_you,done,2026-11-10,",
        "d,thank_you,done,2026-11-17,",
    )
    table = postponed(tmp_path).set_index("contact_id")
    assert table.index.tolist() == ["a", "c"]
    assert table["done_on"].to_dict() == {"a": pd.NaT, "c": pd.Timestamp("2026-11-10")}
    assert table["kind"].fillna("any").to_dict() == {"a": "any", "c": "thank_you"}
    assert table["source_ref"].to_dict() == {"a": "moves.csv:2", "c": "moves.csv:4"}


@pytest.mark.parametrize(
    "line",
    [
        "a,,wait,2026-11-01,",
        "a,,snooze,2026-11-01,",
        ",,done,2026-11-01,",
        "a,x,done,2026-11-01,",
        "a,,done,soon,",
        "a,,done,05.11.2026,",
        "a,,done,2026-10-01T00:00Z,",
        "a,,done,2026-02-30,",
        "a,,snooze,2026-11-01,20261120",
    ],
)
def test_a_fault_in_the_decisions_names_its_line(tmp_path, line):
    write(tmp_path, "a,,done,2026-11-01,", line)
    with pytest.raises(LoadError, match=r"moves\.csv, line 3"):
        postponed(tmp_path)


def test_the_line_of_a_fault_is_the_one_in_the_file(tmp_path):
    write(tmp_path, "a,,done,2026-11-01,", "", "", "a,,done,soon,")
    with pytest.raises(LoadError, match=r"moves\.csv, line 5"):
        postponed(tmp_path)


def test_decisions_that_are_no_text_name_the_line(tmp_path):
    path = tmp_path / "moves.csv"
    path.write_bytes(
        f"{','.join(decisions.HEADER)}\na,,done,2026-11-01,\n".encode() + b"\xe9,,done,2026-11-01,\n"
    )
    with pytest.raises(LoadError, match=r"moves\.csv, line 3: .* UTF-8"):
        postponed(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(LoadError, match=r"moves\.csv cannot be read"):
        postponed(tmp_path)


@pytest.mark.parametrize(("delimiter", "mark"), [(";", b"\xef\xbb\xbf"), ("\t", b"")])
def test_decisions_are_read_as_they_are_written(tmp_path, delimiter, mark):
    path = tmp_path / "moves.csv"
    head = delimiter.join(name.capitalize() for name in decisions.HEADER)
    path.write_bytes(mark + f"{head}\r\n".encode())
    row = {"contact_id": "a, b", "action": "done", "noted_on": "2026-11-10"}
    append_rows(path, [row], header=decisions.HEADER)
    found = postponed(tmp_path)
    assert found[["contact_id", "done_on"]].values.tolist() == [["a, b", pd.Timestamp("2026-11-10")]]


def test_never_holds_for_every_kind_and_for_ever(tmp_path):
    write(tmp_path, "a,,never,2026-11-10,", "b,,never,2026-11-17,")
    table = postponed(tmp_path)
    assert table["contact_id"].tolist() == ["a"]
    assert table[["kind", "done_on"]].isna().all(axis=None)
    assert len(decisions.waiting(decisions.read_decisions(tmp_path), pd.Timestamp("2190-01-01"))) == 2


def test_off_ends_what_was_never_wanted_on_its_day(tmp_path):
    write(
        tmp_path,
        "a,,never,2026-11-01,",
        "b,,never,2026-11-01,",
        "a,,off,2026-11-10,",
        "c,,never,2026-11-01,",
        "c,,off,2026-11-10,",
        "c,,never,2026-11-12,",  # after all
        "d,,off,2026-11-10,",  # there was nothing to end
        "e,,snooze,2026-11-01,2026-12-01",
        "e,,off,2026-11-10,",  # what was put off stays so
        "f,thank_you,done,2026-11-01,",
        "f,,off,2026-11-10,",
    )
    found = decisions.read_decisions(tmp_path)
    assert found["source_ref"].str.removeprefix("moves.csv:").tolist() == ["2", "3", "5", "7", "9", "11"]
    for day, never in (("2026-11-05", "bac"), ("2026-11-10", "b"), ("2026-11-16", "bc")):
        now = snapshot_of(decisions=found, as_of=day)
        assert set(never_wanted(now)) == set(never), day
    assert set(postponed(tmp_path)["contact_id"]) == {"b", "c", "e", "f"}


def note(folder, *contacts, **cells):
    rows = [decisions.decision_row(contact, action="done", noted_on=TODAY, **cells) for contact in contacts]
    return decisions.note_decisions(folder, rows)


def test_a_decision_can_be_read_by_people(tmp_path):
    people = [
        {"contact_id": "1", "name": "Ann Lee", "emails": "ann@x.example; a@y.example", "profiles": None},
        {"contact_id": "2", "name": float("nan"), "emails": None, "profiles": "linkedin.com/in/bo"},
    ]
    assert note(tmp_path, *people, kind="promise") == 2
    assert (tmp_path / "moves.csv").read_text(encoding="utf-8").splitlines() == [
        "contact_id,kind,action,noted_on,until,name,key",
        "1,promise,done,2026-11-16,,Ann Lee,ann@x.example",
        "2,promise,done,2026-11-16,,,linkedin.com/in/bo",
    ]
    assert postponed(tmp_path)["contact_id"].tolist() == ["1", "2"]


def test_a_file_of_an_earlier_version_stays_as_it_is_and_takes_more(tmp_path):
    old = "contact_id,kind,action,noted_on,until\na,,done,2026-11-01,\n"
    (tmp_path / "moves.csv").write_text(old, encoding="utf-8")
    note(tmp_path, {"contact_id": "1", "name": "Ann Lee", "emails": "ann@x.example", "profiles": None})
    assert (tmp_path / "moves.csv").read_text(encoding="utf-8") == old + "1,,done,2026-11-16,\n"
    assert postponed(tmp_path)["contact_id"].tolist() == ["a", "1"]


def test_who_has_another_id_now_is_found_by_the_key(tmp_path):
    """As after the cache was deleted, with which an id may have been kept alive."""
    header = "contact_id,kind,action,noted_on,until,name,key"
    lines = [
        "gone,,done,2026-11-01,,Ann Lee,ann@x.example",
        "gone,,done,2026-11-01,,Bo Ek,Bo Ek",
        "gone,,done,2026-11-01,,Cy Oz,",
        "gone,,done,2026-11-01,,Cy,Cy",
        "3,,done,2026-11-01,,Cy Oz,ann@x.example",
    ]
    (tmp_path / "moves.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    people = pd.DataFrame(
        {
            "contact_id": [*"1234"],
            "name": ["Ann Lee", "Bo Ek", "Cy Oz", "Bo Ek"],
            "emails": ["ann@x.example", None, None, None],
            "profiles": None,
            "phones": None,
        }
    )
    found = decisions.read_decisions(tmp_path, people)
    assert found["contact_id"].tolist() == ["1", "gone", "gone", "gone", "3"]
    assert found.columns.tolist() == decisions.read_decisions(tmp_path / "none").columns.tolist()
