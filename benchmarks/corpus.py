"""Speed of a corpus: extraction with one and two processes, one huge act, and whole builds.

Run: make benchmark, or python -m benchmarks.corpus [NUMBER OF DOCUMENTS, 10000 if not given].
Rounds with one and with two processes are interleaved, since machines are noisy. Extraction here is
the whole line to RDF on the disk, as the workers of a build do it; a build adds the loading of the
store, which the engine does with threads of its own.
"""

import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import write
from graph.corpus.crew import Crew, chunk_size, chunks
from graph.corpus.spool import Spooled
from graph.corpus.worker import Task
from graph.files import data_folder
from graph.iris import Base

ROUNDS = 5
EXTRACTED = 1500
"""Invented acts in a round of extraction."""
COPIES = 50
"""How many times the sample makes the huge act: 1.26 million characters."""


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = data_folder("sample") / "report-2005.txt"
        extraction("invented acts", invented(folder / "acts", EXTRACTED), folder)
        extraction("copies of the report", copies(folder / "reports", report, 100), folder)
        huge(folder, report)
        builds(folder, count)


def invented(folder: Path, count: int) -> list[Path]:
    write(folder, count)
    return sorted(folder.rglob("*.txt"))


def copies(folder: Path, report: Path, count: int) -> list[Path]:
    """Write copies of a text that differ in their last line."""
    folder.mkdir()
    paths = [folder / f"{number:03}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(report.read_bytes() + f"\n{number}\n".encode())
    return paths


def extraction(name: str, paths: list[Path], folder: Path) -> None:
    """Print megabytes a second with one and two processes, and the ratio in each pair of rounds."""
    size = sum(path.stat().st_size for path in paths) / 1e6
    seconds: dict[int, list[float]] = {1: [], 2: []}
    cpu: list[float] = []
    for _ in range(ROUNDS):
        for jobs in (1, 2):
            wall, used = crew_seconds(paths, jobs, folder)
            seconds[jobs].append(wall)
            if jobs == 1:
                cpu.append(used)
    ratios = [one / two for one, two in zip(seconds[1], seconds[2], strict=True)]
    print(f"extraction to RDF of {len(paths)} {name}, {size:.1f} MB, start of processes included:")
    for jobs, walls in seconds.items():
        rates = sorted(size / wall for wall in walls)
        print(
            f"  {jobs} processes: {statistics.median(rates):.2f} MB/s "
            f"({rates[0]:.2f} to {rates[-1]:.2f})"
        )
    print(f"  MB for a second of CPU: {size / min(cpu):.2f} at best")
    print(
        f"  ratio of two to one: {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f})",
        flush=True,
    )


def crew_seconds(paths: list[Path], jobs: int, folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of CPU of the workers, for texts to RDF in files, which are deleted."""
    sizes = [path.stat().st_size for path in paths]
    tasks = (
        Task(number, str(path), size)
        for number, (path, size) in enumerate(zip(paths, sizes, strict=True))
    )
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        parts = chunks(tasks, chunk_size(sum(sizes), jobs))
        with Crew(parts, jobs, Path(spool), Base()) as crew:
            for done in crew.run():
                if done:
                    assert all(isinstance(outcome, Spooled) for outcome in done.outcomes)
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def huge(folder: Path, report: Path) -> None:
    """Print the CPU and memory of one act of 1.26 million characters."""
    path = folder / "huge.txt"
    path.write_bytes(report.read_bytes() * COPIES)
    kzop = str(Path(sys.executable).with_name("kzop"))
    store = folder / "huge"
    print(f"an act of {len(path.read_text(encoding='utf-8')):,} characters:")
    used = run([kzop, "extract", "-o", str(folder / "huge.nq"), str(path)])
    print(f"  kzop extract: {used[1]:.1f} s of CPU, {used[2]:.0f} MB")
    used = run([kzop, "build", "--store", str(store), str(path)])
    print(f"  kzop build: {used[1]:.1f} s of CPU, {used[2]:.0f} MB in the largest process")


def builds(folder: Path, count: int) -> None:
    """Print what a build of many documents takes, and one that finds nothing to do."""
    size = write(folder / "many", count) / 1e6
    kzop = str(Path(sys.executable).with_name("kzop"))
    print(f"kzop build of {count:,} invented acts, {size:.1f} MB, with 2 processes:")
    command = [kzop, "build", "--jobs", "2", "--store", str(folder / "store"), str(folder / "many")]
    for what in ("first", "again"):
        wall, cpu, memory = run(command)
        print(f"  {what}: {wall:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MB in the largest process")


def run(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return seconds, seconds of CPU and peak megabytes of its largest process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # its children are only these
        return pool.apply(_run, (command,))


def _run(command: list[str]) -> tuple[float, float, float]:
    started = time.monotonic()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    return time.monotonic() - started, cpu, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
