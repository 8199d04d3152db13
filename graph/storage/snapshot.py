"""Snapshots of a store: immutable copies that readers open while a writer goes on.

    DIR/snapshots/<version>/   quads/, records.db, manifest.json: the store as it was
    DIR/snapshots/current      the name of the newest

A database must never be read while it is open for writing, so nobody reads `DIR/quads` but its
writer. A snapshot costs no copy: the files of the engine never change, and are linked. A reader
holds a shared lock on the folder of its snapshot, and the next snapshot deletes those that nobody
holds.
"""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from graph.storage.folder import RECORDS
from graph.storage.manifest import Manifest, StoreError, write_atomically, write_manifest

SNAPSHOTS = "snapshots"
CURRENT = "current"

TRIES = 100
"""How often a reader looks again: a snapshot may be deleted between its name and its lock."""


@dataclass(frozen=True)
class Held:
    """A snapshot that is not deleted as long as `lock`, a file descriptor, is open."""

    path: Path
    lock: int


def take(folder: Path, quads: Store, manifest: Manifest, *, new_records: bool) -> Path:
    """Make a snapshot of an open store the current one, and return its folder.

    Without `new_records` the records are those of the current snapshot. A crash leaves the old
    snapshot or the new one.
    """
    shelf = folder / SNAPSHOTS
    shelf.mkdir(exist_ok=True)
    old = current(folder)
    target = shelf / manifest.version
    if not target.exists():
        growing = shelf / f"{manifest.version}.new"
        shutil.rmtree(growing, ignore_errors=True)
        growing.mkdir()
        quads.backup(str(growing / "quads"))
        if old and not new_records:
            os.link(old / RECORDS, growing / RECORDS)
        else:
            shutil.copyfile(folder / RECORDS, growing / RECORDS)
        write_manifest(growing, manifest)
        growing.rename(target)
    write_atomically(shelf / CURRENT, manifest.version.encode())
    sweep_snapshots(folder)
    return target


def current(folder: Path) -> Path | None:
    """Return the folder of the newest snapshot, or None if there is none."""
    return newest_on(folder / SNAPSHOTS)


def newest_on(shelf: Path) -> Path | None:
    """Return the folder of the newest snapshot on a shelf, or None if there is none."""
    try:
        name = (shelf / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return shelf / name if name and (shelf / name).is_dir() else None


def hold(folder: Path) -> Held:
    """Hold the newest snapshot; StoreError if there is none. Close `lock` to let it go."""
    for _ in range(TRIES):
        path = current(folder)
        held = path and hold_at(path)
        if held:
            return held
    raise StoreError(f"{folder}: the store has no snapshot: open it for writing once")


def hold_at(path: Path) -> Held | None:
    """Hold the snapshot in the folder `path`; None if it is being deleted, or is gone."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if (path / RECORDS).exists():
            return Held(path, lock)
    except BlockingIOError:
        pass
    os.close(lock)
    return None


def sweep_snapshots(folder: Path) -> None:
    """Delete the snapshots that are not the newest and that nobody holds."""
    kept = current(folder)
    for path in (folder / SNAPSHOTS).iterdir():
        if path.is_dir() and path != kept:
            delete_unheld(path)


def delete_unheld(path: Path) -> None:
    """Delete a snapshot unless somebody holds it."""
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(lock)
