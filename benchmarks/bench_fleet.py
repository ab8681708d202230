"""A fleet of sample books on two cores, against two independent loops of the command for one; memory per worker.

`python -m benchmarks.bench_fleet 40` writes so many sets each way, in turns of twenty, so that whatever else the
computer does falls on both.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
AS_OF, CORES, BAR = "2026-11-16", 2, 0.9
IN_A_TURN = 20
OURS = [sys.executable, "-m", "networkscope"]


def measured(work: list[list[list[str]]]) -> tuple[float, float]:
    """Wall and CPU seconds of lists of commands: the lists at once, the commands of each one after another."""

    def run(commands: list[list[str]]) -> None:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True)

    used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    threads = [threading.Thread(target=run, args=(commands,)) for commands in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return time.perf_counter() - start, cpu


class Memory(threading.Thread):
    """The most memory that the processes below this one shared out among them, in MB: of one client and its kernel."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0

    def run(self) -> None:
        while True:
            for process in psutil.Process().children(recursive=True):
                try:
                    if "networkscope.automation.client" in process.cmdline():
                        family = [process, *process.children(recursive=True)]
                        total = sum(each.memory_full_info().pss for each in family) / 1e6
                        self.most = max(self.most, total)
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            time.sleep(0.2)


def loop(books: list[Path], output: Path) -> list[list[str]]:
    """The command for one, book after book."""
    how = ["--as-of", AS_OF, "--share", "counts", "-o"]
    return [[*OURS, "weekly", str(book), *how, str(output / book.name)] for book in books]


def main(count: int) -> None:
    memory = Memory()
    memory.start()
    times: dict[str, list[tuple[float, float]]] = {"two loops": [], "fleet --jobs 2": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        books = [folder / "clients" / f"c{number}" for number in range(IN_A_TURN)]
        for book in books:
            shutil.copytree(SAMPLE, book, ignore=shutil.ignore_patterns(".*", "reports"))
        for turn in range(max(1, count // IN_A_TURN)):
            out = folder / f"out{turn}"
            loops = [loop(books[core::CORES], out) for core in range(CORES)]
            fleet = [*OURS, "fleet", str(folder / "clients"), "-o", str(out / "fleet"), "--jobs", str(CORES)]
            times["two loops"].append(measured(loops))
            for kept in folder.glob("clients/*/.cache") if turn == 0 else ():
                shutil.rmtree(kept)  # either way the books are read anew in the first turn, and only then
            times["fleet --jobs 2"].append(measured([[[*fleet, "--as-of", AS_OF]]]))
            tell(times, memory.most)


def tell(times: dict[str, list[tuple[float, float]]], memory: float) -> None:
    """What is known after so many turns."""
    totals = {what: [sum(column) for column in zip(*each, strict=True)] for what, each in times.items()}
    sets = IN_A_TURN * len(times["two loops"])
    for what, (wall, cpu) in totals.items():
        print(f"{what}: {sets} sets, {wall / sets:.1f} s wall and {cpu / sets:.1f} s CPU for each")
    (loops_wall, loops_cpu), (wall, cpu) = totals.values()
    print(f"throughput: {loops_wall / wall:.0%} by wall time, {loops_cpu / cpu:.0%} by CPU; bar: {BAR:.0%}")
    print(f"most memory of a worker and its kernel: {memory:.0f} MB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
