"""A copy of a store as it is now, which can be checked and made a store again.

In comes a store folder, which others may write and read meanwhile; out comes a folder, or one tar
file, with the newest snapshot and the texts:

    manifest.json  records.db  quads/  texts/    a store
    SHA256SUMS                                   the hash of every file, as sha256sum writes it

Texts that were removed while they were being copied may be among them; a store drops those itself.
"""

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from graph.storage.folder import RECORDS, text_path
from graph.storage.growing import growing_file, growing_folder, sync_folder
from graph.storage.manifest import StoreError, damaged, read_manifest
from graph.storage.open_store import OpenStore
from graph.storage.records import Records
from graph.storage.snapshot import Held, hold

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
TRIES = 20
"""How often a copy is tried again: texts may go, or another store take the place of this one."""
CHUNK = 1 << 20
"""Bytes that are copied at once."""
LASTING = (".sst", ".txt")
"""Endings of files that are written once: tables of the engine, and texts."""


@dataclass(frozen=True)
class Backup:
    """What was copied."""

    version: str
    """Version of the data."""
    documents: int
    files: int
    bytes: int


class Replaced(Exception):
    """The store is no longer the one that the copy began with."""


class Sink(Protocol):
    """Where the files of a backup go."""

    def put(self, name: str, source: BinaryIO) -> str:
        """Copy a file, and return the SHA-256 of it."""


@dataclass
class Copied:
    """The files that a backup has."""

    sums: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def put(self, sink: Sink, name: str, source: BinaryIO) -> str:
        """Copy a file, note it, and return the SHA-256 of it."""
        self.sums[name] = sink.put(name, source)
        self.size += source.tell()
        return self.sums[name]

    def lines(self) -> bytes:
        """Return the content of SHA256SUMS."""
        return "".join(f"{digest}  {name}\n" for name, digest in self.sums.items()).encode()


