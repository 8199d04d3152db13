"""Files and folders that grow beside their name, and take it when they are whole.

What is under way at `NAME` is `.NAME.new` in the same folder, locked by who writes it. After a
crash the next one to write `NAME` deletes it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph.storage.manifest import StoreError

TRIES = 100
"""How often to look again: the other writer may have finished since."""


@contextmanager
def growing_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write, which takes the place of `path` on a clean exit."""
    beside = beside_of(path)
    descriptor = lock(beside, os.O_RDWR | os.O_CREAT)
    with os.fdopen(descriptor, "wb") as file:
        try:
            file.truncate(0)
            yield file
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    sync_folder(path.absolute().parent)


@contextmanager
def growing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill, locked; it is deleted on exit unless it was renamed."""
    beside = beside_of(path)
    beside.mkdir(exist_ok=True)
    descriptor = lock(beside, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for entry in beside.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        os.close(descriptor)


def beside_of(path: Path) -> Path:
    """Where `path` grows."""
    absolute = path.absolute()
    return absolute.with_name(f".{absolute.name}.new")


def lock(path: Path, flags: int) -> int:
    """Open and lock `path`; StoreError if another process writes it."""
    for _ in range(TRIES):
        descriptor = os.open(path, flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The other may have finished in between: then this is no longer the file of the name.
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except FileNotFoundError:
            pass
        except BlockingIOError:
            break
        os.close(descriptor)
    else:
        descriptor = -1
    if descriptor >= 0:
        os.close(descriptor)
    raise StoreError(f"{path}: another process is writing it: wait for it, or use another name")


def sync_folder(folder: Path) -> None:
    """Force to the disk which names a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
