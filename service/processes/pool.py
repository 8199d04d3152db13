"""The pool of query workers, as the service sees it: a job in, its answer out, or a Problem.

Everything here runs in one event loop. A query has its worker alone. Whatever takes the worker
longer than the deadline, or outlives its client, is killed with it; another worker is forked from
the zygote in its place.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from service.http.problem import Problem
from service.processes import frames
from service.processes.connection import Connection
from service.processes.forking import Worker, Zygote
from service.processes.frames import Job, decode_problem

AGAIN = 0.5
"""Share of its time after which a query whose worker ended is not tried again."""
TOO_MUCH = ("query-timeout", "query-too-large")
"""What the problem of a query is called that needs more time or memory than there is."""


class BrokenAnswer(Exception):
    """An answer that had begun cannot be finished: the client must see it broken off."""


class Reply:
    """An answer as it comes: `first` is all of it if `parts` gives nothing more."""

    def __init__(self, first: bytes, query: "Query | None" = None) -> None:
        """Wrap the first part; `query` is None when it is the whole answer."""
        self.first = first
        self.hold: object = None
        """Whatever must live as long as the answer is read."""
        self.keep: Callable[[bytes], None] | None = None
        """Gets the whole answer at its end, if it is no longer than `keep_most`."""
        self.keep_most = 0
        self._query = query

    @property
    def is_whole(self) -> bool:
        """Whether `first` is the whole answer."""
        return self._query is None

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what follows the first part. BrokenAnswer if it cannot be finished."""
        query = self._query
        if query is None:
            return
        seen: list[bytes] | None = [self.first] if self.keep else None
        size = len(self.first)
        try:
            while True:
                message = await query.worker.connection.receive()
                if message is None:
                    raise BrokenAnswer(query.reason_of_end())
                kind, payload = message
                if kind == frames.PART:
                    size += len(payload)
                    if seen is not None and size <= self.keep_most:
                        seen.append(payload)
                    else:
                        seen = None
                    yield payload
                elif kind == frames.END:
                    self._query = None
                    query.pool.release(query)
                    if seen is not None and self.keep:
                        self.keep(b"".join(seen))
                    return
                else:
                    raise BrokenAnswer(decode_problem(payload).detail)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Stop a query whose answer nobody wants any more; does nothing for a finished one."""
        if self._query is not None:
            self._query.pool.discard(self._query)
            self._query = None


@dataclass(eq=False)
class Query:
    """A job under way."""

    pool: "Pool"
    worker: Worker
    started: float
    late: bool = False
    """Whether the deadline has passed."""
    is_over: bool = False
    """Whether the worker is the pool's again."""
    timer: asyncio.TimerHandle | None = None
    """Kills the worker at the deadline."""

    def expire(self) -> None:
        """Kill the worker at the deadline; who waits for it sees its end.

        The pool has another one at once: who sends on what came may wait for a client for long.
        """
        self.late = True
        self.pool.discard(self)

    def finish(self) -> bool:
        """Give the worker back to the pool, the first time; False if it has it already."""
        if self.timer:
            self.timer.cancel()
        was_over, self.is_over = self.is_over, True
        return not was_over

    def reason_of_end(self) -> str:
        """Say why the worker is gone."""
        return "the query ran past its time limit" if self.late else "the query worker ended"


