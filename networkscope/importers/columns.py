"""Which names do people and programs give to columns, values and months? All of them are in `columns.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

MANY = 100  # numbered columns of one kind; the largest export seen had nine


def normal(name: str) -> str:
    """A column's name for comparison."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def by_name(fields: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Column names in normal form, each with the field that it is meant for; `#` is any number."""
    return {
        normal(name.replace("#", str(number))): field.replace("#", str(number))
        for field, names in fields.items()
        for name in names
        for number in range(1, MANY if "#" in field else 2)
    }


@cache
def section(name: str) -> dict[str, list[str]]:
    """One section of `columns.toml` as it is: what is meant, and the names for it."""
    found: dict[str, list[str]] = _file()[name]
    return found


@cache
def known(name: str) -> dict[str, str]:
    """The names in one section, in normal form, each with what is meant by it."""
    return by_name(section(name))


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
