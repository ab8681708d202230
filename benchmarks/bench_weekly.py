"""The weekly set on the sample, against one bare papermill + nbconvert run of a notebook that only imports.

The first week of an archive has no week before it that kept its key figures, so those of eleven weeks are computed.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from networkscope.reports.weekly import WEEKLY

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
IMPORTS = "import pandas, networkx, matplotlib, plotly"
CELL = {
    "cell_type": "code",
    "execution_count": None,
    "id": "a",
    "metadata": {},
    "outputs": [],
    "source": IMPORTS,
}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
NOTEBOOK = {"cells": [CELL], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
# JupyterLab brings a grammar that takes 2 seconds to import and that we leave out; the bare run may do so, too.
WITHOUT_GRAMMAR = "import runpy, sys; sys.modules['rfc3987_syntax'] = None; sys.argv = sys.argv[1:]; "
FIRST = "weekly set, the first week of an archive"
BAR, FIRST_BAR = 2.3, 3.0


def timed(*commands: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of commands, one after another, their children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def commands(folder: Path) -> dict[str, list[list[str]]]:
    python, out = sys.executable, str(folder / "out.ipynb")
    (folder / "empty.ipynb").write_text(json.dumps(NOTEBOOK))
    run, convert = ["papermill", str(folder / "empty.ipynb"), out], ["nbconvert", "--to", "html", out]
    weekly = [python, "-m", "networkscope", "weekly", str(SAMPLE), "--as-of", "2026-11-16"]
    lean = [
        [python, "-c", f"{WITHOUT_GRAMMAR}runpy.run_module({name!r}, run_name='__main__')", name, *rest]
        for name, *rest in (run, convert)
    ]
    return {
        "bare run": [[python, "-m", *run], [python, "-m", *convert]],
        "bare run without JupyterLab's grammar": lean,
        "weekly set": [[*weekly, "-o", str(folder / "one")]],
        "weekly set with --jobs 2": [[*weekly, "-o", str(folder / "two"), "--jobs", "2"]],
        FIRST: [[python, "-m", "networkscope", "weekly", str(folder / "book"), "--as-of", "2026-11-16"]],
    }


def main(runs: int = 3) -> None:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(SAMPLE, Path(name, "book"), ignore=shutil.ignore_patterns("reports"))
        all_commands = commands(Path(name))
        times: dict[str, list[tuple[float, float]]] = {what: [] for what in all_commands}
        for _ in range(runs):
            for what, each in all_commands.items():
                if what == FIRST:  # its exports are read already, as those of the sample are
                    shutil.rmtree(Path(name, "book", "reports"), ignore_errors=True)
                times[what].append(timed(*each))
    bars = f"{BAR} bare runs with one job, {FIRST_BAR} for the first week of an archive"
    print(f"{len(WEEKLY)} notebooks, medians of {runs}; bars: {bars}")
    for what, each in times.items():
        wall, cpu = (statistics.median(column) for column in zip(*each, strict=True))
        print(f"{what}: {wall:.1f} s wall, {cpu:.1f} s CPU")
        for bare in list(times)[:2]:
            ratios = [
                statistics.median(
                    ours[kind] / theirs[kind] for ours, theirs in zip(each, times[bare], strict=True)
                )
                for kind in (0, 1)
            ]
            if what.startswith("weekly"):
                print(f"  {ratios[0]:.2f} times the {bare} in wall time, {ratios[1]:.2f} times in CPU")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
