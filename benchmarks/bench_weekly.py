"""The weekly set on the sample, against bare papermill + nbconvert runs of an empty notebook; and `--help`."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from networkscope.reports.weekly import WEEKLY

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
EMPTY = {
    "cells": [
        {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": ""}
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def timed(*commands: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of commands, one after another, their children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def main(runs: int = 3) -> None:
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.ipynb").write_text(json.dumps(EMPTY))
        bare = (
            [python, "-m", "papermill", str(folder / "empty.ipynb"), str(folder / "out.ipynb")],
            [python, "-m", "nbconvert", "--to", "html", str(folder / "out.ipynb")],
        )
        ours = [
            python,
            "-m",
            "networkscope",
            "weekly",
            str(SAMPLE),
            "--as-of",
            "2026-11-16",
            "-o",
            str(folder / "o"),
        ]
        pairs = [(timed(*bare)[0], timed(ours)[0], timed([*ours, "--jobs", "2"])[0]) for _ in range(runs)]
    one, weekly, two_jobs = (statistics.median(column) for column in zip(*pairs, strict=True))
    allowed = 3 + 2 * (len(WEEKLY) - 1)
    print(f"bare papermill + nbconvert run of an empty notebook: {one:.1f} s wall (median of {runs})")
    print(
        f"weekly set of {len(WEEKLY)}: {weekly:.1f} s, {weekly / one:.1f} times that (bar: {allowed} times)"
    )
    print(f"weekly set with --jobs 2: {two_jobs:.1f} s, {two_jobs / one:.1f} times that")
    helps = [timed([python, "-m", "networkscope", "--help"])[1] for _ in range(5)]
    nothing = [timed([python, "-c", ""])[1] for _ in range(5)]
    print(
        f"--help: {statistics.median(helps):.3f} s CPU; Python alone {statistics.median(nothing):.3f} s (bar: 0.15 s)"
    )


if __name__ == "__main__":
    main()
