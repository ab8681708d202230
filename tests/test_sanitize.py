"""networkscope.reports.sanitize: what others wrote stays text."""

import re
from html.parser import HTMLParser

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


class Checker(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forbidden = []

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS or any(name not in {*ATTRIBUTES, "role", "tabindex"} for name, _ in attrs):
            self.forbidden.append(tag)


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
    checker = Checker()
    checker.feed(once)
    assert checker.forbidden == []
    opened = re.findall(r"<([a-z]\w*)", re.sub(r"<(br|col|hr|img|wbr)\b", "", once))
    assert sorted(opened) == sorted(re.findall(r"</([a-z]\w*)>", once))


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
