"""Where the engine gets its data from: the snapshots of a store, or those on a shelf.

Out come `Snapshot`s, which jobs name by their folder, and open stores of them. A store has its
newest snapshot on the disk at once; what a shelf gets is checked and opened beside the requests,
before any of them sees it.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from graph.iris import Base
from graph.storage.manifest import StoreError
from graph.storage.shelf import BadSnapshot, resolve, verify
from graph.storage.snapshot import CURRENT, SNAPSHOTS, Held, hold, hold_at
from graph.store import GraphStore
from service.config import Settings

GRACE = 3.0
"""Seconds to wait, at the start, for another that writes the store."""
LOOK = 0.5
"""Seconds between two looks for a newer snapshot on a shelf."""
AGAIN = 10.0
"""Seconds until another look at one that cannot be served: it may still be arriving."""


Stamp = tuple[str, int, int]


class Snapshot:
    """A snapshot of the data, which is not deleted while this object lives."""

    def __init__(self, held: Held, version: str) -> None:
        """Take over what `graph.storage.snapshot.hold` gave."""
        self.path = str(held.path)
        self.version = version
        self._lock = held.lock

    def __del__(self) -> None:
        """Let the snapshot go."""
        os.close(self._lock)


class Snapshots(Protocol):
    """Gives the newest data."""

    def newest(self) -> Snapshot:
        """Return the newest snapshot that is served."""

    def open(self, base: Base | None) -> GraphStore:
        """Return the newest snapshot as an open store, which has that base. Raises StoreError."""

    async def follow(self, moved: Callable[[], None]) -> None:
        """Look for newer data for as long as the loop runs, and call `moved` after each move."""


class OfStore:
    """The snapshots of a store, which this service or another program writes."""

    def __init__(self, folder: Path) -> None:
        """Read the store in `folder`."""
        self._folder = folder
        self._pointer = folder / SNAPSHOTS / CURRENT
        self._stamp: tuple[int, int] = (0, 0)
        self._newest: Snapshot | None = None
        self._patience = GRACE  # the writer of a service that was killed may be about to publish

    def newest(self) -> Snapshot:
        """Return the newest snapshot; a program that builds into the store makes new ones."""
        try:
            stamp = stamp_of(self._pointer)
        except FileNotFoundError:  # `kzop build --fresh` is putting another store in its place
            stamp = self._stamp
        if self._newest is None or stamp != self._stamp:
            held = hold(self._folder)
            self._newest = Snapshot(held, held.path.name)
            self._stamp = stamp
        return self._newest

    def open(self, base: Base | None) -> GraphStore:
        """Return the newest snapshot as an open store. Raises StoreError."""
        wait, self._patience = self._patience, 0.0
        return GraphStore.open(self._folder, read_only=True, base=base, wait=wait)

    async def follow(self, moved: Callable[[], None]) -> None:
        """Do nothing: every request looks."""


class OfShelf:
    """The snapshots at the path of KZOP_SNAPSHOT, which are only read."""

    def __init__(self, path: Path, base: Base | None, *, whole: bool) -> None:
        """Read the shelf, or the one snapshot, at `path`; with `whole`, every byte of newer ones.

        Raises StoreError.
        """
        self._path = path
        self._base = base
        self._whole = whole
        self._stamp = self._look()
        # `kzop serve` has read every byte of the first.
        self._newest, self._store = self._take(resolve(path), whole=False)
        self._base = self._store.base
        self._complaint = ""

    def newest(self) -> Snapshot:
        """Return the newest snapshot that was found to be whole."""
        return self._newest

    def open(self, base: Base | None) -> GraphStore:
        """Return the newest snapshot as an open store: it was opened before it became so."""
        return self._store

    async def follow(self, moved: Callable[[], None]) -> None:
        """Move to each newer snapshot once it is checked, and pass by what cannot be served."""
        loop = asyncio.get_running_loop()
        refused, until = self._stamp, 0.0
        while True:
            await asyncio.sleep(LOOK)
            stamp = refused
            try:
                stamp = self._look()
                if stamp == self._stamp or (stamp == refused and loop.time() < until):
                    continue
                if await loop.run_in_executor(None, self._move):
                    moved()
                self._stamp = stamp
            except (StoreError, OSError) as error:
                refused, until = stamp, loop.time() + AGAIN
                self._complain(str(error))

    def _look(self) -> Stamp:
        """Return what changes when there may be another snapshot."""
        path = resolve(self._path)
        return str(path), *stamp_of(path)

    def _move(self) -> bool:
        """Move to what is there now; False if it has the version that is served."""
        path = resolve(self._path)
        if verify(path).version == self._newest.version:
            return False
        if str(path) == self._newest.path:
            raise BadSnapshot(f"{path}: changed while it was served: give each its own folder")
        snapshot, self._store = self._take(path, whole=self._whole)
        self._newest = snapshot  # last: who sees it may open it
        self._complaint = ""
        return True

    def _take(self, path: Path, *, whole: bool) -> tuple[Snapshot, GraphStore]:
        held = hold_at(path)
        if held is None:
            raise BadSnapshot(f"{path}: is gone")
        snapshot = Snapshot(held, verify(path, whole=whole).version)
        return snapshot, GraphStore.open_artefact(path, self._base)

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            self._complaint = complaint
            told = f"{complaint} (still serving version {self._newest.version})"
            print(f"kzop: {told}", file=sys.stderr, flush=True)


def snapshots_of(settings: Settings) -> Snapshots:
    """Return where the data come from. Raises StoreError if they cannot be read."""
    if settings.snapshot:
        return OfShelf(settings.snapshot, settings.base, whole=settings.snapshot_verify)
    return OfStore(settings.store)


def stamp_of(path: Path) -> tuple[int, int]:
    """Return what changes when another file takes the place of the one at `path`."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_ino
