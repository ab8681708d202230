"""Lists to choose from, for a reader who sits in front of the notebook."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

IN_A_REPORT = "NETWORKSCOPE_REPORT"  # set by the runner: on a page there is nobody to choose


def choose(
    show: Callable[[str], object], options: Mapping[str, str] | Sequence[str], *, value: str, label: str
) -> None:
    """Which one should be shown? A list in JupyterLab, and nothing in a report.

    Parameters
    ----------
    show : is called with what was chosen, at once with `value`
    options : what can be chosen; of a mapping the keys are shown, and the values given to `show`
    """
    if os.environ.get(IN_A_REPORT):
        return
    import ipywidgets

    box = ipywidgets.Dropdown(options=options, value=value, description=label)
    ipywidgets.interact(lambda chosen: show(chosen), chosen=box)
