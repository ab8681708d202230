"""`networkscope --help` against `python -c "import click"`: CPU time, since both wait for the disk alike."""

from __future__ import annotations

import statistics
import sys

from benchmarks.bench_weekly import timed

BAR = 1.5
CODE = "from networkscope.cli.main import main; main(['--help'])"  # what the console script does


def main(runs: int = 30) -> None:
    works = {"import click": "import click", "networkscope --help": CODE}
    times: dict[str, list[float]] = {what: [] for what in works}
    for turn in range(runs + 2):
        for what, code in works.items():
            cpu = timed([sys.executable, "-c", code])[1]
            if turn > 1:
                times[what].append(cpu)
    click, ours = times.values()
    ratio = statistics.median(a / b for a, b in zip(ours, click, strict=True))
    print(f"networkscope --help: {statistics.median(ours) * 1000:.0f} ms CPU (median of {runs})")
    print(
        f"import click: {statistics.median(click) * 1000:.0f} ms; ours takes {ratio:.2f} times that (bar: {BAR})"
    )


if __name__ == "__main__":
    main()
