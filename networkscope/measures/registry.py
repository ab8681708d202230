"""What makes a function a measure: a snapshot first, a result that is computed once, and a place in the list of all."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd

from networkscope.errors import ParameterError
from networkscope.roles.roles import people_only
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

MEASURES: dict[str, Callable[..., Any]] = {}
"""Every measure by its name."""

_Measure = TypeVar("_Measure", bound=Callable[..., Any])


def measure(function: _Measure) -> _Measure:
    """Register the function, and keep its result on the snapshot: whoever asks again gets a copy.

    A measure is about people: machines and the owner (`roles.set_apart`) are not in the snapshot that it sees. Options
    that are frames or graphs are not remembered: then it is computed each time.
    """
    signature = inspect.signature(function)

    @answered
    @functools.wraps(function)
    def call(now: Snapshot, *given: Any, **options: Any) -> Any:
        if not isinstance(now, Snapshot):
            raise ParameterError(
                f"{function.__name__} takes a snapshot first: book.at(...), or networkscope.snapshot(...) of frames"
            )
        now = people_only(now)
        bound = signature.bind(now, *given, **options)
        bound.apply_defaults()
        chosen = {name: value for name, value in bound.arguments.items() if name != "now"}
        if not all(_is_plain(value) for value in chosen.values()):
            return function(*bound.args, **bound.kwargs)
        key = (function.__name__, repr(chosen))
        if key not in now.prepared:
            now.prepared[key] = function(*bound.args, **bound.kwargs)
        result = now.prepared[key]
        return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result

    MEASURES[function.__name__] = call
    return call  # type: ignore[return-value]


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float | None)
