"""The rooms of the house: imports run from left to right only, modules stay small, the public face is listed."""

import ast
import re
from pathlib import Path

import pytest

import networkscope

PACKAGE = Path(networkscope.__file__).parent
GROUND = ("errors", "schema", "settings", "dates", "wording", "keys")
ROOMS = (
    *(
        "words",
        "importers",
        "people",
        "snapshot",
        "book",
        "roles",
        "measures",
        "network",
        "advice",
        "sharing",
        "display",
        "reports",
        "automation",
        "cli",
    ),
)
ELSEWHERE = {"sample", "__init__", "__main__"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "notebooks" not in path.parts)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(tree: ast.AST) -> set[str]:
    rooms = set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            assert node.level == 0, "imports are absolute"
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("networkscope.")}
    return rooms


def to_the_left(name: str) -> set[str]:
    """The rooms that a room may import from: the ground floor, those before it, and itself."""
    line = [*GROUND, *ROOMS]
    return set(GROUND) if name in GROUND else set(line[: line.index(name) + 1])


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_from_left_to_right(path):
    if room(path) in ELSEWHERE:
        return
    found = imported_rooms(ast.parse(path.read_text(encoding="utf-8"))) - {"sample"}
    assert found <= to_the_left(room(path))


def test_the_check_sees_an_import_that_runs_back():
    tree = ast.parse("from networkscope.book import open_book")
    assert not imported_rooms(tree) <= to_the_left("importers")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_fits_one_room_and_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_function_fits_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno + 1 <= 60, node.name


def test_measures_never_read_the_clock():
    for path in (PACKAGE / "measures").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.(utcnow|now|today)\(|\btime\.time\(", text), path.name


def test_every_public_name_is_there_and_documented():
    for name in networkscope.__all__:
        value = getattr(networkscope, name)
        assert value.__doc__, name
        assert value.__doc__.strip().split("\n")[0].rstrip().endswith((".", "?", ")")), name


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'no_such_thing'"):
        _ = networkscope.no_such_thing


def test_a_stranger_finds_the_module_that_the_docs_name():
    text = (PACKAGE.parent / "docs" / "structure.md").read_text(encoding="utf-8")
    answers = re.findall(r"^\| [^|`]*(?:`[^`]*`)?[^|`]* \| `([a-z_/]+\.py)` \|$", text, re.MULTILINE)
    assert len(answers) >= 10
    for path in answers:
        assert (PACKAGE / path).is_file(), path


def test_every_room_says_its_question():
    text = (PACKAGE.parent / "docs" / "structure.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(rooms) == sorted(ROOMS)
    assert {path.parent.name for path in modules() if path.parent != PACKAGE} - {"sample"} == set(ROOMS)
