import pandas as pd
import pytest

from networkscope.advice import desk, moves
from networkscope.book.own_files import append_rows
from networkscope.errors import LoadError

AS_OF = pd.Timestamp("2026-11-16", tz="UTC")


def test_no_files_mean_no_words_and_no_decisions(tmp_path):
    assert desk.read_drafts(tmp_path) == {}
    assert desk.read_postponed(tmp_path, as_of=AS_OF).empty


def test_own_words_replace_the_standard_ones(tmp_path):
    (tmp_path / "drafts.toml").write_text(
        "thank_you = 'Dear {first}, thanks{topic}! {{smile}}'\n", encoding="utf-8"
    )
    drafts = desk.read_drafts(tmp_path)
    assert drafts == {"thank_you": "Dear {first}, thanks{topic}! {{smile}}"}
    assert moves._draft(drafts["thank_you"], "Ann Lee", "", "tea", {}) == "Dear Ann, thanks (tea)! {smile}"


def test_every_kind_of_move_has_a_standard_draft_that_can_be_filled():
    drafts = moves.standard_drafts()
    assert set(drafts) == set(moves.MOVES) == set(moves.DEBT)
    for text in drafts.values():
        assert "{" not in moves._draft(text, "Ann Lee", "Bo Ek", "tea", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thankyou = 'x'\n", "did you mean 'thank_you'"),
        ("thank_you = 3\n", "must be text"),
        ("thank_you = '{name}'\n", "nothing fills {name}"),
        ("thank_you = '{first.__class__}'\n", "nothing fills"),
        ("thank_you = '{'\n", "single {"),
        ("thank_you = '{}'\n", "nothing fills {}"),
        ("thank_you = \n", "cannot be read"),
    ],
)
def test_a_fault_in_the_drafts_is_named(tmp_path, text, message):
    (tmp_path / "drafts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        desk.read_drafts(tmp_path)
    assert message in str(caught.value)


def write(tmp_path, *lines):
    text = "\n".join([",".join(desk.HEADER), *lines]) + "\n"
    (tmp_path / "moves.csv").write_text(text, encoding="utf-8")


def test_decisions_hold_as_long_as_they_say(tmp_path):
    write(
        tmp_path,
        "a,,snooze,2026-11-01,2026-11-20",
        "b,nudge,snooze,2026-11-01,2026-11-16",
        "c,thank_you,done,2026-11-10,",
        "d,thank_you,done,2026-11-17,",
    )
    table = desk.read_postponed(tmp_path, as_of=AS_OF).set_index("contact_id")
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
        desk.read_postponed(tmp_path, as_of=AS_OF)


def test_the_line_of_a_fault_is_the_one_in_the_file(tmp_path):
    write(tmp_path, "a,,done,2026-11-01,", "", "", "a,,done,soon,")
    with pytest.raises(LoadError, match=r"moves\.csv, line 5"):
        desk.read_postponed(tmp_path, as_of=AS_OF)


def test_decisions_that_are_no_text_name_the_line(tmp_path):
    path = tmp_path / "moves.csv"
    path.write_bytes(f"{','.join(desk.HEADER)}\na,,done,2026-11-01,\n".encode() + b"\xe9,,done,2026-11-01,\n")
    with pytest.raises(LoadError, match=r"moves\.csv, line 3: .* UTF-8"):
        desk.read_postponed(tmp_path, as_of=AS_OF)
    path.unlink()
    path.mkdir()
    with pytest.raises(LoadError, match=r"moves\.csv cannot be read"):
        desk.read_postponed(tmp_path, as_of=AS_OF)


@pytest.mark.parametrize(("delimiter", "mark"), [(";", b"\xef\xbb\xbf"), ("\t", b"")])
def test_decisions_are_read_as_they_are_written(tmp_path, delimiter, mark):
    path = tmp_path / "moves.csv"
    head = delimiter.join(name.capitalize() for name in desk.HEADER)
    path.write_bytes(mark + f"{head}\r\n".encode())
    row = {"contact_id": "a, b", "action": "done", "noted_on": "2026-11-10"}
    append_rows(path, [row], header=desk.HEADER)
    found = desk.read_postponed(tmp_path, as_of=AS_OF)
    assert found[["contact_id", "done_on"]].values.tolist() == [["a, b", pd.Timestamp("2026-11-10")]]
