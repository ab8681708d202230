"""networkscope.reports.html: one file, offline, quiet, safe, the same each time. No kernel is needed."""

import base64
import io
import json
import re

import matplotlib.figure
import pandas as pd
import plotly.graph_objects as go
import plotly.offline
import pytest

from networkscope.reports import html as reports_html
from networkscope.reports.html import PLOTLY, export_html

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
HOSTILE = [
    EVIL,
    "<a href='javascript:alert(3)'>Z</a>",
    "=HYPERLINK(1)",
    "\u202eabc \u05d0\u05d1",
    "y" * 10_000,
    "Ann",
]


def shown(data, metadata=None, kind="display_data"):
    return {"output_type": kind, "data": data, "metadata": metadata or {}} | (
        {"execution_count": 3} if kind == "execute_result" else {}
    )


def plot(**layout):
    figure = go.Figure(go.Bar(x=list(range(6)), y=HOSTILE, orientation="h", hovertext=HOSTILE, name=EVIL))
    return shown({PLOTLY: json.loads(figure.update_layout(**layout).to_json()), "text/plain": "Figure()"})


def picture():
    buffer = io.BytesIO()
    figure = matplotlib.figure.Figure(figsize=(4, 2))
    figure.subplots().plot([1, 3, 2])
    figure.savefig(buffer, format="png")
    data = base64.b64encode(buffer.getvalue()).decode()
    return shown({"image/png": data, "text/plain": "Figure"}, {"image/png": {"alt": "Calls <by> month"}})


