"""The writer: the only process that has the store open for writing, one write at a time.

It opens the store with the first write and closes it a while after the last, so that `kzop build`
finds it free in between. Jobs come in over a socket, as JSON with perhaps data behind it:

    update    run a SPARQL update
    replace   give a graph the statements of the data, which is one document or more (`parts`: the
              media type and the length of each); `merge` adds them to what is there
    drop      delete a graph
    publish   let readers see what was written

A write is answered when it is on the disk; readers see it after the next `publish`, which the
service asks for before the next query. Writes that nobody asks about are published after a moment.
A NOTICE tells the service the number of the last job that readers see.

Run as `python -m service.processes.writer DESCRIPTOR MEMORY NETWORK STORE`.
"""

import json
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.store import GraphStore, StoreError, StoreLocked
from service.engine import graph_update
from service.engine.failures import run_time_problem, syntax_problem
from service.http.problem import Problem
from service.processes import frames
from service.processes.sandbox import exit_now, forbid_network, limit_memory, run_deep
from service.sparql.using import with_silent_clear

DEBOUNCE = 0.1
"""Seconds without a job after which what was written is published."""
IDLE = 1.0
"""Seconds without a job after which the store is closed."""
WAIT = 3.0
"""Seconds to wait for another process that writes the store, such as `kzop build`."""
GRACE = 2.0
"""Seconds that a write may go on when the service is gone: nobody will hear that it was done."""


def main() -> None:
    """Do writes until the service closes the socket; then close the store."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    memory, network, store = int(sys.argv[2]), sys.argv[3] == "1", Path(sys.argv[4])
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # the service says when it ends
    if not network:
        forbid_network()
    threading.Thread(target=end_with, args=[connection], daemon=True).start()
    status = 1

    def work() -> None:
        nonlocal status
        limit_memory(memory)
        writer = Writer(store)
        try:
            serve(connection, writer)
        finally:
            writer.close()
        status = 0

    run_deep(work)
    exit_now(status)


def end_with(service: socket.socket) -> None:
    """Wait until the service is gone, and end this process soon after."""
    hang_up = select.poll()
    hang_up.register(service, 0)  # hanging up is always told
    hang_up.poll()
    time.sleep(GRACE)
    exit_now(1)


def serve(connection: socket.socket, writer: "Writer") -> None:
    """Answer jobs, and look after the store between them."""
    quiet_since = time.monotonic()
    last = published = 0
    jobs = frames.Receiver(connection)
    while True:
        if published < last and writer.is_published:
            published = last
            frames.send(connection, frames.NOTICE, str(published).encode())
        if not select.select([connection], [], [], DEBOUNCE if writer.is_open else None)[0]:
            writer.rest(time.monotonic() - quiet_since)
            continue
        message = jobs.receive()
        if message is None:
            return
        job = json.loads(message[1])
        data = b""
        if job.get("has_data"):
            more = jobs.receive()
            if more is None:
                return
            data = more[1]
        try:
            kind, told = frames.ANSWER, json.dumps(writer.perform(job, data)).encode()
        except Problem as problem:
            kind, told = frames.PROBLEM, frames.encode_problem(problem)
        last = job["number"]
        if writer.is_published:
            published = last
            frames.send(connection, frames.NOTICE, str(published).encode())
        frames.send(connection, kind, told)
        writer.give_way()
        quiet_since = time.monotonic()


class Writer:
    """The store, open while there is something to write."""

    def __init__(self, folder: Path) -> None:
        """Write to the store in `folder`."""
        self._folder = folder
        self._store: GraphStore | None = None

    def perform(self, job: Mapping[str, Any], data: bytes) -> dict[str, object]:
        """Do one job, and return what there is to say of it. Raises Problem."""
        store = self.open()
        try:
            return self._perform(store, job, data)
        except SyntaxError as error:
            raise syntax_problem(str(job.get("update", "")), str(error)) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise run_time_problem(error) from error
        except StoreError as error:
            self.close()
            raise failed() from error

    def _perform(self, store: GraphStore, job: Mapping[str, Any], data: bytes) -> dict[str, object]:
        match job["kind"]:
            case "update":
                update(store, job["update"])
                return {}
            case "replace":
                name, merge = job["graph"], job["merge"]
                triples = graph_update.read(job["parts"], data, job["base"])
                existed = graph_update.exists(store.quads, name)
                if name is None and triples:  # to a client its first statement makes it
                    existed = not graph_update.is_empty(store.quads, name)
                store.update(graph_update.write(name, triples, merge=merge))
                return {"existed": existed, "triples": len(triples)}
            case "drop":
                existed = graph_update.exists(store.quads, job["graph"])
                if existed:
                    store.update(graph_update.drop(job["graph"]))
                return {"existed": existed}
            case _:
                store.publish()
                return {}

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self._store is not None

    @property
    def is_published(self) -> bool:
        """Whether readers see all that was written."""
        return self._store is None or self._store.is_published

    def open(self) -> GraphStore:
        """Open the store unless it is open."""
        if self._store is None:
            try:
                self._store = GraphStore.open(self._folder, wait=WAIT)
            except StoreLocked as error:
                raise Problem(
                    503,
                    "store-busy",
                    "Store busy",
                    "another process is writing the data: try again later",
                    headers={"Retry-After": "5"},
                ) from error
            except StoreError as error:
                raise failed() from error
        return self._store

    def rest(self, seconds: float) -> None:
        """Publish what was written, and close the store when there was no job for a while."""
        if self._store is not None:
            self._store.publish()
            if seconds > IDLE:
                self.close()

    def give_way(self) -> None:
        """Close the store if another process, such as `kzop build`, waits for it."""
        if self._store is not None and self._store.is_wanted:
            self.close()

    def close(self) -> None:
        """Close the store, if it is open; that publishes what was written."""
        if self._store is not None:
            store, self._store = self._store, None
            store.close()


def update(store: GraphStore, text: str) -> None:
    """Run an update; CLEAR of a graph that is not there does nothing."""
    try:
        store.update(text)
    except RuntimeError:
        lenient = with_silent_clear(text)
        if lenient == text:
            raise
        store.update(lenient)


def failed() -> Problem:
    """Return the 503 for a store that cannot be written; the operator's log says why."""
    return Problem(503, "store-failed", "Store failed", "the data cannot be written now")


if __name__ == "__main__":
    main()
