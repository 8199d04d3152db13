"""A store again out of a backup (backup.py): every file is checked, then all of it swapped in."""

import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from graph.storage.backup import CHUNK, MANIFEST, SUMS, Backup, Hashing
from graph.storage.folder import is_vacant, lock_folder, require_store, restore_swap, swap_in
from graph.storage.growing import growing_folder
from graph.storage.manifest import StoreError, parse_manifest
from graph.storage.open_store import OpenStore

NAME = re.compile(r"quads/[\w.-]+|texts/[0-9a-f]{64}\.txt|(records|text)\.db|manifest\.json")
"""The files of a backup: nothing else is written, whatever a tar file says."""
LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
LONGEST_SUMS = 1 << 30
"""Bytes of the longest SHA256SUMS that is read."""


class BadBackup(StoreError):
    """The backup is no backup, or is damaged."""


class Files(Protocol):
    """The files of a backup."""

    def names(self) -> list[str]:
        """Return the names of all files but SHA256SUMS."""

    def open(self, name: str) -> IO[bytes] | None:
        """Open a file; None if there is none of that name."""


def restore(source: Path, folder: Path, *, force: bool = False, wait: float = 0.0) -> Backup:
    """Make the backup at `source` the store at `folder`, and return what was copied.

    `folder` must be missing or empty, or, with `force`, a store: that is replaced when all files
    of the backup are copied, checked and opened. A writer of it is waited for, for `wait` seconds.
    Raises StoreError; the folder is then as it was.
    """
    folder = folder.absolute()
    if source.resolve().is_relative_to(folder.resolve()):
        raise StoreError(f"{source}: is in the store that it would replace: move it elsewhere")
    restore_swap(folder)
    lock = None
    try:
        if not is_vacant(folder):
            if not force:
                raise StoreError(
                    f"{folder}: is not empty: give --force to replace the store in it, "
                    "or another --store"
                )
            if not (folder / MANIFEST).exists():
                require_store(folder)
            lock = lock_folder(folder, wait)
        with files_of(source) as files:
            return build(source, files, folder)
    except tarfile.TarError as error:
        raise BadBackup(f"{source}: damaged: {error}: take another backup") from error
    except OSError as error:
        raise StoreError(f"{folder}: not restored: {error.strerror or error}") from error
    finally:
        if lock is not None:
            os.close(lock)


def build(source: Path, files: Files, folder: Path) -> Backup:
    """Build the store beside `folder`, and swap it in."""
    require_readable(source, files)
    sums = read_sums(source, files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with growing_folder(folder) as growing:
        (growing / "quads").mkdir()
        (growing / "texts").mkdir()
        size = sum(copy(source, files, name, growing, sums[name]) for name in sums)
        ready = growing / "store"
        ready.mkdir()
        # The text index of a snapshot stays behind: it is for reading only.
        for name in ("quads", "texts", "records.db", MANIFEST):
            (growing / name).rename(ready / name)
        # It is opened here, so that readers find a snapshot in it from the first moment.
        with OpenStore.open(ready) as store:
            told = Backup(store.version, store.records.count(), len(sums), size)
        os.sync()
        swap_in(ready, folder)
    return told


def require_readable(source: Path, files: Files) -> None:
    """Raise BadBackup unless it is a backup, StoreTooNew and StoreTooOld as for a store."""
    file = files.open(MANIFEST)
    if file is None:
        raise BadBackup(f"{source}: not a backup (it has no {MANIFEST}): name another")
    with file:
        data = file.read(CHUNK)
    try:
        values = json.loads(data)
    except ValueError as error:
        raise BadBackup(f"{source}: damaged: {MANIFEST} is not readable ({error})") from error
    parse_manifest(values, source)


def read_sums(source: Path, files: Files) -> dict[str, str]:
    """Return the SHA-256 of each file by its name; BadBackup unless just those are there."""
    file = files.open(SUMS)
    if file is None:
        raise BadBackup(f"{source}: not a whole backup (it has no {SUMS}): take another")
    with file:
        lines = file.read(LONGEST_SUMS).decode("utf-8", "replace").splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in found if match}
    if len(sums) != len(lines) or not sums or not all(map(NAME.fullmatch, sums)):
        raise BadBackup(f"{source}: damaged: {SUMS} is not a list of the files of a backup")
    names = set(files.names())
    if surplus := sorted(names - sums.keys()):
        raise BadBackup(
            f"{source}: changed since it was made: {surplus[0]} is not in {SUMS}: if it was used "
            "as a store, go on using it as one"
        )
    if missing := sorted(sums.keys() - names):
        raise BadBackup(f"{source}: damaged: {missing[0]} is missing")
    return sums


def copy(source: Path, files: Files, name: str, target: Path, digest: str) -> int:
    """Copy a file of a backup, and return its size; BadBackup if its SHA-256 is another."""
    file = files.open(name)
    if file is None:
        raise BadBackup(f"{source}: damaged: {name} is missing")
    with file, (target / name).open("xb") as copied:
        hashing = Hashing(file)
        shutil.copyfileobj(hashing, copied, CHUNK)
        size = copied.tell()
    if hashing.hash.hexdigest() != digest:
        raise BadBackup(f"{source}: damaged: {name} is not what was copied: take another backup")
    return size


@contextmanager
def files_of(source: Path) -> Iterator[Files]:
    """Open a backup. Raises BadBackup and TarError."""
    if source.is_dir():
        yield FolderFiles(source)
        return
    try:
        tar = tarfile.open(source, "r:")  # noqa: SIM115 - what it raises is told apart from the rest
    except FileNotFoundError as error:
        raise BadBackup(f"{source}: no such backup") from error
    except PermissionError as error:
        raise BadBackup(f"{source}: permission denied: make the backup readable") from error
    with tar:
        yield TarFiles(tar)


class FolderFiles:
    """A backup that is a folder."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`."""
        self._folder = folder

    def names(self) -> list[str]:
        """Return the names of all files but SHA256SUMS."""
        found = (path for path in self._folder.rglob("*") if not path.is_dir())
        names = [path.relative_to(self._folder).as_posix() for path in found]
        return [name for name in names if name != SUMS]

    def open(self, name: str) -> IO[bytes] | None:
        """Open a file; None if there is none of that name."""
        path = self._folder / name
        return path.open("rb") if path.is_file() else None


class TarFiles:
    """A backup that is a tar file."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Read `tar`."""
        self._tar = tar
        self._members = {member.name: member for member in tar if member.isreg()}

    def names(self) -> list[str]:
        """Return the names of all files but SHA256SUMS."""
        return [name for name in self._members if name != SUMS]

    def open(self, name: str) -> IO[bytes] | None:
        """Open a file; None if there is none of that name."""
        member = self._members.get(name)
        return self._tar.extractfile(member) if member else None
