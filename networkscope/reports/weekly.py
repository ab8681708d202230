"""What does the week's set of reports say? All of them as pages, with one page that leads to them.

A notebook that fails stops none of the others, and its last good page stays where it is. What takes long to import is
imported once the kernels are starting.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from networkscope.errors import NetworkscopeError, ParameterError
from networkscope.reports.html import export_html
from networkscope.reports.index import write_index
from networkscope.reports.key_figures import recent_figures
from networkscope.reports.parameters import check_parameters
from networkscope.reports.run import (
    Kernel,
    find_notebook,
    keep_without_outputs,
    notebooks_folder,
    run_notebook,
    shared_kernel,
)
from networkscope.reports.share import Sharing, sharing

if TYPE_CHECKING:
    from networkscope.book import Book
    from networkscope.snapshot.snapshot import Snapshot

WEEKLY = (
    *("weekly_report", "dormant_contacts", "referral_yield", "followup_gaps", "asks_and_favours"),
    *("target_companies", "leaving_a_job", "network_map"),
)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """What came of a run: `index` leads to the pages, `failures` says what failed and why, by notebook.

    `seconds` says how long each notebook took, its page included; `figures` are the key figures of the last weeks.
    """

    index: Path
    pages: tuple[Path, ...]
    failures: Mapping[str, NetworkscopeError]
    seconds: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 where all is fresh, 2 where nothing but the input is wrong, 1 otherwise."""
        return min((error.exit_code for error in self.failures.values()), default=0)


def report(
    notebook: str | Path,
    book: Path,
    *,
    as_of: str | None = None,
    parameters: Mapping[str, object] | None = None,
    output: Path,
    show_code: bool = False,
    share: str = "private",
    progress: Progress | None = None,
) -> Path:
    """Run one notebook on a book and write its page into the folder `output`; return the page.

    `share` is the level of docs/sharing.md: pages of another level than "private" are called after it.

    Raises
    ------
    ParameterError, LoadError
        Notebook, book, parameters or folder cannot be used; raised before a notebook runs.
    ReportError
        The notebook failed. (Where it refuses a value, the error is the ParameterError that it raised.)
    """
    path = find_notebook(notebook)
    for name, instead in (("book", "the argument BOOK"), ("as_of", "--as-of")):
        if name in (parameters or {}):
            raise ParameterError(f"parameter '{name}' is given by {instead}, not with -p")
    with sharing(share, output) as to:
        to.check_parameters(parameters or {})
        index = to.page("index") if (output / to.page("index")).exists() else None
        run = _Run([path], book, as_of or "", parameters or {}, to, index, show_code, progress)
        if failures := run.write_pages(jobs=1):
            raise failures[path.stem]
        run.write_people()
        to.finish()
    return output / to.page(path.stem)


def weekly(
    book: Path,
    *,
    as_of: str | None = None,
    output: Path,
    notebooks: Sequence[str | Path] = WEEKLY,
    jobs: int = 1,
    show_code: bool = False,
    share: str = "private",
    progress: Progress | None = None,
    failed: Path | None = None,
    executed: Path | None = None,
    meanwhile: Callable[[Book, Snapshot], None] | None = None,
    known: Mapping[str, Mapping[str, int]] | None = None,
) -> Result:
    """Run the weekly set on a book and write the pages and their `index.html` into the folder `output`.

    Parameters
    ----------
    jobs : so many kernels work at once
    share : "private", or the level for others that docs/sharing.md describes: pages are called after it
    failed : where notebooks that fail are kept as they stopped; by default in `failed/` of the output
    executed : a folder for the notebooks as they ran, without their outputs, which are on the pages; None keeps none
    meanwhile : gets the opened book, and the snapshot that the page of people draws from, while the kernels work
    known : key figures of past weeks, by ISO week, for the trend on the index page: those of the last twelve that are
        not among them are computed; None: no trend

    Raises
    ------
    ParameterError, LoadError
        Notebook, book or folder cannot be used; raised before a notebook runs.
    """
    paths = [find_notebook(name) for name in notebooks]
    with sharing(share, output) as to:
        run = _Run(paths, book, as_of or "", {}, to, to.page("index"), show_code, progress)
        run.failed, run.executed, run.meanwhile, run.known = failed, executed, meanwhile, known
        failures = run.write_pages(max(1, min(jobs, len(paths))))
        run.write_people()
        index = write_index(
            to.folder,
            paths,
            failures,
            run.as_of,
            book=book.resolve().name,
            share=to.level,
            removed=to.removed,
            figures=run.figures,
        )
        to.finish()
    written = tuple(page for path in paths if (page := output / to.page(path.stem)).exists())
    return Result(output / index.name, written, failures, run.seconds, run.figures)


