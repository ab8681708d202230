"""How does an executed notebook become one HTML file that opens anywhere, offline, and stays quiet?

nbconvert renders it through our own template (`template/`): no code unless asked for, charts drawn by plotly's
basic bundle that the page carries once, every string of other people made safe (`networkscope.reports.sanitize`).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from networkscope.reports.sanitize import INVISIBLE, plain_text, safe_chart, safe_html
from networkscope.reports.still import still_picture
from networkscope.reports.tables import readable_tables
from networkscope.sharing.levels import ANONYMOUS
from networkscope.wording import plain_dates

TEMPLATE = Path(__file__).parent / "template"
PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"  # a list to choose from does nothing on a page
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
PRIORITY = [PLOTLY, "text/html", "text/markdown", *PICTURES, "text/plain"]
ADDED_CELLS = {"injected-parameters", "papermill-error-cell-tag"}  # papermill's, as they are tagged
FOLDED = "How sure is this?"
CHART_HEIGHT = 420  # pixels, where the figure does not say


def export_html(
    executed: Path, output: Path, *, as_of: str | None = None, index: str | None = None, book: str = "",
    show_code: bool = False, share: str = "private", removed: str = "",
) -> Path:  # fmt: skip
    """Write an executed notebook as one HTML file.

    The same notebook gives the same bytes: times, cell ids, paths and the parameters that were put in are left
    out. The file is complete or, if anything fails, as it was before.

    Parameters
    ----------
    as_of : shown at the foot and noted in the head of the page
    index : a page in the same folder to lead back to
    book : what the folder of the book is called, for the commands that the page offers to copy
    show_code : with the cells' code above their results
    share, removed : the level, and what was taken away for it: the page says both at its head
    """
    import nbformat

    from networkscope.book.own_files import write_atomically

    notebook = nbformat.from_dict(json.loads(executed.read_text(encoding="utf-8")))
    notebook.metadata = {}
    notebook.cells = own_cells(notebook)
    sections, folded = _sections(notebook.cells)
    unwanted = (
        {WIDGET, PLOTLY, *PICTURES} if share == "counts" else {WIDGET}
    )  # pictures show people, one by one
    outputs = [_shown_outputs(cell, unwanted) for cell in notebook.cells if cell.cell_type == "code"]
    has_charts = any(PLOTLY in output.get("data", {}) for shown in outputs for output in shown)
    shown = " ".join(_html_of(output) for shown in outputs for output in shown)
    scripts = page_scripts(shown)
    heading, _ = title_and_question(notebook.cells)
    page = page_head(
        heading or executed.stem.replace("_", " ").capitalize(),
        as_of=as_of,
        scripts=(*scripts, *((_script("charts"), _plotly()[0]) if has_charts else ())),
        style=_code_style() if show_code else "",
        share=share,
        removed=removed,
    )
    page |= {"heading": heading, "code": show_code, "index": index, "book": book}
    page |= {"contents": sections, "folded": folded}
    page |= {"scripts": scripts, "charts": _script("charts"), "plotly": _plotly()[1] if has_charts else ""}
    parts = {
        "include_code": True,
        "include_input": show_code,
        "include_output": True,
        "include_markdown": True,
    }
    resources = {"page": page, "global_content_filter": parts}
    html = _template().render(nb=notebook, resources=resources)
    write_atomically(output, _one_h1(html))
    return output


def page_head(
    title: str,
    *,
    as_of: str | None = None,
    scripts: Sequence[str] = (),
    style: str = "",
    share: str = "private",
    removed: str = "",
) -> dict[str, Any]:
    """What `head.html.j2` and `share.html.j2` need: the policy names each script that may run by its hash."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{code}'" for code in hashes) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    css = (TEMPLATE / "report.css").read_text(encoding="utf-8") + style
    day = plain_dates(as_of) if as_of else None
    if day and share in ANONYMOUS:
        day = f"the week of {day}"
    head = {"title": INVISIBLE.sub("", title), "as_of": as_of, "day": day, "policy": policy, "style": css}
    return head | {"share": share, "removed": removed}


def own_cells(executed: Any) -> list[Any]:
    """The cells without those that papermill put in."""
    return [cell for cell in executed.cells if not ADDED_CELLS & set(cell.metadata.get("tags", ()))]


