"""Where do the cells run? In a kernel that several notebooks share, one after another.

Starting a kernel and importing pandas in it costs more than most reports; `networkscope.reports.inside` makes a
used one as good as new. Several kernels at once are several `shared_kernel` blocks in as many threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from subprocess import DEVNULL
from typing import Any

BEGIN = "__import__('networkscope.reports.inside', fromlist=['begin']).begin({folder!r})"
# Reproducible (no hash order, nothing from the user's IPython profile) and without noise on stderr.
# In a report nothing waits for a choice: the messages of widgets can stall a kernel that nobody sits at.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1", "NETWORKSCOPE_REPORT": "1"}
LOG = logging.getLogger("networkscope.kernel")  # what Jupyter complains about is in our own errors already
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


class Kernel:
    """A kernel that starts when it is first needed, and anew when it has died."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._manager: Any = None
        self.killed = False
        self.notebook: Any = None

    def execute(self, execution: Any, folder: str) -> None:
        """Run the cells of one notebook; papermill comes here through its engine."""
        from papermill.clientwrap import PapermillNotebookClient

        self.notebook = execution.nb
        client = PapermillNotebookClient(
            execution,
            km=self._started(),
            kernel_name="python3",
            startup_timeout=60,
            log=LOG,
            extra_arguments=["--HistoryManager.enabled=False"],
        )
        client.reset_execution_trackers()
        environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": self._profile}
        with client.setup_kernel(env=environment, stdout=DEVNULL, stderr=DEVNULL):
            try:
                reply = client.wait_for_reply(client.kc.execute(BEGIN.format(folder=folder), silent=True))
                if reply["content"]["status"] != "ok":
                    raise RuntimeError(f"the kernel cannot begin: {reply['content'].get('ename')}")
                client.papermill_execute_cells()
            finally:
                client.kc.stop_channels()

    def _started(self) -> Any:
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager

        if self.killed:
            raise RuntimeError("this kernel was ended from outside")
        if self._manager is None:
            # Without kernel folders 'python3' is this very interpreter, whatever else the user has installed.
            specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
            self._manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, log=LOG)
            if self._manager.has_trait("transport_encryption"):
                self._manager.transport_encryption = "auto"  # a kernel complains where it has none
        return self._manager

    def kill(self) -> None:
        """End the kernel from any thread, for good; whoever waits for it sees it dead."""
        self.killed = True
        process = getattr(getattr(self._manager, "provisioner", None), "process", None)
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """Put the kernel away; `execute` starts another one."""
        from jupyter_core.utils import run_sync

        manager, self._manager = self._manager, None
        if manager is not None:
            with contextlib.suppress(RuntimeError, OSError):  # it may be dead already
                run_sync(manager.shutdown_kernel)(now=True)


@contextlib.contextmanager
def shared_kernel() -> Iterator[Kernel]:
    """One kernel for several notebooks, ended at the latest when the block is left, also by Ctrl-C."""
    from jupyter_core.utils import ensure_event_loop

    with tempfile.TemporaryDirectory(prefix="networkscope-", ignore_cleanup_errors=True) as profile:
        loop = ensure_event_loop()  # Jupyter makes one per thread and leaves it open
        kernel = Kernel(profile)
        try:
            yield kernel
        finally:
            loop.set_exception_handler(
                lambda *_: None
            )  # what Ctrl-C left half done complains as it is put away
            kernel.stop()
            if not loop.is_running():
                left = asyncio.all_tasks(loop)
                for task in left:
                    task.cancel()
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
                loop.close()
