"""networkscope.reports.weekly: the set, its front page, and what a failure leaves behind."""

import os
import re

import pytest

from networkscope.book.own_files import output_folder
from networkscope.errors import LoadError, ParameterError, ReportError
from networkscope.reports import run
from networkscope.reports import weekly as reports

PARAMETERS = ("parameters", 'book: str = "../data/sample"\nas_of: str = "2026-11-16"\nfail: bool = False')


@pytest.fixture
def book(tmp_path):
    """An empty book; what opening a real one says is tested elsewhere."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text("[time]\ntimezone = 'UTC'\n", encoding="utf-8")
    return folder


@pytest.fixture
def no_kernel(monkeypatch):
    monkeypatch.setattr(run.Kernel, "start", lambda _: None)


def reasons(result):
    return {name: str(error) for name, error in result.failures.items()}


@pytest.fixture
def notebooks(write_notebook):
    good = write_notebook(
        "good",
        "# Who is *silent*?\n\nPeople that [you](x.html) have not\ncalled.",
        PARAMETERS,
        ("code", "print(as_of)"),
    )
    bad = write_notebook(
        "bad", "# Which thanks are missing?", "Open <debts>.", PARAMETERS,
        ("code", "from pathlib import Path\nassert not Path(book, 'broken').exists(), 'a secret'"),
    )  # fmt: skip
    return [good, bad]


@pytest.mark.kernel
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_keeps_the_last_good_page(book, notebooks, tmp_path, jobs):
    out, said = tmp_path / "out" / "deep", []
    first = reports.weekly(
        book, as_of="2026-11-16", output=out, notebooks=notebooks, jobs=jobs, progress=said.append
    )
    assert first.failures == {}
    assert [page.name for page in first.pages] == ["good.html", "bad.html"]
    assert sorted(p.name for p in out.iterdir()) == ["bad.html", "good.html", "index.html"]
    index = first.index.read_text(encoding="utf-8")
    assert '<a href="good.html">Who is silent?</a>' in index
    assert "People that you have not called." in index
    assert "Open &lt;debts&gt;." in index
    assert "As of 16\u00a0Nov\u00a02026" in index
    assert str(tmp_path) not in index
    assert sum(bool(re.fullmatch(r"(good|bad) done in \d+\.\d s", line)) for line in said) == 2

    page = (out / "bad.html").read_bytes()
    (book / "broken").touch()
    second = reports.weekly(book, as_of="2026-11-23", output=out, notebooks=notebooks, jobs=jobs)
    assert list(second.failures) == ["bad"]
    assert "bad.ipynb: cell 4 (from pathlib import Path) raised AssertionError" in str(second.failures["bad"])
    assert "secret" not in str(second.failures["bad"])
    assert (out / "bad.html").read_bytes() == page
    assert (out / "failed" / "bad.ipynb").exists()
    index = second.index.read_text(encoding="utf-8")
    assert "Failed; this is the last good one, of 16\u00a0Nov\u00a02026." in index
    assert "2026-11-23" in (out / "good.html").read_text(encoding="utf-8")

    (book / "broken").unlink()
    assert reports.report(notebooks[1], book, as_of="2026-11-23", output=out).name == "bad.html"
    assert not (out / "failed").exists(), "an empty folder says that something failed"


def test_wrong_input_is_found_before_a_notebook_runs(
    book, notebooks, write_notebook, tmp_path, monkeypatch, no_kernel
):
    monkeypatch.setattr(reports, "run_notebook", lambda *_, **__: pytest.fail("a notebook was run"))
    out = tmp_path / "out"
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(LoadError, match="does not exist"):
        reports.weekly(tmp_path / "nowhere", output=out, notebooks=notebooks)
    with pytest.raises(LoadError, match="'file' is not a folder; choose another with -o"):
        reports.weekly(book, output=file, notebooks=notebooks)
    with pytest.raises(LoadError, match="choose another with -o"):
        reports.weekly(book, output=file / "below", notebooks=notebooks)
    with pytest.raises(ParameterError, match="does not exist"):
        reports.weekly(book, output=out, notebooks=["nothing"])
    with pytest.raises(ParameterError, match="has no parameter 'as_of'"):
        reports.weekly(book, output=out, notebooks=[write_notebook("c", ("parameters", "book: str = 'x'"))])
    with pytest.raises(ParameterError, match="must be bool"):
        reports.report(notebooks[0], book, parameters={"fail": "x"}, output=out)
    for name in ("book", "as_of"):
        with pytest.raises(ParameterError, match=f"parameter '{name}' is given by"):
            reports.report(notebooks[0], book, parameters={name: "x"}, output=out)
    assert not out.exists()
    (out / "bad.html").mkdir(parents=True)
    with pytest.raises(LoadError, match=r"'bad\.html' in the output folder is a folder"):
        reports.weekly(book, output=out, notebooks=notebooks)
    (out / "bad.html").rmdir()
    (out / "failed").touch()
    with pytest.raises(LoadError, match="'failed' in the output folder is not a folder"):
        reports.weekly(book, output=out, notebooks=notebooks)
    assert [path.name for path in out.iterdir()] == ["failed"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LoadError, match="Permission denied"):
        output_folder(tmp_path)


def test_ctrl_c_ends_every_kernel(book, notebooks, tmp_path, monkeypatch, no_kernel):
    killed = []

    def interrupted(notebook, *_, kernel, **__):
        kernel.kill = lambda: killed.append(notebook.stem)
        if notebook.stem == "bad":
            raise KeyboardInterrupt
        raise ReportError("ended")

    monkeypatch.setattr(reports, "run_notebook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reports.weekly(book, output=tmp_path / "out", notebooks=notebooks[::-1], jobs=2)
    assert "bad" in killed
    assert not (tmp_path / "out" / "index.html").exists()


def test_wrong_input_that_only_a_notebook_finds_is_not_taken_for_a_failure(
    book, notebooks, tmp_path, monkeypatch, no_kernel
):
    errors = {"good": LoadError("drafts.toml: no such key"), "bad": ParameterError("days must be 1 or more")}

    def fails(notebook, *_, **__):
        raise errors[notebook.stem]

    monkeypatch.setattr(reports, "run_notebook", fails)
    result = reports.weekly(book, output=tmp_path / "out", notebooks=notebooks)
    assert reasons(result) == {"good": "drafts.toml: no such key", "bad": "days must be 1 or more"}
    assert result.exit_code == 2
    errors["bad"] = ReportError("it failed")
    assert reports.weekly(book, output=tmp_path / "out", notebooks=notebooks).exit_code == 1


def test_a_first_failure_has_no_earlier_page(book, notebooks, tmp_path, monkeypatch, no_kernel):
    def fails(*_, **__):
        raise ReportError("it failed")

    monkeypatch.setattr(reports, "run_notebook", fails)
    result = reports.weekly(book, output=tmp_path / "out", notebooks=notebooks)
    assert result.pages == ()
    assert reasons(result) == {"good": "it failed", "bad": "it failed"}
    assert result.index.read_text(encoding="utf-8").count("Failed; there is no earlier one.") == 2


@pytest.mark.parametrize("old", [False, True])
def test_the_output_folder_is_made(tmp_path, old):
    folder = tmp_path / "a" / "b"
    if old:
        folder.mkdir(parents=True)
    assert output_folder(folder) == folder
    assert list(folder.iterdir()) == []
