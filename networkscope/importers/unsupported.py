"""Which formats are not read, and what should be exported instead? All of them are in `unsupported.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from networkscope.importers.base import SourceFile


@cache
def formats() -> list[dict[str, Any]]:
    """Each format: `what` it is and what to do; the ends of its `names`, what a file `starts` with or `holds`."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["format"]
    return found


def named(label: str) -> str:
    """What a file of this name is, and what to do with it; empty where no format has such names."""
    name = label.lower()
    return next((each["what"] for each in formats() if name.endswith(tuple(each.get("names", ())))), "")


def described(file: SourceFile) -> str:
    """What the file is, and what to do with it; empty where its format is not known either."""
    text = file.head[:1000].decode("utf-8", "replace")
    holding = (each["what"] for each in formats() if any(sign in text for sign in each.get("holds", ())))
    return named(file.label) or started(file.head) or next(holding, "")


def started(head: bytes) -> str:
    """What a file with these first bytes is, and what to do with it; empty where it may be a text that is read."""
    start = head[:100].lstrip().lower()
    for each in formats():
        if start.startswith(tuple(map(_as_bytes, each.get("starts", ())))):
            return str(each["what"])
    return ""


@cache
def _as_bytes(start: str) -> bytes:
    return bytes.fromhex(start[2:]).lower() if start.startswith("0x") else start.lower().encode()
