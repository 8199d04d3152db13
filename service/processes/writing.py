"""The writer process, as the service sees it: a write in, its result out, or a Problem."""

import asyncio
import json
import socket
import subprocess
from contextlib import suppress
from typing import Any

from service.config import Settings
from service.http.problem import Problem
from service.processes import frames
from service.processes.connection import Connection
from service.processes.forking import start
from service.processes.pool import timed_out, too_busy


class Writing:
    """One write at a time, and a bounded queue of those that wait. Runs in one event loop."""

    def __init__(self, settings: Settings) -> None:
        """Write to the store of `settings`; the writer starts with the first write."""
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._last = 0
        """Number of the last job."""
        self._done = 0
        """Number of the last write that was acknowledged."""
        self._published = 0
        """Number of the last job of which readers see what it wrote."""
        self._in_doubt = False
        """Whether a writer ended in the middle of a write, which may be done all the same."""
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def unpublished(self) -> bool:
        """Whether there are acknowledged writes that readers do not see yet."""
        return self._published < self._done

    async def write(self, job: dict[str, object], data: bytes) -> dict[str, Any]:
        """Do a write, which is on the disk on return. Raises Problem."""
        return await self._take_turn(job, data, self._settings.query_timeout)

    async def publish(self, seconds: float) -> None:
        """Let readers see all that was written before."""
        try:
            await self._take_turn({"kind": "publish"}, b"", seconds)
        except Problem as problem:
            # Another program has the store, and has published what it found in it.
            if problem.slug != "store-busy":
                raise

    async def _take_turn(
        self, job: dict[str, object], data: bytes, seconds: float
    ) -> dict[str, Any]:
        if self._waiting > self._settings.queue:
            raise too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                async with self._turn:
                    if job["kind"] == "publish" and not (self.unpublished or self._in_doubt):
                        return {}  # another has done it meanwhile
                    return await self._send(job, data)
        except TimeoutError:
            raise timed_out(seconds) from None
        finally:
            self._waiting -= 1

    async def _send(self, job: dict[str, object], data: bytes) -> dict[str, Any]:
        connection = await self._started()
        self._last += 1
        number = self._last
        told = {**job, "number": self._last, "has_data": bool(data)}
        try:
            connection.send(frames.JOB, json.dumps(told).encode())
            if data:
                connection.send(frames.DATA, data)
            message = await connection.receive()
        except BaseException:
            self._give_up(job)  # at the deadline: the transaction under way is rolled back
            raise
        if message is None:
            self._give_up(job)
            raise Problem(
                503,
                "write-failed",
                "Write failed",
                "the writer ended in the middle of the write, which is done wholly or not at all: "
                "look whether it was done before you send it again",
            )
        if message[0] == frames.PROBLEM:
            raise frames.decode_problem(message[1])
        if job["kind"] == "publish":
            self._in_doubt = False
        else:
            self._done = number
        result: dict[str, Any] = json.loads(message[1])
        return result

    def _give_up(self, job: dict[str, object]) -> None:
        """End the writer in the middle of a job; what it did, readers are to see before long."""
        self._stop()
        if job["kind"] != "publish" and not self._closed:
            self._in_doubt = True
            task = asyncio.get_running_loop().create_task(self._resolve())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _resolve(self) -> None:
        with suppress(Problem):  # the next write will tell
            await self.publish(self._settings.query_timeout)

    async def _started(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._stop()
            loop = asyncio.get_running_loop()
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = await loop.run_in_executor(
                    None,
                    start,
                    "service.processes.writer",
                    theirs.fileno(),
                    str(self._settings.write_memory),
                    "1" if self._settings.service_allow else "0",
                    str(self._settings.store),
                )
            self._socket = ours
            _, self._connection = await loop.create_unix_connection(Connection, sock=ours)
            self._connection.on_notice = self._note
        return self._connection

    def _note(self, number: bytes) -> None:
        """Take the writer's word for how far readers see."""
        self._published = int(number)

    def _stop(self) -> None:
        """End the writer at once."""
        if self._connection:
            self._connection.close()
            self._connection = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Let the writer publish and end; any thread may call it."""
        self._closed = True
        if self._socket is not None and self._process is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._process.wait()
