"""The writer process, as the service sees it: a write in, its result out, or a Problem."""

import asyncio
import json
import socket
import subprocess
from contextlib import suppress
from typing import Any

from service.config import Settings
from service.problem import Problem
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
        self._published = 0
        """Number of the last job of which readers see what it wrote."""

    @property
    def unpublished(self) -> bool:
        """Whether there may be writes on the disk that readers do not see yet."""
        return self._published < self._last

    async def write(self, job: dict[str, object], data: bytes) -> dict[str, Any]:
        """Do a write, which is on the disk on return. Raises Problem."""
        return await self._take_turn(job, data, self._settings.query_timeout)

    async def publish(self, seconds: float) -> None:
        """Let readers see all that was written before."""
        await self._take_turn({"kind": "publish"}, b"", seconds)

    async def _take_turn(
        self, job: dict[str, object], data: bytes, seconds: float
    ) -> dict[str, Any]:
        if self._waiting > self._settings.queue:
            raise too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                async with self._turn:
                    if job["kind"] == "publish" and not self.unpublished:
                        return {}  # another has done it meanwhile
                    return await self._send(job, data)
        except TimeoutError:
            raise timed_out(seconds) from None
        finally:
            self._waiting -= 1

    async def _send(self, job: dict[str, object], data: bytes) -> dict[str, Any]:
        connection = await self._started()
        # Whatever comes of it: a writer that dies may have done its work.
        self._last += 1
        told = {**job, "number": self._last, "has_data": bool(data)}
        try:
            connection.send(frames.JOB, json.dumps(told).encode())
            if data:
                connection.send(frames.DATA, data)
            message = await connection.receive()
        except BaseException:
            self._stop()  # at the deadline: the transaction under way is rolled back
            raise
        if message is None:
            self._stop()
            raise Problem(
                503,
                "write-failed",
                "Write failed",
                "the writer ended in the middle of the write, which is done wholly or not at all: "
                "look whether it was done before you send it again",
            )
        if message[0] == frames.PROBLEM:
            raise frames.decode_problem(message[1])
        result: dict[str, Any] = json.loads(message[1])
        return result

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
            _, self._connection = await loop.create_unix_connection(
                lambda: Connection(self._note), sock=ours
            )
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
        if self._socket is not None and self._process is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._process.wait()
