"""The workers of a build: processes that are given chunks, watched, and replaced when they die.

In come chunks of inputs, out come their outcomes in the order in which they are done. The death of
a worker (killed, out of memory, a fault in a library) costs its chunks a second extraction; the
input that it was at is tried once more when all others are done, and then given up.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from graph.corpus.worker import (
    IDLE,
    NO_MEMORY,
    Broken,
    Chunk,
    Done,
    Failed,
    Job,
    Number,
    Task,
    extract_chunk,
    work,
)
from graph.iris import Base

IN_HAND = 2
"""Chunks that a worker has: one under way, one to go on with while the parent is busy."""
TICK = 0.2
"""Seconds after which `run` gives a sign of life when nothing is done."""
DEATHS = 3
"""Workers in a row that may die without a task to blame, besides one for each job."""
CHUNK_BYTES = 16_000, 128_000
"""Least and most bytes of inputs in a chunk; one input that is larger stands alone."""
CHUNK_TASKS = 100
"""Most inputs in a chunk: the message that names them must fit the buffer of a connection."""

_CONTEXT = multiprocessing.get_context("spawn")
# Not fork: the lock of the store, its database and its threads are the parent's alone.


class WorkersError(Exception):
    """The workers cannot do their work; the message is one line."""


def chunk_size(total: int, jobs: int) -> int:
    """Return how many bytes a chunk may hold, so that the jobs end at about the same time."""
    least, most = CHUNK_BYTES
    return min(most, max(least, total // (16 * jobs)))


def chunks(tasks: Iterator[Task], limit: int) -> Iterator[tuple[Task, ...]]:
    """Gather inputs into chunks of at most `limit` bytes, in their order."""
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        weight = task.size + len(task.path)
        if chunk and (size + weight > limit or len(chunk) == CHUNK_TASKS):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(task)
        size += weight
    if chunk:
        yield tuple(chunk)


@dataclass(eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    current: Number
    """The number of the task under way."""
    chunks: deque[Chunk] = field(default_factory=deque)
    """Chunks sent and not yet answered, oldest first."""


class Crew:
    """Processes that work through chunks of tasks; a context manager."""

    def __init__(
        self,
        tasks: Iterator[tuple[Task, ...]],
        jobs: int,
        folder: Path,
        base: Base,
        job: Job = extract_chunk,
    ) -> None:
        """Work through `tasks`; `job` is what a worker does with a chunk of them."""
        self._fresh = tasks
        self._job = job
        self._jobs = jobs
        self._folder = folder
        self._base = base
        self._numbers = count()
        self._again: deque[tuple[Task, ...]] = deque()
        """What dead workers have left undone."""
        self._suspects: deque[Task] = deque()
        """Inputs at which a worker died."""
        self._workers: list[_Worker] = []
        self._deaths = 0

    def __enter__(self) -> "Crew":
        """Return the crew itself."""
        return self

    def __exit__(self, *ignored: object) -> None:
        """End the processes at once."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()

    def run(self) -> Iterator[Done | None]:
        """Yield what is done, and None now and then while nothing is."""
        while self._hand_out():
            connections = {worker.connection: worker for worker in self._workers}
            ready = wait(list(connections), TICK)
            if not ready:
                yield None
            for connection in ready:
                worker = connections[connection]  # type: ignore[index]
                try:
                    message = worker.connection.recv()
                except (EOFError, OSError):
                    yield from self._bury(worker)
                    continue
                if isinstance(message, Broken):
                    raise WorkersError(message.reason)
                yield from self._receive(worker, message)

    def _hand_out(self) -> bool:
        """Give every worker what it can take; False if nothing is left to wait for."""
        for turn in range(IN_HAND):
            for worker in self._workers:
                if len(worker.chunks) <= turn:
                    self._give(worker)
        while len(self._workers) < self._jobs and (chunk := self._next()):
            worker = self._start()
            self._send(worker, chunk)
        return any(worker.chunks for worker in self._workers)

    def _give(self, worker: _Worker) -> None:
        chunk = self._next()
        if chunk:
            self._send(worker, chunk)

    def _next(self) -> Chunk | None:
        tasks = self._again.popleft() if self._again else next(self._fresh, None)
        if tasks:
            return Chunk(next(self._numbers), tasks)
        if self._suspects and not any(worker.chunks for worker in self._workers):
            return Chunk(next(self._numbers), (self._suspects.popleft(),), last_try=True)
        return None

    def _start(self) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        current: Number = _CONTEXT.RawValue("q", IDLE)
        arguments = (theirs, current, str(self._folder), self._base, self._job)
        process = _CONTEXT.Process(target=work, args=arguments, daemon=True)
        # The worker inherits that Ctrl-C is blocked: it is for the parent to answer.
        resource_tracker.ensure_running()  # it would unblock
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        worker = _Worker(process, ours, current)
        self._workers.append(worker)
        return worker

    def _send(self, worker: _Worker, chunk: Chunk) -> None:
        worker.chunks.append(chunk)
        try:
            worker.connection.send(chunk)
        except OSError:
            return  # it is dead, as the next `recv` will tell

    def _receive(self, worker: _Worker, done: Done) -> Iterator[Done]:
        """Take the answer to the oldest chunk of a worker."""
        self._deaths = 0
        chunk = worker.chunks.popleft()
        rest = chunk.tasks[len(done.outcomes) :]
        if rest:  # an error ended the worker in the middle of the chunk
            self._again.append(rest)
        self._give(worker)  # before the receiver of what is done takes its time
        yield done

    def _bury(self, worker: _Worker) -> Iterator[Done]:
        """Take over the chunks of a dead worker."""
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        number = worker.current.value
        if number == IDLE:
            self._deaths += 1
            if self._deaths > DEATHS + self._jobs:
                raise WorkersError(f"extraction does not get on: {_fate(worker)} again and again")
        for chunk in worker.chunks:
            suspect = next((task for task in chunk.tasks if task.number == number), None)
            if suspect and chunk.last_try:
                reason = f"{suspect.path}: {_fate(worker)} at this text, twice"
                yield Done(chunk.number, "", (Failed(suspect.path, reason),))
                continue
            if suspect:
                self._suspects.append(suspect)
            rest = tuple(task for task in chunk.tasks if task is not suspect)
            if chunk.last_try:
                self._suspects.extend(rest)
            elif rest:
                self._again.append(rest)


def _fate(worker: _Worker) -> str:
    """Tell how a process ended."""
    code = worker.process.exitcode or 0
    if code == NO_MEMORY:
        return "out of memory"
    if code < 0:
        name = signal.Signals(-code).name
        return f"a process was ended by {name}" + (" (memory short?)" if name == "SIGKILL" else "")
    return f"a process ended with status {code}"
