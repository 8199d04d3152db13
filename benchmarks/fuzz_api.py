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
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from benchmarks.served import serving

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
TOKEN = "t"
EXAMPLES = 100
"""Requests for each operation that are made up at random, besides those at every bound."""


def fuzz(address: str, examples: int, seed: int, *more: str) -> "subprocess.CompletedProcess[str]":
    """Ask the service at `address`, whose token is `TOKEN`; the output tells what was found."""
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color"]
    command += ["--config-file", str(CONFIGURATION), "run", f"{address}/openapi.json"]
    command += ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
    command += ["--header", f"Authorization: Bearer {TOKEN}", "--warnings", "off", *more]
    environment = {**os.environ, "NO_PROXY": "*"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def main() -> int:
    """Fuzz a service over a copy of a store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    os.environ["KZOP_TOKEN"] = TOKEN
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        copytree(arguments.store, store)
        with serving(store) as served:
            address = f"http://127.0.0.1:{served.port}"
            done = fuzz(address, arguments.examples, arguments.seed)
    print(done.stdout, done.stderr, sep="\n")
    return min(done.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
