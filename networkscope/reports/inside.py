"""What happens inside a kernel before each notebook, so that none sees what another one left behind.

Nothing heavy is imported here: the runner and the kernel both begin with this module.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import warnings
from typing import Any

_fresh: dict[str, Any] = {}


def skip_uri_grammar() -> None:
    """Save 1.5 to 2 seconds per process where JupyterLab is installed.

    JupyterLab brings `rfc3987_syntax`, which builds a grammar as it is imported, only so that jsonschema can
    check the form of URIs, which notebooks do not have. With None in its place jsonschema leaves that check out.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def begin(folder: str) -> None:
    """Make the kernel as good as new, with `folder` as its current directory."""
    if not _fresh:
        skip_uri_grammar()
        import pandas  # noqa: F401  every report needs it, and its imports add filters of their own

        _fresh.update(filters=warnings.filters[:], environ=dict(os.environ), path=sys.path[:])
    _forget_variables()
    _forget_settings()
    os.chdir(folder)
    sys.path[:] = _fresh["path"]
    os.environ.clear()
    os.environ.update(_fresh["environ"])
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    gc.collect()


def _forget_variables() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        dunders = _fresh.setdefault(
            "dunders", {name: value for name, value in shell.user_ns.items() if name.startswith("__")}
        )
        shell.reset(new_session=True)
        shell.user_ns.update(dunders)  # reset takes away even __name__


def _forget_settings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "pandas" in sys.modules:
            sys.modules["pandas"].reset_option("all")
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].rcdefaults()
        if "plotly.io" in sys.modules:
            sys.modules["plotly.io"].templates.default = "plotly"
        if "matplotlib_inline.config" in sys.modules:
            sys.modules["matplotlib_inline.config"].InlineBackend.instance().figure_formats = {"png"}
    warnings.resetwarnings()
    warnings.filters.extend(_fresh["filters"])  # type: ignore[attr-defined]
