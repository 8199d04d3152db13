"""Client tools from npm, installed once, and how to run them against the service.

Where npm is missing their tests are skipped and the reason stands at the end; in continuous
integration (`CI` is set) it must be there.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import running

HERE = Path(__file__).parent
NO_NPM = "not installed: nodejs npm; the tests of client tools need them"


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder with `node_modules`, which is as package-lock.json says."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        assert "CI" not in os.environ, NO_NPM
        pytest.skip(NO_NPM)
    lock = HERE / "package-lock.json"
    installed = HERE / "node_modules" / ".installed"
    with lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # another run of the tests may be installing them
        wanted = file.read()
        if not installed.exists() or installed.read_bytes() != wanted:
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            installed.write_bytes(wanted)
    return HERE


@pytest.fixture(scope="session")
def port(sample_folder: Path) -> Iterator[int]:
    """The port of a server process over the sample."""
    with running(sample_folder) as port:
        yield port
