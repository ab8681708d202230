"""What can go wrong, in three words: the files, the tables, the parameters.

Every message says what is wrong, where, and what to do. None carries a contact's name or address.
"""

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any


class NetworkscopeError(Exception):
    """Base class: the command line prints the message on one line and exits with `exit_code`.

    `details` are lines for the owner's own terminal alone: unlike the message they may name people.
    """

    exit_code = 2
    details: tuple[str, ...] = ()


class LoadError(NetworkscopeError):
    """A file or folder of the book cannot be used."""


class SchemaError(NetworkscopeError):
    """A table lacks a column, or a column holds values that it may not hold."""


class ParameterError(NetworkscopeError, ValueError):
    """An argument or a notebook parameter is unknown, of the wrong type, or out of range."""


class ReportError(NetworkscopeError):
    """A notebook stopped with an error while it ran; its last good report stays."""

    exit_code = 1


class NoticeError(NetworkscopeError):
    """A notice cannot be sent: its settings are missing or wrong, or nobody takes it."""


def one_line(text: object, limit: int = 300) -> str:
    """Fold a foreign message into one printable line.

    >>> one_line("first\\n  second")
    'first second'
    """
    folded = " ".join(str(text).split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"


def nearest(name: str, allowed: Iterable[str]) -> str:
    """What to write instead of a name that is not there.

    >>> nearest("weekly", ["weekly_report", "followup_gaps"])
    "did you mean 'weekly_report'?"
    """
    import difflib  # here, so that the command line starts without it

    names = list(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean '{near[0]}'?" if near else f"allowed: {', '.join(names) or 'none'}"


def require_positive(*, whole: bool = False, **options: Any) -> None:
    """A ParameterError for the first option that is not a positive (whole) number."""
    for name, given in options.items():
        number = isinstance(given, Integral if whole else Real) and not isinstance(given, bool)
        if not (number and 0 < given < math.inf):
            raise ParameterError(
                f"{name} must be a positive {'whole ' if whole else ''}number, not {given!r}"
            )
