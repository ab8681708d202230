"""networkscope.reports.tables: what makes a table on a page readable."""

import pandas as pd
import pytest

from networkscope.reports.html import report_html


def test_a_table_is_made_readable():
    frame = pd.DataFrame(
        {"days": [3, 1200], "on": ["2026-11-16", None], "why": ["x " * 25, "y"], "who": ["=1", "<b>"]}
    )
    html = report_html(
        frame.to_html(classes="table", border=0).replace("<thead>", "<caption>Who, when</caption><thead>")
    )
    assert html.startswith(
        '<div class="table-box" role="region" aria-label="Who, when" tabindex="0"><table class="dataframe table">'
    )
    assert '<td class="n"></td>' in html  # the corner above the index is no header
    assert '<th scope="col" class="n">days</th>' in html
    assert '<td class="n">1200</td>' in html
    assert '<th scope="row" class="n">0</th>' in html
    assert '<td class="d">2026-11-16</td>' in html
    assert '<td class="d">–</td>' in html
    assert '<th scope="col" class="t">why</th>' in html
    assert "<td>&lt;b&gt;</td>" in html


def test_dates_in_words_are_dates_too():
    assert report_html("<table><tr><td>5 Feb 2026</td></tr></table>").count('<td class="d">') == 1


def test_ten_thousand_characters_get_a_box_of_their_own():
    html = report_html(f"<table><tr><td>{'x' * 10_000}</td><td>y</td></tr></table>")
    assert f'<div class="long" tabindex="0">{"x" * 10_000}</div></td><td>y</td>' in html


def test_a_table_too_wide_for_a_phone_stacks_there_if_it_holds_words():
    words = {
        "who": ["Ann Lee"],
        "state": ["drifting"],
        "topic": ["A winter update"],
        "on": ["5 Feb 2026"],
        "x": ["–"],
    }
    html = report_html(pd.DataFrame(words).to_html(index=False))
    assert html.startswith('<div class="table-box stacks"')
    assert '<td data-label="who">Ann Lee</td>' in html
    assert '<td class="d" data-label="on">5 Feb 2026</td>' in html
    assert '<td class="blank" data-label="x">–</td>' in html
    narrow = report_html(pd.DataFrame({"who": ["Ann"], "state": ["late"]}).to_html(index=False))
    numbers = report_html(
        pd.DataFrame({f"a long title {n}": [12_345] for n in range(9)}).to_html(index=False)
    )
    assert "stacks" not in narrow + numbers
    assert "data-label" not in narrow + numbers


@pytest.mark.parametrize(
    "row",
    [
        "<td>Ann Lee</td><td>A winter update</td><td colspan=2>said by nobody</td>",
        "<td rowspan=2>Ann Lee</td><td>A winter update</td></tr><tr><td>A summer update</td>",
        "<td colspan=2>Ann Lee</td>",
    ],
)
def test_a_table_of_cells_that_span_others_stacks_nowhere(row):
    heads = "".join(f"<th>{word * 9}</th>" for word in ("who", "topic"))
    body = f"<tr><td>Bo Ek</td><td>{'word ' * 20}</td></tr><tr>{row}</tr>"
    html = report_html(f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
    assert "Ann Lee" in html
    assert "stacks" not in html
    assert "data-label" not in html


def test_nobody_else_labels_a_cell():
    assert report_html("<table><tr><td data-label='x'>y</td></tr></table>").count("data-label") == 0


def test_a_table_inside_a_table_stays_there():
    html = report_html("<table><tr><td>a<table><tr><td>5 Feb 2026</td></tr></table></td></tr></table>")
    assert html.count("<table>") == html.count("</table>") == 2
    assert html.count('<div class="table-box"') == 1, "the inner one has the box"
    assert '<td class="d">5 Feb 2026</td>' in html
