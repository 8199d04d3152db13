"""Requests to a SPARQL engine over HTTP: a read in, its answer out as unparsed bytes, or a Problem.

Everything here runs in one event loop. A read may be sent again, so one that fails before a byte of
its answer was passed on is, after a pause. What is known to be missing from an answer makes a
Problem before its first byte, and breaks it off after.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from graph.remote.endpoint import Endpoint
from graph.remote.session import open_session
from service.http.problem import Problem
from service.processes.pool import BrokenAnswer, timed_out, too_busy
from service.remote.breaker import Breaker, engine_down
from service.remote.complaints import check_headers, check_status, incomplete, is_unavailable

FIRST = 32_768
"""Bytes of an answer that are held back: a failure before them is a clean error."""
PIECE = 131_072
"""Bytes of every later part of an answer."""
TRIES = 3
BACK_OFF = 0.1
"""Seconds before the second try; twice as many before the third."""
CONNECT = 3.0
"""Seconds that a connection may take."""
MESSAGE = 4000
"""Bytes of an engine's complaint that are read."""
JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Read:
    """One read: a query with its dataset, or a whole graph by the Graph Store Protocol."""

    query: str
    accept: str = JSON
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    row: bytes = b"\n"
    """What stands once for each row of the answer, so that rows can be counted unparsed."""


class Client:
    """Sends reads to one engine."""

    def __init__(self, endpoint: Endpoint, queue: int) -> None:
        """Ask `endpoint`; `queue` reads may wait for a connection."""
        self.endpoint = endpoint
        self.breaker = Breaker(self._answers)
        self._queue = queue
        self._slots = asyncio.Semaphore(endpoint.connections)
        self._http: aiohttp.ClientSession | None = None
        self.busy = 0
        """Number of reads under way."""
        self.waiting = 0
        """Number of reads that wait for a connection."""

    async def ask(self, read: Read, seconds: float) -> "Answer":
        """Send a read; its answer must be there in `seconds`, waiting included. Raises Problem."""
        deadline = asyncio.get_running_loop().time() + seconds
        await self._take_slot(deadline, seconds)
        answer = None
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._ask(read)
        except TimeoutError:
            self.breaker.failed()  # a probe will tell whether the engine or the query is to blame
            raise timed_out(seconds) from None
        finally:
            if answer is None or answer.is_whole:
                self._free_slot()
        answer.expire_at(deadline)
        return answer

    async def _take_slot(self, deadline: float, seconds: float) -> None:
        if self._slots.locked() and self.waiting >= self._queue:
            raise too_busy()
        self.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
        except TimeoutError:
            raise timed_out(seconds) from None
        finally:
            self.waiting -= 1
        self.busy += 1

    def _free_slot(self) -> None:
        self.busy -= 1
        self._slots.release()

    async def _ask(self, read: Read) -> "Answer":
        """Send a read until an answer begins."""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACK_OFF * 2 ** (attempt - 1))
            await self.breaker.admit()
            try:
                answer = await self._try(read)
            except aiohttp.ClientError:
                answer = None
            if answer is not None:
                self.breaker.succeeded()
                return answer
            self.breaker.failed()
        raise engine_down()

    async def _try(self, read: Read) -> "Answer | None":
        """Send a read once; None if the engine is not available. Raises Problem, ClientError."""
        if self._http is None:
            self._http = open_session(self.endpoint, aiohttp.ClientTimeout(None, connect=CONNECT))
        response = await self._http.post(
            self.endpoint.query_url,
            data=form(read),
            headers={"Accept": read.accept},
            allow_redirects=False,
        )
        answer = Answer(self, read, response)
        try:
            if is_unavailable(response.status, response.headers):
                return None
            if response.status != 200:
                check_status(response.status, response.headers, await beginning(response))
            check_headers(self.endpoint, response.headers)
            await answer.begin()
            return answer
        finally:
            if not answer.has_begun or answer.is_whole:
                response.close()

    async def _answers(self) -> bool:
        """Tell whether the engine answers at all."""
        try:
            answer = await self._try(Read("ASK {}"))
        except (aiohttp.ClientError, Problem):
            return False
        return answer is not None

    def finish(self, response: aiohttp.ClientResponse) -> None:
        """Close a response that was left, and let the next read begin."""
        response.close()
        self._free_slot()

    async def close(self) -> None:
        """Let the connections go."""
        self.breaker.close()
        if self._http is not None:
            await self._http.close()


class Answer:
    """An answer as it comes: `first` is all of it if `is_whole`."""

    def __init__(self, client: Client, read: Read, response: aiohttp.ClientResponse) -> None:
        """Read `response`; `begin` must be called before anything else."""
        self.first = b""
        self.is_whole = False
        self.has_begun = False
        self._client = client
        self._row = read.row
        self._rows = 0
        self._response: aiohttp.ClientResponse | None = response
        self._stream = response.content
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Read the first bytes. Raises Problem, ClientError."""
        while len(self.first) < FIRST and not self.is_whole:
            part = await self._stream.readany()
            self.is_whole = not part
            self.first += part
        self._count(self.first)
        self.has_begun = True
        if self.is_whole:
            self._check_rows()

    def expire_at(self, deadline: float) -> None:
        """Leave the answer at the deadline: who takes it too slowly must not keep the engine."""
        if not self.is_whole:
            self._timer = asyncio.get_running_loop().call_at(deadline, self.abandon)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what follows the first part. BrokenAnswer if it cannot be finished."""
        if self.is_whole:
            return
        waiting = bytearray()
        try:
            while part := await self._stream.readany():
                waiting += part
                if len(waiting) >= PIECE:
                    self._count(waiting)
                    yield bytes(waiting)
                    waiting.clear()
            self._count(waiting)
            self._check_rows()
            self._client.breaker.succeeded()
            if waiting:
                yield bytes(waiting)
        except Problem as problem:
            raise BrokenAnswer(problem.detail) from problem
        except aiohttp.ClientError as error:
            if self._response is None:
                raise BrokenAnswer("the query ran past its time limit") from error
            self._client.breaker.failed()
            raise BrokenAnswer("the engine broke off its answer") from error
        finally:
            self.abandon()

    async def all(self) -> AsyncIterator[bytes]:
        """Yield the whole answer. BrokenAnswer if it cannot be finished."""
        yield self.first
        async for part in self.parts():
            yield part

    async def read(self) -> bytes:
        """Return the whole answer. Raises Problem."""
        try:
            return b"".join([part async for part in self.all()])
        except BrokenAnswer as error:
            raise engine_down() from error

    def abandon(self) -> None:
        """Tell the engine that nobody wants the rest; does nothing for a finished answer."""
        if self._timer is not None:
            self._timer.cancel()
        response, self._response = self._response, None
        if response is not None and not self.is_whole:
            self._client.finish(response)

    def _count(self, part: bytes | bytearray) -> None:
        if self._client.endpoint.row_cap:
            self._rows += part.count(self._row)

    def _check_rows(self) -> None:
        cap = self._client.endpoint.row_cap
        if cap and self._rows >= cap:
            raise incomplete(f"the engine gives at most {cap} rows at once")


def form(read: Read) -> aiohttp.FormData:
    """Return the form that asks for a read."""
    return aiohttp.FormData(
        [
            ("query", read.query),
            *(("default-graph-uri", graph) for graph in read.default_graphs),
            *(("named-graph-uri", graph) for graph in read.named_graphs),
        ]
    )


async def beginning(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of a complaint."""
    found = b""
    while len(found) < MESSAGE and (part := await response.content.readany()):
        found += part
    return found[:MESSAGE].decode("utf-8", "replace")
