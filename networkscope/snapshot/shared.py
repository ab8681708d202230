"""A snapshot that may be shared: redacted tables, and redacted answers in place of measures.

The measures themselves run elsewhere, on the whole network: what is asked of a shared snapshot is passed on, and the
finished result comes back without what the level forbids (`networkscope.sharing`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

import pandas as pd

from networkscope import dates
from networkscope.errors import ParameterError
from networkscope.settings import Settings
from networkscope.snapshot.tables import TablesOfADay

NO_TIME = pd.Timedelta(0)
ANSWERED: dict[str, Callable[..., Any]] = {}
"""Every function of a snapshot whose result a shared snapshot can give."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
Answer = Callable[["SharedSnapshot", str, tuple[Any, ...], dict[str, Any]], Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class SharedSnapshot(TablesOfADay):
    """The network at one instant without what a share level forbids; made by `Snapshot.redact`.

    Attributes
    ----------
    level : "coach", "public" or "counts"
    contacts, interactions, … : the tables of a snapshot, redacted
    as_of : the instant; at "public" and "counts" the start of its week
    answers : what was asked so far, redacted; a copy that is sent elsewhere (pickled) can give these alone
    """

    level: str
    settings: Settings = field(repr=False)
    moment: pd.Timedelta = NO_TIME
    """How long before the instant of the copy that was made first."""
    answers: dict[Any, Any] = field(default_factory=dict, repr=False)
    ask: Answer | None = field(default=None, repr=False)

    def at(self, moment: dates.AsOf) -> SharedSnapshot:
        """The same network as it was known earlier, as `Snapshot.at` gives it.

        A ParameterError where `moment` is no date, or later than this snapshot.
        """
        instant = dates.as_instant(moment, self.timezone)
        if instant > self.as_of:
            raise ParameterError(f"'{moment}' is later than this shared snapshot")
        found: SharedSnapshot = self.answer("at", (self.moment + (self.as_of - instant),), {})
        return replace(found, ask=self.ask)

    def answer(self, name: str, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """The redacted result of this function of the whole snapshot; a ParameterError where it cannot be had."""
        key = (name, repr(given), repr(options))
        plain = all(_is_plain(value) for value in (*given, *options.values()))
        if not plain or key not in self.answers:
            if self.ask is None:
                raise ParameterError(f"{name} with these options was not asked before this copy was sent")
            result = self.ask(self, name, given, options)
            if not plain:
                return result
            self.answers[key] = result
        result = self.answers[key]
        return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result

    def __getstate__(self) -> dict[str, Any]:
        state = {part.name: getattr(self, part.name) for part in fields(self)}
        return state | {"ask": None}  # it leads to what is not shared


def answered(function: _Function) -> _Function:
    """Let a function of a snapshot take shared ones too: its finished, redacted result is given."""

    @functools.wraps(function)
    def call(*given: Any, **options: Any) -> Any:
        if given and isinstance(given[0], SharedSnapshot):
            return given[0].answer(function.__name__, given[1:], options)
        return function(*given, **options)

    ANSWERED[function.__name__] = call
    return call  # type: ignore[return-value]


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float | pd.Timedelta | None)