def title_and_question(cells: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The first heading and the first paragraph of a notebook, as plain text."""
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = (re.search(part, text, re.MULTILINE) for part in (r"^#\s+(.+)", r"^([^#\s].*(?:\n.*\S.*)*)"))
    parts = (" ".join(part[1].split()) if part else "" for part in found)
    title, question = (re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", part) for part in parts)
    return title, question


def _sections(cells: Sequence[Any]) -> tuple[list[tuple[str, str]], bool]:
    """The sections of a page, each with the place that leads to it; from FOLDED on, it is folded.

    The cell that opens the fold loses its heading, which is on the fold itself.
    """
    sections, folded = [], False
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        source = "".join(cell["source"])
        for title in re.findall(r"^##\s+(.+?)\s*$", source, re.MULTILINE):
            sections.append((slug(title), re.sub(r"[*_`]", "", title)))
        if source.startswith(f"## {FOLDED}"):
            cell["source"] = source.removeprefix(f"## {FOLDED}").strip()
            cell["metadata"]["fold"] = FOLDED
            folded = True
    return sections, folded


def slug(title: str) -> str:
    """A title as a place in a page.

    >>> slug("How sure is this?")
    'how-sure-is-this'
    """
    return re.sub(r"\W+", "-", INVISIBLE.sub("", unescape(title)).casefold()).strip("-")


def placed(html: str) -> str:
    """The HTML with a place at each heading of a section, for the contents to lead to."""
    return re.sub(
        r"<h2>(.*?)</h2>", lambda h2: f'<h2 id="{slug(re.sub("<[^>]*>", "", h2[1]))}">{h2[1]}</h2>', html
    )


def _shown_outputs(cell: Any, unwanted: set[str]) -> list[Any]:
    """Leave out of a cell what is not for the reader: warnings, and what has data of an unwanted kind."""
    cell.outputs = [
        output
        for output in cell.outputs
        if output.get("name") != "stderr" and not unwanted & set(output.get("data", {}))
    ]
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.output_type = "display_data"
    return cell.outputs


def _one_h1(html: str) -> str:
    """A page has one main heading; whatever calls itself one after that is a section."""
    head, found, rest = html.partition("</h1>")
    return head + found + rest.replace("<h1", "<h2").replace("</h1>", "</h2>")


@lru_cache(maxsize=1)
def _template() -> Any:
    """nbconvert's, with our blocks; its exporter would copy each notebook twice and check it eleven times."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(
        file_extension=".html", template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)]
    )
    exporter.config.NbConvertBase.display_data_priority = PRIORITY
    for name, filter_ in {
        "report_html": report_html, "report_markdown": report_markdown, "plain": plain_text,
        "image": image, "chart": chart, "highlighted": highlighted, "placed": placed, "slug": slug,
    }.items():  # fmt: skip
        exporter.register_filter(name, filter_)
    return exporter.template


def report_html(html: str) -> str:
    """HTML that a cell shows, safe and with readable tables."""
    return readable_tables(safe_html(html))


def report_markdown(source: str) -> str:
    """Markdown as HTML in which nothing can run or load."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return report_html(MarkdownWithMath(renderer=renderer).render(source))


def image(output: Any, kind: str) -> str:
    """A picture, its bytes in the page, with the description that came along as its alternative text."""
    content = output.data[kind]
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    alt = _described(output, kind) or "A chart; the text beside it says what it shows."
    about = output.get("metadata", {}).get(kind, {})
    size = f' width="{int(about["width"])}"' if about.get("width") else ""
    paper = " paper" if about.get("for_paper") else ""
    source = f"data:{kind};base64,{''.join(content.split())}"
    return f'<figure class="image{paper}"><img src="{escape(source)}" alt="{escape(alt)}"{size}></figure>'


def chart(output: Any) -> str:
    """A plotly chart as data, which `charts.js` draws, and a still picture where no script runs."""
    figure = safe_chart({key: output.data[PLOTLY].get(key, {}) for key in ("data", "layout")})
    layout = figure["layout"]
    title = layout.pop("title", None) or {}
    title = re.sub(r"<[^>]*>", " ", title.get("text") or "" if isinstance(title, dict) else title)
    label = _described(output, PLOTLY) or (layout.get("meta") or {}).get("alt") or title or "Chart"
    if title:  # on the page, where it wraps, and not in the chart, where it is cut
        layout["margin"] = {**layout.get("margin", {}), "t": 12}
        title = f'<figcaption class="title">{escape(INVISIBLE.sub("", title))}</figcaption>'
    height = int(layout.get("height") or CHART_HEIGHT)
    data = json.dumps(figure, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<figure class="chart" aria-label="{escape(INVISIBLE.sub("", label))}" style="min-height:{height}px">'
        f'{title}<img class="still" src="{still_picture(figure, height)}" alt="{escape(INVISIBLE.sub("", label))}">'
        f'<script type="application/json">{data}</script></figure>'
    )


def _described(output: Any, kind: str) -> str | None:
    metadata = output.get("metadata", {})
    return metadata.get(kind, {}).get("alt") or metadata.get("alt")


def highlighted(source: str) -> str:
    """Python code in colours."""
    from nbconvert.filters.highlight import Highlight2HTML

    return Highlight2HTML(pygments_lexer="python3")(source)


def _code_style() -> str:
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    light, dark = (
        HtmlFormatter(style=style, nobackground=True).get_style_defs(".highlight")
        for style in ("xcode", "github-dark")
    )
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def own_scripts() -> list[str]:
    """The scripts of ours that a page may carry, whatever it is about."""
    return [*map(_script, ("tables", "cards", "people", "charts")), _plotly()[1]]


def _script(name: str) -> str:
    return (TEMPLATE / f"{name}.js").read_text(encoding="utf-8")


def page_scripts(html: str, *others: str) -> list[str]:
    """The scripts that a page with these contents needs, beside those of its charts; `others` by name."""
    marks = {"tables": "<table", "cards": "data-move="}
    return [_script(name) for name in (*(name for name, mark in marks.items() if mark in html), *others)]


@lru_cache(maxsize=1)
def templates() -> Any:
    """The templates of pages that no notebook gives."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)


def _html_of(output: Any) -> str:
    content = output.get("data", {}).get("text/html", "")
    return content if isinstance(content, str) else "".join(content)


@lru_cache(maxsize=1)
def _plotly() -> tuple[str, str]:
    """Plotly's basic bundle (lines, dots and bars are all that is drawn), and the same packed for a page."""
    packed = (TEMPLATE / "plotly-basic.min.js.gz").read_bytes()
    return gzip.decompress(packed).decode(), base64.b64encode(packed).decode()
