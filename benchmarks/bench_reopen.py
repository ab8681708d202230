"""Opening an unchanged book of 200,000 messages again, against opening it for the first time and without a cache."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks import bench_mail, bench_open, cpu_seconds
from networkscope import Book, open_book, schema

MESSAGES = 200_000


def reopen(what: str, folder: Path) -> None:
    time.sleep(2.1)  # a file younger than two seconds is not known by its marks, only by its content

    def opened(**options: bool) -> Book:
        return open_book(folder, as_of="2026-11-16", **options)

    opened(cache=False)
    plain = cpu_seconds(lambda: opened(cache=False))
    first = cpu_seconds(opened)
    again = sorted(cpu_seconds(opened) for _ in range(9))[4]
    one, two = opened(cache=False), opened()
    for table in (*schema.TABLES, "summary"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))
    size = sum(path.stat().st_size for path in (folder / ".cache").iterdir()) / 1e6
    print(
        f"{what}: {len(two.interactions):,} interactions; first {first:.2f} s CPU (without a cache {plain:.2f} s), "
        f"again {again:.3f} s: {100 * again / first:.1f} % of the first; the same tables; cache of {size:.0f} MB"
    )


def main() -> None:
    for what in ("mbox", "LinkedIn"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if what == "mbox":
                bench_mail.write_mbox(folder / "all.mbox", with_html=False, count=MESSAGES)
            else:
                bench_open.write_export(folder, MESSAGES)
            reopen(what, folder)


if __name__ == "__main__":
    main()
