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

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=200, metadata={"Software": None})
        data = {"image/png": base64.b64encode(stream.getvalue()).decode(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": int(self.figure.get_figwidth() * 100)}}


def show_picture(figure: Figure, alt: str) -> Picture:
    """What does this chart show? The figure with its answer in words.

    >>> show_picture(Figure(), "nothing yet").alt
    'nothing yet'
    """
    return Picture(figure, alt)
