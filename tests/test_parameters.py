"""networkscope.reports.parameters: only what a notebook declares, in the types that it declares."""

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from networkscope.errors import ParameterError
from networkscope.reports.parameters import Parameter, check_parameters, read_parameters

CELL = """\
book: str = "../data/sample"  # the folder of the book
as_of: str | None = None
days: int = 90  # a = b stays whole
share: float = 1
quiet: bool = False
circles: list[str] = ["friends", "family"]
limits: list[int] | None = None
"""


@pytest.fixture
def notebook(write_notebook):
    return write_notebook("asks", "# Title", ("parameters", CELL), ("code", "1 / 0"))


def test_the_cell_is_read_without_running_it(notebook):
    found = read_parameters(notebook)
    assert found[0] == Parameter("book", "str", "../data/sample")
    assert [p.name for p in found] == ["book", "as_of", "days", "share", "quiet", "circles", "limits"]
    assert found[3].default == 1.0


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("days", "30", 30),
        ("share", "0.5", 0.5),
        ("quiet", "Yes", True),
        ("quiet", "0", False),
        ("as_of", "2026-11-16", "2026-11-16"),
        ("as_of", "none", None),
        ("circles", "a, b,", ["a", "b"]),
        ("circles", "", []),
        ("limits", "1,2", [1, 2]),
        ("limits", "none", None),
        ("book", "none", "none"),
        ("days", 7, 7),
        ("share", 2, 2.0),
        ("circles", ("a",), ["a"]),
    ],
)
def test_values_come_in_the_declared_type(notebook, name, text, value):
    checked = check_parameters(notebook, {name: text})
    assert checked == {name: value}
    assert type(checked[name]) is type(value)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"day": "3"}, "has no parameter 'day'; did you mean 'days'"),
        ({"x=1;open('y','w');y": "3"}, "cannot be the name of a parameter"),
        ({"class": "3"}, "cannot be the name"),
        ({"days": "3.5"}, "'days' of asks.ipynb must be int, not '3.5'"),
        ({"days": True}, "must be int, not True"),
        ({"days": "__import__('os')"}, "must be int"),
        ({"share": "nan"}, "must be float"),
        ({"share": 10**400}, "must be float"),
        ({"quiet": "perhaps"}, "must be bool"),
        ({"limits": "1,x"}, "must be list\\[int\\] | None"),
        ({"days": "0"}, "'days' of asks.ipynb must be 1 or more, not 0"),
        ({"share": -0.5}, "'share' of asks.ipynb must be more than 0, not -0.5"),
        ({"book": 3}, "must be str"),
        ({"book": "\ud800"}, "must be str"),
        ({"book": None}, "must be str"),
    ],
)
def test_anything_else_is_refused(notebook, given_, message):
    with pytest.raises(ParameterError, match=message):
        check_parameters(notebook, given_)


@pytest.mark.parametrize(
    "cell",
    [
        "days = 90",
        "import os",
        "days: int = int('9')",
        "days: int = 'x'",
        "days: Path = 1",
        "days: list[int | str] = []",
        "days: int",
        "f(",
        "'''",
    ],
)
def test_a_cell_that_is_more_than_annotated_literals_is_refused(write_notebook, cell):
    with pytest.raises(ParameterError, match=r"parameters cell of bad\.ipynb"):
        read_parameters(write_notebook("bad", ("parameters", cell)))


def test_a_notebook_without_parameters_takes_none(write_notebook):
    plain = write_notebook("plain", "text")
    assert read_parameters(plain) == []
    with pytest.raises(ParameterError, match="allowed: none"):
        check_parameters(plain, {"days": 1})


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json", '{"cells": [1]}', "\0"])
def test_a_file_that_is_no_notebook(tmp_path, content):
    path = tmp_path / "no.ipynb"
    path.write_text(content)
    with pytest.raises(ParameterError, match="not a notebook"):
        read_parameters(path)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_reaches_the_kernel_as_that_text_and_never_as_code(notebook, text):
    checked = check_parameters(notebook, {"book": text})["book"]
    assert ast.literal_eval(PythonTranslator.translate(checked)) == text
