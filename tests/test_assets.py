"""The built scripts and fonts of the pages: what is committed is what the sources give."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FRONTEND = ROOT / "service" / "frontend"
STATIC = ROOT / "service" / "static"
BUILT = ("js", "fonts", "licences.txt")


def files(folder: Path) -> dict[str, bytes]:
    found = (path for part in BUILT for path in [folder / part, *(folder / part).rglob("*")])
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found if p.is_file()}


def test_versions_are_exact_and_no_address_is_recorded() -> None:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    for name, version in package["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    assert '"resolved"' not in (FRONTEND / "package-lock.json").read_text(encoding="utf-8")


def test_every_script_is_built() -> None:
    sources = {path.name for path in (FRONTEND / "src").glob("*.js")}
    built = {path.name for path in (STATIC / "js").glob("*.js")}
    assert sources == {name for name in built if not name.startswith("shared-")}


def test_the_committed_build_is_that_of_the_sources(tmp_path: Path) -> None:
    if shutil.which("npm") is None and "CI" not in os.environ:
        pytest.skip("no npm: the scripts of the pages were not built again")
    command = ["make", "--silent", "service/frontend/node_modules"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=FRONTEND, check=True)
    assert files(tmp_path) == files(STATIC), "run: make assets"
