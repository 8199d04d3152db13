"""A folder of inputs into shards, by the processes of one machine.

In come a folder and an empty or unfinished OUT, out come shards (shards.py), each written beside
and renamed when it is whole. A shard that is there, of the same inputs and by the same rules and
lexicons, is kept: a run that was interrupted goes on. The death of a process costs the shard that
it was at a second extraction; a text that ends two processes is listed among the failures.
"""

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

from graph.corpus.crew import Crew, WorkersError
from graph.corpus.inputs import Piece, mark_of, plan, rows
from graph.corpus.partition import Row, head, partition, shown
from graph.corpus.shards import SUCCESS, Tally, closing, head_of, part_name, tally_of, write_lines
from graph.corpus.worker import IDLE, NO_MEMORY, Chunk, Done, Failed, Number, Task, Unchanged
from graph.iris import Base
from graph.storage.folder import try_lock
from graph.storage.manifest import StoreError

TEMPORARY = "_temporary"
"""The folder of what is under way, as Hadoop calls it."""
TRIES = 2
"""Processes that one text may end."""


@dataclass
class Extraction:
    """How far an extraction is."""

    shards: int = 0
    done: int = 0
    """Shards that are there."""
    kept: int = 0
    """Shards that were there before."""
    tally: Tally = field(default_factory=Tally)
    interrupted: bool = False
    seconds: float = 0.0


def extract(
    folder: Path,
    out: Path,
    base: Base,
    jobs: int,
    tell: Callable[[Extraction], bool] = lambda extraction: True,
) -> Extraction:
    """Extract the inputs below `folder` into shards in `out`.

    `tell` is called several times a second; when it returns False, what is under way is given up.
    Raises StoreError where `out` is in use, no folder of shards, or cannot be written.
    """
    started = time.monotonic()
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such folder: name a folder of texts or JSON Lines")
    shards = plan(folder)
    if not shards:
        raise StoreError(f"{folder}: nothing to read in it: name a folder of texts or JSON Lines")
    extraction = Extraction(shards=len(shards))
    lock = _take(out)
    try:
        _clear(out, len(shards))
        waiting = []
        for number, pieces in enumerate(shards):
            part = out / part_name(number)
            if part.exists() and head_of(part) == head(base, mark_of(pieces)):
                extraction.tally.add(tally_of(part))
                extraction.kept += 1
                extraction.done += 1
            else:
                part.unlink(missing_ok=True)
                waiting.append(number)
        if not waiting and (out / SUCCESS).exists():
            return extraction
        (out / SUCCESS).unlink(missing_ok=True)
        (out / TEMPORARY).mkdir(exist_ok=True)
        # A folder of its own: a process of an interrupted run may live a little longer than that.
        work = Path(tempfile.mkdtemp(dir=out / TEMPORARY))
        while waiting and not extraction.interrupted:
            again: list[int] = []
            with Crew(_tasks(shards, waiting, work), jobs, work, base, extract_shard) as crew:
                for done in crew.run():
                    again += _count(done, extraction) if done else []
                    extraction.seconds = time.monotonic() - started
                    if not tell(extraction):
                        extraction.interrupted = True
                        break
            waiting = again
        shutil.rmtree(out / TEMPORARY, ignore_errors=True)
        if not extraction.interrupted:
            _close(out, extraction, base)
    except WorkersError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        os.close(lock)
    extraction.seconds = time.monotonic() - started
    return extraction


def _take(out: Path) -> int:
    """Make and lock `out`; return the descriptor that holds the lock."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = try_lock(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from error
    if lock is None:
        raise StoreError(f"{out}: another extraction writes it: wait for it, or name another OUT")
    return lock


def _clear(out: Path, shards: int) -> None:
    """Delete what no shard of this run replaces; StoreError if `out` holds other things."""
    names = {part_name(number) for number in range(shards)}
    for path in sorted(out.iterdir()):
        ours = path.name.startswith(("part-", "vocabulary.nq.gz", "_"))
        if not ours:
            raise StoreError(f"{path}: is no shard: name an OUT that is empty or not there yet")
    for path in out.glob("part-*"):
        if path.name not in names:
            path.unlink()
            (out / SUCCESS).unlink(missing_ok=True)
    shutil.rmtree(out / TEMPORARY, ignore_errors=True)


def _tasks(
    shards: Sequence[list[Piece]], numbers: Sequence[int], work: Path
) -> Iterator[tuple[Task, ...]]:
    """Write the plan of each shard to a file, since a message may not be as long as that."""
    for number in numbers:
        pieces = shards[number]
        path = work / f"{part_name(number)}.json"
        path.write_text(json.dumps([mark_of(pieces), [asdict(piece) for piece in pieces]]))
        yield (Task(number, str(path), 0),)


def _count(done: Done, extraction: Extraction) -> list[int]:
    """Count what is done, and return the numbers of the shards that killed two processes."""
    again = []
    for outcome in done.outcomes:
        if isinstance(outcome, Failed):
            again.append(int(Path(outcome.path).name.removeprefix("part-").split(".")[0]))
        else:
            extraction.tally.add(Tally(**json.loads(done.tally)))
            extraction.done += 1
    return again


def _close(out: Path, extraction: Extraction, base: Base) -> None:
    parts = {path.name: path.stat().st_size for path in out.glob("part-*")}
    for name, data in closing(extraction.tally, parts, base):
        temporary = out / f"_{name}.tmp"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(out / name)


def extract_shard(
    chunk: Chunk, folder: Path, base: Base, current: Number, send: Callable[[Done], None]
) -> None:
    """Write the shard whose plan the task of the chunk names; what a worker of a `Crew` does."""
    (task,) = chunk.tasks
    current.value = task.number
    part = Path(task.path.removesuffix(".json"))
    mark, pieces = json.loads(Path(task.path).read_bytes())
    try:
        with part.open("wb") as file, _Watch(part) as watch:
            lines = partition(watch.rows([Piece(**piece) for piece in pieces]), base, mark)
            tally = write_lines(file, lines)
            file.flush()
            os.fsync(file.fileno())
    except MemoryError:
        raise SystemExit(NO_MEMORY) from None
    part.replace(folder.parent.parent / part.name)
    current.value = IDLE
    send(Done(chunk.number, "", (Unchanged(task.path),), json.dumps(asdict(tally))))


class _Watch:
    """Notes on the disk which row is under way, for who comes after the death of this process."""

    def __init__(self, part: Path) -> None:
        self._at = part.with_name(f"{part.name}.at")
        self._deaths = part.with_name(f"{part.name}.deaths")
        if self._at.exists():
            with self._deaths.open("a") as file:
                file.write(f"{int(self._at.read_text() or 0)}\n")

    def __enter__(self) -> "_Watch":
        self._file = os.open(self._at, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        return self

    def __exit__(self, *ignored: object) -> None:
        os.close(self._file)
        self._at.unlink()

    def rows(self, pieces: list[Piece]) -> Iterator[Row]:
        """Yield the rows, and a problem in place of one that has ended processes."""
        deaths: Counter[int] = Counter()
        if self._deaths.exists():
            deaths.update(map(int, self._deaths.read_text().split()))
        found = rows(pieces)
        for number in count():
            os.pwrite(self._file, f"{number:<20}".encode(), 0)
            row = next(found, None)
            if row is None:
                return
            if deaths[number] >= TRIES:
                reason = f"{shown(row)}: ended the process, twice (memory short?)"
                row = Row(row.path, b"", reason)
            yield row
