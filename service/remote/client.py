"""Requests to a SPARQL engine over HTTP: a read in, its answer out as unparsed bytes, or a Problem.

Everything here runs in one event loop. A read may be sent again, so one that fails before a byte of
its answer was passed on is, after a pause. What is known to be missing from an answer makes a
Problem before its first byte, and breaks it off after.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx

from graph.credentials import credentials
from graph.endpoint import Endpoint
from service.problem import Problem
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
        self._http: httpx.AsyncClient | None = None
        self._closing: set[asyncio.Task[None]] = set()
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
            except httpx.TransportError:
                answer = None
            if answer is not None:
                self.breaker.succeeded()
                return answer
            self.breaker.failed()
        raise engine_down()

    async def _try(self, read: Read) -> "Answer | None":
        """Send a read once; None if the engine is not available. Raises Problem, TransportError."""
        http = self._client()
        request = http.build_request(
            "POST", self.endpoint.query_url, data=form(read), headers={"Accept": read.accept}
        )
        response = await http.send(request, stream=True)
        answer = Answer(self, read, response)
        try:
            if is_unavailable(response.status_code, response.headers):
                return None
            if response.status_code != 200:
                check_status(response.status_code, response.headers, await beginning(response))
            check_headers(self.endpoint, response.headers)
            await answer.begin()
            return answer
        finally:
            if not answer.has_begun or answer.is_whole:
                await response.aclose()

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(
                auth=credentials(self.endpoint),
                timeout=httpx.Timeout(None, connect=CONNECT),
                limits=httpx.Limits(max_connections=None, keepalive_expiry=15.0),
                trust_env=False,
                headers={"User-Agent": "kzop", "Accept-Encoding": "identity"},
            )
        return self._http

    async def _answers(self) -> bool:
        """Tell whether the engine answers at all."""
        try:
            answer = await self._try(Read("ASK {}"))
        except (httpx.HTTPError, Problem):
            return False
        return answer is not None

    def finish(self, response: httpx.Response) -> None:
        """Close a response that was left, and let the next read begin."""
        task = asyncio.get_running_loop().create_task(response.aclose())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._free_slot()

    async def close(self) -> None:
        """Let the connections go."""
        self.breaker.close()
        if self._http is not None:
            await self._http.aclose()


class Answer:
    """An answer as it comes: `first` is all of it if `is_whole`."""

    def __init__(self, client: Client, read: Read, response: httpx.Response) -> None:
        """Read `response`; `begin` must be called before anything else."""
        self.first = b""
        self.is_whole = False
        self.has_begun = False
        self._client = client
        self._row = read.row
        self._rows = 0
        self._response: httpx.Response | None = response
        self._stream = response.aiter_raw()
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Read the first bytes. Raises Problem, TransportError."""
        while len(self.first) < FIRST:
            part = await anext(self._stream, None)
            if part is None:
                self.is_whole = True
                break
            self.first += part
        self._count(self.first)
        self.has_begun = True
        if self.is_whole:
            self._check_rows()

    def expire_at(self, deadline: float) -> None:
        """Leave the answer at the deadline: who takes it too slowly must not keep the engine."""
        self._deadline = deadline
        if not self.is_whole:
            self._timer = asyncio.get_running_loop().call_at(deadline, self.abandon)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what follows the first part. BrokenAnswer if it cannot be finished."""
        if self.is_whole:
            return
        waiting = bytearray()
        try:
            while True:
                async with asyncio.timeout_at(self._deadline):
                    part = await anext(self._stream, None)
                waiting += part or b""
                if part is None or len(waiting) >= PIECE:
                    self._count(waiting)
                    if part is None:
                        self._check_rows()
                        self._client.breaker.succeeded()
                    yield bytes(waiting)
                    waiting.clear()
                if part is None:
                    return
        except TimeoutError as error:
            raise BrokenAnswer("the query ran past its time limit") from error
        except Problem as problem:
            raise BrokenAnswer(problem.detail) from problem
        except (httpx.TransportError, httpx.StreamError) as error:
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


def form(read: Read) -> Mapping[str, str | list[str]]:
    """Return the fields of the form that asks for a read."""
    fields: dict[str, str | list[str]] = {"query": read.query}
    if read.default_graphs:
        fields["default-graph-uri"] = list(read.default_graphs)
    if read.named_graphs:
        fields["named-graph-uri"] = list(read.named_graphs)
    return fields


async def beginning(response: httpx.Response) -> str:
    """Return the beginning of a complaint."""
    found = b""
    async for part in response.aiter_raw():
        found += part
        if len(found) >= MESSAGE:
            break
    return found[:MESSAGE].decode("utf-8", "replace")
