"""Makes the formats that an engine lacks: its bytes in, ours out, as they come.

The engine's answer is parsed and written again in a thread, a piece at a time, so that memory stays
flat; only formats for graph programs, pages and JSON-LD of many things need the whole.
"""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError, Executor
from contextlib import suppress
from typing import IO, Any, cast

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from graph.querying.queryevidence import with_evidence
from service.engine.evaluation import Output, Rows, read_quoted, read_table, write_answer
from service.engine.quads import Quads
from service.http.negotiate import N_TRIPLES
from service.http.problem import Problem
from service.processes.frames import Job
from service.processes.pool import BrokenAnswer
from service.remote.dialect import Planned, read_truth
from service.remote.quads import DEADLINE, RemoteQuads

PIECE = 131_072
WAITING = 4
"""Pieces that may wait for the client."""


class Incoming(io.RawIOBase):
    """The engine's answer as a file to read, in a thread that is not the loop's."""

    def __init__(self, take: Callable[[], bytes | None]) -> None:
        """`take` waits for the next part; None is the end."""
        self._take = take
        self._waiting = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill some of `buffer`, waiting for bytes."""
        while not self._waiting:
            part = self._take()
            if part is None:
                return 0
            self._waiting = part
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size


class Outgoing(Output):
    """Gathers what is written into pieces."""

    def __init__(self, give: Callable[[bytes], None]) -> None:
        """`give` takes each piece, and waits while too many wait."""
        self._give = give
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._waiting += data
        if len(self._waiting) >= PIECE:
            self._give(bytes(self._waiting))
            self._waiting.clear()
        return len(data)

    def end(self) -> None:
        """Give what is left."""
        if self._waiting:
            self._give(bytes(self._waiting))


class Conversion:
    """One answer that is written again, in a thread of its own."""

    def __init__(
        self,
        parts: AsyncIterator[bytes],
        write: Callable[[io.BufferedReader, Output], None],
        executor: Executor,
        seconds: float,
    ) -> None:
        """`write` reads the engine's answer, whose parts come from `parts`, and writes ours.

        What it asks the engine itself must be answered in `seconds`.
        """
        self._loop = asyncio.get_running_loop()
        self._parts = parts
        self._write = write
        self._done: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue(WAITING)
        self._is_left = False
        self._deadline = time.monotonic() + seconds
        self._running = self._loop.run_in_executor(executor, self._run)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what is written. Raises Problem, BrokenAnswer."""
        try:
            while (part := await self._done.get()) is not None:
                if isinstance(part, BaseException):
                    raise part
                yield part
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let the thread end at its next piece."""
        self._is_left = True
        while not self._done.empty():
            self._done.get_nowait()

    def _run(self) -> None:
        DEADLINE.set(self._deadline)
        end: BaseException | None = None
        try:
            outgoing = Outgoing(self._give)
            self._write(io.BufferedReader(Incoming(self._take), PIECE), outgoing)
            outgoing.end()
        except (Problem, BrokenAnswer) as error:
            end = error
        except (SyntaxError, ValueError, KeyError, OSError) as error:
            end = unreadable(error)
        with suppress(BrokenAnswer):
            self._put(end)

    def _take(self) -> bytes | None:
        return cast(bytes | None, self._wait(anext(self._parts, None)))

    def _give(self, part: bytes) -> None:
        self._put(part)

    def _put(self, part: bytes | BaseException | None) -> None:
        self._wait(self._done.put(part))

    def _wait(self, work: Any) -> Any:
        """Wait in the thread for what the loop does. BrokenAnswer if nobody wants the answer."""
        if self._is_left:
            work.close()
            raise BrokenAnswer("the client has left")
        try:
            return asyncio.run_coroutine_threadsafe(finish(work), self._loop).result()
        except CancelledError as error:
            raise BrokenAnswer("the service ends") from error


async def finish(work: Any) -> Any:
    """Await anything that can be awaited."""
    return await work


def convert(planned: Planned, job: Job, quads: Quads, file: io.BufferedReader, out: Output) -> None:
    """Write the answer to a job from what an engine answered to `planned`."""
    if planned.source is N_TRIPLES:
        answer: Rows = (quad.triple for quad in parse(file, RdfFormat.N_TRIPLES))
    elif planned.form == "ASK":
        answer = read_truth(file.read())
    else:
        answer = parse_query_results(cast(IO[bytes], file), QueryResultsFormat.JSON)
    if job.kind == "table":
        out.write(json.dumps(read_table(answer, job.rows)).encode())
    else:
        write_answer(answer, job, out, quads)


def convert_quoted(job: Job, quads: RemoteQuads, _file: io.BufferedReader, out: Output) -> None:
    """Write the answer to a named query with its evidence, which is asked for as it is written."""
    if job.kind == "table":
        out.write(json.dumps(read_quoted(quads, job, quads.query)).encode())
    else:
        write_answer(with_evidence(quads, job.query, job.evidence, quads.query), job, out, quads)


async def nothing() -> AsyncIterator[bytes]:
    """Yield no part of an answer."""
    no_parts: tuple[bytes, ...] = ()
    for part in no_parts:
        yield part


def unreadable(error: Exception) -> Problem:
    """Return the 502 for an answer that is not what was asked for."""
    return Problem(
        502,
        "engine-unknown",
        "Engine answers strangely",
        f"the database behind this service sent what cannot be read: {str(error)[:200]}",
    )
