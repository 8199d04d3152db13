"""The engine of a service whose quads are elsewhere: SPARQL over HTTP in place of workers.

The store folder beside it holds what is no quad: the texts, the records and the text index. Pages,
queries and downloads read the quads of the engine; `kzop publish` has written their version there.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, cast

from graph.remote.endpoint import EndpointError, read_endpoint
from graph.remote.publication import VERSION, version_graph
from graph.store import GraphStore
from service.config import Settings, SettingsError
from service.engine.dataset import Dataset
from service.engine.engine import Engine
from service.engine.snapshots import Snapshot
from service.http.problem import Problem
from service.processes.pool import Pool, timed_out
from service.remote.client import Read
from service.remote.pool import RemotePool
from service.remote.quads import DEADLINE, RemoteQuads

LOOK = 2.0
"""Seconds between two looks for a newer version."""


@dataclass(frozen=True)
class View:
    """A snapshot of the store folder, with a version of the quads elsewhere."""

    local: Snapshot
    path: str
    version: str


class RemoteEngine(Engine):
    """Answers queries from another engine, and pages from it and a store folder."""

    def __init__(self, settings: Settings) -> None:
        """Serve the engine and the store of `settings`. Raises SettingsError or a StoreError."""
        assert settings.remote is not None
        if settings.token:
            raise SettingsError(
                "KZOP_TOKEN and KZOP_REMOTE are both set: a service over another engine does not "
                "write; leave KZOP_TOKEN out, and write with `kzop publish`"
            )
        if settings.snapshot:
            raise SettingsError(
                "KZOP_SNAPSHOT and KZOP_REMOTE are both set: the quads are in one of them; "
                "leave the other out"
            )
        try:
            self._endpoint = read_endpoint(settings.remote, os.environ)
        except EndpointError as error:
            raise SettingsError(str(error)) from error
        self._published = ""
        super().__init__(settings)
        self._remote = RemotePool(self._endpoint, cast(Pool, self._pool))
        self._remote.quads = cast(RemoteQuads, self._dataset.quads)
        self._pool = self._remote
        self._view: View | None = None

    def _read_dataset(self, store: GraphStore, version: str) -> Dataset:
        quads = RemoteQuads(self._ask, self._endpoint, store.base)
        if version:
            self._remote.quads = quads
        return Dataset(store, quads, version or None)

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot of the store folder, with the version of the quads too."""
        local = super().snapshot()
        version = f"{local.version}-{self._published}"
        view = self._view
        if view is None or view.version != version or view.path != local.path:
            view = self._view = View(local, local.path, version)
        return cast(Snapshot, view)

    def _followers(self) -> list[Coroutine[Any, Any, None]]:
        return [self._follow()]

    async def _follow(self) -> None:
        """Look for newer versions, and count the data once one is known."""
        counting: asyncio.Task[None] | None = None
        is_down = False
        while True:
            try:
                self._published = await self._read_version()
                is_down = False
                if counting is None:
                    counting = asyncio.get_running_loop().create_task(self._counting.follow())
            except Problem as problem:
                if not is_down:
                    print(f"kzop: {problem.detail}", file=sys.stderr)
                is_down = True
            await asyncio.sleep(LOOK)

    async def _read_version(self) -> str:
        """Ask the engine what was published last; "" if nothing was. Raises Problem."""
        graph = version_graph(self.base)
        query = f"SELECT ?v WHERE {{ GRAPH <{graph}> {{ <{graph}> <{VERSION}> ?v }} }}"
        answer = await self._remote.client.ask(Read(query), self.settings.query_timeout)
        try:
            rows = json.loads(await answer.read())["results"]["bindings"]
            return min((str(row["v"]["value"]) for row in rows), default="")
        except (ValueError, KeyError, TypeError) as error:
            raise Problem(502, "engine-unknown", "Engine answers strangely", str(error)) from error

    def begin_request(self) -> None:
        """Note that a page begins, in the thread that makes it: it may take as long as a query."""
        DEADLINE.set(time.monotonic() + self.settings.query_timeout)

    def _ask(self, read: Read) -> bytes:
        """Ask the engine for a page or a conversion, and wait. Raises Problem."""
        limit = self.settings.query_timeout
        left = min(limit, DEADLINE.get() - time.monotonic())
        if left <= 0:
            raise timed_out(limit)
        return self.run(self._fetch(read, left))

    async def _fetch(self, read: Read, seconds: float) -> bytes:
        return await (await self._remote.client.ask(read, seconds)).read()

    def close(self) -> None:
        """End the processes, and let the store and the connections go."""
        super().close()
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._remote.client.close(), self._loop).result(5)
