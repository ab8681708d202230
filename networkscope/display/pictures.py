"""Show a matplotlib figure in a notebook with a text for those who cannot see it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A printed chart and what it shows, in words."""

    figure: Figure
    alt: str
    for_paper: bool = False

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=200, metadata={"Software": None})
        data = {"image/png": base64.b64encode(stream.getvalue()).decode(), "text/plain": self.alt}
        about = {"alt": self.alt, "width": int(self.figure.get_figwidth() * 100), "for_paper": self.for_paper}
        return data, {"image/png": about}


def show_picture(figure: Figure, alt: str, *, for_paper: bool = False) -> Picture:
    """What does this chart show? The figure with its answer in words.

    With `for_paper` it stands in print only, in place of the interactive chart right before it.

    >>> show_picture(Figure(), "nothing yet").alt
    'nothing yet'
    """
    return Picture(figure, alt, for_paper)