def back_up(folder: Path, target: Path) -> Backup:
    """Copy the store at `folder` to `target`: a tar file if it is named so, else a folder.

    There must be nothing at `target`, or an empty folder; it appears when it is complete. Raises
    StoreError.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise StoreError(f"{target}: is in the store: put the backup elsewhere, on another disk")
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise StoreError(f"{target}: exists already: give the backup a name of its own")
    # What a crash left unpublished is published; what is no store, or a newer one, is refused.
    OpenStore.open(folder, read_only=True).close()
    for _ in range(TRIES):
        try:
            return to_tar(folder, target) if target.suffix == ".tar" else to_folder(folder, target)
        except (Replaced, FileNotFoundError):
            if not target.absolute().parent.is_dir():
                raise StoreError(f"{target}: no such folder: make it first") from None
        except OSError as error:
            raise StoreError(f"{target}: no backup made: {error.strerror or error}") from error
    raise StoreError(f"{folder}: the store changes too fast to be copied: try again")


def to_folder(folder: Path, target: Path) -> Backup:
    """Copy a store into a folder."""
    with growing_folder(target) as growing:
        sink = FolderSink(growing)
        backup, copied = copy_store(folder, sink)
        (growing / SUMS).write_bytes(copied.lines())
        os.sync()
        growing.rename(target)
    sync_folder(target.absolute().parent)
    return backup


def to_tar(folder: Path, target: Path) -> Backup:
    """Copy a store into one tar file; the list of hashes is its last member."""
    with (
        growing_file(target) as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        sink = TarSink(tar)
        backup, copied = copy_store(folder, sink)
        sink.put_bytes(SUMS, copied.lines())
    return backup


def copy_store(folder: Path, sink: Sink) -> tuple[Backup, Copied]:
    """Copy the texts, then the newest snapshot.

    A text that is gone belonged to a document that is gone: what is copied is kept, and the next
    look is at the newest snapshot, which lacks that document.
    """
    copied = Copied()
    for _ in range(TRIES):
        with holding(folder) as held:
            try:
                documents = copy_texts(folder, held, sink, copied)
            except FileNotFoundError:
                continue
            manifest = read_manifest(held.path)
            for name in (*quad_files(held), RECORDS, MANIFEST):
                with open_in(held, name) as source:
                    copied.put(sink, name, source)
        return Backup(manifest.version, documents, len(copied.sums), copied.size), copied
    raise Replaced


def copy_texts(folder: Path, held: Held, sink: Sink, copied: Copied) -> int:
    """Copy the texts of a snapshot that are not copied yet; return the number of documents."""
    with open_records(held) as records:
        for digest in records.texts():
            path = text_path(folder, digest)
            name = f"texts/{path.name}"
            if name in copied.sums:
                continue
            with path.open("rb") as source:
                found = copied.put(sink, name, source)
            if found != digest:
                raise damaged(folder, f"the text {digest[:12]} is not what was read")
        return records.count()


@contextmanager
def holding(folder: Path) -> Iterator[Held]:
    """Hold the newest snapshot, so that it is not deleted."""
    held = hold(folder)
    try:
        yield held
    finally:
        os.close(held.lock)


def quad_files(held: Held) -> list[str]:
    """Return the names of the files of the engine in a snapshot, without its diary and lock."""
    descriptor = os.open("quads", os.O_RDONLY | os.O_DIRECTORY, dir_fd=held.lock)
    try:
        names = sorted(os.listdir(descriptor))
    finally:
        os.close(descriptor)
    return [f"quads/{name}" for name in names if not name.startswith("LO")]


def open_in(held: Held, name: str) -> BinaryIO:
    """Open a file of the snapshot that is held, whatever stands in its place by now."""
    return os.fdopen(os.open(name, os.O_RDONLY, dir_fd=held.lock), "rb")


@contextmanager
def open_records(held: Held) -> Iterator[Records]:
    """Open the records of a snapshot; Replaced if another store has taken its place."""
    try:
        records = Records(held.path / RECORDS, read_only=True)
    except sqlite3.Error as error:
        raise Replaced from error
    try:
        if not os.path.samestat(os.fstat(held.lock), held.path.stat()):
            raise Replaced
        yield records
    finally:
        records.close()


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        """Read `source`."""
        self._source = source
        self.hash = sha256()

    def read(self, size: int = -1) -> bytes:
        """Read as a file does."""
        data = self._source.read(size)
        self.hash.update(data)
        return data


class FolderSink:
    """Copies files into a folder."""

    def __init__(self, folder: Path) -> None:
        """Copy into `folder`."""
        self._folder = folder
        (folder / "quads").mkdir()
        (folder / "texts").mkdir()

    def put(self, name: str, source: BinaryIO) -> str:
        """Copy a file, and return the SHA-256 of it."""
        hashing = Hashing(source)
        with (self._folder / name).open("xb") as file:
            shutil.copyfileobj(hashing, file, CHUNK)
        return hashing.hash.hexdigest()


class LinkSink(FolderSink):
    """Puts files into a folder, as links where they never change and the file system lets it."""

    def put(self, name: str, source: BinaryIO) -> str:
        """Link or copy a file, and return the SHA-256 of it."""
        if name.endswith(LASTING):
            with suppress(OSError):  # another file system, or the file has lost its name
                number = source.fileno()
                # A folder is named, though it is not used, so that the link is to the file itself.
                os.link(f"/proc/self/fd/{number}", self._folder / name, src_dir_fd=number)
                return hash_of(source)
        return super().put(name, source)


def hash_of(source: BinaryIO) -> str:
    """Read a file to its end, and return the SHA-256 of it."""
    hashing = Hashing(source)
    while hashing.read(CHUNK):
        pass
    return hashing.hash.hexdigest()


class TarSink:
    """Copies files into a tar file."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Append to `tar`."""
        self._tar = tar

    def put(self, name: str, source: BinaryIO) -> str:
        """Copy a file, and return the SHA-256 of it."""
        hashing = Hashing(source)
        self._tar.addfile(member(name, os.fstat(source.fileno()).st_size), hashing)
        return hashing.hash.hexdigest()

    def put_bytes(self, name: str, data: bytes) -> None:
        """Add a file with that content."""
        self._tar.addfile(member(name, len(data)), BytesIO(data))


def member(name: str, size: int) -> tarfile.TarInfo:
    """Return the head of a file in a tar."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info
