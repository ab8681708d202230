"""Which parameters does a notebook take, and may these values be given to it?

The cell tagged `parameters` is read, never run: each line must be an annotated literal, as in
``days: int = 90  # how long is too long``. Papermill itself lets unknown names, wrong types and even names
that hold code through to the kernel; nothing gets there that was not declared here. A number whose default is
positive counts or measures something, and must be positive; one whose default is 0 must not be negative.
"""

from __future__ import annotations

import ast
import contextlib
import json
import keyword
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from networkscope.errors import ParameterError, nearest, one_line

# What a value may be, and how it is read where it comes as text; bool is no int here.
TYPES = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "None": (type(None),)}
YES_OR_NO = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)
READERS: dict[str, Callable[[str], object]] = {
    "int": int,
    "float": float,
    "bool": lambda text: YES_OR_NO.get(text.lower(), text),
    "None": lambda text: None if text.lower() == "none" else text,
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: `type` is its annotation as written."""

    name: str
    type: str
    default: object


def read_parameters(notebook: Path) -> list[Parameter]:
    """What can be set in this notebook? Its parameters in order; none where no cell is tagged `parameters`.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters cell holds anything but annotated literals.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
        source = "".join(tagged[0]["source"]) if tagged else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(f"{notebook.name} is not a notebook that can be read") from error
    try:
        return [_declared(line) for line in ast.parse(source).body]
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        what = error if isinstance(error, ParameterError) else "it is not Python"
        raise ParameterError(f"the parameters cell of {notebook.name} cannot be used: {what}") from error


def check_parameters(notebook: Path, given: Mapping[str, object]) -> dict[str, object]:
    """May these values be given to this notebook? Return them in the types that it declares.

    Text is turned into the declared type, as it comes from a command line: ``"90"`` into 90, ``"yes"`` into
    True, ``"a, b"`` into a list, ``"none"`` into None where None is allowed.

    Raises
    ------
    ParameterError
        A name is not declared (the nearest one is named), a value does not fit its type, or a number is too small.
    """
    declared = {parameter.name: parameter for parameter in read_parameters(notebook)}
    checked = {}
    for name, value in given.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ParameterError(f"'{one_line(name, 60)}' cannot be the name of a parameter")
        if name not in declared:
            raise ParameterError(f"{notebook.name} has no parameter '{name}'; {nearest(name, declared)}")
        wanted = declared[name]
        what = f"parameter '{name}' of {notebook.name} must be"
        try:
            checked[name] = _fitted(value, wanted.type, text_allowed=True)
        except ValueError as error:
            raise ParameterError(f"{what} {wanted.type}, not {one_line(repr(value), 60)}") from error
        if least := _too_small(checked[name], wanted.default):
            raise ParameterError(f"{what} {least}, not {checked[name]}")
    return checked


def _declared(line: ast.stmt) -> Parameter:
    if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
        raise ParameterError(f"line {line.lineno} must read like: days: int = 90  # what it means")
    name, annotation = line.target.id, ast.unparse(line.annotation)
    for part in annotation.split(" | "):
        if part not in (*TYPES, *(f"list[{name}]" for name in TYPES)):
            raise ParameterError(f"type '{part}' is unknown; use str, int, float, bool, list[...] or | None")
    try:
        default = ast.literal_eval(line.value)
        return Parameter(name, annotation, _fitted(default, annotation, text_allowed=False))
    except (ValueError, TypeError, SyntaxError) as error:
        raise ParameterError(f"the default of '{name}' must be a literal of type {annotation}") from error


def _too_small(value: object, default: object) -> str:
    """What a number must be that is smaller than its default allows; "" where it is not."""
    if not isinstance(value, int | float) or not isinstance(default, int | float) or default < 0:
        return ""
    if value > 0 or value == default or isinstance(default, bool):
        return ""
    return "0 or more" if default == 0 else "1 or more" if isinstance(default, int) else "more than 0"


def _fitted(value: object, annotation: str, *, text_allowed: bool) -> object:
    """The value in the first type of the annotation that it fits, str last; a ValueError where it fits none."""
    for kind in sorted(annotation.split(" | "), key=lambda part: part == "str"):
        with contextlib.suppress(ValueError, OverflowError):
            return _as(kind, value, text_allowed)
    raise ValueError(value)


def _as(kind: str, value: object, text_allowed: bool) -> object:
    is_text = text_allowed and isinstance(value, str)
    if kind.startswith("list["):
        parts = [part.strip() for part in str(value).split(",") if part.strip()] if is_text else value
        if not isinstance(parts, list | tuple):
            raise ValueError(kind)
        return [_as(kind[5:-1], part, text_allowed) for part in parts]
    if is_text and kind in READERS:
        value = READERS[kind](str(value).strip())
    if type(value) not in TYPES[kind] or (kind == "float" and not math.isfinite(value)):  # type: ignore[arg-type]
        raise ValueError(kind)
    if isinstance(value, str):
        value.encode()  # half a surrogate pair cannot reach a kernel
    return float(value) if kind == "float" else value  # type: ignore[arg-type]
