"""The folder of a store as the file system sees it: making, recognising, locking and swapping it."""

import fcntl
import os
import shutil
from pathlib import Path

from pyoxigraph import Store

from graph.iris import Base
from graph.manifest import (
    Manifest,
    NotAStore,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
    damaged,
    new_manifest,
    write_manifest,
)


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
        raise StoreMissing(f"{folder}: no store there: make one with `kzop build --store {folder}`")
    if not (folder / "manifest.json").exists():
        raise NotAStore(f"{folder}: not a store (it has no manifest.json): name another folder")


def create_folder(folder: Path, base: Base) -> None:
    """Make an empty store at a vacant `folder`."""
    try:
        (folder / "texts").mkdir(parents=True)
        write_manifest(folder, new_manifest(base))
    except OSError as error:
        raise cannot_write(folder, error) from error


def open_quads(folder: Path, manifest: Manifest, read_only: bool) -> Store:
    """Open the database of a store, or make it when the store is new."""
    path = folder / "quads"
    new = not manifest.documents and not path.exists()
    if not new and not (path / "CURRENT").exists():
        raise damaged(folder, "quads/ is not a database")
    try:
        if new or not read_only:
            opened = Store(path)
        return Store.read_only(str(path)) if read_only else opened
    except RuntimeError as error:
        raise damaged(folder, str(error)) from error
    except OSError as error:
        if "lock" in str(error):
            raise locked(folder) from error
        if isinstance(error, PermissionError):
            raise cannot_write(folder, error) from error
        raise damaged(folder, str(error)) from error
