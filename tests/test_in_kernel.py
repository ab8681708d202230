"""networkscope.reports.in_kernel: notebooks share what was read and computed, and nothing that one of them changed."""

import json
import shutil
from pathlib import Path

import pytest

from networkscope.reports.run import run_notebook, shared_kernel

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
PARAMETERS = ("parameters", 'book: str = "x"')
OPEN = "import networkscope as ns\nnetwork = ns.open_book(book, as_of='2026-11-16')\nnow = network.at()"
COUNT = "print(len(now.prepared), len(network.contacts), len(now.interactions), sum(ns.dormant_contacts(now).value))"
SPOIL_BOOK = (
    "network.contacts['name'] = 'nobody'\nnetwork.interactions.drop(network.interactions.index, inplace=True)"
)
SPOIL_SNAPSHOT = (
    "now.interactions['channel'] = 'letter'\nnow.contacts.drop(now.contacts.index[:9], inplace=True)"
)
SPOIL_RESULT = "ties = ns.dormant_contacts(now)\nties['value'] = 0.0\nnow.prepared.clear()"


@pytest.fixture
def outcome(write_notebook, tmp_path):
    """Run a notebook of these cells in a kernel and return what it printed."""
    book = shutil.copytree(SAMPLE, tmp_path / "book")

    def run(kernel, *sources):
        cells = [("code", source) for source in sources]
        notebook = write_notebook("some", PARAMETERS, *cells)
        executed = run_notebook(notebook, {"book": str(book)}, tmp_path / "out.ipynb", kernel=kernel)
        outputs = [o for cell in json.loads(executed.read_text())["cells"] for o in cell.get("outputs", ())]
        return "".join(output["text"] for output in outputs if output.get("name") == "stdout").split()

    return run


@pytest.mark.kernel
def test_what_one_notebook_changes_no_other_finds(outcome):
    with shared_kernel() as kernel:
        nothing_kept, *first = outcome(kernel, OPEN, COUNT)
        kept, *second = outcome(kernel, OPEN, COUNT)
        assert nothing_kept == "0"
        assert int(kept) > 0, "what the first notebook computed is there for the second"
        assert second == first
        for spoil in (SPOIL_BOOK, SPOIL_SNAPSHOT, SPOIL_RESULT):
            outcome(kernel, OPEN, spoil, COUNT)
            assert outcome(kernel, OPEN, COUNT)[1:] == first, spoil
        # A table that was changed before `at` is what `at` then takes, as without a shared kernel.
        empty = outcome(kernel, OPEN, SPOIL_BOOK, "now = network.at()", COUNT)
        assert empty[2] == "0"
        assert outcome(kernel, OPEN, COUNT)[1:] == first


@pytest.mark.kernel
def test_a_notebook_that_opens_the_book_again_reads_it_again(outcome):
    write = "open(book + '/more.csv', 'w').write('name,email\\nZoe Unlike,zoe@unlike.example\\n')"
    with shared_kernel() as kernel:
        before = outcome(kernel, OPEN, "print(len(network.contacts))")
        after = outcome(kernel, OPEN, write, OPEN, "print(len(network.contacts))")
        assert int(after[0]) == int(before[0]) + 1
