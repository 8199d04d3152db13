"""Requests that schemathesis makes up from the description of the interface, sent to the service.

    python -m benchmarks.fuzz_api [--store STORE] [--examples N] [--seed N]

Serves a copy of the store and says which requests were answered otherwise than described: with a
status, media type, header or value that is not, with a fault (5xx), or well though they were wrong.
schemathesis.toml says what is left out and why. Exit status: 0 nothing was found, 1 something was.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from benchmarks.served import TOKEN, serving

CONFIGURATION = Path(__file__).resolve().with_name("schemathesis.toml")
EXAMPLES = 100
"""Requests for each operation that are made up at random, besides those at every bound."""


def fuzz(address: str, examples: int, seed: int) -> Iterator["subprocess.CompletedProcess[str]"]:
    """Ask the service at `address`, whose token is `TOKEN`; the outputs tell what was found.

    It is read before it is written: some request is bound to delete everything.
    """
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color"]
    command += ["--config-file", str(CONFIGURATION), "run", f"{address}/openapi.json"]
    command += ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
    command += ["--header", f"Authorization: Bearer {TOKEN}"]
    environment = {**os.environ, "NO_PROXY": "*"}
    for part in ("--include-method", "--exclude-method"):
        with TemporaryDirectory() as folder:  # it leaves files where it runs
            yield subprocess.run(
                [*command, part, "GET"],
                capture_output=True,
                text=True,
                env=environment,
                cwd=folder,
                check=False,
            )


def main() -> int:
    """Fuzz a service over a copy of a store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        copytree(arguments.store, store)
        with serving(store) as served:
            address = f"http://127.0.0.1:{served.port}"
            parts = list(fuzz(address, arguments.examples, arguments.seed))
    for part in parts:
        print(part.stdout, part.stderr, sep="\n")
    return int(any(part.returncode for part in parts))


if __name__ == "__main__":
    sys.exit(main())
