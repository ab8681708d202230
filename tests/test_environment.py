"""environment.yml gives conda users what pyproject.toml gives pip users, dependency by dependency."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
    "tzdata": "python-tzdata",
    "duckdb": "python-duckdb",
}


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def conda() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def test_the_same_packages_with_the_same_floors(project, conda):
    wanted = {}
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *(line for extra in extras.values() for line in extra)]:
        requirement = Requirement(line)
        wanted[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    given = {}
    for line in conda:
        if isinstance(line, str) and line != "pip" and not line.startswith("python>"):
            requirement = Requirement(line)
            given[requirement.name] = str(requirement.specifier)
    assert given == wanted


def test_conda_understands_every_line(conda):
    from rattler import MatchSpec

    for line in conda:
        if isinstance(line, str):
            assert MatchSpec(line).name is not None, line


def test_conda_installs_this_package_and_its_pythons(project, conda):
    pip = next(line["pip"] for line in conda if isinstance(line, dict))
    assert "--editable ." in pip
    assert "python>=3.11,<3.14" in conda
    assert project["requires-python"] == ">=3.11"


def test_the_packages_that_the_users_named_are_there(project):
    named = {"pandas", "networkx", "matplotlib", "plotly", "papermill", "jupyterlab"}
    lines = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    assert named <= {Requirement(line).name for line in lines}