@dataclass
class _Run:
    """Notebooks on their way to pages: kernels run them, and one more thread writes the page of each that has run."""

    notebooks: Sequence[Path]
    book: Path
    as_of: str
    parameters: Mapping[str, object]
    to: Sharing
    index: str | None
    show_code: bool
    progress: Progress | None
    failed: Path | None = None
    executed: Path | None = None
    meanwhile: Callable[[Book, Snapshot], None] | None = None
    known: Mapping[str, Mapping[str, int]] | None = None  # None: no trend is wanted
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, dict[str, int]] = field(default_factory=dict)

    def write_pages(self, jobs: int) -> dict[str, NetworkscopeError]:
        """Write all pages, with so many kernels; return what failed, by notebook. Ctrl-C ends every kernel."""
        for notebook in self.notebooks:
            check_parameters(notebook, self._given())
        self.waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self.failures: dict[str, NetworkscopeError] = {}
        self.kernels: list[Kernel] = []
        self.may_run, self.stopped = threading.Event(), False
        with (
            tempfile.TemporaryDirectory(prefix="networkscope-") as drafts,
            ThreadPoolExecutor(1) as writer,
            ThreadPoolExecutor(jobs) as runners,
        ):
            try:
                runs = [runners.submit(self._run_all, Path(drafts), writer) for _ in range(jobs)]
                self._check()  # while the kernels start
                for notebook in self.notebooks:
                    self.waiting.put(notebook)
                self.may_run.set()
                self._prepare_people()
                if self.meanwhile:
                    self.meanwhile(self.opened, self.now)
                for page in [page for run in runs for page in run.result()]:
                    page.result()
            except BaseException:
                self.stopped = True
                self.may_run.set()
                for kernel in self.kernels:
                    kernel.kill()
                raise
        return self.failures

    def _check(self) -> None:
        from networkscope.book import open_book
        from networkscope.book.own_files import output_folder

        self.opened = opened = open_book(self.book, as_of=self.as_of or None)
        self.as_of = self.as_of or f"{opened.as_of.tz_convert(opened.timezone):%Y-%m-%d %H:%M}"
        output_folder(self.to.output, pages=[notebook.stem for notebook in self.notebooks])
        self.to.folder.mkdir(exist_ok=True)
        self.now = opened.at()
        self.as_of = self.to.offer(opened, self.now, self.as_of)
        if self.to.summary:
            self._say(self.to.summary)

    def _prepare_people(self) -> None:
        """What `write_people` wants, computed while the kernels work."""
        from networkscope.advice.desk import read_drafts
        from networkscope.advice.standing import standing

        if not self.to.is_shared:
            standing(self.now, drafts=read_drafts(self.book))
            if self.known is not None:
                self.figures = recent_figures(self.now, self.known)

    def write_people(self) -> None:
        """Write the page of everybody whom the pages in the folder name; pages for others lead to nobody."""
        from networkscope.reports.people import write_people

        if self.to.is_shared:
            return
        folder = self.to.folder
        pages = [folder / f"{notebook.stem}.html" for notebook in notebooks_folder().glob("*.ipynb")]
        write_people(folder, self.opened, self.now, pages, as_of=self.as_of, index=self.index)

    def _given(self) -> dict[str, object]:
        return self.to.parameters(self.book, self.as_of, self.parameters)

    def _run_all(self, drafts: Path, writer: ThreadPoolExecutor) -> list[Future[None]]:
        """Run in one kernel whatever is waiting, and leave the pages to `writer`."""
        pages = []
        with shared_kernel(self.to.environment) as kernel:
            self.kernels.append(kernel)
            kernel.start()
            self.may_run.wait()
            while notebook := self._next():
                self._say(f"{notebook.stem} …")
                start = time.monotonic()
                failed = (self.failed or self.to.output / "failed") / notebook.name
                executed = drafts / notebook.name
                try:
                    run_notebook(notebook, self._given(), executed, kernel=kernel, failed=failed)
                except NetworkscopeError as error:
                    self.failures[notebook.stem] = error
                    self._say(f"{notebook.stem} failed after {time.monotonic() - start:.1f} s")
                else:
                    pages.append(writer.submit(self._write_page, executed, failed, start))
        return pages

    def _next(self) -> Path | None:
        with contextlib.suppress(queue.Empty):
            return None if self.stopped else self.waiting.get_nowait()
        return None

    def _write_page(self, executed: Path, failed: Path, start: float) -> None:
        page = self.to.folder / self.to.page(executed.stem)
        export_html(
            executed, page, as_of=self.as_of, index=self.index, show_code=self.show_code,
            book="" if self.to.is_shared else self.book.resolve().name, share=self.to.level, removed=self.to.removed,
        )  # fmt: skip
        failed.unlink(missing_ok=True)  # an old failure is over
        with contextlib.suppress(OSError):  # others may still be kept there
            failed.parent.rmdir()
        if self.executed:
            keep_without_outputs(executed, self.executed / executed.name)
        self.seconds[executed.stem] = round(time.monotonic() - start, 1)
        self._say(f"{executed.stem} done in {self.seconds[executed.stem]:.1f} s")

    def _say(self, text: str) -> None:
        if self.progress:
            self.progress(text)