@pytest.fixture
def executed(write_notebook):
    table = pd.DataFrame({"who": HOSTILE, "days": range(6)}).to_html(index=False, classes="table", border=0)
    unsafe = pd.DataFrame({"who": HOSTILE}).to_html(escape=False)
    return write_notebook(
        "hostile",
        "# Whom have I *not* called?\n\nEleven people.",
        ("parameters", 'book: str = "../data/sample"'),
        ("injected-parameters", 'book = "/home/somebody/secret"'),
        ("code", "x = 1", {"output_type": "stream", "name": "stderr", "text": "Warning: /home/somebody"}),
        ("code", "t", shown({"text/html": table, "text/plain": "t"}, kind="execute_result")),
        ("code", "u", shown({"text/html": unsafe})),
        (
            "code",
            "m",
            shown(
                {"text/markdown": f"- {EVIL}\n- [a](javascript:alert(4))\n- ![b](https://example.org/b.png)"}
            ),
        ),
        ("code", "p", plot(title={"text": EVIL}, meta={"alt": "Bars of days"}, height=300)),
        ("code", "q", plot(title={"text": "Second"})),
        ("code", "i", picture()),
        ("code", "print", {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{EVIL}"}),
        f"# Another heading\n\n{EVIL}\n\n<details><summary>More</summary>\n\n| a |\n|---|\n| 1 |\n\n</details>",
    )


def test_the_page_says_what_it_should_and_nothing_else(executed, tmp_path):
    html = export_html(executed, tmp_path / "a.html", as_of="2026-11-16", index="index.html").read_text(
        encoding="utf-8"
    )
    assert "<title>Whom have I not called?</title>" in html
    assert '<html lang="en">' in html
    assert html.count("<h1>") == 1
    assert "<h2>Another heading</h2>" in html
    assert '<meta name="as-of" content="2026-11-16">' in html
    assert "As of 16\u00a0Nov\u00a02026." in html
    assert '<a href="index.html">All reports</a>' in html
    assert '<figure class="chart" aria-label="Bars of days" style="min-height:300px">' in html
    assert '<figure class="chart" aria-label="Second"' in html
    assert 'alt="Calls &lt;by&gt; month"' in html
    assert "somebody" not in html
    assert "Warning" not in html
    assert "../data/sample" not in html
    assert '<div class="code"' not in html
    assert "<code>--show-code</code>" in html, "how the reader finds what computed a number"
    assert str(tmp_path) not in html
    assert html.count('id="plotly"') == 1
    assert len(html) < 2_500_000


def test_a_page_without_charts_carries_no_script(write_notebook, tmp_path):
    notebook = write_notebook("dormant_contacts", "Only text.", ("code", "1", shown({"text/plain": "<b>"})))
    html = export_html(notebook, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "script-src 'none'" in html
    assert "<script" not in html
    assert "<h1>Dormant contacts</h1>" in html
    assert "&lt;b&gt;</pre>" in html
    assert len(html) < 18_000


def test_code_is_shown_when_asked_for(executed, tmp_path):
    html = export_html(executed, tmp_path / "a.html", show_code=True).read_text(encoding="utf-8")
    assert '<div class="code"' in html
    assert "data/sample" in html
    assert "--show-code" not in html
    assert "secret" not in html


def test_the_same_notebook_gives_the_same_bytes(executed, tmp_path):
    first = export_html(executed, tmp_path / "a.html").read_bytes()
    content = json.loads(executed.read_text())
    content["metadata"] = {
        "papermill": {"start_time": "now", "input_path": str(tmp_path)},
        "kernelspec": {"name": "x"},
    }
    for cell in content["cells"]:
        cell["id"] += "-other"
        cell["metadata"]["papermill"] = {"duration": 1.5}
    executed.write_text(json.dumps(content))
    assert export_html(executed, tmp_path / "b.html").read_bytes() == first


def test_a_page_that_cannot_be_made_leaves_the_last_one(tmp_path):
    (tmp_path / "a.html").write_text("good")
    (tmp_path / "broken.ipynb").write_text('{"cells": [], "metadata"')
    with pytest.raises(ValueError, match="Expecting"):
        export_html(tmp_path / "broken.ipynb", tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text() == "good"


def test_the_bundled_plotly_is_the_one_that_the_charts_are_made_for():
    code, _ = reports_html._plotly()
    bundled = re.search(r"plotly.js \(basic - minified\) v(\d+)\.", code)[1]
    assert bundled == plotly.offline.get_plotlyjs_version().split(".")[0]


@pytest.mark.browser
@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}],
    ids=["light", "dark", "phone"],
)
def test_in_a_real_browser_charts_are_drawn_and_nothing_stirs(executed, tmp_path, open_page, options):
    page = open_page(export_html(executed, tmp_path / "a.html", show_code=True), **options)
    assert page.evaluate("document.documentElement.dataset.charts") == "drawn"
    assert page.locator(".js-plotly-plot .main-svg").count() >= 2
    assert page.locator(".js-plotly-plot .bars path").count() >= 12
    assert page.locator(".still").count() == 0
    assert page.locator("svg a, [onerror], img[src=x], main script:not([type])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ink = page.evaluate("getComputedStyle(document.querySelector('.xtick text')).fill")
    assert ink == ("rgb(227, 229, 232)" if options.get("color_scheme") == "dark" else "rgb(31, 38, 48)")
    page.locator(".js-plotly-plot .nsewdrag").first.hover()
    assert page.pdf()[:4] == b"%PDF"


@pytest.mark.browser
def test_without_scripting_the_page_still_reads(executed, tmp_path, open_page):
    path = export_html(executed, tmp_path / "a.html")
    path.write_text(
        path.read_text(encoding="utf-8").replace('<figure class="chart"', '<figure class="still"'),
        encoding="utf-8",
    )
    page = open_page(path, java_script_enabled=False)
    assert page.locator(".still").first.is_visible()


@pytest.mark.browser
def test_a_script_that_got_in_would_not_run(executed, tmp_path, chromium):
    path = export_html(executed, tmp_path / "a.html")
    path.write_text(
        path.read_text(encoding="utf-8").replace("<main>", f"<main><script>window.bad = 1</script>{EVIL}"),
        encoding="utf-8",
    )
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-charts=drawn]")
    assert page.evaluate("window.bad") is None
    context.close()
