"""A store folder, opened: one writer, any number of readers, and what follows a crash.

In comes the path of a folder, out come its quads, its records and the version of its data. A writer
has the databases themselves; a reader has the newest snapshot (snapshot.py), as it was when the
reader opened it.
"""

import os
import time
import weakref
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from pyoxigraph import Store

from graph.closing import Closing
from graph.iris import Base
from graph.storage.commit import PENDING, read_pending, redo, writing
from graph.storage.folder import (
    create_folder,
    drop_texts,
    is_vacant,
    is_wanted,
    lock_folder,
    make_writable,
    open_databases,
    require_store,
    require_texts,
    restore_swap,
    sweep,
    sweep_quads,
    sync_quads,
)
from graph.storage.manifest import (
    Manifest,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreReadOnly,
    WrongBase,
    read_manifest,
    write_atomically,
    write_manifest,
)
from graph.storage.records import Records
from graph.storage.snapshot import Held, current, hold, hold_at, sweep_snapshots, take

UNPUBLISHED = "unpublished"
"""A file that is there as long as the newest snapshot lacks a write."""


class OpenStore(Closing):
    """An open store folder; use it as a context manager, or call `close`.

    One process may write a store, and any number may read its newest snapshot meanwhile: a reader
    sees the store as it was when it opened it. `close` publishes what was written.
    """

    def __init__(
        self,
        path: Path,
        lock: int,
        databases: tuple[Store, Records],
        manifest: Manifest,
        read_only: bool,
    ) -> None:
        """Wrap what `open` has opened; call `open` instead."""
        self.path = path
        self.base = Base(manifest.base)
        self.read_only = read_only
        self.read_from = path
        """The folder of the databases: that of the snapshot, for a reader."""
        # A reader that is dropped while an answer is still read from it lets its snapshot go late.
        self._unlock = weakref.finalize(self, os.close, lock)
        self._quads: Store | None = databases[0]
        self.records = databases[1]
        self._manifest = manifest
        self._unpublished = False
        self._new_records = False
        self._leaving: set[str] = set()
        """Texts, by SHA-256, of documents that were removed since the newest snapshot."""

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        create: bool = False,
        base: Base | None = None,
        wait: float = 0.0,
    ) -> Self:
        """Open the store at `path`, finishing a write that a crash interrupted.

        With `create`, a missing or empty folder becomes an empty store. `base` is the base IRI of
        a store to be created, and must agree with that of an existing one; None takes what is
        there. A writer waits `wait` seconds for another to finish, and so does a reader if there
        are writes that no snapshot has. Raises the subclasses of
        StoreError, each with a one-line message.
        """
        folder = Path(path)
        restore_swap(folder)
        if create and not read_only and is_vacant(folder):
            create_folder(folder, base or Base())
        require_store(folder)
        if read_only:
            return cls._open_snapshot(folder, base, wait)
        with ExitStack() as undo:
            lock = lock_folder(folder, wait)
            undo.callback(os.close, lock)
            manifest = read_manifest(folder)
            require_base(folder, manifest, base)
            make_writable(folder)
            sweep_quads(folder)
            databases = open_databases(folder, read_only=False)
            undo.pop_all()
        store = cls(folder, lock, databases, manifest, read_only=False)
        del databases  # else the frame of an exception would keep the database open
        try:
            store._recover()
        except BaseException:
            store._release()
            raise
        return store

    @classmethod
    def _open_snapshot(cls, folder: Path, base: Base | None, wait: float) -> Self:
        """Open the newest snapshot, after publishing what a crash left unpublished."""
        read_manifest(folder)  # a store of another layout is refused before it is written
        has_snapshot = current(folder) is not None
        if not has_snapshot or (folder / UNPUBLISHED).exists() or (folder / PENDING).exists():
            try:
                cls.open(folder, wait=wait).close()
            except (StoreLocked, StoreReadOnly):
                # Somebody is writing, or nobody may: the newest snapshot is what there is to read.
                if not has_snapshot:
                    raise
        while True:
            held = hold(folder)
            try:
                return cls._open_held(folder, held, base)
            except StoreCorrupt:
                # A text may be gone because a newer snapshot lacks its document.
                if current(folder) == held.path:
                    raise

    @classmethod
    def open_artefact(cls, path: Path, base: Base | None = None) -> Self:
        """Open a snapshot that has left its store (shelf.py), for reading. Raises StoreError."""
        held = hold_at(path)
        if held is None:
            raise StoreError(f"{path}: no snapshot there: name one that `kzop snapshot` made")
        return cls._open_held(path, held, base)

    @classmethod
    def _open_held(cls, folder: Path, held: Held, base: Base | None) -> Self:
        """Open a snapshot whose texts are in `folder`; let it go if that fails."""
        try:
            manifest = read_manifest(held.path)
            require_base(folder, manifest, base)
            databases = open_databases(held.path, read_only=True)
            require_texts(folder, databases[1])
        except BaseException:
            os.close(held.lock)
            raise
        store = cls(folder, held.lock, databases, manifest, read_only=True)
        store.read_from = held.path
        return store

    def _recover(self) -> None:
        """Finish what a crash interrupted, and sweep up what it left."""
        unpublished = (self.path / UNPUBLISHED).exists()
        pending = read_pending(self.path)
        if pending:
            redo(self.path, self.quads, self.records, *pending)
            self._manifest = pending[1]
        if unpublished:
            # The manifest may lack updates that the quads have: no reader has seen this version.
            self._manifest = self._manifest.after(f"recovered {time.time_ns()}")
            write_manifest(self.path, self._manifest)
        if unpublished or pending or current(self.path) is None:
            self._mark_unpublished(new_records=True)
        require_texts(self.path, self.records)
        sweep(self.path, self.records)
        if unpublished or pending:
            self.publish()  # readers need not wait until this writer has done what it is here for
        elif not self._unpublished:
            sweep_snapshots(self.path)

    def close(self) -> None:
        """Publish what was written, release the database and the lock; again does nothing."""
        try:
            if self._quads is not None and not self.has_pending():
                self.publish()
        finally:
            self._release()

    def _release(self) -> None:
        # pyoxigraph closes its database when the last reference goes.
        self._quads = None
        self.records.close()
        self._unlock()

    @property
    def is_published(self) -> bool:
        """Whether readers that open the store now see all that was written."""
        return not self._unpublished

    @property
    def is_wanted(self) -> bool:
        """Whether another process waits until this one closes the store."""
        return is_wanted(self.path)

    def publish(self) -> None:
        """Let readers that open the store from now on see what was written."""
        if not self._unpublished:
            return
        with writing(self.path):
            write_manifest(self.path, self._manifest)
            take(self.path, self.quads, self._manifest, new_records=self._new_records)
            (self.path / UNPUBLISHED).unlink()
        drop_texts(self.path, self.records, self._leaving)
        self._unpublished = self._new_records = False
        self._leaving.clear()

    def _mark_unpublished(self, *, new_records: bool) -> None:
        self._new_records |= new_records
        if not self._unpublished:
            with writing(self.path):
                write_atomically(self.path / UNPUBLISHED, b"")
            self._unpublished = True

    @property
    def quads(self) -> Store:
        """The pyoxigraph store, for queries."""
        if self._quads is None:
            raise StoreError(f"{self.path}: the store is closed")
        return self._quads

    @property
    def version(self) -> str:
        """16 hex digits that change with every write; equal histories give equal versions."""
        return self._manifest.version

    def update(self, text: str) -> None:
        """Run a SPARQL update, which touches just the graphs it names; on the disk on return.

        Raises what the engine raises for an update that is malformed or fails: nothing of it is
        done then.
        """
        self.require_writable()
        self._mark_unpublished(new_records=False)
        self.quads.update(text, base_iri=self.base.iri)
        with writing(self.path):
            sync_quads(self.path)
        self._manifest = self._manifest.after(text)

    def has_pending(self) -> bool:
        """Tell whether a write was interrupted; opening the store for writing finishes it."""
        return (self.path / PENDING).exists()

    def require_writable(self) -> None:
        """Raise StoreReadOnly if the store is open for reading only."""
        if self.read_only:
            raise StoreReadOnly(f"{self.path}: opened for reading only")


def require_base(folder: Path, manifest: Manifest, base: Base | None) -> None:
    """Raise WrongBase unless a store has the base IRI that is asked for; None asks for none."""
    if base is not None and base.iri != manifest.base:
        raise WrongBase(
            f"{folder}: built for the base IRI {manifest.base}, not {base.iri}: "
            f"set KZOP_BASE_IRI={manifest.base}, or rebuild it with `kzop build --fresh`"
        )
