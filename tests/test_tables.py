import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from networkscope.figures import tables

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
        "25\u00a0%",
        "3 Nov 2026",
        "12,345",
        "2",
        "1.2",
        "yes",
        "never touched",
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


def test_a_long_text_is_cut_and_turned_text_set_straight():
    frame = pd.DataFrame({"why": ["x" * 10_000, "a\u202eb"]})
    shown = tables.show_table(frame, ["why"], caption="Why").frame["Why"]
    assert len(shown[0]) == tables.TEXT_LIMIT
    assert shown[1] == "ab"


def test_no_moves_and_some():
    assert "Nothing to do" in tables.show_moves(pd.DataFrame(), CONTACTS).html
    moves = pd.DataFrame(
        {"contact_id": ["a"], "move": ["Say thank you"], "why": ["<i>"], "draft": ["Hi\nAnn"], "score": [1.5]}
        | {"debt": [0.9], "value": [1.0], "urgency": [0.6]}
    )
    html = tables.show_moves(moves, CONTACTS).html
    assert "Score 1.50 = debt 0.90 + value 1.00 × urgency 0.60" in html
    assert "<script>" not in html
    assert "<i>" not in html


@given(st.text(max_size=300))
def test_no_text_ever_becomes_mark_up(text):
    page = tables.show_table(pd.DataFrame({"why": [text]}), ["why"], caption=text)._repr_html_()
    assert page.count("<td") == 1
    cell = page.split("<td>")[1].split("</td>")[0]
    assert "<" not in cell
    label = tables.clean_label(text)
    assert "<" not in label
    assert "%{" not in label
