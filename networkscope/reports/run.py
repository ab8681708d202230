"""How does a notebook get its numbers? Papermill runs it, in a kernel that several notebooks may share."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from networkscope import errors
from networkscope.book.files import write_atomically
from networkscope.errors import NetworkscopeError, ParameterError, ReportError, nearest, one_line
from networkscope.reports.html import own_cells
from networkscope.reports.inside import skip_uri_grammar
from networkscope.reports.kernel import Kernel, shared_kernel
from networkscope.reports.parameters import check_parameters

ENGINE = "networkscope"


def notebooks_folder() -> Path:
    """Where the notebooks are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def find_notebook(name: str | Path) -> Path:
    """Which file is meant by 'weekly_report', 'weekly_report.ipynb' or a path?

    Raises
    ------
    ParameterError
        There is no such notebook; the nearest name is given.
    """
    wanted = Path(name)
    for path in (wanted, notebooks_folder() / wanted.name, notebooks_folder() / f"{wanted.name}.ipynb"):
        if path.suffix == ".ipynb" and path.is_file() and (path == wanted or wanted.name == str(name)):
            return path.resolve()
    known = sorted(path.stem for path in notebooks_folder().glob("*.ipynb"))
    hint = nearest(wanted.stem, known)
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
    failed : where the notebook is kept as it stopped when it fails; by default below `failed/` beside `output`

    Raises
    ------
    ParameterError
        A parameter is unknown or ill-typed; told before any kernel starts.
    ReportError
        A cell raised, or the kernel died: the message names notebook, cell and kind of error. What the error
        said may hold somebody's name, so that stands in the kept notebook only.
    NetworkscopeError
        One of our own, with its reason, which names nobody: the input is wrong, and nothing is kept.
    """
    checked = check_parameters(notebook, parameters)
    content = _read(notebook)
    with contextlib.nullcontext(kernel) if kernel else shared_kernel() as used:
        trouble = _execute(content, checked, used, str(notebook.parent))
        executed = used.notebook
    if trouble is None:
        write_atomically(output, json.dumps(executed, ensure_ascii=False))
        return output
    if not isinstance(trouble, ReportError):
        raise type(trouble)(f"{notebook.name}, {trouble}")
    kept = failed or output.parent / "failed" / output.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, json.dumps(executed, ensure_ascii=False, indent=1))
    raise ReportError(f"{notebook.name}: {trouble}; as it stopped: {kept}")


def _read(notebook: Path) -> Any:
    import nbformat

    try:
        content = nbformat.from_dict(json.loads(notebook.read_text(encoding="utf-8")))
        for number, cell in enumerate(content.cells):
            cell.setdefault("id", f"cell-{number}")
        return nbformat.convert(content, 4)
    except Exception as fault:  # nbformat raises whatever it stumbles over
        raise ParameterError(f"{notebook.name} is not a notebook that can be read") from fault


def _execute(
    content: Any, parameters: dict[str, object], kernel: Kernel, folder: str
) -> NetworkscopeError | None:
    """Run it, once more where the kernel did not come up; what went wrong, or None."""
    skip_uri_grammar()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.engines import Engine, papermill_engines

    class SharedKernelEngine(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, _kernel_name: str, **options: Any) -> None:
            options["kernel"].execute(nb_man, options["folder"])

    papermill_engines.register(ENGINE, SharedKernelEngine)
    for attempt in (1, 2):
        try:
            papermill.execute_notebook(
                content,
                None,
                parameters,
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                kernel=kernel,
                folder=folder,
            )
            return None
        except papermill.PapermillExecutionError as fault:
            place, kind = _place(kernel.notebook, fault.source), getattr(errors, fault.ename, None)
            if isinstance(kind, type) and issubclass(kind, NetworkscopeError):
                return kind(f"{place}: {fault.evalue}")
            return ReportError(f"{place} raised {fault.ename}")
        except DeadKernelError:
            if kernel.killed:
                raise
            kernel.stop()
            running = [cell for cell in kernel.notebook.cells if cell.metadata.papermill.get("start_time")]
            place = _place(kernel.notebook, running[-1].source)
            return ReportError(f"the kernel died in {place} (out of memory?)")
        except (
            RuntimeError
        ):  # "Kernel died before replying": with several starting at once one in a hundred does
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
