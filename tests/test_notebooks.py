"""Every notebook, for real: on the sample, on an empty book, on a book of one person, and with strange names."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from networkscope.errors import ParameterError
from networkscope.reports import weekly as reports
from networkscope.reports.parameters import read_parameters
from networkscope.reports.weekly import WEEKLY

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
SAMPLE = ROOT / "data" / "sample"
AS_OF = "2026-11-16"
HOSTILE = (
    "<script>alert(1)</script> Lee",
    '=HYPERLINK("http://x.example","y")',
    "\u202eeeL nnA\u202c",
    "x" * 10_000,
    "<img src=x onerror=alert(2)>",
    "李 小龙",
    "]]></svg><b>",
)


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def one_contact(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    (folder / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\n", encoding="utf-8")
    (folder / "interactions.csv").write_text(
        "contact,occurred_at,channel,direction,purpose\nAnn Lee,2026-11-10,call,mutual,advice_ask\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    (folder / "book.toml").write_text("[time]\ntimezone = 'UTC'\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with (folder / "contacts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                ["name", "email", "circle"],
                *([name, f"p{i}@x.example", name[:50]] for i, name in enumerate(HOSTILE)),
            ]
        )
    with (folder / "interactions.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [["email", "occurred_at", "channel", "direction", "purpose", "subject"]]
        for i, name in enumerate(HOSTILE):
            rows += [
                [f"p{i}@x.example", f"2026-0{m}-1{i}", "meeting", "mutual", "catch_up", name]
                for m in (1, 2, 9)
            ]
            rows.append([f"p{i}@x.example", "2026-10-20", "email", "outbound", "advice_ask", name])
        csv.writer(file).writerows(rows)
    with (folder / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [["referrer_email", "referred_email", "kind", "given_on"]]
        rows += [[f"p{i}@x.example", f"p{i + 1}@x.example", "person", "2026-09-2" + str(i)] for i in range(6)]
        csv.writer(file).writerows(rows)
    return folder


def test_the_weekly_set_is_there():
    assert set(WEEKLY) <= set(NAMES)


@pytest.mark.kernel
@pytest.mark.parametrize(
    "kind",
    ["sample", "empty", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("one_contact", "hostile"))],
)
def test_every_notebook_runs(kind, request, tmp_path):
    book = SAMPLE if kind == "sample" else request.getfixturevalue(kind)
    result = reports.weekly(book, as_of=AS_OF, output=tmp_path, notebooks=NAMES)
    assert result.failures == {}
    for page in result.pages:
        text = page.read_text(encoding="utf-8")
        assert "<h1" in text
        assert "Warning" not in text, page.name
        assert "Traceback" not in text, page.name
        assert str(ROOT) not in text
        assert not re.search(r"<script>alert|<img src=x|</svg><b>", text)


@pytest.mark.parametrize(
    ("name", "parameter", "value", "least"),
    [
        ("dormant_contacts", "horizon_days", "-5", "1 or more"),
        ("dormant_contacts", "half_life_days", "0", "more than 0"),
        ("followup_gaps", "rows", "0", "1 or more"),
        ("weekly_report", "days", "0", "1 or more"),
        ("weekly_report", "moves", "0", "1 or more"),
        ("target_companies", "months", "-2", "1 or more"),
        ("network_map", "labels", "-1", "1 or more"),
        ("network_map", "seed", "-1", "0 or more"),
    ],
)
def test_a_number_out_of_range_is_refused_before_a_kernel_starts(name, parameter, value, least, tmp_path):
    with pytest.raises(
        ParameterError, match=rf"^parameter '{parameter}' of {name}.ipynb must be {least}, not "
    ):
        reports.report(name, SAMPLE, as_of=AS_OF, parameters={parameter: value}, output=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.kernel
def test_a_value_that_only_the_book_can_refuse_is_told_with_its_reason(one_contact, tmp_path):
    refused = {
        "leaving_a_job": ({"backed_up_on": "soon"}, "'soon' is not a date"),
        "explore": ({"person": "Xerxes"}, "nobody in this book is called"),
    }
    for name, (parameters, reason) in refused.items():
        with pytest.raises(ParameterError, match=rf"^{name}\.ipynb, cell \d+ .*{reason}"):
            reports.report(name, one_contact, as_of=AS_OF, parameters=parameters, output=tmp_path)
    assert list(tmp_path.iterdir()) == [], "nothing half written"


@pytest.mark.kernel
def test_a_chart_is_never_an_empty_frame(tmp_path):
    """Where updates alone are overdue there is nothing owed to draw."""
    told = ("08-25,email,outbound,advice_ask", "08-26,email,inbound,reply", "08-27,email,outbound,thank_you",
            "09-01,meeting,mutual,catch_up", "09-02,email,outbound,thank_you")  # fmt: skip
    lines = ["contact,occurred_at,channel,direction,purpose", *(f"Ann Lee,2026-{line}" for line in told)]
    (tmp_path / "interactions.csv").write_text("\n".join(lines), encoding="utf-8")
    for name in ("weekly_report", "followup_gaps"):
        page = reports.report(name, tmp_path, as_of=AS_OF, output=tmp_path / "out").read_text(
            encoding="utf-8"
        )
        assert "Nothing that you owe is overdue" in page or name == "weekly_report"
        assert '<figure class="chart"' not in page, name


@pytest.mark.slow
@pytest.mark.kernel
def test_the_same_book_gives_the_same_pages_to_the_byte(tmp_path):
    pages = [
        reports.report("weekly_report", SAMPLE, as_of=AS_OF, output=tmp_path / name).read_bytes()
        for name in ("a", "b")
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_stripped_thin_and_explains_its_parameters(path):
    for cell in cells(path):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert len(source.splitlines()) <= 14, source
        assert not re.search(r"^\s*(def|class) ", source, re.MULTILINE)
        assert "/home/" not in source
        if "parameters" in cell["metadata"].get("tags", ()):
            assert all(re.search(r"  # \w", line) for line in source.splitlines()), "each has a comment"
    names = {parameter.name for parameter in read_parameters(path)}
    assert {"book", "as_of"} <= names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_the_answer_comes_first_and_what_a_page_cannot_tell_is_under_its_fold(path):
    text = ["".join(cell["source"]) for cell in cells(path)]
    kinds = [cell["cell_type"] for cell in cells(path)]
    shown = [
        source for source, kind in zip(text, kinds, strict=True) if kind == "code" and "ns.show" in source
    ]
    assert "ns.show_answer(" in shown[0]
    headings = [line for source, kind in zip(text, kinds, strict=True) if kind == "markdown"
                for line in source.splitlines() if line.startswith("## ")]  # fmt: skip
    assert headings[-1] == "## How sure is this?"
    fold = next(number for number, source in enumerate(text) if source.startswith("## How sure is this?"))
    assert re.search(r"What this page cannot tell you:\n\n- \w", text[fold])
    assert any("ns.show_sources(" in source for source in text[fold:])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_papermill_explains_the_parameters(path):
    run = subprocess.run(
        [sys.executable, "-m", "papermill", "--help-notebook", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    for parameter in read_parameters(path):
        assert re.search(rf"^\s+{parameter.name}: ", run.stdout, re.MULTILINE), run.stdout


@pytest.mark.kernel
def test_the_weekly_report_may_begin_with_a_week_of_the_owner(tmp_path):
    page = reports.report(
        "weekly_report", SAMPLE, as_of="2026-11-18", output=tmp_path, parameters={"whole_weeks": "true"}
    )
    # 18 November is a Wednesday, and the week of the day a week before began on the 9th.
    assert "In the 9 days to 17" in page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.kernel
def test_the_weekly_report_looks_back_on_a_day_without_midnight(tmp_path):
    book = shutil.copytree(SAMPLE, tmp_path / "book")
    settings = (book / "book.toml").read_text(encoding="utf-8")
    cairo = re.sub('timezone = ".*"', 'timezone = "Africa/Cairo"', settings)
    (book / "book.toml").write_text(cairo, encoding="utf-8")
    page = reports.report("weekly_report", book, as_of="2026-05-01", output=tmp_path)
    assert "In the 7 days to 30" in page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.kernel
def test_papermill_itself_runs_a_notebook_on_another_book(tmp_path):
    """As its users call it, from the notebooks' folder or any other, without a command of ours."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "interactions.csv").write_text("contact,occurred_at,channel\nZoltan Quimby,2026-11-05,call\n")
    output = tmp_path / "out.ipynb"
    command = ["papermill", "notebooks/weekly_report.ipynb", str(output), "-p", "book", str(book)]
    subprocess.run(
        [sys.executable, "-m", *command, "-p", "as_of", "2026-11-16"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    executed = json.loads(output.read_text(encoding="utf-8"))
    assert executed["metadata"]["papermill"]["exception"] is None
    assert executed["metadata"]["papermill"]["parameters"] == {"book": str(book), "as_of": "2026-11-16"}
    assert "Zoltan Quimby" in json.dumps(executed)
