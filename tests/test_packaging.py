"""What is shipped: pins, Makefile, licences, and the data folders inside the wheel."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import requires, version
from pathlib import Path
from zipfile import ZipFile

import pytest
from build import ProjectBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
)


def test_pins_are_a_name_and_a_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)] == []
    assert lines == sorted(lines, key=str.lower)
    assert "kzop" not in PINS


def needed(distribution: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Names of the distributions that `distribution` pulls in here, itself left out."""
    found: set[str] = set()
    for line in requires(distribution) or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        found.add(canonicalize_name(requirement.name))
    return found


def test_every_distribution_that_kzop_needs_is_pinned() -> None:
    waiting, seen = needed("kzop", frozenset({"", "dev"})), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= needed(name) - seen
    assert len(seen) > 30
    assert seen - {canonicalize_name(name) for name in PINS} == set()


@pytest.mark.parametrize(
    "line", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
)
def test_pins_satisfy_the_requirements(line: str) -> None:
    requirement = Requirement(line)
    pins = {canonicalize_name(name): pin for name, pin in PINS.items()}
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_the_version_is_written_once() -> None:
    assert version("kzop") == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_wheel_holds_code_data_and_licences(tmp_path: Path) -> None:
    wheel = ProjectBuilder(ROOT).build("wheel", tmp_path)
    names = set(ZipFile(wheel).namelist())
    for folder in ("ontology", "queries", "sample"):
        files = {path.name for path in (ROOT / folder).iterdir() if path.is_file()}
        assert files
        assert {f"graph/_data/{folder}/{name}" for name in files} <= names
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "graph", "service"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files_here = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    # What the scripts of pages are built from stays out; what is built is in service/static.
    sources = {name for name in files_here if not name.startswith("service/frontend/")}
    assert {"graph/store.py", "service/static/licences.txt"} <= sources
    assert sources <= names
    licences = {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name}
    assert {"LICENSE", "CC0-1.0.txt"} <= licences
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]
    assert not [name for name in names if "frontend" in name]


@pytest.mark.parametrize("target", ["run", "test", "evaluate", "clean"])
def test_make_knows_the_target(target: str) -> None:
    result = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout


def test_pytest_is_the_last_thing_that_make_test_runs() -> None:
    outside_make = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    commands = subprocess.run(
        ["make", "--dry-run", "test"],
        cwd=ROOT,
        env=outside_make,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert " -m pytest --numprocesses=" in commands.splitlines()[-1]


def test_continuous_integration_runs_the_test_line_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"
    assert "\n    make test\n" in (ROOT / "README.md").read_text(encoding="utf-8")
