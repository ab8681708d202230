"""How a measure takes a snapshot: every public measure is registered here, and reads its tables off the snapshot."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from networkscope import schema
from networkscope.snapshot.snapshot import Snapshot

MEASURES: dict[str, Callable[..., Any]] = {}
"""Every measure by its name: each takes a snapshot first, and then only options of its own."""

_HELD = (*schema.TABLES, "as_of", "timezone", "group_max")  # what a snapshot has under the same name
_FRAMES = {
    "dormant": "dormant_contacts",
    "gaps": "followup_gaps",
}  # a parameter of this name is that measure's frame


def on_snapshot(
    *, own: tuple[str, ...] = (), **frames: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let this measure take a `Snapshot`: what it needs and the snapshot has, by the names of its parameters.

    Parameters
    ----------
    own : parameters that are options of the measure, although a snapshot has something of that name
    frames : parameters that are the frame of another measure, as in ``flags="ask_flags"``
    """

    def decorate(measure: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(measure).parameters
        whole = "now" in parameters  # takes the snapshot as it is

        @functools.wraps(measure)
        def call(*given: Any, **options: Any) -> Any:
            if not (given and isinstance(given[0], Snapshot)):
                return measure(*given, **options)
            now, *rest = given
            known = [] if whole else [name for name in parameters if _is_known(name, own, frames)]
            free = [name for name in parameters if name not in ("now", *known)]
            own_options = dict(zip(free, rest, strict=False)) | options
            key = (measure.__name__, *sorted(own_options.items(), key=lambda option: option[0]))
            keep = all(isinstance(value, str | float | int | None) for value in own_options.values())
            if keep and key in now.prepared:
                return _copied(now.prepared[key])
            values = {
                name: _value(now, name, frames, own_options) for name in known if name not in own_options
            }
            values |= {"now": now} if whole else {}
            result = measure(**values, **own_options)
            if keep:
                now.prepared[key] = result
            return _copied(result)

        MEASURES[measure.__name__] = call
        return call

    return decorate


def _is_known(name: str, own: tuple[str, ...], frames: Mapping[str, str]) -> bool:
    known = (*_HELD, *_FRAMES, *frames, "employers", "cadence_days", "done", "kappa")
    return name in known and name not in own


def _value(now: Snapshot, name: str, frames: Mapping[str, str], options: Mapping[str, Any]) -> Any:
    """What the snapshot has under the name of this parameter."""
    if name in frames or name in _FRAMES:
        return _measured(now, {**_FRAMES, **frames}[name])
    if name == "kappa":
        horizon = {key: options[key] for key in ("horizon_days",) if key in options}
        return _measured(now, "fit_kappa", **horizon)
    if name == "employers":
        return now.settings.employers
    if name == "cadence_days":
        return now.settings.cadence
    if name == "done":
        return now.decisions
    return getattr(now, name)


def _measured(now: Snapshot, name: str, **options: Any) -> Any:
    """The result of another measure on this snapshot, by the public name, so that no measure imports all others."""
    import networkscope

    return getattr(networkscope, name)(now, **options)


def _copied(result: Any) -> Any:
    """A frame of one's own: what is done to it does not touch the kept one."""
    return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result
