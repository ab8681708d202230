"""How does a notebook get its numbers? Papermill runs it, in a kernel that several notebooks use one after another.

Starting a kernel and importing pandas costs more than most reports; `networkscope.reports.in_kernel` makes a used
kernel as good as new. Several kernels at once are several `shared_kernel` blocks in as many threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from networkscope import errors
from networkscope.errors import NetworkscopeError, ParameterError, ReportError, nearest, one_line
from networkscope.reports.html import own_cells
from networkscope.reports.parameters import check_parameters

ENGINE = "networkscope"
IN_KERNEL = "__import__('networkscope.reports.in_kernel', fromlist=['reset'])"
OPTIONS = [
    "--HistoryManager.enabled=False",
    f"--IPKernelApp.exec_lines={IN_KERNEL}.import_what_reports_need()",
]
# Reproducible (no hash order, nothing from the user's IPython profile) and without noise on stderr.
# In a report nothing waits for a choice: the messages of widgets can stall a kernel that nobody sits at.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1", "NETWORKSCOPE_REPORT": "1"}
LOG = logging.getLogger("networkscope.kernel")  # what Jupyter complains about is in our own errors already
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


class Kernel:
    """A kernel that starts when it is first needed, and anew when it has died."""

    def __init__(self, profile: str, environment: dict[str, str]) -> None:
        self._environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": profile} | environment
        self._manager: Any = None
        self.killed = False
        self.notebook: Any = None

    def start(self) -> None:
        """Start the process and do not wait for it."""
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        if self.killed:
            raise RuntimeError("this kernel was ended from outside")
        if self._manager is None:
            # Without kernel folders 'python3' is this very interpreter, whatever else the user has installed.
            specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
            self._manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, log=LOG)
            if self._manager.has_trait("transport_encryption"):
                self._manager.transport_encryption = "auto"  # a kernel complains where it has none
            run_sync(self._manager.start_kernel)(
                extra_arguments=OPTIONS, env=self._environment, stdout=DEVNULL, stderr=DEVNULL
            )

    def execute(self, execution: Any, folder: str) -> None:
        """Run the cells of one notebook; papermill comes here through its engine."""
        from papermill.clientwrap import PapermillNotebookClient

        self.notebook = execution.nb
        self.start()
        client = PapermillNotebookClient(
            execution, km=self._manager, kernel_name="python3", startup_timeout=60, log=LOG
        )
        client.reset_execution_trackers()
        with client.setup_kernel():
            try:
                reset = client.kc.execute(f"{IN_KERNEL}.reset({folder!r})", silent=True)
                answer = client.wait_for_reply(reset)["content"]
                if answer["status"] != "ok":
                    raise RuntimeError(f"the kernel cannot be reset: {answer.get('ename')}")
                client.papermill_execute_cells()
            finally:
                client.kc.stop_channels()

    def kill(self) -> None:
        """End the kernel from any thread, for good; whoever waits for it finds it dead."""
        self.killed = True
        process = getattr(getattr(self._manager, "provisioner", None), "process", None)
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """End the kernel; `execute` starts another one."""
        from jupyter_core.utils import run_sync

        manager, self._manager = self._manager, None
        if manager is not None:
            with contextlib.suppress(RuntimeError, OSError):  # it may be dead already
                run_sync(manager.shutdown_kernel)(now=True)


@contextlib.contextmanager
def shared_kernel(environment: dict[str, str] | None = None) -> Iterator[Kernel]:
    """One kernel for several notebooks, ended at the latest when the block is left, also by Ctrl-C.

    `environment` is what it finds in its environment beside that of this process.
    """
    skip_uri_grammar()
    from jupyter_core.utils import ensure_event_loop

    with tempfile.TemporaryDirectory(prefix="networkscope-", ignore_cleanup_errors=True) as profile:
        loop = ensure_event_loop()  # Jupyter makes one per thread and leaves it open
        kernel = Kernel(profile, environment or {})
        try:
            yield kernel
        finally:
            loop.set_exception_handler(lambda *_: None)  # what Ctrl-C left half done complains as it ends
            kernel.stop()
            if not loop.is_running():
                left = asyncio.all_tasks(loop)
                for task in left:
                    task.cancel()
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
                loop.close()


def skip_uri_grammar() -> None:
    """Save 1.5 to 2 seconds per process where JupyterLab is installed.

    JupyterLab brings `rfc3987_syntax`, which builds a grammar as it is imported, only so that jsonschema can
    check the form of URIs, which notebooks do not have. With None in its place jsonschema leaves that check out.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def notebooks_folder() -> Path:
    """Where the notebooks are: inside an installed package, next to it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def find_notebook(name: str | Path) -> Path:
    """Which file is meant by 'weekly_report', 'weekly_report.ipynb' or a path?

    Raises
    ------
    ParameterError
        There is no such notebook; the nearest name is given.
    """
    wanted, folder = Path(name), notebooks_folder()
    by_name = [folder / wanted.name, folder / f"{wanted.name}.ipynb"] if wanted.name == str(name) else []
    for path in (wanted, *by_name):
        if path.suffix == ".ipynb" and path.is_file():
            return path.resolve()
    hint = nearest(wanted.stem, sorted(path.stem for path in folder.glob("*.ipynb")))
    raise ParameterError(f"the notebook '{one_line(name, 80)}' does not exist; {hint}")


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, object],
    output: Path,
    *,
    kernel: Kernel | None = None,
    failed: Path | None = None,
) -> Path:
    """Run a notebook with these parameters and write it, executed, to `output`.

    Parameters
    ----------
    kernel : from `shared_kernel`; a kernel of its own where none is given
    failed : where the notebook is kept as it stopped when it fails; by default below `failed/` next to `output`

    Raises
    ------
    ParameterError
        A parameter is unknown or ill-typed; raised before any kernel starts.
    ReportError
        A cell raised, or the kernel died: the message names notebook, cell and kind of error. What the error
        said may hold somebody's name, so that is in the kept notebook only.
    NetworkscopeError
        One of our own, with its reason, which names nobody: the input is wrong, and nothing is kept.
    """
    from networkscope.book.own_files import write_atomically

    checked = check_parameters(notebook, parameters)
    content = _read(notebook)
    with contextlib.nullcontext(kernel) if kernel else shared_kernel() as used:
        error = _execute(content, checked, used, str(notebook.parent))
        executed = used.notebook
    if error is None:
        write_atomically(output, json.dumps(executed, ensure_ascii=False))
        return output
    if not isinstance(error, ReportError):
        raise type(error)(f"{notebook.name}, {error}")
    kept = failed or output.parent / "failed" / output.name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, json.dumps(executed, ensure_ascii=False, indent=1))
    except OSError as problem:
        why = one_line(problem.strerror)
        raise ReportError(f"{notebook.name}: {error}; as it stopped it cannot be kept ({why})") from problem
    raise ReportError(f"{notebook.name}: {error}; as it stopped: {kept}")


def keep_without_outputs(executed: Path, kept: Path) -> Path:
    """Keep an executed notebook with its parameters and times, but without its outputs, which name people."""
    from networkscope.book.own_files import write_atomically

    content = json.loads(executed.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, json.dumps(content, ensure_ascii=False, indent=1))
    return kept


def _read(notebook: Path) -> Any:
    skip_uri_grammar()
    import nbformat

    try:
        content = nbformat.from_dict(json.loads(notebook.read_text(encoding="utf-8")))
        for number, cell in enumerate(content.cells):
            cell.setdefault("id", f"cell-{number}")
        return nbformat.convert(content, 4)
    except Exception as error:  # nbformat raises whatever it stumbles over
        raise ParameterError(f"{notebook.name} is not a notebook that can be read") from error


def _execute(
    content: Any, parameters: dict[str, object], kernel: Kernel, folder: str
) -> NetworkscopeError | None:
    """Run it, once more where the kernel did not come up; what went wrong, or None."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.engines import Engine, papermill_engines

    class SharedKernelEngine(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, _kernel_name: str, **options: Any) -> None:
            options["kernel"].execute(nb_man, options["folder"])

    papermill_engines.register(ENGINE, SharedKernelEngine)
    how = {"engine_name": ENGINE, "kernel_name": "python3", "language": "python", "progress_bar": False}
    for attempt in (1, 2):
        try:
            papermill.execute_notebook(content, None, parameters, kernel=kernel, folder=folder, **how)
            return None
        except papermill.PapermillExecutionError as error:
            place, kind = _place(kernel.notebook, error.source), getattr(errors, error.ename, None)
            if isinstance(kind, type) and issubclass(kind, NetworkscopeError):
                return kind(f"{place}: {error.evalue}")
            return ReportError(f"{place} raised {error.ename}")
        except DeadKernelError:
            if kernel.killed:
                raise
            kernel.stop()
            running = [cell for cell in kernel.notebook.cells if cell.metadata.papermill.get("start_time")]
            place = _place(kernel.notebook, running[-1].source)
            return ReportError(f"the kernel died in {place} (out of memory?)")
        except (
            RuntimeError
        ):  # "Kernel died before replying": of several that start at once one in a hundred does
            kernel.stop()
            if attempt == 2:
                raise
    return None


def _place(executed: Any, source: str) -> str:
    """Which cell that is, as one counts in the notebook before papermill put cells of its own into it."""
    own = [cell.source for cell in own_cells(executed)]
    number = own.index(source) + 1 if source in own else 0
    first = next((line for line in source.splitlines() if line.strip()), "")
    return f"cell {number} ({one_line(first, 80)})"
