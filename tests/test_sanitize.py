"""networkscope.reports.sanitize: what others wrote stays text."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.reports.html import report_html
from networkscope.reports.sanitize import ATTRIBUTES, ELEMENTS, safe_chart


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("<SCRIPT>alert(1)</ScRipt >x", "x"),
        ("<style>*{}</style><svg><script>1</script></svg>x", "x"),
        ("<img src=x onerror=alert(1) alt='a&lt;b'>", "a&lt;b"),
        (
            "<img src='data:image/png;base64,AA' alt='a' onload=x>",
            '<img src="data:image/png;base64,AA" alt="a">',
        ),
        ("<img src='data:text/html,x'>", ""),
        ("<a href='javascript:alert(1)' onclick=x>y</a>", "<a>y</a>"),
        ("<a href=' https://example.org'>y</a>", "<a>y</a>"),
        ("<a href='#top'>y</a>", '<a href="#top">y</a>'),
        (
            "<a href='data:text/csv,a' download='a.csv'>y</a>",
            '<a href="data:text/csv,a" download="a.csv">y</a>',
        ),
        ("<a href='data:text/html,<script>'>y</a>", "<a>y</a>"),
        ("<iframe src=x>in</iframe><b style='x' class='k'>y", '<b class="k">y</b>'),
        ("</div></main></body>x", "x"),
        ("<b><i>x</b>y", "<b><i>x</i></b><i>y</i>"),
        ("<!-- <b> --><?php x ?><![CDATA[y]]>z", "z"),
        ("<details open><summary>s</summary>t</details>", '<details open=""><summary>s</summary>t</details>'),
        ("a\u202eb\u2066c\x00d\x1be", "abcde"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<p title='\"><script>'>x</p>", '<p title="&quot;&gt;&lt;script&gt;">x</p>'),
    ],
)
def test_only_what_is_listed_comes_out(hostile, harmless):
    assert report_html(hostile) == harmless


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.depth, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS or any(name not in {*ATTRIBUTES, "role", "tabindex"} for name, _ in attrs):
            self.faults.append(tag)


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "'",
        '"',
        "=",
        " ",
        "script",
        "style",
        "img",
        "src",
        "onerror",
        "table",
        "td",
        "th",
        "a",
        "href",
        "javascript:",
        "<!--",
        "-->",
        "&#60;",
        "&lt",
        "x",
        "<td>",
        "</table>",
        "<table>",
        "<textarea>",
        "\x00",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_comes_in_is_listed_balanced_and_stable(text):
    once = report_html(text)
    seen = Seen()
    seen.feed(once)
    assert seen.faults == []
    opened = re.findall(r"<([a-z]\w*)", re.sub(r"<(br|col|hr|img|wbr)\b", "", once))
    assert sorted(opened) == sorted(re.findall(r"</([a-z]\w*)>", once))


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
    numbers = report_html(pd.DataFrame({f"a long title {n}": [12_345] for n in range(9)}).to_html(index=False))
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


def test_a_chart_keeps_its_numbers_and_its_line_breaks_but_no_links():
    chart = {
        "x": [1, 2.5, float("nan"), None],
        "y": {"dtype": "f8", "bdata": "A" * 5000},
        "text": ["<a href='https://e.org'>A</a>", "<b>n</b><br>m", "<img src=x>", "\u202eab", "z" * 10_000],
        "hovertemplate": "%{x}<extra></extra>" + "h" * 400,
    }
    found = safe_chart(chart)
    assert found["x"] == [1, 2.5, None, None]
    assert found["y"] == chart["y"]
    assert found["text"][:4] == [
        "&lt;a href='https://e.org'>A&lt;/a>",
        "<b>n</b><br>m",
        "&lt;img src=x>",
        "ab",
    ]
    assert len(found["text"][4]) == 300
    assert found["hovertemplate"] == chart["hovertemplate"]
