"""A corpus through both engines of `kzop build --engine`, undisturbed and with a worker killed.

Run: python -m benchmarks.cluster [NUMBER OF DOCUMENTS, 20000 if not given]. Prints for each of the
four runs its time, what it counted, and the hash of its sorted quads; ends with 1 if one differs.
Needs `pip install 'kzop[cluster]'` and Java.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import kill_one
from benchmarks.synthetic import write_lines
from graph.corpus.shards import quads_hash, require_complete

KZOP = Path(sys.executable).with_name("kzop")
JOBS = 2
WORKERS = {"processes": "multiprocessing.spawn", "spark": "pyspark.daemon"}
"""What stands in the command lines of the processes that extract."""
EARLY = 3
"""Shards, or temporary files of shards, that are there before a worker is killed."""


def main() -> None:
    """Run, print and compare."""
    count = int(sys.argv[1]) if sys.argv[1:] else 20_000
    hashes = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_lines(folder / "in", count, articles=1)
        print(f"{count:,} invented acts of one article, {size / 1e6:.1f} MB of JSON Lines")
        for kill in (False, True):
            for engine in WORKERS:
                out = folder / f"{engine}-{kill}"
                seconds, killed = run(engine, folder / "in", out, kill=kill)
                manifest, parts = require_complete(out)
                found = quads_hash(parts)
                hashes.add(found)
                what = f"{killed} worker killed" if kill else "undisturbed"
                print(
                    f"{engine}, {what}: {seconds:.0f} s, {manifest.documents:,} documents, "
                    f"{manifest.quads:,} quads, {len(parts)} shards of "
                    f"{sum(manifest.parts.values()) / 1e6:.0f} MB, sha256 {found}",
                    flush=True,
                )
    sys.exit(0 if len(hashes) == 1 else 1)


def run(engine: str, source: Path, out: Path, *, kill: bool) -> tuple[float, int]:
    """Run one extraction; return its seconds, and how many of its workers were killed."""
    command = [KZOP, "build", "--engine", engine, "--jobs", str(JOBS), source, out]
    started = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)
    killed = 0
    while kill and not killed and process.poll() is None:
        time.sleep(0.05)
        if sum(1 for _ in out.rglob("part-*.gz")) >= EARLY:
            killed = kill_one(process.pid, WORKERS[engine])
    _, said = process.communicate()
    if process.returncode or killed != kill:
        raise SystemExit(f"{engine}: status {process.returncode}, {killed} killed: {said}")
    return time.monotonic() - started, killed


if __name__ == "__main__":
    main()
