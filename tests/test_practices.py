"""No practice can be lost: each has a measure, a cell in a notebook and a planted case in the sample."""

import json
import re
from pathlib import Path

import pytest
from planted import CASES

import networkscope

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([A-E]\d+) \| (.+?) \| (.+?) \| `(\w+)` \| (\w+):(\w+) \| (.+) \|$")
COUNTS = {"A": 10, "B": 12, "C": 5, "D": 6, "E": 10}
IDS = [f"{part}{number}" for part, count in COUNTS.items() for number in range(1, count + 1)]
LINES = (ROOT / "docs" / "practices.md").read_text(encoding="utf-8").splitlines()
ROWS = {found[1]: found for line in LINES if (found := ROW.match(line))}


def tagged_cells(notebook: str) -> dict[str, str]:
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return {tag: "".join(cell["source"]) for cell in cells for tag in cell["metadata"].get("tags", ())}


def test_all_of_them_are_listed_in_order():
    assert list(ROWS) == IDS
    assert len(IDS) == 43


@pytest.mark.parametrize("practice", IDS)
def test_a_practice_has_a_measure_a_cell_and_a_planted_case(practice):
    _, _, decided, measure, notebook, tag, _ = ROWS[practice].groups()
    assert decided
    assert measure in networkscope.__all__
    assert tag in tagged_cells(notebook)
    whole = (ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8")
    assert f"ns.{measure}(" in whole, f"{notebook} does not call {measure}"
    assert len(CASES[practice]) > 20
