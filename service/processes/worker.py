"""A query worker: jobs come in over a socket, answers go out in frames as they grow.

It is forked by the zygote, reads snapshots only, and answers one job at a time. What ends it is a
kill: at the deadline, when the client is gone, or by the kernel when it wants too much memory.
"""

import gc
import os
import socket
import time
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store

from graph.search.textindex import NAME
from graph.storage.snapshot import Held, hold_at
from service.engine.evaluation import Functions, Output, perform
from service.engine.functions import functions
from service.http.problem import Problem
from service.processes import frames
from service.processes.frames import Job
from service.processes.sandbox import (
    die_with_parent,
    exit_now,
    forbid_network,
    free_memory,
    limit_memory,
    resident_megabytes,
    run_deep,
)

FIRST = 32_768
"""Bytes of an answer that are held back: a failure before them is a clean error."""
PIECE = 262_144
"""Bytes of every later part of an answer."""
GROWTH = 256
"""Megabytes that a worker may have grown by when it takes another job."""
LONG = 0.05
"""Seconds after which a job may have made the worker grow by so much."""


def run(connection: socket.socket, memory: int, network: bool) -> None:
    """Answer jobs until the service closes `connection`; `memory` is in megabytes a query."""
    die_with_parent()
    if not network:
        forbid_network()

    def work() -> None:
        # What the zygote has made stays: the collector need not look at it again.
        gc.freeze()
        with suppress(OSError):  # the service is gone
            Worker(connection, memory).work()

    run_deep(work)
    exit_now(0)


class Worker:
    """Answers jobs on the snapshot that each of them names."""

    def __init__(self, connection: socket.socket, memory: int) -> None:
        """Take jobs from `connection`, and `memory` megabytes for each of them."""
        self._connection = connection
        self._memory = memory
        self._path = ""
        self._held: Held | None = None
        self._store: Store | None = None
        self._functions: Functions = {}
        self._index = ""
        self._stamp: tuple[int, ...] = ()
        self._small = resident_megabytes()

    def work(self) -> None:
        """Answer one job after the other."""
        jobs = frames.Receiver(self._connection)
        while (message := jobs.receive()) is not None:
            snapshot, job = Job.decode(message[1])
            if job.kind == "open":
                with suppress(Problem):  # the next job will tell
                    self.open(snapshot)
                continue
            if not self.answer(job, snapshot):
                return

    def answer(self, job: Job, snapshot: str) -> bool:
        """Do a job, and send its answer or what went wrong; False if it was the last one."""
        output = Frames(self._connection)
        failure: Problem | None = None
        started = time.monotonic()
        try:
            store = self.open(snapshot)
            limit_memory(self._memory)
            perform(store, job, output, self._functions)
        except Problem as problem:
            failure = problem
        is_long = time.monotonic() > started + LONG
        has_grown = is_long and resident_megabytes() > self._small + GROWTH
        if has_grown:  # said before the end of the answer, so that no other job is sent
            frames.send(self._connection, frames.NOTICE)
        if failure:
            frames.send(self._connection, frames.PROBLEM, frames.encode_problem(failure))
        else:
            output.end()
        return not has_grown

    def open(self, path: str) -> Store:
        """Return the store of a snapshot, and let the one before go."""
        if path != self._path or self._store is None:
            # What the threads of the engine reserve is no query's; without it they end the worker.
            free_memory()
            held = hold_at(Path(path))
            try:
                if held is None:
                    raise OSError
                store = Store.read_only(str(held.path / "quads"))
            except OSError as error:
                # Closes nothing: a worker that cannot read is of no more use.
                raise Problem(
                    503, "store-unreadable", "Store unreadable", "the data cannot be read now"
                ) from error
            if self._held is not None:
                os.close(self._held.lock)
            self._path, self._held, self._store = path, held, store
            own = held.path / NAME  # that of a snapshot which has left its store
            self._index = str(own if own.exists() else held.path.parent.parent / NAME)
        self._follow_index()
        return self._store

    def _follow_index(self) -> None:
        """Make the functions anew when the text index has changed: they keep what it found."""
        stamp = changed(self._index), changed(f"{self._index}-wal")
        if stamp != self._stamp:
            self._stamp = stamp
            self._functions = functions(self._index if stamp[0] else None)


def changed(file: str) -> int:
    """Return when a file was last changed, in nanoseconds; 0 if it is not there."""
    try:
        return os.stat(file).st_mtime_ns
    except FileNotFoundError:
        return 0


class Frames(Output):
    """Sends an answer on in frames: small ones whole, large ones as they grow."""

    def __init__(self, connection: socket.socket) -> None:
        """Send to `connection`."""
        self._connection = connection
        self._waiting = bytearray()
        self._limit = FIRST
        self._parts = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes of the answer."""
        self._waiting += data
        if len(self._waiting) >= self._limit:
            frames.send(self._connection, frames.PART, self._waiting)
            self._parts += 1
            self._limit = PIECE
            self._waiting = bytearray()
        return len(data)

    def end(self) -> None:
        """Send what is left."""
        if not self._parts:
            frames.send(self._connection, frames.ANSWER, self._waiting)
            return
        if self._waiting:
            frames.send(self._connection, frames.PART, self._waiting)
        frames.send(self._connection, frames.END)
