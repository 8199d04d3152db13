"""The service answers as it is described, whatever schemathesis makes up."""

from pathlib import Path
from shutil import copytree

from server import running

from benchmarks.fuzz_api import fuzz
from benchmarks.served import TOKEN
from service.processes.indexer import bring_in_step


def test_requests_that_are_made_up(sample_folder: Path, tmp_path: Path) -> None:
    """`python -m benchmarks.fuzz_api` makes up more of them."""
    store = tmp_path / "store"  # the requests write
    copytree(sample_folder, store)
    bring_in_step(store)
    with running(store, KZOP_TOKEN=TOKEN) as port:
        for done in fuzz(f"http://127.0.0.1:{port}", 3, 1):
            assert done.returncode == 0, done.stdout + done.stderr
            assert "generated" in done.stdout
            assert "Authentication failed" not in done.stdout
