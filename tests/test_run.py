"""networkscope.reports.run: several notebooks, one kernel, and no trace of one in the next."""

import json
import os
import signal

import pytest

from networkscope.errors import ParameterError, ReportError
from networkscope.reports import run
from networkscope.reports.run import find_notebook, notebooks_folder, run_notebook, shared_kernel

STATE = """\
import json, os, random, sys, warnings
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
print(json.dumps({
    "figures": plt.get_fignums(), "font": plt.rcParams["font.size"], "rows": pd.options.display.max_rows,
    "filters": len(warnings.filters), "first": warnings.filters[0][0], "environ": os.environ.get("LEAK"),
    "folder": os.getcwd(), "names": sorted(n for n in globals() if n.startswith("leak")), "random": random.random(),
    "numpy": np.random.rand(), "hash": hash("a"), "main": __name__, "path": "leak" in sys.path,
}))"""
LEAK = """\
leak = 1
plt.rcParams["font.size"] = 99
plt.figure()
pd.options.display.max_rows = 3
warnings.simplefilter("ignore")
os.environ["LEAK"] = "1"
os.chdir("/")
sys.path.append("leak")"""


def printed(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(
        o["text"] for cell in cells for o in cell.get("outputs", ()) if o["output_type"] == "stream"
    )


@pytest.mark.kernel
def test_one_kernel_for_several_notebooks(write_notebook, tmp_path, capfd):
    leaky = write_notebook("leaky", ("parameters", 'book: str = "x"'), ("code", STATE), ("code", LEAK))
    echo = write_notebook("echo {x}", ("parameters", 'book: str = "x"'), ("code", "print(book, end='')"))
    fails = write_notebook(
        "fails",
        "# Title",
        ("parameters", "n: int = 0"),
        ("code", "# first\n1 / n"),
        ("code", "print('never')"),
    )
    refused = write_notebook(
        "refused",
        (
            "code",
            "from networkscope.errors import ParameterError\nraise ParameterError('days must be 1 or more, not -5')",
        ),
    )
    dies = write_notebook("dies", ("code", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    text = "quote\" back\\slash {brace} $ \n 'end'"
    out = tmp_path / "out.ipynb"
    with shared_kernel() as kernel:
        first = json.loads(printed(run_notebook(leaky, {}, out, kernel=kernel)))
        assert printed(run_notebook(echo, {"book": text}, out, kernel=kernel)) == text
        assert json.loads(printed(run_notebook(leaky, {}, out, kernel=kernel))) == first
        assert first["names"] == []
        assert first["figures"] == []
        assert first["folder"] == str(tmp_path)
        assert first["main"] == "__main__"

        good = out.read_bytes()
        with pytest.raises(
            ReportError, match=r"fails\.ipynb: cell 3 \(# first\) raised ZeroDivisionError"
        ) as error:
            run_notebook(fails, {"n": "0"}, out, kernel=kernel)
        assert "division by zero" not in str(error.value)
        assert out.read_bytes() == good
        kept = json.loads((tmp_path / "failed" / "out.ipynb").read_text(encoding="utf-8"))
        assert "division by zero" in json.dumps(kept)
        assert "never" not in printed(tmp_path / "failed" / "out.ipynb")

        reason = r"refused\.ipynb, cell 1 \(from networkscope.*\): days must be 1 or more, not -5$"
        with pytest.raises(
            ParameterError, match=reason
        ):  # the input is wrong, not an error of ours to look into
            run_notebook(refused, {}, tmp_path / "refused.out", kernel=kernel)
        assert not (tmp_path / "refused.out").exists()
        assert sorted(path.name for path in (tmp_path / "failed").iterdir()) == ["out.ipynb"]

        with pytest.raises(ReportError, match="the kernel died in cell 1"):
            run_notebook(dies, {}, out, kernel=kernel, failed=tmp_path / "kept.ipynb")
        assert (tmp_path / "kept.ipynb").exists()
        assert json.loads(printed(run_notebook(leaky, {}, out, kernel=kernel))) == first
        process = kernel._manager.provisioner.process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    assert capfd.readouterr() == ("", "")


def test_nothing_starts_where_a_parameter_is_wrong(write_notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "shared_kernel", lambda: pytest.fail("a kernel was started"))
    notebook = write_notebook("a", ("parameters", "n: int = 0"))
    for given in ({"m": 1}, {"n": "x"}, {"n=1;m": 1}):
        with pytest.raises(ParameterError):
            run_notebook(notebook, given, tmp_path / "out.ipynb")
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_kernel_that_does_not_come_up_is_tried_once_more(write_notebook, tmp_path, monkeypatch):
    notebook = write_notebook("a", ("code", "1"))
    attempts = []

    def execute(kernel, execution, folder):
        attempts.append(folder)
        kernel.notebook = execution.nb
        if len(attempts) < 2:
            raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(run.Kernel, "execute", execute)
    assert run_notebook(notebook, {}, tmp_path / "out.ipynb").exists()
    assert attempts == [str(tmp_path)] * 2


def test_find_notebook(tmp_path, monkeypatch):
    (tmp_path / "weekly_report.ipynb").write_text("{}")
    monkeypatch.setattr(run, "notebooks_folder", lambda: tmp_path)
    expected = (tmp_path / "weekly_report.ipynb").resolve()
    for name in ("weekly_report", "weekly_report.ipynb", tmp_path / "weekly_report.ipynb"):
        assert find_notebook(name) == expected
    with pytest.raises(ParameterError, match="'weekly_repot' does not exist; did you mean 'weekly_report'"):
        find_notebook("weekly_repot")
    with pytest.raises(ParameterError, match="does not exist"):
        find_notebook("elsewhere/weekly_report")


def test_the_notebooks_are_next_to_the_package():
    assert notebooks_folder().name == "notebooks"
