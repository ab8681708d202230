"""Which parameters does a notebook take, and may these values be given to it?

The cell tagged `parameters` is read, never run: each line must be an annotated literal, as in
``days: int = 90  # how long is too long``. Papermill itself lets unknown names, wrong types and even names
that hold code through to the kernel; nothing gets there that was not declared here.
"""

from __future__ import annotations

import ast
import difflib
import io
import json
import keyword
import math
import tokenize
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from networkscope.errors import ParameterError, one_line

SIMPLE: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "None": type(None),
}
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: `type` is its annotation as written, `help` its comment."""

    name: str
    type: str
    default: object
    help: str = ""


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
        comments = _comments(source)
        return [_declared(line, comments) for line in ast.parse(source).body]
    except (SyntaxError, tokenize.TokenError, ParameterError) as fault:
        what = fault if isinstance(fault, ParameterError) else "it is not Python"
        raise ParameterError(f"the parameters cell of {notebook.name} cannot be used: {what}") from fault


def check_parameters(notebook: Path, given: Mapping[str, object]) -> dict[str, object]:
    """May these values be given to this notebook? Return them in the types that it declares.

    Text is turned into the declared type, as it comes from a command line: ``"90"`` into 90, ``"yes"`` into
    True, ``"a, b"`` into a list, ``"none"`` into None where None is allowed.

    Raises
    ------
    ParameterError
        A name is not declared (the nearest one is named), or a value does not fit its type.
    """
    declared = {parameter.name: parameter for parameter in read_parameters(notebook)}
    checked = {}
    for name, value in given.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ParameterError(f"'{one_line(name, 60)}' cannot be the name of a parameter")
        if name not in declared:
            raise ParameterError(f"{notebook.name} has no parameter '{name}'; {nearest(name, declared)}")
        allowed = _alternatives(ast.parse(declared[name].type, mode="eval").body)
        fits, checked[name] = _fitted(value, allowed)
        if not fits:
            raise ParameterError(
                f"parameter '{name}' of {notebook.name} must be {declared[name].type}, not {one_line(repr(value), 60)}"
            )
    return checked


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint for a name that is not there.

    >>> nearest("weekly", ["weekly_report", "followup_gaps"])
    "did you mean 'weekly_report'?"
    """
    names = list(names)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'?" if near else f"there is: {', '.join(names) or 'none'}"


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _declared(line: ast.stmt, comments: dict[int, str]) -> Parameter:
    if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
        raise ParameterError(f"line {line.lineno} must read like: days: int = 90  # what it means")
    name, annotation = line.target.id, ast.unparse(line.annotation)
    try:
        default = ast.literal_eval(line.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as fault:
        raise ParameterError(f"the default of '{name}' must be a literal") from fault
    fits, default = _fitted(default, _alternatives(line.annotation), texts=False)
    if not fits:
        raise ParameterError(f"the default of '{name}' is not {annotation}")
    return Parameter(name, annotation, default, comments.get(line.end_lineno or line.lineno, ""))


def _alternatives(annotation: ast.expr) -> list[str]:
    """The types that an annotation allows, as names: ``list[str] | None`` is ``["list[str]", "None"]``."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _alternatives(annotation.left) + _alternatives(annotation.right)
    name = ast.unparse(annotation)
    if name.removeprefix("list[").removesuffix("]" * name.startswith("list[")) in SIMPLE:
        return [name]
    raise ParameterError(f"type '{name}' is unknown; use str, int, float, bool, list[...] or | None")


def _fitted(value: object, kinds: list[str], *, texts: bool = True) -> tuple[bool, object]:
    """Does the value fit one of the types, and what is it in that type? Text is tried last."""
    for kind in sorted(kinds, key=lambda name: name == "str"):
        try:
            return True, _as(kind, value, texts)
        except (ValueError, OverflowError):
            continue
    return False, value


def _as(kind: str, value: object, texts: bool) -> object:
    """The value in the type; a ValueError where it does not fit. Text is read where `texts` says so."""
    if kind.startswith("list["):
        if texts and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, (list, tuple)):
            raise ValueError(kind)
        return [_as(kind[5:-1], part, texts) for part in value]
    if texts and isinstance(value, str) and kind != "str":
        value = FROM_TEXT[kind](value.strip())
    if not isinstance(value, SIMPLE[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ValueError(kind)
    if isinstance(value, str):
        value.encode()  # half a surrogate pair cannot reach a kernel
    if kind == "float":
        value = float(value)  # type: ignore[arg-type]
        if not math.isfinite(value):
            raise ValueError(kind)
    return value


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError(text)
    return text.lower() in YES


FROM_TEXT: dict[str, Callable[[str], object]] = {
    "int": int,
    "float": float,
    "bool": _yes_or_no,
    "None": lambda text: None if text.lower() == "none" else text,
}
