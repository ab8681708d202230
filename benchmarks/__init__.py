"""Paired benchmarks: ours against the code that people write otherwise, on the same input, as ratios.

`python -m benchmarks` runs all of them, `python -m benchmarks.bench_open` one. They are never part of the
tests: seconds differ between machines, and only the ratio within one run means anything.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call, in this process with all its threads."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(
    what: str, ours: Callable[[], object], theirs: dict[str, Callable[[], object]], runs: int = 5
) -> None:
    """Run all in turn, one warm-up first, and print medians and the ratio to ours."""
    works = {"ours": ours, **theirs}
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(runs + 1):
        for name, work in works.items():
            seconds = cpu_seconds(work)
            if turn:
                times[name].append(seconds)
    median = {name: statistics.median(seconds) for name, seconds in times.items()}
    print(f"{what}: ours {median['ours']:.3f} s CPU (median of {runs})")
    for name in theirs:
        ratios = sorted(a / b for a, b in zip(times["ours"], times[name], strict=True))
        print(
            f"  against {name}: {median[name]:.3f} s; ours takes {statistics.median(ratios):.2f} times "
            f"that ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
