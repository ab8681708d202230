"""What does this JSON file hold, whatever somebody made of it?"""

from __future__ import annotations

import json
import re
from typing import Any

from networkscope.importers.base import SourceFile, Unusable


def parsed_json(file: SourceFile) -> Any:
    """The content of the file; Unusable where it is not JSON, or made to do harm."""
    try:
        return json.loads(file.read(), parse_int=lambda digits: int(digits) if len(digits) < 20 else 0)
    except (ValueError, RecursionError) as error:
        raise Unusable("it is not JSON, or it is cut off; export it again") from error


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value if it is a list; the values of an object that was meant as one; else nothing."""
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def word(value: Any) -> str:
    """The value, on one line, if it is text or a plain number, else nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).encode("utf-8", "replace").decode("utf-8")  # half of a pair of surrogates is no letter
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)
