"""The folder of a store as the file system sees it: made, recognised, locked and swapped."""

import errno
import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Store

from graph.iris import Base
from graph.storage.manifest import (
    NotAStore,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
    damaged,
    new_manifest,
    write_manifest,
)
from graph.storage.records import Records

RECORDS = "records.db"
"""The records of the documents, an SQLite database."""
INCOMING = "incoming"
"""The folder of spool files, only during a build."""
TURN = "texts"
"""The folder that is locked by who waits for the lock of the store."""
LOCK_PAUSE = 0.02
"""Seconds between two tries to lock a folder that another process holds."""


def is_vacant(folder: Path) -> bool:
    """Tell whether a store may be made at `folder`: nothing is there, or an empty folder."""
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and not any(folder.iterdir())


def require_store(folder: Path) -> None:
    """Raise StoreMissing or NotAStore unless `folder` holds a store."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise NotAStore(f"{folder}: a file, not a store: name the folder that `kzop build` made")
    if is_vacant(folder):
        command = f"kzop build --store {folder} FILE"
        raise StoreMissing(f"{folder}: no store there: make one first, with `{command}`")
    if not (folder / "manifest.json").exists():
        raise NotAStore(f"{folder}: not a store (it has no manifest.json): name another folder")


def text_path(folder: Path, sha256: str) -> Path:
    """Where the store keeps the source text with that SHA-256."""
    return folder / "texts" / f"{sha256}.txt"


def require_texts(folder: Path, records: Records) -> None:
    """Raise StoreCorrupt unless every document has its source text."""
    for sha256 in records.texts():
        if not text_path(folder, sha256).is_file():
            raise damaged(folder, f"the text {sha256[:12]} is missing")


def drop_texts(folder: Path, records: Records, texts: Iterable[str]) -> None:
    """Delete those of the texts, by SHA-256, that no document has."""
    for sha256 in texts:
        if not records.has_text(sha256):
            text_path(folder, sha256).unlink(missing_ok=True)


def sweep(folder: Path, records: Records) -> None:
    """Delete what an interrupted write or build has left: texts of no document, spool files."""
    for path in (folder / "texts").iterdir():
        if path.suffix != ".txt" or not records.has_text(path.stem):
            path.unlink()
    shutil.rmtree(folder / INCOMING, ignore_errors=True)


def sweep_quads(folder: Path) -> None:
    """Delete from a database that nobody has open what the engine would leave in it for ever.

    These are the files of a bulk load that was killed, and the log of every opening before.
    """
    for pattern in ("bulk-*.sst", "LOG.old.*"):
        for path in (folder / "quads").glob(pattern):
            path.unlink()


def create_folder(folder: Path, base: Base) -> None:
    """Make an empty store at a vacant `folder`; opening it for writing makes its databases."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest(folder, new_manifest(base.iri))
    except OSError as error:
        raise cannot_write(folder, error) from error


def make_writable(folder: Path) -> None:
    """Raise StoreReadOnly if `folder` is read-only; complete the folders of a new store."""
    if not os.access(folder, os.W_OK):
        raise StoreReadOnly(f"{folder}: permission to write denied: make the folder writable")
    (folder / "texts").mkdir(exist_ok=True)


def open_databases(folder: Path, *, read_only: bool) -> tuple[Store, Records]:
    """Open the quads and the records of a store; one without documents gets them if need be."""
    has_quads = (folder / "quads" / "CURRENT").exists()
    if has_quads and not (folder / RECORDS).exists():
        raise damaged(folder, f"{RECORDS} is missing")
    try:
        records = Records(folder / RECORDS, read_only=read_only)
        if not has_quads and (read_only or records.count()):
            raise damaged(folder, "quads/ holds no database")
        return _open_quads(folder, read_only=read_only), records
    except (RuntimeError, sqlite3.Error) as error:
        raise damaged(folder, str(error)) from error


def _open_quads(folder: Path, *, read_only: bool) -> Store:
    path = folder / "quads"
    try:
        return Store.read_only(str(path)) if read_only else Store(path)
    except OSError as error:
        if "lock" in str(error).lower():
            raise locked(folder) from error
        if isinstance(error, PermissionError):
            raise cannot_write(folder, error) from error
        raise damaged(folder, str(error)) from error


def sync_quads(folder: Path) -> None:
    """Force the logs of the database to the disk; the engine leaves that for later.

    What it loads in bulk goes to files that it forces to the disk itself.
    """
    for log in sorted((folder / "quads").glob("[0-9]*.log")):
        with log.open("rb") as file:
            os.fdatasync(file.fileno())


def lock_folder(folder: Path, wait: float = 0.0) -> int:
    """Lock the folder for one writer; StoreLocked when another holds it for `wait` seconds more.

    Returns the file descriptor that holds the lock; closing it, or the death of the process,
    releases it. Who waits holds a lock on TURN meanwhile, which others do not pass: the writer of a
    service that is never at rest sees it (`is_wanted`), and gives way.
    """
    deadline = time.monotonic() + wait
    turn: int | None = None
    try:
        while True:
            if turn is None:
                turn = try_lock(folder / TURN)
            if turn is not None or not (folder / TURN).exists():
                lock = try_lock(folder)
                if lock is not None:
                    return lock
            if time.monotonic() >= deadline:
                raise locked(folder)
            time.sleep(LOCK_PAUSE)
    except PermissionError as error:
        raise StoreError(f"{folder}: permission denied: make the store readable") from error
    finally:
        if turn is not None:
            os.close(turn)


def try_lock(folder: Path) -> int | None:
    """Lock a folder, and return the file descriptor that holds the lock; None if another has it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # While we waited, another folder may have taken the place of this one.
        if os.path.samestat(os.fstat(descriptor), os.stat(folder)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def is_wanted(folder: Path) -> bool:
    """Tell whether another process waits to write the store."""
    turn = try_lock(folder / TURN)
    if turn is not None:
        os.close(turn)
    return turn is None


def swap_in(built: Path, folder: Path) -> None:
    """Put the folder `built` in the place of `folder`, which is deleted if there is one."""
    aside = _aside(folder)
    try:
        if os.path.lexists(folder):
            shutil.rmtree(aside, ignore_errors=True)  # a crash came before the end of this
            folder.rename(aside)
        built.rename(folder)
    except OSError as error:
        restore_swap(folder)
        raise cannot_write(folder, error) from error
    shutil.rmtree(aside, ignore_errors=True)


def restore_swap(folder: Path) -> None:
    """Put a store back that a crash in the middle of `swap_in` left aside."""
    aside = _aside(folder)
    if aside.is_dir() and not os.path.lexists(folder):
        aside.rename(folder)


def _aside(folder: Path) -> Path:
    absolute = folder.absolute()
    return absolute.with_name(f".{absolute.name}.old")


def locked(folder: Path) -> StoreLocked:
    """Return the error for a store in use."""
    return StoreLocked(
        f"{folder}: another process writes the store: wait for it (`kzop build`), and try again"
    )


def cannot_write(folder: Path, error: OSError) -> StoreError:
    """Return the error for a failed write: StoreReadOnly where only permission is missing."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return StoreReadOnly(f"{folder}: permission to write denied: make the folder writable")
    return StoreError(f"{folder}: cannot write the store: {error.strerror or error}")
