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


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: `type` is its annotation as written."""

    name: str
    type: str
    default: object


def read_parameters(notebook: Path) -> list[Parameter]:
    """What can be set in this notebook?

    Returns
    -------
    list of Parameter
        In the order of the cell; empty where no cell is tagged `parameters`.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters cell holds anything but annotated literals.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
        source = "".join(tagged[0]["source"]) if tagged else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ParameterError(f"{notebook.name} is not a notebook that can be read") from fault
    try:
        return [_declared(line) for line in ast.parse(source).body]
    except (SyntaxError, ValueError, MemoryError, RecursionError) as fault:
        what = fault if isinstance(fault, ParameterError) else "it is not Python"
        raise ParameterError(f"the parameters cell of {notebook.name} cannot be used: {what}") from fault


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
        kinds = _kinds(ast.parse(declared[name].type, mode="eval").body)
        try:
            checked[name] = _fitted(value, kinds, texts=True)
        except ValueError as fault:
            what = f"{declared[name].type}, not {one_line(repr(value), 60)}"
            raise ParameterError(f"parameter '{name}' of {notebook.name} must be {what}") from fault
        if least := _too_small(checked[name], declared[name].default):
            raise ParameterError(
                f"parameter '{name}' of {notebook.name} must be {least}, not {checked[name]}"
            )
    return checked


def _too_small(value: object, default: object) -> str:
    """What a number must be that is smaller than any like its default; "" where it is not."""
    numbers = [
        part for part in (value, default) if isinstance(part, int | float) and not isinstance(part, bool)
    ]
    if len(numbers) < 2 or numbers[1] < 0 or numbers[0] > 0 or numbers == [0, 0]:
        return ""
    return "0 or more" if numbers[1] == 0 else "1 or more" if isinstance(default, int) else "more than 0"


def _declared(line: ast.stmt) -> Parameter:
    if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
        raise ParameterError(f"line {line.lineno} must read like: days: int = 90  # what it means")
    name, annotation = line.target.id, ast.unparse(line.annotation)
    try:
        default = ast.literal_eval(line.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as fault:
        raise ParameterError(f"the default of '{name}' must be a literal") from fault
    try:
        default = _fitted(default, _kinds(line.annotation), texts=False)
    except ParameterError:  # a ValueError too: the type is unknown
        raise
    except ValueError as fault:
        raise ParameterError(f"the default of '{name}' is not {annotation}") from fault
    return Parameter(name, annotation, default)


def _yes_or_no(text: str) -> bool:
    yes, no = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
    if text.lower() not in yes + no:
        raise ValueError(text)
    return text.lower() in yes


def _none(text: str) -> str | None:
    return None if text.lower() == "none" else text


# What a value may be, and how it is read where it comes as text.
KINDS: dict[str, tuple[tuple[type, ...], Callable[[str], object]]] = {
    "str": ((str,), str),
    "int": ((int,), int),
    "float": ((int, float), float),
    "bool": ((bool,), _yes_or_no),
    "None": ((type(None),), _none),
}


def _kinds(annotation: ast.expr) -> list[str]:
    """The types that an annotation allows: ``list[str] | None`` is ``["list[str]", "None"]``."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _kinds(annotation.left) + _kinds(annotation.right)
    name = ast.unparse(annotation)
    if name in KINDS or (name.startswith("list[") and name[5:-1] in KINDS):
        return [name]
    raise ParameterError(f"type '{name}' is unknown; use str, int, float, bool, list[...] or | None")


def _fitted(value: object, kinds: list[str], *, texts: bool) -> object:
    """The value in the first type that it fits, str last; a ValueError where it fits none."""
    for kind in sorted(kinds, key=lambda name: name == "str"):
        with contextlib.suppress(ValueError, OverflowError):
            return _as(kind, value, texts)
    raise ValueError(value)


def _as(kind: str, value: object, texts: bool) -> object:
    if kind.startswith("list["):
        if texts and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, (list, tuple)):
            raise ValueError(kind)
        return [_as(kind[5:-1], part, texts) for part in value]
    types, read = KINDS[kind]
    if texts and isinstance(value, str):
        value = read(value if kind == "str" else value.strip())
    if not isinstance(value, types) or (isinstance(value, bool) and kind != "bool"):
        raise ValueError(kind)
    if isinstance(value, str):
        value.encode()  # half a surrogate pair cannot reach a kernel
    if kind == "float" and isinstance(value, (int, float)) and not math.isfinite(value := float(value)):
        raise ValueError(kind)
    return value
