"""The engine as the service sees a pool of query workers: a job in, its answer out, or a Problem.

A query is parsed by a worker of our own first: a malformed one is answered here, and what reaches
the engine is SPARQL 1.1. Its answer passes on unparsed where the engine has the format asked for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from graph.remote.endpoint import Endpoint
from service.http.problem import Problem
from service.processes.frames import Job
from service.processes.pool import BrokenAnswer, Pool, Reply, timed_out
from service.remote.client import FIRST, Client
from service.remote.conversion import Conversion, convert, convert_quoted, nothing
from service.remote.dialect import plan_read
from service.remote.quads import RemoteQuads


class RemoteReply(Reply):
    """An answer as it comes from the engine, or from a conversion."""

    def __init__(self, first: bytes, rest: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        """`rest` follows `first`; `leave` stops it."""
        super().__init__(first)
        self._rest = rest
        self._leave = leave

    @property
    def is_whole(self) -> bool:
        """Whether `first` is the whole answer: it never is."""
        return False

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what follows the first part. BrokenAnswer if it cannot be finished."""
        seen: list[bytes] | None = [self.first] if self.keep else None
        size = len(self.first)
        try:
            async for part in self._rest:
                size += len(part)
                if seen is not None and size <= self.keep_most:
                    seen.append(part)
                else:
                    seen = None
                yield part
            if seen is not None and self.keep:
                self.keep(b"".join(seen))
        except Problem as problem:
            raise BrokenAnswer(problem.detail) from problem
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Stop a query whose answer nobody wants any more."""
        self._leave()


class RemotePool:
    """Gives queries to an engine, and the rest to workers of our own."""

    def __init__(self, endpoint: Endpoint, local: Pool) -> None:
        """Ask `endpoint`; the workers of `local` parse."""
        self.client = Client(endpoint, local.queue)
        self.size = endpoint.connections
        self.queue = local.queue
        self.quads: RemoteQuads | None = None
        """What networks take names from."""
        self._local = local
        # Not the loop's own threads: it looks up addresses in those.
        self._threads = ThreadPoolExecutor(endpoint.connections, "conversion")

    @property
    def busy(self) -> int:
        """Number of queries under way."""
        return self.client.busy

    @property
    def waiting(self) -> int:
        """Number of queries that wait."""
        return self.client.waiting

    def warm(self, snapshot: str) -> None:
        """Start the workers."""
        self._local.warm(snapshot)

    async def run(self, job: Job, snapshot: str, seconds: float) -> Reply:
        """Do a job in at most `seconds`, waiting included. Raises Problem."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        if job.kind not in ("query", "table", "graph"):
            return await self._local.run(job, snapshot, seconds)
        if job.kind != "graph":
            await self._local.run(replace(job, kind="check"), snapshot, seconds)
        if job.evidence:
            assert self.quads is not None
            quoting = Conversion(
                nothing(),
                partial(convert_quoted, job, self.quads),
                self._threads,
                deadline - loop.time(),
            )
            return await begin(quoting, deadline, seconds, quoting.abandon)
        planned = plan_read(job, self.client.endpoint)
        answer = await self.client.ask(planned.read, max(0.001, deadline - loop.time()))
        if planned.passes:
            if answer.is_whole:
                return Reply(answer.first)
            return RemoteReply(answer.first, answer.parts(), answer.abandon)
        assert self.quads is not None
        conversion = Conversion(
            answer.all(),
            partial(convert, planned, job, self.quads),
            self._threads,
            deadline - loop.time(),
        )

        def leave() -> None:
            conversion.abandon()
            answer.abandon()

        return await begin(conversion, deadline, seconds, leave)

    def close(self) -> None:
        """End the workers; any thread may call it."""
        self._local.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


async def begin(
    conversion: Conversion, deadline: float, seconds: float, leave: Callable[[], None]
) -> Reply:
    """Return a conversion as a reply, once its first bytes are there. Raises Problem."""
    first, rest = b"", conversion.parts()
    try:
        async with asyncio.timeout_at(deadline):
            while len(first) < FIRST:
                part = await anext(rest, None)
                if part is None:
                    return Reply(first)
                first += part
    except TimeoutError:
        leave()
        raise timed_out(seconds) from None
    except BrokenAnswer as error:
        leave()
        raise Problem(503, "engine-down", "Engine down", str(error)) from error
    except BaseException:
        leave()
        raise
    return RemoteReply(first, rest, leave)
