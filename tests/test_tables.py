import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.display import cards, cells, tables
from networkscope.errors import ParameterError

KEYS = {"move_key": "kabcd", "kind": "thank_you", "due_state": "overdue", "more": None}
CONTACTS = pd.DataFrame(
    {"contact_id": ["a", "b"], "name": ["Ann <script>alert(1)</script>", None]}, dtype="str"
)


def test_each_kind_of_value_in_words():
    frame = pd.DataFrame(
        {
            "contact_id": ["a", "b"],
            "followed_share": [0.254, None],
            "due_on": pd.to_datetime(["2026-11-03", None]),
            "name_count": pd.array([12345, None], dtype="Int64"),
            "median_days": [2.0, None],
            "rate": [1.25, None],
            "likely": pd.array([True, None], dtype="boolean"),
            "state": ["never_touched", None],
        }
    )
    table = tables.show_table(frame, list(frame.columns), caption="All", contacts=CONTACTS)
    values = [
        "Ann <script>alert(1)</script>",
        "25%",
        "3 Nov 2026",
        "12,345",
        "2",
        "1.2",
        "yes",
        "never in touch",
    ]
    assert table.frame.iloc[0].tolist() == values
    assert table.frame.iloc[1].tolist() == ["(no name)", *["–"] * 7]
    assert table.frame.columns.tolist()[:4] == ["Who", "Followed", "Due", "Names"]


def test_people_cannot_put_mark_up_on_the_page():
    table = tables.show_table(CONTACTS, ["contact_id"], caption="<b>", contacts=CONTACTS)
    assert "<script>" not in table._repr_html_()
    assert "&lt;script&gt;" in table._repr_html_()
    assert "<caption>&lt;b&gt;</caption>" in table._repr_html_()


def test_what_is_left_out_is_counted():
    frame = pd.DataFrame({"x": range(1005)})
    table = tables.show_table(frame, ["x"], caption="Some", rows=5)
    assert len(table.frame) == 5
    assert "1,000 more" in table._repr_html_()


def test_an_empty_table_says_so():
    table = tables.show_table(pd.DataFrame({"x": []}), ["x"], caption="None")
    assert table._repr_html_() == '<p class="nothing">None: nothing to show.</p>'
    asked = tables.show_table(pd.DataFrame({"x": []}), ["x"], caption="Who next?")
    assert asked._repr_html_() == '<p class="nothing">Who next? Nothing to show.</p>'


@pytest.mark.parametrize("rows", [0, -3])
def test_a_table_of_no_rows_is_refused_and_never_taken_for_an_empty_one(rows):
    with pytest.raises(ParameterError, match=f"rows must be 1 or more, not {rows}"):
        tables.show_table(CONTACTS, ["name"], caption="All", rows=rows)


def test_a_rate_and_its_interval_are_written_alike():
    frame = pd.DataFrame(
        {"names_per_conversation": [1.0, 0.25], "names_low": [0.48, 0.0], "names_high": [1.9, 0.4]}
        | {"reply_share": [0.5, None], "reply_low": [0.251, None], "reply_high": [0.749, None]}
        | {"auc": [0.7, 0.6], "auc_low": [0.6, 0.5], "auc_high": [0.8, 0.7]}
    )
    shown = tables.show_table(frame, ["names_per_conversation", "reply_share", "auc"], caption="Rates").frame
    assert shown.iloc[0].tolist() == ["1.00\u00a0(0.48\u00a0to\u00a01.90)", "50%\u00a0(25\u00a0to\u00a075)",
                                      "0.70\u00a0(0.60\u00a0to\u00a00.80)"]  # fmt: skip
    assert shown.iloc[1].tolist()[:2] == ["0.25\u00a0(0.00\u00a0to\u00a00.40)", "–"]


def test_a_draft_stands_whole_on_the_page():
    move = {"contact_id": "a", "move": "Write", "why": "y" * 300, "draft": "x" * 400 + "."} | KEYS
    moves = pd.DataFrame([move])
    page = cards.show_moves(moves, CONTACTS).html
    assert move["why"] in page
    assert move["draft"] in page


def test_an_exact_rate_has_no_interval():
    ends = {"betweenness_low": [0.054, 0.0], "betweenness_high": [0.054, 0.2]}
    frame = pd.DataFrame({"betweenness_share": [0.054, 0.1], **ends})
    shown = tables.show_table(frame, ["betweenness_share"], caption="Rates").frame
    assert shown.iloc[:, 0].tolist() == ["5%", "10%\u00a0(0\u00a0to\u00a020)"]


def test_months_are_written_out_and_other_cohorts_are_not():
    frame = pd.DataFrame({"cohort": ["2026-07", "not in touch yet", "all"]})
    shown = tables.show_table(frame, ["cohort"], caption="By month").frame
    assert shown.iloc[:, 0].tolist() == ["Jul\u00a02026", "not in touch yet", "all"]


def test_dates_are_written_in_one_way():
    why = "call on 2026-10-29; due 2026-11-02 09:30; file a-2026-01-01.csv, 2026-13-40"
    frame = pd.DataFrame({"why": [why], "month": ["2026-11"], "file": ["2026-01-01 mail"], "verdict": [""]})
    shown = (
        tables.show_table(frame, ["why", "month", "file", "verdict"], caption="All").frame.iloc[0].tolist()
    )
    said = "call on 29 Oct 2026; due 2 Nov 2026 09:30; file a-2026-01-01.csv, 2026-13-40"
    assert [text.replace("\u00a0", " ") for text in shown] == [said, "Nov 2026", "2026-01-01 mail", "–"]


def test_a_long_text_is_cut_and_turned_text_set_straight():
    frame = pd.DataFrame({"why": ["x" * 10_000, "a\u202eb"]})
    shown = tables.show_table(frame, ["why"], caption="Why").frame["Why"]
    assert len(shown[0]) == cells.TEXT_LIMIT
    assert shown[1] == "ab"


def test_no_moves_and_some():
    assert "Nothing to do" in cards.show_moves(pd.DataFrame(), CONTACTS).html
    assert "no contacts yet" in cards.show_moves(pd.DataFrame(), CONTACTS.head(0)).html
    move = {"contact_id": "a", "move": "Say thank you", "why": "<i>", "draft": "Hi\nAnn"} | KEYS
    moves = pd.DataFrame([move | {"more": "<b>a debt of 2026-11-02"}])
    html = cards.show_moves(moves, CONTACTS).html
    assert 'data-state="move:thank_you:overdue"' in html
    assert "&lt;b&gt;a debt of 2 Nov 2026" in html.replace("\u00a0", " ")
    assert "<script>" not in html
    assert "<i>" not in html


@given(st.text(max_size=300))
def test_no_text_ever_becomes_mark_up(text):
    page = tables.show_table(pd.DataFrame({"why": [text]}), ["why"], caption=text)._repr_html_()
    assert page.count("<td") == 1
    cell = page.split("<td>")[1].split("</td>")[0]
    assert "<" not in cell
    label = cells.clean_label(text)
    assert "<" not in label
    assert "%{" not in label
