"""What does the week's set of reports say? All of them as pages, with one page that leads to them.

A notebook that fails stops none of the others, and its last good page stays where it is.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from networkscope.book.files import output_folder
from networkscope.errors import NetworkscopeError, ParameterError
from networkscope.reports.html import export_html
from networkscope.reports.index import write_index
from networkscope.reports.kernel import Kernel, shared_kernel
from networkscope.reports.parameters import check_parameters
from networkscope.reports.run import find_notebook, run_notebook

WEEKLY = (
    *("weekly_report", "dormant_contacts", "referral_yield", "followup_gaps", "asks_and_favours"),
    *("reach", "target_companies", "leaving_a_job", "network_map"),
)
Progress = Callable[[str], None]
Fault = NetworkscopeError | None


@dataclass(frozen=True)
class Result:
    """What came of a run: `index` leads to the pages, `failures` says what failed and why, by notebook."""

    index: Path
    pages: tuple[Path, ...]
    failures: Mapping[str, NetworkscopeError]

    @property
    def exit_code(self) -> int:
        """0 where all is fresh, 2 where nothing but the input is wrong, 1 otherwise."""
        return min((fault.exit_code for fault in self.failures.values()), default=0)


def report(
    notebook: str | Path,
    book: Path,
    *,
    as_of: str | None = None,
    parameters: Mapping[str, object] | None = None,
    output: Path,
    show_code: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Run one notebook on a book and write its page into the folder `output`; return the page.

    Raises
    ------
    ParameterError, LoadError
        Notebook, book, parameters or folder cannot be used; told before anything starts.
    ReportError
        The notebook failed. (Where it refuses a value, the error is the ParameterError that it raised.)
    """
    path = find_notebook(notebook)
    for name, instead in (("book", "the argument BOOK"), ("as_of", "--as-of")):
        if name in (parameters or {}):
            raise ParameterError(f"parameter '{name}' is given by {instead}, not with -p")
    given = {"book": str(book.resolve()), "as_of": as_of or "", **(parameters or {})}
    check_parameters(path, given)
    given["as_of"] = _checked_book(book, as_of)
    folder = output_folder(output, pages=[path.stem])
    index = "index.html" if (folder / "index.html").exists() else None
    with shared_kernel() as kernel:
        return _page(path, given, folder, kernel, show_code=show_code, index=index, progress=progress)


def weekly(
    book: Path,
    *,
    as_of: str | None = None,
    output: Path,
    notebooks: Sequence[str | Path] = WEEKLY,
    jobs: int = 1,
    show_code: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Run the weekly set on a book and write the pages and their `index.html` into the folder `output`.

    Parameters
    ----------
    jobs : so many kernels work at once

    Raises
    ------
    ParameterError, LoadError
        Notebook, book or folder cannot be used; told before anything starts.
    """
    paths = [find_notebook(name) for name in notebooks]
    given: dict[str, object] = {"book": str(book.resolve()), "as_of": _checked_book(book, as_of)}
    for path in paths:
        check_parameters(path, given)
    folder = output_folder(output, pages=[path.stem for path in paths])

    def run(path: Path, kernel: Kernel) -> Fault:
        try:
            _page(path, given, folder, kernel, show_code=show_code, index="index.html", progress=progress)
        except NetworkscopeError as fault:
            return fault
        return None

    found = _spread(run, paths, max(1, min(jobs, len(paths))))
    failures = {path.stem: fault for path in paths if (fault := found[path])}
    index = write_index(folder, paths, failures, str(given["as_of"]))
    pages = tuple(page for path in paths if (page := folder / f"{path.stem}.html").exists())
    return Result(index, pages, failures)


def _checked_book(book: Path, as_of: str | None) -> str:
    """The cut-off, now by default; a book that cannot be opened is refused here, before a kernel starts."""
    from networkscope.book import open_book

    opened = open_book(book, as_of=as_of)
    return as_of or f"{opened.as_of.tz_convert(opened.timezone):%Y-%m-%d %H:%M}"


def _page(
    notebook: Path,
    parameters: Mapping[str, object],
    folder: Path,
    kernel: Kernel,
    *,
    show_code: bool,
    index: str | None,
    progress: Progress | None,
) -> Path:
    tell = progress or (lambda _: None)
    tell(f"{notebook.stem} …")
    began = time.monotonic()
    kept = folder / "failed" / notebook.name
    with tempfile.TemporaryDirectory(prefix="networkscope-") as draft:
        executed = Path(draft) / notebook.name
        try:
            run_notebook(notebook, parameters, executed, kernel=kernel, failed=kept)
        except NetworkscopeError:
            tell(f"{notebook.stem} failed after {time.monotonic() - began:.1f} s")
            raise
        as_of = str(parameters["as_of"])
        page = folder / f"{notebook.stem}.html"
        export_html(executed, page, as_of=as_of, index=index, show_code=show_code)
    kept.unlink(missing_ok=True)  # an old failure is over
    with contextlib.suppress(OSError):  # others may still be kept there
        kept.parent.rmdir()
    tell(f"{notebook.stem} done in {time.monotonic() - began:.1f} s")
    return page


def _spread(run: Callable[[Path, Kernel], Fault], paths: Sequence[Path], jobs: int) -> dict[Path, Fault]:
    """Run all, in so many threads with a kernel each; Ctrl-C ends every kernel."""
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for path in paths:
        waiting.put(path)
    results: dict[Path, Fault] = {}
    kernels: list[Kernel] = []
    stop = threading.Event()

    def work() -> None:
        with shared_kernel() as kernel:
            kernels.append(kernel)
            while not stop.is_set():
                try:
                    path = waiting.get_nowait()
                except queue.Empty:
                    return
                results[path] = run(path, kernel)

    if jobs == 1:
        work()
        return results
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for future in [pool.submit(work) for _ in range(jobs)]:
                future.result()
        except BaseException:
            stop.set()
            for kernel in kernels:
                kernel.kill()
            raise
    return results
