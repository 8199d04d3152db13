"""The engine of the service: queries to the pool of workers, writes to the writer, one loop.

The event loop is that of the server where it has one (`bind`), else a thread of our own. Coroutines
run in it; the methods that end in `_now` are for threads, and wait.
"""

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from graph.storage.snapshot import hold_at
from graph.store import GraphStore
from service.config import Settings
from service.engine.dataset import Dataset
from service.engine.indexing import Indexing
from service.engine.kept import LARGEST, Kept
from service.engine.snapshots import Snapshot, snapshots_of
from service.engine.statistics import Counting
from service.http.negotiate import JSON
from service.http.problem import Problem
from service.processes.frames import Job
from service.processes.pool import BrokenAnswer, Pool, Reply
from service.processes.writing import Writing

if TYPE_CHECKING:
    from service.remote.pool import RemotePool

Result = TypeVar("Result")
WhenGone = Callable[[Callable[[], object]], None]

LOOK = 1.0
"""Seconds until the first look whether an old snapshot is still read; each takes twice as long."""
COUNTING = 600.0
"""Seconds that one count of the whole data may take."""
KEPT = ("query", "table")
"""Kinds of jobs whose answers are kept."""


class Engine:
    """Answers queries on the newest data, and writes."""

    def __init__(self, settings: Settings) -> None:
        """Serve the store of `settings`. Raises a StoreError if it cannot be read."""
        self.settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._snapshots = snapshots_of(settings)
        store = self._snapshots.open(settings.base)
        self.base = store.base
        self._dataset = self._read_dataset(store, "")
        self._snapshots.newest()  # held from the start
        self._pool: Pool | RemotePool = Pool(
            settings.query_workers,
            settings.queue,
            settings.query_memory,
            network=bool(settings.service_allow),
        )
        self._writing = Writing(settings)
        self._kept = Kept(settings.kept_answers * 1_000_000)
        self.indexing = Indexing(settings.store, lambda: self.snapshot().version)
        self._counting = Counting(self.snapshot, self._count)
        self._following: list[asyncio.Task[None]] = []

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run in the loop of the server, which must be its only one, and start the workers."""
        if self._loop is None:
            self._loop = loop
            loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        """Start what runs besides the answers; in the loop."""
        self._pool.warm(self.snapshot().path)
        loop = asyncio.get_running_loop()
        self._following = [loop.create_task(follower) for follower in self._followers()]

    def _followers(self) -> list[Coroutine[Any, Any, None]]:
        """Return what follows the data, for as long as the loop runs."""
        if self.settings.snapshot:  # it has its text index
            return [self._snapshots.follow(self._move), self._counting.follow()]
        return [self.indexing.follow(), self._counting.follow()]

    @property
    def pool(self) -> "Pool | RemotePool":
        """The pool, for its numbers."""
        return self._pool

    @property
    def statistics(self) -> Counting:
        """The counts of the data, which follow it from the first use on."""
        self.loop()
        return self._counting

    async def _count(self, query: str, snapshot: str) -> bytes:
        """Answer a query of the statistics on the snapshot in a folder. Raises Problem."""
        job = Job("query", base=self.base.iri, query=query, media_type=JSON.media_type)
        reply = await self._pool.run(job, snapshot, COUNTING)
        return reply.first + b"".join([part async for part in reply.parts()])

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot."""
        return self._snapshots.newest()

    def snapshot_of(self, dataset: Dataset) -> Snapshot | None:
        """Return the snapshot that `dataset` reads; None if it has lost its place on the disk."""
        held = hold_at(dataset.store.read_from)
        return Snapshot(held, dataset.store.version) if held else None

    def _move(self) -> None:
        """Let go of what is read from the snapshot before, now that there is a newer one."""
        assert isinstance(self._pool, Pool)  # a service over another engine reads a store
        self._pool.turn_to(self.snapshot().path)
        old = weakref.ref(self._dataset.store)
        self._following.append(asyncio.get_running_loop().create_task(self._let_go(old)))

    async def _let_go(self, old: "weakref.ref[GraphStore]") -> None:
        """See that an old store is closed when the last page that reads it is done."""
        await asyncio.get_running_loop().run_in_executor(None, self.dataset)
        pause = LOOK
        while True:
            await asyncio.sleep(pause)
            if old() is None:
                self._following = [task for task in self._following if not task.done()]
                return
            gc.collect()  # what a page leaves may hold it in a cycle
            pause *= 2

    def dataset(self) -> Dataset:
        """Return the newest data as pages read it, in this process."""
        self.settle_now()
        with self._lock:
            version = self.snapshot().version
            if self._dataset.version != version:
                # The old one closes when the last page that reads it is done.
                store = self._snapshots.open(self.base)
                self._dataset = self._read_dataset(store, version)
            return self._dataset

    def _read_dataset(self, store: GraphStore, version: str) -> Dataset:
        """Return what pages read of the data of a version, from an open store."""
        return Dataset(store)

    async def answer(
        self,
        job: Job,
        seconds: float,
        tag: str | None = None,
        snapshot: Snapshot | None = None,
    ) -> Reply:
        """Do a job on the newest data, or return its answer from those kept. Raises Problem.

        `tag` is the ETag of the answer to a query; without one it is not kept. With a `snapshot`
        the answer is from that.
        """
        await self.settle(seconds)
        if tag and job.kind in KEPT and (known := self._kept.get(tag)) is not None:
            return Reply(known)
        if snapshot is None:
            snapshot = self.snapshot()
        try:
            reply = await self._pool.run(job, snapshot.path, seconds)
        except Problem as problem:
            if problem.slug != "store-unreadable":
                raise
            tag, snapshot = None, self.snapshot()  # that of the store which took its place
            reply = await self._pool.run(job, snapshot.path, seconds)
        reply.hold = snapshot
        if tag and job.kind in KEPT:
            if reply.is_whole:
                self._kept.put(tag, reply.first)
            else:
                reply.keep, reply.keep_most = partial(self._kept.put, tag), LARGEST
        return reply

    async def settle(self, seconds: float) -> None:
        """Wait until readers see what was written."""
        if self._writing.unpublished:
            await self._writing.publish(seconds)

    async def write(self, job: dict[str, object], data: bytes = b"") -> dict[str, Any]:
        """Do a write, which is on the disk on return. Raises Problem."""
        return await self._writing.write(job, data)

    def answer_now(
        self,
        job: Job,
        seconds: float,
        tag: str | None = None,
        when_gone: WhenGone | None = None,
        snapshot: Snapshot | None = None,
    ) -> "ReplyNow":
        """Do what `answer` does, in a thread that is not the loop's.

        `when_gone` takes what is to be called when nobody waits for the answer any more.
        """
        loop = self.loop()
        future = asyncio.run_coroutine_threadsafe(self.answer(job, seconds, tag, snapshot), loop)
        if when_gone:
            when_gone(future.cancel)
        try:
            reply = future.result()
        except CancelledError as error:
            raise BrokenAnswer("the client has left") from error
        if when_gone and not reply.is_whole:
            when_gone(partial(loop.call_soon_threadsafe, reply.abandon))
        return ReplyNow(self, reply)

    def write_now(self, job: dict[str, object], data: bytes = b"") -> dict[str, Any]:
        """Do what `write` does, in a thread that is not the loop's."""
        return self.run(self.write(job, data))

    def settle_now(self) -> None:
        """Wait until readers see what was written."""
        if self._writing.unpublished:
            self.run(self.settle(self.settings.query_timeout))

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop()).result()

    def begin_request(self) -> None:
        """Note that a page begins, in the thread that makes it: it may take as long as a query."""

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop; under a server without one, that of a thread which is started here."""
        with self._lock:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="engine", daemon=True).start()
                loop.call_soon_threadsafe(self._begin)
                self._loop = loop
            return self._loop

    def close(self) -> None:
        """End the processes, and let the store go."""
        self.indexing.close()
        self._pool.close()
        self._writing.close()
        self._dataset.store.close()


class ReplyNow:
    """An answer as it comes, for a thread that is not the loop's: an iterator over its parts.

    `close` stops a query whose answer nobody wants to the end; so does forgetting the iterator.
    """

    def __init__(self, engine: Engine, reply: Reply) -> None:
        """Read `reply` through the loop of `engine`."""
        self.is_whole = reply.is_whole
        self.first = reply.first
        self._engine = engine
        self._reply = reply
        self._waiting: bytes | None = reply.first
        self._parts = reply.parts()

    def __iter__(self) -> Self:
        """Return the iterator itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next part. BrokenAnswer if the answer cannot be finished."""
        part, self._waiting = self._waiting, None
        if part is None:
            part = self._engine.run(anext_or_none(self._parts))
        if part is None:
            raise StopIteration
        return part

    def close(self) -> None:
        """Stop the query, if it is not done."""
        if not self._reply.is_whole:
            self._engine.loop().call_soon_threadsafe(self._reply.abandon)

    def __del__(self) -> None:
        """Stop the query, if it is not done."""
        with suppress(RuntimeError):  # the loop is closed: so are the workers
            self.close()

    def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self)


async def anext_or_none(parts: AsyncIterator[bytes]) -> bytes | None:
    """Return the next part, None after the last."""
    return await anext(parts, None)
