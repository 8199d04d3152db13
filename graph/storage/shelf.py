"""Snapshots that leave their store: immutable folders, which any number of servers read.

In comes a store folder, which others may write and read meanwhile; out comes one more folder on a
shelf, laid out as the shelf of a store is (snapshot.py):

    SHELF/<version>/   a backup (backup.py), besides text.db, the text index, and counts
    SHELF/current      the name of the newest

What is on a shelf never changes. A folder appears when it is complete, `current` after it: so a
copy of a shelf, made in that order, is a shelf at every moment.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from graph.search.textindex import NAME as TEXT_INDEX
from graph.search.textindex import TextIndex
from graph.storage.backup import MANIFEST, SUMS, Copied, LinkSink, copy_store, hash_of
from graph.storage.growing import growing_folder, sync_folder
from graph.storage.manifest import StoreError, read_manifest, write_atomically
from graph.storage.open_store import OpenStore
from graph.storage.restore import BadBackup, FolderFiles, read_sums, require_readable
from graph.storage.snapshot import CURRENT, current, delete_unheld, newest_on

VERSION = re.compile("[0-9a-f]{16}")
AGAIN = "take another with `kzop snapshot`, or copy it again"


class BadSnapshot(StoreError):
    """There is no snapshot that may be served."""


@dataclass(frozen=True)
class Contents:
    """What a snapshot says that it holds."""

    version: str
    documents: int
    quads: int
    """Statements of all graphs and of their merge."""
    bytes: int
    """Size of all files but manifest.json and SHA256SUMS."""

    @classmethod
    def read(cls, path: Path) -> "Contents":
        """Read the manifest in the folder `path`. Raises BadSnapshot."""
        values = json.loads((path / MANIFEST).read_bytes())
        try:
            return cls(values["version"], values["documents"], values["quads"], values["bytes"])
        except KeyError as error:
            raise BadSnapshot(
                f"{path}: a store or a backup, no snapshot: make one with `kzop snapshot`"
            ) from error


@dataclass(frozen=True)
class Published:
    """What was put on a shelf."""

    path: Path
    contents: Contents
    is_new: bool
    """Whether the shelf lacked that version."""


def publish(folder: Path, shelf: Path, *, keep: int = 0, packed: bool = False) -> Published:
    """Put the store at `folder`, as it is now, on `shelf`, as the newest.

    Tables of the engine and texts are linked where the shelf is on the file system of the store.
    With `packed` the database is written anew instead, smaller. With `keep`, only so many versions
    stay, and those that a server of this machine reads. Raises StoreError or TextIndexError; the
    shelf is then as it was.
    """
    if shelf.resolve().is_relative_to(folder.resolve()):
        raise StoreError(f"{shelf}: is in the store: put the snapshots elsewhere")
    if shelf.is_dir() and (shelf / MANIFEST).exists():
        raise StoreError(f"{shelf}: is a store or a snapshot: name the folder that snapshots go to")
    # What a crash left unpublished is published; what is no store, or a newer one, is refused.
    OpenStore.open(folder, read_only=True).close()
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with growing_folder(shelf / "snapshot") as growing:
            published = put(folder, growing, shelf, packed=packed)
        sync_folder(shelf)
        write_atomically(shelf / CURRENT, published.path.name.encode())
    except OSError as error:
        raise StoreError(f"{shelf}: no snapshot made: {error.strerror or error}") from error
    if keep:
        clear(shelf, keep)
    return published


def put(folder: Path, growing: Path, shelf: Path, *, packed: bool) -> Published:
    """Fill `growing` with the newest snapshot of a store, and name it after its version."""
    newest = current(folder)
    if newest and (shelf / newest.name).exists():
        return Published(shelf / newest.name, verify(shelf / newest.name), is_new=False)
    backup, copied = copy_store(folder, LinkSink(growing))
    if packed:
        pack(growing, copied)
    add_index(folder / TEXT_INDEX, growing, backup.version)
    quads = len(Store.read_only(str(growing / "quads")))
    copied.sums[TEXT_INDEX] = hash_at(growing / TEXT_INDEX)
    del copied.sums[MANIFEST]
    size = size_of(growing, copied.sums)
    told = read_manifest(growing).to_json()
    told |= {"documents": backup.documents, "quads": quads, "bytes": size}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    write_atomically(growing / MANIFEST, f"{text}\n".encode())
    copied.sums[MANIFEST] = hash_at(growing / MANIFEST)
    write_atomically(growing / SUMS, copied.lines())
    os.sync()
    target = growing.rename(shelf / backup.version)
    contents = Contents(backup.version, backup.documents, quads, size)
    return Published(target, contents, is_new=True)


def pack(growing: Path, copied: Copied) -> None:
    """Load the statements into a new database in one go, which takes the place of the old one.

    The engine compresses what it loads in bulk, but not what it compacts while an index of a
    store is below half a gigabyte: the new database has about half the size.
    """
    quads, beside, lines = growing / "quads", growing / "packed", growing / "all.nq"
    old = Store.read_only(str(quads))
    old.dump(str(lines), RdfFormat.N_QUADS)
    new = Store(beside)
    new.bulk_load(path=str(lines), format=RdfFormat.N_QUADS, lenient=True)
    for graph in old.named_graphs():
        new.add_graph(graph)  # the empty ones have no statement
    new.flush()
    del old, new  # closes them
    lines.unlink()
    shutil.rmtree(quads)
    beside.rename(quads)
    copied.sums = {name: sum for name, sum in copied.sums.items() if not name.startswith("quads/")}
    for path in sorted(quads.iterdir()):
        if path.name.startswith("LO"):  # the diary and the lock of the engine
            path.unlink()
        else:
            copied.sums[f"quads/{path.name}"] = hash_at(path)


def add_index(old: Path, growing: Path, version: str) -> None:
    """Make the text index of the data in `growing`, out of the one of the store if it has one."""
    path = growing / TEXT_INDEX
    # Whatever is wrong with the old one, the new one is made without it.
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        source.backup(target)
    with TextIndex.open(path) as index:
        if index.version != version:
            index.sync(Store.read_only(str(growing / "quads")), version)
    # Without a log beside it, it is read where nothing may be written.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()


def resolve(path: Path) -> Path:
    """Return the folder that `path` stands for now: the newest of a shelf, or the snapshot itself.

    Links are followed, so that the folder stays that one when `path` leads to another. Raises
    BadSnapshot.
    """
    found = newest_on(path.resolve()) or path.resolve()
    if not (found / MANIFEST).is_file():
        raise BadSnapshot(f"{path}: no snapshot there: name what `kzop snapshot` made")
    return found


def verify(path: Path, *, whole: bool = False) -> "Contents":
    """Raise BadSnapshot unless the snapshot in the folder `path` is whole.

    Names and sizes are compared, and every byte if `whole`. A StoreError says that it is of another
    layout.
    """
    files = FolderFiles(path)
    try:
        require_readable(path, files)
        sums = read_sums(path, files)
        contents = Contents.read(path)
        if size_of(path, sums.keys() - {MANIFEST}) != contents.bytes:
            raise BadSnapshot(f"{path}: damaged: a file has another size: {AGAIN}")
        for name in sums if whole else (MANIFEST,):
            if hash_at(path / name) != sums[name]:
                raise BadSnapshot(f"{path}: damaged: {name} is not what was copied: {AGAIN}")
    except BadBackup as error:
        raise BadSnapshot(str(error)) from error
    except OSError as error:
        raise BadSnapshot(f"{error.filename}: {error.strerror}: {AGAIN}") from error
    return contents


def clear(shelf: Path, keep: int) -> None:
    """Delete all but the newest versions, unless a server of this machine reads them."""
    newest = newest_on(shelf)
    found = [path for path in shelf.iterdir() if VERSION.fullmatch(path.name) and path != newest]
    found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in found[keep - 1 :]:
        delete_unheld(path)


def size_of(folder: Path, names: Iterable[str]) -> int:
    """Return the bytes of files together."""
    return sum((folder / name).stat().st_size for name in names)


def hash_at(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hash_of(file)