class Pool:
    """A number of workers, and a bounded queue of those who wait for one."""

    def __init__(self, size: int, queue: int, memory: int, *, network: bool = False) -> None:
        """Keep `size` workers and let `queue` jobs wait; `memory` is in megabytes a query."""
        self.size = size
        self.queue = queue
        self.memory = memory
        self._snapshot = ""
        self._is_turning = False
        self._zygote = Zygote(memory, network)
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._living = 0
        self._forking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def busy(self) -> int:
        """Number of workers that are answering, or being started."""
        return self._living - len(self._idle)

    @property
    def waiting(self) -> int:
        """Number of jobs that wait for a worker."""
        return len(self._waiting)

    async def run(self, job: Job, snapshot: str, seconds: float) -> Reply:
        """Do a job on a snapshot in at most `seconds`, waiting included. Raises Problem."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        if not self._is_turning:
            self._snapshot = snapshot
        query, message = await self._ask(job, snapshot, deadline, seconds)
        if message is None and not query.late and loop.time() < deadline - AGAIN * seconds:
            # The worker may have ended for another reason (the zygote, the system): a query is to
            # blame if another worker ends on it too.
            query, message = await self._ask(job, snapshot, deadline, seconds)
        if message is None:
            raise timed_out(seconds) if query.late else self._died()
        kind, payload = message
        if kind == frames.PART:
            return Reply(payload, query)
        self.release(query)
        if kind == frames.PROBLEM:
            raise decode_problem(payload)
        return Reply(payload)

    async def _ask(
        self, job: Job, snapshot: str, deadline: float, seconds: float
    ) -> tuple[Query, tuple[bytes, bytes] | None]:
        """Give a job to a worker, and return the first message that comes, None if it ends."""
        worker = await self._acquire(deadline, seconds)
        loop = asyncio.get_running_loop()
        query = Query(self, worker, loop.time())
        query.timer = loop.call_at(deadline, query.expire)
        worker.snapshot = snapshot
        worker.connection.send(frames.JOB, job.encode(snapshot))
        try:
            message = await worker.connection.receive()
        except BaseException:
            self.discard(query)
            raise
        if message is None:
            self.discard(query)
        return query, message

    async def _acquire(self, deadline: float, seconds: float) -> Worker:
        """Return a worker that has nothing to do, waiting for one if need be."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.connection.closed:
                return worker
            self._bury(worker)
        if len(self._waiting) >= self.queue + self.size - self.busy:
            raise too_busy()
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._grow()
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except TimeoutError:
            self._decline(waiter)
            raise timed_out(seconds) from None
        except asyncio.CancelledError:
            self._decline(waiter)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _decline(self, waiter: "asyncio.Future[Worker]") -> None:
        """Pass on the worker that came just as nobody waited for it any more."""
        if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
            self._offer(waiter.result())

    def _grow(self) -> None:
        """Start a worker for who waits, if there may be one more."""
        if self._living < self.size and not self._closed:
            self._living += 1
            task = asyncio.get_running_loop().create_task(self._start())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._forking:
                ours, pid, handle = await loop.run_in_executor(None, self._zygote.fork)
            _, connection = await loop.create_unix_connection(Connection, sock=ours)
        except (Problem, OSError) as error:
            self._living -= 1
            problem = error if isinstance(error, Problem) else self._died()
            while self._waiting:
                waiter = self._waiting.popleft()
                if not waiter.done():
                    waiter.set_exception(problem)
            return
        worker = Worker(connection, pid, handle)
        if self._closed:
            worker.kill()
            return
        if self._snapshot:
            self._open(worker)
        self._offer(worker)

    def _open(self, worker: Worker) -> None:
        """Let a worker that has nothing to do open the newest snapshot, if it reads another."""
        if worker.snapshot != self._snapshot and not worker.connection.closed:
            worker.snapshot = self._snapshot
            worker.connection.send(frames.JOB, Job("open").encode(self._snapshot))

    def _offer(self, worker: Worker) -> None:
        """Give a worker to who has waited longest, or keep it."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)
        if self._is_turning:
            self._open(worker)

    def release(self, query: Query) -> None:
        """Take back the worker of a query that is done."""
        if not query.finish():
            return
        if query.worker.is_retiring or query.worker.connection.closed:
            self._bury(query.worker)
        else:
            self._offer(query.worker)

    def discard(self, query: Query) -> None:
        """Kill the worker of a query that is not done, and have another in its place."""
        if query.finish():
            self._bury(query.worker)

    def _bury(self, worker: Worker) -> None:
        worker.kill()
        self._living -= 1
        if not self._closed:
            self._grow()

    def _died(self) -> Problem:
        """Return the 503 for a query that ended its worker."""
        return Problem(
            503,
            "query-too-large",
            "Query too large",
            f"the query needed more than {self.memory} MB of memory, or the engine failed on it: "
            "ask for less at once, with fewer levels, a narrower pattern or LIMIT",
        )

    def warm(self, snapshot: str) -> None:
        """Start all workers, so that none of the first queries waits for one."""
        self._snapshot = snapshot
        for _ in range(self.size):
            self._grow()

    def turn_to(self, snapshot: str) -> None:
        """Let all workers read that snapshot, each as soon as it has nothing to do."""
        self._snapshot, self._is_turning = snapshot, True
        for worker in self._idle:
            self._open(worker)

    def close(self) -> None:
        """End the zygote, and with it all workers; any thread may call it."""
        self._closed = True
        self._zygote.stop()


def timed_out(seconds: float) -> Problem:
    """Return the 503 for a query that took longer than it may."""
    return Problem(
        503,
        "query-timeout",
        "Query timed out",
        f"the query was stopped at its limit of {seconds:g} seconds: "
        "ask for less, or for a part with LIMIT and OFFSET",
        members={"limit": seconds},
    )


def too_busy() -> Problem:
    """Return the 429 for a request that finds the queue full."""
    return Problem(
        429,
        "too-many-requests",
        "Too many requests",
        "the service is answering as many queries as it can: try again in a moment",
        headers={"Retry-After": "1"},
    )
