"""The catalogue: every sentence that pages and commands say, in one place. `python -m tests.sentences` prints it.

Read from the package's code and notebooks: each text of three words or more that is no docstring, the parts that are
filled in shown as {…}; and of a notebook its words, the captions of its tables and what they say when they are empty.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = (
    "advice",
    "automation",
    "book",
    "cli",
    "display",
    "measures",
    "network",
    "people",
    "reports",
    "roles",
    "sharing",
)
NO_SENTENCE = re.compile(r"[<>=|\\^$]|\.css|\{\{|__|^ *[\w./-]*[:;]|^#\w")
WORDS = re.compile(r"[A-Za-zÀ-ÿ'’-]{2,}")


def of_code(source: str) -> Iterator[str]:
    """The sentences in a piece of Python."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    parts = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None
    }
    for node in ast.walk(tree):
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in ast.walk(node)}
            yield "".join(part.value if isinstance(part, ast.Constant) else "{…}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{[^}]*\}", "{…}", node.value)


def of_notebook(path: Path) -> Iterator[str]:
    """The words of a notebook, and the sentences in its code."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from filter(None, source.splitlines())
        elif "parameters" in cell["metadata"].get("tags", ()):
            yield from (line.partition("  # ")[2] for line in source.splitlines())
        else:
            yield from of_code(source)


def catalogue() -> dict[str, list[str]]:
    """The sentences by the file that says them."""
    found = {path: of_notebook(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    for room in ROOMS:
        for path in sorted((ROOT / "networkscope" / room).glob("*.py")):
            found[path] = of_code(path.read_text(encoding="utf-8"))
    said = {
        path.relative_to(ROOT).as_posix(): list(dict.fromkeys(map(_plain, texts)))
        for path, texts in found.items()
    }
    return {
        path: [text for text in texts if len(WORDS.findall(text)) > 2 and not NO_SENTENCE.search(text)]
        for path, texts in said.items()
    }


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for path, texts in catalogue().items():
        if texts:
            print(f"\n{path}", *(f"  {text}" for text in texts), sep="\n")  # noqa: T201
